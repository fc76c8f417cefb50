"""What the pages show: one state of the books, read once and kept until it changes.

The same functions that the commands call are called here, under the same lock, and their
values are kept: a page is those values, laid out. The lock is held while they are read
and never while a page is made. If another command holds it, the last state is shown and
is said to be the last.

Trap: what the pages show also depends on the store (what the bank has answered) and on
the day, so Fava's own reload is not enough to know that it is old.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock

from bankio.amount import Amount
from cli import refusals, wiring
from cli.answer import Refused
from cli.commands import open_items, ordered, proven, status, unmatched, waiting
from cli.commands.status import AccountStatus
from cli.commands.unmatched import Suggested
from cli.commands.waiting_row import Waiting
from cli.options import Options
from cli.wiring import Workplace
from ledger.company import Company
from ledger.lock import BooksBusy
from ledger.movements import StatementDay
from ledger.payables import Payable
from ledger.payments import PaymentStanding
from ledger.store import Store

Fingerprint = tuple[object, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvenDay:
    """A day that the bank's statements closed, beside what the books hold at its end."""

    bank_account: str
    account: str
    """Ledger account."""
    date: dt.date
    opening: Amount
    closing: Amount
    sequence_number: str | None
    sha256: str
    """The archived statement that closed it."""
    books: Amount

    @property
    def difference(self) -> Amount:
        """Books less bank."""
        return self.books - self.closing


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """One state of the books."""

    workplace: Workplace
    accounts: tuple[AccountStatus, ...]
    payables: tuple[Payable, ...]
    payments: tuple[PaymentStanding, ...]
    waiting: tuple[Waiting, ...]
    suggested: Mapping[str | None, Suggested]
    """What each of them may be for, by its item."""
    days: tuple[ProvenDay, ...]
    """Newest first."""

    @property
    def company(self) -> Company:
        """Whose books they are."""
        return self.workplace.books.company

    @property
    def today(self) -> dt.date:
        """The day that the view goes by."""
        return self.workplace.clock.today

    @contextmanager
    def reading(self) -> Iterator[Workplace]:
        """Return the workplace with its store open again, for reading: no lock."""
        store = Store.open(_store_path(self.workplace.folder))
        try:
            yield replace(self.workplace, store=store)
        finally:
            store.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What there is to show: a view, or why there is none."""

    view: View | None
    errors: tuple[str, ...] = ()
    """Why the books cannot be used; nothing is paid or posted meanwhile."""
    busy: str | None = None
    """Who works in the books just now, so that the view is the last one before that."""


class Views:
    """The newest state of one books folder."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._lock = Lock()
        self._state: State | None = None
        self._fingerprint: Fingerprint | None = None

    @property
    def folder(self) -> Path:
        """The books folder."""
        return self._options.books.resolve()

    def forget(self) -> None:
        """Read everything again at the next request."""
        self._fingerprint = None

    def current(self) -> State:
        """Return the state of the books now, read again only where something changed."""
        with self._lock:
            found = self._print()
            if self._state is None or found != self._fingerprint:
                self._state = self._read()
                # Reading may itself finish what a crash left; then it is read once more.
                settled = self._state.busy is None and self._print() == found
                self._fingerprint = found if settled else None
            return self._state

    def _read(self) -> State:
        try:
            with wiring.opened(self._options, is_kept=True) as workplace:
                return State(view=_view(workplace))
        except BooksBusy as busy:
            last = self._state.view if self._state else None
            return State(view=last, busy=str(busy))
        except Exception as error:  # noqa: BLE001 - a page shows it, never a traceback
            return State(view=None, errors=told(self._options, error))

    def _print(self) -> Fingerprint:
        today = wiring.clock(self._options).today
        return (today, *map(_stamp, watched(self.folder)))


def told(options: Options, error: Exception) -> tuple[str, ...]:
    """Return a failure in sentences, as the command line would print them."""
    if isinstance(error, Refused):
        return error.messages
    return refusals.messages(error) or (refusals.record(options.books, error),)


def watched(folder: Path) -> Iterable[Path]:
    """Return the files that the pages depend on, each time anew: months are added."""
    yield folder / "books.toml"
    yield from sorted(books_files(folder))
    store = _store_path(folder)
    yield store
    yield store.with_name(f"{store.name}-wal")


def books_files(folder: Path) -> set[Path]:
    """Return the Beancount files of the folder, where `books` itself would look."""
    patterns = ("*.beancount", "vouchers/*/*.beancount", "bank/*/*.beancount")
    return {path for pattern in patterns for path in folder.glob(pattern)}


def books_print(folder: Path) -> Fingerprint:
    """Return something that is another one as soon as a Beancount file is."""
    return tuple(map(_stamp, sorted(books_files(folder))))


def _stamp(path: Path) -> tuple[str, int, int, int] | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    # An empty write-ahead log comes and goes with every reader.
    if not found.st_size:
        return None
    return (path.name, found.st_ino, found.st_mtime_ns, found.st_size)


def _store_path(folder: Path) -> Path:
    return folder / ".books" / "store.sqlite"


def _view(workplace: Workplace) -> View:
    standings = ordered.standings(workplace)
    accounts = workplace.books.company.bank_accounts
    waits = waiting.of(workplace)
    return View(
        workplace=workplace,
        accounts=tuple(status.account_status(workplace, each, waits) for each in accounts),
        payables=open_items.of(workplace),
        payments=tuple(sorted(standings, key=_newest_first)),
        waiting=waits,
        suggested=unmatched.suggested_for(workplace, waits),
        days=tuple(_days(workplace)),
    )


def _newest_first(each: PaymentStanding) -> tuple[int, str]:
    return (-each.execution_date.toordinal(), each.payment.end_to_end_id)


def _days(workplace: Workplace) -> Iterable[ProvenDay]:
    company = workplace.books.company
    for first, last in _first_and_last(workplace):
        account = company.bank_account(last.bank_account)
        assert account is not None
        after = last.date + dt.timedelta(days=1)
        yield ProvenDay(
            bank_account=last.bank_account,
            account=account.account,
            date=last.date,
            opening=first.opening,
            closing=last.closing,
            sequence_number=last.sequence_number,
            sha256=last.sha256,
            books=workplace.books.balance(account.account, after, account.currency),
        )


def _first_and_last(workplace: Workplace) -> list[tuple[StatementDay, StatementDay]]:
    """Return each day once, newest first: two statements may share a day."""
    days = [
        day
        for account in workplace.books.company.bank_accounts
        for day in proven.of(workplace, account).days
    ]
    found: dict[tuple[str, dt.date], tuple[StatementDay, StatementDay]] = {}
    for day in days:
        first, _ = found.get((day.bank_account, day.date), (day, day))
        found[day.bank_account, day.date] = (first, day)
    return sorted(found.values(), key=lambda pair: pair[1].date, reverse=True)
