"""The bank's word in a file that is not posted yet: what it names is not ordered again.

The file may lie in the inbox, be held, contradict itself, or be unreadable. The judge is
the bank's own journal: money leaves once.
"""

from __future__ import annotations

import re
import shutil
from hashlib import sha256
from pathlib import Path

import pytest
from test_resolving import answered, payment
from world import World, copied

from ledger.payments import PaymentState
from ledger.store import Store

PAID, LATER = "2026-11-02", "2026-11-06"


@pytest.fixture
def bill(world: World) -> str:
    return world.bill("10023", "500.00", "2026-11-02", kid="0010017")


def statement(world: World) -> Path:
    """Return the file of the inbox that tells of the payment."""
    name = payment(world)["end_to_end_id"].encode()
    files = (world.folder / "bank" / "inbox").glob("*.C053.*")
    (found,) = (each for each in files if name in each.read_bytes())
    return found


def released_and_booked(world: World, bill: str) -> None:
    """Rejected, released by a person, and booked by the bank all the same."""
    world.books("pay-due", today=PAID, code=0)
    world.to_bank()
    answered(world, "X1")
    world.books("reconcile", code=3)
    world.books("release", bill, code=0)
    executed(world)
    world.today = LATER


def executed(world: World) -> None:
    """Let the bank execute it, and say so in no other file than that day's statement."""
    world.let_pass(days=3)
    told = statement(world)
    for each in (world.folder / "bank" / "inbox").glob("*.XML"):
        if each != told:
            each.unlink()


def debits(world: World) -> list[str]:
    journal = world.bank_json("journal")
    return [each["end_to_end_id"] for each in journal if each["amount_ore"] < 0]


def test_a_statement_in_the_inbox_blocks_what_it_names_and_nothing_else(world: World, bill):
    released_and_booked(world, bill)
    other = world.bill("10024", "600.00", "2026-11-02")
    file = statement(world).name

    told = world.json("pay-due", code=3)

    (remittance,) = told["remittances"]
    assert (remittance["payments"], remittance["total"]) == (1, "600.00")
    (skipped,) = told["skipped"]
    assert skipped["open_item"] == bill
    assert skipped["reason"] == (
        f"in-flight: the bank has told of a booking of it in {file}: books reconcile first"
    )
    (row,) = (each for each in world.json("payables") if each["open_item"] == bill)
    assert (row["state"], file in row["reason"]) == ("in-flight", True)
    world.to_bank()
    world.books("reconcile", code=3)
    assert other in [each["open_item"] for each in world.json("payables")]
    assert bill not in [each["open_item"] for each in world.json("payables")]
    assert world.json("pay-due")["remittances"] == []
    world.let_pass(days=3)
    assert len(debits(world)) == len(set(debits(world))) == 2


def contradictory(text: str) -> str:
    """The closing balance is not what the entries lead to."""
    at = text.index("CLBD")
    return text[:at] + re.sub(r"(<Amt[^>]*>)\d", r"\g<1>7", text[at:], count=1)


def wrong_details(text: str) -> str:
    """The details of the entry do not add up to it."""
    at = text.index("<TxDtls>")
    return text[:at] + text[at:].replace(">500.00<", ">499.00<")


SPOILT = {
    "contradictory": contradictory,
    "details that do not add up": lambda text: contradictory(wrong_details(text)),
    "cut off": lambda text: text[:-30],
}


@pytest.mark.parametrize("spoil", SPOILT.values(), ids=list(SPOILT))
def test_a_file_in_quarantine_blocks_until_a_person_sets_it_aside(
    world: World, bill, spoil
):
    released_and_booked(world, bill)
    path = statement(world)
    path.write_text(spoil(path.read_text("utf-8")), "utf-8")
    digest = sha256(path.read_bytes()).hexdigest()
    world.books("reconcile", code=3)

    told = world.json("pay-due", code=3)

    assert told["remittances"] == []
    (skipped,) = told["skipped"]
    assert path.name in skipped["reason"]
    world.append(
        "vouchers/2026/11.beancount",
        f'{LATER} custom "set-aside" "{digest[:16]}"\n  reason: "spoilt"\n  by: "kari"\n',
    )
    assert len(world.json("pay-due")["remittances"]) == 1


