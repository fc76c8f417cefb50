"""Which statement is missing before one that waits, and which only waits for another.

    proven to 2 Nov, no. 1, closing 250100.00
    4 Nov, no. 3, opening 250150.00     no. 2 is missing: 3 Nov, 250100.00 to 250150.00
    5 Nov, no. 4, opens where no. 3 closes     nothing is missing: it follows on no. 3

So a person is told of each hole once, by what the bank calls the statement and by what it
must say. The trap: all of them open with other than the books say. Who gives up waiting
for what is missing (`custom "accepted-gap"`) must name the day after the hole, and no
other: a gap that is accepted where nothing is missing would park the money of statements
that are here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from bankio.amount import Amount
from reconcile import statement
from reconcile.bank_transactions import BankReport
from reconcile.progress import Progress
from reconcile.statement import Day
from reconcile.wording import say

_NEXT_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A hole before a statement that waits."""

    bank_account: str
    day: date
    """The first day after it."""
    first: date
    last: date
    """The days that the missing statements tell of."""
    opening: Amount
    closing: Amount
    """What the missing statements open and close with."""
    numbers: str | None
    """`3`, `3-5`; None where the bank does not count."""

    @property
    def moved(self) -> Amount:
        """What moved on the statements that are missing, all together."""
        return self.closing - self.opening


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """What a statement waits for: a hole before it, or one before it that waits itself."""

    report: BankReport
    gap: Gap | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _End:
    """Where what is told of an account ends: what is proven, or a statement that waits."""

    date: date
    closing: Amount
    number: str | None
    waits: bool


def waits(pending: Iterable[BankReport], progress: Progress) -> tuple[Wait, ...]:
    """Return what statements wait for, of those that wait for a statement before them."""
    by_account: dict[str, list[BankReport]] = defaultdict(list)
    for report in statement.ordered(pending):
        by_account[report.bank_account].append(report)
    return tuple(
        wait for reports in by_account.values() for wait in _waits(reports, progress)
    )


def _waits(reports: Iterable[BankReport], progress: Progress) -> Iterator[Wait]:
    """Yield what the statements of one account wait for."""
    waiting: list[_End] = []
    for report in reports:
        days = _new_days(report, progress)
        if not days:
            continue
        first = days[0]
        ends = [each for each in waiting if each.date <= first.date]
        wait = _wait(first, report, [_proven_end(first, report, progress), *ends], progress)
        if wait is not None:
            yield wait
        waiting.append(
            _End(
                date=days[-1].date,
                closing=days[-1].closing,
                number=report.sequence_number,
                waits=True,
            )
        )


def _new_days(report: BankReport, progress: Progress) -> list[Day]:
    """Return the days of a statement that are still to be proven, after all that are.

    What comes before a proven day, or tells one otherwise, waits for another reason.
    """
    first_day = progress.bank_account(report).first_day
    days = [
        day
        for day in statement.days_of(report) or ()
        if day.date >= first_day and not statement.is_repeat(day, report, progress)
    ]
    if not days or statement.later_day(days[0], report, progress) is not None:
        return []
    is_proven = (report.bank_account, days[0].date) in progress.days
    return days if statement.continues(days[0], report, progress) or not is_proven else []


def _proven_end(day: Day, report: BankReport, progress: Progress) -> _End:
    account = progress.bank_account(report)
    before = [
        each.date for each in progress.days.values() if each.bank_account == account.number
    ]
    goes_on = statement.continues(day, report, progress)
    return _End(
        date=max(before, default=account.first_day - _NEXT_DAY),
        closing=day.opening if goes_on else progress.balance_before(account, day.date),
        number=statement.last_number(day, report, progress),
        waits=False,
    )


def _wait(
    day: Day, report: BankReport, ends: list[_End], progress: Progress
) -> Wait | None:
    if statement.is_gap_accepted(day, report, progress):
        return None
    fitting = [each for each in ends if each.closing == day.opening]
    earlier = [each for each in ends if each.date < day.date or not each.waits]
    end = (fitting or earlier)[-1]
    by_number = statement.sequence_gap(day, report, end.number, progress)
    if fitting and by_number is None:
        if not end.waits:
            return None
        follows = say(progress.language, "follows-on", date=day.date, before=end.date)
        return Wait(report=report, gap=None, reason=follows)
    first, last = _missing_days(end.date, min(day.date, report.from_date or day.date))
    gap = Gap(
        bank_account=report.bank_account,
        day=day.date,
        first=first,
        last=last,
        opening=end.closing,
        closing=day.opening,
        numbers=statement.missing_numbers(end.number, report.sequence_number),
    )
    text = "gap-after" if end.waits else "gap"
    told = say(
        progress.language,
        text,
        date=day.date,
        opening=day.opening,
        books=end.closing,
        before=end.date,
    )
    reason = "; ".join(filter(None, (told if gap.moved else None, by_number)))
    return Wait(report=report, gap=gap, reason=reason)


def _missing_days(end: date, start: date) -> tuple[date, date]:
    """Return the days between two statements; both ends where a part of one is missing."""
    if end + _NEXT_DAY < start:
        return end + _NEXT_DAY, start - _NEXT_DAY
    return min(end, start), start
