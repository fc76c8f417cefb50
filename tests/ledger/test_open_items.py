"""Open items: identity, creation, settlement, later facts. A row is a small ledger."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from books_on_disk import BILL, CLEARING, CUSTOMER, SUPPLIER, books, make
from hypothesis import given
from hypothesis import strategies as st

from bankio.amount import Amount
from ledger.accounts import accounts_of
from ledger.books import BooksInvalid, load
from ledger.directives import Open, Posting, Transaction
from ledger.item_collection import collect
from ledger.item_kinds import ItemKind

SETTLEMENT = f"""
2026-11-20 * "Fjellkraft AS" "Betaling"
  voucher: "B2026-1"
  {SUPPLIER}  12500.00 NOK
    open-item: "lf-L10001-10023"
    movement: "detail/86011117947/2026-11-20/A1"
    end-to-end-id: "E-1"
  {CLEARING}  -12500.00 NOK
"""


def errors_of(folder, vouchers="", **rest) -> list[str]:
    make(folder, vouchers, **rest)
    with pytest.raises(BooksInvalid) as caught:
        load(folder)
    return [str(error) for error in caught.value.errors]


def test_a_bill_has_its_terms_from_itself_and_its_party(tmp_path):
    item = books(tmp_path, BILL).items.by_key["lf-L10001-10023"]

    assert (item.kind, item.party_number, item.party_name) == (
        ItemKind.SUPPLIER,
        "L10001",
        "Fjellkraft AS",
    )
    assert (str(item.amount), str(item.residual)) == ("-12500.00 NOK", "-12500.00 NOK")
    assert item.due == date(2026, 11, 16)  # fourteen days by the party's terms
    assert item.creditor_account == "15032080119"
    assert (item.kid, item.invoice) == ("0010023000", "10023")
    assert not item.is_draft
    assert str(item.place) == "vouchers/2026/11.beancount:5"


DISCOUNTED = BILL.replace(
    '  kid: "', '  discount: 2.00\n  discount-until: 2026-11-12\n  kid: "'
)


def test_a_cash_discount_is_percent_and_day(tmp_path):
    item = books(tmp_path, DISCOUNTED).items.by_key["lf-L10001-10023"]

    assert (item.discount, item.discount_until) == (Decimal("2.00"), date(2026, 11, 12))


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("discount-until: 2026-11-12", "percent and last day together"),
        ("discount: 2.00", "percent and last day together"),
        ("discount: 100\n  discount-until: 2026-11-12", "percent and last day together"),
        ('discount: "2"\n  discount-until: 2026-11-12', "discount: is text"),
    ],
)
def test_half_a_cash_discount_is_an_error(tmp_path, typed, said):
    bill = BILL.replace('  kid: "', f'  {typed}\n  kid: "')

    found = errors_of(tmp_path, bill)

    assert any(said in error for error in found)


@pytest.mark.parametrize(
    ("head", "posting_meta", "key"),
    [
        ('"Strøm" ^lf-L10001-1', "", "lf-L10001-1"),
        ('"Strøm" ^lf-L10001-1 ^prosjekt-7', "", "lf-L10001-1"),
        ('"Strøm" ^lf-L10001-1', 'open-item: "lf-other"', "lf-other"),
        ('"Strøm"\n  invoice: "A/1 x"', "", "lf-L10001-A/1_x"),
        ('"Strøm"', 'invoice: "Ærfugl 9"', "lf-L10001-AErfugl_9"),
        ('"Strøm" ^cr-B2026-4', "", "cr-B2026-4"),
    ],
)
def test_identity(tmp_path, head, posting_meta, key):
    voucher = (
        f"2026-11-02 * {head}\n  {SUPPLIER}  -1.00 NOK\n"
        + (f"    {posting_meta}\n" if posting_meta else "")
        + "  Expenses:6340-Strøm  1.00 NOK\n"
    )

    assert [item.key for item in books(tmp_path, voucher).items.items] == [key]


@pytest.mark.parametrize(
    ("head", "said"),
    [
        ('"Strøm"', 'Type under this posting:  open-item: "lf-L10001-2026-11-02"'),
        ('"Strøm" ^kf-K20001-1', 'open-item: "lf-L10001-'),
        ('"Strøm" ^lf-L10001-1 ^lf-L10001-2', "several links name an open item"),
        ('"Strøm"\n  voucher: "2026-9"', 'open-item: "lf-L10001-2026-9"'),
    ],
)
def test_no_identity_is_an_error_with_the_line_to_type(tmp_path, head, said):
    voucher = f"""2026-11-02 * {head}
  {SUPPLIER}  -1.00 NOK
  Expenses:6340-Strøm  1.00 NOK
