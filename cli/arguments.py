"""Values of command-line arguments: amounts and dates as people type them."""

from __future__ import annotations

import datetime as dt

from bankio.amount import Amount
from cli.answer import Refused
from ledger.importers import typed_values


def amount(text: str, currency: str) -> Amount:
    """Return the amount that a person typed, in `currency`.

    >>> str(amount("1 234,50", "NOK")), str(amount("12500.00", "NOK"))
    ('1234.50 NOK', '12500.00 NOK')
    >>> amount("12,345", "NOK")
    Traceback (most recent call last):
        ...
    cli.answer.Refused: 12,345: not an amount (12500.00 or 12 500,00)
    """
    number = typed_values.amount(text)
    if number is None:
        raise Refused(f"{text}: not an amount (12500.00 or 12 500,00)")
    return Amount(number, currency)


def date(text: str | None, option: str) -> dt.date | None:
    """Return the date of an option, or None where it was not given."""
    if text is None:
        return None
    day = typed_values.date(text)
    if day is None:
        raise Refused(f"{option}: not a date (2026-11-16): {text}")
    return day
