"""What each command of `nettbank` does: one call into the bank, one answer.

An answer has a JSON value and a text for people. Each command runs in one transaction,
so a killed command has either done all of it or nothing; `advance` has one a day.
"""

import sys
from argparse import Namespace
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from simulator import (
    approvals,
    customers,
    delivery,
    desk,
    faults,
    journal,
    ore,
    receipts,
    screens,
    timeline,
)
from simulator import (
    state as bank_state,
)
from simulator.netbank import passwords
from simulator.refusal import Malformed, Refused
from simulator.state import State
from simulator.uploads import Receipt


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a command says."""

    value: Any
    text: str
    refused: bool = False
    """Done as asked, and the bank's answer is no (a rejected file): exit code 1."""


AGREEMENT = ("ocr", "camt054", "approvals", "camt_version", "discreet_salary", "notify")


def _moment(text: str, name: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Malformed(f"{name} {text!r}: write a time as 2026-11-02T09:00.") from None
    if moment.tzinfo is not None:
        raise Malformed(f"{name} {text!r}: leave the zone out; the bank lives in Oslo.")
    return moment.replace(microsecond=0)


def init(folder: Path, options: Namespace) -> Answer:
    """Make a new bank."""
    now = _moment(options.now, "--now")
    state = bank_state.create(folder, now, options.seed, options.profile)
    return Answer(
        value={
            "state": str(folder),
            "now": bank_state.text_of(state.now),
            "seed": options.seed,
            "profile": options.profile,
        },
        text=screens.facts(
            [("state", folder), ("profile", options.profile), ("seed", options.seed)]
        )
        + "\n  next: nettbank account NUMBER --owner NAME --orgnr N",
    )


def account(state: State, options: Namespace) -> Answer:
    """Open an account."""
    with state.transaction():
        found = customers.open_account(
            state,
            options.number,
            owner=options.owner,
            orgnr=options.orgnr,
            balance=options.balance,
            currency=options.currency,
        )
    return Answer(value=found, text=screens.facts(list(found.items())))


def accounts(state: State, _options: Namespace) -> Answer:
    """List the accounts."""
    found = journal.accounts(state)
    rows = [
        (
            screens.account(a["account"]),
            a["owner"],
            ore.readable(a["balance_ore"]),
            a["currency"],
        )
        for a in found
    ]
    text = screens.table(("account", "owner", "balance", ""), rows, right="2")
    return Answer(value=found, text=text)


def person(state: State, options: Namespace) -> Answer:
    """Give a person rights on accounts."""
    with state.transaction():
        found = customers.add_person(state, options.name, options.account, options.limit)
        if options.password_stdin:
            passwords.set_password(state, options.name, sys.stdin.readline().rstrip("\n"))
    return Answer(value=found, text=screens.facts(list(found.items())))


def agreement(state: State, options: Namespace) -> Answer:
    """Change or show what is ordered for an account."""
    wanted: dict[str, object] = {}
    for name in AGREEMENT:
        value = getattr(options, name)
        if value is not None:
            wanted[name] = int(value) if isinstance(value, bool) else value
    if options.kid_lengths is not None:
        wanted["kid_lengths"] = " ".join(str(n) for n in options.kid_lengths)
    with state.transaction():
        found = customers.set_agreement(state, options.number, wanted)
    return Answer(value=found, text=screens.facts(list(found.items())))


def key(state: State, options: Namespace) -> Answer:
    """Let a customer's program in over SFTP."""
    try:
        text = options.file.read_text("ascii", errors="replace")
    except OSError as error:
        raise Refused(f"{options.file}: cannot be read ({error.strerror}).") from None
    with state.transaction():
        found = delivery.add_key(state, options.orgnr, options.user, text)
    return Answer(value=found, text=screens.facts(list(found.items())))


def payee(state: State, options: Namespace) -> Answer:
    """Say or show what is known of an account in another bank."""
    wanted: dict[str, object] = {}
    for name in ("closed", "returns", "owner", "orgnr", "kid"):
        value = getattr(options, name)
        if value is not None:
            wanted[name] = int(value) if isinstance(value, bool) else value
    with state.transaction():
        found = customers.set_payee(state, options.number, wanted)
    return Answer(value=found, text=screens.facts(list(found.items())))


def upload(state: State, options: Namespace) -> Answer:
    """Upload a payment file."""
    try:
        body = options.file.read_bytes()
    except OSError as error:
        raise Refused(f"{options.file}: cannot be read ({error.strerror}).") from None
    if options.person:
        customers.known_person(state, options.person)
    taken = desk.upload(state, body, options.file.name, person=options.person)
    if isinstance(taken, dict):
        rows = [
            (p["end_to_end_id"], p["status"], p["reason"] or "") for p in taken["payments"]
        ]
        return Answer(value=taken, text=screens.table(("payment", "answer", "why"), rows))
    found = receipt_value(taken)
    return Answer(
        value=found, text=screens.receipt(found), refused=taken.state == "rejected"
    )


def receipt_value(taken: Receipt) -> dict[str, Any]:
    """Return the receipt of an upload as JSON tells it."""
    return {
        "file": taken.file_name,
        "message_id": taken.message_id,
        "sha256": taken.sha256,
        "control_code": taken.control_code,
        "payments": taken.payments,
        "total": ore.plain(taken.total),
        "total_ore": taken.total,
        "currency": taken.currency,
        "state": taken.state,
        "rejected": list(taken.rejected),
        "moved": taken.moved,
        "execution_dates": {
            "first": taken.first_date or None,
            "last": taken.last_date or None,
        },
        "approvals": taken.approvals,
    }


def _decision(state: State, decided: approvals.Decision, verb: str) -> Answer:
    total = sum(p["amount"] for p in decided.payments)
    value = {
        verb: [
            {
                "end_to_end_id": p["end_to_end_id"],
                "amount_ore": p["amount"],
                "execution": p["execution"],
                "state": p["state"],
            }
            for p in decided.payments
        ],
        "payments": len(decided.payments),
        "total": ore.plain(total),
        "total_ore": total,
        "complete": decided.complete,
    }
    rest = len(decided.payments) - decided.complete
    lines: list[tuple[str, object]] = [
        (verb, f"{len(decided.payments)} payments"),
        ("sum", ore.readable(total)),
    ]
    days = sorted({p["execution"] for p in decided.payments})
    if verb == "approved" and days:
        lines.append(
            ("execution", days[0] if len(days) == 1 else f"{days[0]} to {days[-1]}")
        )
        next_run = bank_state.text_of(timeline.next_run(state))
        lines.append(("next run", next_run.replace("T", " ")[:16]))
    if rest:
        lines.append(("still needed", f"another person for {rest} payments"))
    return Answer(value=value, text=screens.facts(lines))


def _pointed_at(options: Namespace) -> str | None:
    if bool(options.message_id) == bool(options.all):
        raise Malformed("name one MESSAGE_ID, or --all.")
    if options.all and options.payment:
        raise Malformed("--payment points into one MESSAGE_ID, not into --all.")
    message_id: str | None = options.message_id
    return message_id


def approve(state: State, options: Namespace) -> Answer:
    """Approve payments as a named person."""
    chosen = _pointed_at(options)
    decided = desk.approve(state, options.person, chosen, tuple(options.payment))
    return _decision(state, decided, "approved")


def reject(state: State, options: Namespace) -> Answer:
    """Cancel payments before the run, as a named person."""
    chosen = _pointed_at(options)
    decided = desk.reject(state, options.person, chosen, tuple(options.payment))
    return _decision(state, decided, "rejected")


def pay_in(state: State, options: Namespace) -> Answer:
    """Let somebody outside pay in."""
    with state.transaction():
        found = receipts.pay_in(
            state,
            options.number,
            options.amount,
            kid=options.kid,
            text=options.text,
            payer=options.from_name,
            payer_account=options.from_account,
        )
    return Answer(value=found, text=screens.facts([(k, v) for k, v in found.items() if v]))


def charge(state: State, options: Namespace) -> Answer:
    """Take a fee."""
    with state.transaction():
        found = receipts.charge(
            state, options.number, options.amount, options.text, options.kind
        )
    return Answer(value=found, text=screens.facts(list(found.items())))


def _days_on(now: datetime, days: int) -> datetime:
    try:
        return now + timedelta(days=days)
    except OverflowError:
        raise Malformed(f"--days {days}: no calendar goes so far.") from None


def advance(state: State, options: Namespace) -> Answer:
    """Let time pass."""
    if options.next_run:
        until = timeline.next_run(state)
    elif options.days is not None:
        until = _days_on(state.now, options.days)
    else:
        until = _moment(options.to, "--to")
    before = state.one("SELECT COUNT(*) AS n FROM file")["n"]
    happened = timeline.advance(state, until)
    files = state.one("SELECT COUNT(*) AS n FROM file")["n"] - before
    rows = [(h["at"].replace("T", " ")[:16], h["text"]) for h in happened]
    text = screens.table(("when", "what"), rows) if rows else "  nothing happened"
    return Answer(
        value={"now": bank_state.text_of(state.now), "events": happened, "files": files},
        text=f"{text}\n  {files} new return files",
    )


def collect(state: State, options: Namespace) -> Answer:
    """Fetch return files into a folder."""
    from simulator.files import outbox

    with state.transaction():
        written = outbox.collect(
            state, options.folder, again=options.again, customer=options.customer
        )
    rows = [
        (f["file"], f["kind"], f["size"], str(f["created"]).replace("T", " "))
        for f in written
    ]
    columns = ("file", "kind", "bytes", "made")
    text = screens.table(columns, rows, right="2") if rows else "  nothing new"
    return Answer(value={"files": written}, text=text)


def copy(state: State, options: Namespace) -> Answer:
    """Order copies: a statement marked as one, OCR giro the same bytes."""
    from simulator import statements
    from simulator.files import outbox

    number = customers.own_account(state, options.number)
    day = _moment(options.date, "DATE").date()
    with state.transaction():
        statements.make_copy(state, number, day)
        ocr = outbox.send_again(state, "OCR", day.isoformat())
    found = {"account": number, "date": day.isoformat(), "statements": 1, "ocr": ocr}
    return Answer(value=found, text=screens.facts(list(found.items())))


def fault(state: State, options: Namespace) -> Answer:
    """Arm a fault; without a name, tell which there are and which are armed."""
    if options.name:
        with state.transaction():
            found = faults.arm(state, options.name, options.settings)
        return Answer(value=found, text=screens.facts(list(found.items())))
    return known_faults(faults.armed(state))


def known_faults(armed: list[dict[str, Any]] | None = None) -> Answer:
    """Tell which faults there are, and which are armed."""
    rows = [
        (f.name, " ".join(f"{k}={v}" for k, v in f.options.items()), f.text)
        for f in faults.FAULTS
    ]
    known = [{"fault": f.name, "group": f.group, **f.options} for f in faults.FAULTS]
    text = screens.table(("fault", "options", "what happens"), rows)
    if armed:
        waiting = [(f["fault"], f["count"]) for f in armed]
        text += "\n  armed:\n" + screens.table(("fault", "times"), waiting)
    return Answer(value={"known": known, "armed": armed or []}, text=text)


def without_a_bank() -> Answer:
    """Tell which faults there are where no bank is named: their names need none."""
    answer = known_faults()
    return Answer(
        value=answer.value, text=f"{screens.heading('fault', '').rstrip()}\n{answer.text}"
    )


def show_journal(state: State, _options: Namespace) -> Answer:
    """Show every movement."""
    found = journal.journal(state)
    return Answer(value=found, text=screens.movements(found))


def show_payments(state: State, _options: Namespace) -> Answer:
    """Show every instruction."""
    found = journal.payments(state)
    return Answer(value=found, text=screens.payments(found))


Command = Callable[[State, Namespace], Answer]

COMMANDS: dict[str, Command] = {
    "account": account,
    "accounts": accounts,
    "person": person,
    "agreement": agreement,
    "key": key,
    "payee": payee,
    "upload": upload,
    "approve": approve,
    "reject": reject,
    "copy": copy,
    "fault": fault,
    "pay-in": pay_in,
    "charge": charge,
    "advance": advance,
    "collect": collect,
    "journal": show_journal,
    "payments": show_payments,
}


def run(folder: Path, options: Namespace) -> Answer:
    """Run one command against the bank in a folder."""
    if options.command == "init":
        return init(folder, options)
    state = bank_state.open_bank(folder)
    try:
        answer = COMMANDS[options.command](state, options)
        now = bank_state.text_of(state.now)
    finally:
        state.connection.close()
    return Answer(
        value=answer.value,
        text=f"{screens.heading(options.command, now)}\n{answer.text}",
        refused=answer.refused,
    )
