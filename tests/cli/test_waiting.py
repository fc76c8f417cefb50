"""What waits for a person is one list, whoever tells it: `unmatched`, `status`, the page."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from web_pages import Browser
from world import ACCOUNT, SUPPLIER_ACCOUNT, World

from bankio.channels import OutcomeUnknown
from bankio.channels.directory import DirectoryChannel
from cli.web.reasons import reason

LATER = "2026-11-13"


def told(world: World) -> list[dict]:
    """Return the rows of `unmatched`, told alike by every command and by the page."""
    rows = world.json("unmatched", code=3)
    count = "1 thing waits" if len(rows) == 1 else f"{len(rows)} things wait"
    assert rows
    assert all(row["ref"] and row["decide"] for row in rows)
    lists = ("status", "reconcile", "unmatched")
    for shown in (world.books(*each, code=3).out for each in ([], *([n] for n in lists))):
        assert f"{count} for a person" in shown
        assert all(row["reason"] in shown for row in rows)
    status = world.json("status", code=3)
    assert status["waiting"] == len(rows)
    listed = world.books("unmatched", code=3).out
    assert all(row["ref"] in listed and row["decide"] in listed for row in commands(rows))
    browser = Browser(world)
    page = browser.text("waiting")
    assert f"Til behandling {len(rows)} " in page
    assert all(reason(row["reason"], "nb") in page for row in rows)
    counted = browser.text("overview").partition("Venter på en avgjørelse")[2]
    assert sum(int(word) for word in counted.split("Per")[0].split() if word.isdigit()) == (
        len(rows)
    )
    return rows


def commands(rows: list[dict]) -> list[dict]:
    """Return the rows of which one command is told in one line."""
    return [row for row in rows if "\n" not in row["decide"]]


def test_nothing_waits(world: World):
    world.bill("1", "100.00", "2026-11-06")

    assert world.json("unmatched", code=0) == []
    assert world.json("status", code=0)["waiting"] == 0
    assert "for a person" not in world.books("reconcile", code=0).out


def test_a_late_payment_waits(world: World):
    world.bill("1", "100.00", "2026-11-06")
    world.books("pay-due", code=0)
    (payment,) = world.json("payments")
    world.today = "2026-11-11"
    assert world.json("status", code=0)["waiting"] == 0

    world.today = LATER
    (row,) = told(world)

    assert (row["kind"], row["amount"]) == ("late", "-100.00")
    assert row["ref"] == payment["end_to_end_id"]
    assert row["decide"] == f"books cancel {payment['end_to_end_id']}"
    assert world.json("status")["late"] == [row["ref"]]


def test_a_rejected_payment_waits_until_it_is_released(world: World):
    bill = world.bill("1", "100.00", "2026-11-06")
    world.bank("payee", SUPPLIER_ACCOUNT, "--closed")
    world.books("pay-due", code=0)
    world.to_bank()
    world.let_pass(days=5)
    world.today = "2026-11-07"
    world.books("reconcile", code=3)

    (row,) = told(world)

    assert (row["kind"], row["amount"]) == ("failed", "-100.00")
    assert row["decide"] == f"books release {bill}"
    browser = Browser(world)
    assert ">Frigi<" in browser.tab("waiting").text
    answer = browser.send("release", item=bill)
    assert 303 == answer.status_code
    assert world.json("unmatched", code=0) == []
    assert world.json("status", code=0)["waiting"] == 0


def test_a_message_of_unknown_outcome_waits(world: World, monkeypatch):
    """It is also late after some days; it is one thing all the same."""

    def lost(*_: object) -> None:
        raise OutcomeUnknown("the line was cut")

    world.bill("1", "100.00", "2026-11-06")
    with monkeypatch.context() as patched:
        patched.setattr(DirectoryChannel, "send", lost)
        world.books("pay-due", code=3)
    world.today = LATER

    (row,) = told(world)

    assert (row["kind"], row["amount"], row["decide"]) == (
        "unknown",
        "-100.00",
        "books send",
    )
    assert world.json("status")["late"] == []
    assert "Next: books send" in world.books(code=3).out


@pytest.mark.parametrize("fault", ["other_amount", "other_account", "booked_twice"])
def test_what_was_booked_otherwise_is_one_thing_and_an_alarm(world: World, fault: str):
    """The parked money, the alarm of its payment and the held bill are one thing."""
    world.bill("1", "500.00", "2026-11-02")
    world.bank("fault", fault)
    world.books("pay-due", code=0)
    world.to_bank()
    world.let_pass(days=3)
    world.today = "2026-11-05"
    first = world.books("reconcile", code=3).out

    (row,) = told(world)

    assert (row["kind"], row["alarm"]) == ("money", True)
    assert first.count("ALARM") == 1
    assert f"ALARM {row['amount']} NOK" in world.books("status", code=3).out


def test_an_answer_about_what_nobody_knows_waits(world: World, tmp_path: Path):
    world.bill("1", "100.00", "2026-11-03")
    shutil.copytree(world.folder, tmp_path / "backup")
    world.books("pay-due", code=0)
    (message,) = world.to_bank()
    world.let_pass(days=2)
    inbox = world.folder / "bank" / "inbox"
    answers = {path.name: path.read_bytes() for path in inbox.iterdir() if path.is_file()}
    shutil.rmtree(world.folder)
    shutil.copytree(tmp_path / "backup", world.folder)
    for name, data in answers.items():
        (inbox / name).write_bytes(data)
    world.today = "2026-11-04"
    world.books("reconcile", code=3)

    rows = told(world)

    assert message in {row["ref"] for row in rows if row["kind"] == "alarm"}
    refused = world.books("pay-due", code=1)
    assert all(row["reason"] in refused.err for row in rows if row["ref"] == message)


def test_a_balance_that_differs_waits(world: World):
    world.bank("charge", ACCOUNT, "--amount", "49.50", "--text", "Gebyr")
    world.let_pass(days=3)
    world.today = "2026-11-05"
    world.books("reconcile", code=0)
    month = world.folder / "bank" / "2026" / "11.beancount"
    text = month.read_text("utf-8")
    kept = [line for line in text.splitlines() if " balance " not in line]
    month.write_text("\n".join(kept).replace("49.50 NOK", "59.50 NOK") + "\n", "utf-8")

    rows = told(world)

    (row,) = [each for each in rows if each["ref"] == ACCOUNT]
    assert (row["kind"], row["amount"]) == ("alarm", "-10.00")
    assert "bank and books differ" in row["reason"]


def test_a_file_is_named_once(world: World):
    path = world.folder / "bank" / "inbox" / "photo.jpg"
    path.write_bytes(b"\xff\xd8no bank file")
    world.books("reconcile", code=3)

    (row,) = told(world)

    shown = world.books("unmatched", code=3).out
    assert shown.startswith(f"file photo.jpg  received {row['date']}\n")
    assert row["amount"] is None
    page = Browser(world).text("waiting")
    assert row["decide"].splitlines()[0] in page


def test_a_long_list_ends_where_a_screen_does(world: World):
    for number in range(30):
        world.bank("pay-in", ACCOUNT, "--amount", f"{number + 1}.00")
    world.let_pass(days=3)
    world.today = "2026-11-05"

    shown = world.books("reconcile", code=3).out

    assert "30 things wait for a person:" in shown
    assert "  and 10 more" in shown
    assert shown.count("\n  ") < 40
    assert 30 == len(world.json("unmatched"))
