"""VAT codes and rates: what a person's voucher may carry, by the day of its date.

Skatteetaten's standard tax codes (SAF-T) and the rates of the VAT act. Rates are dated:
12 % was 10 % in 2016 and 2017 and 6 % from April 2020 to September 2021. Codes for
import, reverse charge and exemption are posted by hand: they need more than one account
or none. The account is found by its number in the chart.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

_HIGH = ((date(2005, 1, 1), Decimal(25)),)
_MIDDLE = ((date(2012, 1, 1), Decimal(15)),)
_LOW = (
    (date(2016, 1, 1), Decimal(10)),
    (date(2018, 1, 1), Decimal(12)),
    (date(2020, 4, 1), Decimal(6)),
    (date(2021, 10, 1), Decimal(12)),
)
_RAW_FISH = ((date(2012, 1, 1), Decimal("11.11")),)


@dataclass(frozen=True, slots=True)
class VatCode:
    """A code with the account of its VAT and its rates."""

    code: str
    is_sale: bool
    account_number: str
    rates: tuple[tuple[date, Decimal], ...]
    """From which day on, and how many per cent; oldest first."""

    def rate(self, day: date) -> Decimal | None:
        """Return the rate on a day; None before the oldest that is known."""
        found = [rate for start, rate in self.rates if start <= day]
        return found[-1] if found else None


CODES: dict[str, VatCode] = {
    each.code: each
    for each in (
        VatCode("1", False, "2710", _HIGH),
        VatCode("11", False, "2711", _MIDDLE),
        VatCode("12", False, "2711", _RAW_FISH),
        VatCode("13", False, "2713", _LOW),
        VatCode("3", True, "2700", _HIGH),
        VatCode("31", True, "2701", _MIDDLE),
        VatCode("32", True, "2701", _RAW_FISH),
        VatCode("33", True, "2703", _LOW),
    )
}
