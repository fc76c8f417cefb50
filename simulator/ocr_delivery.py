"""Deliver OCR giro files: what the settlements since the last delivery brought."""

from datetime import date, datetime
from itertools import groupby
from typing import Any

from simulator import customers, ocr_giro
from simulator.files import outbox
from simulator.state import State


def deliver(state: State) -> int:
    """Write one transmission for each customer that has receipts; return their number."""
    rows = state.rows(
        "SELECT detail.*, entry.account, entry.booking_date, entry.ocr_serial,"
        " entry.settlement, account.orgnr FROM entry"
        " JOIN detail ON detail.entry = entry.id"
        " JOIN account ON account.number = entry.account"
        " WHERE ocr_serial > 0 AND ocr_sent = 0"
        " ORDER BY account.orgnr, entry.account, entry.id, detail.id"
    )
    for customer, group in groupby(rows, key=lambda row: str(row["orgnr"])):
        _transmit(state, customer, list(group))
    state.run("UPDATE entry SET ocr_sent = 1 WHERE ocr_serial > 0 AND ocr_sent = 0")
    return len(rows)


def _transmit(state: State, customer: str, rows: list[Any]) -> None:
    assignments = [
        ocr_giro.Assignment(
            agreement=customers.agreement(state, account).ocr,
            number=state.next_number("ocr-assignment"),
            account=account,
            receipts=[_receipt(row) for row in group],
        )
        for account, group in groupby(rows, key=lambda row: str(row["account"]))
    ]
    start = state.chance("ocr-transmission") % 1_000_000
    body = ocr_giro.write(
        start + state.next_number("ocr-transmission"),
        customer[-8:],
        assignments,
        state.today,
    )
    outbox.put(state, customer, "OCR", body)


def _receipt(row: Any) -> ocr_giro.Receipt:
    settled = date.fromisoformat(row["booking_date"])
    return ocr_giro.Receipt(
        amount=row["amount"],
        kid=row["kid"],
        archive_reference=row["reference"],
        payer_account=row["counterparty_account"],
        settled=settled,
        ordered=datetime.fromisoformat(row["ordered"]).date(),
        settlement=row["settlement"],
        serial=row["ocr_serial"],
    )
