"""What `books rebuild` makes up from the archive alone, when the store is gone too.

Orders (`custom "remittance"`, `custom "payment"`, `custom "payment-cancel"`) stand in the
manifest of the archived file, and that a message was dropped or went again in its sidecar,
so books from an older backup get them back: the same lines in the same month's file. A
voucher that somebody took out of the midst of the books is another thing: what stands
around it shows that it was there, and that is told. It is never posted again, for then the
books would say that nothing had happened.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from pathlib import PurePosixPath

from cli.commands import lines, ordered
from cli.wiring import Workplace
from ledger import recalls, vouchers
from ledger.archive import Archive
from ledger.books.checking import keys_of
from ledger.decision_log import (
    RUNS,
    DecisionLog,
    decision_event,
    is_decision,
    record_names,
    record_note,
)
from ledger.directives import Custom, Transaction
from ledger.manifest import manifest_event
from ledger.payment_lines import lines_of
from ledger.payments import PaymentState, Remittance
from ledger.store import Store, StoreTransaction
from reconcile.known import Plan


def archive_orders(archive: Archive, store: Store) -> None:
    """Keep in the archive what only the store has of our messages, before it goes.

    An archive from an older backup lacks the bytes that were sent and what they pay.
    """
    with store.reading() as reading:
        lost = [
            (record, reading.remittance_data(record.remittance.message_id))
            for record in reading.remittances()
            if archive.manifest(record.remittance.sha256) is None
        ]
    for record, data in lost:
        remittance = record.remittance
        archive.add(data, "xml", manifest_event(remittance))
        if record.state is PaymentState.TRANSMITTED:
            archive.append(remittance.sha256, _sent(remittance))


def archive_decisions(archive: Archive, store: Store) -> int:
    """Keep in the archive what an older one lacks of decisions; return how many.

    The text is in the store, and so is the record of each that a voucher names. A new
    store has the text of the books.
    """
    with store.reading() as reading:
        run = int(reading.info(RUNS) or 0)
        decided = [each for each in reading.batches("done") if is_decision(each)]
        records = {
            digest: reading.info(record_note(digest))
            for batch in decided
            for digest in record_names(batch)
            if not archive.has(digest)
        }
    log = DecisionLog(archive.books)
    kept = log.ids()
    lost = [each for each in decided if each.id not in kept]
    for batch in lost:
        log.keep(batch, run)
    for data in filter(None, records.values()):
        told = json.loads(data)
        archive.add(data.encode(), "json", decision_event(told["by"], told["at"]))
    return len(lost)


def remember_records(workplace: Workplace, transaction: StoreTransaction) -> None:
    """Keep in a new store the records of decisions: see `archive_decisions`."""
    for each in DecisionLog(workplace.folder).standing():
        for digest in record_names(each.batch):
            if workplace.archive.has(digest):
                data = workplace.archive.read(digest).decode()
                transaction.set_info(record_note(digest), data)


def _sent(remittance: Remittance) -> dict[str, object]:
    """Return the event of a delivery whose receipt is lost: it must not go again."""
    return {
        "event": "sent",
        "name": remittance.file_name,
        "channel": remittance.channel,
        "at": "",
        "receipt": "",
    }


def write_orders(workplace: Workplace) -> int:
    """Write the orders that the archive has and the books lack; return how many."""
    in_books = {each.message_id for each in workplace.books.remittances}
    cancelled = {
        each.message_id
        for each in recalls.written(workplace.books.register.customs(recalls.CANCEL))
    }
    missing: list[tuple[str, str, tuple[Custom, ...]]] = [
        (each.created, each.message_id, _order_lines(workplace, each))
        for each in workplace.archive.manifests()
        if each.message_id not in in_books
    ]
    missing += [
        (
            each.created,
            each.message_id,
            recalls.recall_lines(each, _day(each.created), workplace.user),
        )
        for each in ordered.sent_recalls(workplace.archive)
        if each.message_id not in cancelled
    ]
    for _, message_id, found in sorted(missing, key=lambda each: each[:2]):
        lines.write(workplace, found, note=message_id)
    return len(missing)


def write_drops(workplace: Workplace) -> int:
    """Write the lines of messages dropped or sent again; return how many were missing."""
    written = recalls.written_drops(workplace.books.register.customs(*recalls.DROP_TYPES))
    missing = [
        (line, each.message_id)
        for each in workplace.archive.manifests()
        for line in recalls.lines_missing(
            each.message_id,
            workplace.archive.events(each.sha256),
            written.get(each.message_id, recalls.NOTHING_DROPPED),
        )
    ]
    for line, message_id in sorted(missing, key=lambda each: each[0].date):
        lines.write(workplace, [line], note=message_id)
    return len(missing)


def _order_lines(workplace: Workplace, remittance: Remittance) -> tuple[Custom, ...]:
    events = workplace.archive.events(remittance.sha256)
    told = [each for each in events if each.get("event") == "manifest"]
    # Manifests of before this was kept do not say who ordered.
    by = str(told[-1].get("by") or workplace.user)
    return lines_of(remittance, _day(remittance.created), by)


def _day(created: str) -> dt.date:
    return dt.date.fromisoformat(created[:10])


def taken_out(workplace: Workplace) -> tuple[str, ...]:
    """Return the voucher numbers of ours that are gone from the midst of the books."""
    if not workplace.books.warnings:
        return ()
    return vouchers.missing(workplace.books.transactions)


def keys_taken_out(workplace: Workplace, plan: Plan) -> dict[str, str]:
    """Return the bank keys of what was taken out, each with the voucher that is missing.

    A bank file is posted in one batch: where the books have a part of it, somebody took
    the rest out; where they have nothing of it, they are older.

    Args:
        workplace: With books that lack vouchers in their midst.
        plan: What would be posted from all files of the archive.
    """
    missing = taken_out(workplace)
    posted = _documents(workplace.books.transactions)
    return {
        key: missing[0]
        for voucher in plan.vouchers
        if voucher.sha256 in posted
        for key in keys_of(voucher.transaction)
    }


def _documents(transactions: Sequence[Transaction]) -> set[str]:
    return {
        PurePosixPath(str(each.meta["document"])).stem
        for each in transactions
        if "document" in each.meta
    }
