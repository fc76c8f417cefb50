"""What the books carry an item at in another currency, and the share that a part of it has.

An invoice of 1000.00 EUR stands in the books at 11 500.00 NOK (`@@`). What is paid of it in
kroner is posted with its share of that value as the price. What is paid in euro, into an
account in euro, has no price and takes its share along just so:

    created                       1000.00 EUR @@ 11500.00 NOK
    400.00 EUR into the account   -400.00 EUR                      4600.00 NOK go along
    6960.00 NOK for the rest      -600.00 EUR @@ 6900.00 NOK       and 60.00 of agio

In whichever order they come, nothing is left in either currency. The trap: shares are
rounded to the øre, so the last part takes what no other part took.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from bankio.amount import Amount, rounded
from ledger.directives import Posting


def value_of(created: Sequence[Posting], postings: Iterable[Posting]) -> Amount | None:
    """Return what is left of an item's value, ledger sign; None where it has none.

    Args:
        created: The postings that made the item.
        postings: All of its postings, these among them.
    """
    own = created[0].units.currency
    rest, unpriced = Decimal(0), Decimal(0)
    values: dict[str, Decimal] = {}
    for posting in postings:
        weight = posting.weight
        rest += posting.units.number
        if weight.currency == own:
            unpriced += posting.units.number
        else:
            before = values.get(weight.currency, Decimal(0))
            values[weight.currency] = before + weight.number
    if len(values) != 1 or any(each.weight.currency == own for each in created):
        return None
    ((currency, number),) = values.items()
    if not unpriced:
        return Amount(number, currency)
    units = sum((each.units.number for each in created), start=Decimal(0))
    worth = sum((each.weight.number for each in created), start=Decimal(0))
    if not rest or not units:
        return Amount.zero(currency)
    gone = rounded(unpriced * worth / units, currency)
    return Amount(number, currency) + gone


def share_of_value(amount: Amount, *, left: Amount, value: Amount) -> Amount:
    """Return the share of an item's value that so much of it has, never negative.

    >>> euro, kroner = Amount(Decimal("100.00"), "EUR"), Amount(Decimal("1000.01"), "NOK")
    >>> str(share_of_value(Amount(Decimal("33.33"), "EUR"), left=euro, value=kroner))
    '333.30 NOK'
    """
    share = abs(value).number * abs(amount).number / abs(left).number
    return rounded(share, value.currency)
