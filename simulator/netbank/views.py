"""What the pages show: questions to the state, limited to what a person has rights to."""

import json
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from simulator import uploads
from simulator.execution import cost
from simulator.state import State

MOVEMENTS_SHOWN = 200
DAYS_SHOWN = 31
MINE = "SELECT account FROM person_right WHERE person = ?"


def accounts(state: State, person: str) -> list[Any]:
    """Return a person's accounts with what waits on each."""
    return state.rows(
        "SELECT account.*, (SELECT COUNT(*) FROM payment WHERE payment.account ="  # noqa: S608
        " account.number AND payment.state = 'waiting') AS waiting FROM account"
        f" WHERE number IN ({MINE}) ORDER BY opened, number",
        person,
    )


def customers_of(state: State, person: str) -> list[str]:
    """Return the organisation numbers of a person's accounts."""
    rows = state.rows(
        f"SELECT DISTINCT orgnr FROM account WHERE number IN ({MINE}) ORDER BY orgnr",  # noqa: S608
        person,
    )
    return [str(row["orgnr"]) for row in rows]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """An entry with the balance after it and its movements."""

    entry: Any
    balance: int
    details: list[Any]


def movements(state: State, account: Any) -> list[Line]:
    """Return the newest entries of an account first, each with the balance after it."""
    rows = state.rows(
        "SELECT * FROM entry WHERE account = ? ORDER BY id DESC LIMIT ?",
        account["number"],
        MOVEMENTS_SHOWN,
    )
    balance = int(account["balance"])
    lines = []
    for row in rows:
        details = state.rows("SELECT * FROM detail WHERE entry = ? ORDER BY id", row["id"])
        lines.append(Line(entry=row, balance=balance, details=details))
        balance -= row["amount"]
    return lines


def happenings(state: State, person: str, count: int = 8) -> list[Any]:
    """Return what happened last that concerns everybody or a person's customers."""
    return state.rows(
        "SELECT * FROM happening WHERE customer = '' OR customer IN"  # noqa: S608
        f" (SELECT orgnr FROM account WHERE number IN ({MINE})) ORDER BY id DESC LIMIT ?",
        person,
        count,
    )


def return_files(state: State, person: str) -> list[Any]:
    """Return the files a person may fetch, newest first."""
    return state.rows(
        "SELECT file.id, name, kind, created, collected, exported, length(body) AS size"  # noqa: S608
        " FROM file WHERE visible <= ? AND customer IN"
        f" (SELECT orgnr FROM account WHERE number IN ({MINE})) ORDER BY id DESC",
        state.setting("now"),
        person,
    )


def messages(state: State, person: str) -> list[Any]:
    """Return the files that were uploaded for a person's customers, newest first."""
    return state.rows(
        "SELECT message.* FROM message WHERE customer IN"  # noqa: S608
        f" (SELECT orgnr FROM account WHERE number IN ({MINE})) ORDER BY id DESC",
        person,
    )


def message(state: State, person: str, number: int) -> Any:
    """Return one of them, or None."""
    found = [row for row in messages(state, person) if row["id"] == number]
    return found[0] if found else None


