"""A payment of ours that came back without its EndToEndId: its other references.

    +1250.00 AC04, KID 17, account 15032080119     opens the bill of the one payment of
                                                   1250.00 with this KID to this account
    +1250.00 AC04, our PmtInfId, 15032080119       the same, by the part of our message
    two payments fit                               parked, and both are named
    none fits                                      nothing is said here

The trap is the KID: it is the supplier's, and not one that customers of ours pay by, so
this is asked before `reconcile.rules.kid`.
"""

from __future__ import annotations

from dataclasses import replace

from reconcile.bank_transactions import Movement
from reconcile.evidence import Evidence
from reconcile.matches import Doubt, Finding, Match
from reconcile.returned_payments import CameBack, comes_back, reason_of
from reconcile.rules import end_to_end_id
from reconcile.wording import say

RULE = "returned-payment"


def match(movement: Movement, evidence: Evidence) -> Finding | None:
    """Return the match that opens the items of the only payment that fits."""
    told = CameBack.of(movement)
    if not comes_back(movement) or not told.is_named:
        return None
    found = [
        standing
        for standing in evidence.known.standings
        if told.is_of(standing.payment) and evidence.settled_by(standing.payment).number > 0
    ]
    if not found:
        return None
    language = evidence.language
    reason = reason_of(movement, language)
    if len(found) > 1:
        keys = [paid.open_item for each in found[:5] for paid in each.payment.items]
        text = say(language, "return-several", items=", ".join(keys), reason=reason)
        return Doubt(rule=RULE, reason=text)
    payment = found[0].payment
    named = replace(movement, end_to_end_id=payment.end_to_end_id)
    finding = end_to_end_id.match(named, evidence)
    if not isinstance(finding, Match):
        return finding
    why = say(
        language,
        "why-return-fits",
        end_to_end_id=payment.end_to_end_id,
        references=", ".join(
            filter(None, (told.kid, told.payment_information_id or told.message_id))
        ),
        account=payment.creditor_account,
        reason=reason,
    )
    return replace(finding, rule=RULE, why=why)
