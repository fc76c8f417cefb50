"""What can be wrong with a bank file, and how it is told.

    BankFileError
    ├── Unreadable        the file cannot be used at all; says file, line, where, what
    └── Unrecognised      no reader knows the file

A `Problem` is a value, not an exception: the file can be read and shown, but its
own counts, sums or balances disagree, or a record of it is unusable, so nothing
may be posted from it. A `Warning_` would do no harm; it is a plain string.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a file: `FILE:LINE: where`."""

    source: str
    line: int | None
    where: str
    """Path of the element (`Stmt[2]/Ntry[3]/Amt`) or record and columns."""

    def __str__(self) -> str:
        line = "" if self.line is None else f":{self.line}"
        return f"{self.source}{line}: {self.where}"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that keeps a readable file out of the books, with its figures."""

    place: Place
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"


class BankFileError(Exception):
    """A bank file cannot be used."""


class Unreadable(BankFileError):
    """A bank file is broken or unsafe at a place."""

    def __init__(self, place: Place, message: str) -> None:
        self.place = place
        self.message = message
        super().__init__(f"{place}: {message}")


class Unrecognised(Unreadable):
    """No reader knows this kind of file."""
