"""`books import --opening FILE.csv`: balances and open items from the old system.

The file says what every account holds on the morning of the first day; its columns are
in `ledger.importers.opening_table`. One voucher of the series `IB` brings the books
there: what already stands on an account (the balance given to `books init`) is taken
into account, so nothing is doubled.

Checked both ways before anything is written: debits equal credits; where an account with
open items also has a balance row, its items make that balance to the øre; the bank
account holds what books.toml says. All errors are told at once, each with its line.

A bill that the old system has already sent to the bank is marked with that payment's
EndToEndId or reference (`at_bank`). It becomes a foreign payment: in flight, so that it
is not paid again, until the bank tells what became of it.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from bankio.amount import Amount
from bankio.identifiers import InvalidIdentifier, bban, iban, kid, orgnr
from ledger import payment_lines
from ledger.accounts import LedgerAccount
from ledger.books import Books
from ledger.company import BankAccount
from ledger.directives import Balance, Directive, MetaValue, Open, Posting, Transaction
from ledger.errors import BooksError
from ledger.importers.opening_table import OpeningRow, rows_of
from ledger.item_identity import item_key
from ledger.item_kinds import ItemKind
from ledger.parties import compact_account
from ledger.payments import PaidItem, Payment
from ledger.vouchers import Series, next_numbers

CUSTOMERS_MAX = 5000
"""From so many customers on, new ones are a number on the posting and no sub-account."""

_DAY = dt.timedelta(days=1)
_PARTY = re.compile(r"[LKA][0-9]{1,12}", re.ASCII)
_KEY = re.compile(r"[A-Za-z0-9_./-]{1,100}", re.ASCII)
_REFERENCE = re.compile(r"[!-~](?:[ -~]{0,98}[!-~])?", re.ASCII)
_LETTERS = {ItemKind.SUPPLIER: "L", ItemKind.CUSTOMER: "K", ItemKind.SALARY: "A"}
_PARTY_KEYS = {"L": "supplier", "K": "customer", "A": "employee"}
_NOT_IN_ACCOUNTS = re.compile(r"[^0-9A-Za-zÆØÅæøåÄÖäöÉéÜü]+")


class OpeningInvalid(Exception):
    """The file cannot be taken in; nothing of it was."""

    def __init__(self, errors: Iterable[BooksError]) -> None:
        self.errors = tuple(sorted(set(errors)))
        super().__init__("\n".join(map(str, self.errors)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What the file becomes."""

    opens: tuple[Open, ...]
    """Sub-accounts of parties that the books do not have yet."""
    voucher: Transaction
    """Numbered, not yet sealed."""
    after: tuple[Directive, ...]
    """Payments at the bank, and the balances of the bank accounts."""
    items: int
    payments: int

    @property
    def directives(self) -> tuple[Directive, ...]:
        """All of it, the voucher unsealed."""
        return (*self.opens, self.voucher, *self.after)


def read(data: bytes, source: str, books: Books) -> Opening:
    """Return what an opening file becomes in these books.

    Args:
        data: The file.
        source: Its name, for errors.
        books: As they are; they give the first day, the accounts and the parties.

    Raises:
        OpeningInvalid: Every error of the file.
    """
    errors: list[BooksError] = []
    rows = rows_of(data, source, errors)
    importer = _Importer(books, source, errors)
    opening = importer.opening(rows)
    if errors:
        raise OpeningInvalid(errors)
    return opening


