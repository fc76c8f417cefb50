"""Two items set off against each other: a credit note against a bill, without any money.

    offset  2400 lf-9            100.00      L10001's credit note
            2400 lf-4           -100.00      L10001's bill

Only what one party owes and is owed is set off: a claim on one customer is no money for
what another one is owed. One company may be our customer and our supplier, under two
numbers (`SameParties`). It is set off on the day on which somebody decides it, which is
when it is declared: before that day both items stood open, and are shown so.

The trap: parked money and a customer's credit are money that came. Who else it may be for
is a person's to say, and it counts from the day on which it came.
"""

from __future__ import annotations

from datetime import date

from ledger.item_kinds import ItemKind
from ledger.open_items import OpenItem
from reconcile.clearing_decisions import DecisionRefused
from reconcile.decided_words import PARKED
from reconcile.same_parties import SameParties


def is_offset(money: OpenItem, item: OpenItem) -> bool:
    """Whether neither of two items is money."""
    return not {money.kind, item.kind} & {*PARKED, ItemKind.CLEARING}


def refuse_other_party(money: OpenItem, item: OpenItem, parties: SameParties) -> None:
    """Refuse to set items of two parties off against each other.

    Raises:
        DecisionRefused: They are known to be of different parties.
    """
    if not is_offset(money, item) or parties.may_be_one(money, item):
        return
    raise DecisionRefused(
        f"{item.key}: is of {_party(item)}, {money.key} of {_party(money)}; what one party"
        " owes is not set off against what another is owed. If both have agreed to it, a"
        f" voucher by hand, with open-item: {money.key} on one posting and open-item:"
        f" {item.key} on the other; to write one off: books book {item.key} ACCOUNT"
    )


def day_of(money: OpenItem, item: OpenItem, today: date) -> date | None:
    """Return the day of an offset: never before both are there. None: it is none."""
    return max(today, money.date, item.date) if is_offset(money, item) else None


def _party(item: OpenItem) -> str:
    return " ".join(filter(None, (item.party_number, item.party_name)))
