"""The log of unattended runs, `.books/sync.log`: what happened, when, and nothing secret.

Only what changed is written: a run that finds nothing new writes nothing, and a trouble
that goes on (a bank out of reach all night) is told when it begins and when it is over.
Long numbers are masked. At a megabyte the log is put aside as `sync.log.1`.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from cli.masking import masked
from cli.render import clean
from ledger.files import make_folder, replace_file

_BYTES_MAX = 1024 * 1024


class RunLog:
    """The log of one books folder."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / ".books" / "sync.log"
        self._troubles = folder / ".books" / "sync-troubles.txt"

    def write(self, at: str, lines: Iterable[str]) -> None:
        """Add lines with their time."""
        text = "".join(f"{at} {masked(clean(line))}\n" for line in lines)
        if not text:
            return
        make_folder(self.path.parent)
        if self.path.exists() and self.path.stat().st_size > _BYTES_MAX:
            self.path.replace(self.path.with_name("sync.log.1"))
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC
        with os.fdopen(os.open(self.path, flags, 0o600), "w", encoding="utf-8") as log:
            log.write(text)

    def new_troubles(self, troubles: Iterable[str]) -> list[str]:
        """Return which troubles to tell: begun since the last run, or over since then."""
        now = [masked(clean(each)) for each in troubles]
        before = []
        if self._troubles.exists():
            before = self._troubles.read_text("utf-8", errors="replace").splitlines()
        if now == before:
            return []
        make_folder(self._troubles.parent)
        replace_file(self._troubles, "".join(f"{each}\n" for each in now).encode())
        begun = [f"trouble: {each}" for each in now if each not in before]
        return begun + [f"over: {each}" for each in before if each not in now]
