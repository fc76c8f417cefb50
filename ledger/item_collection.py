"""All open items of the books, from one pass over the transactions.

The residual of an item is the sum of its postings. What else an item is comes from the
transaction that created it: usually the first one, but a prepayment may stand in the
books before its bill, so a posting with terms (`due`, `invoice`, `kid`) that no bank
file told comes before one that the bank told.

Two bills under one identity would hide each other, so a second creating posting is an
error. Clearly no creation is: a posting of opposite sign (a settlement), anything that a
bank file told (a returned payment reopens its item), and a correction of a voucher.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from bankio.amount import Amount
from bankio.identifiers import creditor_reference
from bankio.identifiers.kid import compact as compact_kid
from ledger.accounts import LedgerAccount, text
from ledger.carried_value import value_of
from ledger.directives import BooksPlace, Custom, Posting, Transaction
from ledger.errors import BooksError
from ledger.item_facts import LaterFacts, later_facts
from ledger.item_identity import NoIdentity, identity, kind_of, party_of
from ledger.item_kinds import ItemKind
from ledger.open_items import ItemPosting, OpenItem, OpenItems
from ledger.parties import Party, compact_account, parties_of

_TERMS = ("due", "invoice", "kid")
_NOWHERE = BooksPlace("main.beancount", 0)
_NO_FACTS = LaterFacts()


@dataclass(slots=True)
class _Event:
    """What one transaction does to one item."""

    transaction: Transaction
    postings: list[Posting]
    is_named: bool
    """Whether the posting itself names the item."""
    is_alone: bool = True
    """Whether the transaction concerns this item only: its own terms are the item's."""

    @property
    def amount(self) -> Amount:
        """The sum of its postings on the item."""
        total = self.postings[0].units
        for posting in self.postings[1:]:
            total += posting.units
        return total

    @property
    def is_told_by_bank(self) -> bool:
        """Whether a bank file, a decision or a correction is behind it, and no new bill."""
        meta = self.transaction.meta
        return (
            "bank-ref" in meta
            or "rule" in meta
            or "corrects" in meta
            or any("movement" in p.meta or "end-to-end-id" in p.meta for p in self.postings)
        )

    @property
    def has_terms(self) -> bool:
        return any(self.term(key) is not None for key in _TERMS)

    def term(self, key: str) -> object:
        """Return a term from the posting, else from a transaction that has one item."""
        for posting in self.postings:
            if key in posting.meta:
                return posting.meta[key]
        return self.transaction.meta.get(key) if self.is_alone else None

    def text(self, key: str) -> str | None:
        value = self.term(key)
        return value if isinstance(value, str) and value else None

    @property
    def place(self) -> BooksPlace:
        return self.postings[0].place or self.transaction.place or _NOWHERE

    @property
    def item_postings(self) -> Iterator[ItemPosting]:
        """Its postings as the item keeps them."""
        voucher = text(self.transaction.meta, "voucher")
        for posting in self.postings:
            meta = posting.meta
            yield ItemPosting(
                date=self.transaction.date,
                amount=posting.units,
                voucher=voucher,
                movement=text(meta, "movement"),
                end_to_end_id=text(meta, "end-to-end-id"),
                kid=text(meta, "kid"),
                undoes=text(meta, "undoes"),
                withdraws=text(meta, "withdraws"),
                reason=text(meta, "reason"),
                part=text(meta, "payment-information-id"),
                counterparty_account=text(meta, "counterparty-account"),
                place=posting.place,
            )


ItemId = tuple[str, str, str]
"""Account, item key, currency."""


