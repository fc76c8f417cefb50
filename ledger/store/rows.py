"""Values to rows and back: an amount is two columns, everything else is one.

The columns are made from the fields of the values, so a field that comes to a value later
cannot be left out of its table; `tables.FINGERPRINT` changes with it and an older store is
made anew.
"""

from __future__ import annotations

import json
import types
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import date
from enum import Enum
from operator import attrgetter
from typing import Any, Generic, Literal, TypeVar, get_args, get_origin, get_type_hints

from sqlalchemy import BigInteger, Boolean, Column, Date, String, Table, Text

from bankio.amount import Amount
from bankio.iso20022.values import Reason
from ledger.store.errors import StoreContradiction

Value = TypeVar("Value")

Row = dict[str, Any]

_TYPES = {str: Text, int: BigInteger, bool: Boolean, date: Date}


class Rows(Generic[Value]):
    """How the values of one flat class stand in a table."""

    def __init__(self, kind: type[Value], *, apart: Sequence[str] = ()) -> None:
        """Take the class, and its fields that are kept in another form."""
        self._kind = kind
        hints = get_type_hints(kind)
        names = [each.name for each in fields(kind) if each.name not in apart]  # type: ignore[arg-type]
        self._hints = {name: hints[name] for name in names}
        self._amounts = tuple(name for name in names if hints[name] is Amount)
        self._plain = tuple(name for name in names if hints[name] is not Amount)
        self._held = attrgetter(*self._plain)
        assert len(self._plain) > 1, "of one name it would return no tuple"
        self._enums = {name: hints[name] for name in names if _is_enum(hints[name])}

    def columns(self) -> Iterator[Column[Any]]:
        """Yield the columns of the table, new ones each time."""
        for name, hint in self._hints.items():
            if hint is Amount:
                yield Column(f"{name}_minor", BigInteger, nullable=False)
                yield Column(f"{name}_currency", String(3), nullable=False)
            else:
                yield _column(name, hint)

    def row(self, value: Value, **more: object) -> Row:
        """Return the row of a value."""
        row: Row = dict(zip(self._plain, self._held(value), strict=True))
        for name in self._amounts:
            amount: Amount = getattr(value, name)
            row[f"{name}_minor"] = amount.minor
            row[f"{name}_currency"] = amount.currency
        for name in self._enums:
            row[name] = row[name].value
        return row | more if more else row

    def rows(self, values: Iterable[Value]) -> list[Row]:
        """Return the rows of some values."""
        return [self.row(value) for value in values]

    def value(self, row: Mapping[str, Any], **more: object) -> Value:
        """Return the value of a row."""
        given = {name: row[name] for name in self._plain}
        for name in self._amounts:
            given[name] = Amount.of_minor(row[f"{name}_minor"], row[f"{name}_currency"])
        for name, kind in self._enums.items():
            given[name] = kind(given[name])
        return self._kind(**given, **more)


def _is_enum(hint: Any) -> bool:
    return isinstance(hint, type) and issubclass(hint, Enum)


def _column(name: str, hint: Any) -> Column[Any]:
    is_optional = get_origin(hint) is types.UnionType
    if is_optional:
        hint = next(each for each in get_args(hint) if each is not types.NoneType)
    is_word = get_origin(hint) is Literal or _is_enum(hint)
    return Column(name, Text if is_word else _TYPES[hint], nullable=is_optional)


def reasons_text(reasons: Iterable[Reason]) -> str:
    """Return a bank's reasons as JSON."""
    told = [{"code": reason.code, "text": reason.text} for reason in reasons]
    return json.dumps(told, ensure_ascii=False)


def reasons_of(text: str) -> tuple[Reason, ...]:
    """Return the reasons that `reasons_text` told."""
    return tuple(Reason(**reason) for reason in json.loads(text))


def agree(
    table: Table,
    key: tuple[Any, ...],
    known: Mapping[str, Any],
    told: Mapping[str, Any],
    facts: tuple[str, ...],
) -> None:
    """Refuse a row that is known otherwise: what is told twice must agree."""
    for fact in facts:
        if known[fact] != told[fact]:
            name = table.name.replace("_", " ").capitalize()
            raise StoreContradiction(
                name,
                "/".join(map(str, key)),
                f"{fact} {known[fact]}",
                f"{fact} {told[fact]}",
            )
