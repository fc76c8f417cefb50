"""A receipt that the bank takes back: `RvslInd` on a debit, or a plain debit coded RRTN.

No element links it to what it takes back, so KID, payer's account and amount must fit
one earlier receipt alone, or several that settled the same:

    bank: +1250.00 KID 17 from A, settled kf-17
    bank: -1250.00 KID 17 from A, RvslInd     opens kf-17 again
    bank: -1250.00 without KID, RvslInd       parked

Everything that the receipt did is taken back, not its amount alone:

    +1500.00 settled kf-17 (1250.00), 250.00 to credit    opens kf-17, takes the credit back
    +1249.50 settled kf-17, 0.50 to rounding              opens 1250.00, takes 0.50 back
    +1225.00 settled kf-17, 25.00 to cash discount        the same with 8170
    the credit has been used for kf-18 since              opens kf-17 and kf-18
    a person has undone it, or matched it elsewhere       taken from where it stands
    the credit has been paid out since                    parked
    it settled an item in euro, or bank charges with it   parked: a person undoes it whole

The receipt may stand in the same run, the same day, or the same file, before or after it:
whoever asks about several movements asks in the order of `reconcile.day_order`.

The trap is the sign: `RvslInd` is the reason for the entry, never its direction.
"""

from __future__ import annotations

from collections.abc import Sequence

from reconcile.bank_transactions import Movement
from reconcile.evidence import Evidence
from reconcile.matches import Doubt, Finding, Leg, Match
from reconcile.moneys import Money
from reconcile.placed_receipts import placed
from reconcile.rules import differences, own_transfer
from reconcile.wording import say

RULE = "reversal"


def match(movement: Movement, evidence: Evidence) -> Finding | None:
    """Return what a taken back receipt opens again; None where it is none."""
    if movement.amount.number >= 0 or not is_taken_back(movement):
        return None
    language = evidence.language
    receipts = evidence.receipt_like(movement)
    if not receipts and own_transfer.is_between_own(movement, evidence):
        return None  # no receipt: the transfer is taken back on both accounts
    settled, why = _settled(receipts, evidence), "why-reversal"
    vouchers = ""
    if not settled or any(_takes_too_much(leg, evidence) for leg in settled):
        since = placed(receipts[0], evidence) if len(receipts) == 1 else None
        if since is None:
            return Doubt(rule=RULE, reason=say(language, "reversal-unknown"))
        vouchers = ", ".join(filter(None, since.vouchers))
        settled, why = since.legs, "why-reversal-placed"
        if not settled or any(_takes_too_much(leg, evidence) for leg in settled):
            text, key = "reversal-placed", receipts[0].key
            return Doubt(
                rule=RULE, reason=say(language, text, movement=key, vouchers=vouchers)
            )
    legs = [
        Leg(account=leg.account, amount=-leg.amount, open_item=leg.open_item, item=leg.item)
        for leg in settled
    ]
    difference = _difference(movement, settled, evidence)
    if difference is None:
        told = say(language, "reversal-not-whole", movement=receipts[-1].key)
        return Doubt(rule=RULE, reason=told)
    legs += difference
    names = (leg.item.party_name for leg in legs if leg.item is not None)
    return Match(
        rule=RULE,
        why=say(language, why, movement=receipts[-1].key, vouchers=vouchers),
        legs=tuple(legs),
        payee=movement.counterparty_name or next(names, None),
        narration=say(language, "reversed"),
    )


def _settled(receipts: Sequence[Money], evidence: Evidence) -> tuple[Leg, ...]:
    """Return what the receipts settled, if each did the same: one of them is meant."""
    found = [evidence.settled_by_receipt(receipt) for receipt in receipts]
    alike = {tuple((leg.open_item, leg.amount) for leg in legs) for legs in found}
    return found[-1] if len(alike) == 1 else ()


def _takes_too_much(leg: Leg, evidence: Evidence) -> bool:
    """Whether it was taken back before, or what it left was used since."""
    if leg.item is None:
        return False  # a credit of this very run
    left, item = evidence.residual(leg.item), leg.item
    after = left - leg.amount
    if (leg.amount.number > 0) is (item.amount.number > 0):  # the receipt made the item
        return (after.number > 0) is not (left.number > 0) and bool(after)
    return abs(after).number > abs(item.amount).number


def _difference(
    movement: Movement, settled: Sequence[Leg], evidence: Evidence
) -> list[Leg] | None:
    """Return the leg that takes back what the receipt settled beyond its amount.

    Empty where that is nothing; None where nobody can tell what it was.
    """
    rest = -movement.amount
    for leg in settled:
        if leg.amount.currency != rest.currency or leg.total_price is not None:
            return None
        rest += leg.amount
    if not rest:
        return []
    discounts = [leg.item.discount_amount for leg in settled if leg.item is not None]
    given = evidence.roles.discount_given
    if given is not None and discounts == [-rest]:
        return [Leg(account=given, amount=rest)]
    rounding = differences.small(rest, evidence)
    return [rounding] if rounding is not None else None


def is_taken_back(movement: Movement) -> bool:
    """Whether the bank says that it takes something back."""
    return movement.is_reversal or movement.has_return_code
