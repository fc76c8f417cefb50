"""`books verify`: the whole proof, from text and archive alone.

The store is not asked: neither for what was told nor for the state of a payment. Books
that do not load are a failed check with every error, not a refusal. Where a store is there
and knows of more than the books hold, that is said beside the proof: an older copy of the
books is proved in itself, and is not all that was posted.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from cli import progress
from cli.answer import Answer, ExitCode
from cli.commands import ordered
from cli.options import Options
from cli.render import clean, table
from cli.wiring import books_folder
from ledger import books as ledger_books
from ledger import verification
from ledger.archive import Archive
from ledger.bank_proof import StatedDay, counted_days
from ledger.books import Books, BooksInvalid
from ledger.journal import Journal
from ledger.store import Store, StoreError
from ledger.verification import Check


def run(options: Options) -> Answer:
    """Make every check; exit code 1 if one fails."""
    folder = books_folder(options)
    archive = Archive(folder)
    try:
        books = ledger_books.load(folder)
    except BooksInvalid as invalid:
        detail = "; ".join(str(error) for error in invalid.errors)
        return _answer([Check(name="loads", ok=False, detail=detail)], [])
    loads = Check(name="loads", ok=True, detail=f"{len(books.transactions)} transactions")
    checks = [loads]
    with progress.of(options).doing("Proving the books") as told:
        for check in verification.checks(books, archive, ordered.told(books, archive)):
            told(f"Proving the books: {check.name}")
            checks.append(check)
    return _answer(checks, list(_days(books, archive)), _lacking(folder))


def _lacking(folder: Path) -> str | None:
    """Return what the store knows and the books lack; None where it knows no more."""
    path = folder / ".books" / "store.sqlite"
    if not path.is_file():
        return None
    try:
        store = Store.open(path)
    except StoreError:
        return None
    try:
        older = Journal(folder, store).lacking()
    finally:
        store.close()
    return str(older) if older else None


def _days(books: Books, archive: Archive) -> Iterator[StatedDay]:
    stated = counted_days(books, archive)
    for account in books.company.bank_accounts:
        days = stated.get(account.number, ())
        yield from sorted(days, key=lambda each: each.date)


def _answer(
    checks: list[Check], days: list[StatedDay], lacking: str | None = None
) -> Answer:
    ok = all(check.ok for check in checks)
    data = {
        "ok": ok,
        "store": lacking,
        "checks": [
            {"name": check.name, "ok": check.ok, "detail": check.detail} for check in checks
        ],
    }
    rows = [["ok" if check.ok else "WRONG", check.name, check.detail] for check in checks]
    lines = [table(rows, "lll", indent=0)]
    if days:
        moved = [each for each in days if each.entries]
        lines.append(
            clean(
                f"Day by day: {len(days)} statements, {len(moved)} with entries,"
                f" from {days[0].date} to {days[-1].date}."
            )
        )
    lines.append("The books are proved." if ok else "The proof fails; see WRONG above.")
    if lacking:
        lines.append(clean(f"But they are not all that was posted: {lacking}"))
    code = ExitCode.WAITS if lacking else ExitCode.DONE
    return Answer(data, "\n".join(lines), code if ok else ExitCode.REFUSED)
