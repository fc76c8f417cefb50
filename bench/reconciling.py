"""How fast `books reconcile` is, from files to synced books, beside peers that match.

`bench.biller` makes books and a month of files; the command is a process of its own, so
that Python's start and all imports count, and its memory is its own. The index of the
books is made before, as a command of the day before has made it. Processor time is told
beside the time on the clock, which on a shared machine says more about the others.

    100k against 100k, 1M     how it grows with the open items: the bar is for 1M
    1M against 1.2M           OCR giro alone, 30 assignments (only if asked for: `large`)

Peers get the same movements and the same open items in memory, with no file to read and
no books to write, at a size that they can do; ours is the whole command. `reconcile-mcp`
scores every pair and then every combination, which is measured at the smallest size only;
it is left out where it is not installed. beangulp looks for movements that the books have:
it is given them twice, as when a statement is imported again.
`python -m bench.reconciling [small|large|peers]`
"""

# ruff: noqa: INP001, T201 - a benchmark prints, and is no package

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bench.books import _ENVIRONMENT, aged

SMALL = ((2_000, 20_000), (20_000, 20_000))
SIZES = ((100_000, 100_000), (100_000, 1_000_000))
LARGE = (1_000_000, 1_200_000)
LARGE_DAYS = 30
PEER_COUNTS = (100, 500, 1_000)
BAR = 25_000
"""Movements a second against a million open items."""


def child(*words: str) -> tuple[float, float, float]:
    """Run a process; return its seconds, its processor time and its peak memory in MB."""
    started = time.perf_counter()
    process = subprocess.Popen(  # noqa: S603 - our own programs
        [sys.executable, "-m", *words], stdout=subprocess.DEVNULL, env=_ENVIRONMENT
    )
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode in {0, 3}, words
    return seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def make(folder: Path, movements: int, open_items: int) -> None:
    """Write the files and the books of a biller."""
    from bench import biller, biller_bank, biller_books
    from bench.biller_stories import exact

    if (movements, open_items) == LARGE:
        alone = ((exact, 1),)
        drawn = biller.make(movements, open_items, days=LARGE_DAYS, stories=alone)
    else:
        drawn = biller.make(movements, open_items)
    # One assignment and one lump a day, as a large biller has them.
    biller_bank.write(folder / "files", drawn, lump=10**9, again=False)
    biller_books.write(folder / "books", drawn)


def index(folder: Path) -> None:
    """Open the books once, so that their index is there."""
    from ledger.index import Index

    opened = Index(folder / "books")
    opened.books()
    opened.close()


def command(folder: Path) -> tuple[float, float, float]:
    """Run `books reconcile` on all files; return what `child` does."""
    files = sorted(str(path) for path in (folder / "files").iterdir())
    place = ("--books", str(folder / "books"), "--today", "2026-12-31")
    return child("cli.app", "reconcile", *files, *place)


def row(folder: Path, movements: int, open_items: int) -> float:
    """Print the figures of one size; return movements a second."""
    sizes = (str(movements), str(open_items))
    child("bench.reconciling", "--step", "make", str(folder), *sizes)
    aged(folder / "books")
    made = child("bench.reconciling", "--step", "index", str(folder), *sizes)
    seconds, processor, megabytes = command(folder)
    print(
        f"  {movements:>9,} {open_items:>10,} {seconds:9.1f} s {processor:9.1f} s"
        f" {movements / seconds:10,.0f} {movements / processor:12,.0f} {megabytes:8.0f} MB"
        f"   (index made in {made[1]:.0f} s, {made[2]:.0f} MB)",
        flush=True,
    )
    return movements / seconds


# --- peers


