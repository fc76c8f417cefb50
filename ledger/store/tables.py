"""The tables of the store, in SQL that PostgreSQL understands as well as SQLite.

Money is two columns, whole minor units and currency: SQLite has no decimal type, and what
passes through its numbers comes back as a float. Dates are dates; moments are ISO text
with their offset, exactly as the file or the clock said them.

Most columns are made from the fields of the values that they keep. A store whose tables are
others than these (`FINGERPRINT`) is older and is made anew from books and archive; only
`batch` and `batch_part` are taken over from it and so keep their form for ever.
`SCHEMA_VERSION` is raised when an older program must not touch a store of this one.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from ledger.messages import FileRecord, StatusLine, VoucherRecord
from ledger.movements import StatementDay, ToldEntry, ToldMovement
from ledger.payments import PaidItem, Payment, Remittance
from ledger.store.rows import Rows

SCHEMA_VERSION = 1

FILES = Rows(FileRecord)
REMITTANCES = Rows(Remittance, apart=["payments"])
PAYMENTS = Rows(Payment, apart=["items"])
PAID_ITEMS = Rows(PaidItem)
STATUS_LINES = Rows(StatusLine, apart=["reasons"])
MOVEMENTS = Rows(ToldMovement)
ENTRIES = Rows(ToldEntry)
STATEMENT_DAYS = Rows(StatementDay)
VOUCHERS = Rows(VoucherRecord)

metadata = MetaData()


def _text(name: str, *, nullable: bool = False) -> Column[Any]:
    return Column(name, Text, nullable=nullable)


def _position(name: str = "position") -> Column[Any]:
    return Column(name, Integer, nullable=False)


store_info = Table(
    "store_info",
    metadata,
    Column("name", String(40), primary_key=True),
    _text("value"),
)

file = Table(
    "file",
    metadata,
    *FILES.columns(),
    _position(),
    PrimaryKeyConstraint("sha256"),
)

remittance = Table(
    "remittance",
    metadata,
    *REMITTANCES.columns(),
    _position(),
    Column("state", String(20), nullable=False),
    _text("reason", nullable=True),
    Column("data", LargeBinary, nullable=False),
    PrimaryKeyConstraint("message_id"),
)

payment = Table(
    "payment",
    metadata,
    *PAYMENTS.columns(),
    _position(),
    Column("our_end_to_end_id", Text, nullable=True, unique=True),
    PrimaryKeyConstraint("message_id", "position"),
    ForeignKeyConstraint(["message_id"], ["remittance.message_id"]),
)
"""`our_end_to_end_id` is empty for payments of another system, whose ids may repeat."""

paid_item = Table(
    "paid_item",
    metadata,
    _text("message_id"),
    _position("payment_position"),
    _position(),
    *PAID_ITEMS.columns(),
    PrimaryKeyConstraint("message_id", "payment_position", "position"),
    ForeignKeyConstraint(
        ["message_id", "payment_position"], ["payment.message_id", "payment.position"]
    ),
    Index("paid_item_open_item", "open_item"),
)

status_line = Table(
    "status_line",
    metadata,
    *STATUS_LINES.columns(),
    _text("reasons"),
    PrimaryKeyConstraint("sha256", "position"),
    Index("status_line_message_id", "message_id"),
)
"""`reasons` is JSON: `[{"code": "AC04", "text": null}]`."""

told_movement = Table(
    "told_movement",
    metadata,
    *MOVEMENTS.columns(),
    PrimaryKeyConstraint("source", "key"),
    Index("told_movement_day", "bank_account", "booking_date"),
)

told_entry = Table(
    "told_entry",
    metadata,
    *ENTRIES.columns(),
    PrimaryKeyConstraint("source", "key"),
    Index("told_entry_day", "bank_account", "booking_date"),
)

statement_day = Table(
    "statement_day",
    metadata,
    Column("id", Integer, primary_key=True),
    *STATEMENT_DAYS.columns(),
    Index("statement_day_day", "bank_account", "date"),
)

posted_key = Table(
    "posted_key",
    metadata,
    Column("key", Text, primary_key=True),
    _text("voucher"),
)

voucher = Table(
    "voucher",
    metadata,
    *VOUCHERS.columns(),
    PrimaryKeyConstraint("series", "number"),
)

batch = Table(
    "batch",
    metadata,
    Column("sequence", Integer, primary_key=True),
    Column("id", String(64), nullable=False),
    Column("state", String(10), nullable=False),
    _text("note"),
    UniqueConstraint("id"),
    Index("batch_state", "state"),
)

batch_part = Table(
    "batch_part",
    metadata,
    Column("sequence", Integer, ForeignKey("batch.sequence"), nullable=False),
    _position(),
    _text("path"),
    Column("payload", LargeBinary, nullable=False),
    PrimaryKeyConstraint("sequence", "position"),
)

machine_file = Table(
    "machine_file",
    metadata,
    Column("path", Text, primary_key=True),
    Column("size", BigInteger, nullable=False),
)
"""Size of each machine file after our last write: a `stat` tells whether to look closer."""


def _fingerprint() -> str:
    columns = (
        f"{table.name}.{column.name} {column.type!r} {column.nullable}\n"
        for table in metadata.sorted_tables
        for column in table.columns
    )
    return sha256("".join(columns).encode()).hexdigest()


FINGERPRINT = _fingerprint()
