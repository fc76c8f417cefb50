"""`[[rule]]` of books.toml: what a person has decided beforehand (`ledger.user_rules`).

    [[rule]] text = "nettbank", amount = ["-200.00", "0.00"], account = 7770
    -150.00  "Nettbank november"     7770 debit 150.00
    -250.00  "Nettbank november"     nothing is said here

Two rules with different accounts that fit one movement are no decision: it is parked. A
rule with `document = "required"` parks until a person attaches one; only such a rule may
have a VAT code. So does one whose account is not open on the day, or takes no such money.

The trap is that a text fits more than was meant: of what points at an item or a payment
(`reconcile.pointing`) a rule takes nothing.
"""

from __future__ import annotations

from ledger.directives import MetaValue
from ledger.user_rules import UserRule
from reconcile.bank_transactions import Movement
from reconcile.evidence import Evidence
from reconcile.matches import Doubt, Finding, Leg, Match
from reconcile.pointing import pointing
from reconcile.wording import say

RULE = "user-rule"


def match(movement: Movement, evidence: Evidence) -> Finding | None:
    """Return what the person's rules make of a movement, or None."""
    found = fitting(movement, evidence.known.user_rules)
    if not found or pointing(movement, evidence) is not None:
        return None
    if len({(rule.account, rule.vat) for rule in found}) > 1:
        names = ", ".join(rule.name for rule in found)
        return Doubt(rule=RULE, reason=say(evidence.language, "rules-several", names=names))
    rule = found[0]
    fault = _unusable(rule, movement, evidence)
    if fault is not None:
        return Doubt(rule=RULE, reason=fault)
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


def passed_over(movement: Movement, reason: str, evidence: Evidence) -> str:
    """Return why a movement waits, and why a rule that fits has not taken it."""
    found = fitting(movement, evidence.known.user_rules)
    points = pointing(movement, evidence) if found else None
    if points is None:
        return reason
    rules = ", ".join(f"{rule.name}: {rule.account}" for rule in found)
    return say(
        evidence.language, "rule-passed-over", reason=reason, rules=rules, points=points
    )


def _unusable(rule: UserRule, movement: Movement, evidence: Evidence) -> str | None:
    """Return why the account of a rule takes no such money on that day, or None."""
    account = evidence.known.rule_accounts.get(rule.account)
    if account is None:
        return None
    language, named = evidence.language, {"name": rule.name, "account": rule.account}
    if not account.is_open(movement.booking_date):
        return say(language, "rule-not-open", date=movement.booking_date, **named)
    if account.currencies and movement.amount.currency not in account.currencies:
        currencies = ", ".join(account.currencies)
        return say(language, "rule-currency", currencies=currencies, **named)
    return None


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
