"""The file channel: an outbox that a person uploads from, an inbox that he saves into.

Sending writes `.<name>.part`, syncs it to disk, and gives it its name by a hard link,
which fails where the name exists; a plain rename would replace. The same bytes under the
name are an earlier delivery, other bytes are refused.

The inbox is a folder that other programs write to, so nothing in it is trusted: only
regular files are opened, never through a link, never beyond a size, and not while they
grow. A file is taken away only if it is still the one that was read.
"""

from __future__ import annotations

import errno
import hashlib
import os
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from bankio.channels import (
    MAX_BYTES,
    UNFINISHED_SUFFIXES,
    IgnoredFile,
    OutcomeUnknown,
    Receipt,
    ReceivedFile,
    Refused,
    Unreachable,
    require_sendable_name,
)

SETTLE_SECONDS = 0.1
"""Between the two looks that must see the same size."""

_NO_HARD_LINKS = {errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK, errno.EINVAL}
"""What file systems without hard links (FAT, some network shares) answer."""

_READ_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
"""NONBLOCK: a fifo put in place of a file between look and open must not hang us."""


@dataclass(frozen=True, slots=True)
class _Look:
    """What tells one file, in one state, from any other."""

    mode: int
    size: int
    modified_ns: int
    inode: int
    device: int

    @classmethod
    def of(cls, status: os.stat_result) -> _Look:
        return cls(
            status.st_mode, status.st_size, status.st_mtime_ns, status.st_ino, status.st_dev
        )


