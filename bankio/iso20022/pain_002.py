"""Read pain.002: what the bank says about the payments that it was sent.

ISO 20022 Customer Payment Status Report, .001.03 and .001.10, by what is there. A status
may stand on the group, on a payment information or on a transaction, and every one of
them may be missing; each is kept where it stood, with every reason. What a status means
for the payments that are not named below it is decided in `reconcile.payment_status`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from bankio.errors import Place, Problem
from bankio.iso20022 import fields as read_field
from bankio.iso20022.events import Event, Kind, Layout, refuse
from bankio.iso20022.notes import Notes
from bankio.iso20022.values import (
    PaymentInformationStatus,
    PaymentStatusReport,
    TransactionStatus,
)
from bankio.iso20022.walk import walked
from bankio.iso20022.xml import FieldError, Fields, Identity, joined, occurrences

_GROUP = "OrgnlGrpInfAndSts"
LAYOUT = Layout(containers=frozenset({"OrgnlPmtInfAndSts"}), record="TxInfAndSts")


def read(text: Iterable[str], source: str, identity: Identity) -> PaymentStatusReport:
    """Return the whole status report."""
    transactions: list[TransactionStatus] = []
    payments: list[PaymentInformationStatus] = []
    problems: list[Problem] = []
    for event in walked(text, source, identity, LAYOUT):
        place = Place(source, event.line, event.where)
        try:
            if event.kind is Kind.RECORD:
                transactions.append(_transaction(place, event.fields))
            elif event.kind is Kind.CLOSED:
                payment = _payment(place, event.fields, tuple(transactions))
                payments.append(payment)
                problems += _count_problems(event, "", source, payment.transactions)
                transactions = []
            elif event.kind is Kind.FINISHED:
                payments += _nameless(place, event.fields)
                every = [one for payment in payments for one in payment.transactions]
                problems += _count_problems(event, _GROUP + "/", source, every)
                return replace(
                    _report(event, source, identity, tuple(payments)),
                    problems=tuple(problems),
                )
        except FieldError as error:
            refuse(source, event, error, str(identity.message))
    raise AssertionError("a walk ends with its message")


def _transaction(place: Place, fields: Fields, base: str = "") -> TransactionStatus:
    original = base + "OrgnlTxRef"
    references = read_field.references(fields, original + "/RmtInf")
    return TransactionStatus(
        place=place,
        original_end_to_end_identification=read_field.reference(
            fields, base + "OrgnlEndToEndId"
        ),
        original_instruction_identification=read_field.reference(
            fields, base + "OrgnlInstrId"
        ),
        status=fields.get(base + "TxSts") or None,
        reasons=read_field.reasons(fields, base + "StsRsnInf"),
        account_servicer_reference=read_field.reference(fields, base + "AcctSvcrRef"),
        amount=read_field.amount(
            fields, original + "/Amt/InstdAmt", original + "/Amt/EqvtAmt/Amt"
        ),
        requested_execution_date=read_field.day(fields, original + "/ReqdExctnDt"),
        creditor_references=references,
    )


def _payment(
    place: Place, fields: Fields, transactions: tuple[TransactionStatus, ...]
) -> PaymentInformationStatus:
    return PaymentInformationStatus(
        place=place,
        original_payment_information_identification=fields.get("OrgnlPmtInfId") or "",
        status=fields.get("PmtInfSts") or None,
        reasons=read_field.reasons(fields, "StsRsnInf"),
        original_number_of_transactions=read_field.count(fields, "OrgnlNbOfTxs"),
        original_control_sum=fields.get("OrgnlCtrlSum") or None,
        transactions=transactions,
    )


def _nameless(place: Place, fields: Fields) -> list[PaymentInformationStatus]:
    """Wrap transactions that stand directly in the message, as before version .03."""
    holders = read_field.holders(fields)
    found = [
        _transaction(place, fields, step + "/")
        for step in occurrences(fields, "TxInfAndSts")
        if step in holders
    ]
    return [_payment(place, {}, tuple(found))] if found else []


def _count_problems(
    event: Event, base: str, source: str, transactions: Sequence[TransactionStatus]
) -> Iterator[Problem]:
    """Yield where more transactions are named than the message says that there are.

    Fewer are ordinary: banks often name only those that they refuse.
    """
    fields = event.fields
    named = Counter(one.status for one in transactions)
    limits = [(base + "OrgnlNbOfTxs", len(transactions), "transactions")]
    for step in occurrences(fields, base + "NbOfTxsPerSts"):
        status = fields.get(step + "/DtldSts")
        if status:
            limits.append((step + "/DtldNbOfTxs", named[status], f"with {status}"))
    for path, count, what in limits:
        says = read_field.count(fields, path)
        if says is not None and count > says:
            place = Place(source, event.locate(path), joined(event.where, path))
            yield Problem(place, f"says {says} {what}, the file names {count}")


def _report(
    event: Event,
    source: str,
    identity: Identity,
    payments: tuple[PaymentInformationStatus, ...],
) -> PaymentStatusReport:
    fields, group = event.fields, _GROUP
    original = fields.get(group + "/OrgnlMsgId")
    if not original:
        raise FieldError(group + "/OrgnlMsgId", "is missing")
    notes = Notes()
    identity.note(notes, source)
    return PaymentStatusReport(
        version=identity.version or "pain.002",
        message_identification=fields.get("GrpHdr/MsgId") or None,
        creation_date_time=fields.get("GrpHdr/CreDtTm") or None,
        original_message_identification=original,
        original_message_name_identification=fields.get(group + "/OrgnlMsgNmId") or None,
        group_status=fields.get(group + "/GrpSts") or None,
        reasons=read_field.reasons(fields, group + "/StsRsnInf"),
        original_number_of_transactions=read_field.count(fields, group + "/OrgnlNbOfTxs"),
        original_control_sum=fields.get(group + "/OrgnlCtrlSum") or None,
        payment_informations=payments,
        warnings=notes.lines(),
    )
