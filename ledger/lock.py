"""One command at a time writes in a books folder: `flock` on `.books/lock`.

The kernel lets go of the lock when its process ends, however it ends, so no lock outlives
a crash and there is nothing to clean up. The file is never deleted: two processes could
then hold a lock each, on two files of the same name.

Traps: `flock` is per host, so a books folder on a network disk is written from one machine
only; and a forked child would keep the lock of a parent that was killed, so it lets go of
its copy at birth.
"""

from __future__ import annotations

import fcntl
import os
import pwd
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from ledger.files import make_folder

_ATTEMPTS = 20
_PAUSE_SECONDS = 0.05


class BooksBusy(Exception):
    """Another command works in these books."""

    def __init__(self, folder: Path, holder: str) -> None:
        self.holder = holder
        super().__init__(
            f"{folder}: the books are in use by {holder}. "
            "Wait until that command has ended, then run yours again."
        )


@contextmanager
def books_lock(folder: Path, *, attempts: int = _ATTEMPTS) -> Iterator[None]:
    """Hold the books for the whole of a command, or say who holds them."""
    make_folder(folder / ".books")
    path = folder / ".books" / "lock"
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    _HELD.add(descriptor)
    try:
        _acquire(descriptor, folder, path, attempts)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"process {os.getpid()} (user {_user()})".encode(), 0)
        yield
    finally:
        _HELD.discard(descriptor)
        fcntl.flock(descriptor, fcntl.LOCK_UN)  # a forked child may still have its copy
        os.close(descriptor)


def _acquire(descriptor: int, folder: Path, path: Path, attempts: int) -> None:
    for attempt in range(attempts):
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if attempt + 1 < attempts:
                time.sleep(_PAUSE_SECONDS)
        else:
            return
    raise BooksBusy(folder, _holder(path))


def _holder(path: Path) -> str:
    """Say who wrote the lock file, and when (the file's own time: no clock is read)."""
    who = path.read_text("utf-8", "replace").strip() or "another process"
    since = datetime.fromtimestamp(path.stat().st_mtime, UTC).astimezone()
    return f"{who} since {since:%Y-%m-%d %H:%M:%S}"


def _user() -> str:
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())


_HELD: set[int] = set()


def _let_go_in_child() -> None:
    for descriptor in _HELD:
        os.close(descriptor)
    _HELD.clear()


os.register_at_fork(after_in_child=_let_go_in_child)
