"""Rules of a person: they take money of which nothing points at an item or a payment."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from bank_stories import (
    DAY,
    IN,
    OTHER_ACCOUNT,
    OUT,
    SUPPLIER_ACCOUNT,
    World,
    bill,
    camt053,
    camt054,
    detail,
    entry,
    invoice,
    nok,
)

from bankio.amount import Amount
from bankio.iso20022.values import Document
from ledger.accounts import LedgerAccount
from ledger.item_kinds import ItemKind
from ledger.user_rules import UserRule

SALES = "Income:3000-Salgsinntekt"
RENT = "Expenses:6300-Leie"
CUSTOMER_ACCOUNT = "15030000037"
PAYERS = {CUSTOMER_ACCOUNT: ("K20001",)}
RULES = (
    UserRule(name="received", text="innbetaling", account=SALES),
    UserRule(name="paid", text="leie", account=RENT),
)
RF = "RF18539007547034"


def told_of(amount, *items, payers=PAYERS, rules=RULES, line=(), **told):
    """Return the world after one movement, and why it stands where it does."""
    world = World(*items, payer_parties=payers, user_rules=rules)
    text = {"text": "innbetaling" if nok(amount).number > 0 else "leie", **told}
    plan = world.reconcile(camt054(entry(detail(amount, **text), **dict(line))))
    voucher = plan.vouchers[0]
    return world, voucher.reason or voucher.transaction.meta["why"]


@pytest.mark.parametrize(
    ("paid", "told", "points"),
    [
        ("700.00", {"kid": "20102000210"}, "Unknown KID 20102000210. A rule"),
        ("700.00", {"kid": RF}, f"it has the KID or reference {RF}"),
        ("700.00", {"text": "innbetaling kid: 20102000210"}, "reference 20102000210"),
        ("700.00", {"text": "innbetaling RF18 5390 0754 7034"}, f"reference {RF}"),
        # the number of an item, from whomever, open or settled
        ("1400.00", {"text": "innbetaling 1017"}, "the text names 1017 (kf-1017)"),
        ("1400.00", {"text": "innbetaling nr.1016"}, "the text names 1016 (kf-1016)"),
        ("1400.00", {"account": CUSTOMER_ACCOUNT}, "items of the party (kf-1017)"),
        ("400.00", {"account": CUSTOMER_ACCOUNT}, "items of the party (kf-1017)"),
        ("400.00", {"name": "NORD A/S"}, "items of the party (kf-1017)"),
        ("1000.00", {"name": "Nord Rør"}, "items of the party (kf-1017)"),
        (
            "400.00",
            {"documents": (Document(code="CINV", number="9", amount=None),)},
            "refers to 9",
        ),
        ("400.00", {"return_code": "AC04"}, "it is a return or a reversal"),
        ("-720.00", {"end_to_end_id": "E-SQX282KKTVQ7ZGNT"}, "E-SQX282KKTVQ7ZGNT looks"),
        ("-720.00", {"kid": "0010017"}, "it has the KID or reference 0010017"),
        ("-120.00", {"account": SUPPLIER_ACCOUNT}, "items of the party (lf-1)"),
        ("-120.00", {"name": "Fjellkraft AS"}, "items of the party (lf-1)"),
        ("-120.00", {"text": "leie 11862"}, "the text names 11862 (lf-11862)"),
    ],
)
def test_money_that_points_at_something_is_not_taken(paid, told, points):
    world, why = told_of(
        paid,
        invoice("kf-1016", "500.00", residual=nok(0)),
        invoice("kf-1017", "1000.00"),
        bill("lf-1", "300.00"),
        bill("lf-11862", "90.00", residual=nok(0)),
        **told,
    )

    assert world.balance(IN if nok(paid).number > 0 else OUT) == -nok(paid)
    assert points in why
    assert ("received: Income:3000" in why) or ("paid: Expenses:6300" in why)


@pytest.mark.parametrize(
    ("paid", "told", "items"),
    [
        # from, or to, nobody that we know; the amount alone points at nobody
        (
            "1000.00",
            {"account": OTHER_ACCOUNT, "name": "Ola"},
            [invoice("kf-1", "1000.00")],
        ),
        # a known party whose items could not be meant
        ("400.00", {"account": CUSTOMER_ACCOUNT}, []),
        ("400.00", {"account": SUPPLIER_ACCOUNT}, [bill("lf-1", "300.00")]),
        ("-400.00", {"account": CUSTOMER_ACCOUNT}, [invoice("kf-1", "1000.00")]),
        ("400.00", {"name": "Nord Rør"}, [invoice("kf-1", "1000.00")]),
        # the payer's own name of it, years, days and amounts name nothing
        ("400.00", {"end_to_end_id": "INVOICE 17"}, []),
        ("400.00", {"text": "innbetaling 2026 kr 400"}, [invoice("kf-400", "9.00")]),
    ],
)
def test_money_that_points_at_nothing_is_taken(paid, told, items):
    world, why = told_of(paid, *items, **told)

    assert world.balance(SALES if nok(paid).number > 0 else RENT) == -nok(paid)
    assert why.startswith('Rule "')


def test_a_credit_note_of_a_supplier_who_pays_back_waits():
    note = replace(bill("lf-1", "0.00"), amount=nok("300.00"), residual=nok("300.00"))

    world, why = told_of("200.00", note, account=SUPPLIER_ACCOUNT)

    assert world.balance(IN) == -nok("200.00")
    assert "items of the party (lf-1)" in why


@pytest.mark.parametrize(
    "changes",
    [
        # not attested yet; of nobody, as tax is
        {"is_draft": True},
        {"kind": ItemKind.TAX, "party_number": None, "party_name": None},
    ],
)
def test_what_could_not_be_settled_is_pointed_at_all_the_same(changes):
    world, why = told_of(
        "-200.00", bill("lf-1", "300.00", **changes), account=SUPPLIER_ACCOUNT
    )

    assert world.balance(OUT) == nok("200.00")
    assert "items of the party (lf-1)" in why


def test_an_account_of_two_parties_points_at_the_items_of_both():
    payers = {CUSTOMER_ACCOUNT: ("K20001", "K20002")}

    world, why = told_of(
        "200.00", invoice("kf-1", "1000.00"), payers=payers, account=CUSTOMER_ACCOUNT
    )

    assert world.balance(IN) == -nok("200.00")
    assert "items of the party (kf-1)" in why


def test_a_charge_that_the_bank_takes_back_is_a_charge_whatever_a_rule_says():
    rule = UserRule(name="fee", text="gebyr", account="Expenses:6800-Kontorrekvisita")

    world, why = told_of(
        "60.00",
        rules=(rule,),
        text="Gebyr",
        bank_transaction_code="ACMT/MCOP/CHRG",
        line={"reversal": True},
    )

    assert world.balance("Expenses:7770-Bankgebyr") == -nok("60.00")
    assert "calls it a charge" in why


def test_two_payments_of_one_run_see_what_the_first_has_settled():
    world = World(invoice("kf-1", "1000.00"), payer_parties=PAYERS, user_rules=RULES)
    told = {"account": CUSTOMER_ACCOUNT, "text": "innbetaling"}

    world.reconcile(
        camt054(
            entry(detail("1000.00", reference="A", **told)),
            entry(detail("70.00", reference="B", **told), day=DAY + timedelta(1)),
        )
    )

    assert world.residuals() == {}
    assert world.balance(SALES) == -nok("70.00")


def an_account(**changes) -> LedgerAccount:
    return replace(LedgerAccount(name=RENT, open_date=date(2026, 1, 1)), **changes)


@pytest.mark.parametrize(
    ("account", "why"),
    [
        (an_account(close_date=DAY), f"account {RENT} is not open on {DAY}"),
        (an_account(open_date=DAY + timedelta(1)), f"account {RENT} is not open on {DAY}"),
        (an_account(currencies=("EUR", "USD")), f"account {RENT} takes EUR, USD alone"),
        (an_account(close_date=DAY + timedelta(1)), None),
        (an_account(open_date=DAY), None),
        (an_account(currencies=("EUR", "NOK")), None),
    ],
)
def test_an_account_that_takes_no_such_money_parks_it_and_nothing_else(account, why):
    world = World(user_rules=RULES, rule_accounts={RENT: account})

    plan = world.reconcile(
        camt053(
            "1000.00",
            entry(amount="-10.00", reference="A", additional_information="leie"),
            entry(amount="20.00", reference="B", additional_information="innbetaling"),
        )
    )

    assert world.balance(SALES) == -nok("20.00")
    assert world.balance(RENT) == nok("0.00" if why else "10.00")
    told = plan.vouchers[0].reason
    assert told is None if why is None else f'Rule "paid" fits, but its {why}' == told


def test_an_item_in_another_currency_is_pointed_at():
    owed = Amount(nok("100.00").number, "EUR")
    euros = replace(invoice("kf-1", "0.00"), amount=owed, residual=owed)

    world, why = told_of("1150.00", euros, account=CUSTOMER_ACCOUNT)

    assert world.balance(IN) == -nok("1150.00")
    assert "items of the party (kf-1)" in why
