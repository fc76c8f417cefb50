"""Read a part of the books without the rest of them: new text, or single transactions.

Beancount reads a ledger as one. Most of a ledger can be read in parts all the same: a
transaction with all its amounts needs no booking, and one with an amount left out is
booked by itself. What cannot (costs, pads, options, tags pushed over many lines) is never
guessed at: `NeedsAll` says why, and the caller loads everything instead.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from beancount.core import data, getters
from beancount.ops import validation
from beancount.parser import booking, parser

from ledger.books.beancount_entries import EntryReader
from ledger.books.parsing import ReadBack
from ledger.books.pitfalls import pitfalls_in
from ledger.directives import Close, Directive, Open, Transaction, moved

_OVER_MANY_LINES = re.compile(
    rb"^(?:push|pop|option|plugin|include)", re.MULTILINE | re.IGNORECASE
)
_COMMENTS = re.compile(rb"(?:(?:;;.*)?\n)*")
_PUSHED = re.compile(rb"^(?:push|pop)", re.MULTILINE | re.IGNORECASE)
_NOWHERE: dict[str, Any] = {"filename": "", "lineno": 0}


class NeedsAll(Exception):
    """A part of the books cannot be read or judged without the rest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Where a transaction stands, and its text."""

    file: str
    """Relative to the books folder where it lies inside."""
    line: int
    text: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class New:
    """Text of a file that was added or changed."""

    entries: Sequence[Any]
    """Beancount's, to be judged; none of what was checked before it was written."""
    directives: list[Directive]
    """All of it, as ours."""


def stands_alone(text: bytes, *, is_main: bool = False) -> bool:
    """Whether no line of a file changes what its other lines or files mean.

    The options and includes of the main file are known, and are those of every part.
    """
    return (_PUSHED if is_main else _OVER_MANY_LINES).search(text) is None


class Excerpts:
    """Reads parts of the books in one folder."""

    def __init__(self, folder: Path, main: Path) -> None:
        self._folder = folder
        self._main = main
        self._expected: tuple[ReadBack, ...] = ()

    def expect(self, payloads: Iterable[ReadBack]) -> None:
        """Know what was read back just now: where it was added it is not read again."""
        self._expected = tuple(payloads)

    def new(self, file: str, text: bytes, first_line: int) -> New:
        """Return what stands in text that was added or changed, booked.

        What `ledger.books.checking` has let through is not judged a second time: each
        account is open and takes the currency, each sum is exactly zero, each balance is
        what the books hold. Only what opens or closes accounts bears on other lines too.

        Raises:
            NeedsAll: It has errors, or cannot be read alone.
        """
        for read in self._expected:
            above = text.removesuffix(read.text)
            if (
                len(above) < len(text)
                and _COMMENTS.fullmatch(above)
                and not any(isinstance(each, Open | Close) for each in read.directives)
            ):
                lines = first_line - 1 + above.count(b"\n")
                directives = [moved(each, file, lines) for each in read.directives]
                return New(entries=(), directives=directives)
        entries = self._read(file, text, first_line)
        return New(entries=entries, directives=self.directives(entries))

    def _read(self, file: str, text: bytes, first_line: int) -> list[Any]:
        if not stands_alone(text):
            raise NeedsAll(f"{file}: an option, an include or tags over many lines")
        for wrong in pitfalls_in(text, file):
            raise NeedsAll(str(wrong))
        entries = self._parsed(file, text, first_line)
        if any(isinstance(each, data.Commodity) for each in entries):
            raise NeedsAll(f"{file}: a commodity may stand once in all files")
        entries.sort(key=data.entry_sortkey)
        return entries

    def errors(
        self, entries: Sequence[Any], opens: Iterable[Open], closes: Iterable[Close]
    ) -> Sequence[Any]:
        """Return what Beancount's own validation finds in entries and their accounts."""
        named = getters.get_accounts(list(entries))
        chart = [
            *(
                data.Open(_NOWHERE, o.date, o.account, list(o.currencies), None)
                for o in opens
                if o.account in named
            ),
            *(
                data.Close(_NOWHERE, c.date, c.account)
                for c in closes
                if c.account in named
            ),
        ]
        others = (each for each in entries if not isinstance(each, data.Open | data.Close))
        whole = sorted([*chart, *others], key=data.entry_sortkey)
        found: Sequence[Any] = validation.validate(whole, self._options)  # type: ignore[no-untyped-call]
        return found

    def directives(self, entries: Iterable[Any]) -> list[Directive]:
        """Return entries as ours.

        Raises:
            NeedsAll: Something is odd in them.
        """
        reader = EntryReader(self._folder)
        found = [each for each in map(reader.directive, entries) if each is not None]
        if reader.errors or reader.needs_all:
            raise NeedsAll(reader.needs_all or str(reader.errors[0]))
        return found

    def at(self, spans: Sequence[Span]) -> list[Transaction]:
        """Return the transactions that stand in spans of the books."""
        if not spans:
            return []
        first_lines, line, texts = [], 1, []
        for span in spans:
            text = span.text if span.text.endswith(b"\n") else span.text + b"\n"
            first_lines.append(line)
            texts.append(text)
            line += text.count(b"\n")
        entries = self._parsed("", b"".join(texts), 1)
        meant = []
        for entry in entries:
            place = bisect_right(first_lines, entry.meta["lineno"]) - 1
            if entry.meta["lineno"] == first_lines[place]:
                _move(entry, spans[place], first_lines[place], self._folder)
                meant.append(entry)
        found = [each for each in self.directives(meant) if isinstance(each, Transaction)]
        if len(found) != len(spans):
            raise NeedsAll("a transaction is not where the index has it")
        return found

    def _parsed(self, file: str, text: bytes, first_line: int) -> list[Any]:
        name = str(self._folder / file) if file else ""
        try:
            entries, problems, _ = parser.parse_string(
                text, report_filename=name, report_firstline=first_line
            )
            entries = self._booked(entries, problems)
        except Exception as error:
            raise NeedsAll(f"{file}: {error}") from error
        if problems:
            raise NeedsAll(f"{file}: {problems[0].message}")
        return entries

    def _booked(self, entries: list[Any], problems: list[Any]) -> list[Any]:
        whole = []
        for entry in entries:
            if isinstance(entry, data.Transaction) and any(p.cost for p in entry.postings):
                raise NeedsAll("what is held at cost is booked against all that was bought")
            if parser.is_entry_incomplete(entry):
                booked, wrong = booking.book([entry], self._options)  # type: ignore[no-untyped-call]
                whole += booked
                problems += wrong
            else:
                whole.append(entry)
        return whole

    @cached_property
    def _options(self) -> Any:
        return parser.parse_file(str(self._main))[2]


def _move(entry: Any, span: Span, first_line: int, folder: Path) -> None:
    """Give an entry and its postings the place that they have in their file."""
    name = str(folder / span.file)
    metas = [entry.meta, *(each.meta for each in entry.postings if each.meta)]
    # An amount that was left out in two currencies becomes two postings of one metadata.
    for meta in {id(meta): meta for meta in metas}.values():
        meta["filename"] = name
        meta["lineno"] += span.line - first_line