def peers(count: int) -> None:
    """Print what peers make of the same movements and items."""
    from bench import biller
    from bench.matching import judge

    drawn = biller.make(count, count)
    with tempfile.TemporaryDirectory(dir=".") as name:
        folder = Path(name).resolve()
        make(folder, count, count)
        _, processor, _ = command(folder)
        judged = judge(folder / "books", drawn)
    told = f"{100 * judged.share('automatic'):.0f} % automatic, {len(judged.errors)} wrong"
    row = f"{count:>7,} {processor:9.1f} s {count / processor:10,.0f}"
    print(f"  {'books reconcile':15}{row}   {told}")
    for name, work in (("reconcile-mcp", _reconcile_mcp), ("beangulp", _beangulp)):
        if importlib.util.find_spec(name.replace("-", "_")) is None:
            print(f"  {name:15}{count:>7,}  is not installed")
            continue
        run = work(drawn)
        started = time.process_time()
        told = run()
        seconds = time.process_time() - started
        print(f"  {name:15}{count:>7,} {seconds:9.1f} s {count / seconds:10,.0f}   {told}")


def _reconcile_mcp(drawn: object) -> Callable[[], str]:
    from reconcile_mcp import engine  # type: ignore[import-not-found] # the peer

    from bench.biller import Biller

    assert isinstance(drawn, Biller)
    expected = [
        {
            "id": item.key,
            "amount": f"{item.ore / 100:.2f}",
            "currency": "NOK",
            "date": item.day.isoformat(),
            "counterparty": item.party.name,
            "reference": item.kid or item.invoice,
            "account": item.party.bank_account,
        }
        for item in drawn.items
    ]
    observed = [
        {
            "id": each.reference,
            "amount": f"{each.ore / 100:.2f}",
            "currency": "NOK",
            "date": each.day.isoformat(),
            "counterparty": each.name or "",
            "reference": " ".join(each.kids) or each.text,
            "account": each.payer or "",
        }
        for each in drawn.movements
    ]
    meant = {each.reference: {key for key, _ in each.meant} for each in drawn.movements}

    def work() -> str:
        combine = len(observed) <= 2 * PEER_COUNTS[0]
        options = {"enable_one_to_many": combine}
        matches = engine.reconcile(expected, observed, options)["matches"]
        wrong = sum(
            not set(match["expected"]) <= meant[reference]
            for match in matches
            for reference in match["observed"]
        )
        how = "" if combine else "one to one only: "
        return f"{how}{len(matches)} matches, {wrong} of another item than was meant"

    return work


def _beangulp(drawn: object) -> Callable[[], str]:
    from beancount.core import data
    from beancount.core.amount import Amount
    from beancount.core.number import D
    from beangulp import similar

    from bench.biller import Biller

    assert isinstance(drawn, Biller)

    def entries() -> list[data.Transaction]:
        return [
            data.Transaction(
                data.new_metadata("statement", number),
                each.day,
                "*",
                each.name,
                each.text,
                frozenset(),
                frozenset(),
                [
                    data.Posting(
                        "Assets:1920-Bankinnskudd",
                        Amount(D(each.ore) / 100, "NOK"),
                        *(None, None, None, None),
                    )
                ],
            )
            for number, each in enumerate(
                sorted(drawn.movements, key=lambda each: each.day), 1
            )
        ]

    new, existing = entries(), entries()

    def work() -> str:
        found = similar.find_similar_entries(new, existing, similar.heuristic_comparator())
        wrong = sum(
            new_entry.meta["lineno"] != old.meta["lineno"] for new_entry, old in found
        )
        return f"{len(found)} duplicates of {len(new)}, {wrong} of another movement"

    return work


def main() -> int:
    """Print the figures; 1 if the bar is missed."""
    if "--step" in sys.argv:
        name, folder, *sizes = sys.argv[2:]
        if name == "make":
            make(Path(folder), *map(int, sizes))
        else:
            index(Path(folder))
        return 0
    asked = sys.argv[1:] or ["full", "peers"]
    sizes = SMALL if "small" in asked else SIZES if "full" in asked else ()
    fast = True
    if sizes or "large" in asked:
        print(" movements       items     clock  processor  movements/s  /s of processor")
    for size in (*sizes, *((LARGE,) if "large" in asked else ())):
        with tempfile.TemporaryDirectory(dir=".") as name:
            found = row(Path(name).resolve(), *size)
        fast = fast and (size != SIZES[-1] or found >= BAR)
    if "peers" in asked:
        print("  peer            count  processor  movements/s")
        for count in PEER_COUNTS:
            peers(count)
    return 0 if fast else 1


if __name__ == "__main__":
    sys.exit(main())