class DirectoryChannel:
    """A pair of folders.

    Args:
        outbox: where files for the bank are put.
        inbox: where files from the bank are found.
        max_bytes: larger files are left alone.
        pause: waits between the two looks at the inbox.
    """

    def __init__(
        self,
        outbox: Path,
        inbox: Path,
        *,
        max_bytes: int = MAX_BYTES,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._outbox = outbox
        self._inbox = inbox
        self._max_bytes = max_bytes
        self._pause = pause
        self._ignored: list[IgnoredFile] = []
        self._read: dict[str, _Look] = {}

    @property
    def ignored(self) -> tuple[IgnoredFile, ...]:
        """What the last `receive` left alone, with reasons."""
        return tuple(self._ignored)

    def send(self, name: str, data: bytes, sha256: str) -> Receipt:
        """Put `data` into the outbox under `name`, never replacing anything.

        Raises:
            Refused: the bytes are not those of `sha256`, or other bytes have the name.
            Unreachable: the folder could not be written to; nothing was delivered.
            OutcomeUnknown: the file has its name, but the disk did not confirm it.
        """
        require_sendable_name(name)
        if hashlib.sha256(data).hexdigest() != sha256:
            raise Refused(f"{name}: its bytes changed after they were approved; not sent")
        try:
            _make_folder(self._outbox)
            with _opened_folder(self._outbox) as folder:
                already_there = _existing(folder, name, data)
                if not already_there:
                    _write_part(folder, name, data)
                    _give_name(folder, name, data)
                _remove_part(folder, name)
                _confirm(folder, name)
        except OSError as error:
            raise Unreachable(
                f"{self._outbox / name}: {error.strerror or error}"
            ) from error
        return Receipt(
            name=name,
            sha256=sha256,
            size=len(data),
            place=str(self._outbox / name),
            already_there=already_there,
        )

    def receive(self) -> Iterator[ReceivedFile]:
        """Give every complete regular file of the inbox, in order of name.

        Raises:
            Unreachable: the folder cannot be read.
        """
        self._ignored = []
        try:
            with _opened_folder(self._inbox) as folder:
                yield from self._settled(folder)
        except FileNotFoundError:
            return
        except OSError as error:
            raise Unreachable(f"{self._inbox}: {error.strerror or error}") from error

    def done(self, name: str) -> None:
        """Remove a received file, unless another one has taken its name meanwhile.

        Raises:
            Refused: no such file was received here.
            Unreachable: it cannot be removed; it stays, and is known the next time.
        """
        look = self._read.pop(name, None)
        if look is None:
            raise Refused(f"{name!r} was not received here; it stays")
        try:
            with _opened_folder(self._inbox) as folder:
                if _look(folder, name) == look:
                    os.unlink(name, dir_fd=folder)
                    os.fsync(folder)
        except OSError as error:
            raise Unreachable(
                f"{self._inbox / name} was read and cannot be removed:"
                f" {error.strerror or error}"
            ) from error

    def _settled(self, folder: int) -> Iterator[ReceivedFile]:
        first = {
            name: look
            for name in sorted(os.listdir(folder))
            if (look := self._judge(folder, name)) is not None
        }
        if first:
            self._pause(SETTLE_SECONDS)
        for name, look in first.items():
            if _look(folder, name) != look:
                self._ignore(name, "is still being written")
                continue
            data = self._content(folder, name, look)
            if data is not None:
                self._read[name] = look
                yield ReceivedFile(
                    name=name, data=data, sha256=hashlib.sha256(data).hexdigest()
                )

    def _judge(self, folder: int, name: str) -> _Look | None:
        """Return what `name` looks like; None, the reason kept, if it is left alone."""
        if name.startswith(".") or name.lower().endswith(UNFINISHED_SUFFIXES):
            return None
        if not name.isprintable():
            self._ignore(ascii(name), "has control characters in its name; rename it")
            return None
        look = _look(folder, name)
        if look is None:
            return None
        if not stat.S_ISREG(look.mode):
            self._ignore(name, f"is a {_kind_of(look.mode)}, not a file")
            return None
        if look.size == 0:
            self._ignore(name, "is empty")
            return None
        if look.size > self._max_bytes:
            self._ignore(name, f"has {look.size} bytes, at most {self._max_bytes} are read")
            return None
        return look

    def _content(self, folder: int, name: str, look: _Look) -> bytes | None:
        try:
            descriptor = os.open(name, _READ_FLAGS, dir_fd=folder)
        except OSError as error:
            self._ignore(name, f"cannot be opened: {error.strerror}")
            return None
        with os.fdopen(descriptor, "rb") as file:
            data = file.read(look.size + 1)
            if len(data) != look.size or _Look.of(os.fstat(descriptor)) != look:
                self._ignore(name, "changed while it was read")
                return None
        return data

    def _ignore(self, name: str, reason: str) -> None:
        self._ignored.append(IgnoredFile(name=name, reason=reason))


@contextmanager
def _opened_folder(path: Path) -> Iterator[int]:
    """Hold a folder open, so that names in it mean the same folder throughout."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _make_folder(folder: Path) -> None:
    """Make a folder for files for the bank, so that it outlives a power cut.

    A folder is lost with all that is in it where its parent was not synced, and an earlier
    run may have made it and died before that. So those two above that we make ourselves,
    `bank` in the books, are synced each time.
    """
    above = [folder.parent, folder.parent.parent]
    above += [each.parent for each in folder.parents if not each.exists()]
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for each in dict.fromkeys(above):
        with suppress(PermissionError), _opened_folder(each) as opened:
            os.fsync(opened)


def _look(folder: int, name: str) -> _Look | None:
    """Return what is at `name` itself, not where it points; None if nothing is."""
    try:
        return _Look.of(os.stat(name, dir_fd=folder, follow_symlinks=False))
    except FileNotFoundError:
        return None


def _kind_of(mode: int) -> str:
    kinds = {
        stat.S_IFLNK: "symbolic link",
        stat.S_IFDIR: "folder",
        stat.S_IFIFO: "fifo",
        stat.S_IFSOCK: "socket",
    }
    return kinds.get(stat.S_IFMT(mode), "device")


def _existing(folder: int, name: str, data: bytes) -> bool:
    """Return whether `name` holds `data` already; refuse whatever else it is."""
    look = _look(folder, name)
    if look is None:
        return False
    if stat.S_ISREG(look.mode) and look.size == len(data):
        with os.fdopen(os.open(name, _READ_FLAGS, dir_fd=folder), "rb") as file:
            if file.read(len(data) + 1) == data:
                return True
    raise Refused(
        f"{name}: the outbox has something else under this name; compare and move it"
    )


def _write_part(folder: int, name: str, data: bytes) -> None:
    """Write the bytes beside their name, and see that the disk has them."""
    part = f".{name}.part"
    _remove_part(folder, name)
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    descriptor = os.open(part, flags, 0o600, dir_fd=folder)
    with os.fdopen(descriptor, "r+b") as file:
        file.write(data)
        file.flush()
        os.fsync(descriptor)
        file.seek(0)
        if file.read() != data:
            raise OSError(errno.EIO, "the file reads back differently")


def _give_name(folder: int, name: str, data: bytes) -> None:
    """Turn the part into the file, unless the name was taken meanwhile."""
    part = f".{name}.part"
    try:
        os.link(part, name, src_dir_fd=folder, dst_dir_fd=folder, follow_symlinks=False)
    except FileExistsError:
        _existing(folder, name, data)
    except OSError as error:
        if error.errno not in _NO_HARD_LINKS:
            raise
        # Without hard links there is no atomic way; nobody but us uses this name.
        if _look(folder, name) is None:
            os.rename(part, name, src_dir_fd=folder, dst_dir_fd=folder)
            return
        _existing(folder, name, data)


def _remove_part(folder: int, name: str) -> None:
    """Remove our part: done with, or left by an attempt that was killed."""
    with suppress(FileNotFoundError):
        os.unlink(f".{name}.part", dir_fd=folder)


def _confirm(folder: int, name: str) -> None:
    """See the name itself on disk: from here on a crash does not take it back."""
    try:
        os.fsync(folder)
    except OSError as error:
        raise OutcomeUnknown(f"{name}: is in the outbox, not surely on disk") from error
