"""Which payments of ours one debit of the bank stands for, by the manifest.

The bank names the part of a message (PmtInfId), or the message alone (MsgId), and perhaps
how many payments it has summed. What it rejected is in no sum, nor what a statement has
shown before:

    M-7KQ2…-1  18 November   1000.00 + 2000.00
    M-7KQ2…-2  20 November   3000.00 + 4500.00

    bank: -3000.00, M-7KQ2…-1                 the two payments of the part
    bank: -7500.00, M-7KQ2… alone, 2 of them  those of -2: no other set makes the sum
    bank: -3000.00, M-7KQ2… alone             those of -1; is it one of -2? -1 is of the day
    bank: -7400.00, M-7KQ2… alone, 20 Nov     no set: parked, for the payments of that day

The trap: a message has many payments, and of many some always make a sum. So only sets are
looked at that a bank sums: a part, a day, all of the message.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from bankio.amount import Amount
from bankio.errors import Place
from ledger.payments import Payment, PaymentStanding, PaymentState
from reconcile.bank_transactions import Movement, ReportSource, detail_key

#: States in which the bank has ended a payment unpaid: it is in no lump.
NOT_IN_LUMPS = {PaymentState.REJECTED, PaymentState.CANCELLED, PaymentState.DROPPED}

Standings = tuple[PaymentStanding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """One debit for payments of ours, as the bank tells it."""

    amount: Amount
    """Positive."""
    booking_date: date
    part: str
    """PmtInfId, or MsgId."""
    count: int | None = None
    """NbOfTxs."""


def payments_in(told: Sum, found: Sequence[PaymentStanding]) -> Standings:
    """Return the only set of payments that makes a sum; empty: none does, or several.

    Args:
        told: The sum.
        found: The payments of what it names that may be in it.
    """
    if _is_of_one_part(told, found):
        return tuple(found) if total(found, told.amount.currency) == told.amount else ()
    sets = {_names(each): each for each in _sets(found) if _makes(told, each)}
    if len(sets) > 1:
        due = {name: each for name, each in sets.items() if _is_of_the_day(told, each)}
        sets = due or sets
    return next(iter(sets.values())) if len(sets) == 1 else ()


def _names(standings: Standings) -> frozenset[str]:
    return frozenset(each.payment.end_to_end_id for each in standings)


def _is_of_one_part(told: Sum, found: Iterable[PaymentStanding]) -> bool:
    """Whether the bank has named the part: then its sum is enough."""
    return all(each.payment.payment_information_id == told.part for each in found)


def _sets(found: Sequence[PaymentStanding]) -> Iterable[Standings]:
    """Yield what a bank sums of a message: all of it, a part, what is due on a day."""
    yield tuple(found)
    yield from parts_of(found).values()
    days: dict[date, list[PaymentStanding]] = defaultdict(list)
    for each in found:
        days[each.execution_date].append(each)
    yield from map(tuple, days.values())


def parts_of(found: Iterable[PaymentStanding]) -> dict[str, Standings]:
    """Return payments by their PmtInfId."""
    parts: dict[str, list[PaymentStanding]] = defaultdict(list)
    for each in found:
        parts[each.payment.payment_information_id].append(each)
    return {name: tuple(standings) for name, standings in parts.items()}


def _makes(told: Sum, standings: Standings) -> bool:
    is_counted = told.count in {None, len(standings)}
    return is_counted and total(standings, told.amount.currency) == told.amount


def _is_of_the_day(told: Sum, standings: Standings) -> bool:
    return all(each.execution_date == told.booking_date for each in standings)


def total(standings: Iterable[PaymentStanding], currency: str) -> Amount | None:
    """Return the sum of payments; None where one of them is in another currency."""
    found = Amount.zero(currency)
    for each in standings:
        if each.payment.amount.currency != currency:
            return None
        found += each.payment.amount
    return found


def spoken_of(told: Sum, found: Sequence[PaymentStanding]) -> tuple[str, Standings]:
    """Return for which payments a sum stands that no set of them makes, and their name.

    Of a message those that were due last, up to the day: what is due later the bank has
    not paid yet.
    """
    due = [e for e in found if e.execution_date <= told.booking_date]
    if not due or _is_of_one_part(told, found):
        return told.part, tuple(found)
    last = max(each.execution_date for each in due)
    spoken = tuple(e for e in due if e.execution_date == last)
    parts = parts_of(spoken)
    return (next(iter(parts)) if len(parts) == 1 else told.part), spoken


def movement_of(
    payment: Payment,
    bank_account: str,
    day: date,
    *,
    place: Place,
    sha256: str,
    source: ReportSource = "statement",
) -> Movement:
    """Return a payment as a detail of the sum that it is in."""
    return Movement(
        key=detail_key(bank_account, day, payment.end_to_end_id),
        source=source,
        bank_account=bank_account,
        booking_date=day,
        amount=-payment.amount,
        end_to_end_id=payment.end_to_end_id,
        payment_information_id=payment.payment_information_id,
        message_id=payment.message_id,
        kid=payment.kid,
        counterparty_name=payment.creditor_name,
        counterparty_account=payment.creditor_account,
        place=place,
        sha256=sha256,
    )
