"""Take payments back before the run: camt.055 from the customer, camt.029 in answer.

Source: ISO 20022 CustomerPaymentCancellationRequest .001.01 and ResolutionOfInvestigation
.001.03, Bits profile 02. The race with the run has one judge, the payment's state when
the request arrives: what is booked is not taken back (RJCR), the rest is (ACCR), and
pain.002 says so for each payment too.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from lxml import etree

from simulator import approvals, safe_xml
from simulator.files import outbox, text_templates
from simulator.refusal import Refused
from simulator.state import State, with_offset

NAMESPACES = tuple(
    f"urn:iso:std:iso:20022:tech:xsd:camt.055.001.{version}" for version in ("01", "08")
)
ACCEPTED, REFUSED = "ACCR", "RJCR"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recall:
    """A payment that the customer wants back, and what became of it."""

    payment_information_id: str
    end_to_end_id: str
    payment: Any
    """The bank's payment, or None when it knows none."""

    @property
    def status(self) -> str:
        """Return ISO's word for the answer."""
        if self.payment is None or self.payment["state"] not in approvals.BEFORE_THE_RUN:
            return REFUSED
        return ACCEPTED

    @property
    def code(self) -> str:
        """Return why not: unknown (NOOR), or too late (ARDT, it is settled)."""
        if self.status == ACCEPTED:
            return ""
        return "NOOR" if self.payment is None else "ARDT"


def is_recall(body: bytes) -> bool:
    """Say whether an uploaded file is a camt.055."""
    try:
        root = safe_xml.root_of(body)
    except safe_xml.Unreadable:
        return False
    return etree.QName(root).namespace in NAMESPACES


def receive(state: State, body: bytes, customer: str = "") -> dict[str, Any]:
    """Do what a camt.055 asks, as far as it still can be done, and answer."""
    root = safe_xml.root_of(body)
    request = safe_xml.find(root, "CstmrPmtCxlReq")
    try:
        recall_id = safe_xml.needed(request, "Assgnmt/Id")
        found = list(_recalls(state, request, customer)) if request is not None else []
    except safe_xml.Unreadable as fault:
        raise Refused(str(fault), "FF01") from None
    if not found:
        raise Refused("the request names no payment.", "FF01")
    done = [one.payment["id"] for one in found if one.status == ACCEPTED]
    owner = customer or _owner(state, found)
    # Answered before the states change: the answer tells what was decided.
    _answer(state, recall_id, owner, found)
    value = {
        "recall": recall_id,
        "payments": [
            {
                "end_to_end_id": one.end_to_end_id,
                "status": one.status,
                "reason": one.code or None,
            }
            for one in found
        ],
    }
    approvals.end(state, done, "cancelled", "CUST", "cancelled by the customer (camt.055)")
    state.note(
        "recall",
        f"{recall_id}: {len(done)} of {len(found)} taken back",
        f"{recall_id}: {len(done)} av {len(found)} tilbakekalt",
        owner,
    )
    return value


def _owner(state: State, found: Sequence[Recall]) -> str:
    for one in found:
        if one.payment is not None:
            row = state.one(
                "SELECT orgnr FROM account WHERE number = ?", one.payment["account"]
            )
            return str(row["orgnr"])
    return "UNKNOWN"


def _recalls(state: State, request: etree._Element, customer: str) -> Iterator[Recall]:
    for underlying in safe_xml.children(request, "Undrlyg"):
        group = safe_xml.find(underlying, "OrgnlGrpInfAndCxl")
        message = safe_xml.text(group, "OrgnlMsgId")
        if safe_xml.text(group, "GrpCxl") in ("true", "1"):
            for payment in _of_message(state, message, customer):
                yield Recall(
                    payment_information_id=payment["payment_information_id"],
                    end_to_end_id=payment["end_to_end_id"],
                    payment=payment,
                )
        for batch in safe_xml.children(underlying, "OrgnlPmtInfAndCxl"):
            name = safe_xml.text(batch, "OrgnlPmtInfId")
            message = message or safe_xml.text(batch, "OrgnlGrpInf/OrgnlMsgId")
            for line in safe_xml.children(batch, "TxInf"):
                end_to_end_id = safe_xml.needed(line, "OrgnlEndToEndId")
                known = _of_message(state, message, customer)
                yield Recall(
                    payment_information_id=name,
                    end_to_end_id=end_to_end_id,
                    payment=next(
                        (p for p in known if p["end_to_end_id"] == end_to_end_id), None
                    ),
                )


def _of_message(state: State, message_id: str, customer: str) -> list[Any]:
    return state.rows(
        "SELECT payment.*, message.message_id, message.message_name FROM payment"
        " JOIN message ON message.id = payment.message"
        " WHERE message.state = 'received' AND message.message_id = ?"
        " AND (? = '' OR message.customer = ?) ORDER BY payment.id",
        message_id,
        customer,
        customer,
    )


def _answer(state: State, recall_id: str, customer: str, found: Sequence[Recall]) -> None:
    number = state.next_number("return-message")
    batches: dict[str, list[Recall]] = {}
    for one in found:
        batches.setdefault(one.payment_information_id, []).append(one)
    kinds = {one.status for one in found}
    known = next((one.payment for one in found if one.payment is not None), None)
    body = text_templates.fill(
        "camt029.xml",
        {
            "message_id": f"C029{state.today:%Y%m%d}{number:07d}",
            "created": with_offset(state.now),
            "bic": state.profile.bic,
            "customer": customer,
            "recall_id": recall_id,
            "confirmation": "CNCL" if kinds == {ACCEPTED} else REFUSED,
            "original": known,
            "batches": list(batches.items()),
        },
    )
    outbox.put(state, customer, "C029", body)
