"""Money that goes back to a customer: ordered, on its way, and what the bank makes of it.

The credit and the payment of it are one thing, wherever it waits.
"""

from __future__ import annotations

import re

import pytest
from test_waiting import told
from web_pages import Browser
from world import ACCOUNT, OTHER_ACCOUNT, World

from bankio.channels import OutcomeUnknown
from bankio.channels.directory import DirectoryChannel
from ledger import remittance_texts

ORDERED, LATER = "2026-11-05", "2026-11-23"


@pytest.fixture(params=[(), ("--camt054",)], ids=["statement", "detail"])
def overpaid(world: World, request: pytest.FixtureRequest) -> World:
    """A customer has paid 200.00 too much, and told the account to pay it back to."""
    if request.param:
        world.bank("agreement", ACCOUNT, *request.param)
    world.sale("5001", "25000.00", "200010050017")
    world.bank("pay-in", ACCOUNT, "--amount", "25200", "--kid", "200010050017")
    world.let_pass(days=2)
    world.today = ORDERED
    world.books("reconcile", code=3)
    world.append(
        "vouchers/2026/11.beancount",
        f'2026-11-05 custom "open-item" "{waiting(world)["open_item"]}"\n'
        f'  creditor-account: "{OTHER_ACCOUNT}"\n',
    )
    return world


def waiting(world: World) -> dict:
    (only,) = told(world)
    return only


def refunded(world: World) -> str:
    """Order the refund, have it approved, and let the bank do with it what it does."""
    credit = waiting(world)["open_item"]
    world.books("pay-due", credit, "--yes", code=0)
    assert world.json("unmatched", code=0) == []
    world.to_bank()
    world.let_pass(days=18)
    world.today = LATER
    world.books("reconcile", code=3)
    return credit


def test_a_credit_waits_no_more_than_a_bill_while_the_bank_has_its_payment(
    overpaid: World,
):
    credit = waiting(overpaid)["open_item"]
    overpaid.books("pay-due", credit, "--yes", code=0)
    overpaid.to_bank()

    assert overpaid.json("unmatched", code=0) == []
    assert overpaid.json("status", code=0)["waiting"] == 0
    (shown,) = overpaid.json("payables")
    assert (shown["open_item"], shown["state"]) == (credit, "in-flight")

    overpaid.today = LATER
    late = waiting(overpaid)
    assert (late["kind"], late["amount"]) == ("late", "-200.00")


@pytest.mark.parametrize("ends", ["--returns", "--closed"])
def test_a_refund_that_the_bank_ends_is_one_thing(overpaid: World, ends: str):
    overpaid.bank("payee", OTHER_ACCOUNT, ends)
    credit = refunded(overpaid)

    row = waiting(overpaid)

    assert row["text"] == "Tilbakebetaling faktura 5001"
    word = "returned" if ends == "--returns" else "rejected"
    assert (row["kind"], row["open_item"], row["amount"]) == ("failed", credit, "-200.00")
    assert row["reason"].startswith(f"{word} by the bank: ")
    assert row["decide"].splitlines() == [
        f"books release {credit}",
        f"books match {credit} ITEM",
        f"books book {credit} ACCOUNT",
    ]
    assert f"(then books pay-due {credit})" in overpaid.books("unmatched").out
    page = Browser(overpaid).text("waiting")
    assert f"så books pay-due {credit}" in page
    assert f"books match {credit} ITEM" in page


def test_a_returned_refund_is_paid_again_or_placed(overpaid: World):
    overpaid.bank("payee", OTHER_ACCOUNT, "--returns")
    credit = refunded(overpaid)

    overpaid.books("release", credit, code=0)

    assert (waiting(overpaid)["kind"], waiting(overpaid)["open_item"]) == ("money", credit)
    (sent,) = overpaid.json("pay-due", credit, "--dry-run")["remittances"]
    assert sent["total"] == "200.00"
    overpaid.sale("5002", "300.00", "200010050025")
    overpaid.books("match", credit, "kf-K20001-5002", code=0)
    assert overpaid.json("unmatched", code=0) == []
    overpaid.books("verify", code=0)


def test_a_refund_that_is_booked_otherwise_is_the_parked_money(overpaid: World):
    overpaid.bank("fault", "other_amount", "ore=-100")
    credit = refunded(overpaid)

    row = waiting(overpaid)

    assert (row["kind"], row["alarm"], row["amount"]) == ("money", True, "-199.00")
    overpaid.books("match", row["ref"], credit, code=0)
    left = waiting(overpaid)
    assert (left["kind"], left["open_item"], left["amount"]) == ("failed", credit, "-1.00")


