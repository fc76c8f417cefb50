"""Money that was instructed in another currency, and no reference: the party's items."""

from __future__ import annotations

from dataclasses import replace

import pytest
from bank_stories import (
    IN,
    OUT,
    SECOND_ACCOUNT,
    SUPPLIER_ACCOUNT,
    TRANSFERS,
    World,
    bill,
    camt053,
    camt054,
    detail,
    entry,
    invoice,
    nok,
)

from bankio.iso20022.values import Charge, CurrencyExchange

GAIN, LOSS, CHARGES = (
    "Income:8060-Agio",
    "Expenses:8160-Disagio",
    "Expenses:7770-Bankgebyr",
)
CUSTOMER_ACCOUNT = "15030000037"
PAYERS = {CUSTOMER_ACCOUNT: ("K20001",), SUPPLIER_ACCOUNT: ("L10001",)}
FEE = Charge(amount=nok("60.00"), credit_debit_indicator="DBIT")


def euro(item, amount: str, value: str):
    told = nok(amount, "EUR")
    return replace(item, amount=told, residual=told, value=nok(value))


def bill_77():
    return euro(bill("lf-L10001-1077", "1.00"), "-1000.00", "-11800.00")


def invoice_5():
    return euro(invoice("kf-K20001-1005", "1.00"), "1000.00", "11800.00")


@pytest.mark.parametrize(
    ("paid", "instructed", "told", "left", "exchange"),
    [
        ("-11960.00", "1000.00", {"charges": (FEE,)}, None, (LOSS, "100.00")),
        ("-11700.00", "1000.00", {"text": "Invoice 1077"}, None, (GAIN, "-100.00")),
        # the invoice is named, so a part takes its share of the value
        ("-2400.00", "200.00", {"text": "1077"}, "-800.00", (LOSS, "40.00")),
        # neither named nor the amount of one
        ("-2400.00", "200.00", {}, "-1000.00", None),
        # the same kroner, and nobody told of euro
        ("-11800.00", None, {"text": "1077"}, "-1000.00", None),
    ],
)
def test_a_bill_in_euro_paid_from_kroner(paid, instructed, told, left, exchange):
    world = World(bill_77(), payer_parties=PAYERS)
    amount = None if instructed is None else nok(instructed, "EUR")
    booked = detail(paid, account=SUPPLIER_ACCOUNT, instructed_amount=amount, **told)

    world.reconcile(camt053("1000.00", entry(booked)))

    item = next(each for each in world.items.items if each.key == "lf-L10001-1077")
    assert item.residual == nok(left or 0, "EUR")
    assert world.balance(OUT) == (nok(0) if exchange else -nok(paid))
    if exchange:
        account, amount_of_it = exchange
        assert world.balance(account) == nok(amount_of_it)
    assert world.balance(CHARGES) == nok("60.00" if "charges" in told else 0)


@pytest.mark.parametrize(
    ("account", "open_euro", "suspense"),
    [(CUSTOMER_ACCOUNT, "0.00", "0.00"), ("15030000045", "1000.00", "-11900.00")],
)
def test_an_invoice_in_euro_received_as_kroner(account, open_euro, suspense):
    world = World(invoice_5(), payer_parties=PAYERS)
    booked = detail("11900.00", account=account, instructed_amount=nok("1000.00", "EUR"))

    world.reconcile(camt053("1000.00", entry(booked)))

    item = next(each for each in world.items.items if each.key == "kf-K20001-1005")
    assert item.residual == nok(open_euro, "EUR")
    assert world.balance(IN) == nok(suspense)


def test_both_sides_of_a_transfer_between_currencies_are_what_was_instructed():
    world = World()
    told = {"account": SECOND_ACCOUNT, "instructed_amount": nok("1000.00", "EUR")}

    plan = world.reconcile(camt053("1000.00", entry(detail("11500.00", **told))))

    (leg,) = (
        posting
        for posting in plan.vouchers[0].transaction.postings
        if posting.account == TRANSFERS
    )
    assert (leg.units, leg.total_price) == (-nok("1000.00", "EUR"), nok("11500.00"))


@pytest.mark.parametrize(
    ("rate", "charged", "lost"),
    [
        (None, "116.00", "-100.00"),  # 990.00 EUR were exchanged, at 11.60
        ("11.60", "116.00", "-100.00"),
        ("11.484", "0.00", "16.00"),  # all of it was: the charge was not taken off
    ],
)
def test_charges_told_in_the_instructed_currency_are_charges(rate, charged, lost):
    owed = euro(invoice("kf-17", "1.00", "17"), "1000.00", "11500.00")
    world = World(owed)
    exchange = CurrencyExchange(source_currency="EUR", rate=rate) if rate else None

    world.reconcile(
        camt054(
            entry(
                detail(
                    "11484.00",
                    kid="17",
                    instructed_amount=owed.amount,
                    charges=(Charge(amount=nok("10.00", "EUR")),),
                    currency_exchange=exchange,
                )
            )
        )
    )

    assert not world.items.by_key["kf-17"].is_open
    assert world.balance(CHARGES) == nok(charged)
    assert world.balance(LOSS) + world.balance(GAIN) == nok(lost)


def test_more_instructed_than_is_left_is_parked_as_too_much_and_not_as_another_currency():
    world = World(euro(invoice("kf-17", "1.00", "17"), "1000.00", "11500.00"))
    paid = nok("1100.00", "EUR")

    plan = world.reconcile(
        camt054(entry(detail("12650.00", kid="17", instructed_amount=paid)))
    )

    assert [voucher.parked for voucher in plan.vouchers] == [True]
    assert "1100.00 EUR were paid and 1000.00 EUR are left" in plan.vouchers[0].reason
    assert "100.00 EUR too much" in plan.vouchers[0].reason


def test_more_than_the_named_invoice_is_parked_with_what_is_known():
    world = World(invoice("kf-17", "1000.00", invoice="1017"), payer_parties=PAYERS)

    plan = world.reconcile(
        camt054(entry(detail("1400.00", text="faktura 1017", account=CUSTOMER_ACCOUNT)))
    )

    assert [voucher.parked for voucher in plan.vouchers] == [True]
    assert "names kf-17: 400.00 NOK more than is left" in plan.vouchers[0].reason
