"""Detail files: OCR giro and camt.054 settle items against clearing.

Each lump is taken whole. Of its movements, those that another source has told confirm;
the others are matched, or parked. What was told before by this source is passed over:

- a movement with the bank's own reference that this source told already is a repeat;
- a lump equal to one told already, but in another file, may be the same file ordered
  again under new numbers, or two equal lumps. It is held until the statement shows its
  sum once more than it was settled, or shows that it does not: on its own day, or on one
  of the next bank days, where no other file has told the line's details in time.

The trap: two equal lines of one file are two payments. A repeat is never judged by
content within a file, only between files.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from ledger.movements import ToldEntry
from reconcile import late_discounts, lumps, to_come, told_otherwise, undecided
from reconcile.bank_transactions import (
    BankEntry,
    BankReport,
    Movement,
    with_ordinal,
)
from reconcile.confirming import confirm, confirming
from reconcile.day_order import in_order
from reconcile.evidence import credit_key
from reconcile.examining import examine
from reconcile.known import PlannedVoucher
from reconcile.matches import Match
from reconcile.moneys import Money
from reconcile.progress import Progress
from reconcile.same_money import BANK_DAYS_APART_MAX
from reconcile.vouchers import batch_voucher, detail_voucher, explaining_voucher
from reconcile.wording import say


@dataclass(frozen=True, slots=True)
class Lump:
    """One lump of one detail file."""

    report: BankReport
    entry: BankEntry


def lumps_of(reports: Iterable[BankReport], progress: Progress) -> tuple[Lump, ...]:
    """Return every lump of detail files, by date: money of an earlier day comes first."""
    found = [Lump(report, entry) for report in reports for entry in report.entries]
    found.sort(
        key=lambda lump: (
            lump.entry.booking_date,
            lump.report.source != "ocr-giro",
            lump.entry.bank_account,
            lump.entry.key,
            lump.report.sha256,
        ),
    )
    return tuple(in_order(found, lambda lump: lump.entry.movements, progress))


def take(lump: Lump, progress: Progress) -> bool:
    """Plan a lump; False where it is held until more is known."""
    entry, report = lump.entry, lump.report
    if not _is_for_us(lump, progress):
        return True
    told = progress.entries.get((entry.source, entry.key))
    if told is not None and told.sha256 == entry.sha256:
        progress.note(report.sha256, "nothing-new", say(progress.language, "nothing-told"))
        return True
    new = tuple(m for m in entry.movements if not _is_repeat(m, progress))
    if progress.is_locked(entry.booking_date) and not _is_known(new, progress):
        until = progress.known.company.locked_until
        progress.hold(report, say(progress.language, "locked", until=until), entry)
        return True
    if told is not None or (new and any(_is_alike(m, progress) for m in new)):
        return _copy(lump, told, new, progress)
    awaited = to_come.awaited(new, progress)
    if awaited is not None:
        progress.hold(report, awaited, entry)
        return False
    otherwise = _told_otherwise(new, progress)
    if otherwise is not None:
        progress.hold(report, otherwise, entry)
        return False
    if _awaits_statement(entry, new, progress):
        progress.hold(report, say(progress.language, "statement-to-come"), entry)
        return False
    if not new:
        progress.note(report.sha256, "nothing-new", say(progress.language, "nothing-told"))
        return True
    _settle(lump, new, progress)
    return True


def _awaits_statement(
    entry: BankEntry, new: Sequence[Movement], progress: Progress
) -> bool:
    """Whether some of it may be told already, which the statement of its day will show."""
    if not any(undecided.is_waiting(movement, progress) for movement in new):
        return False
    if lumps.twin_of(entry, new, progress) or _line_for(entry, new, progress):
        return False
    confirmed = list(confirming(new, progress))
    rest = [movement for movement, money in confirmed if money is None]
    known = {money.key for _, money in confirmed if money is not None}
    pairs = undecided.of_details(rest, progress, has_line=False, besides=known)
    known |= {money.key for _, money in pairs}
    return any(
        undecided.is_waiting(movement, progress, known)
        for movement in undecided.others(rest, pairs)
    )


def _told_otherwise(new: Sequence[Movement], progress: Progress) -> str | None:
    """Return why a lump is held: the bank has told a receipt of it otherwise."""
    if not any(told_otherwise.money_of(movement, progress) for movement in new):
        return None
    for movement, money in confirming(new, progress):
        other = told_otherwise.money_of(movement, progress) if money is None else None
        if other is not None:
            return told_otherwise.reason(movement, other, progress)
    return None


def _is_for_us(lump: Lump, progress: Progress) -> bool:
    """Whether the lump tells booked money of ours that has details."""
    entry, report = lump.entry, lump.report
    text = None
    if entry.status not in {"BOOK", None} or (
        entry.status is None and entry.source != "ocr-giro"
    ):
        text = "not-booked"
    elif entry.booking_date < progress.bank_account(report).first_day:
        text = "before-first-day"
        progress.tell(_told(entry, via_clearing=False))
    elif not entry.amount:
        text = "nothing-told"
    elif not entry.tells_details and entry.details_add_up:
        text = "no-details"
    if text is not None:
        progress.note(report.sha256, "informational", say(progress.language, text))
    return text is None


def _is_known(movements: Iterable[Movement], progress: Progress) -> bool:
    """Whether telling the movements posts nothing."""
    return progress.memory.covers(m for m in movements if not progress.is_posted(m.key))


def _told(entry: BankEntry, *, via_clearing: bool, key: str | None = None) -> ToldEntry:
    assert entry.source != "camt.052"
    return ToldEntry(
        key=key or entry.key,
        source=entry.source,
        bank_account=entry.bank_account,
        booking_date=entry.booking_date,
        amount=entry.amount,
        reference=entry.reference or entry.payment_information_id,
        number_of_transactions=entry.number_of_transactions,
        sha256=entry.sha256,
        via_clearing=via_clearing,
    )


def _is_repeat(movement: Movement, progress: Progress) -> bool:
    """Whether this source told the movement already, by the bank's own reference."""
    told = progress.memory.told(movement.source, movement.key)
    return (
        told is not None
        and movement.account_servicer_reference is not None
        and told.account_servicer_reference == movement.account_servicer_reference
        and told.amount == movement.amount
        and told.kid == movement.kid
        and told.end_to_end_id == movement.end_to_end_id
    )


