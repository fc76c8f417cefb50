"""From bank reports to a plan: what is posted, parked, held, told and proven.

A pure function of the reports and of what is known. The order in which the reports are
given does not matter; they are sorted first. Three phases:

1. detail files (OCR giro, camt.054) settle items against clearing, by date;
2. statements, day by day as their balances meet, post the bank account;
3. lumps that waited for the statement are judged: copies, and what takes a receipt back
   that only the statement tells.

The order in which files *arrive*, run by run, does not matter either: an item is settled
by the first source that tells its money, and clearing takes up the difference in time.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta

from reconcile import (
    details,
    gaps,
    late_statements,
    statement,
    statement_entries,
    to_come,
    usable,
)
from reconcile.bank_transactions import BankReport, Movement, with_ordinal
from reconcile.known import (
    Held,
    Known,
    Outcome,
    Plan,
    PlannedVoucher,
    Roles,
)
from reconcile.late_statements import Chain
from reconcile.progress import Progress
from reconcile.rekeying import rekeyed
from reconcile.spread_sums import spread
from reconcile.statement import Day
from reconcile.vouchers import gap_explained_voucher, gap_voucher
from reconcile.wording import say

__all__ = [
    "Held",
    "Known",
    "Outcome",
    "Plan",
    "PlannedVoucher",
    "Roles",
    "memory_window",
    "plan",
]

#: A reversal comes within weeks; a detail file hardly later than its statement.
MEMORY_BEFORE = timedelta(days=60)
MEMORY_AFTER = timedelta(days=14)


def plan(reports: Sequence[BankReport], known: Known) -> Plan:
    """Return what the reports bring about, given what is known."""
    progress = Progress(known)
    told = spread(usable.reports(rekeyed(reports, known), progress), progress)
    statements = [report for report in told if report.source == "statement"]
    notified = [report for report in told if report.source != "statement"]
    _adopt(told, progress)
    waiting = [
        lump
        for lump in details.lumps_of(notified, progress)
        if to_come.awaits_receipt(lump.entry.movements, statements, progress)
        or not details.take(lump, progress)
    ]
    _statements(statement.ordered(statements), progress)
    for lump in waiting:
        details.take(lump, progress)
    return progress.plan()


def memory_window(reports: Sequence[BankReport]) -> tuple[date, date] | None:
    """Return the first and last booking date of what must be remembered for these reports.

    What is the same money lies within three bank days, a copy of a lump beside its
    original, a reversal soon after its receipt; so a caller with years of memory need
    give only this part of it. Statement days and posted keys are always needed whole.
    """
    days = [entry.booking_date for report in reports for entry in report.entries]
    days += [
        day for each in reports for day in (each.from_date, each.to_date) if day is not None
    ]
    if not days:
        return None
    return min(days) - MEMORY_BEFORE, max(days) + MEMORY_AFTER


def _adopt(reports: Iterable[BankReport], progress: Progress) -> None:
    """Know every money that the books have before any file is read again."""
    if not progress.known.posted:
        return
    # What a detail file has told under a key, it has settled before the statement.
    for report in sorted(reports, key=lambda each: each.source == "statement"):
        for entry in report.entries:
            for movement in entry.movements:
                _adopt_all(movement, entry.key, progress)


def _adopt_all(movement: Movement, batch: str, progress: Progress) -> None:
    """Adopt what the books have under the key of a movement, with any ordinal."""
    ordinal, key = 1, movement.key
    while progress.is_posted(key):
        found = movement if ordinal == 1 else replace(movement, key=key)
        progress.memory.adopt(found, batch)
        ordinal += 1
        key = with_ordinal(movement.key, ordinal)


def _statements(reports: Sequence[BankReport], progress: Progress) -> None:
    """Post statements day by day, as long as one of them fits on what is proven."""
    pending = list(reports)
    while pending:
        held = [report for report in pending if _take(report, progress) is not None]
        if len(held) == len(pending) and not _take_late(held, progress):
            break
        pending = held
    reasons = {
        id(late.report): chain.obstacle
        for chain in late_statements.chains(pending, progress)
        for late in chain.steps
    }
    reasons |= {id(each.report): each.reason for each in gaps.waits(pending, progress)}
    for report in pending:
        obstacle = _take(report, progress)
        assert obstacle is not None
        progress.hold(report, reasons.get(id(report)) or obstacle)


def _take_late(pending: Sequence[BankReport], progress: Progress) -> bool:
    """Post late days that together lead to a day that is proven; whether there were any."""
    found = [c for c in late_statements.chains(pending, progress) if c.obstacle is None]
    for chain in found:
        for late in chain.steps:
            _post_day(late.day, late.report, progress)
        _explain_gap(chain, progress)
    return bool(found)


def _explain_gap(chain: Chain, progress: Progress) -> None:
    """Take back what was parked for missing statements: they have come after all."""
    if chain.explained is None:
        return
    later, report = chain.later, chain.steps[-1].report
    account = progress.bank_account(report)
    progress.move(account, later.date, -chain.explained)
    progress.add(
        gap_explained_voucher(
            key=statement.gap_key(later.bank_account, later.date),
            day=later.date,
            amount=chain.explained,
            bank=account.account,
            sha256=report.sha256,
            place=str(report.place),
            evidence=progress.evidence,
        )
    )


def _take(report: BankReport, progress: Progress) -> str | None:
    """Post the days of a statement; return what stops it, or None when all are done."""
    first_day = progress.bank_account(report).first_day
    for day in statement.days_of(report) or ():
        if day.date < first_day:
            _ignore(day, report, progress)
        elif _is_told_anew(day, report, progress) or statement.is_repeat(
            day, report, progress
        ):
            _nothing_new(report, progress)
        else:
            obstacle = _day(day, report, progress)
            if obstacle is not None:
                return obstacle
    _unbooked(report, progress)
    return None


def _is_told_anew(day: Day, report: BankReport, progress: Progress) -> bool:
    """Whether another statement tells the day now, and this one does not count."""
    return (report.sha256, report.bank_account, day.date) in progress.known.reissued


def _day(day: Day, report: BankReport, progress: Progress) -> str | None:
    obstacle = statement.obstacle(day, report, progress) or statement.lock_on(day, progress)
    if obstacle is None:
        _post_day(day, report, progress)
    return obstacle


def _post_day(day: Day, report: BankReport, progress: Progress) -> None:
    new = statement.new_entries(day, progress)
    _accept_gap(day, report, progress)
    progress.begin_day(report.bank_account, day.date)
    statement_entries.post(day.entries, progress)
    statement.prove(day, report, progress)
    if not new:
        _nothing_new(report, progress)


def _accept_gap(day: Day, report: BankReport, progress: Progress) -> None:
    """Park what moved on statements that a person has given up waiting for.

    The opening balance proves the sum; what it was nobody has told.
    """
    missing = statement.missing_money(day, report, progress)
    if not missing:
        return
    account = progress.bank_account(report)
    key = statement.gap_key(report.bank_account, day.date)
    if progress.is_posted(key):
        return
    progress.move(account, day.date, missing)
    progress.add(
        gap_voucher(
            key=key,
            day=day.date,
            amount=missing,
            bank=account.account,
            sha256=report.sha256,
            place=str(report.place),
            evidence=progress.evidence,
        )
    )


def _nothing_new(report: BankReport, progress: Progress) -> None:
    text = say(progress.language, "nothing-told")
    progress.note(report.sha256, "nothing-new", text)


def _ignore(day: Day, report: BankReport, progress: Progress) -> None:
    """Remember entries from before the first day, so that they are told once."""
    text = say(progress.language, "before-first-day")
    progress.note(report.sha256, "informational", text)
    for entry in day.entries:
        progress.tell(statement_entries.ignored(entry))


def _unbooked(report: BankReport, progress: Progress) -> None:
    if any(not statement.is_booked(entry) for entry in report.entries):
        text = say(progress.language, "not-booked")
        progress.note(report.sha256, "informational", text)
