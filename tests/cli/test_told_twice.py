"""Money that two files tell without anything to tell it by: a person says what is what."""

from __future__ import annotations

import pytest
from day_statements import stated, take_in
from detail_files import balances, booked, detail, notified
from test_waiting import told
from world import OTHER_ACCOUNT, World

DAY = "2026-11-02"
KID = "200010050017"
IN, OUT = "2990-Uidentifiserte-innbetalinger", "1579-Uidentifiserte-utbetalinger"
CUSTOMER = "K20001-Kunde-Nord"


def statement(amount: str, *details: str, way: str = "CRDT", lump: int | None = None):
    sign = 1 if way == "CRDT" else -1
    closing = f"{250000 + sign * float(amount):.2f}"
    entry = booked(amount, *details, day=DAY, way=way, lump=lump)
    return stated("250000.00", closing, entry, day=DAY)


def twice(amount: str, way: str = "CRDT", **told: str) -> bytes:
    one = booked(amount, detail(amount, way=way, **told), day=DAY, way=way)
    return notified(one, one, day=DAY)


def given(world: World, *files: bytes) -> None:
    world.today = "2026-11-06"
    for number, data in enumerate(files):
        path = world.folder.parent / f"{number}.xml"
        path.write_bytes(data)
        assert world.books("reconcile", str(path)).code in {0, 3}


def suggested(world: World, *, shown: bool = True) -> tuple[str, list[str]]:
    """Return the money that a statement told, and the sums that it may be."""
    rows = [row for row in told(world) if row["kind"] == "money" and row["candidates"]]
    (row,) = (row for row in rows if (row["counterparty"] == "Banken") is shown)
    names = [each["open_item"] for each in row["candidates"]]
    return row["open_item"], [name for name in names if name.startswith("batch/")]


def clean(world: World) -> None:
    """The proof holds, with a store made anew as with this one."""
    before = balances(world)
    rests = world.json("statement", "1920", DAY)["clearing"]
    assert rests["unexplained"] == "0.00"
    world.books("verify", code=0)
    world.books("rebuild", code=0)
    world.books("verify", code=0)
    assert world.json("reconcile")["posted"] == 0
    assert balances(world) == before
    assert world.json("statement", "1920", DAY)["clearing"] == rests


def test_one_of_two_equal_details_is_what_the_statement_shows(world: World):
    given(world, twice("300.00"), statement("300.00"))
    money, sums = suggested(world)
    before = balances(world)
    assert before == {IN: "-900.00", "B1920": "600.00"}
    assert len(sums) == 2

    voucher = world.json("match", money, sums[0], code=0)["voucher"]

    assert balances(world) == {IN: "-600.00", "B1920": "300.00"}
    clean(world)
    world.books("undo", voucher, code=0)
    assert balances(world) == before
    clean(world)
    assert suggested(world) == (money, sums)
    world.books("match", money, sums[1], code=0)
    clean(world)


def test_the_other_one_is_shown_by_the_next_statement(world: World):
    """What a person has decided about no line is taken to show."""
    given(world, twice("300.00"), statement("300.00"))
    money, sums = suggested(world)
    world.books("match", money, sums[0], code=0)

    late = booked("300.00", day="2026-11-03")
    next_day = stated("250300.00", "250600.00", late, day="2026-11-03")
    take_in(world, late=next_day)
    money, sums = suggested(world)
    world.books("match", money, sums[0], code=0)

    assert balances(world) == {IN: "-600.00"}
    clean(world)


