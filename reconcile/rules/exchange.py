"""Items in another currency than the money: settled at their value, the rest is agio.

A bill of 1000.00 EUR stands in the books at 11 800.00 NOK (`@@`). The bank books
-11 960.00 NOK, tells that 1000.00 EUR were instructed, and charges of 60.00:

    2400 lf-L10002-77   1000.00 EUR @@ 11800.00 NOK
    8160 Disagio         100.00 NOK
    7770 Bankgebyr        60.00 NOK
    1920               -11960.00 NOK

so that nothing is left of it in EUR nor in NOK. A part payment takes its share of the
value, to the øre, and the last one takes what is left. A charge that is told in EUR was
taken off before the bank exchanged the rest: what it is worth is at the bank's price.

The reverse, an invoice of 11 800.00 NOK paid into an account in EUR, has no value of its
own in EUR: what the bank gave for it is its price, and nothing is gained or lost before the
euros themselves are valued (at the period's end, by a person). The bank books 995.00 EUR,
tells that 11 800.00 NOK were instructed, and charges of 5.00 EUR:

    1500 kf-K20001-17  -11800.00 NOK @@ 1000.00 EUR
    7770 Bankgebyr         59.00 NOK @@ 5.00 EUR
    1960                  995.00 EUR

Nothing is left of it in either; of a part payment so many kroner as were instructed are
settled.

A cash discount of 20.00 EUR, taken in time, is so much of the item's value (or, of an
invoice in kroner, so much at the bank's price) and no agio. Of the bill above 980.00 EUR
were ordered, and the bank books -11700.00 NOK:

    2400 lf-L10002-77   1000.00 EUR @@ 11800.00 NOK
    8070               -236.00 NOK
    8160 Disagio         136.00 NOK
    1920              -11700.00 NOK

The trap: the amount in the
bank's currency proves nothing; without the instructed amount (`InstdAmt`) nothing is
settled.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation

from bankio.amount import Amount, rounded
from ledger.carried_value import share_of_value
from ledger.directives import MetaValue
from ledger.open_items import OpenItem
from reconcile.bank_transactions import Movement
from reconcile.evidence import Evidence
from reconcile.matches import Leg, Match
from reconcile.rules import differences
from reconcile.wording import say


def as_instructed(movement: Movement) -> Movement | None:
    """Return a movement as the payer instructed it; None where that was in its currency."""
    told = movement.instructed_amount
    if told is None or told.currency == movement.amount.currency:
        return None
    signed = told if movement.amount.number > 0 else -told
    return replace(movement, amount=signed, instructed_amount=None, charges=())


def exchanged(movement: Movement, found: Match, evidence: Evidence) -> Match | None:
    """Return what is found for a movement as it was instructed, as it was booked."""
    priced = priced_legs(movement, found.legs, evidence)
    if priced is None:
        return None
    told = say(evidence.language, "why-instructed", amount=movement.instructed_amount)
    return replace(found, why=f"{found.why}; {told}", legs=priced)


def priced_legs(
    movement: Movement,
    found: Sequence[Leg],
    evidence: Evidence,
    meta: dict[str, MetaValue] | None = None,
) -> tuple[Leg, ...] | None:
    """Return legs in their items' currency, each discount after its item, as booked."""
    roles = evidence.roles
    shares: list[tuple[OpenItem, Amount]] = []
    discounts: list[tuple[OpenItem, Leg]] = []
    for leg in found:
        if leg.item is not None:
            shares.append((leg.item, leg.amount))
        elif shares and leg.account in {roles.discount_given, roles.discount_received}:
            discounts.append((shares[-1][0], leg))
        else:
            return None
    return legs(movement, shares, evidence, meta, discounts)


def legs(
    movement: Movement,
    shares: Sequence[tuple[OpenItem, Amount]],
    evidence: Evidence,
    meta: dict[str, MetaValue] | None = None,
    discounts: Sequence[tuple[OpenItem, Leg]] = (),
) -> tuple[Leg, ...] | None:
    """Return the legs that settle so much of each item; None where something is missing.

    `shares` are what the legs post, in the items' currency, ledger sign; `discounts` what
    of them was not paid, each in its item's currency.
    """
    currency = movement.amount.currency
    own = evidence.known.company.operating_currency
    if currency != own and all(amount.currency == own for _, amount in shares):
        return _at_the_banks_price(movement, shares, evidence, meta or {}, discounts)
    found: list[Leg] = []
    rest = -movement.amount
    for item, amount in shares:
        price = _price(item, amount, currency, evidence)
        if price is None:
            return None
        leg = Leg(
            account=item.account,
            amount=amount,
            open_item=item.key,
            item=item,
            total_price=price,
            meta=meta or {},
        )
        found.append(leg)
        rest -= leg.weight
    for item, discount in discounts:
        price = _price(item, discount.amount, currency, evidence)
        if price is None:
            return None
        worth = price if discount.amount.number > 0 else -price
        found.append(replace(discount, amount=worth))
        rest -= worth
    charged = _charges_of_both(movement, evidence)
    if charged is not None:
        found.append(charged)
        rest -= charged.amount
    if rest:
        account = (
            evidence.roles.exchange_loss
            if rest.number > 0
            else evidence.roles.exchange_gain
        )
        if account is None:
            return None
        found.append(Leg(account=account, amount=rest))
    return tuple(found)


