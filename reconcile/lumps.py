"""Which line of a statement shows which lump of a detail file.

A statement may show the sum of many payments in one line (`Btch/NbOfTxs`, or a plain
line without details), while OCR giro or camt.054 tells them. They belong together

- by the bank's reference, or the PmtInfId, and equal amount;
- else by account, booking date and amount, where exactly one line and one lump are left.

A lump that two sources told (OCR giro and camt.054) is one: it is known by its moneys.

Worked example: the statement shows 15 300.00 without details; OCR giro told a lump of
15 000.00 + 300.00 of that day, and a fee of 15 300.00 is nowhere. They are the same.
Had OCR giro told two lumps of 15 300.00 and the statement one line, nothing is claimed:
both wait on clearing, and the proof names the rest.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from bankio.amount import Amount
from ledger.movements import ToldEntry, ToldMovement
from reconcile.bank_transactions import BankEntry, Movement
from reconcile.evidence import credit_key
from reconcile.moneys import Money
from reconcile.progress import Progress
from reconcile.same_money import BANK_DAYS_APART_MAX, contradicts, payers_first


def references_of(entry: BankEntry) -> frozenset[str]:
    """Return what an entry is called by the bank and by us."""
    return frozenset(filter(None, (entry.reference, entry.payment_information_id)))


def batches_for(
    entry: BankEntry, progress: Progress, *, by_amount: bool
) -> tuple[ToldEntry, ...]:
    """Return the told lumps that a statement's line shows: those of one reference.

    With `by_amount`, the only unclaimed one of its day and amount. Empty: none.
    """
    account, amount = entry.bank_account, entry.amount
    named = [
        told
        for name in sorted(references_of(entry))
        for told in progress.sums.named(name, account, amount, lines=False)
        if _near(told, entry, progress) and not _is_claimed(told, progress)
    ]
    if named:
        return _one_lump(named, progress)
    if not by_amount:
        return ()
    dated = progress.sums.dated(entry.booking_date, account, amount, lines=False)
    return _one_lump((told for told in dated if not _is_claimed(told, progress)), progress)


def _near(told: ToldEntry, entry: BankEntry, progress: Progress) -> bool:
    apart = progress.known.bank_days_apart(told.booking_date, entry.booking_date)
    return apart <= BANK_DAYS_APART_MAX


def _is_claimed(told: ToldEntry, progress: Progress) -> bool:
    if told.key in progress.known.cleared:
        progress.sums.drop(told)
        return True
    if progress.memory.claimed_by(told.key) is None:
        moneys = progress.memory.moneys_of(told.key)
        if moneys and not all("statement" in money.tellers for money in moneys):
            return False
    progress.sums.drop(told)
    return True


def _one_lump(found: Iterable[ToldEntry], progress: Progress) -> tuple[ToldEntry, ...]:
    """Return the lumps if they are one money, however many sources told it."""
    lumps: list[ToldEntry] = []
    moneys: frozenset[str] | None = None
    for told in found:
        own = frozenset(money.key for money in progress.memory.moneys_of(told.key))
        if moneys is not None and own != moneys:
            return ()
        moneys = own
        lumps.append(told)
    return tuple(lumps)


def twin_of(
    entry: BankEntry, movements: Sequence[Movement], progress: Progress
) -> list[tuple[Movement, Money]]:
    """Return each movement with its money, where another source told this very lump.

    OCR giro and camt.054 may both tell a lump without the payers' accounts. One receipt
    may be another one of its KID; but several that are equal in day, account, KIDs, amounts
    and so in their sum are one lump, told twice. One alone is, where the statement told it:
    the day has no other.
    """
    if progress.memory.covers(movements):
        return []
    told = progress.sums.alike(entry.bank_account, entry.amount)
    for lump in sorted(told, key=lambda each: (each.source != "statement", each.key)):
        is_lump = lump.source == "statement" or len(movements) > 1
        is_other = is_lump and lump.source != entry.source
        if is_other and lump.booking_date == entry.booking_date:
            pairs = _paired(movements, progress.memory.moneys_of(lump.key))
            if pairs:
                return pairs
    return []


def _paired(
    movements: Sequence[Movement], moneys: Sequence[Money]
) -> list[tuple[Movement, Money]]:
    """Pair movements and moneys of equal KID and amount; empty where one is left over."""
    if len(moneys) != len(movements):
        return []
    alike: dict[tuple[str | None, Amount], list[Money]] = defaultdict(list)
    for money in moneys:
        if movements[0].source not in money.tellers:
            alike[money.kid, money.amount].append(money)
    pairs = []
    for movement in payers_first(movements):
        payer = movement.counterparty_account
        left = [
            each
            for each in alike[movement.kid, movement.amount]
            if not contradicts(movement, each)
        ]
        own = min(left, key=lambda each: each.counterparty_account != payer, default=None)
        if own is None or movement.kid is None:
            return []
        alike[movement.kid, movement.amount].remove(own)
        pairs.append((movement, own))
    return pairs


def claim(batches: Iterable[ToldEntry], entry: BankEntry, progress: Progress) -> None:
    """Remember that a statement's line shows these lumps."""
    for told in batches:
        _claim(told, entry.key, entry.sha256, progress)


