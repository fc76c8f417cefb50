"""What a person reads on the terminal: aligned text, the amount column to the right.

The first line always says that the bank is simulated. Text from files is shown without
control characters, so that nothing written there can move the cursor.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from simulator import NOTICE, ore

Pairs = Sequence[tuple[str, object]]


def clean(text: object) -> str:
    """Return text that a terminal shows and does not obey."""
    return re.sub(
        r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]", " ", str(text)
    )


def account(number: str) -> str:
    """Write an account number the Norwegian way: `8601.11.17947`."""
    if len(number) == 11 and number.isdigit():
        return f"{number[:4]}.{number[4:6]}.{number[6:]}"
    return clean(number)


def heading(title: str, now: str) -> str:
    """Return the line that stands above everything."""
    return f"{NOTICE}   {title}   {now.replace('T', ' ')[:16]}"


def facts(pairs: Pairs) -> str:
    """Return names and values in two columns; øre stand beside as an amount already."""
    shown = [
        (name.replace("_", " "), _value(value))
        for name, value in pairs
        if not name.endswith("_ore")
    ]
    width = max(len(name) for name, _ in shown)
    return "\n".join(f"  {name:<{width}}  {value}" for name, value in shown)


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(map(clean, value)) or "-"
    return "-" if value is None else clean(value)


def table(columns: Sequence[str], rows: Iterable[Sequence[object]], right: str = "") -> str:
    """Return a table; the columns named in `right` (one digit each) stand to the right."""
    lines = [tuple(columns), *(tuple(clean(cell) for cell in row) for row in rows)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(columns))]
    to_right = {int(digit) for digit in right}
    return "\n".join(
        "  "
        + "  ".join(
            cell.rjust(widths[i]) if i in to_right else cell.ljust(widths[i])
            for i, cell in enumerate(line)
        ).rstrip()
        for line in lines
    )


def receipt(found: dict[str, Any]) -> str:
    """Return the receipt of an upload."""
    pairs: list[tuple[str, object]] = [
        ("file", found["file"]),
        ("message id", found["message_id"]),
        ("payments", found["payments"]),
        ("sum", f"{ore.readable(found['total_ore'])} {found['currency']}"),
        ("control code", found["control_code"]),
        ("state", found["state"]),
    ]
    if found["execution_dates"]["first"]:
        days = found["execution_dates"]
        pairs.append(("execution", _period(days["first"], days["last"])))
    if found["moved"]:
        pairs.append(("moved", f"{found['moved']} from a closed day to the next bank day"))
    lines = [facts(pairs)]
    for fault in found["rejected"]:
        what = fault["end_to_end_id"] or "file"
        lines.append(f"  refused  {clean(what)}: {fault['code']} {clean(fault['text'])}")
    if found["state"] == "received":
        persons = "one person" if found["approvals"] == 1 else "two different persons"
        lines.append(
            f"  next: {persons} with rights must approve:"
            f" nettbank approve {clean(found['message_id'])} --as NAME"
        )
    else:
        lines.append("  nothing will be paid; the answer (pain.002) lies ready to collect")
    return "\n".join(lines)


def _period(first: str, last: str) -> str:
    return first if first == last else f"{first} to {last}"


def payments(found: Sequence[dict[str, Any]]) -> str:
    """Return the list of instructions."""
    rows = [
        (
            p["execution"],
            ore.readable(p["amount_ore"]),
            p["creditor"][:28],
            account(p["creditor_account"]),
            p["kid"] or (p["text"] or "")[:20],
            p["state"] + (f" {p['reason']}" if p["reason"] else ""),
            p["end_to_end_id"],
        )
        for p in found
    ]
    columns = ("date", "amount", "payee", "account", "kid or text", "state", "EndToEndId")
    return table(columns, rows, right="1") if rows else "  no payments"


def movements(found: Sequence[dict[str, Any]]) -> str:
    """Return the journal."""
    rows = [
        (
            m["booked"],
            ore.readable(m["amount_ore"]),
            m["kind"],
            m["kid"] or m["end_to_end_id"] or "",
            (m["counterparty"] or m["text"] or "")[:30],
            m["reference"],
        )
        for m in found
    ]
    columns = ("booked", "amount", "kind", "kid or EndToEndId", "who or what", "reference")
    return table(columns, rows, right="1") if rows else "  no movements"
