"""Keys of what is told anew, where the first telling of a key was taken back.

    Tuesday, as first told    statement/…/R1     posted, and taken back by a reissue
    Tuesday, as told anew     statement/…/R1     is another entry: statement/…/R1/2

The keys that were taken back stand in the books for ever. For whoever tells one of them
after that it is a key that is used: the next ordinal that is free takes its place, the
same one however often a file is read. The file that told it first keeps it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from reconcile.bank_transactions import BankReport, with_ordinal
from reconcile.known import Known


def rekeyed(reports: Iterable[BankReport], known: Known) -> list[BankReport]:
    """Return the reports, with other keys where theirs were taken back."""
    if not known.taken_back:
        return list(reports)
    return [_rekeyed(report, known) for report in reports]


def _rekeyed(report: BankReport, known: Known) -> BankReport:
    own = {e.key for e in report.entries}
    own |= {movement.key for e in report.entries for movement in e.movements}

    def free(key: str) -> str:
        if known.taken_back.get(key, report.sha256) == report.sha256:
            return key
        ordinal, found = 1, key
        while known.taken_back.get(found, report.sha256) != report.sha256 or (
            found != key and found in own
        ):
            ordinal += 1
            found = with_ordinal(key, ordinal)
        return found

    return replace(
        report,
        entries=tuple(
            replace(
                entry,
                key=free(entry.key),
                movements=tuple(replace(m, key=free(m.key)) for m in entry.movements),
            )
            for entry in report.entries
        ),
    )
