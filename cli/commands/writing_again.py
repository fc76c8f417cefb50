"""What books and store have both lost, written again from the archive, in its order.

Books and store of yesterday beside an archive of today: the archive has the bank's files,
with the runs that posted them, and the people's decisions. They are gone through in the
order in which they were: a run posts what it posted, by whom and when it did, then come the
decisions after it, as the same text. So the vouchers are those of before, to the last link
of the chain, and what a person matched is there when a later run looks for it.

The traps: people's own files are of now. Where one of them is another than it was then, a
run may post otherwise. A decision that no longer follows on what is in the books is chained
anew if its number is free and named if it is not; it is never written under another
number, for other vouchers name it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from cli import wiring
from cli.commands import lock, posting, receiving, reconcile, restoring, runs
from cli.commands.receiving import Received
from cli.wiring import Workplace
from ledger import period_lock, vouchers
from ledger.accounts import text
from ledger.books import parse
from ledger.books.register import document_name
from ledger.decision_log import Decision, DecisionLog, is_decision
from ledger.directives import Custom, Directive, Transaction
from ledger.errors import BooksError, PayloadRefused
from ledger.journal import JournalError
from ledger.store import StoreTransaction
from ledger.vouchers import OURS, Heads, SeriesHead, VoucherNumber
from reconcile import replay


@dataclass(slots=True)
class WrittenAgain:
    """What came back, and what did not."""

    posted: list[str] = field(default_factory=list)
    """Voucher numbers, from the bank's files."""
    decisions: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    """Decisions that do not fit the books any more, each with the reason."""


def write(workplace: Workplace) -> tuple[Workplace, WrittenAgain]:
    """Write all that is missing; return the workplace with the books as they are then."""
    done = WrittenAgain()
    workplace = _lock_again(workplace)
    decisions = list(workplace.journal.lost_decisions())
    workplace = _into_the_midst(workplace, decisions, done)
    waiting = receiving.unfinished(workplace, [])
    numbers = {
        each.sha256: replay.valid(runs.numbers(workplace.archive.events(each.sha256)))
        for each in waiting
    }
    steps = {number for found in numbers.values() for number in found}
    for step in sorted(steps | {each.after for each in decisions}):
        files = [each for each in waiting if step in numbers[each.sha256]]
        workplace = _run_again(workplace, step, files, decisions, done)
        for each in [each for each in decisions if each.after <= step]:
            workplace = _decide_again(workplace, each, decisions, done)
            decisions.remove(each)
    left = _unfinished(workplace, waiting)
    if left:
        done.posted += reconcile.post(workplace, left)[1].numbers
    return _reloaded(workplace), done


def _reloaded(workplace: Workplace) -> Workplace:
    """Return the workplace with the books as they are, also where vouchers lack still."""
    books = wiring.books_to_mend(workplace.folder, workplace.index)
    workplace.journal.read_as(workplace.index.stamps)
    return replace(workplace, books=books)


def _unfinished(workplace: Workplace, files: Sequence[Received]) -> list[Received]:
    with workplace.store.reading() as transaction:
        left = {e.sha256 for e in transaction.files(direction="in") if not e.is_done}
    return [each for each in files if each.sha256 in left]


def _run_again(
    workplace: Workplace,
    number: int,
    files: Sequence[Received],
    decisions: Sequence[Decision],
    done: WrittenAgain,
) -> Workplace:
    files = _unfinished(workplace, files)
    if not files or number == replay.UNNUMBERED:
        return workplace
    run = runs.of(workplace, number, [each.sha256 for each in files])
    done.posted += reconcile.post(_as_it_was(workplace, decisions), files, run)[1].numbers
    return _reloaded(workplace)


def _as_it_was(workplace: Workplace, decisions: Sequence[Decision]) -> Workplace:
    """Return the workplace before the locks that are still to be written again."""
    later = [each for decision in decisions for each in _locks(_directives(decision))]
    if not later:
        return workplace
    earlier = _locks(workplace.books.register.customs(period_lock.TYPE))
    company = replace(workplace.books.company, locked_until=max(earlier, default=None))
    return replace(workplace, books=replace(workplace.books, company=company))


def _locks(directives: Sequence[Directive]) -> list[dt.date]:
    return [
        each.values[0]
        for each in directives
        if isinstance(each, Custom)
        and each.type == period_lock.TYPE
        and isinstance(each.values[0], dt.date)
    ]


def _lock_again(workplace: Workplace) -> Workplace:
    """Put the locks back into books.toml that the store has put back into the books."""
    with workplace.store.reading() as transaction:
        batches = transaction.batches() if workplace.restored else ()
    put_back = [
        Decision(batch=each, after=0)
        for each in batches
        if each.id in workplace.restored and is_decision(each)
    ]
    days = [day for each in put_back for day in _locks(_directives(each))]
    if not days:
        return workplace
    lock.write(workplace, max(days))
    return _reloaded(workplace)


# --- decisions ---------------------------------------------------------------------------


