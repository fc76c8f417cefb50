"""The one form of a directive: as it stands in the books, and as it is read back.

Free text from a bank may hold line ends, control characters, directions that turn text
around, and accents in two spellings. In the books it is one line of printable
characters, NFC, at most 500 of them. Whatever is compared or hashed is brought to this
form first, so that a voucher is the same before it is written and after.
"""

from __future__ import annotations

import unicodedata
from dataclasses import replace

from ledger.directives import (
    Balance,
    Close,
    Custom,
    Directive,
    Meta,
    MetaValue,
    Open,
    Posting,
    Transaction,
)

TEXT_MAX = 500


def clean_text(text: str) -> str:
    r"""Return text as one line of printable characters, NFC, at most 500 of them.

    >>> clean_text('Strøm\n2026-01-01 open Assets:Bank\u202e')
    'Strøm 2026-01-01 open Assets:Bank'
    """
    if text.isprintable():
        if text.isascii() and len(text) <= TEXT_MAX and " ".join(text.split()) == text:
            return text  # nearly all text is clean already
    else:
        text = "".join(c if c.isprintable() else " " for c in text)
    line = unicodedata.normalize("NFC", " ".join(text.split()))
    return line[:TEXT_MAX].rstrip()


def canonical(directive: Directive) -> Directive:
    """Return the directive as it reads back from its text."""
    match directive:
        case Transaction():
            return canonical_transaction(directive)
        case Custom():
            return replace(
                directive,
                values=tuple(_canonical_value(value) for value in directive.values),
                meta=_canonical_meta(directive.meta),
            )
        case Balance() | Open():
            return replace(directive, meta=_canonical_meta(directive.meta))
        case Close():
            return directive


def canonical_transaction(transaction: Transaction) -> Transaction:
    """Return the transaction as it reads back from its text."""
    return replace(
        transaction,
        payee=clean_text(transaction.payee or "") or None,
        narration=clean_text(transaction.narration),
        links=tuple(sorted(set(transaction.links))),
        tags=tuple(sorted(set(transaction.tags))),
        meta=_canonical_meta(transaction.meta),
        postings=tuple([_canonical_posting(each) for each in transaction.postings]),
    )


def _canonical_posting(posting: Posting) -> Posting:
    meta = _canonical_meta(posting.meta)
    return posting if meta is posting.meta else replace(posting, meta=meta)


def _canonical_meta(meta: Meta) -> Meta:
    """Return metadata in its one form, the same mapping where it has that already."""
    for value in meta.values():
        if isinstance(value, str) and clean_text(value) != value:
            return {key: _canonical_value(value) for key, value in meta.items()}
    return meta


def _canonical_value(value: MetaValue) -> MetaValue:
    return clean_text(value) if isinstance(value, str) else value
