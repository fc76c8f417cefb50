"""Bank days 2026 and 2027, as Norges Bank closes."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from ledger.bank_days import BankDays

WEEKDAYS_LOST = {
    2026: ("01-01", "04-02", "04-03", "04-06", "05-01", "05-14", "05-25", "12-24", "12-25"),
    2027: ("01-01", "03-25", "03-26", "03-29", "05-06", "05-17", "12-24"),
}


@pytest.mark.parametrize("year", sorted(WEEKDAYS_LOST))
def test_every_day_of_a_year(year):
    lost = {date.fromisoformat(f"{year}-{day}") for day in WEEKDAYS_LOST[year]}
    days = [date(year, 1, 1) + timedelta(days=n) for n in range(365)]
    bank_days = BankDays()

    closed = {day for day in days if day.weekday() < 5 and not bank_days.is_bank_day(day)}

    assert closed == lost
    assert not any(bank_days.is_bank_day(day) for day in days if day.weekday() >= 5)


@pytest.mark.parametrize(
    ("method", "day", "expected"),
    [
        ("next", "2026-11-20", "2026-11-23"),
        ("next", "2026-12-23", "2026-12-28"),
        ("previous", "2026-04-07", "2026-04-01"),
        ("on_or_before", "2026-11-22", "2026-11-20"),
        ("on_or_before", "2026-11-20", "2026-11-20"),
        ("on_or_after", "2027-05-15", "2027-05-18"),
        ("on_or_after", "2026-12-31", "2026-12-31"),
    ],
)
def test_the_bank_day_near_a_day(method, day, expected):
    found = getattr(BankDays(), method)(date.fromisoformat(day))

    assert found == date.fromisoformat(expected)


@pytest.mark.parametrize(
    ("number", "expected"),
    [(0, "2026-12-23"), (1, "2026-12-28"), (3, "2026-12-30"), (-1, "2026-12-22")],
)
def test_counting_bank_days(number, expected):
    assert BankDays().add(date(2026, 12, 23), number) == date.fromisoformat(expected)


def test_a_company_may_know_of_further_closed_days():
    bank_days = BankDays([date(2026, 12, 31)])

    assert not bank_days.is_bank_day(date(2026, 12, 31))
    assert [
        day.day for day in bank_days.between(date(2026, 12, 23), date(2026, 12, 31))
    ] == [
        23,
        28,
        29,
        30,
    ]
