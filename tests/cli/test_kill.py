"""The real `books`, killed at every call that touches the disk, then run again.

Calls are counted by name and process, and the kill falls on the entry of the Nth. So for
each name N goes up until the command survives. After each kill the command is run again, and
everything that a person can ask is the same as after a run that nobody killed.

There are a few hundred `pwrite64`, most of them inside commits of SQLite, and dozens of syncs.
They are too many for as many starts of Python under strace, so one process imports the
program and forks for each of them, and the kernel asks before each call
(`forked_books.py`). Each rename is a `books` of its own, killed by strace, and in
`make torture` every call is one too.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest
from kept_state import difference, kept, lists
from world import ACCOUNT, World, copied

IS_WHOLE = os.environ.get("TORTURE") == "full"
RENAMES = "?rename,?renameat,renameat2"
FORKED = ("fsync", "fdatasync", "pwrite64")
LAUNCHED = (RENAMES, *FORKED) if IS_WHOLE else (RENAMES,)
BROKEN = ("fsync", "EIO", 1 if IS_WHOLE else 5)
FULL = ("pwrite64", "ENOSPC", 1 if IS_WHOLE else 8)
BOOKS = [sys.executable, "-m", "cli.app"]
FORKING = [sys.executable, str(Path(__file__).with_name("forked_books.py"))]


def _can_trace() -> bool:
    if shutil.which("strace") is None:
        return False
    probe = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=fsync", "true"]
    return subprocess.run(probe, check=False, capture_output=True).returncode == 0


def _can_ask() -> bool:
    """Return whether the kernel asks us before a call, and libseccomp is there to tell it."""
    asking = (
        "import pyseccomp as kernel; calls = kernel.SyscallFilter(kernel.ALLOW);"
        "calls.add_rule(kernel.NOTIFY, 'fsync'); calls.load()"
    )
    probe = [sys.executable, "-c", asking]
    return subprocess.run(probe, check=False, capture_output=True).returncode == 0


traces = pytest.mark.skipif(not _can_trace(), reason="needs strace and its rights")
asks = pytest.mark.skipif(not _can_ask(), reason="needs Linux 5.5 and libseccomp 2.5")


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


def options(world: World, command: Command) -> list[str]:
    return ["--books", str(world.folder), "--today", command.today, "--user", "kari"]


def traced(world: World, command: Command, call: str, number: int) -> int:
    """Run the command, killed at its Nth call; return its exit code, negative if killed."""
    trace = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={call}"]
    kill = ["-e", f"inject={call}:signal=SIGKILL:when={number}"]
    ran = subprocess.run(
        [*trace, *kill, *BOOKS, *command.words, *options(world, command)],
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert "Traceback" not in ran.stderr, ran.stderr
    return ran.returncode


class Forking:
    """The program with the imports done, forked for each run."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def run(self, world: World, command: Command, number: int) -> int:
        """Run the command with its call of this number as the one that is hit."""
        words = [str(number), *command.words, *options(world, command)]
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write("\t".join(words) + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())


@contextmanager
def forking(stage, call: str, happens: str, folder: Path) -> Iterator[Forking]:
    """Have the program forked for each run, and this happen at the call that is hit."""
    command, before, _, _ = stage
    log = folder / "log"
    with (
        log.open("w+", encoding="utf-8") as errors,
        subprocess.Popen(
            [*FORKING, call, happens],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        ) as process,
    ):
        program = Forking(process)
        code = program.run(copied(before, folder / "imports"), command, 0)
        assert code in command.codes
        yield program
        process.communicate(timeout=60)
        assert "Traceback" not in log.read_text("utf-8")


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


Run = Callable[[World, int], int]
"""Run the command in a world with its Nth call hit; return its exit code."""


def killed_everywhere(stage, folder: Path, run: Run, call: str) -> int:
    """Kill the command at its first call, its second, and so on; return how many."""
    command, before, expected, answers = stage

    for number in count(1):
        world = copied(before, folder / "world")
        code = run(world, number)
        if code >= 0 and code != 137:
            break
        _again(world, command, f"{call} {number}")
        assert difference(expected, kept(world)) == [], f"{call} {number}"

    assert number > 1, f"{call} is never called: the test proves nothing"
    assert code in command.codes
    assert difference(expected, kept(world)) == []
    assert lists(world, command.today) == answers
    return number - 1


def told(stage, times: int, call: str) -> None:
    """Say how much was tried: shown by `pytest -rP`."""
    sys.stdout.write(f"{stage[0].words[0]}: killed at each of {times} {call}\n")


@traces
@pytest.mark.parametrize("call", LAUNCHED)
def test_killed_anywhere_the_next_run_ends_where_one_run_does(stage, tmp_path, call):
    def run(world: World, number: int) -> int:
        return traced(world, stage[0], call, number)

    times = killed_everywhere(stage, tmp_path, run, call)

    told(stage, times, call)


@asks
@pytest.mark.parametrize(("call", "least"), list(zip(FORKED, (10, 10, 50), strict=True)))
def test_killed_at_every_call_the_next_run_ends_where_one_run_does(
    stage, tmp_path, call, least
):
    with forking(stage, call, "KILL", tmp_path) as program:
        times = killed_everywhere(
            stage, tmp_path, lambda world, n: program.run(world, stage[0], n), call
        )

    told(stage, times, call)
    assert times > least


def refused_everywhere(stage, folder: Path, run: Run, fault: tuple[str, str, int]) -> None:
    """Have the disk refuse from a call on: one sentence, no traceback, nothing lost."""
    command, before, expected, _ = stage
    call, error, step = fault

    for number in count(1, step):
        world = copied(before, folder / "world")
        code = run(world, number)
        if code in command.codes and number > 1:
            break
        assert code == 1, (call, error, number, code)
        _again(world, command, f"{call} {error} {number}")
        after = kept(world, failed_attempts=False)
        assert difference(expected, after) == [], f"{call} {error} {number}"

    assert number > 1


@asks
@pytest.mark.parametrize("fault", [BROKEN, FULL], ids=["broken", "full"])
def test_a_disk_that_refuses_is_told_and_the_next_run_ends_it(stage, tmp_path, fault):
    call, error, _ = fault
    with forking(stage, call, error, tmp_path) as program:
        refused_everywhere(
            stage, tmp_path, lambda world, n: program.run(world, stage[0], n), fault
        )
