"""Money: a decimal number of currency units, and the currency.

One type for the whole project. The number is exact (`Decimal`, never `float`);
signs mean what the holder of the value says they mean.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

#: ISO 4217 minor units that are not two. A short list: what a Norwegian account may meet.
_EXPONENTS = {
    "JPY": 0,
    "ISK": 0,
    "KRW": 0,
    "CLP": 0,
    "VND": 0,
    "BHD": 3,
    "KWD": 3,
    "TND": 3,
}


class CurrencyMismatch(TypeError):
    """Two amounts of different currencies were added: a programmer's error."""

    def __init__(self, left: Amount, right: Amount) -> None:
        super().__init__(f"{left} and {right} have different currencies")


def exponent(currency: str) -> int:
    """Return the number of decimals that money in `currency` has."""
    return _EXPONENTS.get(currency, 2)


@dataclass(frozen=True, slots=True, order=True)
class Amount:
    """An amount of money.

    >>> Amount(Decimal("12.50"), "NOK") + Amount(Decimal("0.50"), "NOK")
    Amount(number=Decimal('13.00'), currency='NOK')
    >>> str(Amount(Decimal("-1234.5"), "NOK"))
    '-1234.50 NOK'
    >>> Amount(Decimal("12.50"), "NOK").minor
    1250
    """

    number: Decimal
    currency: str

    @classmethod
    def of_minor(cls, minor: int, currency: str) -> Amount:
        """Return the amount that `minor` minor units (øre) are."""
        return cls(Decimal(minor).scaleb(-exponent(currency)), currency)

    @classmethod
    def zero(cls, currency: str) -> Amount:
        """Return nothing, in `currency`."""
        return cls.of_minor(0, currency)

    @property
    def minor(self) -> int:
        """The amount in whole minor units (øre); exact, or `ValueError`."""
        scaled = self.number.scaleb(exponent(self.currency))
        if scaled != scaled.to_integral_value():
            raise ValueError(
                f"{self.number} {self.currency} is no whole number of minor units"
            )
        return int(scaled)

    @property
    def text(self) -> str:
        """The number with its currency's decimals, a dot, and no grouping."""
        places = max(exponent(self.currency), -int(self.number.as_tuple().exponent))
        return f"{self.number:.{places}f}"

    def __add__(self, other: Amount) -> Amount:
        if self.currency != other.currency:
            raise CurrencyMismatch(self, other)
        return Amount(self.number + other.number, self.currency)

    def __sub__(self, other: Amount) -> Amount:
        return self + -other

    def __neg__(self) -> Amount:
        return Amount(-self.number, self.currency)

    def __abs__(self) -> Amount:
        return Amount(abs(self.number), self.currency)

    def __bool__(self) -> bool:
        return self.number != 0

    def __str__(self) -> str:
        return f"{self.text} {self.currency}"


def rounded(number: Decimal, currency: str) -> Amount:
    """Return an amount to the minor unit of its currency, half up.

    >>> str(rounded(Decimal("0.125"), "NOK")), str(rounded(Decimal("0.5"), "JPY"))
    ('0.13 NOK', '1 JPY')
    """
    unit = Decimal(1).scaleb(-exponent(currency))
    return Amount(number.quantize(unit, ROUND_HALF_UP), currency)
