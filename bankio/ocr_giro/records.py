"""OCR giro, the records: columns and no meaning.

Source: Nets, system specification OCR giro v2.0 (the Mastercard edition v4.0 has the
same layouts). A file is lines of 80 characters, ISO-8859-1; alphanumeric fields are
filled with blanks from the right, numeric fields with zeros from the left.

Traps: the century of DDMMYY (the specification's own example is from 1992); columns
75-76 carry a card issuer and 35-41 of amount item 2 whatever the sender likes, so
neither is checked; a KID may end in `-`; a file saved as UTF-8 has 80 characters a line
only after decoding, and then every line of it is told as decoded.
"""

from __future__ import annotations

import contextlib
import re
from datetime import date
from functools import lru_cache
from typing import NamedTuple

LENGTH = 80

START_OF_TRANSMISSION = "10"
START_OF_ASSIGNMENT = "20"
AMOUNT_ITEM_1 = "30"
AMOUNT_ITEM_2 = "31"
AMOUNT_ITEM_3 = "32"
END_OF_ASSIGNMENT = "88"
END_OF_TRANSMISSION = "89"

SERVICE_OCR = "09"

_DIGITS = re.compile(r"[0-9]+")
_SIGNS = frozenset("0-")
_KID = re.compile(r"[0-9]{1,24}[0-9-]")
_CENTURY_SPLIT = 70


class RecordError(Exception):
    """A record cannot be used; whoever reads adds the line."""

    def __init__(self, where: str, message: str) -> None:
        self.where = where
        self.message = message
        super().__init__(f"{where}: {message}")


class AmountItem1(NamedTuple):
    """`NY09tt30`: what was paid."""

    transaction_type: str
    number: str
    nets_date: date
    serial: str
    """All payments of one serial number are one lump on the bank statement."""
    is_negative: bool
    amount: str
    """17 digits, øre."""
    kid: str | None


class AmountItem2(NamedTuple):
    """`NY09tt31`: who paid. May be missing in sloppy files."""

    number: str
    archive_reference: str
    """What the nine columns mean depends on the transaction type."""
    bank_date: date | None
    payer_account: str | None


class End(NamedTuple):
    """`88` and `89`: what was counted and summed."""

    transactions: int
    records: int
    total: int
    """Øre. Types 18 and 20 are added to it by their absolute amounts."""


class Start(NamedTuple):
    """`NY000010`."""

    sender: str
    transmission: str
    recipient: str


class Assignment(NamedTuple):
    """`NYss0020`."""

    service: str
    agreement: str
    number: str
    account: str


def digits(line: str, first: int, last: int, record: str, field: str) -> str:
    """Return the numeric field in columns `first` to `last`, or raise `RecordError`."""
    value = line[first - 1 : last]
    if not _DIGITS.fullmatch(value):
        where = f"{record}, columns {first}-{last}"
        raise RecordError(where, f"{field} must be digits ({value!r})")
    return value


@lru_cache(maxsize=1024)
def day(value: str) -> date | None:
    """Return the date that DDMMYY is: 70-99 are 19xx, 00-69 are 20xx.

    >>> str(day("200192")), str(day("201126")), day("000000"), day("320126")
    ('1992-01-20', '2026-11-20', None, None)
    """
    if not _DIGITS.fullmatch(value):
        return None
    year = int(value[4:6])
    try:
        return date(
            year + (1900 if year >= _CENTURY_SPLIT else 2000),
            int(value[2:4]),
            int(value[:2]),
        )
    except ValueError:
        return None


def start(line: str) -> Start:
    """Read the start of a transmission."""
    return Start(line[8:16], line[16:23], line[23:31])


def assignment(line: str) -> Assignment:
    """Read the start of an assignment."""
    return Assignment(line[2:4], line[8:17], line[17:24], line[24:35])


def amount_item_1(line: str) -> AmountItem1:
    """Read the first record of a payment."""
    record = "amount item 1"
    written = line[15:21]
    nets_date = day(written)
    if nets_date is None:
        raise RecordError(f"{record}, columns 16-21", f"no date ({written!r})")
    sign = line[31]
    if sign not in _SIGNS:
        raise RecordError(f"{record}, column 32", f"the sign is neither 0 nor - ({sign!r})")
    return AmountItem1(
        transaction_type=line[4:6],
        number=digits(line, 9, 15, record, "the transaction number"),
        nets_date=nets_date,
        serial=line[26:31],
        is_negative=sign == "-",
        amount=digits(line, 33, 49, record, "the amount"),
        kid=line[49:74].strip(" ") or None,
    )


def amount_item_2(line: str) -> AmountItem2:
    """Read the second record of a payment. Its date may be zeros, its payer unknown."""
    payer = line[47:58]
    return AmountItem2(
        number=line[8:15],
        archive_reference=line[25:34],
        bank_date=day(line[41:47]),
        payer_account=payer if _DIGITS.fullmatch(payer) and payer.strip("0") else None,
    )


def amount_item_3(line: str) -> str:
    """Read the free text of a payment."""
    return line[15:55].rstrip(" ")


def is_kid(value: str) -> bool:
    """Whether a reference has a KID's form; its check digit is nobody's business here."""
    return _KID.fullmatch(value) is not None


def end(line: str) -> End:
    """Read the end of an assignment or a transmission."""
    record = f"end record {line[6:8]}"
    return End(
        int(digits(line, 9, 16, record, "the number of transactions")),
        int(digits(line, 17, 24, record, "the number of records")),
        int(digits(line, 25, 41, record, "the total")),
    )


class Line(NamedTuple):
    """One line of a file."""

    number: int
    text: str
    was_utf_8: bool


def line(number: int, written: str) -> Line | None:
    """Return a line as its sender meant it, None where it is blank.

    `written` is decoded as ISO-8859-1. A line that is UTF-8 has 80 characters only when
    it is decoded once more. Blanks after column 80 are no part of it.
    """
    text = written.rstrip("\r\n\x1a")
    if len(text) != LENGTH and not text.isascii():
        with contextlib.suppress(UnicodeDecodeError):
            decoded = text.encode("iso-8859-1").decode("utf-8")
            if len(decoded.rstrip(" ")) <= LENGTH:
                return Line(number, decoded[:LENGTH], was_utf_8=True)
    if len(text) > LENGTH:
        text = text[:LENGTH] + text[LENGTH:].rstrip(" ")
    return Line(number, text, was_utf_8=False) if text.strip() else None


#: Amount items 1 and 2 of a payment of an ordinary type that nobody deducts, two lines in
#: one: type, number, Nets date, serial number, amount, KID, archive reference, payer.
#: Whatever else there may be (a `-`, a reversal, free text, an odd line) is read line by
#: line; there is no difference in what is read. The next record must be in sight, for it
#: could be amount item 3.
ORDINARY_PAYMENT = re.compile(
    r"NY09(1[0-7]|19|21)30([0-9]{7})"
    r"([0-9]{6}).{5}(.{5})0([0-9]{15})([0-9]{2})(.{25}).{5}[^\r\n]\r?\n"
    r"NY09..31\2.{10}([0-9]{9}).{7}.{6}([0-9]{11}).{21}[^\r\n]\r?\n"
    r"(?=NY.{4}(?:30|88))"
)
