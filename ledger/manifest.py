"""A remittance as JSON for the sidecar of its archived file, and back, exactly.

This is the one place besides the books where it stands which bill each payment pays;
when the books are restored from yesterday it is what keeps a bill from being paid again.
Amounts are text with a dot and their currency: `"12500.00 NOK"`. The fields are those of
the values themselves, so none can be forgotten; one that came later and has a default may
be missing in old manifests. A manifest that cannot be read is an error and never an empty
one.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, fields, is_dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import Enum
from functools import cache, partial
from typing import Any, get_args, get_origin, get_type_hints

from bankio.amount import Amount
from ledger.payments import Remittance


class ManifestUnreadable(ValueError):
    """A manifest lacks a field or holds something else there."""

    def __init__(self, what: str) -> None:
        super().__init__(f"the manifest cannot be read: {what}")


def manifest_event(remittance: Remittance) -> dict[str, Any]:
    """Return the sidecar event that tells the whole remittance.

    >>> manifest_event(Remittance(message_id="M-7KQ2", sha256="3f", file_name="a.xml",
    ...     debtor_account="86011117947", created="2026-11-02T09:00:00", payments=())
    ... ) # doctest: +ELLIPSIS
    {'event': 'manifest', 'message_id': 'M-7KQ2', 'sha256': '3f', ..., 'payments': [], ...}
    """
    event: dict[str, Any] = {"event": "manifest"}
    event.update(_told(remittance))
    return event


def remittance_of(event: Mapping[str, Any]) -> Remittance:
    """Return the remittance that `manifest_event` told."""
    remittance = _reader(Remittance)(dict(event), "manifest")
    assert isinstance(remittance, Remittance)
    return remittance


def _told(value: Any) -> Any:
    """Return a value as JSON has it."""
    if isinstance(value, Amount):
        return str(value)
    if is_dataclass(value):
        return {each.name: _told(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, tuple):
        return [_told(each) for each in value]
    if isinstance(value, Enum):
        return value.value
    return value.isoformat() if isinstance(value, date) else value


Reader = Callable[[Any, str], Any]
"""Makes a value of what JSON told for the field with a name."""


@cache
def _reader(kind: Any) -> Reader:
    """Return how values of type `kind` are read."""
    if get_origin(kind) is types.UnionType:
        present = next(each for each in get_args(kind) if each is not types.NoneType)
        return partial(_optional, _reader(present))
    if get_origin(kind) is tuple:
        return partial(_tuple, _reader(get_args(kind)[0]))
    if kind is Amount:
        return _amount
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        its = [(e.name, _reader(hints[e.name]), e.default is MISSING) for e in fields(kind)]
        return partial(_record, kind, its)
    if kind is date or issubclass(kind, Enum):
        return partial(_parsed, kind)
    return partial(_of, kind)


def _optional(reader: Reader, told: Any, name: str) -> Any:
    return None if told is None else reader(told, name)


def _tuple(reader: Reader, told: Any, name: str) -> tuple[Any, ...]:
    return tuple([reader(each, name) for each in _of(list, told, name)])


def _record(
    kind: Any, readers: Sequence[tuple[str, Reader, bool]], told: Any, name: str
) -> Any:
    _of(dict, told, name)
    given = {}
    for field, reader, is_needed in readers:
        if field in told:
            given[field] = reader(told[field], field)
        elif is_needed:
            raise ManifestUnreadable(f"{field} is missing")
    return kind(**given)


def _of(kind: Any, told: Any, name: str) -> Any:
    if type(told) is not kind:
        raise ManifestUnreadable(f"{name} is {told!r}")
    return told


def _parsed(kind: Any, told: Any, name: str) -> Any:
    _of(str, told, name)
    try:
        return date.fromisoformat(told) if kind is date else kind(told)
    except ValueError as error:
        raise ManifestUnreadable(f"{name} is {told!r}") from error


def _amount(told: Any, name: str) -> Amount:
    _of(str, told, name)
    try:
        number, currency = told.split(" ")
        amount = Amount(Decimal(number), currency)
    except (ValueError, InvalidOperation) as error:
        raise ManifestUnreadable(f"{name} is {told!r}") from error
    if not amount.number.is_finite():
        raise ManifestUnreadable(f"{name} is {told!r}")
    return amount
