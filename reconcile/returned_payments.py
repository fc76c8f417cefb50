"""A payment of ours that came back, and no EndToEndId says which: what it can have been.

ISO 20022 camt.05x: CRDT with `RtrInf`, with the code RRTN, or with `RvslInd`. Money that
comes back is no receipt, so what it names are the references of the payment:

    we sent 1250.00 to 15032080119 with KID 17, in PmtInf M-7KQ2…-1

    +1250.00 AC04, KID 17, 15032080119             this payment, if no other fits
    +1250.00 AC04, M-7KQ2…-1, 15032080119          the same
    +1250.00 AC04, 15032080119                     a person says which
    +1000.00 AC04, KID 17, 15032080119             a person says what became of the rest

Whatever is told must fit, and account and amount alone are nobody's reference.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from bankio.amount import Amount
from ledger import identifications
from ledger.payments import Payment, PaymentStanding, PaymentState
from reconcile.bank_reasons import bank_reason
from reconcile.bank_transactions import Movement
from reconcile.wording import say

#: More of them are no help to whoever chooses.
NAMED_MAX = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class CameBack:
    """What is known of money that came back."""

    amount: Amount
    """Positive."""
    bank_account: str | None
    kid: str | None = None
    creditor_account: str | None = None
    payment_information_id: str | None = None
    """Where it has our form."""
    message_id: str | None = None
    """The same."""
    part: str | None = None
    """PmtInfId, or MsgId, of payments of which it is one sum."""

    @classmethod
    def of(cls, movement: Movement) -> CameBack:
        """Return what a movement tells of it."""
        part, message = movement.payment_information_id, movement.message_id
        return cls(
            amount=movement.amount,
            bank_account=movement.bank_account,
            kid=movement.kid,
            creditor_account=movement.counterparty_account,
            payment_information_id=part if identifications.is_ours(part) else None,
            message_id=message if identifications.is_ours(message) else None,
        )

    @property
    def is_named(self) -> bool:
        """Whether it tells enough to be one payment and no other."""
        reference = self.kid or self.payment_information_id or self.message_id
        return reference is not None and self.creditor_account is not None

    def unnamed(self, language: str) -> str:
        """Return what is missing to say which payment it is."""
        reference = self.kid or self.payment_information_id or self.message_id
        return say(
            language, "return-without-account" if reference else "return-without-reference"
        )

    def is_of(self, payment: Payment) -> bool:
        """Whether everything that is told is so of a payment."""
        return (
            payment.amount == self.amount
            and self.kid in {None, payment.kid}
            and self.payment_information_id in {None, payment.payment_information_id}
            and self.message_id in {None, payment.message_id}
            and self._is_to(payment)
        )

    def _is_to(self, payment: Payment) -> bool:
        is_from = payment.debtor_account == self.bank_account
        return is_from and self.creditor_account in {None, payment.creditor_account}

    def is_like(self, payment: Payment) -> bool:
        """Whether amount and account fit, and perhaps no reference."""
        return payment.amount == self.amount and self._is_to(payment)

    def is_sum_of(self, payment: Payment) -> bool:
        """Whether it is one sum for a payment and others, and the payment may be in it."""
        is_of = self.part in {payment.payment_information_id, payment.message_id}
        is_from = payment.debtor_account == self.bank_account
        return is_of and is_from and payment.amount.number <= self.amount.number

    def names(self, payment: Payment) -> bool:
        """Whether KID and account fit, and the amount is another: a part, or more."""
        is_to = self._is_to(payment) and self.creditor_account is not None
        return is_to and self.kid is not None and self.kid == payment.kid


def comes_back(movement: Movement) -> bool:
    """Whether the bank says that money we had sent comes back."""
    is_told = movement.is_reversal or movement.return_reason is not None
    return movement.amount.number > 0 and (is_told or movement.has_return_code)


def reason_of(movement: Movement, language: str) -> str:
    """Return why it came back, code first, as the books say it.

    Where the bank gives no reason, by which of its words it came back.
    """
    told = bank_reason(language, movement.return_reason) or movement.text
    if told or movement.has_return_code:
        return told or "RRTN"
    return say(language, "taken-back")


def likely(
    told: CameBack, end_to_end_id: str | None, standings: Iterable[PaymentStanding]
) -> Iterator[PaymentStanding]:
    """Yield the booked payments that a person will choose from, by the best that fits.

    Args:
        told: What is known of the money.
        end_to_end_id: Our own, where the bank told it: then it is that payment.
        standings: Payments of which something may still come.
    """
    booked = [
        each
        for each in standings
        if each.state in {PaymentState.BOOKED, PaymentState.RETURNED}
    ]
    signs: tuple[Callable[[Payment], bool], ...] = (
        lambda payment: payment.end_to_end_id == end_to_end_id,
        told.is_sum_of,
        told.is_of,
        told.is_like,
        told.names,
    )
    for sign in signs:
        found = [each for each in booked if sign(each.payment)]
        if found:
            yield from found if told.part is not None else found[:NAMED_MAX]
            return
