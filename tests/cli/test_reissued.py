"""A wrong statement that was posted and is told anew: corrected by new vouchers alone."""

from __future__ import annotations

from hashlib import sha256

import pytest
from day_statements import (
    CORRECTED,
    MONDAY,
    TUESDAY,
    debit,
    entry,
    receipts,
    stated,
    statement,
    take_in,
)
from world import ACCOUNT, World

TODAY = "2026-11-09"
BANK = "Assets:1920-Bankinnskudd"


def set_aside(
    world: World, data: bytes, reason: str = "wrong day, letter of the bank"
) -> None:
    world.append(
        "vouchers/2026/11.beancount",
        f'2026-11-06 custom "set-aside" "{sha256(data).hexdigest()[:16]}"\n'
        f'  reason: "{reason}"\n  by: "kari"\n',
    )


def is_clean(world: World, last: str) -> None:
    """Everything agrees that all is proved to a day, and a store made anew too."""
    for _ in ("as it is", "made anew"):
        verify = world.json("verify", code=0)
        assert verify["ok"]
        (account,) = world.json("status")["accounts"]
        assert (account["as_of"], account["difference"], account["doubt"]) == (
            last,
            "0.00",
            None,
        )
        assert world.json("statement", ACCOUNT, last)["reconciled"]
        assert world.json("reconcile")["posted"] == 0
        world.json("rebuild", code=0)


def machine(world: World) -> str:
    return (world.folder / "bank" / "2026" / "11.beancount").read_text("utf-8")


@pytest.fixture
def told(world: World) -> World:
    """Monday and Tuesday posted, each with a receipt that waits."""
    world.today = TODAY
    take_in(world, monday=MONDAY, tuesday=TUESDAY)
    return world


def test_the_wrong_statement_is_set_aside_and_the_day_told_anew(told: World):
    before = machine(told)
    take_in(told, corrected=CORRECTED)
    (waits,) = (row for row in told.json("unmatched", code=3) if row["instead"])
    (instead,) = waits["instead"]
    assert instead["file"] == "tuesday.xml"
    assert sha256(TUESDAY).hexdigest()[:16] in instead["decide"]
    assert "or, where tuesday.xml is the wrong one" in told.books("unmatched").out
    set_aside(told, TUESDAY)

    ran = told.json("reconcile", code=3)

    assert ran["posted"] == 2
    after = machine(told)
    assert after.startswith(before), "nothing that was posted is edited"
    new = after[len(before) :]
    assert 'rule: "reissued"' in new
    assert "Kontoutskriften er lagt til side av kari: wrong day, letter of the bank" in new
    assert 'custom "statement-reissued" "86011117947" 2026-11-03' in new
    is_clean(told, "2026-11-03")
    (account,) = told.json("status")["accounts"]
    assert account["books"] == "250170.00"
    amounts = {each["amount"] for each in told.json("unmatched", code=3)}
    assert amounts == {"100.00", "70.00"}


def test_a_receipt_that_a_person_has_placed_is_undone_by_him_first(told: World):
    (_, tuesday) = told.json("unmatched", code=3)
    placed = told.json("book", tuesday["ref"], "6800")["voucher"]
    take_in(told, corrected=CORRECTED)
    set_aside(told, TUESDAY)
    before = machine(told)

    ran = told.books("reconcile", code=3).out

    assert f"angre {placed} (books undo), og kjør books reconcile igjen" in ran
    assert machine(told) == before
    told.books("undo", placed, "--reason", "kontoutskriften var feil")
    assert told.json("reconcile", code=3)["posted"] == 2
    is_clean(told, "2026-11-03")


def test_what_both_statements_tell_stands_as_it_is(world: World):
    world.today = TODAY
    first = receipts("250000.00", "250150.00", "2026-11-02", R1="100.00", R2="50.00")
    anew = receipts("250000.00", "250130.00", "2026-11-02", R1="100.00", R3="30.00")
    take_in(world, first=first)
    placed = world.json("unmatched", code=3)[0]
    assert placed["amount"] == "100.00"
    world.books("book", placed["ref"], "6800")
    take_in(world, anew=anew)
    set_aside(world, first)

    assert world.json("reconcile", code=3)["posted"] == 2

    (waits,) = world.json("unmatched", code=3)
    assert waits["amount"] == "30.00"
    is_clean(world, "2026-11-02")


def test_a_day_in_the_midst_is_told_anew_where_the_next_one_still_follows(told: World):
    """Other entries, the same sum: Tuesday stands on it as before."""
    anew = receipts("250000.00", "250100.00", "2026-11-02", A="60.00", B="40.00")
    take_in(told, anew=anew)
    set_aside(told, MONDAY)

    assert told.json("reconcile", code=3)["posted"] == 3

    amounts = sorted(each["amount"] for each in told.json("unmatched", code=3))
    assert amounts == ["40.00", "50.00", "60.00"]
    is_clean(told, "2026-11-03")


MONDAY_ANEW = statement("250000.00", "110.00", "250110.00", day="2026-11-02")
TUESDAY_ANEW = statement("250110.00", "50.00", "250160.00", day="2026-11-03")


