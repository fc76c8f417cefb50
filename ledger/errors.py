"""What can be wrong with the books, and how it is told.

    BooksError          one error, a value: `FILE:LINE: message`, in files or in a payload
    BooksInvalid        the books cannot be used: carries every error, sorted
    CompanyInvalid      books.toml cannot be used: carries every error, sorted
    PayloadRefused      what we were about to write is wrong: nothing was written
    Unwritable          one value cannot stand in Beancount text as it is
    FolderInUse         `books init` was given a folder that has something in it
    RoleMissing         the chart has no account, or several, where one is needed

Errors in people's files are data: all are collected and shown together, so that a file
is put right in one go.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, order=True)
class BooksError:
    """One thing that is wrong, at a place that an editor can jump to."""

    file: str
    """Relative to the books folder where it lies inside."""
    line: int
    message: str
    kind: str = "books"
    """`gap`, `balance`, `duplicate-voucher`: tolerated by who mends or tells them."""

    def __post_init__(self) -> None:
        if not self.message.isprintable():  # it quotes what stands in a file: one line
            line = "".join(c if c.isprintable() else " " for c in self.message)
            object.__setattr__(self, "message", line)

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.message}"


class _Errors(Exception):
    """An exception that is a list of errors."""

    def __init__(self, errors: Iterable[BooksError]) -> None:
        self.errors = tuple(sorted(set(errors)))
        super().__init__("\n".join(str(error) for error in self.errors))


class BooksInvalid(_Errors):
    """The books have errors: nothing is paid or posted from them."""


class CompanyInvalid(_Errors):
    """books.toml has errors."""


class PayloadRefused(_Errors):
    """A payload would make the books wrong. The places are in the payload."""


class Unwritable(ValueError):
    """A value that Beancount text cannot carry unchanged."""

    def __init__(self, field: str, value: object, reason: str) -> None:
        self.field = field
        self.value = value
        self.reason = reason
        super().__init__(f"{field}: {value!r} {reason}")


class FolderInUse(Exception):
    """New books need a folder of their own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        super().__init__(f"{folder} is not empty. Choose a new folder for the books.")


class RoleMissing(Exception):
    """No account, or more than one, has a role that exactly one should have."""

    def __init__(self, role: str, accounts: Iterable[str]) -> None:
        self.role = role
        found = ", ".join(accounts) or "none"
        super().__init__(
            f'one account must have role: "{role}" on its open line; found: {found}'
        )
