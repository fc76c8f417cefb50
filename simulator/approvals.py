"""A person with rights approves payments, rejects them, or lets them grow old.

The law wants an identified person behind every payment, so nothing is executed on the
books' word alone. Where the agreement says two, they are two different people.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from simulator import answers, bank_calendar, checks, customers, ore
from simulator.refusal import Refused
from simulator.state import State, text_of
from simulator.wording import counted

AT_ONCE = ("own", "instant")
"""Kinds that need no run: they are executed when approved, on any day."""

UNDECIDED = ("waiting",)
BEFORE_THE_RUN = ("waiting", "due", "held")


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What an approval or a rejection did."""

    payments: list[Any]
    """The payments as they stand afterwards."""
    complete: int
    """How many of them need nobody more."""


def _chosen(
    state: State, message_id: str | None, end_to_end_id: str | None, states: tuple[str, ...]
) -> list[Any]:
    """Return the payments that a person points at and that may still be decided."""
    known = state.rows(
        "SELECT payment.* FROM payment JOIN message ON message.id = payment.message"
        " WHERE message.state = 'received' AND (? IS NULL OR message.message_id = ?)"
        " AND (? IS NULL OR end_to_end_id = ?) ORDER BY payment.id",
        message_id,
        message_id,
        end_to_end_id,
        end_to_end_id,
    )
    if not known and message_id is not None:
        what = f"{message_id}" + (f", payment {end_to_end_id}" if end_to_end_id else "")
        raise Refused(f"{what}: the bank has received no such file or payment.")
    return [payment for payment in known if payment["state"] in states]


def _allowed(state: State, payments: list[Any], person: str, *, every: bool) -> list[Any]:
    """Return those the person has rights to; pointing at another's is refused with AG08."""
    mine = [p for p in payments if customers.has_right(state, person, p["account"])]
    if every or len(mine) == len(payments):
        return mine
    other = next(p for p in payments if p not in mine)
    raise Refused(
        f"{person} has no right to approve on account {other['account']}.",
        "AG08",
        f"{person} kan ikke godkjenne på konto {other['account']}.",
    )


def approve(
    state: State, person: str, message_id: str | None, end_to_end_id: str | None = None
) -> Decision:
    """Approve a file, one payment of it, or (message_id None) all that wait."""
    customers.known_person(state, person)
    waiting = _chosen(state, message_id, end_to_end_id, UNDECIDED)
    if message_id is not None and not waiting:
        raise Refused(
            f"{message_id}: nothing in it waits for approval.",
            norwegian=f"{message_id}: ingenting i filen venter på godkjenning.",
        )
    mine = _allowed(state, waiting, person, every=message_id is None)
    fresh = [p for p in mine if not _has_approved(state, p["id"], person)]
    if mine and not fresh:
        raise Refused(
            f"{person} has approved this already; another person must follow.",
            norwegian=f"{person} har alt godkjent dette; nå må en annen person godkjenne.",
        )
    _within_limits(state, person, fresh)
    complete = [_sign(state, payment, person) for payment in fresh]
    moved = [number for number, was_moved in complete if was_moved]
    if moved:
        answers.changes(state, moved)
    if fresh:
        state.note(
            "approve",
            f"{person} approved {counted(len(fresh), 'payment', 'payments')}",
            f"{person} godkjente {counted(len(fresh), 'betaling', 'betalinger')}",
            state.owner_of(fresh[0]["account"]),
        )
    after = [state.one("SELECT * FROM payment WHERE id = ?", p["id"]) for p in fresh]
    return Decision(payments=after, complete=sum(p["state"] == "due" for p in after))


