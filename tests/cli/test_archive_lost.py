"""What the books name and the archive has lost is taken back, and nothing is paid twice."""

from __future__ import annotations

import shutil
from hashlib import sha256
from pathlib import Path

import pytest
from day_statements import MONDAY, take_in
from world import World

from ledger.archive import Archive


@pytest.fixture
def ordered(world: World) -> World:
    """A bill that was ordered; its file lies in the outbox."""
    world.bill("12", "700.00", "2026-11-04")
    world.books("pay-due", code=0)
    return world


def lose(world: World, *names: str) -> None:
    for name in names or (".books", "bank/archive"):
        shutil.rmtree(world.folder / name)


def outbox(world: World) -> Path:
    (path,) = (world.folder / "bank" / "outbox").glob("*.xml")
    return path


def message(world: World) -> str:
    return world.json("payments")[0]["message_id"]


def wrong(world: World) -> list[str]:
    return [each["name"] for each in world.json("verify")["checks"] if not each["ok"]]


def outcomes(world: World) -> list[tuple[str, str]]:
    """Let everything in the outbox be paid; return what the bank booked."""
    world.to_bank()
    world.let_pass(days=4)
    world.today = "2026-11-06"
    world.books("reconcile")
    return [(each["kind"], each["amount_ore"]) for each in world.bank_json("journal")]


def test_rebuild_takes_an_order_back_from_the_outbox(ordered: World):
    before, file = ordered.json("payments"), outbox(ordered)
    digest = sha256(file.read_bytes()).hexdigest()
    lose(ordered)
    verify = ordered.books("verify", code=1).out
    assert "is not in the archive; books rebuild takes it back from the channels'" in verify

    rebuilt = ordered.json("rebuild", code=0)

    assert (rebuilt["ok"], rebuilt["taken_back"]) == (True, [digest])
    assert wrong(ordered) == []
    assert ordered.json("payments") == before
    (manifest,) = Archive(ordered.folder).manifests()
    assert manifest.payments[0].creditor_name == "Fjellkraft AS"
    assert ordered.json("send", code=0)["remittances"] == []
    assert outcomes(ordered) == [("payment", -70000)]
    assert ordered.json("payments")[0]["state"] == "booked"


def test_what_nobody_has_is_told_with_the_step_to_take(ordered: World):
    outbox(ordered).rename(ordered.folder.parent / "found.xml")
    named = message(ordered)
    lose(ordered)

    rebuilt = ordered.books("rebuild", code=3).out
    sent = ordered.books("send", code=3).out
    status = ordered.books("status", code=3).out

    assert "find them and name them: books rebuild FILE" in rebuilt
    assert f"{named} (P001.{named}.xml), sha256 " in rebuilt
    assert f"Message {named}: nobody knows whether the bank has it." in sent
    for told in (sent, status):
        assert "books rebuild FILE" in told
    assert "books send offers" not in status


def test_a_file_that_a_person_found_counts_as_sent_and_never_goes_by_itself(
    ordered: World,
):
    file = outbox(ordered).rename(ordered.folder.parent / "found.xml")
    named = message(ordered)
    lose(ordered)

    rebuilt = ordered.books("rebuild", str(file), code=3).out

    assert f"{named} counts as sent: nobody here knows whether it was." in rebuilt
    assert wrong(ordered) == []
    ordered.books("send", code=0)
    ordered.books("pay-due", code=0)
    assert list((ordered.folder / "bank" / "outbox").iterdir()) == []
    # The person finds that the bank never had it: then it goes, the same bytes once.
    ordered.books("cancel", named, "--never-sent", "--reason", "aldri lastet opp", code=0)
    ordered.books("pay-due", code=0)
    assert outbox(ordered).read_bytes() == file.read_bytes()
    assert outcomes(ordered) == [("payment", -70000)]


def test_another_file_is_refused_and_nothing_is_believed_by_its_name(ordered: World):
    file = outbox(ordered)
    other = ordered.folder.parent / file.name
    other.write_bytes(file.read_bytes() + b"\n")
    file.unlink()
    lose(ordered)

    refused = ordered.books("rebuild", str(other), code=1).err

    assert "no order and no voucher of the books names it" in refused
    assert wrong(ordered) == ["remittances"]


def test_a_message_that_is_lost_for_good_can_be_said_never_sent(ordered: World):
    outbox(ordered).unlink()
    named = message(ordered)
    lose(ordered)

    ordered.books("cancel", named, "--never-sent", "--reason", "aldri lastet opp", code=0)

    assert ordered.json("payments")[0]["state"] == "dropped"
    (waiting,) = ordered.json("pay-due")["skipped"]
    assert named in waiting["reason"]
    assert list((ordered.folder / "bank" / "outbox").iterdir()) == []
    # The bank has forgotten its MsgId: a new order, a new attempt.
    (order,) = ordered.json("pay-due", today="2027-03-01")["remittances"]
    assert order["message_id"] != named


@pytest.mark.parametrize("by", ["reconcile", "rebuild"])
def test_a_statement_that_only_the_archive_lost_is_taken_back(world: World, by: str):
    world.today = "2026-11-06"
    take_in(world, monday=MONDAY)
    (row,) = world.json("unmatched", code=3)
    world.books("book", row["ref"], "6800", code=0)
    digest = sha256(MONDAY).hexdigest()
    lose(world, f"bank/archive/{digest[:2]}")
    assert "bank" in wrong(world)

    world.books(by, str(world.folder.parent / "given" / "monday.xml"), code=0)

    assert wrong(world) == []
    assert world.json("status", code=0)["accounts"][0]["as_of"] == "2026-11-02"
    world.books("rebuild", code=0)
    assert wrong(world) == []


def test_rebuild_takes_statements_and_decisions_back_from_where_they_lie(world: World):
    world.today = "2026-11-06"
    take_in(world, monday=MONDAY)
    (row,) = world.json("unmatched", code=3)
    receipt = world.folder.parent / "kvittering.pdf"
    receipt.write_bytes(b"%PDF kvittering")
    world.books("book", row["ref"], "6800", "--document", str(receipt), code=0)
    lose(world)
    (world.folder / "bank" / "inbox").mkdir(exist_ok=True)
    shutil.copy(
        world.folder.parent / "given" / "monday.xml", world.folder / "bank" / "inbox"
    )

    taken_back = world.json("rebuild", str(receipt), code=0)["taken_back"]

    assert {sha256(MONDAY).hexdigest(), sha256(receipt.read_bytes()).hexdigest()} == {
        *taken_back
    }
    assert wrong(world) == []
    assert world.json("status", code=0)["accounts"][0]["as_of"] == "2026-11-02"
