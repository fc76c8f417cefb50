"""Which of some amounts make a sum: bounded, and honest about not having finished.

Depth first over amounts sorted largest first; a branch is cut where the largest amounts
that are left cannot reach the rest (prefix sums). It stops at the *second* solution: one
is all that is asked for, two are a tie. Two equal invoices give two solutions.

    sizes 300, 200, 100, 450; wanted 600:  450+… no, 300+200+100 yes, no other → one
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from math import comb, gcd

ITEMS_MAX = 40
SIZE_MAX = 5
NODES_MAX = 200_000
#: A combination that chance alone would give more often than this is none.
CHANCE_MAX = 0.05
#: Payments are rarely rounder than to whole kroner, whatever the invoices are.
ROUND_MAX = 100


class Exhausted:
    """The search was cut off: unknown is not unique."""


def solutions(sizes: Sequence[int], wanted: int) -> list[tuple[int, ...]] | Exhausted:
    """Return up to two sets of places whose sizes make `wanted`.

    Sizes are positive minor units. All of them together count as a combination however
    many they are; else at most `SIZE_MAX` are taken.

    >>> solutions([100, 200, 300, 450], 600)
    [(0, 1, 2)]
    >>> solutions([100, 200, 300, 300], 600)
    [(2, 3), (0, 1, 2)]
    >>> solutions([100, 200], 250)
    []
    """
    assert all(size > 0 for size in sizes)
    if len(sizes) > ITEMS_MAX:
        return Exhausted()
    search = _Search(sizes, wanted)
    search.run()
    if search.nodes > NODES_MAX and len(search.found) < 2:
        return Exhausted()
    found = search.found
    everything = tuple(range(len(sizes)))
    if len(sizes) > SIZE_MAX and sum(sizes) == wanted:
        found = [everything, *found][:2]
    return found


class _Search:
    def __init__(self, sizes: Sequence[int], wanted: int) -> None:
        self._wanted = wanted
        self._order = sorted(range(len(sizes)), key=lambda place: (-sizes[place], place))
        self._sizes = [sizes[place] for place in self._order]
        self._sums = [0, *accumulate(self._sizes)]
        self.found: list[tuple[int, ...]] = []
        self.nodes = 0

    def run(self) -> None:
        self._step(0, self._wanted, ())

    def _step(self, start: int, rest: int, taken: tuple[int, ...]) -> None:
        if rest == 0:
            self.found.append(tuple(sorted(self._order[place] for place in taken)))
            return
        free = SIZE_MAX - len(taken)
        for place in range(start, len(self._sizes) if free else start):
            self.nodes += 1
            if len(self.found) > 1 or self.nodes > NODES_MAX:
                return
            last = min(place + free, len(self._sizes))
            if self._sums[last] - self._sums[place] < rest:
                return  # the largest that are left cannot reach it
            if self._sizes[place] <= rest:
                self._step(place + 1, rest - self._sizes[place], (*taken, place))


def would_be_chance(sizes: Sequence[int], taken: int) -> bool:
    """Return whether a sum of so many of the sizes may fit a payment by accident.

    The number of combinations of up to that many, over the number of different amounts
    that a payment up to the largest of them could have: in øre, or in whole kroner where
    all sizes are. Paying everything is what people do, so that is no accident.

    >>> would_be_chance([100_00, 200_00, 300_00, 450_00], 3)
    False
    >>> would_be_chance([1000_00 + 100_00 * n for n in range(24)], 4)
    True
    >>> would_be_chance([1000_37 + 100_19 * n for n in range(24)], 4)
    False
    """
    if taken == len(sizes):
        return False
    combinations = sum(comb(len(sizes), size) for size in range(2, taken + 1))
    largest = sum(sorted(sizes)[-taken:])
    amounts = max(1, largest // min(gcd(*sizes), ROUND_MAX))
    return combinations / amounts > CHANCE_MAX
