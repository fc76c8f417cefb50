"""A file that is held or cannot be read has an end: a person's line in the books."""

from __future__ import annotations

import shutil
from hashlib import sha256

import pytest
from day_statements import CORRECTED, MONDAY, NOT_OURS, OTHER, TUESDAY, statement, take_in
from world import ACCOUNT, World

TODAY = "2026-11-06"


@pytest.fixture
def told_twice(world: World) -> World:
    """Books with Monday and Tuesday proved, and another Tuesday that is held."""
    world.today = TODAY
    take_in(world, monday=MONDAY, tuesday=TUESDAY)
    for row in world.json("unmatched", code=3):
        world.books("book", row["ref"], "6800", code=0)
    take_in(world, corrected=CORRECTED)
    return world


def set_aside(world: World, name: str, **changes: str) -> str:
    """Type the line; return what was typed."""
    typed = (
        f'2026-11-06 custom "set-aside" "{name}"\n  reason: "sent in error"\n  by: "kari"\n'
    )
    for old, new in changes.items():
        typed = typed.replace(old, new)
    world.append("vouchers/2026/11.beancount", typed)
    return typed


def take_back(world: World, typed: str) -> None:
    path = world.folder / "vouchers/2026/11.beancount"
    path.write_text(path.read_text("utf-8").replace(typed, ""), "utf-8")


def proved_to(world: World) -> tuple[str | None, str | None, bool]:
    """How far status, statement and verify say that the account is proved."""
    (account,) = world.json("status")["accounts"]
    found = world.json("statement", ACCOUNT, "2026-11-05")
    checks = {each["name"]: each for each in world.json("verify")["checks"]}
    return account["as_of"], (found["statement"] or {}).get("date"), checks["bank"]["ok"]


def test_a_day_told_in_two_ways_is_proved_nowhere(told_twice: World):
    assert proved_to(told_twice) == ("2026-11-02", "2026-11-02", False)
    told = "not proved from 2026-11-03 on: corrected.xml tells it in another way"
    assert told in told_twice.books("status", code=3).out
    ran = told_twice.books("statement", ACCOUNT, "2026-11-05", code=3)
    assert f"NOT RECONCILED: {told}" in ran.out
    page = told_twice.books("statement", ACCOUNT, "2026-11-05", "--html").out
    assert "Ikke avstemt fra 2026-11-03: corrected.xml" in page
    refused = told_twice.books("statement", ACCOUNT, "2026-11-05", "--prepared", code=1)
    assert told in refused.err
    # What came before the doubt may be signed.
    assert told_twice.json("statement", ACCOUNT, "2026-11-02", code=0)["reconciled"]
    bank = {e["name"]: e for e in told_twice.json("verify", code=1)["checks"]}["bank"]
    assert "2026-11-03" in bank["detail"]
    assert "proved to 2026-11-02" in bank["detail"]


def test_what_waits_is_told_by_name_with_the_line_to_type(told_twice: World):
    digest = sha256(CORRECTED).hexdigest()
    ran = told_twice.books("reconcile", code=3)
    (row,) = told_twice.json("unmatched", code=3)
    listed = told_twice.books("unmatched", code=3).out

    assert "  camt.053 corrected.xml: held: Kontoutskrift for 2026-11-03" in ran.out
    line = f'2026-11-06 custom "set-aside" "{digest[:16]}"\n  reason: "..."\n  by: "kari"'
    assert line == row["decide"]
    assert "\n".join(f"    {each}" for each in line.splitlines()) in listed
    assert "vouchers/2026/11.beancount" in listed
    for command in (("match", "lf-1"), ("book", "6800"), ("undo",)):
        refused = told_twice.books(command[0], row["ref"], *command[1:], code=1)
        assert "is a file of the bank, and no money" in refused.err
        assert f'custom "set-aside" "{digest[:16]}"' in refused.err


@pytest.mark.parametrize("given", ["corrected.xml", "path", "beginning"])
def test_why_tells_a_held_file(told_twice: World, given: str):
    digest = sha256(CORRECTED).hexdigest()
    path = str(told_twice.folder.parent / "given" / "corrected.xml")
    name = {"path": path, "beginning": digest[:16]}.get(given, given)

    (step,) = told_twice.json("why", name, code=0)["steps"]

    assert ("file", "held", digest) == (step["kind"], step["outcome"], step["sha256"])
    assert "2026-11-03" in step["reason"]
    assert "set-aside" in step["decide"]
    assert "camt.053 corrected.xml: held" in told_twice.books("why", name, code=0).out


def test_a_file_set_aside_waits_for_nobody_and_is_listed(told_twice: World):
    typed = set_aside(told_twice, sha256(CORRECTED).hexdigest()[:16])

    assert proved_to(told_twice) == ("2026-11-03", "2026-11-03", True)
    assert [] == told_twice.json("unmatched", code=0)
    assert [] == take_in(told_twice, code=0)["messages"]
    again = take_in(told_twice, code=0, again=CORRECTED)["messages"]
    assert [("nothing-new", "set aside: sent in error (kari)")] == [
        (each["outcome"], each["reason"]) for each in again
    ]
    (step,) = told_twice.json("why", "corrected.xml", code=0)["steps"]
    assert "sent in error" == step["set_aside"]["reason"]
    assert step["decide"] is None
    checks = {e["name"]: e["detail"] for e in told_twice.json("verify", code=0)["checks"]}
    assert "corrected.xml: sent in error (kari)" == checks["set aside"]
    told_twice.books("rebuild", code=0)
    assert proved_to(told_twice) == ("2026-11-03", "2026-11-03", True)
    assert "set aside" in told_twice.json("why", "corrected.xml")["steps"][0]["reason"]
    told_twice.books("lock", "2026-11-03", code=0)
    take_back(told_twice, typed)
    assert 1 == len(told_twice.json("unmatched", code=3))
    assert proved_to(told_twice) == ("2026-11-02", "2026-11-02", False)


