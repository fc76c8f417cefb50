"""What is left of transfers between own accounts, and since when."""

from __future__ import annotations

from datetime import date

import pytest
from bank_stories import TRANSFERS, nok

from reconcile.transfers import on_their_way


def day(number: int) -> date:
    return date(2026, 11, number)


@pytest.mark.parametrize(
    ("moves", "left"),
    [
        ([], []),
        ([(20, 5000), (23, -5000)], []),
        ([(20, 5000), (23, -3000)], [(20, 2000, 5)]),
        ([(20, 5000), (21, 700), (23, -5000)], [(21, 700, 4)]),
        ([(20, 5000), (21, 700), (23, -5700)], []),
        ([(20, 5000), (21, 700), (23, -5200)], [(21, 500, 4)]),
        ([(20, -5000), (23, 6000)], [(23, 1000, 2)]),
        ([(20, 5000), (26, -5000)], [(20, 5000, 5)]),
    ],
)
def test_the_oldest_counts_as_arrived_first(moves, left):
    moved = [(day(number), nok(amount)) for number, amount in moves]

    found = on_their_way(TRANSFERS, moved, day(25))

    assert [(each.date, each.amount, each.age) for each in found] == [
        (day(number), nok(amount), age) for number, amount, age in left
    ]
    counted = [amount.number for moved_on, amount in moved if moved_on <= day(25)]
    assert sum(each.amount.number for each in found) == sum(counted)


@pytest.mark.parametrize(
    ("moves", "left"),
    [
        # A sweep every night that arrives the day after: only the last is on its way.
        ([(20, 900), (21, -900), (21, 700), (22, -700), (22, 800)], [(22, 800, 3)]),
        ([(20, 900), (21, 900), (21, -900), (22, 900), (22, -900)], [(22, 900, 3)]),
        # What left and arrived on one day says nothing of what is missing since before.
        ([(20, 900), (21, 700), (21, -700), (22, 800), (22, -800)], [(20, 900, 5)]),
        (
            [(20, 50000), (21, -50000), (21, 10000), (21, 10000), (22, -10000)],
            [(21, 10000, 4)],
        ),
        ([(20, 5000), (21, 3000), (23, -3000)], [(20, 5000, 5)]),
        ([(20, 300), (20, 200), (23, -100)], [(20, 400, 5)]),
    ],
)
def test_an_equal_amount_has_arrived_though_more_leaves_on_the_day(moves, left):
    moved = [(day(number), nok(amount)) for number, amount in moves]

    found = on_their_way(TRANSFERS, moved, day(25))

    assert [(each.date, each.amount, each.age) for each in found] == [
        (day(number), nok(amount), age) for number, amount, age in left
    ]