def test_a_statement_that_is_held_blocks(world: World, bill):
    """The days before it are missing, so nothing of it is posted yet."""
    released_and_booked(world, bill)
    told = statement(world)
    text = told.read_text("utf-8")
    opening = text.index("OPBD")
    closing = text.index("CLBD")
    higher = re.compile(r"(<Amt[^>]*>)(\d+)")
    for at in sorted((opening, closing), reverse=True):
        text = text[:at] + higher.sub(
            lambda m: f"{m[1]}{int(m[2]) + 1000}", text[at:], count=1
        )
    told.write_text(text.replace("2026-11-02", "2026-11-05"), "utf-8")
    ran = world.json("reconcile", code=3)
    assert [each["outcome"] for each in ran["messages"]] == ["held"], ran

    again = world.json("pay-due", code=3)

    assert again["remittances"] == []
    assert told.name in again["skipped"][0]["reason"]


def renamed(text: str) -> str:
    """Somebody paid the bill in the netbank: no identification of ours."""
    text = re.sub(r"\b[EM]-[0-9A-Z]{16}(-\d+)?\b", "NETBANK-1", text)
    assert "NETBANK-1" in text
    return text


@pytest.mark.parametrize("tell", [renamed, str], ids=["the netbank's", "by our own id"])
@pytest.mark.parametrize("terms", [{"kid": "0010017"}, {}], ids=["KID", "invoice"])
def test_books_that_never_ordered_it_look_at_the_file_too(founded, tmp_path, terms, tell):
    """All was restored from before the order, or a person has paid it in the netbank."""
    world = copied(founded, tmp_path / "world")
    bill = world.bill("10023", "500.00", "2026-11-02", **terms)
    before = tmp_path / "before"
    shutil.copytree(world.folder, before)
    world.books("pay-due", today=PAID, code=0)
    world.to_bank()
    world.let_pass(days=3)
    file = statement(world)
    text = tell(file.read_text("utf-8"))
    shutil.rmtree(world.folder)
    shutil.copytree(before, world.folder)
    (world.folder / "bank" / "inbox" / file.name).write_text(text, "utf-8")

    told = world.json("pay-due", today=LATER, code=3)

    assert told["remittances"] == []
    assert [each["open_item"] for each in told["skipped"]] == [bill]
    assert file.name in told["skipped"][0]["reason"]


def test_next_months_bill_under_the_same_kid_is_not_what_the_file_tells(world: World, bill):
    world.books("pay-due", today=PAID, code=0)
    world.to_bank()
    world.let_pass(days=3)
    world.bill("10055", "500.00", "2026-12-02", kid="0010017")

    told = world.json("pay-due", "--until", "2026-12-31", today=LATER)

    assert [each["payments"] for each in told["remittances"]] == [1]
    assert [each["open_item"] for each in told["skipped"]] == [bill]


def test_a_dropped_message_that_the_file_tells_of_does_not_go_again(world: World, bill):
    world.books("pay-due", today=PAID, code=0)
    world.to_bank()
    name = payment(world)["message_id"]
    world.books("cancel", name, "--never-sent", "--reason", "lost", code=0)
    executed(world)

    told = world.json("pay-due", today=PAID, code=3)

    assert told["remittances"] == []
    assert "the bank has told of a booking" in told["skipped"][0]["reason"]


def test_a_message_of_unknown_outcome_that_the_file_tells_of_is_not_delivered_again(
    world: World, bill
):
    world.books("pay-due", today=PAID, code=0)
    world.to_bank()
    executed(world)
    name = payment(world)["message_id"]
    store = Store.open(world.folder / ".books" / "store.sqlite")
    with store.transaction() as transaction:
        transaction.set_remittance_state(name, PaymentState.UNKNOWN)
    store.close()

    assert world.json("pay-due", today=PAID)["remittances"] == []
    assert list((world.folder / "bank" / "outbox").glob("*.xml")) == []
