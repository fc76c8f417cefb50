"""What the details of an entry tell (`TxDtls`), each as everything here wants to know it.

A name or a reference that the bank does not have is none, whatever it writes instead.
"""

from __future__ import annotations

from bankio.amount import Amount
from bankio.identifiers import creditor_reference
from bankio.iso20022.values import Entry, TransactionDetails
from ledger import identifications


def end_to_end_id(detail: TransactionDetails) -> str | None:
    """Return what the payment is called end to end; ours, wherever the bank echoes it.

    Some banks keep EndToEndId for the payee and give the payer his own back in InstrId.
    """
    told, instruction = (
        detail.end_to_end_identification,
        detail.instruction_identification,
    )
    if not identifications.is_ours(told) and identifications.is_ours(instruction):
        return instruction
    # The reader knows NOTPROVIDED; some banks write it as two words.
    is_none = told is not None and "".join(told.split()).upper() == "NOTPROVIDED"
    return None if is_none else told


def total(entry: Entry) -> Amount | None:
    """Return what the details of an entry make together, signed, in its currency."""
    found = Amount.zero(entry.amount.currency)
    for detail in entry.details:
        told = detail.amount
        if told is None or told.currency != found.currency:
            return None
        found += told if detail.credit_debit_indicator == "CRDT" else -told
    return found


def is_incomplete(entry: Entry) -> bool:
    """Whether a lump tells only some of its payments, as some banks do."""
    count = entry.batch_number_of_transactions
    return count is not None and count > len(entry.details)


def payment_information_id(entry: Entry) -> str | None:
    """Return the PmtInfId of an entry; of a lump without it the one that its details echo.

    Its only detail may be the sum over again.
    """
    own = entry.batch_payment_information_identification
    if own is not None or not is_incomplete(entry):
        return own
    echoed = {each.payment_information_identification for each in entry.details}
    return echoed.pop() if len(echoed) == 1 else None


def reference(told: str | None) -> str | None:
    """Return a creditor reference without the blanks that people and banks put into it."""
    compacted = "".join(told.split()) if told else ""
    return creditor_reference.capitals(compacted) or None


def references(detail: TransactionDetails) -> tuple[str, ...]:
    """Return every creditor reference of a detail."""
    return tuple(filter(None, map(reference, detail.creditor_references)))


def text(detail: TransactionDetails, entry: Entry) -> str:
    """Return what a detail says in words; the entry's own where it has that one alone."""
    lines = (*detail.unstructured, detail.additional_information or "")
    told = " ".join(line.strip() for line in lines if line.strip())
    if told or len(entry.details) > 1:
        return told
    return entry.additional_information or ""
