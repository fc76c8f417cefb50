"""A remittance as JSON for the sidecar of its archived file, and back, exactly.

This is the one place besides the books where it stands which bill each payment pays;
when the books are restored from yesterday it is what keeps a bill from being paid again.
Amounts are text with a dot and their currency: `"12500.00 NOK"`. A manifest that cannot
be read is an error and never an empty one.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from bankio.amount import Amount
from ledger.payments import PaidItem, Payment, Remittance

_REMITTANCE = ("message_id", "sha256", "file_name", "debtor_account", "created")
_PAYMENT = (
    "end_to_end_id",
    "attempt",
    "message_id",
    "payment_information_id",
    "debtor_account",
    "creditor_account",
    "creditor_name",
    "kid",
    "message",
    "batch_booking",
    "foreign",
)


class ManifestUnreadable(ValueError):
    """A manifest lacks a field or holds something else there."""

    def __init__(self, what: str) -> None:
        super().__init__(f"the manifest cannot be read: {what}")


def manifest_event(remittance: Remittance) -> dict[str, Any]:
    """Return the sidecar event that tells the whole remittance.

    >>> from decimal import Decimal
    >>> manifest_event(Remittance(message_id="M-7KQ2", sha256="3f", file_name="a.xml",
    ...     debtor_account="86011117947", created="2026-11-02T09:00:00", payments=()))
    ... # doctest: +ELLIPSIS
    {'event': 'manifest', 'message_id': 'M-7KQ2', 'sha256': '3f', ..., 'payments': []}
    """
    event: dict[str, Any] = {"event": "manifest"}
    event |= {name: getattr(remittance, name) for name in _REMITTANCE}
    return event | {"payments": [_payment_json(each) for each in remittance.payments]}


def remittance_of(event: Mapping[str, Any]) -> Remittance:
    """Return the remittance that `manifest_event` told."""
    try:
        fields = {name: event[name] for name in _REMITTANCE}
        payments = tuple(_payment(each) for each in event["payments"])
    except KeyError as error:
        raise ManifestUnreadable(f"{error.args[0]} is missing") from error
    except (TypeError, ValueError, ArithmeticError) as error:
        raise ManifestUnreadable(str(error) or type(error).__name__) from error
    return Remittance(**fields, payments=payments)


def _payment_json(payment: Payment) -> dict[str, Any]:
    fields = {name: getattr(payment, name) for name in _PAYMENT}
    return fields | {
        "amount": _amount_json(payment.amount),
        "requested_execution_date": payment.requested_execution_date.isoformat(),
        "items": [_item_json(item) for item in payment.items],
    }


def _payment(fields: Mapping[str, Any]) -> Payment:
    return Payment(
        **{name: fields[name] for name in _PAYMENT},
        amount=_amount(fields["amount"]),
        requested_execution_date=date.fromisoformat(fields["requested_execution_date"]),
        items=tuple(_item(item) for item in fields["items"]),
    )


def _item_json(item: PaidItem) -> dict[str, str]:
    return {
        "open_item": item.open_item,
        "account": item.account,
        "amount": _amount_json(item.amount),
    }


def _item(fields: Mapping[str, str]) -> PaidItem:
    return PaidItem(
        open_item=fields["open_item"],
        account=fields["account"],
        amount=_amount(fields["amount"]),
    )


def _amount_json(amount: Amount) -> str:
    return str(amount)


def _amount(text: str) -> Amount:
    number, currency = text.split(" ")
    return Amount(Decimal(number), currency)
