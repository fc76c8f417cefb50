"""The bank takes a receipt back that a person has placed, undone or used since."""

from __future__ import annotations

import pytest
from day_statements import receipt, stated
from world import World

FIRST, SECOND, UNKNOWN = "10001008", "10002006", "999999"
PAYER = "15030000037"


def taken_back(amount: str, day: str, kid: str) -> str:
    told = receipt(amount, day, "BACK", kid=kid, payer=PAYER).replace("Dbtr", "Cdtr")
    return told.replace("CRDT</Cdt", "DBIT</Cdt").replace(
        "</CdtDbtInd><Sts>", "</CdtDbtInd><RvslInd>true</RvslInd><Sts>"
    )


@pytest.fixture
def sold(world: World) -> World:
    world.sale("1", "1500.00", FIRST)
    world.sale("2", "2500.00", SECOND)
    world.today = "2026-11-20"
    return world


def receive(world: World, amount: str, kid: str) -> str:
    """Take in a receipt; return its voucher."""
    closing = f"{250000 + float(amount):.2f}"
    told = receipt(amount, "2026-11-18", "IN", kid=kid, payer=PAYER)
    reconcile(world, stated("250000.00", closing, told, day="2026-11-18"))
    return "B2026-1"


def take_back(world: World, amount: str, kid: str) -> None:
    opening = f"{250000 + float(amount):.2f}"
    told = taken_back(amount, "2026-11-19", kid)
    reconcile(world, stated(opening, "250000.00", told, day="2026-11-19"))


def reconcile(world: World, data: bytes) -> None:
    path = world.folder.parent / "told.xml"
    path.write_bytes(data)
    assert world.books("reconcile", str(path)).code in {0, 3}


def owed(world: World) -> dict[str, str]:
    return {each["open_item"]: each["amount"] for each in world.json("receivables")}


ALL = {"kf-K20001-1": "1500.00", "kf-K20001-2": "2500.00"}


def is_as_before(world: World) -> bool:
    """Whether the receipt has left nothing: both invoices are owed, and nothing waits."""
    world.books("verify", code=0)
    return owed(world) == ALL and world.json("unmatched", code=0) == []


def only_waiting(world: World) -> str:
    (row,) = world.json("unmatched", code=3)
    return row["ref"]


def test_a_receipt_that_a_person_matched_opens_what_he_matched(sold: World):
    receive(sold, "1500.00", UNKNOWN)
    sold.books("match", only_waiting(sold), "kf-K20001-1", code=0)

    take_back(sold, "1500.00", UNKNOWN)

    assert is_as_before(sold)


def test_an_undone_receipt_is_taken_from_where_it_stands(sold: World):
    sold.books("undo", receive(sold, "1500.00", FIRST), code=0)

    take_back(sold, "1500.00", FIRST)

    assert is_as_before(sold)


def test_an_undone_receipt_that_was_matched_elsewhere_opens_that(sold: World):
    sold.books("undo", receive(sold, "1500.00", FIRST), code=0)
    sold.books("match", only_waiting(sold), "kf-K20001-2", code=0)

    take_back(sold, "1500.00", FIRST)

    assert is_as_before(sold)


def test_a_credit_that_a_person_has_used_opens_what_it_was_used_for(sold: World):
    receive(sold, "1700.00", FIRST)
    sold.books("match", only_waiting(sold), "kf-K20001-2", code=0)
    assert owed(sold) == {"kf-K20001-2": "2300.00"}

    take_back(sold, "1700.00", FIRST)

    assert is_as_before(sold)


@pytest.mark.parametrize(
    ("amount", "kid", "decision"),
    [
        ("1500.00", UNKNOWN, ("book", "3000")),
        ("1700.00", FIRST, ("match", "kf-K20001-2=50")),
    ],
)
def test_what_cannot_be_followed_names_the_voucher_to_undo(
    sold: World, amount, kid, decision
):
    """A person undoes it first; then each half suggests the other."""
    first = receive(sold, amount, kid)
    command, target = decision
    placed = sold.json(command, only_waiting(sold), target, code=0)["voucher"]

    take_back(sold, amount, kid)

    rows = {row["amount"]: row for row in sold.json("unmatched", code=3)}
    assert f"({placed}): angre det (books undo)" in rows[f"-{amount}"]["reason"]
    sold.books("undo", placed, code=0)
    if kid == FIRST:
        sold.books("undo", first, code=0)
    rows = {row["amount"]: row for row in sold.json("unmatched", code=3)}
    for own, other in ((amount, f"-{amount}"), (f"-{amount}", amount)):
        offered = [each["open_item"] for each in rows[own]["candidates"]]
        assert rows[other]["open_item"] in offered
    sold.books("match", rows[amount]["open_item"], rows[f"-{amount}"]["open_item"], code=0)
    assert is_as_before(sold)


def test_a_receipt_is_not_undone_after_the_bank_took_it_back(sold: World):
    voucher = receive(sold, "1500.00", FIRST)
    take_back(sold, "1500.00", FIRST)

    refused = sold.books("undo", voucher, code=1).err

    assert "1500.00" in refused
    assert "B2026-2" in refused
    assert is_as_before(sold)
