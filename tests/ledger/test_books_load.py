"""Loading: every error with file and line, and the plugin tells the same ones."""

from __future__ import annotations

import gc
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from beancount import loader
from books_on_disk import (
    ACCOUNTS,
    BANK,
    BILL,
    CLEARING,
    CUSTOMER,
    MAIN,
    POWER,
    SUPPLIER,
    TOML,
    books,
    make,
)

from bankio.amount import Amount
from ledger.books import BooksInvalid, load
from ledger.errors import RoleMissing

POSTING = f"  {POWER}  1.00 NOK\n  Equity:2050-Annen-egenkapital  -1.00 NOK\n"


def errors_of(folder: Path) -> list[str]:
    with pytest.raises(BooksInvalid) as caught:
        load(folder)
    return [str(error) for error in caught.value.errors]


ONE_ERROR = [
    # what a person types, what is told
    (
        (
            '2026-11-02 * "x"\n  Expenses:6340-Strøm  10.0000 NOK\n'
            "  Equity:2050-Annen-egenkapital  -10.0001 NOK\n"
        ),
        "-10.0001 NOK has more decimals than NOK has (2)",
    ),
    (
        f'2026-11-02 * "x"\n  kid: 0012\n{POSTING}',
        'kid: is a number (12); write it "in double',
    ),
    (f'2026-11-02 * "x"\n  voucher: 2026-7\n{POSTING}', "voucher: is a number (2019)"),
    (f'2026-11-02 * "x"\n  due: "2026-11-03"\n{POSTING}', "due: is text"),
    (f'2026-11-02 * "x"\n  kid:\n{POSTING}', "kid: is empty"),
    (
        f'2026-11-02 * "x"\n  voucher: "2026-1"\n{POSTING}' * 2,
        "voucher 2026-1 is already used",
    ),
    (
        f'2026-11-02 * "x"\n  voucher: "B2026-2"\n{POSTING}',
        "voucher B2026-1 is missing before B2026-2",
    ),
    (f'2026-11-02 * "x"\n  voucher: "B2026-1"\n{POSTING}' * 2, "already used"),
    (
        "".join(
            f'2026-11-02 * "x"\n  voucher: "B2026-{n}"\n  bank-ref: "statement/1"\n{POSTING}'
            for n in (1, 2)
        ),
        '"statement/1" is posted twice; the other is at vouchers/2026/11.beancount:1',
    ),
    (f'2026-11-02 * "x"\n  voucher-typ: "IF"\n{POSTING}', "is voucher-type meant?"),
    ('2026-11-02 custom "open-items" "x"\n', 'is "open-item" meant?'),
    ('2026-11-02 custom "remittance" 12\n', 'type it as:  custom "remittance" "…"'),
    (
        '2026-11-02 custom "party" "L10001"\n  creditor-acount: "1"\n',
        'creditor-acount: has no meaning in custom "party"',
    ),
    ('2026-11-02 open Assets:1999-X\n  role: "banc"\n', 'role: "banc" is unknown'),
    (
        '2026-11-02 open Assets:1921-X\n  clearing: "Assets:1929-Y"\n',
        'clearing: "Assets:1929-Y" is not opened',
    ),
    ("2026-11-02 open Assets:1999-Ba\u030at\n", "spelled with separate accents"),
    (
        '2026-11-02 custom "payment" "E-1" "lf-1" 1.00 NOK\n',
        "payment line without message-id, execution-date",
    ),
    (
        '2026-11-02 custom "remittance" "M-1"\n  payments: 1\n',
        "says 1 payments; the books have 0",
    ),
    (
        (
            f'2026-11-02 * "x" ^lf-L10001-1\n  kid: "faktura 7"\n  {SUPPLIER}  -1.00 NOK\n'
            f"  {POWER}  1.00 NOK\n"
        ),
        'kid: "faktura7" is no KID',
    ),
    (
        (
            f'2026-11-02 * "x" ^lf-L10001-1\n  creditor-account: "123"\n'
            f"  {SUPPLIER}  -1.00 NOK\n  {POWER}  1.00 NOK\n"
        ),
        "neither 11 digits nor an IBAN",
    ),
    (
        f'2026-11-02 * "x"\n  {POWER}  1.00 NOK\n  Assets:Nope  -1.00 NOK\n',
        "unknown account",
    ),
    ("2026-11-02 balance Assets:1920-Bankinnskudd 1.00 NOK\n", "Balance failed"),
    ('2026-11-02 * "x\n', "Invalid token"),
]


