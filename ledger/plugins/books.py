"""`plugin "ledger.plugins.books"`: our checks inside Beancount.

So bean-check and Fava tell our errors too. The checks are those of `ledger.books.load`:
see `ledger.books.checks`. A plugin must not read the store: Beancount caches what
plugins say, and would go on telling it. Entries are returned as they came, but for the
`balance` lines of bank days of which more was told (`ledger.closing_balances`).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

from ledger.company import Company
from ledger.company import read as read_company
from ledger.errors import BooksError, CompanyInvalid

__plugins__ = ("books",)


class BooksPluginError(NamedTuple):
    """An error in the form that Beancount prints."""

    source: dict[str, Any]
    message: str
    entry: Any = None


def books(
    entries: list[Any], options_map: dict[str, Any], _unused_config: str | None = None
) -> tuple[list[Any], list[BooksPluginError]]:
    """Return the entries that count, and every error of ours."""
    from ledger.books.beancount_entries import without_untrue
    from ledger.books.reading import handover, read

    folder = Path(options_map["filename"]).parent
    entries = without_untrue(entries, folder)
    company, errors = _company(folder)
    reading = read(entries, options_map, folder, company)
    left = handover.get()
    if left is not None:
        left.append(reading)
    errors += reading.errors
    return entries, [_told(error, folder) for error in sorted(set(errors))]


def _company(folder: Path) -> tuple[Company | None, list[BooksError]]:
    if not (folder / "books.toml").is_file():
        return None, []
    try:
        return read_company(folder), []
    except CompanyInvalid as invalid:
        return None, list(invalid.errors)


def _told(error: BooksError, folder: Path) -> BooksPluginError:
    return BooksPluginError(
        {"filename": str(folder / error.file), "lineno": error.line}, error.message
    )
