"""A biller's books and files with the truth known: nothing wrong, and hardly anything asked.

`bench.biller` draws them; `make bench` does the same with many more.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from bench import biller, biller_bank, biller_books, matching
from bench.biller_stories import KNOWN_KID, LISTED, PARKS, STORIES

#: One worker draws the biller.
pytestmark = pytest.mark.xdist_group("biller")


@pytest.fixture(scope="module")
def drawn():
    return biller.make(600, 1200, seed=7)


@pytest.fixture(scope="module")
def books(drawn, tmp_path_factory):
    folder = tmp_path_factory.mktemp("biller")
    files = biller_bank.write(folder / "files", drawn)
    place = biller_books.write(folder / "books", drawn)
    matching.reconciled(place, files)
    return place


@pytest.fixture(scope="module")
def judgement(drawn, books):
    return matching.judge(books, drawn)


def test_no_posting_is_wrong(judgement):
    assert judgement.errors == []


def test_each_kind_is_settled_or_waits_as_it_must(judgement):
    assert len(judgement.outcomes) == len(STORIES)
    for kind, counts in judgement.outcomes.items():
        allowed = {"parked"} if kind in PARKS else {"automatic"}
        if kind in LISTED:
            allowed = {"automatic", "listed"} if kind == "twice" else {"listed"}
        assert set(counts) <= allowed, kind
    twice = judgement.outcomes["twice"]
    assert twice["automatic"] == twice["listed"], (
        "the first settles, the second is asked about"
    )


def test_the_mix_is_what_the_bar_is_about(judgement, drawn):
    weights = Counter({story.__name__: weight for story, weight in STORIES})
    rare = weights.total() - weights["exact"]

    assert 0 < rare < weights.total() / 10
    assert set(judgement.outcomes) >= KNOWN_KID | PARKS | LISTED
    assert judgement.share("automatic") > 0.9
    amounts = Counter(item.ore for item in drawn.items)
    assert amounts.most_common(1)[0][1] > len(drawn.items) / 25, "equal amounts everywhere"


@pytest.mark.parametrize(
    ("kind", "change", "told"),
    [
        ("exact", {"meant": (("kf-other", 1),)}, "settled kf-"),
        ("exact", {"ore": 1}, "øre posted"),
        ("over", {"party": None}, "credited to Assets:1500"),
        ("charge", {"account": None}, "settled Expenses:7770"),
    ],
)
def test_the_judge_tells_what_is_wrong(drawn, books, kind, change, told):
    """Books that are right for one truth are wrong for another."""
    (first, *_) = (each for each in drawn.movements if each.kind == kind)
    lied = [replace(each, **change) if each is first else each for each in drawn.movements]

    found = matching.judge(books, replace(drawn, movements=lied))

    assert any(told in error for error in found.errors)
    assert found.outcomes[kind]["wrong"] == 1
