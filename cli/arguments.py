"""Values of command-line arguments: amounts and dates as people type them."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal

from bankio.amount import Amount, exponent
from cli.answer import Refused

_AMOUNT = re.compile(r"-?[0-9]{1,3}(?:(?:[  ]?[0-9]{3})*)(?:[.,][0-9]{1,3})?", re.ASCII)


def amount(text: str, currency: str) -> Amount:
    """Return the amount that a person typed, in `currency`.

    >>> str(amount("1 234,50", "NOK")), str(amount("12500.00", "NOK"))
    ('1234.50 NOK', '12500.00 NOK')
    >>> amount("1.234,50", "NOK")
    Traceback (most recent call last):
        ...
    cli.answer.Refused: 1.234,50: not an amount (12500.00 or 12 500,00)
    """
    if not _AMOUNT.fullmatch(text):
        raise Refused(f"{text}: not an amount (12500.00 or 12 500,00)")
    number = Decimal(text.replace(" ", "").replace(" ", "").replace(",", "."))
    decimals = -int(number.as_tuple().exponent)
    if decimals > exponent(currency):
        raise Refused(f"{text}: {currency} has {exponent(currency)} decimals")
    return Amount(number.quantize(Decimal(1).scaleb(-exponent(currency))), currency)


def date(text: str | None, option: str) -> dt.date | None:
    """Return the date of an option, or None where it was not given."""
    if text is None:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise Refused(f"{option}: not a date (2026-11-16): {text}") from None
