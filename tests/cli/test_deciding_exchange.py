"""A person settles an item in one currency with parked money in another."""

from __future__ import annotations

from decimal import Decimal

import pytest
from day_statements import debit, entry, stated, statement, take_in
from world import World

from ledger.books import load

EURO = "15034000007"
DAY = "2026-11-03"
ABROAD = """
2026-01-01 open Liabilities:2400-Leverandørgjeld:L10009-Cloud EUR
  name: "Cloud Ltd"
  supplier: "10009"
2026-01-01 open Assets:1500-Kundefordringer:K20009-Nordsee EUR
  name: "Nordsee GmbH"
  customer: "20009"
"""
EURO_ACCOUNT = f"""
2026-01-01 open Assets:1922-Valuta EUR
  role: "bank"
  bank-account: "{EURO}"
  clearing: "Assets:1929-Interim-bank:B1922"
2026-01-01 open Assets:1929-Interim-bank:B1922 EUR
  role: "clearing"
"""
EURO_SETTINGS = (
    f'[[bank-account]]\nnumber = "{EURO}"\naccount = "Assets:1922-Valuta"\n'
    'currency = "EUR"\nfirst_day = 2026-11-01\nopening = "0.00"\n'
)
INVOICE = "kf-K20009-77"
BILL = "lf-L10009-5"


@pytest.fixture
def abroad(world: World) -> World:
    """An invoice of 100.00 EUR and a bill of 1000.00 EUR, at their value."""
    world.append("accounts.beancount", ABROAD)
    world.append(
        "vouchers/2026/11.beancount",
        f'2026-11-02 * "Nordsee GmbH" "Faktura 77" ^{INVOICE}\n'
        '  invoice: "77"\n'
        "  Assets:1500-Kundefordringer:K20009-Nordsee  100.00 EUR @@ 1000.01 NOK\n"
        "  Income:3000-Salgsinntekt-høy  -1000.01 NOK\n\n"
        f'2026-11-02 * "Cloud Ltd" "Faktura 5" ^{BILL}\n'
        '  invoice: "5"\n  due: 2026-11-20\n'
        "  Liabilities:2400-Leverandørgjeld:L10009-Cloud  -1000.00 EUR @@ 11800.00 NOK\n"
        "  Expenses:6553-Programvare  11800.00 NOK\n",
    )
    return world


def came(world: World, *amounts: str) -> list[str]:
    """Let money come or go that nobody knows; return its items, by amount."""
    closing = Decimal("250000.00") + sum(map(Decimal, amounts))
    entries = (
        debit(amount[1:], DAY, f"R{place}", f"NETBANK{place}")
        if amount.startswith("-")
        else entry(amount, DAY, f"R{place}")
        for place, amount in enumerate(amounts)
    )
    world.today = "2026-11-04"
    take_in(world, kroner=stated("250000.00", f"{closing}", *entries, day=DAY))
    rows = {row["amount"]: row["open_item"] for row in world.json("unmatched", code=3)}
    return [rows[amount] for amount in amounts]


def left(world: World) -> dict[str, tuple[str, str | None]]:
    """What is left of each open item, in its currency and in kroner."""
    return {
        item.key: (str(item.residual), str(item.value) if item.value else None)
        for item in load(world.folder).items.items
        if item.is_open
    }


def posted(world: World, voucher: str) -> list[tuple[str, str, str]]:
    (found,) = load(world.folder).register.by_voucher([voucher])
    return [
        (each.account.rpartition(":")[2], str(each.units), str(each.total_price or ""))
        for each in found.postings
    ]


@pytest.mark.parametrize(
    ("amount", "item", "agio"),
    [
        ("1020.00", f"{INVOICE}=100.00", ("8060-Agio", "-19.99 NOK")),
        ("990.00", f"{INVOICE}=100.00", ("8160-Disagio", "10.01 NOK")),
        ("-11960.00", f"{BILL}=1000", ("8160-Disagio", "160.00 NOK")),
        ("-11700.00", f"{BILL}=1000", ("8060-Agio", "-100.00 NOK")),
    ],
)
def test_kroner_settle_what_is_owed_in_euro(abroad: World, amount, item, agio):
    (money,) = came(abroad, amount)
    before = left(abroad)

    voucher = abroad.json("match", money, item, code=0)["voucher"]

    key = item.partition("=")[0]
    assert left(abroad) == {
        name: each for name, each in before.items() if name not in {money, key}
    }
    assert [
        each[:2] for each in posted(abroad, voucher) if each[0][:2] in {"80", "81"}
    ] == [agio]
    abroad.books("verify", code=0)
    abroad.books("undo", voucher, code=0)
    assert left(abroad) == before
    again = abroad.json("match", money, item, code=0)["voucher"]
    assert posted(abroad, again) == posted(abroad, voucher)
    abroad.books("verify", code=0)


