"""`books cancel`: an ask until the bank has answered; and messages that were never sent."""

from __future__ import annotations

import shutil

import pytest
from stopping import every_stop
from world import World


def ordered(world: World, *bills: tuple[str, str]) -> list[str]:
    """Order bills, each due on a day; return their items."""
    items = [world.bill(number, "1500.00", due, party="L10002") for number, due in bills]
    world.books("pay-due", code=0)
    return items


def states(world: World, **more) -> dict[str, str]:
    """The state of each payment, by its open item."""
    return {each["open_items"][0]: each["state"] for each in world.json("payments", **more)}


def payables(world: World, **more) -> dict[str, str]:
    return {each["open_item"]: each["state"] for each in world.json("payables", **more)}


def reconciled(world: World, day: str, **more) -> dict:
    inbox = world.folder / "bank" / "inbox"
    world.bank("collect", str(inbox))
    return world.json("reconcile", today=day, **more)


def everywhere(world: World) -> dict[str, str]:
    """The states, also from books and archive alone, and with the store thrown away."""
    found = states(world)
    world.books("verify", code=0)
    shutil.rmtree(world.folder / ".books")
    assert found == states(world)
    return found


def test_a_payment_is_taken_back_before_the_run(world: World):
    recalled, other = ordered(world, ("1", "2026-11-05"), ("2", "2026-11-06"))
    world.to_bank()

    told = world.json("cancel", recalled, code=0)

    assert "cancel-requested" == told["state"]
    assert {recalled: "cancel-requested", other: "transmitted"} == everywhere(world)
    assert "in-flight" == payables(world)[recalled]
    sent = world.to_bank()
    assert 1 == len(sent) == len(told["recalls"])
    answers = reconciled(world, "2026-11-02", code=0)
    assert {"camt.029", "pain.002"} == {each["format"] for each in answers["messages"]}
    assert {"status"} == {each["outcome"] for each in answers["messages"]}
    assert {recalled: "cancelled", other: "accepted"} == everywhere(world)
    assert {recalled: "open", other: "in-flight"} == payables(world)
    world.bank("advance", "--days", "7")
    reconciled(world, "2026-11-09", code=0)
    booked = [each for each in world.bank_json("journal") if each["amount_ore"] < 0]
    assert [-150000] == [each["amount_ore"] for each in booked]
    assert {recalled: "cancelled", other: "booked"} == everywhere(world)


def test_what_was_taken_back_may_be_ordered_again_under_a_new_id(world: World):
    (item,) = ordered(world, ("1", "2026-11-05"))
    world.to_bank()
    first = world.json("cancel", item, code=0)["end_to_end_id"]
    world.to_bank()
    reconciled(world, "2026-11-02", code=0)

    again = world.json("pay-due", code=0)

    (remittance,) = again["remittances"]
    payments = world.json("payments")
    assert {1, 2} == {each["attempt"] for each in payments}
    assert first in {each["end_to_end_id"] for each in payments}
    assert 2 == len({each["message_id"] for each in payments})
    assert "1500.00" == remittance["total"]


def test_in_the_race_with_the_run_the_bank_decides(world: World):
    """The run was first: refused, and booked like any other."""
    (item,) = ordered(world, ("1", "2026-11-02"))
    world.to_bank()
    world.books("cancel", item, code=0)
    world.bank("advance", "--next-run")
    world.to_bank()

    answers = reconciled(world, "2026-11-02")

    assert "camt.029" in {each["format"] for each in answers["messages"]}
    (payment,) = world.json("payments")
    assert payment["state"] in {"accepted", "booked"}
    world.bank("advance", "--days", "1")
    reconciled(world, "2026-11-03", code=0)
    assert {item: "booked"} == everywhere(world)
    refused = world.books("cancel", item, today="2026-11-03", code=1)
    assert "is booked (2026-11-02)" in refused.err


def test_a_refused_recall_is_told_and_may_be_asked_again(world: World):
    (item,) = ordered(world, ("1", "2026-11-02"))
    world.to_bank()
    world.bank("agreement", "86011117947", "--camt054")
    world.books("cancel", item, code=0)
    world.bank("advance", "--next-run")
    world.to_bank()
    inbox = world.folder / "bank" / "inbox"
    world.bank("collect", str(inbox))
    for file in inbox.iterdir():
        if b"camt.029" not in file.read_bytes() and b"pain.002" not in file.read_bytes():
            file.unlink()  # the booking is told later

    world.books("reconcile", code=0)

    (payment,) = world.json("payments")
    assert "accepted" == payment["state"]
    assert "ARDT" in payment["reason"]
    first = {file.name for file in (world.folder / "bank" / "outbox").glob("C055*")}
    again = world.json("cancel", item, code=0)
    assert "cancel-requested" == again["state"]
    second = {file.name for file in (world.folder / "bank" / "outbox").glob("C055*")}
    assert first.isdisjoint(second)


