"""Files that nobody here wrote: whatever they hold, the plan of it balances and repeats."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from bank_stories import World, company

from bankio import formats
from bankio.amount import Amount
from bankio.errors import BankFileError
from bankio.iso20022.values import AccountMessage
from ledger.company import BankAccount
from reconcile.bank_transactions import reports_of
from reconcile.settlement import plan

SHARED = Path(__file__).resolve().parents[2] / ".." / "shared"
FILES = sorted(
    str(path.relative_to(SHARED))
    for folder in ("camt052", "camt053", "camt054", "ocr-giro")
    for path in (SHARED / "corpus" / folder).rglob("*")
    if path.is_file()
)


def world_for(message: AccountMessage) -> World:
    """Books that have every account of the file, with the balance that it opens with."""
    openings, accounts = {}, []
    for place, report in enumerate(reports_of(message, "0")):
        if any(each.number == report.bank_account for each in accounts):
            continue
        currency = report.currency or "NOK"
        accounts.append(
            BankAccount(
                number=report.bank_account,
                account=f"Assets:B{place}",
                clearing=f"Assets:C{place}",
                currency=currency,
                first_day=date(1980, 1, 1),
                opening=Decimal(0),
            )
        )
        opening = report.opening or Amount.zero(currency)
        openings[f"Assets:B{place}"] = Amount(opening.number, currency)
    world = World(company=company(bank_accounts=tuple(accounts)))

    def balance(account: str, day: date) -> Amount:
        moved = [
            posting.weight
            for voucher in world.vouchers
            if voucher.transaction.date < day
            for posting in voucher.transaction.postings
            if posting.account == account
        ]
        return sum(moved, openings[account])

    world.balance = balance
    return world


@pytest.mark.parametrize("name", FILES or ["none without ../shared"])
def test_a_file_of_the_corpus(name, shared):
    data = (shared / name).read_bytes()
    try:
        message = formats.read(data, name)
    except BankFileError:
        return  # the readers' tests say which files must be refused
    if not isinstance(message, AccountMessage):
        return
    world = world_for(message)
    reports = reports_of(message, "ab" * 32)

    first = plan(reports, world.known())
    for voucher in first.vouchers:
        total = sum((p.weight.number for p in voucher.transaction.postings), Decimal(0))
        assert total == 0, voucher.key
    world.vouchers.extend(first.vouchers)
    world.balances.extend(first.balances)
    for told in first.told_movements:
        world.movements[told.source, told.key] = told
    for told in first.told_entries:
        world.entries[told.source, told.key] = told
    world.days.update({(day.bank_account, day.date): day for day in first.days})
    again = plan(reports, world.known())

    assert again.vouchers == ()
    assert [replace(each, reason="") for each in again.held] == [
        replace(each, reason="") for each in first.held
    ]
