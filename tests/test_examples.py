"""The examples in all docstrings are true: every module that has one is found and run."""

from __future__ import annotations

import doctest
import importlib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("bankio", "ledger", "reconcile", "cli", "simulator")
DOCUMENTED = sorted(
    path.relative_to(ROOT).with_suffix("").as_posix().removesuffix("/__init__")
    for package in PACKAGES
    for path in (ROOT / package).rglob("*.py")
    if ">>> " in path.read_text("utf-8")
)


@pytest.mark.parametrize("path", DOCUMENTED)
def test_examples_hold(path):
    result = doctest.testmod(importlib.import_module(path.replace("/", ".")))

    assert result.attempted > 0
    assert result.failed == 0


def test_every_package_has_examples():
    assert {path.partition("/")[0] for path in DOCUMENTED} == set(PACKAGES)