def code_of(row: Any) -> str:
    """Return the control code of an uploaded file."""
    return uploads.control_code(row["body"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A payment with what a person must look at before approving it."""

    payment: Any
    signatures: list[str]
    changed_payee: bool
    documents: list[Any]


def orders(state: State, person: str, message_number: int) -> list[Order]:
    """Return the payments of a file on a person's accounts."""
    rows = state.rows(
        f"SELECT * FROM payment WHERE message = ? AND account IN ({MINE}) ORDER BY id",  # noqa: S608
        message_number,
        person,
    )
    return [
        Order(
            payment=row,
            signatures=[
                str(a["person"])
                for a in state.rows(
                    "SELECT person FROM approval WHERE payment = ? ORDER BY at", row["id"]
                )
            ],
            changed_payee=_is_changed(state, row),
            documents=json.loads(row["documents"]),
        )
        for row in rows
    ]


def _is_changed(state: State, payment: Any) -> bool:
    """Say whether this payee was ordered before on another account, and never on this."""
    earlier = state.rows(
        "SELECT DISTINCT creditor_account FROM payment WHERE creditor = ? AND id < ?"
        " AND message != ? AND account = ? AND category NOT IN ('SALA', 'PENS')",
        payment["creditor"],
        payment["id"],
        payment["message"],
        payment["account"],
    )
    known = {row["creditor_account"] for row in earlier}
    return bool(known) and payment["creditor_account"] not in known


def waiting_messages(state: State, person: str) -> list[Any]:
    """Return the files in which something waits for this person's approval."""
    return state.rows(
        "SELECT message.*, COUNT(payment.id) AS waiting, SUM(payment.amount) AS rest,"  # noqa: S608
        " MIN(execution) AS first_day, MAX(execution) AS last_day FROM message"
        " JOIN payment ON payment.message = message.id"
        f" WHERE payment.state = 'waiting' AND payment.account IN ({MINE})"
        " AND NOT EXISTS (SELECT 1 FROM approval WHERE approval.payment = payment.id"
        " AND approval.person = ?) GROUP BY message.id ORDER BY message.id",
        person,
        person,
    )


def due(state: State, person: str) -> list[Any]:
    """Return what falls due, in order of its day."""
    return state.rows(
        "SELECT * FROM payment WHERE state IN ('waiting', 'due', 'held')"  # noqa: S608
        f" AND account IN ({MINE}) ORDER BY execution, id",
        person,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """A month of an account's money, as points of a picture 640 wide and 200 high."""

    account: Any
    approved: str
    """The step line of what is approved, as SVG points."""
    everything: str
    """The same with what is not approved yet."""
    zero: float
    """Height of the line of no money."""
    top: int
    bottom: int
    lowest: int
    lowest_day: date
    days: list[tuple[float, date]]


WIDTH, HEIGHT, MARGIN = 640.0, 200.0, 10.0


def plot(state: State, account: Any, payments: list[Any]) -> Plot:
    """Draw how an account's money goes down as payments fall due."""
    days = [state.today + timedelta(days=n) for n in range(DAYS_SHOWN)]
    mine = [p for p in payments if p["account"] == account["number"]]
    both = [
        _levels(state, account, [p for p in mine if p["state"] != "waiting"], days),
        _levels(state, account, mine, days),
    ]
    top = max(0, *both[0], *both[1])
    bottom = min(0, *both[0], *both[1])
    scale = (HEIGHT - 2 * MARGIN) / max(1, top - bottom)

    def height(ore: int) -> float:
        return round(MARGIN + (top - ore) * scale, 1)

    step = WIDTH / DAYS_SHOWN
    lowest = min(both[1])
    return Plot(
        account=account,
        approved=_points(both[0], step, height),
        everything=_points(both[1], step, height),
        zero=height(0),
        top=top,
        bottom=bottom,
        lowest=lowest,
        lowest_day=days[both[1].index(lowest)],
        days=[(round(n * step, 1), days[n]) for n in range(0, DAYS_SHOWN, 7)],
    )


def _levels(state: State, account: Any, payments: list[Any], days: list[date]) -> list[int]:
    left = int(account["balance"])
    levels = []
    for day in days:
        falling = [
            p
            for p in payments
            if p["execution"] == day.isoformat()
            or (day == days[0] and p["execution"] < day.isoformat())
        ]
        left -= sum(cost(state, p) for p in falling)
        levels.append(left)
    return levels


def _points(levels: list[int], step: float, height: Any) -> str:
    points = []
    for number, level in enumerate(levels):
        points += [(number * step, height(level)), ((number + 1) * step, height(level))]
    return " ".join(f"{x:.1f},{y}" for x, y in points)