@pytest.mark.parametrize(("typed", "said"), ONE_ERROR, ids=[said for _, said in ONE_ERROR])
def test_an_error_is_told_once_with_its_place_and_bean_check_tells_it_too(
    tmp_path, typed, said
):
    make(tmp_path, typed)

    found = errors_of(tmp_path)

    matching = [error for error in found if said in error]
    assert len(matching) == 1, found
    assert matching[0].startswith("vouchers/2026/11.beancount:")
    _, told, _ = loader.load_file(tmp_path / "main.beancount")
    assert any(said in error.message for error in told)


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        ("1 / 0", "divides by zero"),
        ("1/-0.00", "divides by zero"),
        ("2 * 1 / (2 - 2)", "divides by an expression"),
        ("0 X {{5.00 NOK}} @ 1.00", "a total cost of no units"),
        ("0.00 X {0 # 5.00 NOK} @ 1.00", "a total cost of no units"),
    ],
)
def test_what_beancount_would_die_of_is_told(tmp_path, amount, said):
    make(tmp_path, f'2026-11-02 * "x"\n  {POWER}  {amount} NOK\n{POSTING}')

    assert errors_of(tmp_path) == [
        error
        for error in errors_of(tmp_path)
        if error.startswith("vouchers/2026/11.beancount:2:")
    ]
    assert said in errors_of(tmp_path)[0]


def test_what_beancount_raises_is_told_with_what_it_had_found(tmp_path):
    strange = (
        f'2026-11-02 * "x"\n  {CLEARING} EUR 1.00 {{{{2 NOK}}}}\n  {CLEARING}  -1.00 NOK\n'
    )
    unfinished = f'2026-11-02 * "x"\n  {CLEARING}  EUR {{{{2 NOK}}}}\n  {BANK}  -1.00 NOK\n'
    make(tmp_path, strange + unfinished)

    found = errors_of(tmp_path)

    assert any(error.startswith("vouchers/2026/11.beancount:2:") for error in found), found
    assert any("Beancount cannot digest these books (TypeError" in error for error in found)


def test_a_division_that_comes_out_even_is_a_persons_own(tmp_path):
    half = f'2026/11/02 * "1/0" ^a/0 ; 1/0\n  {POWER}  5 / 2 NOK\n  Equity:2050-Annen-egenkapital\n'

    assert str(books(tmp_path, half).transactions[0].postings[0].units) == "2.50 NOK"


def test_half_an_ore_does_not_pass(tmp_path):
    half = '2026-11-02 * "x"\n  Expenses:6340-Strøm  0.005 X\n  Assets:1579-Uidentifiserte-utbetalinger  -0.004 X\n    open-item: "cr-1"\n'

    found = errors_of(make(tmp_path, half))

    assert any("must sum to exactly zero" in error for error in found)


@pytest.mark.parametrize(
    ("where", "is_wrong"),
    [("vouchers/2026/11.beancount", False), ("bank/2026/11.beancount", True)],
)
def test_amounts_may_be_left_out_by_people_only(tmp_path, where, is_wrong):
    make(tmp_path)
    left_out = f'2026-11-02 * "x"\n  {POWER}  1.00 NOK\n  Equity:2050-Annen-egenkapital\n'
    (tmp_path / where).write_text(left_out, encoding="utf-8")

    if is_wrong:
        assert "the amount is left out" in errors_of(tmp_path)[0]
    else:
        assert load(tmp_path).transactions[0].postings[1].units == Amount(
            Decimal(-1), "NOK"
        )


def test_all_errors_come_at_once_and_sorted(tmp_path):
    make(
        tmp_path,
        f'2026-11-03 * "x"\n  kid: 1\n{POSTING}2026-11-02 * "y"\n  due: "1"\n{POSTING}',
        toml=TOML.replace("987654325", "1").replace("11117947", "11117949"),
    )

    found = errors_of(tmp_path)

    assert [error.split(": ")[0] for error in found] == [
        "books.toml:3",
        "books.toml:6",
        "vouchers/2026/11.beancount:1",
        "vouchers/2026/11.beancount:5",
    ]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("main.beancount", None, "main.beancount: is missing"),
        ("books.toml", None, "books.toml: is missing"),
        ("books.toml", b"[company\n", "books.toml:1: is no TOML"),
        ("books.toml", b"\xff\n", "is not UTF-8"),
        (
            "accounts.beancount",
            "2026-01-01 open Assets:Bæ".encode("latin-1"),
            "accounts.beancount:1",
        ),
        ("accounts.beancount", b"\0\1\2", "accounts.beancount:1"),
        ("main.beancount", b'plugin "nowhere.at_all"\n', "ModuleNotFoundError"),
    ],
)
def test_broken_files_are_told_without_a_traceback(tmp_path, name, content, said):
    make(tmp_path)
    if content is None:
        (tmp_path / name).unlink()
    else:
        (tmp_path / name).write_bytes(content)

    found = errors_of(tmp_path)

    assert any(said in error for error in found), found
    assert not any("Traceback" in error or "\n" in error for error in found)


def test_the_checks_hold_without_the_plugin_line_too(tmp_path):
    without = MAIN.replace('plugin "ledger.plugins.books"\n', "")
    make(tmp_path, f'2026-11-02 * "x"\n  kid: 0012\n{POSTING}', main=without)

    assert errors_of(tmp_path) == [
        'vouchers/2026/11.beancount:1: kid: is a number (12); write it "in double quotes"'
    ]


