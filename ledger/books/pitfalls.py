"""What makes Beancount itself fall over, found before it is asked to read the books.

Beancount 3.2.3 dies without a word (the whole process, by a bad memory access) when an
amount divides by zero: `12500 / 0 NOK`. It raises in the middle of loading when zero
units have a total cost: `0 X {{5.00 NOK}}`. Neither may happen to somebody who made a
slip in a text file, so the files that main.beancount includes are looked through first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from beancount.core import data
from beancount.parser import booking, parser

from ledger.books.beancount_entries import EntryReader
from ledger.errors import BooksError

_INCLUDE = re.compile(rb'^include[ \t]+"([^"\n]+)"', re.MULTILINE)
_SUSPECT = re.compile(rb"[0-9.)][ \t]*/[ \t]*[-+( \t]*[0.(]|\{\{|#")
"""Fast and too wide: a line that has none of this cannot be one of ours to tell."""

_NOT_ARITHMETIC = re.compile(r'"(?:\\.|[^"\\])*"|;.*|[\^#][A-Za-z0-9/._-]+')
_DIVISION = re.compile(r"[0-9.)]\s*/\s*(?P<divisor>[-+\s]*(?:\(|[0-9.,]+))")
_ZERO = re.compile(r"[-+\s]*[0.,]+")
_TOTAL_COST_OF_ZERO = re.compile(
    r"\s[-+\s]*0+(?:\.0*)?\s+[A-Z][A-Z0-9'._-]*\s*\{[^}]*(?:\{|#)"
)


def pitfalls(main: Path) -> Iterator[BooksError]:
    """Yield the lines of the books that Beancount cannot survive."""
    folder = main.parent
    for path in _files(main, {main}):
        content = path.read_bytes()
        inside = path.is_relative_to(folder)
        name = path.relative_to(folder).as_posix() if inside else str(path)
        yield from pitfalls_in(content, name)


def pitfalls_in(content: bytes, name: str) -> Iterator[BooksError]:
    """Yield such lines of one file's text."""
    for number, line in _suspects(content):
        message = _told(line)
        if message is not None:
            yield BooksError(name, number, message)


def fallen(main: Path, error: Exception) -> Iterator[BooksError]:
    """Yield what is known to be wrong in books that Beancount raised an error on.

    Its later steps stumble over what an earlier one has already found wrong, and then
    nothing is told. So the first steps are taken again, each file on its own.
    """
    entries: list[Any] = []
    options: Any = None
    problems: list[Any] = []
    for path in _files(main, {main}):
        found, wrong, found_options = parser.parse_file(str(path))
        options = options or found_options
        entries += found
        problems += wrong
    entries.sort(key=data.entry_sortkey)
    with suppress(ArithmeticError, TypeError, AttributeError, ValueError):
        problems += booking.book(entries, options)[1]  # type: ignore[no-untyped-call]
    reader = EntryReader(main.parent)
    for problem in problems:
        place = reader.place(problem.source)
        if place is not None:
            yield BooksError(place.file, place.line, " ".join(problem.message.split()))
    name = type(error).__name__
    yield BooksError(main.name, 0, f"Beancount cannot digest these books ({name}: {error})")


def _files(path: Path, seen: set[Path]) -> Iterator[Path]:
    """Yield a file and what it includes, each once, as Beancount finds them."""
    if not path.is_file():
        return
    yield path
    for included in _INCLUDE.findall(path.read_bytes()):
        pattern = included.decode(errors="replace")
        base = Path("/") if pattern.startswith("/") else path.parent
        for found in sorted(base.glob(pattern.lstrip("/"))):
            if found not in seen:
                seen.add(found)
                yield from _files(found, seen)


def _suspects(content: bytes) -> Iterator[tuple[int, str]]:
    counted_to, number, last = 0, 1, -1
    for match in _SUSPECT.finditer(content):
        number += content.count(b"\n", counted_to, match.start())
        counted_to = match.start()
        if number == last:
            continue
        last = number
        start = content.rfind(b"\n", 0, match.start()) + 1
        end = content.find(b"\n", match.start())
        line = content[start : end if end >= 0 else len(content)]
        yield number, line.decode(errors="replace")


def _told(line: str) -> str | None:
    """Return what is wrong with a line, or None.

    >>> _told("  Expenses:6340-Strøm  12500 / 0 NOK")
    'divides by zero; type the amount itself'
    >>> _told("  Expenses:6340-Strøm  100 / (3 - 3) NOK")
    'divides by an expression in parentheses; type the amount itself'
    >>> _told("  Assets:Shares  0 X {{5.00 NOK}}")
    'has a total cost of no units; leave the posting out'
    >>> _told('2026/11/02 * "1/0" ^a/0 ; 1/0'), _told("  Assets:Bank  221 / 2 NOK")
    (None, None)
    """
    bare = _NOT_ARITHMETIC.sub('""', line)
    for division in _DIVISION.finditer(bare):
        divisor = division["divisor"]
        if divisor.endswith("("):
            return "divides by an expression in parentheses; type the amount itself"
        if _ZERO.fullmatch(divisor):
            return "divides by zero; type the amount itself"
    if _TOTAL_COST_OF_ZERO.search(line):
        return "has a total cost of no units; leave the posting out"
    return None
