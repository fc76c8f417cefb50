"""Messages that a person says were never sent: dropped whole, and sent again the same.

What looked lost may have arrived. As long as the bank remembers a MsgId, a bill of a
dropped message is ordered again only by the same bytes under the same MsgId, which the
bank refuses as a duplicate if it has them. After that (`duplicate_window_days` of its
profile) a new order gets a new attempt.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from bankio.banks import PROFILES
from cli.commands import lines, open_items, ordered, unposted
from cli.wiring import Workplace
from ledger import recalls
from ledger.payables import Payable, PayableState
from ledger.payments import PaidItem, Payment, PaymentState, Remittance
from ledger.recalls import Drop
from ledger.unposted import names_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """Which bills a payment run would pay."""

    debtor_account: str
    until: dt.date
    chosen: frozenset[str] = frozenset()
    """Items that a person named; empty: all that is due."""


def drop(workplace: Workplace, remittance: Remittance, reason: str) -> Drop:
    """Write down everywhere that the message was never sent."""
    company = workplace.books.company
    debtor = company.bank_account(remittance.debtor_account)
    days = PROFILES[debtor.bank if debtor else "generic"].duplicate_window_days
    today = workplace.clock.today
    made = Drop(
        message_id=remittance.message_id,
        until=today + dt.timedelta(days=days),
        reason=reason,
        by=workplace.user,
    )
    # Each step may stand from a run that was stopped: a message is dropped once more
    # than it went again, in archive and books alike.
    archived, written = _known(workplace, remittance)
    number = 1 + max(archived.agains, written.agains)
    has_bytes = ordered.has_bytes(workplace, remittance)
    if len(archived.drops) < number and has_bytes:
        at = workplace.clock.recorded_at()
        workplace.archive.append(remittance.sha256, recalls.drop_event(made, today, at))
    if len(written.drops) < number:
        line = recalls.drop_line(made, today)
        lines.write(workplace, [line], note=made.message_id, is_decided=True)
    if has_bytes:
        with workplace.store.transaction() as transaction:
            transaction.set_remittance_state(
                remittance.message_id, PaymentState.DROPPED, reason
            )
    return made


def again(workplace: Workplace, remittance: Remittance) -> None:
    """Write down everywhere that a dropped message goes again."""
    archived, written = _known(workplace, remittance)
    number = max(len(archived.drops), len(written.drops))
    if archived.agains < number:
        event = recalls.again_event(
            workplace.user, workplace.clock.today, workplace.clock.recorded_at()
        )
        workplace.archive.append(remittance.sha256, event)
    if written.agains < number:
        line = recalls.again_line(
            remittance.message_id, workplace.clock.today, workplace.user
        )
        lines.write(workplace, [line], note=remittance.message_id, is_decided=True)
    with workplace.store.transaction() as transaction:
        transaction.set_remittance_state(remittance.message_id, PaymentState.UNKNOWN)


def _known(
    workplace: Workplace, remittance: Remittance
) -> tuple[recalls.Dropping, recalls.Dropping]:
    message_id = remittance.message_id
    events = workplace.archive.events(remittance.sha256)
    written = recalls.written_drops(workplace.books.register.customs(*recalls.DROP_TYPES))
    return (
        recalls.archived_drops(message_id, events),
        written.get(message_id, recalls.NOTHING_DROPPED),
    )


def to_go_again(workplace: Workplace, due: Due) -> list[Remittance]:
    """Return the dropped messages of which every bill is due and payable as it was.

    A message goes whole or not at all; one whose bills have changed waits for the bank to
    forget it, and the payment run says so of each bill.
    """
    dropped = [
        remittance
        for remittance, state in ordered.current_remittances(workplace)
        if state is PaymentState.DROPPED
        and remittance.debtor_account == due.debtor_account
        and ordered.has_bytes(workplace, remittance)
    ]
    if not dropped:
        return []
    today = workplace.clock.today
    # The bank may have spoken of one in spite of what the person said: that one is known.
    waiting = {
        each.payment.message_id
        for each in ordered.current(workplace)
        if each.state is PaymentState.DROPPED
        and each.same_message_until is not None
        and each.same_message_until >= today
    }
    payable = {each.item.key: each for each in open_items.of(workplace)}
    told = unposted.of(workplace)
    return [
        each
        for each in dropped
        if each.message_id in waiting
        and not any(told.reason_by_name(names_of(payment)) for payment in each.payments)
        and all(_is_due(payment, payable, due) for payment in each.payments)
    ]


def _is_due(payment: Payment, payable: Mapping[str, Payable], due: Due) -> bool:
    return all(
        paid.open_item in payable
        and _is_as_ordered(payment, paid, payable[paid.open_item])
        and _is_meant(payable[paid.open_item], due)
        for paid in payment.items
    )


def _is_as_ordered(payment: Payment, paid: PaidItem, found: Payable) -> bool:
    """Whether the bill may be paid now, as much as was ordered and to the same place."""
    item = found.item
    return (
        found.state is PayableState.OPEN
        and -item.residual == paid.amount
        and item.creditor_account == payment.creditor_account
        and item.kid == payment.kid
    )


def _is_meant(found: Payable, due: Due) -> bool:
    if due.chosen:
        return found.item.key in due.chosen
    return (found.item.due or found.item.date) <= due.until
