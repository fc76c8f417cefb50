"""Find vouchers by what they carry, and what accounts held when.

Commands ask here and do not walk over all transactions, so that books too large to be
loaded for each command can answer from an index (`ledger.index`). `InMemory` answers for
books that have been loaded; both give the same answers in the same order.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cached_property
from pathlib import PurePosixPath
from typing import Literal, Protocol

from ledger import vouchers
from ledger.accounts import LedgerAccount, is_on, text
from ledger.books.checking import keys_of
from ledger.books.running_totals import RunningTotals
from ledger.directives import Custom, Transaction
from ledger.item_collection import ids_of

NameKind = Literal["voucher", "bank-ref", "movement", "open-item"]


class Totals(Protocol):
    """What every account held when, its sub-accounts included."""

    def at(self, account: str, currency: str, day: date) -> Decimal:
        """Return the total at the start of `day`."""

    def moves(self, account: str, currency: str) -> Sequence[tuple[date, Decimal]]:
        """Return what each day has moved on the account or below it, by date."""

    def currencies(self, account: str) -> Sequence[str]:
        """Return the currencies that have stood on the account or below it, sorted."""


class Register(Protocol):
    """What is asked of all transactions. Answers are by date, then place."""

    @property
    def heads(self) -> vouchers.Heads:
        """Where each of our voucher series stands."""

    @property
    def totals(self) -> Totals:
        """What every account held when."""

    def by_voucher(self, numbers: Collection[str]) -> Sequence[Transaction]:
        """Return the transactions with one of these voucher numbers."""

    def by_key(self, keys: Collection[str]) -> Sequence[Transaction]:
        """Return the transactions that carry one of these bank keys."""

    def vouchers_of(self, keys: Collection[str]) -> Mapping[str, str]:
        """Return the voucher number of each of these bank keys that is posted."""

    def by_item(self, key: str) -> Sequence[Transaction]:
        """Return the transactions with a posting on the item."""

    def by_items(self, keys: Collection[str]) -> Mapping[str, Sequence[Transaction]]:
        """Return the same for several items, read at once: one batch may be of many."""

    def by_document(self, sha256: str) -> Sequence[Transaction]:
        """Return the transactions whose `document` is this archived file."""

    def corrections_of(self, voucher: str) -> Sequence[Transaction]:
        """Return the transactions that correct this voucher."""

    def by_hand(self, account: str, since: date) -> Sequence[Transaction]:
        """Return what people have posted on an account or below it, from a day on."""

    def posted_on(self, account: str, since: date) -> Sequence[Transaction]:
        """Return what is posted on an account or below it, by anybody, from a day on."""

    def customs(self, *types: str) -> Sequence[Custom]:
        """Return the custom lines of these types."""

    def messages(self) -> Collection[str]:
        """Return the MsgId of each remittance line."""

    def messages_paying(self, besides: Collection[str] = ()) -> Collection[str]:
        """Return the MsgIds of payment lines, of other EndToEndIds than these alone."""

    def order_lines(self, messages: Collection[str]) -> Sequence[Custom]:
        """Return the lines of remittances and payments of some messages.

        A payment that the old system ordered is of the message `""`.
        """

    def names_ending(self, tail: str) -> Collection[tuple[NameKind, str]]:
        """Return the vouchers, bank keys and items whose name ends like this."""


def order_name(custom: Custom) -> tuple[str, str] | None:
    """Return EndToEndId and MsgId of a line that says what was ordered."""
    subject = str(custom.values[0]) if custom.values else ""
    match custom.type:
        case "remittance":
            return "", subject
        case "payment":
            return subject, text(custom.meta, "message-id") or ""
    return None


def is_by_hand(transaction: Transaction, account: str) -> bool:
    """Whether a voucher that is none of ours posts on an account or below it."""
    return "chain" not in transaction.meta and posts_on(transaction, account)


def posts_on(transaction: Transaction, account: str) -> bool:
    """Whether a voucher posts on an account or below it."""
    return any(is_on(posting.account, account) for posting in transaction.postings)


def document_name(transaction: Transaction) -> str | None:
    """Return the sha256 that the archived file's name is, or whatever stands there."""
    document = text(transaction.meta, "document")
    return PurePosixPath(document).stem if document else None


def names_of(transaction: Transaction) -> Iterator[tuple[NameKind, str]]:
    """Yield the names that a transaction carries, of itself and of its movements."""
    kinds: tuple[NameKind, ...] = ("voucher", "bank-ref")
    for key in kinds:
        name = text(transaction.meta, key)
        if name:
            yield key, name
    for posting in transaction.postings:
        name = text(posting.meta, "movement")
        if name:
            yield "movement", name


