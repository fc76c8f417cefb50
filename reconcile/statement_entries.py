"""Statement entries: the only thing that posts a bank account, one voucher each.

For each entry of a day, surest first:

1. its own details were told by a detail file (the same money): bank against clearing;
2. it is called like a lump that was told, with the same sum: clearing;
3. it is a lump of our own remittance, and the payments in our manifest make its sum:
   those that were told go against clearing, the others settle their items here;
4. exactly one untold lump of its day has its sum: clearing;
5. its details may be what a detail file told, and can be nothing else: clearing;
6. it is a lump without details: clearing, where its details are awaited;
7. it is first to tell its details: bank against items, or suspense.

Each step is done for all entries of the day before the next, so that a sure claim is
never lost to a weaker one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from bankio.amount import Amount
from ledger.movements import ToldEntry
from ledger.payments import PaymentStanding
from reconcile import (
    lumps,
    own_lumps,
    returned_lumps,
    spread_sums,
    told_otherwise,
    undecided,
)
from reconcile.bank_transactions import BankEntry, Movement, with_ordinal
from reconcile.confirming import confirm
from reconcile.day_order import in_order
from reconcile.details import replace_key
from reconcile.examining import examine
from reconcile.matches import Doubt, Finding, Match
from reconcile.matching import PARKED
from reconcile.moneys import Money
from reconcile.own_lumps import Sum
from reconcile.progress import Progress
from reconcile.same_money import contradicts, payers_first
from reconcile.vouchers import statement_voucher
from reconcile.wording import say


@dataclass(slots=True, kw_only=True)
class Line:
    """An entry on its way to a voucher."""

    entry: BankEntry
    unknown: list[Movement] = field(default_factory=list)
    """Movements that nobody told so far."""
    cleared: Amount
    """How much of the entry stands against clearing."""
    found: list[tuple[Movement, Finding]] = field(default_factory=list)
    sources: set[str] = field(default_factory=set)
    lumps: tuple[ToldEntry, ...] = ()
    is_done: bool = False
    why: str | None = None


def post(entries: Sequence[BankEntry], progress: Progress) -> None:
    """Plan the vouchers of the entries of one proven day."""
    lines = [_begin(entry, progress) for entry in entries]
    progress.evidence.expect(movement for line in lines for movement in line.unknown)
    for line in lines:
        _claim(line, progress, by_amount=False)
    for line in lines:
        _split(line, progress)
    # What tells its details tells more than its sum.
    for line in sorted(lines, key=lambda each: not each.entry.tells_details):
        _claim(line, progress, by_amount=True)
    _confirm_undecided(lines, progress)
    for line in in_order(lines, lambda each: each.unknown, progress):
        _finish(line, progress)
        _write(line, progress)


def _begin(entry: BankEntry, progress: Progress) -> Line:
    key = progress.free_entry_key(entry.key)
    if key != entry.key:
        entry = replace(entry, key=key)
    if not entry.tells_details:
        return Line(
            entry=entry,
            unknown=list(entry.movements),
            cleared=Amount.zero(entry.amount.currency),
        )
    movements = [_with_free_key(movement, progress) for movement in entry.movements]
    unknown = confirm(movements, entry.key, progress)
    line = Line(entry=entry, unknown=unknown, cleared=entry.amount)
    for movement in unknown:
        line.cleared -= movement.amount
    line.is_done = not unknown
    for movement in movements:
        told = progress.memory.told("statement", movement.key)
        money = progress.memory.money(told.money) if told else None
        line.sources |= (money.tellers - {"statement"}) if money else set()
    return line


def _with_free_key(movement: Movement, progress: Progress) -> Movement:
    ordinal, key = 1, movement.key
    while progress.memory.told("statement", key) is not None:
        ordinal += 1
        key = with_ordinal(movement.key, ordinal)
    return movement if ordinal == 1 else replace(movement, key=key)


def _claim(line: Line, progress: Progress, *, by_amount: bool) -> None:
    """Let a lump that was told explain the line."""
    entry = line.entry
    if line.is_done or line.cleared or not entry.amount:
        return
    if by_amount and not _may_be_told(line, progress):
        return
    found = lumps.batches_for(entry, progress, by_amount=by_amount)
    if not found or (entry.tells_details and _is_contradicted(line, found[0], progress)):
        return
    line.lumps = found
    line.sources |= _tellers(found, progress)
    line.cleared, line.is_done = entry.amount, True
    if entry.tells_details:
        _pair(line, found[0], progress)
    line.unknown = []
    lumps.claim(found, entry, progress)


def _tellers(lumps_told: Iterable[ToldEntry], progress: Progress) -> set[str]:
    """Return every source that told the money of some lumps, whichever named them."""
    moneys = (m for told in lumps_told for m in progress.memory.moneys_of(told.key))
    found = {teller for money in moneys for teller in money.tellers} - {"statement"}
    return found | {told.source for told in lumps_told}


def _may_be_told(line: Line, progress: Progress) -> bool:
    """Whether the line may be claimed by its sum: its details do not say otherwise."""
    if not line.entry.tells_details:
        return True
    return any(progress.memory.may_be(movement) for movement in line.unknown)


def _is_contradicted(line: Line, lump: ToldEntry, progress: Progress) -> bool:
    """Whether a detail of the line can be none of the lump's moneys."""
    moneys = progress.memory.moneys_of(lump.key)
    return not all(
        any(
            money.amount == movement.amount and not contradicts(movement, money)
            for money in moneys
        )
        for movement in line.unknown
    )


