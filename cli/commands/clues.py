"""What the transaction that parked money told of it: what suggestions are looked for by."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from bankio.amount import Amount
from ledger.accounts import text
from ledger.books.reading import order
from ledger.directives import Posting, Transaction
from ledger.open_items import ItemKind, OpenItem
from reconcile.candidates import Clue


def sources(
    concerned: Mapping[str, Sequence[Transaction]],
) -> dict[str, tuple[Transaction, Posting]]:
    """Return the transaction and posting that made each item; each is gone through once."""
    found: dict[str, tuple[Transaction, Posting]] = {}
    each_once = {id(each): each for some in concerned.values() for each in some}
    for transaction in sorted(each_once.values(), key=order):
        for posting in transaction.postings:
            key = text(posting.meta, "open-item")
            if key is not None and key in concerned:
                found.setdefault(key, (transaction, posting))
    return found


def clue_of(item: OpenItem, concerned: Iterable[Transaction]) -> Clue | None:
    """Return what the transaction that made an item told of its money."""
    source = sources({item.key: tuple(concerned)}).get(item.key)
    return None if source is None else of(item, *source, amount=-item.amount)


def of(
    item: OpenItem, transaction: Transaction, posting: Posting, *, amount: Amount
) -> Clue:
    """Return what a posting told of the money that it parked (`amount`: in is positive)."""
    movement = (
        text(posting.meta, "movement")
        or text(transaction.meta, "bank-ref")
        or _undone(transaction)
    )
    return Clue(
        amount=amount,
        date=transaction.date,
        bank_account="".join((movement or "").split("/")[1:2]) or None,
        open_item=item.key,
        party_number=None if item.kind is ItemKind.SUSPENSE else item.party_number,
        kid=text(posting.meta, "kid"),
        counterparty_account=text(posting.meta, "debtor-account")
        or text(posting.meta, "counterparty-account"),
        counterparty_name=transaction.payee,
        text=transaction.narration,
        returned=text(posting.meta, "reason"),
        end_to_end_id=text(posting.meta, "end-to-end-id"),
        part=text(posting.meta, "payment-information-id"),
        user_rule=text(posting.meta, "user-rule"),
    )


def _undone(transaction: Transaction) -> str | None:
    """Return the movement that a voucher has undone: its money came by that account."""
    names = (text(posting.meta, "undoes") for posting in transaction.postings)
    return next((name for name in names if name and name.startswith("detail/")), None)
