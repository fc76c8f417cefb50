"""The bank books our own payments without their names: a person says which they are.

What has become of a payment is decided with the money, and by `undo` it is undecided again.
"""

from __future__ import annotations

import re

import pytest
from day_statements import debit, lump, notified, stated, take_in
from world import OTHER_ACCOUNT, World

LATER = "2026-11-12"
BILL = "lf-L10001-10023"
WAGES = ("wage-2026-11-1", "wage-2026-11-2")


def state(world: World) -> dict[str, str]:
    return {p["open_items"][0]: p["state"] for p in world.json("payments")}


def name_of(world: World, item: str = BILL) -> str:
    return next(
        each["end_to_end_id"]
        for each in world.json("payments")
        if item in each["open_items"]
    )


def money(world: World) -> str:
    """Return the reference of what is parked alone."""
    (found,) = [e for e in world.json("unmatched") if e["ref"].startswith("detail/")]
    return found["ref"]


def waiting(world: World) -> list[str]:
    return [each["reason"] for each in world.json("unmatched")]


def is_proved(world: World) -> bool:
    return world.json("verify")["ok"]


def answers(world: World) -> list[object]:
    """Return what the books say, without the times of files."""
    return [world.json(each) for each in ("payments", "unmatched", "payables", "status")]


def lose_store(world: World) -> None:
    (world.folder / ".books" / "store.sqlite").unlink()


@pytest.fixture
def ordered(world: World) -> World:
    """A bill of 500.00 is at the bank, to be paid on 3 November."""
    world.bill("10023", "500.00", "2026-11-03")
    world.books("pay-due", code=0)
    world.today = LATER
    return world


def booked(
    world: World, *entries: str, closing: str, day: str = "2026-11-03", code: int = 3
) -> None:
    take_in(world, code, statement=stated("250000.00", closing, *entries, day=day))


@pytest.fixture
def parked(ordered: World) -> World:
    """It is booked, to the right account, and the bank has left out what we call it."""
    booked(ordered, debit("500.00", "2026-11-03", "R1", None), closing="249500.00")
    return ordered


def test_money_matched_to_the_bill_of_our_payment_is_that_payment(parked: World):
    parked.books("match", money(parked), BILL, code=0)

    (payment,) = parked.json("payments")
    assert (payment["state"], payment["booked"]) == ("booked", "2026-11-03")
    assert parked.json("unmatched", code=0) == []
    assert is_proved(parked)
    parked.books("lock", "2026-11-03", code=0)
    before = answers(parked)
    lose_store(parked)
    assert answers(parked) == before


@pytest.mark.parametrize("day", ["2026-11-03", "2026-11-04"])
def test_the_banks_details_with_our_name_confirm_it_and_settle_nothing(
    parked: World, day: str
):
    parked.books("match", money(parked), BILL, code=0)
    told = debit("500.00", day, "R2", name_of(parked))

    done = take_in(parked, 0, details=notified(told, day=day))

    assert (done["posted"], done["parked"]) == (0, 0)
    assert state(parked) == {BILL: "booked"}
    assert is_proved(parked)
    before = answers(parked)
    lose_store(parked)
    assert answers(parked) == before


def test_a_second_booking_under_our_name_is_another_money(parked: World):
    parked.books("match", money(parked), BILL, code=0)
    second = debit("500.00", "2026-11-04", "R2", name_of(parked))

    take_in(parked, day=stated("249500.00", "249000.00", second, day="2026-11-04"))

    (reason,) = waiting(parked)
    assert "sannsynlig dobbeltføring" in reason
    assert parked.json("payments")[0]["alarms"]
    parked.books("lock", "2026-11-04", code=1)


def test_undo_lets_the_payment_be_on_its_way_again(parked: World):
    reference, before = money(parked), answers(parked)
    done = parked.json("match", reference, BILL)

    parked.books("undo", done["voucher"], code=0)

    assert state(parked) == {BILL: "transmitted"}
    assert answers(parked) == before
    assert parked.json("payables")[0]["state"] == "in-flight"
    lose_store(parked)
    assert answers(parked) == before
    parked.books("match", reference, BILL, code=0)
    assert state(parked) == {BILL: "booked"}
    assert is_proved(parked)


def test_what_the_bank_has_named_since_stays_booked_when_it_is_undone(parked: World):
    """Or the bill would be open, and paid a second time."""
    done = parked.json("match", money(parked), BILL)
    told = debit("500.00", "2026-11-03", "R2", name_of(parked))
    take_in(parked, 0, details=notified(told, day="2026-11-03"))

    parked.books("undo", done["voucher"], code=0)

    assert state(parked) == {BILL: "booked"}
    assert parked.json("payables")[0]["state"] == "held"
    assert parked.json("pay-due", "--until", "2026-12-31")["remittances"] == []
    assert is_proved(parked)
    parked.books("match", money(parked), BILL, code=0)
    assert parked.json("unmatched", code=0) == []


