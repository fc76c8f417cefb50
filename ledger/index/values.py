"""Directives and items as JSON and back, equal to the last digit.

A value that JSON has no word for is a list that begins with its kind: `["n", "12.50"]`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import date
from decimal import Decimal
from operator import attrgetter
from typing import Any, Generic, TypeVar, get_type_hints

from bankio.amount import Amount
from ledger.directives import Balance, BooksPlace, Close, Custom, Meta, MetaValue, Open
from ledger.item_collection import Posted
from ledger.item_kinds import ItemKind
from ledger.open_items import Hold, ItemPosting, OpenItem, Release

Kind = TypeVar("Kind")
_Form = tuple[Callable[[Any], Any], Callable[[Any], Any]]
"""To JSON's words, and back."""

Other = Balance | Close | Custom | Open
"""Every directive that is no transaction."""


#: Made once: `json.dumps` makes one for each text.
_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def _plain(value: MetaValue) -> object:
    match value:
        case Amount():
            return ["a", str(value.number), value.currency]
        case Decimal():
            return ["n", str(value)]
        case date():
            return ["d", value.isoformat()]
    return value


_KINDS: Mapping[str, Callable[..., MetaValue]] = {
    "a": lambda number, currency: Amount(Decimal(number), currency),
    "n": Decimal,
    "d": date.fromisoformat,
}


def _value(plain: Any) -> MetaValue:
    if isinstance(plain, list):
        kind, *rest = plain
        return _KINDS[kind](*rest)
    found: MetaValue = plain
    return found


def _meta(plain: Mapping[str, Any]) -> Meta:
    return {key: _value(value) for key, value in plain.items()}


def other_json(directive: Other) -> str:
    """Return a directive's fields, its date and place left out."""
    meta = getattr(directive, "meta", None) or {}
    plain = {key: _plain(value) for key, value in meta.items()}
    match directive:
        case Balance():
            amount = directive.amount
            fields: list[object] = [directive.account, str(amount.number), amount.currency]
        case Close():
            fields = [directive.account]
        case Custom():
            fields = [directive.type, [_plain(value) for value in directive.values]]
        case Open():
            fields = [directive.account, directive.currencies]
    return _json([type(directive).__name__, plain, *fields])


def other_of(body: str, day: str, place: BooksPlace) -> Other:
    """Return the directive that `other_json` told."""
    kind, plain, *fields = json.loads(body)
    at, meta = date.fromisoformat(day), _meta(plain)
    match kind:
        case "Balance":
            account, number, currency = fields
            amount = Amount(Decimal(number), currency)
            return Balance(date=at, account=account, amount=amount, meta=meta, place=place)
        case "Close":
            return Close(date=at, account=fields[0], place=place)
        case "Custom":
            values = tuple(_value(value) for value in fields[1])
            return Custom(date=at, type=fields[0], values=values, meta=meta, place=place)
    return Open(
        date=at, account=fields[0], currencies=tuple(fields[1]), meta=meta, place=place
    )


def item_json(item: OpenItem) -> str:
    """Return an item whole."""
    return _json(_ITEM.plain(item))


def item_of(body: str, added: str) -> OpenItem:
    """Return the item that `item_json` told, with the postings that were added since."""
    plain = json.loads(body)
    if added:
        more = json.loads(f"[{added}]")
        left = _amount(plain[_RESIDUAL])
        for posting in more:
            left += _amount(posting[_MOVED])
        plain[_RESIDUAL] = _amount_text(left)
        plain[_POSTINGS] = sorted([*plain[_POSTINGS], *more], key=_posting_order)
    return _item(plain)


class KeptItem:
    """An item as its row in the index has it, on which something more is posted.

    The item itself is not touched, only the columns that the posting changes: to make
    every item that a run settles, and put it into words again, would cost more than to
    match it.
    """

    def __init__(
        self,
        body: str,
        added: str,
        first: str,
        residual: str,
        has_payment: int,
        created: str,
        is_unvalued: int,
    ) -> None:
        """Take `KEPT_COLUMNS`."""
        self._body, self.added = body, added
        self._first = first
        self.residual = _amount(residual)
        self.has_payment = bool(has_payment)
        """Whether one of its postings names a payment of ours."""
        self._created = created
        self._is_unvalued = bool(is_unvalued)

    def add(self, posted: Posted) -> bool:
        """Add what was posted; False where the item must be made anew from all its parts.

        It carries on where nothing but its rest and its postings can have changed: the
        first posting, which says what the item is, stays the first, and nothing is settled
        beyond zero.
        """
        if not self._is_unvalued or not posted.is_told_by_bank:
            return False
        if not all(_is_after(each, self._first) for each in posted.postings):
            return False
        left = self.residual + posted.amount
        if left.number and (left.number < 0) is not self._created.startswith("-"):
            return False
        self.residual = left
        more = [_json(_POSTING.plain(each)) for each in posted.postings]
        self.added = ",".join([self.added, *more] if self.added else more)
        self.has_payment |= any(each.payment_name is not None for each in posted.postings)
        return True

    @property
    def item(self) -> OpenItem:
        """The item itself."""
        return item_of(self._body, self.added)


