"""Which run learned what: numbers in the sidecars, so that the store can be made anew.

A run that learns something from files leaves `{"event":"told","run":17}` in the sidecar of
each that told it, before it is committed. `reconcile.replay` says why, and reads them. The
number is the next one: no chance and no clock is in it, and a run that was stopped before
it was committed bears it again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from cli.wiring import Workplace
from ledger.store import StoreTransaction
from reconcile import replay

_INFO = "runs"
_EVENT = "told"


def leave(workplace: Workplace, files: Iterable[str]) -> int:
    """Leave the number of a run with the files that tell it something; return it."""
    with workplace.store.reading() as transaction:
        last = transaction.info(_INFO)
    if last is None:
        _leave(workplace, _told_before(workplace), replay.UNNUMBERED)
    number = (replay.UNNUMBERED if last is None else int(last)) + 1
    _leave(workplace, files, number)
    return number


def _told_before(workplace: Workplace) -> dict[str, None]:
    """Return the files that were told before runs were numbered."""
    with workplace.store.reading() as transaction:
        told = [each.sha256 for each in transaction.told_entries()]
        told += [each.sha256 for each in transaction.told_movements()]
        told += [each.sha256 for each in transaction.statement_days()]
    return {sha256: None for sha256 in told if workplace.archive.has(sha256)}


def _leave(workplace: Workplace, files: Iterable[str], number: int) -> None:
    event = {"event": _EVENT, "run": number}
    for sha256 in files:
        # The last one: where numbers began again, an earlier one like it is void.
        if numbers(workplace.archive.events(sha256))[-1:] != [number]:
            workplace.archive.append(sha256, event)


def record(transaction: StoreTransaction, number: int) -> None:
    """Remember that a run of this number is committed, or told again."""
    if number > int(transaction.info(_INFO) or replay.UNNUMBERED):
        transaction.set_info(_INFO, str(number))


def numbers(events: Iterable[Mapping[str, Any]]) -> list[int]:
    """Return the numbers in a sidecar, in the order in which they were left."""
    return [int(each["run"]) for each in events if each.get("event") == _EVENT]
