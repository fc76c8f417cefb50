"""Money that was instructed in another currency than our account has, without a reference.

The bank converts it, and tells what was instructed (`InstdAmt`). The party's items are in
that currency, so the rules about a party are asked about that amount:

    -11960.00 NOK, instructed 1000.00 EUR, to L10002's account, "77"
        lf-L10002-77 has -1000.00 EUR left, in the books at -11800.00 NOK
        settled; 160.00 to 8160, less what the bank tells as charges
    +11650.00 NOK, instructed 1000.00 EUR, from K20001's account
        kf-K20001-5 alone has 1000.00 EUR left          settled; 150.00 to 8160
    -11960.00 NOK to L10002's account, nothing told of euro      nothing is said here

The trap: charges that the payer bore are no part of what was instructed, and a difference
within the policy's limit is for kroner; so nothing is rounded here.
"""

from __future__ import annotations

from dataclasses import replace

from reconcile.bank_transactions import Movement
from reconcile.evidence import Evidence
from reconcile.matches import Doubt, Finding
from reconcile.rules import (
    account_and_amount,
    combination,
    documents,
    exchange,
    invoice_number,
)

RULE = "instructed-amount"

_ASKED = (
    documents.match,
    invoice_number.match,
    account_and_amount.match,
    combination.match,
)


def match(movement: Movement, evidence: Evidence) -> Finding | None:
    """Return the party's items that the instructed amount settles, or None."""
    as_instructed = exchange.as_instructed(movement)
    if as_instructed is None or movement.kid is not None:
        return None
    findings = (rule(as_instructed, evidence) for rule in _ASKED)
    found = next((each for each in findings if each is not None), None)
    if found is None or isinstance(found, Doubt):
        return found
    exchanged = exchange.exchanged(movement, found, evidence)
    return None if exchanged is None else replace(exchanged, rule=RULE)
