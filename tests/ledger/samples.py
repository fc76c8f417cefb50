"""Values for the tests of what is kept, one line a value."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from bankio.amount import Amount
from ledger.movements import StatementDay, ToldEntry, ToldMovement
from ledger.payments import PaidItem, Payment, Remittance

ACCOUNT = "86011117947"
SUPPLIER = "Liabilities:2400-Leverandørgjeld:L10001-Fjellkraft"


def amount(text: str) -> Amount:
    number, currency = text.split()
    return Amount(Decimal(number), currency)


def item(open_item: str = "lf-L10001-10023", money: str = "12500.00 NOK") -> PaidItem:
    return PaidItem(open_item=open_item, account=SUPPLIER, amount=amount(money))


def payment(
    end_to_end_id: str = "E-7KQ2",
    *items: PaidItem,
    message_id: str = "M-7KQ2",
    kid: str | None = "0010023000",
    foreign: bool = False,
) -> Payment:
    items = items or (item(),)
    total = Amount.zero(items[0].amount.currency)
    for each in items:
        total += each.amount
    return Payment(
        end_to_end_id=end_to_end_id,
        attempt=1,
        message_id=message_id,
        payment_information_id=f"P-{end_to_end_id}",
        items=items,
        amount=total,
        debtor_account=ACCOUNT,
        creditor_account="15032080119",
        creditor_name="Fjellkraft AS",
        kid=kid,
        message=None if kid else "Faktura 10023 æøå",
        requested_execution_date=date(2026, 11, 20),
        foreign=foreign,
    )


def remittance(
    message_id: str = "M-7KQ2", *payments: Payment, sha: str = "3f"
) -> Remittance:
    return Remittance(
        message_id=message_id,
        sha256=sha * 32,
        file_name=f"{message_id}.xml",
        debtor_account=ACCOUNT,
        created="2026-11-02T09:00:00+01:00",
        payments=payments or (payment(message_id=message_id),),
    )


def movement(
    key: str = "detail/86011117947/2026-11-20/AS0012345",
    money: str = "-12500.00 NOK",
    *,
    source: str = "camt.054",
    sha: str = "71",
    day: date = date(2026, 11, 20),
) -> ToldMovement:
    return ToldMovement(
        key=key,
        source=source,
        money=key,
        bank_account=ACCOUNT,
        booking_date=day,
        amount=amount(money),
        end_to_end_id="E-7KQ2",
        account_servicer_reference="AS0012345",
        kid=None,
        counterparty_account="15032080119",
        batch="statement/1",
        sha256=sha * 32,
    )


def entry(
    key: str = "statement/86011117947/2026-11-20/AS0012345",
    money: str = "-12500.00 NOK",
    *,
    sha: str = "71",
    day: date = date(2026, 11, 20),
) -> ToldEntry:
    return ToldEntry(
        key=key,
        source="statement",
        bank_account=ACCOUNT,
        booking_date=day,
        amount=amount(money),
        reference="AS0012345",
        number_of_transactions=1,
        sha256=sha * 32,
        via_clearing=False,
    )


def statement_day(day: int, opening: str, closing: str, sha: str = "71") -> StatementDay:
    return StatementDay(
        bank_account=ACCOUNT,
        date=date(2026, 11, day),
        opening=amount(opening),
        closing=amount(closing),
        sequence_number="221",
        sha256=sha * 32,
    )
