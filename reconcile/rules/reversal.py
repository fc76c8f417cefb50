"""A receipt that the bank takes back: `RvslInd` on a debit, or a plain debit coded RRTN.

No element links it to what it takes back, so KID, payer's account and amount must fit
one earlier receipt alone:

    bank: +1250.00 KID 17 from A, settled kf-17
    bank: -1250.00 KID 17 from A, RvslInd     opens kf-17 again
    bank: -1250.00 without KID, RvslInd       parked

The receipt may stand in the same run, the same day, or the same file, before or after it:
whoever asks about several movements asks about those that take back last.

The trap is the sign: `RvslInd` is the reason for the entry, never its direction.
"""

from __future__ import annotations

from collections.abc import Iterable

from ledger.open_items import OpenItem
from reconcile.bank_transactions import Movement
from reconcile.evidence import Evidence
from reconcile.matches import Doubt, Finding, Leg, Match
from reconcile.wording import say

RULE = "reversal"


def match(movement: Movement, evidence: Evidence) -> Finding | None:
    """Return what a taken back receipt opens again; None where it is none."""
    if movement.amount.number >= 0 or not is_taken_back(movement):
        return None
    receipts = evidence.receipt_like(movement)
    item = evidence.settled_item_of(receipts[0]) if len(receipts) == 1 else None
    if item is None or _opens_too_much(movement, item, evidence):
        return Doubt(rule=RULE, reason=say(evidence.language, "reversal-unknown"))
    return Match(
        rule=RULE,
        why=say(evidence.language, "why-reversal", movement=receipts[0].key),
        legs=(
            Leg(
                account=item.account,
                amount=-movement.amount,
                open_item=item.key,
                item=item,
            ),
        ),
        payee=movement.counterparty_name or item.party_name,
        narration=say(evidence.language, "reversed"),
    )


def _opens_too_much(movement: Movement, item: OpenItem, evidence: Evidence) -> bool:
    """Whether more would be open than was ever asked for: it was taken back before."""
    after = evidence.residual(item) - movement.amount
    return abs(after).number > abs(item.amount).number


def is_taken_back(movement: Movement) -> bool:
    """Whether the bank says that it takes something back."""
    return movement.is_reversal or (movement.code or "").endswith("/RRTN")


def takes_back(movements: Iterable[Movement]) -> bool:
    """Whether one of them is a receipt taken back: what it takes back goes first."""
    return any(
        movement.amount.number < 0 and is_taken_back(movement) for movement in movements
    )
