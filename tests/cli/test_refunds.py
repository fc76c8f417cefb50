"""Money that goes back to a customer: ordered, on its way, and what the bank makes of it.

The credit and the payment of it are one thing, wherever it waits.
"""

from __future__ import annotations

import pytest
from test_waiting import told
from web_pages import Browser
from world import ACCOUNT, OTHER_ACCOUNT, World

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
