"""The examples in the ledger's docstrings are true."""

from __future__ import annotations

import doctest
import importlib

import pytest

MODULES = [
    "accounts",
    "bank_days",
    "books.pitfalls",
    "canonical",
    "company",
    "importers.typed_values",
    "item_identity",
    "machine_names",
    "parties",
    "vocabulary",
    "vouchers",
    "written_batches",
]


@pytest.mark.parametrize("name", MODULES)
def test_examples(name):
    result = doctest.testmod(importlib.import_module(f"ledger.{name}"))

    assert result.attempted > 0
    assert result.failed == 0
