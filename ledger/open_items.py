"""Open items: what is owed either way, each under a key that never changes.

An item is all postings with one key on one account and currency; its residual is their
sum. Signs are the ledger's: what we owe is negative, what is owed to us positive. The
posting that creates an item has, or its transaction has, the terms (`due`, `kid`,
`creditor-account`, `invoice`); what becomes known later stands in
`custom "open-item" "<key>"` lines, of which the last one counts for each term.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import IntEnum
from functools import cached_property
from itertools import accumulate
from typing import Protocol

from bankio.amount import Amount, rounded
from ledger.directives import BooksPlace, Transaction
from ledger.item_kinds import ItemKind

__all__ = [
    "COMMON_MAX",
    "Hold",
    "ItemKind",
    "ItemPosting",
    "Items",
    "Likeness",
    "Mark",
    "OpenItem",
    "OpenItems",
    "PartyMark",
    "PaymentMark",
    "Release",
    "unattested",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """A person's, or the bank's, reason why an item is not to be paid now."""

    reason: str
    by: str | None = None
    since: dt.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """A person's word that names what it confirms of an item: its account, or an amount."""

    on: dt.date
    by: str | None = None
    creditor_account: str | None = None
    """Compact."""
    up_to: Amount | None = None
    """What may be paid, positive."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemPosting:
    """One posting on an item: its creation, a settlement, a correction."""

    date: dt.date
    amount: Amount
    voucher: str | None
    movement: str | None
    """Key of the bank movement that settled it."""
    end_to_end_id: str | None
    kid: str | None
    undoes: str | None = None
    """The movement whose settlement a person took back here."""
    withdraws: str | None = None
    """The movement that a reissued statement took back here: it never was."""
    reason: str | None = None
    """Why a payment came back, on the posting that opened the item again."""
    part: str | None = None
    """Which part of a remittance of ours (PmtInfId, or MsgId) it stands for as one sum."""
    counterparty_account: str | None = None
    """Where the bank says that money out went."""
    place: BooksPlace | None = field(default=None, compare=False)

    @property
    def payment_name(self) -> str | None:
        """By what a payment of ours, or a part of a remittance, stands here."""
        return self.end_to_end_id or self.part


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenItem:
    """One item, open or closed."""

    key: str
    account: str
    kind: ItemKind
    party_number: str | None
    party_name: str | None
    date: dt.date
    """Of the creating transaction."""
    amount: Amount
    """As created, ledger sign."""
    residual: Amount
    """What is left, ledger sign; zero is closed."""
    value: Amount | None = None
    """What is left as the books carry it in another currency (the sum of its `@@`), ledger
    sign; None for an item in the operating currency."""
    due: dt.date | None = None
    discount: Decimal | None = None
    """Percent off for who pays all of it by `discount_until` (cash discount)."""
    discount_until: dt.date | None = None
    kid: str | None = None
    former_kids: tuple[str, ...] = ()
    """KIDs that it carried before: whoever pays with one means this item."""
    invoice: str | None = None
    creditor_account: str | None = None
    """Where a payable is to be paid; checked and compact."""
    is_draft: bool = False
    hold: Hold | None = None
    """A person's hold, not released since."""
    released: tuple[str, ...] = ()
    """What persons have looked at and let pass, each by its name: EndToEndId of a failed or
    undone payment, key of a likely twin, empty for a KID."""
    releases: tuple[Release, ...] = ()
    """What persons have confirmed of its account and amount, oldest first."""
    voucher: str | None = None
    narration: str = ""
    postings: tuple[ItemPosting, ...] = ()
    place: BooksPlace | None = field(default=None, compare=False)

    @property
    def is_open(self) -> bool:
        """Whether anything is left."""
        return bool(self.residual)

    def opens_too_far(self, residual: Amount) -> bool:
        """Whether so much left of it is more than it ever was: nobody owes that."""
        is_same_side = residual.number * self.amount.number > 0
        return is_same_side and abs(residual).number > abs(self.amount).number

    @property
    def names(self) -> frozenset[str]:
        """By what a payer names it: KIDs, an RF reference, its number; case-folded."""
        told = (self.kid, *self.former_kids, self.invoice)
        return frozenset(name.casefold() for name in told if name)

    @property
    def discount_amount(self) -> Amount | None:
        """What may be left unpaid in time, ledger sign, half up to the minor unit."""
        if self.discount is None:
            return None
        off = self.amount.number * self.discount / 100
        return rounded(off, self.amount.currency)

    @property
    def closed_on(self) -> frozenset[dt.date]:
        """The days in whose evening nothing was left of it."""
        moved: dict[dt.date, Decimal] = defaultdict(Decimal)
        for posting in self.postings:
            moved[posting.date] += posting.amount.number
        days = sorted(moved)
        totals = accumulate(moved[day] for day in days)
        return frozenset(day for day, left in zip(days, totals, strict=True) if not left)

    @property
    def has_payment(self) -> bool:
        """Whether one of its postings names a payment of ours."""
        return any(posting.payment_name is not None for posting in self.postings)

    def is_given_back(self, posting: ItemPosting) -> bool:
        """Whether a person said by it that a payment came back, or took that word back.

        What takes back that a payment was booked has the opposite sign of the latter.
        """
        if posting.end_to_end_id is None or posting.movement is not None:
            return False
        settles_again = posting.undoes == self.key and posting.amount.number > 0
        return posting.reason is not None or settles_again

    def meets_undone(self, posting: ItemPosting) -> bool:
        """Whether what came back settled by it what stood on suspense, undone.

        What the bank told under a payment's name and nobody could place is the item's own
        beginning, and a sum that it stands for has no EndToEndId.
        """
        first = self.postings[0]
        is_begun_by_undo = self.kind is ItemKind.SUSPENSE and first.payment_name is None
        return is_begun_by_undo and posting.end_to_end_id is not None

    def payment_marks(self) -> Iterator[PaymentMark]:
        """Yield what its postings say of each payment of ours that they name."""
        is_closed = not self.is_open and not self.is_draft
        for posting in self.postings:
            if posting.payment_name is None:
                continue
            mark = Mark.PAID if posting.amount.number > 0 else Mark.NETTED
            came_back = mark is Mark.NETTED and posting.reason is not None
            is_undone = posting.undoes is not None
            if not is_closed or came_back or is_undone or self.kind is ItemKind.SUSPENSE:
                mark = Mark.OPEN
            yield PaymentMark(posting.payment_name, posting.date, mark)


