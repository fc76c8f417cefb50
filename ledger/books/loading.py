"""Load a folder of books, whole and right, or raise every error in them.

Beancount's loader never raises: a list of errors is how it fails, so a non-empty list
is failure here. Its pickle cache is off (it keeps the results of plugins, stale, and is
an unpickle of a file that others may write), and the cyclic collector is paused: with
it on, loading is superlinear.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from beancount import loader  # noqa: TID251 - this is the module that the rule names

from bankio import collector
from bankio.amount import Amount
from ledger import payment_lines, vouchers
from ledger.accounts import LedgerAccount
from ledger.books.beancount_entries import EntryReader
from ledger.books.checking import checked_payload, checked_payloads
from ledger.books.parsing import ReadBack
from ledger.books.pitfalls import fallen, pitfalls
from ledger.books.reading import PLUGIN, Reading, handover, read
from ledger.books.register import InMemory, Register, Totals
from ledger.company import Company
from ledger.company import read as read_company
from ledger.directives import Balance, Close, Custom, Directive, Open, Transaction
from ledger.errors import BooksError, BooksInvalid, CompanyInvalid, RoleMissing
from ledger.open_items import Items
from ledger.parties import Party
from ledger.payment_lines import Ordered
from ledger.payments import Payment, Remittance
from ledger.plugins import books as plugin

MAIN_FILE = "main.beancount"


@dataclass(frozen=True, kw_only=True)
class Books:
    """The books as they are: nothing in them is wrong."""

    folder: Path
    company: Company
    accounts: Mapping[str, LedgerAccount]
    """By full name."""
    parties: Mapping[str, Party]
    """By the name of their account."""
    transactions: Sequence[Transaction]
    """By date, then place; as everything here. Ask the register where it can tell: books
    from the index load all of it when somebody walks over this."""
    customs: Sequence[Custom]
    balances: Sequence[Balance]
    opens: Sequence[Open]
    closes: Sequence[Close]
    items: Items
    register: Register
    """The transactions by what they carry."""
    remittances: Sequence[Remittance]
    payments: Sequence[Payment]
    """Of remittances, and foreign ones."""
    keys: Mapping[str, str]
    """bank-ref and movement, each with its voucher number."""
    warnings: tuple[BooksError, ...] = ()
    """Errors that the caller tolerates, because it mends them."""
    files: tuple[str, ...] = ()
    """Every file that was read, absolute."""
    needs_all: str | None = None
    """Why a part of these books cannot be read without all the rest, or None."""

    def balance(self, account: str, at: date, currency: str | None = None) -> Amount:
        """Return what an account and all below it held at the start of `at`.

        Without a currency: the operating currency, or the only one on the account.
        """
        if currency is None:
            currency = self._currency(account)
        return Amount(
            self.totals.at(account, currency, at) + Amount.zero(currency).number, currency
        )

    def _currency(self, account: str) -> str:
        known = self.accounts.get(account)
        if known is not None and len(known.currencies) == 1:
            return known.currencies[0]
        found = self.totals.currencies(account)
        return found[0] if len(found) == 1 else self.company.operating_currency

    @property
    def totals(self) -> Totals:
        """What every account held when."""
        return self.register.totals

    @cached_property
    def roles(self) -> Mapping[str, tuple[LedgerAccount, ...]]:
        """The accounts whose own `open` gives them a role, by role."""
        found: dict[str, list[LedgerAccount]] = {}
        for account in self.accounts.values():
            if account.role and account.has_own_role:
                found.setdefault(account.role, []).append(account)
        return {role: tuple(accounts) for role, accounts in found.items()}

    def account_for(self, role: str) -> LedgerAccount:
        """Return the one account with a role, or raise `RoleMissing`."""
        found = self.roles.get(role, ())
        if len(found) != 1:
            raise RoleMissing(role, (account.name for account in found))
        return found[0]

    def orders_of(self, messages: Collection[str]) -> Ordered:
        """Return what the books say was ordered in some messages; `""` is none of ours."""
        return payment_lines.read(self.register.order_lines(messages), self.items)

    @property
    def voucher_heads(self) -> vouchers.Heads:
        """Where each of our voucher series stands."""
        return self.register.heads

    @cached_property
    def confirmed_accounts(self) -> Mapping[str, tuple[str, ...]]:
        """The creditor accounts that a party's own record names, by party number."""
        found: dict[str, tuple[str, ...]] = {}
        for party in self.parties.values():
            numbers = tuple(each.number for each in party.creditor_accounts)
            if numbers:
                found[party.number] = numbers
        return found

    def checked_payload(self, directives: Iterable[Directive]) -> bytes:
        """Return the text of directives that may be added to these books."""
        return checked_payload(directives, self)

    def checked_payloads(
        self, parts: Mapping[Path, Iterable[Directive]]
    ) -> dict[Path, ReadBack]:
        """Return the same for several files, each read back; `parts` are added together."""
        return checked_payloads(parts, self)


