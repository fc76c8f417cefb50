"""`books inspect`: any bank file told in one form. Needs no books."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from bankio import formats, inspection
from bankio.errors import Unreadable
from cli.answer import Answer, ExitCode
from cli.render import clean, table


def run(files: list[Path]) -> Answer:
    """Tell each file; exit code 1 if one cannot be read or contradicts itself."""
    data = [_inspected(file) for file in files]
    bad = any("error" in each or each.get("problems") for each in data)
    text = "\n\n".join(_told(each) for each in data)
    return Answer(data, text, ExitCode.REFUSED if bad else ExitCode.DONE)


def _inspected(file: Path) -> dict[str, Any]:
    try:
        data = file.read_bytes()
    except OSError as error:
        problem = {"line": None, "where": "file", "message": error.strerror or str(error)}
        return {"file": str(file), "error": problem}
    try:
        message = formats.read(data, file.name)
    except Unreadable as error:
        return inspection.error_as_json(error, str(file))
    return inspection.as_json(message, str(file), hashlib.sha256(data).hexdigest())


def _told(each: dict[str, Any]) -> str:
    if "error" in each:
        error = each["error"]
        line = f":{error['line']}" if error.get("line") else ""
        where = f" {error['where']}:" if error.get("where") else ""
        return clean(f"{each['file']}{line}:{where} {error['message']}")
    head = f"{each['file']}: {each.get('version') or each['format']}"
    lines = [clean(f"{head}  {each.get('message_id') or ''}  {each.get('created') or ''}")]
    lines += [_account(account) for account in each.get("accounts", ())]
    if each.get("statuses"):
        lines.append(table([_status(status) for status in each["statuses"]], "llll"))
    if each.get("payments"):
        lines.append(table([_payment(payment) for payment in each["payments"]], "llrlll"))
    lines += [clean(f"  warning: {warning}") for warning in each.get("warnings", ())]
    lines += [clean(f"  PROBLEM: {problem}") for problem in each.get("problems", ())]
    return "\n".join(lines)


def _account(account: dict[str, Any]) -> str:
    entries = account["entries"]
    balances = ""
    if account.get("opening") is not None or account.get("closing") is not None:
        balances = f"  opening {account.get('opening')}  closing {account.get('closing')}"
    head = f"  account {account['account']} {account['currency'] or ''}{balances}"
    rows = []
    for entry in entries:
        rows.append(
            [
                entry.get("booking_date") or "",
                entry["amount"],
                entry.get("currency") or "",
                entry.get("status") or "",
                entry.get("account_servicer_reference") or "",
                entry.get("code") or "",
            ]
        )
        details = entry.get("details") or ()
        if len(details) > 1 or (details and _reference(details[0])):
            rows += [
                [
                    "",
                    detail.get("amount") or "?",
                    "",
                    "",
                    _reference(detail),
                    _party(detail),
                ]
                for detail in details
            ]
    return "\n".join(
        [clean(head), table(rows, "lrllll", indent=4)] if rows else [clean(head)]
    )


def _reference(detail: dict[str, Any]) -> str:
    for name, key in (
        ("KID", "kid"),
        ("RF", "creditor_reference"),
        ("E2E", "end_to_end_id"),
    ):
        if detail.get(key):
            return f"{name} {detail[key]}"
    return ""


def _party(detail: dict[str, Any]) -> str:
    parts = (detail.get("counterparty"), detail.get("counterparty_account"))
    return " ".join(part for part in parts if part)


def _status(status: dict[str, Any]) -> list[str]:
    reasons = "; ".join(
        " ".join(part for part in (reason.get("code"), reason.get("text")) if part)
        for reason in status.get("reasons", ())
    )
    reference = (
        status.get("original_end_to_end_id")
        or status.get("original_payment_information_id")
        or status.get("original_message_id")
        or ""
    )
    return [status["level"], status.get("status") or "-", reference, reasons]


def _payment(payment: dict[str, Any]) -> list[str]:
    return [
        payment.get("execution_date") or "",
        payment.get("end_to_end_id") or "",
        payment.get("amount") or "",
        payment.get("currency") or "",
        payment.get("creditor_account") or "",
        payment.get("kid") or payment.get("creditor") or "",
    ]
