"""One receipt that two files tell with two amounts, and one that is booked twice."""

from __future__ import annotations

import pytest
from day_statements import receipt, stated, take_in
from detail_files import balances, notified
from test_waiting import told
from world import OTHER_ACCOUNT, World

DAY = "2026-11-02"
KID = "200010050017"
SOLD = "K20001-Kunde-Nord"
IN, OUT = "2990-Uidentifiserte-innbetalinger", "1579-Uidentifiserte-utbetalinger"


def paid(amount: str, day: str = DAY, reference: str = "RX1") -> str:
    return receipt(amount, day, reference, kid=KID, payer=OTHER_ACCOUNT)


def clean(world: World) -> None:
    """The proof holds, with a store made anew as with this one."""
    before = balances(world)
    assert world.json("statement", "1920", DAY)["clearing"]["unexplained"] == "0.00"
    world.books("verify", code=0)
    world.books("rebuild", code=0)
    world.books("verify", code=0)
    assert world.json("reconcile")["posted"] == 0
    assert balances(world) == before


def both(amount: str, stated_amount: str) -> tuple[bytes, bytes]:
    """A camt.054 and the statement, of one receipt."""
    closing = f"{250000 + float(stated_amount):.2f}"
    return (
        notified(paid(amount), day=DAY),
        stated("250000.00", closing, paid(stated_amount), day=DAY),
    )


@pytest.mark.parametrize("order", ["one run", "details first"])
@pytest.mark.parametrize(
    ("told_first", "shown", "parked"),
    [("1500.00", "1400.00", "100.00"), ("1400.00", "1500.00", "-100.00")],
)
def test_the_statement_tells_a_receipt_otherwise_than_camt_054(
    world: World, order: str, told_first: str, shown: str, parked: str
):
    world.sale("5001", "1500.00", KID)
    details, statement = both(told_first, shown)
    if order == "one run":
        take_in(world, details=details, statement=statement)
    else:
        take_in(world, 0, details=details)
        take_in(world, statement=statement)

    left = f"{1500 - float(told_first):.2f}"
    there = {OUT if float(parked) > 0 else IN: parked}
    assert balances(world) == ({SOLD: left} if float(left) else {}) | there
    (row,) = told(world)
    said = (told_first, shown, "details.xml", "statement.xml", "RX1", "camt.054")
    assert all(word in row["reason"] for word in said)
    (account,) = world.json("status")["accounts"]
    assert (account["difference"], account["clearing"]) == ("0.00", "0.00")
    clean(world)


def test_a_person_places_what_the_bank_said_at_last(world: World):
    """The bank says that the statement is right: 1400.00 was paid."""
    sale = world.sale("5001", "1500.00", KID)
    details, statement = both("1500.00", "1400.00")
    take_in(world, details=details, statement=statement)
    (row,) = told(world)

    world.books("undo", "RX1", "--reason", "banken: 1400 er riktig", code=0)
    (whole,) = (each for each in told(world) if each["amount"] == "1500.00")
    world.books("match", row["open_item"], whole["open_item"], code=0)
    world.books("match", whole["open_item"], f"{sale}=1400.00", code=0)

    assert balances(world) == {SOLD: "100.00"}
    assert world.json("unmatched", code=0) == []
    clean(world)


def test_a_detail_file_that_comes_after_the_statement_moves_nothing(world: World):
    world.sale("5001", "1500.00", KID)
    details, statement = both("1500.00", "1400.00")
    take_in(world, 0, statement=statement)

    run = take_in(world, details=details)

    (message,) = run["messages"]
    assert (message["outcome"], run["posted"]) == ("held", 0)
    assert balances(world) == {SOLD: "100.00"}
    (row,) = told(world)
    said = ("1500.00", "1400.00", "details.xml", "statement.xml", "RX1")
    assert all(word in row["reason"] for word in said)
    clean(world)
    line = row["decide"].replace('"..."', '"banken: 1400 er riktig"', 1)
    world.append("main.beancount", line.replace('by: "..."', 'by: "kari"'))
    assert world.json("unmatched", code=0) == []


@pytest.mark.parametrize(
    "other",
    [{"kid": "200010050025"}, {"payer": "15032080119"}, {"reference": "RX2"}],
)
def test_another_receipt_is_no_contradiction(world: World, other: dict[str, str]):
    """A bank may use a reference again; what differs in KID or payer is another receipt."""
    world.sale("5001", "1500.00", KID)
    line = {"reference": "RX1", "kid": KID, "payer": OTHER_ACCOUNT} | other
    shown = receipt("1400.00", DAY, line.pop("reference"), **line)
    statement = stated("250000.00", "251400.00", shown, day=DAY)

    take_in(world, details=notified(paid("1500.00"), day=DAY), statement=statement)

    assert balances(world)["B1920"] == "1500.00"
    assert "motsier" not in str(world.json("unmatched"))


