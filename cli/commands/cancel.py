"""`books cancel`: take payments back before the bank executes them.

A recall is an ask. The payment stays live, CANCEL-REQUESTED, until the bank has answered
(camt.029, or pain.002), and if it was booked meanwhile it is booked. `--never-sent` is
for a message that never reached the bank, or for a payment of the old system that never
comes: a person's word, with name and reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from cli.answer import Answer, Refused, UsageError
from cli.commands import (
    channels,
    dropping,
    lines,
    named_since,
    ordered,
    pay_due,
    recalling,
    references,
)
from cli.commands.recalling import DeliveredRecall
from cli.options import Options
from cli.render import clean
from cli.typed_text import said
from cli.wiring import Workplace, opened
from ledger import recalls
from ledger.payments import PaymentStanding, PaymentState, Remittance

_NOT_AT_THE_BANK = {PaymentState.PREPARED, PaymentState.UNKNOWN}


def run(
    options: Options, reference: str, *, never_sent: bool, reason: str | None
) -> Answer:
    """Recall what a reference names, or drop its message."""
    if reason is not None and not never_sent:
        raise UsageError("--reason belongs to --never-sent")
    reason = None if reason is None else said(reason, "--reason")
    with opened(options) as workplace:
        found = _named(workplace, reference)
        named_since.refuse(workplace, found)
        if found[0].payment.foreign:
            if not never_sent:
                raise Refused(
                    f"{reference}: was ordered in the old system; recall it in the netbank."
                    f" When it is certain that it never comes: {_ending(found[0])}"
                )
            return _end_foreign(workplace, found[0], reason)
        remittance = _remittance(workplace, found[0])
        if never_sent:
            return _drop(workplace, reference, remittance, found, reason)
        return _recall(workplace, remittance, found)


def _named(workplace: Workplace, given: str) -> list[PaymentStanding]:
    """Return the payments of a message, the last payment of an item, or a payment."""
    reference = references.find(workplace, given)
    standings = ordered.standings(workplace)
    if reference.kind == "remittance":
        found = [each for each in standings if each.payment.message_id == reference.name]
    elif reference.kind == "payment":
        found = [each for each in standings if each.payment.end_to_end_id == reference.name]
    elif reference.kind == "open-item":
        of_item = [each for each in standings if _pays(each, reference.name)]
        found = sorted(of_item, key=lambda each: each.payment.attempt)[-1:]
    else:
        raise Refused(f"{given}: is a {reference.kind}; name a payment, message or item")
    if not found:
        raise Refused(f"{given}: no payment of it was ordered (books payments)")
    return found


def _pays(standing: PaymentStanding, item: str) -> bool:
    return any(paid.open_item == item for paid in standing.payment.items)


def _remittance(workplace: Workplace, standing: PaymentStanding) -> Remittance:
    message_id = standing.payment.message_id
    return next(
        remittance
        for remittance, _ in ordered.remittances(workplace)
        if remittance.message_id == message_id
    )


# --- ordered in the old system -----------------------------------------------------------


def _ending(standing: PaymentStanding) -> str:
    name = standing.payment.end_to_end_id
    return f'books cancel {name} --never-sent --reason "..."'


def _end_foreign(
    workplace: Workplace, standing: PaymentStanding, reason: str | None
) -> Answer:
    """End a payment that will never come, on a person's word: its bill is open again."""
    name = standing.payment.end_to_end_id
    if not standing.state.is_live:
        raise Refused(_why_not(standing))
    if reason is None:
        raise Refused(f"{name}: say how you know that it never comes: {_ending(standing)}")
    line = recalls.payment_drop_line(
        name, workplace.clock.today, reason=reason, by=workplace.user
    )
    lines.write(workplace, [line], note=name, is_decided=True)
    after = ordered.standings(workplace.reloaded())
    now = [each for each in after if each.payment.end_to_end_id == name]
    told = [
        *map(_state_line, now),
        (
            "What it was to pay is open again, and the next books pay-due pays it."
            " To keep it back: books hold ITEM --reason TEXT"
        ),
    ]
    data = {**_states(now), "reason": reason}
    return Answer(data, "\n".join(map(clean, told)))


# --- recall ---------------------------------------------------------------------------


def _recall(
    workplace: Workplace, remittance: Remittance, found: Sequence[PaymentStanding]
) -> Answer:
    asked = [each for each in found if each.state is PaymentState.CANCEL_REQUESTED]
    fresh = [each for each in found if each.state.is_live and each not in asked]
    if not asked and not fresh:
        raise Refused(*(_why_not(each) for each in found))
    for each in fresh:
        if each.state in _NOT_AT_THE_BANK:
            raise Refused(
                f"{remittance.message_id}: is {each.state}; the bank may not know it."
                " First books send; or, if it never reached the bank:"
                f" books cancel {remittance.message_id} --never-sent"
            )
    channels.of(workplace, remittance.channel)  # an unknown one refuses before it matters
    if fresh:
        recalling.prepare(workplace, remittance, [each.payment for each in fresh])
    current = workplace.reloaded()
    delivered = [
        recalling.deliver(current, each)
        for each in recalling.pending(current)
        if each.original_message_id == remittance.message_id
    ]
    return _recall_answer(current, found, delivered)


