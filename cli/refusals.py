"""Which exceptions are answers: each known failure becomes one clear sentence.

Anything else is a fault of ours. Its traceback goes to a file for the bug report, never
to the screen.
"""

from __future__ import annotations

import sqlite3
import traceback
from pathlib import Path


def messages(error: Exception) -> tuple[str, ...] | None:
    """Return what to tell about a known failure, or None for a fault of ours."""
    from bankio.errors import BankFileError
    from ledger.books import BooksInvalid
    from ledger.errors import CompanyInvalid, PayloadRefused
    from ledger.importers.opening import OpeningInvalid

    if isinstance(error, BooksInvalid):
        return (*map(str, error.errors), _count(len(error.errors)))
    if isinstance(error, CompanyInvalid | OpeningInvalid):
        return tuple(map(str, error.errors))
    if isinstance(error, PayloadRefused):
        return (*map(str, error.errors), "Nothing was written.")
    if isinstance(error, sqlite3.Error):
        cure = "It is only a cache: delete it, and run the command again."
        return (f".books/index.sqlite: {error}. {cure}",)
    if isinstance(error, OSError):
        return (_os_error(error),)
    if isinstance(error, (BankFileError, *_known())):
        return (str(error),)
    return None


def _known() -> tuple[type[Exception], ...]:
    from bankio.channels import ChannelError
    from bankio.iso20022.payment_rules import OrderRefused
    from ledger.archive import ArchiveDamaged, NotArchived
    from ledger.errors import FolderInUse, RoleMissing, Unwritable
    from ledger.index.reading import BooksChanged
    from ledger.journal import JournalError
    from ledger.lock import BooksBusy
    from ledger.payment_run import ItemNotPayable
    from ledger.store import StoreError
    from reconcile.clearing_decisions import DecisionRefused

    return (
        ArchiveDamaged,
        BooksBusy,
        BooksChanged,
        ChannelError,
        DecisionRefused,
        FolderInUse,
        ItemNotPayable,
        JournalError,
        NotArchived,
        OrderRefused,
        RoleMissing,
        StoreError,
        Unwritable,
    )


def _count(errors: int) -> str:
    noun = "error" if errors == 1 else "errors"
    return f"The books have {errors} {noun}; nothing was done. Mend them and run it again."


def _os_error(error: OSError) -> str:
    name = f"{error.filename}: " if error.filename else ""
    return f"{name}{error.strerror or error}. Nothing is lost; run the command again."


def record(folder: Path, error: Exception) -> str:
    """Keep the traceback of a fault of ours and say where it is."""
    told = f"books: a fault of ours ({type(error).__name__}: {error})."
    place = folder / ".books" / "fault.txt"
    try:
        place.write_text("".join(traceback.format_exception(error)), encoding="utf-8")
    except OSError:  # no books here, or no room
        return f"{told} Please report it."
    return f"{told} Nothing is lost; what happened is in {place}. Please report it."
