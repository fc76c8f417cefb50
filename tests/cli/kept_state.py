"""Everything that is kept after a command, without what says at which moment it was."""

from __future__ import annotations

import contextlib
import re
import sqlite3
import zlib
from difflib import unified_diff
from itertools import zip_longest
from pathlib import Path

from world import World

from ledger.archive import Archive
from ledger.books import load
from ledger.verification import archived_heads

LISTS = ("payments", "payables", "receivables", "unmatched", "status")

_MOMENTARY = {"payload", "chain", "received_at", "id"}
_OF_THE_MOMENT = re.compile(rb"(?m)^(;; batch .*|  recorded-at: .*|  chain: .*)\n")


def lists(world: World, today: str) -> dict[str, object]:
    """Return everything that a person can ask."""
    ran = {name: world.books(name, "--json", today=today) for name in LISTS}
    assert {each.code for each in ran.values()} <= {0, 3}, ran
    return {name: each.data for name, each in ran.items()}


def kept(world: World, *, failed_attempts: bool = True) -> dict[str, object]:
    """Return what books, outbox, inbox, archive and store hold: what lists are made of.

    Args:
        world: Where.
        failed_attempts: Whether attempts to deliver that failed count too, which are
            remembered beside the one that succeeded.
    """
    besides = {"heads"} if failed_attempts else {"heads", "not-sent"}
    bank = world.folder / "bank"
    files = [*bank.glob("2*/*.beancount"), *bank.glob("outbox/*"), *bank.glob("inbox/*")]
    archive = Archive(world.folder)
    return {
        "files": {each.name: _OF_THE_MOMENT.sub(b"", each.read_bytes()) for each in files},
        "archive": {
            digest: _events(archive, digest, besides) for digest in archive.hashes()
        },
        "heads": max((head.number for head in archived_heads(archive)), default=0),
        "store": _rows(world.folder / ".books" / "store.sqlite"),
    }


def facts(world: World) -> dict[str, object]:
    """Return what the books come to, however often a decision stands in them."""
    books = load(world.folder)
    return {
        "items": books.items.items,
        "keys": books.keys,
        "payments": books.payments,
        "locked": books.company.locked_until,
    }


def _events(archive: Archive, digest: str, besides: set[str]) -> list[object]:
    """Return a file's events; what was done before and after a kill is told twice."""
    told = [
        {key: value for key, value in event.items() if key not in {"at", "receipt"}}
        for event in archive.events(digest)
        if event["event"] not in besides
    ]
    return [each for n, each in enumerate(told) if each not in told[:n]]


def _rows(path: Path) -> dict[str, object]:
    found: dict[str, object] = {}
    with contextlib.closing(sqlite3.connect(path)) as store:
        tables = store.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
        names = [row[0] for row in tables]
        store.row_factory = sqlite3.Row
        for name in names:
            rows = [dict(row) for row in store.execute(f"SELECT * FROM {name}")]
            found[name] = sorted((_timeless(row) for row in rows), key=str)
    return found


def _timeless(row: dict[str, object]) -> dict[str, object]:
    timeless = {key: value for key, value in row.items() if key not in _MOMENTARY}
    payload = row.get("payload")
    if isinstance(payload, bytes):
        timeless["payload"] = _OF_THE_MOMENT.sub(b"", zlib.decompress(payload))
    return timeless


def difference(expected: object, actual: object, where: str = "") -> list[str]:
    """Return where two states differ, and how: what a failing test should say first."""
    if isinstance(expected, dict) and isinstance(actual, dict):
        keys = sorted(expected.keys() | actual.keys(), key=str)
        return [
            line
            for key in keys
            for line in difference(expected.get(key), actual.get(key), f"{where}/{key}")
        ]
    if isinstance(expected, bytes) and isinstance(actual, bytes):
        texts = [
            each.decode("utf-8", "replace").splitlines() for each in (expected, actual)
        ]
        return [f"{where}: {line}" for line in unified_diff(*texts, lineterm="", n=1)]
    if isinstance(expected, list | tuple) and isinstance(actual, list | tuple):
        pairs = zip_longest(expected, actual)
        return [
            line
            for number, pair in enumerate(pairs)
            for line in difference(*pair, f"{where}[{number}]")
        ]
    return [] if expected == actual else [f"{where}: {expected!r} became {actual!r}"]
