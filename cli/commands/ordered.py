"""What has been ordered, and where each payment is: the union of all that knows of one."""

from __future__ import annotations

from bankio import formats
from bankio.errors import Unreadable
from bankio.iso20022.values import PaymentStatusReport
from cli.wiring import Workplace
from ledger.archive import Archive
from ledger.books import Books
from ledger.messages import StatusLine
from ledger.payments import PaymentStanding, PaymentState, Remittance, united
from reconcile import payment_status

Ordered = tuple[Remittance, PaymentState]


def remittances(workplace: Workplace) -> tuple[Ordered, ...]:
    """Return every message that store, archive or books know, with our own state of it."""
    with workplace.store.reading() as transaction:
        stored = [(record.remittance, record.state) for record in transaction.remittances()]
    archived = [
        (remittance, _archived_state(workplace.archive, remittance))
        for remittance in workplace.archive.manifests()
    ]
    written = [(each, PaymentState.UNKNOWN) for each in workplace.books.remittances]
    return united(stored, archived, written, _foreign(workplace.books))


def _archived_state(archive: Archive, remittance: Remittance) -> PaymentState:
    events = archive.events(remittance.sha256)
    sent = any(event["event"] == "sent" for event in events)
    return PaymentState.TRANSMITTED if sent else PaymentState.UNKNOWN


def _foreign(books: Books) -> list[Ordered]:
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
            PaymentState.TRANSMITTED,
        )
        for payment in books.payments
        if payment.foreign
    ]


def standings(workplace: Workplace) -> tuple[PaymentStanding, ...]:
    """Return every payment with its state, from the set of all messages about it."""
    return payment_status.standings(
        remittances(workplace),
        _statuses(workplace),
        payment_status.bookings(workplace.books.items),
        workplace.books.company.language,
    )


def told(books: Books, archive: Archive) -> tuple[PaymentStanding, ...]:
    """Return every payment with its state, from text and archive alone."""
    archived = [
        (remittance, _archived_state(archive, remittance))
        for remittance in archive.manifests()
    ]
    written = [(each, PaymentState.UNKNOWN) for each in books.remittances]
    lines = [line for digest in archive.hashes() for line in _status_lines(archive, digest)]
    return payment_status.standings(
        united(archived, written, _foreign(books)),
        lines,
        payment_status.bookings(books.items),
        books.company.language,
    )


def _status_lines(archive: Archive, digest: str) -> tuple[StatusLine, ...]:
    data = archive.read(digest)
    if b"pain.002" not in data[:4096].replace(b"\0", b""):
        return ()
    try:
        message = formats.read(data, digest)
    except Unreadable:
        return ()
    if not isinstance(message, PaymentStatusReport):
        return ()
    return payment_status.lines_of(message, digest)


def unknown_answers(workplace: Workplace) -> tuple[str, ...]:
    """Return an alarm for each answer to an id of our form that nobody here knows."""
    return payment_status.unknown_identifications(
        remittances(workplace), _statuses(workplace), workplace.books.company.language
    )


def _statuses(workplace: Workplace) -> tuple[StatusLine, ...]:
    with workplace.store.reading() as transaction:
        return transaction.statuses()
