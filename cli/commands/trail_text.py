"""The steps of `books why` as lines for people: one teller for each kind of step."""

from __future__ import annotations

from collections.abc import Sequence

from cli.render import clean, count, grouped

Step = dict[str, object]
"""One step of a trail, as `--json` gives it; `kind` says what it holds."""


def told(steps: Sequence[Step]) -> str:
    """Return the trail as numbered steps."""
    return "\n".join(_told(number, step) for number, step in enumerate(steps, 1))


def _told(number: int, step: Step) -> str:
    lines = _TELLERS[str(step["kind"])](step)
    head, *rest = [clean(line) for line in lines if line]
    return "\n".join([f"{number}. {head}", *(f"   {line}" for line in rest)])


def _told_file(step: Step) -> list[str]:
    sent = step["sent"]
    if isinstance(sent, dict):
        total = f"{grouped(str(sent['total']))} {sent['currency']}"
        return [
            f"Payment order {step['name']}: message {sent['message_id']}",
            f"{count(sent['payments'], 'payment')}, {total}, kept as {step['archived']}",
        ]
    outcome = step["outcome"] or "kept by us"
    lines = [
        f"{step['format'] or 'File'} {step['name'] or step['sha256']}: {outcome}",
        f"received {step['received'] or '-'}, kept as {step['archived']}",
    ]
    if step["reason"]:
        lines.append(f"why: {step['reason']}")
    decided = step["set_aside"]
    if isinstance(decided, dict):
        lines.append(
            f"set aside: {decided['reason']} ({decided['by']}) [{decided['place']}];"
            " take the line away to have it read again"
        )
    if step["decide"]:
        lines.append("it is read again by every books reconcile;")
        lines += [str(step["how"]), *str(step["decide"]).splitlines()]
    return lines


def _told_voucher(step: Step) -> list[str]:
    file = step.get("file")
    place = step.get("file_place") or (file["name"] if isinstance(file, dict) else None)
    postings = step["postings"]
    assert isinstance(postings, list)
    number = step["voucher"] or "(no number)"
    lines = [
        f"{step['date']} voucher {number}: {step['narration']} [{step['place']}]",
        *map(_told_posting, postings[:_POSTINGS_SHOWN]),
    ]
    if len(postings) > _POSTINGS_SHOWN:
        lines.append(f"… and {len(postings) - _POSTINGS_SHOWN} more postings")
    if step["movements"] != step["of_movements"]:
        of = f"movements of voucher {number}: books why {number}"
        lines.append(f"{step['movements']} of {step['of_movements']} {of}")
    if step["why"]:
        lines.append(f"why: {step['why']} ({step['rule']})")
    if place and isinstance(file, dict):
        lines.append(f"bank's file: {place}")
        lines.append(f"kept as {file['archived']}")
    return lines


_POSTINGS_SHOWN = 8


def _told_posting(posting: dict[str, object]) -> str:
    item = f"  ({posting['open_item']})" if posting["open_item"] else ""
    amount = grouped(str(posting["amount"]))
    return f"{amount} {posting['currency']}  {posting['account']}{item}"


def _told_payment(step: Step) -> list[str]:
    reason = f": {step['reason']}" if step["reason"] else ""
    amount = grouped(str(step["amount"]))
    return [
        (
            f"Ordered {amount} {step['currency']} to {step['creditor_account']},"
            f" for {step['requested']}: {step['end_to_end_id']}"
        ),
        f"message {step['message_id']}, file {step['file']}; now {step['state']}{reason}",
    ]


def _told_status(step: Step) -> list[str]:
    reasons = step["reasons"]
    file = step["file"]
    assert isinstance(reasons, list)
    assert isinstance(file, dict)
    why = "; ".join(
        " ".join(part for part in (each["code"], each["text"]) if part) for each in reasons
    )
    return [
        f"The bank answered {step['status'] or '-'} ({step['level']}) {why}",
        f"bank's file: {file['name']}",
    ]


def _told_item(step: Step) -> list[str]:
    left = str(step["left"])
    state = "settled" if left.strip("-0.") == "" else f"{grouped(left)} left"
    amount = grouped(str(step["amount"]))
    return [f"Open item {step['open_item']} {step['party'] or ''}: {amount}, {state}"]


def _told_confirmation(step: Step) -> list[str]:
    what = f"account {step['account']}" if step["account"] else f"up to {step['up_to']}"
    by = f"confirmed by {step['by']}" if step["by"] else "as first known"
    reason = f": {step['reason']}" if step["reason"] else ""
    return [f"{step['date']} {step['party'] or ''}: {what} {by}{reason}"]


def _told_decision(step: Step) -> list[str]:
    against = f", against {step['told']}" if step["told"] else ""
    reason = f": {step['reason']}" if step["reason"] else ""
    who = f"{step['date']} {step['by'] or '-'} {step['what']}"
    return [f"{who}{against}{reason} [{step['place']}]"]


def _told_proof(step: Step) -> list[str]:
    return [
        (
            f"Statement {step['number'] or ''} of {step['account']} for {step['date']}:"
            f" opening {grouped(str(step['opening']))},"
            f" closing {grouped(str(step['closing']))}"
        )
    ]


_TELLERS = {
    "file": _told_file,
    "voucher": _told_voucher,
    "payment": _told_payment,
    "status": _told_status,
    "open-item": _told_item,
    "confirmation": _told_confirmation,
    "decision": _told_decision,
    "statement": _told_proof,
}
