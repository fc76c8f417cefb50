"""Who has signed a bank reconciliation statement, and whether that still holds.

    2026-12-02 custom "reconciled" "86011117947" "prepared" 412660.35 NOK
      as-of: 2026-11-30
      open-points: "9b1c07d2a4e85f30"
      by: "kari"

A signature holds for what was signed: the balance, and the open points as their hash in
the line tells them (a line without it was written before there was one). What the bank
tells later of a day that was signed makes another statement of it, to be signed anew.

The trap: one person may not do both. A review holds where somebody else had prepared the
same statement before it; names are one where they differ in case and blanks alone.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from bankio.amount import Amount
from ledger.accounts import text
from ledger.directives import Custom
from reconcile.bank_reconciliation import BankReconciliation
from reconcile.wording import say

TYPE = "reconciled"
PREPARED, REVIEWED = "prepared", "reviewed"

Lapse = Literal[
    "signed-balance", "signed-doubt", "signed-points", "signed-alone", "signed-both"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """One person's word for a statement."""

    role: str
    by: str
    date: date
    bank: Amount
    """The balance that was signed."""
    lapse: Lapse | None = None
    """Why it does not hold for what stands there now."""

    @property
    def holds(self) -> bool:
        """Whether it is for what stands there now."""
        return self.lapse is None

    @property
    def person(self) -> str:
        """The name as it is compared."""
        return same_person(self.by)

    def why(self, language: str) -> str:
        """Return why it does not hold; empty where it does."""
        return say(language, self.lapse, bank=self.bank) if self.lapse else ""


def same_person(name: str) -> str:
    """Return a name as names are compared.

    >>> same_person(" Kari  Nordmann") == same_person("kari nordmann")
    True
    """
    return " ".join(name.split()).casefold()


def line(found: BankReconciliation, role: str, today: date, by: str) -> Custom:
    """Return the line that signs a statement."""
    return Custom(
        date=today,
        type=TYPE,
        values=(found.bank_account.number, role, found.bank),
        meta={"as-of": found.date, "open-points": open_points(found), "by": by},
    )


def of(lines: Iterable[Custom], found: BankReconciliation) -> tuple[Signature, ...]:
    """Return who has signed a statement, each once, in the order of the lines."""
    signed: dict[Signature, None] = {}
    for each in lines:
        if each.values[0] == found.bank_account.number and (
            each.meta.get("as-of") == found.date
        ):
            signed.setdefault(_signature(each, found, signed))
    return tuple(signed)


def holding(signed: Iterable[Signature], role: str) -> set[str]:
    """Return the persons whose signature in a role holds, as names are compared."""
    return {each.person for each in signed if each.role == role and each.holds}


def _signature(
    each: Custom, found: BankReconciliation, before: Iterable[Signature]
) -> Signature:
    _, role, bank = each.values
    assert isinstance(bank, Amount)
    by = text(each.meta, "by") or ""
    lapse: Lapse | None = None
    if bank != found.bank or bank != found.books:
        lapse = "signed-balance"
    elif not found.is_reconciled:
        lapse = "signed-doubt"
    elif each.meta.get("open-points", open_points(found)) != open_points(found):
        lapse = "signed-points"
    else:
        lapse = _lapse_of_role(str(role), same_person(by), tuple(before))
    return Signature(role=str(role), by=by, date=each.date, bank=bank, lapse=lapse)


def _lapse_of_role(role: str, person: str, before: tuple[Signature, ...]) -> Lapse | None:
    other = PREPARED if role == REVIEWED else REVIEWED
    others = holding(before, other)
    if person in others:
        return "signed-both"
    return "signed-alone" if role == REVIEWED and not others else None


def open_points(found: BankReconciliation) -> str:
    """Return the beginning of a hash over all that stands open on a statement."""
    told = json.dumps(sorted(_points(found)), ensure_ascii=False)
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def _points(found: BankReconciliation) -> Iterator[tuple[str, str, str]]:
    """Yield kind, name and amount: comments and states change, and open nothing."""
    if found.statement is not None:
        yield "statement", found.statement.sha256, str(found.bank)
    for payment in (each.payment for each in found.outstanding):
        yield "outstanding", payment.end_to_end_id, str(payment.amount)
    for rest in found.clearing.rests:
        yield "clearing", rest.key, str(rest.amount)
    for item in found.parked:
        yield "parked", item.open_item or item.text, str(item.amount)
    for moved in found.transfers:
        yield "transfer", moved.key, str(moved.amount)
