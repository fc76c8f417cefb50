"""A receipt that the bank takes back: everything that it did is taken back, or nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from bank_stories import (
    IN,
    OTHER_ACCOUNT,
    OUT,
    World,
    camt053,
    camt054,
    detail,
    entry,
    invoice,
    nok,
)

from bankio.iso20022.values import Charge

ROUNDING = "Expenses:7740-Øreavrunding"
DISCOUNT = "Expenses:8170-Andre-finanskostnader"
CHARGES = "Expenses:7770-Bankgebyr"
TOLD = {"kid": "17", "account": OTHER_ACCOUNT}


def received(amount: str, reference: str, **more):
    return entry(detail(amount, reference=reference, **TOLD, **more), reference=reference)


def taken_back(amount: str, reference: str = "R"):
    back = detail(f"-{amount}", reference=reference, **TOLD)
    return entry(back, reversal=True, reference=reference)


def discounted():
    terms = {"discount": Decimal("2.00"), "discount_until": date(2026, 11, 30)}
    return invoice("kf-a", "1000.00", "17", **terms)


@pytest.mark.parametrize("together", [True, False])
@pytest.mark.parametrize(
    ("item", "paid", "limit"),
    [
        (invoice("kf-a", "1000.00", "17"), "1000.00", None),
        (invoice("kf-a", "1000.00", "17"), "400.00", None),
        # 500.00 of it is a credit on the customer
        (invoice("kf-a", "1000.00", "17"), "1500.00", None),
        # nothing is left: all of it is a credit
        (invoice("kf-a", "1000.00", "17", residual=nok(0)), "1000.00", None),
        (invoice("kf-a", "1000.00", "17"), "999.50", nok("1.00")),
        (invoice("kf-a", "1000.00", "17"), "1000.40", nok("1.00")),
        (discounted(), "980.00", None),
    ],
)
def test_all_that_a_receipt_did_is_taken_back(item, paid, limit, together):
    world = World(item, small_difference=limit)
    before = world.residuals()
    runs = [received(paid, "A"), taken_back(paid)]

    for files in [runs] if together else [[each] for each in runs]:
        world.reconcile(camt054(*files, number=str(len(world.vouchers))))

    assert world.residuals() == before
    assert world.balance(ROUNDING) == world.balance(DISCOUNT) == nok(0)


def test_a_receipt_with_charges_waits_to_be_undone_whole():
    world = World(invoice("kf-a", "1000.00", "17"))
    charge = Charge(amount=nok("50.00"), credit_debit_indicator="DBIT")
    world.reconcile(camt054(received("950.00", "A", charges=(charge,))))

    plan = world.reconcile(camt054(taken_back("950.00"), number="2"))

    assert world.residuals() == {OUT: "950.00"}
    assert "undo that first" in (plan.vouchers[0].reason or "")
    assert world.balance(CHARGES) == nok("50.00")


def test_a_receipt_of_an_item_in_euro_waits_to_be_undone_whole():
    euro = nok("100.00", "EUR")
    item = replace(
        invoice("kf-e", "100.00", "17"), amount=euro, residual=euro, value=nok("1150.00")
    )
    world = World(item)
    world.reconcile(camt054(received("1180.00", "A", instructed_amount=euro)))

    plan = world.reconcile(camt054(taken_back("1180.00"), number="2"))

    assert world.balance(OUT) == nok("1180.00")
    assert "undo that first" in (plan.vouchers[0].reason or "")


def test_one_of_two_receipts_that_did_the_same_is_taken_back():
    """The first was taken back and paid again; whichever is meant now, the item opens."""
    world = World(invoice("kf-a", "1000.00", "17"))
    steps = (
        received("1000.00", "A"),
        taken_back("1000.00", "R1"),
        received("1000.00", "B"),
    )
    for number, step in enumerate((*steps, taken_back("1000.00", "R2"))):
        world.reconcile(camt054(step, number=str(number)))

    assert world.residuals() == {"kf-a": "1000.00"}


def test_one_of_two_receipts_that_did_different_things_waits():
    world = World(invoice("kf-a", "1000.00", "17"))
    for number, step in enumerate((received("1000.00", "A"), received("1000.00", "B"))):
        world.reconcile(camt054(step, number=str(number)))
    before = world.residuals()

    world.reconcile(camt054(taken_back("1000.00"), number="3"))

    assert world.residuals() == {**before, OUT: "1000.00"}


@pytest.mark.parametrize(
    ("second", "waits"),
    [
        ({}, True),
        ({"amount": "999.00"}, False),
        ({"kid": "18"}, False),
        ({"account": "15030000037"}, False),
    ],
)
def test_the_bank_books_under_one_reference_twice(second, waits):
    """The second booking of a reference, alike in all, is a likely duplicate."""
    items = (invoice("kf-a", "1000.00", "17"), invoice("kf-b", "1000.00", "18"))
    world = World(*items)
    told = {"amount": "1000.00", **TOLD, **second}
    twice = entry(detail(reference="A", **told), reference="A")

    plan = world.reconcile(camt053("1000.00", received("1000.00", "A"), twice))

    assert (IN in world.residuals()) is waits
    reasons = [voucher.reason or "" for voucher in plan.vouchers]
    assert any("likely duplicate" in reason for reason in reasons) is waits


def test_details_of_one_sum_under_its_reference_are_no_duplicates():
    """Two equal payments in one sum are two: the sum that was booked holds both."""
    world = World(invoice("kf-a", "1000.00", "17"), invoice("kf-b", "1000.00", "17"))
    both = [detail("1000.00", reference="A", **TOLD)] * 2

    world.reconcile(camt053("1000.00", entry(*both, reference="A", lump=2)))

    assert IN not in world.residuals()


def test_a_fee_booked_twice_under_one_reference_is_asked_about():
    fee = entry(amount="-60.00", reference="F", bank_transaction_code="ACMT/MDOP/CHRG")
    world = World()

    world.reconcile(camt053("1000.00", fee, replace(fee)))

    assert (world.balance(CHARGES), world.balance(OUT)) == (nok("60.00"), nok("60.00"))


@pytest.mark.parametrize(
    ("kid", "account", "told"),
    [
        ("17", OTHER_ACCOUNT, "KID 17 and the amount are those of the receipt detail/"),
        ("17", None, "KID 17 and the amount are those of the receipt detail/"),
        (
            "17",
            "15030000037",
            "KID 17 is on kf-a, and no credit note there fits the money out",
        ),
        ("18", OTHER_ACCOUNT, "No rule knows it: KID 18 is on no payment that we have"),
        (None, OTHER_ACCOUNT, "No rule knows it: no KID and no EndToEndId"),
    ],
)
def test_a_plain_debit_that_looks_like_a_receipt_taken_back_says_so(kid, account, told):
    """Without a mark of the bank it opens nothing: a person says that it is one."""
    world = World(invoice("kf-a", "1000.00", "17"))
    world.reconcile(camt054(received("1000.00", "A"), number="1"))
    back = detail("-1000.00", kid=kid, account=account, reference="B")

    plan = world.reconcile(camt054(entry(back, reference="B"), number="2"))

    (voucher,) = plan.vouchers
    assert voucher.reason.startswith(told)
    assert world.residuals() == {OUT: "1000.00"}


def corrected(*amounts: str):
    """Entries of one day: what is negative takes a receipt back."""
    return [
        taken_back(amount[1:], f"R{number}")
        if amount[0] == "-"
        else received(amount, f"A{number}")
        for number, amount in enumerate(amounts)
    ]


CORRECTIONS = [
    (["1500.00", "-1500.00", "150.00"], "1350.00"),
    (["1500.00", "-1500.00", "1500.00"], None),
    # in whatever order the file has them
    (["150.00", "1500.00", "-1500.00"], "1350.00"),
    (["1500.00", "150.00", "-1500.00"], "1350.00"),
    (["-1500.00", "150.00", "1500.00"], "1350.00"),
    # each of the two takes another one back
    (["1500.00", "1500.00", "-1500.00", "-1500.00", "150.00"], "1350.00"),
]


@pytest.mark.parametrize(("amounts", "left"), CORRECTIONS)
def test_the_bank_corrects_itself_within_one_statement(amounts, left):
    """As it would in a statement for each: nothing is left to credit or on suspense."""
    world = World(invoice("kf-a", "1500.00", "17"))

    plan = world.reconcile(camt053("1000.00", *corrected(*amounts)))

    assert world.residuals() == ({"kf-a": left} if left else {})
    assert plan.parked == 0


@pytest.mark.parametrize(("amounts", "left"), CORRECTIONS)
def test_the_bank_corrects_itself_within_one_detail_file(amounts, left):
    world = World(invoice("kf-a", "1500.00", "17"))

    world.reconcile(camt054(*corrected(*amounts)))

    assert world.residuals() == ({"kf-a": left} if left else {})


def test_a_receipt_of_the_day_before_is_taken_back_before_the_right_one_comes():
    world = World(invoice("kf-a", "1500.00", "17"))
    world.reconcile(camt054(received("1500.00", "A")))

    world.reconcile(camt054(received("150.00", "B"), taken_back("1500.00"), number="2"))

    assert world.residuals() == {"kf-a": "1350.00"}
