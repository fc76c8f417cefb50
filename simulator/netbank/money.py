"""Accounts and movements, the due register and the month's liquidity."""

import flask

from simulator.netbank import views
from simulator.netbank.request import account, bank, person

pages = flask.Blueprint("money", __name__)


@pages.get("/")
def overview() -> flask.typing.ResponseReturnValue:
    """Show the accounts, what waits and what happened."""
    state = bank()
    files = views.return_files(state, person())
    return flask.render_template(
        "overview.html",
        accounts=views.accounts(state, person()),
        waiting=views.waiting_messages(state, person()),
        new_files=sum(not (f["collected"] or f["exported"]) for f in files),
        happenings=views.happenings(state, person()),
    )


@pages.get("/account/<number>")
def movements(number: str) -> flask.typing.ResponseReturnValue:
    """Show an account's movements."""
    row = account(number)
    lines = views.movements(bank(), row)
    return flask.render_template("account.html", account=row, lines=lines)


@pages.get("/due")
def due() -> flask.typing.ResponseReturnValue:
    """Show what falls due and what it does to the money."""
    state = bank()
    payments = views.due(state, person())
    plots = [views.plot(state, a, payments) for a in views.accounts(state, person())]
    return flask.render_template("due.html", payments=payments, plots=plots)
