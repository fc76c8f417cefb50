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
from kept_state import difference, facts, kept, lists
from sqlalchemy.engine.default import DefaultDialect
from world import ACCOUNT, Ran, World, copied

from ledger.payments import PaymentState
from ledger.store import Store

TODAY = "2026-11-04"
REF = "REF"
"""Stands for the one thing that waits for a person."""


@dataclass(frozen=True)
class Case:
    """A command, and the world in which it has something to do."""

    words: tuple[str, ...]
    prepare: Callable[[World], None]
    codes: tuple[int, ...] = (0, 3)
    """Of the run after the stopped one: it may find that there is nothing left to do."""
    is_same_text: bool = True
    """Whether books and archive end with the same bytes: not where a decision may stand
    twice, or is archived with the moment at which it was taken."""


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


def sent(world: World) -> None:
    bills(world)
    world.books("pay-due", code=3)
    world.to_bank()


def told_by_the_bank(world: World) -> None:
    bills(world)
    world.books("pay-due", code=3)
    world.to_bank()
    world.let_pass(days=4)
    world.books("reconcile", today="2026-11-06")


def parked(world: World) -> None:
    """A customer has paid without a reference that we know."""
    world.sale("5001", "25000.00", "200010050017")
    world.bank("pay-in", ACCOUNT, "--amount", "800", "--text", "for november")
    world.let_pass(days=1)
    world.books("reconcile", today="2026-11-03")
    (waiting,) = world.json("unmatched", today="2026-11-03")
    (world.folder.parent / "ref").write_text(waiting["ref"])


def proved(world: World) -> None:
    """No draft, nothing on clearing, a statement to the last day."""
    world.bill("10023", "12500.00", "2026-11-03")
    world.books("pay-due", code=0)
    world.to_bank()
    world.let_pass(days=2)
    world.books("reconcile", today="2026-11-04")


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
    "match": Case(("match", REF, "kf-K20001-5001=800.00"), parked, (0, 1, 3), False),
    "book": Case(("book", REF, "Income:3000-Salgsinntekt-høy"), parked, (0, 1, 3), False),
    "undo": Case(("undo", "B2026-1"), told_by_the_bank, (0, 1, 3), False),
    "lock": Case(("lock", "2026-11-03"), proved, (0, 1, 3), False),
    "cancel": Case(("cancel", "lf-L10001-10023"), sent, (0, 1, 3), False),
    "rebuild": Case(("rebuild",), told_by_the_bank),
    "a store that is missing": Case(("status",), without_store),
}


def run(world: World, case: Case) -> Ran:
    note = world.folder.parent / "ref"
    ref = note.read_text() if note.exists() else ""
    words = (ref if word == REF else word for word in case.words)
    return world.books(*words, today=TODAY)


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
    done = run(after, case)
    assert done.code in {0, 3}, done
    return case, folder / "before", _seen(case, after), lists(after, TODAY)


def _seen(case: Case, world: World) -> object:
    if case.is_same_text:
        return kept(world)
    return facts(world), world.json("payments", today=TODAY)


def test_stopped_anywhere_the_next_run_ends_where_one_run_does(
    stage, tmp_path, monkeypatch
):
    case, before, expected, answers = stage

    for number in count(1):
        world = copied(before, tmp_path / "world")
        effects = Effects(number)
        try:
            with effects.counted(monkeypatch):
                run(world, case)
            break
        except Stopped:
            pass
        ran = run(world, case)
        assert ran.code in case.codes, (number, ran)
        assert difference(expected, _seen(case, world)) == [], number

    assert number > 3, "the command has no effect: the test proves nothing"
    assert difference(expected, _seen(case, world)) == []
    assert difference(answers, lists(world, TODAY)) == []
