"""Which payments a sum of the bank stands for: one set of them, or none."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from bank_stories import bill, nok, payment

from ledger.payments import PaymentStanding, PaymentState
from reconcile.own_lumps import Sum, payments_in, spoken_of

MESSAGE = "M-7KQ2"
FIRST, SECOND, LAST = date(2026, 11, 18), date(2026, 11, 20), date(2026, 11, 23)

#: Payments as name, part of the message, day, amount.
TWO_DAYS = (
    ("a", "-1", FIRST, "1000.00"),
    ("b", "-1", FIRST, "2000.00"),
    ("c", "-2", SECOND, "3000.00"),
    ("d", "-2", SECOND, "4500.00"),
)
ALIKE = (("a", "-1", FIRST, "3000.00"), ("b", "-2", SECOND, "3000.00"))
ONE_DAY = (
    ("a", "-1", SECOND, "1000.00"),
    ("b", "-2", SECOND, "3000.00"),
    ("c", "-3", LAST, "4000.00"),
)


def standings(rows) -> list[PaymentStanding]:
    return [
        PaymentStanding(
            payment=replace(
                payment(bill(f"lf-{name}", amount)),
                end_to_end_id=name,
                message_id=MESSAGE,
                payment_information_id=MESSAGE + part,
                requested_execution_date=day,
            ),
            state=PaymentState.TRANSMITTED,
        )
        for name, part, day, amount in rows
    ]


def told(amount: str, day: date, part: str = "", count: int | None = None) -> Sum:
    return Sum(amount=nok(amount), booking_date=day, part=MESSAGE + part, count=count)


def names(found) -> str:
    return "".join(sorted(each.payment.end_to_end_id for each in found))


@pytest.mark.parametrize(
    ("rows", "sum_", "expected"),
    [
        (TWO_DAYS, told("3000.00", FIRST, count=2), "ab"),
        (TWO_DAYS, told("7500.00", SECOND, count=2), "cd"),
        (TWO_DAYS, told("7500.00", SECOND), "cd"),
        (TWO_DAYS, told("10500.00", SECOND, count=4), "abcd"),
        (TWO_DAYS, told("3000.00", FIRST, count=1), ""),
        (TWO_DAYS, told("4000.00", SECOND, count=2), ""),
        (TWO_DAYS, told("7400.00", SECOND, count=2), ""),
        (ALIKE, told("3000.00", FIRST, count=1), "a"),
        (ALIKE, told("3000.00", SECOND, count=1), "b"),
        (ALIKE, told("3000.00", LAST, count=1), ""),
        (ONE_DAY, told("4000.00", SECOND, count=2), "ab"),
        (ONE_DAY, told("4000.00", SECOND), "ab"),
        (ONE_DAY, told("4000.00", LAST), "c"),
        (ONE_DAY, told("4000.00", FIRST), ""),
        (TWO_DAYS[:2], told("3000.00", SECOND, "-1", count=1), "ab"),
        (TWO_DAYS[:2], told("1000.00", SECOND, "-1", count=1), ""),
        ((), told("0.00", SECOND), ""),
    ],
)
def test_the_only_set_that_makes_the_sum(rows, sum_, expected):
    assert names(payments_in(sum_, standings(rows))) == expected


@pytest.mark.parametrize(
    ("rows", "sum_", "part", "expected"),
    [
        (TWO_DAYS, told("7400.00", SECOND), "-2", "cd"),
        (TWO_DAYS, told("2900.00", FIRST), "-1", "ab"),
        (TWO_DAYS, told("7400.00", LAST), "-2", "cd"),
        (ONE_DAY, told("3900.00", SECOND), "", "ab"),
        (ONE_DAY, told("3900.00", FIRST), "", "abc"),
        (TWO_DAYS[:2], told("2900.00", FIRST, "-1"), "-1", "ab"),
    ],
)
def test_for_which_payments_another_sum_stands(rows, sum_, part, expected):
    name, found = spoken_of(sum_, standings(rows))

    assert (name, names(found)) == (MESSAGE + part, expected)
