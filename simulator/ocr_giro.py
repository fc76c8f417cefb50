"""OCR giro: receipts with KID as 80 columns, the way the clearing centre delivers them.

Source: Nets, System specification OCR giro v2.0. Every line has 80 characters in
ISO-8859-1. All receipts of one lump on the statement carry its serial number; the end
records count transactions (30 with its 31 is one) and records, 20 and 88 among them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from simulator.refusal import Refused

SENDER = "00008080"
COLUMNS = 80
GIRO, COUNTER = "10", "14"


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """One payment with KID."""

    amount: int
    """In øre."""
    kid: str
    archive_reference: str
    payer_account: str
    settled: date
    ordered: date
    settlement: int
    """Number of the day's settlement that it came in."""
    serial: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """The receipts of one agreement and account."""

    agreement: str
    number: int
    account: str
    receipts: Sequence[Receipt]


def _day(day: date) -> str:
    return day.strftime("%d%m%y")


def _filled(start: str) -> str:
    line = start.ljust(COLUMNS, "0")
    if len(line) != COLUMNS:
        raise AssertionError(f"an OCR line of {len(line)} columns: {line!r}")
    return line


def _amount_items(number: int, receipt: Receipt) -> list[str]:
    kind = GIRO if receipt.payer_account else COUNTER
    item_1 = (
        f"NY09{kind}30{number:07d}{_day(receipt.settled)}10{receipt.settled:%d}"
        f"{receipt.settlement % 10}{receipt.serial:05d}0{receipt.amount:017d}"
        f"{receipt.kid:>25}"
    )
    item_2 = (
        f"NY09{kind}31{number:07d}{'0' * 10}{receipt.archive_reference:>9}{'0' * 7}"
        f"{_day(receipt.ordered)}{receipt.payer_account:0>11}"
    )
    return [_filled(item_1), _filled(item_2)]


def _assignment(assignment: Assignment, processed: date) -> list[str]:
    receipts = assignment.receipts
    total = sum(receipt.amount for receipt in receipts)
    days = [receipt.settled for receipt in receipts]
    lines = [
        _filled(
            f"NY090020{assignment.agreement:0>9}{assignment.number:07d}{assignment.account}"
        )
    ]
    for number, receipt in enumerate(receipts, 1):
        lines += _amount_items(number, receipt)
    end = (
        f"NY090088{len(receipts):08d}{len(lines) + 1:08d}{total:017d}"
        f"{_day(processed)}{_day(min(days))}{_day(max(days))}"
    )
    return [*lines, _filled(end)]


def write(
    transmission: int, recipient: str, assignments: Sequence[Assignment], processed: date
) -> bytes:
    """Write a transmission."""
    lines = [_filled(f"NY000010{SENDER}{transmission:07d}{recipient:0>8}")]
    for assignment in assignments:
        lines += _assignment(assignment, processed)
    count = sum(len(assignment.receipts) for assignment in assignments)
    total = sum(r.amount for assignment in assignments for r in assignment.receipts)
    if total >= 10**17:
        raise Refused("the OCR total does not fit its 17 columns.")
    lines.append(
        _filled(f"NY000089{count:08d}{len(lines) + 1:08d}{total:017d}{_day(processed)}")
    )
    return ("\r\n".join(lines) + "\r\n").encode("iso-8859-1")
