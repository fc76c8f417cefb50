"""`books sync`: send what is to be sent, fetch, reconcile, tell; for cron and timers.

It orders nothing: which bills are paid is decided by `books pay-due`, by a person or by a
timer of its own (docs/sync.md). A run in which nothing changed prints nothing, so that
cron sends no mail; the exit code still says whether something waits.

`--watch` stays and polls, every minute while there is news and less and less often when
there is none. SIGTERM ends it after the run that is going on.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import FrameType

from cli import refusals
from cli.answer import Answer, ExitCode, Refused
from cli.commands import channel_troubles, pay_due, payment_list, recalling, receiving
from cli.commands import reconcile as reconcile_command
from cli.commands.pay_due import Delivered
from cli.commands.recalling import DeliveredRecall
from cli.masking import masked
from cli.options import Options
from cli.render import clean, count, money
from cli.run_log import RunLog
from cli.wiring import Workplace, books_folder, clock, opened
from ledger.lock import BooksBusy

WAIT_SECONDS = 60.0
WAIT_SECONDS_MAX = 15 * 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """One run: what it did, and what it could not."""

    data: Mapping[str, object]
    news: tuple[str, ...]
    """A line for everything that changed."""
    troubles: tuple[str, ...]
    ignored: tuple[str, ...]
    """What lies at a bank and is left alone."""
    exit_code: ExitCode


def run(options: Options, *, watch: bool) -> Answer:
    """Do it once, or until a signal comes."""
    if watch:
        return _watch(options)
    log = RunLog(books_folder(options))
    try:
        done = once(options)
    except Exception as error:
        messages = _messages(error)
        if messages is None:
            raise
        refused = log.new_troubles(f"refused: {each}" for each in messages)
        log.write(clock(options).recorded_at(), refused)
        raise Refused(*map(masked, messages)) from error
    lines = _told(options, log, done)
    if options.verbose and not lines:
        lines = ["Nothing new."]
    return Answer(dict(done.data), "\n".join(lines), done.exit_code)


def once(options: Options) -> Pass:
    """Send, fetch and reconcile under one lock."""
    with opened(options) as workplace:
        delivered = pay_due.deliver_pending(workplace, is_a_person=False)
        recalls = recalling.deliver_pending(workplace)
        current = workplace.reloaded() if delivered else workplace
        before = _outcomes(current)
        intake = receiving.receive(current)
        answer = reconcile_command.process(current, intake)
        problems = [each.problem for each in delivered]
        problems += [each.problem for each in recalls]
        is_sent = not all(problems)
        told = channel_troubles.warned if is_sent else channel_troubles.told
        answer = told(answer, intake)
    answer = recalling.told(answer, recalls)
    sent = payment_list.sent_answer(delivered)
    reconciled, remittances = answer.data, sent.data
    assert isinstance(reconciled, dict)
    assert isinstance(remittances, dict)
    troubles = [f"channel {each.channel}: {each.reason}" for each in intake.troubles]
    troubles += [
        f"{each.remittance.message_id} is not known to be at the bank: {each.problem}"
        for each in delivered
        if each.problem
    ]
    troubles += [
        f"{each.recall.message_id} did not arrive: {each.problem}"
        for each in recalls
        if each.problem
    ]
    news = [*_sent(delivered, recalls), *_reconciled(reconciled, before)]
    waits = ExitCode.WAITS in {answer.exit_code, sent.exit_code}
    data = {
        "ok": not troubles,
        "detail": "; ".join([*news, *troubles]) or "nothing new",
        **reconciled,
        "remittances": remittances["remittances"],
    }
    return Pass(
        data=data,
        news=tuple(news),
        troubles=tuple(troubles),
        ignored=tuple(f"left alone: {each}" for each in intake.ignored),
        exit_code=ExitCode.WAITS if waits else ExitCode.DONE,
    )


def _sent(delivered: Sequence[Delivered], recalls: Sequence[DeliveredRecall]) -> list[str]:
    lines = [
        f"sent {each.remittance.message_id}:"
        f" {count(len(each.remittance.payments), 'payment')},"
        f" {money(each.remittance.total)} {each.remittance.total.currency}, to {each.place}"
        for each in delivered
        if not each.problem
    ]
    lines += [
        f"sent recall {each.recall.message_id}, to {each.place}"
        for each in recalls
        if not each.problem
    ]
    return lines


def _outcomes(workplace: Workplace) -> dict[str, str | None]:
    """Return what became of every file so far, by sha256."""
    with workplace.store.reading() as transaction:
        return {each.sha256: each.outcome for each in transaction.files(direction="in")}


def _reconciled(data: Mapping[str, object], before: Mapping[str, str | None]) -> list[str]:
    """Return what reconciling changed: a file that is held as it was is no news."""
    messages, alarms = data["messages"], data.get("alarms")
    assert isinstance(messages, list)
    assert isinstance(alarms, list)
    lines = []
    for each in messages:
        if each["outcome"] in {"nothing-new", before.get(each["sha256"])}:
            continue
        why = f" ({each['reason']})" if each["reason"] else ""
        lines.append(
            f"received {each['format'] or 'file'} {each['file']}: {each['outcome']}{why}"
        )
    if data["posted"]:
        lines.append(f"posted {data['posted']}, of which parked {data['parked']}")
    return lines + [f"ALARM {each}" for each in alarms if lines]


def _told(options: Options, log: RunLog, done: Pass) -> list[str]:
    """Write the log, and return the lines for whoever reads the run's output."""
    lines = [*done.news, *log.new_troubles([*done.troubles, *done.ignored])]
    log.write(clock(options).recorded_at(), lines)
    return [masked(clean(each)) for each in lines]


def _messages(error: Exception) -> tuple[str, ...] | None:
    return error.messages if isinstance(error, Refused) else refusals.messages(error)


# --- staying --------------------------------------------------------------------------


def _watch(options: Options) -> Answer:
    log = RunLog(books_folder(options))
    stop = threading.Event()

    def stopped(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stopped)
    wait, runs = WAIT_SECONDS, 0
    while not stop.is_set():
        lines = _watched(options, log)
        runs += 1
        if lines and not options.json:
            print("\n".join(lines), flush=True)
        wait = next_wait(wait, has_news=bool(lines))
        stop.wait(wait)
    text = f"Stopped after {count(runs, 'run')}."
    return Answer({"ok": True, "detail": text}, text)


def next_wait(seconds: float, *, has_news: bool) -> float:
    """Return how long to wait after a run.

    >>> next_wait(60, has_news=False), next_wait(600, has_news=False)
    (120, 900.0)
    >>> next_wait(900, has_news=True)
    60.0
    """
    return WAIT_SECONDS if has_news else min(seconds * 2, WAIT_SECONDS_MAX)


def _watched(options: Options, log: RunLog) -> list[str]:
    """Run once; what refuses this run (a half-saved file) may be over at the next."""
    try:
        done = once(options)
    except BooksBusy:
        return []
    except Exception as error:
        messages = _messages(error)
        if messages is None:
            raise
        lines = log.new_troubles(f"refused: {each}" for each in messages)
        log.write(clock(options).recorded_at(), lines)
        return lines
    return _told(options, log, done)
