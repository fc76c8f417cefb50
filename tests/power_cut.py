"""A disk that forgets what was not synced, and one that fails: doubles for the tests.

Calls go through to a real folder. Beside it stands what POSIX promises would be left if the
power went now: the names of a folder as of its last sync, the bytes of a file as of its
own. What a file system may do and need not do is tried both ways, see `LOSSES`.
"""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path

LOSSES = ("names and bytes", "bytes only", "nothing")
"""What goes with the power. "Bytes only" is the file system that keeps a rename that
nobody synced and not the bytes behind it: an empty file under the good name. "Nothing" is a
process that was killed."""

OPERATIONS = (
    *("open", "write", "fsync", "replace", "rename", "link"),
    *("mkdir", "ftruncate", "unlink"),
)


class PowerCut(BaseException):
    """The power is gone: not an Exception, so that nothing tidies up."""


class Disk:
    """Watches one folder."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.count = 0
        self.log: list[str] = []
        self._stop_at: int | None = None
        self._stop: Callable[[], None] = lambda: None
        self._half_writes = False
        self._bytes: dict[int, bytes] = {}
        self._names: dict[Path, dict[str, int]] = {}
        for folder, _, files in os.walk(root):
            self._names[Path(folder)] = _names(Path(folder))
            for name in files:
                path = Path(folder, name)
                self._bytes[path.stat().st_ino] = path.read_bytes()
        self._real = {name: getattr(os, name) for name in OPERATIONS}

    def stop_at(self, number: int, stop: Callable[[], None], *, half: bool = False) -> None:
        """Call `stop`, which raises, instead of operation `number` (from 1)."""
        self._stop_at, self._stop, self._half_writes = number, stop, half

    @contextmanager
    def watched(self):
        """Put ourselves between the code and the disk."""
        for name in OPERATIONS:
            setattr(os, name, getattr(self, f"_{name}"))
        try:
            yield self
        finally:
            for name, real in self._real.items():
                setattr(os, name, real)

    def left(self, loss: str, target: Path) -> None:
        """Make at `target` what is on the disk when the power comes back."""
        if loss == "nothing":
            shutil.copytree(self.root, target)
            return
        self._rebuild(self.root, target, keep_names=loss == "bytes only")

    def _rebuild(self, folder: Path, target: Path, *, keep_names: bool) -> None:
        target.mkdir()
        names = _names(folder) if keep_names else self._names.get(folder, {})
        for name, inode in names.items():
            if inode < 0:
                self._rebuild(folder / name, target / name, keep_names=keep_names)
            else:
                (target / name).write_bytes(self._bytes.get(inode, b""))

    def _tick(self, name: str, path: Path) -> bool:
        """Count an operation below the root; return whether it is the one to stop at."""
        if path != self.root and self.root not in path.parents:
            return False
        self.count += 1
        self.log.append(f"{name} {path.relative_to(self.root)}")
        return self.count == self._stop_at

    def _open(self, path, flags, mode=0o777, **more):
        where = _below(path, more.get("dir_fd"))
        writes = flags & (os.O_CREAT | os.O_TRUNC)
        if writes and self._tick("open", where):
            self._stop()
        is_new = not where.exists()
        descriptor = self._real["open"](path, flags, mode, **more)
        if writes and (is_new or flags & os.O_TRUNC):
            self._bytes.pop(os.fstat(descriptor).st_ino, None)
        return descriptor

    def _write(self, descriptor, data):
        if self._tick("write", _path(descriptor)):
            if self._half_writes:
                self._real["write"](descriptor, bytes(data)[: len(data) // 2])
            self._stop()
        return self._real["write"](descriptor, data)

    def _ftruncate(self, descriptor, size):
        if self._tick("ftruncate", _path(descriptor)):
            self._stop()
        return self._real["ftruncate"](descriptor, size)

    def _fsync(self, descriptor):
        path = _path(descriptor)
        if self._tick("fsync", path):
            self._stop()
        status = os.fstat(descriptor)
        if stat.S_ISDIR(status.st_mode):
            self._names[path] = _names(path)
        else:
            self._bytes[status.st_ino] = path.read_bytes()

    def _replace(self, source, target, **more):
        self._moved("replace", source, target, **more)

    def _rename(self, source, target, **more):
        self._moved("rename", source, target, **more)

    def _link(self, source, target, **more):
        self._moved("link", source, target, **more)

    def _moved(self, name, source, target, **more):
        if self._tick(name, _below(target, more.get("dst_dir_fd"))):
            self._stop()
        self._real[name](source, target, **more)

    def _mkdir(self, path, *args, **more):
        if self._tick("mkdir", Path(path)):
            self._stop()
        self._real["mkdir"](path, *args, **more)

    def _unlink(self, path, **more):
        if self._tick("unlink", _below(path, more.get("dir_fd"))):
            self._stop()
        self._real["unlink"](path, **more)


def _path(descriptor: int) -> Path:
    return Path(f"/proc/self/fd/{descriptor}").readlink()


def _below(path: str | Path, folder: int | None) -> Path:
    """Return where a name in an open folder is."""
    return Path(path) if folder is None else _path(folder) / path


def _names(folder: Path) -> dict[str, int]:
    """Names in a folder; a folder's own number is negative."""
    return {
        each.name: -1 if each.is_dir() else each.stat().st_ino for each in folder.iterdir()
    }


def cut() -> None:
    raise PowerCut


def failing(number: int) -> Callable[[], None]:
    """Return what a disk that is full (ENOSPC) or broken (EIO) does."""

    def fail() -> None:
        raise OSError(number, os.strerror(number))

    return fail
