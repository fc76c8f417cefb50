"""`[[rule]]` of books.toml: what a person has decided beforehand (`ledger.user_rules`).

    [[rule]] text = "nettbank", amount = ["-200.00", "0.00"], account = 7770
    -150.00  "Nettbank november"     7770 debit 150.00
    -250.00  "Nettbank november"     nothing is said here

Two rules with different accounts that fit one movement are no decision: it is parked. A
rule with `document = "required"` parks until a person attaches one; only such a rule may
have a VAT code.
"""

from __future__ import annotations

from ledger.directives import MetaValue
from ledger.user_rules import UserRule
from reconcile.bank_transactions import Movement
from reconcile.evidence import Evidence
from reconcile.matches import Doubt, Finding, Leg, Match
from reconcile.wording import say

RULE = "user-rule"


def match(movement: Movement, evidence: Evidence) -> Finding | None:
    """Return what the person's rules make of a movement, or None."""
    found = fitting(movement, evidence.known.user_rules)
    if not found:
        return None
    if len({(rule.account, rule.vat) for rule in found}) > 1:
        names = ", ".join(rule.name for rule in found)
        return Doubt(rule=RULE, reason=say(evidence.language, "rules-several", names=names))
    rule = found[0]
    if rule.document_required:
        return Doubt(
            rule=RULE, reason=say(evidence.language, "rule-document", name=rule.name)
        )
    meta: dict[str, MetaValue] = {"vat": rule.vat} if rule.vat else {}
    return Match(
        rule=RULE,
        why=say(evidence.language, "why-user-rule", name=rule.name),
        legs=(Leg(account=rule.account, amount=-movement.amount, meta=meta),),
        payee=movement.counterparty_name or say(evidence.language, "bank"),
        narration=movement.text or rule.name,
    )


def fitting(movement: Movement, rules: tuple[UserRule, ...]) -> tuple[UserRule, ...]:
    """Return the rules whose every condition a movement meets (`books rules test`)."""
    return tuple(
        rule
        for rule in rules
        if rule.fits(
            text=movement.text,
            code=movement.code,
            party=movement.counterparty_name,
            amount=movement.amount.number,
        )
    )
