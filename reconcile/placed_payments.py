"""Money that was parked without a name, and said to be a payment of ours since.

    statement    -500.00, no EndToEndId     parked; a person matches it: it is E-SQX2…
    camt.054     -500.00, E-SQX2…           the same money: it confirms, and settles nothing

One sum may be many payments: each that is told confirms it. The trap is the payment that
the bank books twice: what a source has told by its name, or has told itself as that money,
it does not tell again.
"""

from __future__ import annotations

from reconcile.bank_transactions import Movement
from reconcile.moneys import Money
from reconcile.progress import Progress
from reconcile.same_money import BANK_DAYS_APART_MAX


def money_of(movement: Movement, progress: Progress) -> Money | None:
    """Return the money of which it was said that it is this payment of ours."""
    name = movement.end_to_end_id
    if name is None or movement.amount.number >= 0:
        return None
    if progress.memory.is_named(movement.source, name):
        return None
    key = progress.evidence.placed_money(name)
    money = progress.memory.money(key) if key is not None else None
    if money is None or _has_told_whole(movement.source, money, progress):
        return None
    apart = progress.known.bank_days_apart(money.booking_date, movement.booking_date)
    return money if apart <= BANK_DAYS_APART_MAX else None


def _has_told_whole(source: str, money: Money, progress: Progress) -> bool:
    """Whether a source told a money itself, and not by the payments that it is."""
    told = progress.memory.told(source, money.key)
    return told is not None and told.end_to_end_id is None
