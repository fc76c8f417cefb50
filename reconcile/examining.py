"""What a movement is that no file has told before: what a rule finds, or why it waits.

Before any rule is asked the movement must be certain: its entry is booked and its details
make it, the bank has not booked it twice, and no other file may have told it.
"""

from __future__ import annotations

from reconcile import matching, undecided
from reconcile.bank_transactions import BankEntry, Movement, detail_key
from reconcile.matches import Doubt, Finding
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
    twin = _booked_before(movement, entry, progress)
    if twin is not None:
        return Doubt(rule=matching.PARKED, reason=say(language, "duplicate", movement=twin))
    maybe = undecided.doubt(movement, progress)
    if maybe is not None:
        source = sources(language, maybe.tellers)
        reason = say(language, "same-money", movement=maybe.key, source=source)
        return Doubt(rule=matching.PARKED, reason=reason)
    return matching.find(movement, evidence)


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


def _booked_before(movement: Movement, entry: BankEntry, progress: Progress) -> str | None:
    """Return the key of a booking of the day under the bank's same reference, all alike.

    Two bookings of one reference are asked about, and never the details of one: there
    the sum that was booked holds them all, and some banks give each the sum's reference.
    """
    reference = movement.account_servicer_reference
    if reference is None or len(entry.movements) > 1:
        return None
    key = detail_key(movement.bank_account, movement.booking_date, reference)
    told = progress.memory.told(movement.source, key)
    if told is None or key == movement.key:
        return None
    is_alike = (
        told.amount == movement.amount
        and told.kid == movement.kid
        and told.end_to_end_id == movement.end_to_end_id
        and told.counterparty_account == movement.counterparty_account
    )
    return key if is_alike else None
