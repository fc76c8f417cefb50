"""Which exceptions are answers: each known failure becomes one clear sentence.

Anything else is a fault of ours. Its traceback goes to a file for the bug report, never
to the screen.
"""

from __future__ import annotations

import traceback
from pathlib import Path


def messages(error: Exception) -> tuple[str, ...] | None:
    """Return what to tell about a known failure, or None for a fault of ours."""
    from bankio.errors import BankFileError
    from ledger.books import BooksInvalid
    from ledger.company import CompanyInvalid
    from ledger.importers.opening import OpeningInvalid

    if isinstance(error, BooksInvalid):
        return (*map(str, error.errors), _count(len(error.errors)))
    if isinstance(error, CompanyInvalid | OpeningInvalid):
        return tuple(map(str, error.errors))
    if isinstance(error, OSError):
        return (_os_error(error),)
    if isinstance(error, (BankFileError, *_known())):
        return (str(error),)
    return None


def _known() -> tuple[type[Exception], ...]:
    from bankio.channels import ChannelError
    from bankio.iso20022.payment_rules import OrderRefused
    from ledger.archive import ArchiveDamaged
    from ledger.journal import JournalError
    from ledger.lock import BooksBusy
    from ledger.payment_run import ItemNotPayable
    from ledger.store import StoreError

    return (
        ArchiveDamaged,
        BooksBusy,
        ChannelError,
        ItemNotPayable,
        JournalError,
        OrderRefused,
        StoreError,
    )


def _count(errors: int) -> str:
    noun = "error" if errors == 1 else "errors"
    return f"The books have {errors} {noun}; nothing was done. Mend them and run it again."


def _os_error(error: OSError) -> str:
    name = f"{error.filename}: " if error.filename else ""
    return f"{name}{error.strerror or error}. Nothing is lost; run the command again."


def record(folder: Path, error: Exception) -> str:
    """Keep the traceback of a fault of ours and say where it is."""
    text = "".join(traceback.format_exception(error))
    place = folder / ".books" / "fault.txt"
    try:
        place.parent.mkdir(mode=0o700, exist_ok=True)
        place.write_text(text, encoding="utf-8")
    except OSError:
        return (
            f"books: a fault of ours ({type(error).__name__}: {error}). Please report it."
        )
    return (
        f"books: a fault of ours ({type(error).__name__}: {error})."
        f" Nothing is lost; what happened is in {place}. Please report it."
    )
