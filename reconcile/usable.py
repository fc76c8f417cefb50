"""Which reports may be posted at all: this is asked of each before anything is added up.

A file may be in order by itself and still be none that these books can use: of an account
that is not theirs, in another currency than the account, without a balance to stand on.
Such a report is held whole, with one sentence, and all others go on; every later step takes
for granted what is asked here. A report that is for information only is noted as that.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ledger.company import BankAccount
from reconcile import statement
from reconcile.bank_transactions import BankReport
from reconcile.progress import Progress
from reconcile.wording import say


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
        elif fault := fault_of(report, account, language):
            progress.hold(report, fault)
        else:
            found.append(report)
    return found


def fault_of(report: BankReport, account: BankAccount, language: str) -> str | None:
    """Return why nothing of a report of our account may be posted, or None."""
    ours = account.currency
    for key, currency in _currencies(report):
        if currency != ours:
            return say(language, key, currency=currency, account=ours)
    if report.problems:
        return say(language, "problems", problem=report.problems[0])
    if report.source != "statement":
        return None
    days = statement.days_of(report)
    if days is None:
        return say(language, "no-balance")
    if report.closing is not None and days and days[-1].closing != report.closing:
        return say(
            language,
            "does-not-add-up",
            opening=days[0].opening,
            entries=days[-1].closing - days[0].opening,
            closing=report.closing,
        )
    return None


def _currencies(report: BankReport) -> Iterator[tuple[str, str]]:
    """Yield each currency that a report tells, with the sentence for a wrong one."""
    for entry in report.entries:
        yield "currency-entry", entry.amount.currency
    for balance in (report.opening, report.closing):
        if balance is not None:
            yield "currency-balance", balance.currency
    if report.currency and report.source == "statement":
        yield "currency-account", report.currency
