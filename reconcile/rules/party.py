"""What the rules about a party's items share: the match, and what forbids one.

The trap: money out to a supplier without our EndToEndId may be a payment of ours whose
reference the bank lost. As long as one of ours for the same item is on its way, nobody
can tell, and a person is asked.
"""

from __future__ import annotations

from collections.abc import Sequence

from ledger.open_items import OpenItem
from reconcile.bank_transactions import Movement
from reconcile.evidence import Evidence
from reconcile.matches import Doubt, Finding, Leg, Match
from reconcile.rules.kid import settle
from reconcile.wording import say


def settled(
    movement: Movement,
    items: Sequence[OpenItem],
    evidence: Evidence,
    *,
    rule: str,
    why: str,
    difference: Leg | None = None,
) -> Finding:
    """Return the match that settles items whole; a doubt if one of ours is on its way.

    `difference` is what the movement is short of them, or over.
    """
    standing = evidence.live_payment_of(items)
    if standing is not None:
        reason = say(
            evidence.language,
            "may-be-ours",
            end_to_end_id=standing.payment.end_to_end_id,
            item=items[0].key,
        )
        return Doubt(rule=rule, reason=reason)
    legs = [settle(item, -evidence.residual(item)) for item in items]
    if difference is not None:
        legs.append(difference)
        why += say(evidence.language, "why-difference", account=difference.account)
    return Match(
        rule=rule,
        why=why,
        legs=tuple(legs),
        payee=movement.counterparty_name or items[0].party_name,
        narration=narration(movement, items, evidence.language),
    )


def narration(movement: Movement, items: Sequence[OpenItem], language: str) -> str:
    """Return what stands beside the party's name."""
    kind = "receipt" if movement.amount.number > 0 else "payment"
    if len(items) == 1 and items[0].invoice:
        return say(language, f"{kind}-of-invoice", invoice=items[0].invoice)
    keys = ", ".join(item.key for item in items[:5])
    return say(language, f"{kind}-of-item", item=keys)