def _is_alike(movement: Movement, progress: Progress) -> bool:
    """Whether this source told a movement of this content that no reference tells apart."""
    told = progress.memory.told(movement.source, movement.key)
    return told is not None and movement.account_servicer_reference is None


def _copy(
    lump: Lump, told: ToldEntry | None, new: Sequence[Movement], progress: Progress
) -> bool:
    """Plan a lump that equals one told before; False where it waits for the statement."""
    entry, report, language = lump.entry, lump.report, progress.language
    movements = new if told is None else entry.movements
    memory = progress.memory
    is_another = memory.is_told_more_often(movements) and memory.covers(movements)
    if is_another or _is_shown_again(entry, progress):
        _settle(lump, movements, progress)
        return True
    later = lumps.later_line_for(entry, progress) if _is_shown(entry, progress) else None
    if later is not None and lumps.is_certain(later, entry):
        _settle(lump, movements, progress, later)
        return True
    other = told.key if told else entry.movements[0].key
    if later is not None:
        text = say(language, "copy-or-second", other=other, date=later.booking_date)
        progress.hold(report, text, entry)
        return False
    if told is not None and _is_shown_once(entry, progress):
        progress.release(report, entry)
        text = say(language, "nothing-told")
        if progress.is_settled_for_good(entry.bank_account, entry.booking_date):
            progress.note(report.sha256, "nothing-new", text)
            return True
        progress.keep(report, text, entry)
        return False
    progress.hold(report, say(language, "copy-batch", other=other), entry)
    return False


