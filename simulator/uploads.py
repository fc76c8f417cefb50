"""Take an uploaded payment file in: check, answer, and keep its payments for approval.

The control code lets a person compare what the books sent with what the bank has: it is
the first eight hexadecimal digits of the SHA-256 of the file's bytes, upper case, as
`ABCD-1234`. Anybody can compute it from the file.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from simulator import answers, approvals, checks, customers, ore, pain001, safe_xml
from simulator.answers import Status
from simulator.pain001 import Batch, Remittance
from simulator.state import State, text_of
from simulator.wording import counted

FILE_NAME_LONGEST = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What the customer sees after an upload."""

    message_id: str
    file_name: str
    sha256: str
    control_code: str
    payments: int
    total: int
    currency: str
    state: str
    """`received` or `rejected`."""
    rejected: Sequence[dict[str, str]]
    """Payments that the content check refused, or the file's own fault."""
    moved: int
    """Payments that got a later date than asked for."""
    first_date: str
    last_date: str
    approvals: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """What somebody handed in."""

    body: bytes
    file_name: str
    uploader: str
    """The person, where one is known."""
    customer: str
    """The organisation number of whoever is logged in, where somebody is."""


def control_code(body: bytes) -> str:
    """Return the control code of a file.

    >>> control_code(b"abc")
    'BA78-16BF'
    """
    digits = hashlib.sha256(body).hexdigest()[:8].upper()
    return f"{digits[:4]}-{digits[4:]}"


def receive(
    state: State, body: bytes, file_name: str, uploader: str = "", customer: str = ""
) -> Receipt:
    """Take one file in, within a transaction of the caller."""
    upload = Upload(
        body=body,
        file_name=customers.plain_text(file_name, "file name", 1000)[-FILE_NAME_LONGEST:],
        uploader=uploader,
        customer=customer or _only_customer(state),
    )
    try:
        remittance = pain001.read(body)
    except safe_xml.Unreadable as fault:
        return _refuse(state, upload, None, checks.rejected("FF01", str(fault)))
    if not customer:
        owner = checks.customer_of(state, remittance) or upload.customer
        upload = replace(upload, customer=owner)
    found = _may_upload(state, remittance, upload) or checks.technical(state, remittance)
    if found is not None:
        # Answered to whoever sent it: the owner of a foreign account learns nothing.
        return _refuse(state, upload, remittance, found)
    return _accept(state, upload, remittance)


def _only_customer(state: State) -> str:
    rows = state.rows("SELECT DISTINCT orgnr FROM account")
    return str(rows[0]["orgnr"]) if len(rows) == 1 else ""


def _may_upload(state: State, remittance: Remittance, upload: Upload) -> Status | None:
    person = upload.uploader
    for batch in remittance.batches:
        row = state.one("SELECT orgnr FROM account WHERE number = ?", batch.account)
        if row is None:
            continue
        if person and not customers.has_right(state, person, batch.account):
            return checks.rejected("AG01", f"{person} has no right to {batch.account}")
        if upload.customer and row["orgnr"] != upload.customer:
            return checks.rejected("AG01", f"account {batch.account} is another customer's")
    return None


def _write_message(
    state: State, upload: Upload, remittance: Remittance | None, status: Status
) -> Any:
    batches = remittance.batches if remittance else ()
    instructions = [one for batch in batches for one in batch.instructions]
    message_id = remittance.message_id if remittance else pain001.message_id_of(upload.body)
    number = state.run(
        "INSERT INTO message (customer, message_id, message_name, created, received,"
        " file_name, sha256, body, payments, total, control_sum, state, reason_code,"
        " reason_text, uploader) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        upload.customer,
        message_id or "NOTPROVIDED",
        remittance.version if remittance else "pain.001",
        remittance.created if remittance else "",
        text_of(state.now),
        upload.file_name,
        hashlib.sha256(upload.body).hexdigest(),
        upload.body,
        len(instructions),
        min(sum(one.amount or 0 for one in instructions), ore.LARGEST),
        remittance.control_sum if remittance else "",
        "rejected" if status.status == "RJCT" else "received",
        status.code,
        status.text,
        upload.uploader,
    )
    return state.one("SELECT * FROM message WHERE id = ?", number)


def _receipt(message: Any, **more: Any) -> Receipt:
    return Receipt(
        message_id=message["message_id"],
        file_name=message["file_name"],
        sha256=message["sha256"],
        control_code=control_code(message["body"]),
        payments=message["payments"],
        total=message["total"],
        state=message["state"],
        **more,
    )