def _claim(told: ToldEntry, entry_key: str, sha256: str, progress: Progress) -> None:
    progress.memory.claim(
        told.key,
        entry_key,
        ToldMovement(
            key=told.key,
            source="statement",
            money=told.key,
            bank_account=told.bank_account,
            booking_date=told.booking_date,
            amount=told.amount,
            end_to_end_id=None,
            account_servicer_reference=told.reference,
            kid=None,
            counterparty_account=None,
            batch=entry_key,
            sha256=sha256,
        ),
    )


def claim_line(line: ToldEntry, batch: ToldEntry, progress: Progress) -> None:
    """Remember that a line that was there before shows a lump told now."""
    _claim(batch, line.key, line.sha256, progress)


def line_for(batch: BankEntry, progress: Progress) -> ToldEntry | None:
    """Return the statement's line, told before, that shows this lump, if it is certain."""
    account, amount = batch.bank_account, batch.amount
    named = {
        told.key: told
        for name in references_of(batch)
        for told in progress.sums.named(name, account, amount, lines=True)
        if _near(told, batch, progress) and _is_unexplained(told, progress)
    }
    if named:
        return next(iter(named.values())) if len(named) == 1 else None
    found: ToldEntry | None = None
    for told in progress.sums.dated(batch.booking_date, account, amount, lines=True):
        if _is_unexplained(told, progress):
            if found is not None:
                return None
            found = told
    return found


def _is_unexplained(line: ToldEntry, progress: Progress) -> bool:
    """Whether nothing has told what a line holds: a lump, or parked or posted whole."""
    moneys = progress.memory.moneys_of(line.key)
    if _is_decided(line, moneys, progress):
        unexplained = False
    elif not moneys:
        unexplained = line.via_clearing and not progress.memory.is_claiming(line.key)
    else:
        unexplained = (
            not line.via_clearing
            and len(moneys) == 1
            and moneys[0].kid is None
            and moneys[0].end_to_end_id is None
            and moneys[0].tellers == {"statement"}
        )
    if not unexplained:
        progress.sums.drop(line)
    return unexplained


def _is_decided(line: ToldEntry, moneys: Sequence[Money], progress: Progress) -> bool:
    """Whether a person has said what a line is: a lump that was told, or something else."""
    cleared = progress.known.cleared
    return line.key in cleared or any(credit_key(each.key) in cleared for each in moneys)


def may_stand_in_a_line(money: Money, progress: Progress) -> bool:
    """Whether a line of its own day, that nothing explains, has the sum of its lump."""
    told = (progress.entries.get((source, money.batch)) for source in money.tellers)
    return any(
        _is_unexplained(line, progress)
        for lump in filter(None, told)
        for line in progress.sums.dated(
            lump.booking_date, lump.bank_account, lump.amount, lines=True
        )
    )


def unexplained(batch: BankEntry, progress: Progress, *, same_day: bool) -> tuple[int, int]:
    """Return how many lines, and how many lumps of this source, have a lump's sum alone."""
    lines = lumps = 0
    for told in list(progress.sums.alike(batch.bank_account, batch.amount)):
        if told.booking_date != batch.booking_date and (
            same_day or not _near(told, batch, progress)
        ):
            continue
        if told.source == "statement":
            lines += _is_unexplained(told, progress)
        elif told.source == batch.source:
            lumps += not _is_claimed(told, progress)
    return lines, lumps


def later_line_for(copy: BankEntry, progress: Progress) -> ToldEntry | None:
    """Return the one line of a later day that may show a lump which equals a settled one.

    Its own details would have come before the statement of the next bank day; so it is
    asked about once that is proven. Lumps that wait for their lines come first.
    """
    lines = [
        told
        for told in list(progress.sums.alike(copy.bank_account, copy.amount))
        if told.source == "statement"
        and told.booking_date > copy.booking_date
        and _near(told, copy, progress)
        and _is_unexplained(told, progress)
        and _is_overdue(told, progress)
    ]
    _, waiting = unexplained(copy, progress, same_day=False)
    return lines[0] if len(lines) == 1 and not waiting else None


def is_certain(line: ToldEntry, copy: BankEntry) -> bool:
    """Whether sum and count of several payments are equal; one payment's sum may recur."""
    return line.number_of_transactions == copy.payments > 1


def _is_overdue(line: ToldEntry, progress: Progress) -> bool:
    """Whether a bank day after the line is proven: what tells its details is late."""
    return any(
        account == line.bank_account
        and day > line.booking_date
        and progress.known.bank_days_apart(line.booking_date, day) >= 1
        for account, day in progress.days
    )