def load(folder: Path, *, tolerate: Collection[str] = ()) -> Books:
    """Return the books in a folder.

    Args:
        folder: That holds books.toml and main.beancount.
        tolerate: Kinds of errors (`gap`, `balance`, …) that the caller mends or tells.

    Raises:
        BooksInvalid: Every error of books.toml and of the ledger, sorted.
    """
    folder = folder.resolve()
    errors: list[BooksError] = []
    company: Company | None = None
    try:
        company = read_company(folder)
    except CompanyInvalid as invalid:
        errors += invalid.errors
    reading, found = _read_ledger(folder, company)
    errors += found
    warnings = tuple(sorted({each for each in errors if each.kind in tolerate}))
    errors = [each for each in errors if each.kind not in tolerate]
    if errors or reading is None or reading.company is None:
        raise BooksInvalid(errors)
    books = Books(
        folder=folder,
        company=reading.company,
        accounts=reading.accounts,
        parties=reading.parties,
        transactions=reading.transactions,
        customs=reading.customs,
        balances=reading.balances,
        opens=reading.opens,
        closes=reading.closes,
        items=reading.items,
        register=InMemory(reading.transactions, reading.accounts, reading.customs),
        remittances=reading.ordered.remittances,
        payments=reading.ordered.payments,
        keys=reading.keys,
        warnings=warnings,
        files=reading.files,
        needs_all=reading.needs_all,
    )
    return replace(books, company=with_openings(books))


def with_openings(books: Books) -> Company:
    """Return the company with the openings that books.toml leaves to the ledger."""
    return replace(
        books.company,
        bank_accounts=tuple(
            bank
            if bank.has_opening
            else replace(
                bank,
                opening=books.balance(bank.account, bank.first_day, bank.currency).number,
            )
            for bank in books.company.bank_accounts
        ),
    )


def _read_ledger(
    folder: Path, company: Company | None
) -> tuple[Reading | None, list[BooksError]]:
    main = folder / MAIN_FILE
    if not main.is_file():
        return None, [BooksError(MAIN_FILE, 0, "is missing: no books stand in this folder")]
    fatal = list(pitfalls(main))
    if fatal:
        return None, fatal
    left: list[Reading] = []
    token = handover.set(left)
    try:
        with collector.paused():
            loader.initialize(use_cache=False)
            try:
                entries, problems, options = loader.load_file(main)
            except OSError:
                raise
            except Exception as error:  # noqa: BLE001 - whatever it cannot digest
                return None, [*fallen(main, error)]
            is_last = bool(options["plugin"]) and options["plugin"][-1][0] == PLUGIN
            is_whole = is_last and len(left) == 1 and left[0].entry_count == len(entries)
            reading = left[0] if is_whole else read(entries, options, folder, company)
    finally:
        handover.reset(token)
    errors = [
        _told(problem, folder)
        for problem in problems
        if not isinstance(problem, plugin.BooksPluginError)
        and not _is_of_an_empty_custom(problem, reading)
    ]
    return reading, [*errors, *reading.errors]


def _is_of_an_empty_custom(problem: Any, reading: Reading) -> bool:
    """Whether Beancount's `pad` fell over a custom line without a value, which we tell."""
    return (
        'plugin "beancount.ops.pad"' in problem.message
        and "'NoneType' object is not iterable" in problem.message
        and any(not custom.values for custom in reading.customs)
    )


def _told(problem: Any, folder: Path) -> BooksError:
    """Return one of Beancount's errors as ours."""
    place = EntryReader(folder).place(problem.source)
    message = problem.message
    if "Traceback" in message:  # a plugin of somebody else's failed
        message = f"{message.partition(':')[0]}: {message.strip().splitlines()[-1].strip()}"
    message = " ".join(message.replace(f"{folder}/", "").split())
    if place is None or place.file.startswith("<"):
        return BooksError(MAIN_FILE, 0, message)
    kind = "balance" if type(problem).__name__ == "BalanceError" else "books"
    return BooksError(place.file, place.line, message, kind=kind)
