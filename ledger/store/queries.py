"""Which rows are asked for: of some days, of some messages, so many keys at a time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import Connection, Select, Table, select

from ledger.store import tables

Each = TypeVar("Each")

_CHUNK = 500
"""Keys asked for at a time: SQLite's limit of parameters is 999 in older versions."""


def by_day(
    table: Table, bank_account: str | None, since: date | None, until: date | None
) -> Select[Any]:
    """Ask for what was told, of booking dates with both limits included, in their order."""
    query = select(table).order_by(
        table.c.booking_date, table.c.bank_account, table.c.source, table.c.key
    )
    if bank_account is not None:
        query = query.where(table.c.bank_account == bank_account)
    if since is not None:
        query = query.where(table.c.booking_date >= since)
    if until is not None:
        query = query.where(table.c.booking_date <= until)
    return query


def named(query: Select[Any], table: Table, messages: list[str] | None) -> Select[Any]:
    """Ask for the rows of some messages, or of all."""
    return query if messages is None else query.where(table.c.message_id.in_(messages))


def batch_paths(connection: Connection, state: str | None) -> dict[str, list[str]]:
    """Return in which files each batch was written, in the order of the batches."""
    batch, part = tables.batch, tables.batch_part
    query = (
        select(batch.c.id, part.c.path)
        .join(part, part.c.sequence == batch.c.sequence)
        .order_by(batch.c.sequence, part.c.position)
    )
    if state is not None:
        query = query.where(batch.c.state == state)
    found: dict[str, list[str]] = {}
    for name, path in connection.execute(query):
        found.setdefault(name, []).append(path)
    return found


def chunks(keys: list[Each]) -> Iterator[list[Each]]:
    """Yield keys in parts that one query can take."""
    for start in range(0, len(keys), _CHUNK):
        yield keys[start : start + _CHUNK]
