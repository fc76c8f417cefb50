"""What has been ordered, and where each payment is: the union of all that knows of one."""

from __future__ import annotations

from cli.wiring import Workplace
from ledger import identifications
from ledger.payments import PaymentStanding, PaymentState, Remittance, united
from reconcile import payment_status


def remittances(workplace: Workplace) -> tuple[tuple[Remittance, PaymentState], ...]:
    """Return every message that store, archive or books know, with our own state of it."""
    stored = [
        (record.remittance, record.state)
        for record in _records(workplace)
    ]
    archived = [
        (remittance, _archived_state(workplace, remittance))
        for remittance in workplace.archive.manifests()
    ]
    written = [(remittance, PaymentState.UNKNOWN) for remittance in workplace.books.remittances]
    return united(stored, archived, written)


def _records(workplace: Workplace):
    with workplace.store.transaction() as transaction:
        return transaction.remittances()


def _archived_state(workplace: Workplace, remittance: Remittance) -> PaymentState:
    events = workplace.archive.events(remittance.sha256)
    sent = any(event["event"] == "sent" for event in events)
    return PaymentState.TRANSMITTED if sent else PaymentState.UNKNOWN


def standings(workplace: Workplace) -> tuple[PaymentStanding, ...]:
    """Return every payment with its state, from the set of all messages about it."""
    with workplace.store.transaction() as transaction:
        statuses = transaction.statuses()
    return payment_status.standings(
        remittances(workplace),
        statuses,
        payment_status.bookings(workplace.books.items),
        workplace.books.company.language,
    )
