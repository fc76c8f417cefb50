"""A file of details ordered again under other numbers: a copy, or a second lump?"""

from __future__ import annotations

from pathlib import Path

import pytest
from day_statements import stated, take_in
from detail_files import balances, booked
from world import ACCOUNT, World

MONDAY, TUESDAY, WEDNESDAY = "2026-11-02", "2026-11-03", "2026-11-04"
CUSTOMER = "K20001-Kunde-Nord"


def ocr_of(world: World, *amounts: str) -> bytes:
    """Let the bank write the OCR giro file of Monday; nothing else of it is taken in."""
    world.bank("agreement", ACCOUNT, "--ocr", "001008566")
    for amount, kid in zip(amounts, ("200010050017", "200010050025"), strict=False):
        world.bank("pay-in", ACCOUNT, "--amount", amount, "--kid", kid)
    world.let_pass(days=1)
    inbox = world.folder / "bank" / "inbox"
    (data,) = (e.read_bytes() for e in inbox.iterdir() if "OCR" in e.name)
    for each in list(inbox.iterdir()):
        if each.is_file():
            each.unlink()
    return data


def renumbered(data: bytes) -> bytes:
    """The same transmission under another number."""
    assert data.startswith(b"NY000010")
    return data[:16] + b"7654321" + data[23:]


def given(world: World, code: int, **files: bytes) -> dict[str, str]:
    """Reconcile files; return what became of each."""
    told = take_in(world, code=code, **files)
    return {Path(e["file"]).stem: e["outcome"] for e in told["messages"]}


def lump(amount: str, day: str, count: int | None = 2) -> str:
    return booked(amount, day=day, lump=count)


@pytest.fixture
def copied(world: World) -> World:
    """Monday: two receipts, their file twice, and one sum on the statement."""
    world.sale("5001", "600.00", "200010050017")
    world.sale("5002", "400.00", "200010050025")
    told = ocr_of(world, "500", "300")
    world.today = TUESDAY
    monday = stated("250000.00", "250800.00", lump("800.00", MONDAY), day=MONDAY)
    outcomes = given(world, 0, ocr=told, again=renumbered(told), monday=monday)
    assert outcomes == {"ocr": "posted", "again": "nothing-new", "monday": "posted"}
    return world


def test_a_second_lump_of_the_next_day_takes_the_copy_for_its_details(copied: World):
    """Its own details have not come when the statement of the day after is here."""
    second = stated("250800.00", "251600.00", lump("800.00", TUESDAY), day=TUESDAY)
    copied.today = WEDNESDAY
    given(copied, 0, tuesday=second)
    assert balances(copied)["B1920"] == "-800.00"

    copied.today = "2026-11-05"
    given(copied, 3, wednesday=stated("251600.00", "251600.00", day=WEDNESDAY))

    # paid twice: 500.00 of 600.00 and 300.00 of 400.00, and then again
    assert balances(copied) == {CUSTOMER: "-600.00"}
    to_credit = [row["amount"] for row in copied.json("unmatched", code=3)]
    assert sorted(to_credit) == ["200.00", "400.00"]
    copied.books("verify", code=0)
    assert copied.json("reconcile", code=3)["posted"] == 0


def test_the_same_once_the_store_is_made_anew(copied: World):
    second = stated("250800.00", "251600.00", lump("800.00", TUESDAY), day=TUESDAY)
    given(copied, 0, tuesday=second)
    copied.books("rebuild", code=0)
    given(copied, 3, wednesday=stated("251600.00", "251600.00", day=WEDNESDAY))
    before = balances(copied)
    copied.books("rebuild", code=0)

    assert before == balances(copied) == {CUSTOMER: "-600.00"}
    assert copied.json("reconcile", code=3)["posted"] == 0
    copied.books("verify", code=0)


def test_a_copy_is_read_again_for_three_bank_days_and_nobody_waits_for_it(copied: World):
    for day in range(3, 7):
        copied.today = f"2026-11-{day:02}"
        assert copied.json("unmatched", code=0) == []
        assert "ocr-giro 1 nothing-new" in copied.books("reconcile", code=0).out
        quiet = stated("250800.00", "250800.00", day=f"2026-11-{day:02}")
        given(copied, 0, **{f"d{day}": quiet})

    assert "ocr-giro" not in copied.books("reconcile", code=0).out
    assert balances(copied) == {CUSTOMER: "200.00"}


def test_details_that_come_in_time_leave_the_copy_a_copy(copied: World):
    """Tuesday's lump of the same sum has its own file."""
    told = (copied.folder.parent / "given" / "ocr.xml").read_bytes()
    tuesdays = renumbered(told).replace(b"021126", b"031126")
    second = stated("250800.00", "251600.00", lump("800.00", TUESDAY), day=TUESDAY)
    assert given(copied, 3, own=tuesdays, tuesday=second)["own"] == "posted"
    given(copied, 3, wednesday=stated("251600.00", "251600.00", day=WEDNESDAY))

    assert balances(copied) == {CUSTOMER: "-600.00"}


def test_a_single_receipt_of_the_same_sum_is_asked_about(world: World):
    """Two customers may pay 299.00 on two days, and the second one's file be lost."""
    world.sale("5001", "299.00", "200010050017")
    told = ocr_of(world, "299")
    world.today = TUESDAY
    monday = stated("250000.00", "250299.00", lump("299.00", MONDAY, 1), day=MONDAY)
    given(world, 0, ocr=told, again=renumbered(told), monday=monday)
    second = stated("250299.00", "250598.00", lump("299.00", TUESDAY, 1), day=TUESDAY)
    given(world, 0, tuesday=second)
    world.today = "2026-11-05"
    given(world, 3, wednesday=stated("250598.00", "250598.00", day=WEDNESDAY))

    assert balances(world) == {"B1920": "-299.00"}
    (copy,) = (row for row in world.json("unmatched", code=3) if row["kind"] == "file")
    assert "viser en sum til på det samme 2026-11-03, uten detaljer" in copy["reason"]
    assert "set-aside" in copy["decide"]
