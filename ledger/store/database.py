"""Open the database file safely: permissions, transactions, version, errors.

Python's SQLite driver begins transactions by its own lights, which makes `BEGIN IMMEDIATE`
impossible and lets table definitions escape; so its own handling is switched off and ours
is in the engine's `begin` event. `synchronous=FULL` makes a commit outlive a power cut
also in WAL mode.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.pool import StaticPool

from ledger.files import make_folder, sync_folder
from ledger.store.errors import StoreDamaged, StoreUnavailable

_BUSY_SECONDS = 10


def file_engine(path: Path) -> Engine:
    """Return an engine on a SQLite file, which is made, empty and private, if missing."""
    make_folder(path.parent)
    if not path.exists():
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        sync_folder(path.parent)
    engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": _BUSY_SECONDS})
    return _prepared(engine)


def memory_engine() -> Engine:
    """Return an engine on a database that lives in memory."""
    engine = create_engine(
        "sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False}
    )
    return _prepared(engine)


def remove_files(path: Path) -> None:
    """Delete a store and SQLite's files beside it, durably."""
    for suffix in ("", "-wal", "-shm", "-journal"):
        with suppress(FileNotFoundError):
            path.with_name(path.name + suffix).unlink()
    if path.parent.is_dir():
        sync_folder(path.parent)


@contextmanager
def told_errors(where: Path | str) -> Iterator[None]:
    """Turn the driver's errors into ours, each one sentence."""
    try:
        yield
    except OperationalError as error:
        # Busy, full, read-only, I/O: the disk or another process, not the content.
        raise StoreUnavailable(where, str(error.orig)) from error
    except DatabaseError as error:
        if _is_content(error):
            raise StoreDamaged(where, str(error.orig)) from error
        raise


def _is_content(error: DatabaseError) -> bool:
    # An integrity error is the programmer's; SQLite's own "not a database" and
    # "malformed" come as the plain base class.
    return type(error) is DatabaseError


def _prepared(engine: Engine) -> Engine:
    event.listen(engine, "connect", _on_connect)
    event.listen(engine, "begin", _on_begin)
    return engine


def _on_connect(connection: Any, _record: object) -> None:
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _on_begin(connection: Connection) -> None:
    is_reading = connection.get_execution_options().get("reading", False)
    connection.exec_driver_sql("BEGIN" if is_reading else "BEGIN IMMEDIATE")
