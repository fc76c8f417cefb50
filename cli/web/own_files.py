"""What people may edit through Fava, and what only `books` writes.

Fava's editor may write in people's own files at any time, as any editor may. The files
that `books` writes (bank/, vouchers/*/*-import.beancount) are append-only and chained; a
change there would break the proof. Every way of Fava's to write goes through its file
module or names a document, so both are watched here.
"""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from pathlib import Path

from fava.beans.abc import Directive
from fava.beans.funcs import get_position
from fava.core import FavaLedger
from fava.core.file import FileModule
from fava.json_api import FavaJSONAPIError

from ledger.machine_names import is_machine_file

_FOLDERS = ("bank", ".books")


class WrittenByBooks(FavaJSONAPIError):
    """Somebody tries to change through Fava what only `books` writes."""

    status = HTTPStatus.FORBIDDEN

    def __init__(self, name: str) -> None:
        super().__init__(
            f"{name} is written by books alone and is part of the proof. Correct it with a"
            " new voucher in a file of your own, or with books undo, match or book."
        )


def refuse_ours(folder: Path, path: Path | str) -> None:
    """Raise `WrittenByBooks` for a file that is ours, however its path is written."""
    # Both ends are resolved: a symbolic link or `..` must not lead around the rule.
    resolved = folder.joinpath(path).resolve()
    if not resolved.is_relative_to(folder.resolve()):
        return
    name = resolved.relative_to(folder.resolve())
    if name.parts[:1] and (name.parts[0] in _FOLDERS or is_machine_file(name.as_posix())):
        raise WrittenByBooks(name.as_posix())


class PeoplesFiles(FileModule):
    """Fava's file module, for people's files alone."""

    def __init__(self, ledger: FavaLedger) -> None:
        super().__init__(ledger)
        self._folder = Path(ledger.beancount_file_path).parent

    def set_source(self, path: Path, source: str, sha256sum: str) -> str:
        """Write a whole file."""
        refuse_ours(self._folder, path)
        return super().set_source(path, source, sha256sum)

    def insert_metadata(self, entry_hash: str, basekey: str, value: str) -> None:
        """Add a metadata line to an entry."""
        self._refuse_entry(entry_hash)
        super().insert_metadata(entry_hash, basekey, value)

    def save_entry_slice(self, entry_hash: str, source_slice: str, sha256sum: str) -> str:
        """Replace an entry's lines."""
        self._refuse_entry(entry_hash)
        return super().save_entry_slice(entry_hash, source_slice, sha256sum)

    def delete_entry_slice(self, entry_hash: str, sha256sum: str) -> None:
        """Delete an entry's lines."""
        self._refuse_entry(entry_hash)
        super().delete_entry_slice(entry_hash, sha256sum)

    def insert_entries(self, entries: Sequence[Directive]) -> None:
        """Add entries where Fava's options say."""
        options = self.ledger.fava_options
        refuse_ours(self._folder, options.default_file or self.ledger.beancount_file_path)
        for option in options.insert_entry:
            refuse_ours(self._folder, option.filename)
        super().insert_entries(entries)

    def _refuse_entry(self, entry_hash: str) -> None:
        refuse_ours(self._folder, get_position(self.ledger.get_entry(entry_hash))[0])