"""

    (error,) = errors_of(tmp_path, voucher)

    assert error.startswith("vouchers/2026/11.beancount:")
    assert said in error


def test_a_settlement_closes_and_a_return_opens_again(tmp_path):
    returned = SETTLEMENT.replace("11-20 *", "11-22 *").replace(
        "12500.00", "0.00 - 12500.00"
    )
    returned = returned.replace("-0.00 - 12500.00", "12500.00").replace("/A1", "/A2")
    returned = returned.replace("B2026-1", "B2026-2").replace(
        "0.00 - 12500.00", "-12500.00"
    )

    closed = books(tmp_path / "1", BILL, bank=SETTLEMENT).items.by_key["lf-L10001-10023"]
    opened = books(tmp_path / "2", BILL, bank=SETTLEMENT + returned)
    item = opened.items.by_key["lf-L10001-10023"]

    assert not closed.is_open
    assert closed.amount == item.amount == item.residual
    assert [posting.end_to_end_id for posting in item.postings] == [None, "E-1", "E-1"]


def test_a_payment_before_its_bill_is_a_settlement_all_the_same(tmp_path):
    early = SETTLEMENT.replace("2026-11-20", "2026-11-01")

    item = books(tmp_path, BILL, bank=early).items.by_key["lf-L10001-10023"]

    assert (str(item.amount), item.is_open, item.invoice) == (
        "-12500.00 NOK",
        False,
        "10023",
    )


@pytest.mark.parametrize("settled", ["", SETTLEMENT], ids=["open", "paid"])
def test_a_second_bill_with_the_same_identity_is_told(tmp_path, settled):
    again = BILL.replace("2026-11-02", "2026-11-25")

    found = errors_of(tmp_path, BILL + again, bank=settled)

    assert len(found) == 1
    assert "a second bill has the identity lf-L10001-10023" in found[0]
    assert "vouchers/2026/11.beancount:5" in found[0]


def test_a_bill_settled_with_too_much_is_told_unless_it_says_so(tmp_path):
    over = SETTLEMENT.replace("12500.00", "12600.00")
    told = over.replace('"E-1"', '"E-1"\n    crosses-zero: TRUE')

    (error,) = errors_of(tmp_path / "1", BILL, bank=over)
    item = books(tmp_path / "2", BILL, bank=told).items.by_key["lf-L10001-10023"]

    assert "stands here with 12500.00 NOK, but it is settled with 100.00 NOK more" in error
    assert "(bank/2026/11.beancount:4)" in error
    assert str(item.residual) == "100.00 NOK"


def test_several_items_in_one_voucher(tmp_path):
    wages = """
2026-11-20 * "Lønn" ^wage-2026-11
  kid: "123"
  Liabilities:2930-Skyldig-lønn  -100.00 NOK
    open-item: "wage-2026-11-1"
    due: 2026-11-20
  Liabilities:2600-Forskuddstrekk  -50.00 NOK
    open-item: "wht-2026-11-20"
    kid: "00260101234508"
    creditor-account: "1503 00 00037"
  Expenses:6340-Strøm  150.00 NOK
"""

    items = books(tmp_path, wages).items.by_key

    salary, tax = items["wage-2026-11-1"], items["wht-2026-11-20"]
    assert (salary.kind, tax.kind) == (ItemKind.SALARY, ItemKind.TAX)
    assert (salary.kid, tax.kid) == (
        None,
        "00260101234508",
    )  # the voucher's KID is nobody's
    assert (salary.party_name, tax.party_name) == (None, "Skatteetaten")
    assert tax.creditor_account == "15030000037"


def test_the_residual_is_per_account_and_currency(tmp_path):
    foreign = """
