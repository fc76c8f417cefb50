"""The bank's answers about one message, found payment by payment.

A status speaks for every child that is not named below it in the same file; a lower level
wins over a higher one. A message may hold tens of thousands of payments with a line each,
so nothing here walks over all lines for one of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from ledger.messages import StatusLine
from ledger.payments import Payment

REFUSED_RECALL = "RJCR"


class Answers:
    """The lines about one message, found by payment without looking at all of them."""

    def __init__(self, lines: Iterable[StatusLine] = ()) -> None:
        self._files: dict[str, _OneFile] = {}
        self._of_recall: dict[str | None, list[StatusLine]] = defaultdict(list)
        self.groups: list[StatusLine] = []
        for line in lines:
            self._files.setdefault(line.sha256, _OneFile()).add(line)
            if line.status == REFUSED_RECALL:
                self._of_recall[line.end_to_end_id].append(line)
            if line.level == "group":
                self.groups.append(line)

    def about(self, payment: Payment) -> tuple[StatusLine, ...]:
        """Return the lines that speak for a payment: per file, the lowest that names it."""
        return tuple(
            line for _, told in sorted(self._files.items()) for line in told.about(payment)
        )

    def refusing_recall_of(self, payment: Payment) -> Sequence[StatusLine]:
        """Return the refusals to take a payment back."""
        return self._of_recall.get(payment.end_to_end_id, ())


class _OneFile:
    def __init__(self) -> None:
        self._payments: dict[str | None, list[StatusLine]] = defaultdict(list)
        self._informations: dict[str | None, list[StatusLine]] = defaultdict(list)
        self._group: list[StatusLine] = []

    def add(self, line: StatusLine) -> None:
        """Add a line at its level."""
        if line.end_to_end_id is not None:
            self._payments[line.end_to_end_id].append(line)
        if line.level == "payment-information":
            self._informations[line.payment_information_id].append(line)
        if line.level == "group":
            self._group.append(line)

    def about(self, payment: Payment) -> Sequence[StatusLine]:
        """Return the lowest lines that name a payment."""
        return (
            self._payments.get(payment.end_to_end_id)
            or self._informations.get(payment.payment_information_id)
            or self._group
        )


UNANSWERED = Answers()
