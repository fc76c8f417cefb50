"""Accounts that a person books money on, and the VAT that it includes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from bankio.amount import Amount, exponent
from ledger.directives import Posting


@dataclass(frozen=True, slots=True, kw_only=True)
class Vat:
    """The VAT that an amount includes."""

    code: str
    rate: Decimal
    """In per cent."""
    account: str
    """Where the VAT is posted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Booked:
    """An account and how much of the money goes there, VAT included."""

    account: str
    amount: Amount | None = None
    """Never negative; all that is left where none is told."""
    vat: Vat | None = None


def postings_of(leg: Booked, amount: Amount, toward: int) -> Iterable[Posting]:
    """Yield the postings of an amount, its VAT apart; `toward` is 1 for a debit, or -1."""
    if leg.vat is None:
        yield Posting(account=leg.account, units=_times(amount, toward))
        return
    tax = included_vat(amount, leg.vat.rate)
    yield Posting(
        account=leg.account,
        units=_times(amount - tax, toward),
        meta={"vat": leg.vat.code},
    )
    if tax:
        yield Posting(account=leg.vat.account, units=_times(tax, toward))


def included_vat(amount: Amount, rate: Decimal) -> Amount:
    """Return the VAT that an amount includes, rounded half up to its minor unit.

    >>> str(included_vat(Amount(Decimal("125.00"), "NOK"), Decimal("25")))
    '25.00 NOK'
    >>> str(included_vat(Amount(Decimal("99.99"), "NOK"), Decimal("25")))
    '20.00 NOK'
    """
    unit = Decimal(1).scaleb(-exponent(amount.currency))
    tax = amount.number * rate / (100 + rate)
    return Amount(tax.quantize(unit, ROUND_HALF_UP), amount.currency)


def _times(amount: Amount, sign: int) -> Amount:
    return amount if sign > 0 else -amount
