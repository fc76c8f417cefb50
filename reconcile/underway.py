"""Payments of ours that are underway and that a bank may book as one sum.

A bank that names no remittance books -60 006.00 with the text "Lønn"; the three wages of
the message that it has make 60 006.00. That is no proof, so a person is offered them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from bankio.amount import Amount


@dataclass(frozen=True, slots=True, kw_only=True)
class Underway:
    """Payments of ours that the bank has, and may book as one sum."""

    name: str
    """PmtInfId, or MsgId."""
    bank_account: str
    items: frozenset[str]
    """The open items that they pay."""
    total: Amount
    """Their sum, positive."""
    count: int
    """How many payments they are."""


class SumsUnderway:
    """Sums of payments, by account and amount."""

    def __init__(self, underway: Iterable[Underway]) -> None:
        self._found: dict[tuple[str, Amount], list[Underway]] = defaultdict(list)
        for each in underway:
            self._found[each.bank_account, each.total].append(each)

    def booked_as(self, amount: Amount, bank_account: str | None) -> Underway | None:
        """Return the payments that make a booked sum (out is negative), if only they do."""
        found = self._found.get((bank_account or "", -amount), [])
        return found[0] if len({each.items for each in found}) == 1 else None
