"""Read what a customer uploads: pain.001.001.03 and .09, as bytes nobody has judged yet.

Source: ISO 20022 CustomerCreditTransferInitiation. The traps: a document type can bring
entities, a comment can split a number in two (`1<!-- -->00.00`), and the namespace and
not the file name says what a file is. The parser therefore resolves nothing, drops
comments and instructions, and every leaf is read only when it has no children.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from lxml import etree

from simulator import numbers_of_norway, ore

LARGEST_FILE = 200 * 1024 * 1024
VERSIONS = {
    "urn:iso:std:iso:20022:tech:xsd:pain.001.001.03": "pain.001.001.03",
    "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09": "pain.001.001.09",
}


class Unreadable(Exception):
    """The file cannot be read as payments; the bank answers RJCT FF01."""


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


def _children(node: etree._Element, name: str) -> Iterator[etree._Element]:
    namespace = node.tag.partition("}")[0] if isinstance(node.tag, str) else ""
    return node.iterchildren(f"{namespace}}}{name}")


def _find(node: etree._Element | None, path: str) -> etree._Element | None:
    for name in path.split("/"):
        if node is None:
            return None
        found = list(_children(node, name))
        if len(found) > 1:
            raise Unreadable(f"line {found[1].sourceline}: {path} stands twice")
        node = found[0] if found else None
    return node


def _text(node: etree._Element | None, path: str) -> str:
    leaf = _find(node, path)
    if leaf is None:
        return ""
    if len(leaf):
        raise Unreadable(f"line {leaf.sourceline}: {path} holds elements, not a value")
    return (leaf.text or "").strip()


def _needed(node: etree._Element | None, path: str) -> str:
    text = _text(node, path)
    if not text:
        where = f"line {node.sourceline}: " if node is not None else ""
        raise Unreadable(f"{where}{path} is missing")
    return text


def _limited(node: etree._Element, path: str, most: int = 35) -> str:
    text = _needed(node, path)
    if len(text) > most:
        raise Unreadable(f"line {node.sourceline}: {path} is longer than {most} characters")
    return text


def _account(node: etree._Element | None) -> str:
    iban = _text(node, "Id/IBAN")
    other = numbers_of_norway.account_digits(_text(node, "Id/Othr/Id"))
    return numbers_of_norway.account_of_iban(iban) or iban or other


def _document(node: etree._Element) -> Document:
    amounts = _find(node, "RfrdDocAmt")
    paid = ore.from_file(_text(amounts, "RmtdAmt") or "0")
    credited = ore.from_file(_text(amounts, "CdtNoteAmt") or "0")
    if paid is None or credited is None:
        raise Unreadable(f"line {node.sourceline}: RfrdDocAmt is no amount in øre")
    return Document(
        kind=_text(node, "RfrdDocInf/Tp/CdOrPrtry/Cd"),
        number=_text(node, "RfrdDocInf/Nb"),
        amount=paid - credited,
        kid=_text(node, "CdtrRefInf/Ref"),
    )


def _instruction(node: etree._Element, batch_types: etree._Element | None) -> Instruction:
    amount = _find(node, "Amt/InstdAmt")
    if amount is None:
        raise Unreadable(f"line {node.sourceline}: Amt/InstdAmt is missing")
    text = _needed(node, "Amt/InstdAmt")
    own_types = _find(node, "PmtTpInf")
    types = own_types if own_types is not None else batch_types
    remittance = _find(node, "RmtInf")
    unstructured = [] if remittance is None else list(_children(remittance, "Ustrd"))
    structured = [] if remittance is None else list(_children(remittance, "Strd"))
    return Instruction(
        instruction_id=_text(node, "PmtId/InstrId"),
        end_to_end_id=_limited(node, "PmtId/EndToEndId"),
        amount=ore.from_file(text),
        amount_text=text,
        currency=amount.get("Ccy", ""),
        creditor=_text(node, "Cdtr/Nm"),
        creditor_account=_account(_find(node, "CdtrAcct")),
        creditor_bic=_text(node, "CdtrAgt/FinInstnId/BIC")
        or _text(node, "CdtrAgt/FinInstnId/BICFI"),
        texts=tuple((line.text or "").strip() for line in unstructured),
        documents=tuple(_document(part) for part in structured),
        category=_text(types, "CtgyPurp/Cd"),
        service=_first_service(types),
        charge_bearer=_text(node, "ChrgBr"),
        regulatory_code=_first_regulatory_code(node),
        type_at_both_levels=own_types is not None and batch_types is not None,
    )


def _first_service(types: etree._Element | None) -> str:
    if types is None:
        return ""
    for level in _children(types, "SvcLvl"):
        return _text(level, "Cd") or _text(level, "Prtry")
    return ""


def _first_regulatory_code(node: etree._Element) -> str:
    for reporting in _children(node, "RgltryRptg"):
        for details in _children(reporting, "Dtls"):
            return _text(details, "Cd")
    return ""


def _requested(node: etree._Element) -> tuple[date | None, str]:
    holder = _find(node, "ReqdExctnDt")
    if holder is None:
        raise Unreadable(f"line {node.sourceline}: ReqdExctnDt is missing")
    text = (
        _text(node, "ReqdExctnDt/Dt") or _text(node, "ReqdExctnDt/DtTm")
        if len(holder)
        else _text(node, "ReqdExctnDt")
    )
    # The parser of the standard library also takes `20261102`; ISO 20022 does not.
    if re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?![0-9])", text) is None:
        return None, text
    try:
        return date.fromisoformat(text[:10]), text
    except ValueError:
        return None, text


def _batch(node: etree._Element) -> Batch:
    types = _find(node, "PmtTpInf")
    requested, requested_text = _requested(node)
    if _needed(node, "PmtMtd") != "TRF":
        raise Unreadable(f"line {node.sourceline}: PmtMtd must be TRF")
    instructions = tuple(
        _instruction(part, types) for part in _children(node, "CdtTrfTxInf")
    )
    if not instructions:
        raise Unreadable(f"line {node.sourceline}: PmtInf holds no CdtTrfTxInf")
    booking = _text(node, "BtchBookg")
    return Batch(
        payment_information_id=_limited(node, "PmtInfId"),
        batch_booking={"1": "true", "0": "false"}.get(booking, booking),
        count=_text(node, "NbOfTxs"),
        control_sum=_text(node, "CtrlSum"),
        category=_text(types, "CtgyPurp/Cd"),
        service=_first_service(types),
        requested=requested,
        requested_text=requested_text,
        account=_account(_find(node, "DbtrAcct")),
        instructions=instructions,
    )


def _root(body: bytes) -> etree._Element:
    if len(body) > LARGEST_FILE:
        raise Unreadable(f"the file is larger than {LARGEST_FILE} bytes")
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        raise Unreadable(f"not well-formed XML: {error}") from None
    # Judged on the parsed tree: a search in the bytes misses UTF-16.
    if _document_type(root):
        raise Unreadable("the file has a document type declaration")
    return root


def _document_type(root: etree._Element) -> str:
    return str(getattr(root.getroottree().docinfo, "doctype", ""))


def read(body: bytes) -> Remittance:
    """Read an upload; raise `Unreadable` with the reason when it is no pain.001."""
    root = _root(body)
    namespace, _, name = str(root.tag).partition("}")
    version = VERSIONS.get(namespace.lstrip("{"))
    if version is None or name != "Document":
        raise Unreadable(f"the document is {root.tag!r}, not pain.001.001.03 or .09")
    message = _find(root, "CstmrCdtTrfInitn")
    header = _find(message, "GrpHdr")
    if message is None or header is None:
        raise Unreadable("CstmrCdtTrfInitn/GrpHdr is missing")
    batches = tuple(_batch(node) for node in _children(message, "PmtInf"))
    if not batches:
        raise Unreadable("the file holds no PmtInf")
    return Remittance(
        version=version,
        message_id=_limited(header, "MsgId"),
        created=_needed(header, "CreDtTm"),
        count=_needed(header, "NbOfTxs"),
        control_sum=_text(header, "CtrlSum"),
        initiator=_text(header, "InitgPty/Nm"),
        initiator_ids=_initiator_ids(header),
        batches=batches,
    )


def _initiator_ids(header: etree._Element) -> tuple[tuple[str, str], ...]:
    organisation = _find(header, "InitgPty/Id/OrgId")
    if organisation is None:
        return ()
    return tuple(
        (_text(other, "SchmeNm/Cd"), _text(other, "Id"))
        for other in _children(organisation, "Othr")
    )


def message_id_of(body: bytes) -> str:
    """Return the MsgId of a file that is otherwise unusable, or an empty text."""
    try:
        message = _find(_root(body), "CstmrCdtTrfInitn")
        found = _text(message, "GrpHdr/MsgId")
    except Unreadable:
        return ""
    return found[:35]
