"""The KID: the one reference that a Norwegian payer is asked to copy exactly.

The policy (DESIGN §3), for a receipt of 1250.00:

    kf-17 alone has ever carried the KID
      1250.00 left     settled
      2000.00 left     paid in part, 750.00 left
      1000.00 left     settled, and 250.00 to the customer's credit (an item `cr-…`)
         0.00 left     1250.00 to the customer's credit
    several items of one customer carry it (some sellers give a customer one KID)
      one has 1250.00 left, and no other       that one
      the oldest ones make 1250.00             those
      else     the customer is certain and the item is not: 1250.00 to the credit of the
               customer, and a person is asked
    items of several customers carry it        parked
    nobody carries it                          parked; never by amount alone

OCR giro's `-`, 100.00 that the payer took off:

    one item alone has the KID, and -100.00 or more left     that credit note
    several have it, and one alone has -100.00 left          that one
    else                                                     parked

A difference within the policy's limit goes to rounding, and what the bank says that it
took off on the way is a charge (`reconcile.rules.differences`): both settle the item.

The trap: closed items keep their KID. A KID whose item is settled is not unknown; the
customer has paid twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate

from bankio.amount import Amount
from ledger.open_items import OpenItem
from reconcile.bank_transactions import Movement
from reconcile.evidence import Evidence, credit_key
from reconcile.matches import Doubt, Finding, Leg, Match
from reconcile.rules import differences, exchange
from reconcile.wording import say

RULE = "kid"


def match(movement: Movement, evidence: Evidence) -> Finding | None:
    """Return what a receipt's KID settles; None where it has no KID that we know."""
    if movement.amount.number == 0:
        return None
    if movement.kids:
        return _several_kids(movement, evidence)
    if movement.kid is None:
        return None
    carriers = evidence.carriers(movement.kid)
    if not carriers:
        return None
    items = tuple(item for item in carriers if not item.is_draft)
    exchanged = _exchanged(movement, items, evidence)
    if exchanged is not None:
        return exchanged
    fault = _unusable(movement, carriers, items, evidence)
    if fault is not None:
        return fault
    if movement.amount.number < 0:
        return _credit_note(movement, items, evidence)
    if len(items) == 1:
        return _one(movement, items[0], evidence)
    return _several(movement, items, evidence)


def _unusable(
    movement: Movement,
    carriers: Sequence[OpenItem],
    items: Sequence[OpenItem],
    evidence: Evidence,
) -> Doubt | None:
    """Return why the items that carry the KID cannot be settled by this money."""
    language = evidence.language
    if not items:
        reason = say(language, "draft-kid", kid=movement.kid, item=carriers[0].key)
        return Doubt(rule=RULE, reason=reason)
    if len({item.party_number or item.account for item in items}) > 1:
        keys = ", ".join(item.key for item in items[:5])
        reason = say(language, "kid-customers", kid=movement.kid, items=keys)
        return Doubt(rule=RULE, reason=reason)
    other = [i for i in items if i.residual.currency != movement.amount.currency]
    if other:
        over = _instructed_too_much(movement, other, evidence)
        if over is not None:
            return over
        reason = say(
            language,
            "kid-currency",
            kid=movement.kid,
            item=other[0].key,
            currency=other[0].residual.currency,
            paid=movement.amount.currency,
        )
        return Doubt(rule=RULE, reason=reason)
    return None


def _instructed_too_much(
    movement: Movement, items: Sequence[OpenItem], evidence: Evidence
) -> Doubt | None:
    """Return the doubt where more was instructed than is left, in the item's currency.

    What the rest is worth nobody has told, so it is no credit yet.
    """
    told, left = movement.instructed_amount, evidence.residual(items[0])
    if len(items) != 1 or told is None or told.currency != left.currency:
        return None
    if movement.amount.number < 0 or told.number <= left.number:
        return None
    reason = say(
        evidence.language,
        "kid-instructed-over",
        kid=movement.kid,
        item=items[0].key,
        told=told,
        left=left,
        over=told - left,
    )
    return Doubt(rule=RULE, reason=reason)


def _exchanged(
    movement: Movement, items: Sequence[OpenItem], evidence: Evidence
) -> Match | None:
    """Return the settlement of an item in the currency that the payer instructed."""
    told = movement.instructed_amount
    if len(items) != 1 or told is None or movement.amount.number < 0:
        return None
    item, left = items[0], evidence.residual(items[0])
    if told.currency != left.currency or told.currency == movement.amount.currency:
        return None
    if not 0 < told.number <= left.number:
        return None
    legs = exchange.legs(movement, [(item, -told)], evidence)
    if legs is None:
        return None
    text = "why-kid-exchange" if item.value is not None else "why-kid-counter-value"
    return _matched(movement, evidence, text, legs, amount=told, price=legs[0].total_price)


def _credit_note(
    movement: Movement, items: Sequence[OpenItem], evidence: Evidence
) -> Match | None:
    """Return the settlement of a credit note that the payer took off (OCR giro's `-`)."""
    if movement.is_reversal:
        return None
    paid = movement.amount
    equal = [item for item in items if evidence.residual(item) == paid]
    if len(items) == 1 and evidence.residual(items[0]).number <= paid.number:
        equal = [items[0]]
    if len(equal) != 1:
        return None
    text = "why-kid" if len(items) == 1 else "why-kid-amount"
    return _matched(movement, evidence, text, [settle(equal[0], -paid)], count=len(items))


