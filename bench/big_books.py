"""Books of any size, as a biller's look after some years: of one shape at each size.

A quarter each: suppliers' bills (four postings), their payments, customers' invoices, and
receipts with a fee. The bank's side is vouchers of ours, numbered and chained in words of
the right form, with a bank key each; months are files of their own. All but the last
twentieth of bills and invoices are settled, so that one in forty of all items is open.

Every payment was ordered: a hundred in a message, whose `custom` lines stand in the books
and whose manifest lies in the archive (its bytes are a word, since nobody reads them).
"""

# ruff: noqa: INP001 - a benchmark is no package

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path

from bankio.amount import Amount
from ledger import new_books, payment_lines
from ledger.archive import Archive
from ledger.books import payload
from ledger.manifest import manifest_event
from ledger.movements import ToldEntry, ToldMovement
from ledger.payments import PaidItem, Payment, Remittance

BANK = "Assets:1920-Bankinnskudd"
PARTIES = 300
MONTHS = 60
IN_A_MESSAGE = 100
_KEY = re.compile(r'bank-ref: "statement/15032080119/([0-9-]{10})/([^"]+)"')
FIRST = date(2021, 12, 1)
"""Five years of months to November 2026."""


def make(folder: Path, transactions: int) -> Path:
    """Write books of so many transactions; return the folder."""
    new_books.create(
        folder,
        company_name="Tindebekk Elektro AS",
        orgnr="974760673",
        bank_account="15032080119",
        opening_date=FIRST,
        recorded_by="bench",
        recorded_at="2026-11-20T08:00:00Z",
    )
    with (folder / "accounts.beancount").open("a", encoding="utf-8") as chart:
        chart.writelines(_parties())
    texts: dict[str, list[str]] = defaultdict(list)
    orders: dict[date, list[Payment]] = defaultdict(list)
    for name, text in _vouchers(transactions, orders):
        texts[name].append(text)
    archive = Archive(folder)
    for remittance, day in _remittances(orders):
        event = manifest_event(remittance)
        archive.add(remittance.message_id.encode(), "xml", event)
        archive.append(remittance.sha256, {"event": "sent", "receipt": "outbox"})
        lines = payment_lines.lines_of(remittance, day, "bench")
        texts[_ours(day)].append(payload(lines).decode())
    for name, parts in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as file:
            file.write("\n" + "\n".join(parts))
    return folder


def _parties() -> Iterator[str]:
    for number in range(1, PARTIES + 1):
        yield (
            f"\n{FIRST} open Liabilities:2400-Leverandørgjeld:L{10000 + number}-L{number}"
            f' NOK\n  supplier: "{10000 + number}"\n  name: "Leverandør {number} AS"\n'
            f'  creditor-account: "15032080119"\n  terms: 14\n'
            f"{FIRST} open Assets:1500-Kundefordringer:K{20000 + number}-K{number} NOK\n"
            f'  customer: "{20000 + number}"\n  name: "Kunde {number} AS"\n'
        )


def _remittances(
    orders: dict[date, list[Payment]],
) -> Iterator[tuple[Remittance, date]]:
    """Yield messages of at most so many payments, and their day."""
    waiting: list[Payment] = []
    number = 0
    days = sorted(orders)
    for day in days:
        waiting += orders[day]
        if len(waiting) < IN_A_MESSAGE and day != days[-1]:
            continue
        number += 1
        message_id = f"M-{number:07d}"
        yield (
            Remittance(
                message_id=message_id,
                sha256=sha256(message_id.encode()).hexdigest(),
                file_name=f"{message_id}.xml",
                debtor_account="15032080119",
                created=f"{day}T08:00:00",
                channel="netbank",
                payments=tuple(
                    replace(
                        each,
                        message_id=message_id,
                        payment_information_id=f"{message_id}-1",
                    )
                    for each in waiting
                ),
            ),
            day,
        )
        waiting = []


def _ordered(number: int, party: int, ore: int, day: date) -> Payment:
    amount = Amount.of_minor(ore, "NOK")
    account = f"Liabilities:2400-Leverandørgjeld:L{10000 + party}-L{party}"
    item = f"lf-L{10000 + party}-{number}"
    return Payment(
        end_to_end_id=f"E-{number:07d}",
        attempt=1,
        message_id="",
        payment_information_id="",
        items=(PaidItem(open_item=item, account=account, amount=amount),),
        amount=amount,
        debtor_account="15032080119",
        creditor_account="15032080119",
        creditor_name=f"Leverandør {party} AS",
        kid=None,
        message=f"Faktura {number}",
        requested_execution_date=day,
    )


def _vouchers(
    transactions: int, orders: dict[date, list[Payment]]
) -> Iterator[tuple[str, str]]:
    """Yield file and text of each transaction, those of one file in its order."""
    draw = random.Random(1)  # noqa: S311 - the same books on every machine
    rounds = transactions // 4
    numbers: dict[int, int] = defaultdict(int)
    for each in range(rounds):
        day = _day(each, rounds)
        is_settled = each < rounds - rounds // 20
        party = each % PARTIES + 1
        ore = draw.randrange(10_000, 5_000_000)
        yield _typed(day), _bill(each, party, ore, day)
        yield _typed(day), _invoice(each, party, ore, day)
        for kind in ("payment", "receipt"):
            numbers[day.year] += 1
            head = _head(f"{kind}-{each:07d}", day, numbers[day.year])
            text = _payment if kind == "payment" else _receipt
            yield _ours(day), head + text(each, party, ore, is_settled=is_settled)
        if is_settled:
            orders[day].append(_ordered(each, party, ore, day))


