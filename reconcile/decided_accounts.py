"""Accounts that a person books money on, and the VAT that it includes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from bankio.amount import Amount, rounded
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
        yield Posting(account=leg.account, units=turned(amount, toward))
        return
    tax = included_vat(amount, leg.vat.rate)
    yield Posting(
        account=leg.account,
        units=turned(amount - tax, toward),
        meta={"vat": leg.vat.code},
    )
    if tax:
        yield Posting(account=leg.vat.account, units=turned(tax, toward))


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
