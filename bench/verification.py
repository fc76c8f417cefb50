"""How long the proof takes beside the loading of the same books, check by check.

The books are those that `books init` makes, with one receipt for each entry of one camt.053
of the same size, which lies in the archive; the loading is Beancount's with our plugin.
`python -m bench.verification [TRANSACTIONS…]`
"""

# ruff: noqa: INP001, T201 - a benchmark prints, and is no package

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from bankio.amount import Amount
from bench import bank_files
from ledger import books, new_books, verification, vouchers
from ledger.archive import Archive
from ledger.directives import Posting, Transaction
from ledger.journal import Journal, month_file
from ledger.store import Store

SIZES = (10_000, 100_000)
DAY = date(2026, 11, 20)
ACCOUNT = "15032080119"


def receipts(count: int, document: str) -> Iterator[Transaction]:
    """Yield a voucher for each entry of the statement."""
    for number, ore, *_ in bank_files.payments(count):
        amount = Amount.of_minor(ore, "NOK")
        yield Transaction(
            date=DAY,
            narration="Innbetaling",
            meta={
                "document": document,
                "bank-ref": f"statement/{ACCOUNT}/{DAY}/{number:09d}",
            },
            postings=(
                Posting(account="Assets:1920-Bankinnskudd", units=amount),
                Posting(account="Income:3000-Salgsinntekt-høy", units=-amount),
            ),
        )


def made(folder: Path, count: int) -> Archive:
    """Make books and archive."""
    new_books.create(
        folder,
        company_name="Tindebekk Elektro AS",
        orgnr="974760673",
        bank_account=ACCOUNT,
        opening_date=date(2026, 11, 1),
        recorded_by="bench",
        recorded_at="2026-11-20T08:00:00Z",
    )
    archive = Archive(folder)
    statement = folder / "statement.xml"
    bank_files.camt_053(statement, count)
    event = {"event": "received", "name": statement.name, "channel": "bench", "at": ""}
    digest = archive.add(statement.read_bytes(), "xml", event)
    transactions = vouchers.sealed(
        receipts(count, f"../archive/{digest[:2]}/{digest}.xml"),
        vouchers.Series.BANK,
        {},
        recorded_by="bench",
        recorded_at="2026-11-21T08:00:00Z",
    )
    store = Store.open(folder / ".books" / "store.sqlite")
    path = month_file(folder, "bank", DAY)
    Journal(folder, store).commit({path: books.payload(transactions)}, lambda _: None)
    store.close()
    return archive


def measured(count: int) -> int:
    """Print the figures for one size; return how many checks failed."""
    with tempfile.TemporaryDirectory(dir=".") as name:
        folder = Path(name).resolve() / "books"
        archive = made(folder, count)
        started = time.perf_counter()
        loaded = books.load(folder)
        load = time.perf_counter() - started
        print(f"{count} transactions: load {load:.2f} s")
        failed, whole, started = 0, 0.0, time.perf_counter()
        for check in verification.checks(loaded, archive, ()):
            seconds = time.perf_counter() - started
            whole += seconds
            failed += not check.ok
            print(f"  {seconds:6.2f} s  {check.name}: {check.detail}")
            started = time.perf_counter()
        print(f"  {whole:6.2f} s  in all, {whole / load:.2f} x the load")
        return failed


def main() -> int:
    """Print the figures; 1 if a check fails."""
    sizes = tuple(map(int, sys.argv[1:])) or SIZES
    return 1 if sum(measured(count) for count in sizes) else 0


if __name__ == "__main__":
    sys.exit(main())