def _why_not(standing: PaymentStanding) -> str:
    payment = standing.payment
    state = standing.state
    told = f"{payment.end_to_end_id}: is {state}"
    if standing.booked is not None:
        told += f" ({standing.booked})"
    if state in {PaymentState.BOOKED, PaymentState.BOOKED_OTHERWISE}:
        return f"{told}; what is executed comes back only if the payee sends it back"
    return f"{told}; there is nothing to take back"


def _recall_answer(
    workplace: Workplace,
    found: Sequence[PaymentStanding],
    delivered: Sequence[DeliveredRecall],
) -> Answer:
    named = {each.payment.end_to_end_id for each in found}
    now = [
        each for each in ordered.standings(workplace) if each.payment.end_to_end_id in named
    ]
    text = "\n".join(clean(_state_line(each)) for each in now)
    answer = recalling.told(Answer(_states(now), text), delivered)
    last = (
        "The bank decides; its answer comes with: books reconcile",
        (
            "A bill whose payment is cancelled is open, and the next books pay-due pays it."
            " To keep it back: books hold ITEM --reason TEXT"
        ),
    )
    return replace(answer, text="\n".join([answer.text, *last]))


def _states(standings: Sequence[PaymentStanding]) -> dict[str, object]:
    payments = [
        {"end_to_end_id": each.payment.end_to_end_id, "state": str(each.state)}
        for each in standings
    ]
    first = standings[0].payment
    return {**payments[0], "message_id": first.message_id, "payments": payments}


def _state_line(standing: PaymentStanding) -> str:
    payment = standing.payment
    items = ", ".join(paid.open_item for paid in payment.items)
    return f"{payment.end_to_end_id} {payment.amount} ({items}): {standing.state}."


# --- never sent -----------------------------------------------------------------------


def _drop(
    workplace: Workplace,
    given: str,
    remittance: Remittance,
    found: Sequence[PaymentStanding],
    reason: str | None,
) -> Answer:
    whole = [
        each
        for each in ordered.standings(workplace)
        if each.payment.message_id == remittance.message_id
    ]
    if len(found) < len(whole):
        raise Refused(
            f"{given}: is one of {len(whole)} payments of {remittance.message_id}, and half"
            " a message cannot be unsent. The whole of it:"
            f" books cancel {remittance.message_id} --never-sent"
        )
    _require_unsent(workplace, remittance, whole)
    if ordered.has_bytes(workplace, remittance):
        pay_due.write_down(workplace, remittance)
    current = workplace.reloaded()
    nb = current.books.company.language == "nb"
    words = "kom aldri til banken" if nb else "it never reached the bank"
    drop = dropping.drop(current, remittance, reason or words)
    after = current.reloaded()
    now = [
        each
        for each in ordered.standings(after)
        if each.payment.message_id == remittance.message_id
    ]
    data = {**_states(now), "until": drop.until.isoformat(), "reason": drop.reason}
    told = [_state_line(each) for each in now]
    told += [
        f"If {remittance.file_name} still lies in the folder for the bank, take it out.",
        (
            f"Until {drop.until} the bills go again only in the same message, which"
            " books pay-due sends as soon as all of them are due. To keep one back:"
            " books hold ITEM"
        ),
    ]
    return Answer(data, "\n".join(map(clean, told)))


def _require_unsent(
    workplace: Workplace, remittance: Remittance, whole: Sequence[PaymentStanding]
) -> None:
    """Refuse what the bank has spoken of, or what it gave a receipt for."""
    message_id = remittance.message_id
    with workplace.store.reading() as transaction:
        told = transaction.statuses([message_id])
    if told or any(each.booked for each in whole):
        raise Refused(
            f"{message_id}: the bank has it ({whole[0].state}). To take it back:"
            f" books cancel {message_id}"
        )
    written = recalls.written_drops(
        workplace.books.register.customs(*recalls.DROP_TYPES)
    ).get(message_id)
    if written is not None and recalls.dropped_now(written) is not None:
        raise Refused(f"{message_id}: was dropped before ({whole[0].reason})")
    archive = workplace.archive
    events = archive.events(remittance.sha256) if archive.has(remittance.sha256) else ()
    receipts = [str(each["receipt"]) for each in events if each.get("event") == "sent"]
    remote = [each for each in receipts if "://" in each]
    if remote:
        raise Refused(
            f"{message_id}: was delivered to {remote[-1]}. To take it back:"
            f" books cancel {message_id}"
        )