def _within_limits(state: State, person: str, payments: list[Any]) -> None:
    """Refuse what would take a person above the day's limit on an account."""
    for row in state.rows(
        "SELECT account, limit_ore FROM person_right"
        " WHERE person = ? AND limit_ore IS NOT NULL",
        person,
    ):
        signed = state.one(
            "SELECT COALESCE(SUM(amount), 0) AS total FROM approval"
            " JOIN payment ON payment.id = approval.payment"
            " WHERE person = ? AND account = ? AND substr(at, 1, 10) = ?",
            person,
            row["account"],
            state.today.isoformat(),
        )["total"]
        asked = sum(p["amount"] for p in payments if p["account"] == row["account"])
        if signed + asked > row["limit_ore"]:
            raise Refused(
                f"{person} may approve {ore.plain(row['limit_ore'])} a day on "
                f"{row['account']}; with this it would be {ore.plain(signed + asked)}.",
                "AM02",
                f"{person} kan godkjenne {ore.plain(row['limit_ore'])} om dagen på "
                f"{row['account']}; med dette blir det {ore.plain(signed + asked)}.",
            )


def _has_approved(state: State, payment: int, person: str) -> bool:
    row = state.one(
        "SELECT 1 FROM approval WHERE payment = ? AND person = ?", payment, person
    )
    return row is not None


def _sign(state: State, payment: Any, person: str) -> tuple[int, bool]:
    """Sign one payment; say whether the last needed signature came after its date."""
    state.run(
        "INSERT INTO approval VALUES (?, ?, ?)", payment["id"], person, text_of(state.now)
    )
    signed = state.one(
        "SELECT COUNT(*) AS n FROM approval WHERE payment = ?", payment["id"]
    )["n"]
    if signed < customers.agreement(state, payment["account"]).approvals:
        return payment["id"], False
    wanted = date.fromisoformat(payment["execution"])
    needs_a_run = payment["kind"] not in AT_ONCE
    possible = (
        checks.execution_date(wanted, state.today)
        if needs_a_run
        else max(wanted, state.today)
    ).isoformat()
    state.run(
        "UPDATE payment SET state = 'due', approved = ?, execution = ? WHERE id = ?",
        text_of(state.now),
        possible,
        payment["id"],
    )
    return payment["id"], possible != payment["execution"]


def reject(
    state: State, person: str, message_id: str | None, end_to_end_id: str | None = None
) -> Decision:
    """Delete payments before the run takes them; the customer is told RJCT CUST."""
    customers.known_person(state, person)
    open_ones = _chosen(state, message_id, end_to_end_id, BEFORE_THE_RUN)
    if message_id is not None and not open_ones:
        raise Refused(
            f"{message_id}: nothing in it can be rejected any more.",
            norwegian=f"{message_id}: ingenting i filen kan avvises lenger.",
        )
    mine = _allowed(state, open_ones, person, every=message_id is None)
    end(state, [p["id"] for p in mine], "cancelled", "CUST", f"cancelled by {person}")
    if mine:
        state.note(
            "reject",
            f"{person} cancelled {counted(len(mine), 'payment', 'payments')}",
            f"{person} slettet {counted(len(mine), 'betaling', 'betalinger')}",
            state.owner_of(mine[0]["account"]),
        )
    after = [state.one("SELECT * FROM payment WHERE id = ?", p["id"]) for p in mine]
    return Decision(payments=after, complete=len(after))


def end(state: State, payments: list[int], final: str, code: str, text: str) -> None:
    """End payments without a booking and tell the customer."""
    for payment in payments:
        state.run(
            "UPDATE payment SET state = ?, reason_code = ?, reason_text = ?, ended = ?"
            " WHERE id = ?",
            final,
            code,
            text,
            text_of(state.now),
            payment,
        )
    if payments:
        answers.changes(state, payments)


def expire(state: State) -> None:
    """Drop what nobody approved within the bank's days."""
    old = [
        row["id"]
        for row in state.rows(
            "SELECT payment.id, message.received FROM payment"
            " JOIN message ON message.id = payment.message WHERE payment.state = 'waiting'"
        )
        if bank_calendar.bank_days_between(
            state.today.fromisoformat(row["received"][:10]), state.today
        )
        > state.profile.approval_days
    ]
    end(state, old, "rejected", "NARR", "not approved in time")
