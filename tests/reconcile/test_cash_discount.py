"""A cash discount within its date settles the item whole; anything else is in part."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import pytest
from bank_stories import (
    CLEARING,
    IN,
    OTHER_ACCOUNT,
    ROLES,
    SUPPLIER_ACCOUNT,
    World,
    bill,
    camt053,
    camt054,
    company,
    detail,
    entry,
    invoice,
    nok,
    ocr,
    paid_out,
    payment,
    standing,
)

from bankio.iso20022.values import Charge, Document
from ledger import verification
from ledger.open_items import ItemPosting, OpenItems
from ledger.payments import Payment, PaymentState

GIVEN = "Expenses:8170-Andre-finanskostnader"
RECEIVED = "Income:8070-Andre-finansinntekter"
TERMS = {"discount": Decimal("2.00"), "discount_until": date(2026, 11, 20)}
PAYERS = {OTHER_ACCOUNT: ("K20001",)}


@pytest.mark.parametrize(
    ("amount", "percent", "discount"),
    [("1234.55", "2.00", "-24.69"), ("1.25", "2", "-0.03"), ("100.00", "0.5", "-0.50")],
)
def test_a_discount_is_rounded_half_up_to_the_ore(amount, percent, discount):
    owed = bill("lf-9", amount, **{**TERMS, "discount": Decimal(percent)})

    assert owed.discount_amount == nok(discount)


@pytest.mark.parametrize(
    ("paid", "day", "told", "left", "given"),
    [
        ("980.00", 20, {"kid": "17"}, {}, "20.00"),
        ("980.00", 21, {"kid": "17"}, {"kf-a": "20.00"}, "0.00"),
        ("985.00", 20, {"kid": "17"}, {"kf-a": "15.00"}, "0.00"),
        ("979.99", 20, {"kid": "17"}, {"kf-a": "20.01"}, "0.00"),
        ("1000.00", 20, {"kid": "17"}, {}, "0.00"),
        ("980.00", 20, {"text": "faktura 1017", "account": OTHER_ACCOUNT}, {}, "20.00"),
        ("980.00", 20, {"text": "faktura 1017", "name": "Nord AS"}, {}, "20.00"),
        (
            "980.00",
            21,
            {"text": "faktura 1017", "account": OTHER_ACCOUNT},
            {"kf-a": "20.00"},
            "0.00",
        ),
    ],
)
def test_a_receipt(paid, day, told, left, given):
    item = invoice("kf-a", "1000.00", "17", **TERMS) if "kid" in told else None
    item = item or invoice("kf-a", "1000.00", invoice="1017", **TERMS)
    world = World(item, payer_parties=PAYERS)

    world.reconcile(camt054(entry(detail(paid, **told), day=date(2026, 11, day))))

    assert world.residuals() == left
    assert world.balance(GIVEN) == nok(given)


@pytest.mark.parametrize(
    ("paid", "day", "told", "left", "given"),
    [
        ("980.00", 20, "980.00", {}, "20.00"),
        ("980.00", 20, "1000.00", {}, "20.00"),
        ("980.00", 20, None, {}, "20.00"),
        ("980.00", 21, "980.00", {"kf-1017": "20.00"}, "0.00"),
        ("980.00", 21, None, {"kf-1017": "1000.00", IN: "-980.00"}, "0.00"),
        ("985.00", 20, "985.00", {"kf-1017": "15.00"}, "0.00"),
        ("985.00", 20, None, {"kf-1017": "1000.00", IN: "-985.00"}, "0.00"),
    ],
)
@pytest.mark.parametrize("payer", [{"account": OTHER_ACCOUNT}, {"name": "Nord AS"}])
def test_a_receipt_with_a_document(paid, day, told, left, given, payer):
    document = Document(code="CINV", number="1017", amount=nok(told) if told else None)
    world = World(invoice("kf-1017", "1000.00", **TERMS), payer_parties=PAYERS)
    if "name" in payer and left:  # a name is not enough for a part
        left = {"kf-1017": "1000.00", IN: f"-{paid}"}

    world.reconcile(
        camt054(
            entry(detail(paid, documents=(document,), **payer), day=date(2026, 11, day))
        )
    )

    assert world.residuals() == left
    assert world.balance(GIVEN) == nok(given)


def test_documents_with_and_without_discount_and_a_credit_note():
    documents = (
        Document(code="CINV", number="1017", amount=nok("980.00")),
        Document(code="CINV", number="1018", amount=nok("500.00")),
        Document(code="CREN", number="1020", amount=nok("100.00")),
    )
    world = World(
        invoice("kf-1017", "1000.00", "17", **TERMS),
        invoice("kf-1018", "500.00"),
        invoice("kf-1020", "-100.00"),
    )

    world.reconcile(camt054(entry(detail("1380.00", kid="17", documents=documents))))

    assert world.residuals() == {}
    assert world.balance(GIVEN) == nok("20.00")


EURO = nok("1000.00", "EUR")
IN_EURO = {"amount": EURO, "residual": EURO, "value": nok("11500.00"), **TERMS}


@pytest.mark.parametrize(
    "told",
    [
        {"kid": "17"},
        {"text": "faktura 1017", "account": OTHER_ACCOUNT},
        {
            "documents": (Document(code="CINV", number="1017", amount=None),),
            "account": OTHER_ACCOUNT,
        },
    ],
)
@pytest.mark.parametrize(
    ("instructed", "day", "left", "given", "gained"),
    [
        ("980.00", 20, [], "230.00", "-130.00"),  # 2 % of its value; the rest is agio
        ("980.00", 21, ["20.00 EUR"], "0.00", "-130.00"),
        ("985.00", 20, ["15.00 EUR"], "0.00", "-72.50"),
    ],
)
def test_an_invoice_in_euro_paid_in_kroner(told, instructed, day, left, given, gained):
    kid = "17" if "kid" in told else None
    item = replace(invoice("kf-1017", "1000.00", kid), **IN_EURO)
    world = World(item, payer_parties=PAYERS)
    booked = detail("11400.00", instructed_amount=nok(instructed, "EUR"), **told)
    if "documents" in told and left:  # the document tells no part
        left, gained = ["1000.00 EUR"], "0.00"

    world.reconcile(camt054(entry(booked, day=date(2026, 11, day))))

    items = [each for each in world.items.items if each.is_open and each.account != IN]
    assert [str(each.residual) for each in items] == left
    assert world.balance(GIVEN) == nok(given)
    assert world.balance("Income:8060-Agio") == nok(gained)


def test_the_value_date_counts_where_it_is_earlier():
    world = World(invoice("kf-a", "1000.00", "17", **TERMS))
    late = entry(
        detail("980.00", kid="17"), day=date(2026, 11, 23), value_date=date(2026, 11, 20)
    )

    world.reconcile(camt054(late))

    assert world.residuals() == {}


@pytest.mark.parametrize("at_once", [True, False], ids=["one run", "two runs"])
@pytest.mark.parametrize(
    ("days", "left"),
    [((19, 20), {}), ((20, 20), {}), ((20, 21), {"kf-a": "20.00"})],
)
def test_all_but_the_discount_may_be_paid_in_parts(days, left, at_once):
    world = World(invoice("kf-a", "1000.00", "17", **TERMS))
    files = [
        camt054(entry(detail(paid, kid="17", reference=paid), day=date(2026, 11, day)))
        for paid, day in zip(("500.00", "480.00"), days, strict=True)
    ]

    for part in [files] if at_once else [[each] for each in files]:
        world.reconcile(*part)

    assert world.residuals() == left
    assert world.balance(GIVEN) == nok("0.00" if left else "20.00")


def test_what_was_taken_off_by_another_than_the_bank_is_no_payment_in_time():
    item = invoice("kf-a", "1000.00", "17", **TERMS)
    world = World(replace(item, residual=nok("500.00")))

    world.reconcile(camt054(entry(detail("480.00", kid="17"))))

    assert world.residuals() == {"kf-a": "20.00"}


def test_a_bill_paid_in_parts_with_its_discount():
    first = payment(replace(LF, residual=nok("-500.00")))
    last = payment(replace(LF, residual=nok("-480.00")), attempt=2)
    made = ItemPosting(
        date=LF.date,
        amount=LF.amount,
        voucher="2026-1",
        movement=None,
        end_to_end_id=None,
        kid=None,
    )
    item = replace(LF, postings=(made,))
    world = World(item, standings=[standing(first), standing(last)])

    world.reconcile(camt054(entry(paid_out(first, reference="A"))))
    world.reconcile(camt054(entry(paid_out(last, reference="B"))))

    assert world.residuals() == {}
    assert world.balance(RECEIVED) == nok("-20.00")
    books = SimpleNamespace(items=world.items, payments=(), remittances=())
    booked = [standing(each, PaymentState.BOOKED) for each in (first, last)]
    check = verification.in_flight_is_ordered_less_ended(books, booked)
    assert check.ok, check.detail


def test_without_an_account_for_it_nothing_is_given():
    world = World(invoice("kf-a", "1000.00", "17", **TERMS))
    known = replace(world.known(), roles=replace(ROLES, discount_given=None))
    world.known = lambda: known

    plan = world.plan(camt054(entry(detail("980.00", kid="17"))))

    assert "paid in part, 20.00 NOK left" in plan.vouchers[0].transaction.meta["why"]


LF = bill("lf-9", "1000.00", **TERMS)
PART = payment(replace(LF, residual=nok("-980.00")))


@pytest.mark.parametrize(
    ("day", "left", "received"), [(20, {}, "-20.00"), (23, {"lf-9": "-20.00"}, "0.00")]
)
def test_a_bill_of_which_a_person_ordered_all_but_the_discount(day, left, received):
    world = World(LF, standings=[standing(PART)])

    world.reconcile(camt054(entry(paid_out(PART), day=date(2026, 11, day))))

    assert world.residuals() == left
    assert world.balance(RECEIVED) == nok(received)


def test_a_discounted_payment_that_comes_back_opens_the_whole_bill():
    world = World(LF, standings=[standing(PART)])
    back = detail(
        "980.00",
        end_to_end_id=PART.end_to_end_id,
        account=SUPPLIER_ACCOUNT,
        return_code="AC04",
        reference="B",
    )

    world.reconcile(camt054(entry(paid_out(PART, reference="A"))))
    world.reconcile(camt054(entry(back, day=date(2026, 11, 23))))
    twice = world.reconcile(
        camt054(
            entry(
                replace(back, account_servicer_reference="C"),
                day=date(2026, 11, 24),
            )
        )
    )

    assert "has come back already" in twice.alarms[0]
    assert world.residual("lf-9") == "-1000.00"
    assert world.balance(RECEIVED) == nok("0.00")


def in_euro(paid: Payment) -> Payment:
    """A payment of euros."""
    amount = nok(str(paid.amount.number), "EUR")
    items = tuple(replace(each, amount=amount) for each in paid.items)
    return replace(paid, amount=amount, items=items)


@pytest.mark.parametrize("charge", ["0.00", "60.00"])
@pytest.mark.parametrize(
    ("ordered", "booked", "day", "left", "received", "gained"),
    [
        # 1000.00 EUR stand at 11800.00 NOK, so 20.00 EUR are 236.00 NOK
        ("980.00", "11700.00", 20, None, "-236.00", "136.00"),
        ("980.00", "11500.00", 20, None, "-236.00", "-64.00"),
        ("980.00", "11564.00", 20, None, "-236.00", "0.00"),
        ("980.00", "11700.00", 21, ("-20.00 EUR", "-236.00 NOK"), "0.00", "136.00"),
        ("985.00", "11700.00", 20, ("-15.00 EUR", "-177.00 NOK"), "0.00", "77.00"),
        ("1000.00", "11900.00", 20, None, "0.00", "100.00"),
    ],
)
def test_a_bill_in_euro_ordered_less_its_discount_and_paid_in_kroner(
    ordered, booked, day, left, received, gained, charge
):
    """Nothing is left in euro nor in kroner."""
    owed = -nok("1000.00", "EUR")
    item = bill("lf-e", "1000.00", **TERMS)
    paid = in_euro(payment(replace(item, residual=nok(f"-{ordered}"))))
    item = replace(item, amount=owed, residual=owed, value=-nok("11800.00"))
    world = World(item, standings=[standing(paid)])
    charges = (Charge(amount=nok(charge)),) if charge != "0.00" else ()
    debited = replace(
        paid_out(paid),
        amount=nok(booked) + nok(charge),
        instructed_amount=paid.amount,
        charges=charges,
    )

    plan = world.reconcile(camt054(entry(debited, day=date(2026, 11, day))))

    assert plan.alarms == ()
    (settling,) = (
        each
        for voucher in plan.vouchers
        for each in voucher.transaction.postings
        if each.meta.get("open-item") == "lf-e"
    )
    rest, value = owed + settling.units, nok("-11800.00") + settling.weight
    assert (str(rest), str(value)) == (left or ("0.00 EUR", "0.00 NOK"))
    assert world.balance(RECEIVED) == nok(received)
    assert world.balance("Expenses:7770-Bankgebyr") == nok(charge)
    agio = world.balance("Income:8060-Agio") + world.balance("Expenses:8160-Disagio")
    assert agio == nok(gained)


def test_a_payment_of_the_old_system_less_its_discount_settles_the_whole_bill():
    item = bill("lf-9", "1000.00", kid="0010023000", **TERMS)
    paid = replace(
        payment(replace(item, residual=nok("-980.00"))), foreign=True, kid="0010023000"
    )
    world = World(item, standings=[standing(paid)])
    told = replace(
        paid_out(paid), end_to_end_identification=None, creditor_reference="0010023000"
    )

    world.reconcile(camt054(entry(told, day=date(2026, 11, 20))))

    assert world.residuals() == {}
    assert world.balance(RECEIVED) == nok("-20.00")


LATE = date(2026, 11, 23)
IN_TIME = ocr(entry(detail("980.00", kid="17", account=OTHER_ACCOUNT)))
SHOWN = camt053(
    "1000.00",
    entry(detail("980.00", kid="17", account=OTHER_ACCOUNT), day=LATE),
    day=LATE,
)


@pytest.mark.parametrize("order", [(IN_TIME, SHOWN), (SHOWN, IN_TIME)])
def test_a_file_that_tells_the_earlier_day_gives_the_discount_in_any_order(order):
    world = World(invoice("kf-a", "1000.00", "17", **TERMS))

    for told in (*order, *order):
        world.reconcile(told)

    assert world.residuals() == {}
    assert world.balance(GIVEN) == nok("20.00")
    assert world.balance(CLEARING) == nok("0.00")
    world.lose_store()
    world.rebuild()
    assert world.balance(GIVEN) == nok("20.00")


def test_a_late_discount_in_a_locked_period_goes_to_the_first_open_day():
    told = detail("980.00", kid="17", account=OTHER_ACCOUNT, reference="R")
    world = World(invoice("kf-a", "1000.00", "17", **TERMS))
    world.reconcile(camt053("1000.00", entry(told, day=LATE), day=LATE))
    world.settings["company"] = company(locked_until=date(2026, 11, 30))

    plan = world.reconcile(camt054(entry(told)))

    (voucher,) = plan.vouchers
    assert voucher.transaction.date == date(2026, 12, 1)
    assert voucher.transaction.meta["value-date"] == LATE
    assert world.residuals() == {}


def test_what_a_person_has_taken_off_the_rest_stands():
    world = World(invoice("kf-a", "1000.00", "17", **TERMS))
    world.reconcile(SHOWN)
    item = world.items.by_key["kf-a"]
    off = replace(item.postings[0], movement=None, amount=nok("-20.00"))
    back = replace(off, amount=nok("20.00"))
    given = replace(item, postings=(*item.postings, off, back))
    known = replace(world.known(), items=OpenItems.of([given]))
    world.known = lambda: known

    assert world.plan(IN_TIME).vouchers == ()
