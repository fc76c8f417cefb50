"""Read camt.029: the bank's answer to a recall (camt.055).

ISO 20022 Resolution of Investigation, .001.03 and later, by what is there. `Sts/Conf`
says in all, and a status per transaction says more exactly: CNCL or ACCR accepted,
RJCR refused, PDCR pending. Versions to .08 put them under `CxlDtls` as
`OrgnlPmtInfAndSts`, later ones as `OrgnlPmtInfAndCxlSts`; both are told as the statuses
of a payment information.
"""

from __future__ import annotations

from collections.abc import Iterable

from bankio.errors import Place
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
    original: str | None = None
    for event in walked(text, source, identity, LAYOUT):
        place = Place(source, event.line, event.where)
        try:
            if event.kind is Kind.CLOSED:
                payments.extend(_payments(place, event.fields))
                loose = _transactions(place, event.fields, "")
                if loose:
                    payments.append(_nameless(place, loose))
                original = original or _original(event.fields)
            elif event.kind is Kind.FINISHED:
                fields = event.fields
                notes = Notes()
                identity.note(notes, source)
                return CancellationAnswer(
                    version=identity.version or "camt.029",
                    message_identification=read_field.text(
                        fields, "Assgnmt/Id", "GrpHdr/MsgId"
                    ),
                    creation_date_time=read_field.text(
                        fields, "Assgnmt/CreDtTm", "GrpHdr/CreDtTm"
                    ),
                    status=read_field.text(fields, "Sts/Conf", "Sts"),
                    original_message_identification=original or _original(fields),
                    payment_informations=tuple(payments),
                    warnings=notes.lines(),
                )
        except FieldError as error:
            refuse(source, event, error, str(identity.message))
    raise AssertionError("a walk ends with its message")


_GROUPS = ("OrgnlGrpInfAndSts/OrgnlMsgId", "OrgnlGrpInf/OrgnlMsgId")


def _original(fields: Fields) -> str | None:
    return read_field.text(fields, *_GROUPS, *(f"CxlDtls/{path}" for path in _GROUPS))


def _payments(place: Place, fields: Fields) -> Iterable[PaymentInformationStatus]:
    for name in ("OrgnlPmtInfAndSts", "OrgnlPmtInfAndCxlSts"):
        for base in occurrences(fields, name):
            identification = fields.get(base + "/OrgnlPmtInfId")
            if not identification:
                continue
            yield PaymentInformationStatus(
                place=place,
                original_payment_information_identification=identification,
                status=read_field.text(fields, base + "/PmtInfCxlSts"),
                reasons=_reasons(fields, base + "/CxlStsRsnInf"),
                original_number_of_transactions=read_field.count(
                    fields, base + "/OrgnlNbOfTxs"
                ),
                original_control_sum=fields.get(base + "/OrgnlCtrlSum") or None,
                transactions=_transactions(place, fields, base + "/"),
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


def _transactions(place: Place, fields: Fields, base: str) -> tuple[TransactionStatus, ...]:
    return tuple(
        _transaction(place, fields, step + "/")
        for step in occurrences(fields, base + "TxInfAndSts")
        if any(key.startswith(step + "/") for key in fields)
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
