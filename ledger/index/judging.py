"""Whether books that were right are right after a change: yes, or `NeedsAll`.

The books as a whole were judged by a load. Every check of a load looks at one line, at one
transaction, or at all that hangs on one name: an item, a bank key, a voucher number and its
series, an order, an account's balance. So a change can only make wrong what it touches, and
that is looked at here by the same functions as in a load, or more strictly. A doubt costs a
full load, which then says what is wrong, if anything is; it never lets anything pass.

| check of a load                                   | here                                 |
|---------------------------------------------------|--------------------------------------|
| syntax, booking, tolerances, sums, decimals       | the changed text, same code (1)      |
| accounts open, currencies, duplicates of `open`   | the changed text and all accounts    |
| an account changed or gone                        | full load, unless a party's record |
| open items: identity, second bill, beyond zero    | touched items from all their parts |
| bank keys once                                    | unique in the index                  |
| voucher numbers once, series gapless              | touched numbers and their series     |
| orders: count and total of each message           | touched messages, all their lines |
| `balance` lines                                   | each whose account moved before it   |
| drafts in the locked period                       | what is touched; all, if it moved |

(1) What we wrote ourselves was judged before it was written.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from ledger import payment_lines
from ledger.accounts import LedgerAccount, ancestors
from ledger.books import checks
from ledger.books.excerpts import Excerpts, NeedsAll
from ledger.books.reading import completed
from ledger.company import Company
from ledger.directives import Balance, Custom, Transaction
from ledger.errors import BooksError
from ledger.index.reading import Chart, Reader
from ledger.index.totals import StoredTotals
from ledger.item_collection import ItemId
from ledger.open_items import OpenItems
from ledger.vouchers import OURS, VoucherNumber

Moved = Mapping[tuple[str, str], Mapping[str, Decimal]]


class Judge:
    """Looks at an index to which a change has just been made."""

    def __init__(self, reader: Reader, chart: Chart, excerpts: Excerpts) -> None:
        self._reader = reader
        self._db = reader.db
        self._chart = chart
        self._excerpts = excerpts

    def company(self, company: Company, currency: str) -> None:
        """Compare books.toml with the accounts, and the lock with the drafts."""
        errors: list[BooksError] = []
        completed(company, self._chart.accounts, [currency], errors)
        _none(errors)
        if company.locked_until is None:
            return
        locked = self._reader.info("locked-until")
        if locked is None or locked < company.locked_until.isoformat():
            draft = self._db.execute(
                "SELECT 1 FROM entry WHERE is_draft AND date <= ?",
                (company.locked_until.isoformat(),),
            )
            if draft.fetchone():
                raise NeedsAll("a draft in the period that is now locked")

    def entries(self, entries: Sequence[Any]) -> None:
        """Judge changed text by Beancount's own rules, beside all accounts."""
        chart = self._chart
        for problem in self._excerpts.errors(entries, chart.opens, chart.closes):
            raise NeedsAll(problem.message)

    def customs(self, customs: Iterable[Custom]) -> None:
        """Judge how our custom lines are typed."""
        _none(checks.custom_errors(customs))

    def accounts_changed(self, before: Chart) -> set[ItemId]:
        """Judge the accounts; return the items of parties whose record has changed."""
        if self._chart is before:
            return set()
        _none(checks.opens_errors(self._chart.opens))
        _none(checks.clearing_errors(self._chart.accounts))
        found: set[ItemId] = set()
        for name, known in before.accounts.items():
            now = self._chart.accounts.get(name)
            if now is None or _standing(now) != _standing(known):
                raise NeedsAll(f"{name} is no longer what it was")
            if now != known or before.parties.get(name) != self._chart.parties.get(name):
                found |= self._reader.items_on(name)
        return found

    def items(
        self, items: OpenItems, transactions: Sequence[Transaction], company: Company
    ) -> None:
        """Judge the touched items and every transaction on them or in changed text."""
        _none(checks.item_errors(items.items))
        _none(checks.transaction_errors(transactions, items, company))

    def vouchers(self, numbers: Collection[str]) -> None:
        """Judge whether numbers are used once, and the series of ours gapless."""
        series = set()
        for voucher in numbers:
            rows = self._db.execute(
                "SELECT recorded FROM entry WHERE voucher = ?", (voucher,)
            ).fetchall()
            number = VoucherNumber.of(voucher)
            is_ours = number is not None and number.series in OURS
            # Several transactions of one voucher were recorded together, by us.
            if len(rows) > 1 and not (
                is_ours and None not in rows[0] and len(set(rows)) == 1
            ):
                raise NeedsAll(f"voucher {voucher} is used twice")
            if number is not None and is_ours:
                series.add(f"{number.series}{number.year}")
        for name in series:
            count, last = self._db.execute(
                "SELECT count(DISTINCT number), max(number) FROM entry WHERE series = ?",
                (name,),
            ).fetchone()
            if count and count != last:
                raise NeedsAll(f"series {name} has a gap")

    def orders(self, touched: Sequence[Custom], items: OpenItems) -> None:
        """Judge count and total of every message that a changed line is of."""
        if not touched:
            return
        identifications: set[str] = set()
        messages: set[str] = set()
        lines: Sequence[Custom] = touched
        while True:
            size = len(messages), len(identifications)
            for line in lines:
                name = str(line.values[0]) if line.values else ""
                if line.type == "payment":
                    identifications.add(name)
                messages.add(name if line.type == "remittance" else _message(line))
            if size == (len(messages), len(identifications)):
                break
            lines = [
                *self._reader.customs_of_messages(messages),
                *self._reader.customs_about("payment", identifications),
            ]
        told = self._reader.customs_of_messages(messages)
        about = self._reader.customs_about("payment", identifications)
        known = {(each.type, each.place) for each in told}
        foreign = [each for each in about if (each.type, each.place) not in known]
        _none(payment_lines.read([*told, *foreign], items).errors)

    def balances(self, moved: Moved, added: Sequence[Balance]) -> None:
        """Judge each balance line that is new, or whose account moved before it."""
        first: dict[tuple[str, str], str] = {}
        for (account, currency), days in moved.items():
            moving = [day for day, number in days.items() if number]
            for name in ancestors(account) if moving else ():
                at = min(moving)
                first[name, currency] = min(first.get((name, currency), at), at)
        totals = StoredTotals(self._db)
        new = {each.place for each in added}
        for balance in self._reader.balances():
            amount = balance.amount
            since = first.get((balance.account, amount.currency))
            is_moved = since is not None and since < balance.date.isoformat()
            if not is_moved and balance.place not in new:
                continue
            if totals.at(balance.account, amount.currency, balance.date) != amount.number:
                raise NeedsAll(f"{balance.place}: {balance.account} is not {amount}")
        self._new_balances(added)

    def _new_balances(self, added: Sequence[Balance]) -> None:
        new = {_stated(each) for each in added}
        said: dict[tuple[str, str, date], Decimal] = {}
        for balance in self._reader.balances() if added else ():
            if _stated(balance) not in new:
                continue
            number = balance.amount.number
            if said.setdefault(_stated(balance), number) != number:
                raise NeedsAll(f"{balance.place}: stated twice, and otherwise")
            allowed = self._chart.accounts[balance.account].currencies
            if allowed and balance.amount.currency not in allowed:
                raise NeedsAll(f"{balance.place}: {balance.account} takes {allowed}")


def _stated(balance: Balance) -> tuple[str, str, date]:
    return balance.account, balance.amount.currency, balance.date


def _message(line: Custom) -> str:
    message = line.meta.get("message-id")
    return message if isinstance(message, str) else ""


def _standing(account: LedgerAccount) -> LedgerAccount:
    """Return what of an account every posting on it depends on."""
    return replace(account, label="", saft=None, meta={}, place=None)


def _none(errors: Iterable[BooksError]) -> None:
    """Doubt at the first error."""
    for error in errors:
        raise NeedsAll(str(error))
