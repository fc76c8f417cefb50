"""The bank reconciliation statement of an account at a day: what an auditor reads.

    Balance by the bank's statement of 2026-11-30         412 660.35
    Balance in the books                                  412 660.35
    Difference                                                  0.00
    Not on a statement yet   told by camt.054, 20 Nov       1 250.00
    On its way               E-SQX2… to Fjellkraft AS     -12 500.00
    Between own accounts     1990, since 19 Nov (11 days)   5 000.00
    Parked                   2990 cr-4bede18ec3 (41 days)     300.00   needs a comment

Only the statement posts the bank account, so the difference is zero or something is
wrong, and then the proof names the first bad day. What is on its way stands in no book
until the bank has moved it; it is shown because the money will go. What stands on
clearing is explained by `reconcile.clearing`; parked money is real and in the balance.
Whatever is older than `AGE_MAX` days, on whichever of them, asks for a comment.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from bankio.amount import Amount
from ledger.company import BankAccount
from ledger.movements import StatementDay
from ledger.open_items import OpenItem
from ledger.payments import PaymentStanding, PaymentState
from reconcile.clearing import Explanation
from reconcile.transfers import OnItsWay
from reconcile.wording import say

DoubtCause = Literal[
    "doubt-file",
    "doubt-opening",
    "doubt-by-hand",
    "doubt-lost",
    "doubt-held",
    "doubt-held-days",
    "doubt-unusable",
    "doubt-reach",
    "doubt-no-day",
]

#: Older than this, whatever waits asks for a comment.
AGE_MAX = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """The first day of an account that is not proven, and why."""

    date: date
    cause: DoubtCause
    told: Mapping[str, object] = field(default_factory=dict)
    """What the sentence about the cause names."""

    def why(self, language: str) -> str:
        """Return what contradicts the proof, without the day."""
        return say(language, self.cause, **self.told)

    def __str__(self) -> str:
        return f"not proved from {self.date} on: {self.why('en')}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """Why something waits, in a person's words."""

    text: str
    by: str
    date: date

    def __str__(self) -> str:
        return f"{self.text} ({self.by}, {self.date})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Parked money."""

    open_item: str | None
    account: str
    date: date
    amount: Amount
    """As it stands in the books."""
    text: str
    age: int
    """In days."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BankReconciliation:
    """Bank and books of one account at the end of one day."""

    bank_account: BankAccount
    date: date
    statement: StatementDay | None
    """The last proven day up to `date`; None: no day is proven."""
    bank: Amount
    """By the bank: the closing balance of that day, else the opening in books.toml."""
    books: Amount
    """By the books, at the end of `date`."""
    outstanding: tuple[PaymentStanding, ...]
    """Payments at the bank that it has not booked."""
    clearing: Explanation
    parked: tuple[Waiting, ...]
    comments_missing: tuple[str, ...]
    """What has waited longer than `AGE_MAX` days and has no comment."""
    comments: Mapping[str, Comment] = field(default_factory=dict)
    """The last one of everything that persons have commented on, by its key."""
    transfers: tuple[OnItsWay, ...] = ()
    """Between our own accounts, of whichever of them."""
    doubt: Doubt | None = None
    """Why the account is not proven at the end of `date`."""

    @property
    def difference(self) -> Amount:
        """Bank less books: zero, or the proof says where it begins."""
        return self.bank - self.books

    @property
    def is_reconciled(self) -> bool:
        """Whether the account is proven to its day and nothing stands unexplained."""
        return (
            self.statement is not None
            and self.doubt is None
            and not self.difference
            and not self.clearing.unexplained
        )

    def waits_since(self, key: str) -> tuple[Amount, dt.date]:
        """Return how much of what waits has that key, and since when."""
        waiting = _waiting(self.parked, self.clearing, self.transfers)
        return next((amount, since) for name, amount, since in waiting if name == key)

    @property
    def outstanding_total(self) -> Amount:
        """What will leave the account when the bank books what it has, positive."""
        total = Amount.zero(self.bank.currency)
        for standing in self.outstanding:
            total += standing.payment.amount
        return total


def reconciliation(
    bank_account: BankAccount,
    day: date,
    *,
    days: Iterable[StatementDay],
    books: Amount,
    standings: Iterable[PaymentStanding],
    clearing: Explanation,
    waiting: Iterable[OpenItem],
    comments: Mapping[str, Comment] | None = None,
    transfers: Sequence[OnItsWay] = (),
    doubt: Doubt | None = None,
) -> BankReconciliation:
    """Return the statement of an account at the end of a day.

    Args:
        bank_account: Whose statement it is.
        day: The last day that it tells of.
        days: Every proven day of the account, the parts of one in their order.
        books: The ledger balance at the end of `day`.
        standings: Every payment of ours as it stood at the end of `day`.
        clearing: What stands on its clearing account.
        waiting: Open items on suspense accounts.
        comments: The last comment on each open item, rest of clearing, transfer.
        transfers: What stands between our own accounts at the end of `day`.
        doubt: Why the account is not proven at the end of `day`.
    """
    last: StatementDay | None = None
    for each in days:
        is_up_to = each.bank_account == bank_account.number and each.date <= day
        # A day may be told in parts: the last part closes it.
        if is_up_to and (last is None or each.date >= last.date):
            last = each
    opening = Amount(bank_account.opening, bank_account.currency)
    parked = tuple(sorted(_parked(waiting, day), key=lambda each: (each.date, each.text)))
    return BankReconciliation(
        bank_account=bank_account,
        date=day,
        statement=last,
        bank=last.closing if last else opening,
        books=books,
        outstanding=tuple(
            each
            for each in standings
            if each.payment.debtor_account == bank_account.number and _is_outstanding(each)
        ),
        clearing=clearing,
        parked=parked,
        comments_missing=tuple(
            key
            for key, _, since in _waiting(parked, clearing, transfers)
            if (day - since).days > AGE_MAX and key not in (comments or {})
        ),
        comments=comments or {},
        transfers=tuple(transfers),
        doubt=doubt,
    )


def _waiting(
    parked: Iterable[Waiting], clearing: Explanation, transfers: Iterable[OnItsWay]
) -> Iterator[tuple[str, Amount, date]]:
    """Yield everything that waits: what a comment names it by, how much, since when."""
    yield from (
        (each.open_item, each.amount, each.date) for each in parked if each.open_item
    )
    for kind in (clearing.rests, transfers):
        yield from ((each.key, each.amount, each.date) for each in kind)


def _is_outstanding(standing: PaymentStanding) -> bool:
    """Whether a payment was at the bank and not booked."""
    return standing.state.is_live and standing.state is not PaymentState.PREPARED


def _parked(waiting: Iterable[OpenItem], day: date) -> Iterable[Waiting]:
    """Yield what was parked up to a day and stood open at its end."""
    for item in waiting:
        standing = [posting.amount for posting in item.postings if posting.date <= day]
        if not standing:
            continue
        left = Amount.zero(item.residual.currency)
        for amount in standing:
            left += amount
        if left:
            yield Waiting(
                open_item=item.key,
                account=item.account,
                date=item.date,
                amount=left,
                text=item.narration,
                age=(day - item.date).days,
            )
