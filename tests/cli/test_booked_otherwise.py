"""The bank executes something else than we sent: alarm, a person decides, and an end.

Whatever the person decides, the bill is never paid again by itself: it is blocked while
the entry is parked, and held for a release where something of it is left.
"""

from __future__ import annotations

import pytest
from world import ACCOUNT, SUPPLIER_ACCOUNT, World

PAID, LATER = "2026-11-02", "2026-11-06"


@pytest.fixture
def bill(world: World) -> str:
    return world.bill("10023", "500.00", "2026-11-02")


def executed(world: World, *fault: str) -> World:
    """Pay the bill, and let the bank do it wrong."""
    world.bank("fault", *fault)
    world.books("pay-due", today=PAID, code=0)
    world.to_bank()
    world.let_pass(days=3)
    world.today = LATER
    world.books("reconcile", code=3)
    return world


def payment(world: World) -> dict:
    (only,) = world.json("payments")
    return only


def payable(world: World) -> dict | None:
    found = world.json("payables")
    return found[0] if found else None


def is_proved_with_an_alarm(world: World) -> bool:
    """Whether bank and books agree, and the proof says that a person is asked."""
    told = world.json("verify", code=0)["checks"]
    (in_flight,) = (each["detail"] for each in told if each["name"] == "in flight")
    return "alarms for a person: 1 (books unmatched)" in in_flight


def failing(world: World) -> list[str]:
    checks = world.json("verify")["checks"]
    return [each["name"] for each in checks if not each["ok"]]


def nothing_is_ordered(world: World) -> bool:
    return world.json("pay-due", "--until", "2026-12-31")["remittances"] == []


def settle(world: World, *decision: str) -> None:
    """Decide; from there on nothing alarms, and the period can be locked."""
    world.books(*decision, code=0)
    assert payment(world)["alarms"] == []
    assert failing(world) == []
    assert world.json("status")["alarms"] == []


WRONG = {
    "less": ("other_amount", "ore=-100"),
    "more": ("other_amount", "ore=100"),
    "another account": ("other_account",),
}


@pytest.mark.parametrize("fault", WRONG.values(), ids=list(WRONG))
def test_what_was_booked_otherwise_alarms_and_blocks_its_bill(world: World, bill, fault):
    executed(world, *fault)

    found = payment(world)
    assert (found["state"], found["booked"]) == ("booked-otherwise", PAID)
    (alarm,) = found["alarms"]
    assert "500.00 NOK til 15032080119" in alarm
    assert is_proved_with_an_alarm(world)
    assert 1 == world.books("lock", "2026-11-04").code
    blocked = payable(world)
    assert blocked["state"] == "held"
    assert "not as sent; parked as cr-" in blocked["reason"]
    assert nothing_is_ordered(world)
    refused = world.books("release", bill, code=1)
    assert "books match or books book it first" in refused.err
    status = world.json("status")
    assert status["payments"]["in_flight"] == 0
    assert "Late" not in world.books("status").out
    assert [] == world.json("statement", ACCOUNT, "2026-11-05")["outstanding"]
    trail = world.json("why", bill)["steps"]
    assert any(
        "-ref" in str(step) or "statement/" in str(step.get("key")) for step in trail
    )


def test_less_than_sent_pays_its_part_and_the_rest_waits_for_a_release(world: World, bill):
    executed(world, "other_amount", "ore=-100")

    settle(world, "match", payment(world)["end_to_end_id"], bill)

    found = payment(world)
    assert found["state"] == "booked-otherwise"
    assert "499.00 NOK; avgjort i B2026-2" in found["reason"]
    rest = payable(world)
    assert (rest["amount"], rest["state"]) == ("1.00", "held")
    assert "books release pays what is left" in rest["reason"]
    assert nothing_is_ordered(world)
    world.books("lock", "2026-11-04", code=0)
    world.books("release", bill, code=0)
    (sent,) = world.json("pay-due")["remittances"]
    assert (sent["total"], sent["payments"]) == ("1.00", 1)


def test_more_than_sent_pays_the_bill_and_the_rest_is_placed(world: World, bill):
    executed(world, "other_amount", "ore=100")
    reference = payment(world)["end_to_end_id"]

    world.books("match", reference, bill, code=0)
    assert payment(world)["alarms"], "one krone of it is still nobody's"
    settle(world, "book", reference, "7770")

    assert payable(world) is None
    world.books("lock", "2026-11-04", code=0)
    assert nothing_is_ordered(world)


def test_paid_to_a_stranger_is_booked_away_and_the_bill_waits(world: World, bill):
    executed(world, "other_account")

    settle(world, "book", payment(world)["end_to_end_id"], "7770")

    left = payable(world)
    assert (left["amount"], left["state"]) == ("500.00", "held")
    assert nothing_is_ordered(world)
    world.books("release", bill, code=0)
    (sent,) = world.json("pay-due")["remittances"]
    assert sent["total"] == "500.00"


def test_an_undone_decision_alarms_again(world: World, bill):
    executed(world, "other_amount", "ore=-100")
    done = world.json("match", payment(world)["end_to_end_id"], bill)

    world.books("undo", done["voucher"], code=0)

    assert payment(world)["alarms"]
    assert is_proved_with_an_alarm(world)
    assert "parked as" in payable(world)["reason"]


