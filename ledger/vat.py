"""VAT codes and rates: what a person's voucher may carry, by the day of its date.

Skatteetaten's standard tax codes (SAF-T) and the rates of the VAT act. Rates are dated:
12 % was 10 % in 2016 and 2017 and 6 % from April 2020 to September 2021. Sales at 0 %,
outside the act and without VAT treatment carry their code and no VAT. Codes for import and
reverse charge on purchases are posted by hand: they need more than one account. The account
is found by its number in the chart.

VAT belongs to what is bought and sold: income, expense, and the assets that goods and
prepaid costs are entered on. An advance, a loan, equity or the VAT accounts carry none.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from ledger.accounts import LedgerAccount, is_nominal

_HIGH = ((date(2005, 1, 1), Decimal(25)),)
_MIDDLE = ((date(2012, 1, 1), Decimal(15)),)
_LOW = (
    (date(2016, 1, 1), Decimal(10)),
    (date(2018, 1, 1), Decimal(12)),
    (date(2020, 4, 1), Decimal(6)),
    (date(2021, 10, 1), Decimal(12)),
)
_NONE = ((date.min, Decimal(0)),)
_RAW_FISH = ((date(2012, 1, 1), Decimal("11.11")),)


@dataclass(frozen=True, slots=True)
class VatCode:
    """A code with the account of its VAT and its rates."""

    code: str
    is_sale: bool
    account_number: str | None
    """None: a code without VAT of its own."""
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
        VatCode("0", False, None, _NONE),
        VatCode("3", True, "2700", _HIGH),
        VatCode("31", True, "2701", _MIDDLE),
        VatCode("32", True, "2701", _RAW_FISH),
        VatCode("33", True, "2703", _LOW),
        VatCode("5", True, None, _NONE),
        VatCode("51", True, None, _NONE),
        VatCode("52", True, None, _NONE),
        VatCode("6", True, None, _NONE),
        VatCode("7", True, None, _NONE),
    )
}

#: Fixed assets, stock, and costs paid in advance: entered net of VAT, bought or sold.
_ASSETS = ("10", "11", "12", "14", "17")
#: An advance to a supplier, whose invoice is still to come.
_ADVANCES = ("148",)


def carries_vat(account: LedgerAccount) -> bool:
    """Whether what is booked on an account may include VAT."""
    if is_nominal(account.name):
        return True
    number = account.number or ""
    is_asset = account.name.startswith("Assets:") and number.startswith(_ASSETS)
    return is_asset and not number.startswith(_ADVANCES)


def is_vat_account(account: LedgerAccount) -> bool:
    """Whether an account holds VAT itself (2700 to 2749)."""
    return "2700" <= (account.number or "") < "2750"