@pytest.mark.parametrize("order", ["details first", "line first", "one run"])
@pytest.mark.parametrize("amounts", [("4000.00",), ("4000.00", "1000.00")])
def test_a_sum_that_stands_on_the_next_day_is_offered_at_once(
    world: World, amounts: tuple[str, ...], order: str
):
    """By its amount alone it may be a stranger's: a person says so, with one line."""
    total = f"{sum(map(float, amounts)):.2f}"
    world.sale("5001", total, KID)
    details = (detail(each, kid=KID) for each in amounts)
    notice = notified(booked(total, *details, day=DAY), day=DAY)
    line = booked(total, day="2026-11-03", reference="L1")
    end = f"{250000 + float(total):.2f}"
    shown = stated("250000.00", end, line, day="2026-11-03")
    world.today = "2026-11-03"
    runs = {"details first": [notice, shown], "line first": [shown, notice]}
    if order == "one run":
        take_in(world, n=notice, s=shown)
    else:
        given(world, *runs[order])
    (row,) = (row for row in told(world) if row["kind"] == "money")
    world.today = "2026-11-06"
    assert balances(world) == {IN: f"-{total}", "B1920": total}

    first = row["decide"].splitlines()[0].split()

    assert first[:3] == ["books", "match", row["open_item"]]
    assert first[3] == row["candidates"][0]["open_item"]
    world.books(*first[1:], code=0)
    assert balances(world) == {}
    assert world.json("unmatched", code=0) == []
    again = booked(total, day="2026-11-04", reference="L2")
    later = f"{250000 + 2 * float(total):.2f}"
    take_in(world, t=stated(end, later, again, day="2026-11-04"))
    (row,) = told(world)
    assert (row["amount"], row["candidates"]) == (total, [])
    clean(world)


def test_two_lines_that_may_be_a_sum_wait_for_a_person(world: World):
    """A customer pays the same by plain transfer; the sum's own line comes a day later."""
    world.sale("5001", "4000.00", KID)
    receipt = booked("4000.00", detail("4000.00", kid=KID), day=DAY)
    lines = [
        booked("4000.00", day=f"2026-11-0{day}", reference=f"L{day}") for day in (3, 4)
    ]
    given(
        world,
        notified(receipt, day=DAY),
        stated("250000.00", "254000.00", lines[0], day="2026-11-03"),
        stated("254000.00", "258000.00", lines[1], day="2026-11-04"),
    )
    strange, own = (row for row in told(world) if row["kind"] == "money")
    assert strange["candidates"] == own["candidates"] != []

    world.books("match", own["open_item"], own["candidates"][0]["open_item"], code=0)

    assert [row["open_item"] for row in told(world)] == [strange["open_item"]]
    assert balances(world) == {IN: "-4000.00"}
    clean(world)


def test_one_sum_of_the_statement_is_two_details(world: World):
    given(world, statement("600.00"), twice("300.00"))
    money, sums = suggested(world)

    world.books("match", money, *sums, code=0)

    assert balances(world) == {IN: "-600.00"}
    assert [row["amount"] for row in world.json("unmatched")] == ["300.00", "300.00"]
    clean(world)


@pytest.mark.parametrize("is_statement_first", [True, False])
def test_a_detail_without_its_payer_is_what_the_statement_settled(
    world: World, is_statement_first
):
    """The payer is told by the statement alone; what it does not show stands on clearing."""
    world.sale("5001", "600.00", KID)
    line = statement("300.00", detail("300.00", kid=KID, account=OTHER_ACCOUNT))
    files = [line, twice("300.00", kid=KID)]

    given(world, *(files if is_statement_first else reversed(files)))

    assert balances(world) == {"B1920": "300.00"}
    assert world.json("unmatched", code=0) == world.json("receivables", code=0) == []
    clean(world)
    take_in(world, quiet=stated("250300.00", "250300.00", day="2026-11-05"))
    (late,) = world.json("unmatched", code=3)
    assert (late["kind"], late["amount"]) == ("clearing", "300.00")


def test_money_out_the_same(world: World):
    given(world, twice("300.00", "DBIT"), statement("300.00", way="DBIT"))
    money, sums = suggested(world)

    world.books("match", money, sums[0], code=0)

    assert balances(world) == {OUT: "600.00", "B1920": "-300.00"}
    clean(world)


def test_a_detail_that_the_bank_never_booked_is_taken_back(world: World):
    given(world, statement("300.00"), twice("300.00"))
    quiet = stated("250300.00", "250300.00", day="2026-11-05")
    take_in(world, quiet=quiet)
    (late,) = (row for row in told(world) if row["kind"] == "clearing")
    parked = [row for row in told(world) if row["kind"] == "money"]
    assert late["decide"] == (
        f"books reconcile FILE\nbooks match {late['ref']} ITEM\n"
        f"books book {late['ref']} ACCOUNT"
    )

    world.books("match", late["ref"], parked[1]["open_item"], code=0)

    assert balances(world) == {IN: "-300.00"}
    assert [row["kind"] for row in told(world)] == ["money"]
    clean(world)


