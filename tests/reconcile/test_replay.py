"""Which run learned what: files by run, and a plan made once more."""

from __future__ import annotations

from datetime import date

import pytest
from bank_stories import (
    ACCOUNT,
    World,
    camt053,
    company,
    detail,
    entry,
    file_hash,
    invoice,
    ocr,
)

from reconcile.bank_transactions import reports_of
from reconcile.replay import is_as_it_was, plan_again, runs_of, tellers, valid

KF17 = invoice("kf-17", "1250.00", "17")
LUMP = entry(detail("1250.00", kid="17"), reference="L1")


@pytest.mark.parametrize(
    ("left", "counts"),
    [
        ([], ()),
        ([4], (4,)),
        ([3, 5], (3, 5)),
        ([3, 3], (3,)),
        ([4, 3], (3,)),
        ([2, 5, 7, 3], (2, 3)),
        ([2, 5, 7, 3, 5], (2, 3, 5)),
    ],
)
def test_a_number_is_void_once_the_numbers_began_again_below_it(left, counts):
    assert valid(left) == counts


@pytest.mark.parametrize(
    ("arrived", "numbered", "silent"),
    [
        ({}, {}, ""),
        ({"a": [], "b": []}, {0: "ab"}, ""),
        ({"a": [0], "b": []}, {0: "ab"}, ""),
        ({"a": [1], "b": [1]}, {1: "ab"}, ""),
        ({"c": [], "a": [2], "b": [1, 3]}, {1: "b", 2: "a", 3: "b"}, "c"),
        ({"c": [0], "a": [0, 1], "d": []}, {0: "ca", 1: "a"}, "d"),
    ],
    ids=["nothing", "before", "stopped midway", "together", "in their order", "after"],
)
def test_files_are_sorted_by_the_runs_in_which_they_told_something(
    arrived, numbered, silent
):
    found = runs_of(arrived.items())

    assert found.numbered == tuple((n, tuple(files)) for n, files in numbered.items())
    assert found.silent == tuple(silent)


def again(world: World, *files, replayed=()):
    reports = [report for told in files for report in reports_of(told, file_hash(told))]
    return plan_again(reports, world.known(), dict(replayed))


def test_what_the_books_have_is_told_again_and_not_planned():
    world, file = World(KF17), ocr(LUMP)
    first = world.reconcile(file)
    world.lose_store()

    found = again(world, file)

    assert is_as_it_was(found, [file_hash(file)])
    assert found.told_movements == first.told_movements
    assert set(found.recorded) == {first.vouchers[0].key}


def test_what_the_books_lack_is_planned_so_that_the_replay_ends():
    world, file = World(KF17), ocr(LUMP)
    world.reconcile(file)
    world.lose_store()
    world.vouchers = []

    found = again(world, file)

    assert len(found.vouchers) == 1
    assert not is_as_it_was(found, [file_hash(file)])


def test_a_file_that_tells_nothing_any_more_is_not_as_it_was():
    """A statement with no day before it is held: the replay must not go on without it."""
    world = World(KF17)
    file = camt053("2000.00", day=date(2026, 11, 20))

    found = again(world, file)

    assert found.held
    assert found.vouchers == ()
    assert not is_as_it_was(found, [file_hash(file)])


def test_a_locked_period_is_told_again_as_it_was_before_the_lock():
    world, file = World(KF17), camt053("1000.00", LUMP)
    world.reconcile(file)
    world.lose_store()
    world.settings["company"] = company(locked_until=date(2026, 11, 30))

    world.rebuild()

    assert (ACCOUNT, date(2026, 11, 20)) in world.days


def test_a_line_that_its_details_explained_is_explained_again_at_its_time():
    """Parked whole by its statement, taken to clearing when OCR giro told it."""
    world = World(KF17, invoice("kf-18", "50.00", "18"))
    statement = camt053("1000.00", entry(amount="1300.00", reference="X"))
    details = ocr(entry(detail("1250.00", kid="17"), detail("50.00", kid="18")))
    world.reconcile(statement)
    explained = world.reconcile(details)
    before = world.memory()

    world.lose_store()
    world.rebuild()

    assert any(each.key.startswith("explained/") for each in explained.vouchers)
    assert world.memory() == before
    assert world.plan(statement, details).vouchers == ()


def test_only_files_of_the_run_bear_its_number():
    world, file = World(KF17), ocr(LUMP)
    found = world.plan(file)

    assert tellers(found, [file_hash(file), "other"]) == (file_hash(file),)
    assert tellers(found, ["other"]) == ()
