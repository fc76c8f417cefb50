"""Find what a person means: a voucher, a key of the bank, an item, a payment, a message.

A reference is the whole name or a tail of it that fits one thing only; of a received file
it is the name, or the beginning of its sha256.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from cli.answer import Refused
from cli.commands import ordered
from cli.wiring import Workplace
from ledger.accounts import text
from ledger.directives import Transaction
from ledger.open_items import OpenItem

Kind = Literal[
    "voucher",
    "bank-ref",
    "movement",
    "open-item",
    "payment",
    "remittance",
    "payment-information",
    "file",
]

#: Fewer digits of a sha256 name no file.
_FILE_DIGITS_MIN = 8


@dataclass(frozen=True, slots=True)
class Reference:
    """What a reference names."""

    kind: Kind
    name: str


def find(workplace: Workplace, given: str) -> Reference:
    """Return what `given` names, or refuse what names nothing or several things."""
    if not given.strip():
        raise Refused(
            "An empty reference names nothing: name a voucher, bank reference, movement,"
            " open item, payment or message, or a tail of it that fits one only"
        )
    known = named(workplace, given)
    tails = sorted({each.name for each in known})
    if len({_money(tail) for tail in tails}) == 1:
        first = [each for each in known if each.name == tails[0]]
        return min(first, key=lambda each: _ORDER.index(each.kind))
    if not tails:
        raise Refused(
            f"{given}: no voucher, bank reference, movement, open item, payment, message or"
            " received file has this name or ends like this"
        )
    raise Refused(_several(given, tails))


def named(workplace: Workplace, given: str) -> frozenset[Reference]:
    """Return all that `given` is the name of, else all of which it is a tail."""
    known = frozenset(_ending(workplace, given)) if given.strip() else frozenset()
    exact = frozenset(each for each in known if each.name == given)
    return exact or known


def item(workplace: Workplace, given: str, where: str) -> OpenItem:
    """Return the open item that `given` names, or refuse none or several.

    Args:
        workplace: Where.
        given: The item, the voucher that made it, a payment of it, or a tail of one.
        where: The command that lists such items, for whoever finds none.
    """
    by_key = workplace.books.items.by_key
    whole = by_key.get(given)
    if whole is not None:
        return whole
    meant = named(workplace, given)
    keys = sorted({key for each in meant for key in _items(workplace, each)})
    if not keys:
        raise Refused(f"{given}: the books have no such open item ({where})")
    if len(keys) > 1:
        raise Refused(_several(given, keys))
    return by_key[keys[0]]


def _items(workplace: Workplace, found: Reference) -> Iterable[str]:
    """Yield the items that a name is of: what a voucher made, what a payment is for."""
    by_key = workplace.books.items.by_key
    if found.kind == "open-item" and found.name in by_key:
        yield found.name
    if found.kind == "voucher":
        for transaction in transactions(workplace, found):
            named_there = (text(each.meta, "open-item") for each in transaction.postings)
            for key in {*transaction.links, *filter(None, named_there)}:
                if key in by_key and by_key[key].voucher == found.name:
                    yield key
    if found.kind == "payment":
        for standing in ordered.current(workplace, [found.name]):
            if standing.payment.end_to_end_id == found.name:
                yield from (each.open_item for each in standing.payment.items)


def _several(given: str, names: Sequence[str]) -> str:
    shown = ", ".join(names[:_SHOWN]) + (", …" if len(names) > _SHOWN else "")
    return f"{given}: {len(names)} things end like this ({shown}); give more of it"


_SHOWN = 10


def _money(name: str) -> str:
    """Return what is left of a key without its source: a detail and its line are one."""
    return name.removeprefix("detail/").removeprefix("statement/")


def other_sources(known: Iterable[Reference]) -> frozenset[str]:
    """Return the keys under which another source tells the same money."""
    return frozenset(
        f"{source}/{_money(each.name)}"
        for each in known
        if each.kind in {"bank-ref", "movement"}
        for source in ("detail", "statement")
    )


_ORDER: tuple[Kind, ...] = (
    "voucher",
    "open-item",
    "payment",
    "remittance",
    "payment-information",
    "bank-ref",
    "movement",
    "file",
)


def _ending(workplace: Workplace, tail: str) -> Iterable[Reference]:
    for kind, name in workplace.books.register.names_ending(tail):
        yield Reference(kind, name)
    for remittance, _ in ordered.remittances(workplace):
        if remittance.message_id.endswith(tail):
            yield Reference("remittance", remittance.message_id)
        for payment in remittance.payments:
            if payment.end_to_end_id.endswith(tail):
                yield Reference("payment", payment.end_to_end_id)
            if payment.payment_information_id == tail:
                yield Reference("payment-information", tail)
    yield from _files(workplace, tail)


def _files(workplace: Workplace, given: str) -> Iterable[Reference]:
    """Yield the received files of a name, or whose sha256 begins so: as lists show them."""
    with workplace.store.reading() as transaction:
        records = transaction.files(direction="in")
    for record in records:
        begins = len(given) >= _FILE_DIGITS_MIN and record.sha256.startswith(given)
        if begins or record.name == given:
            yield Reference("file", record.sha256)


def transactions(workplace: Workplace, found: Reference) -> tuple[Transaction, ...]:
    """Return the transactions that a voucher, a bank reference or a movement names."""

    def is_it(transaction: Transaction) -> bool:
        if found.kind == "movement":
            names = (text(each.meta, "movement") for each in transaction.postings)
            return found.name in names
        return text(transaction.meta, found.kind) == found.name

    register = workplace.books.register
    look = register.by_voucher if found.kind == "voucher" else register.by_key
    return tuple(each for each in look([found.name]) if is_it(each))