2026-11-02 * "Cloud" "x" ^lf-L10002-7
  Liabilities:2400-Leverandørgjeld:L10002-Cloud  -1000.00 EUR @@ 11800.00 NOK
  Expenses:6340-Strøm  11800.00 NOK
"""

    item = books(tmp_path, foreign).items.by_key["lf-L10002-7"]

    assert str(item.residual) == "-1000.00 EUR"
    assert item.party_name == "Cloud"


@pytest.mark.parametrize(
    ("settled", "left"),
    [
        (["400.00 EUR"], "-6900.00 NOK"),
        (["600.00 EUR @@ 6900.00 NOK"], "-4600.00 NOK"),
        (["400.00 EUR", "600.00 EUR @@ 6900.00 NOK"], "0.00 NOK"),
        (["600.00 EUR @@ 6900.00 NOK", "400.00 EUR"], "0.00 NOK"),
        (["400.00 EUR", "-400.00 EUR"], "-11500.00 NOK"),
        (["333.33 EUR", "666.67 EUR"], "0.00 NOK"),
    ],
)
def test_what_is_paid_in_its_own_currency_takes_its_share_of_the_value_along(
    tmp_path, settled, left
):
    made = """
2026-11-02 * "Cloud" "x" ^lf-L10002-7
  Liabilities:2400-Leverandørgjeld:L10002-Cloud  -1000.00 EUR @@ 11500.00 NOK
  Expenses:6340-Strøm  11500.00 NOK
"""
    parts = "".join(
        f"""2026-11-{day} * "Cloud" "x" ^lf-L10002-7
  rule: "end-to-end-id"
  Liabilities:2400-Leverandørgjeld:L10002-Cloud  {part}
  Expenses:6340-Strøm  -{part.rpartition("@ ")[2]}
""".replace("--", "")
        for day, part in enumerate(settled, 10)
    )

    item = books(tmp_path, made + parts).items.by_key["lf-L10002-7"]

    assert str(item.value) == left


FACTS = """
2026-11-03 custom "open-item" "lf-L10001-10023"
  kid: "1234567895"
  hold: TRUE
  reason: "mangler følgeseddel"
  by: "kari"
2026-11-04 custom "open-item" "lf-L10001-10023"
  due: 2026-12-01
  creditor-account: "8601.11.17947"
"""


@pytest.mark.parametrize(
    ("later", "held", "released"),
    [
        ("", "mangler følgeseddel", ()),
        (
            '2026-11-05 custom "open-item" "lf-L10001-10023"\n  release: "E-1"\n',
            None,
            ("E-1",),
        ),
        (
            (
                '2026-11-05 custom "open-item" "lf-L10001-10023"\n  release: ""\n'
                '  creditor-account: "8601.11.17947"\n'
            ),
            "mangler følgeseddel",  # a release of the account ends no hold
            (),
        ),
        ('2026-11-05 custom "open-item" "lf-L10001-10023"\n  release: ""\n', None, ("",)),
        ('2026-11-05 custom "open-item" "lf-L10001-10023"\n  hold: FALSE\n', None, ()),
        (
            '2026-11-05 custom "open-item" "lf-L10001-10023"\n  hold: "sent vare"\n',
            "sent vare",
            (),
        ),
    ],
)
def test_the_last_line_counts_for_each_term(tmp_path, later, held, released):
    item = books(tmp_path, BILL + FACTS + later).items.by_key["lf-L10001-10023"]

    assert (item.kid, item.due) == ("1234567895", date(2026, 12, 1))
    assert item.creditor_account == "86011117947"
    assert (item.hold.reason if item.hold else None) == held
    assert item.released == released


def test_a_draft_until_it_is_posted(tmp_path):
    draft = BILL.replace("02 *", "02 !")
    posted = '2026-11-05 custom "open-item" "lf-L10001-10023"\n  posted: TRUE\n'

    assert books(tmp_path / "1", draft).items.items[0].is_draft
    assert not books(tmp_path / "2", draft + posted).items.items[0].is_draft


def test_a_line_for_an_item_that_is_not_there(tmp_path):
    (error,) = errors_of(tmp_path, '2026-11-03 custom "open-item" "lf-nobody"\n')

    assert error == 'vouchers/2026/11.beancount:1: no open item has the key "lf-nobody"'


def test_receivables_are_found_by_the_kid_that_they_have_ever_carried(tmp_path):
    invoices = "".join(
        f"""
