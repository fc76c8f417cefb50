"""Which money waits under the name that a person types: what `match` and `book` decide.

A person types what he saw: the bank's reference, the movement, the voucher, the payment's
EndToEndId, or a tail of it. After an undo the money stands under a new item, and the names
that it had before still lead to it, for as long as one thing alone waits there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cli.answer import Refused
from cli.commands import held_files, on_clearing, ordered, references
from cli.commands.references import Reference
from cli.wiring import Workplace
from ledger.accounts import text
from ledger.directives import Transaction
from ledger.open_items import ItemKind, OpenItem
from reconcile.evidence import undone_items

_WAITS = frozenset({ItemKind.SUSPENSE, ItemKind.CREDIT})


def named(workplace: Workplace, reference: str) -> OpenItem:
    """Return the money that waits, or another open item, that a reference names.

    Raises:
        Refused: Nothing waits there, or more than one thing does.
    """
    everything = references.named(workplace, reference)
    whole = _sum_of_key(workplace, reference, everything)
    if whole is not None:
        return whole
    for other in references.other_sources(everything):
        everything |= references.named(workplace, other)
    found = {item.key: item for each in everything for item in _under(workplace, each)}
    if len(found) == 1:
        return next(iter(found.values()))
    if found:
        many = ", ".join(sorted(found))
        raise Refused(f"{reference}: names no one thing that waits ({many})")
    on_its_way = on_clearing.named(workplace, reference)
    if on_its_way is not None:
        return on_its_way
    only = references.find(workplace, reference)
    refuse_file(workplace, reference, only)
    if only.kind == "open-item":
        return workplace.books.items.by_key[only.name]
    raise Refused(f"{reference}: names no one thing that waits (nothing is parked there)")


def _sum_of_key(
    workplace: Workplace, reference: str, named: Iterable[Reference]
) -> OpenItem | None:
    """Return the sum on clearing whose whole key was typed, if nothing is parked under it.

    Its details may be parked by their file, under the same reference of the bank's.
    """
    if any(True for each in named for _ in _under(workplace, each)):
        return None
    found = (each.item for each in on_clearing.standing(workplace))
    return next((item for item in found if item.key == reference), None)


def refuse_file(workplace: Workplace, reference: str, found: Reference) -> None:
    """Say how a file is decided: not by posting, nobody knows what is in it."""
    if found.kind == "file":
        choice = held_files.choice(workplace, found.name)
        raise Refused(
            f"{reference}: is a file of the bank, and no money; {choice.how}",
            *choice.decide,
        )


def _under(workplace: Workplace, found: Reference) -> Iterator[OpenItem]:
    """Yield what is open under one name: an item itself, else parked money alone."""
    by_key = workplace.books.items.by_key
    if found.kind == "open-item":
        if by_key[found.name].is_open:
            yield by_key[found.name]
        return
    for key in {*_parked(workplace, found), *_undone(workplace, found)}:
        item = by_key.get(key)
        if item is not None and item.is_open and item.kind in _WAITS:
            yield item


def _parked(workplace: Workplace, found: Reference) -> Iterator[str]:
    """Yield the items of the postings that a reference names, and what is parked there."""
    if found.kind == "payment":
        for standing in ordered.current(workplace, [found.name]):
            if standing.payment.end_to_end_id == found.name:
                yield from (each.open_item for each in standing.parked)
        return
    for transaction, movement in _postings(workplace, found):
        for posting in transaction.postings:
            key = text(posting.meta, "open-item")
            if key and movement in {None, text(posting.meta, "movement")}:
                yield key


def _undone(workplace: Workplace, found: Reference) -> Iterator[str]:
    """Yield what the money became when a posting that a reference names was undone."""
    by_key = workplace.books.items.by_key
    for transaction, movement in _postings(workplace, found):
        voucher = text(transaction.meta, "voucher") or ""
        marks = {text(each.meta, "movement") or "" for each in transaction.postings}
        for mark in marks if movement is None else (movement,):
            yield from undone_items(voucher, mark, by_key)


def _postings(
    workplace: Workplace, found: Reference
) -> Iterator[tuple[Transaction, str | None]]:
    """Yield the transactions of a reference, each with the movement of it that is meant.

    None: the whole transaction is meant.
    """
    if found.kind == "payment":
        for settled in _movements(workplace, found.name):
            told = Reference("movement", settled)
            for transaction in references.transactions(workplace, told):
                yield transaction, settled
        return
    movement = found.name if found.kind == "movement" else None
    for transaction in references.transactions(workplace, found):
        yield transaction, movement


def _movements(workplace: Workplace, end_to_end_id: str) -> frozenset[str]:
    """Return the movements that have settled something for a payment of ours."""
    items = workplace.books.items
    return frozenset(
        posting.movement
        for standing in ordered.current(workplace, [end_to_end_id])
        if standing.payment.end_to_end_id == end_to_end_id
        for paid in standing.payment.items
        for item in items.of_key(paid.open_item)
        for posting in item.postings
        if posting.end_to_end_id == end_to_end_id and posting.movement
    )
