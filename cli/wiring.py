"""The composition root: the only clock, and where books, archive and store meet.

`opened` is how every command begins: take the lock, finish what a crash left (local
steps only), make the store anew where it is missing or older than the archive, load the
books, and refuse if they are broken.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar, cast
from zoneinfo import ZoneInfo

from cli import progress
from cli.answer import Refused
from cli.options import Options
from cli.progress import QUIET, Progress
from ledger.archive import Archive
from ledger.bank_days import BankDays
from ledger.books import Books, load
from ledger.errors import BooksInvalid
from ledger.index import Index
from ledger.journal import Journal, StoreOlder
from ledger.lock import books_lock
from ledger.store import Store, StoreError

if TYPE_CHECKING:
    from cli.commands.taking_back import TakenBack

OSLO = ZoneInfo("Europe/Oslo")


@dataclass(frozen=True, slots=True)
class Clock:
    """The time in Oslo that a command goes by, without zone, and the real time."""

    now: dt.datetime
    """`--today`, else the real time in Oslo."""

    @property
    def today(self) -> dt.date:
        """The date in Oslo."""
        return self.now.date()

    def recorded_at(self) -> str:
        """When it really happened, in UTC: `--today` never changes it."""
        real = dt.datetime.now(dt.UTC)  # noqa: TID251 - this is the one clock
        return real.strftime("%Y-%m-%dT%H:%M:%SZ")


def clock(options: Options) -> Clock:
    """Return the clock that the options ask for."""
    if options.today is None:
        now = dt.datetime.now(OSLO)  # noqa: TID251 - this is the one clock
        return Clock(now.replace(tzinfo=None, microsecond=0))
    return Clock(options.today)


Made = TypeVar("Made")


@dataclass(frozen=True, slots=True, kw_only=True)
class Workplace:
    """Everything a command works with."""

    folder: Path
    books: Books
    """From the index: what is not asked for is not read."""
    index: Index
    archive: Archive
    store: Store
    journal: Journal
    clock: Clock
    user: str
    memo: dict[str, tuple[object, ...]] = field(default_factory=dict)
    """What was worked out on what is known now: see `once`."""
    progress: Progress = QUIET
    """What is being done, for a person at a terminal."""
    restored: tuple[str, ...] = ()
    """Batches that `books rebuild` has put back into the books."""
    put_aside: tuple[str, ...] = ()
    """Files of the quarantine: what somebody had changed, as it was before that."""
    decisions_kept: int = 0
    """How many decisions `books rebuild` has put back into an older archive."""
    taken_back: TakenBack | None = None
    """What `books rebuild` found of what the archive had lost."""

    @property
    def bank_days(self) -> BankDays:
        """The calendar, with the company's own closed days."""
        return BankDays(self.books.company.policy.closed_days)

    def once(self, name: str, work: Callable[[], Made]) -> Made:
        """Work something out once for as long as nothing is written anywhere."""
        at = (self.books, self.store.writes, self.archive.writes)
        found = self.memo.get(name)
        if found is not None and found[0] is at[0] and found[1:3] == at[1:]:
            return cast("Made", found[3])
        made = work()
        self.memo[name] = (*at, made)
        return made

    def reloaded(self) -> Workplace:
        """Return the workplace with the books as they are now."""
        books = self.index.books()
        self.journal.read_as(self.index.stamps)
        return replace(self, books=books, restored=())


def books_folder(options: Options) -> Path:
    """Return the folder of the books, or refuse."""
    folder = options.books.resolve()
    if not (folder / "books.toml").is_file():
        raise Refused(
            f"{folder}: no books here (books.toml is missing)."
            " Go to the folder, use --books DIR, or make new ones: books init DIR --company"
            " NAME --orgnr N --bank-account BBAN"
        )
    return folder


