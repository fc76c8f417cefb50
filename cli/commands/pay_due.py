"""`books pay-due` and `books send`: order what is due, once.

The order of effects is the promise (DESIGN §5). Up to the commit of PREPARED nothing has
happened; from there on each step can be done again by whoever comes next, with the same
bytes under the same MsgId. Between "archived" and the channel's receipt the state is
UNKNOWN: the bank may or may not have it.
"""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from hashlib import sha256

from bankio import formats
from bankio.amount import Amount
from bankio.banks import PROFILES
from bankio.channels import ChannelError, OutcomeUnknown
from bankio.channels import Refused as ChannelRefused
from bankio.iso20022 import pain_001_writer
from bankio.iso20022.payment_order import PaymentOrder
from bankio.iso20022.values import PaymentInitiation
from cli.answer import Answer, Refused
from cli.arguments import Named
from cli.commands import (
    account_names,
    channel_troubles,
    channels,
    dropping,
    lines,
    open_items,
    ordered,
    payment_list,
    planning,
    recalling,
    receiving,
    unposted,
)
from cli.commands.receiving import Intake
from cli.options import Options
from cli.wiring import Workplace, opened
from ledger import payables, payment_lines, payment_run
from ledger.company import BankAccount
from ledger.manifest import manifest_event
from ledger.messages import RemittanceRecord
from ledger.payment_run import PaymentPlan
from ledger.payments import PaymentState, Remittance
from ledger.unposted import names_of


@dataclass(frozen=True, slots=True)
class Delivered:
    """A message after this run's part of its way."""

    remittance: Remittance
    state: PaymentState
    path: str | None
    """Where the channel put it."""
    recovered: bool
    """It was prepared by an earlier run that did not come to its end."""
    place: str | None = None
    """The receipt, for a person: where it lies, in the books folder relative to it."""
    problem: str | None = None
    """Why it is not known to be at the bank."""
    is_refused: bool = False
    """It was refused, so that the same again will not help by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a person asks for on the command line."""

    items: Sequence[Named] = ()
    """Empty: all that is due."""
    until: dt.date | None = None
    account: str | None = None
    channel: str | None = None
    dry_run: bool = False
    yes: bool = False


def run(options: Options, request: Request) -> Answer:
    """Pay what is due; see `books pay-due --help`."""
    with opened(options) as workplace:
        if request.dry_run:
            return payment_list.run_answer(_plan(workplace, request), [], dry_run=True)
        debtor = _debtor(workplace, request)
        channels.of(workplace, debtor.channel)  # an unknown one refuses before it matters
        intake = receiving.receive(workplace)
        _stop_on_a_refusing_bank(intake, debtor.channel)
        delivered = deliver_pending(workplace)
        recalls = recalling.deliver_pending(workplace)
        current = workplace.reloaded()
        _stop_on_answers_to_unknown(current)
        answer = _pay(options, current, request, delivered)
    return channel_troubles.warned(recalling.told(answer, recalls), intake)


def _pay(
    options: Options, workplace: Workplace, request: Request, delivered: list[Delivered]
) -> Answer:
    """Send dropped messages again where they are due, then order what is left."""
    again = _to_go_again(workplace, request)
    if again and _on_a_terminal(options, request) and not _confirmed_again(again):
        again = []
    for each in again:
        dropping.again(workplace, each)
        workplace = workplace.reloaded()
        delivered.append(deliver(workplace, each, recovered=True))
    plan = _plan(workplace, request)
    if not plan.payments:
        return payment_list.run_answer(plan, delivered, dry_run=False)
    if _on_a_terminal(options, request) and not _confirmed(plan):
        return Answer({"remittances": [], "skipped": []}, "Nothing was sent.")
    remittance = prepare(workplace, plan)
    delivered.append(deliver(workplace, remittance, recovered=False))
    return payment_list.run_answer(plan, delivered, dry_run=False)