def test_a_sum_whose_details_never_come_is_placed(world: World):
    item = world.sale("5001", "600.00", KID)
    given(world, statement("800.00", lump=2))
    (late,) = told(world)
    assert (late["kind"], late["amount"]) == ("clearing", "800.00")

    first = world.json("match", late["ref"], f"{item}=600", code=0)["voucher"]
    world.books("book", late["ref"], "3000", code=0)

    assert balances(world) == {}
    assert world.json("unmatched", code=0) == []
    clean(world)
    world.books("undo", first, code=0)
    assert balances(world) == {CUSTOMER: "600.00", "B1920": "-600.00"}
    (again,) = told(world)
    assert again["amount"] == "600.00"
    clean(world)


def test_details_that_come_after_all_are_too_much_and_say_so(world: World):
    world.sale("5001", "600.00", KID)
    given(world, statement("600.00", lump=2))
    (late,) = told(world)
    world.books("book", late["ref"], "3000", code=0)

    take_in(world, code=0, late=notified(
        booked("600.00", detail("300.00", kid=KID), detail("300.00", kid=KID), day=DAY),
        day=DAY,
    ))  # fmt: skip

    assert balances(world) == {"B1920": "600.00"}
    take_in(world, code=3, quiet=stated("250600.00", "250600.00", day="2026-11-05"))
    (row,) = told(world)
    assert row["kind"] == "clearing"
    clean(world)


def test_a_difference_is_booked(world: World):
    """The file of details told 600.00, the statement shows 590.00 of it."""
    given(world, notified(booked("600.00", detail("600.00"), day=DAY), day=DAY))
    take_in(world, statement=statement("590.00"))
    take_in(world, quiet=stated("250590.00", "250590.00", day="2026-11-05"))
    (late,) = (row for row in told(world) if row["kind"] == "clearing")
    (money,) = (row for row in told(world) if row["amount"] == "590.00")

    world.books("match", money["open_item"], f"{late['ref']}=590.00", code=0)
    world.books("book", late["ref"], "7770", code=0)

    assert balances(world) == {IN: "-600.00", "7770-Bankgebyr": "10.00"}
    clean(world)


@pytest.mark.parametrize(
    ("target", "told_why"),
    [
        ("lf-L10001-7", "no statement shows it; only parked money"),
        ("kf-K20001-5001", "no statement shows it; only parked money"),
    ],
)
def test_what_no_statement_shows_pays_no_invoice(world: World, target: str, told_why: str):
    world.bill("7", "300.00", "2026-11-20")
    world.sale("5001", "300.00", KID)
    given(world, statement("300.00"), twice("300.00"))
    sums = world.json("statement", "1920", DAY)["clearing"]["rests"]
    before = balances(world)

    refused = world.books("match", sums[0]["key"], target, code=1)

    assert told_why in refused.err
    assert balances(world) == before


def test_books_and_store_of_before_are_written_again(world: World):
    """The decision is written between the runs as it was."""
    given(world, twice("300.00"), statement("300.00"))
    before = (world.folder / "bank" / "2026" / "11.beancount").read_bytes()
    money, sums = suggested(world)
    world.books("match", money, sums[0], code=0)
    take_in(world, next=stated("250300.00", "250310.00", booked("10.00", day="2026-11-03"),
                               day="2026-11-03"))  # fmt: skip
    after = (world.folder / "bank" / "2026" / "11.beancount").read_bytes()

    (world.folder / "bank" / "2026" / "11.beancount").write_bytes(before)
    for each in (world.folder / ".books").iterdir():
        if each.suffix.startswith(".sqlite"):
            each.unlink()
    world.books("rebuild", code=0)

    assert (world.folder / "bank" / "2026" / "11.beancount").read_bytes() == after
    clean(world)
