"""The world outside: time, other people's money, closed accounts, and armed faults."""

from datetime import datetime, timedelta

import flask

from simulator import customers, faults, receipts, timeline
from simulator.netbank import views
from simulator.netbank.request import account, bank, person, say, word
from simulator.refusal import Refused
from simulator.state import State

pages = flask.Blueprint("world", __name__)


@pages.get("/world")
def show() -> flask.typing.ResponseReturnValue:
    """Show what may be done to the simulated world."""
    state = bank()
    return flask.render_template(
        "world.html",
        accounts=views.accounts(state, person()),
        next_run=timeline.next_run(state),
        faults=faults.FAULTS,
        groups=tuple(dict.fromkeys(one.group for one in faults.FAULTS)),
        armed=faults.armed(state),
        happenings=views.happenings(state, person(), 25),
    )


def _back() -> flask.typing.ResponseReturnValue:
    return flask.redirect(flask.url_for("world.show"))


@pages.post("/world/time")
def let_pass() -> flask.typing.ResponseReturnValue:
    """Move the clock."""
    state = bank()
    happened = timeline.advance(state, _until(state))
    for one in happened[-12:]:
        say(f"{one['at'].replace('T', ' ')[:16]}  {one['text']}")
    say(f"{word('bank_time')}: {state.setting('now').replace('T', ' ')[:16]}")
    return _back()


def _until(state: State) -> datetime:
    asked = flask.request.form
    if asked.get("go") == "run":
        return timeline.next_run(state)
    if asked.get("go") in ("1", "7"):
        return state.now + timedelta(days=int(asked["go"]))
    try:
        moment = datetime.fromisoformat(asked.get("until", ""))
    except ValueError:
        raise Refused(
            f"{asked.get('until')!r}: write a time as 2026-11-02T09:00."
        ) from None
    return moment.replace(tzinfo=None, microsecond=0)


@pages.post("/world/pay-in")
def pay_in() -> flask.typing.ResponseReturnValue:
    """Let somebody pay in."""
    asked = flask.request.form
    row = account(asked.get("account", ""))
    state = bank()
    with state.transaction():
        done = receipts.pay_in(
            state,
            row["number"],
            asked.get("amount", ""),
            kid=asked.get("kid", "").strip(),
            text=asked.get("text", "").strip(),
            payer=asked.get("from", "").strip(),
        )
    say(f"{done['amount']} → {done['booked_at']}")
    return _back()


@pages.post("/world/charge")
def charge() -> flask.typing.ResponseReturnValue:
    """Book a fee, a card purchase or interest."""
    asked = flask.request.form
    row = account(asked.get("account", ""))
    state = bank()
    with state.transaction():
        done = receipts.charge(
            state,
            row["number"],
            asked.get("amount", ""),
            asked.get("text", ""),
            _entry_kind(asked.get("kind", "charge")),
        )
    say(f"{done['amount']} {done['text']}")
    return _back()


def _entry_kind(kind: str) -> str:
    if kind not in receipts.ENTRY_TEXTS:
        flask.abort(400)
    return kind


@pages.post("/world/payee")
def payee() -> flask.typing.ResponseReturnValue:
    """Close an account in another bank, let it send money back, or open it."""
    asked = flask.request.form
    state = bank()
    with state.transaction():
        customers.set_payee(
            state,
            asked.get("number", ""),
            {
                "closed": int(asked.get("do") == "close"),
                "returns": int(asked.get("do") == "return"),
            },
        )
    say(word("decided"))
    return _back()


@pages.post("/world/fault")
def fault() -> flask.typing.ResponseReturnValue:
    """Arm a fault."""
    asked = flask.request.form
    state = bank()
    with state.transaction():
        done = faults.arm(state, asked.get("name", ""), asked.get("settings", "").split())
    say(f"{done['fault']} {word('armed')}")
    return _back()