def test_a_lost_store_is_made_anew_with_a_held_file(told_twice: World):
    shutil.rmtree(told_twice.folder / ".books")

    assert proved_to(told_twice) == ("2026-11-02", "2026-11-02", False)
    assert 1 == len(told_twice.json("unmatched", code=3))
    assert 0 == take_in(told_twice, code=3)["posted"]


def test_a_file_that_cannot_be_read_can_be_set_aside(world: World):
    take_in(world, rubbish=b"<Document><no end")
    (step,) = world.json("why", "rubbish.xml", code=0)["steps"]
    assert ("quarantined", True) == (step["outcome"], "set-aside" in step["decide"])
    assert "file rubbish.xml: quarantined" in world.books("reconcile", code=3).out

    set_aside(world, step["sha256"])

    assert [] == take_in(world, code=0)["messages"]
    assert [] == world.json("unmatched", code=0)


def test_an_account_that_nobody_knows_stays_in_sight_until_it_is_decided(world: World):
    for given in ({"other": NOT_OURS}, {}):
        (message,) = take_in(world, **given)["messages"]
        assert "held" == message["outcome"]
        assert OTHER in message["reason"]
    (row,) = world.json("unmatched", code=3)
    assert "camt.053 other.xml" == row["text"]

    typed = set_aside(world, OTHER)
    (message,) = take_in(world, code=0)["messages"]
    assert "informational" == message["outcome"]
    assert f"account {OTHER}: sent in error (kari)" in world.books("verify", code=0).out
    take_back(world, typed)


def test_an_account_that_is_added_is_posted_from_the_file_that_waited(world: World):
    take_in(world, other=NOT_OURS)
    added = (
        f'[[bank-account]]\nnumber = "{OTHER}"\naccount = "Assets:1921-Sparekonto"\n'
        'currency = "NOK"\nfirst_day = 2026-11-01\nopening = "0.00"\n'
    )
    world.append("books.toml", added)
    world.append(
        "accounts.beancount",
        '2026-01-01 open Assets:1921-Sparekonto NOK\n  role: "bank"\n'
        f'  bank-account: "{OTHER}"\n  clearing: "Assets:1929-Interim-bank:B1921"\n'
        '2026-01-01 open Assets:1929-Interim-bank:B1921 NOK\n  role: "clearing"\n',
    )

    (message,) = take_in(world)["messages"]

    assert "posted" == message["outcome"]


def test_a_file_with_nothing_to_do_tells_so(told_twice: World):
    (file, *rest) = told_twice.json("why", "tuesday.xml", code=0)["steps"]

    assert ("posted", None) == (file["outcome"], file["decide"])
    assert "voucher" in {each["kind"] for each in rest}


@pytest.mark.parametrize(
    ("name", "changes", "told"),
    [
        ("3fa9", {}, "neither 16 to 64 digits"),
        ("3fa9c0d1e2b45a67", {"sent in error": "..."}, "say reason"),
        ("3fa9c0d1e2b45a67", {'by: "kari"': 'by: ""'}, "say by"),
    ],
)
def test_a_line_that_decides_nothing_is_an_error(world: World, name, changes, told):
    set_aside(world, name, **changes)

    ran = world.books("status", code=1)

    assert "vouchers/2026/11.beancount:" in ran.err
    assert told in ran.err


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("3fa9c0d1e2b45a67", "names 0 archived files"),
        (ACCOUNT, "is a bank account of books.toml"),
    ],
)
def test_a_line_about_nothing_is_told_by_verify(world: World, name: str, told: str):
    set_aside(world, name)

    checks = {e["name"]: e for e in world.json("verify", code=1)["checks"]}

    assert not checks["set aside"]["ok"]
    assert told in checks["set aside"]["detail"]


def test_money_of_an_accepted_gap_is_proved(world: World):
    world.today = TODAY
    take_in(world, monday=MONDAY)
    later = statement("250150.00", "5.00", "250155.00", day="2026-11-04")
    take_in(world, later=later)
    world.append(
        "vouchers/2026/11.beancount",
        f'2026-11-06 custom "accepted-gap" "{ACCOUNT}" 2026-11-04\n  by: "kari"\n',
    )
    take_in(world)

    assert proved_to(world) == ("2026-11-04", "2026-11-04", True)
    take_in(world, tuesday=TUESDAY)
    assert proved_to(world) == ("2026-11-04", "2026-11-04", True)


def test_late_statements_that_do_not_meet_leave_the_days_after_them_unproved(world: World):
    world.today = TODAY
    take_in(world, later=statement("250000.00", "5.00", "250005.00", day="2026-11-04"))
    take_in(world, monday=MONDAY)

    assert proved_to(world) == (None, None, False)
