"""Write a camt.055: the request to take payments back before they are executed.

Source: ISO 20022 camt.055.001.01, `CstmrPmtCxlReq`: Assgnmt, CtrlData, then one Undrlyg
with an OrgnlPmtInfAndCxl for each batch and a TxInf for each payment. The order of
elements is fixed. Payments are named one by one, never as a whole group: a group that
was half executed would leave open which half was meant.

Like a payment order it is checked first, and the same request gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from itertools import groupby
from typing import TYPE_CHECKING

from lxml import etree

from bankio.amount import exponent
from bankio.banks.profile import BankProfile
from bankio.characters import spelled, unspellable
from bankio.identifiers import orgnr
from bankio.iso20022.cancellation_request import CancellationRequest, CancelledPayment
from bankio.iso20022.payment_rules import IDENTIFICATION, OrderRefused

if TYPE_CHECKING:
    from lxml.etree import _IncrementalFileWriter as XmlFile


def problems(request: CancellationRequest, profile: BankProfile) -> tuple[str, ...]:
    """Return everything that keeps `request` from leaving; empty where it may."""
    return tuple(_problems(request, profile))


def write(request: CancellationRequest, profile: BankProfile) -> bytes:
    """Return `request` as the bytes of a camt.055 for the bank of `profile`.

    Raises:
        OrderRefused: with all that is wrong.
    """
    if found := problems(request, profile):
        raise OrderRefused(request.message_identification, found)
    namespace = f"urn:iso:std:iso:20022:tech:xsd:{profile.camt_055_version}"
    buffer = BytesIO()
    with etree.xmlfile(buffer, encoding="UTF-8") as file:
        file.write_declaration()
        with (
            file.element("Document", nsmap={None: namespace}),
            file.element("CstmrPmtCxlReq"),
        ):
            _assignment(file, request, profile)
            _control_data(file, request)
            _underlying(file, request)
            file.write("\n")
    return buffer.getvalue() + b"\n"


def _problems(request: CancellationRequest, profile: BankProfile) -> Iterator[str]:
    identifications = {
        "message-id": request.message_identification,
        "original-message-id": request.original_message_identification,
        "original-message-name": request.original_message_name_identification,
    }
    for field, value in identifications.items():
        if not IDENTIFICATION.fullmatch(value):
            yield f"{field}: is no identification ({value!r})."
    name, characters = request.initiating_party_name, profile.characters_at_home
    if unspellable(name, characters) or not (
        0 < len(spelled(name, characters)) <= profile.text_limits.name
    ):
        yield f"initiating-party: is no name that a bank takes ({name!r})."
    if not orgnr.is_valid(request.organisation_number):
        yield f"organisation-number: is wrong ({request.organisation_number})."
    if not request.payments:
        yield "payments: there is nothing to take back."
    seen: set[str] = set()
    for payment in request.payments:
        identification = payment.original_end_to_end_identification
        yield from (f"payment {identification}: {fault}" for fault in _faults(payment))
        if identification in seen:
            yield f"payment {identification}: is named twice."
        seen.add(identification)


def _faults(payment: CancelledPayment) -> Iterator[str]:
    for value in (
        payment.original_payment_information_identification,
        payment.original_end_to_end_identification,
        payment.original_instruction_identification or "none",
    ):
        if not IDENTIFICATION.fullmatch(value):
            yield f"is ordered under no identification ({value!r})."
    amount = payment.original_instructed_amount
    if not amount.number.is_finite() or amount.number <= 0:
        yield f"amount is not above zero ({amount.number})."


def _assignment(file: XmlFile, request: CancellationRequest, profile: BankProfile) -> None:
    file.write("\n")
    with file.element("Assgnmt"):
        _leaf(file, "Id", request.message_identification)
        with file.element("Assgnr"), file.element("Pty"):
            _leaf(
                file,
                "Nm",
                spelled(request.initiating_party_name, profile.characters_at_home),
            )
            with file.element("Id"), file.element("OrgId"), file.element("Othr"):
                _leaf(file, "Id", orgnr.compact(request.organisation_number))
                with file.element("SchmeNm"):
                    _leaf(file, "Cd", "CUST")
        with file.element("Assgne"), file.element("Agt"), file.element("FinInstnId"):
            if profile.bic is not None:
                _leaf(file, "BIC", profile.bic)
            else:
                with file.element("Othr"):
                    _leaf(file, "Id", "NOTPROVIDED")
        _leaf(file, "CreDtTm", request.creation_date_time.isoformat(timespec="seconds"))


def _control_data(file: XmlFile, request: CancellationRequest) -> None:
    file.write("\n")
    with file.element("CtrlData"):
        _leaf(file, "NbOfTxs", str(request.number_of_transactions))
        _leaf(file, "CtrlSum", f"{request.control_sum:f}")


def _underlying(file: XmlFile, request: CancellationRequest) -> None:
    file.write("\n")
    with file.element("Undrlyg"):
        with file.element("OrgnlGrpInfAndCxl"):
            _leaf(file, "OrgnlMsgId", request.original_message_identification)
            _leaf(file, "OrgnlMsgNmId", request.original_message_name_identification)
            _leaf(file, "GrpCxl", "false")
        for batch, payments in groupby(
            request.payments,
            lambda payment: payment.original_payment_information_identification,
        ):
            file.write("\n")
            with file.element("OrgnlPmtInfAndCxl"):
                _leaf(file, "OrgnlPmtInfId", batch)
                _leaf(file, "PmtInfCxl", "false")
                for payment in payments:
                    _payment(file, payment, request.reason)


def _payment(file: XmlFile, payment: CancelledPayment, reason: str) -> None:
    amount = payment.original_instructed_amount
    file.write("\n")
    with file.element("TxInf"):
        if payment.original_instruction_identification is not None:
            _leaf(file, "OrgnlInstrId", payment.original_instruction_identification)
        _leaf(file, "OrgnlEndToEndId", payment.original_end_to_end_identification)
        with file.element("OrgnlInstdAmt", Ccy=amount.currency):
            file.write(f"{amount.number:.{exponent(amount.currency)}f}")
        _leaf(
            file, "OrgnlReqdExctnDt", payment.original_requested_execution_date.isoformat()
        )
        with file.element("CxlRsnInf"), file.element("Rsn"):
            _leaf(file, "Cd", reason)


def _leaf(file: XmlFile, tag: str, text: str) -> None:
    with file.element(tag):
        file.write(text)