def send(options: Options) -> Answer:
    """Deliver what is prepared or unknown: the same bytes under the same MsgId."""
    with opened(options) as workplace:
        delivered = deliver_pending(workplace)
        recalls = recalling.deliver_pending(workplace)
        lost = ordered.without_bytes(workplace)
    refused = [each.problem for each in delivered if each.is_refused and each.problem]
    if refused and len(refused) == len(delivered):
        raise Refused(*refused)
    return recalling.told(payment_list.sent_answer(delivered, lost), recalls)


def _to_go_again(workplace: Workplace, request: Request) -> list[Remittance]:
    """Return the dropped messages that this run sends again."""
    debtor = _debtor(workplace, request)
    chosen = _chosen(request.items, debtor.currency)
    ahead = dt.timedelta(days=workplace.books.company.policy.pay_ahead)
    due = dropping.Due(
        debtor_account=debtor.number,
        until=request.until or workplace.clock.today + ahead,
        # A part of a bill cannot go in a message that pays all of it.
        chosen=frozenset(item for item, amount in chosen.items() if amount is None),
    )
    if chosen and not due.chosen:
        return []
    return dropping.to_go_again(workplace, due)


def _confirmed_again(again: Sequence[Remittance]) -> bool:
    for each in again:
        print(
            f"{each.message_id} was dropped as never sent:"
            f" {len(each.payments)} payments, {each.total}."
        )
    return _is_yes("Send the same again, under the same MsgId? [y/N] ")


def _debtor(workplace: Workplace, request: Request) -> BankAccount:
    found = workplace.books.company.bank_accounts[0]
    if request.account is not None:
        found = account_names.bank_account(workplace, request.account, "--account")
    return replace(found, channel=request.channel) if request.channel else found


def _plan(workplace: Workplace, request: Request) -> PaymentPlan:
    items = workplace.books.items
    debtor = _debtor(workplace, request)
    found = [
        *items.open_of(payables.PAYABLE_KINDS),
        *open_items.refunds(items, (each.name for each in request.items)),
    ]
    states = open_items.with_states(workplace, found)
    basis = planning.basis(workplace, debtor, states, request.until)
    return payment_run.plan(basis, _chosen(request.items, debtor.currency))


def _chosen(items: Sequence[Named], currency: str) -> Mapping[str, Amount | None]:
    return {each.name: each.amount(currency) for each in items}


def _stop_on_a_refusing_bank(intake: Intake, channel: str) -> None:
    """Refuse before anything is ordered where the paying channel would refuse it."""
    refused = [
        f"channel {each.channel}: {each.reason}"
        for each in intake.troubles
        if each.channel == channel and not each.may_pass
    ]
    if refused:
        raise Refused(*refused)


def _stop_on_answers_to_unknown(workplace: Workplace) -> None:
    """Refuse to pay while the bank speaks of payments of ours that nobody here knows.

    Books, archive and store may all be older than the bank (a restored backup): what the
    bank knows and we do not may be the very bill that is to be paid now.
    """
    unknown = ordered.unknown_answers(workplace)
    if unknown:
        raise Refused(
            *(each.alarm for each in unknown.values()),
            "Something was restored from an older backup, or somebody else sends as you."
            " Restore the newest books and archive and run books rebuild; where these are"
            f" the newest, ask the bank, and then: books resolve {next(iter(unknown))}"
            ' --reason "..."',
        )


def _on_a_terminal(options: Options, request: Request) -> bool:
    return (
        not request.yes and not options.json and sys.stdin.isatty() and sys.stdout.isatty()
    )


def _confirmed(plan: PaymentPlan) -> bool:
    print(payment_list.plan_text(plan))
    return _is_yes("Send this to the bank? [y/N] ")


def _is_yes(question: str) -> bool:
    return input(question).strip().lower() in {"y", "yes", "j", "ja"}


