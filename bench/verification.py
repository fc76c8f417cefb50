"""How long the proof takes beside the loading of the same books, check by check.

The books are those that `books init` makes, with one receipt for each entry of one camt.053
of the same size, which lies in the archive; the loading is Beancount's with our plugin.
Each size is a process of its own, and so is the making of its books: memory is what loading
and proof need together.
`python -m bench.verification [TRANSACTIONS…]`
"""

# ruff: noqa: INP001, T201 - a benchmark prints, and is no package

from __future__ import annotations

import os
import resource
import subprocess
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

SIZES = (10_000, 100_000, 500_000)
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


def make(folder: Path, count: int) -> None:
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


def measure(folder: Path, count: int) -> int:
    """Print the figures for one size; return how many checks failed."""
    started = time.process_time()
    loaded = books.load(folder)
    load = time.process_time() - started
    print(f"{count} transactions: load {load:.2f} s, {_peak():.0f} MB")
    failed, whole, started = 0, 0.0, time.process_time()
    for check in verification.checks(loaded, Archive(folder), ()):
        seconds = time.process_time() - started
        whole += seconds
        failed += not check.ok
        print(f"  {seconds:6.2f} s  {check.name}: {check.detail}", flush=True)
        started = time.process_time()
    print(f"  {whole:6.2f} s  in all, {whole / load:.2f} x the load, {_peak():.0f} MB")
    return failed


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


STEPS = {"make": make, "measure": measure}


def measured(count: int) -> int:
    """Make books of one size and measure; return how many processes or checks failed."""
    with tempfile.TemporaryDirectory(dir=".") as name:
        folder = Path(name).resolve() / "books"
        words = [sys.executable, "-m", "bench.verification", "--step"]
        # Else the modules are compiled anew in each process.
        environment = {
            k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"
        }
        codes = [
            subprocess.run(  # noqa: S603
                [*words, step, str(folder), str(count)], check=False, env=environment
            ).returncode
            for step in STEPS
        ]
        return sum(codes)


def main() -> int:
    """Print the figures in processor time; 1 if a check fails."""
    if "--step" in sys.argv:
        _, _, step, folder, count = sys.argv
        return 1 if STEPS[step](Path(folder), int(count)) else 0
    sizes = tuple(map(int, sys.argv[1:])) or SIZES
    return 1 if sum(measured(count) for count in sizes) else 0


if __name__ == "__main__":
    sys.exit(main())
