"""What has been ordered, and where each payment is: the union of all that knows of one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from bankio import formats
from bankio.errors import Unreadable
from bankio.iso20022.values import CancellationAnswer, PaymentStatusReport
from cli.commands import current_payments
from cli.commands.current_payments import Current
from cli.wiring import Workplace
from ledger import contradictions, payment_lines, recalls
from ledger.archive import Archive, ArchiveDamaged, is_sha256
from ledger.books import Books
from ledger.contradictions import Resolution
from ledger.manifest import ManifestUnreadable
from ledger.messages import StatusLine
from ledger.payments import Payment, PaymentStanding, PaymentState, Remittance, united
from ledger.recalls import Drop, Recall
from reconcile import (
    payment_bookings,
    payment_status,
    status_lines,
    unknown_identifications,
)
from reconcile.unknown_identifications import UnknownIdentification

Ordered = tuple[Remittance, PaymentState]


@dataclass(frozen=True, slots=True)
class Known:
    """Every message that anybody knows, and those that a person says were never sent."""

    messages: tuple[Ordered, ...]
    """Each with our own state of it."""
    dropped: Mapping[str, Drop]
    """By MsgId."""
    foreign_dropped: Mapping[str, str]
    """Why payments of the old system will never come, by EndToEndId."""


def known(
    books: Books,
    archive: Archive,
    stored: Iterable[Ordered] = (),
    *,
    current: Current | None = None,
) -> Known:
    """Return the union of books, archive and store; each sidecar is read once.

    Args:
        books: Their `custom` lines.
        archive: Its manifests.
        stored: What the store has.
        current: Which messages are wanted; None: all of them.
    """
    archived, droppings = [], {}
    for remittance in archive.manifests() if current is None else current.archived:
        events = archive.events(remittance.sha256)
        archived.append((remittance, state_told_by(events)))
        droppings[remittance.message_id] = recalls.archived_drops(
            remittance.message_id, events
        )
    told = _written(books, current)
    written = [(each, PaymentState.UNKNOWN) for each in told.remittances]
    written_drops = recalls.written_drops(books.register.customs(*recalls.DROP_TYPES))
    dropped = {}
    for message_id in droppings.keys() | written_drops.keys():
        drop = recalls.dropped_now(
            written_drops.get(message_id, recalls.NOTHING_DROPPED),
            droppings.get(message_id, recalls.NOTHING_DROPPED),
        )
        if drop is not None:
            dropped[message_id] = drop
    gone = recalls.dropped_payments(books.register.customs(recalls.PAYMENT_DROPPED))
    foreign = _foreign(told.payments, gone)
    messages = tuple(
        (each, PaymentState.DROPPED if each.message_id in dropped else state)
        for each, state in united(stored, archived, written, foreign)
    )
    return Known(messages, dropped, gone)


def _written(books: Books, current: Current | None) -> payment_lines.Ordered:
    if current is not None:
        return books.orders_of(current.messages)
    return payment_lines.Ordered(
        remittances=tuple(books.remittances), payments=tuple(books.payments)
    )


def _known(workplace: Workplace, current: Current | None = None) -> Known:
    with workplace.store.reading() as transaction:
        among = None if current is None else current.messages
        stored = [
            (record.remittance, record.state)
            for record in transaction.remittances(among=among)
        ]
    return known(workplace.books, workplace.archive, stored, current=current)


def remittances(workplace: Workplace) -> tuple[Ordered, ...]:
    """Return every message that store, archive or books know, with our own state of it."""
    return _known(workplace).messages


def current_remittances(workplace: Workplace) -> tuple[Ordered, ...]:
    """Return the messages of which something may still come, with our own state of each."""
    return _known(workplace, _current(workplace)).messages


def without_bytes(workplace: Workplace) -> tuple[Remittance, ...]:
    """Return the unknown messages that the books alone know: nothing can go again."""
    return tuple(
        each
        for each, state in current_remittances(workplace)
        if state is PaymentState.UNKNOWN and not has_bytes(workplace, each)
    )


def has_bytes(workplace: Workplace, remittance: Remittance) -> bool:
    """Whether archive or store have the file of a message; the old system's have none."""
    digest = remittance.sha256
    if is_sha256(digest) and workplace.archive.has(digest):
        return True
    with workplace.store.reading() as transaction:
        return transaction.remittance(remittance.message_id) is not None