class Mark(IntEnum):
    """What a posting says of the payment that it names."""

    OPEN = 0
    """Its item is open, it is parked, it came back, or a person took it back."""
    NETTED = 1
    """A credit note that was netted in."""
    PAID = 2


@dataclass(frozen=True, slots=True)
class PaymentMark:
    """A payment, or a part of a remittance, on a posting of an item."""

    end_to_end_id: str
    """Of a part its PmtInfId, or its MsgId: neither has the form of an EndToEndId."""
    date: dt.date
    mark: Mark


@dataclass(frozen=True, slots=True)
class PartyMark:
    """By what a party can be known, as one of its attested items tells it."""

    party_number: str
    creditor_account: str | None
    party_name: str | None


#: A subscription's price says nothing, and would find most of the books.
COMMON_MAX = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """By what open items can be found; one of them is enough."""

    residuals: frozenset[Amount] = frozenset()
    """An amount that more than `COMMON_MAX` items have left finds none of them."""
    kids: frozenset[str] = frozenset()
    accounts: frozenset[str] = frozenset()
    """Creditor accounts."""
    parties: frozenset[str] = frozenset()
    """Party numbers."""
    invoices: frozenset[str] = frozenset()
    """Case-folded."""


class Items(Protocol):
    """What is asked of the items of the books, wherever they are kept.

    Every answer is in one order: by date, then key.
    """

    @property
    def items(self) -> Sequence[OpenItem]:
        """All, closed ones too: of large books by far the dearest question."""

    @property
    def by_key(self) -> Mapping[str, OpenItem]:
        """Of two with one key (on two accounts) the open one counts."""

    @property
    def by_kid(self) -> Mapping[str, tuple[OpenItem, ...]]:
        """Receivables that have ever carried the KID, oldest first, closed ones too."""

    def of_key(self, key: str) -> Sequence[OpenItem]:
        """Return those with this key, on whichever accounts."""

    def of_kids(self, kids: Collection[str]) -> Mapping[str, tuple[OpenItem, ...]]:
        """Return what `by_kid` has of some KIDs, looked up together."""

    def named_by(self, words: Collection[str]) -> Mapping[str, tuple[OpenItem, ...]]:
        """Return the items that have one of some case-folded words as reference or number.

        Any that ever carried it as KID or RF reference, or has it as invoice number, of any
        party, open or settled.
        """

    def open_of(self, kinds: Collection[ItemKind]) -> Sequence[OpenItem]:
        """Return the open ones of some kinds."""

    def settled_of(self, kinds: Collection[ItemKind], newest: int) -> Sequence[OpenItem]:
        """Return the newest closed ones of some kinds, at most so many."""

    def open_keys_of(self, kinds: Collection[ItemKind]) -> Collection[str]:
        """Return the keys of the open ones of some kinds."""

    def open_of_party(self, number: str) -> Sequence[OpenItem]:
        """Return the open ones of a party."""

    def with_payments(self, named: Collection[str] | None = None) -> Iterable[OpenItem]:
        """Return those that a payment of ours settled or tried to: any, or one of these."""

    def ended_payments(self, before: dt.date) -> Collection[str]:
        """Return the EndToEndIds that the books have settled for good, before a day.

        Every item on which one is posted is closed, none of it came back, none is parked.
        """

    def party_marks(self) -> Collection[PartyMark]:
        """Return by what parties are known, from attested items, each once."""

    def counts_of(self, residuals: Collection[Amount]) -> Mapping[Amount, int]:
        """Return how many open items have each of some amounts left."""

    def alike(self, likeness: Likeness) -> Items:
        """Return some items with at least every open one that is like this."""


