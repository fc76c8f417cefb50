"""What we ask the bank to pay: the values that a pain.001 is written from.

Source: ISO 20022 pain.001, `GrpHdr`, `PmtInf`, `CdtTrfTxInf`. These values know what is
to be paid and nothing of XML, versions or banks; how a bank wants it is its profile
(`bankio.banks`), and what may leave at all is decided by `bankio.iso20022.payment_rules`.

    PaymentOrder                one message
    └── PaymentBatch            one debtor account, one date, one kind
        └── OrderedPayment      one creditor, one amount
            └── OrderedDocument one invoice or credit note among several
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Literal

from bankio.amount import Amount


class PaymentKind(StrEnum):
    """What sort of payment it is; a bank's profile says how each is marked."""

    SUPPLIER = "supplier"
    SALARY = "salary"
    PENSION = "pension"
    TAX = "tax"
    OWN = "own"
    """Between the company's own accounts."""
    URGENT = "urgent"
    SEPA = "sepa"
    FOREIGN = "foreign"

    @property
    def is_domestic(self) -> bool:
        """Whether it stays within Norway, in NOK."""
        return self not in {PaymentKind.SEPA, PaymentKind.FOREIGN}


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderedDocument:
    """An invoice that is paid, or a credit note that is taken off, in one payment."""

    code: Literal["CINV", "CREN"]
    number: str
    amount: Amount
    """Positive for both; a credit note is taken off because its code says so."""
    kid: str | None = None
    """CdtrRefInf of an invoice. A credit note has none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderedPayment:
    """CdtTrfTxInf: one payment."""

    end_to_end_identification: str
    """The key that the bank's answers carry; never used twice."""
    amount: Amount
    creditor_name: str
    creditor_account: str
    """A Norwegian account number or an IBAN; abroad also another account number."""
    instruction_identification: str | None = None
    creditor_bic: str | None = None
    kid: str | None = None
    """KID; in a SEPA payment an RF reference. Never together with `message`."""
    kid_check_waived: bool = False
    """A person released a KID that fits neither modulus."""
    message: str | None = None
    documents: tuple[OrderedDocument, ...] = ()
    """Several invoices and credit notes; then neither `kid` nor `message`."""
    country: str | None = None
    """ISO 3166, two letters."""
    town: str | None = None
    regulatory_code: str | None = None
    """Purpose code of the currency register (Valutaregisteret)."""
    regulatory_text: str | None = None
    counter_value: Amount | None = None
    """About what a payment in another currency is worth in NOK; it decides whether the
    currency register must be told. Where unknown, it must."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentBatch:
    """PmtInf: payments of one kind, from one account, on one date."""

    payment_information_identification: str
    kind: PaymentKind
    requested_execution_date: date
    debtor_account: str
    currency: str
    """Of the debtor account."""
    payments: tuple[OrderedPayment, ...]

    @property
    def number_of_transactions(self) -> int:
        """NbOfTxs of the batch."""
        return len(self.payments)

    @property
    def control_sum(self) -> Decimal:
        """CtrlSum of the batch: the plain sum of the numbers, whatever the currencies."""
        return sum((payment.amount.number for payment in self.payments), Decimal(0))


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentOrder:
    """A whole pain.001."""

    message_identification: str
    creation_date_time: datetime
    initiating_party_name: str
    organisation_number: str
    batches: tuple[PaymentBatch, ...]
    agreement_identification: str | None = None
    """What the bank itself calls the customer: agreement number, or division at DNB."""
    initiating_party_town: str | None = None
    """Written only where a payment leaves the country."""

    @property
    def number_of_transactions(self) -> int:
        """NbOfTxs of the message."""
        return sum(batch.number_of_transactions for batch in self.batches)

    @property
    def control_sum(self) -> Decimal:
        """CtrlSum of the message: the plain sum of the numbers, whatever the currencies."""
        return sum((batch.control_sum for batch in self.batches), Decimal(0))
