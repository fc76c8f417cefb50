"""What contradicts a payment, and a person's word on which of the two is true.

The bank rejected a payment, and then booked it; it took one back, and then booked it; we
said that a message was never sent, and the bank has it; or the bank told a status that
nobody knows. The money stands where the bank's booking put it: what is left is that two
words cannot both be true. A person asks the bank, and resolves it:

```beancount
2026-11-06 custom "contradiction-resolved" "E-SQX2…" "70766ce59ac48264"
  told: "RJCT AC04"
  reason: "the bank says by telephone that it was executed, case 4711"
  by: "kari"
```

The second name is a beginning of the sha256 of the bank's file that is contradicted, or
`never-sent`. So a line ends one contradiction: what the bank tells in another file
afterwards is an alarm again. It moves no money and changes no state, so that no bill can
be paid a second time through it.

The first name may also be one of our form that the bank answers and nobody here knows
(`reconcile.unknown_identifications`): the line says that it is none of ours.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ledger.accounts import text
from ledger.directives import BooksPlace, Custom
from ledger.set_aside import SHORT, is_file_name

TYPE = "contradiction-resolved"
NEVER_SENT = "never-sent"
_FORM = ("EndToEndId", "what is contradicted")


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """A person's word that a payment stands as the books have it."""

    end_to_end_id: str
    contradicted: str
    """A beginning of the sha256 of the bank's file, or `never-sent`."""
    told: str
    """What is contradicted, for whoever reads the line."""
    reason: str
    by: str
    on: dt.date
    place: BooksPlace | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Contradiction:
    """A word that cannot be true if the payment is what the books say."""

    contradicted: str
    """As in the line that resolves it."""
    told: str
    is_ending: bool
    """Whether it said that the payment would never be executed."""
    resolution: Resolution | None = None


def of_file(sha256: str) -> str:
    """Return how a line names a file of the bank."""
    return sha256[:SHORT]


def name_error(name: str) -> str | None:
    r"""Return what is wrong with what a line contradicts, or None.

    >>> name_error("never-sent"), name_error("70766ce59ac48264")
    (None, None)
    >>> name_error("X1.xml")
    '"X1.xml" is neither 16 to 64 digits of a file\'s sha256 nor "never-sent"'
    """
    if name == NEVER_SENT or is_file_name(name):
        return None
    return (
        f'"{name}" is neither {SHORT} to 64 digits of a file\'s sha256 nor "{NEVER_SENT}"'
    )


def line(resolution: Resolution) -> Custom:
    """Return the line that says it in the books."""
    return Custom(
        date=resolution.on,
        type=TYPE,
        values=(resolution.end_to_end_id, resolution.contradicted),
        meta={
            "told": resolution.told,
            "reason": resolution.reason,
            "by": resolution.by,
        },
    )


def resolutions(customs: Iterable[Custom]) -> Mapping[str, tuple[Resolution, ...]]:
    """Return what persons have resolved, by EndToEndId."""
    found: dict[str, tuple[Resolution, ...]] = {}
    for custom in customs:
        if custom.type != TYPE or len(custom.values) != len(_FORM):
            continue
        end_to_end_id, contradicted = map(str, custom.values)
        made = Resolution(
            end_to_end_id=end_to_end_id,
            contradicted=contradicted,
            told=text(custom.meta, "told") or "",
            reason=text(custom.meta, "reason") or "",
            by=text(custom.meta, "by") or "",
            on=custom.date,
            place=custom.place,
        )
        found[end_to_end_id] = (*found.get(end_to_end_id, ()), made)
    return found


def resolving(contradicted: str, resolutions: Iterable[Resolution]) -> Resolution | None:
    """Return the resolution of what a file, or our own word, said; None: nobody has."""
    return next(
        (
            each
            for each in resolutions
            if each.contradicted == contradicted
            or of_file(each.contradicted) == contradicted
        ),
        None,
    )
