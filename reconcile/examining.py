"""What a movement is that no file has told before: what a rule finds, or why it waits.

Before any rule is asked the movement must be certain: its entry is booked and its details
make it, the bank has not booked it twice, and no other file may have told it.
"""

from __future__ import annotations

from dataclasses import replace

from reconcile import booked_before, matching, undecided
from reconcile.bank_transactions import BankEntry, Movement
from reconcile.matches import Doubt, Finding, Match
from reconcile.progress import Progress
from reconcile.wording import say, sources


def examine(movement: Movement, entry: BankEntry, progress: Progress) -> Finding:
    """Return what a movement is that nobody has told: a match, or why it waits."""
    language, evidence = progress.language, progress.evidence
    if progress.is_recorded(movement.key):
        # What it is stands in the books; nothing is matched for it again.
        return Doubt(rule=matching.PARKED, reason="")
    if not entry.details_add_up:
        return Doubt(rule=matching.PARKED, reason=_differing(entry, language))
    if entry.status is None and entry.source == "statement":
        return Doubt(rule=matching.PARKED, reason=say(language, "no-status"))
    twin = booked_before.twin_of(movement, entry, progress)
    if twin is not None:
        return Doubt(rule=matching.PARKED, reason=say(language, "duplicate", movement=twin))
    maybe = undecided.doubt(movement, progress)
    if maybe is not None:
        source = sources(language, maybe.tellers)
        reason = say(language, "same-money", movement=maybe.key, source=source)
        return Doubt(rule=matching.PARKED, reason=reason)
    found = matching.find(movement, evidence)
    if movement.part_of is not None and isinstance(found, Match):
        return replace(found, rule="lump", why=movement.part_of)
    return found


def _differing(entry: BankEntry, language: str) -> str:
    """Return by how much the details of an entry, and its charges, are not the entry."""
    reason = say(language, "details-differ", amount=entry.amount)
    told = entry.details_total
    if told is None:
        return reason
    charges = ", ".join(str(each.amount) for each in entry.charges if each.amount)
    return reason + say(
        language,
        "details-differ-by" if not charges else "details-differ-with-charges",
        told=told,
        difference=entry.amount - told,
        charges=charges,
    )