@dataclass(slots=True)
class _Importer:
    books: Books
    source: str
    errors: list[BooksError]
    opens: dict[str, Open] = field(default_factory=dict)
    lines_of_keys: dict[str, int] = field(default_factory=dict)

    @property
    def first_day(self) -> dt.date:
        """The morning for which the file speaks."""
        return min(bank.first_day for bank in self.books.company.bank_accounts)

    @property
    def home(self) -> str:
        return self.books.company.operating_currency

    def opening(self, rows: tuple[OpeningRow, ...]) -> Opening:
        """Build the voucher and what belongs to it."""
        targets = self._targets(rows)
        postings: list[Posting] = []
        payments: list[Payment] = []
        item_sums: dict[str, Decimal] = {}
        for row in rows:
            account = self._account(row) if row.is_item else None
            if account is None:
                continue
            posting = self._item(row, account)
            if posting is None:
                continue
            postings.append(posting)
            control = _control(account)
            worth = posting.weight.number
            item_sums[control] = item_sums.get(control, Decimal(0)) + worth
            if row.execution_date and not row.at_bank:
                # Left as a plain bill it would be paid a second time.
                self._error(
                    row.line, "at_bank: what the bank is to pay needs its reference"
                )
            if row.at_bank:
                payments.extend(self._payment(row, posting))
        self._check_controls(targets, item_sums)
        self._check_sum(targets, item_sums)
        balances = [
            Posting(account=name, units=Amount(change, self.home))
            for name, (target, _) in sorted(targets.items())
            if name not in item_sums and (change := target - self._held(name))
        ]
        return Opening(
            opens=tuple(self.opens[name] for name in sorted(self.opens)),
            voucher=self._voucher((*balances, *postings)),
            after=(*self._lines(payments), *self._balances()),
            items=len(postings),
            payments=len(payments),
        )

    def _error(self, line: int, message: str) -> None:
        self.errors.append(BooksError(self.source, line, message))

    def _held(self, account: str) -> Decimal:
        """Return what already stands there on the morning of the first day."""
        return self.books.balance(account, self.first_day, self.home).number

    # balances

    def _targets(self, rows: Iterable[OpeningRow]) -> dict[str, tuple[Decimal, int]]:
        """Return what each account is to hold, with the line that says so."""
        targets: dict[str, tuple[Decimal, int]] = {}
        for row in rows:
            account = None if row.is_item else self._account(row)
            if account is None:
                continue
            if account.name in targets:
                first = targets[account.name][1]
                self._error(
                    row.line, f"account: {row.account} has a balance on line {first}"
                )
            if row.currency and row.currency != self.home:
                self._error(row.line, f"currency: balances are in {self.home}")
            targets[account.name] = (row.amount, row.line)
        for bank in self.books.company.bank_accounts:
            self._bank_target(bank, targets)
        return targets

    def _bank_target(
        self, bank: BankAccount, targets: dict[str, tuple[Decimal, int]]
    ) -> None:
        if not bank.has_opening:
            return
        target, line = targets.setdefault(bank.account, (bank.opening, 0))
        if target != bank.opening:
            self._error(
                line,
                f"amount: {bank.account} is {target}; books.toml says that the bank's"
                f" opening on {bank.first_day} is {bank.opening}",
            )

    def _account(self, row: OpeningRow) -> LedgerAccount | None:
        accounts = self.books.accounts
        if row.account in accounts:
            return accounts[row.account]
        found = [
            account
            for account in accounts.values()
            if account.number == row.account and account.name.count(":") == 1
        ]
        if len(found) == 1:
            return found[0]
        what = "several accounts have" if found else "no account of the books has"
        self._error(row.line, f"account: {what} the number {row.account}")
        return None

    def _check_controls(
        self, targets: Mapping[str, tuple[Decimal, int]], item_sums: Mapping[str, Decimal]
    ) -> None:
        for name, (target, line) in targets.items():
            account = self.books.accounts.get(name)
            if account is None or account.item_kind is None:
                continue
            items = item_sums.get(name, Decimal(0)) + self._held(name)
            if items != target:
                self._error(
                    line,
                    f"amount: {name} is {target}, its open items are {items}"
                    f" (difference {target - items})",
                )

    def _check_sum(
        self, targets: Mapping[str, tuple[Decimal, int]], item_sums: Mapping[str, Decimal]
    ) -> None:
        total = sum(item_sums.values(), start=Decimal(0))
        for name, (target, _) in targets.items():
            if name not in item_sums:
                total += target - self._held(name)
        if total:
            side = "debit" if total > 0 else "credit"
            self._error(
                0, f"debits and credits differ: {abs(total)} {self.home} too much {side}"
            )

    def _balances(self) -> Iterator[Balance]:
        stated = {(each.date, each.account) for each in self.books.balances}
        for bank in self.books.company.bank_accounts:
            if bank.has_opening and (bank.first_day, bank.account) not in stated:
                amount = Amount(bank.opening, bank.currency)
                yield Balance(date=bank.first_day, account=bank.account, amount=amount)

    # open items

    def _item(self, row: OpeningRow, control: LedgerAccount) -> Posting | None:
        """Return an open item's posting, or None where the row is wrong."""
        before = len(self.errors)
        account = self._party_account(row, control)
        key = self._key(row, control)
        if len(self.errors) > before:
            return None
        meta: dict[str, MetaValue] = {"open-item": key}
        if account == control.name and row.party:
            meta[_PARTY_KEYS[row.party[0]]] = row.party[1:]
        if row.invoice:
            meta["invoice"] = row.invoice
        if row.due:
            meta["due"] = row.due
        if row.kid:
            meta["kid"] = kid.compact(row.kid)
        number = self._creditor_account(row)
        if number and number not in self._known_numbers(row.party, account):
            meta["creditor-account"] = number
        if row.text:
            meta["text"] = row.text
        return Posting(
            account=account, units=self._units(row), total_price=self._worth(row), meta=meta
        )

    def _key(self, row: OpeningRow, control: LedgerAccount) -> str:
        kind = control.item_kind or ItemKind.OTHER
        letter = _LETTERS.get(kind)
        if row.party and not _PARTY.fullmatch(row.party):
            self._error(row.line, f'party: "{row.party}" is not L, K or A and a number')
        elif letter and row.party[:1] != letter:
            self._error(row.line, f"party: items on {control.name} need a party {letter}…")
        if not row.amount:
            self._error(row.line, "amount: an open item of nothing")
        if row.kid and not kid.has_form(kid.compact(row.kid)):
            self._error(row.line, f'kid: "{row.kid}" is not 2 to 25 digits')
        key = row.open_item
        if not key and row.invoice:
            key = item_key(kind, row.party or control.number or "", row.invoice)
        if not _KEY.fullmatch(key):
            what = (
                f'"{key}" has characters outside A-Z a-z 0-9 _ . / -' if key else "is empty"
            )
            self._error(row.line, f"open_item: {what}; give it, or an invoice")
        elif key in self.lines_of_keys:
            first = self.lines_of_keys[key]
            self._error(row.line, f"open_item: {key} is already on line {first}")
        elif key in self.books.items.by_key:
            self._error(row.line, f"open_item: {key} is already in the books")
        self.lines_of_keys.setdefault(key, row.line)
        return key

    def _units(self, row: OpeningRow) -> Amount:
        return Amount(row.amount, row.currency or self.home)

    def _worth(self, row: OpeningRow) -> Amount | None:
        if not row.currency or row.currency == self.home:
            return None
        if row.value is None:
            self._error(row.line, f"value: a foreign item needs its worth in {self.home}")
            return None
        return Amount(abs(row.value), self.home)

    def _creditor_account(self, row: OpeningRow) -> str | None:
        if not row.creditor_account:
            return None
        number = compact_account(row.creditor_account)
        try:
            return iban.validate(number) if number[:2].isalpha() else bban.validate(number)
        except InvalidIdentifier as error:
            self._error(row.line, f"creditor_account: {error}")
            return None

    # parties

    def _party_account(self, row: OpeningRow, control: LedgerAccount) -> str:
        """Return the account that the item stands on, opening one for a new party."""
        if not row.party or control.party_number == row.party:
            return control.name
        for party in self.books.parties.values():
            if party.number == row.party and party.account.startswith(f"{control.name}:"):
                return party.account
        for name, opened in self.opens.items():
            if opened.meta.get(_PARTY_KEYS.get(row.party[:1], "")) == row.party[1:]:
                return name
        if not _PARTY.fullmatch(row.party) or self._is_full(row.party):
            return control.name
        return self._opened(row, control)

    def _is_full(self, party: str) -> bool:
        customers = sum(1 for name in (*self.books.parties, *self.opens) if ":K" in name)
        return party.startswith("K") and customers >= CUSTOMERS_MAX

    def _opened(self, row: OpeningRow, control: LedgerAccount) -> str:
        key = _PARTY_KEYS[row.party[0]]
        meta: dict[str, MetaValue] = {key: row.party[1:]}
        tail = ""
        if row.name and key != "employee":  # employees are numbers only
            meta["name"] = row.name
            words = _NOT_IN_ACCOUNTS.sub("-", row.name).strip("-")
            tail = f"-{words[:40].rstrip('-')}" if words else ""
        if row.orgnr:
            try:
                meta["orgnr"] = orgnr.validate(row.orgnr)
            except InvalidIdentifier as error:
                self._error(row.line, f"orgnr: {error}")
        number = self._creditor_account(row)
        if number:
            meta["creditor-account"] = number
        name = f"{control.name}:{row.party}{tail}"
        self.opens[name] = Open(date=self.first_day - _DAY, account=name, meta=meta)
        return name

    def _known_numbers(self, party: str, account: str) -> tuple[str, ...]:
        opened = self.opens.get(account)
        if opened is not None:
            return (str(opened.meta.get("creditor-account", "")),)
        return self.books.confirmed_accounts.get(party, ())

    # payments that are at the bank

    def _payment(self, row: OpeningRow, posting: Posting) -> Iterator[Payment]:
        if not _REFERENCE.fullmatch(row.at_bank):
            self._error(
                row.line, f'at_bank: "{row.at_bank}" is not 1 to 100 ASCII characters'
            )
            return
        if posting.units.number >= 0:
            self._error(
                row.line, "at_bank: only what we owe can be at the bank for payment"
            )
            return
        number = self._creditor_account(row) or self._party_number(row, posting.account)
        if not number:
            self._error(row.line, "creditor_account: a payment at the bank needs it")
            return
        debtor = self.books.company.bank_accounts[0]
        paid = PaidItem(
            open_item=str(posting.meta["open-item"]),
            account=posting.account,
            amount=-posting.units,
        )
        yield Payment(
            end_to_end_id=row.at_bank,
            attempt=1,
            message_id="",
            payment_information_id="",
            items=(paid,),
            amount=paid.amount,
            debtor_account=debtor.number,
            creditor_account=number,
            creditor_name="",
            kid=kid.compact(row.kid) if row.kid else None,
            message=None,
            requested_execution_date=row.execution_date or row.due or self.first_day,
            foreign=True,
        )

    def _party_number(self, row: OpeningRow, account: str) -> str | None:
        known = self._known_numbers(row.party, account)
        if known and known[-1]:
            return known[-1]
        party = self.books.parties.get(account)
        return party.creditor_account if party else None

    def _lines(self, payments: Iterable[Payment]) -> Iterator[Directive]:
        for payment in payments:
            yield from payment_lines.payment_lines(payment, self.first_day - _DAY)

    def _voucher(self, postings: tuple[Posting, ...]) -> Transaction:
        number = next_numbers(
            self.books.voucher_heads, Series.OPENING, self.first_day.year
        )[0]
        if not postings:
            self._error(0, "nothing to post: the books already hold these balances")
        return Transaction(
            date=self.first_day - _DAY,
            narration=f"Åpningsbalanse per {self.first_day.isoformat()}, {self.source}",
            meta={"voucher": number},
            postings=postings,
        )


def _control(account: LedgerAccount) -> str:
    """Return the account whose balance the items of `account` make: a party's parent."""
    return account.name.rpartition(":")[0] if account.party_number else account.name
