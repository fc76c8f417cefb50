"""What `verify` refuses for, no other command calls proved: one answer, whoever is asked."""

from __future__ import annotations

import re

import pytest
from day_statements import MONDAY, TUESDAY, take_in
from web_pages import Browser
from world import ACCOUNT, World

TODAY = "2026-11-06"
BANK = "Assets:1920-Bankinnskudd"
CLEARING = "Assets:1929-Interim-bank:B1920"


@pytest.fixture
def proved(world: World) -> World:
    """Books with Monday and Tuesday proved, and nothing that waits."""
    world.today = TODAY
    take_in(world, monday=MONDAY, tuesday=TUESDAY)
    for row in world.json("unmatched", code=3):
        world.books("book", row["ref"], "6800", code=0)
    world.books("status", code=0)
    return world


def in_toml(world: World, old: str, new: str) -> None:
    path = world.folder / "books.toml"
    text = path.read_text("utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), "utf-8")


def by_hand(world: World, account: str, *amounts: str, day: str) -> None:
    legs = "".join(f"  {account}  {each} NOK\n" for each in amounts)
    rest = -sum(map(float, amounts))
    legs += f"  Expenses:6800-Kontorrekvisita  {rest:.2f} NOK\n" if rest else ""
    typed = f'{day} * "Kari" "for hånd"\n{legs}'
    world.append("vouchers/2026/11.beancount", typed)


def lose_tuesday(world: World) -> None:
    (path,) = [
        each
        for each in (world.folder / "bank" / "archive").glob("*/*.xml")
        if each.read_bytes() == TUESDAY
    ]
    path.unlink()


CASES = {
    "another opening": (
        lambda world: in_toml(world, 'opening = "250000.00"', 'opening = "250000.01"'),
        None,
        "the books hold 250000.00 NOK that morning, and books.toml says 250000.01 NOK",
        "Ikke avstemt fra 2026-11-01: regnskapet har 250000.00 NOK den morgenen",
    ),
    "another first day": (
        lambda world: in_toml(world, "first_day = 2026-11-01", "first_day = 2026-11-03"),
        None,
        "not proved from 2026-11-03 on: the books hold 250100.00 NOK",
        "Ikke avstemt fra 2026-11-03: regnskapet har 250100.00 NOK",
    ),
    "two postings by hand that take each other back": (
        lambda world: by_hand(world, BANK, "10.00", "-10.00", day="2026-11-03"),
        "2026-11-02",
        f"11.beancount:14: posts on {BANK} by hand",
        f"11.beancount:14: {BANK} er ført for hånd",
    ),
    "a posting by hand after the last statement": (
        lambda world: by_hand(world, BANK, "10.00", day="2026-11-04"),
        "2026-11-03",
        f"not proved from 2026-11-04 on: vouchers/2026/11.beancount:14: posts on {BANK}",
        f"Ikke avstemt fra 2026-11-04: vouchers/2026/11.beancount:14: {BANK}",
    ),
    "clearing by hand": (
        lambda world: by_hand(world, CLEARING, "10.00", "-10.00", day="2026-11-03"),
        "2026-11-02",
        f"posts on {CLEARING} by hand",
        f"{CLEARING} er ført for hånd",
    ),
    "a statement that is gone": (
        lose_tuesday,
        "2026-11-02",
        "not proved from 2026-11-03 on: its statement tuesday.xml is not in the archive",
        "Ikke avstemt fra 2026-11-03: kontoutskriften tuesday.xml er ikke i arkivet",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_every_command_says_to_which_day_bank_and_books_are_proved(
    proved: World, case: str
):
    break_it, last, told, told_in_norwegian = CASES[case]
    break_it(proved)

    assert not proved.json("verify", code=1)["ok"]
    status = proved.books("status", code=3)
    assert told in status.out
    assert ("proved to" in status.out) is (last is not None)
    (account,) = proved.json("status", code=3)["accounts"]
    assert (account["as_of"], told in account["doubt"]) == (last, True)
    found = proved.json("statement", ACCOUNT, "2026-11-05", code=3)
    assert (found["reconciled"], (found["statement"] or {}).get("date")) == (False, last)
    assert told in proved.books("statement", ACCOUNT, "2026-11-05", code=3).out
    auditor = proved.books("statement", ACCOUNT, "2026-11-05", "--html", code=3).out
    assert told_in_norwegian in auditor
    refused = proved.books("statement", ACCOUNT, "2026-11-05", "--prepared", code=1)
    assert "it cannot be signed" in refused.err
    assert told in proved.books("lock", "2026-11-05", code=1).err
    assert told_in_norwegian in Browser(proved).text("overview").replace(" :", ":")


def test_what_was_proved_before_the_doubt_may_be_signed(proved: World):
    by_hand(proved, BANK, "10.00", day="2026-11-04")

    signed = proved.json("statement", ACCOUNT, "2026-11-03", "--prepared", code=0)

    assert signed["reconciled"]


def without_voucher(world: World, number: str) -> None:
    path = world.folder / "vouchers/2026/11.beancount"
    vouchers = re.split(r"(?m)^(?=2026-)", path.read_text("utf-8"))
    kept = [each for each in vouchers if f'"Faktura {number}"' not in each]
    assert len(kept) == len(vouchers) - 1
    path.write_text("".join(kept), "utf-8")


def ordered(world: World, **more):
    checks = world.json("verify", **more)["checks"]
    return {each["name"]: each for each in checks}["ordered"]


def test_verify_names_what_is_at_the_bank_without_a_voucher(world: World):
    item = world.bill("11", "900.00", "2026-11-04", kid="0010023000")
    world.bill("12", "700.00", "2026-11-04")
    world.books("pay-due", code=0)
    assert ordered(world, code=0)["detail"] == "2 items ordered or paid have their vouchers"
    (payment, _) = world.json("payments")

    without_voucher(world, "11")

    told = ordered(world, code=1)
    assert not told["ok"]
    assert told["detail"] == (
        f"{item}: 900.00 NOK is transmitted ({payment['end_to_end_id']},"
        f" {payment['message_id']}), and no voucher of the books makes it: put the voucher"
        " back as it was"
    )


def test_verify_names_what_was_paid_and_has_lost_its_voucher(world: World):
    item = world.bill("12", "700.00", "2026-11-04")
    world.books("pay-due", code=0)
    world.to_bank()
    world.let_pass(days=4)
    world.today = TODAY
    world.books("reconcile", code=0)
    assert ordered(world, code=0)["ok"]

    without_voucher(world, "12")

    assert ordered(world, code=1)["detail"].startswith(f"{item}: 700.00 NOK is booked (")


def test_a_bill_that_the_bank_refused_owes_nobody_a_voucher(world: World):
    world.bill("12", "700.00", "2026-11-04")
    world.books("pay-due", code=0)
    (file,) = (world.folder / "bank" / "outbox").glob("*.xml")
    world.bank("upload", str(file))
    world.bank("reject", "--all", "--as", "Kari")
    world.let_pass()
    world.books("reconcile")
    assert world.json("payments")[0]["state"] == "rejected"

    without_voucher(world, "12")

    assert ordered(world)["ok"]
