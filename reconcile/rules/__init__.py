"""The matching rules, surest first. A new rule is one module and one line here.

A rule is asked about one movement and the evidence. It returns a match, a doubt (which
ends the asking), or None where it has nothing to say.
"""

from __future__ import annotations

from collections.abc import Callable

from reconcile.bank_transactions import Movement
from reconcile.evidence import Evidence
from reconcile.matches import Finding
from reconcile.rules import (
    account_and_amount,
    bank_charges,
    cash_discount,
    combination,
    documents,
    end_to_end_id,
    foreign_payment,
    instructed_amount,
    invoice_number,
    kid,
    own_transfer,
    payment_information_id,
    returned_payment,
    reversal,
    user_rule,
)

Rule = Callable[[Movement, Evidence], Finding | None]

RULES: tuple[Rule, ...] = (
    end_to_end_id.match,
    payment_information_id.match,
    foreign_payment.match,
    returned_payment.match,
    reversal.match,
    documents.with_references,
    cash_discount.match,
    kid.match,
    own_transfer.match,
    documents.match,
    invoice_number.match,
    account_and_amount.match,
    combination.match,
    instructed_amount.match,
    user_rule.match,
    bank_charges.match,
)
