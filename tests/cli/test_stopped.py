"""Each command stopped at each of its effects, run again, and compared with one whole run.

An effect is a sync, a move into place, or a commit of the store: between two of them there
is only memory. `test_kill.py` does the same from outside to the two commands that move
money, with a real kill; here every command that writes is stopped, in this process.

The same effects are refused too, from each of them on, by a disk that is full or broken: a
person reads a sentence, and the next run ends where one run does.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest
from kept_state import difference, facts, kept, lists
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.exc import OperationalError
from world import ACCOUNT, Ran, World, copied

from ledger.payments import PaymentState
from ledger.store import Store

TODAY = "2026-11-04"
REF = "REF"
"""Stands for the one thing that waits for a person."""
OPENING = "OPENING"
"""Stands for the table of the old system."""


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


def told_and_not_read(world: World) -> None:
    bills(world)
    world.books("pay-due", code=3)
    world.to_bank()
    world.bank("pay-in", ACCOUNT, "--amount", "25000", "--kid", "200010050017")
    world.let_pass(days=2)


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


def with_an_opening(world: World) -> None:
    """What the old system held: a bill, an invoice, and a payment that is at the bank."""
    world.books("status")
    (world.folder.parent / "opening.csv").write_text(
        "konto;beløp;part;navn;faktura;forfall;kid;bankkonto;i banken;betales\n"
        "1920;250000,00;;;;;;;;\n"
        "2050;-257500,00;;;;;;;;\n"
        "2400;-12500,00;L10001;;10023;20.11.2026;0010017;15032080119;;\n"
        "2400;-10000,00;L10002;;10024;20.11.2026;;15101234565;E-OLD-1;20.11.2026\n"
        "1500;30000,00;K20001;;5001;20.11.2026;200010050017;;;\n",
        "utf-8",
    )


def without_store(world: World) -> None:
    told_by_the_bank(world)
    Store.remove(world.folder / ".books" / "store.sqlite")


CASES = {
    "pay-due": Case(("pay-due", "--yes"), bills),
    "reconcile": Case(("reconcile",), told_and_not_read),
    "import": Case(("import", "--opening", OPENING), with_an_opening, (0, 1), False),
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
    "cancel --never-sent": Case(
        ("cancel", "lf-L10001-10023", "--never-sent"), unknown, (0, 1, 3), False
    ),
    "rebuild": Case(("rebuild",), told_by_the_bank),
    "a store that is missing": Case(("status",), without_store),
}


def run(world: World, case: Case) -> Ran:
    note = world.folder.parent / "ref"
    ref = note.read_text() if note.exists() else ""
    stands_for = {REF: ref, OPENING: str(world.folder.parent / "opening.csv")}
    words = (stands_for.get(word, word) for word in case.words)
    return world.books(*words, today=TODAY)


class Stopped(BaseException):
    """Not an Exception, so that nothing tidies up or tells."""


def stop(_owner: object) -> None:
    raise Stopped


def refuse(code: int) -> Callable[[object], None]:
    """Return what a disk does that is full (ENOSPC) or broken (EIO)."""
    error = OSError(code, os.strerror(code))

    def refused(owner: object) -> None:
        if owner is DefaultDialect:  # SQLite says it in its own words
            raise OperationalError("COMMIT", {}, error)
        raise error

    return refused


class Effects:
    """Counts effects; at one of them, or from there on, something else happens."""

    def __init__(
        self,
        number: int,
        happens: Callable[[object], None] = stop,
        *,
        is_lasting: bool = False,
    ) -> None:
        self.count = 0
        self._number = number
        self._happens = happens
        self._is_lasting = is_lasting

    @property
    def was_met(self) -> bool:
        """Whether the program came so far."""
        return self.count >= self._number

    def tick(self, owner: object) -> None:
        self.count += 1
        if self.count == self._number or (self._is_lasting and self.was_met):
            self._happens(owner)

    @contextmanager
    def counted(self, monkeypatch):
        with monkeypatch.context() as patch:
            for owner, name in (
                (os, "fsync"),
                (os, "replace"),
                (DefaultDialect, "do_commit"),
            ):
                patch.setattr(owner, name, self._before(owner, getattr(owner, name)))
            yield

    def _before(self, owner, real):
        def effect(*args, **more):
            self.tick(owner)
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


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO], ids=["full", "broken"])
def test_a_disk_that_refuses_is_told_and_the_next_run_ends_it(
    stage, tmp_path, monkeypatch, code
):
    case, before, expected, _ = stage

    for number in count(1):
        world = copied(before, tmp_path / "world")
        effects = Effects(number, refuse(code), is_lasting=True)
        with effects.counted(monkeypatch):
            refused = run(world, case)
        if not effects.was_met:
            break
        assert "fault of ours" not in refused.err, (number, refused.err)
        assert refused.code == 1 or not refused.err, (number, refused)
        ran = run(world, case)
        assert ran.code in case.codes, (number, ran)
        assert difference(expected, _but_attempts(_seen(case, world))) == [], number

    assert number > 3


def _but_attempts(seen: object) -> object:
    """Leave out that a delivery failed: the archive tells it, and one whole run has none."""
    if isinstance(seen, dict):
        seen["archive"] = {
            digest: [each for each in events if each["event"] != "not-sent"]
            for digest, events in seen["archive"].items()
        }
    return seen
