"""Amounts and dates as people and their systems write them: `1 234,50` and `31.08.2026`.

What can be read in two ways is refused: `1.234` is a thousand to one reader and one krone
and a fraction to another.
"""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal

_GROUPED = "[ \u00a0\u202f\u2009]"
_AMOUNT = re.compile(
    rf"(?P<sign>[-\u2212+]?){_GROUPED}?"
    rf"(?P<whole>[0-9]{{1,15}}|[0-9]{{1,3}}(?:{_GROUPED}[0-9]{{3}})+|[0-9]{{1,3}}(?:\.[0-9]{{3}})+(?=,))"
    r"(?:[.,](?P<part>[0-9]{1,2}))?(?P<after>-?)",
    re.ASCII,
)
_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", re.ASCII)
_NORWEGIAN = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})", re.ASCII)


def amount(text: str) -> Decimal | None:
    """Return the number, or None for what is none.

    >>> amount("1 234,50"), amount("-12500.00"), amount("1.234.567,89"), amount("500,-")
    (Decimal('1234.50'), Decimal('-12500.00'), Decimal('1234567.89'), None)
    >>> amount("1.234"), amount("12,345"), amount("١٢")
    (None, None, None)
    """
    found = _AMOUNT.fullmatch(text.strip())
    if found is None or (found["sign"] and found["after"]):
        return None
    whole = re.sub(r"[^0-9]", "", found["whole"])
    number = Decimal(f"{whole}.{found['part'] or '00'}")
    is_negative = found["sign"] in {"-", "\u2212"} or bool(found["after"])
    return -number if is_negative else number


def date(text: str) -> dt.date | None:
    """Return the date, or None for what is none.

    >>> date("2026-08-31"), date("31.8.2026"), date("31/8/26")
    (datetime.date(2026, 8, 31), datetime.date(2026, 8, 31), None)
    """
    text = text.strip()
    iso, norwegian = _ISO.fullmatch(text), _NORWEGIAN.fullmatch(text)
    try:
        if iso:
            return dt.date(int(iso[1]), int(iso[2]), int(iso[3]))
        if norwegian:
            return dt.date(int(norwegian[3]), int(norwegian[2]), int(norwegian[1]))
    except ValueError:
        return None
    return None
