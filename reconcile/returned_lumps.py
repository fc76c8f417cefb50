"""One sum that comes back for many payments of ours: a lump that the bank takes back.

    bank: -60006.00, M-7KQ2…-1, 3 of them            three wages are paid
    bank: +60006.00, M-7KQ2…-1, RvslInd or RRTN      all of them are open again, and held
    bank: +40003.00, M-7KQ2…-1, RvslInd              parked: a person says which came back

The bank names the part of our message (or the message), and what has come back of it is
the sum of what it has booked: then it is these payments, as a debit would be. The trap is
the one that came back by itself before: it is in no sum that comes back later.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from bankio.amount import Amount
from ledger.payments import PaymentStanding
from reconcile import own_lumps, spread_sums
from reconcile.bank_transactions import BankEntry, Movement
from reconcile.details import replace_key
from reconcile.matches import Doubt, Finding
from reconcile.matching import PARKED
from reconcile.own_lumps import Standings, Sum
from reconcile.progress import Progress
from reconcile.returned_payments import comes_back
from reconcile.wording import counted, say

Split = tuple[list[tuple[Movement, Finding]], Amount]
"""What an entry is, and how much of it other files have told."""


def split(
    entry: BankEntry, found: Iterable[PaymentStanding], progress: Progress
) -> Split | None:
    """Return the payments that a sum gives back; None where it is no such sum.

    Args:
        entry: A line of a statement that tells no details.
        found: The payments of the part, or the message, that it names.
        progress: Where it is planned.
    """
    whole = entry.movements[0]
    part = entry.payment_information_id or entry.message_id
    if part is None or not comes_back(whole) or progress.is_recorded(whole.key):
        return None
    booked = [each for each in found if _may_come_back(each, whole, progress)]
    if not booked:
        return None
    told = Sum(
        amount=entry.amount,
        booking_date=entry.booking_date,
        part=part,
        count=entry.number_of_transactions,
    )
    standings = own_lumps.payments_in(told, booked)
    if standings:
        return _split(entry, told, standings, progress)
    sent = own_lumps.total(booked, entry.amount.currency)
    reason = say(
        progress.language,
        "lump-came-back",
        payment_information_id=part,
        booked=entry.amount,
        sent=sent,
    )
    movement = replace_key(whole, progress)
    progress.memory.tell(movement, entry.key)
    doubt = Doubt(rule=PARKED, reason=reason, alarms=(reason,), part=part)
    return [(movement, doubt)], Amount.zero(entry.amount.currency)


def _may_come_back(standing: PaymentStanding, whole: Movement, progress: Progress) -> bool:
    """Whether a payment is booked, or its return is told by another source alone."""
    if progress.evidence.settled_by(standing.payment).number > 0:
        return True
    return progress.memory.same(_movement_of(standing, whole)) is not None


def _movement_of(standing: PaymentStanding, whole: Movement) -> Movement:
    """Return the return of a payment as a detail of the sum that it is in."""
    movement = own_lumps.movement_of(
        standing.payment,
        whole.bank_account,
        whole.booking_date,
        place=whole.place,
        sha256=whole.sha256,
    )
    return replace(
        movement,
        amount=standing.payment.amount,
        code=whole.code,
        is_reversal=whole.is_reversal,
        return_reason=whole.return_reason,
        text=whole.text,
    )


def _split(entry: BankEntry, told: Sum, standings: Standings, progress: Progress) -> Split:
    why = say(
        progress.language,
        "why-lump-came-back",
        payment_information_id=told.part,
        count=counted(progress.language, len(standings)),
        message_id=standings[0].payment.message_id,
    )
    found: list[tuple[Movement, Finding]] = []
    cleared = Amount.zero(entry.amount.currency)
    for standing in standings:
        movement = _movement_of(standing, entry.movements[0])
        settled = spread_sums.settle(movement, entry, why, progress)
        if settled is None:
            cleared += movement.amount
        else:
            found.append(settled)
    return found, cleared