@dataclass(frozen=True)
class OpenItems:
    """Every item of the books in memory, with the two ways to find one."""

    items: tuple[OpenItem, ...]
    by_key: Mapping[str, OpenItem]
    by_kid: Mapping[str, tuple[OpenItem, ...]]
    """Receivables that have ever carried the KID, oldest first, closed ones too."""

    @classmethod
    def of(cls, items: Iterable[OpenItem]) -> OpenItems:
        """Index items; of two with one key (another account) the open one counts."""
        ordered = tuple(sorted(items, key=lambda item: (item.date, item.key)))
        by_key: dict[str, OpenItem] = {}
        by_kid: dict[str, list[OpenItem]] = {}
        for item in ordered:
            if item.key not in by_key or not by_key[item.key].is_open:
                by_key[item.key] = item
            if item.kid and item.kind is ItemKind.CUSTOMER:
                for kid in (item.kid, *item.former_kids):
                    by_kid.setdefault(kid, []).append(item)
        return cls(ordered, by_key, {kid: tuple(found) for kid, found in by_kid.items()})

    def of_key(self, key: str) -> Sequence[OpenItem]:
        """Return those with this key, on whichever accounts."""
        return [item for item in self.items if item.key == key]

    def of_kids(self, kids: Collection[str]) -> Mapping[str, tuple[OpenItem, ...]]:
        """Return what `by_kid` has of some KIDs."""
        return {kid: self.by_kid[kid] for kid in kids if kid in self.by_kid}

    def named_by(self, words: Collection[str]) -> Mapping[str, tuple[OpenItem, ...]]:
        """Return the items that have one of some words as reference or number."""
        return {word: self._by_name[word] for word in words if word in self._by_name}

    @cached_property
    def _by_name(self) -> Mapping[str, tuple[OpenItem, ...]]:
        return by_name(self.items)

    def open_of(self, kinds: Collection[ItemKind]) -> Sequence[OpenItem]:
        """Return the open ones of some kinds."""
        return [item for item in self.items if item.is_open and item.kind in kinds]

    def settled_of(self, kinds: Collection[ItemKind], newest: int) -> Sequence[OpenItem]:
        """Return the newest closed ones of some kinds, at most so many."""
        found = [item for item in self.items if not item.is_open and item.kind in kinds]
        return found[-newest:]

    def open_keys_of(self, kinds: Collection[ItemKind]) -> Collection[str]:
        """Return the keys of the open ones of some kinds."""
        return {item.key for item in self.open_of(kinds)}

    def open_of_party(self, number: str) -> Sequence[OpenItem]:
        """Return the open ones of a party."""
        return self._open_by_party.get(number, ())

    @cached_property
    def _open_by_party(self) -> Mapping[str, Sequence[OpenItem]]:
        found: dict[str, list[OpenItem]] = {}
        for item in self.items:
            if item.is_open and item.party_number is not None:
                found.setdefault(item.party_number, []).append(item)
        return found

    def with_payments(self, named: Collection[str] | None = None) -> Iterable[OpenItem]:
        """Return those that a payment of ours settled or tried to: any, or one of these."""
        return (
            item
            for item in self.items
            if item.has_payment
            and (named is None or any(p.payment_name in named for p in item.postings))
        )

    def ended_payments(self, before: dt.date) -> Collection[str]:
        """Return the EndToEndIds that the books have settled for good, before a day."""
        told: dict[str, list[PaymentMark]] = {}
        for item in self.with_payments():
            for mark in item.payment_marks():
                told.setdefault(mark.end_to_end_id, []).append(mark)
        return {
            end_to_end_id
            for end_to_end_id, marks in told.items()
            if {Mark.PAID} <= {mark.mark for mark in marks} <= {Mark.PAID, Mark.NETTED}
            and max(mark.date for mark in marks) < before
        }

    def party_marks(self) -> Collection[PartyMark]:
        """Return by what parties are known, from attested items, each once."""
        return {
            PartyMark(item.party_number, item.creditor_account, item.party_name)
            for item in self.items
            if item.party_number is not None and not item.is_draft
        }

    def counts_of(self, residuals: Collection[Amount]) -> Mapping[Amount, int]:
        """Return how many open items have each of some amounts left."""
        return Counter(
            item.residual
            for item in self.items
            if item.is_open and item.residual in residuals
        )

    def alike(self, likeness: Likeness) -> OpenItems:  # noqa: ARG002
        """Return all: whoever asks looks closer."""
        return self


def by_name(items: Iterable[OpenItem]) -> dict[str, tuple[OpenItem, ...]]:
    """Return the items that each of their names is the name of, in the order given."""
    found: dict[str, list[OpenItem]] = {}
    for item in items:
        for name in item.names:
            found.setdefault(name, []).append(item)
    return {name: tuple(named) for name, named in found.items()}


def unattested(transactions: Iterable[Transaction], items: Items) -> Iterator[Transaction]:
    """Yield the drafts: `!`, and no person has posted the item that it creates."""
    attested = {item.place for item in items.items if not item.is_draft}
    for each in transactions:
        if each.is_draft and not any(p.place in attested for p in each.postings):
            yield each