def recalled(workplace: Workplace) -> tuple[Recall, ...]:
    """Return every recall that the books, or store and archive, know."""
    with workplace.store.reading() as transaction:
        files = transaction.files(direction="out")
    stored = archived_recalls(
        workplace.archive,
        (each.sha256 for each in files if workplace.archive.has(each.sha256)),
    )
    return recalls.united(
        stored, recalls.written(workplace.books.register.customs(recalls.CANCEL))
    )


def archived_recalls(
    archive: Archive, digests: Iterable[str] | None = None
) -> tuple[Recall, ...]:
    """Return the recalls among archived files: those named, or all that there are."""
    return tuple(
        _recall(archive, digest, event)
        for digest in (archive.hashes() if digests is None else digests)
        for event in archive.events(digest)
        if event.get("event") == "recall"
    )


def sent_recalls(archive: Archive) -> tuple[Recall, ...]:
    """Return the archived recalls that were delivered.

    One that a stopped command left without a line in the books was never asked for.
    """
    return tuple(
        recall
        for recall in archived_recalls(archive)
        if any(event.get("event") == "sent" for event in archive.events(recall.sha256))
    )


def _recall(archive: Archive, digest: str, event: Mapping[str, Any]) -> Recall:
    try:
        return recalls.recall_of(event)
    except ManifestUnreadable as error:
        raise ArchiveDamaged(archive.path(digest), str(error)) from error


def state_told_by(events: Iterable[Mapping[str, Any]]) -> PaymentState:
    """Return how far a message's delivery came, by its sidecar.

    A receipt from before it was dropped says nothing of its going again.
    """
    state = PaymentState.UNKNOWN
    for event in events:
        if event.get("event") == "sent":
            state = PaymentState.TRANSMITTED
        elif event.get("event") == "again":
            state = PaymentState.UNKNOWN
    return state


def _foreign(payments: Iterable[Payment], gone: Collection[str]) -> list[Ordered]:
    """Return the payments that the old system ordered: no message of ours has them."""
    return [
        (
            Remittance(
                message_id=payment.message_id or f"foreign {payment.end_to_end_id}",
                sha256="",
                file_name="",
                debtor_account=payment.debtor_account,
                created="",
                payments=(payment,),
            ),
            PaymentState.DROPPED
            if payment.end_to_end_id in gone
            else PaymentState.TRANSMITTED,
        )
        for payment in payments
        if payment.foreign
    ]


def standings(workplace: Workplace) -> tuple[PaymentStanding, ...]:
    """Return every payment with its state, from the set of all messages about it."""
    return workplace.once("every", lambda: _standings(workplace, None))


def current(
    workplace: Workplace, about: Collection[str] = (), *, told_by: str | None = None
) -> tuple[PaymentStanding, ...]:
    """Return the payments of which something may still come, with their states.

    What is left out is booked for good (`cli.commands.current_payments`), so that the cost
    of a command does not grow with all that was ever paid.

    Args:
        workplace: Where.
        about: EndToEndIds, PmtInfIds and MsgIds that are asked for besides.
        told_by: What the bank has answered after this moment does not count.
    """
    if about or told_by is not None:
        return _standings(workplace, current_payments.of(workplace, about), told_by)
    return workplace.once("standings", lambda: _standings(workplace, _current(workplace)))


def _current(workplace: Workplace) -> Current:
    return workplace.once("current", lambda: current_payments.of(workplace))


def paid_before(workplace: Workplace) -> frozenset[tuple[str, str]]:
    """Return ledger account and creditor account of what `current` leaves out."""
    return workplace.once(
        "paid",
        lambda: current_payments.paid_besides(workplace, _current(workplace)),
    )


def _standings(
    workplace: Workplace, current: Current | None, told_by: str | None = None
) -> tuple[PaymentStanding, ...]:
    books = workplace.books
    ordered = _known(workplace, current)
    asked_back = recalled(workplace)
    with workplace.store.reading() as transaction:
        about = {each.message_id for each in asked_back}
        lines = transaction.statuses(None if current is None else current.messages | about)
        if told_by is not None:
            files = transaction.files(direction="in")
            later = {each.sha256 for each in files if each.received_at > told_by}
            lines = tuple(each for each in lines if each.sha256 not in later)
    named = {
        name
        for remittance, _ in ordered.messages
        for payment in remittance.payments
        for name in payment_bookings.names_of(payment)
    }
    found = payment_status.standings(
        ordered.messages,
        lines,
        payment_bookings.bookings(books.items, None if current is None else named),
        books.company.language,
        recalls=asked_back,
        resolved=_resolved(books),
    )
    return _until(found, ordered)


