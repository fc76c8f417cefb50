"""Bills that look like one that is already paid for: the same bill, typed twice.

Equal creditor account, equal KID or invoice number, equal amount, but another key: perhaps
with a slip in its number. Bills that recur under one constant KID have other numbers and
lie a month apart. The amount is the bill's own: of one that was paid in part the twin is
still the whole bill.

Where a payment's own bill is in the books no more (its link was edited after it was
ordered, its supplier renumbered, the voucher taken out) account and amount alone make a
twin: what the bank has is most likely the very bill that is now called otherwise.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable

from ledger.open_items import Items, OpenItem
from ledger.payments import Payment, PaymentStanding, PaymentState
from ledger.safeguards import Obstacle

#: How long a booked payment makes an equal bill look like its twin.
TWIN_DAYS = 60

#: Bills under one constant KID lie at least so far apart.
RECURRENCE = dt.timedelta(days=20)


class Twins:
    """Payments by what a second bill of the same would share with them."""

    def __init__(self, items: Items) -> None:
        self._items = items
        self._by_account: dict[str, list[Payment]] = defaultdict(list)

    @classmethod
    def of_recent(
        cls, standings: Iterable[PaymentStanding], items: Items, today: dt.date
    ) -> Twins:
        """Return those of payments that are live, or were booked not long ago.

        Args:
            standings: Every payment ever ordered.
            items: All items, closed ones too: a bill already paid may have a twin.
            today: What "long ago" counts from.
        """
        found = cls(items)
        for standing in standings:
            if _counts(standing, today):
                found.add(standing.payment)
        return found

    def add(self, payment: Payment) -> None:
        """Let a payment count."""
        self._by_account[payment.creditor_account].append(payment)

    def obstacle(self, item: OpenItem) -> Obstacle | None:
        """Return why the bill looks like one that is already paid for, or None."""
        if not item.creditor_account:
            return None
        for payment in self._by_account.get(item.creditor_account, ()):
            paid = payment.items[0].open_item
            if paid in {item.key, *item.released}:
                continue
            if self._is_twin(item, payment, paid):
                return Obstacle(
                    f"likely a duplicate of {paid} (same account, reference and amount);"
                    " books release if both are to be paid",
                    {"release": paid},
                )
        return None

    def _is_twin(self, item: OpenItem, payment: Payment, paid: str) -> bool:
        other = self._items.by_key.get(paid)
        if other is None or other.amount.number > 0:  # its settlement may stand alone
            return payment.amount in {-item.residual, -item.amount}
        same_kid = bool(item.kid) and item.kid == payment.kid
        same_invoice = bool(item.invoice) and item.invoice == other.invoice
        if not (same_kid or same_invoice):
            return False
        if same_kid and not same_invoice and _recurs(item, other):
            return False
        return payment.amount == -item.residual or other.amount == item.amount


def _recurs(item: OpenItem, other: OpenItem) -> bool:
    """Whether two bills of one KID are two months' bills and not one bill typed twice."""
    if not (item.invoice and other.invoice and item.due and other.due):
        return False
    return abs(item.due - other.due) >= RECURRENCE


def _counts(standing: PaymentStanding, today: dt.date) -> bool:
    if standing.state.is_live:
        return True
    booked = standing.booked
    return (
        standing.state in {PaymentState.BOOKED, PaymentState.BOOKED_OTHERWISE}
        and booked is not None
        and booked + dt.timedelta(days=TWIN_DAYS) >= today
    )