def _directives(decision: Decision) -> tuple[Directive, ...]:
    return tuple(e for part in decision.batch.parts for e in parse(part.payload))


def _into_the_midst(
    workplace: Workplace, decisions: list[Decision], done: WrittenAgain
) -> Workplace:
    """Put back the vouchers that somebody took out: others stand after them."""
    gone = set(restoring.taken_out(workplace))
    inside = [
        each
        for each in decisions
        if gone & {str(number) for _, number in _numbered(_directives(each))}
    ]
    for each in inside:
        _write(workplace, each, done)
        decisions.remove(each)
    return _reloaded(workplace) if inside else workplace


def _decide_again(
    workplace: Workplace,
    decision: Decision,
    decisions: Sequence[Decision],
    done: WrittenAgain,
) -> Workplace:
    """Write a decision as it was; where it does not fit, say so in the archive and here."""
    then = _as_it_was(workplace, decisions)
    directives = _directives(decision)
    try:
        resealed = _following(then, directives)
        if resealed == directives:
            then.books.checked_payload(directives)
            _write(workplace, decision, done)
        else:
            _seal_again(then, decision, resealed, done)
    except (PayloadRefused, _DoesNotFollow) as error:
        reason = "; ".join(map(_told, _reasons(error)))
        done.lost.append(f"{decision.batch.note}: {reason}")
        DecisionLog(workplace.folder).end(decision.batch.id, reason)
        return workplace
    for day in _locks(directives):
        lock.write(workplace, day)
    return _reloaded(workplace)


class _DoesNotFollow(JournalError):
    """A voucher whose number is another's now, or whose turn has not come."""


def _reasons(error: Exception) -> Sequence[object]:
    return error.errors if isinstance(error, PayloadRefused) else [error]


def _told(error: object) -> str:
    return error.message if isinstance(error, BooksError) else str(error)


def _numbered(
    directives: Sequence[Directive],
) -> Iterator[tuple[Transaction, VoucherNumber]]:
    for each in directives:
        number = None
        if isinstance(each, Transaction):
            number = VoucherNumber.of(text(each.meta, "voucher") or "")
        if number is not None and number.series in OURS:
            assert isinstance(each, Transaction)
            yield each, number


def _following(
    workplace: Workplace, directives: Sequence[Directive]
) -> tuple[Directive, ...]:
    """Return the directives, with vouchers chained to what is in the books now."""
    found = list(directives)
    heads = dict(workplace.books.voucher_heads)
    begun: set[VoucherNumber] = set()
    for transaction, number in _numbered(directives):
        key = (number.series, number.year)
        empty = SeriesHead(series=number.series, year=number.year)
        head = heads.get(key) or empty
        # A voucher of several transactions is numbered once, and each is a link.
        if number not in begun and number.number != head.number + 1:
            last = VoucherNumber(number.series, number.year, head.number)
            raise _DoesNotFollow(f"{number} does not follow {last}, which is the last now")
        begun.add(number)
        linked = transaction
        if vouchers.link(transaction, head.previous) != transaction.meta.get("chain"):
            linked = _sealed(transaction, number, heads)
            found[found.index(transaction)] = linked
        chain = str(linked.meta["chain"])
        heads[key] = replace(empty, number=number.number, chain=chain)
    return tuple(found)


def _sealed(transaction: Transaction, number: VoucherNumber, heads: Heads) -> Transaction:
    """Return the transaction with the link that follows now, and all else as it was."""
    record = ("recorded-by", "recorded-at", "chain")
    plain = {k: v for k, v in transaction.meta.items() if k not in record}
    (sealed,) = vouchers.sealed(
        [replace(transaction, meta=plain)],
        number.series,
        heads,
        recorded_by=str(transaction.meta["recorded-by"]),
        recorded_at=str(transaction.meta["recorded-at"]),
    )
    return sealed


def _write(workplace: Workplace, decision: Decision, done: WrittenAgain) -> None:
    records = posting.records_of(workplace, _transactions(_directives(decision)))
    workplace.journal.write_again(decision, lambda store: store.add_vouchers(records))
    done.decisions.append(decision.batch.note)


def _seal_again(
    workplace: Workplace,
    decision: Decision,
    directives: Sequence[Directive],
    done: WrittenAgain,
) -> None:
    """Write a decision with a new link of the chain: what stands before it is another."""
    (part,) = decision.batch.parts
    payload = workplace.books.checked_payload(directives)
    transactions = _transactions(directives)
    records = posting.records_of(workplace, transactions)

    def record(store: StoreTransaction) -> None:
        store.add_vouchers(records)

    note = decision.batch.note
    batch = workplace.journal.commit({Path(part.path): payload}, record, note=note)
    DecisionLog(workplace.folder).end(decision.batch.id, f"written again as {batch}")
    for each in transactions:
        posting.leave_head(workplace, each, document_name(each) or "")
    done.decisions.append(note)


def _transactions(directives: Sequence[Directive]) -> list[Transaction]:
    return [each for each, _ in _numbered(directives)]
