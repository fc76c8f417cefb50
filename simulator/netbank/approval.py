"""Look at a file of payments line by line; approve or reject them as a person."""

import flask

from simulator import customers, desk
from simulator.netbank import views
from simulator.netbank.request import bank, counted, person, say, word

pages = flask.Blueprint("approval", __name__)


@pages.get("/approve")
def waiting() -> flask.typing.ResponseReturnValue:
    """List the files in which something waits."""
    found = views.waiting_messages(bank(), person())
    codes = {row["id"]: views.code_of(row) for row in found}
    return flask.render_template("approvals.html", waiting=found, codes=codes)


@pages.get("/approve/<int:number>")
def lines(number: int) -> flask.typing.ResponseReturnValue:
    """Show every payment of a file."""
    state = bank()
    message = views.message(state, person(), number)
    if message is None:
        flask.abort(404)
    orders = views.orders(state, person(), number)
    needed = {
        account: customers.agreement(state, account).approvals
        for account in {order.payment["account"] for order in orders}
    }
    return flask.render_template(
        "approve.html",
        message=message,
        code=views.code_of(message),
        orders=orders,
        accounts=sorted(needed),
        two=2 in needed.values(),
    )


@pages.post("/approve/<int:number>")
def decide(number: int) -> flask.typing.ResponseReturnValue:
    """Approve or reject the chosen payments."""
    state = bank()
    message = views.message(state, person(), number)
    if message is None:
        flask.abort(404)
    chosen = tuple(flask.request.form.getlist("payment"))
    here = flask.redirect(flask.url_for("approval.lines", number=number))
    if not chosen:
        say(word("select"), "wrong")
        return here
    act = desk.reject if flask.request.form.get("do") == "reject" else desk.approve
    decided = act(state, person(), message["message_id"], chosen)
    say(f"{word('decided')}: {counted('payment', len(decided.payments))}")
    return here
