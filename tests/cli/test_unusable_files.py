"""A file of the bank that these books cannot use is held; every file and command goes on."""

from __future__ import annotations

from hashlib import sha256

import pytest
from day_statements import MONDAY, TUESDAY, notified, receipt, stated, statement, take_in
from world import ACCOUNT, OTHER_ACCOUNT, World

TODAY = "2026-11-06"
ENTRY = b'<Ntry><Amt Ccy="NOK">'
OPENING = b'Ccy="NOK">250100.00'
CLOSING = b'Ccy="NOK">250150.00'
WRONG = {
    "entry": {ENTRY: b'<Ntry><Amt Ccy="USD">'},
    "opening balance": {OPENING: b'Ccy="USD">250100.00'},
    "closing balance": {CLOSING: b'Ccy="USD">250150.00'},
    "both balances": {
        OPENING: b'Ccy="USD">250100.00',
        CLOSING: b'Ccy="USD">250150.00',
    },
    "account": {b"<Ccy>NOK": b"<Ccy>USD"},
    "all of it": {b"NOK": b"USD"},
    "all of it without an account's": {b"<Ccy>NOK</Ccy>": b"", b"NOK": b"USD"},
}
IS_IN_DOLLARS = {
    "entry": "Posten er i USD, kontoen i NOK",
    "opening balance": "Saldoen er i USD, kontoen i NOK",
    "closing balance": "Saldoen er i USD, kontoen i NOK",
    "both balances": "Saldoen er i USD, kontoen i NOK",
    "account": "Banken fører kontoen i USD, books.toml i NOK",
    "all of it": "Posten er i USD, kontoen i NOK",
    "all of it without an account's": "Posten er i USD, kontoen i NOK",
}
EVERY_COMMAND = (
    ("status", 3),
    ("unmatched", 3),
    ("statement", 0),
    ("payables", 0),
    ("receivables", 0),
    ("rebuild", 0),
    ("verify", 0),
    ("lock", 0),
)
ARGUMENTS = {"statement": (ACCOUNT, "2026-11-02"), "lock": ("2026-11-02",)}


@pytest.fixture
def monday(world: World) -> World:
    """Books with Monday proved, and nothing that waits."""
    world.today = TODAY
    take_in(world, monday=MONDAY)
    for row in world.json("unmatched", code=3):
        world.books("book", row["ref"], "6800", code=0)
    return world


def changed(data: bytes, changes: dict[bytes, bytes]) -> bytes:
    for old, new in changes.items():
        assert old in data
        data = data.replace(old, new)
    return data


@pytest.mark.parametrize("what", WRONG)
def test_a_statement_of_another_currency_is_held_and_stops_nothing(
    monday: World, what: str
):
    wrong = changed(TUESDAY, WRONG[what])

    done = take_in(monday, wrong=wrong, tuesday=TUESDAY)

    assert [("held", IS_IN_DOLLARS[what]), ("posted", None)] == [
        (each["outcome"], each["reason"]) for each in done["messages"]
    ]
    assert ["0.00"] == [each["difference"] for each in done["statements"]]
    for command, code in EVERY_COMMAND:
        ran = monday.books(command, *ARGUMENTS.get(command, ()), code=code)
        assert "fault of ours" not in ran.out + ran.err
    assert "2026-11-03" == monday.json("status", code=3)["accounts"][0]["as_of"]
    assert IS_IN_DOLLARS[what] in monday.books("why", "wrong.xml", code=0).out


def test_the_line_that_unmatched_prints_sets_it_aside(monday: World):
    wrong = changed(TUESDAY, WRONG["entry"])
    take_in(monday, wrong=wrong)

    (row,) = monday.json("unmatched", code=3)
    assert f'custom "set-aside" "{sha256(wrong).hexdigest()[:16]}"' in row["decide"]
    monday.append("vouchers/2026/11.beancount", row["decide"].replace("...", "USD"))

    assert [] == monday.json("unmatched", code=0)
    monday.books("reconcile", code=0)


def test_one_charge_in_dollars_holds_its_statement(monday: World):
    both = stated(
        *("250100.00", "250150.00"),
        receipt("55.00", "2026-11-03", "A", kid="17", payer=OTHER_ACCOUNT),
        receipt("5.00", "2026-11-03", "B", kid="17", payer=OTHER_ACCOUNT)
        .replace("NOK", "USD")
        .replace("CRDT", "DBIT"),
        day="2026-11-03",
    )

    done = take_in(monday, both=both)

    assert IS_IN_DOLLARS["entry"] == done["messages"][0]["reason"]
    monday.books("status", code=3)


