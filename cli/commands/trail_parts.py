"""Which part of a transaction belongs to a trail: one movement of a batch, or all of it.

One transaction may hold thousands of movements, of as many parties. Who asks about one of
them, or about the item that it settled, is told that one, and how many there are.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from ledger.accounts import text
from ledger.directives import Posting, Transaction


@dataclass(frozen=True, slots=True)
class Told:
    """A transaction of the trail, and which of its movements belong to it."""

    transaction: Transaction
    movements: frozenset[str] | None = None
    """None: all of it."""

    @property
    def postings(self) -> tuple[Posting, ...]:
        """Those that belong to the trail."""
        postings, meant = self.transaction.postings, self.movements
        if meant is None:
            return postings
        return tuple(each for each in postings if text(each.meta, "movement") in meant)

    @property
    def key(self) -> str | None:
        """The bank's key of what is told: the line, or the first movement that is meant."""
        line = text(self.transaction.meta, "bank-ref") if self.movements is None else None
        return line or next(iter(movements_of(self.postings)), None)


def movements_of(postings: Iterable[Posting]) -> tuple[str, ...]:
    """Return the movements that postings settle, each once, in their order."""
    found = (text(each.meta, "movement") for each in postings)
    return tuple(dict.fromkeys(key for key in found if key))


def movements_on(transaction: Transaction, item: str) -> Collection[str] | None:
    """Return the movements that touch an item; None where a posting on it has none."""
    keys = [
        text(each.meta, "movement")
        for each in transaction.postings
        if text(each.meta, "open-item") == item
    ]
    found = {key for key in keys if key}
    return found if keys and None not in keys else None


def narrowed(
    transaction: Transaction, meant: Collection[str] | None
) -> frozenset[str] | None:
    """Return what of a transaction is meant; None where that is all of it."""
    if meant is None or set(movements_of(transaction.postings)) <= set(meant):
        return None
    return frozenset(meant)


def together(one: Told, other: Told) -> Told:
    """Return what two ways to one transaction tell of it."""
    if one.movements is None or other.movements is None:
        return Told(one.transaction)
    both = one.movements | other.movements
    return Told(one.transaction, narrowed(one.transaction, both))
