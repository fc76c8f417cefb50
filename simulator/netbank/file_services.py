"""File services: upload with a receipt, the list of return files, and fetching them."""

import io

import flask

from simulator import desk
from simulator.netbank import views
from simulator.netbank.request import bank, person, say
from simulator.state import text_of

pages = flask.Blueprint("files", __name__)


@pages.get("/files")
def overview() -> flask.typing.ResponseReturnValue:
    """Show the upload form and the files of both directions."""
    state = bank()
    uploaded = views.messages(state, person())
    return flask.render_template(
        "files.html",
        uploaded=uploaded,
        codes={row["id"]: views.code_of(row) for row in uploaded},
        files=views.return_files(state, person()),
    )


@pages.post("/files")
def upload() -> flask.typing.ResponseReturnValue:
    """Take a file in and show its receipt."""
    sent = flask.request.files.get("file")
    if sent is None or not sent.filename:
        return flask.redirect(flask.url_for("files.overview"))
    state = bank()
    mine = views.customers_of(state, person())
    # A file that cannot be read is answered to the customer, where there is only one.
    customer = mine[0] if len(mine) == 1 else ""
    taken = desk.upload(
        state, sent.read(), sent.filename, person=person(), customer=customer
    )
    if isinstance(taken, dict):
        for one in taken["payments"]:
            say(f"{one['end_to_end_id']}: {one['status']} {one['reason'] or ''}")
        return flask.redirect(flask.url_for("files.overview"))
    number = state.one("SELECT MAX(id) AS last FROM message")["last"]
    return flask.redirect(flask.url_for("files.receipt", number=number))


@pages.get("/files/receipt/<int:number>")
def receipt(number: int) -> flask.typing.ResponseReturnValue:
    """Show the receipt of an uploaded file."""
    state = bank()
    message = views.message(state, person(), number)
    if message is None:
        flask.abort(404)
    orders = views.orders(state, person(), number)
    return flask.render_template(
        "receipt.html", message=message, code=views.code_of(message), orders=orders
    )


@pages.get("/files/<int:number>/<name>")
def download(number: int, name: str) -> flask.typing.ResponseReturnValue:
    """Give a return file, the same bytes each time."""
    state = bank()
    mine = {row["id"] for row in views.return_files(state, person())}
    row = state.one("SELECT * FROM file WHERE id = ? AND name = ?", number, name)
    if row is None or number not in mine:
        flask.abort(404)
    with state.transaction():
        state.run(
            "UPDATE file SET collected = ? WHERE id = ? AND collected = ''",
            text_of(state.now),
            number,
        )
    return flask.send_file(
        io.BytesIO(row["body"]),
        mimetype="application/octet-stream",
        as_attachment=True,
        download_name=row["name"],
    )
