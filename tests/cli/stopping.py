"""A program stopped at every instant at which it makes something durable, in one process.

A kill falls between two system calls; what counts is which of our syncs and commits had
happened. So the program is stopped at the first, at the second, and so on until it comes
to its end, each time in a copy of the same world, and then run again.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy.engine import Connection
from world import World


class Stopped(BaseException):
    """The program ends here, as by a kill: nothing catches it."""


def stopped_at(monkeypatch: pytest.MonkeyPatch, number: int) -> list[int]:
    """Stop the program at its `number`th sync to disk, or commit of the store."""
    calls = [0]

    def counted(real):
        def call(*arguments, **more):
            calls[0] += 1
            if calls[0] == number:
                raise Stopped
            return real(*arguments, **more)

        return call

    monkeypatch.setattr("os.fsync", counted(os.fsync))
    monkeypatch.setattr(
        Connection, "_commit_impl", counted(Connection._commit_impl), raising=True
    )
    return calls


def every_stop(
    world: World,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    act: Callable[[World], None],
    before_each: Callable[[World], None] = lambda _world: None,
) -> Iterator[World]:
    """Yield copies of the world in which `act` was stopped at each instant, then done again."""
    number = 0
    while True:
        number += 1
        shutil.copytree(world.folder.parent, folder / f"stop-{number}", dirs_exist_ok=True)
        other = World(folder / f"stop-{number}", today=world.today)
        before_each(other)
        was_stopped = False
        with monkeypatch.context() as patched:
            stopped_at(patched, number)
            try:
                act(other)
            except Stopped:
                was_stopped = True
        if not was_stopped:
            assert number > 5, "it was stopped several times"
            return
        act(other)
        yield other
        shutil.rmtree(folder / f"stop-{number}")
