"""Values of command-line arguments: amounts and dates as people type them."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from bankio.amount import Amount
from cli.answer import Refused, UsageError
from ledger.importers import typed_values


def amount(text: str, currency: str, where: str = "") -> Amount:
    """Return the amount that a person typed, in `currency`.

    >>> str(amount("1 234,50", "NOK")), str(amount("12500.00", "NOK"))
    ('1234.50 NOK', '12500.00 NOK')
    >>> amount("12,345", "NOK")
    Traceback (most recent call last):
        ...
    cli.answer.UsageError: 12,345: not an amount (12500.00 or 12 500,00)
    """
    number = typed_values.amount(text)
    if number is None:
        at = f"{where}: " if where else ""
        raise UsageError(f"{at}{text}: not an amount (12500.00 or 12 500,00)")
    return Amount(number, currency)


@dataclass(frozen=True, slots=True)
class Named:
    """`ITEM` or `ITEM=AMOUNT`, `ACCOUNT` or `ACCOUNT=AMOUNT`."""

    name: str
    number: Decimal | None = None

    def amount(self, currency: str) -> Amount | None:
        """Return the amount in a currency, or None where none was typed."""
        return None if self.number is None else Amount(self.number, currency)


def named(text: str) -> Named:
    """Return what a person named, with the amount of it.

    >>> named("lf-L10001-10023=12500,00")
    Named(name='lf-L10001-10023', number=Decimal('12500.00'))
    """
    name, equals, number = text.partition("=")
    if not name.strip():
        raise UsageError(f"{text!r}: names nothing")
    return Named(name, amount(number, "", name).number if equals else None)


def rate(text: str | None, option: str) -> Decimal | None:
    """Return an exchange rate, with up to eight decimals; None where none was given.

    >>> rate("11,4985", "--rate")
    Decimal('11.4985')
    """
    if text is None:
        return None
    found = _RATE.fullmatch(text.strip())
    number = Decimal(text.strip().replace(",", ".")) if found else Decimal(0)
    if number <= 0:
        raise UsageError(f"{option}: not a rate (11.4985 or 11,4985): {text}")
    return number


_RATE = re.compile(r"[0-9]{1,6}(?:[.,][0-9]{1,8})?", re.ASCII)


def date(text: str | None, option: str) -> dt.date | None:
    """Return the date of an option, or None where it was not given."""
    return None if text is None else day(text, option)


def day(text: str, where: str) -> dt.date:
    """Return the date that stands at an option or argument."""
    found = typed_values.date(text)
    if found is None:
        raise UsageError(f"{where}: not a date (2026-11-16): {text}")
    return found


def require_readable(file: Path) -> None:
    """Refuse a file that a person named and that cannot be read."""
    _require_regular(file)
    try:
        with file.open("rb"):
            return
    except OSError as error:
        raise Refused(f"{file}: cannot be read ({error.strerror or error})") from None


def _require_regular(file: Path) -> None:
    """Refuse a pipe: the books would be locked for as long as nobody writes into it."""
    if file.exists() and not file.is_file():
        raise Refused(f"{file}: cannot be read (is no regular file)")


def content(file: Path) -> bytes:
    """Return the bytes of a file that a person named, or refuse."""
    _require_regular(file)
    try:
        return file.read_bytes()
    except OSError as error:
        raise Refused(f"{file}: cannot be read ({error.strerror or error})") from None
