"""The store: indexes, locks and work in progress. It can be thrown away.

For postings the books win; for money out the union of books, archive and store does. A
store that is missing, or of an older version, begins empty and says so (`is_new`) until
somebody has filled it from books and archive and calls `mark_built` as the last thing, so
that a rebuild which was cut short is begun again.

The only package that uses SQLAlchemy. The pure packages take the values of
`ledger.messages`, `ledger.movements`, `ledger.payments` and never import this.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from sqlalchemy import Engine, inspect

from ledger.files import sync_folder
from ledger.machine_files import Batch, Part
from ledger.messages import FileRecord, RemittanceRecord, StatusLine, VoucherRecord
from ledger.store import tables
from ledger.store.database import file_engine, memory_engine, remove_files, told_errors
from ledger.store.errors import (
    StoreContradiction,
    StoreDamaged,
    StoreError,
    StoreNewer,
    StoreUnavailable,
)
from ledger.store.transaction import StoreTransaction

__all__ = [
    "Batch",
    "FileRecord",
    "Part",
    "RemittanceRecord",
    "StatusLine",
    "Store",
    "StoreContradiction",
    "StoreDamaged",
    "StoreError",
    "StoreNewer",
    "StoreTransaction",
    "StoreUnavailable",
    "VoucherRecord",
]


class Store:
    """An open store. Writing needs the books' lock; reading does not."""

    def __init__(self, engine: Engine, where: Path | str) -> None:
        """Use `open` or `in_memory`."""
        self._engine = engine
        self._where = where
        self.writes = 0
        """How often something may have been written through this value."""

    @classmethod
    def open(cls, path: Path) -> Store:
        """Open the store at `path`; a missing or older one begins empty and is new.

        The batches of an older one are carried over: what it promised to the books and did
        not finish, and what it wrote, in case the books lose it.
        """
        store = cls(file_engine(path), path)
        try:
            found = store._found()
            if found == "older":
                with store.reading() as transaction:
                    batches = transaction.batches()
                    promised = {batch.id for batch in transaction.batches("prepared")}
                store.close()
                cls._make_anew(path, batches, promised)
                store = cls(file_engine(path), path)
            elif found == "empty":
                store._create()
        except BaseException:
            store.close()
            raise
        return store

    @classmethod
    def _make_anew(
        cls, path: Path, batches: Iterable[Batch], promised: Collection[str]
    ) -> None:
        """Put a new store with the old one's batches in its place, in one step."""
        new = path.with_name(f"{path.name}.new")
        remove_files(new)
        store = cls(file_engine(new), new)
        store._create(batches, promised)
        store.close()
        new.replace(path)
        sync_folder(path.parent)

    @classmethod
    def in_memory(cls) -> Store:
        """Open an empty store that lives as long as the process."""
        store = cls(memory_engine(), "store in memory")
        store._create()
        return store

    @staticmethod
    def remove(path: Path) -> None:
        """Throw a store away, whatever its state: the first step of a rebuild."""
        remove_files(path)

    @property
    def is_new(self) -> bool:
        """Whether it has yet to be filled from books and archive."""
        with self.reading() as transaction:
            return transaction.info("built") is None

    def close(self) -> None:
        """Let go of the file."""
        self._engine.dispose()

    @contextmanager
    def transaction(self) -> Iterator[StoreTransaction]:
        """Write: kept as a whole when the block ends, undone when it raises."""
        self.writes += 1
        with told_errors(self._where), self._engine.begin() as connection:
            yield StoreTransaction(connection)

    @contextmanager
    def reading(self) -> Iterator[StoreTransaction]:
        """Read one state of the store, also while another process writes."""
        engine = self._engine.execution_options(reading=True)
        with told_errors(self._where), engine.connect() as connection:
            connection.begin()
            yield StoreTransaction(connection)

    def _found(self) -> Literal["empty", "older", "current"]:
        """Say what the file holds, or refuse it."""
        engine = self._engine.execution_options(reading=True)
        with told_errors(self._where), engine.connect() as connection:
            names = inspect(connection).get_table_names()
        if not names:
            return "empty"
        if tables.store_info.name not in names:
            raise StoreDamaged(self._where, "it holds tables that are not ours")
        with self.reading() as transaction:
            version = transaction.info("schema-version") or "0"
            fingerprint = transaction.info("fingerprint")
        if not version.isdigit():
            raise StoreDamaged(self._where, f"its version is {version!r}")
        if int(version) > tables.SCHEMA_VERSION:
            raise StoreNewer(self._where, version, tables.SCHEMA_VERSION)
        return "current" if fingerprint == tables.FINGERPRINT else "older"

    def _create(
        self, batches: Iterable[Batch] = (), promised: Collection[str] = ()
    ) -> None:
        """Make the tables and say their version, in one transaction."""
        with told_errors(self._where), self._engine.begin() as connection:
            tables.metadata.create_all(connection)
            transaction = StoreTransaction(connection)
            transaction.set_info("schema-version", str(tables.SCHEMA_VERSION))
            transaction.set_info("fingerprint", tables.FINGERPRINT)
            for batch in batches:
                transaction.prepare(batch)
                if batch.id not in promised:
                    transaction.finish(batch.id)