def _is_shown_again(entry: BankEntry, progress: Progress) -> bool:
    """Whether its day has more lines of its sum than lumps, and one that nothing explains.

    Both are asked for: equal moneys of neighbouring days may have been taken for each
    other, and then a line seems unexplained that is the one of the settled lump.
    """
    day = [
        told
        for told in progress.sums.alike(entry.bank_account, entry.amount)
        if told.booking_date == entry.booking_date
    ]
    lines = sum(told.source == "statement" for told in day)
    settled = sum(told.source == entry.source for told in day)
    unexplained, waiting = lumps.unexplained(entry, progress, same_day=True)
    return lines > settled and unexplained > waiting


def _is_shown_once(entry: BankEntry, progress: Progress) -> bool:
    """Whether statements show the lump that this one equals, and no other.

    Either a line of its day shows it, or so much is proven after it that another line
    cannot come any more.
    """
    proven = [day for account, day in progress.days if account == entry.bank_account]
    last = max(proven, default=None)
    if last is None or last < entry.booking_date:
        return False
    if _is_shown(entry, progress):
        return True
    apart = progress.known.bank_days_apart(entry.booking_date, last)
    lines, waiting = lumps.unexplained(entry, progress, same_day=False)
    return apart > BANK_DAYS_APART_MAX and lines <= waiting


def _is_shown(entry: BankEntry, progress: Progress) -> bool:
    """Whether a statement shows the lump that this one equals."""
    moneys = progress.memory.moneys_of(entry.key)
    return bool(moneys) and all("statement" in money.tellers for money in moneys)


def _settle(
    lump: Lump,
    new: Sequence[Movement],
    progress: Progress,
    line: ToldEntry | None = None,
) -> None:
    """Confirm what is known, match the rest, and remember all of it.

    Args:
        lump: What is told.
        new: Its movements that are not told yet.
        progress: Where it is planned.
        line: The statement's line that shows it, where that is known already.
    """
    entry, report = lump.entry, lump.report
    progress.release(report, entry)
    key = entry.key
    ordinal_of = progress.entries.get((entry.source, key))
    if ordinal_of is not None and ordinal_of.sha256 != entry.sha256:
        key = _free_batch_key(entry, progress)
    movements = [_with_free_key(movement, progress) for movement in new]
    twin = [] if line else lumps.twin_of(entry, movements, progress)
    is_shown = bool(twin) and all("statement" in money.tellers for _, money in twin)
    if line is None and not is_shown:
        line = _line_for(entry, movements, progress)
    if line is not None and not line.via_clearing and not _explain(line, lump, progress):
        for movement in movements:
            whole = progress.memory.moneys_of(line.key)[0]
            progress.memory.tell(movement, key, whole.key)
        movements, twin = [], []
    rest = [] if twin else confirm(movements, key, progress)
    pairs = undecided.of_details(rest, progress, has_line=line is not None)
    for movement, money in (*twin, *pairs):
        progress.memory.tell(movement, key, money.key)
    for movement in movements:
        late_discounts.give(movement, progress)
    _post(undecided.others(rest, pairs), key, lump, progress)
    told = _told(entry, via_clearing=True, key=key)
    progress.tell(told)
    if line is not None:
        lumps.claim_line(line, told, progress)
    progress.note(report.sha256, "nothing-new", say(progress.language, "nothing-told"))


def _line_for(
    entry: BankEntry, movements: Sequence[Movement], progress: Progress
) -> ToldEntry | None:
    """Return the statement's line that came before and shows this lump alone.

    Where other lines told all of it, a line of its sum is something else.
    """
    line = lumps.line_for(entry, progress)
    if line is None:
        return None
    own = {money.key for money in progress.memory.moneys_of(line.key)}
    told = [progress.memory.same(movement, own) for movement in movements]
    is_shown = all(money is not None and "statement" in money.tellers for money in told)
    return None if is_shown else line


