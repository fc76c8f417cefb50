"""The examples in the modules' own documentation are run."""

import doctest
import importlib

import pytest

DOCUMENTED = [
    "bankio.amount",
    "bankio.characters",
    "bankio.channels",
    "bankio.channels.sftp_settings",
    "bankio.identifiers",
    "bankio.identifiers.bban",
    "bankio.identifiers.bic",
    "bankio.identifiers.creditor_reference",
    "bankio.identifiers.iban",
    "bankio.identifiers.kid",
    "bankio.identifiers.orgnr",
]


@pytest.mark.parametrize("name", DOCUMENTED)
def test_documented_examples_hold(name):
    result = doctest.testmod(importlib.import_module(name))

    assert result.attempted > 0
    assert result.failed == 0