def prepare(workplace: Workplace, plan: PaymentPlan) -> Remittance:
    """Write the message, check it by our own rules, read it back, and commit PREPARED."""
    company = workplace.books.company
    created = workplace.clock.now
    order = payment_run.order_of(plan.payments, company, plan.debtor, created)
    data = pain_001_writer.write(order, PROFILES[plan.debtor.bank])
    _check_read_back(order, data)
    remittance = payment_run.remittance_of(
        plan.payments, plan.debtor, created, sha256(data).hexdigest()
    )
    # A person may have thought for long before the answer, and another have saved a hold.
    workplace.journal.refuse_changes()
    with workplace.store.transaction() as transaction:
        transaction.save_remittance(remittance, data, PaymentState.PREPARED)
    return remittance


def _check_read_back(order: PaymentOrder, data: bytes) -> None:
    """Compare what a reader finds in the bytes with what was to be written."""
    message = formats.read(data, f"{order.message_identification}.xml")
    assert isinstance(message, PaymentInitiation)
    found = [
        (payment.end_to_end_identification, payment.amount)
        for batch in message.payment_informations
        for payment in batch.transactions
    ]
    planned = [
        (payment.end_to_end_identification, payment.amount)
        for batch in order.batches
        for payment in batch.payments
    ]
    total = sum((amount.number for _, amount in found), Decimal(0))
    if found != planned or total != order.control_sum or message.problems:
        raise Refused(
            f"The message {order.message_identification} does not read back as it was"
            f" planned ({len(found)} payments, {total}); nothing was sent."
        )


def deliver_pending(workplace: Workplace, *, is_a_person: bool = True) -> list[Delivered]:
    """Bring every message that is not known to be at the bank there, oldest first.

    Args:
        workplace: Where.
        is_a_person: Somebody asks for it. A timer does not send again what may have
            arrived more than a day ago: then a person decides.
    """
    with workplace.store.reading() as transaction:
        records = transaction.remittances(states=_TO_DELIVER)
    if not records:
        return []
    dropped = ordered.known(workplace.books, workplace.archive).dropped
    answered = _answered(workplace)
    for record in records:
        if record.remittance.message_id in answered:
            _set_state(workplace, record.remittance, PaymentState.TRANSMITTED)
    return [
        deliver(workplace, record.remittance, recovered=True)
        if is_a_person or not _is_doubtful(workplace, record)
        else _left_to_a_person(record.remittance)
        for record in records
        # A run that was stopped may have written its drop, or that it goes again, in the
        # archive and not yet here: what the archive says is what was meant.
        if record.remittance.message_id not in {*dropped, *answered}
    ]


_TO_DELIVER = {PaymentState.PREPARED, PaymentState.UNKNOWN, PaymentState.DROPPED}
_OUR_OWN_WORD = {
    *_TO_DELIVER,
    PaymentState.TRANSMITTED,
    PaymentState.CANCEL_REQUESTED,
}


def _answered(workplace: Workplace) -> frozenset[str]:
    """Return the messages that the bank has spoken of: it has them, so none goes again.

    The store may be older than the bank: after everything was restored from one backup it
    still says "prepared" of a message whose payments are booked. A file that waits to be
    posted is the bank's word too.
    """
    told = unposted.of(workplace)
    return frozenset(
        each.payment.message_id
        for each in ordered.current(workplace)
        if each.state not in _OUR_OWN_WORD or told.booking(names_of(each.payment))
    )


_DOUBT = dt.timedelta(hours=24)


def _is_doubtful(workplace: Workplace, record: RemittanceRecord) -> bool:
    """Whether the message may have arrived, more than a day ago."""
    remittance = record.remittance
    created = dt.datetime.fromisoformat(remittance.created)
    if record.state is PaymentState.PREPARED or workplace.clock.now - created <= _DOUBT:
        return False
    last = _last_attempt(workplace, remittance)
    return last is None or not last.get("nothing_delivered")


def _last_attempt(
    workplace: Workplace, remittance: Remittance
) -> Mapping[str, object] | None:
    """Return the event of the last attempt to deliver, if it was answered at all."""
    if not workplace.archive.has(remittance.sha256):
        return None
    events = workplace.archive.events(remittance.sha256)
    attempts = [each for each in events if each.get("event") in {"sent", "not-sent"}]
    return attempts[-1] if attempts else None


