"""The words of a payer's text: which of them may be the number of an invoice.

    "faktura nr.1017/1018, kr 1500,00"    1017, 1018 and 1017/1018; an amount has decimals
    "betalt 101126, kr 1500"              on 10 November 2026, of 1500.00: day and amount
    "leie november 2026"                  a year

A day, an amount or a year may be a number all the same. It names an item only where the
rest agrees, and is never what decides.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator

from reconcile.bank_transactions import Movement

LENGTH_MIN = 3

#: How long before it was booked a payer may have dated his text.
_DAYS_MAX = 10
_YEAR = re.compile(r"(19|20)[0-9]{2}")
#: `1017,50`, `1.017,50`, `01.11.26`
_DECIMALS = re.compile(
    r"(?<![\w.,/-])[0-9]+(?:\.[0-9]{2,3})*[.,][0-9]{2}(?![\w]|[.,/-][0-9])"
)
#: `nr.1017`, `1017/1018`; a dot between digits is of a date or an amount.
_JOINTS = re.compile(r"/|(?<=[^\W\d_])\.")
#: Also `KID0010017`, `faktura-1017`, `nr_1017`.
_LOOSE_JOINTS = re.compile(r"[/_]|(?<=[^\W\d_])[.-]|(?<=[^\W\d_])(?=[0-9])")
_WORDS = re.compile(r"[^\W_][\w/.-]*[^\W_]|[^\W_]")


def without_amounts(text: str) -> str:
    """Return a text without what has decimals.

    >>> without_amounts("faktura 1017 kr 1.018,50, 1019")
    'faktura 1017 kr  , 1019'
    """
    return _DECIMALS.sub(" ", text)


def words_of(text: str) -> Iterator[str]:
    """Yield the words of a text, as written; those with decimals are none."""
    yield from _WORDS.findall(without_amounts(text))


def parts_of(word: str) -> tuple[str, ...]:
    """Return what a word is put together of: () where it is one.

    >>> parts_of("nr.1017/1018"), parts_of("01.11.2026"), parts_of("1017")
    (('nr', '1017', '1018'), (), ())
    """
    parts = tuple(_JOINTS.split(word))
    return parts if len(parts) > 1 else ()


def loose_parts_of(word: str) -> Iterator[str]:
    """Yield the parts of a word that could be numbers, however it is put together.

    >>> list(loose_parts_of("kid0010017")), list(loose_parts_of("fakt-1017_1018"))
    (['0010017'], ['1017', '1018'])
    """
    return (part for part in _LOOSE_JOINTS.split(word) if may_be_number(part))


def is_year(word: str) -> bool:
    """Whether a word may be a year."""
    return _YEAR.fullmatch(word) is not None


def may_be_number(word: str) -> bool:
    """Whether a word may be the number of an invoice: three characters, with a digit."""
    return len(word) >= LENGTH_MIN and any(character.isdigit() for character in word)


def without_zeros(number: str) -> str:
    """Return a number of an invoice as it is without zeros before it, case-folded.

    >>> without_zeros("0010131"), without_zeros("A017"), without_zeros("000")
    ('10131', 'a017', '0')
    """
    told = number.casefold()
    return (told.lstrip("0") or "0") if told.isdecimal() else told


def is_day_or_amount(word: str, movement: Movement) -> bool:
    """Whether a word is the day of a movement, or a few days before it, or its amount."""
    if not word.isdecimal():
        return False
    amounts = filter(None, (movement.amount, movement.instructed_amount))
    if any(abs(amount).number == int(word) for amount in amounts):
        return True
    days = (day for day in (movement.booking_date, movement.value_date) if day)
    return any(_is_near(written, day) for day in days for written in _days(word))


def _is_near(written: dt.date, day: dt.date) -> bool:
    return dt.timedelta(0) <= day - written <= dt.timedelta(days=_DAYS_MAX)


def _days(word: str) -> Iterable[dt.date]:
    """Yield the days that six or eight digits may write: 101126, 10112026, 20261110."""
    for form in {6: ("%d%m%y", "%y%m%d"), 8: ("%d%m%Y", "%Y%m%d")}.get(len(word), ()):
        try:
            yield dt.datetime.strptime(word, form).date()  # noqa: DTZ007 - a day has none
        except ValueError:
            continue