def test_a_plugin_after_ours_may_add_to_the_books(tmp_path):
    after = MAIN.replace(
        'include "accounts', 'plugin "beancount.plugins.implicit_prices"\ninclude "accounts'
    )

    assert len(books(tmp_path, BILL, main=after).transactions) == 1


def test_pad_counts(tmp_path):
    pad = """
2026-11-01 pad Assets:1920-Bankinnskudd Equity:2050-Annen-egenkapital
2026-11-02 balance Assets:1920-Bankinnskudd  5.00 NOK
"""

    assert str(books(tmp_path, pad).balance(BANK, date(2026, 11, 2))) == "5.00 NOK"


def test_a_gap_may_be_tolerated_by_who_mends_it(tmp_path):
    make(tmp_path, f'2026-11-02 * "x"\n  voucher: "B2026-3"\n{POSTING}')

    found = load(tmp_path, tolerate={"gap"})

    (warning,) = found.warnings
    assert "voucher B2026-1 to B2026-2 is missing" in warning.message


@pytest.mark.parametrize(
    ("locked_until", "is_wrong"), [("2026-11-01", False), ("2026-11-02", True)]
)
def test_no_draft_in_the_locked_period(tmp_path, locked_until, is_wrong):
    toml = TOML.replace(
        'name = "Test AS"', f'name = "Test AS"\nlocked_until = {locked_until}'
    )
    make(tmp_path, f'2026-11-02 ! "x"\n{POSTING}', toml=toml)

    if is_wrong:
        assert "draft in the period locked until 2026-11-02" in errors_of(tmp_path)[0]
    else:
        assert load(tmp_path).company.locked_until == date(2026, 11, 1)


def test_balance_is_at_the_start_of_the_day_and_sums_children(tmp_path):
    loaded = books(tmp_path, BILL)
    parent = "Liabilities:2400-Leverandørgjeld"

    assert str(loaded.balance(parent, date(2026, 11, 2))) == "0.00 NOK"
    assert str(loaded.balance(parent, date(2026, 11, 3))) == "-12500.00 NOK"
    assert str(loaded.balance(SUPPLIER, date(2099, 1, 1))) == "-12500.00 NOK"
    assert str(loaded.balance(SUPPLIER, date(2099, 1, 1), "EUR")) == "0.00 EUR"


def test_roles_parties_and_what_the_ledger_adds_to_the_company(tmp_path):
    loaded = books(
        tmp_path,
        '2026-11-10 custom "party" "L10001"\n  creditor-account: "86011117947"\n  by: "ola"\n',
    )

    assert loaded.account_for("suspense-in").name.startswith("Liabilities:2990")
    assert loaded.company.bank_accounts[0].clearing == CLEARING
    assert loaded.accounts[SUPPLIER].role == "payable"
    assert loaded.accounts[SUPPLIER].number == "2400"
    assert loaded.parties[CUSTOMER].name == "Kunde Nord AS"
    history = loaded.parties[SUPPLIER].creditor_accounts
    assert [(each.number, each.by) for each in history] == [
        ("15032080119", None),
        ("86011117947", "ola"),
    ]
    assert loaded.confirmed_accounts == {"L10001": ("15032080119", "86011117947")}
    with pytest.raises(RoleMissing, match='role: "rounding"'):
        loaded.account_for("rounding")


def test_without_an_opening_in_books_toml_the_ledger_tells_it(tmp_path):
    toml = TOML.replace('opening = "0.00"\n', "")
    opening = """
2026-10-31 * "Åpning"
  Assets:1920-Bankinnskudd  77.00 NOK
  Equity:2050-Annen-egenkapital  -77.00 NOK
"""

    assert books(tmp_path, opening, toml=toml).company.bank_accounts[0].opening == 77


@pytest.mark.parametrize(
    ("accounts", "said"),
    [
        (
            ACCOUNTS.replace('  clearing: "Assets:1929-Interim-bank:B1920"\n', ""),
            "has no clearing",
        ),
        (
            ACCOUNTS.replace('role: "bank"', 'role: "bank"\n  bank-account: "15032080119"'),
            "is not the number that books.toml gives",
        ),
        (ACCOUNTS.replace("1920-Bank", "1921-Bank"), "is not opened in the books"),
    ],
)
def test_bank_accounts_are_in_toml_and_in_the_ledger(tmp_path, accounts, said):
    make(tmp_path)
    (tmp_path / "accounts.beancount").write_text(accounts, encoding="utf-8")

    assert any(said in error for error in errors_of(tmp_path))


def test_names_in_another_spelling_are_one_text(tmp_path):
    loaded = books(tmp_path, BILL.replace("Strøm oktober", "A\u030arsavgift"))

    assert loaded.transactions[0].narration == "Årsavgift"


def test_the_collector_is_as_it_was(tmp_path):
    make(tmp_path, "broken\n")

    errors_of(tmp_path)

    assert gc.isenabled()
