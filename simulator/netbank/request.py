"""What every page asks first: which bank, which person, may that person see this."""

from typing import Any

import flask

from simulator import customers
from simulator import state as bank_state
from simulator.netbank import texts
from simulator.state import State


def bank() -> State:
    """Return the bank, opened once for a request."""
    if "bank" not in flask.g:
        flask.g.bank = bank_state.open_bank(flask.current_app.extensions["bank"]["folder"])
    found: State = flask.g.bank
    return found


def person() -> str:
    """Return who is logged in."""
    return str(flask.session["person"])


def account(number: str) -> Any:
    """Return one of the person's accounts; to others the page does not exist."""
    row = bank().one("SELECT * FROM account WHERE number = ?", number)
    if row is None or not customers.has_right(bank(), person(), number):
        flask.abort(404)
    return row


def say(text: str, kind: str = "done") -> None:
    """Show a line at the top of the next page."""
    flask.flash(text, kind)


def counted(key: str, count: int) -> str:
    """Return a number of things in the language of the session."""
    return texts.counted(key, count, flask.session.get("language", "nb"))


def word(key: str) -> str:
    """Return a text in the language of the session."""
    return texts.translated(key, flask.session.get("language", "nb"))
