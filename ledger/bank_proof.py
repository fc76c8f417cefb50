"""The bank against the books, day by day, from the archived statements and the text alone.

    opening of the first day + entries = closing, which is the next day's opening, …
    and on each morning and evening the ledger account holds what the bank says

ISO 20022 camt.053: `Bal` OPBD (PRCD, ITBD) and CLBD (ITBD), `Ntry` with BOOK or no status;
`RvslInd` never changes a sign. This is a second path to what `reconcile.statement` proved
before it posted, and takes nothing from it: neither its keys, nor the store, nor its code.

A statement that tells amounts of two currencies can not be added up: nothing of it counts,
as nothing of it is posted. The same of one in another currency than the account.

The traps: two statements may tell one day, as a repeat (equal, so once) or as its second
part (opens where the first one closed); a statement that nothing is posted of yet is no
fault of the books, it waits; where a person has given a statement up (`custom
"accepted-gap"`) the next opening proves what moved, and nothing proves what it was; and of
a file that a person has set aside only those days count that were posted from it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import PurePosixPath

from bankio import formats
from bankio.amount import Amount
from bankio.errors import BankFileError
from bankio.iso20022.values import AccountMessage, AccountReport, Balance, Entry
from ledger import reissues, set_aside
from ledger.accounts import is_on
from ledger.archive import Archive
from ledger.books import Books
from ledger.company import BankAccount
from ledger.directives import BooksPlace, Transaction

_BOOKED = ("BOOK", None)
_NEXT_DAY = timedelta(days=1)
_HEAD = 4096


@dataclass(frozen=True, slots=True)
class StatedEntry:
    """A booked line of a statement."""

    amount: Amount
    """Signed: money in is positive."""
    reference: str | None
    place: str
    """File, line and element."""


@dataclass(frozen=True, slots=True)
class StatedDay:
    """One day, or a part of one, as a statement tells it."""

    date: date
    opening: Amount
    closing: Amount
    entries: tuple[StatedEntry, ...]
    source: str

    @property
    def content(self) -> object:
        """What a repeat of the day has in common with it."""
        amounts = sorted(entry.amount.number for entry in self.entries)
        return self.date, self.opening, self.closing, tuple(amounts)


@dataclass(frozen=True, slots=True)
class AccountProof:
    """How far an account is proven, and the first thing that is wrong."""

    account: BankAccount
    proved_to: date | None
    """Last day that bank and books agree on."""
    days: int
    entries: int
    problem: str | None
    waits_from: date | None = None
    """First day of statements of which nothing is posted yet."""
    gaps: tuple[date, ...] = ()
    """First days after statements that a person has given up."""

    def __str__(self) -> str:
        to = f"to {self.proved_to}" if self.proved_to else "no day yet"
        told = f"{self.account.number}: {to}, {self.days} days, {self.entries} entries"
        if self.problem is not None:
            return f"{self.account.number}: {self.problem} (before that: proved {to})"
        if self.waits_from is not None:
            told += f"; the statement of {self.waits_from} is not posted yet"
        for gap in self.gaps:
            told += f"; statements before {gap} are missing, which a person has accepted"
        return told


def stated_days(
    archive: Archive,
    posted_of: Mapping[str, Collection[date]] | None = None,
    retold: Collection[tuple[str, date]] = (),
) -> dict[str, tuple[StatedDay, ...]]:
    """Read the archived statements; return the days by bank account, as they were told.

    Args:
        archive: Of the books.
        posted_of: For each file that is set aside the dates that are posted from it: no
            other day of it counts.
        retold: Files and days of theirs that another file tells now.
    """
    found: dict[str, list[StatedDay]] = defaultdict(list)
    for digest in archive.hashes():
        counting = (posted_of or {}).get(digest)
        for account, day in days_of_file(archive, digest):
            if (digest, day.date) in retold:
                continue
            if counting is None or day.date in counting:
                found[account].append(day)
    return {account: tuple(days) for account, days in found.items()}


def days_of_file(archive: Archive, digest: str) -> Iterator[tuple[str, StatedDay]]:
    """Yield (bank account, day) of an archived file; nothing if it is no statement."""
    data = archive.path(digest).read_bytes()
    if b"camt.053" not in data[:_HEAD].replace(b"\0", b""):
        return
    for report in _reports(data, file_name(archive, digest)):
        for day in _days(report):
            yield report.account.identification, day


def posted_of_set_aside(books: Books, archive: Archive) -> dict[str, set[date]]:
    """Return for each file that is set aside the dates of what is posted from it."""
    decisions = set_aside.decided(books.customs)
    files = {digest for each in decisions for digest in set_aside.named(archive, each)}
    found: dict[str, set[date]] = {digest: set() for digest in files}
    for transaction in books.transactions if files else ():
        digest = PurePosixPath(str(transaction.meta.get("document", ""))).stem
        if digest in found:
            found[digest].add(transaction.date)
    return found


def counted_days(books: Books, archive: Archive) -> dict[str, tuple[StatedDay, ...]]:
    """Return the days by bank account that the proof stands on.

    Of a file that is set aside only what is posted from it counts, and no day of which
    another statement tells now.
    """
    retold = {(each.first, each.day) for each in reissues.decided(books.customs)}
    return stated_days(archive, posted_of_set_aside(books, archive), retold)


def prove(account: BankAccount, stated: Sequence[StatedDay], books: Books) -> AccountProof:
    """Follow an account from its first day, and stop where bank and books part."""
    return _Proof(account, stated, books).run()


def file_name(archive: Archive, digest: str) -> str:
    """Return the name under which a file was received."""
    events = archive.events(digest)
    return next((str(e["name"]) for e in events if e.get("event") == "received"), digest)


def _reports(data: bytes, name: str) -> Iterator[AccountReport]:
    """Yield the statements of a file that could be used at all."""
    try:
        message = formats.read(data, name)
    except BankFileError:
        return  # in quarantine, with its reason
    if not isinstance(message, AccountMessage) or message.format != "camt.053":
        return
    if message.problems or any(report.problems for report in message.reports):
        return
    yield from (each for each in message.reports if not each.copy_duplicate_indicator)


def _days(report: AccountReport) -> list[StatedDay]:
    opening = _signed(report.balance("OPBD", "PRCD", "ITBD"))
    closing = _signed(report.balance("CLBD", "ITBD"))
    by_day: dict[date, list[StatedEntry]] = defaultdict(list)
    last = report.to_date or _balance_day(report) or report.from_date
    for entry in report.entries:
        day = entry.booking_date or entry.value_date or last
        # An entry of nothing moves nothing: nobody posts it, and nobody misses it.
        if entry.status in _BOOKED and day is not None and entry.amount:
            by_day[day].append(_entry(entry))
    balances = [balance for balance in (opening, closing) if balance is not None]
    stated = [entry.amount for entries in by_day.values() for entry in entries]
    if len({amount.currency for amount in (*balances, *stated)}) > 1:
        return []
    if last is not None:
        by_day[last] = by_day.get(last, [])
    if opening is None and closing is not None:
        opening = _plus(closing, [-amount for amount in stated])
    if opening is None:
        return []
    days, running = [], opening
    for day, entries in sorted(by_day.items()):
        after = _plus(running, [entry.amount for entry in entries])
        days.append(StatedDay(day, running, after, tuple(entries), report.place.source))
        running = after
    return days


def _balance_day(report: AccountReport) -> date | None:
    balance = report.balance("CLBD", "ITBD")
    return balance.date if balance else None


def _entry(entry: Entry) -> StatedEntry:
    amount = entry.amount if entry.credit_debit_indicator == "CRDT" else -entry.amount
    return StatedEntry(amount, entry.account_servicer_reference, str(entry.place))


def _signed(balance: Balance | None) -> Amount | None:
    if balance is None:
        return None
    is_credit = balance.credit_debit_indicator == "CRDT"
    return balance.amount if is_credit else -balance.amount


def _plus(amount: Amount, more: Sequence[Amount]) -> Amount:
    for each in more:
        amount += each
    return amount


@dataclass(frozen=True, slots=True)
class _Leg:
    """A posting on the bank's ledger account."""

    date: date
    amount: Amount
    voucher: str
    place: BooksPlace | None
    is_gap: bool
    """Whether it stands for statements that are missing."""
    corrects: str
    """The voucher that it takes back, for the day was told anew; else empty."""

    def __str__(self) -> str:
        where = f"{self.place}: " if self.place else ""
        return f"{where}{self.voucher or 'a posting'} of {self.date}, {self.amount}"


