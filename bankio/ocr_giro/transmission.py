"""OCR giro, the transmission: records become payments, and every total is checked.

Source: Nets, system specification OCR giro v2.0. Grammar of a file:

    10 ( 20 ( 30 31 [32] )* 88 )* 89

The payments are told in the values of camt.054: an assignment is a report, the payments
of one serial number are an entry (the lump that the bank statement shows), a payment is
a detail. A payment is signed as money: `-` in column 32 is a debit.

    control sum = Σ signed amounts of ordinary types + Σ absolute amounts of 18 and 20

Traps: reversals (types 18 and 20) are *added* in the totals; two equal payments can both
be real; dates in the end records are not dependable, counts and sums are. AvtaleGiro
assignments (service 21) may stand in the same file: they are counted and told, and are
no payments; a payment record inside of one is a fault, not something to skip.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import NamedTuple

from bankio.errors import Place, Problem, Unreadable
from bankio.iso20022.notes import Notes
from bankio.iso20022.values import (
    Account,
    AccountMessage,
    AccountReport,
)
from bankio.ocr_giro import records
from bankio.ocr_giro.payments import (
    CURRENCY,
    Pending,
    Run,
    lumps,
    ordinary_payments,
    payment,
)
from bankio.ocr_giro.records import Line, RecordError

TYPES = frozenset(str(number) for number in range(10, 22))
#: Counted gross in the totals.
_REVERSALS = frozenset({"18", "20"})
#: A payment of any other type must have a KID.
_WITHOUT_KID = frozenset({"20", "21"})
#: A file of nothing but faults must not fill the memory with them.
_PROBLEMS_MAX = 500
_SERVICE_AVTALEGIRO = "21"
_SERVICE_DIRECT_REMITTANCE = "04"


class Received(NamedTuple):
    """An assignment has ended; its payments have been told."""

    report: AccountReport


Piece = Run | Received | AccountMessage


def read(blocks: Iterable[bytes], source: str) -> AccountMessage:
    """Return the whole transmission."""
    reports: list[AccountReport] = []
    runs: list[Run] = []
    for piece in stream(blocks, source):
        if isinstance(piece, Run):
            runs.append(piece)
        elif isinstance(piece, Received):
            reports.append(replace(piece.report, entries=lumps(runs)))
            runs = []
        else:
            return replace(piece, reports=tuple(reports))
    raise AssertionError("a stream ends with its message")


def stream(blocks: Iterable[bytes], source: str) -> Iterator[Piece]:
    """Yield runs of payments and then their assignment; at last the message.

    The assignment's report comes without entries and the message without reports. Totals
    are known only at the end, so whoever posts from a stream must be able to take back.
    """
    reading = _Reading(source)
    text, position, number = "", 0, 1
    for block in blocks:
        text = text[position:] + block.decode("iso-8859-1")
        if number == 1:
            text = text.removeprefix(_BYTE_ORDER_MARK)
        position = 0
        while True:
            if reading.takes_payments:
                runs, position, number = reading.take_payments(text, position, number)
                yield from runs
            end = text.find("\n", position) + 1
            if not end:
                break
            line = records.line(number, text[position:end])
            position, number = end, number + 1
            if line is not None:
                yield from reading.take(line)
    line = records.line(number, text[position:])
    if line is not None:
        yield from reading.take(line)
    yield from reading.finish()


#: UTF-8's, as ISO-8859-1 has it.
_BYTE_ORDER_MARK = "\xef\xbb\xbf"


@dataclass(slots=True)
class _Counted:
    """What the records made, to be held against an end record."""

    transactions: int = 0
    records: int = 0
    total: int = 0

    def add(self, other: _Counted) -> None:
        self.transactions += other.transactions
        self.records += other.records
        self.total += other.total


@dataclass(slots=True)
class _Reading:
    """Where the reading of a transmission stands."""

    source: str
    transmission: records.Start | None = None
    assignment: records.Assignment | None = None
    place: Place | None = None
    pending: Pending | None = None
    skipping: bool = False
    """The amount item 1 of the current payment was unusable, so its others are too."""
    counted: _Counted = field(default_factory=_Counted)
    in_all: _Counted = field(default_factory=_Counted)
    problems: list[Problem] = field(default_factory=list)
    """Of the assignment that is open."""
    message_problems: list[Problem] = field(default_factory=list)
    problems_told: int = 0
    days: set[date] = field(default_factory=set)
    """The first and the last Nets date of the assignment that is open."""
    notes: Notes = field(default_factory=Notes)
    utf_8_lines: int = 0
    assignments: int = 0
    ended: bool = False
    last_line: int = 1

    @property
    def takes_payments(self) -> bool:
        """Whether an assignment with payments is open."""
        return (
            self.assignment is not None
            and self.assignment.service == records.SERVICE_OCR
            and not self.ended
        )

    def take_payments(
        self, text: str, position: int, line: int
    ) -> tuple[list[Run], int, int]:
        """Take the ordinary payments that follow at `position`.

        Returns them with the position and the line after them.
        """
        taken = ordinary_payments(self.source, text, position, line)
        if taken.line == line:
            return [], position, line
        runs = [*self._flush(), *taken.runs]
        self._note_days(taken.runs)
        lines = taken.line - line
        self.counted.add(_Counted(lines // 2, lines, taken.total))
        self.skipping = False
        self.last_line = taken.line - 1
        return runs, taken.position, taken.line

    def take(self, line: Line) -> Iterator[Piece]:
        """Take one line."""
        self.last_line = line.number
        self.utf_8_lines += line.was_utf_8
        text = line.text
        if self.transmission is None:
            self._begin(line)
            return
        if len(text) != records.LENGTH or not text.startswith("NY"):
            self._unusable(line, "record", self._shape(text))
            return
        kind = text[6:8]
        if self.ended:
            self._problem(line.number, f"record {kind}", "follows the end of transmission")
        elif kind == records.END_OF_TRANSMISSION:
            yield from self._end_of_transmission(line)
        elif self.assignment is None:
            self._start_assignment(line)
        elif kind == records.START_OF_ASSIGNMENT:
            yield from self._cut_assignment(line.number)
            self._start_assignment(line)
        elif kind == records.END_OF_ASSIGNMENT:
            yield from self._end_of_assignment(line)
        else:
            self.counted.records += 1
            yield from self._item(line)

    def _shape(self, text: str) -> str:
        if not text.startswith("NY"):
            return f"does not begin with NY ({text[:8]!r})"
        return f"has {len(text)} characters, not {records.LENGTH}"

    def _begin(self, line: Line) -> None:
        place = Place(self.source, line.number, "start of transmission")
        if line.text[:8] != "NY000010":
            message = f"the file must begin with NY000010 ({line.text[:8]!r})"
            raise Unreadable(place, message)
        if len(line.text) != records.LENGTH:
            raise Unreadable(place, self._shape(line.text))
        self.transmission = records.start(line.text)
        self.in_all.records += 1

    def _start_assignment(self, line: Line) -> None:
        if line.text[6:8] != records.START_OF_ASSIGNMENT:
            self.in_all.records += 1
            self._problem(
                line.number, f"record {line.text[6:8]}", "stands outside of an assignment"
            )
            return
        assignment = records.assignment(line.text)
        if assignment.service == _SERVICE_DIRECT_REMITTANCE:
            raise Unreadable(
                Place(self.source, line.number, "start of assignment, columns 3-4"),
                "direct remittance (service 04), which the banks close during 2026. "
                "Ask the bank for camt.054 and pain.002",
            )
        self.assignments += 1
        self.assignment = assignment
        self.place = Place(self.source, line.number, f"assignment {assignment.number}")
        self.counted = _Counted(records=1)
        self.problems = []
        self.days = set()
        self.skipping = False
        account = assignment.account
        is_number = account.isascii() and account.isdecimal()
        if assignment.service == records.SERVICE_OCR and not is_number:
            where = "start of assignment, columns 25-35"
            what = f"the payee's account must be digits ({account!r})"
            self._problem(line.number, where, what)

    def _item(self, line: Line) -> Iterator[Run]:
        assert self.assignment is not None
        if self.assignment.service != records.SERVICE_OCR:
            self._count_other_service(line)
            return
        kind = line.text[6:8]
        try:
            if kind == records.AMOUNT_ITEM_1:
                yield from self._flush()
                self._item_1(line)
            elif kind == records.AMOUNT_ITEM_2:
                self._item_2(line)
            elif kind == records.AMOUNT_ITEM_3:
                self._item_3(line)
            else:
                where, what = f"record {kind}", "is unknown in an OCR giro assignment"
                self._problem(line.number, where, what)
        except RecordError as error:
            self._problem(line.number, error.where, error.message)

    def _item_1(self, line: Line) -> None:
        self.skipping = True
        self.counted.transactions += 1
        if line.text[2:4] != records.SERVICE_OCR:
            raise RecordError(
                "amount item 1, columns 3-4", f"service {line.text[2:4]} inside service 09"
            )
        transaction_type = line.text[4:6]
        if transaction_type not in TYPES:
            raise RecordError(
                "amount item 1, columns 5-6",
                f"an unknown transaction type ({transaction_type!r})",
            )
        item = records.amount_item_1(line.text)
        self.counted.total += self._control_amount(item)
        self.pending = Pending(line.number, item)
        self.skipping = False
        self._note_oddities(line.number, item)

    def _note_oddities(self, line: int, item: records.AmountItem1) -> None:
        kind = item.transaction_type
        kid_place = Place(self.source, line, "amount item 1, columns 50-74")
        if item.kid is None and kind not in _WITHOUT_KID:
            self.notes.add(kid_place, "no KID, which only types 20 and 21 may lack")
        elif item.kid is not None and not records.is_kid(item.kid):
            self.notes.add(kid_place, f"not a KID by its form ({item.kid!r})")
        if kind in _REVERSALS and not item.is_negative:
            place = Place(self.source, line, "amount item 1, column 32")
            self.notes.add(
                place, f"a reversal (type {kind}) without a minus, read as money in"
            )

    @staticmethod
    def _control_amount(item: records.AmountItem1) -> int:
        ore = int(item.amount)
        gross = item.transaction_type in _REVERSALS
        return -ore if item.is_negative and not gross else ore

    def _item_2(self, line: Line) -> None:
        pending = self._pending("amount item 2", line)
        if pending is not None and pending.item_2 is not None:
            raise RecordError("amount item 2", f"a second one of {pending.item_1.number}")
        if pending is not None:
            pending.item_2 = records.amount_item_2(line.text)

    def _item_3(self, line: Line) -> None:
        pending = self._pending("amount item 3", line)
        if pending is not None:
            text = records.amount_item_3(line.text)
            pending.text = f"{pending.text}{text}" if pending.text else text

    def _pending(self, record: str, line: Line) -> Pending | None:
        """Return the payment that a later record belongs to, None where it is unusable."""
        if self.skipping:
            return None
        if self.pending is None:
            raise RecordError(record, "stands before any amount item 1")
        number = line.text[8:15]
        if number != self.pending.item_1.number:
            raise RecordError(
                f"{record}, columns 9-15",
                f"transaction number {number} follows amount item 1 "
                f"of {self.pending.item_1.number}",
            )
        return self.pending

    def _flush(self) -> Iterator[Run]:
        """Yield the payment whose records are complete now."""
        pending, self.pending = self.pending, None
        if pending is not None:
            run = payment(self.source, pending)
            self._note_days([run])
            yield run

    def _note_days(self, runs: Iterable[Run]) -> None:
        self.days.update(run.nets_date for run in runs)
        if len(self.days) > 1:
            self.days = {min(self.days), max(self.days)}

    def _count_other_service(self, line: Line) -> None:
        """Count claims (30) and mandates (70) of AvtaleGiro; they are no payments."""
        assert self.assignment is not None
        service, assigned = line.text[2:4], self.assignment.service
        if service != assigned:
            where = f"record {line.text[6:8]}, columns 3-4"
            self._problem(
                line.number, where, f"service {service} inside service {assigned}"
            )
        if line.text[6:8] in {records.AMOUNT_ITEM_1, "70"}:
            self.counted.transactions += 1
        if line.text[6:8] == records.AMOUNT_ITEM_1 and line.text[32:49].isdecimal():
            self.counted.total += int(line.text[32:49])

    def _end_of_assignment(self, line: Line) -> Iterator[Piece]:
        assert self.assignment is not None
        yield from self._flush()
        self.counted.records += 1
        self._hold_against(line, self.counted, self._problem)
        service, assigned = line.text[2:4], self.assignment.service
        if service != assigned:
            where = "end record 88, columns 3-4"
            self._problem(line.number, where, f"service {service} ends service {assigned}")
        if assigned == records.SERVICE_OCR:
            self._note_dates_of_end(line)
        yield from self._close_assignment()

    def _note_dates_of_end(self, line: Line) -> None:
        """Warn where payments lie outside of the dates that the assignment ends with."""
        earliest, latest = records.day(line.text[47:53]), records.day(line.text[53:59])
        if not self.days or earliest is None or latest is None:
            return
        first, last = min(self.days), max(self.days)
        if first < earliest or last > latest:
            place = Place(self.source, line.number, "end record 88, columns 48-59")
            says = f"says {earliest} to {latest}, the payments are of {first} to {last}"
            self.notes.add(place, says)

    def _close_assignment(self) -> Iterator[Piece]:
        assert self.assignment is not None
        assert self.place is not None
        assignment = self.assignment
        self.in_all.add(self.counted)
        self.assignment = None
        if assignment.service == records.SERVICE_OCR:
            yield Received(
                report=AccountReport(
                    place=self.place,
                    identification=assignment.agreement,
                    account=Account(identification=assignment.account, currency=CURRENCY),
                    sequence_number=assignment.number,
                    problems=tuple(self.problems),
                )
            )
            return
        self.message_problems.extend(self.problems)
        name = (
            "AvtaleGiro" if assignment.service == _SERVICE_AVTALEGIRO else "another service"
        )
        self.notes.add(
            self.place,
            f"{name} (service {assignment.service}), "
            f"{self.counted.transactions} transactions: no payments, skipped",
        )

    def _end_of_transmission(self, line: Line) -> Iterator[Piece]:
        if self.assignment is not None:
            yield from self._cut_assignment(line.number)
        self.in_all.records += 1
        self.ended = True
        self._hold_against(line, self.in_all, self._message_problem)

    def _cut_assignment(self, line: int) -> Iterator[Piece]:
        yield from self._flush()
        self._problem(line, "end of assignment", "is missing: the file is cut or altered")
        yield from self._close_assignment()

    def _hold_against(
        self, line: Line, counted: _Counted, problem: Callable[[int, str, str], None]
    ) -> None:
        where = f"end record {line.text[6:8]}"
        try:
            declared = records.end(line.text)
        except RecordError as error:
            problem(line.number, error.where, error.message)
            return
        for columns, name, says, found in (
            ("9-16", "transactions", declared.transactions, counted.transactions),
            ("17-24", "records", declared.records, counted.records),
            ("25-41", "øre in all", declared.total, counted.total),
        ):
            # A net sum below zero has no column for its sign.
            if says != found and not (name == "øre in all" and says == abs(found)):
                problem(
                    line.number,
                    f"{where}, columns {columns}",
                    f"says {says} {name}, the file has {found}",
                )

    def _unusable(self, line: Line, where: str, message: str) -> None:
        if self.assignment is not None:
            self.counted.records += 1
            self.skipping = True
        elif not self.ended:
            self.in_all.records += 1
        self._problem(line.number, where, message)

    def _problem(self, line: int, where: str, message: str) -> None:
        self.problems_told += 1
        if self.problems_told > _PROBLEMS_MAX:
            return
        problems = self.problems if self.assignment is not None else self.message_problems
        problems.append(Problem(Place(self.source, line, where), message))

    def _message_problem(self, line: int, where: str, message: str) -> None:
        self.message_problems.append(Problem(Place(self.source, line, where), message))

    def finish(self) -> Iterator[Piece]:
        """Tell the message once the file is read to its end."""
        if self.transmission is None:
            raise Unreadable(Place(self.source, 1, "start of transmission"), "is missing")
        if self.assignment is not None:
            yield from self._cut_assignment(self.last_line)
        if not self.ended:
            self._message_problem(
                self.last_line,
                "end of transmission",
                "is missing: the file is cut or altered",
            )
        if self.problems_told > _PROBLEMS_MAX:
            more = f"{self.problems_told - _PROBLEMS_MAX} more faults are not listed"
            self._message_problem(self.last_line, "file", more)
        warnings = self.notes.lines()
        if self.utf_8_lines:
            lines = f"{self.utf_8_lines} lines are UTF-8, not ISO-8859-1"
            warnings = (*warnings, f"{self.source}: {lines}")
        yield AccountMessage(
            format="ocr-giro",
            version="ocr-giro",
            message_identification=self.transmission.transmission,
            creation_date_time=None,
            reports=(),
            warnings=warnings,
            problems=tuple(self.message_problems),
        )