def test_details_in_another_currency_than_their_entry_are_no_reason_to_hold(monday: World):
    told = receipt("50.00", "2026-11-03", "A", kid="17", payer=OTHER_ACCOUNT)
    told = told.replace('<TxAmt><Amt Ccy="NOK">50', '<TxAmt><Amt Ccy="USD">5')

    done = take_in(monday, day=stated("250100.00", "250150.00", told, day="2026-11-03"))

    assert ("posted", 1) == (done["messages"][0]["outcome"], done["parked"])
    assert ["0.00"] == [each["difference"] for each in done["statements"]]


def test_a_notification_in_another_currency_is_held(monday: World):
    told = receipt("50.00", "2026-11-03", "A", kid="17", payer=OTHER_ACCOUNT)

    done = take_in(monday, one=notified(told, day="2026-11-03").replace(b"NOK", b"USD"))

    assert IS_IN_DOLLARS["entry"] == done["messages"][0]["reason"]
    monday.books("status", code=3)


def test_a_wrong_statement_set_aside_is_not_told_anew_in_dollars(monday: World):
    """A proved day of a file that is set aside is told by a file that tells it in USD."""
    take_in(monday, code=3, tuesday=TUESDAY)
    monday.append(
        "vouchers/2026/11.beancount",
        f'2026-11-06 custom "set-aside" "{sha256(TUESDAY).hexdigest()[:16]}"\n'
        '  reason: "sent in error"\n  by: "kari"\n',
    )

    done = take_in(monday, wrong=changed(TUESDAY, WRONG["entry"]))

    assert IS_IN_DOLLARS["entry"] == done["messages"][0]["reason"]
    assert 0 == done["posted"]


def test_an_empty_statement_without_balances_says_what_it_lacks(monday: World):
    empty = stated("1.00", "1.00", day="2026-11-03")
    start, end = empty.index(b"<Bal>"), empty.rindex(b"</Bal>") + len(b"</Bal>")
    empty = (empty[:start] + empty[end:]).replace(b"<Ccy>NOK</Ccy>", b"")

    done = take_in(monday, empty=empty)

    assert "Kontoutskriften har verken" in done["messages"][0]["reason"]


def test_a_day_that_has_not_come_is_held_until_it_has(monday: World):
    """A year ahead: posted, it would stand before every true statement."""
    ahead = statement("250150.00", "50.00", "250200.00", day="2027-11-03")
    reason = "Filen forteller om 2027-11-03, som ikke er kommet: i dag er 2026-11-06"

    done = take_in(monday, ahead=ahead)

    assert ("held", reason) == (
        done["messages"][0]["outcome"],
        done["messages"][0]["reason"],
    )
    assert 0 == done["posted"]
    (row,) = monday.json("unmatched", code=3)
    assert reason in row["reason"]
    assert f'custom "set-aside" "{sha256(ahead).hexdigest()[:16]}"' in row["decide"]
    assert "posted" == take_in(monday, tuesday=TUESDAY)["messages"][0]["outcome"]
    monday.books("verify", code=0)
    monday.today = "2027-11-02"
    assert 1 == monday.json("reconcile", code=3)["posted"]


@pytest.mark.parametrize(
    ("today", "outcome"), [("2026-11-03", "posted"), ("2026-11-02", "held")]
)
def test_a_clock_may_be_one_day_behind_the_banks(monday: World, today: str, outcome: str):
    monday.today = today
    wednesday = statement("250100.00", "50.00", "250150.00", day="2026-11-04")

    given = take_in(monday, wednesday=wednesday)

    assert outcome == given["messages"][0]["outcome"]


def test_details_of_a_day_that_has_not_come_are_held_too(monday: World):
    told = receipt("50.00", "2027-11-03", "A", kid="17", payer=OTHER_ACCOUNT)
    booked = notified(told, day="2027-11-03")
    announced = booked.replace(b"<Sts>BOOK</Sts>", b"<Sts>PDNG</Sts>")

    done = take_in(monday, booked=booked, announced=announced)

    assert ["held", "informational"] == [each["outcome"] for each in done["messages"]]


def test_a_store_made_anew_keeps_what_was_posted_whatever_day_it_is(monday: World):
    take_in(monday, tuesday=TUESDAY)
    before = monday.json("status")["accounts"]

    monday.books("rebuild", today="2026-10-01", code=0)

    assert before == monday.json("status")["accounts"]
    assert 0 == take_in(monday, tuesday=TUESDAY)["posted"]
