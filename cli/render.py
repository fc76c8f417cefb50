"""Text for people: amounts, tables, dates. Plain characters, no colour, no markup.

Bank text is hostile input: `clean` takes out what could move a terminal's cursor or
turn text around, and it is applied to every cell of every table.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

from bankio.amount import Amount

#: Bidirectional controls that make a screen show another text than the bytes say.
_DIRECTION = frozenset(
    "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)


_ON_ONE_LINE = re.compile("[\n\r\t\u2028\u2029]")
_UNSHOWN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def printable(text: str) -> str:
    r"""Return the text without what could move the cursor or turn text around.

    >>> printable("  Nordlys\x1b[31m AS\u202e")
    '  Nordlys[31m AS'
    """
    if text.isprintable():
        return text
    return "".join(
        character
        for character in text
        if unicodedata.category(character) not in _UNSHOWN and character not in _DIRECTION
    )


def clean(text: str) -> str:
    r"""Return the text without control and direction characters, on one line.

    >>> clean("Nordlys\x1b[31m AS\n17")
    'Nordlys[31m AS 17'
    """
    return " ".join(printable(_ON_ONE_LINE.sub(" ", text)).split())


def line(text: str, indent: int = 0) -> str:
    """Return cleaned text as one line of the screen, indented."""
    return " " * indent + clean(text)


def money(amount: Amount) -> str:
    """Return the number with blanks between thousands, for a column of one currency.

    >>> from decimal import Decimal
    >>> money(Amount(Decimal("-1234567.8"), "NOK"))
    '-1 234 567.80'
    """
    return grouped(amount.text)


def grouped(number: str) -> str:
    """Return a number as `--json` writes it with blanks between thousands.

    >>> grouped("-16505.00")
    '-16 505.00'
    """
    sign = "-" if number.startswith("-") else ""
    whole, dot, decimals = number.removeprefix("-").partition(".")
    groups: list[str] = []
    while len(whole) > 3:
        whole, last = whole[:-3], whole[-3:]
        groups.insert(0, last)
    return sign + " ".join([whole, *groups]) + dot + decimals


def count(number: int, one: str, several: str | None = None) -> str:
    """Return a number with its noun.

    >>> count(1, "payment"), count(2, "entry", "entries")
    ('1 payment', '2 entries')
    """
    return f"{number} {one if number == 1 else several or one + 's'}"


def masked(account: str | None) -> str:
    """Return an account number with its last four digits alone."""
    return "" if not account else f"****{account[-4:]}"


def table(rows: Iterable[Sequence[str]], align: str, indent: int = 2) -> str:
    """Return rows as aligned columns.

    Args:
        rows: Each as long as `align`.
        align: A letter for each column: `l` left, `r` right.
        indent: Blanks before each line.
    """
    cells = [[clean(cell) for cell in row] for row in rows]
    widths = [max((len(row[at]) for row in cells), default=0) for at in range(len(align))]
    lines = []
    for row in cells:
        columns = [
            cell.rjust(width) if side == "r" else cell.ljust(width)
            for cell, width, side in zip(row, widths, align, strict=True)
        ]
        lines.append((" " * indent + "  ".join(columns)).rstrip())
    return "\n".join(lines)
