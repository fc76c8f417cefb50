"""Statements that come after a later day is proved: taken together, or held with what is true."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest
from bank_stories import ACCOUNT, BANK, IN, World, camt053, company, entry, file_hash, nok
from hypothesis import example, given, settings
from hypothesis import strategies as st

from reconcile.evidence import credit_key

START = date(2026, 11, 2)


def day(number):
    return START + timedelta(days=number)


def statement(opening, *moves, first=0, sequence=None):
    """A statement from day `first`; each of `moves` is what one day moves, 0 nothing."""
    entries = [
        entry(amount=f"{moved}.00", day=day(first + n), reference=f"D{first + n}")
        for n, moved in enumerate(moves)
        if moved
    ]
    last = day(first + len(moves) - 1)
    return camt053(f"{opening}.00", *entries, day=day(first), to=last, sequence=sequence)


def held(plan):
    return [each.reason for each in plan.held]


def posted(world):
    return {
        (voucher.key, voucher.transaction.date, posting.units)
        for voucher in world.vouchers
        for posting in voucher.transaction.postings
        if posting.account == BANK
    }


UP, DOWN = statement(1000, 20), statement(1020, -20, first=1)
LATER = statement(1000, 5, first=4)


@pytest.mark.parametrize(
    "late",
    [
        [[UP, DOWN]],
        [[DOWN, UP]],
        [[UP], [UP, DOWN]],
        [[DOWN], [UP, DOWN]],
        [[statement(1000, 20, -20)]],
        [[statement(1000, 20, -20, 0, 0, 5, 7)]],
        [[statement(1000, 20, -20), UP, DOWN]],
        [[UP], [statement(1020, 0, first=1), UP, statement(1020, -20, first=2)]],
    ],
)
def test_late_days_that_take_each_other_back_are_taken_together(late):
    world = World()
    world.reconcile(LATER)

    for files in late:
        plan = world.reconcile(*files)

    assert held(plan) == []
    assert {units for _, _, units in posted(world)} >= {nok("20.00"), nok("-20.00")}
    world.lose_store()
    assert world.plan(LATER, *(file for files in late for file in files)).vouchers == ()


def test_what_leads_to_the_proved_day_does_not_wait_for_what_does_not():
    world = World()
    world.reconcile(LATER)

    plan = world.reconcile(UP, DOWN, statement(1000, 30, first=2))

    assert posted(world) == {
        (f"statement/{ACCOUNT}/{day(4)}/D4", day(4), nok("5.00")),
        (f"statement/{ACCOUNT}/{day(0)}/D0", day(0), nok("20.00")),
        (f"statement/{ACCOUNT}/{day(1)}/D1", day(1), nok("-20.00")),
    }
    assert held(plan) == [
        (
            "Statement closes 2026-11-04 with 1030.00 NOK, but 2026-11-06 is proved already and"
            " opens with 1000.00 NOK: a statement between them is missing"
        )
    ]


def test_every_file_of_a_chain_that_does_not_meet_is_held_with_its_end():
    world = World()
    world.reconcile(LATER)

    plan = world.reconcile(UP, statement(1020, -5, first=1))

    assert plan.vouchers == ()
    assert held(plan) == 2 * [
        (
            "Statement closes 2026-11-03 with 1015.00 NOK, but 2026-11-06 is proved already and"
            " opens with 1000.00 NOK: a statement between them is missing"
        )
    ]


def test_a_late_day_that_does_not_follow_is_held_for_the_one_before_it():
    world = World()
    world.reconcile(LATER)

    assert held(world.reconcile(DOWN)) == [
        (
            "Statement from 2026-11-03 opens with 1020.00 NOK, the books say 1000.00 NOK: an"
            " earlier statement is missing"
        )
    ]


def test_a_number_missing_between_late_statements_holds_what_comes_after_it():
    world = World()
    world.reconcile(LATER)

    plan = world.reconcile(
        statement(1000, 20, sequence="7"), statement(1020, -20, first=1, sequence="9")
    )

    assert plan.vouchers == ()
    assert held(plan) == 2 * [
        "Statement no. 9 from 2026-11-03 comes after no. 7: 8 missing"
    ]


def test_late_days_in_a_locked_period_are_held_until_it_is_unlocked():
    world = World()
    world.reconcile(LATER)
    world.settings["company"] = company(locked_until=day(0))

    locked = world.reconcile(UP, DOWN)
    world.settings["company"] = company()
    unlocked = world.reconcile(UP, DOWN)

    assert held(locked) == 2 * ["Dated in a locked period (to 2026-11-02); unlock, or wait"]
    assert locked.vouchers == ()
    assert held(unlocked) == []


def test_two_late_parts_of_one_day_are_taken_in_the_order_of_their_balances():
    world = World()
    world.reconcile(LATER)

    plan = world.reconcile(statement(1020, -20), statement(1000, 20))

    assert held(plan) == []
    assert world.balance(BANK, day(1)) == nok("1000.00")


def test_statements_of_an_accepted_gap_that_come_after_all_take_its_place():
    world = World(accepted_gaps={(ACCOUNT, day(4))})
    later = statement(1030, 5, first=4)
    gap = world.reconcile(later)

    partly = world.reconcile(statement(1000, 20))
    whole = world.reconcile(statement(1000, 20), statement(1020, 10, first=1))

    assert [voucher.parked for voucher in gap.vouchers] == [True, True]
    assert partly.vouchers == ()
    assert held(whole) == []
    assert world.balance(BANK, day(2)) == nok("1030.00")
    assert world.balance(BANK) == nok("1035.00")
    assert -world.balance(IN) == nok("35.00")
    assert f"{credit_key(gap.vouchers[0].key)}" not in {
        item.key for item in world.items.items if item.residual
    }
    world.lose_store()
    assert world.plan(later, statement(1000, 20, 10)).vouchers == ()


def test_an_accepted_gap_before_a_late_day_must_lead_to_the_proved_day_too():
    world = World(accepted_gaps={(ACCOUNT, day(1))})
    world.reconcile(LATER)

    plan = world.reconcile(statement(1020, 0, first=1))
    whole = world.reconcile(statement(1020, -20, first=1))

    assert plan.vouchers == ()
    assert len(held(plan)) == 1
    assert held(whole) == []
    assert world.balance(BANK, day(2)) == nok("1000.00")


@st.composite
def histories(draw):
    """Days that move little, so that sums meet by chance; cut into statements and runs."""
    moves = draw(st.lists(st.sampled_from([-20, -10, 0, 10, 20]), min_size=2, max_size=9))
    lengths = draw(st.lists(st.integers(1, 3), min_size=len(moves), max_size=len(moves)))
    return moves, lengths, draw(st.randoms(use_true_random=False))


def statements(moves, lengths):
    opening, first, found = 1000, 0, []
    for length in lengths:
        part = moves[first : first + length]
        if part:
            found.append(statement(opening, *part, first=first))
        opening, first = opening + sum(part), first + length
    return found


@settings(max_examples=150, deadline=None)
@given(histories())
@example(([20, -20, 5], [1, 1, 1], random.Random(1)))
def test_any_order_and_division_into_runs_ends_in_the_same_postings(drawn):
    moves, lengths, chance = drawn
    files = statements(moves, lengths)
    files += [statement(1000, *moves)] * chance.randint(0, 1)
    plainly, world = World(), World()
    plainly.reconcile(*files)
    dealt, waiting, arrived = chance.sample(files, len(files)), [], []
    while dealt:
        count = chance.randint(1, len(dealt))
        run, dealt = [*dealt[:count], *waiting], dealt[count:]
        arrived += run
        hashes = {each.sha256 for each in world.reconcile(*run).held}
        waiting = [file for file in run if file_hash(file) in hashes]

    assert waiting == []
    assert posted(world) == posted(plainly)
    world.lose_store()
    for file in arrived:
        assert world.reconcile(file).vouchers == ()
