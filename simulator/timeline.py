"""Let time pass: everything the bank does by itself happens here, in order of its hour.

Each day is one transaction that also moves the clock, so a bank that is killed in the
middle of a year goes on from the last day that was finished. At one
and the same hour the clearing's money comes first, then the bank's run, then files.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from simulator import (
    approvals,
    bank_calendar,
    debits,
    execution,
    ocr_delivery,
    receipts,
    statements,
)
from simulator.refusal import Refused
from simulator.state import State, text_of
from simulator.wording import counted

LONGEST = timedelta(days=800)


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Happening:
    """Something that the bank does at an hour."""

    at: datetime
    order: int
    kind: str


Told = tuple[str, str]
"""What happened, in English and in Norwegian; empty when nothing did."""


def _told(count: int, text: tuple[str, str], norwegian: tuple[str, str]) -> Told:
    """Return what happened to one thing or to several; nothing where it was none."""
    return (counted(count, *text), counted(count, *norwegian)) if count else ("", "")


def _statements(state: State) -> Told:
    day = state.today - timedelta(days=1)
    statements.make_statements(state, day)
    approvals.expire(state)
    return f"statement of {day}", f"kontoutskrift for {day}"


def _settlement(state: State) -> Told:
    count = receipts.settle(state) + _errands(state)
    statements.notify(state)
    return _told(
        count,
        ("receipt or return booked", "receipts and returns booked"),
        ("innbetaling eller retur bokført", "innbetalinger og returer bokført"),
    )


def _errands(state: State) -> int:
    """Do what was noted for this hour: payments that come back, receipts taken back."""
    due = state.rows(
        "SELECT * FROM errand WHERE done = 0 AND due <= ? ORDER BY due, id",
        text_of(state.now),
    )
    for errand in due:
        ERRANDS[errand["kind"]](state, int(errand["subject"]))
        state.run("UPDATE errand SET done = 1 WHERE id = ?", errand["id"])
    return len(due)


ERRANDS: dict[str, Callable[[State, int], None]] = {
    "return": debits.give_back,
    "reverse": receipts.take_back,
}


def _run(state: State) -> Told:
    count = execution.run(state)
    statements.notify(state)
    return _told(
        count,
        ("payment booked", "payments booked"),
        ("betaling utført", "betalinger utført"),
    )


def _ocr(state: State) -> Told:
    count = ocr_delivery.deliver(state)
    if state.now.time() >= state.profile.ocr_deliveries[-1]:
        statements.notify(state, daily=True)
    return _told(
        count,
        ("receipt in OCR giro", "receipts in OCR giro"),
        ("innbetaling i OCR giro", "innbetalinger i OCR giro"),
    )


DOES: dict[str, Callable[[State], Told]] = {
    "statement": _statements,
    "settlement": _settlement,
    "run": _run,
    "ocr": _ocr,
}


def of_day(state: State, day: date) -> list[Happening]:
    """Return what happens on one day, in order."""
    profile = state.profile
    hours = []
    if bank_calendar.is_bank_day(day - timedelta(days=1)):
        hours.append((profile.statement_hour, 0, "statement"))
    if bank_calendar.is_bank_day(day):
        hours += [(hour, 1, "settlement") for hour in profile.settlements]
        hours += [(hour, 2, "run") for hour in execution.runs_of(state, day)]
        hours += [(hour, 3, "ocr") for hour in profile.ocr_deliveries]
    return sorted(
        Happening(at=datetime.combine(day, hour), order=order, kind=kind)
        for hour, order, kind in hours
    )


def between(state: State, after: datetime, until: datetime) -> Iterator[Happening]:
    """Yield what happens after a time and not after another."""
    day = after.date()
    while day <= until.date():
        for happening in of_day(state, day):
            if after < happening.at <= until:
                yield happening
        day += timedelta(days=1)


def next_run(state: State) -> datetime:
    """Return the time of the next run."""
    for happening in between(state, state.now, state.now + timedelta(days=30)):
        if happening.kind == "run":
            return happening.at
    raise AssertionError("a month without a bank day")


def advance(state: State, until: datetime) -> list[dict[str, str]]:
    """Move the clock; return what happened on the way."""
    start = state.now
    if until < start:
        raise Refused(
            f"the clock stands at {text_of(start)} and only goes forward.",
            norwegian=f"klokken står på {text_of(start)} og går bare framover.",
        )
    if until - start > LONGEST:
        raise Refused(
            f"at most {LONGEST.days} days at a time.",
            norwegian=f"høyst {LONGEST.days} dager om gangen.",
        )
    told: list[dict[str, str]] = []
    for _, day in groupby(between(state, start, until), key=lambda h: h.at.date()):
        with state.transaction():
            # Another process may have moved the same clock meanwhile.
            reached = state.now
            told += [_happen(state, one) for one in day if one.at > reached]
    with state.transaction():
        state.set_setting("now", text_of(max(until, state.now)))
    return [one for one in told if one["text"]]


def _happen(state: State, happening: Happening) -> dict[str, str]:
    state.set_setting("now", text_of(happening.at))
    text, norwegian = DOES[happening.kind](state)
    if text:
        state.note(happening.kind, text, norwegian)
    return {"at": text_of(happening.at), "kind": happening.kind, "text": text}