def _one(movement: Movement, item: OpenItem, evidence: Evidence) -> Match:
    left, paid = evidence.residual(item), movement.amount
    if left.number <= 0:
        return _on_credit(movement, item, evidence, "why-kid-closed")
    if paid == left:
        return _matched(movement, evidence, "why-kid", [settle(item, -paid)])
    charged = differences.charged(movement, left - paid, evidence)
    if charged is not None:
        return _matched(
            movement, evidence, "why-kid-charged", [settle(item, -left), charged]
        )
    rounding = differences.small(left - paid, evidence)
    if rounding is not None:
        return _matched(
            movement,
            evidence,
            "why-kid-rounded",
            [settle(item, -left), rounding],
            rest=left - paid,
        )
    if paid.number < left.number:
        legs = [settle(item, -paid)]
        return _matched(movement, evidence, "why-kid-partial", legs, rest=left - paid)
    legs = [settle(item, -left), credit(movement, item, paid - left)]
    return _matched(movement, evidence, "why-kid-over", legs, rest=paid - left)


def _several(movement: Movement, items: Sequence[OpenItem], evidence: Evidence) -> Match:
    paid = movement.amount
    left = [(item, evidence.residual(item)) for item in items]
    still_open = [(item, residual) for item, residual in left if residual.number > 0]
    if not still_open:
        return _on_credit(movement, items[-1], evidence, "why-kid-closed")
    equal = [item for item, residual in still_open if residual == paid]
    if len(equal) == 1:
        return _matched(
            movement,
            evidence,
            "why-kid-amount",
            [settle(equal[0], -paid)],
            count=len(items),
        )
    sums = list(accumulate(residual.number for _, residual in still_open))
    if paid.number in sums:
        oldest = still_open[: sums.index(paid.number) + 1]
        legs = [settle(item, -residual) for item, residual in oldest]
        return _matched(movement, evidence, "why-kid-oldest", legs, count=len(items))
    return _on_credit(
        movement, still_open[-1][0], evidence, "why-kid-customer", count=len(items)
    )


def _several_kids(movement: Movement, evidence: Evidence) -> Finding:
    """Return the match of one payment that names several KIDs: all exact, or none."""
    kids = ", ".join(movement.kids)
    legs, total = [], Amount.zero(movement.amount.currency)
    for number in dict.fromkeys(movement.kids):
        fault = _unusable_of_several(number, movement, evidence)
        if fault is not None:
            return Doubt(rule=RULE, reason=fault)
        (item,) = _posted_carriers(number, evidence)
        left = evidence.residual(item)
        total += left
        legs.append(settle(item, -left))
    if total != movement.amount:
        reason = say(
            evidence.language, "kids-sum", kids=kids, sum=total, paid=movement.amount
        )
        return Doubt(rule=RULE, reason=reason)
    return _matched(movement, evidence, "why-kids", legs, kids=kids)


def _posted_carriers(kid: str, evidence: Evidence) -> tuple[OpenItem, ...]:
    return tuple(item for item in evidence.carriers(kid) if not item.is_draft)


def _unusable_of_several(kid: str, movement: Movement, evidence: Evidence) -> str | None:
    """Return why one of several KIDs names no item that can be settled, or None."""
    language, carriers = evidence.language, evidence.carriers(kid)
    items = _posted_carriers(kid, evidence)
    if not carriers:
        return say(language, "unknown-kid", kid=kid)
    named = replace(movement, kid=kid, kids=())
    fault = _unusable(named, carriers, items, evidence)
    if fault is not None:
        return fault.reason
    if len(items) > 1:
        keys = ", ".join(item.key for item in items[:5])
        return say(language, "kid-items", kid=kid, items=keys)
    if not evidence.residual(items[0]):
        return say(language, "kid-settled", kid=kid, item=items[0].key)
    return None


def settle(item: OpenItem, amount: Amount) -> Leg:
    """Return the leg that settles so much of an item."""
    return Leg(account=item.account, amount=amount, open_item=item.key, item=item)


def credit(movement: Movement, item: OpenItem, amount: Amount) -> Leg:
    """Return the leg that is a new item: so much to the credit of the item's customer."""
    meta = {}
    if item.party_number:
        meta["customer"] = item.party_number  # whole: `K1` may be what people call it
    return Leg(
        account=item.account,
        amount=-amount,
        open_item=credit_key(movement.key),
        meta=meta,
    )


def _name(item: OpenItem | None) -> str | None:
    return (item.party_name or item.party_number) if item else None


def _on_credit(
    movement: Movement, item: OpenItem, evidence: Evidence, text: str, **values: object
) -> Match:
    legs = [credit(movement, item, movement.amount)]
    party = item.party_name or item.party_number or item.account
    return _matched(
        movement,
        evidence,
        text,
        legs,
        item=item,
        waits=say(evidence.language, "credit-listed", amount=movement.amount, party=party),
        **values,
    )


def _matched(
    movement: Movement,
    evidence: Evidence,
    text: str,
    legs: Sequence[Leg],
    *,
    item: OpenItem | None = None,
    waits: str | None = None,
    **values: object,
) -> Match:
    language = evidence.language
    settled = [leg.item for leg in legs if leg.item is not None]
    first = settled[0] if settled else item
    narration = say(language, "receipt-credit")
    if settled and settled[0].invoice and len(settled) == 1:
        narration = say(language, "receipt-of-invoice", invoice=settled[0].invoice)
    elif settled:
        keys = ", ".join(each.key for each in settled[:5])
        narration = say(language, "receipt-of-item", item=keys)
    return Match(
        rule=RULE,
        why=say(
            language,
            text,
            **{
                "kid": movement.kid,
                "item": first.key if first else "",
                "items": ", ".join(each.key for each in settled[:5]),
                **values,
            },
        ),
        legs=tuple(legs),
        payee=movement.counterparty_name or _name(first),
        narration=narration,
        waits=waits,
    )