class _Proof:
    def __init__(
        self, account: BankAccount, stated: Sequence[StatedDay], books: Books
    ) -> None:
        self._account = account
        self._books = books
        self._legs = _legs(books.transactions, account)
        self._dates = [leg.date for leg in self._legs]
        self._by_date: dict[date, list[StatedDay]] = defaultdict(list)
        for day in stated:
            if day.date >= account.first_day:
                self._by_date[day.date].append(day)
        self._running = Amount(account.opening, account.currency)
        self._proved: date | None = None
        self._days = 0
        self._entries = 0
        self._may_be_missing = frozenset(
            custom.values[1]
            for custom in books.register.customs("accepted-gap")
            if custom.values[0] == account.number
        )
        self._gaps: list[date] = []

    def run(self) -> AccountProof:
        start = self._account.first_day
        if self._balance(start) != self._running:
            return self._told(
                f"the books hold {self._balance(start)} on the morning of {start}, and"
                f" books.toml says {self._running}"
            )
        for day, told in sorted(self._by_date.items()):
            if self._waits(day):
                return self._told(None, waits_from=day)
            problem = self._day(day, told)
            if problem is not None:
                return self._told(problem)
            self._proved = day
            self._days += 1
        after = self._after(self._proved + _NEXT_DAY if self._proved else start)
        if after:
            return self._told(f"{after[0]}: no statement in the archive tells of it")
        return self._told(None)

    def _waits(self, day: date) -> bool:
        """Whether nothing is posted on that day or later, though there were entries."""
        has_entries = any(
            told.entries
            for when, days in self._by_date.items()
            if when >= day
            for told in days
        )
        return has_entries and not self._after(day) and self._balance(day) == self._running

    def _day(self, day: date, told: Sequence[StatedDay]) -> str | None:
        untold = self._untold(day, told)
        opening = _plus(self._running, [entry.amount for entry in untold])
        parts, conflict = _in_order(told, opening)
        if conflict is not None:
            return _contradiction(conflict, parts, opening)
        held = self._balance(day)
        stray = self._between(self._proved, day)
        if stray and held == self._running:
            return f"{stray[0]}: on no statement"
        if held != self._running:
            named = f": {stray[0]} is on no statement" if stray else ""
            return (
                f"{day}: the books open with {held}, the bank with {self._running}{named}"
            )
        entries = [*untold, *(entry for part in parts for entry in part.entries)]
        legs = _standing(self._between(day - _NEXT_DAY, day + _NEXT_DAY))
        problem = _difference(day, entries, legs)
        self._entries += len(entries)
        self._running = parts[-1].closing
        if problem is None and self._balance(day + _NEXT_DAY) != self._running:
            return (
                f"{day}: the books close with {self._balance(day + _NEXT_DAY)},"
                f" the bank with {self._running}"
            )
        return problem

    def _untold(self, day: date, told: Sequence[StatedDay]) -> list[StatedEntry]:
        """Return what moved on statements given up: the sum that the opening proves."""
        if day not in self._may_be_missing:
            return []
        if any(part.opening == self._running for part in told):
            return []
        closings = {part.closing for part in told}
        first = next((part for part in told if part.opening not in closings), told[0])
        self._gaps.append(day)
        missing = first.opening - self._running
        return [StatedEntry(missing, None, f"{first.source}: statements missing before it")]

    def _balance(self, morning: date) -> Amount:
        return self._books.balance(self._account.account, morning, self._account.currency)

    def _after(self, day: date) -> Sequence[_Leg]:
        return self._legs[bisect_left(self._dates, day) :]

    def _between(self, after: date | None, before: date) -> Sequence[_Leg]:
        """Return the postings of the days between two days, both left out."""
        start = after + _NEXT_DAY if after else self._account.first_day
        return self._legs[
            bisect_left(self._dates, start) : bisect_left(self._dates, before)
        ]

    def _told(self, problem: str | None, waits_from: date | None = None) -> AccountProof:
        return AccountProof(
            self._account,
            self._proved,
            self._days,
            self._entries,
            problem,
            waits_from,
            tuple(self._gaps),
        )


