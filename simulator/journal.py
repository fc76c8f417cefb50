"""The bank's own truth, for whoever wants to check the books against it."""

from typing import Any

from simulator import ore
from simulator.state import State


def journal(state: State) -> list[dict[str, Any]]:
    """Return every movement on every account, in order of booking.

    A lump is told by its movements, a fee by its entry; opening balances are not among
    them. For each account: opening balance + the sum of `amount_ore` = the balance.
    """
    rows = state.rows(
        "SELECT entry.account, COALESCE(detail.amount, entry.amount) AS amount,"
        " entry.booking_date, entry.value_date, entry.booked, entry.kind,"
        " detail.end_to_end_id, detail.message_id, detail.kid, detail.counterparty,"
        " detail.counterparty_account, detail.text AS detail_text, entry.text,"
        " detail.reference AS detail_reference, entry.reference, detail.return_code"
        " FROM entry LEFT JOIN detail ON detail.entry = entry.id"
        " ORDER BY entry.id, detail.id"
    )
    return [
        {
            "account": row["account"],
            "amount_ore": row["amount"],
            "booked": row["booking_date"],
            "booked_at": row["booked"],
            "value": row["value_date"],
            "kind": row["kind"],
            "end_to_end_id": row["end_to_end_id"] or None,
            "message_id": row["message_id"] or None,
            "kid": row["kid"] or None,
            "counterparty": row["counterparty"] or None,
            "counterparty_account": row["counterparty_account"] or None,
            "text": (row["text"] if row["detail_text"] is None else row["detail_text"])
            or None,
            "reference": row["detail_reference"] or row["reference"],
            "entry_reference": row["reference"],
            "return_code": row["return_code"] or None,
        }
        for row in rows
    ]


def payments(state: State) -> list[dict[str, Any]]:
    """Return every instruction that the bank holds and how it stands."""
    signatures: dict[int, list[str]] = {}
    for row in state.rows("SELECT payment, person FROM approval ORDER BY at, rowid"):
        signatures.setdefault(row["payment"], []).append(row["person"])
    rows = state.rows(
        "SELECT payment.*, message.message_id, entry.booking_date, detail.reference"
        " FROM payment JOIN message ON message.id = payment.message"
        " LEFT JOIN detail ON detail.id = payment.detail"
        " LEFT JOIN entry ON entry.id = detail.entry ORDER BY payment.id"
    )
    return [payment(row, signatures.get(row["id"], [])) for row in rows]


def payment(row: Any, signatures: list[str]) -> dict[str, Any]:
    """Return one instruction as JSON tells it."""
    return {
        "end_to_end_id": row["end_to_end_id"],
        "message_id": row["message_id"],
        "payment_information_id": row["payment_information_id"],
        "account": row["account"],
        "amount": ore.plain(row["amount"]),
        "amount_ore": row["amount"],
        "currency": row["currency"],
        "creditor": row["creditor"],
        "creditor_account": row["creditor_account"],
        "kid": row["kid"] or None,
        "text": row["text"] or None,
        "category": row["category"] or None,
        "requested": row["requested"],
        "execution": row["execution"],
        "state": row["state"],
        "reason": row["reason_code"] or None,
        "reason_text": row["reason_text"] or None,
        "approved_by": signatures,
        "booked": row["booking_date"],
        "reference": row["reference"],
    }


def accounts(state: State) -> list[dict[str, Any]]:
    """Return every account with its balance."""
    return [
        {
            "account": row["number"],
            "owner": row["owner"],
            "orgnr": row["orgnr"],
            "currency": row["currency"],
            "opening": ore.plain(row["opening"]),
            "balance": ore.plain(row["balance"]),
            "balance_ore": row["balance"],
        }
        for row in state.rows("SELECT * FROM account ORDER BY opened, number")
    ]
