"""Whose money it is, where no reference tells: the party by account or by name.

An account is certain when one party alone is known by it: from the party's own data, or
from the bills that are paid to it. A name is certain when all its telling words are
those of one party and no other; a look-alike is not.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from ledger.open_items import ItemKind, Items, Likeness, OpenItem
from reconcile.bank_transactions import Movement
from reconcile.names import ByName, name_words


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """A party that a movement certainly is of, and by what."""

    number: str
    by_account: bool
    """Else by its name only."""
    items: tuple[OpenItem, ...]
    """Its items that are not closed in the books, oldest first; both signs."""


class PartyItems:
    """Open items by party. Made when the first movement without a reference asks."""

    def __init__(self, items: Items, payer_parties: Mapping[str, tuple[str, ...]]) -> None:
        self._known = items
        self._items: dict[str, tuple[OpenItem, ...]] = {}
        self._by_account: dict[str, set[str]] = defaultdict(set)
        self._by_name: dict[frozenset[str], set[str]] = defaultdict(set)
        for account, numbers in payer_parties.items():
            self._by_account[account].update(numbers)
        for mark in items.party_marks():
            if mark.creditor_account:
                self._by_account[mark.creditor_account].add(mark.party_number)
            if mark.party_name:
                self._by_name[name_words(mark.party_name)].add(mark.party_number)

    def party_of(self, movement: Movement) -> Party | None:
        """Return the one party that a movement is of, or None."""
        by_account = self._by_account.get(movement.counterparty_account or "", set())
        if by_account:
            return self._party(by_account, by_account=True)
        if not movement.counterparty_name:
            return None
        by_name = self._by_name.get(name_words(movement.counterparty_name), set())
        return self._party(by_name, by_account=False)

    def items_of(self, movement: Movement) -> tuple[OpenItem, ...]:
        """Return the open items of every party that has its account, or its name.

        Of all of them, drafts too: nothing is settled by it.
        """
        account, name = movement.counterparty_account, movement.counterparty_name
        numbers = set(self._by_account.get(account or "", ()))
        if name:
            numbers |= self._by_name.get(name_words(name), set())
        return (*self._of(numbers), *self._to_account(account))

    def of_names_alike(self, movement: Movement) -> tuple[OpenItem, ...]:
        """Return the open items of every party whose name is like a movement's."""
        name = movement.counterparty_name
        return self._of(self._alike.alike(name)) if name else ()

    def _of(self, numbers: Iterable[str]) -> tuple[OpenItem, ...]:
        found = (self._known.open_of_party(number) for number in sorted(set(numbers)))
        return tuple(
            item for some in found for item in some if item.kind is not ItemKind.SUSPENSE
        )

    def _to_account(self, account: str | None) -> Iterator[OpenItem]:
        """Yield the open items that are paid to an account: tax has no party."""
        if account is None:
            return
        for item in self._known.alike(Likeness(accounts=frozenset({account}))).items:
            if item.is_open and item.creditor_account == account:
                yield item

    @cached_property
    def _alike(self) -> ByName[str]:
        known: ByName[str] = ByName()
        for mark in self._known.party_marks():
            if mark.party_name:
                known.add(mark.party_name, mark.party_number)
        return known

    def party(self, number: str) -> Party:
        """Return a party that a reference of its items tells, as surely as an account."""
        return Party(number=number, by_account=True, items=self._items_of(number))

    def _party(self, numbers: set[str], *, by_account: bool) -> Party | None:
        if len(numbers) != 1:
            return None
        return replace(self.party(next(iter(numbers))), by_account=by_account)

    def _items_of(self, number: str) -> tuple[OpenItem, ...]:
        if number not in self._items:
            self._items[number] = tuple(
                item
                for item in self._known.open_of_party(number)
                if not item.is_draft and item.kind is not ItemKind.SUSPENSE
            )
        return self._items[number]
