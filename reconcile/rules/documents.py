"""Structured documents: the payer names invoices and credit notes, each with its amount.

ISO 20022 `RmtInf/Strd/RfrdDocInf`: CINV is an invoice, CREN a credit note.

    +900.00 from K20001: CINV 1017 1000.00, CREN 1020 100.00
        kf-1017 has 1000.00 left, kf-1020 has -100.00: both settled

Every number must be one item of the party, every amount all that is left of it, and the
sum the movement; else a person is asked. The party must be certain by itself: numbers of
invoices are no secret and two sellers use the same ones.
"""

from __future__ import annotations

from bankio.amount import Amount
from bankio.iso20022.values import Document
from ledger.open_items import OpenItem
from reconcile.bank_transactions import Movement
from reconcile.evidence import Evidence
from reconcile.matches import Finding
from reconcile.rules.party import settled
from reconcile.wording import say

RULE = "documents"


def match(movement: Movement, evidence: Evidence) -> Finding | None:
    """Return the items that the payer's documents name, or None."""
    documents = [each for each in movement.documents if each.number]
    if not documents or movement.kid is not None:
        return None
    party = evidence.party_of(movement)
    if party is None:
        return None
    items: list[OpenItem] = []
    total = Amount.zero(movement.amount.currency)
    for document in documents:
        named = [item for item in party.items if item.invoice == document.number]
        if len(named) != 1 or not _agrees(document, named[0], evidence):
            return None
        items.append(named[0])
        total += evidence.residual(named[0])
    if total != movement.amount or len({item.key for item in items}) != len(items):
        return None
    told = ", ".join(f"{each.code or ''} {each.number}".strip() for each in documents)
    return settled(
        movement,
        items,
        evidence,
        rule=RULE,
        why=say(evidence.language, "why-documents", documents=told),
    )


def _agrees(document: Document, item: OpenItem, evidence: Evidence) -> bool:
    """Whether the document's amount is what is left of the item."""
    left = evidence.residual(item)
    if not left or (document.amount is not None and document.amount != abs(left)):
        return False
    return document.code != "CREN" or left.number < 0
