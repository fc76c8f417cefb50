"""What every account held when, from the index: the totals of each file added up."""

from __future__ import annotations

import sqlite3
from bisect import bisect_left
from datetime import date
from decimal import Decimal

from ledger.books.running_totals import moves
from ledger.index.rows import days_of

_ZERO = Decimal(0)
_BELOW = "(account = ? OR (account > ? AND account < ?))"
"""An account and all below it: `;` is the character after `:`."""


def _range(account: str) -> tuple[str, str, str]:
    return account, f"{account}:", f"{account};"


class StoredTotals:
    """As `RunningTotals` of `ledger.books`, for the accounts that are asked for."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._known: dict[tuple[str, str], tuple[list[str], list[Decimal]]] = {}

    def at(self, account: str, currency: str, day: date) -> Decimal:
        """Return the total at the start of `day`."""
        dates, sums = self._of(account, currency)
        before = bisect_left(dates, day.isoformat())
        return sums[before - 1] if before else _ZERO

    def moves(self, account: str, currency: str) -> tuple[tuple[date, Decimal], ...]:
        """Return what each day has moved on the account or below it, by date."""
        dates, sums = self._of(account, currency)
        return moves([date.fromisoformat(day) for day in dates], sums)

    def currencies(self, account: str) -> tuple[str, ...]:
        """Return the currencies that have stood on the account or below it."""
        rows = self._db.execute(
            f"SELECT DISTINCT currency FROM total WHERE {_BELOW} ORDER BY currency",
            _range(account),
        )
        return tuple(row[0] for row in rows)

    def _of(self, account: str, currency: str) -> tuple[list[str], list[Decimal]]:
        if (account, currency) not in self._known:
            moved: dict[str, Decimal] = {}
            rows = self._db.execute(
                f"SELECT days FROM total WHERE {_BELOW} AND currency = ?",
                (*_range(account), currency),
            )
            for row in rows:
                for day, number in days_of(row[0]).items():
                    moved[day] = moved.get(day, _ZERO) + number
            total, sums, dates = _ZERO, [], sorted(moved)
            for day in dates:
                total += moved[day]
                sums.append(total)
            self._known[account, currency] = dates, sums
        return self._known[account, currency]
