"""The party's account and the amount, if exactly one item of the party has it.

    -720.00 to 15032080119, the account of L10001
        lf-1 has -720.00 left and no other item of L10001 has   settled
        lf-1 and lf-2 both have -720.00 left (a monthly rent)   a person is asked

The trap is the text: if it names another invoice of the party than the one of the amount,
the two disagree, and a person is asked.
"""

from __future__ import annotations

from reconcile.bank_transactions import Movement
from reconcile.evidence import Evidence
from reconcile.matches import Doubt, Finding
from reconcile.rules.invoice_number import maybe_named_items
from reconcile.rules.party import settled
from reconcile.wording import say

RULE = "account-and-amount"


def match(movement: Movement, evidence: Evidence) -> Finding | None:
    """Return the only item of the party with the movement's amount, or None."""
    if movement.kid is not None or movement.counterparty_account is None:
        return None
    party = evidence.party_of(movement)
    if party is None or not party.by_account:
        return None
    payable = evidence.payable_by(party, movement)
    equal = [item for item in payable if evidence.residual(item) == movement.amount]
    if not equal:
        return None
    named = maybe_named_items(movement.text, payable)
    if len(equal) > 1 or any(item not in equal for item in named):
        keys = ", ".join(item.key for item in dict.fromkeys((*equal, *named)))
        return Doubt(rule=RULE, reason=say(evidence.language, "several-items", items=keys))
    return settled(
        movement,
        equal,
        evidence,
        rule=RULE,
        why=say(
            evidence.language,
            "why-account-amount",
            account=movement.counterparty_account,
            item=equal[0].key,
        ),
    )
