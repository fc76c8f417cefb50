"""What points at an item or a payment, although nothing is certain enough to settle it.

A `[[rule]]` of books.toml says what recurs and no item expects. It takes money of which
nothing points at an item or at a payment of ours; all else waits, and the reason names
the rule:

    rule: text = "innbetaling", account = 3000
    +500.00 "innbetaling"                             3000
    +500.00 "innbetaling", KID 20102000210            waits, whoever's it may be
    +500.00 "innbetaling F10301", kf-F10301 is ours   waits, open or settled
    +500.00 "innbetaling", from K20103's account
        kf-F10301 is open                             waits, whatever is left of it
        he owes us nothing                            3000
    +500.00 "innbetaling", AC04, RRTN or RvslInd      waits: it comes back
    -300.00 "leie", EndToEndId E-SQX282KKTVQ7ZGNS     waits: it has the form of ours

Direction counts: a supplier who sends money back points at his credit notes, and not at
the bills that we owe him. A currency does not: an invoice in euro is paid in kroner too.

The trap is the amount: that somebody owes as much points at nobody. A name alike and the
amount together do.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ledger import identifications
from ledger.open_items import OpenItem
from reconcile.bank_transactions import Movement
from reconcile.candidates import kids_in
from reconcile.evidence import Evidence
from reconcile.naming import items_named
from reconcile.wording import say

ITEMS_MAX = 5

#: `KID 20102000210`, `kid:0017`, `KID-nr. 0017`
_CALLED_KID = re.compile(
    r"\bkid(?:-?nr|-?nummer)?\W{0,3}([0-9][0-9 ]*[0-9-])", re.IGNORECASE
)


def pointing(movement: Movement, evidence: Evidence) -> str | None:
    """Return what of a movement points at an item or a payment, in words, or None."""
    language = evidence.language
    is_back = movement.is_reversal or movement.has_return_code
    if is_back or movement.return_reason is not None:
        return say(language, "points-back")
    reference = movement.kid or next(iter(movement.kids), None)
    if reference is None:
        reference = _reference_in(movement.text)
    if reference is not None:
        return say(language, "points-reference", reference=reference)
    for name in _names(movement):
        if identifications.has_our_form(name):
            return say(language, "points-payment", identification=name)
    documents = [each.number for each in movement.documents if each.number]
    if documents:
        return say(language, "points-document", documents=", ".join(documents[:ITEMS_MAX]))
    for word, items in items_named(movement, evidence).items():
        return say(language, "points-named", name=word, items=_keys(items))
    keys = _keys(_of_parties(movement, evidence))
    return say(language, "points-party", items=keys) if keys else None


def _names(movement: Movement) -> tuple[str | None, ...]:
    return (
        movement.end_to_end_id,
        movement.instruction_id,
        movement.payment_information_id,
        movement.message_id,
    )


def _reference_in(text: str) -> str | None:
    """Return what a text itself calls a KID, or a creditor reference in it."""
    called = _CALLED_KID.search(text)
    if called is not None:
        return called[1]
    return next((each for each in kids_in(text) if each.startswith("RF")), None)


def _keys(items: Iterable[OpenItem]) -> str:
    return ", ".join(list(dict.fromkeys(item.key for item in items))[:ITEMS_MAX])


def _of_parties(movement: Movement, evidence: Evidence) -> Iterator[OpenItem]:
    """Yield what the money would lessen of whoever it may be from, or to."""
    incoming = movement.amount.number > 0
    for item in evidence.items_of_parties(movement):
        left = evidence.residual(item)
        if left and (left.number > 0) is incoming:
            yield item
    for item in evidence.items_of_names_alike(movement):
        if evidence.residual(item) == movement.amount:
            yield item
