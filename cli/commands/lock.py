"""`books lock DATE`: close a period for postings, once it is proven.

A period can be locked only when every bank account is proven to its last bank day, what
stands on clearing is explained, what has waited long has its comment, no draft stands in
it, and the whole proof holds.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Iterator

from cli.answer import Answer, Refused
from cli.commands import lines, named_since, ordered, statement, waiting
from cli.options import Options
from cli.wiring import Workplace, opened
from ledger import period_lock, verification
from ledger.company import FILE, BankAccount, text_with_lock
from ledger.files import replace_file
from ledger.open_items import unattested
from reconcile.bank_reconciliation import AGE_MAX


def run(options: Options, day: dt.date) -> Answer:
    """Lock the books up to a day, itself included."""
    with opened(options) as workplace:
        obstacles = list(_obstacles(workplace, day))
        if obstacles:
            raise Refused(*obstacles, f"The books are not locked to {day}.")
        path = workplace.folder / FILE
        text = _locked(path.read_bytes().decode(), day)
        _leave_record(workplace, day)
        replace_file(path, text.encode())
        workplace.reloaded()
    return Answer({"ok": True, "locked_until": day.isoformat()}, f"Locked to {day}.")


def write(workplace: Workplace, day: dt.date) -> None:
    """Write a lock that is lost into books.toml again, unless a later one stands there."""
    path = workplace.folder / FILE
    until = workplace.books.company.locked_until
    if until is None or until < day:
        replace_file(path, _locked(path.read_bytes().decode(), day).encode())


def _locked(text: str, day: dt.date) -> str:
    """Return the text of books.toml with the lock in it, read back."""
    locked = text_with_lock(text, day)
    if tomllib.loads(locked).get("company", {}).get("locked_until") != day:
        raise Refused(
            f"{FILE}: no table [company] to write the lock into; write there, by hand:"
            f" locked_until = {day}"
        )
    return locked


def _leave_record(workplace: Workplace, day: dt.date) -> None:
    """Keep what stands in the period, so that `books verify` shows a later change."""
    transactions = workplace.books.transactions
    data = period_lock.record(transactions, day)
    event = period_lock.event(workplace.user, workplace.clock.recorded_at())
    sha256 = workplace.archive.add(data, "json", event)
    count = sum(1 for each in transactions if each.date <= day)
    today = workplace.clock.today
    lines.write(
        workplace,
        [period_lock.line(day, today, sha256, count, workplace.user)],
        note=f"lock {day}",
    )


def _obstacles(workplace: Workplace, day: dt.date) -> Iterator[str]:
    company = workplace.books.company
    if day >= workplace.clock.today:
        yield f"{day}: has not passed yet"
    if company.locked_until is not None and day < company.locked_until:
        yield (
            f"{day}: the books are locked to {company.locked_until}; a person who must open"
            f" them again edits locked_until in {FILE}"
        )
    for account in company.bank_accounts:
        yield from _unproven(workplace, account, day)
    yield from _without_comment(workplace, day)
    for draft in unattested(workplace.books.transactions, workplace.books.items):
        if draft.date <= day:
            yield f"{draft.place}: is a draft; post it or take it away"
    told = ordered.told(workplace.books, workplace.archive)
    yield from waiting.alarms(told)
    yield from (each.reason for each in named_since.of(workplace).values())
    for check in verification.checks(workplace.books, workplace.archive, told):
        if not check.ok:
            yield f"{check.name}: {check.detail}"


def _without_comment(workplace: Workplace, day: dt.date) -> Iterator[str]:
    """Yield what has waited too long and nobody has explained, with what to type.

    Parked by hand, or between own accounts, it stands on every account's statement.
    """
    told: set[str] = set()
    for account in workplace.books.company.bank_accounts:
        if account.first_day > day:
            continue
        found = statement.of(workplace, account, day)
        for key in found.comments_missing:
            if key in told:
                continue
            told.add(key)
            amount, since = found.waits_since(key)
            yield (
                f"{key}: {amount} has waited since {since}, longer than {AGE_MAX} days; say"
                f' why: books statement {account.number} {day} --comment "{key}=..."'
            )


def _unproven(workplace: Workplace, account: BankAccount, day: dt.date) -> Iterator[str]:
    if workplace.bank_days.on_or_before(day) < account.first_day:
        return  # the bank account was not in the books yet
    found = statement.of(workplace, account, day)
    if found.doubt:
        yield f"{account.number}: {found.doubt}"
    if found.difference:
        yield f"{account.number}: bank and books differ by {found.difference} on {day}"
    if found.clearing.unexplained:
        yield f"{account.clearing}: {found.clearing.unexplained} is not explained"
