"""One transaction of the store: everything in it is kept, or nothing.

What is told twice in the same way is kept once; what is told again in another way is a
`StoreContradiction` and undoes the whole transaction. That a bank key has one voucher for
ever is therefore a property of the table and not of the caller's care.
"""

from __future__ import annotations

import zlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from importlib import import_module
from typing import Any, Literal, cast

from sqlalchemy import (
    Connection,
    Select,
    Table,
    delete,
    func,
    insert,
    select,
    update,
)

from ledger.machine_files import Batch, Part
from ledger.messages import FileRecord, RemittanceRecord, StatusLine, VoucherRecord
from ledger.movements import StatementDay, ToldEntry, ToldMovement
from ledger.payments import PaidItem, Payment, PaymentState, Remittance
from ledger.store import tables
from ledger.store.errors import StoreContradiction
from ledger.store.order_names import OrderNames
from ledger.store.queries import batch_paths, by_day, chunks, named
from ledger.store.rows import Row, agree, reasons_of, reasons_text

BatchState = Literal["prepared", "done"]


_TO_DELIVER = (PaymentState.PREPARED, PaymentState.UNKNOWN)

_FACTS = ("bank_account", "booking_date", "amount_minor", "amount_currency")
"""Of two tellings of one movement or entry these must agree; its file may be another."""


