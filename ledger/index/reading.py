"""Read out of the index: directives from rows, transactions from their place in a file.

A transaction is kept as where it stands, and read by the parser each time: nothing that it
carries can then be told otherwise than the books tell it.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

from ledger import closing_balances
from ledger.accounts import LedgerAccount, accounts_of
from ledger.books.excerpts import Excerpts, Span
from ledger.books.reading import order
from ledger.directives import (
    Balance,
    BooksPlace,
    Close,
    Custom,
    Directive,
    Open,
    Transaction,
)
from ledger.files import Stamp
from ledger.index.rows import days_of
from ledger.index.values import KEPT_COLUMNS, KeptItem, other_of
from ledger.item_collection import ItemId
from ledger.parties import Party, parties_of

_CHUNK = 500
Each = TypeVar("Each")


class BooksChanged(Exception):
    """A file of the books was saved while a command was reading them."""

    def __init__(self, path: str) -> None:
        super().__init__(
            f"{path}: the file was changed while this command was working."
            " Run the command again."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """The accounts of the books, and whose they are."""

    opens: tuple[Open, ...]
    closes: tuple[Close, ...]
    accounts: dict[str, LedgerAccount]
    parties: dict[str, Party]


class Reader:
    """Reads an index and the files that it is of."""

    def __init__(self, db: sqlite3.Connection, folder: Path, excerpts: Excerpts) -> None:
        self.db = db
        self._folder = folder
        self._excerpts = excerpts

    def chart(self) -> Chart:
        """Return the accounts and parties."""
        found = self._others("o.kind IN ('Open', 'Close')")
        opens = tuple(each for each in found if isinstance(each, Open))
        closes = tuple(each for each in found if isinstance(each, Close))
        accounts = accounts_of(opens, closes)
        parties = parties_of(accounts, self.customs("party"))
        return Chart(opens=opens, closes=closes, accounts=accounts, parties=parties)

    def has_accounts(self, file: int) -> bool:
        """Whether a file has a line that `chart` is made from."""
        row = self.db.execute(
            "SELECT 1 FROM other WHERE file = ? AND (kind IN ('Open', 'Close')"
            " OR kind = 'Custom' AND name = 'party') LIMIT 1",
            (file,),
        ).fetchone()
        return row is not None

    def customs(self, *types: str) -> tuple[Custom, ...]:
        """Return the custom lines of some types, or of all, by date and place."""
        where = "o.kind = 'Custom'"
        if types:
            where += f" AND o.name IN ({_marks(types)})"
        return tuple(
            each for each in self._others(where, types) if isinstance(each, Custom)
        )

    def customs_about(self, type_: str, subjects: Collection[str]) -> list[Custom]:
        """Return the custom lines of a type about some subjects, by date and place."""
        return self._customs_where(f"o.name = '{type_}' AND o.subject", subjects)

    def customs_of_messages(self, messages: Collection[str]) -> list[Custom]:
        """Return the lines of remittances and payments of some messages."""
        names = "o.name IN ('remittance', 'payment')"
        return self._customs_where(f"{names} AND o.message", messages)

    def _customs_where(self, where: str, values: Collection[str]) -> list[Custom]:
        found: list[Custom] = []
        for chunk in chunks(values):
            marked = f"o.kind = 'Custom' AND {where} IN ({_marks(chunk)})"
            found += [
                each for each in self._others(marked, chunk) if isinstance(each, Custom)
            ]
        return sorted(found, key=order)

    def balances(self) -> tuple[Balance, ...]:
        """Return the balance lines that count, by date and place."""
        found = self._others("o.kind = 'Balance'")
        balances = (each for each in found if isinstance(each, Balance))
        told = (each for name in closing_balances.TYPES for each in self.customs(name))
        return closing_balances.counting(balances, closing_balances.untrue(told))

    def _others(
        self, where: str, values: Sequence[str] = ()
    ) -> list[Balance | Close | Custom | Open]:
        rows = self.db.execute(
            "SELECT o.body, o.date, f.path, o.line"
            " FROM other o JOIN file f ON f.id = o.file"
            f" WHERE {where} ORDER BY o.date, f.path, o.line",
            tuple(values),
        )
        return [
            other_of(body, day, BooksPlace(path, line)) for body, day, path, line in rows
        ]

    def customs_in(self, file: int) -> list[Custom]:
        """Return the custom lines of one file."""
        found = self._others(f"o.kind = 'Custom' AND o.file = {file:d}")
        return [each for each in found if isinstance(each, Custom)]

    def stamps(self) -> dict[str, Stamp]:
        """Return how each file of the books was when it was last looked at."""
        rows = self.db.execute("SELECT path, size, mtime_ns FROM file")
        return {path: (size, mtime_ns) for path, size, mtime_ns in rows}

    def info(self, name: str) -> str | None:
        """Return a note about what the index is of."""
        found = self.db.execute("SELECT value FROM info WHERE name = ?", (name,)).fetchone()
        return str(found[0]) if found else None

    def items_of(self, entries: Collection[int]) -> set[ItemId]:
        """Return the items that transactions concern."""
        return self._item_ids("entry", entries)

    def items_named(self, names: Collection[str]) -> set[ItemId]:
        """Return the items with some keys."""
        return self._item_ids("key", names)

    def _item_ids(self, column: str, values: Collection[object]) -> set[ItemId]:
        found: set[ItemId] = set()
        for chunk in chunks(values):
            found.update(
                self.db.execute(
                    "SELECT DISTINCT account, key, currency FROM item_entry"
                    f" WHERE {column} IN ({_marks(chunk)})",
                    chunk,
                )
            )
        return found

    def kept_items(self, ids: Collection[ItemId]) -> dict[ItemId, tuple[int, KeptItem]]:
        """Return some items as the index has them, each with the id of its row."""
        found: dict[ItemId, tuple[int, KeptItem]] = {}
        for chunk in chunks(sorted({key for _, key, _ in ids})):
            rows = self.db.execute(
                f"SELECT account, key, currency, id, {KEPT_COLUMNS} FROM item"
                f" WHERE key IN ({_marks(chunk)})",
                chunk,
            )
            for account, key, currency, number, *columns in rows:
                if (account, key, currency) in ids:
                    found[account, key, currency] = number, KeptItem(*columns)
        return found

    def items_on(self, account: str) -> set[ItemId]:
        """Return the items of one account."""
        rows = self.db.execute(
            "SELECT account, key, currency FROM item WHERE account = ?", (account,)
        )
        return set(rows)

    def entries_of(self, items: Collection[ItemId]) -> set[int]:
        """Return the transactions that concern some items."""
        found: set[int] = set()
        for account, key, currency in items:
            rows = self.db.execute(
                "SELECT entry FROM item_entry"
                " WHERE key = ? AND account = ? AND currency = ?",
                (key, account, currency),
            )
            found.update(row[0] for row in rows)
        return found

    def entries(self, where: str, values: Collection[str]) -> set[int]:
        """Return the ids of entries by a query that ends in the column to look in."""
        found: set[int] = set()
        for chunk in chunks(values):
            rows = self.db.execute(f"{where} IN ({_marks(chunk)})", tuple(chunk))
            found.update(row[0] for row in rows)
        return found

    def moved_days(self, account: str) -> Iterator[tuple[int, Collection[str]]]:
        """Yield each file that posts on an account or below it, with the days."""
        rows = self.db.execute(
            "SELECT file, days FROM total"
            " WHERE account = ? OR (account > ? AND account < ?)",
            (account, f"{account}:", f"{account};"),
        )
        yield from ((file, days_of(days)) for file, days in rows)

    def entries_of_days(self, file: int, days: Collection[str], *, typed: bool) -> set[int]:
        """Return the ids of a file's entries of some days, or of those none of ours."""
        only = " AND recorded IS NULL" if typed else ""
        rows = self.db.execute(f"SELECT id, date FROM entry WHERE file = ?{only}", (file,))
        return {number for number, day in rows if day in days}

    def transactions(self, ids: Collection[int]) -> list[Transaction]:
        """Return transactions by date and place.

        Raises:
            NeedsAll: One of them cannot be read without the rest of the books.
            BooksChanged: Its file is no longer the one that the index knows.
        """
        return sorted(self._excerpts.at(list(self._spans(ids))), key=order)

    def transactions_of_items(self, keys: Collection[str]) -> dict[str, list[Transaction]]:
        """Return the transactions of each of some items; each is read once for all of them.

        Raises:
            NeedsAll, BooksChanged: As `transactions`.
        """
        places: dict[str, set[BooksPlace]] = {}
        ids: set[int] = set()
        for chunk in chunks(keys):
            rows = self.db.execute(
                "SELECT i.key, e.id, f.path, e.line FROM item_entry i"
                " JOIN entry e ON e.id = i.entry JOIN file f ON f.id = e.file"
                f" WHERE i.key IN ({_marks(chunk)})",
                chunk,
            )
            for key, number, path, line in rows:
                ids.add(number)
                places.setdefault(key, set()).add(BooksPlace(path, line))
        read = {each.place: each for each in self.transactions(ids)}
        return {
            key: sorted((read[place] for place in found), key=order)
            for key, found in places.items()
        }

    def _spans(self, ids: Collection[int]) -> Iterator[Span]:
        rows: list[tuple[str, int, int, int, int, int, str]] = []
        for chunk in chunks(ids):
            rows += self.db.execute(
                "SELECT f.path, e.start, e.size, e.line, f.size, f.mtime_ns, f.sha256"
                " FROM entry e JOIN file f ON f.id = e.file"
                f" WHERE e.id IN ({_marks(chunk)})",
                tuple(chunk),
            )
        rows.sort()
        by_path: dict[str, list[tuple[str, int, int, int, int, int, str]]] = {}
        for row in rows:
            by_path.setdefault(row[0], []).append(row)
        for path, found in by_path.items():
            _, _, _, _, size, mtime_ns, digest = found[0]
            with (self._folder / path).open("rb") as file:
                status = os.fstat(file.fileno())
                if (status.st_size, status.st_mtime_ns) != (size, mtime_ns):
                    _check_beginning(path, file.read(size), digest)
                for _, start, length, line, *_ in found:
                    text = os.pread(file.fileno(), length, start)
                    yield Span(file=path, line=line, text=text)


def tells_accounts(directive: Directive) -> bool:
    """Whether `Reader.chart` is made from such a line."""
    if isinstance(directive, Custom):
        return directive.type == "party"
    return isinstance(directive, Open | Close)


def _check_beginning(path: str, text: bytes, digest: str) -> None:
    """Accept a file to which this command itself has added something."""
    if sha256(text).hexdigest() != digest:
        raise BooksChanged(path)


def _marks(values: Collection[object]) -> str:
    return ", ".join("?" * len(values))


def column(
    db: sqlite3.Connection, query: str, values: Sequence[object] = ()
) -> Sequence[str]:
    """Return the only column of a question, text that it names `a`, in no order.

    SQLite makes one JSON text of it, as a row for each would take three times as long.
    """
    joined = db.execute(f"SELECT json_group_array(a) FROM ({query})", values)
    found: list[str] = json.loads(joined.fetchone()[0])
    return found


def chunks(values: Iterable[Each]) -> Iterator[list[Each]]:
    """Yield values a few hundred at a time: SQLite takes so many in one question."""
    ordered = list(values)
    for start in range(0, len(ordered), _CHUNK):
        yield ordered[start : start + _CHUNK]