def test_days_that_stand_on_each_other_are_told_anew_together_or_not_at_all(told: World):
    take_in(told, monday_anew=MONDAY_ANEW)
    set_aside(told, MONDAY)
    before = machine(told)
    ran = told.books("reconcile", code=3).out
    assert "2026-11-03 er alt avstemt og åpner med 250100.00 NOK" in ran
    assert machine(told) == before

    take_in(told, tuesday_anew=TUESDAY_ANEW)
    assert machine(told) == before
    set_aside(told, TUESDAY)

    told.json("reconcile", code=3)

    assert sorted(each["amount"] for each in told.json("unmatched", code=3)) == [
        "110.00",
        "50.00",
    ]
    is_clean(told, "2026-11-03")


def test_a_payment_that_the_bank_tells_otherwise_settles_its_bill_once(world: World):
    """Our own EndToEndId, first with another amount's reference, then as it was sent."""
    item = world.bill("12", "700.00", "2026-11-02")
    other = world.bill("13", "200.00", "2026-11-02", party="L10002")
    world.books("pay-due", code=0)
    names = {
        each["open_items"][0]: each["end_to_end_id"] for each in world.json("payments")
    }
    world.today = TODAY
    first = stated(
        "250000.00",
        "249300.00",
        debit("700.00", "2026-11-02", "P1", names[item]),
        day="2026-11-02",
    )
    anew = stated(
        "250000.00",
        "249300.00",
        entry("10.00", "2026-11-02", "X1"),
        debit("700.00", "2026-11-02", "P2", names[item]),
        debit("10.00", "2026-11-02", "P3", "NOTPROVIDED"),
        day="2026-11-02",
    )
    take_in(world, first=first)  # 3: the other payment is late
    assert {e["open_items"][0]: e["state"] for e in world.json("payments")} == {
        item: "booked",
        other: "transmitted",
    }
    take_in(world, anew=anew)
    set_aside(world, first)

    world.json("reconcile", code=3)

    (paid,) = (e for e in world.json("payments") if e["open_items"] == [item])
    assert (paid["state"], paid["alarms"]) == ("booked", [])
    assert [e["open_item"] for e in world.json("payables")] == [other]
    is_clean(world, "2026-11-02")


def test_a_payment_that_was_not_booked_after_all_is_on_its_way_again(world: World):
    item = world.bill("12", "700.00", "2026-11-02")
    world.books("pay-due", code=0)
    (payment,) = world.json("payments")
    world.today = TODAY
    name = payment["end_to_end_id"]
    first = stated(
        "250000.00",
        "249300.00",
        debit("700.00", "2026-11-02", "P1", name),
        day="2026-11-02",
    )
    take_in(world, code=0, first=first)
    take_in(world, anew=stated("250000.00", "250000.00", day="2026-11-02"))
    set_aside(world, first)

    world.json("reconcile")

    (bill,) = world.json("payables")
    assert (bill["open_item"], bill["state"]) == (item, "in-flight")
    assert world.json("payments")[0]["state"] == "transmitted"
    assert world.json("pay-due")["remittances"] == []
    is_clean(world, "2026-11-02")
    take_in(
        world,
        code=0,
        next=stated(
            "250000.00",
            "249300.00",
            debit("700.00", "2026-11-03", "P1", name),
            day="2026-11-03",
        ),
    )
    assert world.json("payables") == []
    is_clean(world, "2026-11-03")


def test_a_day_can_be_told_anew_again(told: World):
    take_in(told, corrected=CORRECTED)
    set_aside(told, TUESDAY)
    told.json("reconcile", code=3)
    third = statement("250100.00", "90.00", "250190.00", day="2026-11-03")
    take_in(told, third=third)
    set_aside(told, CORRECTED)

    assert told.json("reconcile", code=3)["posted"] == 2

    assert {e["amount"] for e in told.json("unmatched", code=3)} == {"100.00", "90.00"}
    is_clean(told, "2026-11-03")


def test_what_comes_after_is_posted_on_the_day_as_it_is_told_now(told: World):
    take_in(told, corrected=CORRECTED)
    wednesday = statement("250170.00", "30.00", "250200.00", day="2026-11-04")
    take_in(told, wednesday=wednesday)
    assert told.json("status", code=3)["accounts"][0]["as_of"] == "2026-11-02"
    set_aside(told, TUESDAY)

    told.json("reconcile", code=3)

    is_clean(told, "2026-11-04")
    told.books("lock", "2026-11-04", code=0)
    is_clean(told, "2026-11-04")


def test_a_locked_day_waits_until_a_person_opens_the_period(told: World):
    waits = told.json("unmatched", code=3)
    placed = [told.json("book", each["ref"], "6800")["voucher"] for each in waits]
    told.books("lock", "2026-11-03", code=0)
    take_in(told, corrected=CORRECTED)
    set_aside(told, TUESDAY)
    before = machine(told)

    ran = told.books("reconcile", code=3).out

    assert "2026-11-03" in ran
    assert machine(told) == before
    # A person opens it, undoes what he had placed, and the day is told anew and locked.
    toml = told.folder / "books.toml"
    text = toml.read_text("utf-8")
    toml.write_text(text.replace("locked_until = 2026-11-03", "locked_until = 2026-11-02"))
    told.books("undo", placed[-1], "--reason", "feil utskrift")
    told.json("reconcile", code=3)
    is_clean(told, "2026-11-03")
    told.books("lock", "2026-11-03", code=0)
    is_clean(told, "2026-11-03")
