"""A run: due and approved payments are executed, as far as the money reaches.

Money is given in order of arrival and never below what is available; a payment that does
not fit is held and tried again at every run, and after the bank's days rejected (AM04).
A batch that is booked as one sum (salary) is executed wholly or not at all. Transfers to
the customer's own accounts and instant payments need no run.
"""

from collections.abc import Sequence
from datetime import date, datetime, time
from itertools import groupby
from typing import Any

from simulator import (
    answers,
    approvals,
    bank_calendar,
    bookings,
    customers,
    debits,
    exchange,
    faults,
)
from simulator.state import State, text_of

READY = (
    "SELECT payment.*, message.message_id FROM payment"
    " JOIN message ON message.id = payment.message"
    " WHERE payment.state IN ('due', 'held') AND execution <= ? AND approved {} ?"
    " {} ORDER BY payment.id"
)


def run(state: State) -> int:
    """Execute what is due now; return how many payments were booked."""
    ready = state.rows(READY.format("<", ""), state.today.isoformat(), text_of(state.now))
    return execute(state, ready)


def at_once(state: State) -> int:
    """Execute what waits for no run: own transfers and instant payments just approved."""
    ready = state.rows(
        READY.format("<=", "AND kind IN ('own', 'instant')"),
        state.today.isoformat(),
        text_of(state.now),
    )
    return execute(state, ready)


def execute(state: State, ready: Sequence[Any]) -> int:
    """Reject, book or hold these payments; return how many were booked."""
    refused = [p for p in ready if customers.kar(state, p["creditor_account"])["closed"]]
    approvals.end(
        state,
        [p["id"] for p in refused],
        "rejected",
        "AC04",
        "the payee's account is closed",
    )
    ready = _without(ready, refused)
    late = faults.some(state, "late_reject", ready)
    approvals.end(
        state, [p["id"] for p in late], "rejected", "MS03", "not executed, reason not given"
    )
    ready = _without(ready, late)
    payable, short = _affordable(state, ready)
    payable = faults.first_part(state, "partial_batch", payable)
    debits.book(state, payable)
    _come_back_later(state, payable)
    _hold(state, short)
    return len(payable)


def _without(payments: Sequence[Any], gone: Sequence[Any]) -> list[Any]:
    numbers = {p["id"] for p in gone}
    return [p for p in payments if p["id"] not in numbers]


def _unit(payment: Any) -> tuple[Any, ...]:
    """Payments that stand or fall together have the same key."""
    together = payment["batch_booking"] == "true"
    return (
        payment["message"],
        payment["payment_information_id"],
        0 if together else payment["id"],
    )


def cost(state: State, payment: Any) -> int:
    """Return what a payment takes from the account today, in øre, without charges."""
    if payment["kind"] != "foreign":
        return int(payment["amount"])
    found = exchange.rate(state, payment["currency"], state.today)
    return exchange.in_nok(payment["amount"], found)


def _affordable(state: State, payments: Sequence[Any]) -> tuple[list[Any], list[Any]]:
    """Part payments into those that the accounts can bear, in order of arrival, and not."""
    left: dict[str, int] = {}
    payable: list[Any] = []
    short: list[Any] = []
    for _, group in groupby(payments, key=_unit):
        unit = list(group)
        account = unit[0]["account"]
        funds = left.setdefault(account, bookings.available(state, account))
        wanted = sum(cost(state, p) + debits.charge_of(state, p) for p in unit)
        if wanted <= funds:
            left[account] = funds - wanted
            payable += unit
        else:
            short += unit
    return payable, short


def _hold(state: State, payments: Sequence[Any]) -> None:
    """Keep payments without funds for the next run, or give them up after the days."""
    instant = [p["id"] for p in payments if p["kind"] == "instant"]
    approvals.end(state, instant, "rejected", "AM04", "not enough money")
    payments = [p for p in payments if p["kind"] != "instant"]
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
    if not _is_last_run(state):
        return
    tired = [
        p["id"]
        for p in payments
        if p["state"] == "held"
        and _days_since(state, p["held_since"]) >= _retry_days(state)
    ]
    approvals.end(state, tired, "rejected", "AM04", "not enough money; given up")


def _is_last_run(state: State) -> bool:
    is_open = bank_calendar.is_bank_day(state.today)
    return is_open and state.now.time() >= runs_of(state, state.today)[-1]


def _days_since(state: State, moment: str) -> int:
    began = datetime.fromisoformat(moment).date()
    return bank_calendar.bank_days_between(began, state.today)


def _retry_days(state: State) -> int:
    return state.profile.retry_days


def _come_back_later(state: State, payments: Sequence[Any]) -> None:
    """Note which payments their receiver's bank will send back."""
    day = bank_calendar.add_bank_days(state.today, state.profile.return_days)
    due = text_of(datetime.combine(day, state.profile.return_hour))
    for payment in payments:
        if customers.kar(state, payment["creditor_account"])["returns"]:
            state.run(
                "INSERT INTO errand (due, kind, subject) VALUES (?, 'return', ?)",
                due,
                str(payment["id"]),
            )


def runs_of(state: State, day: date) -> tuple[time, ...]:
    """Return the hours of a bank day's runs."""
    profile = state.profile
    if not bank_calendar.is_short_day(day):
        return profile.runs
    early = [hour for hour in profile.runs if hour < profile.short_day_last_run]
    return (*early, profile.short_day_last_run)
