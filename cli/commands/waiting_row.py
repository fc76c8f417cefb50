"""One thing that waits for a person, as every list and the page tell it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from bankio.amount import Amount
from cli.commands.held_files import Instead
from cli.render import money
from ledger.payables import Payable
from reconcile.candidates import Clue


class Kind(StrEnum):
    """What waits, in the order in which a list by kind shows them."""

    ALARM = "alarm"
    FAILED = "failed"
    LATE = "late"
    UNKNOWN = "unknown"
    MONEY = "money"
    TRANSFER = "transfer"
    CLEARING = "clearing"
    FILE = "file"


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One thing that waits."""

    kind: Kind
    ref: str
    date: dt.date | None
    amount: Amount | None
    """Signed: money in is positive. None for a file, and for an alarm without a sum."""
    text: str
    kid: str | None = None
    counterparty: str | None = None
    reason: str
    is_alarm: bool = False
    """Whether it contradicts what we sent."""
    clue: Clue | None = None
    """What is known of the money, for whoever looks for the item that it is for."""
    voucher: str | None = None
    open_item: str | None = None
    payable: Payable | None = None
    """The bill of a payment that the bank ended."""
    how: str = ""
    """What the lines of `decide` are good for."""
    decide: tuple[str, ...] = ()
    """What a person types: commands, or of a file the line that sets it aside."""
    instead: tuple[Instead, ...] = ()
    """Of a file: what else a person may type."""

    @property
    def sum(self) -> str:
        """The amount with its currency; empty where there is none."""
        return f"{money(self.amount)} {self.amount.currency}" if self.amount else ""

    @property
    def told(self) -> str:
        """It in one line, as `status` and `reconcile` tell it."""
        if self.kind is Kind.ALARM:
            return f"ALARM {self.reason}"
        parts = [
            self.sum,
            "" if self.kind is Kind.MONEY else self.text,
            f"KID {self.kid}" if self.kid and self.kid not in self.reason else "",
            self.counterparty or "",
        ]
        told = " ".join(part for part in parts if part)
        return f"{'ALARM ' if self.is_alarm else ''}{told}: {self.reason}"