def told(folder: Path) -> tuple[list[ToldMovement], list[ToldEntry]]:
    """Return what bank files have told of the movements of the books: two of each."""
    movements, entries = [], []
    for path in sorted(folder.glob("bank/*/*.beancount")):
        for day, key in _KEY.findall(path.read_text(encoding="utf-8")):
            at = date.fromisoformat(day)
            for number in range(2):
                amount = Amount.of_minor(len(entries) + 1, "NOK")
                name = f"{key}-{number}"
                entries.append(
                    ToldEntry(
                        key=f"statement/15032080119/{day}/{name}",
                        source="statement",
                        bank_account="15032080119",
                        booking_date=at,
                        amount=amount,
                        reference=name,
                        number_of_transactions=None,
                        sha256="0" * 64,
                        via_clearing=False,
                    )
                )
                movements.append(_movement(entries[-1], f"detail/15032080119/{day}/{name}"))
    return movements, entries


def _movement(entry: ToldEntry, key: str) -> ToldMovement:
    return ToldMovement(
        key=key,
        source="statement",
        money=key,
        bank_account=entry.bank_account,
        booking_date=entry.booking_date,
        amount=entry.amount,
        end_to_end_id=None,
        account_servicer_reference=entry.reference,
        kid=None,
        counterparty_account=None,
        batch=entry.key,
        sha256=entry.sha256,
    )


def _day(number: int, count: int) -> date:
    """Spread over the months, one after the other."""
    month = number * MONTHS // count
    within = (number * MONTHS % count) * 27 // count
    first = date(FIRST.year + (FIRST.month - 1 + month) // 12, (11 + month) % 12 + 1, 1)
    return first + timedelta(days=within)


def _typed(day: date) -> str:
    return f"vouchers/{day.year}/{day.month:02d}.beancount"


def _ours(day: date) -> str:
    return f"bank/{day.year}/{day.month:02d}.beancount"


def _money(ore: int) -> str:
    sign, ore = ("-" if ore < 0 else ""), abs(ore)
    return f"{sign}{ore // 100}.{ore % 100:02d} NOK"


def _bill(number: int, party: int, ore: int, day: date) -> str:
    vat = ore // 5
    return (
        f'{day} * "Leverandør {party} AS" "Faktura {number}"'
        f' ^lf-L{10000 + party}-{number}\n  invoice: "{number}"\n'
        f"  due: {day + timedelta(days=14)}\n"
        f"  Liabilities:2400-Leverandørgjeld:L{10000 + party}-L{party}  {_money(-ore)}\n"
        f"  Expenses:6340-Strøm  {_money(ore - vat - 100)}\n"
        f"  Expenses:6800-Kontorrekvisita  {_money(100)}\n"
        f"  Liabilities:2710-Inngående-mva-høy  {_money(vat)}\n"
    )


def _invoice(number: int, party: int, ore: int, day: date) -> str:
    vat = ore // 5
    return (
        f'{day} * "Kunde {party} AS" "Faktura {number}" ^kf-K{20000 + party}-{number}\n'
        f'  invoice: "{number}"\n  kid: "{number:09d}-"\n'
        f"  due: {day + timedelta(days=14)}\n"
        f"  Assets:1500-Kundefordringer:K{20000 + party}-K{party}  {_money(ore)}\n"
        f"  Income:3000-Salgsinntekt-høy  {_money(vat - ore)}\n"
        f"  Liabilities:2700-Utgående-mva-høy  {_money(-vat)}\n"
    )


def _head(key: str, day: date, number: int) -> str:
    return (
        f'{day} * "Banken" "Bevegelse"\n  voucher: "B{day.year}-{number}"\n'
        f'  bank-ref: "statement/15032080119/{day}/{key}"\n  recorded-by: "bench"\n'
        f'  recorded-at: "{day}T08:00:00Z"\n  chain: "{number:064x}"\n'
    )


def _payment(number: int, party: int, ore: int, *, is_settled: bool) -> str:
    account, item = "Expenses:7770-Bankgebyr", ""
    if is_settled:
        account = f"Liabilities:2400-Leverandørgjeld:L{10000 + party}-L{party}"
        item = f'    open-item: "lf-L{10000 + party}-{number}"\n'
        item += f'    end-to-end-id: "E-{number:07d}"\n'
    return f"  {account}  {_money(ore)}\n{item}  {BANK}  {_money(-ore)}\n"


def _receipt(number: int, party: int, ore: int, *, is_settled: bool) -> str:
    account, item = "Income:3000-Salgsinntekt-høy", ""
    if is_settled:
        account = f"Assets:1500-Kundefordringer:K{20000 + party}-K{party}"
        item = f'    open-item: "kf-K{20000 + party}-{number}"\n'
    return (
        f"  {account}  {_money(-ore)}\n{item}"
        f"  {BANK}  {_money(ore - 175)}\n  Expenses:7770-Bankgebyr  {_money(175)}\n"
    )
