"""A run: due and approved payments are executed, as far as the money reaches.

Money is given in order of arrival and never below what is available; a payment that does
not fit is held and tried again at every run, and after the bank's days rejected (AM04).
A batch that is booked as one sum (salary) is executed wholly or not at all.
"""

from collections.abc import Sequence
from datetime import date, time
from itertools import groupby
from typing import Any

from simulator import answers, approvals, bank_calendar, bookings, customers, receipts
from simulator.bookings import Booking, Movement
from simulator.state import State, text_of

SALARY = ("SALA", "PENS")


def run(state: State) -> int:
    """Execute what is due now; return how many payments were booked."""
    ready = state.rows(
        "SELECT payment.*, message.message_id FROM payment"
        " JOIN message ON message.id = payment.message"
        " WHERE payment.state IN ('due', 'held') AND execution <= ? AND approved < ?"
        " ORDER BY payment.id",
        state.today.isoformat(),
        text_of(state.now),
    )
    closed = [p for p in ready if _payee(state, p)["closed"]]
    approvals.end(
        state,
        [p["id"] for p in closed],
        "rejected",
        "AC04",
        "the payee's account is closed",
    )
    gone = {p["id"] for p in closed}
    payable, short = _affordable(state, [p for p in ready if p["id"] not in gone])
    _book(state, payable)
    _hold(state, short)
    return len(payable)


def _payee(state: State, payment: Any) -> dict[str, object]:
    return customers.kar(state, payment["creditor_account"])


def _unit(payment: Any) -> tuple[Any, ...]:
    """Payments that stand or fall together have the same key."""
    together = payment["batch_booking"] == "true"
    return (
        payment["message"],
        payment["payment_information_id"],
        0 if together else payment["id"],
    )


def _affordable(state: State, payments: Sequence[Any]) -> tuple[list[Any], list[Any]]:
    """Part payments into those that the accounts can bear, in order of arrival, and not."""
    left: dict[str, int] = {}
    payable: list[Any] = []
    short: list[Any] = []
    for _, group in groupby(payments, key=_unit):
        unit = list(group)
        account = unit[0]["account"]
        funds = left.setdefault(account, bookings.available(state, account))
        wanted = sum(p["amount"] for p in unit)
        if wanted <= funds:
            left[account] = funds - wanted
            payable += unit
        else:
            short += unit
    return payable, short


def _lump_key(state: State, payment: Any) -> tuple[Any, ...]:
    """Payments that become one entry of the statement have the same key."""
    told_elsewhere = customers.agreement(state, payment["account"]).camt054
    lump = payment["batch_booking"] == "true" or (
        told_elsewhere and payment["batch_booking"] != "false"
    )
    return (
        payment["message"],
        payment["payment_information_id"],
        0 if lump else payment["id"],
    )


def _book(state: State, payments: Sequence[Any]) -> None:
    for key, group in groupby(payments, key=lambda p: _lump_key(state, p)):
        _debit(state, list(group), is_lump=key[-1] == 0)
    inside = [p for p in payments if _is_here(state, p["creditor_account"])]
    inside.sort(key=lambda p: (p["creditor_account"], p["id"]))
    for account, group in groupby(inside, key=lambda p: str(p["creditor_account"])):
        incoming = [_incoming(state, p) for p in group]
        receipts.credit(state, account, incoming, bookings.TRANSFER, 0)


def _is_here(state: State, number: str) -> bool:
    return state.one("SELECT 1 FROM account WHERE number = ?", number) is not None


def _debit(state: State, payments: Sequence[Any], *, is_lump: bool) -> None:
    """Book one entry. Money to an account here goes over `transfer`, the rest outside."""
    # One entry has one contra side; the two kinds meet in one lump only by splitting it.
    for here, group in groupby(
        sorted(payments, key=lambda p: _is_here(state, p["creditor_account"])),
        key=lambda p: _is_here(state, p["creditor_account"]),
    ):
        part = list(group)
        _debit_entry(state, part, bookings.TRANSFER if here else bookings.OUTSIDE, is_lump)