class InMemory:
    """The register of books that were loaded whole; each part is made when asked for."""

    def __init__(
        self,
        transactions: Sequence[Transaction],
        accounts: Mapping[str, LedgerAccount],
        customs: Sequence[Custom] = (),
    ) -> None:
        self._transactions = transactions
        self._accounts = accounts
        self._customs = customs

    @cached_property
    def heads(self) -> vouchers.Heads:
        """Where each of our voucher series stands."""
        return vouchers.heads(self._transactions)

    @cached_property
    def totals(self) -> Totals:
        """What every account held when."""
        return RunningTotals.of(self._transactions)

    def by_voucher(self, numbers: Collection[str]) -> Sequence[Transaction]:
        """Return the transactions with one of these voucher numbers."""
        return self._of(self._by_voucher, numbers)

    def by_key(self, keys: Collection[str]) -> Sequence[Transaction]:
        """Return the transactions that carry one of these bank keys."""
        return self._of(self._by_key, keys)

    def vouchers_of(self, keys: Collection[str]) -> Mapping[str, str]:
        """Return the voucher number of each of these bank keys that is posted."""
        return {
            key: text(self._transactions[self._by_key[key][0]].meta, "voucher") or ""
            for key in keys
            if key in self._by_key
        }

    def by_item(self, key: str) -> Sequence[Transaction]:
        """Return the transactions with a posting on the item."""
        return self._by_item.get(key, ())

    def by_items(self, keys: Collection[str]) -> Mapping[str, Sequence[Transaction]]:
        """Return the transactions with a posting on each of some items."""
        return {key: self._by_item[key] for key in keys if key in self._by_item}

    def by_document(self, sha256: str) -> Sequence[Transaction]:
        """Return the transactions whose `document` is this archived file."""
        return [each for each in self._transactions if document_name(each) == sha256]

    def corrections_of(self, voucher: str) -> Sequence[Transaction]:
        """Return the transactions that correct this voucher."""
        found = self._transactions
        return [each for each in found if each.meta.get("corrects") == voucher]

    def by_hand(self, account: str, since: date) -> Sequence[Transaction]:
        """Return what people have posted on an account or below it, from a day on."""
        found = (each for each in self._transactions if each.date >= since)
        return [each for each in found if is_by_hand(each, account)]

    def posted_on(self, account: str, since: date) -> Sequence[Transaction]:
        """Return what is posted on an account or below it, from a day on."""
        found = (each for each in self._transactions if each.date >= since)
        return [each for each in found if posts_on(each, account)]

    def customs(self, *types: str) -> Sequence[Custom]:
        """Return the custom lines of these types."""
        return [each for each in self._customs if each.type in types]

    def messages(self) -> Collection[str]:
        """Return the MsgId of each remittance line."""
        lines = self.customs("remittance")
        return {name[1] for each in lines if (name := order_name(each)) is not None}

    def messages_paying(self, besides: Collection[str] = ()) -> Collection[str]:
        """Return the MsgIds of payment lines, of other EndToEndIds than these alone."""
        names = (order_name(each) for each in self.customs("payment"))
        return {name[1] for name in names if name is not None and name[0] not in besides}

    def order_lines(self, messages: Collection[str]) -> Sequence[Custom]:
        """Return the lines of remittances and payments of some messages."""
        names = ((each, order_name(each)) for each in self._customs)
        return [each for each, name in names if name is not None and name[1] in messages]

    def names_ending(self, tail: str) -> Collection[tuple[NameKind, str]]:
        """Return the vouchers, bank keys and items whose name ends like this."""
        items: Iterable[tuple[NameKind, str]] = (
            ("open-item", key) for key in self._by_item
        )
        names = (name for each in self._transactions for name in names_of(each))
        return {each for part in (names, items) for each in part if each[1].endswith(tail)}

    def _of(
        self, places: Mapping[str, Sequence[int]], names: Collection[str]
    ) -> Sequence[Transaction]:
        found = {place for name in names for place in places.get(name, ())}
        return [self._transactions[place] for place in sorted(found)]

    @cached_property
    def _by_voucher(self) -> Mapping[str, Sequence[int]]:
        found: dict[str, list[int]] = defaultdict(list)
        for place, transaction in enumerate(self._transactions):
            number = text(transaction.meta, "voucher")
            if number:
                found[number].append(place)
        return found

    @cached_property
    def _by_key(self) -> Mapping[str, Sequence[int]]:
        found: dict[str, list[int]] = defaultdict(list)
        for place, transaction in enumerate(self._transactions):
            for key in keys_of(transaction):
                found[key].append(place)
        return found

    @cached_property
    def _by_item(self) -> Mapping[str, Sequence[Transaction]]:
        found: dict[str, list[Transaction]] = defaultdict(list)
        for transaction in self._transactions:
            keys = dict.fromkeys(key for _, key, _ in ids_of(transaction, self._accounts))
            for key in keys:
                found[key].append(transaction)
        return found