def _left_to_a_person(remittance: Remittance) -> Delivered:
    return Delivered(
        remittance,
        PaymentState.UNKNOWN,
        None,
        recovered=True,
        problem=(
            f"ordered {remittance.created[:16]} and the answer was lost; after a day a"
            " person decides: books send, which sends the same bytes again"
        ),
    )


def deliver(workplace: Workplace, remittance: Remittance, *, recovered: bool) -> Delivered:
    """Do all that is left to do for a prepared message; each step may be a repetition."""
    record = _record(workplace, remittance.message_id)
    data = record.data or workplace.archive.read(remittance.sha256)
    _archive(workplace, remittance, data)
    _write_lines(workplace, remittance)
    _set_state(workplace, remittance, PaymentState.UNKNOWN)
    channel = channels.of(workplace, remittance.channel)
    if sha256(data).hexdigest() != remittance.sha256:
        raise Refused(f"{remittance.message_id}: the bytes are not those that were planned")
    try:
        receipt = channel.send(remittance.file_name, data, remittance.sha256)
    except ChannelError as error:
        # The order stands in books and archive: it is told as what it is, not undone.
        _remember_attempt(workplace, remittance, error)
        return Delivered(
            remittance,
            PaymentState.UNKNOWN,
            None,
            recovered,
            problem=channels.explained(remittance.channel, error),
            is_refused=isinstance(error, ChannelRefused),
        )
    workplace.archive.append(
        remittance.sha256,
        {
            "event": "sent",
            "name": remittance.file_name,
            "channel": remittance.channel,
            "at": workplace.clock.recorded_at(),
            "receipt": receipt.place,
        },
    )
    _set_state(workplace, remittance, PaymentState.TRANSMITTED)
    path = None if "://" in receipt.place else receipt.place
    shown = receipt.place.removeprefix(f"{workplace.folder}/")
    return Delivered(remittance, PaymentState.TRANSMITTED, path, recovered, place=shown)


def _remember_attempt(
    workplace: Workplace, remittance: Remittance, error: ChannelError
) -> None:
    """Keep whether a failed attempt may have delivered; the same again adds nothing."""
    told = {
        "event": "not-sent",
        "nothing_delivered": not isinstance(error, OutcomeUnknown),
        "reason": str(error),
    }
    last = _last_attempt(workplace, remittance) or {}
    if not told.items() <= last.items():
        at = workplace.clock.recorded_at()
        workplace.archive.append(remittance.sha256, {**told, "at": at})


def write_down(workplace: Workplace, remittance: Remittance) -> None:
    """Have a prepared message in archive and books, as if it were to be delivered."""
    record = _record(workplace, remittance.message_id)
    data = record.data or workplace.archive.read(remittance.sha256)
    _archive(workplace, remittance, data)
    _write_lines(workplace, remittance)


def _record(workplace: Workplace, message_id: str) -> RemittanceRecord:
    with workplace.store.reading() as transaction:
        record = transaction.remittance(message_id)
    if record is not None:
        return record
    raise Refused(f"{message_id}: the store has no such message")


def _archive(workplace: Workplace, remittance: Remittance, data: bytes) -> None:
    event = {**manifest_event(remittance), "by": workplace.user}
    workplace.archive.add(data, "xml", event)


def _write_lines(workplace: Workplace, remittance: Remittance) -> None:
    """Write the `custom` lines, unless the books have them from before a crash."""
    if workplace.books.orders_of([remittance.message_id]).remittances:
        return
    # The day of the order, so that whoever writes the lines, today or from the archive,
    # writes the same.
    day = dt.date.fromisoformat(remittance.created[:10])
    ordered_lines = payment_lines.lines_of(remittance, day, workplace.user)
    lines.write(workplace, ordered_lines, note=remittance.message_id, is_decided=True)


def _set_state(workplace: Workplace, remittance: Remittance, state: PaymentState) -> None:
    with workplace.store.transaction() as transaction:
        transaction.set_remittance_state(remittance.message_id, state)