class StoreTransaction:
    """What can be read and written inside `Store.transaction()`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    # Files ---------------------------------------------------------------------------

    def add_file(self, record: FileRecord) -> bool:
        """Remember a file; return False, changing nothing, if it is known already."""
        if self.file(record.sha256) is not None:
            return False
        row = tables.FILES.row(record, position=self._next(tables.file))
        self._connection.execute(insert(tables.file), [row])
        return True

    def file(self, sha256: str) -> FileRecord | None:
        """Return what is known of a file."""
        query = select(tables.file).where(tables.file.c.sha256 == sha256)
        return next((tables.FILES.value(row) for row in self._rows(query)), None)

    def files(
        self,
        direction: Literal["in", "out"] | None = None,
        *,
        is_done: bool | None = None,
    ) -> tuple[FileRecord, ...]:
        """Return every file, or those of one kind, in the order they became known."""
        query = select(tables.file).order_by(tables.file.c.position)
        if direction is not None:
            query = query.where(tables.file.c.direction == direction)
        if is_done is not None:
            query = query.where(tables.file.c.is_done == is_done)
        return tuple(tables.FILES.value(row) for row in self._rows(query))

    def update_file(self, sha256: str, **changes: Any) -> None:
        """Change what is known of a file (outcome, reason, is_done, format, …)."""
        known = self.file(sha256)
        if known is None:
            raise KeyError(sha256)
        row = tables.FILES.row(replace(known, **changes))
        query = update(tables.file).where(tables.file.c.sha256 == sha256).values(**row)
        self._connection.execute(query)

    # Remittances ---------------------------------------------------------------------

    def save_remittance(
        self, remittance: Remittance, data: bytes, state: PaymentState
    ) -> None:
        """Keep a remittance with its exact bytes; the same one again changes nothing."""
        known = self.remittance(remittance.message_id)
        if known is not None:
            if known.remittance != remittance:
                raise StoreContradiction(
                    "Remittance",
                    remittance.message_id,
                    f"sha256 {known.remittance.sha256}",
                    f"sha256 {remittance.sha256}",
                )
            return
        row = tables.REMITTANCES.row(
            remittance,
            position=self._next(tables.remittance),
            state=state.value,
            reason=None,
            data=zlib.compress(data, 1),
        )
        self._connection.execute(insert(tables.remittance), [row])
        self._add_payments(remittance)

    def _add_payments(self, remittance: Remittance) -> None:
        payments, items = [], []
        for position, payment in enumerate(remittance.payments):
            ours = None if payment.foreign else payment.end_to_end_id
            row = tables.PAYMENTS.row(payment, position=position, our_end_to_end_id=ours)
            payments.append(row | {"message_id": remittance.message_id})
            items += [
                tables.PAID_ITEMS.row(item, position=place, payment_position=position)
                | {"message_id": remittance.message_id}
                for place, item in enumerate(payment.items)
            ]
        self._refuse_known_payments(payments)
        self._insert(tables.payment, payments)
        self._insert(tables.paid_item, items)

    def _refuse_known_payments(self, payments: list[Row]) -> None:
        column = tables.payment.c.our_end_to_end_id
        ours = [row["our_end_to_end_id"] for row in payments if row["our_end_to_end_id"]]
        for keys in chunks(ours):
            for row in self._rows(select(tables.payment).where(column.in_(keys))):
                raise StoreContradiction(
                    "EndToEndId",
                    row["end_to_end_id"],
                    f"it in remittance {row['message_id']}",
                    f"of remittance {payments[0]['message_id']}",
                )

    def set_remittance_state(
        self, message_id: str, state: PaymentState, reason: str | None = None
    ) -> None:
        """Say where a remittance is, and why."""
        table = tables.remittance
        query = update(table).where(table.c.message_id == message_id)
        done = self._connection.execute(query.values(state=state.value, reason=reason))
        if done.rowcount != 1:
            raise KeyError(message_id)

    def remittance(self, message_id: str) -> RemittanceRecord | None:
        """Return one remittance."""
        return next(iter(self._remittances([message_id])), None)

    def remittances(
        self,
        *,
        among: Collection[str] | None = None,
        states: Collection[PaymentState] | None = None,
    ) -> tuple[RemittanceRecord, ...]:
        """Return every remittance, or those of some MsgIds or states, as they were kept."""
        if among is None and states is None:
            return self._remittances(None)
        c = tables.remittance.c
        query = select(c.message_id).order_by(c.position)
        if states is not None:
            query = query.where(c.state.in_([state.value for state in states]))
        names = self._connection.execute(query).scalars()
        wanted = [each for each in names if among is None or each in among]
        return tuple(each for chunk in chunks(wanted) for each in self._remittances(chunk))

    @property
    def order_names(self) -> OrderNames:
        """What is known of payments by name, without reading them."""
        return OrderNames(self._connection)

    def remittance_data(self, message_id: str) -> bytes:
        """Return the exact bytes of a remittance."""
        where = tables.remittance.c.message_id == message_id
        query = select(tables.remittance.c.data).where(where)
        return zlib.decompress(self._connection.execute(query).scalar_one())

    def _remittances(self, among: list[str] | None) -> tuple[RemittanceRecord, ...]:
        table = tables.remittance
        query = named(select(table).order_by(table.c.position), table, among)
        payments = self._payments(among)
        return tuple(_remittance_record(row, payments) for row in self._rows(query))

    def _payments(self, among: list[str] | None) -> dict[str, tuple[Payment, ...]]:
        """Return the payments of some remittances or of all, by MsgId."""
        payment, item = tables.payment, tables.paid_item
        wanted = select(payment).order_by(payment.c.message_id, payment.c.position)
        parts = select(item).order_by(item.c.message_id, item.c.position)
        wanted, parts = named(wanted, payment, among), named(parts, item, among)
        items: dict[tuple[str, int], list[PaidItem]] = {}
        for row in self._rows(parts):
            place = (row["message_id"], row["payment_position"])
            items.setdefault(place, []).append(tables.PAID_ITEMS.value(row))
        found: dict[str, list[Payment]] = {}
        for row in self._rows(wanted):
            its = tuple(items.get((row["message_id"], row["position"]), ()))
            found.setdefault(row["message_id"], []).append(
                tables.PAYMENTS.value(row, items=its)
            )
        return {key: tuple(payments) for key, payments in found.items()}

    # What the bank said of payments --------------------------------------------------

    def add_statuses(self, lines: Iterable[StatusLine]) -> None:
        """Keep the lines of a pain.002."""
        rows = [
            tables.STATUS_LINES.row(each, reasons=reasons_text(each.reasons))
            for each in lines
        ]
        self._add(tables.status_line, rows, ("status", "message_id", "end_to_end_id"))

    def statuses(self, among: Collection[str] | None = None) -> tuple[StatusLine, ...]:
        """Return the lines, or those about some MsgIds; those of one file in its order."""
        table = tables.status_line
        parts = [None] if among is None else chunks(sorted(among))
        rows = [
            row for part in parts for row in self._rows(named(select(table), table, part))
        ]
        rows.sort(key=lambda row: (row["created"] or "", row["sha256"], row["position"]))
        return tuple(
            tables.STATUS_LINES.value(row, reasons=reasons_of(row["reasons"]))
            for row in rows
        )

    # What files have told ------------------------------------------------------------

    def add_told(
        self,
        entries: Iterable[ToldEntry] = (),
        movements: Iterable[ToldMovement] = (),
        days: Iterable[StatementDay] = (),
    ) -> None:
        """Remember entries, movements and statement days."""
        self._add(tables.told_entry, tables.ENTRIES.rows(entries), _FACTS)
        self._add(
            tables.told_movement, tables.MOVEMENTS.rows(movements), (*_FACTS, "money")
        )
        told = tuple(days)
        known = set(self.statement_days()) if told else set()
        new = dict.fromkeys(day for day in told if day not in known)
        self._insert(tables.statement_day, tables.STATEMENT_DAYS.rows(new))

    def forget_told(self) -> None:
        """Begin anew: a rebuild that was cut short had remembered a part."""
        for table in (tables.told_entry, tables.told_movement, tables.statement_day):
            self._connection.execute(delete(table))

    def forget_day(self, bank_account: str, day: date, entries: Collection[str]) -> None:
        """Forget that a day is proven, and what its statement told in some entries."""
        days, told, moved = tables.statement_day, tables.told_entry, tables.told_movement
        its = (days.c.bank_account == bank_account, days.c.date == day)
        self._connection.execute(delete(days).where(*its))
        for keys in chunks(list(entries)):
            for table, column in ((told, told.c.key), (moved, moved.c.batch)):
                its = (table.c.source == "statement", column.in_(keys))
                self._connection.execute(delete(table).where(*its))

    def told_movements(
        self,
        bank_account: str | None = None,
        since: date | None = None,
        until: date | None = None,
        named: Collection[str] | None = None,
    ) -> tuple[ToldMovement, ...]:
        """Return movements by booking date, both limits included.

        Those with an EndToEndId of `named` alone, where that is given.
        """
        query = by_day(tables.told_movement, bank_account, since, until)
        if named is None:
            return tuple(tables.MOVEMENTS.value(row) for row in self._rows(query))
        column = tables.told_movement.c.end_to_end_id
        return tuple(
            tables.MOVEMENTS.value(row)
            for names in chunks(sorted(named))
            for row in self._rows(query.where(column.in_(names)))
        )

    def told_entries(
        self,
        bank_account: str | None = None,
        since: date | None = None,
        until: date | None = None,
    ) -> tuple[ToldEntry, ...]:
        """Return entries by booking date, both limits included."""
        query = by_day(tables.told_entry, bank_account, since, until)
        return tuple(tables.ENTRIES.value(row) for row in self._rows(query))

    def statement_days(self, bank_account: str | None = None) -> tuple[StatementDay, ...]:
        """Return statement days by account and date; a day may have been closed twice."""
        table = tables.statement_day
        query = select(table).order_by(table.c.bank_account, table.c.date, table.c.id)
        if bank_account is not None:
            query = query.where(table.c.bank_account == bank_account)
        return tuple(tables.STATEMENT_DAYS.value(row) for row in self._rows(query))

    # What is in the books ------------------------------------------------------------

    def add_keys(self, keys: Mapping[str, str]) -> None:
        """Say which voucher has posted a bank key: one for ever."""
        rows = [{"key": key, "voucher": voucher} for key, voucher in keys.items()]
        self._add(tables.posted_key, rows, ("voucher",))

    def posted_keys(self, among: Iterable[str] | None = None) -> dict[str, str]:
        """Return key to voucher, of all or of those asked for."""
        table = tables.posted_key
        if among is None:
            return {row["key"]: row["voucher"] for row in self._rows(select(table))}
        found: dict[str, str] = {}
        for keys in chunks(list(among)):
            rows = self._rows(select(table).where(table.c.key.in_(keys)))
            found |= {row["key"]: row["voucher"] for row in rows}
        return found

    def count_keys(self) -> int:
        """Return how many bank keys are known."""
        query = select(func.count()).select_from(tables.posted_key)
        return int(self._connection.execute(query).scalar_one())

    def add_vouchers(self, vouchers: Iterable[VoucherRecord]) -> None:
        """Remember vouchers that we wrote: one chain for each number, for ever."""
        self._add(tables.voucher, tables.VOUCHERS.rows(vouchers), ("chain",))

    # The journal's batches -----------------------------------------------------------

    def prepare(self, batch: Batch) -> None:
        """Promise a batch: from this commit on it will be in the books."""
        self._keep_batch(batch, "prepared")

    def adopt(self, batch: Batch) -> None:
        """Take up a batch that was found in the books, unless it is known."""
        query = select(tables.batch.c.id).where(tables.batch.c.id == batch.id)
        if self._connection.execute(query).first() is None:
            self._keep_batch(batch, "done")

    def finish(self, batch: str) -> None:
        """Say that a batch is in all its files."""
        query = update(tables.batch).where(tables.batch.c.id == batch)
        self._connection.execute(query.values(state="done"))

    def batches(self, state: BatchState | None = None) -> tuple[Batch, ...]:
        """Return batches with their payloads, in the order in which they were prepared."""
        table = tables.batch
        query = select(table).order_by(table.c.sequence)
        if state is not None:
            query = query.where(table.c.state == state)
        return tuple(self._batch(row) for row in list(self._rows(query)))

    def batch_ids(self) -> tuple[str, ...]:
        """Return the ids of all batches, in the order in which they were prepared."""
        query = select(tables.batch.c.id).order_by(tables.batch.c.sequence)
        return tuple(self._connection.execute(query).scalars())

    def batch_paths(self, state: BatchState | None = None) -> dict[str, list[str]]:
        """Return in which files each batch was written, in the order of `batch_ids`."""
        return batch_paths(self._connection, state)

    def _keep_batch(self, batch: Batch, state: BatchState) -> None:
        # A person may have put a machine file back to what it was: the same payload then
        # has the same id again, and takes the place of the one that is no longer there.
        known = select(tables.batch.c.sequence).where(tables.batch.c.id == batch.id)
        for sequence in self._connection.execute(known).scalars().all():
            part = tables.batch_part
            self._connection.execute(delete(part).where(part.c.sequence == sequence))
            self._connection.execute(
                delete(tables.batch).where(tables.batch.c.id == batch.id)
            )
        sequence = self._next(tables.batch, "sequence")
        row = {"sequence": sequence, "id": batch.id, "state": state, "note": batch.note}
        self._connection.execute(insert(tables.batch), [row])
        parts = [
            {
                "sequence": sequence,
                "position": position,
                "path": part.path,
                "payload": zlib.compress(part.payload, 1),
            }
            for position, part in enumerate(batch.parts)
        ]
        self._insert(tables.batch_part, parts)

    def _batch(self, row: Mapping[str, Any]) -> Batch:
        table = tables.batch_part
        where = table.c.sequence == row["sequence"]
        parts = self._rows(select(table).where(where).order_by(table.c.position))
        return Batch(
            id=row["id"],
            note=row["note"],
            parts=tuple(Part(p["path"], zlib.decompress(p["payload"])) for p in parts),
        )

    # The files of the books and the store itself -------------------------------------

    def set_machine_file(self, path: str, size: int) -> None:
        """Remember how large a machine file is after our last write."""
        table = tables.machine_file
        self._connection.execute(delete(table).where(table.c.path == path))
        self._connection.execute(insert(table), [{"path": path, "size": size}])

    def forget_machine_file(self, path: str) -> None:
        """Forget a machine file that is no longer there."""
        table = tables.machine_file
        self._connection.execute(delete(table).where(table.c.path == path))

    def machine_file_sizes(self) -> dict[str, int]:
        """Return path to size of every machine file that we have written."""
        rows = self._rows(select(tables.machine_file))
        return {row["path"]: row["size"] for row in rows}

    def info(self, name: str) -> str | None:
        """Return a note about the store itself."""
        table = tables.store_info
        query = select(table.c.value).where(table.c.name == name)
        return self._connection.execute(query).scalar_one_or_none()

    def set_info(self, name: str, value: str) -> None:
        """Keep a note about the store itself."""
        table = tables.store_info
        self._connection.execute(delete(table).where(table.c.name == name))
        self._connection.execute(insert(table), [{"name": name, "value": value}])

    def mark_built(self) -> None:
        """Say that the store holds what books and archive hold: it is no longer new."""
        self.set_info("built", "yes")

    # ---------------------------------------------------------------------------------

    def _rows(self, query: Select[Any]) -> Iterator[Mapping[str, Any]]:
        rows = self._connection.execute(query).mappings()
        return (cast("Mapping[str, Any]", row) for row in rows)

    def _next(self, table: Table, column: str = "position") -> int:
        highest = self._connection.execute(select(func.max(table.c[column]))).scalar()
        return 0 if highest is None else int(highest) + 1

    def _insert(self, table: Table, rows: list[Row]) -> None:
        if rows:
            self._connection.execute(insert(table), rows)

    def _add(self, table: Table, rows: list[Row], facts: Iterable[str]) -> None:
        """Insert what is new; what is known must agree in its facts."""
        if not rows:
            return
        dialect = self._connection.dialect.name
        # Each database's words are imported where it is used: they take a while.
        words: Any = import_module(f"sqlalchemy.dialects.{dialect}")
        query = words.insert(table).on_conflict_do_nothing()
        if self._connection.execute(query, rows).rowcount != len(rows):
            self._compare(table, rows, tuple(facts))

    def _compare(self, table: Table, rows: list[Row], facts: tuple[str, ...]) -> None:
        """Find the row that the table knows otherwise; only ever reached on a repeat."""
        keys = [column.name for column in table.primary_key]
        last = keys[-1]
        told: dict[tuple[Any, ...], Row] = {}
        for row in rows:
            key = tuple(row[name] for name in keys)
            agree(table, key, told.setdefault(key, row), row, facts)
        for chunk in chunks([row[last] for row in rows]):
            for known in self._rows(select(table).where(table.c[last].in_(chunk))):
                key = tuple(known[name] for name in keys)
                if key in told:
                    agree(table, key, known, told[key], facts)


def _remittance_record(
    row: Mapping[str, Any], payments: Mapping[str, tuple[Payment, ...]]
) -> RemittanceRecord:
    state = PaymentState(row["state"])
    its = payments.get(row["message_id"], ())
    return RemittanceRecord(
        remittance=tables.REMITTANCES.value(row, payments=its),
        state=state,
        data=zlib.decompress(row["data"]) if state in _TO_DELIVER else None,
        reason=row["reason"],
    )
