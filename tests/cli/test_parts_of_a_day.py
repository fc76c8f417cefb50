"""A day of the bank that is told in parts, by statements that come in any order and run."""

from __future__ import annotations

import shutil
from itertools import permutations

import pytest
from day_statements import entry, stated, take_in
from world import ACCOUNT, World

MONDAY, TUESDAY, WEDNESDAY = "2026-11-02", "2026-11-03", "2026-11-04"
PARTS = {
    "first": stated("250000.00", "250100.00", entry("100.00", MONDAY, "R1"), day=MONDAY),
    "second": stated("250100.00", "250150.00", entry("50.00", MONDAY, "R2"), day=MONDAY),
    # The same reference and sum once more: the balances say that it is another one.
    "twin": stated("250150.00", "250250.00", entry("100.00", MONDAY, "R1"), day=MONDAY),
    "next": stated("250250.00", "250260.00", entry("10.00", TUESDAY, "R1"), day=TUESDAY),
}


def postings(world: World) -> list[tuple[str, str, str]]:
    """Return date, account and amount of what is posted on the bank, sorted."""
    found, day = [], ""
    text = (world.folder / "bank/2026/11.beancount").read_text("utf-8")
    for line in text.splitlines():
        day = line[:10] if line[:2] == "20" and " * " in line else day
        if line.startswith("  Assets:1920-Bankinnskudd "):
            found.append((day, *line.split()[:2]))
    return sorted(found)


def assert_proved(world: World, closing: str, to: str) -> None:
    (account,) = world.json("status")["accounts"]
    assert (account["books"], account["bank"]) == (closing, closing)
    assert (account["as_of"], account["difference"]) == (to, "0.00")
    checks = world.json("verify", code=0)["checks"]
    assert all(each["ok"] for each in checks)


@pytest.mark.parametrize("order", list(permutations(PARTS)), ids=" ".join)
def test_in_whatever_order_the_parts_come(world: World, order: tuple[str, ...]):
    for name in order:
        take_in(world, **{name: PARTS[name]})

    assert_proved(world, "250260.00", TUESDAY)
    assert [each[2] for each in postings(world)] == ["100.00", "100.00", "50.00", "10.00"]
    again = {f"{name}-again": PARTS[name] + b"\n" for name in order}
    told = take_in(world, **again)  # each once more, under the name of another file
    assert told["posted"] == 0
    assert {e["outcome"] for e in told["messages"]} == {"nothing-new"}
    assert_proved(world, "250260.00", TUESDAY)


def test_the_closing_that_was_counts_no_more_and_bean_check_agrees(world: World):
    take_in(world, first=PARTS["first"])
    before = (world.folder / "bank/2026/11.beancount").read_text("utf-8")
    shown = world.books("reconcile", "--dry-run", *_given(world, second=PARTS["second"]))

    take_in(world, second=PARTS["second"])

    after = (world.folder / "bank/2026/11.beancount").read_text("utf-8")
    assert after.startswith(before)  # nothing that stood there was touched
    added = after.removeprefix(before)
    assert f'{MONDAY} custom "statement-continued" "{ACCOUNT}" {MONDAY}' in added
    assert "  closing: 250100.00 NOK" in added
    assert f"{TUESDAY} balance Assets:1920-Bankinnskudd  250150.00 ~ 0 NOK" in added
    assert '+ 2026-11-02 custom "statement-continued"' in shown.out
    (world.folder / ".books/index.sqlite").unlink()  # loaded as Beancount loads it
    assert_proved(world, "250150.00", MONDAY)


def _given(world: World, **files: bytes) -> list[str]:
    folder = world.folder.parent / "shown"
    folder.mkdir()
    for name, data in files.items():
        (folder / f"{name}.xml").write_bytes(data)
    return [str(path) for path in folder.iterdir()]


@pytest.mark.parametrize("lost", [".books", "bank/2026"], ids=["store", "books"])
def test_what_is_lost_comes_back(world: World, lost: str):
    for name, data in PARTS.items():
        if name == "twin":
            shutil.copytree(world.folder / "bank/2026", world.folder.parent / "older")
        take_in(world, **{name: data})
    whole = postings(world)
    shutil.rmtree(world.folder / lost)
    if lost == "bank/2026":
        shutil.copytree(world.folder.parent / "older", world.folder / lost)

    world.books("rebuild", code=0)

    assert postings(world) == whole
    assert_proved(world, "250260.00", TUESDAY)
    assert take_in(world, again=PARTS["twin"] + b"\n")["posted"] == 0


def test_a_day_is_not_continued_by_what_does_not_meet_its_closing(world: World):
    take_in(world, first=PARTS["first"])

    told = take_in(world, twin=PARTS["twin"])

    assert [e["outcome"] for e in told["messages"]] == ["held"]
    assert told["posted"] == 0


def test_parts_that_come_after_their_gap_was_accepted_take_its_place(world: World):
    take_in(world, first=PARTS["first"], next=PARTS["next"])
    world.append(
        "main.beancount",
        f'{WEDNESDAY} custom "accepted-gap" "{ACCOUNT}" {TUESDAY}\n  reason: "borte"\n'
        '  by: "kari"\n',
    )
    world.books("reconcile", code=3)
    assert_proved(world, "250260.00", TUESDAY)

    told = take_in(world, second=PARTS["second"])
    assert [e["outcome"] for e in told["messages"]] == ["held"]
    told = take_in(world, twin=PARTS["twin"])

    assert [(each["date"], each["bank"]) for each in told["statements"]] == [
        (MONDAY, "250250.00")
    ]
    assert_proved(world, "250260.00", TUESDAY)
    assert [each[1:] for each in postings(world)].count(
        ("Assets:1920-Bankinnskudd", "-150.00")
    ) == 1


def test_numbers_of_the_parts_follow_each_other(world: World):
    """The second part of a day is not compared with the day before."""
    for number, (name, data) in enumerate(PARTS.items(), start=7):
        tag = f"</Id><ElctrncSeqNb>{number}</ElctrncSeqNb><CreDtTm>".encode()
        told = take_in(world, **{name: data.replace(b"</Id><CreDtTm>", tag, 1)})
        assert [e["outcome"] for e in told["messages"]] == ["posted"]

    assert_proved(world, "250260.00", TUESDAY)
