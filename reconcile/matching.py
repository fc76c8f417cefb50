"""Apply the rules, surest first: unique or not at all.

What no rule knows is parked, with the reason. A match is checked here once more, in the
one place that every rule passes: its legs and the movement make zero, and no item
crosses zero. A rule that breaks this has a mistake, and stops the program rather than
the books. And what the payer's text names must be among what is settled
(`reconcile.named`): no rule may overrule the payer by an amount.

Of a receipt of which the bank tells what was instructed and what it took off, the rules
are asked about the whole, and the charges are a leg of their own:

    +575.00 KID 17, 600.00 instructed, charges of 25.00
        kf-17  -600.00     7770  25.00     bank  575.00
"""

from __future__ import annotations

from dataclasses import replace

from bankio.amount import Amount
from ledger.item_kinds import ItemKind
from reconcile.bank_reasons import bank_reason
from reconcile.bank_transactions import Movement
from reconcile.candidates import kids_in
from reconcile.evidence import Evidence
from reconcile.matches import Doubt, Finding, Leg, Match
from reconcile.named import contradiction
from reconcile.own_currency import valued
from reconcile.returned_payments import CameBack
from reconcile.rules import RULES, differences, invoice_number, user_rule
from reconcile.wording import say

PARKED = "parked"


def find(movement: Movement, evidence: Evidence) -> Finding:
    """Return the first finding of the rules, or a doubt that says what is missing."""
    charged = differences.before_charges(movement, evidence)
    found = _first(movement, evidence) if charged is None else None
    if charged is not None:
        found = _before_charges(movement, *charged, evidence)
    if found is not None:
        return found
    reason = user_rule.passed_over(movement, _unknown(movement, evidence), evidence)
    return Doubt(rule=PARKED, reason=reason)


def _first(movement: Movement, evidence: Evidence) -> Finding | None:
    for rule in RULES:
        found = rule(movement, evidence)
        if isinstance(found, Match):
            _check(found, movement, evidence)
            found = (
                contradiction(found, movement, evidence)
                or _too_far(found, evidence)
                or found
            )
        if isinstance(found, Match):
            found = valued(found, movement, evidence)
        if found is not None:
            return found
    return None


def _before_charges(
    movement: Movement, paid: Amount, charges: Leg, evidence: Evidence
) -> Finding | None:
    """Return what a receipt is that was more before the bank took its charges off."""
    whole = replace(movement, amount=paid, charges=(), instructed_amount=None)
    found = _first(whole, evidence)
    if not isinstance(found, Match):
        return found
    told = say(evidence.language, "why-charged", charges=charges.amount, paid=paid)
    found = replace(found, why=f"{found.why}{told}", legs=(*found.legs, charges))
    _check(found, movement, evidence)
    return valued(found, movement, evidence)


def _unknown(movement: Movement, evidence: Evidence) -> str:
    language = evidence.language
    # What comes back has the KID of our own payment, and no customer's.
    if movement.return_reason is not None or movement.has_return_code:
        what = _unknown_return(movement, evidence)
        told = bank_reason(language, movement.return_reason)
        return ": ".join(filter(None, (what, told)))
    if movement.kid is not None and movement.amount.number > 0:
        return say(language, "unknown-kid", kid=movement.kid)
    if movement.kid is not None:
        return _unknown_payment(movement, movement.kid, evidence)
    for word in kids_in(movement.text) if movement.amount.number > 0 else ():
        items = ", ".join(item.key for item in evidence.carriers(word)[:5])
        if items:
            return say(language, "kid-in-text", kid=word, items=items)
    return invoice_number.too_much(movement, evidence) or say(language, "unknown")


def _unknown_return(movement: Movement, evidence: Evidence) -> str:
    """Return why a return is unknown: what it lacks, where a payment is like it."""
    told = CameBack.of(movement)
    is_like = any(told.is_like(each.payment) for each in evidence.known.standings)
    if is_like and movement.amount.number > 0 and not told.is_named:
        return told.unnamed(evidence.language)
    return say(evidence.language, "return-unknown")


def _unknown_payment(movement: Movement, kid: str, evidence: Evidence) -> str:
    """Return why money out with a KID is unknown; a receipt of it may be taken back."""
    for receipt in reversed(evidence.receipt_like(movement)):
        if evidence.settled_by_receipt(receipt):
            told = receipt.key
            return say(evidence.language, "maybe-taken-back", kid=kid, movement=told)
    items = ", ".join(item.key for item in evidence.carriers(kid)[:5])
    if items:
        return say(evidence.language, "kid-out", kid=kid, items=items)
    return say(evidence.language, "unknown-kid-out", kid=kid)


def _check(match: Match, movement: Movement, evidence: Evidence) -> None:
    total = movement.amount
    for leg in match.legs:
        total += leg.weight
        assert not _crosses_zero(leg, evidence), f"{match.rule}: {leg.open_item}"
    assert not total, f"{match.rule}: legs of {movement.key} are off by {total}"


def _too_far(match: Match, evidence: Evidence) -> Doubt | None:
    """Return the doubt where an item would open beyond its own amount.

    What it was settled by is taken back already, or never was: nobody is owed it twice.
    """
    for leg in match.legs:
        if leg.item is None or leg.item.kind in {ItemKind.SUSPENSE, ItemKind.CREDIT}:
            continue
        after = evidence.residual(leg.item) + leg.amount
        if leg.item.opens_too_far(after):
            reason = say(
                evidence.language,
                "opens-too-far",
                item=leg.item.key,
                after=abs(after),
                amount=abs(leg.item.amount),
            )
            return Doubt(rule=match.rule, reason=reason, alarms=(reason,))
    return None


def _crosses_zero(leg: Leg, evidence: Evidence) -> bool:
    """Whether a leg takes more of an item than is left of it."""
    if leg.item is None:
        return False
    left = evidence.residual(leg.item).number
    after = left + leg.amount.number
    return (left > 0 > after) or (left < 0 < after)
