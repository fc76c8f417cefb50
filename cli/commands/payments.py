"""`books payments` and `books remittance`: what was ordered, and where each payment is."""

from __future__ import annotations

from cli.answer import Answer, Refused
from cli.commands import ordered
from cli.commands.payment_list import control_code
from cli.options import Options
from cli.render import clean, count, money, table
from cli.wiring import Workplace, opened
from ledger.payments import PaymentStanding, Remittance


def run(options: Options) -> Answer:
    """List every payment, oldest execution date first."""
    with opened(options) as workplace:
        standings = sorted(
            ordered.standings(workplace),
            key=lambda each: (
                each.execution_date,
                each.payment.end_to_end_id,
            ),
        )
    data = [_standing_json(each) for each in standings]
    if not standings:
        return Answer(data, "No payment has been ordered.")
    rows = [_row(each) for each in standings]
    heads = ["on", "amount", "state", "EndToEndId", "open items", "reason"]
    return Answer(data, table([heads, *rows], "lrllll", indent=0))


def _row(each: PaymentStanding) -> list[str]:
    payment = each.payment
    return [
        each.execution_date.isoformat(),
        money(payment.amount),
        str(each.state),
        payment.end_to_end_id,
        ", ".join(paid.open_item for paid in payment.items),
        "; ".join(part for part in (each.reason, *each.alarms) if part),
    ]


def _standing_json(each: PaymentStanding) -> dict[str, object]:
    payment = each.payment
    return {
        "end_to_end_id": payment.end_to_end_id,
        "message_id": payment.message_id,
        "open_items": [paid.open_item for paid in payment.items],
        "amount": payment.amount.text,
        "currency": payment.amount.currency,
        "state": str(each.state),
        "reason": each.reason,
        "requested": each.execution_date.isoformat(),
        "booked": each.booked.isoformat() if each.booked else None,
        "attempt": payment.attempt,
        "creditor": payment.creditor_name,
        "creditor_account": payment.creditor_account,
        "kid": payment.kid,
        "alarms": list(each.alarms),
    }


def remittance(options: Options, message_id: str) -> Answer:
    """Show one message as a list to sign."""
    with opened(options) as workplace:
        found = _remittance(workplace, message_id)
        standings = [
            each
            for each in ordered.standings(workplace)
            if each.payment.message_id == found.message_id
        ]
        company = workplace.books.company
    standings.sort(key=lambda each: each.payment.payment_information_id)
    data = {
        "message_id": found.message_id,
        "file": found.file_name,
        "sha256": found.sha256,
        "control_code": control_code(found.sha256),
        "payments": len(found.payments),
        "total": found.total.text,
        "currency": found.total.currency,
        "debtor_account": found.debtor_account,
        "created": found.created,
        "lines": [_standing_json(each) for each in standings],
    }
    rows = [
        [
            each.payment.requested_execution_date.isoformat(),
            each.payment.creditor_name,
            each.payment.creditor_account,
            f"KID {each.payment.kid}" if each.payment.kid else each.payment.message or "",
            money(each.payment.amount),
            str(each.state),
        ]
        for each in standings
    ]
    head = [
        f"Payment list  {found.message_id}",
        f"{company.name}, organisation number {company.orgnr}",
        f"From account {found.debtor_account}, made {found.created}",
    ]
    foot = [
        (
            f"Sum {money(found.total)} {found.total.currency},"
            f" {count(len(found.payments), 'payment')},"
            f" control code {control_code(found.sha256)}"
        ),
        "",
        "Date and signature: ______________________________",
    ]
    return Answer(data, "\n".join([*map(clean, head), table(rows, "llllrl"), *foot]))


def _remittance(workplace: Workplace, message_id: str) -> Remittance:
    found = [
        each
        for each, _ in ordered.remittances(workplace)
        if each.message_id == message_id or each.message_id.endswith(message_id)
    ]
    if len(found) != 1:
        known = "several messages end like that" if found else "no such message"
        raise Refused(f"{message_id}: {known} (books payments --json names them)")
    return found[0]