def test_a_payment_that_comes_back_opens_the_bill_that_a_person_matched(parked: World):
    reference = money(parked)
    first = parked.json("match", reference, BILL)
    parked.books("undo", first["voucher"], code=0)
    parked.books("match", reference, BILL, code=0)
    back = debit("500.00", "2026-11-04", "R2", name_of(parked))
    back = back.replace("DBIT", "CRDT").replace("CdtrAcct", "DbtrAcct")

    take_in(parked, day=stated("249500.00", "250000.00", back, day="2026-11-04"))

    assert state(parked) == {BILL: "returned"}
    assert parked.json("payables")[0]["state"] == "held"
    assert is_proved(parked)


NAMED = pytest.mark.parametrize("reference", ["R1", "R2"], ids=["same", "another"])


def named_since(world: World, reference: str) -> str:
    """Let the bank name our payment, late, in the details of the debit that it booked."""
    name = name_of(world)
    told = debit("500.00", "2026-11-03", reference, name)
    take_in(world, details=notified(told, day="2026-11-03"))
    return name


def only_row(world: World) -> dict[str, object]:
    (row,) = world.json("unmatched", code=3)
    return row


@NAMED
@pytest.mark.parametrize("today", ["2026-11-04", LATER], ids=["at once", "later"])
def test_what_is_named_after_it_was_booked_to_an_account_waits_for_a_person(
    parked: World, reference: str, today: str
):
    """Nothing is moved by itself, and the bill is not ordered again."""
    parked.today = today
    voucher = parked.json("book", money(parked), "6800")["voucher"]
    before = parked.json("status")["accounts"]

    name = named_since(parked, reference)

    row = only_row(parked)
    assert row["reason"] == (
        f"camt.054 says that 500.00 NOK of 2026-11-03 was {name}; {voucher} posted it to"
        " 6800-Kontorrekvisita"
    )
    assert f"ALARM {row['reason']}" in parked.books("status", code=3).out
    assert parked.json("status")["accounts"] == before
    assert state(parked) == {BILL: "transmitted"}
    assert parked.json("pay-due", "--until", "2026-12-31")["remittances"] == []
    assert voucher in parked.books("lock", "2026-11-03", code=1).err
    told = answers(parked)
    lose_store(parked)
    assert answers(parked) == told


@NAMED
def test_the_commands_of_its_row_end_it(parked: World, reference: str):
    parked.books("book", money(parked), "6800", code=0)
    name = named_since(parked, reference)
    undo, match = only_row(parked)["decide"].splitlines()

    parked.books(*undo.split()[1:], code=0)

    (row,) = parked.json("unmatched", code=3)
    assert row["decide"].split()[-1] == name
    assert "was " + name in row["reason"]
    parked.books(*match.split()[1:], code=0)
    assert state(parked) == {BILL: "booked"}
    assert parked.json("unmatched", code=0) == []
    assert parked.json("payables") == []
    assert is_proved(parked)
    parked.books("lock", "2026-11-03", code=0)


@pytest.mark.parametrize("words", [(), ("--never-sent", "--reason", "lå igjen")])
def test_what_the_bank_has_named_is_not_called_back(parked: World, words: tuple[str, ...]):
    """Its bill would be open, and paid a second time."""
    voucher = parked.json("book", money(parked), "6800")["voucher"]
    name = named_since(parked, "R1")
    before = answers(parked)

    said = parked.books("cancel", name, *words, code=1).err

    assert f"books undo {voucher}" in said
    assert answers(parked) == before


def test_what_a_rule_of_a_person_placed_is_named_and_undone_alike(ordered: World):
    rule = 'name = "any"\ncode = "PMNT/ICDT"\naccount = "Expenses:6800-Kontorrekvisita"'
    ordered.append("books.toml", f"\n[[rule]]\n{rule}\n")
    told = debit("500.00", "2026-11-03", "R1", None)
    nobody = re.sub("<RltdPties>.*</RltdPties>", "", told)
    booked(ordered, nobody, closing="249500.00")
    name = named_since(ordered, "R1")
    undo, match = only_row(ordered)["decide"].splitlines()

    ordered.books(*undo.split()[1:], code=0)

    row = only_row(ordered)
    assert row["decide"] == f"books match {row['open_item']} {name}"
    ordered.books(*match.split()[1:], code=0)
    assert state(ordered) == {BILL: "booked"}
    assert ordered.json("unmatched", code=0) == []
    assert is_proved(ordered)


