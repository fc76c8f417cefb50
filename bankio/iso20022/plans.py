"""Where the values that entries and details share stand in a shape.

A plan is worked out once for a shape and read for each of its records.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from bankio.amount import Amount
from bankio.iso20022 import fields as read
from bankio.iso20022.shapes import Shape, Values


@dataclass(frozen=True, slots=True)
class MoneyPlan:
    """Where an amount stands, and its path for errors."""

    value: int
    currency: int
    path: str

    @classmethod
    def of(cls, shape: Shape, *paths: str) -> MoneyPlan:
        """Find the first of `paths`."""
        path = next((path for path in paths if path in shape.index), paths[0])
        return cls(shape.at(path), shape.at(path + "@Ccy"), path)

    def read(self, values: Values) -> Amount | None:
        """Return the amount, None where there is none."""
        text = values[self.value]
        return None if text is None else read.money(text, values[self.currency], self.path)


@dataclass(frozen=True, slots=True)
class CodePlan:
    """Where BkTxCd stands."""

    domain: int
    family: int
    sub_family: int
    proprietary: int

    @classmethod
    def of(cls, shape: Shape) -> CodePlan | None:
        """Find the bank transaction code, None where there is none."""
        if "BkTxCd" not in shape.index:
            return None
        return cls(
            shape.at("BkTxCd/Domn/Cd"),
            shape.at("BkTxCd/Domn/Fmly/Cd"),
            shape.at("BkTxCd/Domn/Fmly/SubFmlyCd"),
            shape.at("BkTxCd/Prtry/Cd"),
        )

    def read(self, values: Values) -> str | None:
        """Return `PMNT/RCDT/VCOM`, else the proprietary code."""
        domain = values[self.domain]
        if not domain:
            return values[self.proprietary] or None
        return _joined_code(domain, values[self.family], values[self.sub_family])


@lru_cache(maxsize=256)
def _joined_code(*codes: str | None) -> str:
    return "/".join(code for code in codes if code)
