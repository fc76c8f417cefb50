"""Rates of exchange: one a day for each currency, drawn from the bank's seed.

A rate is what one unit costs in NOK, with four decimals and kept as a whole number
(114025 is 11.4025), so that the same seed gives the same øre on every machine.
"""

from datetime import date

from simulator.state import State

BASE = {"EUR": 114_000, "USD": 105_000, "GBP": 135_000, "SEK": 10_200, "DKK": 15_300}
UNIT = 10_000
SPREAD = 100
"""A day's rate differs from the base by at most one part in this many."""


def currencies() -> tuple[str, ...]:
    """Return the currencies that the bank sends abroad from an account in NOK."""
    return ("NOK", *BASE)


def rate(state: State, currency: str, day: date) -> int:
    """Return the day's rate."""
    if currency == "NOK":
        return UNIT
    base = BASE[currency]
    width = base // SPREAD
    return base - width + state.chance(f"rate/{currency}/{day}") % (2 * width + 1)


def in_nok(amount: int, found: int) -> int:
    """Return what an amount costs at a rate, in øre, half an øre rounded up.

    >>> in_nok(10_000, 114_025)
    114025
    """
    return (amount * found + UNIT // 2) // UNIT


def written(found: int) -> str:
    """Write a rate with its four decimals.

    >>> written(114_025)
    '11.4025'
    """
    return f"{found // UNIT}.{found % UNIT:04d}"
