"""The bounded search against brute force: unique, several, none, or not finished."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from reconcile.subset_sum import ITEMS_MAX, SIZE_MAX, Exhausted, solutions


@given(st.lists(st.integers(1, 30), min_size=1, max_size=9), st.integers(1, 120))
def test_it_finds_what_brute_force_finds(sizes, wanted):
    brute = [
        places
        for count in range(1, SIZE_MAX + 1)
        for places in combinations(range(len(sizes)), count)
        if sum(sizes[place] for place in places) == wanted
    ]
    everything = tuple(range(len(sizes)))
    if len(sizes) > SIZE_MAX and sum(sizes) == wanted:
        brute.append(everything)

    found = solutions(sizes, wanted)

    assert not isinstance(found, Exhausted)
    assert len(found) == min(2, len(brute))
    assert set(found) <= set(brute)


def test_too_many_items_are_not_searched():
    assert isinstance(solutions([1] * (ITEMS_MAX + 1), 3), Exhausted)


def test_a_search_that_is_cut_off_says_so():
    sizes = [100_000_019 * 2 + 2 * n for n in range(ITEMS_MAX)]

    assert isinstance(solutions(sizes, sum(sizes[:5]) + 1), Exhausted)
