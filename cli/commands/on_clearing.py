"""Which file of the bank is missing, where something has stood on clearing too long.

A detail file (camt.054, OCR giro) comes on the bank day that it tells, and its statement
the morning after. What has not come by the end of the next bank day is on its way no more:

    Fri 20 Nov  the statement shows a lump of 800.00; its details come the same evening
    Mon 23 Nov  a file that was late over the weekend is here at the end of the day
    Tue 24 Nov  the lump waits for a person: who sees to files asks the bank for this one

Details without a statement wait for the statement: until one of a later bank day is
proved, nothing says that theirs did not show them. Once the file has come clearing is
empty, and so is this list.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from bankio.amount import Amount
from cli.commands import proven
from cli.wiring import Workplace
from ledger.company import BankAccount
from reconcile import clearing
from reconcile.clearing import Rest


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

    @property
    def what(self) -> str:
        """What it is, in few words."""
        is_line = self.source is None
        return "Sum without details" if is_line else "Details without a statement"

    @property
    def reason(self) -> str:
        """Which file did not come."""
        if self.source is None:
            # OCR giro tells receipts alone.
            file = "camt.054 or OCR giro" if self.amount.number > 0 else "camt.054"
            told = f"the statement has one sum on {self.date}; {file} with its details"
        else:
            told = f"{self.source} told it for {self.date}; a statement that shows it"
        return f"{self.account.number}: {told} did not come"


def missing(workplace: Workplace) -> Iterator[Missing]:
    """Yield the sums of which one half has been missing for too long, oldest first."""
    for account in workplace.books.company.bank_accounts:
        rests = _rests(workplace, account)
        if not rests:
            continue
        last = proven.of(workplace, account).last
        for rest in rests:
            is_line = rest.source == "statement"
            known = workplace.clock.today if is_line else last.date if last else None
            if known is None or workplace.bank_days.add(rest.date, 1) >= known:
                continue
            yield Missing(
                account=account,
                date=rest.date,
                amount=-rest.amount if is_line else rest.amount,
                key=rest.key,
                source=None if is_line else rest.source,
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
    ).rests