def test_what_is_named_after_a_person_said_it_was_never_sent_waits_too(parked: World):
    parked.books("book", money(parked), "6800", code=0)
    (message,) = {each["message_id"] for each in parked.json("payments")}
    parked.books("cancel", message, "--never-sent", "--reason", "lå igjen", code=0)

    name = named_since(parked, "R1")

    assert f"was {name}; " in only_row(parked)["reason"]
    for today in (LATER, "2027-03-01"):  # while the bank knows the MsgId, and after
        parked.today = today
        done = parked.json("pay-due", "--until", "2027-03-31")
        assert done["remittances"] == []
        assert "books unmatched first" in done["skipped"][0]["reason"]


def refused(world: World, *targets: str) -> str:
    before = answers(world)
    said = world.books("match", money(world), *targets, code=1).err
    assert answers(world) == before
    return said


def test_money_that_may_be_part_of_the_payment_or_another_is_asked_about(ordered: World):
    """A bill paid by hand with another one, while our payment may still come."""
    other = ordered.bill("10024", "100.00", "2026-11-20")
    booked(ordered, debit("600.00", "2026-11-03", "R1", None), closing="249400.00")
    name = name_of(ordered)

    said = refused(ordered, BILL, other)
    assert "books match cr-" in said
    assert f"books cancel {name}" in said
    ordered.books("match", money(ordered), name, other, code=0)

    assert state(ordered) == {BILL: "booked"}
    assert ordered.json("unmatched", code=0) == []
    assert is_proved(ordered)


@pytest.mark.parametrize(
    ("amount", "account", "day"),
    [
        ("400.00", "15032080119", "2026-11-03"),
        ("500.00", OTHER_ACCOUNT, "2026-11-03"),
        ("500.00", "15032080119", "2026-11-02"),
    ],
    ids=["less", "another account", "before its day"],
)
def test_money_that_is_no_payment_of_ours_waits_until_ours_has_ended(
    ordered: World, amount: str, account: str, day: str
):
    left = "249600.00" if amount == "400.00" else "249500.00"
    booked(ordered, debit(amount, day, "R1", None, account=account), closing=left, day=day)

    assert f"books cancel {name_of(ordered)}" in refused(ordered, BILL)

    (message,) = {each["message_id"] for each in ordered.json("payments")}
    ordered.books("cancel", message, "--never-sent", "--reason", "i nettbanken", code=0)
    ordered.books("match", money(ordered), BILL, code=0)
    assert state(ordered) == {BILL: "dropped"}
    assert is_proved(ordered)


def test_part_of_a_bill_may_be_matched_as_long_as_enough_is_left(world: World):
    world.bill("10023", "500.00", "2026-11-03")
    world.books("pay-due", f"{BILL}=300.00", code=0)
    world.today = LATER
    booked(
        world,
        debit("200.00", "2026-11-02", "R1", None),
        closing="249800.00",
        day="2026-11-02",
    )

    world.books("match", money(world), BILL, code=0)

    assert state(world) == {BILL: "transmitted"}
    own = debit("300.00", "2026-11-03", "R2", name_of(world))
    take_in(world, 0, day=stated("249800.00", "249500.00", own, day="2026-11-03"))
    assert state(world) == {BILL: "booked"}
    assert world.json("payables") == []


@pytest.fixture
def wages(world: World) -> World:
    """Two wages are at the bank, and its statement has their sum with a word alone."""
    for number in (1, 2):
        account = ("15032080119", OTHER_ACCOUNT)[number - 1]
        world.append(
            "accounts.beancount",
            f"2026-01-01 open Liabilities:2930-Skyldig-lønn:A{number} NOK\n"
            f'  employee: "{number}"\n  creditor-account: "{account}"\n',
        )
    world.append(
        "vouchers/2026/11.beancount",
        '2026-11-02 * "Lønn"\n'
        + "".join(
            f"  Liabilities:2930-Skyldig-lønn:A{number}  -{amount} NOK\n"
            f'    open-item: "wage-2026-11-{number}"\n    due: 2026-11-03\n'
            for number, amount in ((1, "20001.00"), (2, "20002.00"))
        )
        + "  Expenses:5000-Lønn  40003.00 NOK\n",
    )
    world.books("pay-due", code=0)
    world.today = LATER
    line = lump("40003.00", "2026-11-03", "R1", text="Lønn")
    booked(world, line, closing="209997.00")
    return world


