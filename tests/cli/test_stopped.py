"""Each command stopped at each of its effects, run again, and compared with one whole run.

An effect is a sync, a move into place, or a commit of the store: between two of them there
is only memory. `test_kill.py` does the same from outside to the two commands that move
money, with a real kill; here every command that writes is stopped, in this process.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest
from kept_state import kept, lists
from sqlalchemy.engine.default import DefaultDialect
from world import World, copied

from ledger.payments import PaymentState
from ledger.store import Store

TODAY = "2026-11-02"


@dataclass(frozen=True)
class Case:
    """A command, and the world in which it has something to do."""

    words: tuple[str, ...]
    prepare: Callable[[World], None]
    codes: tuple[int, ...] = (0, 3)
    """Of the run after the stopped one: it may find that there is nothing left to do."""
    is_same_text: bool = True
    """Whether the books end with the same text; a decision taken twice stands there twice."""


def bills(world: World) -> None:
    world.bill("10023", "12500.00", "2026-11-05", kid="0010017")
    world.bill("10024", "1500.00", "2026-11-06", flag="!")
    world.sale("5001", "25000.00", "200010050017")
    world.books("status")


def held(world: World) -> None:
    bills(world)
    world.books("hold", "lf-L10001-10023", "--reason", "feil varer", code=0)


def unknown(world: World) -> None:
    """The reply to the delivery was lost, and so was the file."""
    bills(world)
    world.books("pay-due", code=3)
    (sent,) = (world.folder / "bank" / "outbox").glob("*.xml")
    sent.unlink()
    store = Store.open(world.folder / ".books" / "store.sqlite")
    with store.transaction() as transaction:
        (record,) = transaction.remittances()
        message_id = record.remittance.message_id
        transaction.set_remittance_state(message_id, PaymentState.UNKNOWN)
    store.close()


def told_by_the_bank(world: World) -> None:
    bills(world)
    world.books("pay-due", code=3)
    world.to_bank()
    world.let_pass(days=4)
    world.books("reconcile", today="2026-11-06")


def without_store(world: World) -> None:
    told_by_the_bank(world)
    Store.remove(world.folder / ".books" / "store.sqlite")


CASES = {
    "hold": Case(
        ("hold", "lf-L10001-10023", "--reason", "feil varer"), bills, (0, 1), False
    ),
    "release": Case(("release", "lf-L10001-10023"), held, (0, 1), False),
    "post": Case(("post", "lf-L10001-10024"), bills, (0, 1), False),
    "send": Case(("send",), unknown),
    "rebuild": Case(("rebuild",), told_by_the_bank),
    "a store that is missing": Case(("status",), without_store),
}


class Stopped(BaseException):
    """Not an Exception, so that nothing tidies up or tells."""


class Effects:
    """Counts effects, and stops at one of them."""

    def __init__(self, stop_at: int | None) -> None:
        self.count = 0
        self._stop_at = stop_at

    def tick(self) -> None:
        self.count += 1
        if self.count == self._stop_at:
            raise Stopped

    @contextmanager
    def counted(self, monkeypatch):
        with monkeypatch.context() as patch:
            for owner, name in (
                (os, "fsync"),
                (os, "replace"),
                (DefaultDialect, "do_commit"),
            ):
                patch.setattr(owner, name, self._before(getattr(owner, name)))
            yield

    def _before(self, real):
        def effect(*args, **more):
            self.tick()
            return real(*args, **more)

        return effect


@pytest.fixture(scope="module", params=CASES)
def stage(request, founded, tmp_path_factory):
    """A case, the world before it, and what is kept and told after one whole run."""
    case = CASES[request.param]
    folder: Path = tmp_path_factory.mktemp("stage")
    before = copied(founded, folder / "before")
    case.prepare(before)
    after = copied(folder / "before", folder / "after")
    after.books(*case.words)
    return case, folder / "before", _seen(case, after)


def _seen(case: Case, world: World) -> object:
    told = lists(world, TODAY)
    return (told, kept(world)) if case.is_same_text else told


def test_stopped_anywhere_the_next_run_ends_where_one_run_does(
    stage, tmp_path, monkeypatch
):
    case, before, expected = stage

    for number in count(1):
        world = copied(before, tmp_path / "world")
        effects = Effects(number)
        try:
            with effects.counted(monkeypatch):
                world.books(*case.words)
            break
        except Stopped:
            pass
        ran = world.books(*case.words)
        assert ran.code in case.codes, (number, ran)
        assert _seen(case, world) == expected, number

    assert number > 3, "the command has no effect: the test proves nothing"
    assert _seen(case, world) == expected
