"""The bank's calendar, day by day for 2026 and 2027."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from simulator import bank_calendar
from simulator.refusal import Refused

CLOSED_WEEKDAYS = {
    2026: """01-01 04-02 04-03 04-06 05-01 05-14 05-25 12-24 12-25""",
    2027: """01-01 03-25 03-26 03-29 05-06 05-17 12-24""",
}


@pytest.mark.parametrize("year", CLOSED_WEEKDAYS)
def test_the_bank_is_closed_on_exactly_these_weekdays(year):
    day = date(year, 1, 1)
    closed = []
    while day.year == year:
        if day.weekday() < 5 and not bank_calendar.is_bank_day(day):
            closed.append(f"{day:%m-%d}")
        day += timedelta(days=1)

    assert closed == CLOSED_WEEKDAYS[year].split()


def test_no_weekend_is_a_bank_day():
    saturday = date(2026, 1, 3)
    weeks = [saturday + timedelta(weeks=n) for n in range(100)]

    assert not any(map(bank_calendar.is_bank_day, weeks))
    assert not any(bank_calendar.is_bank_day(day + timedelta(days=1)) for day in weeks)


def computed_easter(year: int) -> date:
    """Gauss' rule in Butcher's form: another technique than the bank's table."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = divmod(b, 4)
    f = (b + 8) // 25
    g = (b - f + 1) // 3
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, day + 1)


@pytest.mark.parametrize("year", sorted(bank_calendar.EASTER_SUNDAYS))
def test_the_table_of_easter_sundays_agrees_with_the_rule(year):
    assert bank_calendar.easter_sunday(year) == computed_easter(year)


def test_a_year_outside_the_table_is_refused():
    with pytest.raises(Refused, match="2020-2040"):
        bank_calendar.is_bank_day(date(2041, 1, 2))


@pytest.mark.parametrize(
    ("day", "following"),
    [
        ("2026-12-23", "2026-12-28"),  # Christmas Eve is a Thursday, then a weekend
        ("2026-04-01", "2026-04-07"),  # Easter
        ("2026-11-06", "2026-11-09"),
        ("2026-12-31", "2027-01-04"),
    ],
)
def test_the_next_bank_day(day, following):
    found = bank_calendar.next_bank_day(date.fromisoformat(day))

    assert found == date.fromisoformat(following)
    assert bank_calendar.previous_bank_day(found) == date.fromisoformat(day)


def test_new_years_eve_is_short_when_it_is_a_bank_day():
    assert bank_calendar.is_short_day(date(2026, 12, 31))
    assert not bank_calendar.is_short_day(date(2028, 12, 31))  # a Sunday
    assert bank_calendar.bank_days_between(date(2026, 12, 23), date(2026, 12, 31)) == 4
