"""Payments ordered, as `custom` lines of the books: written and read.

```beancount
2026-11-16 custom "remittance" "M-7KQ2"
  sha256: "9f…"
  file: "M-7KQ2.xml"
  payments: 1
  total: 12500.00 NOK
  debtor-account: "86011117947"
  created: "2026-11-16T13:30:00"
  by: "kari"
2026-11-16 custom "payment" "E-7KQ2-1" "lf-L10001-10023" 12500.00 NOK
  message-id: "M-7KQ2"
  …
```

One `payment` line per open item of a payment, so that a payment of several bills is
several lines with one EndToEndId. Ordering a payment posts nothing: money moves in the
books when the bank says that it moved (ADR 0003). Names are left out: who is paid is
the item's party, and of employees the books hold numbers only.

A payment line without `message-id` is foreign: it was ordered in the old system before
the first day, and is there so that its bill is neither lost nor paid twice.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from bankio.amount import Amount
from bankio.iso20022.payment_order import PaymentKind
from ledger.accounts import text
from ledger.directives import BooksPlace, Custom, MetaValue
from ledger.errors import BooksError
from ledger.open_items import Items, OpenItem
from ledger.payments import PaidItem, Payment, Remittance


@dataclass(frozen=True, slots=True, kw_only=True)
class Ordered:
    """What the custom lines of the books say was ordered."""

    remittances: tuple[Remittance, ...] = ()
    payments: tuple[Payment, ...] = ()
    """Those of the remittances and the foreign ones."""
    errors: tuple[BooksError, ...] = ()


def lines_of(remittance: Remittance, day: dt.date, by: str) -> tuple[Custom, ...]:
    """Return the lines that say in the books what was ordered."""
    meta: dict[str, MetaValue] = {
        "sha256": remittance.sha256,
        "file": remittance.file_name,
        "payments": Decimal(len(remittance.payments)),
        "total": remittance.total,
        "debtor-account": remittance.debtor_account,
        "created": remittance.created,
        "by": by,
    }
    if remittance.channel:
        meta["channel"] = remittance.channel
    head = Custom(date=day, type="remittance", values=(remittance.message_id,), meta=meta)
    payments = (line for each in remittance.payments for line in payment_lines(each, day))
    return (head, *payments)


def payment_lines(payment: Payment, day: dt.date) -> tuple[Custom, ...]:
    """Return a payment's lines, one for each item of it."""
    meta: dict[str, MetaValue] = {
        "attempt": Decimal(payment.attempt),
        "execution-date": payment.requested_execution_date,
        "debtor-account": payment.debtor_account,
        "creditor-account": payment.creditor_account,
    }
    if payment.foreign:
        meta["foreign"] = True
    else:
        meta["message-id"] = payment.message_id
        meta["payment-information-id"] = payment.payment_information_id
    if payment.kid:
        meta["kid"] = payment.kid
    if payment.message:
        meta["message"] = payment.message
    if payment.kind is not PaymentKind.SUPPLIER:
        meta["kind"] = payment.kind.value
    if payment.kid_check_waived:
        meta["kid-check-waived"] = True
    if payment.batch_booking:
        meta["batch-booking"] = True
    return tuple(
        Custom(
            date=day,
            type="payment",
            values=(payment.end_to_end_id, paid.open_item, paid.amount),
            meta=meta,
        )
        for paid in payment.items
    )


def read(customs: Iterable[Custom], items: Items) -> Ordered:
    """Return the payments that the lines tell, and what is wrong with the lines."""
    errors: list[BooksError] = []
    heads: dict[str, Custom] = {}
    grouped: dict[str, list[Custom]] = {}
    for custom in customs:
        if custom.type == "remittance" and _has_form(custom, errors):
            heads[str(custom.values[0])] = custom
        elif custom.type == "payment" and _has_form(custom, errors):
            grouped.setdefault(str(custom.values[0]), []).append(custom)
    payments = [
        _payment(end_to_end_id, lines, items) for end_to_end_id, lines in grouped.items()
    ]
    of_message: dict[str, list[Payment]] = {}
    for payment in payments:
        of_message.setdefault(payment.message_id, []).append(payment)
    remittances = []
    for message_id, head in heads.items():
        remittance = _remittance(head, message_id, of_message.get(message_id, []))
        errors.extend(_disagreements(head, remittance))
        if remittance.payments:
            remittances.append(remittance)
    return Ordered(
        remittances=tuple(remittances), payments=tuple(payments), errors=tuple(errors)
    )


