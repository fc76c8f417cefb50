"""Money as whole øre (or cents): the only form in which the bank counts.

The trap: number parsers of the standard library take `1e3`, `NaN`, blanks and Arabic
digits. Here only plain decimal digits pass, by a full match.
"""

import re

from simulator.refusal import Malformed

CURRENCIES = ("NOK", "SEK", "DKK", "EUR", "USD", "GBP", "CHF")
"""Currencies an account may have; all of them with two decimals."""

LARGEST = 10**15
"""A bound that keeps sums within SQLite's 64 bits."""

LARGEST_PAYMENT = 10**13
"""A hundred billion kroner; a file of a hundred thousand such still sums within 64 bits."""

_FILE_AMOUNT = re.compile(r"([0-9]{1,15})(?:\.([0-9]{1,17}))?")
_TYPED_AMOUNT = re.compile(
    r"(-?)([0-9]{1,3}(?:[ \u00a0][0-9]{3})+|[0-9]{1,15})(?:[.,]([0-9]{1,2}))?"
)


def from_file(text: str) -> int | None:
    """Read an amount as ISO 20022 writes it; None when it is no whole number of øre.

    >>> from_file("12500.00"), from_file("7"), from_file("0.5"), from_file("1.005")
    (1250000, 700, 50, None)
    >>> from_file("-1"), from_file("1e3"), from_file("1,00")
    (None, None, None)
    """
    found = _FILE_AMOUNT.fullmatch(text)
    if found is None:
        return None
    whole, fraction = found[1], (found[2] or "").ljust(2, "0")
    if fraction[2:].strip("0"):
        return None
    return int(whole) * 100 + int(fraction[:2])


def from_person(text: str) -> int:
    """Read an amount as a person types it: `1250`, `1250.00`, `1 250,00`."""
    found = _TYPED_AMOUNT.fullmatch(text.strip())
    if found is None:
        raise Malformed(
            f"amount: {text!r} is not an amount. Write it as 1250.00.",
            norwegian=f"{text!r} er ikke et beløp. Skriv det som 1250,00.",
        )
    whole = int(found[2].replace(" ", "").replace("\u00a0", ""))
    ore = whole * 100 + int((found[3] or "").ljust(2, "0"))
    return -ore if found[1] else ore


def plain(ore: int) -> str:
    """Write øre with a dot and two decimals, as files and JSON have it.

    >>> plain(1250000), plain(-5)
    ('12500.00', '-0.05')
    """
    sign = "-" if ore < 0 else ""
    return f"{sign}{abs(ore) // 100}.{abs(ore) % 100:02d}"


def readable(ore: int) -> str:
    """Write øre for a person: `1 234 567.00`."""
    sign = "-" if ore < 0 else ""
    whole = f"{abs(ore) // 100:,}".replace(",", " ")
    return f"{sign}{whole}.{abs(ore) % 100:02d}"
