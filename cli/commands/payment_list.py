"""What a payment run shows: its groups with sums, what is left out, what to do next."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from bankio.amount import Amount
from bankio.iso20022.payment_order import PaymentKind
from cli.answer import Answer, ExitCode
from cli.render import clean, count, money, table
from ledger.payment_run import PaymentPlan, Skipped
from ledger.payments import Payment, Remittance

if TYPE_CHECKING:
    from cli.commands.pay_due import Delivered

_TITLES = {
    PaymentKind.SUPPLIER: "supplier bills",
    PaymentKind.SALARY: "wages, one batch",
    PaymentKind.TAX: "tax and duties",
}
_BACK = "back to customers"


FIND_IT = (
    "Its file is in neither archive nor store: books rebuild takes it back from the"
    " channels' folders, or books rebuild FILE"
)


def control_code(sha256: str) -> str:
    """Return what the netbank shows for the same bytes: the sha256's first eight digits.

    >>> control_code("3fa9c0deadbeef")
    '3FA9-C0DE'
    """
    return f"{sha256[:4]}-{sha256[4:8]}".upper()


def run_answer(
    plan: PaymentPlan, delivered: Sequence[Delivered], *, dry_run: bool
) -> Answer:
    """Return the answer of `books pay-due`."""
    remittances = [_remittance_json(each) for each in delivered]
    if dry_run and plan.payments:
        remittances.append(_planned_json(plan))
    data = {
        "remittances": remittances,
        "skipped": [
            {"open_item": each.item.key, "reason": each.reason} for each in plan.skipped
        ],
    }
    parts = [plan_text(plan)]
    parts += [_delivered_text(each) for each in delivered]
    if dry_run:
        parts.append("Dry run: nothing was written and nothing was sent.")
    waits = any(each.in_flight is None for each in plan.skipped)
    waits = waits or any(each.problem for each in delivered)
    exit_code = ExitCode.WAITS if waits else ExitCode.DONE
    return Answer(data, "\n".join(part for part in parts if part), exit_code)


def sent_answer(delivered: Sequence[Delivered], lost: Sequence[Remittance] = ()) -> Answer:
    """Return the answer of `books send`.

    Args:
        delivered: What it tried to deliver.
        lost: Messages of which it has no bytes to deliver.
    """
    data = {
        "remittances": [_remittance_json(each) for each in delivered],
        "skipped": [],
        "lost": [each.message_id for each in lost],
    }
    told = [_delivered_text(each) for each in delivered]
    told += [
        clean(f"Message {each.message_id}: nobody knows whether the bank has it. {FIND_IT}")
        for each in lost
    ]
    text = "\n".join(told)
    waits = bool(lost) or any(each.problem for each in delivered)
    return Answer(
        data,
        text or "Nothing to send: every message has been delivered.",
        ExitCode.WAITS if waits else ExitCode.DONE,
    )


def _remittance_json(each: Delivered) -> dict[str, object]:
    remittance = each.remittance
    dates = sorted(payment.requested_execution_date for payment in remittance.payments)
    return {
        "message_id": remittance.message_id,
        "file": each.path,
        "sha256": remittance.sha256,
        "payments": len(remittance.payments),
        "total": remittance.total.text,
        "currency": remittance.total.currency,
        "execution_dates": {"first": dates[0].isoformat(), "last": dates[-1].isoformat()},
        "state": str(each.state),
        "recovered": each.recovered,
        "control_code": control_code(remittance.sha256),
        "receipt": each.place,
        "problem": each.problem,
    }


def _planned_json(plan: PaymentPlan) -> dict[str, object]:
    dates = sorted(payment.requested_execution_date for payment in plan.payments)
    return {
        "message_id": plan.payments[0].message_id,
        "file": None,
        "sha256": None,
        "payments": len(plan.payments),
        "total": plan.total.text,
        "currency": plan.total.currency,
        "execution_dates": {"first": dates[0].isoformat(), "last": dates[-1].isoformat()},
        "state": "planned",
        "recovered": False,
    }


def plan_text(plan: PaymentPlan) -> str:
    """Return the groups of a run with their sums, and what is left out with reasons."""
    debtor = plan.debtor
    lines = []
    if plan.payments:
        lines.append(f"To pay from {debtor.number} ({debtor.account}):")
        lines.append(table(_groups(plan.payments), "lrrl"))
    else:
        lines.append(f"Nothing to pay from {debtor.number}.")
    waiting = [each for each in plan.skipped if each.in_flight is None]
    flying = [each.in_flight for each in plan.skipped if each.in_flight is not None]
    if flying:
        total = _total(flying, debtor.currency)
        lines.append(
            f"Already at the bank: {count(len(flying), 'payment')}, {_shown_sum(total)}."
        )
    if waiting:
        lines.append("Left out:")
        lines.append(table([_left_out(each, debtor.currency) for each in waiting], "lrl"))
    if plan.later:
        sums = _sums(-each.item.residual for each in plan.later)
        lines.append(f"Due later: {count(len(plan.later), 'item')}, {sums}.")
    return "\n".join(lines)


def _left_out(each: Skipped, currency: str) -> list[str]:
    """Return a row; the sum names its currency where it is not that of the account."""
    owed = -each.item.residual
    shown = money(owed) if owed.currency == currency else _shown_sum(owed)
    return [each.item.key, shown, each.reason]


def _groups(payments: Sequence[Payment]) -> list[list[str]]:
    rows = []
    by_title: dict[str, list[Payment]] = {title: [] for title in (*_TITLES.values(), _BACK)}
    for payment in payments:
        by_title[_BACK if _is_refund(payment) else _TITLES[payment.kind]].append(payment)
    rows += [_group(title, group) for title, group in by_title.items() if group]
    if len(rows) > 1:
        rows.append(_group("together", payments))
    return rows


def _is_refund(payment: Payment) -> bool:
    """Whether a customer gets it, who is paid as a supplier is."""
    return all(each.account.startswith("Assets:") for each in payment.items)


def _group(title: str, payments: Sequence[Payment]) -> list[str]:
    dates = sorted(payment.requested_execution_date for payment in payments)
    days = f"{dates[0]}" if dates[0] == dates[-1] else f"{dates[0]} to {dates[-1]}"
    total = _total((payment.amount for payment in payments), payments[0].amount.currency)
    return [title, str(len(payments)), money(total), days]


def _total(amounts: Iterable[Amount], currency: str) -> Amount:
    total = Amount.zero(currency)
    for amount in amounts:
        if amount.currency == currency:
            total += amount
    return total


def _sums(amounts: Iterable[Amount]) -> str:
    """Return the sum in each currency: kroner and euro make none together."""
    found: dict[str, list[Amount]] = {}
    for amount in amounts:
        found.setdefault(amount.currency, []).append(amount)
    return " and ".join(_shown_sum(_total(found[each], each)) for each in sorted(found))


def _shown_sum(total: Amount) -> str:
    return f"{money(total)} {total.currency}"


def _delivered_text(each: Delivered) -> str:
    remittance = each.remittance
    how = str(each.state)
    if each.recovered and not each.problem:
        how = "found prepared, now delivered"
    lines = [
        (
            f"Message {remittance.message_id}: {how}."
            f" {count(len(remittance.payments), 'payment')},"
            f" {_shown_sum(remittance.total)},"
            f" control code {control_code(remittance.sha256)}."
        )
    ]
    if each.problem:
        lines += [
            f"It is not known to be at the bank: {each.problem}",
            "The same file goes again, under the same MsgId: books send",
        ]
    elif each.place and not each.path:
        lines += [f"Delivered to {each.place}", "Approve it in the netbank."]
    if each.path:
        lines += [
            f"File {each.place}",
            "Upload it in the netbank, compare sum, count and control code, approve.",
        ]
    return "\n".join(map(clean, lines))
