"""One sum on the statement for many payments of ours, as banks name it: or hardly name it."""

from __future__ import annotations

import pytest
from day_statements import debit, lump, stated, take_in
from world import World

LATER = "2026-11-12"
#: Each day of payment with its bills.
DAYS = {"2026-11-05": ("1000.00", "2000.00"), "2026-11-09": ("3000.00", "4500.00")}


def states(world: World) -> dict[str, str]:
    return {each["amount"]: each["state"] for each in world.json("payments")}


def message_of(world: World) -> str:
    (found,) = {each["message_id"] for each in world.json("payments")}
    return found


def is_proved(world: World) -> bool:
    return world.json("verify")["ok"]


@pytest.fixture
def two_days(world: World) -> World:
    """One message with payments of two days."""
    numbers = iter(range(10023, 10030))
    for day, amounts in DAYS.items():
        for amount in amounts:
            world.bill(str(next(numbers)), amount, day)
    world.books("pay-due", code=0)
    world.today = LATER
    return world


def day_of(world: World, day: str, opening: str, closing: str, amount: str) -> bytes:
    batch = f"<MsgId>{message_of(world)}</MsgId><NbOfTxs>2</NbOfTxs>"
    line = lump(amount, day, f"R{day}", batch)
    return stated(opening, closing, line, day=day)


def test_sums_that_name_the_message_alone_are_those_of_their_days(two_days: World):
    world, two_days.today = two_days, "2026-11-09"
    first = day_of(world, "2026-11-05", "250000.00", "247000.00", "3000.00")
    second = day_of(world, "2026-11-09", "247000.00", "239500.00", "7500.00")

    take_in(world, 0, first=first)

    assert [states(world)[each] for each in DAYS["2026-11-09"]] == ["transmitted"] * 2
    take_in(world, 0, second=second)
    assert set(states(world).values()) == {"booked"}
    assert is_proved(world)


def test_a_sum_that_fits_nothing_says_nothing_of_the_payments_of_other_days(
    two_days: World,
):
    world = two_days
    first = day_of(world, "2026-11-05", "250000.00", "247000.50", "2999.50")

    take_in(world, first=first)

    found = states(world)
    assert [found[each] for each in DAYS["2026-11-05"]] == ["booked-otherwise"] * 2
    assert [found[each] for each in DAYS["2026-11-09"]] == ["transmitted"] * 2
    later = {p["open_item"]: p["state"] for p in world.json("payables")}
    assert sorted(later.values()) == ["held", "held", "in-flight", "in-flight"]
    take_in(world, second=day_of(world, "2026-11-09", "247000.50", "239500.50", "7500.00"))
    found = states(world)
    assert [found[each] for each in DAYS["2026-11-09"]] == ["booked"] * 2


def test_what_a_statement_has_shown_alone_is_in_no_later_sum(two_days: World):
    world, two_days.today = two_days, "2026-11-06"
    alone, other = (
        next(p["end_to_end_id"] for p in world.json("payments") if p["amount"] == amount)
        for amount in DAYS["2026-11-05"]
    )
    line = debit("1000.00", "2026-11-05", "R1", alone)
    take_in(world, 0, first=stated("250000.00", "249000.00", line, day="2026-11-05"))
    batch = f"<MsgId>{message_of(world)}</MsgId><NbOfTxs>1</NbOfTxs>"
    rest = lump("2000.00", "2026-11-06", "R2", batch)
    take_in(world, 0, second=stated("249000.00", "247000.00", rest, day="2026-11-06"))

    booked = {p["end_to_end_id"]: p["booked"] for p in world.json("payments")}
    assert (booked[alone], booked[other]) == ("2026-11-05", "2026-11-06")
