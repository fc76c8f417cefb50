"""Write a recall (camt.055) and bring it to the bank, on the channel of its message.

The order of effects is that of an order: bytes and what they mean into the archive, then
the books, from where on it is asked for, then the store, then the channel. What was
stopped in between goes on with the same bytes: `books send` and `books sync` deliver every
recall that has no receipt.

A recall that arrives twice takes nothing back twice, so nothing here is UNKNOWN for
money's sake; the payments stay live until the bank has answered.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from bankio.banks import PROFILES
from bankio.channels import ChannelError
from bankio.iso20022 import camt_055_writer
from bankio.iso20022.cancellation_request import CancellationRequest, CancelledPayment
from cli.answer import Answer, ExitCode
from cli.commands import channels, lines, ordered
from cli.render import clean, count
from cli.wiring import Workplace
from ledger import identifications, recalls
from ledger.messages import FileRecord
from ledger.payments import Payment, PaymentState, Remittance
from ledger.recalls import Recall


@dataclass(frozen=True, slots=True)
class DeliveredRecall:
    """A recall after this run's part of its way."""

    recall: Recall
    place: str | None
    """Where it lies; None where it did not arrive."""
    problem: str | None = None

    @property
    def path(self) -> str | None:
        """Where a person finds it to upload it."""
        return None if self.place is None or "://" in self.place else self.place


def prepare(
    workplace: Workplace, remittance: Remittance, payments: Sequence[Payment]
) -> Recall:
    """Write the request, keep it, and say in the books what was asked."""
    earlier = ordered.recalled(workplace)
    named = [each.end_to_end_id for each in payments]
    attempt = 1 + max(
        (sum(each in recall.end_to_end_ids for recall in earlier) for each in named),
        default=0,
    )
    message_id = identifications.recall(remittance.message_id, named, attempt)
    # A run that was stopped may have archived it: the same bytes, then.
    kept = [
        each
        for each in ordered.archived_recalls(workplace.archive)
        if each.message_id == message_id
    ]
    recall = kept[0] if kept else _archived(workplace, remittance, payments, message_id)
    directives = recalls.recall_lines(recall, workplace.clock.today, workplace.user)
    lines.write(workplace, directives, note=recall.message_id, is_decided=True)
    with workplace.store.transaction() as transaction:
        transaction.add_file(file_record(recall))
    return recall


def _archived(
    workplace: Workplace,
    remittance: Remittance,
    payments: Sequence[Payment],
    message_id: str,
) -> Recall:
    company = workplace.books.company
    debtor = company.bank_account(remittance.debtor_account)
    profile = PROFILES[debtor.bank if debtor else "generic"]
    created = workplace.clock.now
    data = camt_055_writer.write(
        CancellationRequest(
            message_identification=message_id,
            creation_date_time=created,
            initiating_party_name=company.name,
            organisation_number=company.orgnr,
            original_message_identification=remittance.message_id,
            original_message_name_identification=profile.pain_001_version,
            reason="CUST",
            payments=tuple(map(_cancelled, _by_batch(payments))),
        ),
        profile,
    )
    recall = Recall(
        message_id=message_id,
        original_message_id=remittance.message_id,
        sha256=sha256(data).hexdigest(),
        file_name=f"C055.{message_id}.xml",
        channel=remittance.channel or (debtor.channel if debtor else ""),
        created=created.isoformat(),
        end_to_end_ids=tuple(each.end_to_end_id for each in payments),
    )
    workplace.archive.add(data, "xml", recalls.recall_event(recall))
    return recall


def _by_batch(payments: Sequence[Payment]) -> list[Payment]:
    return sorted(payments, key=lambda each: each.payment_information_id)


def _cancelled(payment: Payment) -> CancelledPayment:
    return CancelledPayment(
        original_payment_information_identification=payment.payment_information_id,
        original_end_to_end_identification=payment.end_to_end_id,
        original_instructed_amount=payment.amount,
        original_requested_execution_date=payment.requested_execution_date,
    )


def file_record(recall: Recall) -> FileRecord:
    """Return how the store remembers the file of a recall."""
    return FileRecord(
        sha256=recall.sha256,
        direction="out",
        name=recall.file_name,
        channel=recall.channel,
        received_at=recall.created,
        format="camt.055",
        message_identification=recall.message_id,
        is_done=True,
    )


def deliver(workplace: Workplace, recall: Recall) -> DeliveredRecall:
    """Send it, and keep the receipt; the same again is the same delivery."""
    data = workplace.archive.read(recall.sha256)
    channel = channels.of(workplace, recall.channel)
    try:
        receipt = channel.send(recall.file_name, data, recall.sha256)
    except ChannelError as error:
        return DeliveredRecall(recall, None, channels.explained(recall.channel, error))
    workplace.archive.append(
        recall.sha256,
        {
            "event": "sent",
            "name": recall.file_name,
            "channel": recall.channel,
            "at": workplace.clock.recorded_at(),
            "receipt": receipt.place,
        },
    )
    return DeliveredRecall(recall, receipt.place)


def deliver_pending(workplace: Workplace) -> list[DeliveredRecall]:
    """Deliver every recall that has no receipt and still asks for something."""
    asking = {
        each.payment.end_to_end_id
        for each in ordered.standings(workplace)
        if each.state is PaymentState.CANCEL_REQUESTED
    }
    return [
        deliver(workplace, recall)
        for recall in pending(workplace)
        if asking.intersection(recall.end_to_end_ids)
    ]


def pending(workplace: Workplace) -> tuple[Recall, ...]:
    """Return the recalls without a receipt."""
    return tuple(
        recall
        for recall in ordered.recalled(workplace)
        if workplace.archive.has(recall.sha256)
        and not any(
            event.get("event") == "sent"
            for event in workplace.archive.events(recall.sha256)
        )
    )


def told(answer: Answer, delivered: Sequence[DeliveredRecall]) -> Answer:
    """Return an answer with the recalls that its command delivered, or could not."""
    data = answer.data
    if isinstance(data, dict):
        data = {**data, "recalls": [_json(each) for each in delivered]}
    lines = [clean(line) for each in delivered for line in _text(each)]
    text = "\n".join(filter(None, (answer.text, *lines)))
    waits = any(each.problem for each in delivered)
    return Answer(data, text, ExitCode.WAITS if waits else answer.exit_code)


def _json(each: DeliveredRecall) -> dict[str, object]:
    """Return a recall for programs."""
    return {
        "message_id": each.recall.message_id,
        "file": each.path,
        "sha256": each.recall.sha256,
        "payments": list(each.recall.end_to_end_ids),
        "receipt": each.place,
        "problem": each.problem,
    }


def _text(each: DeliveredRecall) -> list[str]:
    """Return a recall for people."""
    named = count(len(each.recall.end_to_end_ids), "payment")
    if each.problem:
        return [
            f"Recall {each.recall.message_id} of {named} did not arrive: {each.problem}",
            "It goes again, the same: books send",
        ]
    if each.path:
        return [
            f"Recall {each.recall.message_id} of {named}: {each.path}",
            "Upload it in the netbank at once, or delete the payment there.",
        ]
    return [f"Recall {each.recall.message_id} of {named}: delivered to {each.place}"]