def _free_batch_key(entry: BankEntry, progress: Progress) -> str:
    ordinal = 2
    while (entry.source, with_ordinal(entry.key, ordinal)) in progress.entries:
        ordinal += 1
    return with_ordinal(entry.key, ordinal)


def _with_free_key(movement: Movement, progress: Progress) -> Movement:
    """Return the movement under a key that no other money of its source has."""
    ordinal, key = 1, movement.key
    while progress.memory.told(movement.source, key) is not None:
        ordinal += 1
        key = with_ordinal(movement.key, ordinal)
    return movement if ordinal == 1 else replace(movement, key=key)


def _explain(line: ToldEntry, lump: Lump, progress: Progress) -> bool:
    """Let a lump explain a line that came before it and is parked: it moves to clearing.

    False where it is not parked any more: a rule or a person has posted it, so the
    details only confirm.
    """
    whole = progress.memory.moneys_of(line.key)[0]
    if not progress.is_explained(credit_key(whole.key)):
        voucher = _explaining(line, whole, lump, progress)
        if voucher is None:
            return False
        progress.add(voucher)
    progress.tell(replace(line, via_clearing=True))
    progress.memory.void(whole)
    return True


def _explaining(
    line: ToldEntry, whole: Money, lump: Lump, progress: Progress
) -> PlannedVoucher | None:
    item = progress.evidence.item(credit_key(whole.key))
    parked = progress.parked_now(whole.key)
    if parked is not None:
        named = parked.meta.get("payment-information-id")
        account, part = parked.account, named if isinstance(named, str) else None
    elif item is not None and item.residual == -line.amount:
        account, part = item.account, item.postings[0].part
    else:
        return None
    return explaining_voucher(
        entry_key=line.key,
        suspense_item=credit_key(whole.key),
        suspense_account=account,
        part=part,
        amount=line.amount,
        clearing=progress.bank_account(lump.report).clearing,
        day=max(line.booking_date, lump.entry.booking_date),
        sources=str(lump.entry.source),
        sha256=lump.entry.sha256,
        place=str(lump.entry.place),
        evidence=progress.evidence,
    )


def _post(unknown: Sequence[Movement], batch: str, lump: Lump, progress: Progress) -> None:
    """Match what no source has told before, and plan the vouchers."""
    clearing = progress.bank_account(lump.report).clearing
    group = f"{lump.entry.sha256}:{batch}"
    settled: list[tuple[Movement, Match]] = []
    progress.evidence.expect(unknown)
    for told in in_order(unknown, lambda movement: (movement,), progress):
        movement = replace_key(told, progress)
        finding = examine(movement, lump.entry, progress)
        progress.memory.tell(movement, batch)
        if isinstance(finding, Match):
            progress.evidence.take(movement, finding.legs)
            settled.append((movement, finding))
        else:
            progress.evidence.park(movement)
            progress.add(
                detail_voucher(
                    movement, finding, progress.evidence, clearing=clearing, group=group
                )
            )
        progress.alarm(finding.alarms)
    # What a person is to look at stands in the books beside its reason.
    certain = [each for each in settled if not each[1].is_listed]
    if len(certain) > progress.known.company.policy.batch_over:
        progress.add(
            batch_voucher(certain, progress.evidence, clearing=clearing, group=group)
        )
        settled = [each for each in settled if each[1].is_listed]
    for movement, match in settled:
        progress.add(
            detail_voucher(
                movement, match, progress.evidence, clearing=clearing, group=group
            )
        )


def replace_key(movement: Movement, progress: Progress) -> Movement:
    """Return the movement under a key that nothing else in the books has."""
    free = progress.free_key(movement.key)
    return movement if free == movement.key else replace(movement, key=free)
