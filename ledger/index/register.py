"""Vouchers by what they carry, from the index: the counterpart of `register.InMemory`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property

from ledger import vouchers
from ledger.books.excerpts import NeedsAll
from ledger.books.loading import Books
from ledger.books.register import NameKind, Register, Totals, is_by_hand, posts_on
from ledger.directives import Custom, Transaction
from ledger.index.reading import Reader, chunks, column
from ledger.index.totals import StoredTotals


class StoredRegister:
    """The register of books that are in an index."""

    def __init__(self, reader: Reader, whole: Callable[[], Books]) -> None:
        self._reader = reader
        self._whole = whole
        """The books, loaded: for a transaction that cannot be read without the rest."""

    @cached_property
    def heads(self) -> vouchers.Heads:
        """Where each of our voucher series stands."""
        rows = self._reader.db.execute(
            "SELECT DISTINCT e.voucher FROM entry e JOIN"
            " (SELECT series, max(number) AS number FROM entry"
            "  WHERE series IS NOT NULL GROUP BY series) last"
            " ON e.series = last.series AND e.number = last.number"
        )
        return vouchers.heads(self.by_voucher([row[0] for row in rows]))

    @cached_property
    def totals(self) -> Totals:
        """What every account held when."""
        return StoredTotals(self._reader.db)

    def by_voucher(self, numbers: Collection[str]) -> Sequence[Transaction]:
        """Return the transactions with one of these voucher numbers."""
        query = "SELECT id FROM entry WHERE voucher"
        return self._where(query, numbers, lambda whole: whole.by_voucher(numbers))

    def by_key(self, keys: Collection[str]) -> Sequence[Transaction]:
        """Return the transactions that carry one of these bank keys."""
        query = "SELECT entry FROM bank_key WHERE key"
        return self._where(query, keys, lambda whole: whole.by_key(keys))

    def vouchers_of(self, keys: Collection[str]) -> Mapping[str, str]:
        """Return the voucher number of each of these bank keys that is posted."""
        return StoredKeys(self._reader).among(keys)

    def by_item(self, key: str) -> Sequence[Transaction]:
        """Return the transactions with a posting on the item."""
        query = "SELECT entry FROM item_entry WHERE key"
        return self._where(query, [key], lambda whole: whole.by_item(key))

    def by_items(self, keys: Collection[str]) -> Mapping[str, Sequence[Transaction]]:
        """Return the transactions with a posting on each of some items."""
        try:
            return self._reader.transactions_of_items(keys)
        except NeedsAll:
            return self._whole().register.by_items(keys)

    def by_document(self, sha256: str) -> Sequence[Transaction]:
        """Return the transactions whose `document` is this archived file."""
        query = "SELECT id FROM entry WHERE document"
        return self._where(query, [sha256], lambda whole: whole.by_document(sha256))

    def corrections_of(self, voucher: str) -> Sequence[Transaction]:
        """Return the transactions that correct this voucher."""
        query = "SELECT id FROM entry WHERE corrects"
        return self._where(query, [voucher], lambda whole: whole.corrections_of(voucher))

    def by_hand(self, account: str, since: date) -> Sequence[Transaction]:
        """Return what people have posted on an account or below it, from a day on."""
        found = self._posted(account, since, typed=True)
        if found is None:
            return self._whole().register.by_hand(account, since)
        return [each for each in found if is_by_hand(each, account)]

    def posted_on(self, account: str, since: date) -> Sequence[Transaction]:
        """Return what is posted on an account or below it, from a day on."""
        found = self._posted(account, since, typed=False)
        if found is None:
            return self._whole().register.posted_on(account, since)
        return [each for each in found if posts_on(each, account)]

    def _posted(
        self, account: str, since: date, *, typed: bool
    ) -> Sequence[Transaction] | None:
        """Return what stands on days on which the account moved; None: read all instead."""
        ids: set[int] = set()
        for file, days in self._reader.moved_days(account):
            wanted = {day for day in days if day >= since.isoformat()}
            if wanted:
                ids |= self._reader.entries_of_days(file, wanted, typed=typed)
        try:
            return self._reader.transactions(ids)
        except NeedsAll:
            return None

    def customs(self, *types: str) -> Sequence[Custom]:
        """Return the custom lines of these types."""
        return self._reader.customs(*types) if types else ()

    def messages(self) -> Collection[str]:
        """Return the MsgId of each remittance line."""
        rows = self._reader.db.execute(
            "SELECT subject FROM other WHERE kind = 'Custom' AND name = 'remittance'"
        )
        return {row[0] for row in rows}

    def messages_paying(self, besides: Collection[str] = ()) -> Collection[str]:
        """Return the MsgIds of payment lines, of other EndToEndIds than these alone."""
        db, where = self._reader.db, "kind = 'Custom' AND name = 'payment'"
        if not besides:
            return {*column(db, f"SELECT DISTINCT message AS a FROM other WHERE {where}")}
        subjects = column(db, f"SELECT subject AS a FROM other WHERE {where}")
        found: set[str] = set()
        for chunk in chunks(set(subjects).difference(besides)):
            marks = ", ".join("?" * len(chunk))
            query = f"SELECT message FROM other WHERE {where} AND subject IN ({marks})"
            found.update(row[0] for row in db.execute(query, chunk))
        return found

    def order_lines(self, messages: Collection[str]) -> Sequence[Custom]:
        """Return the lines of remittances and payments of some messages."""
        return self._reader.customs_of_messages(messages)

    def names_ending(self, tail: str) -> Collection[tuple[NameKind, str]]:
        """Return the vouchers, bank keys and items whose name ends like this."""
        ends = "substr(name, length(name) - length(?) + 1) = ?"
        rows = self._reader.db.execute(
            "SELECT kind, name FROM ("
            " SELECT 'voucher' AS kind, voucher AS name FROM entry"
            " WHERE voucher IS NOT NULL"
            " UNION ALL SELECT kind, key FROM bank_key"
            f" UNION ALL SELECT 'open-item', key FROM item) WHERE {ends}",
            (tail, tail),
        )
        return set(rows)

    def _where(
        self,
        query: str,
        values: Collection[str],
        ask: Callable[[Register], Sequence[Transaction]],
    ) -> Sequence[Transaction]:
        try:
            return self._reader.transactions(self._reader.entries(query, values))
        except NeedsAll:
            return ask(self._whole().register)


class StoredKeys(Mapping[str, str]):
    """Every bank key with its voucher number."""

    def __init__(self, reader: Reader) -> None:
        self._db = reader.db

    def among(self, keys: Collection[str]) -> dict[str, str]:
        """Return those of some keys, looked up together."""
        found: dict[str, str] = {}
        for chunk in chunks(sorted(keys)):
            found.update(
                self._db.execute(
                    "SELECT k.key, coalesce(e.voucher, '') FROM bank_key k"
                    " JOIN entry e ON e.id = k.entry"
                    f" WHERE k.key IN ({', '.join('?' * len(chunk))})",
                    chunk,
                )
            )
        return found

    def __getitem__(self, key: str) -> str:
        return self.among([key])[key]

    def __iter__(self) -> Iterator[str]:
        return iter([row[0] for row in self._db.execute("SELECT key FROM bank_key")])

    def __len__(self) -> int:
        return int(self._db.execute("SELECT count(*) FROM bank_key").fetchone()[0])