def test_asking_twice_is_asking_once(world: World):
    (item,) = ordered(world, ("1", "2026-11-05"))
    world.to_bank()
    first = world.json("cancel", item, code=0)
    outbox = world.folder / "bank" / "outbox"
    files = {file.name: file.read_bytes() for file in outbox.iterdir()}

    second = world.json("cancel", item, code=0)

    assert first["end_to_end_id"] == second["end_to_end_id"]
    assert [] == second["recalls"]
    assert files == {file.name: file.read_bytes() for file in outbox.iterdir()}


def test_a_whole_message_is_recalled_by_its_id(world: World):
    items = ordered(world, ("1", "2026-11-05"), ("2", "2026-11-06"))
    (message_id,) = world.to_bank()

    told = world.json("cancel", message_id, code=0)

    assert 2 == len(told["payments"])
    assert {"cancel-requested"} == set(states(world).values())
    world.to_bank()
    reconciled(world, "2026-11-02", code=0)
    assert dict.fromkeys(items, "cancelled") == everywhere(world)


def test_the_recall_is_in_the_books_and_beside_its_bytes(world: World):
    (item,) = ordered(world, ("1", "2026-11-05"))
    world.to_bank()

    told = world.json("cancel", item, code=0)

    text = (world.folder / "bank" / "2026" / "11.beancount").read_text()
    assert f'custom "payment-cancel" "{told["end_to_end_id"]}"' in text
    sha256 = told["recalls"][0]["sha256"]
    sidecar = world.folder / "bank" / "archive" / sha256[:2] / f"{sha256}.jsonl"
    events = sidecar.read_text()
    assert '"event": "recall"' in events
    assert '"event": "sent"' in events


def outcome(world: World) -> object:
    files = {
        path.name: path.read_bytes()
        for path in sorted((world.folder / "bank" / "outbox").iterdir())
    }
    return files, world.json("payments"), world.json("payables")


def test_why_tells_the_answer_to_the_recalled_payment_and_to_no_other(world: World):
    recalled, other = ordered(world, ("1", "2026-11-05"), ("2", "2026-11-06"))
    world.to_bank()
    world.books("cancel", recalled, code=0)
    world.to_bank()
    reconciled(world, "2026-11-02", code=0)

    def told(item: str) -> list[str]:
        steps = world.json("why", item, code=0)["steps"]
        return [each["status"] for each in steps if each["kind"] == "status"]

    assert "ACCR" in told(recalled)
    assert not {"ACCR", "CNCL", "RJCT"} & set(told(other))


def test_a_recall_stopped_anywhere_goes_on_with_the_same_bytes(
    world: World, tmp_path, monkeypatch
):
    first, _ = ordered(world, ("1", "2026-11-05"), ("2", "2026-11-06"))
    world.to_bank()
    expected = World(tmp_path / "expected", today=world.today)
    shutil.copytree(world.folder.parent, tmp_path / "expected")

    def act(each: World) -> None:
        each.books("cancel", first, code=0)

    act(expected)

    for other in every_stop(world, tmp_path, monkeypatch, act):
        assert outcome(expected) == outcome(other)


def test_dropping_and_sending_again_stopped_anywhere_ends_the_same(
    world: World, tmp_path, monkeypatch
):
    ordered(world, ("1", "2026-11-05"), ("2", "2026-11-06"))
    (message_id,) = {each["message_id"] for each in world.json("payments")}

    def drop(each: World) -> None:
        ran = each.books("cancel", message_id, "--never-sent")
        assert 0 == ran.code or "was dropped before" in ran.err

    for other in every_stop(world, tmp_path / "drop", monkeypatch, drop):
        assert [] == other.json("send", code=0)["remittances"]
        shutil.rmtree(other.folder / ".books")
        assert {"dropped"} == set(states(other).values())
        text = (other.folder / "bank" / "2026" / "11.beancount").read_text()
        assert 1 == text.count('custom "remittance-dropped"')
    emptied(world)
    drop(world)

    def again(each: World) -> None:
        each.books("pay-due", code=0)

    for other in every_stop(world, tmp_path / "again", monkeypatch, again):
        assert 1 == len(list((other.folder / "bank" / "outbox").glob("P001*")))
        shutil.rmtree(other.folder / ".books")
        assert ["transmitted"] * 2 == list(states(other).values())


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ("lf-L10002-9", "no payment of it was ordered"),
        ("E-NOBODY", "has this name or ends like this"),
    ],
)
def test_what_cannot_be_recalled_is_refused(world: World, given, says):
    world.bill("9", "100.00", "2026-12-24", party="L10002")
    ordered(world, ("1", "2026-11-05"))

    ran = world.books("cancel", given, code=1)

    assert says in ran.err


