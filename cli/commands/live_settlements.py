"""What settles an item or a payment now, so that `books undo` may be given its name.

    undo lf-4              one voucher settles it: that one, or its one movement of it
    undo E-X35XZHYM1B69    the same, where the bank told the payment once
    undo kf-17             paid in two parts: both are named, and nothing is undone

What was undone since does not count, and what made the item is no settlement of it. What
opened it again (a return) counts: whoever names the item has not said which of the two.
"""

from __future__ import annotations

from collections.abc import Iterator

from cli.answer import Refused
from cli.commands import ordered
from cli.commands.references import Reference
from cli.wiring import Workplace
from ledger.accounts import text
from ledger.directives import Posting, Transaction
from ledger.open_items import ItemKind
from reconcile import undoing

_MONEY = {ItemKind.SUSPENSE, ItemKind.CREDIT, ItemKind.CLEARING}


def only(
    workplace: Workplace, reference: str, found: Reference
) -> tuple[Transaction, str | None]:
    """Return the one voucher that settles what is named, and its movement if it has one.

    Raises:
        Refused: None does, several do, or it settles other items as well.
    """
    payment = found.name if found.kind == "payment" else None
    keys = {found.name} if payment is None else set(_paid(workplace, found.name))
    settling = {
        (transaction.place, text(posting.meta, "movement")): transaction
        for key in sorted(keys)
        for transaction, posting in _live(workplace, key, payment)
    }
    if not settling:
        raise Refused(
            f"{reference}: nothing settles it that could be undone (books why {reference})"
        )
    names = [movement or _number(each) for (_, movement), each in settling.items()]
    if len(settling) > 1:
        raise Refused(
            f"{reference}: {len(names)} vouchers or movements have to do with it;"
            f" name one: {', or '.join(f'books undo {name}' for name in names)}"
        )
    (((_, movement), transaction),) = settling.items()
    others = _others(workplace, transaction, movement, keys)
    if others and not _is_money(workplace, keys):
        raise Refused(
            f"{reference}: {names[0]} settles {', '.join(others)} too; to undo all of it:"
            f" books undo {names[0]}"
        )
    return transaction, movement


def _paid(workplace: Workplace, end_to_end_id: str) -> Iterator[str]:
    for standing in ordered.current(workplace, [end_to_end_id]):
        if standing.payment.end_to_end_id == end_to_end_id:
            yield from (each.open_item for each in standing.payment.items)


def _live(
    workplace: Workplace, key: str, payment: str | None
) -> Iterator[tuple[Transaction, Posting]]:
    """Yield what was posted on an item after it was made, and not undone since."""
    register = workplace.books.register
    item = workplace.books.items.by_key.get(key)
    for transaction in register.by_item(key):
        number = _number(transaction)
        if "corrects" in transaction.meta or not number or item is None:
            continue
        undone = {
            (posting.account, str(posting.meta.get("undoes", "")))
            for each in register.corrections_of(number)
            for posting in each.postings
        }
        for posting in transaction.postings:
            if text(posting.meta, "open-item") != key or number == item.voucher:
                continue
            if payment is not None and posting.meta.get("end-to-end-id") != payment:
                continue
            if (posting.account, undoing.mark(posting)) not in undone:
                yield transaction, posting


def _others(
    workplace: Workplace, transaction: Transaction, movement: str | None, keys: set[str]
) -> list[str]:
    """Return the other items, no parked money, that an undo would open again too."""
    named = {
        text(each.meta, "open-item")
        for each in transaction.postings
        if movement is None or text(each.meta, "movement") == movement
    }
    others = {key for key in named if key} - keys
    return sorted(key for key in others if not _is_money(workplace, {key}))


def _is_money(workplace: Workplace, keys: set[str]) -> bool:
    by_key = workplace.books.items.by_key
    return all(key in by_key and by_key[key].kind in _MONEY for key in keys)


def _number(transaction: Transaction) -> str:
    return text(transaction.meta, "voucher") or ""
