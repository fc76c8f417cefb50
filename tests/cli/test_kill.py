"""The real `books`, killed by strace at every call that touches the disk, then run again.

`when=N` counts each call by its name and thread, and the kill falls on its entry. So for
each name N goes up until the command survives. After each kill the command is run again, and
everything that a person can ask is the same as after a run that nobody killed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count

import pytest
from kept_state import difference, kept, lists
from world import ACCOUNT, World, copied

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
BOOKS = [sys.executable, "-m", "cli.app"]


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


@pytest.fixture(scope="session", params=COMMANDS)
def stage(request, founded, tmp_path_factory):
    """A command, the world before it, and what is told after a run that nobody killed."""
    command = COMMANDS[request.param]
    folder = tmp_path_factory.mktemp(request.param)
    before = folder / "before"
    prepared = copied(founded, before)
    command.prepare(World(prepared.folder.parent, today=command.today))
    after = copied(before, folder / "after")
    ran = after.books(*command.words, today=command.today)
    assert ran.code in command.codes, ran
    return command, before, kept(after), lists(after, command.today)


def _again(world: World, command: Command, where: str) -> None:
    ran = world.books(*command.words, today=command.today)
    assert ran.code in command.codes, (where, ran)


@pytest.mark.parametrize(("call", "step"), CALLS.items(), ids=CALLS)
def test_killed_anywhere_the_next_run_ends_where_one_run_does(stage, tmp_path, call, step):
    command, before, expected, answers = stage

    for number in count(1, step):
        world = copied(before, tmp_path / "world")
        code = traced(world, command, call, f"signal=SIGKILL:when={number}")
        if code >= 0 and code != 137:
            break
        _again(world, command, f"{call} {number}")
        assert difference(expected, kept(world)) == [], f"{call} {number}"

    assert number > 1, f"{call} is never called: the test proves nothing"
    assert code in command.codes
    assert difference(expected, kept(world)) == []
    assert lists(world, command.today) == answers


@pytest.mark.parametrize(("fault", "step"), ERRORS.items(), ids=["broken", "full"])
def test_a_disk_that_refuses_is_told_and_the_next_run_ends_it(stage, tmp_path, fault, step):
    """Full or broken from the Nth call on: one sentence, no traceback, nothing lost."""
    command, before, expected, _ = stage
    call, error = fault

    for number in count(1, 1 if IS_WHOLE else step):
        world = copied(before, tmp_path / "world")
        code = traced(world, command, call, f"error={error}:when={number}+")
        if code in command.codes and number > 1:
            break
        assert code == 1, (call, error, number, code)
        _again(world, command, f"{call} {error} {number}")
        assert difference(expected, kept(world)) == [], f"{call} {error} {number}"

    assert number > 1
