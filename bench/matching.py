"""How many movements `books reconcile` settles by itself, and how many of those wrongly.

`bench.biller` draws books and bank files and knows what each payment was meant for. The
command is run on them, and every posting in the books is then held against the truth:

    automatic   settled, and nobody is asked
    listed      on the right customer's credit; a person is asked what it is for
    parked      2990 or 1579: a person decides
    wrong       an item that was not meant, or more of it, or another party's credit

Of an item that its payers meant, no more may be settled than they paid, and a movement
settles exactly its own amount. `python -m bench.matching [MOVEMENTS [OPEN_ITEMS [SEED]]]`;
1 if anything is wrong, or less than 97 in a hundred are automatic, though more than 98 in
a hundred receipts have a KID that the books know.

What the truth cannot be held against: where a customer has one KID for several equal open
invoices, the payer is taken to mean the oldest, as the books do.
"""

# ruff: noqa: INP001, T201 - a benchmark prints, and is no package

from __future__ import annotations

import contextlib
import io
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from bench import biller, biller_bank, biller_books
from bench.biller import Biller, Movement
from bench.biller_stories import KNOWN_KID
from ledger import books
from ledger.directives import Posting

MOVEMENTS, OPEN_ITEMS = 20_000, 40_000
AUTOMATIC_MIN, KNOWN_KID_MIN = 0.97, 0.98
_SUSPENSE = ("Liabilities:2990", "Assets:1579")


@dataclass(slots=True)
class Judgement:
    """What became of each movement, by kind, and every error in words."""

    outcomes: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    errors: list[str] = field(default_factory=list)

    def share(self, outcome: str) -> float:
        """Return how large a part of all movements has an outcome."""
        counts = sum(self.outcomes.values(), Counter[str]())
        return counts[outcome] / counts.total()


def reconciled(folder: Path, files: list[Path]) -> None:
    """Run `books reconcile` on the files, in this process."""
    from cli import app

    with contextlib.redirect_stdout(io.StringIO()) as out:
        words = ("reconcile", *map(str, files), "--json")
        code = app.run([*words, "--books", str(folder), "--today", "2026-12-01"])
    assert code in {0, 3}, out.getvalue()


def judge(folder: Path, drawn: Biller) -> Judgement:
    """Hold the books against the truth."""
    found = books.load(folder)
    meant = {each.reference: each for each in drawn.movements}
    postings: dict[str, list[Posting]] = defaultdict(list)
    for transaction in found.transactions:
        for posting in transaction.postings:
            key = posting.meta.get("movement")
            if key:
                reference = str(key).split("/")[3].removeprefix(biller_bank.AGAIN)
                postings[reference].append(posting)
    judgement = Judgement()
    for reference, movement in meant.items():
        told = list(_faults(movement, postings[reference]))
        judgement.errors += [f"{movement.kind}: {movement}: {fault}" for fault in told]
        outcome = "wrong" if told else _outcome(movement, postings[reference])
        judgement.outcomes[movement.kind][outcome] += 1
    judgement.errors += [
        f"{reference}: the bank told no such movement"
        for reference in postings - meant.keys()
    ]
    judgement.errors += _taken_too_much(drawn, postings)
    return judgement


def _faults(movement: Movement, postings: list[Posting]) -> Iterator[str]:
    """Yield what is wrong with the postings of a movement."""
    total = -sum(posting.units.minor for posting in postings)
    if total != movement.ore:
        yield f"{total} øre posted"
    meant = dict(movement.meant)
    for posting in postings:
        item, account = str(posting.meta.get("open-item", "")), posting.account
        if account.startswith(_SUSPENSE) or account == movement.account:
            continue
        if item.startswith("cr-"):
            if movement.party is None or account != movement.party.account:
                yield f"credited to {account}"
        elif item not in meant:
            yield f"settled {item or account}"
        elif abs(posting.units.minor) > abs(meant[item]):
            yield f"settled {posting.units} of {item}"


def _taken_too_much(drawn: Biller, postings: dict[str, list[Posting]]) -> Iterator[str]:
    """Yield items of which more was settled than there was."""
    taken: Counter[str] = Counter()
    for each in postings.values():
        for posting in each:
            taken[str(posting.meta.get("open-item"))] -= posting.units.minor
    for item in drawn.items:
        if abs(taken[item.key]) > abs(item.ore):
            yield f"{item.key}: {taken[item.key]} øre of {item.ore}"


def _outcome(movement: Movement, postings: list[Posting]) -> str:
    if any(posting.account.startswith(_SUSPENSE) for posting in postings):
        return "parked"
    credited = [
        each for each in postings if str(each.meta.get("open-item", "")).startswith("cr-")
    ]
    whole = sum(-each.units.minor for each in credited) == movement.ore
    return "listed" if whole else "automatic"


def measured(folder: Path, movements: int, open_items: int, seed: int = 1) -> Judgement:
    """Draw, write, reconcile, judge."""
    drawn = biller.make(movements, open_items, seed=seed)
    files = biller_bank.write(folder / "files", drawn)
    place = biller_books.write(folder / "books", drawn)
    reconciled(place, files)
    return judge(place, drawn)


def known_kid_share(judgement: Judgement) -> float:
    """Return how many receipts in a hundred have a KID that the books know, over 100."""
    receipts = {kind: counts.total() for kind, counts in judgement.outcomes.items()}
    for kind in ("charge", "ordered", "bill in netbank"):
        receipts.pop(kind, None)
    rent = [kind for kind in receipts if kind.startswith("rent")]
    total = sum(receipts.values()) - sum(receipts[kind] for kind in rent)
    return sum(receipts[kind] for kind in KNOWN_KID if kind in receipts) / total


def main() -> int:
    """Print the figures; 1 if a bar is missed."""
    sizes = tuple(map(int, sys.argv[1:])) or (MOVEMENTS, OPEN_ITEMS)
    with tempfile.TemporaryDirectory(dir=".") as name:
        judgement = measured(Path(name).resolve(), *sizes)
    print(f"{'kind':26}automatic   listed   parked    wrong")
    for kind, counts in judgement.outcomes.items():
        columns = (counts[each] for each in ("automatic", "listed", "parked", "wrong"))
        print(f"  {kind:24}" + "".join(f"{count:9}" for count in columns))
    shares = [judgement.share(each) for each in ("automatic", "listed", "parked", "wrong")]
    print(f"  {'all':24}" + "".join(f"{100 * share:8.2f}%" for share in shares))
    known = known_kid_share(judgement)
    print(f"receipts with a KID that the books know: {100 * known:.2f}%")
    print(f"errors: {len(judgement.errors)}")
    print("\n".join(judgement.errors[:10]))
    missed = (shares[0] < AUTOMATIC_MIN) + (known < KNOWN_KID_MIN)
    return 1 if judgement.errors or missed else 0


if __name__ == "__main__":
    sys.exit(main())
