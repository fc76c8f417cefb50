"""A payment that the old system ordered before our first day: KID, account and amount.

Its EndToEndId is not ours and perhaps unknown, so three things must agree, and with one
such payment only:

    opening: 4000.00 to 15032080119 with KID 0010023000, already at the bank
    bank:   -4000.00 to 15032080119 with KID 0010023000    settles it
    bank:   +4000.00 from 15032080119 with KID 0010023000, AC04    opens it again
    bank:   -4000.00 to 15032080119 without KID            nothing is said here
"""

from __future__ import annotations

from ledger.payments import Payment
from reconcile.bank_transactions import Movement
from reconcile.evidence import Evidence
from reconcile.matches import Doubt, Finding, Match
from reconcile.rules import end_to_end_id
from reconcile.wording import say

RULE = "foreign-payment"


def match(movement: Movement, evidence: Evidence) -> Finding | None:
    """Return the match with the only payment from before the first day that fits."""
    found = [
        standing.payment
        for standing in evidence.foreign_payments
        if _fits(movement, standing.payment)
        and (evidence.settled_by(standing.payment).number > 0)
        is (movement.amount.number > 0)
    ]
    if not found:
        return None
    if len(found) > 1:
        items = ", ".join(paid.open_item for each in found for paid in each.items)
        return Doubt(
            rule=RULE, reason=say(evidence.language, "foreign-several", items=items)
        )
    payment = found[0]
    if movement.amount.number > 0:
        return end_to_end_id.returned(movement, payment, evidence, evidence.language)
    legs = end_to_end_id.settling_legs(movement, payment, evidence)
    if isinstance(legs, Doubt):
        return legs
    return Match(
        rule=RULE,
        why=say(evidence.language, "why-foreign"),
        legs=legs,
        payee=movement.counterparty_name or payment.creditor_name,
        narration=end_to_end_id.narration(payment, evidence),
    )


def _fits(movement: Movement, payment: Payment) -> bool:
    return (
        payment.kid is not None
        and movement.kid == payment.kid
        and movement.counterparty_account == payment.creditor_account
        and abs(movement.amount) == payment.amount
        and movement.bank_account == payment.debtor_account
    )
