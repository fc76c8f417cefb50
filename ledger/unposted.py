"""Money out that the bank has told in files which no run has posted yet.

A file that has just come, one that is held, one in quarantine: any of them may say that a
payment is booked which was refused before, or that a bill was paid in the netbank. For
money out the union wins, so what such a file names is not ordered until it is posted, or
a person has set the file aside. So it is with a payment that the bank has named since a
person placed its money as another.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from bankio.amount import Amount
from ledger.open_items import OpenItem
from ledger.payments import Payment, PaymentStanding


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldBooking:
    """One debit that an unposted file tells as booked."""

    file: str
    names: frozenset[str]
    """Its EndToEndId and InstrId, or what it is a part of: PmtInfId and MsgId."""
    amounts: frozenset[Amount] = frozenset()
    """What the payment may be, positive: what was booked, what was instructed, what is left
    without charges. Empty where the file does not tell it of the payment by itself."""
    creditor_account: str | None = None
    references: frozenset[str] = frozenset()
    """KIDs, invoice numbers, and each word of the text."""
    first: str = "books reconcile"
    """What a person does before it can be ordered."""


@dataclass(frozen=True, slots=True)
class UnreadFile:
    """A file that no reader understands: it may tell a booking of whatever it names."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Unposted:
    """What all such files tell. Empty on most days, and then it costs nothing."""

    bookings: tuple[ToldBooking, ...] = ()
    unread: tuple[UnreadFile, ...] = ()
    ordered: frozenset[str] = frozenset()
    """The EndToEndIds of every payment that is known here."""

    def __bool__(self) -> bool:
        """Whether there is anything to look at."""
        return bool(self.bookings or self.unread)

    def reason(
        self, item: OpenItem, standings: Sequence[PaymentStanding], payment: Payment
    ) -> str | None:
        """Return why an item is not paid before those files are posted, or None.

        Args:
            item: What is to be paid.
            standings: Every payment ever ordered of it.
            payment: The one that would be ordered now. After everything was restored from
                an older backup its EndToEndId may be one that the bank has booked.
        """
        settled = {each.end_to_end_id for each in item.postings}
        earlier = (standing.payment for standing in standings)
        names = {payment.end_to_end_id}
        for each in (other for other in earlier if other.end_to_end_id not in settled):
            names |= names_of(each)
        return self.reason_by_name(names) or self._by_terms(item, payment)

    def reason_by_name(self, names: Collection[str]) -> str | None:
        """Return why what has one of these names is not paid now, or None."""
        found = self.booking(names)
        if found is not None:
            return _told(found)
        for each in self.unread:
            text = each.data.replace(b"\0", b"")
            if any(name.encode() in text for name in names):
                return (
                    f"{each.name} cannot be read and names it: the bank may have booked it;"
                    " books unmatched says what can be done"
                )
        return None

    def booking(self, names: Collection[str]) -> ToldBooking | None:
        """Return a booking under one of these names."""
        return next((e for e in self.bookings if not e.names.isdisjoint(names)), None)

    def _by_terms(self, item: OpenItem, payment: Payment) -> str | None:
        """Return why not: another payment of the same bill, by account and reference.

        What is a known payment's own booking is no other bill's.
        """
        references = {each for each in (item.kid, item.invoice) if each}
        amounts = {payment.amount, -item.residual}
        for each in self.bookings:
            if (
                not each.amounts.isdisjoint(amounts)
                and each.creditor_account in {None, item.creditor_account}
                and not each.references.isdisjoint(references)
                and each.names.isdisjoint(self.ordered)
            ):
                return _told(each)
        return None


def names_of(payment: Payment) -> set[str]:
    """Return by what a bank's file can name a payment: itself, or a sum that it is in."""
    names = (
        payment.end_to_end_id,
        payment.payment_information_id,
        payment.message_id,
    )
    return {each for each in names if each}


def _told(booking: ToldBooking) -> str:
    return f"the bank has told of a booking of it in {booking.file}: {booking.first} first"
