"""Beancount's directives as ours: the one place that knows Beancount's own types.

Traps that end here: the parser keeps an `@@` total as a price per unit of 28 digits, so
a total is made whole again; metadata that was left empty is `None`; file names are
absolute; and a person's keyboard may spell å as two characters, which is another name.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from beancount.core import amount as beancount_amount
from beancount.core import data

from bankio.amount import Amount, exponent
from ledger import closing_balances
from ledger.directives import (
    Balance,
    BooksPlace,
    Close,
    Custom,
    Directive,
    Meta,
    MetaValue,
    Open,
    Posting,
    Transaction,
)
from ledger.errors import BooksError
from ledger.machine_names import is_machine_file
from ledger.vocabulary import key_error, type_error

_NOISE = Decimal("0.000001")
"""Less than this beside a whole minor unit comes from division, not from a person."""

_NO_META: Meta = {}


class EntryReader:
    """Turns Beancount's entries into directives, and tells what is odd in them."""

    def __init__(self, folder: Path) -> None:
        self.errors: list[BooksError] = []
        self.needs_all: str | None = None
        """Why a part of these books cannot be read without all the rest, or None."""
        self._folder = folder
        self._files: dict[str, str] = {}

    def directive(self, entry: Any) -> Directive | None:
        """Return our directive; None for a kind that we have no use for."""
        match entry:
            case data.Transaction():
                return self._transaction(entry)
            case data.Custom():
                return self._custom(entry)
            case data.Balance():
                return Balance(
                    date=entry.date,
                    account=entry.account,
                    amount=_amount(entry.amount),
                    meta=self._meta(entry.meta),
                    place=self.place(entry.meta),
                )
            case data.Open():
                return Open(
                    date=entry.date,
                    account=entry.account,
                    currencies=tuple(entry.currencies or ()),
                    meta=self._meta(entry.meta),
                    place=self.place(entry.meta),
                )
            case data.Close():
                return Close(
                    date=entry.date, account=entry.account, place=self.place(entry.meta)
                )
            case data.Pad():
                self.needs_all = "a pad line takes its amount from all before it"
            case data.Document():
                self.needs_all = "a document line is checked against the disk"
        return None

    def place(self, meta: Mapping[str, Any] | None) -> BooksPlace | None:
        """Return where an entry, a posting or an error stands."""
        if not meta or not meta.get("filename"):
            return None
        return BooksPlace(self._file(meta["filename"]), int(meta.get("lineno") or 0))

    def _file(self, name: str) -> str:
        if name not in self._files:
            path = Path(name)
            inside = path.is_absolute() and path.is_relative_to(self._folder)
            self._files[name] = (
                path.relative_to(self._folder).as_posix() if inside else name
            )
        return self._files[name]

    def _transaction(self, entry: Any) -> Transaction:
        return Transaction(
            date=entry.date,
            flag=entry.flag,
            payee=_nfc(entry.payee) if entry.payee else None,
            narration=_nfc(entry.narration) if entry.narration else "",
            links=tuple(sorted(entry.links)) if entry.links else (),
            tags=tuple(sorted(entry.tags)) if entry.tags else (),
            meta=self._meta(entry.meta),
            postings=tuple([self._posting(each, entry.meta) for each in entry.postings]),
            place=self.place(entry.meta),
        )

    def _posting(self, posting: Any, parent: Mapping[str, Any]) -> Posting:
        place = self.place(posting.meta) or self.place(parent)
        meta = posting.meta
        if meta and "__automatic__" in meta and place and is_machine_file(place.file):
            self._error(
                place, f"{posting.account}: the amount is left out; this file needs it"
            )
        if posting.cost is not None:
            self.needs_all = "what is held at cost is booked against all that was bought"
        units = _amount(posting.units)
        return Posting(
            account=posting.account,
            units=units,
            total_price=_total_price(posting),
            meta=self._meta(meta) if meta else _NO_META,
            place=place,
        )

    def _custom(self, entry: Any) -> Custom:
        return Custom(
            date=entry.date,
            type=entry.type,
            values=tuple(_value(each.value) for each in entry.values or ()),
            meta=self._meta(entry.meta),
            place=self.place(entry.meta),
        )

    def _meta(self, meta: Mapping[str, Any]) -> Meta:
        if len(meta) == 2:  # file name and line only, as most postings have
            return _NO_META
        found: dict[str, MetaValue] = {}
        for key, raw in meta.items():
            if key in {"filename", "lineno"} or key.startswith("__"):
                continue
            value = _value(raw)
            wrong = type_error(key, value) or key_error(key)
            if wrong is not None:
                self._error(self.place(meta), wrong)
            if value is not None:
                found[key] = value
        return found

    def _error(self, place: BooksPlace | None, message: str) -> None:
        where = place or BooksPlace("main.beancount", 0)
        self.errors.append(BooksError(where.file, where.line, message))


def _amount(amount: Any) -> Amount:
    return Amount(amount.number, amount.currency)


def _total_price(posting: Any) -> Amount | None:
    """Return what the units are worth in another currency, never negative."""
    per_unit = posting.cost if posting.cost is not None else posting.price
    if per_unit is None:
        return None
    total = abs(posting.units.number * per_unit.number)
    whole = total.quantize(Decimal(1).scaleb(-exponent(per_unit.currency)))
    return Amount(whole if abs(total - whole) < _NOISE else total, per_unit.currency)


def _value(value: Any) -> Any:
    if isinstance(value, str):
        return _nfc(value)
    if isinstance(value, beancount_amount.Amount):
        return _amount(value)
    return value


def _nfc(text: str) -> str:
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def without_untrue(entries: list[Any], folder: Path) -> list[Any]:
    """Return Beancount's entries without the `balance` lines that count no more."""
    reader = EntryReader(folder)
    types = closing_balances.TYPES
    told = [e for e in entries if isinstance(e, data.Custom) and e.type in types]
    if not told:
        return entries
    customs = (each for each in map(reader.directive, told) if isinstance(each, Custom))
    untrue = closing_balances.untrue(customs)

    def counts(entry: Any) -> bool:
        if not isinstance(entry, data.Balance):
            return True
        found = reader.directive(entry)
        return not isinstance(found, Balance) or bool(
            closing_balances.counting([found], untrue)
        )

    return [each for each in entries if counts(each)]
