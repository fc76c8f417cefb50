"""A plan in the making: what has been planned, told, held so far.

The phases of `reconcile.settlement.plan` work on one of these in turn. It is the only
thing here that changes, and it lives for one call.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import date

from bankio.amount import Amount
from ledger import closing_balances
from ledger.company import BankAccount
from ledger.directives import Balance, Custom, Posting
from ledger.movements import StatementDay, ToldEntry
from reconcile.bank_transactions import BankEntry, BankReport, with_ordinal
from reconcile.evidence import Evidence
from reconcile.known import Held, Known, Outcome, OutcomeName, Plan, PlannedVoucher
from reconcile.same_money import BANK_DAYS_APART_MAX, Memory
from reconcile.wording import say


class Sums:
    """Told entries by account and amount, to find which line shows which lump.

    Entries that have found each other are dropped as they are met, or a biller with
    thousands of equal receipts would be searched through for each of them.
    """

    def __init__(self, told: Iterable[ToldEntry]) -> None:
        self._all: dict[tuple[str, Amount], dict[tuple[str, str], ToldEntry]] = {}
        self._open: dict[tuple[object, ...], dict[tuple[str, str], ToldEntry]] = {}
        for entry in told:
            self.replace(None, entry)

    @staticmethod
    def _keys(entry: ToldEntry) -> Iterator[tuple[object, ...]]:
        base = (entry.source == "statement", entry.bank_account, entry.amount)
        yield (*base, entry.booking_date)
        if entry.reference is not None:
            yield (*base, entry.reference)

    def replace(self, before: ToldEntry | None, entry: ToldEntry) -> None:
        """Add an entry, in place of what was known of it."""
        if before is not None:
            self.drop(before)
        at = (entry.source, entry.key)
        self._all.setdefault((entry.bank_account, entry.amount), {})[at] = entry
        for key in self._keys(entry):
            self._open.setdefault(key, {})[at] = entry

    def drop(self, entry: ToldEntry) -> None:
        """Leave an entry out of what is searched: it has found its other side."""
        for key in self._keys(entry):
            self._open.get(key, {}).pop((entry.source, entry.key), None)

    def alike(self, bank_account: str, amount: Amount) -> Collection[ToldEntry]:
        """Return every told entry of an account and amount."""
        return self._all.get((bank_account, amount), {}).values()

    def named(
        self, reference: str, bank_account: str, amount: Amount, *, lines: bool
    ) -> list[ToldEntry]:
        """Return lines, or lumps, of a reference that have not found their other side."""
        key = (lines, bank_account, amount, reference)
        return list(self._open.get(key, {}).values())

    def dated(
        self, day: date, bank_account: str, amount: Amount, *, lines: bool
    ) -> Iterator[ToldEntry]:
        """Yield lines, or lumps, of a day that have not found their other side."""
        yield from list(self._open.get((lines, bank_account, amount, day), {}).values())


class Progress:
    """What the phases of a plan share."""

    def __init__(self, known: Known) -> None:
        self.known = known
        self.language = known.company.language
        self.memory = Memory(known.told_movements, known.bank_days_apart)
        self.evidence = Evidence(known, self.memory)
        self.evidence.give_back(known.given_back)
        self.entries: dict[tuple[str, str], ToldEntry] = {
            (entry.source, entry.key): entry for entry in known.told_entries
        }
        self.days: dict[tuple[str, date], StatementDay] = {}
        self.parts: dict[tuple[str, date], list[tuple[Amount, Amount]]] = defaultdict(list)
        """Opening and closing of each part of a day, as statements told them."""
        self._begun: dict[str, list[date]] = defaultdict(list)
        for day in known.days:
            self._learn(day)
        self.sums = Sums(known.told_entries)
        self._moved: dict[str, dict[date, Amount]] = defaultdict(dict)
        self._vouchers: list[PlannedVoucher] = []
        self._recorded: dict[str, str] = {}
        self._used_keys: set[str] = set()
        self._suspense = {known.roles.suspense_in, known.roles.suspense_out}
        self._parked: dict[str, Posting] = {}
        self._held: dict[tuple[str, str | None, str], Held] = {}
        self._new_entries: dict[tuple[str, str], ToldEntry] = {}
        self._new_days: dict[tuple[str, date], list[StatementDay]] = defaultdict(list)
        self._balances: dict[tuple[str, date], Balance] = {}
        self._continued: dict[tuple[str, date], Custom] = {}
        self._alarms: dict[str, None] = {}
        self._outcomes: dict[str, dict[OutcomeName, str | None]] = defaultdict(dict)

    # accounts

    def bank_account(self, report: BankReport) -> BankAccount:
        """Return our bank account; the caller knows that it is ours."""
        account = self.known.company.bank_account(report.bank_account)
        assert account is not None
        return account

    def is_locked(self, day: date) -> bool:
        """Whether a person has locked the period of a day."""
        until = self.known.company.locked_until
        return until is not None and day <= until

    def balance_before(self, account: BankAccount, day: date) -> Amount:
        """Return a bank account's balance at the start of a day, this plan included."""
        balance = self.known.balance_at(account.account, day)
        for moved_on, moved in self._moved[account.number].items():
            if moved_on < day:
                balance += moved
        return balance

    def move(self, account: BankAccount, day: date, amount: Amount) -> None:
        """Count what a planned voucher moves on a bank account."""
        moved = self._moved[account.number].get(day)
        self._moved[account.number][day] = amount if moved is None else moved + amount

    def last_told(self, bank_account: str, until: date) -> StatementDay | None:
        """Return the last day of an account that is proven, up to a day."""
        told = (
            known
            for (number, day), known in self.days.items()
            if number == bank_account and day <= until
        )
        return max(told, key=lambda known: known.date, default=None)

    def is_settled_for_good(self, bank_account: str, day: date) -> bool:
        """Whether so much is proven after a day that nothing else is told of it."""
        proven = [each for account, each in self.days if account == bank_account]
        last = max(proven, default=None)
        if last is None or last < day:
            return False
        return self.known.bank_days_apart(day, last) > BANK_DAYS_APART_MAX

    def is_told_whole(self, bank_account: str, day: date) -> bool:
        """Whether statements have told all of a day: they prove it, or that it had nothing.

        A day opens with what the books say, and with no number missing before it, or it is
        not posted. So a day before it that has no statement had nothing; not where a person
        has accepted a gap there.
        """
        if (bank_account, day) in self.days:
            return True
        begun = self._begun[bank_account]
        at = bisect_right(begun, day)
        if at == len(begun):
            return False
        return (bank_account, begun[at]) not in self.known.accepted_gaps

    # keys

    def is_posted(self, key: str) -> bool:
        """Whether the books have a voucher for this key."""
        return key in self.known.posted

    def is_recorded(self, key: str) -> bool:
        """Whether this is a replay, and the books have what an earlier run posted."""
        return self.known.recorded is not None and key in self.known.recorded

    def is_used(self, key: str) -> bool:
        """Whether a key stands in the books or in this plan."""
        return key in self.known.posted or key in self._used_keys

    def free_key(self, key: str) -> str:
        """Return `key`, or with the first ordinal that nothing has."""
        ordinal, found = 1, key
        while self.is_used(found) or self.memory.has_key(found):
            ordinal += 1
            found = with_ordinal(key, ordinal)
        return found

    def parked_now(self, key: str) -> Posting | None:
        """Return the posting by which this plan parks a movement, or None."""
        return self._parked.get(key)

    def is_explained(self, suspense_item: str) -> bool:
        """Whether this is a replay, and the books took a parked line for explained."""
        return self.known.recorded is not None and suspense_item in self.known.explained

    def free_entry_key(self, key: str) -> str:
        """Return `key`, or with the ordinal that a second statement of the day gives it."""
        ordinal, found = 1, key
        while ("statement", found) in self.entries:
            ordinal += 1
            found = with_ordinal(key, ordinal)
        return found

    # additions

    def add(self, voucher: PlannedVoucher) -> None:
        """Plan a voucher; in a replay only what the books have not."""
        self._used_keys.add(voucher.key)
        if self.is_recorded(voucher.key):
            self._meet_again(voucher)
        else:
            self._vouchers.append(voucher)
        for posting in voucher.transaction.postings:
            movement = posting.meta.get("movement")
            if isinstance(movement, str):
                self._used_keys.add(movement)
                if posting.account in self._suspense and not self.is_recorded(movement):
                    self._parked[movement] = posting
        self.note(voucher.sha256, "posted")

    def _meet_again(self, voucher: PlannedVoucher) -> None:
        recorded = self.known.recorded or {}
        own = [posting.meta.get("movement") for posting in voucher.transaction.postings]
        for key in (voucher.key, *own):
            if isinstance(key, str) and key in recorded:
                self._recorded[key] = recorded[key]

    def tell(self, entry: ToldEntry) -> None:
        """Remember an entry that a file told, or that it stands elsewhere now."""
        at = (entry.source, entry.key)
        before = self.entries.get(at)
        if before == entry:
            return
        self.sums.replace(before, entry)
        self.entries[at] = entry
        self._new_entries[at] = entry

    def begin_day(self, bank_account: str, day: date) -> None:
        """Know that a day meets what the books say, before its entries are posted."""
        if day not in self._begun[bank_account]:
            insort(self._begun[bank_account], day)

    def add_day(self, day: StatementDay, account: BankAccount) -> None:
        """Remember a proven day, and plan the balance line that shows it."""
        at = (day.bank_account, day.date)
        before = self.days.get(at)
        is_new = before is None or at in self._new_days
        if before is not None and not is_new and before.closing != day.closing:
            self._continued[at] = closing_balances.continued(
                day.date, before.closing, day.sha256, account
            )
        if before != day:
            self._learn(day)
            self._new_days[at].append(day)
        balance = closing_balances.line_of(day.date, day.closing, account)
        is_stated = (account.account, balance.date) in self.known.balances
        if at in self._continued or not is_stated:
            self._balances[account.account, balance.date] = balance

    def _learn(self, day: StatementDay) -> None:
        """Know a day, or that a statement went on where another one had ended it."""
        at = (day.bank_account, day.date)
        before = self.days.get(at)
        if before is None:
            self.begin_day(*at)
        part = (before.closing if before else day.opening, day.closing)
        self.parts[at].append(part)
        self.days[at] = day

    def hold(self, report: BankReport, text: str, entry: BankEntry | None = None) -> None:
        """Hold a report, or an entry of it."""
        self._hold(report, text, entry)
        self.note(report.sha256, "held", text)

    def keep(self, report: BankReport, text: str, entry: BankEntry) -> None:
        """Read an entry that tells nothing new again next time: more may come to it."""
        self._hold(report, text, entry, is_quiet=True)
        self.note(report.sha256, "nothing-new", text)

    def _hold(
        self,
        report: BankReport,
        text: str,
        entry: BankEntry | None,
        *,
        is_quiet: bool = False,
    ) -> None:
        key = entry.key if entry else None
        self._held[report.sha256, key, str((entry or report).place)] = Held(
            sha256=report.sha256,
            bank_account=report.bank_account,
            date=entry.booking_date if entry else report.from_date,
            key=key,
            reason=text,
            is_quiet=is_quiet,
        )

    def release(self, report: BankReport, entry: BankEntry) -> None:
        """Take back that an entry is held: what it waited for has come."""
        self._held.pop((report.sha256, entry.key, str(entry.place)), None)
        if not self._reasons(report.sha256):
            self._outcomes[report.sha256].pop("held", None)

    def alarm(self, texts: Iterable[str]) -> None:
        """Raise alarms; each is told once."""
        self._alarms.update(dict.fromkeys(texts))

    def note(self, sha256: str, outcome: OutcomeName, reason: str | None = None) -> None:
        """Note one thing that became of a file."""
        noted = self._outcomes[sha256]
        noted[outcome] = noted.get(outcome) or reason

    # result

    def plan(self) -> Plan:
        """Return the plan."""
        return Plan(
            vouchers=tuple(self._vouchers),
            balances=tuple(balance for _, balance in sorted(self._balances.items())),
            continued=tuple(
                custom
                for _, custom in sorted(self._continued.items(), key=lambda each: each[0])
            ),
            held=tuple(self._held.values()),
            told_entries=tuple(self._new_entries.values()),
            told_movements=tuple(self.memory.new),
            days=tuple(day for parts in self._new_days.values() for day in parts),
            alarms=tuple(self._alarms),
            recorded=self._recorded,
            outcomes={
                sha256: self._outcome(sha256, noted)
                for sha256, noted in self._outcomes.items()
            },
        )

    def _outcome(self, sha256: str, noted: dict[OutcomeName, str | None]) -> Outcome:
        if "held" in noted:
            noted = {**noted, "held": "; ".join(self._reasons(sha256))}
        for outcome in ("posted", "held", "nothing-new", "informational"):
            if outcome in noted:
                reason = noted[outcome] or noted.get("held")
                return Outcome(outcome=outcome, reason=reason)
        return Outcome(outcome="nothing-new", reason=say(self.language, "nothing-told"))

    def _reasons(self, sha256: str) -> Collection[str]:
        """Return why parts of a file are held, each reason once."""
        found = (each for each in self._held.values() if each.sha256 == sha256)
        return dict.fromkeys(each.reason for each in found if not each.is_quiet)
