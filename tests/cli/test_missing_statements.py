"""A statement after a gap waits: which one is missing is told, and how to go on without."""

from __future__ import annotations

import pytest
from day_statements import MONDAY, TUESDAY, stated, statement, take_in
from test_waiting import told
from world import ACCOUNT, World

TODAY = "2026-11-09"


def numbered(number: int, data: bytes) -> bytes:
    """Give a statement its number (ElctrncSeqNb)."""
    return data.replace(
        b"<Stmt><Id>1</Id>",
        f"<Stmt><Id>1</Id><ElctrncSeqNb>{number}</ElctrncSeqNb>".encode(),
    )


WEDNESDAY = statement("250150.00", "5.00", "250155.00", day="2026-11-04")
THURSDAY = statement("250155.00", "7.00", "250162.00", day="2026-11-05")


def files(world: World) -> list[dict]:
    rows = [row for row in told(world) if row["kind"] == "file"]
    return sorted(rows, key=lambda row: row["text"])


def typed(world: World, lines: str) -> None:
    """Type the lines that were shown, with a reason."""
    world.append("vouchers/2026/11.beancount", lines.replace("...", "sendes ikke"))


def place_all(world: World) -> None:
    for row in world.json("unmatched"):
        world.books("book", row["open_item"], "3000", code=0)


@pytest.fixture
def waiting(world: World) -> World:
    """Monday is proved, Tuesday (no. 2) is lost, Wednesday and Thursday are held."""
    world.today = TODAY
    take_in(world, monday=numbered(1, MONDAY))
    take_in(world, wed=numbered(3, WEDNESDAY), thu=numbered(4, THURSDAY))
    return world


def test_the_missing_statement_is_told_by_number_days_and_balances(waiting: World):
    thursday, wednesday = files(waiting)
    screen = waiting.books("unmatched", code=3).out

    assert (
        f"  missing: statement no. 2 of {ACCOUNT} for 2026-11-03, from 250 100.00 to"
        " 250 150.00 NOK. Get it from the bank: books reconcile FILE. If it never comes,"
        " say why in a file of yours (vouchers/2026/11.beancount), and run books reconcile:"
    ) in screen
    assert wednesday["decide"] == (
        f'{TODAY} custom "accepted-gap" "{ACCOUNT}" 2026-11-04\n'
        '  reason: "..."\n'
        '  by: "kari"'
    )
    assert wednesday["instead"] == [
        {
            "file": "wed.xml",
            "decide": f'{TODAY} custom "set-aside" "{wednesday["ref"]}"\n'
            '  reason: "..."\n'
            '  by: "kari"',
        }
    ]
    # nothing is missing before Thursday: to accept a gap there would park Wednesday
    assert thursday["reason"] == (
        "held: Kontoutskrift fra 2026-11-05 følger på den fra 2026-11-04, som venter"
    )
    assert "set-aside" in thursday["decide"]
    assert "it is posted by itself, after the one before it; to wait for it" in screen
    assert (
        wednesday["decide"] in waiting.json("why", wednesday["ref"])["steps"][0]["decide"]
    )


def test_who_waits_no_longer_goes_on_from_the_line_that_was_shown(waiting: World):
    _, wednesday = files(waiting)

    typed(waiting, wednesday["decide"])
    waiting.books("reconcile", code=3)

    assert files(waiting) == []
    place_all(waiting)  # 50.00 of the gap among it
    (account,) = waiting.json("status", code=0)["accounts"]
    assert (account["books"], account["bank"]) == ("250162.00", "250162.00")
    assert account["as_of"] == "2026-11-05"
    waiting.books("verify", code=0)


def test_the_missing_statement_posts_all_that_waited(waiting: World):
    take_in(waiting, tue=numbered(2, TUESDAY))

    assert files(waiting) == []
    waiting.books("verify", code=0)


def test_a_gap_by_number_alone_is_accepted_too(world: World):
    """Nothing moved on what is missing, so nothing is parked for it."""
    world.today = TODAY
    take_in(world, monday=numbered(1, MONDAY))
    later = statement("250100.00", "5.00", "250105.00", day="2026-11-05")
    take_in(world, thu=numbered(4, later))
    (row,) = files(world)

    screen = world.books("unmatched", code=3).out
    typed(world, row["decide"])
    take_in(world)

    assert (
        "statement no. 2-3 of 86011117947 for 2026-11-03 to 2026-11-04, from 250 100.00 to"
        " 250 100.00 NOK"
    ) in screen
    assert files(world) == []
    assert [row["amount"] for row in world.json("unmatched")] == ["100.00", "5.00"]
    world.books("verify", code=0)


def test_a_second_gap_behind_the_first_is_told_at_once(waiting: World):
    later = statement("250200.00", "1.00", "250201.00", day="2026-11-09")
    take_in(waiting, next=numbered(6, later))
    second = files(waiting)[0]

    assert second["text"] == "camt.053 next.xml"
    assert second["reason"].startswith(
        "held: Kontoutskrift fra 2026-11-09 åpner med 250200.00 NOK, den som venter fra"
        " 2026-11-05 slutter med 250162.00 NOK: en utskrift mellom dem mangler"
    )
    for row in (second, files(waiting)[2]):
        typed(waiting, row["decide"])
    take_in(waiting)

    assert files(waiting) == []
    assert waiting.json("status")["accounts"][0]["books"] == "250201.00"
    waiting.books("verify", code=0)


def test_a_statement_that_waits_for_a_locked_period_is_no_gap(world: World):
    """Who unlocks has all of it; to accept a gap there would park what is here."""
    world.today = TODAY
    take_in(world, monday=MONDAY)
    place_all(world)
    company = world.folder / "books.toml"
    told_there = company.read_text("utf-8")
    locked = told_there.replace("[company]\n", "[company]\nlocked_until = 2026-11-03\n")
    company.write_text(locked, "utf-8")
    take_in(world, tue=TUESDAY, wed=WEDNESDAY)

    tuesday, wednesday = files(world)

    assert "Datert i låst periode" in tuesday["reason"]
    assert "følger på den fra 2026-11-03, som venter" in wednesday["reason"]
    assert "accepted-gap" not in tuesday["decide"] + wednesday["decide"]


def test_a_part_of_a_day_that_is_missing_by_number_is_accepted(world: World):
    """No. 1 and no. 3 tell Monday, and one goes on where the other ends."""
    world.today = TODAY
    take_in(world, first=numbered(1, MONDAY))
    more = statement("250100.00", "5.00", "250105.00", day="2026-11-02")
    take_in(world, third=numbered(3, more))
    (row,) = files(world)
    assert "statement no. 2 of" in world.books("unmatched", code=3).out

    typed(world, row["decide"])
    take_in(world)

    assert files(world) == []
    assert world.json("status")["accounts"][0]["books"] == "250105.00"
    world.books("verify", code=0)


def test_the_first_statement_of_all_tells_what_is_missing_before_it(world: World):
    world.today = TODAY
    take_in(world, first=stated("250150.00", "250150.00", day="2026-11-04"))

    (row,) = files(world)

    assert f'"accepted-gap" "{ACCOUNT}" 2026-11-04' in row["decide"]
    screen = world.books("unmatched", code=3).out
    assert "for 2026-11-01 to 2026-11-03, from 250 000.00 to 250 150.00 NOK" in screen
