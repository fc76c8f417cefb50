"""What may be added to the books, and what would make them wrong."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from books_on_disk import BANK, BILL, CLEARING, POWER, SUPPLIER, TOML, books

from bankio.amount import Amount
from ledger.books import PayloadRefused, Unwritable, load, parse
from ledger.directives import Balance, Open, Posting, Transaction

EQUITY = "Equity:2050-Annen-egenkapital"


def nok(number: str) -> Amount:
    return Amount(Decimal(number), "NOK")


def moved(
    day: int, number: str, debit: str = CLEARING, credit: str = BANK, **meta
) -> Transaction:
    return Transaction(
        date=date(2026, 11, day),
        narration="x",
        meta=meta,
        postings=(
            Posting(account=debit, units=nok(number)),
            Posting(account=credit, units=-nok(number)),
        ),
    )


def settlement(key: str, movement: str) -> Transaction:
    meta = {"open-item": key, "movement": movement}
    return Transaction(
        date=date(2026, 11, 20),
        narration="x",
        postings=(
            Posting(account=SUPPLIER, units=nok("1"), meta=meta),
            Posting(account=CLEARING, units=nok("-1")),
        ),
    )


def test_a_payload_is_what_reads_back_and_may_be_added(tmp_path):
    before = books(tmp_path, BILL)
    payload = before.checked_payload(
        [
            settlement("lf-L10001-10023", "detail/1"),
            Balance(date=date(2026, 11, 21), account=CLEARING, amount=nok("-1")),
        ]
    )

    with (tmp_path / "bank/2026/11.beancount").open("ab") as file:
        file.write(payload)
    after = load(tmp_path)

    assert str(after.items.by_key["lf-L10001-10023"].residual) == "-12499.00 NOK"
    assert after.keys == {"detail/1": ""}
    assert parse(payload)[0] == after.transactions[-1]


def test_a_party_may_be_opened_in_the_payload_that_uses_it(tmp_path):
    account = "Liabilities:2400-Leverandørgjeld:L10009-Ny"
    bill = Transaction(
        date=date(2026, 11, 20),
        narration="x",
        links=("lf-L10009-1",),
        postings=(
            Posting(account=account, units=nok("-1")),
            Posting(account=POWER, units=nok("1")),
        ),
    )

    loaded = books(tmp_path)

    assert loaded.checked_payload([Open(date=date(2026, 11, 20), account=account), bill])
    with pytest.raises(PayloadRefused, match="L10009-Ny: no such account"):
        loaded.checked_payload([bill])
    with pytest.raises(PayloadRefused, match="L10009-Ny is not open on 2026-11-20"):
        loaded.checked_payload([Open(date=date(2026, 11, 21), account=account), bill])


STATED = "2026-11-11 balance Assets:1920-Bankinnskudd  -5.00 ~ 0 NOK\n"
FIVE = """
2026-11-10 * "x"
  bank-ref: "statement/1"
  Assets:1929-Interim-bank:B1920  5.00 NOK
  Assets:1920-Bankinnskudd  -5.00 NOK
"""


@pytest.mark.parametrize(
    ("directives", "said"),
    [
        ([moved(20, "1", debit="Assets:1999-X")], "1999-X: no such account"),
        (
            [replace(moved(20, "1"), date=date(2025, 12, 31))],
            "is not open on 2025-12-31",
        ),
        (
            [
                Transaction(
                    date=date(2026, 11, 20),
                    narration="x",
                    postings=(
                        Posting(account=BANK, units=Amount(Decimal(1), "EUR")),
                        Posting(account=EQUITY, units=Amount(Decimal(-1), "EUR")),
                    ),
                )
            ],
            "takes NOK, not 1.00 EUR",
        ),
        ([moved(1, "1")], "2026-11-01 is in the period locked until 2026-11-01"),
        ([moved(20, "1", **{"bank-ref": "statement/1"})], "statement/1 is already posted"),
        (
            [
                settlement("lf-L10001-10023", "detail/1"),
                settlement("lf-L10001-10023", "detail/1"),
            ],
            "detail/1 is already posted",
        ),
        ([moved(20, "1", debit=SUPPLIER)], "Type under this posting:  open-item:"),
        ([moved(10, "1")], "this would move it by -1.00 NOK"),
        (
            [Balance(date=date(2026, 11, 21), account=BANK, amount=nok("-4.99"))],
            "would be -5.00 NOK on 2026-11-21, not -4.99 NOK",
        ),
        (
            [
                moved(20, "1"),
                Balance(date=date(2026, 11, 21), account=BANK, amount=nok("-5")),
            ],
            "would be -6.00 NOK",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_payload_that_would_make_the_books_wrong_is_refused(tmp_path, directives, said):
    toml = TOML.replace('name = "Test AS"', 'name = "Test AS"\nlocked_until = 2026-11-01')
    loaded = books(tmp_path, BILL, bank=FIVE + STATED, toml=toml)

    with pytest.raises(PayloadRefused, match=said.replace("(", r"\(")):
        loaded.checked_payload(directives)


def test_what_does_not_touch_a_later_balance_is_added(tmp_path):
    loaded = books(tmp_path, BILL, bank=FIVE + STATED)

    assert loaded.checked_payload(
        [
            moved(10, "1", debit=POWER, credit=EQUITY),
            moved(10, "1"),
            moved(10, "-1"),
            moved(11, "1"),
            Balance(date=date(2026, 11, 12), account=BANK, amount=nok("-6")),
        ]
    )


def test_a_balance_of_a_parent_counts_its_children(tmp_path):
    stated = "2026-11-03 balance Liabilities:2400-Leverandørgjeld  -12500.00 NOK\n"
    loaded = books(tmp_path, BILL, bank=stated)
    early = replace(settlement("lf-L10001-10023", "detail/1"), date=date(2026, 11, 2))

    with pytest.raises(PayloadRefused, match=r"is to be -12500\.00 NOK on 2026-11-03"):
        loaded.checked_payload([early])


def test_an_unwritable_value_names_field_and_value(tmp_path):
    with pytest.raises(Unwritable, match=r"link: 'a b' has characters outside"):
        books(tmp_path).checked_payload([replace(moved(20, "1"), links=("a b",))])
