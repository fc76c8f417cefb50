"""Norwegian bank days: when a bank moves money.

Source: Norges Bank, settlement days. Closed are Saturdays, Sundays, the public holidays
and **24 December**, which is a bank holiday but no public one, so the calendar library
does not have it. 31 December is a bank day with an earlier cut-off. Further closed days
are the company's to tell (`closed_days` in books.toml).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from functools import cache

_DAY = dt.timedelta(days=1)


class BankDays:
    """The calendar of the banks, with a company's further closed days.

    >>> days = BankDays()
    >>> days.is_bank_day(dt.date(2026, 12, 24)), days.is_bank_day(dt.date(2026, 12, 31))
    (False, True)
    >>> days.next(dt.date(2026, 12, 23)), days.previous(dt.date(2026, 12, 28))
    (datetime.date(2026, 12, 28), datetime.date(2026, 12, 23))
    >>> days.on_or_before(dt.date(2026, 11, 22))
    datetime.date(2026, 11, 20)
    """

    def __init__(self, closed_days: Collection[dt.date] = ()) -> None:
        self._closed_days = frozenset(closed_days)

    def is_bank_day(self, day: dt.date) -> bool:
        """Whether the banks settle on `day`."""
        return (
            day.weekday() < 5
            and day not in _holidays(day.year)
            and day not in self._closed_days
        )

    def next(self, day: dt.date) -> dt.date:
        """Return the first bank day after `day`."""
        return self.on_or_after(day + _DAY)

    def previous(self, day: dt.date) -> dt.date:
        """Return the last bank day before `day`."""
        return self.on_or_before(day - _DAY)

    def on_or_after(self, day: dt.date) -> dt.date:
        """Return `day`, or the next bank day where it is none."""
        while not self.is_bank_day(day):
            day += _DAY
        return day

    def on_or_before(self, day: dt.date) -> dt.date:
        """Return `day`, or the last bank day before it where it is none."""
        while not self.is_bank_day(day):
            day -= _DAY
        return day

    def add(self, day: dt.date, bank_days: int) -> dt.date:
        """Return the day that lies so many bank days after (or before) `day`."""
        step = self.next if bank_days >= 0 else self.previous
        for _ in range(abs(bank_days)):
            day = step(day)
        return day

    def between(self, first: dt.date, last: dt.date) -> Iterator[dt.date]:
        """Yield the bank days from `first` to `last`, both included."""
        while first <= last:
            if self.is_bank_day(first):
                yield first
            first += _DAY


@cache
def _holidays(year: int) -> frozenset[dt.date]:
    import holidays

    public = holidays.country_holidays("NO", years=year)
    return frozenset({*public, dt.date(year, 12, 24)})
