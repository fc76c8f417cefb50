"""A day that was posted and is told anew: what is wrong in it is taken back first.

    Tuesday, as first told        R1 +50.00, R2 -20.00     posted, and set aside by a person
    Tuesday, as told anew         R1 +70.00, R2 -20.00     held until then

    R1 of 50.00 is taken back by a new voucher of Tuesday, R1 of 70.00 is posted as any
    entry is, and R2 stands: both statements tell it.

Only what is set aside is taken back, only where another statement tells the day, and only
if the account then is proven through: the day opens with what the books say, and the next
day that is proven opens with what it closes with. Else nothing is done and it is told why.

What an entry had settled or parked is reversed where it stands now: corrections of a
person, and the voucher that moved it to clearing, are taken back with it. What a person
has placed since must be undone by him first. A movement that another file tells as well
is true by that file; its money goes back to clearing and waits for the line that shows it.

The trap: the reissue may use the same references. What was taken back keeps its keys for
ever, so an entry told anew under one of them gets the next ordinal (`reconcile.rekeying`).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from bankio.amount import Amount
from ledger import reissues, set_aside
from ledger.company import BankAccount
from ledger.directives import MetaValue, Posting, Transaction
from ledger.movements import StatementDay, ToldEntry
from ledger.reissues import Reissue
from reconcile import settlement, statement, usable
from reconcile.bank_transactions import BankEntry, BankReport
from reconcile.known import Correction, Held, Known, Plan, PlannedVoucher
from reconcile.matches import Leg
from reconcile.progress import Progress
from reconcile.rekeying import rekeyed
from reconcile.statement import Day
from reconcile.wording import say

_NEXT_DAY = timedelta(days=1)


class _Impossible(Exception):
    """Why a day cannot be corrected."""


def plan(reports: Sequence[BankReport], known: Known) -> Plan:
    """Return what the reports bring about, wrong days taken back and told anew."""
    found, obstacles = _corrections(reports, known)
    if not found and not obstacles:
        return settlement.plan(reports, known)
    planned = settlement.plan(reports, _known_after(known, found))
    failed = {each.reissue.bank_account for each in found} - _proven(planned, found)
    if failed:
        for held in planned.held:
            if held.bank_account in failed:
                obstacles.setdefault(held.sha256, held.reason)
        found = [each for each in found if each.reissue.bank_account not in failed]
        planned = settlement.plan(reports, _known_after(known, found))
    return _with_reasons(
        replace(
            planned,
            vouchers=(*(v for each in found for v in each.vouchers), *planned.vouchers),
            corrections=tuple(found),
        ),
        obstacles,
    )


def _proven(planned: Plan, found: Iterable[Correction]) -> set[str]:
    """Return the accounts of which every corrected day is proven by its reissue."""
    days = {(each.bank_account, each.date): each.sha256 for each in planned.days}
    accounts: dict[str, bool] = {}
    for each in found:
        told = each.reissue
        is_proven = days.get((told.bank_account, told.day)) == told.reissue
        accounts[told.bank_account] = accounts.get(told.bank_account, True) and is_proven
    return {number for number, is_proven in accounts.items() if is_proven}


def _with_reasons(planned: Plan, reasons: dict[str, str]) -> Plan:
    """Let what stays held say what is to be done first."""

    def told(held: Held) -> Held:
        return replace(held, reason=reasons.get(held.sha256, held.reason))

    return replace(
        planned,
        held=tuple(map(told, planned.held)),
        outcomes={
            sha256: replace(outcome, reason=reasons[sha256])
            if sha256 in reasons and outcome.outcome == "held"
            else outcome
            for sha256, outcome in planned.outcomes.items()
        },
    )


# --- which days -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _Retold:
    """A proven day of a statement that is set aside, as another one tells it."""

    known: StatementDay
    day: Day
    report: BankReport
    account: BankAccount


def _corrections(
    reports: Sequence[BankReport], known: Known
) -> tuple[list[Correction], dict[str, str]]:
    """Return how the wrong days are corrected; and why not, by file."""
    found: list[Correction] = []
    obstacles: dict[str, str] = {}
    retold = list(_retold(reports, known))
    by_day: dict[tuple[str, date], list[_Retold]] = defaultdict(list)
    for each in retold:
        by_day[each.known.bank_account, each.known.date].append(each)
    progress = Progress(known) if retold else None
    for same in by_day.values():
        each = same[0]
        assert progress is not None
        if len(same) > 1 or statement.is_repeat(each.day, each.report, progress):
            continue
        try:
            found.append(_Corrector(each, progress).correction())
        except _Impossible as error:
            obstacles[each.report.sha256] = str(error)
    stopped = {report.bank_account for report in reports if report.sha256 in obstacles}
    return [e for e in found if e.reissue.bank_account not in stopped], obstacles


def _retold(reports: Iterable[BankReport], known: Known) -> Iterator[_Retold]:
    if not known.set_aside:
        return
    days = {(day.bank_account, day.date): day for day in known.days}
    for report in rekeyed(reports, known):
        account = known.company.bank_account(report.bank_account)
        if report.source != "statement" or report.is_copy or account is None:
            continue
        if usable.fault_of(report, account, known) is not None:
            continue
        if _decision(report.sha256, known) is not None:
            continue
        for day in statement.days_of(report) or ():
            told = days.get((report.bank_account, day.date))
            if told is None or told.sha256 == report.sha256:
                continue
            if _decision(told.sha256, known) is not None:
                yield _Retold(known=told, day=day, report=report, account=account)


def _decision(sha256: str, known: Known) -> set_aside.SetAside | None:
    return set_aside.of_file(sha256, known.set_aside)


# --- one day --------------------------------------------------------------------------


class _Corrector:
    """Takes back what a day lacks now."""

    def __init__(self, retold: _Retold, progress: Progress) -> None:
        self._retold = retold
        self._progress = progress
        self._known = progress.known
        self._language = progress.language

    def correction(self) -> Correction:
        """Return the vouchers of the day, or say why it cannot be corrected."""
        told = self._retold
        if self._progress.is_locked(told.day.date):
            until = self._known.company.locked_until
            raise _Impossible(say(self._language, "locked", until=until))
        posted = self._posted_of_the_day()
        vouchers = [self._voucher(entry) for entry in self._wrong(posted)]
        taken = [key for each in vouchers for key in reissues.keys_taken(each.transaction)]
        decision = _decision(told.known.sha256, self._known)
        assert decision is not None
        is_same = told.known.closing == told.day.closing
        return Correction(
            reissue=Reissue(
                bank_account=told.known.bank_account,
                day=told.day.date,
                first=told.known.sha256,
                reissue=told.report.sha256,
                account=told.account.account,
                closing=None if is_same else told.known.closing,
                reason=decision.reason,
                by=decision.by,
            ),
            vouchers=tuple(vouchers),
            entries=tuple(entry.key for entry in posted),
            keys=tuple(taken),
        )

    def _posted_of_the_day(self) -> list[ToldEntry]:
        """Return what was told of the day by statements that do not count."""
        told = self._retold
        return [
            entry
            for entry in self._progress.entries.values()
            if entry.source == "statement"
            and entry.bank_account == told.known.bank_account
            and entry.booking_date == told.day.date
            and _decision(entry.sha256, self._known) is not None
        ]

    def _wrong(self, posted: Iterable[ToldEntry]) -> list[ToldEntry]:
        """Return those of them that are not told any more; the others stand."""
        now = {entry.key: entry for entry in self._retold.day.entries}
        return [
            entry
            for entry in posted
            if entry.key not in now or not self._is_same(entry, now[entry.key])
        ]

    def _is_same(self, first: ToldEntry, now: BankEntry) -> bool:
        if first.amount != now.amount:
            return False
        told = Counter(
            (each.amount, each.kid, each.end_to_end_id, each.counterparty_account)
            for each in self._known.told_movements
            if each.source == "statement"
            and each.batch == first.key
            and not each.key.startswith("batch/")
        )
        if not told or not now.tells_details:
            return True
        return told == Counter(
            (each.amount, each.kid, each.end_to_end_id, each.counterparty_account)
            for each in now.movements
        )

    def _voucher(self, entry: ToldEntry) -> PlannedVoucher:
        told, language = self._retold, self._language
        posted = self._posted(entry)
        voucher = str(posted.meta.get("voucher", ""))
        related = [*self._corrections_of(voucher), *self._explaining(posted)]
        postings = [
            self._reversed(posting)
            for each in (posted, *related)
            for posting in each.postings
        ]
        self._require_untouched(postings, (posted, *related))
        decision = _decision(told.known.sha256, self._known)
        assert decision is not None
        why = say(language, "why-reissued", by=decision.by, reason=decision.reason)
        return PlannedVoucher(
            transaction=Transaction(
                date=posted.date,
                payee=posted.payee,
                narration=say(
                    language, "reissued", voucher=voucher, narration=posted.narration
                ),
                links=posted.links,
                meta={
                    "bank-ref": reissues.taken_back(entry.key),
                    "corrects": voucher,
                    "rule": reissues.RULE,
                    "why": why,
                },
                postings=tuple(postings),
            ),
            sha256=told.report.sha256,
            key=reissues.taken_back(entry.key),
            place=str(told.report.place),
        )

    def _posted(self, entry: ToldEntry) -> Transaction:
        register = self._known.register
        found = register.by_key([entry.key]) if register is not None else ()
        for transaction in found:
            if transaction.meta.get("bank-ref") == entry.key:
                return transaction
        raise _Impossible(say(self._language, "reissue-no-voucher", entry=entry.key))

    def _corrections_of(self, voucher: str) -> Sequence[Transaction]:
        assert self._known.register is not None
        return self._known.register.corrections_of(voucher)

    def _explaining(self, posted: Transaction) -> Iterator[Transaction]:
        """Yield what moved a parked entry to clearing when its details came."""
        register = self._known.register
        assert register is not None
        for posting in posted.postings:
            item = posting.meta.get("open-item")
            if not isinstance(item, str) or not self._is_suspense(posting.account):
                continue
            for transaction in register.by_item(item):
                is_explained = transaction.meta.get("rule") == "lump"
                if "bank-ref" not in transaction.meta and is_explained:
                    yield transaction

    def _is_suspense(self, account: str) -> bool:
        roles = self._known.roles
        return account in {roles.suspense_in, roles.suspense_out}

    def _reversed(self, posting: Posting) -> Posting:
        movement, item = posting.meta.get("movement"), posting.meta.get("open-item")
        if isinstance(movement, str) and self._is_told_elsewhere(movement):
            return Posting(account=self._retold.account.clearing, units=-posting.weight)
        meta: dict[str, MetaValue] = {}
        if isinstance(item, str):
            meta["open-item"] = item
        if isinstance(movement, str):
            meta["withdraws"] = movement
        mark = movement or item
        if isinstance(mark, str):
            meta["undoes"] = mark
        return Posting(
            account=posting.account,
            units=-posting.units,
            total_price=posting.total_price,
            meta=meta,
        )

    def _is_told_elsewhere(self, movement: str) -> bool:
        money = self._progress.memory.money(movement)
        return money is not None and bool(money.tellers - {"statement"})

    def _require_untouched(
        self, postings: Iterable[Posting], taken: Iterable[Transaction]
    ) -> None:
        """Refuse where a person has placed what is to be taken back."""
        moved: dict[str, Amount] = {}
        for posting in postings:
            key = posting.meta.get("open-item")
            if isinstance(key, str):
                before = moved.get(key)
                moved[key] = posting.units if before is None else before + posting.units
        own = {str(each.meta.get("voucher", "")) for each in taken}
        for key, amount in moved.items():
            item = self._known.items.by_key.get(key)
            if item is None:
                continue
            after = item.residual + amount
            if after.number * item.amount.number < 0:
                others = [each.voucher for each in item.postings if each.voucher not in own]
                placed = ", ".join(dict.fromkeys(filter(None, others)))
                text = "reissue-placed"
                raise _Impossible(say(self._language, text, item=key, vouchers=placed))


# --- what is known then ---------------------------------------------------------------


def _known_after(known: Known, found: Sequence[Correction]) -> Known:
    """Return what is known once the corrections stand in the books."""
    if not found:
        return known
    entries = {key for each in found for key in each.entries}
    days = {(each.reissue.bank_account, each.reissue.day) for each in found}
    untrue = {
        (each.reissue.account, each.reissue.day + _NEXT_DAY)
        for each in found
        if each.reissue.closing is not None
    }
    moves = [
        (posting.account, voucher.transaction.date, posting.units)
        for each in found
        for voucher in each.vouchers
        for posting in voucher.transaction.postings
    ]

    def balance_at(account: str, day: date) -> Amount:
        balance = known.balance_at(account, day)
        for moved, when, amount in moves:
            if moved == account and when < day:
                balance += amount
        return balance

    taken = {key: each.reissue.first for each in found for key in each.keys}
    return replace(
        known,
        told_entries=tuple(
            each
            for each in known.told_entries
            if each.source != "statement" or each.key not in entries
        ),
        told_movements=tuple(
            each
            for each in known.told_movements
            if each.source != "statement" or each.batch not in entries
        ),
        days=tuple(day for day in known.days if (day.bank_account, day.date) not in days),
        balances=frozenset(known.balances) - untrue,
        balance_at=balance_at,
        taken_back={**known.taken_back, **taken},
        given_back=tuple(_legs(found, known)),
    )


def _legs(found: Iterable[Correction], known: Known) -> Iterator[Leg]:
    """Yield the corrections' legs on items, so that the rules see what is left of them."""
    for each in found:
        for voucher in each.vouchers:
            for posting in voucher.transaction.postings:
                key = posting.meta.get("open-item")
                item = known.items.by_key.get(key) if isinstance(key, str) else None
                if item is None:
                    continue
                movement = posting.meta.get("withdraws")
                names = (p.end_to_end_id for p in item.postings if p.movement == movement)
                named = next(filter(None, names), None) if movement else None
                yield Leg(
                    account=posting.account,
                    amount=posting.units,
                    open_item=item.key,
                    item=item,
                    total_price=posting.total_price,
                    meta={"end-to-end-id": named} if named else {},
                )
