"""Structured documents: the payer names invoices and credit notes, each with its amount.

ISO 20022 `RmtInf/Strd/RfrdDocInf`: CINV is an invoice, CREN a credit note.

    +900.00 from K20001's account: CINV 1017 1000.00, CREN 1020 100.00
        kf-1017 has 1000.00 left, kf-1020 has -100.00: both settled
    +400.00 from K20001's account: CINV 1017 400.00       paid in part, 600.00 left
    +999.50 from K20001's account: CINV 1017, limit 1.00  settled, 0.50 to rounding
    +980.00 from K20001's account: CINV 1017, a discount of 20.00 in time
        settled, 20.00 to 8170, whether the document tells 980.00, 1000.00 or nothing
    +500.00 from K20001's account: CINV 1099, which is not open
        parked, although kf-1018 has 500.00 left: the payer means another one
    +1000.00 by K20001's name: CINV 1017                  settled; a name needs it exact

An invoice may have its KID beside its number. Where a credit note is netted in, or one sum
is for several invoices, the documents say more than the KIDs do, and tell which they are:

    +900.00: CINV 1017 1000.00 with its KID, CREN 1020 100.00     both settled
    +900.00: the KID of 1017 alone, CREN 1020 100.00              both settled
    +900.00: CINV 1017 with its KID, CREN 1099, which is nobody's
        parked: 1017 is not paid in part, as its KID alone would say
    +1300.00: CINV 1017 800.00, CINV 1018 500.00, each with its KID
        1017 paid in part, 1018 settled
    +1250.00: CINV 1017 1000.00, CINV 1019 250.00, both with the customer's one KID
        both settled, and not the oldest ones
    +500.00: CINV 1018, which has 500.00 left, with the KID of 1017
        parked: number and KID are of two invoices, and both would do
    one invoice and its KID, or numbers that are not ours        the KID decides

A number is the same in capitals and with zeros before it, where that is one item alone:
CINV A17 names kf-a17, CINV 0001017 names kf-1017.

Every number must be one item of the party, and the amounts together the movement; else a
person is asked. The party must be certain by itself: numbers of invoices are no secret and
two sellers use the same ones. The trap: what the documents contradict, no weaker rule may
settle by account and amount.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bankio.amount import Amount
from bankio.iso20022.values import Document
from ledger.open_items import OpenItem
from reconcile.bank_transactions import Movement
from reconcile.evidence import Evidence
from reconcile.matches import Doubt, Finding, Leg
from reconcile.party_items import Party
from reconcile.rules import cash_discount, differences, exchange
from reconcile.rules.kid import settle
from reconcile.rules.party import settled
from reconcile.wording import say
from reconcile.words import without_zeros

RULE = "documents"

#: Commercial invoice, credit note, metered service invoice, debit note; None: untold.
_INVOICES = {"CINV", "CREN", "MSIN", "DEBN", None}

Shares = dict[str, tuple[OpenItem, Amount]]
"""How much of each item is paid, ledger sign."""


def match(movement: Movement, evidence: Evidence) -> Finding | None:
    """Return the items that the payer's documents name, or None."""
    documents = _numbered(movement)
    if not documents or movement.kid is not None:
        return None
    party = evidence.party_of(movement)
    if party is None:
        return None
    shares = _shares(documents, movement, party, evidence)
    if _are_instructed(shares, movement):
        return None  # `instructed_amount` asks again, in that currency
    found = _settled(movement, shares, party, evidence) if shares else None
    if found is None and any(each.code in _INVOICES for each in documents):
        return _contradicted(documents, evidence)
    return found


def with_references(movement: Movement, evidence: Evidence) -> Finding | None:
    """Return the items that documents beside KIDs name; None where the KIDs decide."""
    documents = _numbered(movement)
    references = movement.kids or ((movement.kid,) if movement.kid else ())
    if not references or not movement.documents or movement.amount.number <= 0:
        return None
    notes = [each for each in movement.documents if each.code == "CREN"]
    party = evidence.party_of_kids(references)
    named: Shares = {}
    if party is not None and all(note.number for note in notes):
        named = _shares(documents, movement, party, evidence)
    shares = _with_kids(named, references, evidence) if named else {}
    found = contradicted = None
    if party is not None and shares and (notes or len(documents) > 1):
        found = _settled(movement, shares, party, evidence)
    if party is not None and named and named != shares:
        contradicted = _settled(movement, named, party, evidence)
    if found is None and contradicted is not None:
        return _disagreement(documents, references, evidence)
    if found is None and notes:
        return _contradicted([*documents, *(n for n in notes if not n.number)], evidence)
    return found


def _are_instructed(shares: Shares, movement: Movement) -> bool:
    """Whether the items are in the currency that the payer instructed, not the money's."""
    told = exchange.as_instructed(movement)
    return (
        told is not None
        and bool(shares)
        and all(share.currency == told.amount.currency for _, share in shares.values())
    )


