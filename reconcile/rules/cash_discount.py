"""A cash discount taken within its date: all but the discount settles the whole item.

kf-17 is 1000.00 with `discount: 2.00` and `discount-until: 2026-11-12`:

    11 Nov  +980.00, KID 17          kf-17 settled; 8170 (`discount-given`) debit 20.00
    13 Nov  +980.00, KID 17          paid in part, 20.00 left: nothing is said here
    11 Nov  +985.00, KID 17          paid in part, 15.00 left: nothing is said here
    11 Nov  +980.00 from K20001's account, "faktura 17"     as with the KID
    11 Nov  +980.00, CINV 17 980.00 or 1000.00             as with the KID (`documents`)
    11 Nov  +11400.00 NOK, instructed 980.00 EUR           the same of 1000.00 EUR
    11 Nov  +480.00 after 500.00 on the 9th                settled, as if paid at once
    11 Nov  +480.00 after 500.00 by a credit note           paid in part: 20.00 left

and lf-9, a bill of 1000.00 with the same terms, of which `books pay-due lf-9=980.00` was
ordered, is settled by that payment; 8070 (`discount-received`) credit 20.00. So it is where
it is in another currency than the account that paid (`exchange`). If it comes back, the
whole bill is open again and the discount is given back.

The day is when the bank booked it, or its value date if that is earlier. The trap is VAT:
the tax was invoiced on the full price, and nothing here corrects it; a seller who is to
do so writes a credit note, so that buyer and seller have the same voucher.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from bankio.amount import Amount
from ledger.open_items import OpenItem
from reconcile.bank_transactions import Movement
from reconcile.evidence import Evidence
from reconcile.matches import Finding, Leg, Match
from reconcile.rules import exchange, invoice_number
from reconcile.rules.party import settled
from reconcile.wording import say

RULE = "cash-discount"


def match(movement: Movement, evidence: Evidence) -> Finding | None:
    """Return the one item that the movement and its discount settle, or None."""
    found = _match(movement, evidence)
    as_instructed = exchange.as_instructed(movement)
    if found is not None or as_instructed is None:
        return found
    found = _match(as_instructed, evidence)
    if isinstance(found, Match):
        return exchange.exchanged(movement, found, evidence)
    return found


def _match(movement: Movement, evidence: Evidence) -> Finding | None:
    item = _named(movement, evidence)
    if item is None or item.discount is None:
        return None
    if item.residual.currency != movement.amount.currency:
        return None
    missing = evidence.residual(item) - movement.amount
    leg = _leg(movement, item, missing, evidence)
    if leg is None:
        return None
    told = "why-discount" if movement.kid is None else "why-discount-kid"
    return settled(
        movement,
        [item],
        evidence,
        rule=RULE,
        why=say(
            evidence.language,
            told,
            kid=movement.kid,
            item=item.key,
            until=item.discount_until,
            rest=abs(missing),
        ),
        difference=leg,
    )


def with_discounts(
    movement: Movement, legs: Iterable[Leg], evidence: Evidence
) -> tuple[Leg, ...]:
    """Return what a payment settles: an item whole where only its discount is left."""
    found: list[Leg] = []
    for leg in legs:
        item = leg.item
        rest = None
        if item is not None and leg.amount.currency == evidence.residual(item).currency:
            rest = evidence.residual(item) + leg.amount
        discount = _leg(movement, item, rest, evidence) if item and rest else None
        if item is None or discount is None:
            found.append(leg)
        else:
            found += [replace(leg, amount=-evidence.residual(item)), discount]
    return tuple(found)


def with_discount(movement: Movement, item: OpenItem, evidence: Evidence) -> Amount | None:
    """Return what settles an item with its discount, if that can be taken; ledger sign."""
    discount = item.discount_amount
    if discount is None or _leg(movement, item, discount, evidence) is None:
        return None
    return evidence.residual(item) - discount


def proven_late(
    movement: Movement, settled_by: str, item: OpenItem, evidence: Evidence
) -> Leg | None:
    """Return the leg of a discount that is left of an item, which was paid in time.

    `settled_by` is the movement that settled it, and that `movement` tells once more.
    """
    return _leg(movement, item, evidence.residual(item), evidence, settled_by)


def given_back(amount: Amount, evidence: Evidence) -> Leg | None:
    """Return the leg that takes back a supplier's discount of a payment that came back."""
    account = evidence.roles.discount_received
    return Leg(account=account, amount=amount) if account and amount else None


def _named(movement: Movement, evidence: Evidence) -> OpenItem | None:
    """Return the only item that the movement names: by KID, or by number and party."""
    if movement.kids:
        return None
    if movement.kid is not None:
        carriers = evidence.carriers(movement.kid)
        return carriers[0] if len(carriers) == 1 and not carriers[0].is_draft else None
    party = evidence.party_of(movement) if movement.text else None
    if party is None:
        return None
    items = evidence.payable_by(party, movement)
    named = invoice_number.named_items(movement.text, items)
    return named[0] if len(named) == 1 else None


def _leg(
    movement: Movement,
    item: OpenItem,
    missing: Amount,
    evidence: Evidence,
    proven: str | None = None,
) -> Leg | None:
    """Return the leg of the discount if it is what is missing of an item paid in time."""
    if item.discount is None or item.discount_until is None:
        return None
    days = filter(None, (movement.booking_date, movement.value_date))
    if min(days) > item.discount_until or missing != item.discount_amount:
        return None
    if not evidence.is_paid_in_time(item, item.discount_until, proven):
        return None
    is_sale = item.amount.number > 0
    roles = evidence.roles
    account = roles.discount_given if is_sale else roles.discount_received
    return Leg(account=account, amount=missing) if account else None
