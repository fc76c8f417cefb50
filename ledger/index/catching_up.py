"""Bring the index up to files that have changed, or say that only a full load can tell.

The rows of a changed file go and its new ones come; of one that only grew, as our own do,
nothing goes and what was added is read. What the change touches (items, vouchers, orders,
balance lines) is then made and judged anew from all of its parts. All of it is one
transaction of the index: `NeedsAll` undoes it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from operator import itemgetter
from pathlib import Path
from typing import Any

from ledger.books.excerpts import Excerpts, NeedsAll
from ledger.books.reading import order
from ledger.company import Company
from ledger.directives import Balance, Custom, Directive, Transaction
from ledger.index import rows, tree
from ledger.index.judging import Judge
from ledger.index.reading import Chart, Reader, tells_accounts
from ledger.index.tree import Known, Seen
from ledger.item_collection import ItemId, PostedOnItems, collect
from ledger.open_items import OpenItems


@dataclass(slots=True)
class Touched:
    """What a change bears on, in the old text or the new."""

    items: set[ItemId] = field(default_factory=set)
    """Those on which something was posted besides are found by what was added."""
    item_names: set[str] = field(default_factory=set)
    """Of `custom "open-item"` lines."""
    is_chart: bool = False
    """Whether text that is gone told of accounts or parties."""
    vouchers: set[str] = field(default_factory=set)
    orders: list[Custom] = field(default_factory=list)
    """Lines of remittances and payments."""
    moved: dict[tuple[str, str], dict[str, Decimal]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    """By account and currency: by how much the day's postings have changed."""

    def take_customs(self, customs: Iterable[Custom]) -> None:
        """Take in what custom lines are about."""
        for custom in customs:
            if custom.type in {"remittance", "payment"}:
                self.orders.append(custom)
            elif custom.type == "open-item" and custom.values:
                self.item_names.add(str(custom.values[0]))

    def take_totals(self, totals: rows.Totals, sign: int) -> None:
        """Take in what is posted now (1) or was posted before (-1)."""
        for key, days in totals.items():
            moved = self.moved[key]
            for day, number in days.items():
                moved[day] = moved.get(day, Decimal(0)) + sign * number


@dataclass(slots=True)
class Added:
    """What was read of the changed files."""

    entries: list[Any] = field(default_factory=list)
    """Beancount's."""
    directives: list[tuple[rows.Part, list[Directive]]] = field(default_factory=list)
    transactions: dict[int, Transaction] = field(default_factory=dict)
    """By their ids."""

    @property
    def all(self) -> Iterator[Directive]:
        """Every directive."""
        return (each for _, found in self.directives for each in found)

    def of(self, kind: type[Any]) -> list[Any]:
        """Return the directives of one kind."""
        return [each for each in self.all if isinstance(each, kind)]


