"""Where a payment is: a function of the set of messages about it, not of their order.

Sources: ISO 20022 pain.002 (`GrpSts`, `PmtInfSts`, `TxSts`), camt.029, and what the books
say was booked. A status speaks for every child that is not named below it in the same
message (`reconcile.status_lines`); a lower level wins over a higher one. Over messages a
later stage is never undone by an earlier one:

    ACTC, RCVD < ACCP, ACSP, ACWC < PDNG < ACSC, ACCC < CANC, ACCR < RJCT < booked

Traps:

- An answer "duplicate" is a rejection of the *copy*. It proves that the bank had the
  message before, so it never frees an item.
- The answer to a recall (camt.029) speaks of the payments that it names and of no other
  payment of their message, whatever it says of the whole: what was not recalled will be
  executed. RJCR refuses, and the payment is again what it was.
- A bank tells a payment that the customer took back as RJCT CUST: a cancellation where
  we asked for it, else somebody's refusal in the netbank. So is a CANC that we have not
  asked for, and its bill is held.
- What the bank booked with another amount or account is executed and not paid: it is
  parked, and the payment is booked otherwise. The alarm ends when a person has matched or
  booked all that is parked under its EndToEndId; the same goes for a second booking.
- A booking after a rejection is money that is gone: the payment is booked, and an alarm
  tells the contradiction until a person has resolved it (`ledger.contradictions`). What a
  person says changes no state.
- ACWC accepts with a change: the new day stands in OrgnlTxRef/ReqdExctnDt. There other
  statuses echo what we asked for.
- Codes are external lists. An unknown one leaves the payment pending, and is told until
  the bank books the payment: then it has nothing more to say.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from bankio.iso20022.values import Reason
from ledger import contradictions
from ledger.contradictions import Contradiction, Resolution
from ledger.messages import StatusLine
from ledger.payments import (
    ParkedEntry,
    Payment,
    PaymentStanding,
    PaymentState,
    Remittance,
)
from ledger.recalls import Recall
from reconcile.bank_reasons import bank_reason
from reconcile.payment_answers import REFUSED_RECALL, UNANSWERED, Answers
from reconcile.payment_bookings import Booking, booking_of
from reconcile.wording import say

_STAGES: dict[str, tuple[int, PaymentState]] = {
    "ACTC": (1, PaymentState.RECEIVED),
    "RCVD": (1, PaymentState.RECEIVED),
    "ACCP": (2, PaymentState.ACCEPTED),
    "ACSP": (2, PaymentState.ACCEPTED),
    "ACWC": (2, PaymentState.ACCEPTED),
    "PDNG": (3, PaymentState.PENDING),
    "ACSC": (4, PaymentState.ACCEPTED),
    "ACCC": (4, PaymentState.ACCEPTED),
    "CANC": (5, PaymentState.CANCELLED),
    "CNCL": (5, PaymentState.CANCELLED),
    "ACCR": (5, PaymentState.CANCELLED),
    "RJCT": (6, PaymentState.REJECTED),
}
#: Accepted with a change, usually of the day.
_CHANGED = "ACWC"
#: Say nothing of a single payment: PART, PACR mean "look below", RJCR refuses a recall.
#: Yet who answers so of a message, or of a part of it, has it.
_LOOK_BELOW = {"PART", "PACR"}
_SILENT = {"", "PART", "PACR", "RJCR", "PDCR", "UWFW"}
#: Of a payment that is booked these say nothing more.
QUIET = frozenset(
    {
        *_SILENT,
        *(
            status
            for status, (_, state) in _STAGES.items()
            if state not in {PaymentState.REJECTED, PaymentState.CANCELLED}
        ),
    }
) - {"RJCR"}
_UNKNOWN_STAGE = (3, PaymentState.PENDING)
_RECEIVED_STAGE = (1, PaymentState.RECEIVED)
_CANCELLED_STAGE = (5, PaymentState.CANCELLED)
_NOT_IN_LUMPS = {PaymentState.REJECTED, PaymentState.CANCELLED}
#: What a booking contradicts, and how that is told.
_ENDINGS = {
    PaymentState.REJECTED: "alarm-rejected",
    PaymentState.CANCELLED: "alarm-cancelled",
}
_BY_CUSTOMER = "CUST"
_NOTHING_RESOLVED: Mapping[str, Sequence[Resolution]] = {}
_DUPLICATES = {"DU01", "DU02", "DU03", "DU04", "DU05", "AM05", "DUPL"}


def standings(
    remittances: Sequence[tuple[Remittance, PaymentState]],
    statuses: Sequence[StatusLine],
    bookings: Mapping[str, Booking],
    language: str,
    *,
    recalls: Iterable[Recall] = (),
    resolved: Mapping[str, Sequence[Resolution]] = _NOTHING_RESOLVED,
) -> tuple[PaymentStanding, ...]:
    """Return where every payment is, with the bank's reason in the user's words.

    Args:
        remittances: What we wrote, with how far its delivery came.
        statuses: Every line of every pain.002 and camt.029, in any order.
        bookings: What the books say, by EndToEndId.
        language: Of the reasons.
        recalls: What we asked the bank to take back.
        resolved: What contradicted a payment and a person has resolved, by EndToEndId.
    """
    lines: dict[str, list[StatusLine]] = defaultdict(list)
    for line in statuses:
        lines[line.message_id].append(line)
    answers = {message_id: Answers(told) for message_id, told in lines.items()}
    recalled: dict[str, list[Recall]] = defaultdict(list)
    for recall in recalls:
        for end_to_end_id in recall.end_to_end_ids:
            recalled[end_to_end_id].append(recall)
    found = [
        _standing(
            payment,
            state,
            answers.get(remittance.message_id, UNANSWERED).about(payment),
            booking_of(payment, bookings),
            language,
            _recalling(payment, recalled.get(payment.end_to_end_id, ()), answers),
            resolved.get(payment.end_to_end_id, ()),
        )
        for remittance, state in remittances
        for payment in remittance.payments
    ]
    return tuple(_with_second_orders(found, remittances, language))


def _with_second_orders(
    found: Sequence[PaymentStanding],
    remittances: Iterable[tuple[Remittance, PaymentState]],
    language: str,
) -> Iterator[PaymentStanding]:
    """Yield the standings, with an alarm where a bill is on its way a second time.

    A payment was rejected, or said never to come, its bill was ordered anew, and then it
    came. The alarm ends with the second payment.
    """
    gone = {
        payment.end_to_end_id
        for remittance, state in remittances
        if state is PaymentState.DROPPED
        for payment in remittance.payments
        if payment.foreign
    }
    gone |= {
        each.payment.end_to_end_id
        for each in found
        if each.state is PaymentState.BOOKED
        and any(contradiction.is_ending for contradiction in each.contradictions)
    }
    live = {
        paid.open_item: each
        for each in (found if gone else ())
        if each.state.is_live
        for paid in each.payment.items
    }
    for each in found:
        payment = each.payment
        second = next(
            (live[i.open_item] for i in payment.items if i.open_item in live), None
        )
        if payment.end_to_end_id in gone and each.booked and second is not None:
            alarm = say(
                language,
                "alarm-second-order",
                end_to_end_id=payment.end_to_end_id,
                date=each.booked,
                second=second.payment.end_to_end_id,
            )
            yield replace(
                each,
                alarms=(*each.alarms, alarm),
                second_order=second.payment.end_to_end_id,
            )
        else:
            yield each


@dataclass(frozen=True, slots=True)
class _Recalling:
    """What became of our requests to take a payment back."""

    is_asked: bool
    is_open: bool
    """Asked more often than refused."""
    refusals: tuple[Reason, ...]


def _recalling(
    payment: Payment,
    recalls: Sequence[Recall],
    answers: Mapping[str, Answers],
) -> _Recalling:
    told = answers.get(payment.message_id, UNANSWERED)
    refused = list(told.refusing_recall_of(payment))
    # The recall itself was refused as a file, so that nobody looked at its payments.
    refused += [
        line
        for recall in recalls
        for line in answers.get(recall.message_id, UNANSWERED).groups
        if line.status == "RJCT" and not _is_duplicate(line)
    ]
    return _Recalling(
        is_asked=bool(recalls),
        is_open=len(recalls) > len({line.sha256 for line in refused}),
        refusals=tuple(reason for line in refused for reason in line.reasons),
    )


def _is_duplicate(line: StatusLine) -> bool:
    """Whether the bank refuses a copy of something that it has."""
    return any(
        (reason.code or "").upper() in _DUPLICATES or "DUPL" in (reason.text or "").upper()
        for reason in line.reasons
    )


def _proves_delivery(line: StatusLine) -> bool:
    """Whether a line that says nothing of a payment shows that the bank has its message.

    A payment that is named without any status is told too little: the answer to a recall
    names some that the bank does not know.
    """
    is_above = line.level in {"group", "payment-information"}
    return line.status in _LOOK_BELOW or (is_above and not line.status)


def _stage(line: StatusLine, *, is_recalled: bool) -> tuple[int, PaymentState] | None:
    if line.status in _SILENT:
        return _RECEIVED_STAGE if _proves_delivery(line) else None
    stage = _STAGES.get(line.status, _UNKNOWN_STAGE)
    if stage[1] is PaymentState.REJECTED and _is_duplicate(line):
        return _RECEIVED_STAGE
    codes = {reason.code for reason in line.reasons}
    if stage[1] is PaymentState.REJECTED and is_recalled and codes == {_BY_CUSTOMER}:
        return _CANCELLED_STAGE
    return stage


def _standing(
    payment: Payment,
    delivered: PaymentState,
    lines: Sequence[StatusLine],
    booking: Booking | None,
    language: str,
    recalling: _Recalling,
    resolved: Sequence[Resolution],
) -> PaymentStanding:
    state, reason = _told_state(lines, language, is_recalled=recalling.is_asked)
    if booking is not None and booking.is_lump_alone and state in _NOT_IN_LUMPS:
        booking = None
    is_recalled = recalling.is_asked
    found = tuple(
        replace(each, resolution=contradictions.resolving(each.contradicted, resolved))
        for each in _contradictions(
            payment, delivered, lines, booking, language, is_recalled=is_recalled
        )
    )
    alarms = _alarms(payment, lines, found, booking, language, is_recalled=is_recalled)
    if state is None:
        state = delivered
    if recalling.is_open and state.is_live:
        state = PaymentState.CANCEL_REQUESTED
    elif recalling.is_asked and state.is_live:
        why = bank_reason(language, *recalling.refusals) or REFUSED_RECALL
        reason = say(language, "recall-refused", reason=why)
    booking = booking or Booking()
    booked, otherwise = booking.booked, booking.executed_otherwise
    if booking.returned is not None:
        state, reason = PaymentState.RETURNED, booking.reason or reason
    elif booked is not None:
        state, reason = PaymentState.BOOKED, None
    elif otherwise:
        state, reason = PaymentState.BOOKED_OTHERWISE, _decided(otherwise, language)
        booked = otherwise[0].date
    return PaymentStanding(
        payment=payment,
        state=state,
        reason="; ".join(filter(None, (reason, *_resolutions(found, language)))) or None,
        booked=booked,
        alarms=alarms,
        parked=booking.parked,
        contradictions=found,
        moved_to=_moved_to(lines),
        is_recalled=recalling.is_asked,
    )


def _moved_to(lines: Iterable[StatusLine]) -> dt.date | None:
    """Return the day to which the bank has moved a payment, by its last word."""
    moved = [
        line
        for line in lines
        if line.status == _CHANGED and line.execution_date is not None
    ]
    last = max(
        moved,
        default=None,
        key=lambda line: (line.created or "", line.sha256, line.position),
    )
    return last.execution_date if last else None


def _resolutions(found: Iterable[Contradiction], language: str) -> Iterable[str]:
    """Return what a person has said of what contradicts, once where of several."""
    done = (each.resolution for each in found if each.resolution is not None)
    return dict.fromkeys(
        say(language, "resolved", date=each.on, reason=each.reason, by=each.by)
        for each in done
    )


def _decided(parked: Sequence[ParkedEntry], language: str) -> str | None:
    """Return what the bank booked and in which vouchers a person has placed it."""
    if not all(each.is_decided for each in parked):
        return None
    return say(
        language,
        "booked-otherwise",
        booked=", ".join(str(each.amount) for each in parked),
        vouchers=", ".join(dict.fromkeys(v for each in parked for v in each.vouchers)),
    )


def _told_state(
    lines: Sequence[StatusLine], language: str, *, is_recalled: bool
) -> tuple[PaymentState | None, str | None]:
    """Return the furthest state that the bank has told, and its reason for that."""
    staged = [
        (stage, line)
        for line in lines
        if (stage := _stage(line, is_recalled=is_recalled)) is not None
    ]
    # Named with a reason and no status: it moves nothing, and a person can read it.
    bare = [
        reason
        for line in lines
        if line.level == "transaction" and line.status in _SILENT - {REFUSED_RECALL}
        for reason in line.reasons
    ]
    if not staged:
        return None, bank_reason(language, *bare) or None
    furthest, state = max((stage for stage, _ in staged), key=lambda stage: stage[0])
    telling = [line for stage, line in staged if stage[0] == furthest]
    # What a message as a whole was told "look below" for is no reason of this payment.
    speaking = [line for line in telling if line.status not in _SILENT]
    reasons = [*(reason for line in speaking for reason in line.reasons), *bare]
    reason = bank_reason(language, *reasons)
    if reason and state is PaymentState.RECEIVED and any(map(_is_duplicate, telling)):
        reason = say(language, "duplicate-proves", reason=reason)
    odd = [line.status for line in speaking if line.status not in _STAGES]
    return state, " ".join(filter(None, (*dict.fromkeys(odd), reason))) or None


def _contradictions(
    payment: Payment,
    delivered: PaymentState,
    lines: Sequence[StatusLine],
    booking: Booking | None,
    language: str,
    *,
    is_recalled: bool,
) -> Iterator[Contradiction]:
    """Yield what was said of a payment and is not so, each file and word once."""
    booked = booking.booked if booking else None
    told: dict[str, Contradiction] = {}
    for line in lines:
        stage = _stage(line, is_recalled=is_recalled)
        is_ending = booked is not None and stage is not None and stage[1] in _ENDINGS
        if is_ending or (booked is None and _is_unknown(line)):
            codes = (reason.code for reason in line.reasons)
            made = Contradiction(
                contradicted=contradictions.of_file(line.sha256),
                told=" ".join(filter(None, (line.status, *codes))),
                is_ending=is_ending,
            )
            told.setdefault(made.contradicted, made)
    yield from told.values()
    state, reason = _told_state(lines, language, is_recalled=is_recalled)
    is_told = state is not None or booked is not None
    if delivered is PaymentState.DROPPED and is_told and not payment.foreign:
        what = " ".join(str(each) for each in (booked or state, reason) if each)
        yield Contradiction(
            contradicted=contradictions.NEVER_SENT, told=what, is_ending=True
        )


def _is_unknown(line: StatusLine) -> bool:
    return line.status not in _STAGES and line.status not in _SILENT


def _alarms(
    payment: Payment,
    lines: Sequence[StatusLine],
    found: Sequence[Contradiction],
    booking: Booking | None,
    language: str,
    *,
    is_recalled: bool,
) -> tuple[str, ...]:
    """Return everything that contradicts something, and waits for a person."""
    name = payment.end_to_end_id
    open_ = {each.contradicted: each for each in found if each.resolution is None}
    against = [each for each in lines if contradictions.of_file(each.sha256) in open_]
    alarms = [
        say(language, "alarm-unknown-code", end_to_end_id=name, status=line.status)
        for line in against
        if _is_unknown(line)
    ]
    state, reason = _told_state(against, language, is_recalled=is_recalled)
    if booking is not None and booking.booked is not None and state in _ENDINGS:
        text = _ENDINGS[state]
        why = reason or " ".join(dict.fromkeys(each.told for each in open_.values()))
        alarms.append(
            say(language, text, end_to_end_id=name, date=booking.booked, reason=why)
        )
    dropped = open_.get(contradictions.NEVER_SENT)
    if dropped is not None:
        alarms.append(say(language, "alarm-dropped", end_to_end_id=name, what=dropped.told))
    alarms += _parked_alarms(payment, booking or Booking(), language)
    return tuple(dict.fromkeys(alarms))


def _parked_alarms(payment: Payment, booking: Booking, language: str) -> Iterator[str]:
    """Yield what is parked under the payment's name, until a person has decided."""
    for each in booking.parked:
        if each.is_decided:
            continue
        text = "alarm-disagrees" if booking.booked is None else "alarm-twice"
        text = "alarm-lump" if each.part else text
        if text == "alarm-disagrees" and each.is_as_sent(payment):
            text = "alarm-no-place"
        yield say(
            language,
            "alarm-came-back" if each.amount.number < 0 else text,
            end_to_end_id=payment.end_to_end_id,
            part=each.part,
            booked=abs(each.amount),
            date=each.date,
            item=each.open_item,
            sent=payment.amount,
            account=payment.creditor_account,
        )
