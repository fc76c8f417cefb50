"""`books unmatched`: what waits for a person, with the evidence in front of him."""

from __future__ import annotations

from cli.answer import Answer, ExitCode
from cli.commands import waiting
from cli.commands.waiting import Waiting
from cli.options import Options
from cli.render import clean, count, line, money
from cli.wiring import opened


def run(options: Options) -> Answer:
    """List what waits; exit code 3 if anything does."""
    with opened(options) as workplace:
        found = waiting.of(workplace)
    data = [as_json(each) for each in found]
    if not found:
        return Answer(data, "Nothing waits for a person.")
    blocks = [_block(each) for each in found]
    text = "\n".join([*blocks, f"{count(len(found), 'thing')} waiting."])
    return Answer(data, text, ExitCode.WAITS)


def as_json(each: Waiting) -> dict[str, object]:
    """Return one row of `--json`."""
    return {
        "ref": each.ref,
        "date": each.date.isoformat() if each.date else None,
        "amount": each.amount.text if each.amount else None,
        "currency": each.amount.currency if each.amount else None,
        "text": each.text,
        "kid": each.kid,
        "counterparty": each.counterparty,
        "reason": each.reason,
        "candidates": [
            {
                "open_item": candidate.open_item,
                "amount": candidate.amount.text,
                "why": candidate.why,
            }
            for candidate in each.candidates
        ],
        "voucher": each.voucher,
        "open_item": each.open_item,
    }


def _block(each: Waiting) -> str:
    amount = f"{money(each.amount)} {each.amount.currency}" if each.amount else "file"
    parts = [str(each.date or ""), amount, each.counterparty or "", each.text]
    if each.kid:
        parts.append(f"KID {each.kid}")
    lines = [
        clean("  ".join(part for part in parts if part)),
        line(each.reason, 2),
        line(f"ref {each.ref}" + (f", voucher {each.voucher}" if each.voucher else ""), 2),
    ]
    lines += [
        line(f"{one.open_item}  {money(one.amount)}  {one.why}", 4)
        for one in each.candidates
    ]
    return "\n".join(lines)