def test_an_amount_exactly_at_its_value_has_no_exchange_difference(abroad: World):
    (money,) = came(abroad, "1000.01")

    voucher = abroad.json("match", money, f"{INVOICE}=100", code=0)["voucher"]

    assert posted(abroad, voucher) == [
        ("2990-Uidentifiserte-innbetalinger", "1000.01 NOK", ""),
        ("K20009-Nordsee", "-100.00 EUR", "1000.01 NOK"),
    ]


def test_part_payments_take_the_value_with_them_to_the_last_ore(abroad: World):
    """Two thirds of 333.30 and one of 333.41 are the 1000.01."""
    first, second, third = came(abroad, "330.00", "340.00", "335.00")

    vouchers = [
        abroad.json("match", money, f"{INVOICE}={part}", code=0)["voucher"]
        for money, part in ((first, "33.33"), (second, "33.33"), (third, "33.34"))
    ]

    prices = [posted(abroad, each)[1][1:] for each in vouchers]
    assert prices == [
        ("-33.33 EUR", "333.30 NOK"),
        ("-33.33 EUR", "333.30 NOK"),
        ("-33.34 EUR", "333.41 NOK"),
    ]
    assert set(left(abroad)) == {BILL}
    abroad.books("undo", vouchers[1], code=0)
    assert left(abroad)[INVOICE] == ("33.33 EUR", "333.30 NOK")
    abroad.books("verify", code=0)


def test_one_receipt_pays_in_kroner_and_in_euro(abroad: World):
    abroad.sale("5001", "500.00", "200010050017")
    (money,) = came(abroad, "1510.00")

    voucher = abroad.json("match", money, "kf-K20001-5001", f"{INVOICE}=100.00", code=0)[
        "voucher"
    ]

    assert set(left(abroad)) == {BILL}
    assert ("8060-Agio", "-9.99 NOK", "") in posted(abroad, voucher)


def test_without_the_amount_the_line_to_type_is_told(abroad: World):
    (money,) = came(abroad, "1020.00")
    before = left(abroad)

    refused = abroad.books("match", money, INVOICE, code=1)

    assert (
        f"{INVOICE}: is in EUR, the money is in NOK: say how much of 100.00 EUR was paid;"
        f" if all of it: books match {money} {INVOICE}=100.00"
    ) in refused.err
    assert left(abroad) == before
    abroad.books(*f"match {money} {INVOICE}=100.00".split(), code=0)
    assert set(left(abroad)) == {BILL}


@pytest.mark.parametrize(
    ("amount", "item", "told"),
    [
        ("1020.00", f"{INVOICE}=100.01", "more than the 100.00 EUR that is left"),
        (
            "1020.00",
            f"{INVOICE}=10.00",
            "1020.00 NOK for what the books carry at 100.00 NOK",
        ),
        ("100.00", f"{INVOICE}=100.00", "is no exchange difference"),
        ("1020.00", f"{BILL}=1000.00", "only items of opposite sign"),
    ],
)
def test_what_is_no_exchange_difference_is_refused(abroad: World, amount, item, told):
    """One digit too few would become agio without a word."""
    (money,) = came(abroad, amount)
    before = left(abroad)

    refused = abroad.books("match", money, item, code=1)

    assert told in refused.err
    assert left(abroad) == before


def test_an_item_is_named_once(abroad: World):
    (money,) = came(abroad, "1020.00")

    refused = abroad.books("match", money, f"{INVOICE}=60", f"{INVOICE}=60", code=1)

    assert f"{INVOICE}: is named twice" in refused.err


@pytest.fixture
def euros(abroad: World) -> str:
    """1000.00 EUR that nobody knows stand on an account in euro; their item."""
    abroad.append("accounts.beancount", EURO_ACCOUNT)
    abroad.append("books.toml", EURO_SETTINGS)
    told = statement("0.00", "1000.00", "1000.00", day="2026-11-03", account=EURO)
    abroad.today = "2026-11-04"
    take_in(abroad, euro=told.replace(b"NOK", b"EUR"))
    (row,) = abroad.json("unmatched", code=3)
    assert (row["amount"], row["currency"]) == ("1000.00", "EUR")
    return str(row["open_item"])


