"""Each rule by its table: what is certain settles, everything else says why it waits."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import permutations

import pytest
from bank_stories import (
    ACCOUNT,
    BANK,
    CLEARING,
    CUSTOMER,
    IN,
    OTHER_ACCOUNT,
    OUT,
    SECOND_ACCOUNT,
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

from bankio.iso20022.values import Charge
from ledger.identifications import end_to_end
from ledger.payments import PaymentState

OTHER_CUSTOMER = "Assets:1500-Kundefordringer:K20002-Sør"


@pytest.mark.parametrize(
    ("paid", "items", "left", "why"),
    [
        ("1250.00", [("a", "1250.00")], {}, "KID 17 is on kf-a only"),
        (
            "1000.00",
            [("a", "1250.00")],
            {"kf-a": "250.00"},
            "paid in part, 250.00 NOK left",
        ),
        (
            "1300.00",
            [("a", "1250.00")],
            {CUSTOMER: "-50.00"},
            "50.00 NOK too much, to the customer's credit",
        ),
        ("10.00", [("a", "0.00")], {CUSTOMER: "-10.00"}, "kf-a is settled already"),
        # several items of one customer with one KID
        (
            "20.00",
            [("a", "10.00"), ("b", "20.00")],
            {"kf-a": "10.00"},
            "KID 17 on 2 items; only kf-b has the amount",
        ),
        (
            "30.00",
            [("a", "10.00"), ("b", "20.00"), ("c", "40.00")],
            {"kf-c": "40.00"},
            "the oldest ones (kf-a, kf-b) make the amount",
        ),
        (
            "10.00",
            [("a", "10.00"), ("b", "10.00")],
            {"kf-b": "10.00"},
            "the oldest ones (kf-a) make the amount",
        ),
        (
            "25.00",
            [("a", "10.00"), ("b", "20.00")],
            {"kf-a": "10.00", "kf-b": "20.00", CUSTOMER: "-25.00"},
            "the customer is certain, the item is not",
        ),
        (
            "5.00",
            [("a", "0.00"), ("b", "0.00")],
            {CUSTOMER: "-5.00"},
            "settled already",
        ),
    ],
)
def test_kid_policy(paid, items, left, why):
    rows = [
        invoice(f"kf-{key}", amount, "17", date=date(2026, 11, day))
        for day, (key, amount) in enumerate(items, 1)
    ]
    world = World(*rows)

    plan = world.reconcile(ocr(entry(detail(paid, kid="17"))))

    assert world.residuals() == left
    assert why in plan.vouchers[0].transaction.meta["why"]
    assert not plan.vouchers[0].parked


@pytest.mark.parametrize(
    ("changes", "kid", "reason"),
    [
        ({}, "99", "Unknown KID 99"),
        ({"is_draft": True}, "17", "KID 17 is on kf-a, which is a draft"),
        (
            {"residual": nok("10.00", "EUR"), "amount": nok("10.00", "EUR")},
            "17",
            "KID 17 is on kf-a in EUR, the money is in NOK",
        ),
    ],
)
def test_a_kid_that_settles_nothing(changes, kid, reason):
    world = World(replace(invoice("kf-a", "10.00", "17"), **changes))

    plan = world.reconcile(ocr(entry(detail("10.00", kid=kid))))

    assert plan.vouchers[0].reason == reason
    assert world.balance(IN) == nok("-10.00")


def test_a_kid_of_two_customers_is_parked():
    other = invoice("kf-b", "10.00", "17", account=OTHER_CUSTOMER, party_number="K20002")
    world = World(invoice("kf-a", "10.00", "17"), other)

    plan = world.reconcile(ocr(entry(detail("10.00", kid="17"))))

    assert plan.vouchers[0].reason == "KID 17 is on items of several customers: kf-a, kf-b"


def test_never_by_amount_alone():
    world = World(invoice("kf-a", "10.00", "17"))

    world.reconcile(ocr(entry(detail("10.00", account=OTHER_ACCOUNT))))

    assert world.residuals() == {"kf-a": "10.00", IN: "-10.00"}


@pytest.mark.parametrize(
    ("paid", "left"),
    [("30.00", {}), ("29.00", {"kf-a": "10.00", "kf-b": "20.00", IN: "-29.00"})],
)
def test_one_payment_with_several_kids_settles_exactly_or_not_at_all(paid, left):
    world = World(invoice("kf-a", "10.00", "17"), invoice("kf-b", "20.00", "18"))

    world.reconcile(
        camt054(entry(detail(paid, kid="17", creditor_references=("17", "18"))))
    )

    assert world.residuals() == left


def test_two_receipts_never_settle_the_same_krone():
    world = World(invoice("kf-a", "10.00", "17"))

    world.reconcile(ocr(entry(detail("10.00", kid="17"), detail("10.00", kid="17"))))

    assert world.residuals() == {CUSTOMER: "-10.00"}


def test_a_credit_note_that_the_payer_took_off_settles_it():
    world = World(invoice("kf-a", "-10.00", "17"))

    world.reconcile(ocr(entry(detail("-10.00", kid="17"))))

    assert world.residuals() == {}
    assert world.balance(CLEARING) == nok("-10.00")


@pytest.mark.parametrize(
    ("notes", "left"),
    [
        # of all that carry the customer's one KID it is the only one of the amount
        ({"kf-b": "-10.00", "kf-c": "-20.00"}, {"kf-a": "50.00", "kf-c": "-20.00"}),
        # two have it, or none does
        ({"kf-b": "-10.00", "kf-c": "-10.00"}, None),
        ({"kf-b": "-30.00"}, None),
    ],
)
def test_a_credit_note_under_a_constant_kid_is_the_only_one_of_its_amount(notes, left):
    world = World(
        *(invoice(key, amount, "7") for key, amount in {"kf-a": "50.00", **notes}.items())
    )

    plan = world.reconcile(ocr(entry(detail("-10.00", kid="7"))))

    assert world.residuals() == (left or {"kf-a": "50.00", **notes, OUT: "10.00"})
    if left is None:
        keys = ", ".join(("kf-a", *notes))
        assert plan.vouchers[0].reason == (
            f"KID 7 is on {keys}, and no credit note there fits the money out"
        )


LF = bill("lf-1", "200.00")
PAID = payment(LF)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"amount": nok("199.00")}, "the bank booked 199.00 NOK, we sent 200.00 NOK"),
        ({"amount": nok("201.00")}, "the bank booked 201.00 NOK, we sent 200.00 NOK"),
        (
            {"account": OTHER_ACCOUNT},
            "the bank paid to 15030000029, we sent to 15032080119",
        ),
        (
            {"end_to_end_id": end_to_end("987654325", ACCOUNT, ["lf-other"], 1)},
            "has our form, but nobody here knows it",
        ),
    ],
)
def test_a_payment_booked_otherwise_than_sent_is_never_settled(changes, reason):
    changes = dict(changes)
    booked = changes.pop("amount", nok("200.00"))
    told = {"end_to_end_id": PAID.end_to_end_id, "account": SUPPLIER_ACCOUNT, **changes}
    world = World(LF, standings=[standing(PAID)])

    plan = world.reconcile(camt054(entry(detail(str(-booked.number), **told))))

    assert reason in plan.vouchers[0].reason
    assert plan.alarms == (plan.vouchers[0].reason,)
    assert world.residuals() == {"lf-1": "-200.00", OUT: booked.text}


def test_a_payment_from_another_account_than_we_sent_it_from():
    world = World(LF, standings=[standing(PAID)])

    plan = world.reconcile(camt054(entry(paid_out(PAID)), account=SECOND_ACCOUNT))

    assert "we sent it from 86011117947" in plan.alarms[0]
    assert world.residual("lf-1") == "-200.00"


def test_an_end_to_end_id_settles_when_the_bank_leaves_the_account_out():
    world = World(LF, standings=[standing(PAID)])

    plan = world.reconcile(camt054(entry(paid_out(PAID, account=None))))

    assert world.residuals() == {}
    assert "does not tell the creditor account" in plan.vouchers[0].transaction.meta["why"]


def test_the_bank_booking_a_payment_twice_parks_the_second():
    world = World(LF, standings=[standing(PAID)])

    plan = world.reconcile(
        camt054(entry(paid_out(PAID, reference="A")), entry(paid_out(PAID, reference="B")))
    )

    assert [voucher.parked for voucher in plan.vouchers] == [False, True]
    assert "a likely duplicate" in plan.vouchers[1].reason
    assert world.residuals() == {OUT: "200.00"}


def test_an_item_never_crosses_zero():
    settled_by_hand = replace(LF, residual=nok("-50.00"))
    world = World(settled_by_hand, standings=[standing(payment(LF))])

    plan = world.reconcile(camt054(entry(paid_out(PAID))))

    assert "lf-1 has -50.00 NOK left, paid is 200.00 NOK" in plan.vouchers[0].reason
    assert world.residual("lf-1") == "-50.00"


def test_a_credit_note_netted_into_a_payment_is_settled_with_it():
    credit_note = bill("lf-2", "-50.00")
    paid = payment(LF, credit_note)
    world = World(LF, credit_note, standings=[standing(paid)])

    world.reconcile(camt054(entry(paid_out(paid))))

    assert paid.amount == nok("150.00")
    assert world.residuals() == {}


@pytest.mark.parametrize(
    "state", [PaymentState.REJECTED, PaymentState.CANCELLED, PaymentState.DROPPED]
)
def test_a_booking_after_the_bank_ended_it_settles_and_alarms(state):
    world = World(LF, standings=[standing(PAID, state)])

    plan = world.reconcile(camt054(entry(paid_out(PAID))))

    assert world.residuals() == {}
    assert len(plan.alarms) == 1
    assert PAID.end_to_end_id in plan.alarms[0]


BACK = entry(
    detail(
        "200.00",
        end_to_end_id=PAID.end_to_end_id,
        account=SUPPLIER_ACCOUNT,
        return_code="AC04",
        reference="B",
    ),
    day=date(2026, 11, 23),
)


@pytest.mark.parametrize("returned_first", [False, True])
def test_a_payment_that_comes_back_opens_its_item_again(returned_first):
    world = World(LF, standings=[standing(PAID)])
    files = [camt054(entry(paid_out(PAID, reference="A"))), camt054(BACK)]

    if returned_first:
        # It waits for the booking, and is read again with it: lf-1 never is open twice.
        held = world.reconcile(files[1])
        assert ("held", ()) == (next(iter(held.outcomes.values())).outcome, held.vouchers)
        files = [files[1], files[0]]
        world.reconcile(*files)
    for told in files:
        world.reconcile(told)

    assert world.residuals() == {"lf-1": "-200.00"}
    returned = next(v for v in world.vouchers if v.transaction.date.day == 23)
    assert returned.transaction.narration == "Returned: AC04 The account is closed"
    assert returned.transaction.postings[0].meta["reason"] == "AC04 The account is closed"


@pytest.mark.parametrize("in_one_run", [True, False])
@pytest.mark.parametrize(
    "booked",
    [
        [paid_out(PAID, account=OTHER_ACCOUNT, reference="A")],
        [paid_out(PAID, reference="A"), paid_out(PAID, reference="C")],
    ],
    ids=["another account", "twice"],
)
def test_a_return_after_money_is_parked_under_its_id_opens_no_item(booked, in_one_run):
    world = World(LF, standings=[standing(PAID)])
    debit = camt054(*map(entry, booked))
    before = {"lf-1": "-200.00"} if len(booked) == 1 else {}

    plans = (
        [world.reconcile(debit, camt054(BACK))]
        if in_one_run
        else [world.reconcile(each) for each in (debit, camt054(BACK))]
    )

    assert "200.00 NOK is parked under the same id" in plans[-1].alarms[-1]
    assert world.residuals() == {**before, OUT: "200.00", IN: "-200.00"}


#: One settles, the other one is parked: the bank may take back either of them.
CORRECTION = entry(
    detail("200.00", end_to_end_id=PAID.end_to_end_id, reference="C"),
    day=date(2026, 11, 23),
    reversal=True,
)
BOOKED_TWICE = camt054(
    entry(paid_out(PAID, reference="A")), entry(paid_out(PAID, reference="C"))
)


@pytest.mark.parametrize("reference", ["A", "C"])
@pytest.mark.parametrize("in_one_run", [True, False])
def test_the_bank_takes_back_one_of_two_bookings_that_it_names(in_one_run, reference):
    world = World(LF, standings=[standing(PAID)])
    (told,) = CORRECTION.details
    named = replace(told, account_servicer_reference=reference)
    correction = camt054(replace(CORRECTION, details=(named,)))

    if in_one_run:
        world.reconcile(BOOKED_TWICE, correction)
    else:
        world.reconcile(BOOKED_TWICE)
        assert world.residuals() == {OUT: "200.00"}
        assert world.reconcile(correction).alarms == ()

    assert world.residuals() == {}
    told = next(v for v in world.vouchers if v.transaction.date.day == 23)
    assert told.transaction.narration == "Double booking taken back"
    assert (
        told.transaction.meta["why"]
        == f"The bank took back {reference}: {PAID.end_to_end_id} was booked twice"
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"reference": "B"},
        {"reference": None},
        {"reference": "C", "amount": "199.00"},
    ],
)
@pytest.mark.parametrize("in_one_run", [True, False])
def test_a_correction_that_names_another_booking_or_amount_is_a_persons(
    changes, in_one_run
):
    world = World(LF, standings=[standing(PAID)])
    told = {"amount": "200.00", "end_to_end_id": PAID.end_to_end_id, **changes}
    back = entry(detail(**told), day=date(2026, 11, 23), reversal=True)

    for files in (
        [(BOOKED_TWICE, camt054(back))]
        if in_one_run
        else [(BOOKED_TWICE,), (camt054(back),)]
    ):
        world.reconcile(*files)

    assert world.residuals() == {OUT: "200.00", IN: f"-{told['amount']}"}


@pytest.mark.parametrize("in_one_run", [True, False])
def test_what_the_bank_has_taken_back_once_is_not_taken_back_again(in_one_run):
    world = World(LF, standings=[standing(PAID)])
    again = replace(CORRECTION, booking_date=date(2026, 11, 24))
    files = [camt054(CORRECTION), camt054(again)]

    world.reconcile(BOOKED_TWICE)
    for some in [files] if in_one_run else [[each] for each in files]:
        world.reconcile(*some)

    assert world.residuals() == {IN: "-200.00"}


def test_a_return_of_another_amount_is_parked():
    world = World(LF, standings=[standing(PAID)])
    short = detail("190.00", end_to_end_id=PAID.end_to_end_id, return_code="AC04")

    plan = world.reconcile(camt054(entry(short)))

    assert "came back with 190.00 NOK, we sent 200.00 NOK" in plan.alarms[0]
    assert world.residuals() == {"lf-1": "-200.00", IN: "-190.00"}


def test_a_payment_comes_back_once():
    world = World(LF, standings=[standing(PAID)])
    again = replace(
        BACK, details=(replace(BACK.details[0], account_servicer_reference="C"),)
    )

    world.reconcile(camt054(entry(paid_out(PAID, reference="A"))), camt054(BACK))
    plan = world.reconcile(camt054(again))

    assert "has come back already" in plan.alarms[0]
    assert world.residuals() == {"lf-1": "-200.00", IN: "-200.00"}


def test_a_return_that_nobody_knows_is_parked_with_its_reason():
    plan = World().reconcile(camt054(entry(detail("7.00", return_code="AC01"))))

    assert plan.vouchers[0].reason == (
        "A return that no single payment fits: AC01 Wrong account number"
    )


FOREIGN = replace(PAID, foreign=True, kid="0010023000", end_to_end_id="OLD-1")


@pytest.mark.parametrize(
    ("changes", "settled"),
    [
        ({}, True),
        ({"kid": "0010023001"}, False),
        ({"account": OTHER_ACCOUNT}, False),
        ({"account": None}, False),
    ],
)
def test_a_payment_from_before_the_first_day_needs_kid_account_and_amount(changes, settled):
    told = {"kid": "0010023000", "account": SUPPLIER_ACCOUNT, "reference": "F", **changes}
    world = World(LF, standings=[standing(FOREIGN)])

    world.reconcile(camt054(entry(detail("-200.00", **told))))

    assert (world.residual("lf-1") == "0.00") is settled


def test_a_payment_from_before_the_first_day_that_comes_back_opens_its_item():
    told = {"kid": "0010023000", "account": SUPPLIER_ACCOUNT}
    world = World(LF, standings=[standing(FOREIGN)])
    world.reconcile(camt054(entry(detail("-200.00", reference="F", **told))))

    world.reconcile(
        camt054(entry(detail("200.00", reference="G", return_code="AC04", **told)))
    )

    assert world.residuals() == {"lf-1": "-200.00"}


def test_two_payments_from_before_the_first_day_that_fit_are_refused():
    second = bill("lf-2", "200.00")
    twin = replace(payment(second), foreign=True, kid="0010023000", end_to_end_id="OLD-2")
    world = World(LF, second, standings=[standing(FOREIGN), standing(twin)])

    plan = world.reconcile(
        camt054(entry(detail("-200.00", kid="0010023000", account=SUPPLIER_ACCOUNT)))
    )

    assert plan.vouchers[0].reason == (
        "Several payments from before the first day fit: lf-1, lf-2"
    )


@pytest.mark.parametrize(
    ("changes", "left"),
    [
        ({"kid": "17"}, {"kf-a": "10.00"}),
        ({"kid": None}, {OUT: "10.00"}),
        ({"kid": "17", "account": "15030000037"}, {OUT: "10.00"}),
    ],
)
def test_a_receipt_that_the_bank_takes_back(changes, left):
    world = World(invoice("kf-a", "10.00", "17"))
    world.reconcile(
        camt054(entry(detail("10.00", kid="17", account=OTHER_ACCOUNT, reference="A")))
    )

    told = {"account": OTHER_ACCOUNT, "reference": "B", **changes}
    world.reconcile(camt054(entry(detail("-10.00", **told), reversal=True)))

    assert world.residuals() == left


RECEIPT = detail("10.00", kid="17", account=OTHER_ACCOUNT, reference="B")
TAKEN_BACK = detail("-10.00", kid="17", account=OTHER_ACCOUNT, reference="A")
RECEIVED = entry(RECEIPT, reference="B")
REVERSED = entry(TAKEN_BACK, reversal=True, reference="A")
NEXT_DAY = date(2026, 11, 23)
LATER_REVERSED = replace(REVERSED, booking_date=NEXT_DAY)


@pytest.mark.parametrize(
    "files",
    [
        # in one file, whichever stands first
        [camt054(RECEIVED, REVERSED)],
        [camt054(REVERSED, RECEIVED)],
        [camt053("1000.00", RECEIVED, REVERSED)],
        [camt053("1000.00", REVERSED, RECEIVED)],
        # in two, of one day or the next
        [camt054(RECEIVED), camt054(REVERSED, number="2")],
        [ocr(entry(RECEIPT)), camt054(REVERSED)],
        [ocr(entry(RECEIPT)), camt053("1000.00", RECEIVED, REVERSED)],
        [ocr(entry(RECEIPT)), camt054(LATER_REVERSED)],
        [
            camt053("1000.00", RECEIVED),
            camt053("1010.00", LATER_REVERSED, day=NEXT_DAY),
        ],
        # the statement alone tells the receipt
        [camt053("1000.00", RECEIVED), camt054(LATER_REVERSED)],
    ],
)
def test_a_receipt_and_what_takes_it_back_in_one_run_or_in_two(files):
    together, turned, divided, late = (
        World(invoice("kf-a", "10.00", "17")) for _ in range(4)
    )

    together.reconcile(*files)
    turned.reconcile(*reversed(files))
    for file in files:
        divided.reconcile(file)
    for number in range(len(files)):
        # What is held is read again in every run, as the shell does.
        late.reconcile(*reversed(files[-1 - number :]))

    for world in (together, turned, divided, late):
        assert world.residuals() == {"kf-a": "10.00"}
        rules = {each.transaction.meta["rule"] for each in world.vouchers}
        assert "parked" not in rules
    settled = together.items.by_key["kf-a"].postings
    assert settled == divided.items.by_key["kf-a"].postings
    # A statement that is first to tell its details is the voucher of the item itself.
    other = late.items.by_key["kf-a"].postings
    assert [replace(each, voucher="") for each in settled] == [
        replace(each, voucher="") for each in other
    ]


def test_what_takes_back_a_receipt_of_no_file_waits_for_it_and_then_for_a_person():
    world = World(invoice("kf-a", "10.00", "17"))

    assert [each.reason for each in world.reconcile(camt054(REVERSED)).held] == [
        "Takes back a receipt that no file has told yet: waits for it"
    ]
    assert world.vouchers == []
    lump = replace(REVERSED, details=(), batch_number_of_transactions=1)
    world.reconcile(camt053("1000.00", lump), camt054(REVERSED))
    assert world.balance(CLEARING) == nok("10.00")
    late = date(2026, 11, 27)
    world.reconcile(camt053("990.00", day=late), camt054(REVERSED))

    assert world.balance(CLEARING) == nok("0.00")
    assert world.residuals() == {"kf-a": "10.00", OUT: "10.00"}


@pytest.mark.parametrize("shape", ["lump", "plain", "details"])
def test_in_whatever_order_and_runs_a_receipt_and_what_takes_it_back_come(shape):
    def shown(told):
        count = 1 if shape == "lump" else None
        if shape == "details":
            return told
        return replace(told, details=(), batch_number_of_transactions=count)

    files = [
        camt054(RECEIVED),
        camt054(LATER_REVERSED),
        camt053("1000.00", shown(RECEIVED)),
        camt053("1010.00", shown(LATER_REVERSED), day=NEXT_DAY),
    ]
    for order in permutations(files):
        world = World(invoice("kf-a", "10.00", "17"))
        for number in range(len(order)):
            world.reconcile(*order[: number + 1])

        assert world.residuals() == {"kf-a": "10.00"}, order
        assert world.balance(BANK) == nok("1000.00")
        assert world.balance(CLEARING) == nok("0.00")


def test_the_statement_may_be_the_only_one_to_tell():
    world = World(LF, standings=[standing(PAID)])

    world.reconcile(camt053("1000.00", entry(paid_out(PAID, reference="A"))))
    world.reconcile(camt053("800.00", BACK, day=date(2026, 11, 23)))

    assert world.residuals() == {"lf-1": "-200.00"}
    assert world.balance(CLEARING) == nok("0.00")


@pytest.mark.parametrize(
    ("paid", "limit", "left", "rounding"),
    [
        ("9.60", "1.00", {}, "0.40"),
        ("10.40", "1.00", {}, "-0.40"),
        ("9.00", "1.00", {}, "1.00"),
        ("8.99", "1.00", {"kf-a": "1.01"}, "0.00"),
        ("9.60", None, {"kf-a": "0.40"}, "0.00"),
        ("11.01", "1.00", {CUSTOMER: "-1.01"}, "0.00"),
    ],
)
def test_a_small_difference_goes_to_rounding_within_the_policy(paid, limit, left, rounding):
    world = World(
        invoice("kf-a", "10.00", "17"), small_difference=nok(limit) if limit else None
    )

    world.reconcile(ocr(entry(detail(paid, kid="17"))))

    assert world.residuals() == left
    assert world.balance("Expenses:7740-Øreavrunding") == nok(rounding)


@pytest.mark.parametrize(
    ("charges", "left"),
    [
        ([("50.00", True)], {}),
        ([("30.00", None), ("20.00", None)], {}),
        ([("40.00", True)], {"kf-a": "50.00"}),
        ([("50.00", False)], {"kf-a": "50.00"}),
        ([], {"kf-a": "50.00"}),
    ],
)
def test_charges_taken_off_on_the_way_settle_the_item(charges, left):
    told = tuple(
        Charge(amount=nok(amount), included=included) for amount, included in charges
    )
    world = World(invoice("kf-a", "1000.00", "17"))

    world.reconcile(camt054(entry(detail("950.00", kid="17", charges=told))))

    assert world.residuals() == left
    assert world.balance("Expenses:7770-Bankgebyr") == nok("0.00" if left else "50.00")


def test_charges_booked_with_a_payment_and_told_are_charges():
    booked = detail(
        "-250.00",
        end_to_end_id=PAID.end_to_end_id,
        account=SUPPLIER_ACCOUNT,
        charges=(Charge(amount=nok("50.00"), included=True),),
    )
    world = World(LF, standings=[standing(PAID)])

    plan = world.reconcile(camt054(entry(booked)))

    assert plan.alarms == ()
    assert world.residuals() == {}
    assert world.balance("Expenses:7770-Bankgebyr") == nok("50.00")


def test_a_receipt_is_taken_back_once():
    world = World(invoice("kf-a", "10.00", "17"))
    told = {"kid": "17", "account": OTHER_ACCOUNT}
    world.reconcile(camt054(entry(detail("10.00", reference="A", **told))))

    for reference in ("B", "C"):
        taken = entry(detail("-10.00", reference=reference, **told), reversal=True)
        world.reconcile(camt054(taken))

    assert world.residuals() == {"kf-a": "10.00", OUT: "10.00"}


def euro_bill():
    euro = -nok("1000.00", "EUR")
    owed = bill("lf-e", "1000.00")
    return replace(owed, amount=euro, residual=euro, value=-nok("11800.00"))


def euro_invoice(amount="100.00", value="1150.00"):
    euro = nok(amount, "EUR")
    return replace(
        invoice("kf-e", amount, "17"), amount=euro, residual=euro, value=nok(value)
    )


def postings(plan):
    return [
        (each.account.rpartition(":")[2], str(each.units), str(each.total_price or ""))
        for each in plan.vouchers[0].transaction.postings
    ]


def test_a_bill_in_euro_paid_in_kroner_leaves_nothing_in_either():
    owed = euro_bill()
    paid = replace(payment(bill("lf-e", "1000.00")), amount=nok("1000.00", "EUR"))
    items = tuple(replace(each, amount=nok("1000.00", "EUR")) for each in paid.items)
    paid = replace(paid, items=items)
    world = World(owed, standings=[standing(paid)])
    booked = detail(
        "-11960.00",
        end_to_end_id=paid.end_to_end_id,
        account=SUPPLIER_ACCOUNT,
        instructed_amount=nok("1000.00", "EUR"),
        charges=(Charge(amount=nok("60.00")),),
    )

    plan = world.plan(camt054(entry(booked)))

    assert plan.alarms == ()
    assert postings(plan) == [
        ("L10001-Fjellkraft", "1000.00 EUR", "11800.00 NOK"),
        ("7770-Bankgebyr", "60.00 NOK", ""),
        ("8160-Disagio", "100.00 NOK", ""),
        ("B1920", "-11960.00 NOK", ""),
    ]


@pytest.mark.parametrize(
    ("paid", "instructed", "expected"),
    [
        (
            "1170.00",
            "100.00",
            [("-100.00 EUR", "1150.00 NOK"), ("-20.00 NOK", ""), ("1170.00 NOK", "")],
        ),
        (
            "1140.00",
            "100.00",
            [("-100.00 EUR", "1150.00 NOK"), ("10.00 NOK", ""), ("1140.00 NOK", "")],
        ),
        (  # a third, to the øre
            "383.33",
            "33.33",
            [("-33.33 EUR", "383.30 NOK"), ("-0.03 NOK", ""), ("383.33 NOK", "")],
        ),
    ],
)
def test_an_invoice_in_euro_paid_in_kroner(paid, instructed, expected):
    world = World(euro_invoice())

    plan = world.plan(
        camt054(entry(detail(paid, kid="17", instructed_amount=nok(instructed, "EUR"))))
    )

    assert [(units, price) for _, units, price in postings(plan)] == expected


@pytest.mark.parametrize(
    ("instructed", "says"),
    [
        (None, "KID 17 is on kf-e in EUR, the money is in NOK"),
        (nok("101.00", "EUR"), "100.00 EUR are left, 1.00 EUR too much"),
        (nok("100.00", "USD"), "KID 17 is on kf-e in EUR, the money is in NOK"),
    ],
)
def test_without_the_instructed_amount_nothing_in_euro_is_settled(instructed, says):
    world = World(euro_invoice(value="1150.00"))

    plan = world.plan(
        camt054(entry(detail("1170.00", kid="17", instructed_amount=instructed)))
    )

    assert says in plan.vouchers[0].reason


def test_two_part_payments_take_the_value_with_them_to_the_last_ore():
    world = World(euro_invoice("100.00", "1000.01"))
    parts = [
        detail("333.00", kid="17", reference=name, instructed_amount=nok(amount, "EUR"))
        for name, amount in (("A", "33.33"), ("B", "33.33"), ("C", "33.34"))
    ]

    plan = world.plan(camt054(entry(*parts)))

    legs = [v.transaction.postings[0] for v in plan.vouchers]
    assert sum(leg.units.number for leg in legs) == -100
    assert sum(leg.total_price.number for leg in legs) == nok("1000.01").number


def test_our_reference_in_the_instruction_id_settles_as_well():
    world = World(LF, standings=[standing(PAID)])
    told = {"end_to_end_id": "PAYEE-7", "instruction_identification": PAID.end_to_end_id}

    first = world.reconcile(camt054(entry(paid_out(PAID, reference="A", **told))))
    world.reconcile(camt053("1000.00", entry(paid_out(PAID, reference="B"))))

    assert first.vouchers[0].transaction.meta["rule"] == "end-to-end-id"
    assert world.residuals() == {}
    assert world.balance(CLEARING) == nok("0.00")


SECOND = bill("lf-2", "300.00", creditor_account=OTHER_ACCOUNT)
TWIN = bill("lf-3", "200.00", creditor_account=OTHER_ACCOUNT)


@pytest.mark.parametrize(
    ("other", "amount", "account", "reason"),
    [
        (SECOND, "-200.00", None, None),
        (SECOND, "-200.00", SUPPLIER_ACCOUNT, None),
        (TWIN, "-200.00", SUPPLIER_ACCOUNT, None),
        (SECOND, "-200.00", OTHER_ACCOUNT, "none of its payments not yet booked fits"),
        (SECOND, "-250.00", None, "none of its payments not yet booked fits"),
        (TWIN, "-200.00", None, "several payments of 200.00 NOK fit: lf-1, lf-3"),
    ],
)
def test_a_batch_of_ours_names_the_payment_that_alone_fits(other, amount, account, reason):
    batch = {"payment_information_id": PAID.payment_information_id}
    paid_other = payment(other, creditor_account=OTHER_ACCOUNT, **batch)
    world = World(LF, other, standings=[standing(PAID), standing(paid_other)])
    told = detail(
        amount,
        account=account,
        payment_information_identification=PAID.payment_information_id,
    )

    plan = world.reconcile(camt054(entry(told)))

    voucher = plan.vouchers[0]
    assert reason in voucher.reason if reason else not voucher.parked
    assert world.residual("lf-1") == ("-200.00" if reason else "0.00")
    assert world.residual(other.key) == f"-{-other.residual.number}"


def test_a_batch_of_ours_is_booked_once():
    world = World(LF, standings=[standing(PAID)])
    batch = {"payment_information_identification": PAID.payment_information_id}

    world.reconcile(camt054(entry(detail("-200.00", reference="A", **batch))))
    plan = world.reconcile(camt054(entry(detail("-200.00", reference="B", **batch))))

    assert plan.vouchers[0].parked
    assert world.residuals() == {OUT: "200.00"}


EURO_COMPANY = company(bank_accounts=(replace(company().bank_accounts[0], currency="EUR"),))


def in_euro(amount, **told):
    """An entry of the bank account in EUR with one detail."""
    euro = nok(amount, "EUR")
    one = replace(detail(amount, **told), amount=abs(euro))
    return replace(entry(one, amount=amount), amount=abs(euro))


@pytest.mark.parametrize(
    ("paid", "instructed", "charge", "expected"),
    [
        (
            "1000.00",
            "11800.00",
            None,
            [("K20001-Nord", "-11800.00 NOK", "1000.00 EUR"), ("B1920", "1000.00 EUR", "")],
        ),
        (
            "995.00",
            "11800.00",
            "5.00",
            [
                ("K20001-Nord", "-11800.00 NOK", "1000.00 EUR"),
                ("7770-Bankgebyr", "59.00 NOK", "5.00 EUR"),
                ("B1920", "995.00 EUR", ""),
            ],
        ),
        (  # in part: so many kroner as were instructed
            "333.33",
            "3933.29",
            None,
            [("K20001-Nord", "-3933.29 NOK", "333.33 EUR"), ("B1920", "333.33 EUR", "")],
        ),
        (  # all but its discount
            "980.00",
            "11564.00",
            None,
            [
                ("K20001-Nord", "-11800.00 NOK", "1000.00 EUR"),
                ("8170-Andre-finanskostnader", "236.00 NOK", "20.00 EUR"),
                ("B1920", "980.00 EUR", ""),
            ],
        ),
    ],
)
def test_an_invoice_in_kroner_paid_in_euro(paid, instructed, charge, expected):
    terms = {"discount": Decimal("2.00"), "discount_until": date(2026, 11, 20)}
    world = World(invoice("kf-a", "11800.00", "17", **terms), company=EURO_COMPANY)
    charges = (Charge(amount=nok(charge, "EUR")),) if charge else ()

    plan = world.plan(
        camt054(in_euro(paid, kid="17", instructed_amount=nok(instructed), charges=charges))
    )

    assert postings(plan) == expected


def test_two_part_payments_in_euro_leave_no_krone_and_the_last_cent():
    world = World(invoice("kf-a", "11800.00", "17"), company=EURO_COMPANY)
    parts = [
        in_euro("333.33", kid="17", reference="A", instructed_amount=nok("3933.29")),
        in_euro("666.66", kid="17", reference="B", instructed_amount=nok("7866.71")),
    ]

    plan = world.plan(camt054(*parts))

    legs = [each.transaction.postings[0] for each in plan.vouchers]
    assert sum(leg.units.number for leg in legs) == nok("-11800.00").number
    assert sum(leg.total_price.number for leg in legs) == nok("999.99").number


@pytest.mark.parametrize(
    ("instructed", "says"),
    [
        (None, "KID 17 is on kf-a in NOK, the money is in EUR"),
        (nok("11800.01"), "11800.00 NOK are left, 0.01 NOK too much"),
        (nok("1000.00", "USD"), "KID 17 is on kf-a in NOK, the money is in EUR"),
    ],
)
def test_euro_for_an_invoice_in_kroner_without_its_kroner_wait(instructed, says):
    world = World(invoice("kf-a", "11800.00", "17"), company=EURO_COMPANY)

    plan = world.plan(camt054(in_euro("1000.00", kid="17", instructed_amount=instructed)))

    assert says in plan.vouchers[0].reason


def test_a_bill_in_kroner_that_we_paid_from_euro():
    world = World(LF, standings=[standing(PAID)], company=EURO_COMPANY)
    booked = in_euro(
        "-17.00",
        end_to_end_id=PAID.end_to_end_id,
        account=SUPPLIER_ACCOUNT,
        instructed_amount=nok("200.00"),
    )

    plan = world.plan(camt054(booked))

    assert postings(plan) == [
        ("L10001-Fjellkraft", "200.00 NOK", "17.00 EUR"),
        ("B1920", "-17.00 EUR", ""),
    ]


TWO_CARRIERS = (
    invoice("kf-a", "10.00", "17"),
    invoice("kf-b", "20.00", "17"),
    invoice("kf-c", "30.00", "18"),
    invoice("kf-d", "40.00", "19", residual=nok("0.00")),
    invoice("kf-e", "50.00", "20", is_draft=True),
    invoice("kf-f", "60.00", "21", residual=nok("60.00", "EUR")),
)


@pytest.mark.parametrize(
    ("kids", "told"),
    [
        (("18", "404"), "Unknown KID 404"),
        (("18", "17"), "KID 17 is on several items (kf-a, kf-b)"),
        (("18", "19"), "KID 19: kf-d is settled already"),
        (("18", "20"), "KID 20 is on kf-e, which is a draft"),
        (("18", "21"), "KID 21 is on kf-f in EUR, the money is in NOK"),
        (("18", "22"), "KIDs 18, 22: their items are 100.00 NOK, paid is 30.00 NOK"),
    ],
)
def test_why_two_kids_are_no_match_is_true(kids, told):
    world = World(*TWO_CARRIERS, invoice("kf-g", "70.00", "22"))

    plan = world.reconcile(camt054(entry(detail("30.00", creditor_references=kids))))

    (voucher,) = plan.vouchers
    assert voucher.parked
    assert told in voucher.reason


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "betaling 17 KID 0180.",
            "KID 0180 (kf-c) is in the text and not in the field for it",
        ),
        ("betaling 99", "No rule knows it: no KID and no EndToEndId that we have given"),
    ],
)
def test_why_money_with_our_kid_in_its_text_is_unknown_is_true(text, told):
    world = World(invoice("kf-c", "30.00", "0180"))

    plan = world.reconcile(camt054(entry(detail("30.00", text=text))))

    (voucher,) = plan.vouchers
    assert voucher.reason == told


@pytest.mark.parametrize(
    ("told", "left"),
    [
        ("RF18539007547034", {}),
        ("rf18 5390 0754 7034", {}),
        # its check digits are wrong: it is told as it stands, and nobody has it
        ("rf19539007547034", {"kf-a": "10.00", IN: "-10.00"}),
    ],
)
def test_an_rf_reference_is_the_same_in_small_letters(told, left):
    world = World(invoice("kf-a", "10.00", "RF18539007547034"))

    world.reconcile(camt054(entry(detail("10.00", kid=told))))

    assert world.residuals() == left
