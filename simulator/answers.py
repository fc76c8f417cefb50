"""pain.002: what the bank answers about payments, in three steps.

Source: ISO 20022 pain.002.001.03 and the Norwegian banks' guide: (1) receipt, ACTC or the
whole file RJCT; (2) content, ACCP or PART with each line; (3) later, a line held for
money (PDNG) or rejected. None of them says that money moved. A status counts for all
below it that is not named, so under PART every line is named.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from simulator.files import outbox, text_templates
from simulator.state import State, with_offset


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """A status with its reason."""

    status: str
    code: str = ""
    text: str = ""


def _send(
    state: State, message: Any, group: Status, batches: Sequence[dict[str, Any]]
) -> None:
    number = state.next_number("return-message")
    body = text_templates.fill(
        "pain002.xml",
        {
            "message_id": f"P002{state.today:%Y%m%d}{number:07d}",
            "created": with_offset(state.now),
            "bic": state.profile.bic,
            "original": message,
            "group": group,
            "batches": batches,
        },
    )
    outbox.put(state, message["customer"] or "UNKNOWN", "P002", body)


def receipt(state: State, message: Any, status: Status) -> None:
    """Step 1: the file as a whole."""
    _send(state, message, status, ())


def _line(payment: Any, status: Status) -> dict[str, Any]:
    kids = [payment["kid"]] if payment["kid"] else []
    kids += [d["kid"] for d in json.loads(payment["documents"]) if d["kid"]]
    return {
        "instruction_id": payment["instruction_id"],
        "end_to_end_id": payment["end_to_end_id"],
        "status": status.status,
        "code": status.code,
        "text": status.text,
        "currency": payment["currency"],
        "amount": payment["amount"],
        "execution": payment["execution"],
        "kids": kids if status.code == "RR07" else [],
        "account": payment["account"],
        "creditor": payment["creditor"],
    }


def status_of(payment: Any) -> Status:
    """Return what pain.002 says of a payment as it stands."""
    if payment["state"] == "rejected":
        return Status(
            status="RJCT", code=payment["reason_code"], text=payment["reason_text"]
        )
    if payment["state"] == "cancelled":
        return Status(
            status="RJCT", code=payment["reason_code"], text=payment["reason_text"]
        )
    if payment["state"] == "held":
        return Status(
            status="PDNG", code=payment["reason_code"], text=payment["reason_text"]
        )
    if payment["execution"] != payment["requested"]:
        return Status(status="ACWC", code="DT01", text="execution date moved to a bank day")
    return Status(status="ACCP")


def _summed(statuses: Iterable[Status]) -> str:
    kinds = {status.status for status in statuses}
    if kinds == {"RJCT"}:
        return "RJCT"
    return "PART" if "RJCT" in kinds else "ACCP"


def content(state: State, message: Any, payments: Sequence[Any]) -> None:
    """Step 2: every payment judged."""
    batches: list[dict[str, Any]] = []
    for batch, lines in _batches(payments):
        statuses = [(payment, status_of(payment)) for payment in lines]
        summed = _summed(status for _, status in statuses)
        batches.append(
            {
                "payment_information_id": batch,
                "status": summed,
                "lines": [
                    _line(payment, status)
                    for payment, status in statuses
                    if summed == "PART" or status.status != "ACCP"
                ],
            }
        )
    kinds = {str(batch["status"]) for batch in batches}
    group = kinds.pop() if len(kinds) == 1 else "PART"
    _send(state, message, Status(status=group), batches)


def _batches(payments: Sequence[Any]) -> Iterable[tuple[str, list[Any]]]:
    for batch, lines in groupby(payments, key=lambda p: str(p["payment_information_id"])):
        yield batch, list(lines)


def changes(state: State, payment_ids: Sequence[int]) -> None:
    """Step 3: these payments changed; one file for each message they came in."""
    rows = [
        state.one("SELECT * FROM payment WHERE id = ?", number) for number in payment_ids
    ]
    rows.sort(key=lambda row: (row["message"], row["id"]))
    for number, group in groupby(rows, key=lambda row: row["message"]):
        message = state.one("SELECT * FROM message WHERE id = ?", number)
        batches = [
            {
                "payment_information_id": batch,
                "status": "",
                "lines": [_line(payment, status_of(payment)) for payment in lines],
            }
            for batch, lines in _batches(list(group))
        ]
        _send(state, message, Status(status=""), batches)
