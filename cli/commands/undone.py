"""What became of money whose voucher was undone: what took its place, and how to undo that.

A person types the reference that he saw first. When the money has been placed again since,
it is the newer voucher that can be undone, and the answer names it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cli.wiring import Workplace
from ledger.accounts import text
from ledger.directives import Transaction
from ledger.open_items import ItemKind, OpenItem
from reconcile.evidence import undone_items

_MONEY = frozenset({ItemKind.SUSPENSE, ItemKind.CREDIT})


def since(
    workplace: Workplace,
    transactions: Sequence[Transaction],
    movement: str | None,
    corrections: Sequence[Transaction],
) -> str:
    """Return what took back a voucher, where its money is now, and what to type.

    Empty where nothing was done with it since.

    Args:
        workplace: Where.
        transactions: The voucher, of which nothing is left to undo.
        movement: The one of its movements that is meant; None: all of it.
        corrections: The vouchers that correct it.
    """
    items = {
        item.key: item
        for each in transactions
        for item in _money(workplace, each, movement)
    }
    newer = _placing(workplace, sorted(items), besides=_number(transactions[0]))
    told = []
    if corrections:
        told.append(
            f"it was undone by {', '.join(dict.fromkeys(map(_number, corrections)))}"
        )
    if newer:
        told.append(f"its money is placed by {', '.join(newer)}")
    if not told:
        return ""
    lines = [f"books undo {each}" for each in newer]
    waits = [item.key for item in items.values() if item.is_open]
    if waits:
        told.append(f"{'the rest' if newer else 'its money'} waits")
        lines += [f"books match {key} ITEM" for key in waits]
    sentence = "; ".join(told)
    return f"{sentence}: {', or '.join(lines)}" if lines else sentence


def placed(
    workplace: Workplace, transactions: Sequence[Transaction], movement: str
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return by which vouchers the money of a movement is placed, and where it waits.

    Args:
        workplace: Where.
        transactions: The voucher that posted it, as the books have it.
        movement: Its key.
    """
    items = {
        item.key: item
        for each in transactions
        for item in _money(workplace, each, movement)
    }
    newer = _placing(workplace, sorted(items), besides="")
    waits = tuple(item.key for item in items.values() if item.is_open)
    if newer or waits:
        return newer, waits
    # A rule has placed it, and no person has said anything of it since.
    return tuple(dict.fromkeys(filter(None, map(_number, transactions)))), ()


def left(transactions: Sequence[Transaction], corrections: Sequence[Transaction]) -> str:
    """Return how much of a voucher an undo of all of it has left as it was; empty: nothing.

    Args:
        transactions: The voucher.
        corrections: The vouchers that corrected it before.
    """
    movements = _marks(transactions, "movement")
    before = movements & _marks(corrections, "undoes")
    if not before:
        return ""
    by = ", ".join(dict.fromkeys(map(_number, corrections)))
    return f"Undone before: {len(before)} of its {len(movements)} movements, by {by}."


def uses(workplace: Workplace, item: str, besides: str) -> str:
    """Return what to type so that an item is as a voucher left it; empty: nothing does.

    Args:
        workplace: Where.
        item: What the voucher made, and what was used since.
        besides: The number of the voucher.
    """
    register = workplace.books.register
    numbers = dict.fromkeys(map(_number, register.by_item(item)))
    found = [
        f"books undo {number}"
        for number in numbers
        if number not in {"", besides} and not register.corrections_of(number)
    ]
    return ", and ".join(found)


def _marks(transactions: Sequence[Transaction], name: str) -> set[str]:
    found = {text(posting.meta, name) for each in transactions for posting in each.postings}
    return {mark for mark in found if mark}


def _money(
    workplace: Workplace, transaction: Transaction, movement: str | None
) -> Iterator[OpenItem]:
    """Yield the items that the money of an undone voucher stands under."""
    by_key = workplace.books.items.by_key
    marks = {text(each.meta, "movement") or "" for each in transaction.postings}
    for mark in marks if movement is None else (movement,):
        keys = undone_items(_number(transaction), mark, by_key)
        yield from (by_key[key] for key in keys)
    for posting in transaction.postings:
        item = by_key.get(text(posting.meta, "open-item") or "")
        if item is not None and item.kind in _MONEY:
            yield item


def _placing(workplace: Workplace, keys: Sequence[str], *, besides: str) -> tuple[str, ...]:
    """Return the vouchers by which persons placed some money, and that still count."""
    register = workplace.books.register
    found: dict[str, None] = {}
    for concerned in register.by_items(keys).values():
        for each in concerned:
            number = _number(each)
            if text(each.meta, "rule") != "person" or number == besides:
                continue
            if not register.corrections_of(number):
                found[number] = None
    return tuple(found)


def _number(transaction: Transaction) -> str:
    return text(transaction.meta, "voucher") or ""
