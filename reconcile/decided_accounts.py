"""Accounts that a person books money on, the VAT that it includes, and its value in kroner.

VAT is worked out once for each code, on the sum of what is booked with it, and shared
between the accounts to the øre: three accounts with 33.33 each at 15 per cent carry
4.35, 4.35 and 4.34, for 99.99 includes 13.04.

    book 99.99 on 6800=33.33 6340=33.33 6300=33.33 --vat 11
        1579   -99.99
        6800    28.98 vat 11    6340    28.98 vat 11    6300    28.99 vat 11
        2711    13.04 vat 11, vat-base 86.95

Income, expense and VAT are in kroner. Money in another currency is booked at what the books
carry it at, else at the rate that the person tells:

    book 125.00 EUR on 3000 --vat 3 --rate 11.50
        2990   125.00 EUR @@ 1437.50 NOK
        3000 -1150.00 NOK       2700  -287.50 NOK

The trap: an advance, a loan or equity in the same booking carries no VAT.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_FLOOR, Decimal

from bankio.amount import Amount, exponent, rounded
from ledger.accounts import is_nominal
from ledger.carried_value import share_of_value
from ledger.directives import MetaValue, Posting
from ledger.open_items import OpenItem
from reconcile.clearing_decisions import DecisionRefused


@dataclass(frozen=True, slots=True, kw_only=True)
class Vat:
    """The VAT that an amount includes."""

    code: str
    rate: Decimal
    """In per cent."""
    account: str | None
    """Where the VAT is posted; None where there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Booked:
    """An account and how much of the money goes there, VAT included."""

    account: str
    amount: Amount | None = None
    """Never negative; all that is left where none is told."""
    vat: Vat | None = None
    holds: tuple[str, ...] = ()
    """The currencies that the account was opened for; none: any."""


def value_in_own(
    money: OpenItem, used: Amount, legs: Sequence[Booked], own: str, rate: Decimal | None
) -> Amount | None:
    """Return what so much of parked money is worth in our own currency, never negative.

    None where it is in that currency, or no account needs it so.

    Raises:
        DecisionRefused: An account needs it and nobody has told it, or it is told in vain.
    """
    currency = used.currency
    if currency == own:
        if rate is not None:
            raise DecisionRefused(
                f"{money.key}: is in {own}; --rate is for other currencies"
            )
        return None
    if money.value is not None and money.value.currency == own:
        if rate is not None:
            raise DecisionRefused(
                f"{money.key}: the books carry {abs(money.residual)} at {abs(money.value)};"
                " it is booked at that, without --rate"
            )
        return share_of_value(used, left=money.residual, value=money.value)
    if rate is not None:
        return rounded(used.number * rate, own)
    in_own = [leg.account for leg in legs if is_nominal(leg.account) or leg.vat]
    if in_own:
        raise DecisionRefused(
            f"{money.key}: is in {currency}, {in_own[0]} is kept in {own}, and no rate is"
            f" known: say what 1 {currency} was worth that day with --rate ({own})"
        )
    return None


def postings(
    legs: Sequence[tuple[Booked, Amount]], toward: int, value: Amount | None
) -> list[Posting]:
    """Return the postings of what is booked.

    Args:
        legs: The accounts, each with its amount, VAT included, never negative.
        toward: 1 for a debit, or -1.
        value: What all of them are worth in our own currency; None: they stay as they are.
    """
    amounts = [amount for _, amount in legs]
    worth = amounts
    if value is not None:
        worth = shared(value, [amount.number for amount in amounts])
    taxes = _taxes([(leg.vat, each) for (leg, _), each in zip(legs, worth, strict=True)])
    found: list[Posting] = []
    for (leg, amount), gross, tax in zip(legs, worth, taxes, strict=True):
        meta: dict[str, MetaValue] = {"vat": leg.vat.code} if leg.vat else {}
        posting = Posting(account=leg.account, units=turned(gross - tax, toward), meta=meta)
        is_own = is_nominal(leg.account) or leg.vat is not None
        if value is not None and not is_own and amount.currency in leg.holds:
            posting = replace(posting, units=turned(amount, toward), total_price=gross)
        found.append(posting)
    return [*found, *_vat_postings(legs, worth, taxes, toward)]


def _taxes(parts: Sequence[tuple[Vat | None, Amount]]) -> list[Amount]:
    """Return the VAT of each part: of one code it sums to that of their sum."""
    found = [Amount.zero(amount.currency) for _, amount in parts]
    for vat in _each_once(vat for vat, _ in parts):
        places = [place for place, (its, _) in enumerate(parts) if its == vat]
        gross = [parts[place][1] for place in places]
        whole = included_vat(_sum(gross), vat.rate)
        shares = shared(whole, [each.number for each in gross])
        for place, share in zip(places, shares, strict=True):
            found[place] = share
    return found


def _vat_postings(
    legs: Sequence[tuple[Booked, Amount]],
    worth: Sequence[Amount],
    taxes: Sequence[Amount],
    toward: int,
) -> Iterator[Posting]:
    """Yield the VAT, one posting for each code, with what it is the VAT of."""
    for vat in _each_once(leg.vat for leg, _ in legs):
        its = [place for place, (leg, _) in enumerate(legs) if leg.vat == vat]
        tax = _sum([taxes[place] for place in its])
        if vat.account is None or not tax:
            continue
        base = _sum([worth[place] for place in its]) - tax
        yield Posting(
            account=vat.account,
            units=turned(tax, toward),
            meta={"vat": vat.code, "vat-base": turned(base, toward)},
        )


def _each_once(vats: Iterable[Vat | None]) -> Iterable[Vat]:
    return dict.fromkeys(vat for vat in vats if vat is not None)


def _sum(amounts: Sequence[Amount]) -> Amount:
    return sum(amounts, start=Amount.zero(amounts[0].currency))


def shared(whole: Amount, weights: Sequence[Decimal]) -> list[Amount]:
    """Return the part of an amount that each weight has: to the øre, and all of it.

    What rounding down leaves goes to the largest remainders, of equal ones to the first.

    >>> [str(each) for each in shared(Amount(Decimal("13.04"), "NOK"), [Decimal(1)] * 3)]
    ['4.35 NOK', '4.35 NOK', '4.34 NOK']
    """
    total = sum(weights, start=Decimal(0))
    unit = Decimal(1).scaleb(-exponent(whole.currency))
    exact = [whole.number * weight / total for weight in weights]
    parts = [each.quantize(unit, ROUND_FLOOR) for each in exact]
    left = int((whole.number - sum(parts, start=Decimal(0))) / unit)
    by_remainder = sorted(range(len(parts)), key=lambda at: parts[at] - exact[at])
    for at in by_remainder[:left]:
        parts[at] += unit
    return [Amount(part, whole.currency) for part in parts]


def included_vat(amount: Amount, rate: Decimal) -> Amount:
    """Return the VAT that an amount includes, rounded half up to its minor unit.

    >>> str(included_vat(Amount(Decimal("125.00"), "NOK"), Decimal("25")))
    '25.00 NOK'
    >>> str(included_vat(Amount(Decimal("99.99"), "NOK"), Decimal("25")))
    '20.00 NOK'
    """
    return rounded(amount.number * rate / (100 + rate), amount.currency)


def turned(amount: Amount, sign: int) -> Amount:
    """Return an amount as a debit (1) or as a credit (-1)."""
    return amount if sign > 0 else -amount
