"""Money that two sources tell, where a payer or a KID is missing that would decide.

OCR giro has zeros where the payer is unknown, and some banks name no payer either. KID (or
payer) and amount are equal, and more is not told. What decides then is the statement: of a
proven day it has told everything, and a day without one before it had nothing. So

    statement tells  500.00 KID 17 from A, booked on the 11th, the day is proven
    OCR giro tells   500.00 KID 17, payer unknown, of the 11th     the same money

whichever comes first: a detail file of a day that is not proven waits for its statement,
and is judged then. Of n such movements and m such moneys of a day, min(n, m) are pairs.
Which is which makes no difference: they are alike in all that is told.

What lies on neighbouring days is the same only when nothing else can be told of either any
more: a detail that no line of its own day shows, more than three bank days later.

The trap: equal KIDs and amounts recur day by day (a constant KID). What is alike on its
own day goes before what has the same payer on another one; and a line whose payer is not
told is no money of a later day, whose own statement is still to come.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence

from reconcile import lumps
from reconcile.bank_transactions import Movement
from reconcile.moneys import Money
from reconcile.progress import Progress
from reconcile.same_money import Sameness, contradicts, payers_first

Pair = tuple[Movement, Money]


def of_details(
    movements: Sequence[Movement],
    progress: Progress,
    *,
    has_line: bool,
    besides: Collection[str] = (),
) -> list[Pair]:
    """Return what movements of a detail file are, of a day that is proven.

    With `has_line` a line of the statement shows their lump: they are in no other one.
    `besides` are moneys that others of the lump are.
    """
    if not movements:
        return []
    day = (movements[0].bank_account, movements[0].booking_date)
    is_for_good = progress.is_settled_for_good(*day)
    if not is_for_good and not progress.is_told_whole(*day):
        return []

    def is_free(money: Money) -> bool:
        is_elsewhere = has_line and "statement" in money.tellers
        return money.key not in besides and not is_elsewhere

    def is_wanted(movement: Movement, money: Money) -> bool:
        if not is_free(money) or (has_line and not is_proven(money, progress)):
            return False
        is_left_over = is_for_good and not has_line
        return is_left_over or _is_same(movement, money, progress)

    def is_of_the_day(movement: Movement, money: Money) -> bool:
        return is_free(money) and _same_day(movement, money)

    return _pairs(movements, progress, is_of_the_day, is_wanted)


def of_lines(movements: Sequence[Movement], progress: Progress) -> list[Pair]:
    """Return what details of a statement are, of what a detail file told."""

    def is_wanted(movement: Movement, money: Money) -> bool:
        return _is_same(movement, money, progress) or _was_not_shown(money, progress)

    return _pairs(movements, progress, _same_day, is_wanted)


def is_waiting(
    movement: Movement, progress: Progress, besides: Collection[str] = ()
) -> bool:
    """Whether a movement of a detail file may be a money, and more will be known of it."""
    may_be = any(
        money.key not in besides and not contradicts(movement, money)
        for money in progress.memory.may_be(movement)
    )
    return may_be and not progress.is_settled_for_good(
        movement.bank_account, movement.booking_date
    )


def doubt(movement: Movement, progress: Progress) -> Money | None:
    """Return a money that a movement may be, where nobody can tell and nothing will."""
    for money in progress.memory.may_be(movement):
        if contradicts(movement, money):
            return money
        if movement.source == "statement" and is_proven(money, progress):
            return money
    return None


def others(movements: Iterable[Movement], pairs: Iterable[Pair]) -> list[Movement]:
    """Return the movements that are in no pair."""
    paired = {id(movement) for movement, _ in pairs}
    return [movement for movement in movements if id(movement) not in paired]


def is_proven(told: Movement | Money, progress: Progress) -> bool:
    """Whether statements have told all of the day that something was told of."""
    return progress.is_told_whole(told.bank_account, told.booking_date)


def _same_day(movement: Movement, money: Money) -> bool:
    return movement.booking_date == money.booking_date


def _is_same(movement: Movement, money: Money, progress: Progress) -> bool:
    return progress.memory.sameness(movement, money) is Sameness.SAME


def _was_not_shown(money: Money, progress: Progress) -> bool:
    """Whether the lines of a money's own day are all explained, and it is in none."""
    return is_proven(money, progress) and not lumps.may_stand_in_a_line(money, progress)


def _pairs(
    movements: Iterable[Movement],
    progress: Progress,
    *steps: Callable[[Movement, Money], bool],
) -> list[Pair]:
    """Pair movements with moneys that they may be, as many as there are, surest first."""
    used: set[str] = set()
    found: list[Pair] = []
    rest = payers_first(movements)
    for is_wanted in steps:
        for movement in rest:
            fitting = [
                money
                for money in progress.memory.may_be(movement)
                if money.key not in used
                and not contradicts(movement, money)
                and is_wanted(movement, money)
            ]
            if fitting:
                money = min(fitting, key=lambda each: _likeness(movement, each))
                used.add(money.key)
                found.append((movement, money))
        rest = others(rest, found)
    return found


def _likeness(movement: Movement, money: Money) -> tuple[int, bool, bool, str]:
    """Nearest first, then what the statement told, then what has the same payer."""
    return (
        abs((money.booking_date - movement.booking_date).days),
        "statement" not in money.tellers,
        money.counterparty_account != movement.counterparty_account,
        money.key,
    )
