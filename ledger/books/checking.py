"""Write a payload only if it reads back equal and leaves the books right.

Checked against the books as they are: accounts open on the day and in the currency,
nothing dated in the locked period, no bank key a second time, an identity for every
open item, and each `balance` line after the payload's days still true (ours and those
of people). A payload that fails is not written, not even in part.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, TypeVar

from bankio.amount import Amount
from ledger import closing_balances
from ledger.accounts import accounts_of
from ledger.books.parsing import PLACE, ReadBack, accounts_in, read_back
from ledger.books.running_totals import RunningTotals
from ledger.books.writing import payload
from ledger.canonical import canonical
from ledger.directives import Balance, Custom, Directive, Open, Transaction
from ledger.errors import BooksError, PayloadRefused
from ledger.item_identity import NoIdentity, identity

if TYPE_CHECKING:
    from ledger.books.loading import Books

Part = TypeVar("Part", bound=Hashable)


def checked_payload(directives: Iterable[Directive], books: Books) -> bytes:
    """Return the text of directives that may be added to the books.

    Raises:
        Unwritable: A value cannot stand in Beancount text.
        PayloadRefused: The payload would make the books wrong.
    """
    return checked_payloads({PLACE: directives}, books)[PLACE].text


def checked_payloads(
    parts: Mapping[Part, Iterable[Directive]], books: Books
) -> dict[Part, ReadBack]:
    """Return the text of directives that may be added together to several files.

    Raises:
        Unwritable, PayloadRefused: As `checked_payload`.
    """
    found: dict[Part, ReadBack] = {}
    for part, directives in parts.items():
        expected = tuple(canonical(directive) for directive in directives)
        read = read_back(payload(expected), books.accounts)
        if read.directives != expected:
            raise PayloadRefused([_unequal(expected, read.directives)])
        found[part] = read
    together = tuple(each for read in found.values() for each in read.directives)
    errors = tuple(_Checker(together, books).errors())
    if errors:
        raise PayloadRefused(errors)
    return found


def _unequal(expected: tuple[Directive, ...], found: tuple[Directive, ...]) -> BooksError:
    if len(expected) != len(found):
        return BooksError(PLACE, 0, f"{len(expected)} written, {len(found)} read back")
    for wanted, read in zip(expected, found, strict=True):
        if wanted != read:
            line = read.place.line if read.place else 0
            return BooksError(PLACE, line, f"reads back as {read}, not as {wanted}")
    raise AssertionError("called for unequal payloads only")


class _Checker:
    def __init__(self, directives: tuple[Directive, ...], books: Books) -> None:
        self.directives = directives
        self.books = books
        opened = [each for each in directives if isinstance(each, Open)]
        self.accounts = books.accounts
        if opened:
            self.accounts = accounts_of((*books.opens, *opened), books.closes)

    def errors(self) -> Iterator[BooksError]:
        for directive in self.directives:
            for name in accounts_in(directive):
                account = self.accounts[name]
                # A balance on the day an account closes is still checked by Beancount.
                if not account.is_open(directive.date):
                    yield _error(directive, f"{name} is not open on {directive.date}")
            if isinstance(directive, Transaction):
                yield from self._transaction(directive)
        yield from self._keys()
        yield from self._balances()

    def _transaction(self, transaction: Transaction) -> Iterator[BooksError]:
        locked_until = self.books.company.locked_until
        if locked_until is not None and transaction.date <= locked_until:
            yield _error(
                transaction,
                f"{transaction.date} is in the period locked until {locked_until}",
            )
        for posting in transaction.postings:
            account = self.accounts[posting.account]
            allowed = account.currencies
            if allowed and posting.units.currency not in allowed:
                yield _error(
                    transaction,
                    f"{account.name} takes {', '.join(allowed)}, not {posting.units}",
                )
            try:
                identity(account, posting, transaction)
            except NoIdentity as error:
                yield _error(transaction, str(error))

    def _keys(self) -> Iterator[BooksError]:
        told = [
            (key, directive)
            for directive in self.directives
            if isinstance(directive, Transaction)
            for key in keys_of(directive)
        ]
        seen = dict(self.books.register.vouchers_of({key for key, _ in told}))
        for key, directive in told:
            if key in seen:
                yield _error(directive, f"{key} is already posted: {seen[key]}")
            seen[key] = str(directive.meta.get("voucher", ""))

    def _balances(self) -> Iterator[BooksError]:
        moved = RunningTotals.of(
            each for each in self.directives if isinstance(each, Transaction)
        )
        customs = [each for each in self.directives if isinstance(each, Custom)]
        untrue = closing_balances.untrue(customs)
        for balance in closing_balances.counting(self.books.balances, untrue):
            amount = balance.amount
            change = moved.at(balance.account, amount.currency, balance.date)
            if change:
                where = balance.place or "a balance line"
                yield BooksError(
                    PLACE,
                    0,
                    f"{balance.account} is to be {amount} on {balance.date}"
                    f" ({where}); this would move it by {Amount(change, amount.currency)}",
                )
        for directive in self.directives:
            if isinstance(directive, Balance):
                currency = directive.amount.currency
                posted = self.books.balance(directive.account, directive.date, currency)
                change = moved.at(directive.account, currency, directive.date)
                held = Amount(posted.number + change, currency)
                if held != directive.amount:
                    yield _error(
                        directive,
                        f"{directive.account} would be {held} on {directive.date},"
                        f" not {directive.amount}",
                    )


def keys_of(transaction: Transaction) -> Iterator[str]:
    """Yield the bank keys that a transaction and its postings carry, each once.

    A movement may have several legs in its one transaction: an invoice and, of what was
    paid too much, a credit.
    """
    found = (
        transaction.meta.get("bank-ref"),
        *(posting.meta.get("movement") for posting in transaction.postings),
    )
    yield from dict.fromkeys(key for key in found if isinstance(key, str))


def _error(directive: Directive, message: str) -> BooksError:
    return BooksError(PLACE, directive.place.line if directive.place else 0, message)
