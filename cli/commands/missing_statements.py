"""Which statements are missing before those that wait, and the line that gives them up.

    2026-11-09 custom "accepted-gap" "86011117947" 2026-11-09
      reason: "..."
      by: "kari"

The bank account, and the first day after the gap. A person types it where the bank will
not send what is missing; the next `books reconcile` posts what waited, and parks what
moved meanwhile, so that it can be placed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bankio import formats
from bankio.errors import Unreadable
from bankio.iso20022.values import AccountMessage
from cli.commands import knowledge, setting_aside
from cli.render import money
from cli.wiring import Workplace
from reconcile import gaps, usable
from reconcile.bank_transactions import BankReport, reports_of
from reconcile.gaps import Gap, Wait
from reconcile.progress import Progress


def of(workplace: Workplace, digest: str) -> tuple[Wait, ...]:
    """Return what the statements of a file wait for: a gap, or another that waits."""
    found = workplace.once("missing-statements", lambda: _by_file(workplace))
    return tuple(found.get(digest, ()))


def _by_file(workplace: Workplace) -> Mapping[str, Sequence[Wait]]:
    reports = [
        report
        for record in setting_aside.unfinished(workplace)
        if record.format == "camt.053" and record.outcome in {"held", "posted"}
        for report in _reports(workplace, record.sha256, record.name)
    ]
    if not reports:
        return {}
    progress = Progress(knowledge.of(workplace, reports))
    found: dict[str, list[Wait]] = {}
    told = usable.reports(reports, progress)
    for wait in gaps.waits([e for e in told if e.source == "statement"], progress):
        found.setdefault(wait.report.sha256, []).append(wait)
    return found


def _reports(workplace: Workplace, digest: str, name: str) -> Sequence[BankReport]:
    if not workplace.archive.has(digest):
        return ()
    try:
        message = formats.read(workplace.archive.read(digest), name)
    except Unreadable:
        return ()
    return reports_of(message, digest) if isinstance(message, AccountMessage) else ()


def how(workplace: Workplace, missing: Sequence[Gap]) -> str:
    """Return what is missing, and where the line is typed that waits for it no longer."""
    told = "; ".join(map(_told, missing))
    return (
        f"missing: {told}. Get it from the bank: books reconcile FILE. If it never comes,"
        f" say why in a file of yours ({setting_aside.month_file(workplace)}), and run"
        " books reconcile:"
    )


def lines(workplace: Workplace, missing: Sequence[Gap]) -> tuple[str, ...]:
    """Return the lines that a person types to wait no longer."""
    return tuple(
        text
        for gap in missing
        for text in (
            f'{workplace.clock.today} custom "accepted-gap" "{gap.bank_account}" {gap.day}',
            '  reason: "..."',
            f'  by: "{workplace.user}"',
        )
    )


def _told(gap: Gap) -> str:
    """Return a gap in words: number, days, balances."""
    number = f" no. {gap.numbers}" if gap.numbers else ""
    days = f"{gap.first}" if gap.first == gap.last else f"{gap.first} to {gap.last}"
    return (
        f"statement{number} of {gap.bank_account} for {days},"
        f" from {money(gap.opening)} to {money(gap.closing)} {gap.closing.currency}"
    )