def test_euro_settle_what_is_owed_in_kroner_at_the_banks_price(abroad: World, euros: str):
    item = abroad.sale("5001", "11800.00", "200010050017")
    before = left(abroad)

    refused = abroad.books("match", euros, item, code=1)
    voucher = abroad.json("match", euros, f"{item}=11800", code=0)["voucher"]

    assert f"if all of it: books match {euros} {item}=11800.00" in refused.err
    assert posted(abroad, voucher) == [
        ("2990-Uidentifiserte-innbetalinger", "1000.00 EUR", ""),
        ("K20001-Kunde-Nord", "-11800.00 NOK", "1000.00 EUR"),
    ]
    assert set(left(abroad)) == {INVOICE, BILL}
    abroad.books("verify", code=0)
    abroad.books("undo", voucher, code=0)
    assert left(abroad) == before
    abroad.books("match", euros, f"{item}=11800", code=0)
    abroad.books("verify", code=0)


def test_euro_are_shared_between_items_in_kroner(abroad: World, euros: str):
    one = abroad.sale("5001", "3933.33", "200010050017")
    two = abroad.sale("5002", "9000.00", "200010050025")

    voucher = abroad.json("match", euros, f"{one}=3933.33", f"{two}=7866.67", code=0)

    assert [each[1:] for each in posted(abroad, voucher["voucher"])] == [
        ("1000.00 EUR", ""),
        ("-3933.33 NOK", "333.33 EUR"),
        ("-7866.67 NOK", "666.67 EUR"),
    ]
    assert left(abroad)[two] == ("1133.33 NOK", None)


def test_a_credit_note_in_euro_is_offset_at_what_the_books_carry_both_at(abroad: World):
    """A bill at 11.80 against a note at 11.50: nothing is left of either in kroner."""
    abroad.append(
        "vouchers/2026/11.beancount",
        '2026-11-03 * "Cloud Ltd" "Kreditnota 6" ^lf-L10009-6\n  invoice: "6"\n'
        "  Liabilities:2400-Leverandørgjeld:L10009-Cloud  400.00 EUR @@ 4600.00 NOK\n"
        "  Expenses:6553-Programvare  -4600.00 NOK\n",
    )

    voucher = abroad.json("match", "lf-L10009-6", BILL, code=0)["voucher"]

    assert posted(abroad, voucher) == [
        ("L10009-Cloud", "-400.00 EUR", "4600.00 NOK"),
        ("L10009-Cloud", "400.00 EUR", "4720.00 NOK"),
        ("8060-Agio", "-120.00 NOK", ""),
    ]
    assert left(abroad) == {
        INVOICE: ("100.00 EUR", "1000.01 NOK"),
        BILL: ("-600.00 EUR", "-7080.00 NOK"),
    }
    abroad.books("undo", voucher, code=0)
    assert left(abroad)["lf-L10009-6"] == ("400.00 EUR", "4600.00 NOK")


def test_items_in_two_currencies_are_not_offset(abroad: World):
    bill = abroad.bill("1", "500.00", "2026-11-20")

    refused = abroad.books("match", INVOICE, f"{bill}=500", code=1)

    assert "post it by hand" in refused.err
    assert "100.00 EUR" in left(abroad)[INVOICE][0]


def test_the_share_of_a_value_is_rounded_half_up():
    from bankio.amount import Amount
    from ledger.carried_value import share_of_value

    third = share_of_value(
        Amount(Decimal("0.50"), "EUR"),
        left=Amount(Decimal("1.00"), "EUR"),
        value=Amount(Decimal("0.01"), "NOK"),
    )

    assert str(third) == "0.01 NOK"


def test_a_receipt_of_another_day_is_still_told_by_its_statement(abroad: World):
    """The statement of the account in kroner is not changed by a decision."""
    (money,) = came(abroad, "1020.00")
    (before,) = abroad.json("status")["accounts"]

    abroad.books("match", money, f"{INVOICE}=100", code=0)

    (after,) = abroad.json("status")["accounts"]
    assert [before[name] for name in ("books", "bank", "clearing", "difference")] == [
        after[name] for name in ("books", "bank", "clearing", "difference")
    ]
