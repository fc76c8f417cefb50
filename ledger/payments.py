"""Payments that were ordered: what we asked a bank to pay, item by item.

The same facts stand in three places, each of which can be lost and each of which then
is made up by the others: `custom "remittance"` and `custom "payment"` lines of the
books, the manifest in the sidecar of the archived file, and the store.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from bankio.amount import Amount
from bankio.iso20022.payment_order import PaymentKind
from ledger.contradictions import Contradiction


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidItem:
    """An open item and how much of it a payment settles."""

    open_item: str
    account: str
    """Ledger account of the item."""
    amount: Amount
    """Positive for what we pay, negative for a credit note that is netted in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """One credit transfer that we ordered (CdtTrfTxInf)."""

    end_to_end_id: str
    attempt: int
    message_id: str
    payment_information_id: str
    items: tuple[PaidItem, ...]
    amount: Amount
    """Positive: the sum of the items."""
    debtor_account: str
    """Our bank account's number."""
    creditor_account: str
    creditor_name: str
    kid: str | None
    message: str | None
    requested_execution_date: date
    kid_check_waived: bool = False
    """A person released the item although its KID fails both check digits."""
    kind: PaymentKind = PaymentKind.SUPPLIER
    batch_booking: bool = False
    """Whether we asked for one lump on the statement."""
    foreign: bool = False
    """Ordered before the first day, in the old system: known from the opening only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remittance:
    """One pain.001 message that we wrote."""

    message_id: str
    sha256: str
    file_name: str
    debtor_account: str
    created: str
    """ISO date-time of the message (CreDtTm)."""
    payments: tuple[Payment, ...]
    channel: str = ""
    """Name of the channel that carries it, as in books.toml."""

    @property
    def total(self) -> Amount:
        """What the bank's receipt must show as the sum."""
        total = Amount.zero(self.payments[0].amount.currency)
        for payment in self.payments:
            total += payment.amount
        return total


class PaymentState(StrEnum):
    """Where a payment is. The first eight are live: its items are blocked."""

    PREPARED = "prepared"
    UNKNOWN = "unknown"
    TRANSMITTED = "transmitted"
    RECEIVED = "received"
    ACCEPTED = "accepted"
    PENDING = "pending"
    CANCEL_REQUESTED = "cancel-requested"
    BOOKED = "booked"
    BOOKED_OTHERWISE = "booked-otherwise"
    """Executed, but not as we sent it, or its items could not take it: parked until a
    person has decided."""
    RETURNED = "returned"
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    DROPPED = "dropped"

    @property
    def is_live(self) -> bool:
        """Whether money may still move for it."""
        return self in LIVE

    @property
    def has_failed(self) -> bool:
        """Whether the bank ended it, and not as sent: a person must release the item."""
        return self in {
            PaymentState.REJECTED,
            PaymentState.RETURNED,
            PaymentState.BOOKED_OTHERWISE,
        }


LIVE = frozenset(
    {
        PaymentState.PREPARED,
        PaymentState.UNKNOWN,
        PaymentState.TRANSMITTED,
        PaymentState.RECEIVED,
        PaymentState.ACCEPTED,
        PaymentState.PENDING,
        PaymentState.CANCEL_REQUESTED,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ParkedEntry:
    """What the bank told under our EndToEndId and no rule would settle.

    Another amount or account, the same payment a second time, a return that fits no
    booking, a bill that has not so much left. It stands on suspense until a person has
    matched or booked all of it.
    """

    open_item: str
    date: date
    amount: Amount
    """Money out is positive."""
    left: Amount
    """What nobody has decided yet, signed alike."""
    vouchers: tuple[str, ...] = ()
    """Of what was decided."""
    part: str | None = None
    """PmtInfId, or MsgId, where it is one sum for several payments, and not theirs."""
    bank_account: str | None = None
    """Of ours, that it left."""
    counterparty_account: str | None = None
    """Where it went, as far as the bank has told."""

    def is_as_sent(self, payment: Payment) -> bool:
        """Whether amount and accounts are as we sent them: its items could not take it."""
        return (
            self.part is None
            and self.amount == payment.amount
            and self.bank_account in {None, payment.debtor_account}
            and self.counterparty_account in {None, payment.creditor_account}
        )

    @property
    def is_decided(self) -> bool:
        """Whether a person has said where all of it belongs."""
        return not self.left


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentStanding:
    """A payment with its state and the bank's reason for it."""

    payment: Payment
    state: PaymentState
    reason: str | None = None
    """In the user's words with the code first: `AC04 Kontoen er avsluttet`."""
    booked: date | None = None
    alarms: tuple[str, ...] = ()
    """What contradicts: a booking after a rejection, another amount or account."""
    same_message_until: date | None = None
    """Of a dropped payment: until then its bills may go only in the same message again."""
    parked: tuple[ParkedEntry, ...] = ()
    """What the bank told of it that settled nothing."""
    contradictions: tuple[Contradiction, ...] = ()
    """What was told of it that is not so, resolved by a person or not yet."""
    second_order: str | None = None
    """Of one that was not to come, and came: the payment that is to pay its bill again."""
    moved_to: date | None = None
    """The day to which the bank has moved it (ACWC)."""

    is_recalled: bool = False
    """Whether we have asked the bank to take it back."""

    @property
    def has_failed(self) -> bool:
        """Whether it ended otherwise than we asked: a person must release the item.

        A cancellation that nobody here asked for is somebody's refusal at the bank.
        """
        is_refused = self.state is PaymentState.CANCELLED and not self.is_recalled
        return is_refused or self.state.has_failed

    @property
    def execution_date(self) -> date:
        """The day on which the bank is to execute it: ours, or the one it moved it to."""
        return self.moved_to or self.payment.requested_execution_date

    @property
    def unresolved(self) -> tuple[Contradiction, ...]:
        """What contradicts it and no person has resolved."""
        return tuple(each for each in self.contradictions if each.resolution is None)

    @property
    def undecided(self) -> tuple[ParkedEntry, ...]:
        """What of it waits for a person: until then none of its items is paid again."""
        return tuple(each for each in self.parked if not each.is_decided)


#: How sure each of our own states is that the bank has the message.
_CERTAINTY = (
    PaymentState.DROPPED,
    PaymentState.PREPARED,
    PaymentState.UNKNOWN,
    PaymentState.TRANSMITTED,
)


def united(
    *sources: Iterable[tuple[Remittance, PaymentState]],
) -> tuple[tuple[Remittance, PaymentState], ...]:
    """Return every remittance that any source knows, each once, in order of MsgId.

    Books, archive and store can each be older than the others. For money out the union
    wins: a payment that any of them names is there, and the surest state counts.
    """
    found: dict[str, tuple[Remittance, PaymentState]] = {}
    for remittance, state in (each for source in sources for each in source):
        known, known_state = found.get(remittance.message_id, (remittance, state))
        known_ids = {payment.end_to_end_id for payment in known.payments}
        missing = tuple(
            payment
            for payment in remittance.payments
            if payment.end_to_end_id not in known_ids
        )
        found[remittance.message_id] = (
            replace(known, payments=known.payments + missing),
            max(known_state, state, key=_CERTAINTY.index),
        )
    return tuple(found[message_id] for message_id in sorted(found))