def _at_the_banks_price(
    movement: Movement,
    shares: Sequence[tuple[OpenItem, Amount]],
    evidence: Evidence,
    meta: dict[str, MetaValue],
    discounts: Sequence[tuple[OpenItem, Leg]],
) -> tuple[Leg, ...] | None:
    """Return the legs of items in our own currency: each has its part of the movement."""
    charges = _charges(movement, evidence)
    left = -movement.amount
    if charges is not None:
        left -= charges.amount
    amounts = [*(amount for _, amount in shares), *(leg.amount for _, leg in discounts)]
    kroner = sum((amount.number for amount in amounts), start=Decimal(0))
    if not kroner or not left or (left.number > 0) is not (kroner > 0):
        return None
    if any(
        abs(amount).number > abs(evidence.residual(item)).number for item, amount in shares
    ):
        return None
    parts = parts_at_one_rate(left, amounts)
    found = [
        Leg(
            account=item.account,
            amount=amount,
            open_item=item.key,
            item=item,
            total_price=abs(part),
            meta=meta,
        )
        for (item, amount), part in zip(shares, parts, strict=False)
    ]
    found += [
        replace(leg, total_price=abs(part))
        for (_, leg), part in zip(discounts, parts[len(shares) :], strict=True)
    ]
    if charges is not None:
        rate = left.number / kroner
        worth = rounded(charges.amount.number / rate, shares[0][1].currency)
        price = abs(charges.amount)
        found.append(Leg(account=charges.account, amount=worth, total_price=price))
    return tuple(found)


def parts_at_one_rate(whole: Amount, amounts: Sequence[Amount]) -> list[Amount]:
    """Return the part of `whole` that each amount has, to the øre; the last has the rest.

    >>> euro, kroner = Amount(Decimal("1.00"), "EUR"), Amount(Decimal("10.00"), "NOK")
    >>> [str(each) for each in parts_at_one_rate(euro, [kroner, kroner, kroner])]
    ['0.33 EUR', '0.33 EUR', '0.34 EUR']
    """
    rate = whole.number / sum((each.number for each in amounts), start=Decimal(0))
    parts = [rounded(each.number * rate, whole.currency) for each in amounts[:-1]]
    return [*parts, whole - sum(parts, start=Amount.zero(whole.currency))]


def _price(
    item: OpenItem, amount: Amount, currency: str, evidence: Evidence
) -> Amount | None:
    """Return the share of an item's value that an amount of it has, never negative."""
    left, value = evidence.residual(item), evidence.value(item)
    if value is None or value.currency != currency or amount.currency != left.currency:
        return None
    if not left or abs(amount).number > abs(left).number:
        return None
    return share_of_value(amount, left=left, value=value)


def _charges(movement: Movement, evidence: Evidence) -> Leg | None:
    account = evidence.roles.charges
    total = _charged_in(movement.amount.currency, movement)
    return Leg(account=account, amount=total) if account and total else None


def _charges_of_both(movement: Movement, evidence: Evidence) -> Leg | None:
    """Return the charges, told in the currency of the account or in the instructed one."""
    account = evidence.roles.charges
    total = _charged_in(movement.amount.currency, movement)
    total += _worth_of_instructed_charges(movement, total)
    return Leg(account=account, amount=total) if account and total else None


def _worth_of_instructed_charges(movement: Movement, others: Amount) -> Amount:
    """Return what charges in the instructed currency are worth at the bank's price.

    1000.00 EUR instructed, 10.00 EUR taken off, 11484.00 NOK booked: 990.00 EUR were
    exchanged, so it is 116.00. Nothing where the rate that is told makes the booked amount
    of all that was instructed: then it was not taken off.
    """
    booked, told = movement.amount, movement.instructed_amount
    nothing = Amount.zero(booked.currency)
    if told is None:
        return nothing
    charges = _charged_in(told.currency, movement)
    before = abs(booked + others)
    if not charges or told.currency == booked.currency or _ties(told, before, movement):
        return nothing
    signed = told if booked.number > 0 else -told
    exchanged = abs(signed - charges)
    if not exchanged or (signed - charges).number * booked.number < 0:
        return nothing
    worth = charges.number * before.number / exchanged.number
    return rounded(worth, booked.currency)


def _ties(told: Amount, before: Amount, movement: Movement) -> bool:
    """Whether the rate that the bank tells makes one amount of the other."""
    exchange = movement.currency_exchange
    try:
        rate = Decimal(exchange.rate or 0) if exchange else Decimal(0)
    except InvalidOperation:
        return False
    if not rate.is_finite() or rate <= 0:
        return False
    return before in {
        rounded(told.number * rate, before.currency),
        rounded(told.number / rate, before.currency),
    }


def _charged_in(currency: str, movement: Movement) -> Amount:
    total = Amount.zero(currency)
    for charge in movement.charges:
        counts = differences.is_taken_off(charge) and differences.is_ours(charge, movement)
        if counts and charge.amount.currency == currency:
            total += charge.amount
    return total