2026-11-0{day} * "Kunde Nord AS" "x" ^kf-K20001-{day}
  kid: "200010050017"
  {CUSTOMER}  10.00 NOK
  Income:3000-Salgsinntekt-høy  -10.00 NOK
"""
        for day in (3, 2)
    )
    paid = f"""
2026-11-09 * "x"
  {CUSTOMER}  -10.00 NOK
    open-item: "kf-K20001-2"
    movement: "detail/1"
  {CLEARING}  10.00 NOK
"""

    found = books(tmp_path, invoices, bank=paid).items.by_kid["200010050017"]

    assert [(item.key, item.is_open) for item in found] == [
        ("kf-K20001-2", False),
        ("kf-K20001-3", True),
    ]


def test_an_item_is_found_by_a_kid_that_it_carried_before(tmp_path):
    invoice = f"""
2026-11-02 * "Kunde Nord AS" "x" ^kf-K20001-1
  kid: "1234567895"
  {CUSTOMER}  10.00 NOK
  Income:3000-Salgsinntekt-høy  -10.00 NOK
2026-11-03 custom "open-item" "kf-K20001-1"
  kid: "200010050017"
"""

    items = books(tmp_path, invoice).items

    assert items.by_key["kf-K20001-1"].kid == "200010050017"
    assert items.by_kid["1234567895"] == items.by_kid["200010050017"]


def test_who_owes_again_by_hand_says_so_on_the_posting(tmp_path):
    again = f"""
2026-11-22 * "Fjellkraft AS" "Kom i retur"
  {SUPPLIER}  -12500.00 NOK
    open-item: "lf-L10001-10023"
  {CLEARING}  12500.00 NOK
"""

    item = books(tmp_path, BILL + again, bank=SETTLEMENT).items.by_key["lf-L10001-10023"]

    assert item.residual == item.amount


accounts = st.sampled_from(
    (SUPPLIER, CUSTOMER, "Liabilities:2990-Uidentifiserte-innbetalinger")
)
events = st.lists(
    st.tuples(accounts, st.integers(1, 5), st.integers(-3, 3), st.booleans()), max_size=30
)


@given(events)
def test_the_residuals_of_an_account_are_its_balance(drawn):
    """Nothing is lost between items: whatever is posted stands in exactly one of them."""
    ledger = accounts_of(
        [
            Open(date=date(2026, 1, 1), account=SUPPLIER, meta={"role": "payable"}),
            Open(date=date(2026, 1, 1), account=CUSTOMER, meta={"role": "receivable"}),
            Open(
                date=date(2026, 1, 1),
                account="Liabilities:2990-Uidentifiserte-innbetalinger",
                meta={"role": "suspense-in"},
            ),
        ],
        [],
    )
    transactions = [
        Transaction(
            date=date(2026, 1, 1 + index),
            links=() if named else (f"cr-{key}",),
            postings=(
                Posting(
                    account=account,
                    units=Amount(Decimal(number), "NOK"),
                    meta={"open-item": f"cr-{key}"} if named else {},
                ),
            ),
        )
        for index, (account, key, number, named) in enumerate(drawn)
    ]

    items, _ = collect(transactions, [], ledger)

    for account in ledger:
        posted = sum(number for name, _, number, _ in drawn if name == account)
        left = sum(item.residual.number for item in items.items if item.account == account)
        assert left == posted
    assert sum(len(item.postings) for item in items.items) == len(drawn)
