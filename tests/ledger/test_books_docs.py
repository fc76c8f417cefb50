"""docs/books.md and docs/opening.md name what the code knows, and their examples work."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from books_on_disk import books
from test_opening import opened, taken_in

from ledger.accounts import ROLES
from ledger.importers.opening_table import COLUMNS
from ledger.vocabulary import CUSTOM_FORMS, LINK_KINDS, META_TYPES

DOCS = Path(__file__).resolve().parents[2] / "docs"
BOOKS = (DOCS / "books.md").read_text("utf-8")
OPENING = (DOCS / "opening.md").read_text("utf-8")


@pytest.mark.parametrize("word", [*META_TYPES, *ROLES])
def test_every_key_and_role_is_told(word):
    assert f"`{word}`" in BOOKS or f"`{word}: " in BOOKS


@pytest.mark.parametrize("word", CUSTOM_FORMS)
def test_every_custom_line_is_told(word):
    assert f'custom "{word}"' in BOOKS


@pytest.mark.parametrize("prefix", LINK_KINDS)
def test_every_kind_of_link_is_told(prefix):
    assert f"`{prefix}-`" in BOOKS


@pytest.mark.parametrize("column", COLUMNS)
def test_every_column_of_an_opening_is_told(column):
    assert f"`{column}`" in OPENING


def test_the_examples_of_books_load(tmp_path):
    examples = "\n".join(re.findall(r"```beancount\n(.*?)```", BOOKS, re.DOTALL))

    item = books(tmp_path, examples).items.by_key["lf-L10001-10023"]

    assert item.hold is not None
    assert item.hold.reason == "goods not here yet"


def test_the_example_of_an_opening_is_taken_in(tmp_path):
    (example,) = re.findall(r"```csv\n(.*?)```", OPENING, re.DOTALL)

    loaded = taken_in(opened(tmp_path), example)

    assert len(loaded.items.items) == 4
    assert loaded.payments[0].end_to_end_id == "E-4711"
