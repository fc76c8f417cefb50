"""Log in and out, and the language of the pages."""

import flask

from simulator.netbank import passwords, texts
from simulator.netbank.request import bank, say, word

pages = flask.Blueprint("login", __name__)


@pages.get("/login")
def show() -> flask.typing.ResponseReturnValue:
    """Ask who it is."""
    return flask.render_template("login.html")


@pages.post("/login")
def enter() -> flask.typing.ResponseReturnValue:
    """Let a person in who knows the password."""
    name = flask.request.form.get("name", "").strip()
    extension = flask.current_app.extensions["bank"]
    attempts: passwords.Attempts = extension["attempts"]
    now = extension["clock"]()
    if attempts.is_paused(name, now):
        say(word("login_locked"), "wrong")
        return flask.redirect(flask.url_for("login.show"))
    if not passwords.is_right(bank(), name, flask.request.form.get("password", "")):
        attempts.failed(name, now)
        say(word("login_failed"), "wrong")
        return flask.redirect(flask.url_for("login.show"))
    attempts.succeeded(name)
    language = flask.session.get("language", "nb")
    # A fresh session, so that a token from before the login is worth nothing after it.
    flask.session.clear()
    flask.session.update(person=name, language=language, seen=now)
    return flask.redirect(flask.url_for("money.overview"))


@pages.post("/logout")
def leave() -> flask.typing.ResponseReturnValue:
    """End the session."""
    language = flask.session.get("language", "nb")
    flask.session.clear()
    flask.session["language"] = language
    return flask.redirect(flask.url_for("login.show"))


@pages.post("/language")
def language() -> flask.typing.ResponseReturnValue:
    """Turn to the other language and back to the page."""
    now = flask.session.get("language", "nb")
    flask.session["language"] = texts.LANGUAGES[1 - texts.LANGUAGES.index(now)]
    back = flask.request.form.get("back", "/")
    # Only a path of ours: `//elsewhere` and `/\\elsewhere` would leave the bank.
    ours = back.startswith("/") and not back.startswith(("//", "/\\"))
    return flask.redirect(back if ours else "/")
