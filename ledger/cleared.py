"""Sums on clearing that a person has decided about, each with a line in the books.

    2026-11-06 custom "cleared" "batch/86011117947/2026-11-02/cec2ffdfa981fde4" 300.00 NOK
      voucher: "B2026-4"
      open-item: "cr-66d16a572d"
      by: "kari"

Details that were told stand on clearing until a statement shows them, a statement's sum
until its details are told. Where nothing tells them apart, or the other half never comes,
a person says what they are (`books match`, `books book`), and the voucher's posting there
names the sum (`clears`). The line is written with the voucher: so much of the sum is
decided, and `open-item` is the parked money that it turned out to be. An undo writes the
same with the opposite sign. No file of the bank explains such a sum any more.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from bankio.amount import Amount
from ledger.accounts import text
from ledger.directives import Custom, MetaValue, Transaction

TYPE = "cleared"
POSTING_KEY = "clears"

#: What begins the key of a statement's line; a lump of a detail file's begins `batch/`.
_LINE = "statement/"


def is_line(key: str) -> bool:
    """Whether a sum on clearing was told by a statement: the bank has booked it."""
    return key.startswith(_LINE)


def decides(transaction: Transaction) -> bool:
    """Whether a voucher decides about a sum on clearing, or takes such a decision back."""
    return any(POSTING_KEY in posting.meta for posting in transaction.postings)


def lines_of(transactions: Iterable[Transaction], parked: frozenset[str]) -> list[Custom]:
    """Return the lines that go with vouchers; `parked` are the accounts of parked money."""
    return [
        line
        for transaction in transactions
        if decides(transaction)
        for line in _lines(transaction, parked)
    ]


def _lines(transaction: Transaction, parked: frozenset[str]) -> Iterable[Custom]:
    items = [
        text(posting.meta, "open-item")
        for posting in transaction.postings
        if posting.account in parked
    ]
    meta: dict[str, MetaValue] = {"voucher": text(transaction.meta, "voucher") or ""}
    if items:
        meta["open-item"] = " ".join(filter(None, items))
    meta["by"] = text(transaction.meta, "recorded-by") or ""
    for posting in transaction.postings:
        key = text(posting.meta, POSTING_KEY)
        if key is not None:
            yield Custom(
                date=transaction.date, type=TYPE, values=(key, -posting.units), meta=meta
            )


def decided(customs: Iterable[Custom], until: date | None = None) -> dict[str, Amount]:
    """Return how much of each sum is decided, as it stands on clearing; undone is none."""
    found: dict[str, Amount] = {}
    for custom in customs:
        key, amount = custom.values if len(custom.values) == 2 else ("", None)
        if custom.type != TYPE or not isinstance(amount, Amount):
            continue
        if until is None or custom.date <= until:
            before = found.get(str(key))
            found[str(key)] = amount if before is None else before + amount
    return {key: amount for key, amount in found.items() if amount}


def names(customs: Iterable[Custom]) -> frozenset[str]:
    """Return the sums that are decided, and the parked money that they turned out to be."""
    known = tuple(customs)
    keys = decided(known)
    return frozenset(keys) | {
        item
        for custom in known
        if custom.type == TYPE and str(custom.values[0]) in keys
        for item in (text(custom.meta, "open-item") or "").split()
    }
