"""Which reports may be posted at all: this is asked of each before anything is added up.

A file may be in order by itself and still be none that these books can use: of an account
that is not theirs, in another currency than the account, without a balance to stand on, of
a day that has not come. Such a report is held whole, with one sentence, and all others go
on; every later step takes for granted what is asked here. A report that is for information
only is noted as that.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from ledger.company import BankAccount
from reconcile import statement
from reconcile.bank_transactions import BankEntry, BankReport
from reconcile.known import Known
from reconcile.progress import Progress
from reconcile.wording import say

_NEXT_DAY = timedelta(days=1)


def reports(told: Iterable[BankReport], progress: Progress) -> list[BankReport]:
    """Return the reports of our accounts that may post; note why the others do not."""
    found, language = [], progress.language
    for report in told:
        text = None
        if report.is_copy:
            text = say(language, "copy")
        elif report.source == "camt.052":
            text = say(language, "intraday")
        elif report.bank_account in progress.known.accounts_set_aside:
            text = say(language, "set-aside", account=report.bank_account)
        account = progress.known.company.bank_account(report.bank_account)
        if text is not None:
            progress.note(report.sha256, "informational", text)
        elif account is None:
            # Held, and read again: the account may be added, or the file set aside.
            progress.hold(report, say(language, "not-ours", account=report.bank_account))
        elif fault := fault_of(report, account, progress.known):
            progress.hold(report, fault)
        else:
            found.append(report)
    return found


def fault_of(report: BankReport, account: BankAccount, known: Known) -> str | None:
    """Return why nothing of a report of our account may be posted, or None."""
    language, ours = known.company.language, account.currency
    for key, currency in _currencies(report):
        if currency != ours:
            return say(language, key, currency=currency, account=ours)
    if report.problems:
        return say(language, "problems", problem=report.problems[0])
    if report.source != "statement":
        booked = (each.booking_date for each in report.entries if _is_booked(each))
        return _to_come(booked, known)
    days = statement.days_of(report)
    if days is None:
        return say(language, "no-balance")
    if to_come := _to_come((each.date for each in days), known):
        return to_come
    if report.closing is not None and days and days[-1].closing != report.closing:
        return say(
            language,
            "does-not-add-up",
            opening=days[0].opening,
            entries=days[-1].closing - days[0].opening,
            closing=report.closing,
        )
    return None


def _to_come(days: Iterable[date], known: Known) -> str | None:
    """Return that a day has not come, or None: it would stand before all that is true.

    The next day is let pass, for a clock that is behind the bank's.
    """
    today, last = known.today, max(days, default=None)
    if today is None or last is None or last <= today + _NEXT_DAY:
        return None
    return say(known.company.language, "day-to-come", date=last, today=today)


def _is_booked(entry: BankEntry) -> bool:
    """Whether an entry of a detail file is booked: what is announced is yet to come."""
    return entry.status == "BOOK" or entry.source == "ocr-giro"


def _currencies(report: BankReport) -> Iterator[tuple[str, str]]:
    """Yield each currency that a report tells, with the sentence for a wrong one."""
    for entry in report.entries:
        yield "currency-entry", entry.amount.currency
    for balance in (report.opening, report.closing):
        if balance is not None:
            yield "currency-balance", balance.currency
    if report.currency and report.source == "statement":
        yield "currency-account", report.currency
