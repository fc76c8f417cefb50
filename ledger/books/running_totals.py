"""What an account holds at the start of a day, its sub-accounts included.

As Beancount's `balance` sees it: a parent is the sum of itself and all below it, and
postings of the day itself are not yet counted.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import TypeVar

from ledger.accounts import ancestors
from ledger.directives import Transaction

_ZERO = Decimal(0)
Day = TypeVar("Day")


class RunningTotals:
    """Totals per account, parent and currency after each day that has postings."""

    def __init__(self) -> None:
        self._dates: dict[tuple[str, str], list[date]] = {}
        self._totals: dict[tuple[str, str], list[Decimal]] = {}

    @classmethod
    def of(cls, transactions: Iterable[Transaction]) -> RunningTotals:
        """Return the totals of transactions in any order."""
        own: dict[tuple[str, str], dict[date, Decimal]] = defaultdict(dict)
        for transaction in transactions:
            day = transaction.date
            for posting in transaction.postings:
                units = posting.units
                days = own[posting.account, units.currency]
                days[day] = days.get(day, _ZERO) + units.number
        moves: dict[tuple[str, str], dict[date, Decimal]] = defaultdict(dict)
        for (account, currency), days in own.items():
            for name in ancestors(account):
                summed = moves[name, currency]
                for day, number in days.items():
                    summed[day] = summed.get(day, _ZERO) + number
        totals = cls()
        for key, days in moves.items():
            totals._add(key, days)
        return totals

    def _add(self, key: tuple[str, str], days: dict[date, Decimal]) -> None:
        total = _ZERO
        dates = sorted(days)
        sums = []
        for day in dates:
            total += days[day]
            sums.append(total)
        self._dates[key] = dates
        self._totals[key] = sums

    def at(self, account: str, currency: str, day: date) -> Decimal:
        """Return the total at the start of `day`."""
        dates = self._dates.get((account, currency))
        if not dates:
            return _ZERO
        before = bisect_left(dates, day)
        return self._totals[account, currency][before - 1] if before else _ZERO

    def moves(self, account: str, currency: str) -> tuple[tuple[date, Decimal], ...]:
        """Return what each day has moved on the account, by date."""
        at = account, currency
        return moves(self._dates.get(at, ()), self._totals.get(at, ()))

    def currencies(self, account: str) -> tuple[str, ...]:
        """Return the currencies that have stood on the account."""
        return tuple(sorted(code for name, code in self._dates if name == account))


def moves(days: Sequence[Day], sums: Sequence[Decimal]) -> tuple[tuple[Day, Decimal], ...]:
    """Return what each day has moved, of the totals after each."""
    before = (_ZERO, *sums)
    moved = (after - start for start, after in zip(before, sums, strict=False))
    return tuple((day, number) for day, number in zip(days, moved, strict=True) if number)
