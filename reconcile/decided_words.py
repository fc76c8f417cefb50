"""What the vouchers of a person's decisions say: what was done, whose money, his words.

Parked money stands under "Uidentifisert innbetaling: <the payer's text>". Once a person
has said what it is, that is no longer true; who paid and what he wrote still is, and it
is what the next person looks for.
"""

from __future__ import annotations

from collections.abc import Sequence

from ledger.directives import Transaction
from ledger.item_kinds import ItemKind
from ledger.open_items import OpenItem
from reconcile.wording import say

#: What waits for a person: made by the bank's vouchers, with no terms of its own.
PARKED = {ItemKind.SUSPENSE, ItemKind.CREDIT}
_HEADS = ("unknown-receipt", "unknown-payment", "receipt-credit")


def matched(money: OpenItem, items: Sequence[OpenItem], language: str) -> str:
    """Return the narration of a match: which item, then whose money and his words."""
    keys = ", ".join(item.key for item in items)
    kinds = {item.kind for item in items}
    is_counter = kinds <= {ItemKind.SUSPENSE, ItemKind.CLEARING}
    if is_counter and ItemKind.CLEARING in {money.kind, *kinds}:
        words = payers_text(money.narration, language)
        return ": ".join(filter(None, (say(language, "cleared"), words)))
    if money.kind not in {*PARKED, ItemKind.CLEARING} or is_counter:
        return say(language, "offset", items=f"{money.key}, {keys}")
    what = "receipt" if money.residual.number < 0 else "payment"
    (first, *others) = items
    if first.invoice and not others:
        told = say(language, f"{what}-of-invoice", invoice=first.invoice)
    else:
        told = say(language, f"{what}-of-item", item=keys)
    payer = _payer(money, language)
    whose = payer if payer != first.party_name else None
    # What was undone and is matched again says so once.
    text = payers_text(money.narration, language).removeprefix(told)
    words = ", ".join(filter(None, (whose, text)))
    return f"{told}: {words}" if words else told


def booked(money: OpenItem, by: str, language: str) -> str:
    """Return the narration of what was posted to an account: the payer's words, if any."""
    if money.kind not in PARKED:
        return money.narration
    return payers_text(money.narration, language) or say(language, "decided", by=by)


def undone(transaction: Transaction, voucher: str, language: str) -> str:
    """Return the narration of an undo: the voucher, and what it had said."""
    return f"{say(language, 'undone', voucher=voucher)}: {transaction.narration}"


def payers_text(narration: str, language: str) -> str:
    """Return what is left of a narration without our own words for parked money.

    >>> payers_text("Uidentifisert innbetaling: for lampen", "nb")
    'for lampen'
    >>> payers_text("Angret B2026-2: Uidentifisert innbetaling: for lampen", "nb")
    'for lampen'
    """
    undo = say(language, "undone", voucher="")
    if narration.startswith(undo):
        narration = narration.partition(": ")[2]
    for head in (say(language, each) for each in _HEADS):
        if narration == head:
            return ""
        narration = narration.removeprefix(f"{head}: ")
    return narration


def _payer(money: OpenItem, language: str) -> str | None:
    name = money.party_name
    return None if name == say(language, "bank") else name