def _pair(line: Line, lump: ToldEntry, progress: Progress) -> None:
    """Tell the details of a line that shows a lump: each is one of its moneys."""
    left = [m for m in progress.memory.moneys_of(lump.key) if "statement" not in m.tellers]
    for movement in payers_first(line.unknown):
        equal = [
            money
            for money in left
            if money.amount == movement.amount and not contradicts(movement, money)
        ]
        payer = movement.counterparty_account
        equal.sort(key=lambda each: each.counterparty_account != payer)
        money = (equal or left or progress.memory.moneys_of(lump.key))[0]
        progress.memory.tell(movement, line.entry.key, money.key)
        left = [each for each in left if each.key != money.key]


def _confirm_undecided(lines: Iterable[Line], progress: Progress) -> None:
    """Let details of lines be what a detail file told, where the day leaves no other."""
    untold = [line for line in lines if not line.is_done and line.entry.tells_details]
    unknown = [movement for line in untold for movement in line.unknown]
    pairs = undecided.of_lines(unknown, progress)
    money_of = {id(movement): money for movement, money in pairs}
    for line in untold:
        for movement in line.unknown:
            money = money_of.get(id(movement))
            if money is not None:
                line.sources |= money.tellers - {"statement"}
                line.cleared += movement.amount
                progress.memory.tell(movement, line.entry.key, money.key)
        line.unknown = undecided.others(line.unknown, pairs)
        line.is_done = not line.unknown


def _split(line: Line, progress: Progress) -> None:
    """Split a lump of our own remittance by the manifest, if the sums agree."""
    entry = line.entry
    if line.is_done or entry.tells_details or not entry.amount:
        return
    identification = entry.payment_information_id or entry.message_id
    found = spread_sums.payments_of(entry, progress.evidence)
    if entry.amount.number > 0:
        _split_return(line, found, progress)
        return
    if not found or identification is None:
        return
    told = Sum(
        amount=-entry.amount,
        booking_date=entry.booking_date,
        part=identification,
        count=entry.number_of_transactions,
    )
    line.unknown, line.is_done = [], True
    if progress.is_recorded(entry.movements[0].key):
        # It was parked whole: what the bank has rejected since was not known then.
        line.found.append((_whole(line, progress), Doubt(rule=PARKED, reason="")))
        return
    waiting = spread_sums.not_shown(found, entry, progress)
    standings = own_lumps.payments_in(told, waiting) or own_lumps.payments_in(told, found)
    if not standings:
        _park_sum(line, told, waiting or found, progress)
        return
    why = spread_sums.why(identification, standings, progress)
    for standing in standings:
        _split_off(line, standing, why, progress)


def _split_return(line: Line, found: Sequence[PaymentStanding], progress: Progress) -> None:
    """Split a sum that comes back for payments of ours."""
    came_back = returned_lumps.split(line.entry, found, progress)
    if came_back is not None:
        line.unknown, line.is_done = [], True
        line.found, line.cleared = came_back


