"""Differences between what was asked and what came: charges on the way, and rounding.

Of 1000.00 that were asked for:

    950.00 came, and the bank tells charges of 50.00      7770 debit 50.00, item settled
    950.00 came, 1000.00 instructed, charges of 50.00     the same
    950.00 came,  950.00 instructed, charges of 50.00     paid in part: they were not ours
    750.00 came,  800.00 instructed, charges of 50.00     7770 debit 50.00, 800.00 paid
    950.00 came, and the bank tells no charges            paid in part
    999.50 came, and the policy's limit is 1.00           7740 debit 0.50, item settled
    1000.40 came, and the policy's limit is 1.00          7740 credit 0.40, item settled
    999.50 came, and the policy has no limit              paid in part
    -999.50 went out for a bill of 1000.00                no rounding, whatever the limit

A charge counts where it is taken out of the amount (`ChrgInclInd` is not false), is a
debit, and is not borne by the other party (`Br`: DEBT on a receipt, CRED on a payment);
and where the amount that was instructed is told, only if the sums tie to the øre.

The limit is for receipts whose item is certain: by KID or RF reference, by an invoice
number or the payer's documents where the account is the party's. It is never for money
out: what we pay is what we ordered, and a bank that books another amount is an alarm.

Nothing here finds an item; it only says what becomes of the difference when one is found.
"""

from __future__ import annotations

from bankio.amount import Amount
from bankio.iso20022.values import Charge
from reconcile.bank_transactions import Movement
from reconcile.evidence import Evidence
from reconcile.matches import Leg


def charged(movement: Movement, missing: Amount, evidence: Evidence) -> Leg | None:
    """Return the leg of charges that the bank took off, if they are all that is missing."""
    charges = taken_off(movement)
    if missing.number <= 0 or charges != missing:
        return None
    return _leg(charges, evidence)


def before_charges(movement: Movement, evidence: Evidence) -> tuple[Amount, Leg] | None:
    """Return what a receipt was before charges, and their leg, where the bank tells both.

    None where nothing was taken off, or the sums do not tie.
    """
    charges, told = taken_off(movement), movement.instructed_amount
    if charges is None or told is None or told.currency != movement.amount.currency:
        return None
    leg = _leg(charges, evidence)
    return (told, leg) if leg is not None and movement.amount.number > 0 else None


def taken_off(movement: Movement) -> Amount | None:
    """Return the charges that are in a movement's amount and ours to bear; None: none.

    What was instructed and the charges make what was booked, or nothing is certain.
    """
    booked, told = movement.amount, movement.instructed_amount
    total = Amount.zero(booked.currency)
    for charge in movement.charges:
        if not is_taken_off(charge):
            continue
        if not is_ours(charge, movement) or charge.amount.currency != total.currency:
            return None
        total += charge.amount
    if told is not None and told.currency == booked.currency:
        whole = booked + total if booked.number > 0 else -(booked + total)
        total = total if whole == told else Amount.zero(total.currency)
    return total or None


def is_taken_off(charge: Charge) -> bool:
    """Whether the amount that was booked has the charge taken out, or may have."""
    return charge.included is not False and bool(charge.amount)


def is_ours(charge: Charge, movement: Movement) -> bool:
    """Whether it is a charge, no refund, and not the other party's to bear."""
    other = "DEBT" if movement.amount.number > 0 else "CRED"
    return charge.credit_debit_indicator != "CRDT" and charge.bearer != other


def _leg(charges: Amount, evidence: Evidence) -> Leg | None:
    account = evidence.roles.charges
    return Leg(account=account, amount=charges) if account is not None else None


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