def _legs(transactions: Sequence[Transaction], account: BankAccount) -> list[_Leg]:
    legs = [
        _Leg(
            transaction.date,
            posting.units,
            str(transaction.meta.get("voucher", "")),
            posting.place or transaction.place,
            transaction.meta.get("rule") == "accepted-gap",
            str(transaction.meta.get("corrects", ""))
            if transaction.meta.get("rule") == reissues.RULE
            else "",
        )
        for transaction in transactions
        for posting in transaction.postings
        if posting.units and is_on(posting.account, account.account)
    ]
    return sorted(legs, key=lambda leg: leg.date)


def _standing(legs: Sequence[_Leg]) -> Sequence[_Leg]:
    """Leave out what was taken back: the bank tells it otherwise, or not at all, now.

    So with what stood for missing statements, where they have come.
    """
    corrected = {leg.corrects for leg in legs if leg.corrects}
    pairs = [leg for leg in legs if leg.corrects or leg.voucher in corrected]
    if pairs and not sum((leg.amount.number for leg in pairs), Decimal(0)):
        legs = [leg for leg in legs if leg not in pairs]
    gaps = [leg.amount.number for leg in legs if leg.is_gap]
    if sum(gaps, Decimal(0)) or not gaps:
        return legs
    return [leg for leg in legs if not leg.is_gap]