def _debit_entry(state: State, payments: Sequence[Any], contra: str, is_lump: bool) -> None:
    first = payments[0]
    agreement = customers.agreement(state, first["account"])
    movements = [_outgoing(state, p) for p in payments]
    kind = "salary" if first["category"] in SALARY else "payment"
    entry = bookings.post(
        state,
        Booking(
            account=first["account"],
            kind=kind,
            text=_text(payments, kind, is_lump),
            contra=contra,
            amount=sum(m.amount for m in movements),
            movements=movements,
            reference=bookings.reference(state, "LS", 9) if is_lump else "",
            message_id=first["message_id"],
            payment_information_id=first["payment_information_id"],
            lump=is_lump,
            told=not agreement.camt054,
            notify=agreement.camt054,
        ),
    )
    for payment, row in zip(
        payments,
        state.rows("SELECT id FROM detail WHERE entry = ? ORDER BY id", entry),
        strict=True,
    ):
        state.run(
            "UPDATE payment SET state = 'booked', ended = ?, detail = ?, reason_code = '',"
            " reason_text = '' WHERE id = ?",
            text_of(state.now),
            row["id"],
            payment["id"],
        )


def _text(payments: Sequence[Any], kind: str, is_lump: bool) -> str:
    if kind == "salary":
        return f"Lønn, {len(payments)} betalinger" if is_lump else "Lønn"
    if is_lump:
        return f"Betalinger, {len(payments)} transaksjoner"
    return f"Til: {payments[0]['creditor']}"


def _outgoing(state: State, payment: Any) -> Movement:
    return Movement(
        amount=-payment["amount"],
        reference=bookings.reference(state, "AS", 7),
        end_to_end_id=payment["end_to_end_id"],
        message_id=payment["message_id"],
        payment_information_id=payment["payment_information_id"],
        instruction_id=payment["instruction_id"],
        kid=payment["kid"],
        text=payment["text"],
        documents=payment["documents"],
        counterparty=payment["creditor"],
        counterparty_account=payment["creditor_account"],
        ordered=payment["requested"],
    )


def _incoming(state: State, payment: Any) -> Movement:
    payer = state.one("SELECT owner FROM account WHERE number = ?", payment["account"])
    return Movement(
        amount=payment["amount"],
        reference=bookings.archive_reference(state),
        end_to_end_id=payment["end_to_end_id"],
        kid=payment["kid"],
        text=payment["text"],
        documents=payment["documents"],
        counterparty=payer["owner"],
        counterparty_account=payment["account"],
        ordered=payment["requested"],
    )


def _hold(state: State, payments: Sequence[Any]) -> None:
    """Keep payments without funds for the next run, or give them up after the days."""
    fresh = [p["id"] for p in payments if p["state"] == "due"]
    for number in fresh:
        state.run(
            "UPDATE payment SET state = 'held', held_since = ?, reason_code = 'AM04',"
            " reason_text = 'not enough money; tried again at every run' WHERE id = ?",
            text_of(state.now),
            number,
        )
    if fresh:
        answers.changes(state, fresh)
    is_last_run = state.now.time() >= runs_of(state, state.today)[-1]
    tired = [
        p["id"]
        for p in payments
        if p["state"] == "held"
        and is_last_run
        and bank_calendar.bank_days_between(
            state.today.fromisoformat(p["held_since"][:10]), state.today
        )
        >= state.profile.retry_days
    ]
    approvals.end(state, tired, "rejected", "AM04", "not enough money; given up")


def runs_of(state: State, day: date) -> tuple[time, ...]:
    """Return the hours of a bank day's runs."""
    profile = state.profile
    if not bank_calendar.is_short_day(day):
        return profile.runs
    early = [hour for hour in profile.runs if hour < profile.short_day_last_run]
    return (*early, profile.short_day_last_run)
