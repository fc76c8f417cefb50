"""Which open item a posting belongs to, by what stands in the books alone.

Three ways, in this order:

1. `open-item:` on the posting;
2. the transaction's only link that names an item of the account's kind (`lf-…` on a
   payable account, `kf-…` on a receivable one);
3. kind, party number and `invoice:`.

None, or several, is an error that prints the line to type: an item that is guessed
would be paid twice, or never. The trap is the alphabet. A link can hold little more
than ASCII letters and digits, an invoice number anything, so a key is a slug of it and
two numbers may have one slug; that shows as two creating postings of one identity.
"""

from __future__ import annotations

import re
import unicodedata

from ledger.accounts import LedgerAccount, party_number, text
from ledger.directives import Posting, Transaction
from ledger.item_kinds import ItemKind
from ledger.vocabulary import LINK_KINDS

_PREFIXES = {
    ItemKind.SUPPLIER: "lf",
    ItemKind.CUSTOMER: "kf",
    ItemKind.SALARY: "wage",
    ItemKind.TAX: "tax",
    ItemKind.CREDIT: "cr",
    ItemKind.SUSPENSE: "cr",
}
_SPELLED = str.maketrans(
    {"æ": "ae", "ø": "o", "å": "a", "Æ": "AE", "Ø": "O", "Å": "A", "ß": "ss"}
)
_NOT_IN_LINKS = re.compile(r"[^A-Za-z0-9_./-]+")


class NoIdentity(Exception):
    """A posting on an item account whose item cannot be told."""

    def __init__(self, account: str, reason: str, line: str) -> None:
        super().__init__(f"{account}: {reason}. Type under this posting:  {line}")


def slug(number: str) -> str:
    """Return an invoice number in the alphabet of links.

    >>> slug("10023"), slug("A/1 x"), slug("Nr. 7 Ærfugl")
    ('10023', 'A/1_x', 'Nr._7_AErfugl')
    """
    spelled = unicodedata.normalize("NFKD", number.strip().translate(_SPELLED))
    plain = "".join(c for c in spelled if not unicodedata.combining(c))
    return _NOT_IN_LINKS.sub("_", plain).strip("_") or "x"


def item_key(kind: ItemKind, party: str, number: str) -> str:
    """Return the key of an item by its kind, party number and invoice number.

    >>> item_key(ItemKind.SUPPLIER, "L10001", "10023")
    'lf-L10001-10023'
    """
    return f"{_PREFIXES.get(kind, 'item')}-{party}-{slug(number)}"


def kind_of(key: str, account: LedgerAccount) -> ItemKind:
    """Return what an item with this key on this account is."""
    named = LINK_KINDS.get(key.partition("-")[0])
    kind = account.item_kind
    if kind is ItemKind.SUSPENSE:
        return kind
    if named is ItemKind.CREDIT:
        return named
    return kind or named or ItemKind.OTHER


def party_of(
    account: LedgerAccount, posting: Posting, transaction: Transaction
) -> str | None:
    """Return the number of the party that a posting concerns, or None."""
    return (
        account.party_number or party_number(posting.meta) or party_number(transaction.meta)
    )


def identity(
    account: LedgerAccount, posting: Posting, transaction: Transaction
) -> tuple[str, bool] | None:
    """Return the item's key and whether the posting itself names it.

    None where the account holds no items; raises `NoIdentity` where one is needed.
    """
    named = text(posting.meta, "open-item")
    if named:
        return unicodedata.normalize("NFC", named), True
    kind = account.item_kind
    if kind is None:
        return None
    links = [link for link in transaction.links if _fits(link, kind)]
    if len(links) == 1:
        return links[0], False
    line = _line_to_type(kind, account, posting, transaction)
    if links:
        found = ", ".join(f"^{link}" for link in links)
        raise NoIdentity(account.name, f"several links name an open item ({found})", line)
    party, invoice = party_of(account, posting, transaction), _invoice(posting, transaction)
    if party and invoice and kind in {ItemKind.SUPPLIER, ItemKind.CUSTOMER}:
        return item_key(kind, party, invoice), False
    raise NoIdentity(
        account.name,
        "nothing names its open item (no open-item, no link, no party with invoice)",
        line,
    )


def _fits(link: str, kind: ItemKind) -> bool:
    prefix, dash, _ = link.partition("-")
    named = LINK_KINDS.get(prefix) if dash else None
    return named is kind or named is ItemKind.CREDIT


def _invoice(posting: Posting, transaction: Transaction) -> str | None:
    return text(posting.meta, "invoice") or text(transaction.meta, "invoice")


def _line_to_type(
    kind: ItemKind, account: LedgerAccount, posting: Posting, transaction: Transaction
) -> str:
    party = party_of(account, posting, transaction) or account.number or "…"
    number = (
        _invoice(posting, transaction)
        or text(transaction.meta, "voucher")
        or transaction.date.isoformat()
    )
    return f'open-item: "{item_key(kind, party, number)}"'
