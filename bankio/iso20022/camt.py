"""Read camt.052, camt.053 and camt.054: what the bank says happened on an account.

ISO 20022 Bank-to-Customer Account Report, Statement and Debit Credit Notification,
versions .001.01 to the newest, by what is there. The three hold the same entries; what
they may be used for (a report of the day informs, a statement proves) is not decided
here.

`stream` tells a message piece by piece in constant memory; `read` is the whole value.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Literal, cast

from bankio.errors import Place, Problem
from bankio.iso20022 import camt_detail, camt_entry, camt_totals, conformity
from bankio.iso20022 import fields as read_field
from bankio.iso20022.building import builder
from bankio.iso20022.events import Content, Event, Kind, Layout, Parsed, refuse
from bankio.iso20022.notes import Notes
from bankio.iso20022.shapes import Shape
from bankio.iso20022.values import (
    AccountMessage,
    AccountReport,
    Balance,
    Entry,
    TransactionDetails,
)
from bankio.iso20022.walk import walked
from bankio.iso20022.xml import FieldError, Fields, Identity, joined, occurrences

AccountFormat = Literal["camt.052", "camt.053", "camt.054"]

LAYOUT = Layout(
    containers=frozenset({"Stmt", "Rpt", "Ntfctn"}), record="Ntry", part="TxDtls"
)
FORMATS: dict[str, AccountFormat] = {
    "BkToCstmrAcctRpt": "camt.052",
    "BkToCstmrStmt": "camt.053",
    "BkToCstmrDbtCdtNtfctn": "camt.054",
}

#: A hostile file has a new shape in every record.
_JUDGED_MAX = 512

_new_place = builder(Place)

Piece = Entry | AccountReport | AccountMessage


def read(text: Iterable[str], source: str, identity: Identity) -> AccountMessage:
    """Return the whole message."""
    reports: list[AccountReport] = []
    entries: list[Entry] = []
    for piece in stream(text, source, identity):
        if isinstance(piece, Entry):
            entries.append(piece)
        elif isinstance(piece, AccountReport):
            reports.append(replace(piece, entries=tuple(entries)))
            entries = []
        else:
            return replace(piece, reports=tuple(reports))
    raise AssertionError("a stream ends with its message")


def stream(text: Iterable[str], source: str, identity: Identity) -> Iterator[Piece]:
    """Yield each report's entries, then the report; at last the message.

    The report comes without its entries and the message without its reports: they have
    been told. Problems are known only at the end of a report, so whoever posts from a
    stream must be able to take back.
    """
    reading = _Reading(source, identity)
    for event in walked(text, source, identity, LAYOUT):
        kind = event.kind
        try:
            if kind is Kind.PART:
                reading.take_part(event)
            elif kind is Kind.RECORD:
                yield reading.entry(event)
            elif kind is Kind.CLOSED:
                yield reading.report(event)
            elif kind is Kind.FINISHED:
                yield reading.message(event)
                return
            else:
                reading.begin(event)
        except FieldError as error:
            refuse(source, event, error, str(identity.message))


@dataclass(slots=True)
class _Reading:
    """Where the reading of a message stands."""

    source: str
    identity: Identity
    reports: int = 0
    tally: camt_totals.Tally = field(default_factory=camt_totals.Tally)
    own_account: str | None = None
    head_content: Content | None = None
    head: camt_detail.Head | None = None
    waiting: list[tuple[str, int, Content]] = field(default_factory=list)
    details: list[TransactionDetails] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    judged: set[Shape] = field(default_factory=set)
    """Shapes whose order has been looked at."""
    last_page: bool = True
    notes: Notes = field(default_factory=Notes)

    def begin(self, event: Event) -> None:
        """Take the beginning of a report, and its account once it is told."""
        if event.kind is Kind.OPENED:
            self.reports += 1
            self.tally = camt_totals.Tally()
            self.own_account = None
            self.head_content, self.head = None, None
            self.problems = []
        else:
            account = read_field.account(event.fields, "Acct")
            self.own_account = account.identification if account else None

    def take_part(self, event: Event) -> None:
        """Take one detail of the entry that is open."""
        self._note_order(event, conformity.DETAIL)
        if event.head is not self.head_content:
            self.head_content = event.head
            self.head = camt_detail.head(cast("Content", event.head))
        if self.head is None:
            # The direction comes after the details, in no version but in some files.
            self.waiting.append((event.where, event.line, event))
            return
        place = _new_place(self.source, event.line, event.where)
        detail = camt_detail.detail(place, event, self.head, self.own_account)
        for line in detail.unstructured:
            if len(line) > conformity.TEXT_MAX:
                longest = conformity.TEXT_MAX
                self.notes.add(place, f"a line of RmtInf beyond {longest} characters")
        self.details.append(detail)

    def _note_order(self, event: Event, orders: conformity.Orders) -> None:
        """Note an element at the wrong place, once for each shape.

        Only the parser tells the order of the file; every shape has passed it once.
        """
        if not isinstance(event.origin, Parsed) or event.shape in self.judged:
            return
        if len(self.judged) < _JUDGED_MAX:
            self.judged.add(event.shape)
            found = conformity.misplaced(event.shape.paths, orders)
            if found is not None:
                place = Place(self.source, event.line, event.where)
                self.notes.add(place, f"{found} is not where ISO's schema has it")

    def entry(self, event: Event) -> Entry:
        """Return the entry that is complete now, and count it."""
        self._note_order(event, conformity.ENTRY)
        if self.waiting:
            self._take_waiting(event)
        place = _new_place(self.source, event.line, event.where)
        entry = camt_entry.entry(place, event, tuple(self.details))
        self.details.clear()
        self.tally.add(entry)
        if not camt_totals.is_plain(entry):
            self.problems.extend(camt_totals.entry_problems(entry))
        self._note_entry(place, event, entry)
        return entry

    def _take_waiting(self, event: Event) -> None:
        head = camt_detail.head(event)
        if head is None:
            raise FieldError("CdtDbtInd", "is missing, so the direction is unknown")
        for where, line, content in self.waiting:
            place = Place(self.source, line, where)
            self.details.append(camt_detail.detail(place, content, head, self.own_account))
        self.waiting.clear()

    def report(self, event: Event) -> AccountReport:
        """Return the report that is complete now, its totals checked."""
        self._note_order(event, conformity.REPORT)
        fields, place = event.fields, Place(self.source, event.line, event.where)
        account = read_field.account(fields, "Acct")
        if account is None:
            raise FieldError("Acct", "is missing or has no number")

        def located(path: str) -> Place:
            return Place(self.source, event.locate(path), joined(event.where, path))

        found = camt_totals.balances(fields)
        self._note_report(place, fields)
        problems = (*self.problems, *self._total_problems(fields, found, located))
        return AccountReport(
            place=place,
            identification=fields.get("Id") or None,
            account=replace(account, owner=read_field.party(fields, "Acct/Ownr")),
            sequence_number=read_field.text(fields, "ElctrncSeqNb", "LglSeqNb"),
            created=fields.get("CreDtTm") or None,
            from_date=read_field.day(fields, "FrToDt/FrDtTm"),
            to_date=read_field.day(fields, "FrToDt/ToDtTm"),
            copy_duplicate_indicator=fields.get("CpyDplctInd") or None,
            balances=found,
            problems=problems,
        )

    def _total_problems(
        self, fields: Fields, found: tuple[Balance, ...], located: camt_totals.Located
    ) -> Iterator[Problem]:
        """Yield what the report's own totals have against it.

        Where the balances prove that the entries are complete, a summary that is wrong
        in its parts is a slip of the bank's and only noted; a wrong number of entries
        never is.
        """
        yield from camt_totals.count_problems(fields, self.tally, located)
        equations = camt_totals.equations(found, self.tally)
        proven = bool(equations)
        for equation in equations:
            if equation.difference:
                proven = False
                yield camt_totals.balance_problem(equation, found, located)
        for problem in camt_totals.summary_problems(fields, self.tally, located):
            if proven:
                self.notes.add(problem.place, problem.message)
            else:
                yield problem

    def _note_entry(self, place: Place, content: Content, entry: Entry) -> None:
        if entry.status is None:
            self.notes.add(place, "an entry without Sts: shown, and a person decides")
        if entry.booking_date is None or entry.value_date is None:
            fields = content.fields
            for name in ("BookgDt", "ValDt"):
                if read_field.written_day(fields, name) and not read_field.day(
                    fields, name
                ):
                    self.notes.add(place, f"{name} is no date, read as none")
        if "BkTxCd" not in content.shape.index:
            self.notes.add(place, "an entry without BkTxCd")
        if entry.batch_number_of_transactions is None and camt_entry.has_batch_count(
            content
        ):
            self.notes.add(place, "NbOfTxs of a batch is no number, read as none")
        if not entry.details_add_up:
            self.notes.add(place, "details do not make the entry: the entry is the money")

    def _note_report(self, place: Place, fields: Fields) -> None:
        for pages in ("StmtPgntn", "RptPgntn", "NtfctnPgntn"):
            self._note_page(place, fields, pages)
        if not fields.get("CreDtTm") and not self._is_since_version_07():
            self.notes.add(place, "has no CreDtTm")
        if "Bal" not in fields and self.identity.message == "BkToCstmrStmt":
            self.notes.add(place, "a statement without balances")
        for base in occurrences(fields, "Bal") if "Bal" in fields else ():
            if not fields.get(base + "/CdtDbtInd"):
                self.notes.add(place, "a balance without CdtDbtInd, read as a credit")

    def _is_since_version_07(self) -> bool:
        """Whether CreDtTm may be left out."""
        return (self.identity.version or "").rpartition(".")[2] >= "07"

    def _note_page(self, place: Place, fields: Fields, pages: str) -> None:
        """Take note of a page that is not the last: of the message or of a report."""
        written = fields.get(f"{pages}/LastPgInd", "").lower()
        if written in {"", "true", "1"}:
            return
        if written not in {"false", "0"}:
            place = Place(
                place.source, place.line, joined(place.where, f"{pages}/LastPgInd")
            )
            self.notes.add(place, f"neither true nor false ({written[:20]!r})")
        if written in {"false", "0", "no"}:
            self.last_page = False
            page = fields.get(f"{pages}/PgNb") or "?"
            self.notes.add(place, f"page {page[:5]} of several: another file has the rest")

    def message(self, event: Event) -> AccountMessage:
        """Return the message, without its reports."""
        if not self.reports:
            raise FieldError("", "holds no statement, report or notification")
        fields = event.fields
        written = cast("str", self.identity.message)
        self.identity.note(self.notes, self.source)
        place = Place(self.source, event.line, event.where)
        self._note_page(place, fields, "GrpHdr/MsgPgntn")
        return AccountMessage(
            format=FORMATS[written],
            version=self.identity.version or FORMATS[written],
            message_identification=fields.get("GrpHdr/MsgId") or None,
            creation_date_time=fields.get("GrpHdr/CreDtTm") or None,
            reports=(),
            last_page=self.last_page,
            warnings=self.notes.lines(),
        )
