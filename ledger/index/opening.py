"""Open the books by their index; load them whole only where the index cannot tell.

The index is filled from a load without an error, if no file was saved meanwhile. Between
two looks at the same files it answers alone.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cache, cached_property
from hashlib import sha256
from pathlib import Path
from typing import TypeVar, overload

from ledger import company as company_file
from ledger import payment_lines
from ledger.books import loading
from ledger.books.excerpts import Excerpts, NeedsAll, stands_alone
from ledger.books.loading import MAIN_FILE, Books, with_openings
from ledger.books.parsing import ReadBack
from ledger.books.reading import completed
from ledger.company import Company
from ledger.directives import Directive
from ledger.errors import BooksError, CompanyInvalid
from ledger.files import Stamp
from ledger.index import rows, tables, tree
from ledger.index.catching_up import CatchingUp
from ledger.index.items import StoredItems
from ledger.index.reading import Chart, Reader
from ledger.index.register import StoredKeys, StoredRegister
from ledger.item_collection import PostedOnItems
from ledger.payment_lines import Ordered

Each = TypeVar("Each")


class Index:
    """The index of one books folder. Used under the books' lock."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()
        self._main = self._folder / MAIN_FILE
        self._path = self._folder / ".books" / "index.sqlite"
        self._excerpts = Excerpts(self._folder, self._main)
        self.stamps: Mapping[str, Stamp] = {}
        """Of every file of the books, as `books` has read it."""
        self._chart: Chart | None = None
        """Of the index as it stands; None where that must be asked."""

    @staticmethod
    def remove(folder: Path) -> None:
        """Throw the index of a folder away; no answer changes by it."""
        tables.removed(folder / ".books" / "index.sqlite")

    def books(self) -> Books:
        """Return the books as they are now.

        Raises:
            BooksInvalid: Every error of books.toml and of the ledger, sorted.
        """
        try:
            company = company_file.read(self._folder)
        except CompanyInvalid:
            return loading.load(self._folder)
        try:
            return self._known(company)
        except NeedsAll:
            return self._loaded()
        except sqlite3.Error:  # a full disk, or a file in ruins: it is only a cache
            self.close()
            self._look()
            return loading.load(self._folder)

    def expect(self, payloads: Iterable[ReadBack]) -> None:
        """Know what was added to the books just now, as it was read back."""
        self._excerpts.expect(payloads)

    def close(self) -> None:
        """Let go of the file; asked again, it is opened again."""
        self._chart = None
        if "_db" in self.__dict__:
            self._db.close()
            del self._db

    @cached_property
    def _db(self) -> sqlite3.Connection:
        return tables.opened(self._path)

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        """Keep everything, or nothing. Where nothing is written, nothing is."""
        db = self._db
        db.execute("BEGIN")
        try:
            yield db
        except BaseException:
            db.execute("ROLLBACK")
            raise
        db.execute("COMMIT")

    def _toml(self) -> str:
        return sha256((self._folder / company_file.FILE).read_bytes()).hexdigest()

    def _known(self, company: Company) -> Books:
        """Bring the index up to the files and return the books that it knows."""
        toml = self._toml()
        with self._transaction() as db:
            reader = Reader(db, self._folder, self._excerpts)
            is_changed = reader.info("toml") != toml
            known, self._chart = self._chart, None
            try:
                chart = CatchingUp(
                    reader, self._folder, self._main, self._excerpts, known
                ).run(company, reader.info("currency") or "", is_company_changed=is_changed)
            except sqlite3.IntegrityError as error:  # a bank key that is there twice
                raise NeedsAll(str(error)) from error
            if is_changed:
                _note(db, company, toml)
        self.stamps = reader.stamps()
        self._chart = chart
        return self._books(reader, chart, company)

    def _books(self, reader: Reader, chart: Chart, company: Company) -> Books:
        wrong: list[BooksError] = []
        currency = reader.info("currency") or company.operating_currency
        company = completed(company, chart.accounts, [currency], wrong)
        assert not wrong, "judged when it changed"
        items = StoredItems(reader)

        @cache
        def whole() -> Books:
            return loading.load(self._folder)

        @cache
        def ordered() -> Ordered:
            lines = reader.customs("remittance", "payment")
            return payment_lines.read(lines, items)

        books = Books(
            folder=self._folder,
            company=company,
            accounts=chart.accounts,
            parties=chart.parties,
            transactions=Lazily(lambda: whole().transactions),
            customs=Lazily(reader.customs),
            balances=Lazily(reader.balances),
            opens=chart.opens,
            closes=chart.closes,
            items=items,
            register=StoredRegister(reader, whole),
            remittances=Lazily(lambda: ordered().remittances),
            payments=Lazily(lambda: ordered().payments),
            keys=StoredKeys(reader),
        )
        return replace(books, company=with_openings(books))

    def _loaded(self) -> Books:
        """Load the books whole, and fill the index where that can be done."""
        seen = self._look()
        if not seen:
            return loading.load(self._folder)
        toml = self._toml()
        books = loading.load(self._folder)
        try:
            self._forget()
            if books.needs_all is None:
                with self._transaction() as db:
                    self._fill(db, books, seen, toml)
        except (NeedsAll, sqlite3.Error):
            self._forget()
        return books

    def _look(self) -> tuple[tree.Seen, ...]:
        """Look at every file before it is read; return nothing where one is missing."""
        self.stamps = {}
        try:
            seen = tuple(tree.look(self._folder, self._main, {}))
        except NeedsAll:  # a load tells it
            return ()
        self.stamps = {each.path: (each.size, each.mtime_ns) for each in seen}
        return seen

    def _forget(self) -> None:
        self.close()
        tables.removed(self._path)

    def _fill(
        self, db: sqlite3.Connection, books: Books, seen: Sequence[tree.Seen], toml: str
    ) -> None:
        if {str(self._folder / each.path) for each in seen} != set(books.files):
            raise NeedsAll("not every file of the books was seen")
        by_file: dict[str, list[Directive]] = defaultdict(list)
        told: tuple[Sequence[Directive], ...] = (
            *(books.transactions, books.customs, books.balances, books.opens, books.closes),
        )
        for directive in (each for some in told for each in some):
            assert directive.place is not None, "a load tells every place"
            by_file[directive.place.file].append(directive)
        for each in seen:
            self._fill_file(db, each, by_file.get(each.path, []), books)
        rows.add_items(db, books.items.items)
        db.execute(
            "INSERT OR REPLACE INTO info VALUES ('currency', ?)",
            (books.company.operating_currency,),
        )
        _note(db, books.company, toml)

    def _fill_file(
        self,
        db: sqlite3.Connection,
        seen: tree.Seen,
        directives: Sequence[Directive],
        books: Books,
    ) -> None:
        assert seen.text is not None, "nothing was known"
        status = (self._folder / seen.path).stat()
        if (status.st_size, status.st_mtime_ns) != (seen.size, seen.mtime_ns):
            raise NeedsAll(f"{seen.path}: was saved meanwhile")
        if not stands_alone(seen.text, is_main=seen.path == MAIN_FILE):
            raise NeedsAll(f"{seen.path}: options, includes or tags over many lines")
        file = tree.keep(db, seen)
        rows.add_others(db, file, directives)
        part = rows.Part(file=file, text=seen.text)
        rows.add_transactions(db, part, directives, PostedOnItems(books.accounts))
        rows.add_totals(db, file, rows.totals_of(directives))


def _note(db: sqlite3.Connection, company: Company, toml: str) -> None:
    """Remember of which books.toml the index is."""
    lock = company.locked_until
    notes = {"toml": toml, "locked-until": lock.isoformat() if lock else ""}
    for name, value in notes.items():
        db.execute("INSERT OR REPLACE INTO info VALUES (?, ?)", (name, value))


class Lazily(Sequence[Each]):
    """A sequence that is made when somebody looks into it."""

    def __init__(self, make: Callable[[], Sequence[Each]]) -> None:
        self._make = cache(make)

    @overload
    def __getitem__(self, index: int) -> Each: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Each]: ...
    def __getitem__(self, index: int | slice) -> Each | Sequence[Each]:
        return self._make()[index]

    def __iter__(self) -> Iterator[Each]:
        return iter(self._make())

    def __len__(self) -> int:
        return len(self._make())
