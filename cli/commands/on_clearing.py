"""Which file of the bank is missing, where something has stood on clearing too long.

A detail file (camt.054, OCR giro) comes on the bank day that it tells, and its statement
the morning after. What has not come by the end of the next bank day is on its way no more:

    Fri 20 Nov  the statement shows a lump of 800.00; its details come the same evening
    Mon 23 Nov  a file that was late over the weekend is here at the end of the day
    Tue 24 Nov  the lump waits for a person: who sees to files asks the bank for this one

Details without a statement wait for the statement: until one of a later bank day is
proved, nothing says that theirs did not show them. Once the file has come clearing is
empty, and so is this list. If it never comes, or nothing tells which sum is which, a person
decides about a sum here by its key (`reconcile.clearing_decisions`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from bankio.amount import Amount
from cli.answer import Refused
from cli.commands import proven
from cli.wiring import Workplace
from ledger import cleared
from ledger.books import parse
from ledger.company import BankAccount
from ledger.decision_log import DecisionLog
from ledger.directives import Custom
from ledger.item_kinds import ItemKind
from ledger.open_items import OpenItem
from ledger.payments import Payment
from reconcile import clearing
from reconcile.clearing import Difference, Rest


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """A sum on clearing whose other half no file has told."""

    account: BankAccount
    date: dt.date
    amount: Amount
    """Money in is positive."""
    key: str
    source: str | None
    """Which kind of file told the details; None where the statement told the sum alone."""
    differs: Difference | None = None
    """Where both halves came, and are not of one sum."""

    @property
    def what(self) -> str:
        """What it is, in few words."""
        if self.differs is not None:
            return "Sum and details differ"
        is_line = self.source is None
        return "Sum without details" if is_line else "Details without a statement"

    @property
    def reason(self) -> str:
        """Which file did not come, or in what two files differ."""
        if self.differs is not None:
            each = self.differs
            return (
                f"{self.account.number}: the statement has {each.shown} under"
                f" {each.reference}, its details in {each.source} are {each.told}:"
                f" {each.amount} is told by no file"
            )
        if self.source is None:
            # OCR giro tells receipts alone.
            file = "camt.054 or OCR giro" if self.amount.number > 0 else "camt.054"
            told = f"the statement has one sum on {self.date}; {file} with its details"
        else:
            told = f"{self.source} told it for {self.date}; a statement that shows it"
        return f"{self.account.number}: {told} did not come"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A sum on clearing."""

    account: BankAccount
    rest: Rest
    is_late: bool
    """Whether its other half should have come by now."""

    @property
    def item(self) -> OpenItem:
        """It as what a person decides about: `reconcile.clearing_decisions`."""
        return OpenItem(
            key=self.rest.key,
            account=self.account.clearing,
            kind=ItemKind.CLEARING,
            party_number=None,
            party_name=None,
            date=self.rest.date,
            amount=self.rest.amount,
            residual=self.rest.amount,
        )


def standing(workplace: Workplace) -> tuple[Standing, ...]:
    """Return every sum on clearing, oldest first of each account."""
    return workplace.once("on-clearing", lambda: tuple(_standing(workplace)))


def named(workplace: Workplace, reference: str) -> OpenItem | None:
    """Return the sum on clearing of this key, or of its last part; None where none is."""
    found = {
        each.rest.key: each.item
        for each in standing(workplace)
        if each.rest.key == reference
        or (len(reference) >= _NAME_MIN and each.rest.key.endswith(f"/{reference}"))
    }
    if len(found) > 1:
        raise Refused(f"{reference}: names several sums on clearing ({', '.join(found)})")
    return next(iter(found.values()), None)


#: Fewer digits would be the tail of many things.
_NAME_MIN = 8


def decided_before(workplace: Workplace, run: int) -> frozenset[str]:
    """Return what persons had decided about sums on clearing before a run."""
    lines = [
        directive
        for each in DecisionLog(workplace.folder).standing()
        if each.after < run
        for part in each.batch.parts
        if f'custom "{cleared.TYPE}"'.encode() in part.payload
        for directive in parse(part.payload)
        if isinstance(directive, Custom)
    ]
    return cleared.names(lines)


def may_hold(half: Missing, payment: Payment) -> bool:
    """Whether a sum that nobody has told in detail may be, or hold, a payment of ours.

    Then the bank may have executed it, and only the file that is missing says so.
    """
    return (
        half.source is None
        and half.differs is None
        and half.account.number == payment.debtor_account
        and half.amount.currency == payment.amount.currency
        and half.amount.number <= -payment.amount.number
        and payment.requested_execution_date <= half.date
    )


def missing(workplace: Workplace) -> tuple[Missing, ...]:
    """Return the sums of which one half has been missing for too long, oldest first."""
    return workplace.once("half-told", lambda: tuple(_missing(workplace)))


def _missing(workplace: Workplace) -> Iterator[Missing]:
    """Yield the sums of which one half has been missing for too long, oldest first."""
    for each in standing(workplace):
        if not each.is_late:
            continue
        is_line = each.rest.source == "statement"
        yield Missing(
            account=each.account,
            date=each.rest.date,
            amount=-each.rest.amount if is_line else each.rest.amount,
            key=each.rest.key,
            source=None if is_line else each.rest.source,
            differs=each.rest.differs,
        )


def _standing(workplace: Workplace) -> Iterator[Standing]:
    for account in workplace.books.company.bank_accounts:
        rests = _rests(workplace, account)
        if not rests:
            continue
        last = proven.of(workplace, account).last
        for rest in rests:
            is_line = rest.source == "statement"
            known = workplace.clock.today if is_line else last.date if last else None
            yield Standing(
                account=account,
                rest=rest,
                is_late=known is not None and workplace.bank_days.add(rest.date, 1) < known,
            )


def _rests(workplace: Workplace, account: BankAccount) -> tuple[Rest, ...]:
    """Return why clearing is not empty; what was told before it was last so is not read."""
    books = workplace.books
    balance = Amount.zero(account.currency)
    since: dt.date | None = None
    for day, number in books.register.totals.moves(account.clearing, account.currency):
        if not balance:
            since = day
        balance += Amount(number, account.currency)
    if not balance:
        return ()
    with workplace.store.reading() as reading:
        entries = reading.told_entries(account.number, since)
        movements = reading.told_movements(account.number, since)
    return clearing.explain(
        account.number,
        balance,
        entries=entries,
        movements=movements,
        language=books.company.language,
        decided=cleared.decided(books.register.customs(cleared.TYPE)),
    ).rests
