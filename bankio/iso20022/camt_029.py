"""Read camt.029: the bank's answer to a recall (camt.055).

ISO 20022 Resolution of Investigation, .001.03 and later, by what is there. `Sts/Conf`
says in all, and a status per transaction says more exactly: CNCL or ACCR accepted,
RJCR refused, PDCR pending. Versions to .08 put them under `CxlDtls` as
`OrgnlPmtInfAndSts`, later ones as `OrgnlPmtInfAndCxlSts`; both are told as the statuses
of a payment information.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bankio.errors import Place, Problem
from bankio.iso20022 import fields as read_field
from bankio.iso20022.events import Kind, Layout, refuse
from bankio.iso20022.notes import Notes
from bankio.iso20022.values import (
    CancellationAnswer,
    PaymentInformationStatus,
    Reason,
    TransactionStatus,
)
from bankio.iso20022.walk import walked
from bankio.iso20022.xml import FieldError, Fields, Identity, occurrences

#: The answer to one recall is small: each CxlDtls is read as a whole.
LAYOUT = Layout(containers=frozenset({"CxlDtls"}), record="-")
"""No record name: inside of a payment information a status would be lost as one."""


def read(text: Iterable[str], source: str, identity: Identity) -> CancellationAnswer:
    """Return the whole answer."""
    payments: list[PaymentInformationStatus] = []
    groups: list[_Group] = []
    for event in walked(text, source, identity, LAYOUT):
        place = Place(source, event.line, event.where)
        try:
            if event.kind is Kind.CLOSED:
                payments.extend(_payments(place, event.fields))
                loose = _transactions(
                    place, event.fields, "", read_field.holders(event.fields)
                )
                if loose:
                    payments.append(_nameless(place, loose))
                groups.append(_group(place, event.fields))
            elif event.kind is Kind.FINISHED:
                fields = event.fields
                notes = Notes()
                identity.note(notes, source)
                group = _joined([*groups, _group(place, fields)])
                return CancellationAnswer(
                    version=identity.version or "camt.029",
                    message_identification=read_field.text(
                        fields, "Assgnmt/Id", "GrpHdr/MsgId"
                    ),
                    creation_date_time=read_field.text(
                        fields, "Assgnmt/CreDtTm", "GrpHdr/CreDtTm"
                    ),
                    status=read_field.text(fields, "Sts/Conf", "Sts"),
                    original_message_identification=group.message,
                    case_identification=read_field.text(
                        fields, "RslvdCase/Id", "RslvdCase/Case/Id"
                    ),
                    group_status=group.status,
                    reasons=group.reasons,
                    payment_informations=tuple(payments),
                    warnings=notes.lines(),
                    problems=group.problems,
                )
        except FieldError as error:
            refuse(source, event, error, str(identity.message))
    raise AssertionError("a walk ends with its message")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Group:
    """What one CxlDtls says of the message that was to be recalled."""

    place: Place
    message: str | None = None
    status: str | None = None
    reasons: tuple[Reason, ...] = ()
    problems: tuple[Problem, ...] = ()


def _group(place: Place, fields: Fields) -> _Group:
    base = "OrgnlGrpInfAndSts"
    return _Group(
        place=place,
        message=read_field.text(
            fields,
            f"{base}/OrgnlMsgId",
            "OrgnlGrpInf/OrgnlMsgId",
            "TxInfAndSts/OrgnlGrpInf/OrgnlMsgId",
        ),
        status=fields.get(f"{base}/GrpCxlSts") or None,
        reasons=_reasons(fields, f"{base}/CxlStsRsnInf"),
    )


def _joined(groups: list[_Group]) -> _Group:
    """Return what all say; an answer about two messages is a problem, for ids repeat."""
    named = [group for group in groups if group.message]
    first = named[0] if named else groups[-1]
    return _Group(
        place=first.place,
        message=first.message,
        status=next((group.status for group in groups if group.status), None),
        reasons=tuple(reason for group in groups for reason in group.reasons),
        problems=tuple(
            Problem(
                group.place,
                f"answers for message {group.message}, and before for {first.message}",
            )
            for group in named
            if group.message != first.message
        ),
    )


def _payments(place: Place, fields: Fields) -> Iterable[PaymentInformationStatus]:
    holders = read_field.holders(fields)
    for name in ("OrgnlPmtInfAndSts", "OrgnlPmtInfAndCxlSts"):
        for base in occurrences(fields, name):
            if base not in holders:
                continue
            yield PaymentInformationStatus(
                place=place,
                original_payment_information_identification=fields.get(
                    base + "/OrgnlPmtInfId", ""
                ),
                status=read_field.text(fields, base + "/PmtInfCxlSts"),
                reasons=_reasons(fields, base + "/CxlStsRsnInf"),
                original_number_of_transactions=read_field.count(
                    fields, base + "/OrgnlNbOfTxs"
                ),
                original_control_sum=fields.get(base + "/OrgnlCtrlSum") or None,
                transactions=_transactions(place, fields, base + "/", holders),
            )


def _nameless(
    place: Place, transactions: tuple[TransactionStatus, ...]
) -> PaymentInformationStatus:
    """Wrap statuses that stand outside of any payment information."""
    return PaymentInformationStatus(
        place=place,
        original_payment_information_identification="",
        status=None,
        transactions=transactions,
    )


def _transactions(
    place: Place, fields: Fields, base: str, holders: frozenset[str]
) -> tuple[TransactionStatus, ...]:
    return tuple(
        _transaction(place, fields, step + "/")
        for step in occurrences(fields, base + "TxInfAndSts")
        if step in holders
    )


def _transaction(place: Place, fields: Fields, base: str) -> TransactionStatus:
    return TransactionStatus(
        place=place,
        original_end_to_end_identification=read_field.reference(
            fields, base + "OrgnlEndToEndId"
        ),
        original_instruction_identification=read_field.reference(
            fields, base + "OrgnlInstrId"
        ),
        status=read_field.text(fields, base + "TxCxlSts"),
        reasons=_reasons(fields, base + "CxlStsRsnInf"),
        amount=read_field.amount(fields, base + "OrgnlInstdAmt"),
        requested_execution_date=read_field.day(fields, base + "OrgnlReqdExctnDt"),
    )


def _reasons(fields: Fields, path: str) -> tuple[Reason, ...]:
    return read_field.reasons(fields, path)
