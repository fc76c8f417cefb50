"""Where the money of a receipt stands, after what people have done with it.

    +1500.00 KID 99      parked on cr-4bede18ec3; a person matches it to kf-17
    +1500.00 KID 17      settled kf-17; undone, it stands on cr-0d9a6e77f1
    +1700.00 KID 17      settled kf-17; a person used the credit of 200.00 for kf-18

When the bank takes the receipt back, it takes it from there: kf-17, or cr-0d9a6e77f1, or
both invoices are open again. What a person has booked on an account, or paid out, or used
in part, is not followed: the voucher that did it is named, and he undoes it first.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ledger.accounts import text
from ledger.directives import Posting, Transaction
from ledger.open_items import ItemKind, OpenItem
from reconcile.evidence import Evidence, undone_items
from reconcile.matches import Leg
from reconcile.moneys import Money

_MONEY = frozenset({ItemKind.SUSPENSE, ItemKind.CREDIT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """What a receipt has settled, as it stands now."""

    legs: tuple[Leg, ...] = ()
    """Empty where it cannot be followed."""
    vouchers: tuple[str, ...] = ()
    """By which people have placed it."""


class _Lost(Exception):
    """The money cannot be followed."""


def placed(money: Money, evidence: Evidence) -> Placed | None:
    """Return where the money of a receipt stands; None where nobody has placed it."""
    register = evidence.known.register
    if register is None:
        return None
    trail = _Trail(evidence)
    legs: list[Leg] = []
    try:
        for transaction in register.by_key({money.key}):
            postings = [
                each
                for each in transaction.postings
                if text(each.meta, "movement") == money.key
            ]
            legs += trail.of_movement(transaction, postings, money.key)
    except _Lost:
        legs = []
    if not trail.vouchers:
        return None
    return Placed(legs=tuple(legs), vouchers=tuple(dict.fromkeys(trail.vouchers)))


class _Trail:
    """Follows money from item to item, and remembers the vouchers that moved it."""

    def __init__(self, evidence: Evidence) -> None:
        self._evidence = evidence
        self._seen: set[str] = set()
        self.vouchers: list[str] = []

    def of_movement(
        self, transaction: Transaction, postings: list[Posting], movement: str
    ) -> list[Leg]:
        """Return where a movement stands that a voucher has posted."""
        number = text(transaction.meta, "voucher") or ""
        items = self._evidence.items.by_key
        undone = [items[key] for key in undone_items(number, movement, items)]
        if not undone:
            return [leg for each in postings for leg in self._of_posting(each)]
        item = undone[-1]
        self.vouchers.append(item.postings[0].voucher or "")
        return list(self._of_money(item))

    def _of_posting(self, posting: Posting) -> Iterator[Leg]:
        if posting.total_price is not None:
            raise _Lost
        item = self._evidence.item(text(posting.meta, "open-item") or "")
        if item is None:
            if self.vouchers:
                raise _Lost  # booked by a person: he takes back what he said of it
            yield Leg(account=posting.account, amount=posting.units)
            return
        is_made_by_it = (item.amount.number > 0) is (posting.units.number > 0)
        if item.kind in _MONEY and is_made_by_it:
            yield from self._of_money(item)
            return
        yield Leg(account=item.account, amount=posting.units, open_item=item.key, item=item)

    def _of_money(self, item: OpenItem) -> Iterator[Leg]:
        """Yield where money is that stood under an item of its own: all of it, or lost."""
        left = self._evidence.residual(item)
        if left == item.amount:
            yield Leg(account=item.account, amount=left, open_item=item.key, item=item)
            return
        register = self._evidence.known.register
        if item.key in self._seen or register is None:
            raise _Lost
        self._seen.add(item.key)
        uses = [
            each
            for each in register.by_item(item.key)[1:]
            if "corrects" not in each.meta
            and not register.corrections_of(text(each.meta, "voucher") or "")
        ]
        self.vouchers += [text(each.meta, "voucher") or "" for each in uses]
        if left:
            raise _Lost
        for transaction in uses:
            for posting in transaction.postings:
                if text(posting.meta, "open-item") != item.key:
                    yield from self._of_posting(posting)
