"""Values to rows and back: an amount is two columns, everything else is itself."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from typing import Any, Generic, TypeVar

from bankio.amount import Amount
from bankio.iso20022.values import Reason

Value = TypeVar("Value")

Row = dict[str, Any]


class Rows(Generic[Value]):
    """How the values of one flat class stand in a table."""

    def __init__(
        self, kind: type[Value], *, amounts: Sequence[str] = (), apart: Sequence[str] = ()
    ) -> None:
        """Take the class, its fields that are amounts, and those kept in another table."""
        self._kind = kind
        self._amounts = tuple(amounts)
        names = [each.name for each in fields(kind)]  # type: ignore[arg-type]
        self._plain = tuple(name for name in names if name not in {*amounts, *apart})

    def row(self, value: Value, **more: object) -> Row:
        """Return the row of a value."""
        row: Row = {name: getattr(value, name) for name in self._plain}
        for name in self._amounts:
            amount: Amount = getattr(value, name)
            row[f"{name}_minor"] = amount.minor
            row[f"{name}_currency"] = amount.currency
        return row | more

    def rows(self, values: Iterable[Value]) -> list[Row]:
        """Return the rows of some values."""
        return [self.row(value) for value in values]

    def value(self, row: Mapping[str, Any], **more: object) -> Value:
        """Return the value of a row."""
        given = {name: row[name] for name in self._plain}
        for name in self._amounts:
            given[name] = Amount.of_minor(row[f"{name}_minor"], row[f"{name}_currency"])
        return self._kind(**given, **more)


def reasons_text(reasons: Iterable[Reason]) -> str:
    """Return a bank's reasons as JSON."""
    told = [{"code": reason.code, "text": reason.text} for reason in reasons]
    return json.dumps(told, ensure_ascii=False)


def reasons_of(text: str) -> tuple[Reason, ...]:
    """Return the reasons that `reasons_text` told."""
    return tuple(Reason(**reason) for reason in json.loads(text))