def _numbered(movement: Movement) -> list[Document]:
    return [each for each in movement.documents if each.number]


def _told(documents: Sequence[Document]) -> str:
    return ", ".join(f"{each.code or ''} {each.number or ''}".strip() for each in documents)


def _contradicted(documents: Sequence[Document], evidence: Evidence) -> Doubt:
    told = _told(documents)
    reason = say(evidence.language, "documents-differ", documents=told)
    return Doubt(rule=RULE, reason=reason)


def _disagreement(
    documents: Sequence[Document], references: Sequence[str], evidence: Evidence
) -> Doubt:
    """Return the doubt where documents alone would do, and the KIDs are of others."""
    reason = say(
        evidence.language,
        "documents-or-kid",
        documents=_told(documents),
        kids=", ".join(dict.fromkeys(references)),
    )
    return Doubt(rule=RULE, reason=reason)


def _with_kids(shares: Shares, references: Sequence[str], evidence: Evidence) -> Shares:
    """Return the shares, with the items whose KID alone is told; empty if one is unsure."""
    found = dict(shares)
    for kid in dict.fromkeys(references):
        items = [item for item in evidence.carriers(kid) if not item.is_draft]
        if any(item.key in found for item in items):
            continue
        if len(items) != 1 or evidence.residual(items[0]).number <= 0:
            return {}
        found[items[0].key] = items[0], evidence.residual(items[0])
    return found


def _shares(
    documents: Sequence[Document], movement: Movement, party: Party, evidence: Evidence
) -> Shares:
    """Return each item named with how much of it is paid; empty if one is not certain."""
    shares: Shares = {}
    for document in documents:
        named = _named(document.number or "", party.items)
        share = _share(document, movement, named, evidence)
        if share is None or named[0].key in shares:
            return {}
        shares[named[0].key] = named[0], share
    return shares


def _named(number: str, items: Sequence[OpenItem]) -> list[OpenItem]:
    """Return the items that have a number; other systems write it with zeros before it."""
    told = number.strip().casefold()
    written = [item for item in items if (item.invoice or "").casefold() == told]
    return written or [
        item for item in items if without_zeros(item.invoice or "") == without_zeros(told)
    ]


def _share(
    document: Document, movement: Movement, named: Sequence[OpenItem], evidence: Evidence
) -> Amount | None:
    """Return how much of the item its document says is paid, ledger sign."""
    if len(named) != 1:
        return None
    left, told = evidence.residual(named[0]), document.amount
    opposes = (left.number > 0) is not (movement.amount.number > 0)
    if not left or (document.code == "CREN" and not opposes):
        return None
    if told is None:
        return left
    if told.currency != left.currency or not 0 < told.number <= abs(left).number:
        return None
    return told if left.number > 0 else -told


def _settled(
    movement: Movement, shares: Shares, party: Party, evidence: Evidence
) -> Finding | None:
    """Return the match that settles the shares, if they make the movement."""
    if any(share.currency != movement.amount.currency for _, share in shares.values()):
        return None
    shares = _as_paid(movement, shares, evidence)
    told = [settle(item, -share) for item, share in shares.values()]
    legs = cash_discount.with_discounts(movement, told, evidence)
    is_whole = all(
        leg.amount == -evidence.residual(leg.item) for leg in legs if leg.item is not None
    )
    if not is_whole and not party.by_account:
        return None
    total, difference = _total(shares, movement), None
    if total != movement.amount:
        if is_whole and party.by_account:
            missing = total - movement.amount
            difference = differences.settled_by_receipt(movement, missing, evidence)
        if difference is None:
            return None
    found = settled(
        movement,
        [item for item, _ in shares.values()],
        evidence,
        rule=RULE,
        why=_why(movement, legs, evidence),
        difference=difference,
    )
    if isinstance(found, Doubt) or difference is not None:
        return found
    return replace(found, legs=legs)


def _as_paid(movement: Movement, shares: Shares, evidence: Evidence) -> Shares:
    """Return the shares, less the discounts where that makes the amount."""
    if _total(shares, movement) == movement.amount:
        return shares
    lessened = {
        key: (item, cash_discount.with_discount(movement, item, evidence) or share)
        for key, (item, share) in shares.items()
    }
    return lessened if _total(lessened, movement) == movement.amount else shares


def _total(shares: Shares, movement: Movement) -> Amount:
    zero = Amount.zero(movement.amount.currency)
    return sum((share for _, share in shares.values()), start=zero)


def _why(movement: Movement, legs: Sequence[Leg], evidence: Evidence) -> str:
    told = _told(_numbered(movement))
    why = say(evidence.language, "why-documents", documents=told)
    for leg in legs:
        if leg.item is None:
            why += say(evidence.language, "why-difference", account=leg.account)
    return why
