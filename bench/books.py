"""What books cost to open by their index, beside loading them with Beancount.

Each measure is a process of its own, so that nothing is warm but the disk and the memory is
its own; the time is that of the work alone, or of the whole process for commands. Commands
are run twice and the second one counts. Our bar: `books reconcile` with nothing new in 500k
transactions in less than a second, fifty times as fast as the load.

Last, one notification of a hundred payments is posted, when the store remembers as many
movements, told by bank files over the same years, as the books have transactions.
`python -m bench.books [TRANSACTIONS…]`
"""

# ruff: noqa: INP001, T201 - a benchmark prints, and is no package

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

SIZES = (10_000, 100_000, 500_000)
BAR_TIMES = 50
BAR_SECONDS = 1.0
BAR_SIZE = 500_000
MONTH = "vouchers/2024/06.beancount"
BILL = """
2026-11-19 * "Leverandør 1 AS" "Faktura ny" ^lf-L10001-ny
  Liabilities:2400-Leverandørgjeld:L10001-L1  -125.00 NOK
  Expenses:6340-Strøm  125.00 NOK
"""


def _beancount(folder: Path) -> object:
    from beancount import loader  # noqa: TID251 - the peer

    loader.initialize(use_cache=False)
    entries, errors, _ = loader.load_file(folder / "main.beancount")
    assert not errors, errors[:3]
    return len(entries)


def _load(folder: Path) -> object:
    from ledger import books

    return len(books.load(folder).transactions)


def _index(folder: Path) -> object:
    """Open by the index as it stands: made, caught up, or merely looked at."""
    from ledger.index import Index

    return Index(folder).books().company.name


def _remember(folder: Path) -> object:
    """Have the store remember what bank files told of each payment and receipt."""
    from bench import big_books
    from ledger.decision_log import RUNS
    from ledger.store import Store

    store = Store.open(folder / ".books" / "store.sqlite")
    movements, entries = big_books.told(folder)
    with store.transaction() as transaction:
        transaction.add_told(entries, movements)
        transaction.add_keys({each.key: "B2021-1" for each in entries})
        transaction.set_info(
            RUNS, "1"
        )  # of the first run all that is told is looked through
    store.close()
    return len(movements)


def _payables(folder: Path) -> object:
    from ledger.index import Index
    from ledger.payables import PAYABLE_KINDS

    books = Index(folder).books()
    started = time.perf_counter()
    found = books.items.open_of(PAYABLE_KINDS)
    return f"{len(found)} open in {time.perf_counter() - started:.3f} s"


#: Modules are kept compiled, as they are where the program is installed.
_ENVIRONMENT = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}

STEPS: Mapping[str, Callable[[Path], object]] = {
    "beancount": _beancount,
    "load": _load,
    "index": _index,
    "payables": _payables,
    "remember": _remember,
}


def measured(name: str, folder: Path) -> tuple[float, float, str]:
    """Return a step's seconds, its peak memory in MB and what it found."""
    command = [sys.executable, "-m", "bench.books", "--step", name, str(folder)]
    ran = subprocess.run(  # noqa: S603
        command, check=True, capture_output=True, text=True, env=_ENVIRONMENT
    )
    seconds, kilobytes, found = ran.stdout.split("\t")
    return float(seconds), int(kilobytes) / 1024, found.strip()


def command(folder: Path, *words: str, runs: int = 2) -> tuple[float, float]:
    """Return how long the last run of a `books` command takes, and its peak memory."""
    arguments = [sys.executable, "-m", "cli.app", *words, "--books", str(folder)]
    for _ in range(runs):
        started = time.perf_counter()
        process = subprocess.Popen(  # noqa: S603
            arguments, stdout=subprocess.DEVNULL, env=_ENVIRONMENT
        )
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        assert process.returncode in {0, 3}, words
    return seconds, usage.ru_maxrss / 1024


def aged(folder: Path) -> None:
    """Let the files be as old as they are at a later command."""
    past = time.time() - 60
    for path in folder.rglob("*.beancount"):
        os.utime(path, (past, past))


def edited(folder: Path) -> None:
    """Move an amount to another account in the middle of the ledger."""
    path = folder / MONTH
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("6800-Kontorrekvisita", "6300-Leie-lokaler", 1), "utf-8")


def added(folder: Path) -> None:
    """Type a bill at the end of a month."""
    with (folder / MONTH).open("a", encoding="utf-8") as file:
        file.write(BILL)


def table(folder: Path, size: int) -> int:
    """Print the figures of one size; return how many bars are missed."""
    measured(f"make-{size}", folder)
    megabytes = sum(path.stat().st_size for path in folder.rglob("*.beancount")) / 1e6
    aged(folder)
    print(f"\n{size} transactions, {megabytes:.1f} MB")
    peer = _told("beancount.loader.load_file", measured("beancount", folder))
    _told("ledger.books.load", measured("load", folder), peer)
    _told("index made (with its load)", measured("index", folder), peer)
    index = (folder / ".books" / "index.sqlite").stat().st_size / 1e6
    print(f"  {'':34}{index:8.1f} MB on disk")
    _told("opened, nothing changed", measured("index", folder), peer)
    _told("open payables", measured("payables", folder), peer)
    edited(folder)
    _told("one month edited", measured("index", folder), peer)
    added(folder)
    _told("one bill added", measured("index", folder), peer)
    aged(folder)
    _told("books status (process)", (*command(folder, "status"), ""), peer)
    nothing = _told(
        "books reconcile, nothing new", (*command(folder, "reconcile"), ""), peer
    )
    _new_file(folder, peer)
    if size < BAR_SIZE:
        return 0
    return (nothing > BAR_SECONDS) + (peer < BAR_TIMES * nothing)


def _new_file(folder: Path, peer: float) -> None:
    """Post a notification, with the memory of all these years."""
    from bench import bank_files

    _told("store: what was told is remembered", measured("remember", folder))
    file = folder.parent / "new.xml"
    bank_files.camt_054(file, 100)
    run = command(folder, "reconcile", str(file), runs=1)
    _told("books reconcile, 100 new payments", (*run, ""), peer)


def _told(what: str, figures: tuple[float, float, str], peer: float | None = None) -> float:
    seconds, megabytes, found = figures
    times = f"{peer / seconds:8.1f} x" if peer else " " * 10
    print(f"  {what:34}{seconds:8.3f} s {megabytes:7.0f} MB {times}  {found}", flush=True)
    return seconds


def main() -> int:
    """Print the figures; 1 if a bar is missed."""
    if "--step" in sys.argv:
        return _step(*sys.argv[2:])
    sizes = tuple(map(int, sys.argv[1:])) or SIZES
    missed = 0
    for size in sizes:
        with tempfile.TemporaryDirectory(dir=".") as name:
            missed += table(Path(name).resolve() / "books", size)
    return 1 if missed else 0


def _step(name: str, folder: str) -> int:
    started = time.perf_counter()
    if name.startswith("make-"):
        from bench import big_books

        # Not in the parent: what a parent has used counts as the peak of its children.
        found: object = big_books.make(Path(folder), int(name.removeprefix("make-")))
    else:
        found = STEPS[name](Path(folder))
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(seconds, peak, found, sep="\t")
    return 0


if __name__ == "__main__":
    sys.exit(main())
