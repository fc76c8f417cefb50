"""Read what a customer uploads: pain.001.001.03 and .09, as bytes nobody has judged yet.

Source: ISO 20022 CustomerCreditTransferInitiation. The namespace, not the file name, says
what a file is; `safe_xml` is what makes reading it harmless.
"""

import re
from dataclasses import dataclass
from datetime import date

from lxml import etree

from simulator import numbers_of_norway, ore, safe_xml

VERSIONS = {
    "urn:iso:std:iso:20022:tech:xsd:pain.001.001.03": "pain.001.001.03",
    "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09": "pain.001.001.09",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One document that a payment settles: an invoice or a credit note."""

    kind: str
    """CINV, CREN, or empty when only a reference was given."""
    number: str
    amount: int
    """In øre; a credit note's amount is negative; 0 when none was given."""
    kid: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Instruction:
    """One payment as the customer wrote it (CdtTrfTxInf)."""

    instruction_id: str
    end_to_end_id: str
    amount: int | None
    """None when the amount is no whole number of øre."""
    amount_text: str
    currency: str
    creditor: str
    creditor_account: str
    """As written: eleven digits, an IBAN, or anything else."""
    creditor_bic: str
    texts: tuple[str, ...]
    documents: tuple[Document, ...]
    category: str
    service: str
    instrument: str
    charge_bearer: str
    regulatory_code: str
    type_at_both_levels: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Payments of one account and date (PmtInf)."""

    payment_information_id: str
    batch_booking: str
    """`true`, `false`, or empty when the customer said nothing."""
    count: str
    control_sum: str
    category: str
    service: str
    requested: date | None
    requested_text: str
    account: str
    instructions: tuple[Instruction, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Remittance:
    """A whole uploaded file."""

    version: str
    message_id: str
    created: str
    count: str
    control_sum: str
    initiator: str
    initiator_ids: tuple[tuple[str, str], ...]
    """Pairs of scheme (CUST, BANK) and number."""
    batches: tuple[Batch, ...]


def _account(node: etree._Element | None) -> str:
    iban = safe_xml.text(node, "Id/IBAN")
    other = numbers_of_norway.account_digits(safe_xml.text(node, "Id/Othr/Id"))
    return numbers_of_norway.account_of_iban(iban) or iban or other


def _document(node: etree._Element) -> Document:
    amounts = safe_xml.find(node, "RfrdDocAmt")
    paid = ore.from_file(safe_xml.text(amounts, "RmtdAmt") or "0")
    credited = ore.from_file(safe_xml.text(amounts, "CdtNoteAmt") or "0")
    if paid is None or credited is None:
        raise safe_xml.Unreadable(f"line {node.sourceline}: RfrdDocAmt is no amount in øre")
    return Document(
        kind=safe_xml.text(node, "RfrdDocInf/Tp/CdOrPrtry/Cd"),
        number=safe_xml.text(node, "RfrdDocInf/Nb"),
        amount=paid - credited,
        kid=safe_xml.text(node, "CdtrRefInf/Ref"),
    )


def _instruction(node: etree._Element, batch_types: etree._Element | None) -> Instruction:
    amount = safe_xml.find(node, "Amt/InstdAmt")
    if amount is None:
        raise safe_xml.Unreadable(f"line {node.sourceline}: Amt/InstdAmt is missing")
    text = safe_xml.needed(node, "Amt/InstdAmt")
    own_types = safe_xml.find(node, "PmtTpInf")
    types = own_types if own_types is not None else batch_types
    remittance = safe_xml.find(node, "RmtInf")
    unstructured = (
        [] if remittance is None else list(safe_xml.children(remittance, "Ustrd"))
    )
    structured = [] if remittance is None else list(safe_xml.children(remittance, "Strd"))
    return Instruction(
        instruction_id=safe_xml.text(node, "PmtId/InstrId"),
        end_to_end_id=safe_xml.limited(node, "PmtId/EndToEndId"),
        amount=ore.from_file(text),
        amount_text=text,
        currency=amount.get("Ccy", ""),
        creditor=safe_xml.text(node, "Cdtr/Nm"),
        creditor_account=_account(safe_xml.find(node, "CdtrAcct")),
        creditor_bic=safe_xml.text(node, "CdtrAgt/FinInstnId/BIC")
        or safe_xml.text(node, "CdtrAgt/FinInstnId/BICFI"),
        texts=tuple((line.text or "").strip() for line in unstructured),
        documents=tuple(_document(part) for part in structured),
        category=safe_xml.text(types, "CtgyPurp/Cd"),
        service=_first_service(types),
        instrument=safe_xml.text(types, "LclInstrm/Cd")
        or safe_xml.text(types, "LclInstrm/Prtry"),
        charge_bearer=safe_xml.text(node, "ChrgBr"),
        regulatory_code=_first_regulatory_code(node),
        type_at_both_levels=own_types is not None and batch_types is not None,
    )


def _first_service(types: etree._Element | None) -> str:
    if types is None:
        return ""
    for level in safe_xml.children(types, "SvcLvl"):
        return safe_xml.text(level, "Cd") or safe_xml.text(level, "Prtry")
    return ""


def _first_regulatory_code(node: etree._Element) -> str:
    for reporting in safe_xml.children(node, "RgltryRptg"):
        for details in safe_xml.children(reporting, "Dtls"):
            return safe_xml.text(details, "Cd")
    return ""


def _requested(node: etree._Element) -> tuple[date | None, str]:
    holder = safe_xml.find(node, "ReqdExctnDt")
    if holder is None:
        raise safe_xml.Unreadable(f"line {node.sourceline}: ReqdExctnDt is missing")
    text = (
        safe_xml.text(node, "ReqdExctnDt/Dt") or safe_xml.text(node, "ReqdExctnDt/DtTm")
        if len(holder)
        else safe_xml.text(node, "ReqdExctnDt")
    )
    # The parser of the standard library also takes `20261102`; ISO 20022 does not.
    if re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?![0-9])", text) is None:
        return None, text
    try:
        return date.fromisoformat(text[:10]), text
    except ValueError:
        return None, text


def _batch(node: etree._Element) -> Batch:
    types = safe_xml.find(node, "PmtTpInf")
    requested, requested_text = _requested(node)
    if safe_xml.needed(node, "PmtMtd") != "TRF":
        raise safe_xml.Unreadable(f"line {node.sourceline}: PmtMtd must be TRF")
    instructions = tuple(
        _instruction(part, types) for part in safe_xml.children(node, "CdtTrfTxInf")
    )
    if not instructions:
        raise safe_xml.Unreadable(f"line {node.sourceline}: PmtInf holds no CdtTrfTxInf")
    booking = safe_xml.text(node, "BtchBookg")
    return Batch(
        payment_information_id=safe_xml.limited(node, "PmtInfId"),
        batch_booking={"1": "true", "0": "false"}.get(booking, booking),
        count=safe_xml.text(node, "NbOfTxs"),
        control_sum=safe_xml.text(node, "CtrlSum"),
        category=safe_xml.text(types, "CtgyPurp/Cd"),
        service=_first_service(types),
        requested=requested,
        requested_text=requested_text,
        account=_account(safe_xml.find(node, "DbtrAcct")),
        instructions=instructions,
    )


def read(body: bytes) -> Remittance:
    """Read an upload; raise `Unreadable` with the reason when it is no pain.001."""
    root = safe_xml.root_of(body)
    namespace, _, name = str(root.tag).partition("}")
    version = VERSIONS.get(namespace.lstrip("{"))
    if version is None or name != "Document":
        raise safe_xml.Unreadable(
            f"the document is {root.tag!r}, not pain.001.001.03 or .09"
        )
    message = safe_xml.find(root, "CstmrCdtTrfInitn")
    header = safe_xml.find(message, "GrpHdr")
    if message is None or header is None:
        raise safe_xml.Unreadable("CstmrCdtTrfInitn/GrpHdr is missing")
    batches = tuple(_batch(node) for node in safe_xml.children(message, "PmtInf"))
    if not batches:
        raise safe_xml.Unreadable("the file holds no PmtInf")
    return Remittance(
        version=version,
        message_id=safe_xml.limited(header, "MsgId"),
        created=safe_xml.needed(header, "CreDtTm"),
        count=safe_xml.needed(header, "NbOfTxs"),
        control_sum=safe_xml.text(header, "CtrlSum"),
        initiator=safe_xml.text(header, "InitgPty/Nm"),
        initiator_ids=_initiator_ids(header),
        batches=batches,
    )


def _initiator_ids(header: etree._Element) -> tuple[tuple[str, str], ...]:
    organisation = safe_xml.find(header, "InitgPty/Id/OrgId")
    if organisation is None:
        return ()
    return tuple(
        (safe_xml.text(other, "SchmeNm/Cd"), safe_xml.text(other, "Id"))
        for other in safe_xml.children(organisation, "Othr")
    )


def message_id_of(body: bytes) -> str:
    """Return the MsgId of a file that is otherwise unusable, or an empty text."""
    try:
        message = safe_xml.find(safe_xml.root_of(body), "CstmrCdtTrfInitn")
        found = safe_xml.text(message, "GrpHdr/MsgId")
    except safe_xml.Unreadable:
        return ""
    return found[:35]