def _refuse(
    state: State, upload: Upload, remittance: Remittance | None, status: Status
) -> Receipt:
    message = _write_message(state, upload, remittance, status)
    answers.receipt(state, message, status)
    told = message["file_name"] if remittance is None else message["message_id"]
    state.note(
        "upload",
        f"{told} refused: {status.code} {status.text}",
        f"{told} avvist: {status.code} {status.text}",
        message["customer"],
    )
    return _receipt(
        message,
        currency="NOK",
        rejected=[{"end_to_end_id": "", "code": status.code, "text": status.text}],
        moved=0,
        first_date="",
        last_date="",
        approvals=0,
    )


def _accept(state: State, upload: Upload, remittance: Remittance) -> Receipt:
    received = Status(status="ACTC")
    message = _write_message(state, upload, remittance, received)
    for batch in remittance.batches:
        _keep_batch(state, message["id"], batch)
    payments = state.rows(
        "SELECT * FROM payment WHERE message = ? ORDER BY id", message["id"]
    )
    answers.receipt(state, message, received)
    answers.content(state, message, payments)
    good = [payment for payment in payments if payment["state"] != "rejected"]
    total, bad = ore.readable(message["total"]), len(payments) - len(good)
    state.note(
        "upload",
        f"{message['message_id']}: {counted(len(payments), 'payment', 'payments')},"
        f" {total}, {bad} refused",
        f"{message['message_id']}: {counted(len(payments), 'betaling', 'betalinger')},"
        f" {total.replace('.', ',')}, {bad} avvist",
        message["customer"],
    )
    return _receipt(
        message,
        currency=payments[0]["currency"],
        rejected=[
            {
                "end_to_end_id": payment["end_to_end_id"],
                "code": payment["reason_code"],
                "text": payment["reason_text"],
            }
            for payment in payments
            if payment["state"] == "rejected"
        ],
        moved=sum(payment["execution"] != payment["requested"] for payment in good),
        first_date=min((payment["execution"] for payment in good), default=""),
        last_date=max((payment["execution"] for payment in good), default=""),
        approvals=max(
            customers.agreement(state, batch.account).approvals
            for batch in remittance.batches
        ),
    )


def _keep_batch(state: State, message: int, batch: Batch) -> None:
    account = state.one("SELECT * FROM account WHERE number = ?", batch.account)
    ids = Counter(one.end_to_end_id for one in batch.instructions)
    rows = []
    for one in batch.instructions:
        line = checks.Line(
            state=state,
            batch=batch,
            instruction=one,
            end_to_end_ids=ids,
            currency=account["currency"],
        )
        rows.append(_payment_row(line, message, account["orgnr"]))
    state.connection.executemany(
        "INSERT INTO payment (message, payment_information_id, batch_booking, kind,"
        " category, service, charge_bearer, end_to_end_id, instruction_id, account,"
        " amount, currency, creditor,"
        " creditor_account, kid, text, documents, requested, execution, state,"
        " reason_code, reason_text, ended)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        rows,
    )


def _payment_row(line: checks.Line, message: int, customer: str) -> tuple[Any, ...]:
    state, batch, one = line.state, line.batch, line.instruction
    fault = checks.content(line)
    kind = line.kind
    if kind == "domestic" and _owner(state, one.creditor_account) == customer:
        kind = "own"
    plain_kid = len(one.documents) == 1 and not one.documents[0].kind
    requested = batch.requested or state.today
    possible = checks.execution_date(requested, state.today)
    if kind in approvals.AT_ONCE:
        possible = max(requested, state.today)
    return (
        message,
        batch.payment_information_id,
        batch.batch_booking,
        kind,
        one.category,
        one.service,
        one.charge_bearer,
        one.end_to_end_id,
        one.instruction_id,
        batch.account,
        one.amount or 0,
        one.currency,
        one.creditor,
        one.creditor_account,
        one.documents[0].kid if plain_kid else "",
        "\n".join(one.texts),
        "[]" if plain_kid else json.dumps([asdict(d) for d in one.documents]),
        requested.isoformat(),
        possible.isoformat(),
        "rejected" if fault else "waiting",
        fault.code if fault else "",
        fault.text if fault else "",
        text_of(state.now) if fault else "",
    )


def _owner(state: State, account: str) -> str:
    row = state.one("SELECT orgnr FROM account WHERE number = ?", account)
    return "" if row is None else str(row["orgnr"])
