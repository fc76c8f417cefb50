"""What the payee of a payment without a KID reads on his account.

A supplier reads the number of his own invoice. A customer who gets money back reads the
number of the invoice that he paid too much of, as he knows it, and never the name of our
item: that is of our books alone.

    paid 25 200.00 of invoice 5001 (25 000.00)   Tilbakebetaling faktura 5001
    credit note K77                              Tilbakebetaling kreditnota K77
    a KID that several of his invoices carry,    Tilbakebetaling av innbetaling 02.11.2026
    and nothing tells which one he meant
    a credit that a person has posted            Tilbakebetaling: <what its voucher says>

No identification derives from the text (ADR 0005), and what is ordered goes again as the
bytes that were archived, so other words here change nothing of what is under way.
"""

from __future__ import annotations

from ledger.item_kinds import ItemKind
from ledger.open_items import Items, OpenItem

_WORDS = {
    "invoice": ("Tilbakebetaling faktura {0}", "Refund invoice {0}"),
    "credit-note": ("Tilbakebetaling kreditnota {0}", "Refund credit note {0}"),
    "receipt": (
        "Tilbakebetaling av innbetaling {0:%d.%m.%Y}",
        "Refund of payment {0:%Y-%m-%d}",
    ),
    "voucher": ("Tilbakebetaling: {0}", "Refund: {0}"),
}


def of_bill(item: OpenItem) -> str:
    """Return the invoice's number, else what the voucher says."""
    return f"Faktura {item.invoice}" if item.invoice else item.narration or item.key


def of_refund(item: OpenItem, items: Items, language: str) -> str:
    """Return what a customer reads who gets money back.

    Args:
        item: His credit.
        items: All items, closed ones too.
        language: Of the books, `nb` or `en`.
    """
    what, told = _refunded(item, items)
    norwegian, english = _WORDS[what]
    return (norwegian if language == "nb" else english).format(told)


def _refunded(item: OpenItem, items: Items) -> tuple[str, object]:
    if item.kind is ItemKind.CUSTOMER and item.invoice:
        return "credit-note", item.invoice
    invoice = _paid_invoice(item, items)
    if invoice is not None:
        return "invoice", invoice
    is_of_bank = any(posting.movement for posting in item.postings[:1])
    if item.narration and not is_of_bank:
        return "voucher", item.narration
    return "receipt", item.date


def _paid_invoice(item: OpenItem, items: Items) -> str | None:
    """Return the number of the one invoice that the customer paid, or paid again."""
    if item.kid is None:
        return None
    carriers = [
        each
        for each in items.of_kids([item.kid]).get(item.kid, ())
        if each.account == item.account
    ]
    made_by = {posting.movement for posting in item.postings[:1]} - {None}
    settled = [
        each
        for each in carriers
        if made_by & {posting.movement for posting in each.postings}
    ]
    found = {each.invoice for each in settled or carriers}
    return found.pop() if len(found) == 1 else None
