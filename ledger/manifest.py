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
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import Enum
from functools import cache
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
    ...     debtor_account="86011117947", created="2026-11-02T09:00:00", payments=()))
    ... # doctest: +ELLIPSIS
    {'event': 'manifest', 'message_id': 'M-7KQ2', 'sha256': '3f', ..., 'payments': []}
    """
    event: dict[str, Any] = {"event": "manifest"}
    event.update(_told(remittance))
    return event


def remittance_of(event: Mapping[str, Any]) -> Remittance:
    """Return the remittance that `manifest_event` told."""
    remittance = _value(Remittance, dict(event), "manifest")
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


def _value(kind: Any, told: Any, name: str) -> Any:
    """Return the value of type `kind` that JSON told for the field `name`."""
    if get_origin(kind) is types.UnionType:
        present = next(each for each in get_args(kind) if each is not types.NoneType)
        return None if told is None else _value(present, told, name)
    if get_origin(kind) is tuple:
        return tuple(
            _value(get_args(kind)[0], each, name) for each in _of(list, told, name)
        )
    if kind is Amount:
        return _amount(_of(str, told, name), name)
    if is_dataclass(kind):
        return _record(kind, _of(dict, told, name))
    if kind is date or issubclass(kind, Enum):
        return _parsed(kind, _of(str, told, name), name)
    return _of(kind, told, name)


def _record(kind: Any, told: Mapping[str, Any]) -> Any:
    hints = _hints(kind)
    given = {
        each.name: _value(hints[each.name], told[each.name], each.name)
        for each in fields(kind)
        if _is_told(each, told)
    }
    return kind(**given)


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)


def _is_told(field: Field[Any], told: Mapping[str, Any]) -> bool:
    if field.name in told:
        return True
    if field.default is MISSING:
        raise ManifestUnreadable(f"{field.name} is missing")
    return False


def _of(kind: Any, told: Any, name: str) -> Any:
    if type(told) is not kind:
        raise ManifestUnreadable(f"{name} is {told!r}")
    return told


def _parsed(kind: Any, told: str, name: str) -> Any:
    try:
        return date.fromisoformat(told) if kind is date else kind(told)
    except ValueError as error:
        raise ManifestUnreadable(f"{name} is {told!r}") from error


def _amount(told: str, name: str) -> Amount:
    try:
        number, currency = told.split(" ")
        amount = Amount(Decimal(number), currency)
    except (ValueError, InvalidOperation) as error:
        raise ManifestUnreadable(f"{name} is {told!r}") from error
    if not amount.number.is_finite():
        raise ManifestUnreadable(f"{name} is {told!r}")
    return amount
