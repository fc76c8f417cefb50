"""The bank's one state: a SQLite file, a virtual clock and counters.

Every change is one SQLite transaction that either happened or did not, and the books of
the bank are summed before each commit: customers' balances and the contra accounts must
add up to nothing. A bank that finds itself wrong stops rather than continues.
"""

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from simulator import profiles, schema
from simulator.refusal import Refused

FILE_NAME = "bank.sqlite"
BUSY_SECONDS = 30


class MoneyDoesNotAddUp(RuntimeError):
    """The bank's own books are wrong: a mistake in the simulator, never in the input."""

    def __init__(self, currency: str, difference: int) -> None:
        super().__init__(
            f"the simulated bank's books are {difference} øre off in {currency}; "
            "nothing was saved. This is a fault in nettbank."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """An open bank."""

    connection: sqlite3.Connection
    folder: Path

    def one(self, sql: str, *arguments: Any) -> Any:
        """Return the first row, or None."""
        return self.connection.execute(sql, arguments).fetchone()

    def rows(self, sql: str, *arguments: Any) -> list[Any]:
        """Return all rows."""
        return self.connection.execute(sql, arguments).fetchall()

    def run(self, sql: str, *arguments: Any) -> int:
        """Change rows; return the id of the last one inserted."""
        return self.connection.execute(sql, arguments).lastrowid or 0

    def setting(self, name: str) -> str:
        """Return a setting's text."""
        row = self.one("SELECT value FROM setting WHERE name = ?", name)
        return "" if row is None else str(row["value"])

    def set_setting(self, name: str, value: str) -> None:
        """Write a setting."""
        self.run("INSERT OR REPLACE INTO setting VALUES (?, ?)", name, value)

    @property
    def now(self) -> datetime:
        """Return the bank's own time, Europe/Oslo wall clock."""
        return datetime.fromisoformat(self.setting("now"))

    @property
    def today(self) -> date:
        """Return the date of the bank's own time."""
        return self.now.date()

    @property
    def seed(self) -> int:
        """Return the number that every chance in this bank comes from."""
        return int(self.setting("seed"))

    @property
    def profile(self) -> profiles.Profile:
        """Return how this bank works."""
        return profiles.find(self.setting("profile"))

    def chance(self, subject: str) -> int:
        """Return a number drawn for this subject: the same seed draws the same number."""
        digest = hashlib.sha256(f"{self.seed}/{subject}".encode()).digest()
        return int.from_bytes(digest[:6], "big")

    def next_number(self, series: str) -> int:
        """Return the next number of a series; it is never given out again."""
        row = self.one(
            "INSERT INTO sequence VALUES (?, 1) "
            "ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value",
            series,
        )
        return int(row["value"])

    def note(self, kind: str, text: str, norwegian: str, customer: str = "") -> None:
        """Write down what happened, in two languages; without a customer all may see it."""
        self.run(
            "INSERT INTO happening (at, kind, text, norwegian, customer)"
            " VALUES (?, ?, ?, ?, ?)",
            self.setting("now"),
            kind,
            text,
            norwegian,
            customer,
        )

    def owner_of(self, account: str) -> str:
        """Return the organisation number behind an account here, or an empty text."""
        row = self.one("SELECT orgnr FROM account WHERE number = ?", account)
        return "" if row is None else str(row["orgnr"])

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Make what is done inside one change that happens wholly or not at all."""
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            prove_money(self)
        except BaseException:
            self.connection.execute("ROLLBACK")
            raise
        self.connection.execute("COMMIT")


def prove_money(state: State) -> None:
    """Stop when customers' money and the contra accounts do not add up to zero."""
    sums = state.rows(
        "SELECT currency, SUM(balance) AS rest FROM ("
        "SELECT currency, balance FROM account UNION ALL "
        "SELECT currency, balance FROM contra) GROUP BY currency"
    )
    for row in sums:
        if row["rest"] != 0:
            raise MoneyDoesNotAddUp(row["currency"], row["rest"])


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(
        path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
    )
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = FULL")
    return connection


def create(folder: Path, now: datetime, seed: int, profile: str) -> State:
    """Make a new bank in an empty place."""
    profiles.find(profile)
    path = folder / FILE_NAME
    if path.exists():
        raise Refused(f"{folder} already holds a bank. Choose another --state.")
    folder.mkdir(parents=True, exist_ok=True)
    # The file appears only when it is whole: a killed `init` can be run again.
    unfinished = folder / f".{FILE_NAME}.new"
    unfinished.unlink(missing_ok=True)
    connection = _connect(unfinished)
    connection.executescript(f"BEGIN; {schema.TABLES} COMMIT;")
    state = State(connection=connection, folder=folder)
    with state.transaction():
        state.run(f"PRAGMA user_version = {schema.VERSION}")
        state.set_setting("now", now.isoformat(timespec="seconds"))
        state.set_setting("started", now.isoformat(timespec="seconds"))
        state.set_setting("seed", str(seed))
        state.set_setting("profile", profile)
    connection.close()
    unfinished.rename(path)
    return open_bank(folder)


def open_bank(folder: Path) -> State:
    """Open the bank that lives in this folder."""
    path = folder / FILE_NAME
    if not path.is_file():
        raise Refused(f"{folder} holds no bank. Make one: nettbank --state {folder} init")
    state = State(connection=_connect(path), folder=folder)
    found = state.connection.execute("PRAGMA user_version").fetchone()[0]
    if found != schema.VERSION:
        raise Refused(
            f"{path} is a bank of version {found}, this program reads {schema.VERSION}."
        )
    return state


def text_of(moment: datetime) -> str:
    """Write a time as the state keeps it."""
    return moment.isoformat(timespec="seconds")


def with_offset(moment: datetime) -> str:
    """Write a wall-clock time of Oslo with its distance from UTC, as files want it."""
    from zoneinfo import ZoneInfo

    return moment.replace(tzinfo=ZoneInfo("Europe/Oslo")).isoformat(timespec="seconds")
