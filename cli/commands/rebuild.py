"""`books rebuild`: the store anew, from books and archive alone.

The archive's files are read again, run by run as they were read first (`reconcile.replay`).
Every key that the books have is posted; what the books lack (an older backup was put back)
is posted again from the archived bytes, by the same code that posted it first.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from bankio import formats
from bankio.errors import Unreadable
from bankio.iso20022.values import (
    AccountMessage,
    CancellationAnswer,
    Message,
    PaymentStatusReport,
)
from cli import arguments
from cli.answer import Answer, ExitCode
from cli.commands import (
    knowledge,
    on_clearing,
    ordered,
    recalling,
    receiving,
    restoring,
    runs,
    setting_aside,
)
from cli.commands.taking_back import TakenBack
from cli.options import Options
from cli.render import clean, count
from cli.wiring import Workplace, anew
from ledger import reissues, set_aside
from ledger.decision_log import DecisionLog
from ledger.messages import FileRecord, VoucherRecord
from ledger.payments import PaymentState
from ledger.store import StoreTransaction
from reconcile import replay, settlement, status_lines
from reconcile.bank_transactions import BankReport, reports_of
from reconcile.known import Known, Plan

if TYPE_CHECKING:
    from cli.commands.writing_again import WrittenAgain


def run(options: Options, named: Sequence[Path] = ()) -> Answer:
    """Throw the store away and make it again; post what the books lack.

    Args:
        options: Which books.
        named: Files that the archive has lost, where a person has found them.
    """
    from cli.commands import writing_again

    for each in named:
        arguments.require_readable(each)  # before anything is thrown away
    with anew(options, named) as workplace:
        orders = restoring.write_orders(workplace)
        drops = restoring.write_drops(workplace)
        after, again = writing_again.write(workplace)
        with workplace.store.reading() as transaction:
            files = len(transaction.files())
            remittances = len(transaction.remittances())
        gone = restoring.taken_out(after)
    restored, put_aside = len(workplace.restored), workplace.put_aside
    taken_back = workplace.taken_back or TakenBack()
    numbers = tuple(dict.fromkeys(again.posted))
    sources = f"{count(files, 'archived file')} and {count(remittances, 'remittance')}"
    told = [
        f"The store is made anew from {sources}.",
        *_of_the_books(restored, put_aside, orders, drops),
        *([f"Posted again: {numbers[0]} to {numbers[-1]}."] if numbers else ()),
        *_of_decisions(again, workplace.decisions_kept),
        *_of_what_is_gone(gone),
        *_of_the_archive(taken_back),
    ]
    waits = bool(gone or again.lost or taken_back.missing or taken_back.unsure)
    data = {
        "ok": not (gone or again.lost or taken_back.missing),
        "files": files,
        "restored": restored,
        "put_aside": list(put_aside),
        "orders": orders,
        "drops": drops,
        "posted": len(numbers),
        "decisions": again.decisions,
        "decisions_lost": again.lost,
        "missing": list(gone),
        "taken_back": [each.sha256 for each in taken_back.found],
        "not_archived": [each.sha256 for each in taken_back.missing],
    }
    return Answer(
        data, "\n".join(map(clean, told)), ExitCode.WAITS if waits else ExitCode.DONE
    )


def _of_the_books(
    restored: int, put_aside: Sequence[str], orders: int, drops: int
) -> Iterator[str]:
    """Yield what was written into the books again."""
    if restored:
        batches = count(restored, "batch", "batches")
        yield f"Put back into the books: {batches} as we wrote them."
    if put_aside:
        names = ", ".join(put_aside)
        yield f"What somebody had changed is kept in bank/quarantine, as it was: {names}."
    if orders:
        yield f"Written again from the archive: {count(orders, 'order')}."
    if drops:
        yield (
            "Written again from the archive, of messages that were dropped or sent again:"
            f" {count(drops, 'line')}."
        )


def _of_decisions(again: WrittenAgain, kept: int) -> Iterator[str]:
    """Yield what people had decided, and is in the books again or cannot be."""
    if kept:
        yield f"Kept in the archive, which had lost it: {count(kept, 'decision')}."
    if again.decisions:
        decided = count(len(again.decisions), "decision")
        yield f"Written again, as it was decided: {decided} ({'; '.join(again.decisions)})."
    for each in again.lost:
        yield (
            f"Decided once, and it does not fit the books of now: {each}. Its text is in"
            f" {DecisionLog.PATH}; decide again."
        )


def _of_what_is_gone(gone: Sequence[str]) -> Iterator[str]:
    """Yield what somebody took out of the books, and nothing here has any more."""
    if gone:
        yield (
            f"Taken out of the books, and not posted again: {', '.join(gone)}. The store"
            " that had the text is gone too: put it back from a backup of the books."
        )


def _of_the_archive(taken_back: TakenBack) -> list[str]:
    """Return what came back into the archive, and what is still missing there."""
    told = []
    if taken_back.found:
        names = ", ".join(each.name for each in taken_back.found)
        told.append(f"Taken back into the archive: {names}.")
    told += [
        f"{each.message_id} counts as sent: nobody here knows whether it was. Look at the"
        " bank's list; if it never came there: books cancel"
        f" {each.message_id} --never-sent"
        for each in taken_back.unsure
    ]
    if taken_back.missing:
        told.append(
            "Not in the archive, and in none of the channels' folders. Restore its backup,"
            " or find them and name them: books rebuild FILE"
        )
        told += [f"  {each.name}, sha256 {each.sha256}" for each in taken_back.missing]
    return told


def fill(workplace: Workplace) -> None:
    """Fill a new store; called by every command that finds it missing or older."""
    received = _received(workplace)
    with workplace.store.transaction() as transaction:
        workplace.journal.adopt(transaction)
        transaction.forget_told()
        transaction.add_keys(workplace.books.keys)
        transaction.add_vouchers(_vouchers(workplace))
        _fill_remittances(workplace, transaction)
        restoring.remember_records(workplace, transaction)
        for recall in ordered.sent_recalls(workplace.archive):
            transaction.add_file(recalling.file_record(recall))
        for record, message in received:
            transaction.add_file(record)
            if isinstance(message, PaymentStatusReport | CancellationAnswer):
                transaction.add_statuses(status_lines.lines_of(message, record.sha256))
    _note_taken_out(workplace, received)
    _tell_again(workplace, received)
    # Last: a rebuild that is stopped before this is begun again by the next command.
    with workplace.store.transaction() as transaction:
        transaction.mark_built()


def _received(workplace: Workplace) -> list[tuple[FileRecord, Message | None]]:
    """Return every received file with its message, in the order in which they came."""
    found = []
    hashes = tuple(workplace.archive.hashes())
    for sha256 in workplace.progress.counted("Reading the archive", hashes):
        events = workplace.archive.events(sha256)
        first = next((each for each in events if each["event"] == "received"), None)
        if first is None:
            continue
        record = FileRecord(
            sha256=sha256,
            direction="in",
            name=str(first["name"]),
            channel=str(first["channel"]),
            received_at=str(first["at"]),
        )
        found.append(_described(record, workplace.archive.read(sha256)))
    return sorted(found, key=lambda each: (each[0].received_at, each[0].sha256))


def _described(record: FileRecord, data: bytes) -> tuple[FileRecord, Message | None]:
    try:
        message = formats.read(data, record.name)
    except Unreadable as error:
        return replace(record, outcome="quarantined", reason=str(error)), None
    problems = receiving.problems_of(message)
    if problems:
        return replace(record, outcome="quarantined", reason="; ".join(problems)), None
    described = replace(
        record,
        format=message.format,
        message_identification=getattr(message, "message_identification", None),
    )
    if isinstance(message, AccountMessage):
        return described, message
    status = isinstance(message, PaymentStatusReport | CancellationAnswer)
    outcome = "status" if status else "informational"
    return replace(described, outcome=outcome, is_done=True), message


def _fill_remittances(workplace: Workplace, transaction: StoreTransaction) -> None:
    dropped = ordered.known(workplace.books, workplace.archive).dropped
    for remittance in workplace.archive.manifests():
        state = ordered.state_told_by(workplace.archive.events(remittance.sha256))
        if remittance.message_id in dropped:
            state = PaymentState.DROPPED
        data = workplace.archive.read(remittance.sha256)
        transaction.save_remittance(remittance, data, state)


def _vouchers(workplace: Workplace) -> list[VoucherRecord]:
    return [
        VoucherRecord(
            series=f"{head.series}{head.year}",
            number=head.number,
            chain=head.chain,
            path="",
        )
        for head in workplace.books.voucher_heads.values()
    ]


def _note_taken_out(
    workplace: Workplace, received: Sequence[tuple[FileRecord, Message | None]]
) -> None:
    """Let what somebody took out of the midst of the books count as posted."""
    if not restoring.taken_out(workplace):
        return
    plan = _plan(knowledge.of(workplace), _account_messages(workplace, received))
    keys = restoring.keys_taken_out(workplace, plan)
    with workplace.store.transaction() as transaction:
        transaction.add_keys(keys)


def _account_messages(
    workplace: Workplace,
    received: Sequence[tuple[FileRecord, Message | None]],
) -> list[tuple[FileRecord, AccountMessage]]:
    return [
        (record, message)
        for record, message in received
        if isinstance(message, AccountMessage) and not _is_left_aside(workplace, record)
    ]


def _tell_again(
    workplace: Workplace, received: Sequence[tuple[FileRecord, Message | None]]
) -> None:
    """Remember again what each file told, run by run as it was learned.

    A run that is not as it was is told as the books have it, if they have all of it.
    """
    told = {each[0].sha256: each for each in _account_messages(workplace, received)}
    found = replay.runs_of(
        (sha256, runs.numbers(workplace.archive.events(sha256))) for sha256 in told
    )
    left = dict.fromkeys(sha256 for _, files in found.numbered for sha256 in files)
    replayed: dict[str, str] = {}
    for number, files in workplace.progress.counted("Telling again", found.numbered):
        messages = [told[sha256] for sha256 in files]
        for key in _forget_what_is_told_anew(workplace, files):
            replayed.pop(key, None)
        plan = _as_it_was(workplace, messages, replayed, number) if number else None
        if plan is not None:
            _remember(workplace, messages, plan, number)
            replayed |= plan.recorded
        elif _tell_whole(workplace, messages):
            replayed |= replay.told_keys(knowledge.of(workplace))
        else:
            later = {*left, *found.silent}
            _tell_by_books(workplace, [told[sha256] for sha256 in told if sha256 in later])
            return
        for sha256 in files:
            left.pop(sha256, None)
    _leave_silent(workplace, [told[sha256] for sha256 in found.silent])


def _forget_what_is_told_anew(workplace: Workplace, files: Sequence[str]) -> list[str]:
    """Forget the days that a file of this run told anew, as that run itself did.

    Return the keys of what was told of them: that run told what stands once more.
    """
    told_anew = reissues.decided(workplace.books.register.customs(reissues.TYPE))
    aside = setting_aside.decisions(workplace)
    forgotten: list[str] = []
    for each in told_anew:
        if each.reissue not in files:
            continue
        at = (each.bank_account, each.day, each.day)
        with workplace.store.transaction() as transaction:
            entries = [
                entry.key
                for entry in transaction.told_entries(*at)
                if entry.source == "statement"
                and (
                    entry.sha256 == each.first
                    or set_aside.of_file(entry.sha256, aside) is not None
                )
            ]
            forgotten += entries
            forgotten += [
                movement.key
                for movement in transaction.told_movements(*at)
                if movement.source == "statement" and movement.batch in entries
            ]
            transaction.forget_day(each.bank_account, each.day, entries)
    return forgotten


def _as_it_was(
    workplace: Workplace,
    messages: Sequence[tuple[FileRecord, AccountMessage]],
    replayed: Mapping[str, str],
    run: int,
) -> Plan | None:
    """Plan a run once more; None where it is not the one of before."""
    reports = _reports(messages)
    known = replace(
        knowledge.of(workplace, reports), cleared=on_clearing.decided_before(workplace, run)
    )
    plan = replay.plan_again(reports, known, replayed)
    files = [record.sha256 for record, _ in messages]
    as_it_was = replay.is_as_it_was(plan, files) and not _is_ahead(workplace, plan)
    return plan if as_it_was else None


def _is_ahead(workplace: Workplace, plan: Plan) -> bool:
    """Whether a plan closes a day after the last that the books close: they are older.

    A day on which nothing moved has a balance line and no voucher.
    """
    last: dict[str, dt.date] = {}
    for each in workplace.books.balances:
        last[each.account] = max(each.date, last.get(each.account, each.date))
    return any(
        each.account not in last or each.date > last[each.account] for each in plan.balances
    )


def _leave_silent(
    workplace: Workplace, messages: Sequence[tuple[FileRecord, AccountMessage]]
) -> None:
    """Note what became of files that told nothing. One that would now waits for a run."""
    plan = _plan(knowledge.of(workplace), messages)
    speaking = set(replay.tellers(plan, [record.sha256 for record, _ in messages]))
    speaking |= {voucher.sha256 for voucher in plan.vouchers}
    silent = [each for each in messages if each[0].sha256 not in speaking]
    _remember(workplace, silent, replace(plan, told_entries=(), told_movements=(), days=()))


def _tell_whole(
    workplace: Workplace, messages: Sequence[tuple[FileRecord, AccountMessage]]
) -> bool:
    """Tell files together as the books have them; False where these lack an entry."""
    plan = _plan(knowledge.of(workplace), messages)
    if plan.vouchers or _is_ahead(workplace, plan):
        return False
    told = replay.tellers(plan, [record.sha256 for record, _ in messages])
    _remember(workplace, messages, plan, _last_run(workplace, told))
    return True


def _tell_by_books(
    workplace: Workplace, messages: Sequence[tuple[FileRecord, AccountMessage]]
) -> None:
    """Tell what the books have, in the order of arrival.

    A file of which the books lack an entry stays undone, and with it every later one:
    what was told first decides what settles. What is held stays undone by itself.
    """
    if not _tell_whole(workplace, messages):
        for each in messages:
            if not _tell_whole(workplace, [each]):
                return


def _last_run(workplace: Workplace, files: Iterable[str]) -> int | None:
    found = [
        number
        for sha256 in files
        for number in replay.valid(runs.numbers(workplace.archive.events(sha256)))
    ]
    return max(found, default=None)


def _is_left_aside(workplace: Workplace, record: FileRecord) -> bool:
    """Whether a file is set aside and nothing was learned from it; note that it is."""
    decision = setting_aside.of(workplace, record.sha256)
    if decision is None or workplace.books.register.by_document(record.sha256):
        return False
    if runs.numbers(workplace.archive.events(record.sha256)):
        return False
    with workplace.store.transaction() as transaction:
        transaction.update_file(
            record.sha256, outcome="held", reason=f"set aside: {decision}"
        )
    return True


def _plan(known: Known, messages: Sequence[tuple[FileRecord, AccountMessage]]) -> Plan:
    return settlement.plan(_reports(messages), known)


def _reports(
    messages: Sequence[tuple[FileRecord, AccountMessage]],
) -> list[BankReport]:
    return [
        report
        for record, message in messages
        for report in reports_of(message, record.sha256)
    ]


def _remember(
    workplace: Workplace,
    messages: Sequence[tuple[FileRecord, AccountMessage]],
    plan: Plan,
    run: int | None = None,
) -> None:
    held = {each.sha256 for each in plan.held}
    with workplace.store.transaction() as transaction:
        transaction.add_told(plan.told_entries, plan.told_movements, plan.days)
        for record, _ in messages:
            outcome = plan.outcomes.get(record.sha256)
            transaction.update_file(
                record.sha256,
                outcome=outcome.outcome if outcome else "nothing-new",
                reason=outcome.reason if outcome else None,
                is_done=record.sha256 not in held,
            )
        if run is not None:
            runs.record(transaction, run)