# --- never sent -----------------------------------------------------------------------


def emptied(world: World) -> bytes:
    """Lose the file on its way to the netbank; return what it was."""
    (file,) = (world.folder / "bank" / "outbox").iterdir()
    data = file.read_bytes()
    file.unlink()
    return data


def test_a_message_that_never_reached_the_bank_goes_again_as_it_was(world: World):
    """Same bytes, same MsgId, for as long as the bank would know the first."""
    items = ordered(world, ("1", "2026-11-05"), ("2", "2026-11-06"))
    lost = emptied(world)
    (message_id,) = {each["message_id"] for each in world.json("payments")}

    told = world.json("cancel", message_id, "--never-sent", "--reason", "tapt", code=0)

    assert {"dropped"} == {each["state"] for each in told["payments"]}
    assert "2027-01-31" == told["until"]
    assert dict.fromkeys(items, "dropped") == everywhere(world)
    assert dict.fromkeys(items, "open") == payables(world)
    assert "tapt (kari)" == world.json("payments")[0]["reason"]
    assert [] == world.json("send", code=0)["remittances"]
    again = world.json("pay-due", today="2026-11-03", code=0)
    assert [message_id] == [each["message_id"] for each in again["remittances"]]
    assert lost == emptied(world)
    assert dict.fromkeys(items, "transmitted") == everywhere(world)
    assert 2 == len(world.json("payments"))


def test_part_of_a_message_cannot_be_unsent(world: World):
    first, _ = ordered(world, ("1", "2026-11-05"), ("2", "2026-11-06"))

    ran = world.books("cancel", first, "--never-sent", code=1)

    assert "one of 2 payments" in ran.err
    assert {"transmitted"} == set(states(world).values())


def test_what_the_bank_has_spoken_of_was_sent(world: World):
    (item,) = ordered(world, ("1", "2026-11-05"))
    world.to_bank()
    reconciled(world, "2026-11-02", code=0)

    ran = world.books("cancel", item, "--never-sent", code=1)

    assert "the bank has it (accepted)" in ran.err


def test_a_dropped_message_that_the_bank_executes_is_an_alarm(world: World):
    """A person's word is not the bank's: the money is gone, and both are told."""
    (item,) = ordered(world, ("1", "2026-11-05"))
    (file,) = (world.folder / "bank" / "outbox").iterdir()
    world.books("cancel", item, "--never-sent", code=0)
    world.bank("upload", str(file))
    world.bank("approve", "--all", "--as", "Kari")
    world.bank("advance", "--days", "7")

    reconciled(world, "2026-11-09", code=3)

    (payment,) = world.json("payments")
    assert "booked" == payment["state"]
    assert len(payment["alarms"]) == 1
    assert {} == payables(world)


def test_a_bill_that_changed_waits_until_the_bank_has_forgotten(world: World):
    item, other = ordered(world, ("1", "2026-11-05"), ("2", "2026-11-06"))
    emptied(world)
    (message_id,) = {each["message_id"] for each in world.json("payments")}
    world.books("cancel", message_id, "--never-sent", code=0)
    world.books("hold", item, "--reason", "feil pris", code=0)

    blocked = world.json("pay-due", today="2026-11-10", code=3)

    assert [] == blocked["remittances"]
    reasons = {each["open_item"]: each["reason"] for each in blocked["skipped"]}
    assert f"only in message {message_id}" in reasons[other]
    after = world.json("pay-due", today="2027-02-01", code=3)
    assert "1500.00" == after["remittances"][0]["total"]
    assert message_id != after["remittances"][0]["message_id"]


def test_a_message_can_be_dropped_again(world: World):
    (item,) = ordered(world, ("1", "2026-11-05"))
    emptied(world)
    world.books("cancel", item, "--never-sent", code=0)
    assert "was dropped before" in world.books("cancel", item, "--never-sent", code=1).err
    world.books("pay-due", code=0)
    emptied(world)

    world.books("cancel", item, "--never-sent", code=0)

    assert {item: "dropped"} == everywhere(world)
    text = (world.folder / "bank" / "2026" / "11.beancount").read_text()
    assert (2, 1) == (
        text.count('custom "remittance-dropped"'),
        text.count('custom "remittance-again"'),
    )
