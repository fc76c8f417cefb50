"""Files of the bank that a person has set aside: held, or not to be read, and decided.

    2026-11-24 custom "set-aside" "3fa9c0d1e2b45a67"
      reason: "corrected by the bank the same day, see letter"
      by: "kari"

The name is the sha256 of the file, or a beginning of it; or the number of an account that
is not in books.toml, and then everything that files tell of that account is meant. Nothing
more is posted of what is set aside, and nobody waits for it; what was posted of it stands.
Taking the line away takes the decision back, and the file is read again.

The trap: setting a statement aside hides no money. The next one must still open with what
the books say, and `books verify` asks the same of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from ledger.directives import BooksPlace, Custom

TYPE = "set-aside"

#: Of a sha256: what a person copies from a list.
SHORT = 16

_SHA256_BEGINNING = re.compile(rf"[0-9a-f]{{{SHORT},64}}")
_ACCOUNT = re.compile(r"[0-9]{11}|[A-Z]{2}[0-9]{2}[A-Z0-9]{8,30}")


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAside:
    """A decision, and who took it."""

    name: str
    reason: str
    by: str
    place: BooksPlace | None

    @property
    def is_account(self) -> bool:
        """Whether it is about all that is told of an account."""
        return not is_file_name(self.name)

    def __str__(self) -> str:
        return f"{self.reason} ({self.by})"


class _Archive(Protocol):
    def hashes(self) -> Iterator[str]: ...


def is_file_name(name: str) -> bool:
    """Whether a name can be a file's.

    >>> is_file_name("3fa9c0d1e2b45a67"), is_file_name("15034000007")
    (True, False)
    """
    return _SHA256_BEGINNING.fullmatch(name) is not None


def name_error(name: str) -> str | None:
    """Return what is wrong with the name in a line, or None."""
    if is_file_name(name) or _ACCOUNT.fullmatch(name):
        return None
    return (
        f'"{name}" is neither {SHORT} to 64 digits of a file\'s sha256 (books unmatched'
        " shows them) nor an account number"
    )


def decided(customs: Iterable[Custom]) -> tuple[SetAside, ...]:
    """Return the decisions that stand in the books; of one name the last one."""
    found = {
        str(custom.values[0]): SetAside(
            name=str(custom.values[0]),
            reason=str(custom.meta.get("reason", "")),
            by=str(custom.meta.get("by", "")),
            place=custom.place,
        )
        for custom in customs
        if custom.type == TYPE
    }
    return tuple(found.values())


def of_file(digest: str, decisions: Iterable[SetAside]) -> SetAside | None:
    """Return the decision about a file, or None."""
    about = (
        each for each in decisions if not each.is_account and digest.startswith(each.name)
    )
    return next(about, None)


def accounts(decisions: Iterable[SetAside]) -> frozenset[str]:
    """Return the accounts of which nothing is waited for."""
    return frozenset(each.name for each in decisions if each.is_account)


def line_for(name: str, today: object, by: str) -> tuple[str, ...]:
    r"""Return the line that a person types, with the reason left to him.

    >>> print("\n".join(line_for("3fa9c0d1e2b45a67", "2026-11-24", "kari")))
    2026-11-24 custom "set-aside" "3fa9c0d1e2b45a67"
      reason: "..."
      by: "kari"
    """
    return (
        f'{today} custom "{TYPE}" "{name}"',
        '  reason: "..."',
        f'  by: "{by}"',
    )


def named(archive: _Archive, decision: SetAside) -> tuple[str, ...]:
    """Return the archived files that a decision names: one, or something is wrong."""
    return tuple(digest for digest in archive.hashes() if digest.startswith(decision.name))
