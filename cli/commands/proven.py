"""To which day bank and books are proven: what `status`, `statement` and the page may say.

The store knows each day that a statement closed. A statement that is held and tells one
of these days in another way, or moves money before them, makes the days from there on
doubtful: `books verify`, which reads the whole archive, does not get past it either.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cli.commands import setting_aside
from cli.wiring import Workplace
from ledger.bank_proof import StatedDay, days_of_file, file_name
from ledger.company import BankAccount
from ledger.movements import StatementDay
from reconcile.bank_reconciliation import Doubt


@dataclass(frozen=True, slots=True, kw_only=True)
class Proven:
    """The days of one account up to the first doubt."""

    days: tuple[StatementDay, ...]
    doubt: Doubt | None

    @property
    def last(self) -> StatementDay | None:
        """The last day that is proven; of two statements of one day the later one."""
        return self.days[-1] if self.days else None


def of(workplace: Workplace, account: BankAccount) -> Proven:
    """Return the proven days of an account, oldest first."""
    with workplace.store.reading() as transaction:
        days = transaction.statement_days(account.number)
    doubt = min(_doubts(workplace, account, days), key=_date, default=None)
    return Proven(
        days=tuple(each for each in days if doubt is None or each.date < doubt.date),
        doubt=doubt,
    )


def _date(doubt: Doubt) -> dt.date:
    return doubt.date


def _doubts(
    workplace: Workplace, account: BankAccount, days: Sequence[StatementDay]
) -> Iterator[Doubt]:
    last = max((day.date for day in days), default=None)
    if last is None:
        return
    archive = workplace.archive
    for record in setting_aside.unfinished(workplace):
        for number, told in days_of_file(archive, record.sha256):
            is_told = number in {account.number, account.account}
            if not is_told or not account.first_day <= told.date <= last:
                continue
            sources = {day.sha256 for day in days if day.date == told.date}
            if not _agrees(workplace, account, told, sources):
                yield Doubt(date=told.date, file=file_name(archive, record.sha256))


def _agrees(
    workplace: Workplace, account: BankAccount, told: StatedDay, sources: set[str]
) -> bool:
    """Whether a day is told as the statements do that proved it, or moves nothing."""
    if not sources:
        morning = workplace.books.balance(account.account, told.date, account.currency)
        return not told.entries and told.opening == morning
    return any(
        told.content == other.content
        for digest in sources
        for number, other in days_of_file(workplace.archive, digest)
        if number in {account.number, account.account} and other.date == told.date
    )