class _Fields(Generic[Kind]):
    """A frozen class as the list of its fields, whichever it has.

    How each stands in JSON follows from its type. A type that is not in the table stops the
    program when it is started, and not an answer when it is asked.
    """

    def __init__(self, kind: type[Kind], table: Mapping[Any, _Form]) -> None:
        hints = get_type_hints(kind)
        self._kind = kind
        self._names = [each.name for each in fields(kind)]  # type: ignore[arg-type]
        self._held = attrgetter(*self._names)
        forms = [table[hints[name]] for name in self._names]
        # Most fields are text, which stands in JSON as it is.
        self._plain = [
            (at, plain) for at, (plain, _) in enumerate(forms) if plain is not _same
        ]
        self._value = [
            (at, value) for at, (_, value) in enumerate(forms) if value is not _same
        ]

    def at(self, name: str) -> int:
        """Return where in the list a field is."""
        return self._names.index(name)

    def plain(self, value: Kind) -> list[object]:
        """Return the fields as JSON has words for them."""
        found = list(self._held(value))
        for at, plain in self._plain:
            if found[at] is not None:
                found[at] = plain(found[at])
        return found

    def value(self, plain: list[Any]) -> Kind:
        """Return the value that `plain` told."""
        given = list(plain)
        for at, value in self._value:
            if given[at] is not None:
                given[at] = value(given[at])
        return self._kind(**dict(zip(self._names, given, strict=True)))

    @property
    def form(self) -> _Form:
        """How it stands as a field of another."""
        return self.plain, self.value


def _same(value: Any) -> Any:
    return value


def _amount_text(amount: Amount) -> str:
    return f"{amount.number} {amount.currency}"


def _amount(text: str) -> Amount:
    number, currency = text.split(" ")
    return Amount(Decimal(number), currency)


def _or_none(forms: Mapping[Any, _Form]) -> dict[Any, _Form]:
    return {**forms, **{kind | None: form for kind, form in forms.items()}}


_SIMPLE: dict[Any, _Form] = _or_none(
    {
        str: (_same, _same),
        int: (_same, _same),
        bool: (_same, _same),
        date: (date.isoformat, date.fromisoformat),
        Decimal: (str, Decimal),
        Amount: (_amount_text, _amount),
        ItemKind: (str, ItemKind),
    }
) | {tuple[str, ...]: (list, tuple)}
_HOLD, _RELEASE = _Fields(Hold, _SIMPLE), _Fields(Release, _SIMPLE)
_PLACED = _SIMPLE | _or_none(
    {BooksPlace: _Fields(BooksPlace, _SIMPLE).form, Hold: _HOLD.form}
)


def _each(fields_of: _Fields[Kind]) -> _Form:
    return (
        lambda values: [fields_of.plain(each) for each in values],
        lambda plain: tuple([fields_of.value(each) for each in plain]),
    )


_POSTING = _Fields(ItemPosting, _PLACED)
_ITEM = _Fields(
    OpenItem,
    {
        **_PLACED,
        tuple[ItemPosting, ...]: _each(_POSTING),
        tuple[Release, ...]: _each(_RELEASE),
    },
)


def _item(plain: list[Any]) -> OpenItem:
    """Return what `_ITEM.value` does, in half of the time: a run makes one a movement.

    A field that comes to the class later stops it at the first item.
    """
    (key, account, kind, number, name, day, created, left, value, due, *rest) = plain
    (discount, until, kid, former, invoice, creditor, is_draft, *rest) = rest
    (hold, released, releases, voucher, narration, postings, place) = rest
    return OpenItem(
        key=key,
        account=account,
        kind=ItemKind(kind),
        party_number=number,
        party_name=name,
        date=date.fromisoformat(day),
        amount=_amount(created),
        residual=_amount(left),
        value=_amount(value) if value else None,
        due=date.fromisoformat(due) if due else None,
        discount=Decimal(discount) if discount else None,
        discount_until=date.fromisoformat(until) if until else None,
        kid=kid,
        former_kids=tuple(former),
        invoice=invoice,
        creditor_account=creditor,
        is_draft=is_draft,
        hold=_HOLD.value(hold) if hold else None,
        released=tuple(released),
        releases=tuple([_RELEASE.value(each) for each in releases]),
        voucher=voucher,
        narration=narration,
        postings=tuple([_posting(each) for each in postings]),
        place=BooksPlace(*place) if place else None,
    )


def _posting(plain: list[Any]) -> ItemPosting:
    day, moved, voucher, movement, named, kid, *told, place = plain
    undoes, withdraws, reason, part, counterparty_account = told
    return ItemPosting(
        date=date.fromisoformat(day),
        amount=_amount(moved),
        voucher=voucher,
        movement=movement,
        end_to_end_id=named,
        kid=kid,
        undoes=undoes,
        withdraws=withdraws,
        reason=reason,
        part=part,
        counterparty_account=counterparty_account,
        place=BooksPlace(*place) if place else None,
    )


_AMOUNT, _RESIDUAL, _VALUE, _POSTINGS = map(
    _ITEM.at, ("amount", "residual", "value", "postings")
)
_DATE, _PLACE, _MOVED = map(_POSTING.at, ("date", "place", "amount"))
KEPT_COLUMNS = (
    "body, added, first, residual, has_payment,"
    f" json_extract(body, '$[{_AMOUNT}]'), json_extract(body, '$[{_VALUE}]') IS NULL"
)
"""What `KeptItem` is made from."""


def _posting_order(plain: list[Any]) -> tuple[str, list[Any]]:
    """Return what postings are sorted by: date, file and line."""
    return plain[_DATE], plain[_PLACE] or []


def first_text(posting: ItemPosting) -> str:
    """Return when and where an item began, as its row has it."""
    assert posting.place is not None, "only what stands in a file is kept"
    return f"{posting.date.isoformat()}|{posting.place.file}|{posting.place.line:09d}"


def _is_after(posting: ItemPosting, first: str) -> bool:
    """Whether a posting comes after the one by which the item began."""
    day, place = posting.date.isoformat(), posting.place
    if day != first[:10] or place is None:
        return day > first[:10]
    return (place.file, place.line) > (first[11:-10], int(first[-9:]))
