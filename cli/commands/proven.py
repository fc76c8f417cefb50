"""To which day bank and books are proven: what `status`, `statement` and the page may say.

A day is proven where a statement closes it, on days when no bank moves money, and where the
next statement opens with what the last one before it closed with: banks send none of a day
without entries. After the last statement nothing is known.

The store knows each day that a statement closed. A statement that is held and tells one
of these days in another way, or moves money before them, makes the days from there on
doubtful: `books verify`, which reads the whole archive, does not get past it either. Nor
does it where books.toml tells another opening than the books, where somebody has posted on
the bank or clearing account by hand, or where the file of a proven day is gone.

What is hashed, summed and compared entry by entry is left to `books verify`: here each
question is one that the index answers, however many years there are.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bankio import formats
from bankio.amount import Amount
from bankio.errors import Unreadable
from bankio.iso20022.values import AccountMessage, AccountReport
from cli.commands import setting_aside
from cli.wiring import Workplace
from ledger.bank_proof import StatedDay, days_of_file, file_name, is_of
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
    return workplace.once(f"proven {account.number}", lambda: _of(workplace, account))


def doubt_at(workplace: Workplace, account: BankAccount, day: dt.date) -> Doubt | None:
    """Return why bank and books are not proven at the end of a day, or None."""
    found = of(workplace, account)
    if found.doubt is not None and found.doubt.date <= day:
        return found.doubt
    unproven = _unproven_since(workplace, account, day, found)
    held = [
        each
        for each in _held(workplace, account, day)
        if found.last is None or each.date > found.last.date
    ]
    if held:
        return _of_held(held, min(held[0].date, unproven or held[0].date))
    unusable = min(_of_unusable_files(workplace, account, day), key=_date, default=None)
    if unusable is not None:
        return unusable
    last = max((each.date for each in found.days if each.date <= day), default=None)
    if last is None:
        return Doubt(date=unproven or day, cause="doubt-no-day")
    if unproven is None:
        return None
    told = {"to": last, "day": workplace.bank_days.on_or_before(day)}
    return Doubt(date=unproven, cause="doubt-reach", told=told)


def _unproven_since(
    workplace: Workplace, account: BankAccount, day: dt.date, found: Proven
) -> dt.date | None:
    """Return the first bank day up to `day` that no statement proves, or None."""
    last = next((each for each in reversed(found.days) if each.date <= day), None)
    first = workplace.bank_days.on_or_after(
        last.date + dt.timedelta(days=1) if last else account.first_day
    )
    if first > day:
        return None
    then = next((each for each in found.days if each.date > day), None)
    gaps = {
        custom.values[1]
        for custom in workplace.books.register.customs("accepted-gap")
        if custom.values[0] == account.number
    }
    closing = last.closing if last else Amount(account.opening, account.currency)
    is_met = then is not None and then.opening == closing and then.date not in gaps
    return None if is_met else first


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    """A day that a statement tells which the books do not have yet."""

    date: dt.date
    closing: Amount
    file: str


def _held(workplace: Workplace, account: BankAccount, day: dt.date) -> Sequence[_Held]:
    """Return the days up to `day` that statements tell which wait, oldest first."""
    archive = workplace.archive
    found = [
        _Held(date=told.date, closing=told.closing, file=file_name(archive, each.sha256))
        for each in setting_aside.unfinished(workplace)
        for number, told in days_of_file(archive, each.sha256)
        if number in {account.number, account.account}
        and account.first_day <= told.date <= day
    ]
    return sorted(found, key=lambda each: (each.date, each.file))


def _of_held(held: Sequence[_Held], since: dt.date) -> Doubt:
    last = held[-1]
    told = {"file": last.file, "day": last.date, "closing": last.closing}
    if len(held) == 1:
        return Doubt(date=since, cause="doubt-held", told=told)
    return Doubt(date=since, cause="doubt-held-days", told={**told, "days": len(held)})


def _of_unusable_files(
    workplace: Workplace, account: BankAccount, day: dt.date
) -> Iterator[Doubt]:
    """Yield what statements of the account tell that contradict themselves."""
    archive = workplace.archive
    for record in setting_aside.unfinished(workplace):
        if record.outcome != "quarantined" or not archive.has(record.sha256):
            continue
        name = file_name(archive, record.sha256)
        for report in _reports(archive.read(record.sha256), name):
            if report.account.identification not in {account.number, account.account}:
                continue
            since = max(_first_day(report) or account.first_day, account.first_day)
            if since <= day:
                told = {"file": name, "day": since}
                yield Doubt(date=since, cause="doubt-unusable", told=told)


def _reports(data: bytes, name: str) -> Sequence[AccountReport]:
    """Return the statements of a file, also where they do not add up."""
    try:
        message = formats.read(data, name)
    except Unreadable:
        return ()
    if not isinstance(message, AccountMessage) or message.format != "camt.053":
        return ()
    return message.reports


def _first_day(report: AccountReport) -> dt.date | None:
    days = [entry.booking_date for entry in report.entries]
    days += [report.from_date, report.to_date]
    return min((day for day in days if day is not None), default=None)


def _of(workplace: Workplace, account: BankAccount) -> Proven:
    with workplace.store.reading() as transaction:
        told = transaction.statement_days(account.number)
    days = tuple(each for each in told if each.date >= account.first_day)
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
    yield from _of_the_opening(workplace, account)
    yield from _of_what_is_by_hand(workplace, account)
    yield from _of_lost_files(workplace, days)
    yield from _of_waiting_files(workplace, account, days)


def _of_the_opening(workplace: Workplace, account: BankAccount) -> Iterator[Doubt]:
    opening = Amount(account.opening, account.currency)
    books = workplace.books.balance(account.account, account.first_day, account.currency)
    if books != opening:
        yield Doubt(
            date=account.first_day,
            cause="doubt-opening",
            told={"books": books, "opening": opening},
        )


def _of_what_is_by_hand(workplace: Workplace, account: BankAccount) -> Iterator[Doubt]:
    register = workplace.books.register
    for name in (account.account, account.clearing):
        for each in register.by_hand(name, account.first_day):
            told = {"place": each.place, "account": name}
            yield Doubt(date=each.date, cause="doubt-by-hand", told=told)


def _of_lost_files(workplace: Workplace, days: Sequence[StatementDay]) -> Iterator[Doubt]:
    archive = workplace.archive
    for day in days:
        if not archive.has(day.sha256):
            told = {"file": file_name(archive, day.sha256)}
            yield Doubt(date=day.date, cause="doubt-lost", told=told)


def _of_waiting_files(
    workplace: Workplace, account: BankAccount, days: Sequence[StatementDay]
) -> Iterator[Doubt]:
    last = max((day.date for day in days), default=None)
    if last is None:
        return
    archive = workplace.archive
    for record in setting_aside.unfinished(workplace):
        for number, told in days_of_file(archive, record.sha256):
            if not is_of(account, number, told):
                continue
            if not account.first_day <= told.date <= last:
                continue
            sources = {day.sha256 for day in days if day.date == told.date}
            if not _agrees(workplace, account, told, sources):
                yield Doubt(
                    date=told.date,
                    cause="doubt-file",
                    told={"file": file_name(archive, record.sha256)},
                )


def contradicted(workplace: Workplace, digest: str) -> tuple[str, ...]:
    """Return the statements that proved a day which a file that waits tells otherwise."""
    found: dict[str, None] = {}
    for number, told in days_of_file(workplace.archive, digest):
        account = workplace.books.company.bank_account(number)
        if account is None or not is_of(account, number, told):
            continue
        with workplace.store.reading() as transaction:
            days = transaction.statement_days(account.number)
        sources = {day.sha256 for day in days if day.date == told.date}
        if sources and not _agrees(workplace, account, told, sources):
            found |= dict.fromkeys(sorted(sources))
    return tuple(found)


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
        if workplace.archive.has(digest)
        for number, other in days_of_file(workplace.archive, digest)
        if is_of(account, number, other) and other.date == told.date
    )
