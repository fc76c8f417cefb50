"""New books: an accountant reads every byte of them, so they are compared whole."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from ledger import new_books
from ledger.accounts import ITEM_ROLES, ROLES
from ledger.books import load
from ledger.chart.norwegian import SECTIONS
from ledger.errors import FolderInUse
from ledger.vouchers import verify_chain

ACCOUNTS = [account for section in SECTIONS for account in section.accounts()]
BEAN_CHECK = Path(sys.executable).with_name("bean-check")


def create(folder: Path, opening: str = "250000.00", first_day: str = "2026-09-01", **rest):
    new_books.create(
        folder,
        company_name=rest.get("name", "Fjordvik Håndverk AS"),
        orgnr="987654325",
        bank_account="86011117947",
        bank="sor",
        opening=Decimal(opening),
        opening_date=date.fromisoformat(first_day),
        recorded_by="kari",
        recorded_at="2026-09-01T07:12:44Z",
    )
    return folder


@pytest.mark.parametrize(
    "name",
    [
        "books.toml",
        "main.beancount",
        "accounts.beancount",
        "vouchers/2026/09.beancount",
        "vouchers/2026/09-import.beancount",
        "bank/2026/09.beancount",
        ".gitignore",
    ],
)
def test_every_file(tmp_path, golden, name):
    create(tmp_path / "new")

    golden(f"new_books/{name.lstrip('.')}", (tmp_path / "new" / name).read_bytes())


@pytest.mark.parametrize("opening", ["0", "250000.00", "-1500.50"])
@pytest.mark.parametrize("first_day", ["2026-01-01", "2026-09-01"])
@pytest.mark.parametrize("name", ["Fjordvik Håndverk AS", 'A "B" \\ C\nplugin "os"'])
def test_bean_check_has_nothing_to_say(tmp_path, opening, first_day, name):
    folder = create(tmp_path / "new", opening, first_day, name=name)

    checked = subprocess.run(
        [BEAN_CHECK, folder / "main.beancount"], capture_output=True, text=True, check=False
    )

    assert (checked.returncode, checked.stdout, checked.stderr) == (0, "", "")


@pytest.mark.parametrize(("opening", "told"), [("0", "0.00"), ("250000", "250000.00")])
def test_the_books_hold_the_opening_on_the_morning_of_the_first_day(
    tmp_path, opening, told
):
    books = load(create(tmp_path / "new", opening, "2026-01-01"))
    (bank,) = books.company.bank_accounts

    assert str(books.balance(bank.account, bank.first_day)) == f"{told} NOK"
    assert bank.opening == Decimal(told)
    assert bank.clearing == "Assets:1929-Interim-bank:B1920"
    assert verify_chain(books.transactions) == ()
    assert [each.meta["voucher"] for each in books.transactions] == (
        ["IB2026-1"] if Decimal(opening) else []
    )


def test_what_every_command_needs_has_exactly_one_account(tmp_path):
    books = load(create(tmp_path / "new"))
    single = set(ROLES) - {"tax", "other"}

    assert {role: len(books.roles.get(role, ())) for role in single} == dict.fromkeys(
        single, 1
    )
    assert set(ITEM_ROLES) <= set(books.roles)


@pytest.mark.parametrize(
    "name",
    [
        "Assets:1500-Kundefordringer",
        "Assets:1579-Uidentifiserte-utbetalinger",
        "Assets:1920-Bankinnskudd",
        "Assets:1929-Interim-bank:B1920",
        "Assets:1990-Egne-overføringer",
        "Equity:2000-Aksjekapital",
        "Liabilities:2400-Leverandørgjeld",
        "Liabilities:2800-Avsatt-utbytte",
        "Liabilities:2930-Skyldig-lønn",
        "Liabilities:2990-Uidentifiserte-innbetalinger",
        "Income:3000-Salgsinntekt-høy",
        "Expenses:5330-Styrehonorar",
        "Expenses:6010-Avskrivning-biler-og-inventar",
        "Expenses:6800-Kontorrekvisita",
        "Expenses:7140-Reisekostnad",
        "Expenses:7740-Øreavrunding",
        "Expenses:8300-Betalbar-skatt",
    ],
)
def test_the_chart_has(tmp_path, name):
    assert name in load(create(tmp_path / "new")).accounts


def test_numbers_are_used_once_and_lie_under_the_right_root():
    numbers = [account.number for account in ACCOUNTS]
    roots = {
        "1": {"Assets"},
        "2": {"Equity", "Liabilities"},
        "3": {"Income"},
        "8": {"Income", "Expenses"},
    }

    assert len(numbers) == len(set(numbers))
    assert all(
        account.root in roots.get(account.number[0], {"Expenses"}) for account in ACCOUNTS
    )
    assert all("/" in account.saft for account in ACCOUNTS)


def test_a_folder_that_is_in_use_is_left_alone(tmp_path):
    (tmp_path / "letter.txt").write_text("mine")

    with pytest.raises(FolderInUse, match="is not empty"):
        create(tmp_path)

    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_an_empty_folder_may_be_filled(tmp_path):
    assert load(create(tmp_path)).company.name == "Fjordvik Håndverk AS"
