"""One payment for several items of one party: the one combination that makes the amount.

    +600.00 from K20001's account; left are 100.00, 200.00, 300.00, 450.00
        100.00 + 200.00 + 300.00 is the only sum of 600.00      settled
    +300.00 with 100.00, 200.00, 300.00 left                    the item of 300.00, before
    +600.00 with 100.00, 200.00, 300.00, 300.00 left            two sums: a person is asked

The search (`reconcile.subset_sum`) is bounded, stops at the second solution, and knows
when it did not finish: that is "unknown", never "unique". An item that the text names
must be among them. The trap is chance: among many
items of round amounts *some* sum fits any round payment, so a combination counts only if
the odds of an accident are below one in twenty.
"""

from __future__ import annotations

from reconcile.bank_transactions import Movement
from reconcile.evidence import Evidence
from reconcile.matches import Doubt, Finding
from reconcile.rules.invoice_number import maybe_named_items
from reconcile.rules.party import settled
from reconcile.subset_sum import Exhausted, solutions, would_be_chance
from reconcile.wording import say

RULE = "combination"


def match(movement: Movement, evidence: Evidence) -> Finding | None:
    """Return the only items of the party that together make the amount, or None."""
    if movement.kid is not None or movement.counterparty_account is None:
        return None
    party = evidence.party_of(movement)
    if party is None or not party.by_account:
        return None
    items = evidence.payable_by(party, movement)
    if len(items) < 2:
        return None
    sizes = [abs(evidence.residual(item)).minor for item in items]
    wanted = abs(movement.amount).minor
    found = solutions(sizes, wanted)
    if isinstance(found, Exhausted):
        return Doubt(rule=RULE, reason=say(evidence.language, "search-bounded"))
    if not found:
        return None
    chosen = [items[place] for place in found[0]]
    keys = ", ".join(item.key for item in chosen)
    named = [item for item in maybe_named_items(movement.text, items) if item not in chosen]
    if named:
        told = ", ".join([keys, *(item.key for item in named)])
        return Doubt(rule=RULE, reason=say(evidence.language, "several-items", items=told))
    if len(found) > 1 or would_be_chance(sizes, len(chosen)):
        other = ", ".join(items[place].key for place in found[-1])
        told = keys if len(found) == 1 else f"{keys}; {other}"
        return Doubt(rule=RULE, reason=say(evidence.language, "several-items", items=told))
    return settled(
        movement,
        chosen,
        evidence,
        rule=RULE,
        why=say(
            evidence.language,
            "why-combination",
            account=movement.counterparty_account,
            items=keys,
        ),
    )
