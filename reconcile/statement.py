"""The proof: opening + entries = closing, for every bank account and day.

A statement is cut into its days. Each day that is not proven yet must open with what
the books say at its start, or a statement before it is missing and it is held, with
the rest of its report; a day that is proven must be the same again. The equation is
checked *before* any entry is taken for a repeat: two equal entries of one day, told by
two statements, are both real, and only the balances show it.

    20 Nov   opening 1000.00   entries +500.00, -200.00   closing 1300.00
    21 Nov   opening 1300.00   entries                    closing 1300.00

ISO 20022 camt.053, `Bal`: OPBD (PRCD stands in for it) and CLBD. The trap: a closing
balance holds in the evening, a Beancount `balance` at the start of its date; so the
line is dated the day after.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from bankio.amount import Amount
from ledger.movements import StatementDay
from reconcile.bank_transactions import BankEntry, BankReport, encoded, with_ordinal
from reconcile.progress import Progress
from reconcile.wording import say

#: Larger steps of ElctrncSeqNb than this are not a count: some banks put a time there.
SEQUENCE_STEP_MAX = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """One day of a statement."""

    date: date
    opening: Amount
    closing: Amount
    entries: tuple[BankEntry, ...]


def days_of(report: BankReport) -> tuple[Day, ...] | None:
    """Cut a statement into days; None where it has no balance to stand on.

    The days are those with entries, and the last one. Only booked entries count (those
    without a status are counted too, and parked).
    """
    booked = [entry for entry in report.entries if is_booked(entry)]
    total = Amount.zero(report.currency)
    for entry in booked:
        total += entry.amount
    opening = report.opening
    if opening is None:
        if report.closing is None:
            return None
        opening = report.closing - total
    by_day: dict[date, list[BankEntry]] = defaultdict(list)
    for entry in booked:
        by_day[entry.booking_date].append(entry)
    last = report.to_date or report.from_date or max(by_day, default=None)
    if last is not None:
        by_day.setdefault(last, [])
    days, running = [], opening
    for day, entries in sorted(by_day.items()):
        closing = running
        for entry in entries:
            closing += entry.amount
        days.append(Day(date=day, opening=running, closing=closing, entries=tuple(entries)))
        running = closing
    return tuple(days)


def is_booked(entry: BankEntry) -> bool:
    """Whether an entry moves the booked balance."""
    return entry.status in {"BOOK", None}


def is_repeat(day: Day, report: BankReport, progress: Progress) -> bool:
    """Whether the day is proven already, by these balances or from this very file."""
    known = progress.days.get((report.bank_account, day.date))
    if known is None:
        return False
    if not day.entries:
        return known.closing == day.closing
    if not all(_is_told(entry, progress) for entry in day.entries):
        return False
    told = [(known.opening, known.closing), *progress.parts[report.bank_account, day.date]]
    same_balances = (day.opening, day.closing) in told
    return same_balances or all(_is_from(report, e, progress) for e in day.entries)


def _is_told(entry: BankEntry, progress: Progress) -> bool:
    return ("statement", entry.key) in progress.entries


def _is_from(report: BankReport, entry: BankEntry, progress: Progress) -> bool:
    """Whether the entry was told by this file, be it under an ordinal."""
    ordinal, key = 1, entry.key
    while (told := progress.entries.get(("statement", key))) is not None:
        if told.sha256 == report.sha256:
            return True
        ordinal += 1
        key = with_ordinal(entry.key, ordinal)
    return False


def continues(day: Day, report: BankReport, progress: Progress) -> bool:
    """Whether a second statement of a day goes on where the first one closed it."""
    known = progress.days.get((report.bank_account, day.date))
    return (
        known is not None
        and known.closing == day.opening
        and not (known.opening == day.opening and known.closing == day.closing)
    )


def obstacle(day: Day, report: BankReport, progress: Progress) -> str | None:
    """Return why a day cannot be posted now, or None."""
    language = progress.language
    known = progress.days.get((report.bank_account, day.date))
    if known is not None and not continues(day, report, progress):
        missing = [e.key for e in day.entries if not _is_told(e, progress)]
        if known.closing == day.closing and missing:
            return say(language, "entry-unknown", entry=missing[0], date=day.date)
        return say(
            language,
            "differs",
            date=day.date,
            closing=day.closing,
            known=known.closing,
        )
    gap = _gap(day, report, progress)
    if gap is not None:
        return gap
    later = later_day(day, report, progress)
    if later is not None and (moves(day, progress) or _parks(day, report, progress)):
        return open_end(day, later, progress)
    return None


def open_end(day: Day, later: StatementDay, progress: Progress) -> str:
    """Return that a day does not lead to the later one that is proven."""
    return say(
        progress.language,
        "later-day-proved",
        date=day.date,
        closing=day.closing,
        later=later.date,
        opening=later.opening,
    )


def later_day(day: Day, report: BankReport, progress: Progress) -> StatementDay | None:
    """Return the first later day of the account that is proven."""
    later = [
        known
        for (account, date_), known in progress.days.items()
        if account == report.bank_account and date_ > day.date
    ]
    return min(later, key=lambda known: known.date, default=None)


def moves(day: Day, progress: Progress) -> Amount:
    """Return by how much posting a day moves the balance: what is posted moves nothing."""
    total = Amount.zero(day.opening.currency)
    for entry in new_entries(day, progress):
        total += entry.amount
    return total


def new_entries(day: Day, progress: Progress) -> tuple[BankEntry, ...]:
    """Return the entries of a day that the books have not."""
    return tuple(
        entry
        for entry in day.entries
        if not progress.is_posted(progress.free_entry_key(entry.key))
    )


def lock_on(day: Day, progress: Progress) -> str | None:
    """Return that a day has something to post in a locked period, or None."""
    if not (new_entries(day, progress) and progress.is_locked(day.date)):
        return None
    return say(progress.language, "locked", until=progress.known.company.locked_until)


def _gap(day: Day, report: BankReport, progress: Progress) -> str | None:
    if is_gap_accepted(day, report, progress):
        return None
    difference = missing_money(day, report, progress)
    numbers = sequence_gap(day, report, last_number(day, report, progress), progress)
    if not difference:
        return numbers
    opening = day.opening
    money = say(
        progress.language,
        "gap",
        date=day.date,
        opening=opening,
        books=opening - difference,
    )
    return "; ".join(filter(None, (money, numbers)))


def is_gap_accepted(day: Day, report: BankReport, progress: Progress) -> bool:
    """Whether a person has said not to wait for what is missing before the day."""
    return (report.bank_account, day.date) in progress.known.accepted_gaps


def missing_money(day: Day, report: BankReport, progress: Progress) -> Amount:
    """Return by how much a day opens with other than the books say."""
    account = progress.bank_account(report)
    if continues(day, report, progress):
        return Amount.zero(account.currency)
    return day.opening - progress.balance_before(account, day.date)


def _parks(day: Day, report: BankReport, progress: Progress) -> bool:
    """Whether an accepted gap before the day is still to be posted."""
    key = gap_key(report.bank_account, day.date)
    return bool(missing_money(day, report, progress)) and not progress.is_posted(key)


def gap_key(bank_account: str, day: date) -> str:
    """Return the key of the money that was missing before a day, given up by a person."""
    return f"statement/{encoded(bank_account)}/{day}/gap"


def accepted_money(proven: StatementDay, progress: Progress) -> Amount:
    """Return what is parked as missing before a proven day; zero if nothing is."""
    account = progress.known.company.bank_account(proven.bank_account)
    assert account is not None
    if not progress.is_used(gap_key(proven.bank_account, proven.date)):
        return Amount.zero(account.currency)
    return proven.opening - progress.balance_before(account, proven.date)


def last_number(day: Day, report: BankReport, progress: Progress) -> str | None:
    """Return the number of the last statement that is proven up to a day."""
    last = progress.last_told(report.bank_account, day.date)
    return last.sequence_number if last else None


def sequence_gap(
    day: Day, report: BankReport, before: str | None, progress: Progress
) -> str | None:
    """Return which statements are missing by number although the balances meet."""
    missing = missing_numbers(before, report.sequence_number)
    if missing is None:
        return None
    return say(
        progress.language,
        "sequence-gap",
        number=report.sequence_number,
        date=day.date,
        before=before,
        missing=missing,
    )


def missing_numbers(before: str | None, number: str | None) -> str | None:
    """Return the numbers between those of two statements; None where there are none.

    >>> missing_numbers("7", "9"), missing_numbers("7", "12"), missing_numbers("7", "8")
    ('8', '8-11', None)
    """
    numbers = (before or "", number or "")
    if not all(each.isascii() and each.isdigit() for each in numbers):
        return None
    step = int(numbers[1]) - int(numbers[0])
    if not 1 < step <= SEQUENCE_STEP_MAX:
        return None
    first, final = int(numbers[0]) + 1, int(numbers[1]) - 1
    return str(first) if first == final else f"{first}-{final}"


def prove(day: Day, report: BankReport, progress: Progress) -> None:
    """Remember that a day is proven, and plan its balance line."""
    account = progress.bank_account(report)
    before = progress.days.get((report.bank_account, day.date))
    progress.add_day(
        StatementDay(
            bank_account=report.bank_account,
            date=day.date,
            opening=before.opening if before else day.opening,
            closing=day.closing,
            sequence_number=report.sequence_number,
            sha256=report.sha256,
        ),
        account,
    )


def ordered(reports: Iterable[BankReport]) -> tuple[BankReport, ...]:
    """Return statements in the order in which they follow each other."""

    def first_day(report: BankReport) -> date:
        days = [entry.booking_date for entry in report.entries]
        return min(
            (day for day in (*days, report.from_date, report.to_date) if day),
            default=date.min,
        )

    return tuple(
        sorted(
            reports,
            key=lambda report: (
                report.bank_account,
                first_day(report),
                report.to_date or date.min,
                (report.sequence_number or "").rjust(20, "0"),
                report.sha256,
            ),
        )
    )
