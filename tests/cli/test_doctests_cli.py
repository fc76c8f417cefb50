"""The examples in the docstrings of the command line are true."""

from __future__ import annotations

import doctest
import importlib

import pytest


@pytest.mark.parametrize("name", ["arguments", "options", "render", "typed_text"])
def test_examples(name):
    result = doctest.testmod(importlib.import_module(f"cli.{name}"))

    assert result.attempted > 0
    assert result.failed == 0
