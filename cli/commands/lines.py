"""Write lines that no bank file told (orders, decisions, openings) to a machine file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from cli.wiring import Workplace
from ledger.directives import Custom, Directive
from ledger.machine_files import month_file
from ledger.store import StoreTransaction


def write(
    workplace: Workplace,
    directives: Sequence[Directive],
    *,
    kind: Literal["bank", "import"] = "bank",
    note: str = "",
    is_decided: bool = False,
) -> None:
    """Check the directives against the books and commit them, in the file of the first.

    Args:
        workplace: Where.
        directives: What is to be written.
        kind: Of the machine file.
        note: What it is, for a person.
        is_decided: See `ledger.journal.Journal.commit`.
    """
    payload = workplace.books.checked_payload(directives)
    path = month_file(workplace.folder, kind, directives[0].date)
    workplace.journal.commit(
        {path: payload},
        _nothing_to_record,
        note=note or ", ".join(map(_named, directives)),
        is_decided=is_decided,
    )


def _named(directive: Directive) -> str:
    """Return what a line is about, as a person would look for it."""
    if isinstance(directive, Custom) and directive.values:
        return f"{directive.type} {directive.values[0]} of {directive.date}"
    return f"{directive.date}"


def _nothing_to_record(transaction: StoreTransaction) -> None:
    """Such lines are facts of the books alone."""
