"""What the books say of every payment of ours: booked, come back, or parked.

A posting names its payment by the EndToEndId. A sum that the bank booked for several
payments, and that is not theirs, is parked under the PmtInfId (or the MsgId): it stands
for each of them that was not told by itself, until a person has placed it, or until its
details have come and say what it was.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from bankio.amount import Amount
from ledger.open_items import ItemKind, ItemPosting, Items, OpenItem
from ledger.payments import ParkedEntry, Payment


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """What the books say of a payment."""

    booked: date | None = None
    """None where only its return was told so far."""
    returned: date | None = None
    reason: str | None = None
    """Why it came back, code first."""
    parked: tuple[ParkedEntry, ...] = ()
    """What the bank told of it and no rule settled, by date."""

    @property
    def executed_otherwise(self) -> tuple[ParkedEntry, ...]:
        """What left the account under its name and settled nothing, if nothing did."""
        if self.booked is not None:
            return ()
        return tuple(each for each in self.parked if each.amount.number > 0)

    @property
    def is_lump_alone(self) -> bool:
        """Whether only a sum for several payments speaks of it."""
        is_told = self.booked is not None or self.returned is not None
        return not is_told and all(each.part is not None for each in self.parked)


def names_of(payment: Payment) -> tuple[str, str, str]:
    """Return by what a payment can stand in the books: alone, or in a lump of its part."""
    return payment.end_to_end_id, payment.payment_information_id, payment.message_id


def bookings(
    items: Items,
    named: Collection[str] | None = None,
    *,
    until: date | None = None,
) -> dict[str, Booking]:
    """Return what the books say of every payment: its postings carry the EndToEndId.

    A sum that is parked for several payments stands under the PmtInfId, or the MsgId.

    A payment is returned while what came back is not less than what was booked: the
    bank may take a booking back by mistake and book it again. It is not booked while a
    person has undone all by which he had said that it was. A person may say that a part
    came back. What came back after a person had undone the booking settles what stands on
    suspense, and is a return all the same.

    Args:
        items: Of the books.
        named: The `names_of` the payments that are asked for; None: all.
        until: What was posted on later days is left out.
    """
    found: dict[str, Booking] = {}
    nets: dict[str, Amount] = {}
    undone: set[str] = set()
    given_back: dict[str, Decimal] = {}
    for item in items.with_payments(named):
        for posting in item.postings:
            identification = posting.payment_name
            if identification is None or not _counts(posting, until):
                continue
            before = found.get(identification, Booking())
            if item.kind is ItemKind.SUSPENSE and not item.meets_undone(posting):
                if not _is_explained(item, posting, until):
                    parked = (*before.parked, _parked(item, posting, until))
                    found[identification] = replace(before, parked=parked)
                continue
            found[identification] = _with_posting(before, posting)
            undone |= {identification} if posting.undoes is not None else set()
            if item.is_given_back(posting):
                before_it = given_back.get(identification, Decimal(0))
                given_back[identification] = before_it + posting.amount.number
            net = nets.get(identification)
            nets[identification] = posting.amount if net is None else net + posting.amount
    for identification, net in nets.items():
        booking = found[identification]
        if net.number > 0 and given_back.get(identification, Decimal(0)) >= 0:
            found[identification] = replace(booking, returned=None, reason=None)
        elif identification in undone and booking.returned is None:
            found[identification] = replace(booking, booked=None)
    return {name: booking for name, booking in found.items() if booking != Booking()}


def _counts(posting: ItemPosting, until: date | None) -> bool:
    return until is None or posting.date <= until


def _parked(item: OpenItem, posting: ItemPosting, until: date | None) -> ParkedEntry:
    counted = [each for each in item.postings if _counts(each, until)]
    left = Amount.zero(posting.amount.currency)
    for each in counted:
        left += each.amount
    decided = (each.voucher for each in counted if each.payment_name is None)
    return ParkedEntry(
        open_item=item.key,
        date=posting.date,
        amount=posting.amount,
        left=left,
        vouchers=tuple(dict.fromkeys(filter(None, decided))),
        part=posting.part,
        bank_account="".join((posting.movement or "").split("/")[1:2]) or None,
        counterparty_account=posting.counterparty_account,
    )


def _is_explained(item: OpenItem, posting: ItemPosting, until: date | None) -> bool:
    """Whether a parked sum went to clearing: its details have come, and they are told."""
    if posting.part is None:
        return False
    named = [p for p in item.postings if p.part == posting.part and _counts(p, until)]
    return len(named) > 1 and not sum(p.amount.number for p in named)


def _with_posting(before: Booking, posting: ItemPosting) -> Booking:
    if posting.amount.number < 0 and posting.reason is not None:
        return replace(before, returned=posting.date, reason=posting.reason)
    if posting.amount.number < 0:
        return before  # a credit note that was netted in, or a person's word taken back
    return replace(before, booked=min(filter(None, (before.booked, posting.date))))


def booking_of(payment: Payment, bookings: Mapping[str, Booking]) -> Booking | None:
    """Return what the books say of a payment: its own, or that its lump is parked."""
    alone, *parts = (bookings.get(name) for name in names_of(payment))
    if alone is not None:
        # It was told by itself, so that the sum in doubt is about the others.
        return alone
    # A sum that names the message alone: what was to be paid later is not in it.
    due = payment.requested_execution_date
    parked = tuple(
        entry
        for part in parts
        if part is not None
        for entry in part.parked
        if entry.part != payment.message_id or entry.date >= due
    )
    return Booking(parked=parked) if parked else None
