"""Differences between what was asked and what came: charges on the way, and rounding.

Of 1000.00 that were asked for:

    950.00 came, and the bank tells charges of 50.00      7770 debit 50.00, item settled
    950.00 came, and the bank tells no charges            paid in part
    999.50 came, and the policy's limit is 1.00           7740 debit 0.50, item settled
    1000.40 came, and the policy's limit is 1.00          7740 credit 0.40, item settled
    999.50 came, and the policy has no limit              paid in part
    -999.50 went out for a bill of 1000.00                no rounding, whatever the limit

The limit is for receipts whose item is certain: by KID or RF reference, by an invoice
number or the payer's documents where the account is the party's. It is never for money
out: what we pay is what we ordered, and a bank that books another amount is an alarm.

Nothing here finds an item; it only says what becomes of the difference when one is found.
"""

from __future__ import annotations

from bankio.amount import Amount
from reconcile.bank_transactions import Movement
from reconcile.evidence import Evidence
from reconcile.matches import Leg


def charged(movement: Movement, missing: Amount, evidence: Evidence) -> Leg | None:
    """Return the leg of charges that the bank took off, if they are all that is missing."""
    account = evidence.roles.charges
    if account is None or missing.number <= 0:
        return None
    total = Amount.zero(missing.currency)
    for charge in movement.charges:
        if charge.amount.currency != missing.currency or charge.included is False:
            return None
        total += charge.amount
    return Leg(account=account, amount=missing) if total == missing else None


def settled_by_receipt(
    movement: Movement, missing: Amount, evidence: Evidence
) -> Leg | None:
    """Return the leg that lets a receipt settle its items whole, or None: in part."""
    if movement.amount.number <= 0:
        return None
    return charged(movement, missing, evidence) or small(missing, evidence)


def small(missing: Amount, evidence: Evidence) -> Leg | None:
    """Return the leg of a difference, either way, that the policy lets go."""
    account, limit = evidence.roles.rounding, evidence.known.small_difference
    if account is None or limit is None or not missing:
        return None
    if limit.currency != missing.currency or abs(missing).number > limit.number:
        return None
    return Leg(account=account, amount=missing)
