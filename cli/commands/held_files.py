"""What a person can do about a file of the bank that waits: the lines that he types."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cli.commands import missing_statements, proven, setting_aside
from cli.wiring import Workplace
from ledger.bank_proof import file_name


@dataclass(frozen=True, slots=True, kw_only=True)
class Instead:
    """What else a person may type: the line that sets aside the file that is wrong."""

    file: str
    how: str
    """When it is typed, and what it brings about."""
    decide: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What a person types, and what else he may."""

    how: str
    decide: tuple[str, ...]
    instead: tuple[Instead, ...]


def choice(workplace: Workplace, digest: str) -> Choice:
    """Return what can be done about a file, by its sha256.

    Where a statement before it is missing that is said first: it is right itself.
    """
    aside = setting_aside.line(workplace, digest)
    contradicted = tuple(_contradicted(workplace, digest))
    waits = missing_statements.of(workplace, digest)
    missing = [each.gap for each in waits if each.gap is not None]
    if not missing:
        how = setting_aside.how(workplace)
        if waits:
            how = f"it is posted by itself, after the one before it; {how}"
        return Choice(how=how, decide=aside, instead=contradicted)
    own = Instead(
        file=file_name(workplace.archive, digest),
        how="or, if this one is wrong and does not count, this line:",
        decide=aside,
    )
    return Choice(
        how=missing_statements.how(workplace, missing),
        decide=missing_statements.lines(workplace, missing),
        instead=(own, *contradicted),
    )


def _contradicted(workplace: Workplace, digest: str) -> Iterator[Instead]:
    """Yield the statements that proved a day which a file tells otherwise."""
    for other in proven.contradicted(workplace, digest):
        if setting_aside.of(workplace, other) is None:
            name = file_name(workplace.archive, other)
            yield Instead(
                file=name,
                how=(
                    f"or, where {name} is the wrong one, this line; books reconcile then"
                    " takes back what it told and posts the day anew:"
                ),
                decide=setting_aside.line(workplace, other),
            )
