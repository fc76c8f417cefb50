"""The Flask application: who is asking, in which language, and is the form ours.

Every page but the login needs a person; every form carries a token of the session; the
session ends after a quarter of an hour without a click. The headers forbid scripts.
"""

import hmac
import secrets
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import flask
from werkzeug.exceptions import HTTPException

from simulator import ore, screens
from simulator import state as bank_state
from simulator.netbank import approval, file_services, login, money, orders, texts, world
from simulator.netbank.passwords import Attempts
from simulator.netbank.request import bank
from simulator.refusal import Refused

IDLE = timedelta(minutes=15)
LARGEST_REQUEST = 200 * 1024 * 1024
KILOBYTE = 1000
SECRET = "web_secret"  # noqa: S105 - the setting's name
OPEN_PAGES = ("login.show", "login.enter", "login.language", "static")

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self';"
    " frame-ancestors 'none'; base-uri 'none'"
)


def create(folder: Path, clock: Callable[[], float] = time.time) -> flask.Flask:
    """Make the application for the bank in a folder."""
    app = flask.Flask("simulator.netbank")
    app.config.update(
        SECRET_KEY=_secret(folder),
        PERMANENT_SESSION_LIFETIME=IDLE,
        SESSION_COOKIE_NAME="nettbank",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Strict",
        MAX_CONTENT_LENGTH=LARGEST_REQUEST,
    )
    app.extensions["bank"] = {"folder": folder, "clock": clock, "attempts": Attempts()}
    for pages in (login, money, approval, file_services, orders, world):
        app.register_blueprint(pages.pages)
    app.before_request(_guard)
    app.after_request(_headers)
    app.teardown_appcontext(_close)
    app.context_processor(_everywhere)
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(HTTPException, _failed)
    app.jinja_env.filters["money"] = _money
    app.jinja_env.filters["konto"] = screens.account
    app.jinja_env.filters["size"] = _size
    app.jinja_env.filters["moment"] = lambda text: text.replace("T", " ")[:16]
    return app


def _secret(folder: Path) -> str:
    """Return the key that signs sessions; it lives with the bank, so they survive it."""
    state = bank_state.open_bank(folder)
    try:
        with state.transaction():
            if not state.setting(SECRET):
                state.set_setting(SECRET, secrets.token_hex(32))
        return state.setting(SECRET)
    finally:
        state.connection.close()


def _close(_: BaseException | None) -> None:
    state = flask.g.pop("bank", None)
    if state is not None:
        state.connection.close()


def _guard() -> flask.typing.ResponseReturnValue | None:
    """Let nobody in without a person, and no form in without its token."""
    now = flask.current_app.extensions["bank"]["clock"]()
    if now - flask.session.get("seen", now) > IDLE.total_seconds():
        language = flask.session.get("language", "nb")
        flask.session.clear()
        flask.session["language"] = language
    flask.session.permanent = True
    flask.session["seen"] = now
    flask.session.setdefault("csrf", secrets.token_urlsafe(24))
    if flask.request.method == "POST":
        given = flask.request.form.get("csrf", "")
        if not hmac.compare_digest(given.encode(), flask.session["csrf"].encode()):
            flask.abort(400, "form_expired")
    if flask.request.endpoint in OPEN_PAGES:
        return None
    if flask.session.get("person") is None:
        return flask.redirect(flask.url_for("login.show"))
    return None


def _headers(response: flask.Response) -> flask.Response:
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    if flask.request.endpoint != "static":
        response.headers["Cache-Control"] = "no-store"
    return response


def _everywhere() -> dict[str, Any]:
    language = flask.session.get("language", "nb")
    return {
        "t": lambda key: texts.translated(key, language),
        "state_text": lambda key: texts.state_text(key, language),
        "language": language,
        "person": flask.session.get("person"),
        "csrf": flask.session.get("csrf", ""),
        "kind_text": lambda kind: texts.kind_text(kind, language),
        "n": lambda key, count: texts.counted(key, count, language),
        "bank_name": texts.translated("bank_name", language),
        "now": bank().setting("now"),
        "messages": flask.get_flashed_messages(with_categories=True),
    }


def _money(amount: int) -> str:
    """Write an amount as the language of the page does: a comma in Norwegian."""
    text = ore.readable(amount)
    return text.replace(".", ",") if flask.session.get("language", "nb") == "nb" else text


def _size(count: int) -> str:
    """Write the size of a file as people read it; small ones to the byte."""
    if count < KILOBYTE:
        return f"{count} B"
    text = f"{count / KILOBYTE:.1f} kB"
    return text.replace(".", ",") if flask.session.get("language", "nb") == "nb" else text


def _refused(refusal: Refused) -> flask.typing.ResponseReturnValue:
    return flask.render_template(
        "refused.html", reason=refusal.told(flask.session.get("language", "nb"))
    ), 400


def _failed(error: HTTPException) -> flask.typing.ResponseReturnValue:
    language = flask.session.get("language", "nb")
    key = error.description or ""
    if key not in texts.TEXTS:
        key = {404: "not_found", 413: "too_large"}.get(error.code or 0, "form_expired")
    reason = texts.translated(key, language)
    return flask.render_template("refused.html", reason=reason), error.code or 500