@dataclass(slots=True)
class _Collection:
    accounts: Mapping[str, LedgerAccount]
    parties: Mapping[str, Party]
    facts: Mapping[str, LaterFacts]
    events: dict[ItemId, list[_Event]] = field(default_factory=dict)
    errors: list[BooksError] = field(default_factory=list)

    def add(self, transaction: Transaction) -> Collection[ItemId]:
        """Sort a transaction's postings to their items; return these, each once."""
        touched: dict[ItemId, _Event] = {}
        for posting in transaction.postings:
            account = self.accounts.get(posting.account)
            if account is None or (
                account.item_kind is None and "open-item" not in posting.meta
            ):
                continue
            try:
                found = identity(account, posting, transaction)
            except NoIdentity as error:
                self.error(posting.place or transaction.place, str(error))
                continue
            if found is None:
                continue
            key = (posting.account, found[0], posting.units.currency)
            if key in touched:
                touched[key].postings.append(posting)
            else:
                touched[key] = _Event(transaction, [posting], is_named=found[1])
        is_alone = len(touched) == 1
        for key, event in touched.items():
            event.is_alone = is_alone
            self.events.setdefault(key, []).append(event)
        return touched.keys()

    def item(self, key: ItemId, events: list[_Event]) -> OpenItem:
        """Build an item from all that happened to it."""
        account = self.accounts[key[0]]
        creation = _creation(events)
        self._check(key, creation, events)
        kind = kind_of(key[1], account)
        number = party_of(account, creation.postings[0], creation.transaction)
        party = self.parties.get(account.name)
        later = self.facts.get(key[1], _NO_FACTS)
        residual = Amount.zero(key[2])
        for event in events:
            residual += event.amount
        discount = self._discount(key, creation)
        creditor_account = (
            later.creditor_account
            or creation.text("creditor-account")
            or (party.creditor_account if party else None)
        )
        kid = later.kid or creation.text("kid") or (party.kid if party else None)
        return OpenItem(
            key=key[1],
            account=account.name,
            kind=kind,
            party_number=number,
            party_name=_party_name(party, creation, kind),
            date=creation.transaction.date,
            amount=creation.amount,
            residual=residual,
            value=value_of(
                creation.postings, [each for event in events for each in event.postings]
            ),
            due=_due(later, creation, party),
            discount=discount[0] if discount else None,
            discount_until=discount[1] if discount else None,
            kid=_reference(kid) if kid else None,
            former_kids=_former_kids(later, creation),
            invoice=creation.text("invoice"),
            creditor_account=compact_account(creditor_account)
            if creditor_account
            else None,
            is_draft=creation.transaction.is_draft and not later.posted,
            hold=later.hold,
            released=later.released,
            releases=later.releases,
            voucher=text(creation.transaction.meta, "voucher"),
            narration=creation.transaction.narration,
            postings=_counting(
                [posting for event in events for posting in event.item_postings]
            ),
            place=creation.place,
        )

    def _discount(self, key: ItemId, creation: _Event) -> tuple[Decimal, dt.date] | None:
        """Return the cash discount that the bill offers, and its last day."""
        percent, until = creation.term("discount"), creation.term("discount-until")
        if percent is None and until is None:
            return None
        if (
            isinstance(percent, Decimal)
            and isinstance(until, dt.date)
            and 0 < percent < 100
        ):
            return percent, until
        self.error(
            creation.place,
            f"{key[1]}: a cash discount is percent and last day together; type"
            "  discount: 2.00  and  discount-until: 2026-11-12",
        )
        return None

    def _check(self, key: ItemId, creation: _Event, events: list[_Event]) -> None:
        """Tell a second bill under the same identity, and an item settled too far."""
        created = creation.amount.number
        residual = created
        crossed = False
        for event in events:
            if event is creation:
                continue
            moved = event.amount.number
            residual += moved
            if _creates_again(event, created, residual):
                self.error(
                    event.place,
                    f"{key[0]}: a second bill has the identity {key[1]}"
                    f" (the first is at {creation.place}). If it is another bill, type"
                    f' under this posting:  open-item: "{key[1]}-2"  and if the first'
                    f' is owed again:  open-item: "{key[1]}"',
                )
            is_over = residual * created < 0
            if is_over and not crossed and not _may_cross(event):
                self._crossed(key, creation, event, events)
                crossed = True

    def _crossed(
        self, key: ItemId, creation: _Event, event: _Event, events: list[_Event]
    ) -> None:
        """Tell an item that is settled beyond zero, unless it ends right."""
        final = sum((each.amount.number for each in events), start=Decimal(0))
        if final * creation.amount.number >= 0:
            return
        rest = Amount(abs(final), key[2])
        if event.is_told_by_bank and not creation.is_told_by_bank:
            # The bank's voucher stands: it is the bill that was lowered since.
            self.error(
                creation.place,
                f"{key[0]}: {key[1]} stands here with {abs(creation.amount)}, but it is"
                f" settled with {rest} more ({event.place}). Give it the amount that was"
                " paid, and type what was credited as a voucher of its own.",
            )
            return
        self.error(
            event.place,
            f"{key[0]}: {key[1]} is settled with {rest} too much. Give the rest an item of"
            " its own, or type under this posting:  crosses-zero: TRUE",
        )

    def error(self, place: BooksPlace | None, message: str) -> None:
        where = place or _NOWHERE
        self.errors.append(BooksError(where.file, where.line, message))


