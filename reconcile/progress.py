"""A plan in the making: what has been planned, told, held so far.

The phases of `reconcile.settlement.plan` work on one of these in turn. It is the only
thing here that changes, and it lives for one call.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from bankio.amount import Amount
from ledger.company import BankAccount
from ledger.directives import Balance
from ledger.movements import StatementDay, ToldEntry
from reconcile.bank_transactions import BankEntry, BankReport, with_ordinal
from reconcile.evidence import Evidence
from reconcile.known import Held, Known, Outcome, OutcomeName, Plan, PlannedVoucher
from reconcile.same_money import Memory
from reconcile.wording import say


class Progress:
    """What the phases of a plan share."""

    def __init__(self, known: Known) -> None:
        self.known = known
        self.language = known.company.language
        self.memory = Memory(known.told_movements, known.bank_days_apart)
        self.evidence = Evidence(known, self.memory)
        self.entries: dict[tuple[str, str], ToldEntry] = {
            (entry.source, entry.key): entry for entry in known.told_entries
        }
        self.days: dict[tuple[str, date], StatementDay] = {
            (day.bank_account, day.date): day for day in known.days
        }
        self._by_amount: dict[tuple[str, Amount], list[ToldEntry]] = defaultdict(list)
        for entry in known.told_entries:
            self._by_amount[entry.bank_account, entry.amount].append(entry)
        self._moved: dict[str, dict[date, Amount]] = defaultdict(dict)
        self._vouchers: list[PlannedVoucher] = []
        self._used_keys: set[str] = set()
        self._suspense = {known.roles.suspense_in, known.roles.suspense_out}
        self._parked: dict[str, str] = {}
        self._held: dict[tuple[str, str | None, str], Held] = {}
        self._new_entries: dict[tuple[str, str], ToldEntry] = {}
        self._new_days: dict[tuple[str, date], StatementDay] = {}
        self._balances: dict[tuple[str, date], Balance] = {}
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

    def is_new_day(self, bank_account: str, day: date) -> bool:
        """Whether it is this plan that proved the day."""
        return (bank_account, day) in self._new_days

    # keys

    def is_posted(self, key: str) -> bool:
        """Whether the books have a voucher for this key."""
        return key in self.known.posted

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

    def is_parked_now(self, key: str) -> str | None:
        """Return the suspense account on which this plan parks a movement, or None."""
        return self._parked.get(key)

    # additions

    def add(self, voucher: PlannedVoucher) -> None:
        """Plan a voucher."""
        self._vouchers.append(voucher)
        self._used_keys.add(voucher.key)
        for posting in voucher.transaction.postings:
            movement = posting.meta.get("movement")
            if isinstance(movement, str):
                self._used_keys.add(movement)
                if posting.account in self._suspense:
                    self._parked[movement] = posting.account
        self.note(voucher.sha256, "posted")

    def tell(self, entry: ToldEntry) -> None:
        """Remember an entry that a file told, or that it stands elsewhere now."""
        at = (entry.source, entry.key)
        before = self.entries.get(at)
        if before == entry:
            return
        alike = self._by_amount[entry.bank_account, entry.amount]
        if before is not None:
            alike.remove(before)
        alike.append(entry)
        self.entries[at] = entry
        self._new_entries[at] = entry

    def entries_of(self, bank_account: str, amount: Amount) -> list[ToldEntry]:
        """Return every told entry of an account with an amount, in a fixed order."""
        found = self._by_amount.get((bank_account, amount), [])
        return sorted(
            found, key=lambda entry: (entry.booking_date, entry.source, entry.key)
        )

    def add_day(self, day: StatementDay, account: BankAccount, balance: Balance) -> None:
        """Remember a proven day, and plan the balance line that shows it."""
        at = (day.bank_account, day.date)
        if self.days.get(at) != day:
            self.days[at] = day
            self._new_days[at] = day
        if (account.account, balance.date) not in self.known.balances:
            self._balances[account.account, balance.date] = balance

    def hold(self, report: BankReport, text: str, entry: BankEntry | None = None) -> None:
        """Hold a report, or an entry of it."""
        key = entry.key if entry else None
        self._held[report.sha256, key, str((entry or report).place)] = Held(
            sha256=report.sha256,
            bank_account=report.bank_account,
            date=entry.booking_date if entry else report.from_date,
            key=key,
            reason=text,
        )
        self.note(report.sha256, "held", text)

    def release(self, report: BankReport, entry: BankEntry) -> None:
        """Take back that an entry is held: what it waited for has come."""
        self._held.pop((report.sha256, entry.key, str(entry.place)), None)
        if not any(sha256 == report.sha256 for sha256, _, _ in self._held):
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
            held=tuple(self._held.values()),
            told_entries=tuple(self._new_entries.values()),
            told_movements=tuple(self.memory.new),
            days=tuple(self._new_days.values()),
            alarms=tuple(self._alarms),
            outcomes={
                sha256: self._outcome(noted) for sha256, noted in self._outcomes.items()
            },
        )

    def _outcome(self, noted: dict[OutcomeName, str | None]) -> Outcome:
        for outcome in ("posted", "held", "nothing-new", "informational"):
            if outcome in noted:
                reason = noted[outcome] or noted.get("held")
                return Outcome(outcome=outcome, reason=reason)
        return Outcome(outcome="nothing-new", reason=say(self.language, "nothing-told"))
