"""Where the money of a payment of ours is, whose booking a person has undone.

    B2026-1  the bank has booked E-7KQ2…     undone: its money stands on 1579
    B2026-3  a person has placed it          on an account, or on another bill

What comes back of the payment belongs there, and no more to the bill that it was to pay.
"""

from __future__ import annotations

from collections.abc import Iterator

from cli.wiring import Workplace
from ledger.accounts import text
from ledger.directives import Posting
from ledger.open_items import OpenItem
from ledger.payments import Payment
from reconcile.evidence import undone_money


def standing(workplace: Workplace, payment: Payment) -> tuple[OpenItem, ...]:
    """Return the undone money of a payment that still waits on suspense."""
    found = undone_money(payment, workplace.books.items)
    return tuple(item for item in found if item.is_open)


def placed(workplace: Workplace, payment: Payment) -> Iterator[tuple[str, Posting]]:
    """Yield the voucher and the postings by which a person has placed undone money."""
    for item in undone_money(payment, workplace.books.items):
        if item.is_open:
            continue
        for transaction in workplace.books.register.by_item(item.key):
            if "corrects" in transaction.meta:
                continue
            for posting in transaction.postings:
                is_own = text(posting.meta, "open-item") == item.key
                if not is_own and posting.units.number > 0:
                    yield text(transaction.meta, "voucher") or "", posting
