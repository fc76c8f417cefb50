"""Which party numbers are one party, and which are parties of another kind.

A company may be our customer and our supplier, `K20007` and `L10012`. It is one party where
both have its organisation number, or one bank account. Example: a credit of 500.00 of the
customer K20007 may pay for the credit note of the supplier L10012 alone; that another
supplier's credit note has the same amount is chance.

The trap: a name proves nothing here; two companies of one owner are called much the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ledger.open_items import ItemKind, OpenItem
from ledger.parties import Party, PartyKind

_KINDS = {
    ItemKind.CUSTOMER: PartyKind.CUSTOMER,
    ItemKind.SUPPLIER: PartyKind.SUPPLIER,
    ItemKind.SALARY: PartyKind.EMPLOYEE,
    ItemKind.TAX: PartyKind.AUTHORITY,
}


class SameParties:
    """The parties of the books, by number."""

    def __init__(self, parties: Iterable[Party] = ()) -> None:
        self._kinds: dict[str, PartyKind] = {}
        self._marks: dict[str, frozenset[str]] = {}
        for party in parties:
            self._kinds[party.number] = party.kind
            self._marks[party.number] = frozenset(_marks(party))

    def may_settle(self, number: str | None, item: OpenItem) -> bool:
        """Whether a credit of a party may be for an item: of its own kind, or its own.

        True where nobody knows whose money or item it is.
        """
        if number is None or item.party_number == number:
            return True
        own = self._kinds.get(number)
        other = self._kinds.get(item.party_number or "") or _KINDS.get(item.kind)
        return own is None or other is None or own is other or self._are_one(number, item)

    def may_be_one(self, left: OpenItem, right: OpenItem) -> bool:
        """Whether two items are of one party; True where nobody knows whose one is.

        Taxes stand under the number of their account, and all are owed to the state.
        """
        numbers = (left.party_number, right.party_number)
        if None in numbers or numbers[0] == numbers[1]:
            return True
        if left.kind is right.kind is ItemKind.TAX:
            return True
        own, other = (self._all_marks(item) for item in (left, right))
        return bool(own & other)

    def _all_marks(self, item: OpenItem) -> frozenset[str]:
        known = self._marks.get(item.party_number or "", frozenset())
        return known | ({item.creditor_account} if item.creditor_account else set())

    def is_own(self, number: str, item: OpenItem) -> bool:
        """Whether an item is of a party, under whichever of its numbers."""
        if item.party_number == number:
            return True
        return number in self._marks and self._are_one(number, item)

    def _are_one(self, number: str, item: OpenItem) -> bool:
        marks = self._marks[number]
        others = self._marks.get(item.party_number or "", frozenset())
        return bool(marks & others) or item.creditor_account in marks


def _marks(party: Party) -> Iterator[str]:
    """Yield by what a party is known to be one and the same."""
    if party.orgnr:
        yield f"orgnr {party.orgnr}"
    for account in party.creditor_accounts:
        yield account.number
