"""Movements that another source told before: each confirms a money, and settles nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from reconcile import placed_payments
from reconcile.bank_transactions import Movement
from reconcile.moneys import Money
from reconcile.progress import Progress


def confirm(
    movements: Iterable[Movement], batch: str, progress: Progress
) -> list[Movement]:
    """Tell the movements that are known already; return the others."""
    unknown = []
    for movement, money in confirming(movements, progress):
        if money is None:
            unknown.append(movement)
        else:
            progress.memory.tell(movement, batch, money.key)
    return unknown


def confirming(
    movements: Iterable[Movement], progress: Progress
) -> Iterator[tuple[Movement, Money | None]]:
    """Yield each movement with the money that it certainly is, each money once."""
    memory = progress.memory
    taken: set[str] = set()
    for movement in movements:
        own = memory.money(movement.key)
        is_own = (
            progress.is_posted(movement.key)
            and own is not None
            and own.amount == movement.amount
            and movement.source not in own.tellers
            and own.key not in taken
        )
        money = own if is_own else memory.same(movement, taken)
        if money is not None:
            taken.add(money.key)
        # A sum that was placed may be many payments of ours: each of them confirms it.
        yield movement, money or placed_payments.money_of(movement, progress)
