"""The books of `bench.biller`: parties, open items and payments ordered, as text.

One file a month for the vouchers, as people write them; the payments that were ordered
are lines of ours.
"""

# ruff: noqa: INP001 - a benchmark is no package

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from bankio.amount import Amount
from bench.biller import BANK_ACCOUNT, FIRST_DAY, ORGNR, Biller, Item, Party
from ledger import new_books
from ledger.books import payload
from ledger.directives import Custom
from ledger.identifications import message, payment_information
from ledger.payment_lines import lines_of
from ledger.payments import PaidItem, Payment, Remittance

ORDERED = FIRST_DAY - timedelta(days=3)
_SMALL = '\n[policy]\nsmall_difference = "1.00"\n'


def write(folder: Path, biller: Biller) -> Path:
    """Write the books; return their folder."""
    new_books.create(
        folder,
        company_name="Tindebekk Elektro AS",
        orgnr=ORGNR,
        bank_account=BANK_ACCOUNT,
        opening_date=FIRST_DAY,
        recorded_by="bench",
        recorded_at="2026-11-02T08:00:00Z",
    )
    with (folder / "accounts.beancount").open("a", encoding="utf-8") as chart:
        chart.writelines(map(_party, biller.customers))
        chart.writelines(map(_party, biller.suppliers))
    months: dict[date, list[Item]] = defaultdict(list)
    for item in biller.items:
        months[item.day.replace(day=1)].append(item)
    for month, items in months.items():
        path = folder / "vouchers" / f"{month:%Y/%m}.beancount"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as file:
            file.writelines(map(_voucher, sorted(items, key=lambda item: item.day)))
    if biller.ordered:
        path = folder / "bank" / f"{ORDERED:%Y/%m}.beancount"
        path.write_bytes(payload(list(_ordered(biller))))
    return folder


def _party(party: Party) -> str:
    kind = "customer" if party.number.startswith("K") else "supplier"
    return (
        f"\n2025-01-01 open {party.account} NOK\n"
        f'  {kind}: "{party.number[1:]}"\n  name: "{party.name}"\n'
        f'  creditor-account: "{party.bank_account}"\n'
    )


def money(ore: int) -> str:
    """Return an amount as the books write it."""
    sign, ore = ("-" if ore < 0 else ""), abs(ore)
    return f"{sign}{ore // 100}.{ore % 100:02d} NOK"


def _voucher(item: Item) -> str:
    other = "Income:3000-Salgsinntekt-høy"
    if item.ore < 0:
        other = "Expenses:6800-Kontorrekvisita"
    kid = f'  kid: "{item.kid}"\n' if item.kid else ""
    return (
        f'\n{item.day} * "{item.party.name}" "Faktura {item.invoice}" ^{item.key}\n'
        f'  invoice: "{item.invoice}"\n{kid}  due: {item.day + timedelta(days=30)}\n'
        f"  {item.party.account}  {money(item.ore)}\n  {other}  {money(-item.ore)}\n"
    )


def _ordered(biller: Biller) -> Iterator[Custom]:
    amounts = [Amount.of_minor(-item.ore, "NOK") for item, _ in biller.ordered]
    identification = message(
        BANK_ACCOUNT,
        [
            (name, item.party.bank_account, amount)
            for (item, name), amount in zip(biller.ordered, amounts, strict=True)
        ],
    )
    payments = tuple(
        Payment(
            end_to_end_id=name,
            attempt=1,
            message_id=identification,
            payment_information_id=payment_information(identification, 1),
            items=(
                PaidItem(open_item=item.key, account=item.party.account, amount=amount),
            ),
            amount=amount,
            debtor_account=BANK_ACCOUNT,
            creditor_account=item.party.bank_account,
            creditor_name=item.party.name,
            kid=None,
            message=None,
            requested_execution_date=FIRST_DAY,
        )
        for (item, name), amount in zip(biller.ordered, amounts, strict=True)
    )
    remittance = Remittance(
        message_id=identification,
        sha256="0" * 64,
        file_name=f"{identification}.xml",
        debtor_account=BANK_ACCOUNT,
        created=f"{ORDERED}T13:30:00",
        payments=payments,
    )
    yield from lines_of(remittance, ORDERED, "bench")
