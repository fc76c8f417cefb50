"""The tables of the store, in SQL that PostgreSQL understands as well as SQLite.

Money is two columns, whole minor units and currency: SQLite has no decimal type, and what
passes through its numbers comes back as a float. Dates are dates; moments are ISO text
with their offset, exactly as the file or the clock said them. A change of any table is a
new `SCHEMA_VERSION`; a store of an older version is made anew from books and archive.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
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

SCHEMA_VERSION = 1

metadata = MetaData()


def _amount(name: str) -> tuple[Column[Any], Column[Any]]:
    return (
        Column(f"{name}_minor", BigInteger, nullable=False),
        Column(f"{name}_currency", String(3), nullable=False),
    )


def _text(name: str, *, nullable: bool = False) -> Column[Any]:
    return Column(name, Text, nullable=nullable)


store_info = Table(
    "store_info",
    metadata,
    Column("name", String(40), primary_key=True),
    _text("value"),
)

file = Table(
    "file",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("position", Integer, nullable=False),
    Column("direction", String(3), nullable=False),
    _text("name"),
    _text("channel", nullable=True),
    _text("received_at"),
    _text("format", nullable=True),
    _text("message_identification", nullable=True),
    _text("outcome", nullable=True),
    _text("reason", nullable=True),
    Column("is_done", Boolean, nullable=False),
)

remittance = Table(
    "remittance",
    metadata,
    Column("message_id", Text, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("sha256", String(64), nullable=False),
    _text("file_name"),
    _text("debtor_account"),
    _text("created"),
    Column("state", String(20), nullable=False),
    _text("reason", nullable=True),
    Column("data", LargeBinary, nullable=False),
)

payment = Table(
    "payment",
    metadata,
    Column("message_id", Text, ForeignKey("remittance.message_id"), nullable=False),
    Column("position", Integer, nullable=False),
    _text("end_to_end_id"),
    Column("our_end_to_end_id", Text, nullable=True, unique=True),
    Column("attempt", Integer, nullable=False),
    _text("payment_information_id"),
    *_amount("amount"),
    _text("debtor_account"),
    _text("creditor_account"),
    _text("creditor_name"),
    _text("kid", nullable=True),
    _text("message", nullable=True),
    Column("requested_execution_date", Date, nullable=False),
    Column("batch_booking", Boolean, nullable=False),
    Column("foreign", Boolean, nullable=False),
    PrimaryKeyConstraint("message_id", "position"),
)
"""`our_end_to_end_id` is empty for payments of another system, whose ids may repeat."""

paid_item = Table(
    "paid_item",
    metadata,
    _text("message_id"),
    Column("payment_position", Integer, nullable=False),
    Column("position", Integer, nullable=False),
    _text("open_item"),
    _text("account"),
    *_amount("amount"),
    PrimaryKeyConstraint("message_id", "payment_position", "position"),
    ForeignKeyConstraint(
        ["message_id", "payment_position"], ["payment.message_id", "payment.position"]
    ),
    Index("paid_item_open_item", "open_item"),
)

status_line = Table(
    "status_line",
    metadata,
    Column("sha256", String(64), nullable=False),
    Column("position", Integer, nullable=False),
    _text("message_id"),
    _text("payment_information_id", nullable=True),
    _text("end_to_end_id", nullable=True),
    Column("level", String(30), nullable=False),
    _text("status"),
    _text("reasons"),
    _text("created", nullable=True),
    PrimaryKeyConstraint("sha256", "position"),
    Index("status_line_message_id", "message_id"),
)
"""`reasons` is JSON: `[{"code": "AC04", "text": null}]`."""

told_movement = Table(
    "told_movement",
    metadata,
    Column("source", String(10), nullable=False),
    _text("key"),
    _text("money"),
    _text("bank_account"),
    Column("booking_date", Date, nullable=False),
    *_amount("amount"),
    _text("end_to_end_id", nullable=True),
    _text("account_servicer_reference", nullable=True),
    _text("kid", nullable=True),
    _text("counterparty_account", nullable=True),
    _text("batch"),
    Column("sha256", String(64), nullable=False),
    PrimaryKeyConstraint("source", "key"),
    Index("told_movement_day", "bank_account", "booking_date"),
)

told_entry = Table(
    "told_entry",
    metadata,
    Column("source", String(10), nullable=False),
    _text("key"),
    _text("bank_account"),
    Column("booking_date", Date, nullable=False),
    *_amount("amount"),
    _text("reference", nullable=True),
    Column("number_of_transactions", Integer, nullable=True),
    Column("sha256", String(64), nullable=False),
    Column("via_clearing", Boolean, nullable=False),
    PrimaryKeyConstraint("source", "key"),
    Index("told_entry_day", "bank_account", "booking_date"),
)

statement_day = Table(
    "statement_day",
    metadata,
    Column("id", Integer, primary_key=True),
    _text("bank_account"),
    Column("date", Date, nullable=False),
    *_amount("opening"),
    *_amount("closing"),
    _text("sequence_number", nullable=True),
    Column("sha256", String(64), nullable=False),
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
    Column("series", String(20), nullable=False),
    Column("number", Integer, nullable=False),
    _text("chain"),
    _text("path"),
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
    Column("position", Integer, nullable=False),
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
