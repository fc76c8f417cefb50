"""Read a payload back: what our own writer wrote, and nothing else.

Stricter than Beancount: every line begins as one of ours does, so that no `include`,
`plugin`, `option` or `pushtag` can stand among them; no amount is left out; and every
account is one that the books know.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from beancount.parser import parser

from ledger.books.beancount_entries import EntryReader
from ledger.directives import Balance, Close, Custom, Directive, Open, Transaction
from ledger.errors import BooksError, PayloadRefused

PLACE = "<payload>"
_FOREIGN_LINE = re.compile(r"^(?![0-9]{4}-[0-9]{2}-[0-9]{2} |  |;;|$)", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadBack:
    """A payload as it was read back; its first line is line 1 of `PLACE`."""

    text: bytes
    directives: tuple[Directive, ...]


def parse(
    text: bytes | str, known_accounts: Container[str] | None = None
) -> tuple[Directive, ...]:
    """Return the directives of a payload in its order.

    Raises:
        PayloadRefused: The text is not what our writer writes.
    """
    data = text.encode() if isinstance(text, str) else text
    return read_back(data, known_accounts).directives


def read_back(data: bytes, known_accounts: Container[str] | None = None) -> ReadBack:
    """Return a payload with all that stands in it.

    Raises:
        PayloadRefused: The text is not what our writer writes.
    """
    text = data.decode()
    errors = [
        BooksError(PLACE, number, "this line is none that the books write")
        for found in _FOREIGN_LINE.finditer(text)
        for number in [text.count("\n", 0, found.start()) + 1]
    ]
    if errors:
        raise PayloadRefused(errors)
    entries, problems, _ = parser.parse_string(text, report_filename=PLACE)
    errors += [BooksError(PLACE, _line(each.source), each.message) for each in problems]
    errors += _incomplete(entries)
    if errors:
        raise PayloadRefused(errors)
    reader = EntryReader(Path("/"))
    directives = []
    entries.sort(key=lambda each: each.meta["lineno"])
    for entry in entries:
        directive = reader.directive(entry)
        if directive is None:
            errors.append(BooksError(PLACE, _line(entry.meta), "unknown kind of line"))
        else:
            directives.append(directive)
    errors += reader.errors
    if known_accounts is not None:
        errors += _unknown_accounts(directives, known_accounts)
    if errors:
        raise PayloadRefused(errors)
    return ReadBack(text=data, directives=tuple(directives))


def _incomplete(entries: Iterable[Any]) -> list[BooksError]:
    return [
        BooksError(PLACE, _line(entry.meta), "an amount is left out")
        for entry in entries
        if parser.is_entry_incomplete(entry)
    ]


def _unknown_accounts(
    directives: Iterable[Directive], known: Container[str]
) -> list[BooksError]:
    directives = tuple(directives)
    opened = {each.account for each in directives if isinstance(each, Open)}
    return [
        BooksError(PLACE, each.place.line if each.place else 0, f"{name}: no such account")
        for each in directives
        for name in accounts_in(each)
        if name not in known and name not in opened
    ]


def accounts_in(directive: Directive) -> tuple[str, ...]:
    """Return the accounts that a directive names, those that it opens left out."""
    match directive:
        case Transaction():
            return tuple(posting.account for posting in directive.postings)
        case Balance() | Close():
            return (directive.account,)
        case Open() | Custom():
            return ()


def _line(meta: Any) -> int:
    return int(meta.get("lineno") or 0) if meta else 0
