"""What we ask the bank to take back: the values that a camt.055 is written from.

Source: ISO 20022 camt.055.001.01, `Undrlyg`. The request names payments by the
identifiers under which they were ordered. It is an ask, not an act: the answer is a
camt.029, and only a payment that the bank says it cancelled is cancelled.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from bankio.amount import Amount


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelledPayment:
    """TxInf: one payment that should not be executed."""

    original_payment_information_identification: str
    original_end_to_end_identification: str
    original_instructed_amount: Amount
    original_requested_execution_date: date
    original_instruction_identification: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CancellationRequest:
    """A whole camt.055: payments of one earlier message."""

    message_identification: str
    """Assgnmt/Id."""
    creation_date_time: datetime
    initiating_party_name: str
    organisation_number: str
    original_message_identification: str
    original_message_name_identification: str
    """`pain.001.001.03`."""
    reason: Literal["CUST", "DUPL"]
    """CUST: the customer asks. DUPL: it was ordered twice."""
    payments: tuple[CancelledPayment, ...]

    @property
    def number_of_transactions(self) -> int:
        """NbOfTxs."""
        return len(self.payments)

    @property
    def control_sum(self) -> Decimal:
        """CtrlSum: the plain sum of the numbers, whatever the currencies."""
        return sum(
            (payment.original_instructed_amount.number for payment in self.payments),
            Decimal(0),
        )
