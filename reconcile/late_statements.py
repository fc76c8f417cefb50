"""Statements that come after a later day of their account is proved.

A late day that moves the balance cannot stand alone: the later day was proved without
it. But days whose movements take each other back leave the later day as it is, and they
are all missing when it comes first:

    23 Nov   opening 1000.00   proved first: the books said 1000.00
    19 Nov   opening 1000.00   entries +20.00   closing 1020.00
    20 Nov   opening 1020.00   entries -20.00   closing 1000.00   leads to the 23rd

So the late days before one proven day are followed by date and balance, over as many
files as they come in. They are taken together up to the last one that leads to what the
proven day stands on, or none of them is. What is left over is held with where the chain
ends, and is read again when there is more. Days that are the money of a gap which a person
had accepted (its sum is parked on the proven day) take that sum back.

The trap: one of them taken alone makes the later day's balance untrue; so whatever may
stop a day (a number that is missing, a locked period) is asked of all before any is taken.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from bankio.amount import Amount
from ledger.movements import StatementDay
from reconcile import statement
from reconcile.bank_transactions import BankReport
from reconcile.progress import Progress
from reconcile.statement import Day


@dataclass(frozen=True, slots=True, kw_only=True)
class Late:
    """A day that is not proven, of a report that waits."""

    day: Day
    report: BankReport
    position: int
    """How many late days of the report come before it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """Late days that follow each other, before one proven day."""

    steps: tuple[Late, ...]
    later: StatementDay
    obstacle: str | None
    """Why they cannot be taken; None where they lead to the proven day."""
    explained: Amount | None = None
    """What of an accepted gap before the proven day they are, if they are it."""


def chains(pending: Iterable[BankReport], progress: Progress) -> tuple[Chain, ...]:
    """Return the late days of reports that wait, each chain whole."""
    before: dict[tuple[str, date], list[Late]] = defaultdict(list)
    for report in pending:
        for late, later in _late_days(report, progress):
            before[report.bank_account, later].append(late)
    return tuple(
        chain
        for at, days in before.items()
        for chain in _chains(days, progress.days[at], progress)
    )


def _late_days(report: BankReport, progress: Progress) -> Iterator[tuple[Late, date]]:
    """Yield the days of a report before one proven day, and the date of that day."""
    first_day = progress.bank_account(report).first_day
    proven: date | None = None
    position = 0
    for day in statement.days_of(report) or ():
        if day.date < first_day or statement.is_repeat(day, report, progress):
            continue
        later = statement.later_day(day, report, progress)
        if later is None:
            return  # the report stops here, for a reason that is told elsewhere
        if proven is not None and later.date != proven:
            return  # the days before it come first
        proven = later.date
        yield Late(day=day, report=report, position=position), later.date
        position += 1


def _chains(
    days: Sequence[Late], later: StatementDay, progress: Progress
) -> Iterator[Chain]:
    """Yield the days that lead to the proven day, and those after them that do not."""
    walk = _Walk(days[0].report, later, progress)
    walk.over(days)
    taken, left = tuple(walk.steps[: walk.ends]), tuple(walk.steps[walk.ends :])
    if taken:
        locked = [statement.lock_on(late.day, progress) for late in taken]
        yield Chain(
            steps=taken,
            later=later,
            obstacle=next(filter(None, locked), None),
            explained=walk.explained or None,
        )
    if left:
        obstacle = walk.obstacle or statement.open_end(left[-1].day, later, progress)
        yield Chain(steps=left, later=later, obstacle=obstacle)


class _Walk:
    """The way from one late day to the next, as far as it goes."""

    def __init__(self, report: BankReport, later: StatementDay, progress: Progress) -> None:
        self.steps: list[Late] = []
        self.ends = 0
        """How many of the steps lead to the proven day."""
        self._reached: Counter[int] = Counter()
        """How many late days of each report have been walked over."""
        self.obstacle: str | None = None
        """What stopped the walk, beside the want of days."""
        self._progress = progress
        self._account = progress.bank_account(report)
        self._moved = self.explained = Amount.zero(self._account.currency)
        # What a person gave up waiting for: these days may be that money.
        self._gap = statement.accepted_money(later, progress)
        # What was taken back of days before: these days must tell it anew.
        before = progress.balance_before(self._account, later.date)
        self._short = later.opening - before - self._gap

    def over(self, days: Iterable[Late]) -> None:
        """Walk by date, and within a date as one part follows another."""
        for _, same_date in groupby(sorted(days, key=_date), key=_date):
            rest = list(same_date)
            while self.obstacle is None and (fitting := [*filter(self._fits, rest)]):
                # A part that moves nothing first, or it would never fit again.
                late = min(fitting, key=lambda each: bool(each.day.entries))
                self._step(late)
                self._reached.update(id(e.report) for e in rest if e.day == late.day)
                rest = [each for each in rest if each.day != late.day]

    def _fits(self, late: Late) -> bool:
        if self._reached[id(late.report)] != late.position:
            return False  # what comes before it in its statement does not fit
        return not self._missing(late) or self._is_gap_accepted(late)

    def _is_gap_accepted(self, late: Late) -> bool:
        return statement.is_gap_accepted(late.day, late.report, self._progress)

    def _missing(self, late: Late) -> Amount:
        day, at = late.day.date, (late.report.bank_account, late.day.date)
        # Of a day that is proven already it is a part that goes on in its evening.
        morning = day + timedelta(days=1) if at in self._progress.days else day
        before = self._progress.balance_before(self._account, morning)
        return late.day.opening - before - self._moved

    def _step(self, late: Late) -> None:
        day, progress = late.day, self._progress
        number = (
            self.steps[-1].report.sequence_number
            if self.steps
            else statement.last_number(day, late.report, progress)
        )
        if not self._is_gap_accepted(late):
            self.obstacle = statement.sequence_gap(day, late.report, number, progress)
        self.steps.append(late)
        if not progress.is_posted(statement.gap_key(late.report.bank_account, day.date)):
            self._moved += self._missing(late)
        self._moved += statement.moves(day, progress)
        led = self._moved - self._short
        if self.obstacle is None and (not led or led == self._gap):
            self.ends, self.explained = len(self.steps), led


def _date(late: Late) -> date:
    return late.day.date
