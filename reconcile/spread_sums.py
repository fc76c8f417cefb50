"""A sum of payments of ours that the bank tells as if it were one payment.

A batch that is booked in one (`BtchBookg`: wages) may come with one TxDtls: its Refs echo
our PmtInfId, and an EndToEndId is not there, for it is of three payments. PmtInfId and the
exact sum settle them; the details are in our own manifest:

    M-7KQ2...-1    20001.00 + 20002.00 + 20003.00

    bank: -60006.00, M-7KQ2...-1, no EndToEndId, no account     the three payments
    bank: -20001.00, the same                                   one payment: a rule knows it
    bank: -60005.00, the same                                   a rule says that none fits

The three are told as if the bank had told them one by one; so what tells them again, by
their EndToEndIds or as a sum, confirms them.

The trap: what the books have parked whole, before its payments were known, stays whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from ledger import identifications
from ledger.payments import Payment, PaymentStanding
from reconcile import own_lumps
from reconcile.bank_transactions import BankEntry, BankReport, Movement
from reconcile.confirming import confirm
from reconcile.details import replace_key
from reconcile.evidence import Evidence
from reconcile.matches import Finding, Match
from reconcile.own_lumps import Standings, Sum
from reconcile.progress import Progress
from reconcile.rules import end_to_end_id
from reconcile.wording import counted, say


def spread(reports: Iterable[BankReport], progress: Progress) -> list[BankReport]:
    """Return the reports, with the payments of such sums as their details."""
    return [_spread(report, progress) for report in reports]


def _spread(report: BankReport, progress: Progress) -> BankReport:
    if not any(_may_be_sum(entry) for entry in report.entries):
        return report
    entries = tuple(
        _of_payments(entry, progress) if _may_be_sum(entry) else entry
        for entry in report.entries
    )
    return replace(report, entries=entries)


def _may_be_sum(entry: BankEntry) -> bool:
    """Whether an entry has one detail that names a part of ours, and no payment of it."""
    if entry.amount.number >= 0 or len(entry.movements) != 1 or not entry.tells_details:
        return False
    (told,) = entry.movements
    return (
        identifications.is_ours(told.payment_information_id)
        and told.end_to_end_id is None
        and told.counterparty_account is None
        and told.amount == entry.amount
    )


def _of_payments(entry: BankEntry, progress: Progress) -> BankEntry:
    (told,) = entry.movements
    if progress.is_posted(told.key) or progress.is_recorded(told.key):
        return entry
    part = told.payment_information_id
    assert part is not None
    named = replace(entry, payment_information_id=part)
    found = payments_of(named, progress.evidence)
    booked = Sum(
        amount=-entry.amount,
        booking_date=entry.booking_date,
        part=part,
        count=entry.number_of_transactions,
    )
    waiting = not_shown(found, entry, progress)
    standings = own_lumps.payments_in(booked, waiting) or own_lumps.payments_in(
        booked, found
    )
    if len(standings) < 2:
        return entry
    because = why(part, standings, progress)
    payments = (movement_of(each.payment, entry) for each in standings)
    return replace(
        named, movements=tuple(replace(each, part_of=because) for each in payments)
    )


def payments_of(entry: BankEntry, evidence: Evidence) -> Standings:
    """Return the payments that a sum of ours may stand for, by its PmtInfId or MsgId."""
    found: Standings = ()
    if entry.payment_information_id:
        found = evidence.by_payment_information.get(entry.payment_information_id, ())
    elif entry.message_id:
        found = evidence.by_message.get(entry.message_id, ())
    return tuple(
        standing
        for standing in found
        if standing.state not in own_lumps.NOT_IN_LUMPS
        and standing.payment.debtor_account == entry.bank_account
    )


def movement_of(payment: Payment, entry: BankEntry) -> Movement:
    """Return a payment as a detail of the sum that it is in."""
    return own_lumps.movement_of(
        payment,
        entry.bank_account,
        entry.booking_date,
        place=entry.place,
        sha256=entry.sha256,
        source=entry.source,
    )


def settle(
    movement: Movement, entry: BankEntry, reason: str, progress: Progress
) -> tuple[Movement, Finding] | None:
    """Settle one payment of a sum, or take its return; None where a file told it before."""
    if not confirm([movement], entry.key, progress):
        return None
    movement = replace_key(movement, progress)
    finding = end_to_end_id.match(movement, progress.evidence)
    assert finding is not None
    if isinstance(finding, Match):
        finding = replace(finding, rule="lump", why=reason)
        progress.evidence.take(movement, finding.legs)
    else:
        progress.evidence.park(movement)
    progress.memory.tell(movement, entry.key)
    return movement, finding


def not_shown(
    found: Iterable[PaymentStanding], entry: BankEntry, progress: Progress
) -> list[PaymentStanding]:
    """Leave out what a statement has shown before: it is in no later sum."""
    return [each for each in found if not _is_shown(each, entry, progress)]


def _is_shown(standing: PaymentStanding, entry: BankEntry, progress: Progress) -> bool:
    name = standing.payment.end_to_end_id
    return (
        progress.memory.is_shown(movement_of(standing.payment, entry))
        or progress.evidence.placed_money(name) is not None
    )


def why(part: str, standings: Sequence[PaymentStanding], progress: Progress) -> str:
    """Return why a sum is these payments, in words."""
    return say(
        progress.language,
        "why-lump",
        payment_information_id=part,
        count=counted(progress.language, len(standings)),
        message_id=standings[0].payment.message_id,
    )