_FORMS: Mapping[str, tuple[type, ...]] = {
    "remittance": (str,),
    "payment": (str, str, Amount),
}


def _has_form(custom: Custom, errors: list[BooksError]) -> bool:
    """Whether the line can be read; another check tells the person how it is typed."""
    form = _FORMS[custom.type]
    fits = len(custom.values) >= len(form) and all(
        isinstance(value, kind) for value, kind in zip(custom.values, form, strict=False)
    )
    if fits and custom.type == "payment" and not custom.meta.get("foreign"):
        missing = [
            key
            for key in (
                "message-id",
                "execution-date",
                "debtor-account",
                "creditor-account",
            )
            if key not in custom.meta
        ]
        if missing:
            errors.append(_error(custom, f"payment line without {', '.join(missing)}"))
    return fits


def _payment(end_to_end_id: str, lines: list[Custom], items: Items) -> Payment:
    first = lines[0]
    paid: dict[str, PaidItem] = {}
    for line in lines:
        _, key, amount = line.values[:3]
        assert isinstance(key, str)
        assert isinstance(amount, Amount)
        item = items.by_key.get(key)
        paid[key] = PaidItem(
            open_item=key, account=item.account if item else "", amount=amount
        )
    total = sum((each.amount.number for each in paid.values()), start=Decimal(0))
    payee = items.by_key.get(next(iter(paid)))
    execution = first.meta.get("execution-date")
    attempt = first.meta.get("attempt")
    return Payment(
        end_to_end_id=end_to_end_id,
        attempt=int(attempt) if isinstance(attempt, Decimal) else 1,
        message_id=text(first.meta, "message-id") or "",
        payment_information_id=text(first.meta, "payment-information-id") or "",
        items=tuple(paid.values()),
        amount=Amount(total, next(iter(paid.values())).amount.currency),
        debtor_account=text(first.meta, "debtor-account") or "",
        creditor_account=text(first.meta, "creditor-account") or "",
        creditor_name=_name(payee),
        kid=text(first.meta, "kid"),
        message=text(first.meta, "message"),
        requested_execution_date=execution
        if isinstance(execution, dt.date)
        else first.date,
        kid_check_waived=first.meta.get("kid-check-waived") is True,
        kind=_kind(text(first.meta, "kind")),
        batch_booking=first.meta.get("batch-booking") is True,
        foreign=first.meta.get("foreign") is True,
    )


def _kind(written: str | None) -> PaymentKind:
    known = {kind.value: kind for kind in PaymentKind}
    return known.get(written or "", PaymentKind.SUPPLIER)


def _name(payee: OpenItem | None) -> str:
    return (payee.party_name or "") if payee else ""


def _remittance(head: Custom, message_id: str, payments: list[Payment]) -> Remittance:
    return Remittance(
        message_id=message_id,
        sha256=text(head.meta, "sha256") or "",
        file_name=text(head.meta, "file") or "",
        debtor_account=text(head.meta, "debtor-account") or "",
        created=text(head.meta, "created") or "",
        channel=text(head.meta, "channel") or "",
        payments=tuple(payments),
    )


def _disagreements(head: Custom, remittance: Remittance) -> Iterable[BooksError]:
    """Compare the head's count and total with the lines under it: both ways."""
    count = head.meta.get("payments")
    if isinstance(count, Decimal) and count != len(remittance.payments):
        yield _error(
            head,
            f"remittance {remittance.message_id} says {count} payments;"
            f" the books have {len(remittance.payments)} of it",
        )
    total = head.meta.get("total")
    if isinstance(total, Amount) and remittance.payments and total != remittance.total:
        yield _error(
            head,
            f"remittance {remittance.message_id} says {total};"
            f" its payments are {remittance.total}",
        )


def _error(custom: Custom, message: str) -> BooksError:
    place = custom.place or BooksPlace("main.beancount", 0)
    return BooksError(place.file, place.line, message)
