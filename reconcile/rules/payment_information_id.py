"""Our own PmtInfId, where the bank leaves the EndToEndId out: one payment of it fits.

We sent two payments under PmtInfId M-7KQ2…-1: 200.00 to 15032080119, 300.00 to 15030000029.

    bank: -200.00, M-7KQ2…-1                     settles the first: no other has the amount
    bank: -200.00, M-7KQ2…-1, to 15030000029     parked: that account was sent 300.00
    bank: -250.00, M-7KQ2…-1                     parked: no payment of it has the amount
    bank: -200.00, M-7KQ2…-1 a second time       parked: both are booked already

    had both been 200.00, and the bank told no account: parked, both fit

A lump under a PmtInfId is split by the manifest before any rule is asked
(`reconcile.statement_entries`). The trap: what the batch does not explain is no other
bill of the same supplier; a reference of ours that fits nothing ends the asking.
"""

from __future__ import annotations

from dataclasses import replace

from ledger import identifications
from ledger.payments import PaymentStanding
from reconcile.bank_transactions import Movement
from reconcile.evidence import Evidence
from reconcile.matches import Doubt, Finding, Match
from reconcile.rules import end_to_end_id
from reconcile.wording import say

RULE = "payment-information-id"


def match(movement: Movement, evidence: Evidence) -> Finding | None:
    """Return the only payment of our batch that a movement can be; None without a batch."""
    batch = movement.payment_information_id
    if movement.end_to_end_id is not None or movement.amount.number >= 0:
        return None
    if not identifications.is_ours(batch) or batch is None:
        return None
    found = [
        standing
        for standing in evidence.by_payment_information.get(batch, ())
        if _fits(movement, standing, evidence)
    ]
    if len(found) != 1:
        items = ", ".join(p.open_item for each in found[:5] for p in each.payment.items)
        text = "batch-several" if found else "batch-none"
        reason = say(
            evidence.language, text, batch=batch, amount=-movement.amount, items=items
        )
        return Doubt(rule=RULE, reason=reason)
    payment = found[0].payment
    named = replace(movement, end_to_end_id=payment.end_to_end_id)
    finding = end_to_end_id.match(named, evidence)
    if not isinstance(finding, Match):
        return finding
    why = say(evidence.language, "why-batch-payment", batch=batch, amount=payment.amount)
    return replace(finding, rule=RULE, why=why)


def _fits(movement: Movement, standing: PaymentStanding, evidence: Evidence) -> bool:
    payment = standing.payment
    return (
        payment.amount == -movement.amount
        and payment.debtor_account == movement.bank_account
        and movement.counterparty_account in {None, payment.creditor_account}
        and evidence.settled_by(payment).number <= 0
    )