class CatchingUp:
    """One look at the files of the books."""

    def __init__(
        self,
        reader: Reader,
        folder: Path,
        main: Path,
        excerpts: Excerpts,
        chart: Chart | None = None,
    ) -> None:
        """`chart` is the one that the last look has told, if there was one."""
        self._reader = reader
        self._chart = chart
        self._db = reader.db
        self._excerpts = excerpts
        self._known = tree.known_files(reader.db)
        self._folder, self._main = folder, main

    def run(self, company: Company, currency: str, *, is_company_changed: bool) -> Chart:
        """Bring the index up to the files, and return the accounts.

        Raises:
            NeedsAll: It could not be proved that the books are right.
        """
        if not self._known:
            raise NeedsAll("the index is empty")
        files = tuple(tree.look(self._folder, self._main, self._known))
        for seen in files:
            if seen.is_unsettled:
                tree.keep(self._db, seen)
        changed = [each for each in files if each.is_changed]
        here = {each.path for each in files}
        gone = [each for path, each in self._known.items() if path not in here]
        chart = self._chart or self._reader.chart()
        if changed or gone:
            return self._catch_up(company, currency, changed, gone, chart)
        if is_company_changed:
            Judge(self._reader, chart, self._excerpts).company(company, currency)
        return chart

    def _catch_up(
        self,
        company: Company,
        currency: str,
        changed: Sequence[Seen],
        gone: Sequence[Known],
        before: Chart,
    ) -> Chart:
        touched = Touched()
        for known in gone:
            self._forget(known, touched)
            self._db.execute("DELETE FROM file WHERE id = ?", (known.id,))
        added = Added()
        for seen in changed:
            self._read(seen, touched, added)
        # Thousands of customers are thousands of accounts: read again where one is new.
        is_same = not touched.is_chart and not any(map(tells_accounts, added.all))
        chart = before if is_same else self._reader.chart()
        posted = PostedOnItems(chart.accounts)
        for part, directives in added.directives:
            added.transactions |= rows.add_transactions(self._db, part, directives, posted)
            totals = rows.totals_of(directives)
            rows.add_totals(self._db, part.file, totals)
            touched.take_totals(totals, 1)
        self._take(added, touched)
        judge = Judge(self._reader, chart, self._excerpts)
        judge.company(company, currency)
        judge.entries(added.entries)
        judge.customs(added.of(Custom))
        touched.items |= judge.accounts_changed(before)
        items, transactions = self._items(chart, touched, added, posted)
        judge.items(items, transactions, company)
        judge.vouchers(touched.vouchers)
        judge.orders(touched.orders, items)
        judge.balances(touched.moved, added.of(Balance))
        return chart

    def _read(self, seen: Seen, touched: Touched, added: Added) -> None:
        """Read a changed file; keep what is no transaction, which may be an account."""
        assert seen.text is not None, "a changed file was hashed"
        if Path(seen.path).suffix in {".gpg", ".asc"}:
            raise NeedsAll(f"{seen.path}: is encrypted")
        known = seen.known
        first_line, start = 1, 0
        if known is not None and seen.is_longer:
            first_line, start = known.lines + 1, known.size
        elif known is not None:
            self._forget(known, touched)
        file = tree.keep(self._db, seen)
        text = seen.text[start:]
        new = self._excerpts.new(seen.path, text, first_line)
        rows.add_others(self._db, file, new.directives)
        added.entries += new.entries
        part = rows.Part(file=file, text=text, first_line=first_line, start=start)
        added.directives.append((part, new.directives))

    def _forget(self, known: Known, touched: Touched) -> None:
        """Drop the rows of a file, keeping in mind what they bore on."""
        db, here = self._db, (known.id,)
        touched.items.update(
            db.execute(
                "SELECT DISTINCT account, key, currency FROM item_entry"
                " WHERE entry IN (SELECT id FROM entry WHERE file = ?)",
                here,
            )
        )
        numbers = db.execute("SELECT DISTINCT voucher FROM entry WHERE file = ?", here)
        touched.vouchers.update(row[0] for row in numbers if row[0])
        touched.is_chart = touched.is_chart or self._reader.has_accounts(known.id)
        touched.take_customs(self._reader.customs_in(known.id))
        touched.take_totals(rows.file_totals(db, known.id), -1)
        rows.drop_file_rows(db, known.id)

    def _take(self, added: Added, touched: Touched) -> None:
        touched.take_customs(added.of(Custom))
        for transaction in added.transactions.values():
            voucher = transaction.meta.get("voucher")
            if isinstance(voucher, str) and voucher:
                touched.vouchers.add(voucher)
        touched.items |= self._reader.items_named(touched.item_names)

    def _items(
        self, chart: Chart, touched: Touched, added: Added, on_items: PostedOnItems
    ) -> tuple[OpenItems, list[Transaction]]:
        """Bring the items up: those that only got more carry on, the others are made anew.

        Returns:
            Those that are to be judged, and the transactions that are new or were looked
            at again.
        """
        new = sorted(added.transactions.values(), key=order)
        posted = on_items.posted()
        kept = self._reader.kept_items(posted.keys() - touched.items)
        carried = {
            number: item for key, (number, item) in kept.items() if item.add(posted[key])
        }
        anew = touched.items | {
            key for key in posted if key not in kept or kept[key][0] not in carried
        }
        ids = self._reader.entries_of(anew)
        old = self._reader.transactions(ids - added.transactions.keys())
        their = [each for number, each in added.transactions.items() if number in ids]
        names = {key for _, key, _ in anew} | touched.item_names
        customs = self._reader.customs_about("open-item", names)
        items, errors = collect(
            sorted([*old, *their], key=order),
            customs,
            chart.accounts,
            chart.parties,
            only=anew,
        )
        for error in (*on_items.errors, *errors):
            raise NeedsAll(str(error))
        rows.drop_items(self._db, anew)
        rows.add_items(self._db, items.items)
        rows.renew_items(self._db, sorted(carried.items(), key=itemgetter(0)))
        # A closed item is asked for by orders alone.
        judged = [each.item for each in carried.values() if each.residual or touched.orders]
        return OpenItems.of([*items.items, *judged]), [*old, *new]
