"""How long the journal takes to add postings to a month, beside a bare write of the bytes.

Bare is one file written, synced and moved into place. The journal does that and two
durable commits of the store, with the payload and one key a transaction in the first. A
second batch is measured too: it rewrites what the month already holds.
`python -m bench.journal [POSTINGS…]`
"""

# ruff: noqa: INP001, T201 - a benchmark prints, and is no package

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from ledger.files import replace_file
from ledger.journal import Journal
from ledger.store import Store

MONTH = Path("bank/2026/11.beancount")
SIZES = (1_000, 10_000, 100_000)
ROUNDS = 3


def payload_of(postings: int, batch: int) -> tuple[bytes, dict[str, str]]:
    """Return the text of as many postings, two a transaction, and its keys."""
    keys = {}
    parts = []
    for number in range(postings // 2):
        voucher = f"B2026-{batch}{number:06d}"
        key = f"statement/86011117947/2026-11-20/{batch}-{number:06d}"
        keys[key] = voucher
        parts.append(
            f'2026-11-20 * "Nordvik Bygg AS" "Innbetaling"\n  voucher: "{voucher}"\n'
            f'  bank-ref: "{key}"\n  rule: "kid"\n'
            f"  Assets:1500-Kundefordringer       -{number % 9000 + 1}.00 NOK\n"
            f"  Assets:1920-Bankinnskudd           {number % 9000 + 1}.00 NOK\n\n"
        )
    return "".join(parts).encode(), keys


def seconds(work: Callable[[], object]) -> float:
    """Return how long some work takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def measured(postings: int, folder: Path) -> tuple[float, float, float, int]:
    """Return the times of a bare write, the first batch and the second, and the size."""
    text, keys = payload_of(postings, 1)
    more, more_keys = payload_of(postings, 2)
    bare = seconds(lambda: replace_file(folder / "bare", text))
    store = Store.open(folder / "store.sqlite")
    journal = Journal(folder, store)
    first = seconds(lambda: journal.commit({MONTH: text}, lambda t: t.add_keys(keys)))
    second = seconds(lambda: journal.commit({MONTH: more}, lambda t: t.add_keys(more_keys)))
    store.close()
    return bare, first, second, len(text)


def main() -> int:
    """Print the figures."""
    sizes = tuple(map(int, sys.argv[1:])) or SIZES
    print("journal write          bare   first  second     postings/s")
    for postings in sizes:
        rounds = []
        for _ in range(ROUNDS):
            with tempfile.TemporaryDirectory(dir=".") as folder:
                rounds.append(measured(postings, Path(folder)))
        bare, first, second = (min(each[n] for each in rounds) for n in range(3))
        size = rounds[0][3] / 1e6
        print(
            f"  {postings:>7} ({size:5.1f} MB)  {bare:6.3f}  {first:6.3f}  {second:6.3f} s"
            f"  {postings / first:>10,.0f}"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
