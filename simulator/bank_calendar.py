"""Which days the bank is open, from a table made by hand.

Source: Norges Bank's settlement days. The trap: 24 December is an ordinary working day
for most of Norway and in most holiday packages, but no bank day. Easter Sundays stand
here as a table and not as a formula, so that the bank's calendar shares no mistake with
a customer's.
"""

from datetime import date, timedelta

from simulator.refusal import Refused

EASTER_SUNDAYS = {
    2020: (4, 12), 2021: (4, 4), 2022: (4, 17), 2023: (4, 9), 2024: (3, 31),
    2025: (4, 20), 2026: (4, 5), 2027: (3, 28), 2028: (4, 16), 2029: (4, 1),
    2030: (4, 21), 2031: (4, 13), 2032: (3, 28), 2033: (4, 17), 2034: (4, 9),
    2035: (3, 25), 2036: (4, 13), 2037: (4, 5), 2038: (4, 25), 2039: (4, 10),
    2040: (4, 1),
}  # fmt: skip

FIXED_CLOSED = ((1, 1), (5, 1), (5, 17), (12, 24), (12, 25), (12, 26))
SHORT_DAYS = ((12, 31),)

MOVABLE_CLOSED = (-3, -2, 1, 39, 50)
"""Days from Easter Sunday: Maundy Thursday to Easter Monday, Ascension, Whit Monday."""

SATURDAY = 5


def easter_sunday(year: int) -> date:
    """Return Easter Sunday of a year in the table."""
    if year not in EASTER_SUNDAYS:
        raise Refused(f"the bank's calendar covers 2020-2040, not {year}.")
    month, day = EASTER_SUNDAYS[year]
    return date(year, month, day)


def is_bank_day(day: date) -> bool:
    """Say whether the bank is open on this day.

    >>> is_bank_day(date(2026, 12, 24)), is_bank_day(date(2026, 12, 31))
    (False, True)
    """
    from_easter = (day - easter_sunday(day.year)).days
    return not (
        day.weekday() >= SATURDAY
        or (day.month, day.day) in FIXED_CLOSED
        or from_easter in MOVABLE_CLOSED
    )


def is_short_day(day: date) -> bool:
    """Say whether the last run comes early (New Year's Eve)."""
    return (day.month, day.day) in SHORT_DAYS and is_bank_day(day)


def bank_day_on_or_after(day: date) -> date:
    """Return the day itself when the bank is open, else the next open day."""
    while not is_bank_day(day):
        day += timedelta(days=1)
    return day


def next_bank_day(day: date) -> date:
    """Return the first open day after this one."""
    return bank_day_on_or_after(day + timedelta(days=1))


def previous_bank_day(day: date) -> date:
    """Return the last open day before this one."""
    day -= timedelta(days=1)
    while not is_bank_day(day):
        day -= timedelta(days=1)
    return day


def add_bank_days(day: date, count: int) -> date:
    """Return the day `count` open days after this one."""
    for _ in range(count):
        day = next_bank_day(day)
    return day


def bank_days_between(first: date, last: date) -> int:
    """Count the open days after `first` up to and with `last`."""
    count = 0
    while first < last:
        first += timedelta(days=1)
        count += is_bank_day(first)
    return count
