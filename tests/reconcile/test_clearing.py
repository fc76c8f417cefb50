"""A rest on clearing names the file that is missing or too much."""

from __future__ import annotations

from datetime import date
from itertools import product

import pytest
from bank_stories import (
    ACCOUNT,
    CLEARING,
    OTHER_ACCOUNT,
    World,
    bill,
    camt053,
    camt054,
    detail,
    entry,
    invoice,
    nok,
    ocr,
    paid_out,
    payment,
    standing,
)

from reconcile.clearing import explain


def receipts(*amounts, day_reference="L1"):
    details = [
        detail(amount, kid="17", account=OTHER_ACCOUNT, reference=f"{day_reference}.{n}")
        for n, amount in enumerate(amounts)
    ]
    return entry(*details, reference=day_reference)


def lump(amount, reference, lump=2):
    return entry(amount=amount, reference=reference, lump=lump)


@pytest.mark.parametrize(
    ("files", "rests"),
    [
        ([ocr(receipts("500.00", "300.00")), camt053("1000.00", lump("800.00", "L1"))], []),
        (
            [ocr(receipts("500.00", "300.00"))],
            [("800.00", "Told by ocr-giro, but on no statement")],
        ),
        (
            [camt053("1000.00", lump("800.00", "L1"))],
            [("-800.00", "A sum on the statement without a file of its details")],
        ),
        (
            [
                ocr(receipts("500.00", "300.00")),
                camt053("1000.00", lump("800.00", "L1"), lump("300.00", "L2")),
            ],
            [("-300.00", "A sum on the statement without a file of its details")],
        ),
        (  # both are there, under one reference, and a krone is told by neither
            [
                ocr(receipts("500.00", "300.00")),
                camt053("1000.00", lump("801.00", "L1")),
            ],
            [
                (
                    "-1.00",
                    (
                        "The statement has 801.00 NOK under L1, its details in ocr-giro"
                        " are 800.00 NOK: difference 1.00 NOK"
                    ),
                )
            ],
        ),
        (  # two lines of one reference: of which are the details?
            [
                camt054(receipts("500.00", "300.00")),
                camt053("1000.00", lump("801.00", "L1"), lump("802.00", "L1")),
            ],
            [
                ("800.00", "Told by camt.054, but on no statement"),
                ("-801.00", "A sum on the statement without a file of its details"),
                ("-802.00", "A sum on the statement without a file of its details"),
            ],
        ),
        (  # two sources of the same money are one rest
            [ocr(receipts("500.00")), camt054(receipts("500.00"))],
            [("500.00", "Told by ocr-giro, but on no statement")],
        ),
        (  # which of two equal lumps is which nobody can tell, and nobody needs to
            [
                ocr(receipts("800.00", day_reference="A")),
                ocr(receipts("800.00", day_reference="B"), number="2"),
                camt053("1000.00", lump("800.00", "X"), lump("800.00", "Y")),
            ],
            [],
        ),
        (  # a statement that tells its details itself leaves nothing
            [camt053("1000.00", receipts("500.00", "300.00"))],
            [],
        ),
    ],
)
def test_what_stands_on_clearing(files, rests):
    world = World(invoice("kf-1", "5000.00", "17"))
    for told in files:
        world.reconcile(told)

    found = explain(
        ACCOUNT,
        world.balance(CLEARING),
        entries=world.entries.values(),
        movements=world.movements.values(),
        language="en",
    )

    assert [(rest.amount.text, rest.reason) for rest in found.rests] == rests
    assert not found.unexplained
    assert found.is_clear is (not rests)


def test_what_was_posted_by_hand_is_unexplained():
    found = explain(
        ACCOUNT,
        World().opening,
        entries=(),
        movements=(),
        language="nb",
    )

    assert found.unexplained.text == "1000.00"


MONTH_END, FIRST = date(2026, 11, 30), date(2026, 12, 1)
TWO = ("500.00", "300.00")
KNOWN = (invoice("kf-1", "500.00", "17"), invoice("kf-2", "300.00", "18"))
BILLS = (bill("lf-1", "500.00"), bill("lf-2", "300.00"))
PAID = tuple(payment(each) for each in BILLS)


def receipt(amount, number):
    return detail(
        amount, kid=f"1{7 + number}", account=OTHER_ACCOUNT, reference=f"R{number}"
    )


RECEIPTS = tuple(receipt(amount, number) for number, amount in enumerate(TWO))
PAYMENTS = tuple(paid_out(each) for each in PAID)
STRANGER = detail("70.00", account=OTHER_ACCOUNT, reference="R9", text="Takk")

#: What the statement shows of two details that a file told, or of the first one alone.
SHAPES = {
    "plain": lambda told, **when: entry(amount=total(told), reference="L1", **when),
    "another name": lambda told, **when: entry(amount=total(told), reference="S1", **when),
    "lump": lambda told, **when: entry(
        amount=total(told), reference="S1", lump=len(told), **when
    ),
    "details": lambda told, **when: entry(*told, reference="S1", **when),
    "and another": lambda told, **when: entry(*told, STRANGER, reference="S1", **when),
}


def total(details):
    signs = {"CRDT": 1, "DBIT": -1}
    numbers = (each.amount.number * signs[each.credit_debit_indicator] for each in details)
    return nok(sum(numbers)).text


@pytest.mark.parametrize("arrival", ["details first", "line first", "one run"])
@pytest.mark.parametrize(
    "days", [(MONTH_END, FIRST), (FIRST, MONTH_END)], ids=["line later", "line earlier"]
)
@pytest.mark.parametrize(
    ("source", "told", "shape"),
    [
        *product(["ocr", "camt054"], [RECEIPTS[:1], RECEIPTS], SHAPES),
        *product(["camt054"], [PAYMENTS[:1], PAYMENTS], SHAPES),
    ],
)
def test_a_month_is_explained_also_by_what_was_told_of_the_next(
    source, told, shape, days, arrival
):
    """Whichever of the two was booked in November: it stands there with its reason."""
    told_on, shown_on = days
    notified = entry(*told, reference="L1", day=told_on)
    details = ocr(notified) if source == "ocr" else camt054(notified)
    line = SHAPES[shape](told, day=shown_on)
    shown = camt053("1000.00", line, day=MONTH_END, to=FIRST)
    files = {
        "details first": [[details], [shown]],
        "line first": [[shown], [details]],
        "one run": [[details, shown]],
    }[arrival]
    world = World(*KNOWN, *BILLS, standings=[standing(each) for each in PAID])
    for run in files:
        world.reconcile(*run)

    for until in (MONTH_END, FIRST):
        found = explain(
            ACCOUNT,
            world.balance(CLEARING, date.fromordinal(until.toordinal() + 1)),
            entries=world.entries.values(),
            movements=world.movements.values(),
            language="en",
            until=until,
        )
        assert not found.unexplained, until