@pytest.mark.parametrize("agreement", [(), ("--camt054",)], ids=["statement", "detail"])
def test_a_payment_booked_twice_is_paid_once_and_the_second_waits(
    world: World, bill, agreement
):
    if agreement:
        world.bank("agreement", ACCOUNT, *agreement)
    executed(world, "booked_twice")

    found = payment(world)
    assert found["state"] == "booked"
    assert payable(world) is None
    (alarm,) = found["alarms"]
    assert "en gang til" in alarm
    assert is_proved_with_an_alarm(world)
    settle(world, "book", found["end_to_end_id"], "7770")
    assert payment(world)["state"] == "booked"
    world.books("lock", "2026-11-04", code=0)


@pytest.mark.parametrize("fault", ["booked_twice", "other_account"])
def test_what_comes_back_after_it_opens_no_bill_by_itself(world: World, bill, fault):
    """Which of the two came back? Nothing is payable before a person says so."""
    world.bank("payee", SUPPLIER_ACCOUNT, "--returns")
    executed(world, fault)
    before = payable(world)
    world.let_pass(days=3)
    world.today = "2026-11-09"
    world.books("reconcile", code=3)

    assert payable(world) == before
    money_out, money_in = world.json("unmatched")
    assert (money_out["amount"], money_in["amount"]) == ("-500.00", "500.00")
    assert "kom tilbake" in money_in["reason"]
    settle(world, "match", money_out["ref"], money_in["open_item"])
    assert (payable(world) is None) is (fault == "booked_twice")
    assert nothing_is_ordered(world)
    world.books("lock", "2026-11-06", code=0)


@pytest.fixture
def lump(world: World) -> World:
    """Two bills in one sum on the statement, a krone too much, and no details."""
    world.bank("agreement", ACCOUNT, "--camt054")
    for number, amount in (("10023", "500.00"), ("10024", "300.00")):
        world.bill(number, amount, "2026-11-02")
    world.bank("fault", "other_amount", "ore=100")
    world.bank("fault", "batch_booked")
    world.books("pay-due", today=PAID, code=0)
    world.to_bank()
    world.bank("advance", "--days", "3")
    inbox = world.folder / "bank" / "inbox"
    world.bank("collect", str(inbox))
    (details,) = inbox.glob("*.C54D.*")
    details.rename(world.state / "details.xml")
    world.today = LATER
    world.books("reconcile", code=3)
    return world


def states(world: World) -> set[str]:
    return {each["state"] for each in world.json("payments")}


def test_a_sum_for_several_that_is_not_theirs_alarms_and_blocks_their_bills(lump: World):
    assert states(lump) == {"booked-otherwise"}
    (alarm,) = {text for each in lump.json("payments") for text in each["alarms"]}
    assert "801.00 NOK i én sum" in alarm
    assert is_proved_with_an_alarm(lump)
    assert lump.books("lock", "2026-11-04").code == 1
    assert {each["state"] for each in lump.json("payables")} == {"held"}
    assert all("parked as cr-" in each["reason"] for each in lump.json("payables"))
    assert nothing_is_ordered(lump)
    bill = lump.json("payables")[0]["open_item"]
    assert "books match or books book it first" in lump.books("release", bill, code=1).err


def test_the_decision_ends_the_payments_of_such_a_sum(lump: World):
    (waiting,) = lump.json("unmatched")
    bills = [each["open_item"] for each in lump.json("payables")]

    lump.books("match", waiting["ref"], *bills, code=0)
    assert {text for each in lump.json("payments") for text in each["alarms"]}, (
        "a krone left"
    )
    done = lump.json("book", waiting["ref"], "7770")

    assert [each["alarms"] for each in lump.json("payments")] == [[], []]
    assert states(lump) == {"booked-otherwise"}
    assert failing(lump) == []
    assert lump.json("payables") == []
    assert nothing_is_ordered(lump)
    lump.books("undo", done["voucher"], code=0)
    assert is_proved_with_an_alarm(lump)


def test_bills_that_such_a_sum_did_not_pay_wait_for_a_release(lump: World):
    (waiting,) = lump.json("unmatched")
    lump.books("book", waiting["ref"], "7770", code=0)

    assert {each["state"] for each in lump.json("payables")} == {"held"}
    assert nothing_is_ordered(lump)
    lump.books("lock", "2026-11-04", code=0)
    for each in lump.json("payables"):
        lump.books("release", each["open_item"], code=0)
    (sent,) = lump.json("pay-due")["remittances"]
    assert (sent["total"], sent["payments"]) == ("800.00", 2)


def test_details_that_come_later_say_which_payment_it_was(lump: World):
    details = lump.state / "details.xml"
    details.rename(lump.folder / "bank" / "inbox" / "details.xml")

    lump.books("reconcile", code=3)

    assert states(lump) == {"booked", "booked-otherwise"}
    (alarm,) = {text for each in lump.json("payments") for text in each["alarms"]}
    assert "E-" in alarm
    assert "i én sum" not in alarm
    assert len(lump.json("payables")) == 1