def _park_sum(
    line: Line, told: Sum, found: Sequence[PaymentStanding], progress: Progress
) -> None:
    """Park a sum for several payments that is not theirs, under their name."""
    part, spoken = own_lumps.spoken_of(told, found)
    sent = own_lumps.total(spoken, told.amount.currency)
    reason = say(
        progress.language,
        "lump-difference",
        payment_information_id=part,
        booked=told.amount,
        sent=sent,
        difference=None if sent is None else told.amount - sent,
    )
    finding = Doubt(rule=PARKED, reason=reason, alarms=(reason,), part=part)
    line.found.append((_whole(line, progress), finding))


def _split_off(line: Line, standing: PaymentStanding, why: str, progress: Progress) -> None:
    """Take one payment off a lump: told before, or settled here."""
    movement = spread_sums.movement_of(standing.payment, line.entry)
    settled = spread_sums.settle(movement, line.entry, why, progress)
    if settled is None:
        line.cleared += movement.amount
    else:
        line.found.append(settled)


def _whole(line: Line, progress: Progress) -> Movement:
    """Return the entry as one movement, and remember it."""
    movement = replace_key(line.entry.movements[0], progress)
    progress.memory.tell(movement, line.entry.key)
    return movement


def _finish(line: Line, progress: Progress) -> None:
    """Match what is left: the statement is the first to tell it."""
    entry = line.entry
    if line.is_done or not (entry.amount or any(told.amount for told in line.unknown)):
        return
    if entry.is_lump and entry.details_add_up and entry.status is not None:
        line.cleared = entry.amount
        line.why = say(
            progress.language, "why-lump-waits", count=entry.number_of_transactions
        )
        return
    for told in in_order(line.unknown, lambda movement: (movement,), progress):
        other = told_otherwise.money_of(told, progress)
        if other is not None:
            _differ(line, told, other, progress)
            continue
        movement = replace_key(told, progress)
        finding = examine(movement, entry, progress)
        progress.memory.tell(movement, entry.key)
        if isinstance(finding, Match):
            progress.evidence.take(movement, finding.legs)
        else:
            progress.evidence.park(movement)
        line.found.append((movement, finding))


def _differ(line: Line, told: Movement, money: Money, progress: Progress) -> None:
    """Park in what a receipt differs from what a detail file told of it: told once."""
    reason = told_otherwise.reason(told, money, progress)
    narration = say(progress.language, "told-otherwise-narration")
    key = told_otherwise.difference_key(money)
    difference = replace(told, key=key, amount=told.amount - money.amount)
    line.found.append((difference, Doubt(rule=PARKED, reason=reason, narration=narration)))
    line.cleared += money.amount
    line.sources |= money.tellers - {"statement"}
    progress.memory.tell(replace_key(told, progress), line.entry.key, money.key)


def _write(line: Line, progress: Progress) -> None:
    """Plan the voucher, unless the books have it, and remember the entry."""
    entry = line.entry
    posted = progress.is_posted(entry.key)
    via_clearing = bool(line.cleared)
    if posted and progress.known.via_clearing:
        via_clearing = entry.key in progress.known.via_clearing
    assert entry.source == "statement"
    progress.tell(
        ToldEntry(
            key=entry.key,
            source="statement",
            bank_account=entry.bank_account,
            booking_date=entry.booking_date,
            amount=entry.amount,
            reference=entry.reference or entry.payment_information_id,
            number_of_transactions=entry.number_of_transactions,
            sha256=entry.sha256,
            via_clearing=via_clearing,
        )
    )
    if posted or not (line.found or line.cleared):
        return
    account = progress.known.company.bank_account(entry.bank_account)
    assert account is not None
    if line.sources and line.cleared:
        told = ", ".join(sorted(line.sources))
        line.why = say(progress.language, "why-told", sources=told)
    for _, finding in line.found:
        progress.alarm(finding.alarms)
    progress.move(account, entry.booking_date, entry.amount)
    progress.add(
        statement_voucher(
            entry,
            line.found,
            progress.evidence,
            bank=account.account,
            clearing=account.clearing,
            cleared=line.cleared,
            why=line.why,
        )
    )


def ignored(entry: BankEntry) -> ToldEntry:
    """Return the memory of an entry from before the first day: told, never posted."""
    return ToldEntry(
        key=entry.key,
        source="statement",
        bank_account=entry.bank_account,
        booking_date=entry.booking_date,
        amount=entry.amount,
        reference=entry.reference,
        number_of_transactions=entry.number_of_transactions,
        sha256=entry.sha256,
        via_clearing=False,
    )