def standings_at(workplace: Workplace, day: date) -> tuple[PaymentStanding, ...]:
    """Return where every payment was at the end of a day, by what was told up to then.

    What was ordered later is not among them; that a message was never sent counts from
    the beginning.
    """
    books, last = workplace.books, day.isoformat()
    with workplace.store.reading() as transaction:
        statuses = transaction.statuses()
    return payment_status.standings(
        [each for each in _known(workplace).messages if _by(each[0].created, last)],
        [each for each in statuses if _by(each.created, last)],
        payment_bookings.bookings(books.items, until=day),
        books.company.language,
        recalls=[each for each in recalled(workplace) if _by(each.created, last)],
        resolved=_resolved(books, until=day),
    )


def _resolved(books: Books, until: date = date.max) -> Mapping[str, tuple[Resolution, ...]]:
    """Return which contradictions a person has resolved, up to a day."""
    customs = books.register.customs(contradictions.TYPE)
    return contradictions.resolutions(each for each in customs if each.date <= until)


def _by(moment: str | None, last: str) -> bool:
    """Whether a moment is not after a day; what has none was there before the books."""
    return (moment or "")[:10] <= last


def _until(
    standings: Iterable[PaymentStanding], ordered: Known
) -> tuple[PaymentStanding, ...]:
    """Return the standings, dropped ones with the reason and with how long that counts."""
    found = []
    for each in standings:
        payment = each.payment
        drop = ordered.dropped.get(payment.message_id)
        if payment.foreign and each.state is PaymentState.DROPPED:
            why = ordered.foreign_dropped.get(payment.end_to_end_id)
            found.append(replace(each, reason=why))
        elif drop is not None and each.state is PaymentState.DROPPED:
            reason = f"{drop.reason} ({drop.by})"
            found.append(replace(each, reason=reason, same_message_until=drop.until))
        else:
            found.append(each)
    return tuple(found)


def told(books: Books, archive: Archive) -> tuple[PaymentStanding, ...]:
    """Return every payment with its state, from text and archive alone."""
    lines = [line for digest in archive.hashes() for line in _status_lines(archive, digest)]
    return payment_status.standings(
        known(books, archive).messages,
        lines,
        payment_bookings.bookings(books.items),
        books.company.language,
        recalls=recalls.united(
            sent_recalls(archive), recalls.written(books.register.customs(recalls.CANCEL))
        ),
        resolved=_resolved(books),
    )


def _status_lines(archive: Archive, digest: str) -> tuple[StatusLine, ...]:
    data = archive.read(digest)
    head = data[:4096].replace(b"\0", b"")
    if b"pain.002" not in head and b"camt.029" not in head:
        return ()
    try:
        message = formats.read(data, digest)
    except Unreadable:
        return ()
    if not isinstance(message, PaymentStatusReport | CancellationAnswer):
        return ()
    return status_lines.lines_of(message, digest)


def unknown_answers(workplace: Workplace) -> Mapping[str, UnknownIdentification]:
    """Return each answered identification of our form that nobody here knows, by name."""
    return workplace.once("unknown answers", lambda: _unknown_answers(workplace))


def _unknown_answers(workplace: Workplace) -> Mapping[str, UnknownIdentification]:
    with workplace.store.reading() as transaction:
        besides = transaction.order_names.answered_besides()
        told = unknown_identifications.of_our_form(besides)
    if not told:
        return {}
    # Hardly ever: now all that books, archive and store know is asked for.
    known = {each.message_id for each in recalled(workplace)}
    for remittance, _ in remittances(workplace):
        known.add(remittance.message_id)
        for payment in remittance.payments:
            known.update(payment_bookings.names_of(payment))
    books = workplace.books
    return unknown_identifications.unknown(
        told, known, _resolved(books), books.company.language
    )
