"""What waits for a person: one list for `unmatched`, `status`, `reconcile` and the page.

Money that nobody can place, a transfer of which one side is missing, a sum whose details
or statement are missing, a file that is held, a payment that the bank ended, is late with
or may not have, and what contradicts what we sent. Whatever counts or lists such things
goes by `of`, so that all of them agree; and a command ends with exit code 3 where it is
not empty.

One thing is one row. A payment that was booked otherwise is the money that is parked, and
the row of the money says so (`is_alarm`); its bill waits for that row, not for itself. A
customer's credit that is being paid back waits as its payment does.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from cli.commands import (
    held_files,
    named_since,
    on_clearing,
    open_items,
    ordered,
    proven,
    setting_aside,
    transfers,
    unknown_messages,
    waiting_money,
)
from cli.commands.waiting_row import Kind, Waiting
from cli.render import count, line, money
from cli.wiring import Workplace
from ledger import payables
from ledger.messages import FileRecord
from ledger.open_items import ItemKind, OpenItem
from ledger.payables import Payable, PayableState
from ledger.payments import Payment, PaymentStanding, PaymentState

#: More than so many are told by `books unmatched` alone.
_LINES = 20
_NAMED = 5


def of(workplace: Workplace) -> tuple[Waiting, ...]:
    """Return everything that waits, oldest first."""
    failed = tuple(_failed(workplace))
    found = [
        *_alarms(workplace),
        *failed,
        *_named_since(workplace),
        *_late(workplace),
        *_unknown(workplace),
        *waiting_money.of(
            workplace, ordered.current(workplace), {each.ref for each in failed}
        ),
        *_late_transfers(workplace),
        *_half_told(workplace),
        *_files(workplace),
    ]
    return tuple(sorted(found, key=lambda each: (each.date or dt.date.min, each.ref)))


def summary(found: Sequence[Waiting]) -> list[str]:
    """Return what waits for the screen: how many, a line for each, and what to type next.

    A long list begins with what contradicts, and ends where a screen does.
    """
    if not found:
        return []
    urgent = sorted(found, key=lambda each: not each.is_alarm)
    lines = [f"{counted(found)}:", *(line(each.told, 2) for each in urgent[:_LINES])]
    if len(found) > _LINES:
        lines.append(f"  and {len(found) - _LINES} more")
    return lines


def counted(found: Sequence[Waiting]) -> str:
    """Return how many things wait."""
    waits = "waits" if len(found) == 1 else "wait"
    return f"{count(len(found), 'thing')} {waits} for a person"


def alarms(standings: Iterable[PaymentStanding]) -> tuple[str, ...]:
    """Return everything that contradicts what we sent, with the payment that it is of."""
    return tuple(
        dict.fromkeys(_named(each, alarm) for each in standings for alarm in each.alarms)
    )


def without_money(standing: PaymentStanding) -> tuple[str, ...]:
    """Return what contradicts a payment and is no parked money, which waits itself."""
    parked = {each.open_item for each in standing.undecided}
    return tuple(
        _named(standing, alarm)
        for alarm in standing.alarms
        if not any(item in alarm for item in parked)
    )


def _named(standing: PaymentStanding, alarm: str) -> str:
    name = standing.payment.end_to_end_id
    return alarm if name in alarm else f"{name}: {alarm}"


def _alarms(workplace: Workplace) -> Iterator[Waiting]:
    """Yield what contradicts what we sent; where money of it is parked, that waits."""
    for standing in ordered.current(workplace):
        payment = standing.payment
        for alarm in without_money(standing):
            second = standing.second_order
            is_second = second is not None and second in alarm
            yield _of_payment(
                payment,
                Kind.ALARM,
                reason=alarm,
                how=(
                    "before it is paid twice:"
                    if is_second
                    else "ask the bank which is true (books why"
                    f" {payment.end_to_end_id} shows both); to say that the payment stands"
                    " as the books have it:"
                ),
                decide=f"books cancel {second}"
                if is_second
                else f'books resolve {payment.end_to_end_id} --reason "..."',
            )
    yield from _unknown_answers(workplace)
    yield from _differing(workplace)


def _named_since(workplace: Workplace) -> Iterator[Waiting]:
    """Yield payments that the bank has named, where their money is placed as another."""
    for each in named_since.of(workplace).values():
        if each.vouchers:
            yield replace(
                _of_payment(
                    each.payment,
                    Kind.ALARM,
                    reason=each.reason,
                    how="to let it be that payment, and its bill be paid:",
                    decide=each.ending[0],
                ),
                decide=each.ending,
            )


def _unknown_answers(workplace: Workplace) -> Iterator[Waiting]:
    """Yield the answers to what nobody here has sent, as far as anybody knows."""
    for name, each in ordered.unknown_answers(workplace).items():
        yield Waiting(
            kind=Kind.ALARM,
            ref=name,
            date=None,
            amount=None,
            text=name,
            reason=each.alarm,
            is_alarm=True,
            how=(
                "nothing is paid until then; put the newest books and archive back and"
                " rebuild; where these are the newest, ask the bank what it is, and say so:"
            ),
            decide=("books rebuild", f'books resolve {name} --reason "..."'),
        )


def _differing(workplace: Workplace) -> Iterator[Waiting]:
    """Yield the accounts whose balance is not the bank's, or that are doubtful otherwise.

    A file that tells a day in another way waits itself.
    """
    for account in workplace.books.company.bank_accounts:
        found = proven.of(workplace, account)
        if found.doubt is not None and found.doubt.cause != "doubt-file":
            yield Waiting(
                kind=Kind.ALARM,
                ref=account.number,
                date=found.doubt.date,
                amount=None,
                text=account.number,
                reason=f"{account.number}: {found.doubt}",
                is_alarm=True,
                how="to see it with its evidence:",
                decide=("books verify",),
            )
        last = found.last
        if last is None:
            continue
        after = last.date + dt.timedelta(days=1)
        books = workplace.books.balance(account.account, after, account.currency)
        if books != last.closing:
            yield Waiting(
                kind=Kind.ALARM,
                ref=account.number,
                date=last.date,
                amount=books - last.closing,
                text=account.number,
                reason=(
                    f"{account.number}: bank and books differ at the end of {last.date}:"
                    f" {money(last.closing)} and {money(books)}"
                ),
                is_alarm=True,
                how="to see since which day:",
                decide=("books verify",),
            )


def _failed(workplace: Workplace) -> Iterator[Waiting]:
    """Yield the items whose payment the bank ended, and which nobody has released."""
    standings = payables.by_item(ordered.current(workplace))
    ended = {key for key, each in standings.items() if each[-1].has_failed}
    for each in open_items.among(workplace, ended):
        item = each.item
        # What is parked of the payment, or a person's own hold, comes before a release.
        may_be_released = each.state is PayableState.HELD and each.lifted is not None
        if not may_be_released or item.hold is not None:
            continue
        if not (each.standings and each.standings[-1].has_failed):
            continue
        yield Waiting(
            kind=Kind.FAILED,
            ref=item.key,
            date=item.due or item.date,
            amount=item.residual,
            text=_what_failed(each),
            kid=item.kid,
            counterparty=item.party_name or item.party_number,
            reason=each.reason or "",
            open_item=item.key,
            payable=each,
            how=_how_failed(item),
            decide=(f"books release {item.key}", *_otherwise(item)),
        )


def _what_failed(each: Payable) -> str:
    """Return the bill; of a refund what its customer was to read, as a person knows it."""
    last = each.standings[-1].payment
    is_refund = payables.is_refund(each.item)
    return last.message if is_refund and last.message else each.item.key


def _how_failed(item: OpenItem) -> str:
    """Say what may be done: money of a customer is paid back only where it is named."""
    if not payables.is_refund(item):
        return "to pay it again, when the cause is mended:"
    again = (
        f"to pay it back again, when the cause is mended (then books pay-due {item.key})"
    )
    return f"{again}, or to place it:" if _otherwise(item) else f"{again}:"


def _otherwise(item: OpenItem) -> tuple[str, ...]:
    """Return what else a person may do with what a customer has to credit."""
    is_credit = item.kind is ItemKind.CREDIT
    return waiting_money.placing(item.key) if is_credit else ()


def _late(workplace: Workplace) -> Iterator[Waiting]:
    """Yield payments three bank days past their date that the bank has not booked.

    One of which nobody knows whether the bank has it waits for that answer first.
    """
    for each in late(workplace):
        payment = each.payment
        stops = PaymentState.CANCEL_REQUESTED
        may_be_recalled = not payment.foreign and each.state is not stops
        yield _of_payment(
            payment,
            Kind.LATE,
            day=each.execution_date,
            reason=(
                f"was to be executed {each.execution_date}; the bank has not"
                f" booked it ({each.state})"
            ),
            how=_how_late(may_be_recalled, payment.foreign),
            decide=(
                f'books cancel {payment.end_to_end_id} --never-sent --reason "..."'
                if payment.foreign
                else f"books {'cancel' if may_be_recalled else 'why'}"
                f" {payment.end_to_end_id}"
            ),
        )


def _of_payment(
    payment: Payment,
    kind: Kind,
    *,
    reason: str,
    how: str,
    decide: str,
    day: dt.date | None = None,
) -> Waiting:
    return Waiting(
        kind=kind,
        ref=payment.end_to_end_id,
        date=day or payment.requested_execution_date,
        amount=-payment.amount,
        text=payment.end_to_end_id,
        counterparty=payment.creditor_name,
        reason=reason,
        is_alarm=kind is Kind.ALARM,
        how=how,
        decide=(decide,),
    )


def _how_late(may_be_recalled: bool, is_foreign: bool) -> str:
    if is_foreign:
        return "look at the bank's list of payments; where it is certain to come no more:"
    if may_be_recalled:
        return "look in the netbank whether it is approved; to take it back:"
    return "ask the bank; to see what it has said:"


def late(workplace: Workplace) -> tuple[PaymentStanding, ...]:
    """Return payments three bank days past their date that the bank has not booked.

    One that a sum on the statement may hold waits for the details of that sum, and one that
    the bank has named for what a person has said of its money.
    """
    halves = on_clearing.missing(workplace)
    named = named_since.of(workplace)
    return tuple(
        each
        for each in _overdue(workplace)
        if each.payment.end_to_end_id not in named
        and not any(on_clearing.may_hold(half, each.payment) for half in halves)
    )


def _overdue(workplace: Workplace) -> tuple[PaymentStanding, ...]:
    limit = workplace.bank_days.add(workplace.clock.today, -3)
    elsewhere = {PaymentState.PREPARED, PaymentState.UNKNOWN}
    return tuple(
        each
        for each in ordered.current(workplace)
        if each.state.is_live
        and each.state not in elsewhere
        and each.execution_date < limit
    )


def _unknown(workplace: Workplace) -> Iterator[Waiting]:
    """Yield the messages that may or may not have reached the bank."""
    for each in unknown_messages.of(workplace):
        yield Waiting(
            kind=Kind.UNKNOWN,
            ref=each.message_id,
            date=each.since.date(),
            amount=-each.total,
            text=f"{each.message_id}, {count(each.payments, 'payment')}",
            reason=each.reason,
            how=(
                "to take its file back:"
                if each.is_lost
                else "to offer the same bytes again, under the same name:"
            ),
            decide=("books rebuild",) if each.is_lost else ("books send",),
        )


def _late_transfers(workplace: Workplace) -> Iterator[Waiting]:
    """Yield transfers of which one side has been missing for more than two bank days."""
    today = workplace.clock.today
    for each in transfers.of(workplace, today):
        if workplace.bank_days.add(each.date, 2) < today:
            yield Waiting(
                kind=Kind.TRANSFER,
                ref=each.account,
                date=each.date,
                amount=-each.amount,
                text="Transfer between own accounts",
                reason=f"one side only since {each.date}: is a statement missing?",
                how="when it has come from the bank:",
                decide=("books reconcile FILE",),
            )


def _half_told(workplace: Workplace) -> Iterator[Waiting]:
    """Yield the sums on clearing of which a file of the bank is missing."""
    halves = on_clearing.missing(workplace)
    overdue = _overdue(workplace) if halves else ()
    for each in halves:
        held = [s.payment for s in overdue if on_clearing.may_hold(each, s.payment)]
        yield Waiting(
            kind=Kind.CLEARING,
            ref=each.key,
            date=each.date,
            amount=each.amount,
            text=each.what,
            reason=each.reason + _holding(held),
            how=(
                "ask the bank which sum is right; if no file says so, place the difference:"
                if each.differs
                else "ask the bank for the file, and reconcile it; if it never comes, place"
                " the sum:"
            ),
            decide=(
                "books reconcile FILE",
                f"books match {each.key} ITEM",
                f"books book {each.key} ACCOUNT",
            ),
        )


def _holding(payments: Sequence[Payment]) -> str:
    """Name the late payments that a sum may hold: they wait for its details with it."""
    if not payments:
        return ""
    named = [f"{each.end_to_end_id} ({money(each.amount)})" for each in payments]
    more = f" and {len(named) - _NAMED} more" if len(named) > _NAMED else ""
    return f"; it may hold {', '.join(named[:_NAMED])}{more}"


def _files(workplace: Workplace) -> Iterator[Waiting]:
    for record in setting_aside.unfinished(workplace):
        # What tells nothing new is read again for what may still come, and nobody waits.
        if record.outcome in {None, "nothing-new"}:
            continue
        choice = held_files.choice(workplace, record.sha256)
        yield Waiting(
            kind=Kind.FILE,
            ref=record.sha256[:16],
            date=dt.date.fromisoformat(record.received_at[:10]),
            amount=None,
            text=f"{record.format or 'file'} {record.name}",
            reason=f"{_why_it_waits(record)}: {record.reason or ''}",
            how=choice.how,
            decide=choice.decide,
            instead=choice.instead,
        )


def _why_it_waits(record: FileRecord) -> str:
    """Return the outcome; of a file of which something is done, that the rest is held."""
    if record.outcome in {"held", "quarantined"}:
        return record.outcome
    return "held in part"
