"""The open items of the books from the index: the counterpart of `OpenItems`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import TypeVar

from bankio.amount import Amount
from ledger.index.reading import Reader, chunks, column
from ledger.index.rows import residual_text
from ledger.index.values import item_of
from ledger.item_kinds import ItemKind
from ledger.open_items import (
    COMMON_MAX,
    Likeness,
    Mark,
    OpenItem,
    OpenItems,
    PartyMark,
    by_name,
)

_ORDER = "date, key, first"
Each = TypeVar("Each")


class StoredItems:
    """Every item that is in an index, made when it is asked for."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self.by_key: Mapping[str, OpenItem] = _Found(
            self._keys, lambda key: _counting(self.of_key(key))
        )
        self.by_kid: Mapping[str, tuple[OpenItem, ...]] = _Found(
            self._kids, lambda kid: self.of_kids([kid]).get(kid)
        )

    @property
    def items(self) -> Sequence[OpenItem]:
        """All, closed ones too: of large books by far the dearest question."""
        return tuple(self._where("TRUE"))

    def of_key(self, key: str) -> Sequence[OpenItem]:
        """Return those with this key, on whichever accounts."""
        return self._where("key = ?", [key])

    def of_kids(self, kids: Collection[str]) -> Mapping[str, tuple[OpenItem, ...]]:
        """Return what `by_kid` has of some KIDs, looked up together."""
        found: dict[str, list[OpenItem]] = {}
        for chunk in chunks(sorted(kids)):
            rows = self._reader.db.execute(
                "SELECT k.kid, i.body, i.added FROM item_kid k JOIN item i ON i.id = k.item"
                f" WHERE k.kid IN ({', '.join('?' * len(chunk))}) AND i.kind = 'customer'"
                " ORDER BY i.date, i.key, i.first, k.position",
                chunk,
            )
            for kid, body, added in rows:
                found.setdefault(kid, []).append(item_of(body, added))
        return {kid: tuple(items) for kid, items in found.items()}

    def named_by(self, words: Collection[str]) -> Mapping[str, tuple[OpenItem, ...]]:
        """Return the items that have one of some words as reference or number."""
        found: dict[int, tuple[str, ...]] = {}
        for chunk in chunks(sorted(words)):
            marks = ", ".join("?" * len(chunk))
            # A reference stands in capitals, as RF references are written.
            rows = self._reader.db.execute(
                f"SELECT id, {_ORDER}, body, added FROM item WHERE invoice IN ({marks})"
                " OR id IN (SELECT item FROM item_kid"
                f" WHERE kid IN ({marks.replace('?', 'upper(?)')}))",
                [*chunk, *chunk],
            )
            found.update({row[0]: row[1:] for row in rows})
        named = by_name(item_of(*row[-2:]) for row in sorted(found.values()))
        return {word: named[word] for word in words if word in named}

    def open_of(self, kinds: Collection[ItemKind]) -> Sequence[OpenItem]:
        """Return the open ones of some kinds."""
        return self._where(*_open_of(kinds))

    def open_keys_of(self, kinds: Collection[ItemKind]) -> Collection[str]:
        """Return the keys of the open ones of some kinds."""
        where, names = _open_of(kinds)
        rows = self._reader.db.execute(f"SELECT key FROM item WHERE {where}", names)
        return {row[0] for row in rows}

    def settled_of(self, kinds: Collection[ItemKind], newest: int) -> Sequence[OpenItem]:
        """Return the newest closed ones of some kinds, at most so many."""
        marks = ", ".join("?" * len(kinds))
        names = sorted(kind.value for kind in kinds)
        rows = self._reader.db.execute(
            f"SELECT body, added FROM item WHERE NOT is_open AND kind IN ({marks})"
            " ORDER BY date DESC, key DESC, first DESC LIMIT ?",
            [*names, newest],
        )
        return [item_of(*row) for row in rows][::-1]

    def open_of_party(self, number: str) -> Sequence[OpenItem]:
        """Return the open ones of a party."""
        return self._where("is_open AND party = ?", [number])

    def with_payments(self, named: Collection[str] | None = None) -> Iterable[OpenItem]:
        """Return those that a payment of ours settled or tried to: any, or one of these."""
        if named is None:
            return self._where("has_payment")
        found: dict[int, tuple[str, ...]] = {}
        for chunk in chunks(named):
            marks = ", ".join("?" * len(chunk))
            rows = self._reader.db.execute(
                "SELECT id, date, key, first, body, added FROM item WHERE id IN"
                f" (SELECT item FROM payment_mark WHERE end_to_end_id IN ({marks}))",
                chunk,
            )
            found.update({row[0]: row[1:] for row in rows})
        return [item_of(*row[-2:]) for row in sorted(found.values())]

    def ended_payments(self, before: date) -> Collection[str]:
        """Return the EndToEndIds that the books have settled for good, before a day."""
        query = (
            "SELECT end_to_end_id AS a FROM payment_mark GROUP BY end_to_end_id"
            " HAVING min(mark) > ? AND max(mark) = ? AND max(date) < ?"
        )
        values = (Mark.OPEN, Mark.PAID, before.isoformat())
        return {*column(self._reader.db, query, values)}

    def party_marks(self) -> Collection[PartyMark]:
        """Return by what parties are known, from attested items, each once."""
        rows = self._reader.db.execute(
            "SELECT DISTINCT party, creditor_account, party_name FROM item"
            " WHERE party IS NOT NULL AND NOT is_draft"
        )
        return {PartyMark(*row) for row in rows}

    def alike(self, likeness: Likeness) -> OpenItems:
        """Return every open item that is like this."""
        wanted: Mapping[str, Collection[str]] = {
            "residual": self._uncommon(likeness.residuals),
            "kid": likeness.kids,
            "creditor_account": likeness.accounts,
            "party": likeness.parties,
            "invoice": likeness.invoices,
        }
        found: dict[int, tuple[str, str]] = {}
        for name, values in wanted.items():
            for chunk in chunks(values):
                marks = ", ".join("?" * len(chunk))
                where = f"is_open AND {name} IN ({marks})"
                query = f"SELECT id, body, added FROM item WHERE {where} ORDER BY {_ORDER}"
                rows = self._reader.db.execute(query, chunk)
                found.update({row[0]: row[1:] for row in rows})
        return OpenItems.of(item_of(*texts) for _, texts in sorted(found.items()))

    def counts_of(self, residuals: Collection[Amount]) -> Mapping[Amount, int]:
        """Return how many open items have each of some amounts left."""
        texts = {residual_text(each.number, each.currency): each for each in residuals}
        found: dict[Amount, int] = {}
        for chunk in chunks(sorted(texts)):
            marks = ", ".join("?" * len(chunk))
            rows = self._reader.db.execute(
                "SELECT residual, count(*) FROM item"
                f" WHERE is_open AND residual IN ({marks}) GROUP BY residual",
                chunk,
            )
            found |= {texts[residual]: count for residual, count in rows}
        return found

    def _uncommon(self, residuals: Collection[Amount]) -> list[str]:
        """Return those amounts that few enough open items have left."""
        return [
            residual_text(amount.number, amount.currency)
            for amount, count in self.counts_of(residuals).items()
            if count <= COMMON_MAX
        ]

    def _where(self, where: str, values: Collection[str] = ()) -> list[OpenItem]:
        query = f"SELECT body, added FROM item WHERE {where} ORDER BY {_ORDER}"
        rows = self._reader.db.execute(query, list(values))
        return [item_of(*row) for row in rows]

    def _keys(self) -> list[str]:
        rows = self._reader.db.execute(f"SELECT key FROM item ORDER BY {_ORDER}")
        return list(dict.fromkeys(row[0] for row in rows))

    def _kids(self) -> list[str]:
        rows = self._reader.db.execute(
            "SELECT DISTINCT k.kid FROM item_kid k JOIN item i ON i.id = k.item"
            " WHERE i.kind = 'customer'"
        )
        return [row[0] for row in rows]


def _open_of(kinds: Collection[ItemKind]) -> tuple[str, list[str]]:
    names = sorted(kind.value for kind in kinds)
    return f"is_open AND kind IN ({', '.join('?' * len(names))})", names


def _counting(items: Sequence[OpenItem]) -> OpenItem | None:
    """Of several with one key: the first that is open, else the last."""
    return next((each for each in items if each.is_open), items[-1] if items else None)


class _Found(Mapping[str, Each]):
    """A mapping whose values are looked up when they are asked for."""

    def __init__(
        self, names: Callable[[], Sequence[str]], find: Callable[[str], Each | None]
    ) -> None:
        self._names = names
        self._find = find

    def __getitem__(self, key: str) -> Each:
        found = self._find(key)
        if found is None:
            raise KeyError(key)
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._names())

    def __len__(self) -> int:
        return len(self._names())
