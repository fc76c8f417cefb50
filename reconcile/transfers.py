"""Money between our own accounts that has left one of them and not reached the other.

    20 Nov  1990 debit  5000.00    left 1920
    23 Nov  1990 credit 3000.00    reached 1921
    24 Nov  2000.00 is on its way, since 20 Nov

Nothing in a bank's file says which transfer has arrived. An equal amount has, of two equal
ones the older; what is left of the rest counts as arrived oldest first. The traps: the side
that receives may be told first, and then the rest stands in credit; and where money moves
every day, what arrives and what leaves on one day must not be set off against each other
before what is older, or the first transfer would be on its way for ever.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby

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
        moves: Each posting on it, in one currency, by date.
        day: The last day that counts.
    """
    counted = [(moved_on, moved) for moved_on, moved in moves if moved_on <= day]
    return tuple(
        OnItsWay(account=account, date=since, amount=amount, age=(day - since).days)
        for since, amount in _oldest_first(_without_equals(counted))
    )


def _without_equals(moves: Iterable[tuple[date, Amount]]) -> dict[date, Amount]:
    """Return what each day has moved, less each pair of equal amounts, oldest first."""
    waiting: dict[Decimal, deque[tuple[date, Amount]]] = defaultdict(deque)
    for moved_on, days in groupby(moves, key=lambda each: each[0]):
        amounts = [amount for _, amount in days]
        # What answers an older day first, and only then what is new.
        amounts.sort(key=lambda each: not waiting[-each.number])
        for amount in amounts:
            if waiting[-amount.number]:
                waiting[-amount.number].popleft()
            else:
                waiting[amount.number].append((moved_on, amount))
    left: dict[date, Amount] = {}
    for since, amount in sorted(
        (each for queue in waiting.values() for each in queue), key=lambda each: each[0]
    ):
        left[since] = left[since] + amount if since in left else amount
    return left


def _oldest_first(moves: Mapping[date, Amount]) -> list[tuple[date, Amount]]:
    """Return what is left where what comes later uses up what is oldest."""
    waiting: list[tuple[date, Amount]] = []
    for moved_on, moved in moves.items():
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
    return waiting
