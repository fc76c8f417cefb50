"""What a rule finds: a match with its legs, or a doubt with its reason.

A rule that returns neither has nothing to say and the next one is asked. A doubt ends
the asking: the money is known to concern something, but not certainly enough, and goes
to a person.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from bankio.amount import Amount
from ledger.directives import Meta
from ledger.open_items import OpenItem


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """One posting on the other side of the bank or of clearing; debit is positive."""

    account: str
    amount: Amount
    open_item: str | None = None
    item: OpenItem | None = None
    """The item that it settles or reopens; None for a new one and for no item."""
    total_price: Amount | None = None
    """What `amount` is in the bank account's currency, never negative."""
    meta: Meta = field(default_factory=dict)

    @property
    def weight(self) -> Amount:
        """What it weighs in the voucher."""
        if self.total_price is None:
            return self.amount
        return self.total_price if self.amount.number >= 0 else -self.total_price


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """Money that is certain; the legs and the movement make zero."""

    rule: str
    why: str
    legs: tuple[Leg, ...]
    payee: str | None = None
    narration: str
    alarms: tuple[str, ...] = ()
    waits: str | None = None
    """Why a person should look although it is posted (a credit on a customer)."""

    @property
    def is_listed(self) -> bool:
        """Whether it leaves something for a person: a word to read, or a new open item."""
        made = any(leg.open_item is not None and leg.item is None for leg in self.legs)
        return made or self.waits is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """Money that waits for a person."""

    rule: str
    reason: str
    alarms: tuple[str, ...] = ()
    part: str | None = None
    """Which part of a remittance of ours (PmtInfId, or MsgId) it is, as one sum."""
    narration: str | None = None
    """What it is, where that is known and only what to do about it is not."""


Finding = Match | Doubt
