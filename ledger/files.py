"""Put a file on the disk whole or not at all, so that it outlives a power cut.

A file is written under another name, synced, moved over the old one, and then its folder
is synced: without the last step the move itself can be lost. A reader therefore sees the
old bytes or the new ones and nothing between (`fsync(2)`, `rename(2)`).

Traps: a folder that was just made is lost with everything in it unless its parent is
synced too, also when an earlier run made it and died; and what we write holds names,
accounts and wages, so new files and folders are for their owner's eyes only.
"""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path

TEMPORARY_SUFFIX = ".tmp~"
"""Not `.beancount` and not `.xml`: no include and no inbox takes it for a file."""

_PRIVATE_FILE = 0o600
_PRIVATE_FOLDER = 0o700


Stamp = tuple[int, int]
"""Size and time of change in nanoseconds: what a save of a file changes."""


def stamp(path: Path) -> Stamp | None:
    """Return the stamp of a file, or None where there is none."""
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    return status.st_size, status.st_mtime_ns


def replace_file(path: Path, data: bytes) -> None:
    """Put `data` at `path`, atomically and durably; missing folders are made.

    A link is followed, so that a person's link to another disk stays a link, and an
    existing file keeps its permissions.
    """
    target = Path(os.path.realpath(path))
    make_folder(target.parent)
    temporary = target.with_name(target.name + TEMPORARY_SUFFIX)
    try:
        _write_new(temporary, data, _mode(target))
        temporary.replace(target)
    except OSError:
        with suppress(OSError):
            temporary.unlink()
        raise
    sync_folder(target.parent)


def append_line(path: Path, line: bytes) -> None:
    """Add one line to a file of lines, durably; a torn line before it is cut away.

    A write that was cut short leaves a last line without its end. Nobody was told that
    such a line had been kept, so it goes. A whole line that an editor left without its
    end is the caller's to recognise: see `ledger.archive`.
    """
    assert b"\n" not in line, "one line"
    is_new = not path.exists()
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, _PRIVATE_FILE)
    try:
        end = _end_of_whole_lines(descriptor)
        os.ftruncate(descriptor, end)
        os.lseek(descriptor, end, os.SEEK_SET)
        _write_all(descriptor, line + b"\n")
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    if is_new:
        sync_folder(path.parent)


def make_folder(folder: Path) -> None:
    """Make a folder and those above it that are missing, durably and for its owner."""
    missing: list[Path] = []
    while not folder.is_dir():
        missing.append(folder)
        folder = folder.parent
    for each in reversed(missing):
        with suppress(FileExistsError):
            each.mkdir(_PRIVATE_FOLDER)
        sync_folder(each.parent)


def make_durable_folder(root: Path, folder: Path) -> None:
    """Make `folder` below `root`, and sync every level between them.

    For the first file in a folder: an earlier run may have made the folder and died
    before it synced the parent, and nothing but another sync can tell.
    """
    make_folder(folder)
    _sync_levels(root, folder)


def make_durable(root: Path, path: Path) -> None:
    """Sync a file that is there already, and every level between it and `root`.

    A run that was killed between its write and its sync leaves a file that looks done: who
    takes it as done must sync it first.
    """
    _sync(path, os.O_RDONLY)
    sync_folder(path.parent)
    _sync_levels(root, path.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    _sync(folder, os.O_RDONLY | os.O_DIRECTORY)


def _sync_levels(root: Path, folder: Path) -> None:
    """Sync the parents of `folder` up to `root`."""
    while folder != root and root in folder.parents:
        folder = folder.parent
        sync_folder(folder)


def _sync(path: Path, flags: int) -> None:
    descriptor = os.open(path, flags | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _mode(path: Path) -> int:
    try:
        return stat.S_IMODE(path.stat().st_mode)
    except FileNotFoundError:
        return _PRIVATE_FILE


def _write_new(path: Path, data: bytes, mode: int) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC
    descriptor = os.open(path, flags, _PRIVATE_FILE)
    try:
        _write_all(descriptor, data)
        os.fchmod(descriptor, mode)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _write_all(descriptor: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


_CHUNK = 65536


def _end_of_whole_lines(descriptor: int) -> int:
    """Return where the last whole line ends, looking from the end of the file."""
    end = os.lseek(descriptor, 0, os.SEEK_END)
    while end > 0:
        start = max(0, end - _CHUNK)
        newline = os.pread(descriptor, end - start, start).rfind(b"\n")
        if newline >= 0:
            return start + newline + 1
        end = start
    return 0