def test_a_sum_matched_to_all_wages_is_each_of_their_payments(wages: World):
    wages.books("match", money(wages), *WAGES, code=0)

    assert state(wages) == dict.fromkeys(WAGES, "booked")
    assert wages.json("unmatched", code=0) == []
    assert is_proved(wages)
    before = answers(wages)
    lose_store(wages)
    assert answers(wages) == before


@pytest.mark.parametrize("together", [True, False], ids=["together", "one by one"])
def test_the_details_of_such_a_sum_confirm_each_payment(wages: World, together: bool):
    wages.books("match", money(wages), *WAGES, code=0)
    told = [
        debit(amount, "2026-11-03", f"D{amount}", name_of(wages, item), account=account)
        for item, amount, account in zip(
            WAGES, ("20001.00", "20002.00"), ("15032080119", OTHER_ACCOUNT), strict=True
        )
    ]

    files = (
        {"all": notified(*told, day="2026-11-03")}
        if together
        else {f"n{i}": notified(each, day="2026-11-03") for i, each in enumerate(told)}
    )
    for name, data in files.items():
        done = take_in(wages, 0, **{name: data})
        assert (done["posted"], done["parked"]) == (0, 0)

    assert state(wages) == dict.fromkeys(WAGES, "booked")
    assert is_proved(wages)
    assert wages.json("status")["accounts"][0]["clearing"] == "0.00"
    before = answers(wages)
    lose_store(wages)
    assert answers(wages) == before


def test_one_wage_of_such_a_sum_is_named_by_its_payment(wages: World):
    assert "books match cr-" in refused(wages, WAGES[0])

    wages.books("match", money(wages), name_of(wages, WAGES[0]), code=0)

    assert state(wages) == {WAGES[0]: "booked", WAGES[1]: "transmitted"}
    wages.books("match", money(wages), name_of(wages, WAGES[1]), code=0)
    assert wages.json("unmatched", code=0) == []
    assert is_proved(wages)


def test_undo_of_such_a_match_lets_all_of_them_be_on_their_way(wages: World):
    done = wages.json("match", money(wages), *WAGES)

    wages.books("undo", done["voucher"], code=0)

    assert state(wages) == dict.fromkeys(WAGES, "transmitted")
    assert is_proved(wages)


@pytest.fixture
def note(ordered: World) -> str:
    return ordered.bill("10024", "-200.00", "2026-11-20")


@pytest.mark.parametrize("swapped", [False, True])
def test_a_credit_note_is_not_offset_against_a_bill_at_the_bank(
    ordered: World, note: str, swapped: bool
):
    """Else the booking of our payment, exactly as sent, could not be posted."""
    two = (BILL, note) if swapped else (note, BILL)

    said = ordered.books("match", *two, code=1).err

    assert "Wait until the bank has booked it, or ask for it back first" in said
    assert f"books cancel {name_of(ordered)}" in said
    own = debit("500.00", "2026-11-03", "R1", name_of(ordered))
    booked(ordered, own, closing="249500.00", code=0)
    assert state(ordered) == {BILL: "booked"}
    assert is_proved(ordered)


def test_what_is_taken_back_may_be_offset(ordered: World, note: str):
    (message,) = {each["message_id"] for each in ordered.json("payments")}
    ordered.books("cancel", message, "--never-sent", "--reason", "ble liggende", code=0)

    ordered.books("match", note, BILL, code=0)

    assert ordered.json("payables")[0]["amount"] == "300.00"


def test_a_booking_as_sent_is_never_told_as_another(ordered: World):
    """Somebody typed the offset into the books: the payment is as it was sent."""
    ordered.append(
        "vouchers/2026/11.beancount",
        '2026-11-02 * "Fjellkraft AS" "Avslag"\n'
        "  Liabilities:2400-Leverandørgjeld:L10001-Fjellkraft  200.00 NOK\n"
        f'    open-item: "{BILL}"\n'
        "  Expenses:6800-Kontorrekvisita  -200.00 NOK\n",
    )
    own = debit("500.00", "2026-11-03", "R1", name_of(ordered))
    booked(ordered, own, closing="249500.00")

    (payment,) = ordered.json("payments")
    (alarm,) = payment["alarms"]
    (bill,) = ordered.json("payables")
    assert "som vi sendte, men" in alarm
    assert "as sent, and the bill could not take it" in bill["reason"]
    assert not any("ikke som vi sendte" in each for each in payment["alarms"])
    ordered.books("match", payment["end_to_end_id"], BILL, code=0)
    ordered.books("book", payment["end_to_end_id"], "1579=200.00", code=1)
    ordered.books("book", payment["end_to_end_id"], "6800", code=0)
    assert ordered.json("payments")[0]["alarms"] == []
    assert ordered.json("payables") == []
    assert is_proved(ordered)
