"""Why each detail of a large batch was posted as it was: in the sidecar of its file.

Above `batch_over` details one transaction holds them all, and has no room for a reason
each. They are left as one event, before the voucher is committed: a voucher that says that
its reasons stand by the archived file never lacks them. A run that was stopped leaves the
same event again, so it is written once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cli.wiring import Workplace
from ledger.archive import Archive
from reconcile.known import PlannedVoucher

_EVENT = "reasons"


@dataclass(frozen=True, slots=True)
class Reason:
    """By which rule a movement was settled, and why."""

    rule: str | None
    why: str | None


def leave(workplace: Workplace, planned: Iterable[PlannedVoucher]) -> None:
    """Leave the reasons that vouchers have no room for."""
    archive = workplace.archive
    for each in planned:
        if not each.reasons or not archive.has(each.sha256):
            continue
        told = {key: list(reason) for key, reason in each.reasons.items()}
        event = {"event": _EVENT, "reasons": told}
        if event not in archive.events(each.sha256):
            archive.append(each.sha256, event)


def of(archive: Archive, sha256: str) -> Mapping[str, Reason]:
    """Return the reasons in a file's sidecar, by movement; the last word counts."""
    return {
        key: Reason(str(rule), str(why))
        for event in archive.events(sha256)
        if event.get("event") == _EVENT
        for key, (rule, why) in event["reasons"].items()
    }
