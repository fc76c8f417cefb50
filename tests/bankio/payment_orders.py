"""Payment orders in a few words, for tests that read like payment lists."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

from bankio.amount import Amount
from bankio.iso20022.payment_order import (
    OrderedDocument,
    OrderedPayment,
    PaymentBatch,
    PaymentKind,
    PaymentOrder,
)

DEBTOR_ACCOUNT = "86011117947"
CREATED = datetime(2026, 11, 16, 9, 30, tzinfo=timezone(timedelta(hours=1)))
EXECUTED = date(2026, 11, 20)


def money(text: str | Amount) -> Amount:
    """Read `12500.00 NOK`."""
    if isinstance(text, Amount):
        return text
    number, currency = text.split()
    return Amount(Decimal(number), currency)


def payment(end_to_end_identification: str = "E-1", amount: str = "12500.00 NOK", **fields):
    """Return a supplier payment with a KID, but for what `fields` say."""
    if not {"kid", "message", "documents"} & fields.keys():
        fields["kid"] = "0010023000"
    return OrderedPayment(
        **{
            "end_to_end_identification": end_to_end_identification,
            "amount": money(amount),
            "creditor_name": "Fjellkraft AS",
            "creditor_account": "15032080119",
        }
        | fields
    )


def document(
    code: str, number: str, amount: str, kid: str | None = None
) -> OrderedDocument:
    """Return an invoice or a credit note of a payment."""
    return OrderedDocument(code=code, number=number, amount=money(amount), kid=kid)


def batch(
    *payments: OrderedPayment,
    kind: str = "supplier",
    identification: str = "M-1-1",
    **fields,
):
    """Return the payments as one batch."""
    return PaymentBatch(
        **{
            "payment_information_identification": identification,
            "kind": PaymentKind(kind),
            "requested_execution_date": EXECUTED,
            "debtor_account": DEBTOR_ACCOUNT,
            "currency": "NOK",
            "payments": payments,
        }
        | fields
    )


def order(*batches: PaymentBatch, **fields) -> PaymentOrder:
    """Return the batches as one message."""
    return PaymentOrder(
        **{
            "message_identification": "M-1",
            "creation_date_time": CREATED,
            "initiating_party_name": "Tindebekk Elektro AS",
            "organisation_number": "974760673",
            "batches": batches,
        }
        | fields
    )


def sepa(end_to_end_identification: str = "E-1", amount: str = "250.00 EUR", **fields):
    """Return a SEPA payment to a German supplier."""
    return payment(
        end_to_end_identification,
        amount,
        **{
            "creditor_name": "Kabelwerk Lüneburg GmbH",
            "creditor_account": "DE89370400440532013000",
            "counter_value": money("2900.00 NOK"),
            "message": "Invoice 4711",
        }
        | fields,
    )


def foreign(end_to_end_identification: str = "E-1", amount: str = "4000.00 USD", **fields):
    """Return a payment to an American supplier."""
    return payment(
        end_to_end_identification,
        amount,
        **{
            "creditor_name": "Harbor Tools Inc",
            "creditor_account": "000123456789",
            "creditor_bic": "CHASUS33",
            "town": "Portland",
            "country": "US",
            "counter_value": money("41000.00 NOK"),
            "message": "Invoice 88",
        }
        | fields,
    )