@contextmanager
def opened(options: Options, *, is_kept: bool = False) -> Iterator[Workplace]:
    """Open the books under their lock, recovered and without an error.

    Args:
        options: Which books, and what day it is.
        is_kept: Whether somebody keeps the books beyond the lock (the web pages): then
            they are loaded whole, since an index answers only while it is open.
    """
    folder = books_folder(options)
    with books_lock(folder):
        store = _store(folder)
        index = Index(folder)
        try:
            workplace = _workplace(options, folder, store, index, index.books())
            yield replace(workplace, books=load(folder)) if is_kept else workplace
        finally:
            index.close()
            store.close()


@contextmanager
def anew(options: Options, files: Sequence[Path] = ()) -> Iterator[Workplace]:
    """Open the books with a store made anew, after writing again what they lack.

    Args:
        options: Which books.
        files: Of which some may be what the archive has lost.
    """
    from cli.commands import restoring, taking_back

    folder = books_folder(options)
    path = folder / ".books" / "store.sqlite"
    with books_lock(folder):
        restored, put_aside, kept = _restore_books(folder, path)
        Store.remove(path)
        Index.remove(folder)
        store = Store.open(path)
        index = Index(folder)
        try:
            books = books_to_mend(folder, index)
            taken_back = taking_back.take_back(
                books,
                Archive(folder),
                files,
                by=options.user,
                at=clock(options).recorded_at(),
            )
            workplace = _workplace(options, folder, store, index, books)
            kept += restoring.archive_decisions(workplace.archive, store)
            yield replace(
                workplace,
                restored=restored,
                put_aside=put_aside,
                decisions_kept=kept,
                taken_back=taken_back,
            )
        finally:
            index.close()
            store.close()


def books_to_mend(folder: Path, index: Index) -> Books:
    """Return the books, also where a voucher of ours was taken out of their midst.

    Then the balances after it fail as well; other errors are for the person to mend.
    """
    try:
        return index.books()
    except BooksInvalid as invalid:
        kinds = {each.kind for each in invalid.errors}
        if "gap" not in kinds or not kinds <= {"gap", "balance"}:
            raise
        return load(folder, tolerate={"gap", "balance"})


def _workplace(
    options: Options, folder: Path, store: Store, index: Index, books: Books
) -> Workplace:
    from cli.commands import rebuild

    journal = Journal(folder, store)
    journal.read_as(index.stamps)
    workplace = Workplace(
        folder=folder,
        books=books,
        index=index,
        archive=Archive(folder),
        store=store,
        journal=journal,
        clock=clock(options),
        user=options.user,
        progress=progress.of(options),
    )
    if store.is_new:
        rebuild.fill(workplace)
    return workplace


def _store(folder: Path) -> Store:
    """Open the store, finish what a crash left, and throw it away if it is too old."""
    path = folder / ".books" / "store.sqlite"
    store = Store.open(path)
    try:
        journal = Journal(folder, store)
        journal.recover()
        if store.is_new:
            journal.refuse_lost_decisions()
        else:
            journal.check()
    except StoreOlder:
        store.close()
        Store.remove(path)
        store = Store.open(path)
        # Nothing but the archive knows now what books and store may lack together.
        Journal(folder, store).refuse_lost_decisions()
        return store
    except BaseException:
        store.close()
        raise
    return store


def _restore_books(
    folder: Path, path: Path
) -> tuple[tuple[str, ...], tuple[str, ...], int]:
    """Put back from the store, if it can be read, what the books lack.

    Return the batches that were put back, and what was put aside for it. What only the
    store has of our own messages and of decisions goes to the archive first: how many.
    """
    from cli.commands import restoring

    try:
        store = Store.open(path)
    except StoreError:
        return (), (), 0
    try:
        restoring.archive_orders(Archive(folder), store)
        kept = restoring.archive_decisions(Archive(folder), store)
        journal = Journal(folder, store)
        return journal.restore(), journal.put_aside, kept
    finally:
        store.close()
