"""Answers of the bank to identifications of our form that nobody here knows.

Something was sent that books, archive and store have all lost, or somebody else sends as
us: no further payment may be made before it is explained. An answer names a message, its
parts and their payments (pain.002 `OrgnlMsgId`, `OrgnlPmtInfId`, `OrgnlEndToEndId`), and
each of them can be the one that is unknown: our own MsgId above it explains nothing.

The trap is a thousand alarms about one message: what stands below an unknown
identification is unknown too, and the uppermost alone is named.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from ledger import contradictions, identifications
from ledger.contradictions import Resolution
from ledger.messages import AnsweredNames
from reconcile.wording import say


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownIdentification:
    """An identification of our form that the bank answers and nobody here knows."""

    name: str
    files: tuple[str, ...]
    """The bank's files that name it, by sha256, and that no person has resolved."""
    alarm: str


def of_our_form(told: Iterable[AnsweredNames]) -> tuple[AnsweredNames, ...]:
    """Return what names something of our form: only of that a person must be asked."""
    return tuple(each for each in told if any(map(identifications.is_ours, each.downwards)))


def unknown(
    told: Iterable[AnsweredNames],
    known: Collection[str],
    resolved: Mapping[str, Sequence[Resolution]],
    language: str,
) -> dict[str, UnknownIdentification]:
    """Return each identification that is unknown and that no person has explained, by name.

    Args:
        told: What the bank's answers name.
        known: The MsgIds, PmtInfIds and EndToEndIds of all that was ordered or recalled.
        resolved: What persons have said of identifications, by name.
        language: Of the alarms.
    """
    files: dict[str, set[str]] = defaultdict(set)
    for each in told:
        name = next(
            (one for one in each.downwards if _is_unknown(one, known)),
            None,
        )
        if name is None:
            continue
        of_file = contradictions.of_file(each.sha256)
        if contradictions.resolving(of_file, resolved.get(name, ())) is None:
            files[name].add(each.sha256)
    return {
        name: UnknownIdentification(
            name=name,
            files=tuple(sorted(found)),
            alarm=say(language, "alarm-unknown-id", identification=name),
        )
        for name, found in sorted(files.items())
    }


def _is_unknown(name: str, known: Collection[str]) -> bool:
    return name not in known and identifications.is_ours(name)
