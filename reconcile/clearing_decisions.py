"""What a person may decide about a sum on clearing, as if it were an item (ADR 0029).

The statement shows 300.00 that nobody knows, and camt.054 told 300.00 twice, all without
references. One of the two is what the statement shows; which one nobody can tell, and
nobody needs to. The other one is to be shown by a statement yet, or never:

    match cr-66d16a572d batch/…    2990 cr-66d16a572d   300.00     parked by the statement
                                   1929                -300.00     clears batch/…

A sum that a statement told without details is the bank's own money, and may be anything:

    match statement/… kf-17        1929                 600.00     clears statement/…
                                   1500 kf-17          -600.00

What only a detail file told the bank may never have booked: it is matched with parked
money of its bank account, or with such a sum, and settles nothing else. The trap: it has
settled or parked something already, so to match it with an invoice would pay that twice.
"""

from __future__ import annotations

from ledger import cleared
from ledger.item_kinds import ItemKind
from ledger.open_items import OpenItem

#: What may turn out to be money that a detail file told: it waits for a person.
_WAITS = {ItemKind.SUSPENSE, ItemKind.CREDIT, ItemKind.CLEARING}


class DecisionRefused(Exception):
    """What a person asked for cannot be posted; the message says why, and what can."""


def refuse_wrong(money: OpenItem, item: OpenItem) -> None:
    """Refuse a match of a sum on clearing with what it cannot be.

    Raises:
        DecisionRefused: The two cannot be the same money.
    """
    sums = [each for each in (money, item) if each.kind is ItemKind.CLEARING]
    if not sums:
        return
    if money.residual.currency != item.residual.currency:
        raise DecisionRefused(
            f"{item.key}: is in {item.residual.currency}, {money.key} is in"
            f" {money.residual.currency}"
        )
    told_only = [each for each in sums if not cleared.is_line(each.key)]
    if told_only and not {money.kind, item.kind} <= _WAITS:
        raise DecisionRefused(
            f"{told_only[0].key}: no statement shows it; only parked money, or a sum that a"
            " statement shows, may be the same money"
        )
    accounts = {number for each in (money, item) if (number := _bank_account(each))}
    if len(accounts) > 1:
        raise DecisionRefused(
            f"{item.key}: moved on another bank account than {money.key}"
            f" ({', '.join(sorted(accounts))})"
        )


def _bank_account(item: OpenItem) -> str | None:
    """Return the number of the bank account that it moved on, where its key tells."""
    key = item.key if item.kind is ItemKind.CLEARING else None
    if item.kind in {ItemKind.SUSPENSE, ItemKind.CREDIT}:
        key = item.postings[0].movement
    return key.split("/")[1] if key else None
