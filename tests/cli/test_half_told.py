"""A file of the bank that was lost waits by name, and no longer once it has come."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from day_statements import debit, notified, stated, take_in
from test_waiting import told
from world import ACCOUNT, World

MONDAY = "2026-11-02"


def withheld(world: World, part: str) -> dict[str, bytes]:
    """Take the files of some kind out of the inbox, as if they were lost on the way."""
    found = {
        path.name: path.read_bytes()
        for path in (world.folder / "bank" / "inbox").iterdir()
        if path.is_file() and part in path.name
    }
    for name in found:
        (world.folder / "bank" / "inbox" / name).unlink()
    assert found
    return found


def given(world: World, files: dict[str, bytes]) -> None:
    for name, data in files.items():
        Path(world.folder / "bank" / "inbox" / name).write_bytes(data)


@pytest.fixture
def received(world: World) -> World:
    """Two receipts of Monday 2 November, one sum on the statement, told by OCR giro."""
    world.bank("agreement", ACCOUNT, "--ocr", "001008566")
    world.sale("5001", "500.00", "200010050017")
    world.sale("5002", "300.00", "200010050025")
    two_receipts(world, "500", "300")
    world.let_pass(days=4)
    return world


def two_receipts(world: World, one: str, two: str) -> None:
    world.bank("pay-in", ACCOUNT, "--amount", one, "--kid", "200010050017")
    world.bank("pay-in", ACCOUNT, "--amount", two, "--kid", "200010050025")


def test_a_lost_file_of_details_waits_after_the_next_bank_day(received: World):
    lost = withheld(received, "OCR")
    withheld(received, "C053.20261106")
    received.today = "2026-11-03"
    received.books("reconcile", today="2026-11-03", code=0)
    assert received.json("unmatched", code=0) == []

    received.today = "2026-11-04"
    (row,) = told(received)

    assert (row["kind"], row["date"], row["amount"]) == ("clearing", MONDAY, "800.00")
    assert row["reason"] == (
        f"{ACCOUNT}: the statement has one sum on {MONDAY}; camt.054 or OCR giro with its"
        " details did not come"
    )
    assert row["decide"] == (
        f"books reconcile FILE\nbooks match {row['ref']} ITEM\n"
        f"books book {row['ref']} ACCOUNT"
    )
    received.books("why", row["ref"], code=0)

    given(received, lost)
    received.books("reconcile", code=0)
    assert received.json("unmatched", code=0) == []
    assert received.json("status", code=0)["waiting"] == 0
    assert "kf-" not in received.books("receivables", code=0).out


LUMP = (
    '<Ntry><Amt Ccy="NOK">90.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>BOOK</Sts>'
    "<BookgDt><Dt>2026-11-06</Dt></BookgDt><AcctSvcrRef>L1</AcctSvcrRef>"
    "<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>ICDT</Cd><SubFmlyCd>OTHR</SubFmlyCd></Fmly>"
    "</Domn></BkTxCd><NtryDtls><Btch><NbOfTxs>3</NbOfTxs></Btch></NtryDtls></Ntry>"
)


def test_payments_are_told_by_camt_054_alone_and_a_weekend_is_no_bank_day(world: World):
    world.today = "2026-11-07"
    friday = stated("250000.00", "249910.00", LUMP, day="2026-11-06")
    take_in(world, code=0, friday=friday)

    for world.today in ("2026-11-08", "2026-11-09"):
        assert world.json("unmatched", code=0) == []
    world.today = "2026-11-10"
    (row,) = told(world)

    assert (row["kind"], row["amount"]) == ("clearing", "-90.00")
    assert "; camt.054 with its details did not come" in row["reason"]


@pytest.mark.parametrize(("amount", "held"), [("350.00", 2), ("260.00", 2), ("120.00", 1)])
def test_a_late_payment_that_such_a_sum_may_hold_is_one_thing_with_it(
    world: World, amount: str, held: int
):
    """The bank has perhaps executed it: nobody is told to take it back meanwhile."""
    world.bill("1", "100.00", "2026-11-06")
    world.bill("2", "250.00", "2026-11-06")
    world.books("pay-due", code=0)
    world.to_bank()
    world.today = "2026-11-17"
    closing = str(Decimal("250000.00") - Decimal(amount))
    lump = LUMP.replace("90.00", amount)
    friday = stated("250000.00", closing, lump, day="2026-11-06")
    take_in(world, friday=friday)

    rows = told(world)

    sum_row = next(row for row in rows if row["kind"] == "clearing")
    late = {row["ref"] for row in rows if row["kind"] == "late"}
    ordered = {each["end_to_end_id"] for each in world.json("payments")}
    named = {name for name in ordered if name in sum_row["reason"]}
    assert len(named) == held
    assert late == ordered - named
    assert set(world.json("status")["late"]) == late


def test_a_sum_that_is_not_that_of_its_details_names_the_difference(world: World):
    world.today = "2026-11-07"
    details = notified(debit("89.00", "2026-11-06", "L1", "E-2"), day="2026-11-06")
    take_in(world, details=details)
    friday = stated("250000.00", "249910.00", LUMP, day="2026-11-06")
    take_in(world, friday=friday)

    world.today = "2026-11-10"
    (row,) = [each for each in told(world) if each["kind"] == "clearing"]

    assert row["amount"] == "-1.00"
    assert row["reason"] == (
        f"{ACCOUNT}: the statement has -90.00 NOK under L1, its details in camt.054 are"
        " -89.00 NOK: -1.00 NOK is told by no file"
    )
    world.books("book", row["ref"], "7770", code=0)
    assert not [each for each in told(world) if each["kind"] == "clearing"]
    assert world.json("status")["accounts"][0]["clearing"] == "0.00"
    assert world.json("verify")["ok"]


def test_details_that_no_statement_shows_wait_once_a_later_day_is_proved(received: World):
    """Until then the statement is only not there yet, however long that is."""
    withheld(received, "C053")
    received.today = "2026-11-27"
    received.books("reconcile", code=0)
    assert received.json("unmatched", code=0) == []

    quiet = {
        f"d{day}": stated("250000.00", "250000.00", day=f"2026-11-0{day}")
        for day in range(2, 7)
    }
    take_in(received, code=3, **quiet)

    (row,) = told(received)

    assert (row["kind"], row["amount"]) == ("clearing", "800.00")
    assert "ocr-giro told it for 2026-11-0" in row["reason"]


def test_what_was_lost_later_is_told_alone(received: World):
    """What is settled since clearing was last empty is not read again."""
    received.today = "2026-11-07"
    received.books("reconcile", code=0)
    two_receipts(received, "70", "20")
    received.let_pass(days=4)
    withheld(received, "OCR")
    received.today = "2026-11-13"
    received.books("reconcile", code=3)

    (row,) = received.json("unmatched", code=3)

    assert (row["kind"], row["amount"]) == ("clearing", "90.00")
