"""A remittance to JSON and back is the same remittance, or an error."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import amount, item, payment, remittance

from bankio.amount import Amount
from bankio.iso20022.payment_order import PaymentKind
from ledger.manifest import ManifestUnreadable, manifest_event, remittance_of
from ledger.payments import PaidItem, Payment, Remittance

REMITTANCE = remittance(
    "M-1",
    payment("E-1"),
    payment("E-2", item("lf-1", "100.00 NOK"), item("lf-2", "-0.01 NOK"), kid=None),
    payment("E-3", item("lf-3", "87.13 EUR"), foreign=True),
)


def through_json(value):
    return json.loads(json.dumps(value))


def test_a_manifest_comes_back_equal():
    assert remittance_of(through_json(manifest_event(REMITTANCE))) == REMITTANCE


def test_a_person_can_read_it():
    event = manifest_event(REMITTANCE)

    assert event["event"] == "manifest"
    assert event["payments"][0]["amount"] == "12500.00 NOK"
    assert event["payments"][0]["requested_execution_date"] == "2026-11-20"
    assert {"open_item": "lf-2", "amount": "-0.01 NOK"}.items() <= event["payments"][1][
        "items"
    ][1].items()


@pytest.mark.parametrize(
    ("break_it", "says"),
    [
        (lambda e: e.pop("payments"), "payments is missing"),
        (lambda e: e.pop("sha256"), "sha256 is missing"),
        (lambda e: e["payments"][0].pop("kid"), "kid is missing"),
        (lambda e: e["payments"][0]["items"][0].pop("open_item"), "open_item is missing"),
        (lambda e: e["payments"][0].update(amount="12500.00"), "amount is '12500.00'"),
        (
            lambda e: e["payments"][0].update(amount="12 500.00 NOK"),
            "amount is '12 500.00 NOK'",
        ),
        (lambda e: e["payments"][0].update(amount="x NOK"), "amount is 'x NOK'"),
        (lambda e: e["payments"][0].update(amount="NaN NOK"), "amount is 'NaN NOK'"),
        (lambda e: e["payments"][0].update(amount=12500.0), "amount is 12500.0"),
        (
            lambda e: e["payments"][0].update(requested_execution_date="20.11.2026"),
            "_date is '20",
        ),
        (lambda e: e["payments"][0].update(attempt="1"), "attempt is '1'"),
        (lambda e: e["payments"][0].update(attempt=True), "attempt is True"),
        (lambda e: e["payments"][0].update(foreign=0), "foreign is 0"),
        (lambda e: e["payments"][0].update(kind="gift"), "kind is 'gift'"),
        (lambda e: e.update(payments=None), "payments is None"),
        (lambda e: e["payments"].append("x"), "payments is 'x'"),
    ],
)
def test_a_manifest_that_cannot_be_read_is_an_error(break_it, says):
    event = through_json(manifest_event(REMITTANCE))
    break_it(event)

    with pytest.raises(ManifestUnreadable, match=says):
        remittance_of(event)


def test_a_field_that_came_later_may_be_missing_in_an_old_manifest():
    event = through_json(manifest_event(REMITTANCE))
    del event["payments"][0]["foreign"]

    assert remittance_of(event) == REMITTANCE


text = st.text(max_size=20)
money = st.builds(
    Amount,
    st.decimals(-(10**15), 10**15, places=2, allow_nan=False, allow_infinity=False),
    st.sampled_from(["NOK", "EUR", "JPY"]),
)
items = st.lists(
    st.builds(PaidItem, open_item=text, account=text, amount=money), max_size=3
).map(tuple)
payments = st.lists(
    st.builds(
        Payment,
        end_to_end_id=text,
        attempt=st.integers(1, 9),
        message_id=text,
        payment_information_id=text,
        items=items,
        amount=money,
        debtor_account=text,
        creditor_account=text,
        creditor_name=text,
        kid=st.none() | text,
        message=st.none() | text,
        requested_execution_date=st.dates(date(2000, 1, 1)),
        kid_check_waived=st.booleans(),
        kind=st.sampled_from(PaymentKind),
        batch_booking=st.booleans(),
        foreign=st.booleans(),
    ),
    max_size=3,
).map(tuple)


@given(
    st.builds(
        Remittance,
        message_id=text,
        sha256=text,
        file_name=text,
        debtor_account=text,
        created=text,
        payments=payments,
    )
)
def test_any_remittance_comes_back_equal(told):
    assert told == remittance_of(through_json(manifest_event(told)))


def test_amounts_are_exact():
    big = amount("999999999999999.99 NOK")
    event = manifest_event(remittance("M", payment("E", item("x", str(big)))))

    assert Decimal("999999999999999.99") == remittance_of(event).payments[0].amount.number
