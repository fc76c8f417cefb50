"""What a pain.002 or camt.029 says, level by level: one line for each thing that it names.

ISO 20022 gives a status and its reasons at three levels: `GrpSts`, `PmtInfSts`, `TxSts`,
each with `StsRsnInf`. A level that is named without a status has that of the level above:

    PmtInfSts RJCT AC04, TxInfAndSts without TxSts        transaction RJCT AC04
    GrpSts RJCT DU01, TxInfAndSts without TxSts, NARR     transaction RJCT NARR DU01
    PmtInfSts RJCT AC04, TxSts RJCT without a reason      transaction RJCT AC04
    PmtInfSts RJCT AC04, TxSts RJCT AM04                  transaction RJCT AM04

The trap is a reason that is lost on the way down: a group that is refused as a duplicate
(DU01) proves that the bank has the payment, and without its reason it is a rejection,
which lets the bill be paid again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from bankio.iso20022.values import (
    CancellationAnswer,
    PaymentInformationStatus,
    PaymentStatusReport,
    Reason,
)
from ledger.messages import StatusLine


def lines_of(
    message: PaymentStatusReport | CancellationAnswer, sha256: str
) -> tuple[StatusLine, ...]:
    """Return every status of a message, each at its level, with all its reasons."""
    original = message.original_message_identification or ""
    group = _group_of(message)
    # An answer's word on the whole is about the recall, not about the message.
    prefix = "recall-" if isinstance(message, CancellationAnswer) else ""
    made = [_Line(f"{prefix}group", None, None, group)]
    for information in message.payment_informations:
        made.extend(_information_lines(information, group, prefix))
    return tuple(
        StatusLine(
            message_id=original,
            payment_information_id=line.payment_information_id,
            end_to_end_id=line.end_to_end_id,
            level=line.level,
            status=line.told.status,
            reasons=line.told.reasons,
            sha256=sha256,
            position=position,
            created=message.creation_date_time,
            execution_date=line.execution_date,
        )
        for position, line in enumerate(made)
    )


@dataclass(frozen=True, slots=True)
class _Told:
    """A status with its reasons."""

    status: str
    reasons: tuple[Reason, ...]

    def below(self, status: str | None, reasons: tuple[Reason, ...]) -> _Told:
        """Return what holds of a part that has this status of its own, or none."""
        if not status:
            above = tuple(each for each in self.reasons if each not in reasons)
            return _Told(self.status, (*reasons, *above))
        if status == self.status and not reasons:
            return self
        return _Told(status, reasons)


@dataclass(frozen=True, slots=True)
class _Line:
    level: str
    payment_information_id: str | None
    end_to_end_id: str | None
    told: _Told
    execution_date: date | None = None


def _group_of(message: PaymentStatusReport | CancellationAnswer) -> _Told:
    if isinstance(message, PaymentStatusReport):
        return _Told(message.group_status or "", message.reasons)
    return _Told(message.group_status or message.status or "", message.reasons)


def _information_lines(
    information: PaymentInformationStatus, group: _Told, prefix: str
) -> Iterator[_Line]:
    identification = information.original_payment_information_identification
    whole = group.below(information.status, information.reasons)
    yield _Line(f"{prefix}payment-information", identification, None, whole)
    for told in information.transactions:
        yield _Line(
            "transaction",
            identification,
            told.original_end_to_end_identification
            or told.original_instruction_identification,
            whole.below(told.status, told.reasons),
            told.requested_execution_date,
        )


def summary(lines: Sequence[StatusLine]) -> str:
    """Return a status message in one line: its id, and how often which status."""
    counts: dict[str, int] = defaultdict(int)
    for line in lines:
        if line.level == "transaction":
            counts[line.status] += 1
    group = next((line.status for line in lines if line.level.endswith("group")), "")
    told = ", ".join(f"{count} {status}" for status, count in sorted(counts.items()))
    parts = (lines[0].message_id if lines else "", group, told and f"({told})")
    return " ".join(filter(None, parts))
