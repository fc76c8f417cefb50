"""A day for which the bank sends no statement: the one after it proves that it had nothing."""

from __future__ import annotations

from datetime import date
from itertools import permutations

import pytest
from bank_stories import (
    ACCOUNT,
    CLEARING,
    OTHER_ACCOUNT,
    World,
    camt053,
    detail,
    entry,
    invoice,
    nok,
    ocr,
)

THURSDAY, FRIDAY, MONDAY = (date(2026, 11, day) for day in (19, 20, 23))
FROM_A = detail("500.00", kid="17", account=OTHER_ACCOUNT)
UNTOLD = detail("500.00", kid="17")
EARLY = ocr(entry(FROM_A, day=THURSDAY))
FIRST = camt053("1000.00", entry(FROM_A, reference="S1"), day=FRIDAY, sequence="1")
SECOND = camt053("1500.00", day=MONDAY, sequence="2")


def settled_once(world: World) -> None:
    assert world.residuals() == {}
    assert world.balance(CLEARING) == nok("0.00")


@pytest.mark.parametrize("order", list(permutations((EARLY, FIRST, SECOND))))
def test_a_receipt_told_for_the_day_before_its_line_is_settled_once_in_any_order(order):
    world = World(invoice("kf-17", "500.00", "17"))
    for told in order:
        plan = world.reconcile(told)
    world.reconcile(*order)

    settled_once(world)
    assert plan.held == () or order[-1] is not EARLY
    assert world.plan(*order).held == ()
    world.lose_store()
    world.rebuild()
    settled_once(world)


def test_it_does_not_wait_once_the_line_is_here():
    world = World(invoice("kf-17", "500.00", "17"))
    world.reconcile(FIRST)

    plan = world.reconcile(EARLY)

    assert plan.held == plan.vouchers == ()


def test_a_line_with_a_payer_is_what_was_told_for_the_day_before_without_one():
    world = World(invoice("kf-17", "500.00", "17"))
    world.reconcile(ocr(entry(UNTOLD, day=THURSDAY)))
    world.reconcile(FIRST)

    settled_once(world)


def test_a_standing_order_on_two_days_stays_two_receipts():
    files = (
        EARLY,
        ocr(entry(FROM_A, day=FRIDAY)),
        FIRST,
        camt053(
            "1500.00",
            entry(FROM_A, reference="S2", day=MONDAY),
            day=MONDAY,
            sequence="2",
        ),
    )
    for order in permutations(files):
        world = World(invoice("kf-17", "1000.00", "17"))
        for told in order:
            world.reconcile(told)
        world.reconcile(*files)

        settled_once(world)


@pytest.mark.parametrize("missing", ["money", "number"])
def test_where_a_person_has_accepted_a_gap_the_day_before_is_not_proven(missing):
    opening = "1000.00" if missing == "number" else "1300.00"
    before = camt053("1000.00", day=date(2026, 11, 18), sequence="1")
    after = camt053(
        opening,
        entry(FROM_A, reference="S1"),
        day=FRIDAY,
        sequence="3" if missing == "number" else "2",
    )
    world = World(
        invoice("kf-17", "500.00", "17"), accepted_gaps=frozenset({(ACCOUNT, FRIDAY)})
    )
    world.reconcile(before)
    world.reconcile(after)

    plan = world.reconcile(EARLY)

    assert plan.vouchers == ()
    assert "waits for the statement of the day" in plan.held[0].reason
