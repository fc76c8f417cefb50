"""What persons decided about parked money, from the books: for `reconcile.learned`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cli.commands import clues
from ledger import cleared
from ledger.accounts import text
from ledger.books import Books
from ledger.directives import Posting, Transaction
from ledger.item_kinds import ItemKind
from reconcile.learned import Decided

#: So many of the newest decisions are looked at.
NEWEST_MAX = 300


def of(books: Books) -> Iterator[Decided]:
    """Yield where each parked amount went that is placed whole and was not undone."""
    settled = books.items.settled_of({ItemKind.SUSPENSE}, NEWEST_MAX)
    by_item = books.register.by_items([item.key for item in settled])
    for item in settled:
        concerned = by_item.get(item.key, ())
        known = clues.clue_of(item, concerned)
        undone = {text(each.meta, "corrects") for each in concerned}
        for transaction in concerned:
            if known is not None and _is_decision(transaction, undone):
                for account, party in _places(books, transaction, item.account):
                    yield Decided(
                        clue=known,
                        voucher=text(transaction.meta, "voucher") or "",
                        date=transaction.date,
                        by=text(transaction.meta, "recorded-by") or "",
                        account=account,
                        party_number=party,
                    )


def _is_decision(transaction: Transaction, undone: set[str | None]) -> bool:
    return (
        text(transaction.meta, "rule") == "person"
        and text(transaction.meta, "voucher") not in undone
    )


def _places(
    books: Books, transaction: Transaction, suspense: str
) -> Sequence[tuple[str, str | None]]:
    """Return the accounts, or the parties, that a decision put the money on."""
    found: dict[tuple[str, str | None], None] = {}
    for posting in transaction.postings:
        account = books.accounts.get(posting.account)
        on_clearing = cleared.POSTING_KEY in posting.meta
        if account is None or posting.account == suspense or on_clearing:
            continue
        key = text(posting.meta, "open-item")
        item = books.items.by_key.get(key) if key else None
        if item is not None and item.party_number is not None:
            found[account.name, item.party_number] = None
        elif item is None and not _is_tax(posting, transaction):
            found[account.name, None] = None
    return list(found)


def _is_tax(posting: Posting, transaction: Transaction) -> bool:
    """Whether a posting is the VAT of another one of its voucher."""
    if any("vat-base" in each.meta for each in transaction.postings):
        return "vat-base" in posting.meta
    # Vouchers from before the VAT had keys of its own.
    with_code = [each.account for each in transaction.postings if "vat" in each.meta]
    return bool(with_code) and posting.account not in with_code
