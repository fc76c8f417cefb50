"""Two and four people press enter at once: one works, the others wait or are told who does."""

from __future__ import annotations

import subprocess
import sys

import pytest
from kept_state import kept, lists
from world import ACCOUNT, World, copied

BOOKS = [sys.executable, "-m", "cli.app"]


def at_once(world: World, today: str, *commands: tuple[str, ...]) -> list[tuple[int, str]]:
    """Run real commands at the same time; return exit code and what was said to whom."""
    options = ["--books", str(world.folder), "--today", today, "--user", "kari"]
    running = [
        subprocess.Popen(
            [*BOOKS, *words, *options],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for words in commands
    ]
    ended = [each.communicate(timeout=120)[1] for each in running]
    return [(each.returncode, err) for each, err in zip(running, ended, strict=True)]


def bills(world: World) -> None:
    world.bill("10023", "12500.00", "2026-11-03", kid="0010017")
    world.bill("10024", "1500.00", "2026-11-03")
    world.sale("5001", "25000.00", "200010050017")
    world.books("status")


def booked(world: World) -> None:
    bills(world)
    world.books("pay-due", code=0)
    world.to_bank()
    world.bank("pay-in", ACCOUNT, "--amount", "25000", "--kid", "200010050017")
    world.let_pass(days=2)


STAGES = [
    (("pay-due", "--yes"), bills, "2026-11-02"),
    (("reconcile",), booked, "2026-11-04"),
]


@pytest.mark.parametrize("processes", [2, 4])
@pytest.mark.parametrize(
    ("words", "prepare", "today"), STAGES, ids=["pay-due", "reconcile"]
)
def test_what_is_done_at_once_is_done_once(
    founded, tmp_path, words, prepare, today, processes
):
    before = copied(founded, tmp_path / "before")
    prepare(before)
    alone = copied(tmp_path / "before", tmp_path / "alone")
    alone.books(*words, today=today, code=0)
    world = copied(tmp_path / "before", tmp_path / "world")

    ended = at_once(world, today, *[words] * processes)

    codes = [code for code, _ in ended]
    assert 0 in codes
    assert set(codes) <= {0, 1}
    assert all("the books are in use by process" in err for code, err in ended if code == 1)
    assert kept(world) == kept(alone)
    assert lists(world, today) == lists(alone, today)


def test_different_commands_at_once_leave_what_they_leave_one_after_the_other(
    founded, tmp_path
):
    before = copied(founded, tmp_path / "before")
    booked(before)
    before.bill("10025", "99.00", "2026-11-05")
    alone = copied(tmp_path / "before", tmp_path / "alone")
    for words in (("reconcile",), ("pay-due", "--yes"), ("reconcile",)):
        alone.books(*words, today="2026-11-04", code=0)
    world = copied(tmp_path / "before", tmp_path / "world")

    at_once(world, "2026-11-04", ("reconcile",), ("pay-due", "--yes"), ("status",))
    for words in (("reconcile",), ("pay-due", "--yes")):
        world.books(*words, today="2026-11-04", code=0)

    told, expected = lists(world, "2026-11-04"), lists(alone, "2026-11-04")
    assert told == expected
    assert kept(world)["files"].keys() == kept(alone)["files"].keys()
