"""The real `books`, killed by strace at every call that touches the disk, then run again.

`when=N` counts each call by its name and thread, and the kill falls on its entry. So for
each name N goes up until the command survives. After each kill the command is run again, and
everything that a person can ask is the same as after a run that nobody killed.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest
from world import ACCOUNT, World

from ledger.archive import Archive
from ledger.verification import archived_heads

IS_WHOLE = os.environ.get("TORTURE") == "full"
CALLS = {
    "fsync": 1,
    "fdatasync": 1,
    "?rename,?renameat,renameat2": 1,
    # The many writes inside one commit of SQLite are one to it: each only in `make torture`.
    "pwrite64": 1 if IS_WHOLE else 7,
}
"""Call and step: each of them is hit, or every seventh."""

ERRORS = {("fsync", "EIO"): 6, ("pwrite64", "ENOSPC"): 25}
LISTS = ("payments", "payables", "receivables", "unmatched", "status")
BOOKS = [sys.executable, "-m", "cli.app"]

#: What says when it was written, or follows from that.
_MOMENTARY = {"payload", "chain", "received_at", "id"}
_OF_THE_MOMENT = re.compile(rb"(?m)^(;; batch .*|  recorded-at: .*|  chain: .*)\n")


def _can_trace() -> bool:
    if shutil.which("strace") is None:
        return False
    probe = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=fsync", "true"]
    return subprocess.run(probe, check=False, capture_output=True).returncode == 0


pytestmark = pytest.mark.skipif(not _can_trace(), reason="needs strace and its rights")


@dataclass(frozen=True)
class Command:
    """A command, the day, and how the world is made in which it runs."""

    words: tuple[str, ...]
    today: str
    prepare: Callable[[World], None]
    codes: tuple[int, ...]
    """The exit codes of a run that is not killed, whatever was killed before it."""


def bills(world: World) -> None:
    """Two bills that are due and an invoice, and a store that has seen them."""
    world.bill("10023", "12500.00", "2026-11-03", kid="0010017")
    world.bill("10024", "1500.00", "2026-11-03")
    world.sale("5001", "25000.00", "200010050017")
    world.books("status")


def booked(world: World) -> None:
    """The bank has paid both, and a customer has paid."""
    bills(world)
    world.books("pay-due", code=0)
    world.to_bank()
    world.bank("pay-in", ACCOUNT, "--amount", "25000", "--kid", "200010050017")
    world.let_pass(days=2)


COMMANDS = {
    "pay-due": Command(("pay-due", "--yes"), "2026-11-02", bills, (0,)),
    "reconcile": Command(("reconcile",), "2026-11-04", booked, (0, 3)),
}


def traced(world: World, command: Command, call: str, injected: str) -> int:
    """Run the command with a fault injected; return its exit code, negative if killed."""
    options = ["--books", str(world.folder), "--today", command.today, "--user", "kari"]
    ran = subprocess.run(
        [
            *("strace", "-f", "-qq", "-o", "/dev/null"),
            *("-e", f"trace={call}", "-e", f"inject={call}:{injected}"),
            *(*BOOKS, *command.words, *options),
        ],
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert "Traceback" not in ran.stderr, ran.stderr
    return ran.returncode


def lists(world: World, command: Command) -> dict[str, object]:
    """Return everything that a person can ask."""
    ran = {name: world.books(name, "--json", today=command.today) for name in LISTS}
    assert {each.code for each in ran.values()} <= {0, 3}, ran
    return {name: each.data for name, each in ran.items()}


def kept(world: World) -> dict[str, object]:
    """Return what books, outbox, inbox, archive and store hold: all that lists are made of."""
    bank = world.folder / "bank"
    files = [*bank.glob("2*/*.beancount"), *bank.glob("outbox/*"), *bank.glob("inbox/*")]
    archive = Archive(world.folder)
    return {
        "files": {each.name: _OF_THE_MOMENT.sub(b"", each.read_bytes()) for each in files},
        "archive": {digest: _events(archive, digest) for digest in archive.hashes()},
        "heads": max((head.number for head in archived_heads(archive)), default=0),
        "store": _rows(world.folder / ".books" / "store.sqlite"),
    }


def _events(archive: Archive, digest: str) -> list[object]:
    """Return a file's events; what was done twice before and after a kill is told twice."""
    told = [
        {key: value for key, value in event.items() if key not in {"at", "receipt"}}
        for event in archive.events(digest)
        if event["event"] != "heads"
    ]
    return [each for n, each in enumerate(told) if each not in told[:n]]


def _rows(path: Path) -> dict[str, object]:
    found: dict[str, object] = {}
    with contextlib.closing(sqlite3.connect(path)) as store:
        names = [
            row[0]
            for row in store.execute("SELECT name FROM sqlite_schema WHERE type='table'")
        ]
        store.row_factory = sqlite3.Row
        for name in names:
            rows = [dict(row) for row in store.execute(f"SELECT * FROM {name}")]
            for row in rows:
                for column in _MOMENTARY & row.keys():
                    row[column] = _OF_THE_MOMENT.sub(b"", _plain(row[column]))
                    if column != "payload":
                        row[column] = None
            found[name] = sorted(rows, key=str)
    return found


def _plain(value: object) -> bytes:
    return zlib.decompress(value) if isinstance(value, bytes) else str(value).encode()


@pytest.fixture(scope="session", params=COMMANDS)
def stage(request, founded, tmp_path_factory):
    """A command, the world before it, and what is told after a run that nobody killed."""
    command = COMMANDS[request.param]
    folder = tmp_path_factory.mktemp(request.param)
    before = folder / "before"
    shutil.copytree(founded, before)
    command.prepare(World(before, today=command.today))
    after = _copy(before, folder / "after")
    ran = after.books(*command.words, today=command.today)
    assert ran.code in command.codes, ran
    return command, before, kept(after), lists(after, command)


def _copy(before: Path, target: Path) -> World:
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(before, target)
    return World(target)


def _again(world: World, command: Command, where: str) -> None:
    ran = world.books(*command.words, today=command.today)
    assert ran.code in command.codes, (where, ran)


@pytest.mark.parametrize(("call", "step"), CALLS.items(), ids=CALLS)
def test_killed_anywhere_the_next_run_ends_where_one_run_does(stage, tmp_path, call, step):
    command, before, expected, answers = stage

    for number in count(1, step):
        world = _copy(before, tmp_path / "world")
        code = traced(world, command, call, f"signal=SIGKILL:when={number}")
        if code >= 0 and code != 137:
            break
        _again(world, command, f"{call} {number}")
        assert kept(world) == expected, f"{call} {number}"

    assert number > 1, f"{call} is never called: the test proves nothing"
    assert code in command.codes
    assert kept(world) == expected
    assert lists(world, command) == answers


@pytest.mark.parametrize(("fault", "step"), ERRORS.items(), ids=["broken", "full"])
def test_a_disk_that_refuses_is_told_and_the_next_run_ends_it(stage, tmp_path, fault, step):
    """Full or broken from the Nth call on: one sentence, no traceback, nothing lost."""
    command, before, expected, _ = stage
    call, error = fault

    for number in count(1, 1 if IS_WHOLE else step):
        world = _copy(before, tmp_path / "world")
        code = traced(world, command, call, f"error={error}:when={number}+")
        if code in command.codes and number > 1:
            break
        assert code == 1, (call, error, number, code)
        _again(world, command, f"{call} {error} {number}")
        assert kept(world) == expected, f"{call} {error} {number}"

    assert number > 1
