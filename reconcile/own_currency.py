"""Income and expense of a bank account in another currency, in the currency of the books.

A charge of 12.00 EUR is an expense in kroner from the day on which it was taken. What it is
worth is taken from what the books or the bank say of this very money, never from elsewhere:

    988.00 EUR for an invoice of 1000.00 EUR at 11500.00 NOK, charges of 12.00 EUR
        kf-17   -1000.00 EUR     7770   138.00 NOK @@ 12.00 EUR     bank   988.00 EUR
    25.00 EUR that the bank says were 287.50 NOK, and a rule for 6800
        6800      287.50 NOK @@ 25.00 EUR                           bank   -25.00 EUR
    12.00 EUR, and nothing else
        parked: nobody has said what a euro was worth (`books book … --rate`)

The trap: nothing else would notice. A voucher all in euro balances.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from bankio.amount import rounded
from ledger.accounts import is_nominal
from ledger.carried_value import share_of_value
from reconcile.bank_transactions import Movement
from reconcile.evidence import Evidence
from reconcile.matches import Doubt, Leg, Match
from reconcile.wording import say


def valued(found: Match, movement: Movement, evidence: Evidence) -> Match | Doubt:
    """Return a match with its income and expense in our own currency, or why it waits."""
    own = evidence.known.company.operating_currency
    foreign = [leg for leg in found.legs if _is_foreign(leg, own)]
    if not foreign:
        return found
    rate = _rate(found, movement, own, evidence)
    if rate is None:
        told = say(
            evidence.language,
            "no-rate",
            why=found.why,
            account=foreign[0].account,
            currency=movement.amount.currency,
            own=own,
        )
        return Doubt(rule=found.rule, reason=told, alarms=found.alarms)

    def in_own(leg: Leg) -> Leg:
        worth = rounded(leg.amount.number * rate, own)
        return replace(leg, amount=worth, total_price=abs(leg.amount))

    legs = tuple(in_own(leg) if _is_foreign(leg, own) else leg for leg in found.legs)
    return replace(found, legs=legs)


def _is_foreign(leg: Leg, own: str) -> bool:
    return is_nominal(leg.account) and leg.amount.currency != own and bool(leg.amount)


def _rate(found: Match, movement: Movement, own: str, evidence: Evidence) -> Decimal | None:
    """Return what one of the movement's currency is worth; None where nothing tells."""
    foreign, worth = Decimal(0), Decimal(0)
    for leg in found.legs:
        if leg.amount.currency == own and leg.total_price is not None:
            worth += abs(leg.amount).number
            foreign += leg.total_price.number
        elif leg.item is not None and leg.amount.currency == movement.amount.currency:
            left, value = evidence.residual(leg.item), evidence.value(leg.item)
            if left and value is not None and value.currency == own:
                worth += share_of_value(leg.amount, left=left, value=value).number
                foreign += abs(leg.amount).number
    told = movement.instructed_amount
    if not foreign and told is not None and told.currency == own and not movement.charges:
        worth, foreign = told.number, abs(movement.amount).number
    return worth / foreign if worth and foreign else None
