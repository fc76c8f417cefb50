"""Whatever our rules let through, ISO's schema takes; whatever they refuse is never written.

Two sources of orders: likely ones, nearly all right, with the text of any script; and
wild ones, where every field may hold anything.
"""

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from iso_schemas import schema_errors
from lxml import etree
from payment_orders import CREATED, EXECUTED, batch, foreign, order, payment, sepa

from bankio.amount import Amount
from bankio.banks import PROFILES
from bankio.identifiers import bban, iban, kid
from bankio.iso20022 import pain_001_writer
from bankio.iso20022.payment_order import OrderedDocument, PaymentKind
from bankio.iso20022.payment_rules import OrderRefused, problems

BOUNDED = settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)

digits = st.text("0123456789", min_size=10, max_size=10)
accounts = digits.map(
    lambda ten: next(
        (n for c in "0123456789" if bban.is_valid(n := ten + c)), "15032080119"
    )
)
kids = st.text("0123456789", min_size=1, max_size=24).flatmap(
    lambda payload: st.sampled_from(
        [payload + kid.mod10(payload), payload + kid.mod11(payload)]
    )
)
nordic_texts = st.text(
    st.sampled_from("abcæøåÆØÅ éüß&%=@§'()+,-./:? –«»“”…½€žŁ_\t"), min_size=1, max_size=60
)
any_texts = st.text(max_size=150)
texts = nordic_texts | any_texts
minor_units = st.integers(1, 10**14 - 1)


def amounts(currency):
    return minor_units.map(lambda minor: Amount.of_minor(minor, currency))


@st.composite
def domestic_payments(draw, number):
    fields = {
        "creditor_name": draw(nordic_texts),
        "creditor_account": draw(accounts | accounts.map(iban.from_bban)),
        "amount": draw(amounts("NOK")),
        "country": draw(st.none() | st.just("NO")),
    }
    remittance = draw(st.sampled_from(["kid", "message", "documents"]))
    if remittance == "kid":
        fields["kid"] = draw(kids)
    elif remittance == "message":
        fields["message"] = draw(texts)
    else:
        fields["documents"], fields["amount"] = draw(documents())
    return payment(f"E-{number}", **fields)


@st.composite
def documents(draw):
    invoices = draw(st.lists(amounts("NOK"), min_size=1, max_size=3))
    note = draw(st.integers(0, 10**6).map(lambda minor: Amount.of_minor(minor, "NOK")))
    listed = [
        OrderedDocument(
            code="CINV", number=draw(nordic_texts), amount=a, kid=draw(st.none() | kids)
        )
        for a in invoices
    ]
    total = sum(invoices, Amount.zero("NOK"))
    if 0 < note.number < total.number:
        listed.append(OrderedDocument(code="CREN", number="K 1", amount=note))
        total -= note
    return tuple(listed), total


@st.composite
def likely_orders(draw):
    batches = []
    for number, kind in enumerate(
        draw(st.lists(st.sampled_from(PaymentKind), min_size=1, max_size=3))
    ):
        if kind is PaymentKind.SEPA:
            ordered = sepa(f"E-{number}", draw(amounts("EUR")), message=draw(texts),
                           creditor_name=draw(texts))  # fmt: skip
        elif kind is PaymentKind.FOREIGN:
            ordered = foreign(f"E-{number}", draw(amounts("JPY") | amounts("KWD")), town=draw(texts),
                              regulatory_code="14", regulatory_text=draw(texts))  # fmt: skip
        else:
            ordered = draw(domestic_payments(number))
        batches.append(
            batch(
                ordered,
                kind=kind,
                identification=f"M-1-{number}",
                requested_execution_date=CREATED.date()
                + timedelta(days=draw(st.integers(-1, 367))),
            )
        )
    return order(*batches, initiating_party_name=draw(nordic_texts))


@BOUNDED
@given(likely_orders(), st.sampled_from(sorted(PROFILES)))
def test_what_our_rules_accept_the_schema_accepts(ordered, bank):
    found = problems(ordered, PROFILES[bank])
    event("refused" if found else "accepted")
    if found:
        return

    written = pain_001_writer.write(ordered, PROFILES[bank])

    assert schema_errors(written) == []
    told = [
        Decimal(text)
        for text in etree.fromstring(written).xpath("//*[local-name()='InstdAmt']/text()")
    ]
    assert sum(told) == ordered.control_sum


def test_most_likely_orders_are_accepted():
    """The property above would hold of nothing if nothing were accepted."""
    outcomes = []

    @settings(BOUNDED, max_examples=100)
    @given(likely_orders())
    def count(ordered):
        outcomes.append(not problems(ordered, PROFILES["generic"]))

    count()
    assert sum(outcomes) >= 20


wild_numbers = st.decimals(allow_nan=True, allow_infinity=True) | st.decimals(
    min_value=0, max_value=10**13, places=2
)
wild_payments = st.builds(
    payment,
    any_texts,
    st.builds(Amount, wild_numbers, st.sampled_from(["NOK", "EUR", "JPY", "nok", ""])),
    creditor_name=any_texts,
    creditor_account=any_texts | accounts,
    creditor_bic=st.none() | any_texts,
    kid=st.none() | any_texts | kids,
    message=st.none() | any_texts,
    country=st.none() | any_texts,
    town=st.none() | any_texts,
    regulatory_code=st.none() | any_texts,
    regulatory_text=st.none() | any_texts,
    counter_value=st.none() | st.builds(Amount, wild_numbers, st.just("NOK")),
    instruction_identification=st.none() | any_texts,
)


@BOUNDED
@given(
    wild_payments,
    st.sampled_from(PaymentKind),
    any_texts,
    any_texts,
    st.sampled_from(sorted(PROFILES)),
)
def test_no_content_makes_the_rules_fail_or_slips_past_the_schema(
    wild, kind, identification, name, bank
):
    ordered = order(
        batch(
            wild,
            kind=kind,
            identification=identification,
            requested_execution_date=EXECUTED,
        ),
        initiating_party_name=name,
    )

    if problems(ordered, PROFILES[bank]):
        with pytest.raises(OrderRefused):
            pain_001_writer.write(ordered, PROFILES[bank])
    else:
        assert schema_errors(pain_001_writer.write(ordered, PROFILES[bank])) == []


@BOUNDED
@given(accounts, st.integers(0, 10), st.integers(1, 9))
def test_one_wrong_digit_in_an_account_never_leaves(account, place, shift):
    wrong = account[:place] + str((int(account[place]) + shift) % 10) + account[place + 1 :]
    postal = account.startswith("0000") or wrong.startswith("0000")

    found = problems(order(batch(payment(creditor_account=wrong))), PROFILES["sor"])

    assert postal or any("creditor-account" in line for line in found)
