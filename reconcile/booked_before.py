"""Whether the bank has booked this before, under the same reference: a person is asked.

Two bookings of a day under one reference, alike in all, are a likely double booking. So is
a receipt that is booked again on one of the next bank days:

    19 Nov   1500.00  reference AS1  KID 17 from A      settles kf-17
    20 Nov   1500.00  reference AS1  KID 17 from A      parked: a likely double booking
    20 Nov   1500.00  reference AS2  KID 17 from A      paid twice: to the customer's credit

The traps: the details of one booking are never asked about, for its sum holds them all, and
some banks give each the sum's reference. Of the next days receipts with a KID alone are
asked about: what an agreement repeats day by day has one name for ever. A bank that takes
a receipt back and books it anew has booked it once. And some number their bookings from 1
each day, as OCR giro does: a source that has told one reference of different receipts on
different days says nothing by telling it again.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from ledger.movements import ToldMovement
from reconcile.bank_transactions import BankEntry, Movement, detail_key
from reconcile.progress import Progress
from reconcile.same_money import BANK_DAYS_APART_MAX

#: Calendar days that three bank days never reach beyond: Easter is the longest.
_DAYS_MAX = 10


def twin_of(movement: Movement, entry: BankEntry, progress: Progress) -> str | None:
    """Return the key of a booking that a movement likely is once more, or None."""
    reference = movement.account_servicer_reference
    if reference is None or len(entry.movements) > 1:
        return None
    key = detail_key(movement.bank_account, movement.booking_date, reference)
    told = progress.memory.told(movement.source, key)
    if told is not None and key != movement.key and _is_alike(told, movement):
        return key
    return _of_another_day(movement, reference, progress)


def _is_alike(told: ToldMovement, movement: Movement) -> bool:
    return (
        told.amount == movement.amount
        and told.kid == movement.kid
        and told.end_to_end_id == movement.end_to_end_id
        and told.counterparty_account == movement.counterparty_account
    )


def _of_another_day(movement: Movement, reference: str, progress: Progress) -> str | None:
    """Return the key of the same receipt, booked on one of the bank days around."""
    if movement.source == "ocr-giro" or movement.kid is None or movement.is_reversal:
        return None
    if movement.amount.number <= 0:
        return None
    for told in _told_around(movement, reference, progress):
        apart = progress.known.bank_days_apart(told.booking_date, movement.booking_date)
        if apart <= BANK_DAYS_APART_MAX and _is_alike(told, movement):
            stands = not _is_taken_back(told, movement, progress)
            is_name = not progress.memory.numbers_anew(movement)
            return told.key if stands and is_name else None
    return None


def _told_around(
    movement: Movement, reference: str, progress: Progress
) -> Iterator[ToldMovement]:
    """Yield what its source told under a reference on the days around, nearest first."""
    for apart in range(1, _DAYS_MAX + 1):
        for days in (-apart, apart):
            day = movement.booking_date + timedelta(days)
            key = detail_key(movement.bank_account, day, reference)
            told = progress.memory.told(movement.source, key)
            if told is not None:
                yield told


def _is_taken_back(told: ToldMovement, again: Movement, progress: Progress) -> bool:
    """Whether the bank has taken the first booking back: then it books it anew."""
    return any(
        money.booking_date >= told.booking_date for money in progress.memory.opposite(again)
    )
