"""From Beancount's entries to everything the books mean, in one pass, with every error.

`read` serves both the plugin (so that `bean-check` and Fava tell our errors) and
`load`. The plugin runs inside Beancount's own load; `load` opens a `handover` first, and
the plugin leaves there what it has read, so that nothing is done twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ledger import closing_balances, payment_lines, vouchers
from ledger.accounts import LedgerAccount, accounts_of
from ledger.books import checks
from ledger.books.beancount_entries import EntryReader
from ledger.company import BankAccount, Company
from ledger.directives import (
    Balance,
    BooksPlace,
    Close,
    Custom,
    Directive,
    Open,
    Transaction,
)
from ledger.errors import BooksError
from ledger.item_collection import collect
from ledger.open_items import OpenItems
from ledger.parties import Party, parties_of
from ledger.payment_lines import Ordered

COMPANY_FILE = "books.toml"
PLUGIN = "ledger.plugins.books"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What the entries of a ledger mean, and what is wrong with them."""

    company: Company | None
    accounts: Mapping[str, LedgerAccount]
    parties: Mapping[str, Party]
    transactions: tuple[Transaction, ...]
    customs: tuple[Custom, ...]
    balances: tuple[Balance, ...]
    opens: tuple[Open, ...]
    closes: tuple[Close, ...]
    items: OpenItems
    ordered: Ordered
    keys: Mapping[str, str]
    errors: tuple[BooksError, ...]
    entry_count: int
    """Of Beancount's entries: whether later plugins added something."""
    files: tuple[str, ...]
    """Every file that was read, absolute."""
    needs_all: str | None
    """Why a part of these books cannot be read without all the rest, or None."""


handover: ContextVar[list[Reading] | None] = ContextVar("handover", default=None)
"""Where the plugin leaves its reading for the `load` that it runs in."""


def read(
    entries: Iterable[Any],
    options: Mapping[str, Any],
    folder: Path,
    company: Company | None,
) -> Reading:
    """Return what entries mean.

    Args:
        entries: Beancount's, booked.
        options: Beancount's.
        folder: Of the books; the places of errors are relative to it.
        company: What books.toml says, or None where there is none.
    """
    entries = list(entries)
    reader = EntryReader(folder)
    directives = [each for each in map(reader.directive, entries) if each is not None]
    directives.sort(key=order)
    transactions = tuple(each for each in directives if isinstance(each, Transaction))
    customs = tuple(each for each in directives if isinstance(each, Custom))
    opens = tuple(each for each in directives if isinstance(each, Open))
    closes = tuple(each for each in directives if isinstance(each, Close))
    accounts = accounts_of(opens, closes)
    parties = parties_of(accounts, customs)
    items, item_errors = collect(transactions, customs, accounts, parties)
    ordered = payment_lines.read(customs, items)
    errors = [*reader.errors, *item_errors, *ordered.errors]
    keys = checks.bank_keys(transactions, errors)
    errors += checks.opens_errors(opens)
    errors += checks.clearing_errors(accounts)
    errors += checks.transaction_errors(transactions, items, company)
    errors += checks.custom_errors(customs)
    errors += checks.item_errors(items.items)
    errors += vouchers.number_errors(transactions)
    if company is not None:
        currencies = options.get("operating_currency") or ()
        company = completed(company, accounts, currencies, errors)
    return Reading(
        company=company,
        accounts=accounts,
        parties=parties,
        transactions=transactions,
        customs=customs,
        balances=closing_balances.counting(
            (each for each in directives if isinstance(each, Balance)),
            closing_balances.untrue(customs),
        ),
        opens=opens,
        closes=closes,
        items=items,
        ordered=ordered,
        keys=keys,
        errors=tuple(errors),
        entry_count=len(entries),
        files=tuple(options.get("include", ())),
        needs_all=_needs_all(options) or reader.needs_all,
    )


def _needs_all(options: Mapping[str, Any]) -> str | None:
    """Return what in the options lets one file change what another one means."""
    foreign = [name for name, _ in options.get("plugin", ()) if name != PLUGIN]
    if foreign:
        return f"plugin {foreign[0]} may change anything"
    if options.get("documents"):
        return "the folders of option documents are looked through"
    if options.get("plugin_processing_mode", "default") != "default":
        return "option plugin_processing_mode leaves checks out"
    return None


_FIRST = BooksPlace("", 0)


def order(directive: Directive) -> tuple[Any, ...]:
    """Return what directives are sorted by: date, then place."""
    place = directive.place or _FIRST
    return directive.date, place.file, place.line


def completed(
    company: Company,
    accounts: Mapping[str, LedgerAccount],
    currencies: Sequence[str],
    errors: list[BooksError],
) -> Company:
    """Return the company with what only the ledger knows: clearing and currency."""
    return replace(
        company,
        operating_currency=currencies[0] if currencies else company.operating_currency,
        bank_accounts=tuple(
            _with_clearing(each, accounts.get(each.account), errors)
            for each in company.bank_accounts
        ),
    )


def _with_clearing(
    bank: BankAccount, account: LedgerAccount | None, errors: list[BooksError]
) -> BankAccount:
    where = f"bank-account {bank.number}"
    if account is None:
        errors.append(
            BooksError(
                COMPANY_FILE,
                0,
                f"{where}: account {bank.account} is not opened in the books",
            )
        )
        return bank
    place = account.place or BooksPlace("accounts.beancount", 0)
    if account.clearing is None:
        errors.append(
            BooksError(
                place.file,
                place.line,
                f"{bank.account} is a bank account in {COMPANY_FILE} and has no clearing"
                f' account. Type below its open line:  clearing: "Assets:1929-…"',
            )
        )
    if account.bank_number is not None and account.bank_number != bank.number:
        errors.append(
            BooksError(
                place.file,
                place.line,
                f'bank-account: "{account.bank_number}" is not the number that'
                f" {COMPANY_FILE} gives {bank.account} ({bank.number})",
            )
        )
    return replace(bank, clearing=account.clearing or "")
