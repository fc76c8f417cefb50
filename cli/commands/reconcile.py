"""`books reconcile`: receive, match, post, prove, tell (DESIGN §6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from bankio import collector
from bankio.iso20022.values import AccountMessage
from cli.answer import Answer
from cli.commands import (
    channel_troubles,
    knowledge,
    ordered,
    posting,
    receiving,
    reconcile_report,
)
from cli.commands.posting import Posted
from cli.commands.receiving import Intake, Received
from cli.commands.runs import Run
from cli.options import Options
from cli.render import count
from cli.wiring import Workplace, opened
from reconcile import explained_lumps, reissued
from reconcile.bank_transactions import BankReport, reports_of
from reconcile.known import Plan


def run(options: Options, *, files: Sequence[Path], dry_run: bool) -> Answer:
    """Take in the files and what the channels hold, and post what is certain."""
    with opened(options) as workplace:
        if dry_run:
            intake = receiving.peek(workplace, files)
            told = reports(intake.taken)
            plan = reissued.plan(told, knowledge.of(workplace, told))
            return channel_troubles.told(
                reconcile_report.dry_run(intake.taken, plan), intake
            )
        intake = receiving.receive(workplace, files)
        return channel_troubles.told(process(workplace, intake), intake)


@collector.paused()
def process(workplace: Workplace, intake: Intake) -> Answer:
    """Post what is certain of what was taken in now and was not finished before."""
    taken = [*intake.taken, *receiving.unfinished(workplace, intake.taken)]
    plan, posted = post(workplace, taken)
    return reconcile_report.answer(workplace.reloaded(), taken, plan, posted)


@collector.paused()
def post(
    workplace: Workplace, taken: Sequence[Received], again: Run | None = None
) -> tuple[Plan, Posted]:
    """Post what is certain of the files, park the rest, and remember what was told.

    Args:
        workplace: Where.
        taken: What was read.
        again: The run of before that these files are posted again for.
    """
    plan, doing = Plan(), workplace.progress.doing
    told, told_by = reports(taken), again.at if again else None
    if told:
        with doing(f"Matching {count(len(told), 'report')}"):
            plan = reissued.plan(told, knowledge.of(workplace, told, told_by=told_by))
    plan = _with_explained(workplace, plan, told_by)
    with doing(f"Writing {count(len(plan.vouchers), 'voucher')}"):
        return plan, posting.write(workplace, plan, _done(taken, plan), again)


def _with_explained(workplace: Workplace, plan: Plan, told_by: str | None) -> Plan:
    """Return the plan, with the sums of before that the bank's answers explain now."""
    if not explained_lumps.are_waiting(ordered.current(workplace, told_by=told_by)):
        return plan
    touched = {
        str(posting.meta["open-item"])
        for voucher in plan.vouchers
        for posting in voucher.transaction.postings
        if "open-item" in posting.meta
    }
    known = knowledge.of(workplace, (), told_by=told_by)
    found = explained_lumps.plan(known, besides=touched)
    return replace(plan, vouchers=(*plan.vouchers, *found))


def reports(taken: Sequence[Received]) -> list[BankReport]:
    """Return the reports of every file that tells of accounts, each file once."""
    messages = {
        each.sha256: each.message
        for each in taken
        if isinstance(each.message, AccountMessage) and each.outcome != "quarantined"
    }
    return [
        report
        for sha256, message in messages.items()
        for report in reports_of(message, sha256)
    ]


def _done(taken: Sequence[Received], plan: Plan) -> dict[str, Mapping[str, object]]:
    """Return what the store is to remember of each file that was read."""
    held = {each.sha256 for each in plan.held}
    return {
        each.sha256: {
            "outcome": reconcile_report.outcome_of(each, plan).outcome,
            "reason": reconcile_report.outcome_of(each, plan).reason,
            "is_done": each.sha256 not in held,
        }
        for each in taken
        if each.outcome == "new"
    }