def _in_order(
    told: Sequence[StatedDay], opening: Amount
) -> tuple[list[StatedDay], StatedDay | None]:
    """Chain the parts of a day; return them, and the first one that does not fit."""
    rest = list({day.content: day for day in reversed(told)}.values())
    parts: list[StatedDay] = []
    while rest:
        fitting = [day for day in rest if day.opening == opening]
        if not fitting:
            return parts, rest[0]
        # A part that moves nothing first, or it would never fit again.
        part = min(fitting, key=lambda day: (day.closing != opening, day.source))
        rest.remove(part)
        parts.append(part)
        opening = part.closing
    return parts, None


def _contradiction(conflict: StatedDay, parts: Sequence[StatedDay], opening: Amount) -> str:
    day, source = conflict.date, conflict.source
    if parts and conflict.opening == opening:
        return (
            f"{day}: {source} closes with {conflict.closing} and {parts[0].source} with"
            f" {parts[0].closing}: the bank has told this day in two ways"
        )
    before = parts[-1].closing if parts else opening
    return (
        f"{day}: {source} opens with {conflict.opening}, and the bank's balance before it"
        f" is {before}; a statement is missing"
    )


def _difference(
    day: date, entries: Sequence[StatedEntry], legs: Sequence[_Leg]
) -> str | None:
    """Return the first entry that the books lack, or the first posting too many."""
    posted = Counter(leg.amount for leg in legs)
    for entry in entries:
        if posted[entry.amount] == 0:
            named = f" {entry.reference}" if entry.reference else ""
            return f"{day}: {entry.place}: entry{named} {entry.amount} is not in the books"
        posted[entry.amount] -= 1
    for leg in reversed(legs):
        if posted[leg.amount] > 0:
            return f"{day}: {leg}: on no statement"
    return None


def is_of(account: BankAccount, identification: str, day: StatedDay) -> bool:
    """Whether a day that a statement tells is one of an account: in its currency too."""
    is_its = identification in {account.number, account.account}
    return is_its and day.opening.currency == account.currency


def proofs(
    books: Books, stated: Mapping[str, Sequence[StatedDay]]
) -> Iterator[AccountProof]:
    """Yield the proof of each bank account."""
    for account in books.company.bank_accounts:
        days = [
            day
            for identification, its in stated.items()
            for day in its
            if is_of(account, identification, day)
        ]
        yield prove(account, days, books)
