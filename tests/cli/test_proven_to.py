"""To which day the auditor's statement is proven, and what stands against it."""

from __future__ import annotations

from day_statements import entry, stated, take_in
from test_missing_statements import files, numbered, typed
from world import ACCOUNT, World

MONDAY, TUESDAY, FRIDAY = "2026-11-02", "2026-11-03", "2026-11-06"
SUNDAY, NEXT_MONDAY = "2026-11-08", "2026-11-09"
FIRST = numbered(1, stated("250000", "250100", entry("100", MONDAY, "R1"), day=MONDAY))
THIRD = numbered(3, stated("250150", "250160", entry("10", FRIDAY, "R3"), day=FRIDAY))
SECOND = numbered(2, stated("250100", "250150", entry("50", TUESDAY, "R2"), day=TUESDAY))


def shown(world: World, day: str, code: int) -> tuple[bool, str | None, str]:
    """Whether the account is reconciled at a day, the doubt, and the bank's balance."""
    found = world.json("statement", ACCOUNT, day, code=code)
    return found["reconciled"], found["doubt"], found["bank"]


def test_a_statement_that_is_held_is_what_the_bank_has_told(world: World):
    world.today = "2026-11-10"
    take_in(world, first=FIRST)
    take_in(world, third=THIRD)
    held = (
        f"not proved from {TUESDAY} on: the statement of {FRIDAY} in third.xml,"
        " closing 250160.00 NOK, is held"
    )

    assert shown(world, FRIDAY, 3) == (False, held, "250100.00")
    assert held in world.books("statement", ACCOUNT, FRIDAY, code=3).out
    page = world.books("statement", ACCOUNT, FRIDAY, "--html", code=3).out
    assert f"Ikke avstemt fra {TUESDAY}: kontoutskriften for {FRIDAY} i third.xml" in page
    for command in (("statement", ACCOUNT, FRIDAY, "--prepared"), ("lock", FRIDAY)):
        assert held in world.books(*command, code=1).err
    # What the file does not tell of is as it was: proven, or told by nobody.
    assert shown(world, MONDAY, 0) == (True, None, "250100.00")
    reach = f"not proved from {TUESDAY} on: proven to {MONDAY}, not to 2026-11-05;"
    assert reach in str(shown(world, "2026-11-05", 3)[1])

    take_in(world, second=SECOND)

    assert shown(world, FRIDAY, 0) == (True, None, "250160.00")


def test_several_statements_that_are_held_are_told_by_the_last(world: World):
    world.today = "2026-11-10"
    take_in(world, second=SECOND, third=THIRD)

    told = shown(world, FRIDAY, 3)[1]

    assert "statements of 2 days are held, the last one of 2026-11-06 in third.xml" in told


def test_a_first_statement_that_is_held_is_named_too(world: World):
    world.today = "2026-11-10"
    take_in(world, second=SECOND)

    told = shown(world, TUESDAY, 3)[1]

    assert "the statement of 2026-11-03 in second.xml" in told
    assert "no statement is posted, and no day is proven" in shown(world, MONDAY, 3)[1]


def test_a_statement_that_contradicts_itself_is_no_proof_of_its_day(world: World):
    """Nor is the day proven by another one, until a person says which does not count."""
    world.today = "2026-11-10"
    take_in(world, wrong=stated("250000", "250101", entry("100", MONDAY, "R1"), day=MONDAY))
    take_in(world, first=FIRST)
    told = f"the statement wrong.xml tells of {MONDAY} and cannot be used"

    assert told in str(shown(world, MONDAY, 3)[1])
    assert told in world.books("lock", MONDAY, code=1).err

    row = next(each for each in world.json("unmatched", code=3) if "wrong" in each["text"])
    typed(world, row["decide"] + "\n")
    assert shown(world, MONDAY, 0)[:2] == (True, None)


def test_after_the_last_statement_nothing_is_known(world: World):
    world.today = "2026-11-10"
    take_in(world, first=FIRST)

    told = f"not proved from {TUESDAY} on: proven to {MONDAY}, not to {FRIDAY}"

    assert told in str(shown(world, SUNDAY, 3)[1])
    refused = world.books("statement", ACCOUNT, SUNDAY, "--prepared", code=1).err
    assert told in refused
    assert "it cannot be signed" in refused


def test_days_without_entries_need_no_statement_of_their_own(world: World):
    """A weekend, and days that the next statement meets: nothing moved meanwhile."""
    world.today = "2026-11-13"
    take_in(world, first=FIRST, second=SECOND)
    assert shown(world, FRIDAY, 3)[0] is False
    day = "2026-11-12"
    later = numbered(3, stated("250150", "250160", entry("10", day, "R3"), day=day))

    take_in(world, later=later)

    for day in (TUESDAY, FRIDAY, SUNDAY, "2026-11-11"):
        assert shown(world, day, 0) == (True, None, "250150.00")
    world.books("statement", ACCOUNT, SUNDAY, "--prepared", code=0)
    world.books("lock", SUNDAY, code=0)


def test_a_gap_that_a_person_has_accepted_is_proven_on_none_of_its_days(world: World):
    """Statement no. 2 may have moved money to and fro, though the balances meet."""
    world.today = "2026-11-10"
    third = numbered(3, stated("250100", "250110", entry("10", FRIDAY, "R3"), day=FRIDAY))
    take_in(world, first=FIRST, third=third)
    (row,) = files(world)
    typed(world, row["decide"])
    take_in(world)

    assert shown(world, FRIDAY, 0)[:2] == (True, None)
    assert f"proven to {MONDAY}, not to {TUESDAY}" in str(shown(world, TUESDAY, 3)[1])


def test_before_its_opening_an_account_has_no_statement(world: World):
    refused = world.books("statement", ACCOUNT, "2026-09-30", code=1)

    assert "2026-09-30: books.toml has the account from 2026-11-01 on" in refused.err
    assert "no day is proven" in str(shown(world, "2026-10-31", 3)[1])


def test_of_a_day_that_is_told_in_parts_the_last_part_closes_it(world: World):
    world.today = "2026-11-10"
    take_in(world, first=FIRST)
    take_in(world, more=stated("250100", "250150", entry("50", MONDAY, "R2"), day=MONDAY))

    assert shown(world, MONDAY, 0) == (True, None, "250150.00")
    assert world.json("statement", ACCOUNT, MONDAY)["difference"] == "0.00"