def test_two_receipts_of_one_reference_are_two(world: World):
    """Told by both files, in another order: each finds its own."""
    world.sale("5001", "2900.00", KID)
    two = [paid("1500.00"), paid("1400.00")]
    statement = stated("250000.00", "252900.00", *two[::-1], day=DAY)

    take_in(world, 0, details=notified(*two, day=DAY), statement=statement)

    assert balances(world) == {}


NEXT = "2026-11-03"


@pytest.mark.parametrize("sources", ["statement", "camt.054", "one run"])
def test_a_receipt_booked_again_the_next_day_is_a_likely_duplicate(
    world: World, sources: str
):
    world.sale("5001", "1500.00", KID)
    world.sale("5002", "2500.00", "200010050025")
    days = {
        "first": stated("250000.00", "251500.00", paid("1500.00"), day=DAY),
        "second": stated("251500.00", "253000.00", paid("1500.00", NEXT), day=NEXT),
    }
    if sources == "camt.054":
        details = {
            f"n{day}": notified(paid("1500.00", day), day=day) for day in (DAY, NEXT)
        }
        take_in(world, **details)
        assert balances(world) == {SOLD: "2500.00", IN: "-1500.00", "B1920": "3000.00"}
    if sources == "statement":
        take_in(world, 0, first=days["first"])
        take_in(world, second=days["second"])
    else:
        take_in(world, **days)

    assert balances(world) == {SOLD: "2500.00", IN: "-1500.00"}
    (row,) = told(world)
    assert "sannsynlig dobbeltføring" in row["reason"]
    clean(world)


@pytest.mark.parametrize(
    ("second", "reference"),
    [
        ({"reference": "RX2"}, "paid twice under another reference"),
        ({"payer": "15032080119"}, "paid by another account"),
        ({"day": "2026-11-09"}, "a week later"),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_a_customer_who_pays_twice_has_it_to_credit(
    world: World, second: dict[str, str], reference: str
):
    world.sale("5001", "1500.00", KID)
    told_again = {"day": NEXT, "reference": "RX1", "payer": OTHER_ACCOUNT} | second
    day, name, payer = (told_again[each] for each in ("day", "reference", "payer"))
    again = receipt("1500.00", day, name, kid=KID, payer=payer)
    take_in(world, 0, first=stated("250000.00", "251500.00", paid("1500.00"), day=DAY))

    world.today = max(world.today, day)
    take_in(world, second=stated("251500.00", "253000.00", again, day=day))

    assert balances(world) == {SOLD: "-1500.00"}


def test_a_bank_that_numbers_anew_each_day_says_nothing_by_a_number(world: World):
    """Number 2 was another receipt the day before, so number 1 may be one too."""
    for number in ("5001", "5002", "5003", "5004"):
        world.sale(number, "1500.00" if number < "5003" else "700.00", KID)
    first = [paid("1500.00", reference="1"), paid("700.00", reference="2")]
    second = [paid("700.00", NEXT, "2"), paid("1500.00", NEXT, "1")]
    other = receipt("90.00", NEXT, "3", kid=KID, payer=OTHER_ACCOUNT)
    last = receipt("80.00", DAY, "3", kid=KID, payer=OTHER_ACCOUNT)
    take_in(world, first=stated("250000.00", "252280.00", *first, last, day=DAY))

    take_in(world, second=stated("252280.00", "254570.00", other, *second, day=NEXT))

    assert "sannsynlig" not in str(world.json("unmatched"))


def test_a_receipt_taken_back_and_booked_anew_is_booked_once(world: World):
    world.sale("5001", "1500.00", KID)
    back = paid("1500.00").replace("<CdtDbtInd>CRDT", "<CdtDbtInd>DBIT")
    back = back.replace("<Sts>", "<RvslInd>true</RvslInd><Sts>", 1).replace("RX1", "RX9")
    back = back.replace("DbtrAcct", "CdtrAcct")
    first = stated("250000.00", "250000.00", paid("1500.00"), back, day=DAY)
    take_in(world, 0, first=first)

    anew = stated("250000.00", "251500.00", paid("1500.00", NEXT), day=NEXT)
    take_in(world, 0, anew=anew)

    assert balances(world) == {}
