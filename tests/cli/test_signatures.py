"""Who has signed the auditor's statement, and what became of it since."""

from __future__ import annotations

import pytest
from day_statements import entry, notified, stated, take_in
from detail_files import booked, detail
from test_proven_to import FIRST, MONDAY, SECOND, THIRD
from world import ACCOUNT, World, run

from cli import app


def sign(world: World, role: str, by: str, code: int = 0):
    where = ["--books", str(world.folder), "--today", world.today, "--user", by]
    ran = run(app.run, ["statement", ACCOUNT, MONDAY, f"--{role}", *where])
    assert ran.code == code, ran
    return ran


def signed(world: World) -> list[tuple[str, str, str, bool]]:
    found = world.json("statement", ACCOUNT, MONDAY)["signatures"]
    return [(each["role"], each["by"], each["bank"], each["holds"]) for each in found]


@pytest.fixture
def proved(world: World) -> World:
    """Monday is proven, and nobody has signed it."""
    world.today = "2026-11-10"
    take_in(world, first=FIRST)
    return world


@pytest.fixture
def twice_signed(proved: World) -> World:
    sign(proved, "prepared", "kari")
    sign(proved, "reviewed", "ola")
    return proved


def test_what_the_bank_tells_later_of_a_day_was_not_signed(twice_signed: World):
    world = twice_signed
    assert [each[3] for each in signed(world)] == [True, True]
    take_in(world, more=stated("250100", "250150", entry("50", MONDAY, "R2"), day=MONDAY))

    assert signed(world) == [
        ("prepared", "kari", "250100.00", False),
        ("reviewed", "ola", "250100.00", False),
    ]
    lapsed = ": signed for 250100.00 NOK, no longer what stands here"
    screen = world.books("statement", ACCOUNT, MONDAY).out
    assert f"Prepared by kari, 2026-11-10{lapsed}" in screen
    assert f"Reviewed by ola, 2026-11-10{lapsed}" in screen
    page = world.books("statement", ACCOUNT, MONDAY, "--html").out
    assert "Utarbeidet av: <p" in page
    assert "ola 2026-11-10: signert for 250100.00 NOK, som ikke lenger er det" in page

    assert "nobody has prepared it as it stands" in sign(world, "reviewed", "ola", 1).err
    sign(world, "prepared", "ola")
    sign(world, "reviewed", "kari")

    assert signed(world)[2:] == [
        ("prepared", "ola", "250150.00", True),
        ("reviewed", "kari", "250150.00", True),
    ]
    world.books("verify", code=0)


def test_open_points_that_have_changed_were_not_signed(twice_signed: World):
    notice = notified(
        booked("7.00", detail("7.00"), day=MONDAY, reference="N1"), day=MONDAY
    )
    take_in(twice_signed, notice=notice)

    assert [each[3] for each in signed(twice_signed)] == [False, False]
    told = twice_signed.books("statement", ACCOUNT, MONDAY).out
    assert "signed for 250100.00 NOK with other open points than stand here" in told


def test_a_comment_and_a_later_day_change_nothing_that_was_signed(twice_signed: World):
    take_in(twice_signed, second=SECOND, third=THIRD)
    (parked,) = twice_signed.json("statement", ACCOUNT, MONDAY)["parked"]
    comment = f"{parked['open_item']}=kunden er spurt"
    twice_signed.books("statement", ACCOUNT, MONDAY, "--comment", comment, code=0)

    assert [each[3] for each in signed(twice_signed)] == [True, True]


def test_what_is_reconciled_no_longer_was_not_signed(twice_signed: World):
    take_in(
        twice_signed,
        wrong=stated("250000", "250101", entry("100", MONDAY, "R1"), day=MONDAY),
    )

    assert [each[3] for each in signed(twice_signed)] == [False, False]
    told = twice_signed.books("statement", ACCOUNT, MONDAY, code=3).out
    assert "signed for 250100.00 NOK as reconciled, which it no longer is" in told


def test_a_line_without_open_points_holds_for_its_balance(proved: World):
    """So they were written before."""
    for role, by, sum_ in (("prepared", "kari", "250100.00"), ("reviewed", "ola", "7.00")):
        proved.append(
            "vouchers/2026/11.beancount",
            f'2026-11-10 custom "reconciled" "{ACCOUNT}" "{role}" {sum_} NOK\n'
            f'  as-of: {MONDAY}\n  by: "{by}"\n',
        )

    assert [each[3] for each in signed(proved)] == [True, False]


def test_nobody_reviews_what_nobody_has_prepared(proved: World):
    refused = sign(proved, "reviewed", "kari", 1)

    assert "somebody else signs it with --prepared first" in refused.err
    assert signed(proved) == []


@pytest.mark.parametrize("name", ["kari", "Kari", " KARI "])
def test_one_person_has_one_role_however_the_name_is_written(proved: World, name: str):
    sign(proved, "prepared", "kari")
    assert "somebody else must review it" in sign(proved, "reviewed", name, 1).err
    sign(proved, "reviewed", "ola")
    assert "somebody else must prepare it" in sign(proved, "prepared", "Ola", 1).err
    assert [each[0] for each in signed(proved)] == ["prepared", "reviewed"]


@pytest.mark.parametrize(
    "by", [("reviewed", "prepared"), ("prepared", "reviewed")], ids=" then ".join
)
def test_lines_of_one_person_for_both_roles_are_told_as_such(proved: World, by):
    for role in by:
        proved.append(
            "vouchers/2026/11.beancount",
            f'2026-11-10 custom "reconciled" "{ACCOUNT}" "{role}" 250100.00 NOK\n'
            f'  as-of: {MONDAY}\n  by: "kari"\n',
        )

    assert {each[0]: each[3] for each in signed(proved)} == {
        "prepared": True,
        "reviewed": False,
    }
    assert "does not count: " in proved.books("statement", ACCOUNT, MONDAY).out
