"""Money between our own accounts that has left one of them and not reached the other.

    20 Nov  1990 debit  5000.00    left 1920
    23 Nov  1990 credit 3000.00    reached 1921
    24 Nov  2000.00 is on its way, since 20 Nov

Nothing in a bank's file says which of two equal transfers has arrived, and it does not
matter: the oldest counts as arrived first. The trap is the direction: the side that
receives may be told first, and then the rest stands in credit.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from bankio.amount import Amount


@dataclass(frozen=True, slots=True, kw_only=True)
class OnItsWay:
    """What is left of the transfers of one day."""

    account: str
    date: date
    amount: Amount
    """As it stands in the books: positive has left and not arrived."""
    age: int
    """In days."""

    @property
    def key(self) -> str:
        """By what a comment names it."""
        return f"{self.account}/{self.date}"


def on_their_way(
    account: str, moves: Iterable[tuple[date, Amount]], day: date
) -> tuple[OnItsWay, ...]:
    """Return what stands on the transfer account at the end of a day, oldest first.

    Args:
        account: The transfer account.
        moves: What each day has moved on it, in one currency, by date.
        day: The last day that counts.
    """
    waiting: list[tuple[date, Amount]] = []
    for moved_on, moved in moves:
        if moved_on > day:
            break
        left = moved
        while left and waiting and (waiting[0][1].number > 0) is not (left.number > 0):
            since, oldest = waiting[0]
            if abs(oldest) > abs(left):
                waiting[0] = (since, oldest + left)
                left = Amount.zero(left.currency)
            else:
                waiting.pop(0)
                left += oldest
        if left:
            waiting.append((moved_on, left))
    return tuple(
        OnItsWay(account=account, date=since, amount=amount, age=(day - since).days)
        for since, amount in waiting
    )
