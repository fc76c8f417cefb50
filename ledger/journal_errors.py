"""Why the journal does not write, or does not begin: each names what to do."""

from __future__ import annotations

from collections.abc import Sequence


class JournalError(Exception):
    """The books could not be written. Nothing is lost and nothing is there twice."""


class FileChanged(JournalError):
    """Somebody saved a file of the books while the run was planning."""

    def __init__(self, path: str) -> None:
        self.path = path
        super().__init__(
            f"{path}: the file was changed while this command was working. "
            "Nothing was written; run the command again."
        )


class PartlyPosted(JournalError):
    """A batch line of ours stands over another content."""

    def __init__(self, path: str, line: int, batch: str, expected: str, found: str) -> None:
        self.path = path
        super().__init__(
            f"{path}:{line}: batch {batch} was to be written with sha256 {expected} and "
            f"its line says {found}. We cannot have written that: put the file right "
            "from a backup, or run `books rebuild`."
        )


class NotWritten(JournalError):
    """The disk refused a file after the batch was decided."""

    def __init__(self, path: str, batch: str, error: OSError) -> None:
        super().__init__(
            f"{path}: {error.strerror or error}. Batch {batch} is prepared and kept; "
            "make room or repair the disk, and the next command writes it."
        )


class BooksOlder(JournalError):
    """The books lack the newest that we wrote: an older copy of them was put back."""

    def __init__(self, missing: tuple[tuple[str, str], ...]) -> None:
        self.missing = missing
        named = "; ".join(f"{note or batch}" for batch, note in missing)
        super().__init__(
            f"the books are older than the store: {len(missing)} batch(es) that we wrote "
            f"are missing ({named}). Run `books rebuild` to post them again."
        )


class StoreOlder(JournalError):
    """The books hold batches that the store does not know: an older store was put back."""

    def __init__(self, unknown: tuple[str, ...]) -> None:
        self.unknown = unknown
        super().__init__(
            f"the store is older than the books: it does not know {len(unknown)} batch(es) "
            "that we wrote. It must be made anew from books and archive."
        )


class DecisionsLost(JournalError):
    """The archive keeps decisions that neither books nor store know: both are older."""

    def __init__(self, notes: Sequence[str]) -> None:
        self.notes = tuple(notes)
        super().__init__(
            f"books and store are older than the archive: {len(notes)} decision(s) that"
            f" people made are missing ({'; '.join(notes)}). Run `books rebuild` to write"
            " them again."
        )
