"""`books import --opening`: the file is kept, and the voucher leads to it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from world import World

from ledger.archive import Archive
from ledger.books import load

CSV = """\
konto;beløp;part;navn;faktura;forfall
1920;250 000,00;;;;
2050;-280 000,00;;;;
1500;30 000,00;K20001;Kunde Nord AS;5001;20.11.2026
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "saldo 31.10.csv"
    path.write_bytes(CSV.encode("cp1252"))
    return path


def test_the_file_is_archived_byte_for_byte_and_linked(world: World, file: Path):
    (row,) = world.json("import", "--opening", str(file), code=0)["vouchers"]

    assert "IB2026-2" == row["voucher"]
    (voucher,) = (
        each
        for each in load(world.folder).transactions
        if each.meta.get("voucher") == row["voucher"]
    )
    assert voucher.place is not None
    written = world.folder / voucher.place.file
    document = os.path.normpath(written.parent / str(voucher.meta["document"]))
    assert CSV.encode("cp1252") == Path(document).read_bytes()
    world.books("verify", code=0)


def test_an_opening_that_is_taken_away_is_missed(world: World, file: Path):
    world.books("import", "--opening", str(file), code=0)
    (path,) = (
        each
        for each in (world.folder / "vouchers").rglob("*-import.beancount")
        if "IB2026-2" in each.read_text("utf-8")
    )
    text = path.read_text("utf-8")

    path.write_text(text[: text.rindex(";; batch")], "utf-8")

    assert "IB2026-2" in world.books("verify", code=1).out


def test_a_refused_opening_is_not_kept(world: World, file: Path):
    file.write_text(CSV.replace("-280", "-281"), "utf-8")

    world.books("import", "--opening", str(file), code=1)

    assert () == tuple(Archive(world.folder).hashes())
