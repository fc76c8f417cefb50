"""What stands in the books, as values: the same ones whether read or to be written.

`ledger.books` turns Beancount text into these and these into text; nothing else in the
project touches Beancount's own types. Because a directive that is written and the
directive that is read back are one and the same type, "parsed back equal" is `==`
(`place` does not take part in the comparison).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from bankio.amount import Amount

MetaValue = str | date | bool | Decimal | Amount
"""What metadata may hold. Text is always quoted in the file: `0012` unquoted is 12."""

Meta = Mapping[str, MetaValue]


@dataclass(frozen=True, slots=True)
class BooksPlace:
    """File (relative to the books folder where it lies inside) and line."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """One leg of a transaction. Debit is positive, credit negative."""

    account: str
    units: Amount
    total_price: Amount | None = None
    """`@@`: what the units are in the operating currency, never negative."""
    meta: Meta = field(default_factory=dict)
    place: BooksPlace | None = field(default=None, compare=False)

    @property
    def weight(self) -> Amount:
        """What the posting weighs in the transaction's balance."""
        if self.total_price is None:
            return self.units
        return self.total_price if self.units.number >= 0 else -self.total_price


@dataclass(frozen=True, slots=True, kw_only=True)
class Transaction:
    """A voucher's posting in the books. `*` is posted, `!` is a draft."""

    date: date
    flag: str = "*"
    payee: str | None = None
    narration: str = ""
    links: tuple[str, ...] = ()
    """Sorted, without `^`."""
    tags: tuple[str, ...] = ()
    meta: Meta = field(default_factory=dict)
    postings: tuple[Posting, ...] = ()
    place: BooksPlace | None = field(default=None, compare=False)

    @property
    def is_draft(self) -> bool:
        """Whether a person has not yet attested it."""
        return self.flag == "!"


@dataclass(frozen=True, slots=True, kw_only=True)
class Custom:
    """`2026-12-06 custom "open-item" "aga-2026-6"` and its metadata."""

    date: date
    type: str
    values: tuple[MetaValue, ...]
    meta: Meta = field(default_factory=dict)
    place: BooksPlace | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """`balance`: holds at the *start* of its date; written with `~ 0`."""

    date: date
    account: str
    amount: Amount
    meta: Meta = field(default_factory=dict)
    place: BooksPlace | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Open:
    """`open` of an account; roles and parties are in its metadata."""

    date: date
    account: str
    currencies: tuple[str, ...] = ()
    meta: Meta = field(default_factory=dict)
    place: BooksPlace | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Close:
    """`close` of an account."""

    date: date
    account: str
    place: BooksPlace | None = field(default=None, compare=False)


Directive = Transaction | Custom | Balance | Open | Close


def moved(directive: Directive, file: str, lines: int) -> Directive:
    """Return a directive at its place in a file, `lines` below where it was read."""

    def there(place: BooksPlace | None) -> BooksPlace | None:
        return BooksPlace(file, place.line + lines) if place else None

    if isinstance(directive, Transaction):
        return replace(
            directive,
            place=there(directive.place),
            postings=tuple(
                [replace(each, place=there(each.place)) for each in directive.postings]
            ),
        )
    return replace(directive, place=there(directive.place))
