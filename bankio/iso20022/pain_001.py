"""Read pain.001: payments that somebody ordered, ours or another system's.

ISO 20022 Customer Credit Transfer Initiation, .001.03 to .001.09, by what is there. We
read it to check what we wrote, to show a file, and to compare with other writers. The
counts and sums of the group and of each payment information are checked: `CtrlSum` is
the plain sum of all amounts, whatever their currency.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from bankio.amount import Amount
from bankio.errors import Place, Problem
from bankio.iso20022 import fields as read_field
from bankio.iso20022.events import Event, Kind, Layout, refuse
from bankio.iso20022.notes import Notes
from bankio.iso20022.values import CreditTransfer, PaymentInformation, PaymentInitiation
from bankio.iso20022.walk import walked
from bankio.iso20022.xml import FieldError, Fields, Identity, joined

LAYOUT = Layout(containers=frozenset({"PmtInf"}), record="CdtTrfTxInf")


def read(text: Iterable[str], source: str, identity: Identity) -> PaymentInitiation:
    """Return the whole order."""
    reading = _Reading(source, identity)
    for event in walked(text, source, identity, LAYOUT):
        try:
            found = reading.take(event)
        except FieldError as error:
            refuse(source, event, error, str(identity.message))
        if found is not None:
            return found
    raise AssertionError("a walk ends with its message")


@dataclass(slots=True)
class _Sums:
    count: int = 0
    total: Decimal = field(default_factory=Decimal)


@dataclass(slots=True)
class _Reading:
    source: str
    identity: Identity
    transactions: list[CreditTransfer] = field(default_factory=list)
    payments: list[PaymentInformation] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    of_payment: _Sums = field(default_factory=_Sums)
    in_all: _Sums = field(default_factory=_Sums)

    def take(self, event: Event) -> PaymentInitiation | None:
        place = Place(self.source, event.line, event.where)
        if event.kind is Kind.RECORD:
            transaction = _transaction(place, event.fields)
            self.transactions.append(transaction)
            for sums in (self.of_payment, self.in_all):
                sums.count += 1
                sums.total += transaction.amount.number
        elif event.kind is Kind.CLOSED:
            self._check(event, "", self.of_payment)
            self.payments.append(_payment(place, event.fields, tuple(self.transactions)))
            self.transactions = []
            self.of_payment = _Sums()
        elif event.kind is Kind.FINISHED:
            self._check(event, "GrpHdr/", self.in_all)
            return self._order(event.fields)
        return None

    def _check(self, event: Event, base: str, sums: _Sums) -> None:
        def located(path: str) -> Place:
            return Place(self.source, event.locate(path), joined(event.where, path))

        self.problems.extend(_sum_problems(event.fields, base, sums, located))

    def _order(self, fields: Fields) -> PaymentInitiation:
        identification = fields.get("GrpHdr/MsgId")
        if not identification:
            raise FieldError("GrpHdr/MsgId", "is missing")
        if not self.payments:
            raise FieldError("PmtInf", "is missing: the order holds no payment")
        notes = Notes()
        self.identity.note(notes, self.source)
        return PaymentInitiation(
            version=self.identity.version or "pain.001",
            message_identification=identification,
            creation_date_time=fields.get("GrpHdr/CreDtTm") or None,
            number_of_transactions=read_field.count(fields, "GrpHdr/NbOfTxs"),
            control_sum=fields.get("GrpHdr/CtrlSum") or None,
            initiating_party=read_field.party(fields, "GrpHdr/InitgPty"),
            payment_informations=tuple(self.payments),
            warnings=notes.lines(),
            problems=tuple(self.problems),
        )


def _sum_problems(
    fields: Fields, base: str, sums: _Sums, located: Callable[[str], Place]
) -> Iterator[Problem]:
    declared = fields.get(base + "NbOfTxs")
    if declared and read_field.count(fields, base + "NbOfTxs") != sums.count:
        yield Problem(
            located(base + "NbOfTxs"), f"says {declared}, the file has {sums.count}"
        )
    written = fields.get(base + "CtrlSum")
    if written and read_field.number(written, base + "CtrlSum") != sums.total:
        yield Problem(
            located(base + "CtrlSum"), f"says {written}, the amounts make {sums.total}"
        )


def _amount(fields: Fields) -> Amount:
    """Return the amount ordered: in the payment's currency, or its equivalent in ours."""
    found = read_field.amount(fields, "Amt/InstdAmt", "Amt/EqvtAmt/Amt")
    if found is None:
        raise FieldError("Amt", "holds neither InstdAmt nor EqvtAmt")
    if found.number < 0:
        raise FieldError("Amt/InstdAmt", f"a payment cannot be negative ({found})")
    return found


def _transaction(place: Place, fields: Fields) -> CreditTransfer:
    references = read_field.references(fields, "RmtInf")
    return CreditTransfer(
        place=place,
        end_to_end_identification=fields.get("PmtId/EndToEndId") or "",
        instruction_identification=fields.get("PmtId/InstrId") or None,
        amount=_amount(fields),
        creditor=read_field.party(fields, "Cdtr"),
        creditor_account=read_field.account(fields, "CdtrAcct"),
        creditor_reference=references[0] if references else None,
        creditor_references=references if len(references) > 1 else (),
        documents=read_field.documents(fields, "RmtInf"),
        unstructured=read_field.remittance_texts(fields, "RmtInf"),
        category_purpose=_category_purpose(fields),
        service_level=_service_level(fields),
    )


def _category_purpose(fields: Fields) -> str | None:
    return read_field.text(fields, "PmtTpInf/CtgyPurp/Cd", "PmtTpInf/CtgyPurp/Prtry")


def _service_level(fields: Fields) -> str | None:
    return read_field.text(fields, "PmtTpInf/SvcLvl/Cd", "PmtTpInf/SvcLvl/Prtry")


def _payment(
    place: Place, fields: Fields, transactions: tuple[CreditTransfer, ...]
) -> PaymentInformation:
    return PaymentInformation(
        place=place,
        payment_information_identification=fields.get("PmtInfId") or "",
        requested_execution_date=read_field.day(fields, "ReqdExctnDt"),
        debtor=read_field.party(fields, "Dbtr"),
        debtor_account=read_field.account(fields, "DbtrAcct"),
        batch_booking=read_field.flag(fields, "BtchBookg"),
        category_purpose=_category_purpose(fields),
        service_level=_service_level(fields),
        transactions=transactions,
    )
