"""The order form for integration, its confirmation, and the payee check."""

from collections.abc import Mapping

import flask

from simulator import customers, delivery, numbers_of_norway, screens
from simulator.netbank import views
from simulator.netbank.request import account, bank, person
from simulator.refusal import Refused
from simulator.state import State

pages = flask.Blueprint("orders", __name__)

KID_LENGTHS_MOST = 3


@pages.get("/order")
def form() -> flask.typing.ResponseReturnValue:
    """Show the order form for each account."""
    state = bank()
    mine = views.accounts(state, person())
    chosen = flask.request.args.get("account") or (mine[0]["number"] if mine else "")
    row = account(chosen) if chosen else None
    return flask.render_template(
        "order.html",
        accounts=mine,
        account=row,
        agreement=customers.agreement(state, chosen) if row is not None else None,
        rights=_rights(state, chosen),
        users=_users(state, row["orgnr"]) if row is not None else [],
    )


def _rights(state: State, number: str) -> list[object]:
    return state.rows(
        "SELECT person, limit_ore FROM person_right WHERE account = ? ORDER BY person",
        number,
    )


def _users(state: State, customer: str) -> list[object]:
    return state.rows("SELECT DISTINCT user FROM sftp_key WHERE customer = ?", customer)


@pages.post("/order")
def place() -> flask.typing.ResponseReturnValue:
    """Carry an order out and confirm it."""
    state = bank()
    asked = flask.request.form
    row = account(asked.get("account", ""))
    with state.transaction():
        agreed = customers.set_agreement(state, row["number"], _wanted(asked))
        user = None
        if asked.get("how") == "direct" and asked.get("key", "").strip():
            user = delivery.add_key(
                state, row["orgnr"], asked.get("user", "").strip(), asked["key"].strip()
            )
        if asked.get("person", "").strip():
            customers.known_person(state, asked["person"].strip())
            limit = asked.get("limit", "").strip() or None
            customers.add_person(state, asked["person"].strip(), [row["number"]], limit)
        number = state.next_number("order")
        state.note(
            "order",
            f"integration ordered for {screens.account(row['number'])}",
            f"integrasjon bestilt for {screens.account(row['number'])}",
            row["orgnr"],
        )
    return flask.render_template(
        "ordered.html",
        account=row,
        agreed=agreed,
        user=user,
        number=number,
        rights=_rights(state, row["number"]),
        sftp=flask.current_app.extensions["bank"].get("sftp", ""),
        host_key=flask.current_app.extensions["bank"].get("host_key", ""),
    )


def _wanted(asked: Mapping[str, str]) -> dict[str, object]:
    wanted: dict[str, object] = {
        "camt054": int(asked.get("camt054") == "yes"),
        "notify": "day" if asked.get("notify") == "day" else "run",
        "camt_version": "08" if asked.get("version") == "08" else "02",
        "approvals": 2 if asked.get("approvals") == "2" else 1,
    }
    if asked.get("ocr", "").strip():
        wanted["ocr"] = asked["ocr"].strip()
    lengths = asked.get("kid_lengths", "").replace(",", " ").split()
    if len(lengths) > KID_LENGTHS_MOST or not all(
        one.isdecimal() and 2 <= int(one) <= 25 for one in lengths
    ):
        raise Refused(
            "KID lengths: at most three numbers from 2 to 25.",
            norwegian="KID-lengder: høyst tre tall fra 2 til 25.",
        )
    if lengths:
        wanted["kid_lengths"] = " ".join(lengths)
    return wanted


@pages.get("/kar")
def payee_check() -> flask.typing.ResponseReturnValue:
    """Answer yes or no about an account."""
    number = numbers_of_norway.account_digits(flask.request.args.get("number", ""))
    number = numbers_of_norway.account_of_iban(number) or number
    orgnr = flask.request.args.get("orgnr", "").replace(" ", "")
    found = _kar(bank(), number, orgnr) if number else None
    return flask.render_template("kar.html", number=number, orgnr=orgnr, found=found)


def _kar(state: State, number: str, orgnr: str) -> dict[str, bool | None]:
    valid = numbers_of_norway.account_is_valid(number)
    here = state.one("SELECT orgnr FROM account WHERE number = ?", number)
    known = customers.kar(state, number)
    owner = here["orgnr"] if here is not None else known["orgnr"]
    return {
        "valid": valid,
        "open": valid and not known["closed"],
        "owner": None if owner is None or not orgnr else owner == orgnr,
    }
