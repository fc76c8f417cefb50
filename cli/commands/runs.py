"""Which run learned what: numbers in the sidecars, so that the store can be made anew.

A run that learns something from files leaves `{"event":"told","run":17,"by","at"}` in the
sidecar of each that told it, before it is committed. `reconcile.replay` says why, and reads
them. The number is the next one: no chance and no clock is in it, and a run that was
stopped before it was committed bears it again. `by` and `at` are those of its vouchers, so
that vouchers which are posted again are the same to the last link of the chain.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from cli.wiring import Workplace
from ledger.decision_log import RUNS
from ledger.store import StoreTransaction
from reconcile import replay

_EVENT = "told"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A run that was committed, as its files remember it."""

    number: int
    by: str
    at: str


def leave(workplace: Workplace, files: Iterable[str], by: str, at: str) -> int:
    """Leave the number of a run with the files that tell it something; return it."""
    with workplace.store.reading() as transaction:
        last = transaction.info(RUNS)
    if last is None:
        _leave(workplace, _told_before(workplace), {"run": replay.UNNUMBERED})
    number = (replay.UNNUMBERED if last is None else int(last)) + 1
    _leave(workplace, files, {"run": number, "by": by, "at": at})
    return number


def _told_before(workplace: Workplace) -> dict[str, None]:
    """Return the files that were told before runs were numbered."""
    with workplace.store.reading() as transaction:
        told = [each.sha256 for each in transaction.told_entries()]
        told += [each.sha256 for each in transaction.told_movements()]
        told += [each.sha256 for each in transaction.statement_days()]
    files = dict.fromkeys(told)
    return {sha256: None for sha256 in files if workplace.archive.has(sha256)}


def _leave(workplace: Workplace, files: Iterable[str], run: Mapping[str, object]) -> None:
    event = {"event": _EVENT, **run}
    for sha256 in files:
        # The last one: where numbers began again, an earlier one like it is void.
        if _told(workplace.archive.events(sha256))[-1:] != [event]:
            workplace.archive.append(sha256, event)


def record(transaction: StoreTransaction, number: int) -> None:
    """Remember that a run of this number is committed, or told again."""
    if number > int(transaction.info(RUNS) or replay.UNNUMBERED):
        transaction.set_info(RUNS, str(number))


def numbers(events: Iterable[Mapping[str, Any]]) -> list[int]:
    """Return the numbers in a sidecar, in the order in which they were left."""
    return [int(each["run"]) for each in _told(events)]


def of(workplace: Workplace, number: int, files: Iterable[str]) -> Run:
    """Return a run as its files remember it; one of before that was kept happens now.

    A run that was stopped left its number too: the last to bear it was committed.
    """
    told = [
        (str(event["at"]), str(event["by"]))
        for sha256 in files
        for event in _told(workplace.archive.events(sha256))
        if int(event["run"]) == number and "at" in event
    ]
    now = (workplace.clock.recorded_at(), workplace.user)
    at, by = max(told, default=now)
    return Run(number=number, by=by, at=at)


def _told(events: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return [each for each in events if each.get("event") == _EVENT]