def collect(
    transactions: Iterable[Transaction],
    customs: Iterable[Custom],
    accounts: Mapping[str, LedgerAccount],
    parties: Mapping[str, Party] | None = None,
    *,
    only: Collection[ItemId] | None = None,
) -> tuple[OpenItems, tuple[BooksError, ...]]:
    """Return every item of the books and what is wrong with their identities.

    Args:
        transactions: By date, then place.
        customs: By date, then place; of those for one item the last one counts.
        accounts: By full name.
        parties: By the name of their account; found from accounts and customs if absent.
        only: The items to collect, of which every transaction is given; absent: all.
    """
    customs = tuple(customs)
    if parties is None:
        parties = parties_of(accounts, customs)
    collection = _Collection(accounts, parties, later_facts(customs))
    for transaction in transactions:
        collection.add(transaction)
    items = [
        collection.item(key, events)
        for key, events in collection.events.items()
        if only is None or key in only
    ]
    known = {key for _, key, _ in collection.events}
    for key, facts in collection.facts.items():
        if key not in known:
            for line in facts.lines:
                collection.error(line.place, f'no open item has the key "{key}"')
    return OpenItems.of(items), tuple(collection.errors)


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """What some transactions have posted on one item."""

    amount: Amount
    """Their sum, ledger sign."""
    postings: tuple[ItemPosting, ...]
    is_told_by_bank: bool
    """Whether bank files, decisions and corrections are behind all of it: then it adds to
    the item, and changes nothing else of it. What a reissue takes back does."""


class PostedOnItems:
    """What transactions post on each item, one transaction after the other."""

    def __init__(self, accounts: Mapping[str, LedgerAccount]) -> None:
        """`accounts` are by full name."""
        self._collection = _Collection(accounts, {}, {})

    def add(self, transaction: Transaction) -> Collection[ItemId]:
        """Take a transaction in; return the items that it concerns, each once."""
        return self._collection.add(transaction)

    @property
    def errors(self) -> Sequence[BooksError]:
        """The postings that name no item where they should."""
        return self._collection.errors

    def posted(self) -> dict[ItemId, Posted]:
        """Return what all of them post."""
        found = {}
        for key, events in self._collection.events.items():
            amount = events[0].amount
            for event in events[1:]:
                amount += event.amount
            found[key] = Posted(
                amount=amount,
                postings=tuple([each for event in events for each in event.item_postings]),
                is_told_by_bank=all(
                    event.is_told_by_bank
                    and not any("withdraws" in posting.meta for posting in event.postings)
                    for event in events
                ),
            )
        return found


def ids_of(
    transaction: Transaction, accounts: Mapping[str, LedgerAccount]
) -> Collection[ItemId]:
    """Return the items that a transaction concerns, each once; those it should name too."""
    return PostedOnItems(accounts).add(transaction)


def _former_kids(later: LaterFacts, creation: _Event) -> tuple[str, ...]:
    if not later.kids:
        return ()
    carried = [creation.text("kid") or "", *later.kids]
    kids = dict.fromkeys(_reference(kid) for kid in carried if kid)
    del kids[_reference(later.kids[-1])]
    return tuple(kids)


def _reference(typed: str) -> str:
    """Return a KID or RF reference in the one form in which banks tell it."""
    return creditor_reference.capitals(compact_kid(typed))


def _creation(events: list[_Event]) -> _Event:
    """Return the event that made the item."""
    first = events[0]
    if not first.is_told_by_bank:
        return first
    for event in events:
        if not event.is_told_by_bank and (event.has_terms or not event.is_named):
            return event
    return first


def _creates_again(event: _Event, created: Decimal, residual: Decimal) -> bool:
    moved = event.amount.number
    if moved * created <= 0 or event.is_told_by_bank:
        return False
    if not event.is_named or event.has_terms:
        return True
    return abs(residual) > abs(created)


def _may_cross(event: _Event) -> bool:
    return event.term("crosses-zero") is True


def _due(later: LaterFacts, creation: _Event, party: Party | None) -> dt.date | None:
    if later.due is not None:
        return later.due
    due = creation.term("due")
    if isinstance(due, dt.date):
        return due
    if party is not None and party.terms_days is not None:
        return creation.transaction.date + dt.timedelta(days=party.terms_days)
    return None


def _party_name(party: Party | None, creation: _Event, kind: ItemKind) -> str | None:
    if party is not None and party.name:
        return party.name
    if kind is ItemKind.SALARY:
        return None  # employees are numbers only
    return creation.transaction.payee


def _counting(postings: Sequence[ItemPosting]) -> tuple[ItemPosting, ...]:
    """Return the postings of an item; what a reissue took back names no payment."""
    withdrawn = {each.withdraws for each in postings if each.withdraws is not None}
    if not withdrawn:
        return tuple(postings)
    return tuple(
        replace(each, end_to_end_id=None, part=None) if each.movement in withdrawn else each
        for each in postings
    )