def test_a_refund_whose_posting_is_undone_names_its_payment(overpaid: World):
    credit = waiting(overpaid)["open_item"]
    overpaid.books("pay-due", credit, "--yes", code=0)
    overpaid.to_bank()
    overpaid.let_pass(days=18)
    overpaid.today = LATER
    overpaid.books("reconcile", code=0)
    (payment,) = overpaid.json("payments")
    settled = next(
        step["voucher"]
        for step in overpaid.json("why", credit)["steps"]
        if step["kind"] == "voucher" and str(step["rule"]) == "end-to-end-id"
    )

    overpaid.books("undo", settled, code=0)

    rows = {row["open_item"]: row for row in told(overpaid)}
    assert payment["end_to_end_id"] in rows.pop(credit)["reason"]
    (parked,) = rows.values()
    overpaid.books("match", parked["open_item"], credit, code=0)
    assert overpaid.json("unmatched", code=0) == []


def test_a_persons_hold_on_a_refund_that_failed_is_one_thing_too(overpaid: World):
    overpaid.bank("payee", OTHER_ACCOUNT, "--returns")
    credit = refunded(overpaid)

    overpaid.books("hold", credit, "--reason", "kunden ringer", code=0)

    row = waiting(overpaid)
    assert (row["kind"], row["open_item"]) == ("money", credit)
    assert row["reason"] == "kunden ringer (kari)"


def refund_text(world: World, item: str) -> str:
    """Order the refund of an item; return what its customer reads."""
    world.append(
        "vouchers/2026/11.beancount",
        f'2026-11-05 custom "open-item" "{item}"\n  creditor-account: "{OTHER_ACCOUNT}"\n',
    )
    world.today = ORDERED
    world.books("pay-due", item, "--yes", code=0)
    (file,) = (world.folder / "bank" / "outbox").glob("*.xml")
    (text,) = re.findall("<Ustrd>(.*)</Ustrd>", file.read_text("utf-8"))
    assert "cr-" not in text
    (payment,) = world.json("payments")
    assert text in world.books("remittance", payment["message_id"], code=0).out
    return text


def paid(world: World, *amounts: str) -> str:
    """Let a customer pay; return the credit that this leaves."""
    for amount in amounts:
        world.bank("pay-in", ACCOUNT, "--amount", amount, "--kid", "200010050017")
    world.let_pass(days=2)
    world.books("reconcile", today=ORDERED, code=3)
    (row,) = world.json("unmatched")
    return row["open_item"]


@pytest.mark.parametrize("amounts", [("600",), ("500", "500")], ids=["more", "twice"])
def test_a_customer_reads_the_number_of_his_invoice(world: World, amounts):
    world.sale("5001", "500.00", "200010050017")
    credit = paid(world, *amounts)

    assert refund_text(world, credit) == "Tilbakebetaling faktura 5001"

    world.to_bank()
    world.let_pass(days=4)
    world.today = "2026-11-10"
    world.books("reconcile", code=0)
    assert "Kunde Nord AS Tilbakebetaling faktura 5001" in world.books("why", credit).out


def test_a_kid_of_several_invoices_names_the_day_of_the_receipt(world: World):
    world.sale("5001", "500.00", "200010050017")
    world.sale("5002", "300.00", "200010050017")
    credit = paid(world, "70")

    text = refund_text(world, credit)

    assert text == "Tilbakebetaling av innbetaling 02.11.2026"


def test_a_credit_note_is_named_as_one(world: World):
    note = world.sale("K77", "-80.00", "200010050025")

    assert refund_text(world, note) == "Tilbakebetaling kreditnota K77"


def test_a_credit_that_a_person_has_posted_goes_with_his_words(world: World):
    world.append(
        "vouchers/2026/11.beancount",
        '2026-11-02 * "Kunde Nord AS" "Bonus for 2025"\n'
        "  Assets:1500-Kundefordringer:K20001-Kunde-Nord  -40.00 NOK\n"
        '    open-item: "cr-bonus"\n'
        "  Income:3000-Salgsinntekt-høy  40.00 NOK\n",
    )

    assert refund_text(world, "cr-bonus") == "Tilbakebetaling: Bonus for 2025"


def test_other_words_change_nothing_of_what_is_under_way(overpaid: World, monkeypatch):
    """The same bytes go again, under the same identifications (ADR 0005)."""

    def lost(*_: object) -> None:
        raise OutcomeUnknown("the line was cut")

    credit = waiting(overpaid)["open_item"]
    with monkeypatch.context() as patched:
        patched.setattr(DirectoryChannel, "send", lost)
        patched.setattr(remittance_texts, "of_refund", lambda *_: f"Refund {credit}")
        overpaid.books("pay-due", credit, "--yes", code=3)
    (before,) = overpaid.json("payments")

    (sent,) = overpaid.json("send", code=0)["remittances"]
    again = overpaid.json("pay-due", credit, "--yes")

    file = overpaid.folder / "bank" / "outbox" / f"P001.{sent['message_id']}.xml"
    assert f"Refund {credit}" in file.read_text("utf-8")
    assert sent["message_id"] == before["message_id"]
    assert again["remittances"] == []
    assert [each["end_to_end_id"] for each in overpaid.json("payments")] == [
        before["end_to_end_id"]
    ]
