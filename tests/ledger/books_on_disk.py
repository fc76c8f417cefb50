"""Small books for tests: a folder made from Beancount text typed in the test."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

from ledger.books import Books, load

BANK = "Assets:1920-Bankinnskudd"
CLEARING = "Assets:1929-Interim-bank:B1920"
CUSTOMER = "Assets:1500-Kundefordringer:K20001-Kunde-Nord"
SUPPLIER = "Liabilities:2400-Leverandørgjeld:L10001-Fjellkraft"
POWER = "Expenses:6340-Strøm"

MAIN = """\
option "title" "Test AS"
option "operating_currency" "NOK"
option "booking_method" "STRICT"
option "tolerance_multiplier" "0.001"
plugin "ledger.plugins.books"
include "accounts.beancount"
include "vouchers/*/*.beancount"
include "bank/*/*.beancount"
"""

TOML = """\
[company]
name = "Test AS"
orgnr = "987654325"

[[bank-account]]
number = "86011117947"
account = "Assets:1920-Bankinnskudd"
first_day = 2026-11-01
opening = "0.00"

[channel.netbank]
kind = "directory"
"""

ACCOUNTS = """\
2026-01-01 open Assets:1500-Kundefordringer
  role: "receivable"
2026-01-01 open Assets:1500-Kundefordringer:K20001-Kunde-Nord
  customer: "20001"
  name: "Kunde Nord AS"
2026-01-01 open Assets:1579-Uidentifiserte-utbetalinger
  role: "suspense-out"
2026-01-01 open Assets:1920-Bankinnskudd NOK
  account-no: "1920"
  role: "bank"
  clearing: "Assets:1929-Interim-bank:B1920"
2026-01-01 open Assets:1929-Interim-bank:B1920 NOK
  role: "clearing"
2026-01-01 open Equity:2050-Annen-egenkapital
  role: "opening"
2026-01-01 open Liabilities:2400-Leverandørgjeld
  account-no: "2400"
  role: "payable"
2026-01-01 open Liabilities:2400-Leverandørgjeld:L10001-Fjellkraft
  supplier: "10001"
  name: "Fjellkraft AS"
  creditor-account: "15032080119"
  terms: 14
2026-01-01 open Liabilities:2400-Leverandørgjeld:L10002-Cloud NOK,EUR
2026-01-01 open Liabilities:2600-Forskuddstrekk
  role: "tax"
  name: "Skatteetaten"
2026-01-01 open Liabilities:2930-Skyldig-lønn
  role: "wages"
2026-01-01 open Liabilities:2990-Uidentifiserte-innbetalinger
  role: "suspense-in"
2026-01-01 open Income:3000-Salgsinntekt-høy
2026-01-01 open Expenses:6340-Strøm
2026-01-01 open Expenses:7770-Bankgebyr
  role: "charges"
"""


def make(
    folder: Path,
    vouchers: str = "",
    *,
    bank: str = "",
    accounts: str = "",
    toml: str = TOML,
    main: str = MAIN,
) -> Path:
    """Write the folder; `vouchers` is a person's file, `bank` one of ours."""
    files = {
        "books.toml": toml,
        "main.beancount": main,
        "accounts.beancount": ACCOUNTS + dedent(accounts),
        "vouchers/2026/11.beancount": dedent(vouchers),
        "bank/2026/11.beancount": dedent(bank),
    }
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def books(folder: Path, vouchers: str = "", **rest: str) -> Books:
    """Make and load."""
    return load(make(folder, vouchers, **rest))


BILL = """
2026-11-02 * "Fjellkraft AS" "Strøm oktober" ^lf-L10001-10023
  invoice: "10023"
  kid: "0010023000"
  Liabilities:2400-Leverandørgjeld:L10001-Fjellkraft  -12500.00 NOK
  Expenses:6340-Strøm  12500.00 NOK
"""
