"""The archive: every file that was sent or received, byte for byte, for good.

    bank/archive/3f/3fa9….xml      the bytes, under their sha256
    bank/archive/3f/3fa9….jsonl    the sidecar: one JSON event a line, only ever added to
    bank/archive/decisions.jsonl   what people decided (`ledger.decision_log`)
    bank/quarantine/3fa9…-name     what could not be used, with 3fa9….reason.txt

Events: `{"event":"received","name","channel","at"}`, `{"event":"read","format",…}`,
`{"event":"manifest", …}` (`ledger.manifest`), `{"event":"sent","name","channel","at",
"receipt"}`, `{"event":"heads","series":{…}}`, `{"event":"told","run":17}` (the file told
something new in that run). The bytes are written before their first event, so a crash
between the two leaves a file that the next run takes in again.

Traps: a line that was torn by a crash was never promised to anybody and is cut away; a
whole line that cannot be read is damage, and damage is never read as "nothing there": a
lost manifest would let a bill be paid twice.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from ledger.files import (
    TEMPORARY_SUFFIX,
    append_line,
    make_durable,
    make_durable_folder,
    replace_file,
)
from ledger.manifest import ManifestUnreadable, remittance_of
from ledger.payments import Remittance

Event = Mapping[str, Any]

_SHA256 = re.compile(r"[0-9a-f]{64}")


def is_sha256(text: str) -> bool:
    """Whether a text can be the name of an archived file."""
    return _SHA256.fullmatch(text) is not None


_SIDECAR = ".jsonl"


class ArchiveDamaged(Exception):
    """Something in the archive is no longer what was put there."""

    def __init__(self, path: Path, what: str) -> None:
        self.path = path
        super().__init__(
            f"{path}: {what}. Restore this file from a backup of the archive; "
            "nothing is paid or posted on what it may have said."
        )


class NotArchived(LookupError):
    """No file with this sha256 is in the archive."""

    def __init__(self, folder: Path, digest: str) -> None:
        self.digest = digest
        super().__init__(
            f"{folder}: no file with sha256 {digest}. "
            "Restore the archive from its backup, then run the command again."
        )


def _kept(suffix: str) -> str:
    """Return the end of an archived file's name; a person's document has any, or none.

    >>> _kept(".PDF"), _kept("jsonl"), _kept("pdf (1)"), _kept("")
    ('pdf', 'bin', 'bin', 'bin')
    """
    plain = suffix.lstrip(".").lower()
    is_plain = re.fullmatch("[a-z0-9]{1,8}", plain) and f".{plain}" != _SIDECAR
    return plain if is_plain else "bin"


class Archive:
    """The archive of one books folder. Written under the books' lock only."""

    def __init__(self, folder: Path) -> None:
        self.books = folder
        self._folder = folder / "bank" / "archive"
        self._quarantine = folder / "bank" / "quarantine"
        self.writes = 0
        """How often something was added through this value."""

    def add(self, data: bytes, suffix: str, event: Event) -> str:
        """Keep a file and how it came; the same bytes are kept once. Return its sha256."""
        digest = sha256(data).hexdigest()
        path = self._found(digest) or self._shard(digest) / f"{digest}.{_kept(suffix)}"
        # This also puts a damaged copy right: the bytes in hand are those of its name.
        self._put(path, data)
        if dict(event) not in self.events(digest):
            self.append(digest, event)
        else:
            make_durable(self.books, self._sidecar(digest))
        return digest

    def append(self, digest: str, event: Event) -> None:
        """Add an event to a file's sidecar."""
        self.path(digest)
        self.writes += 1
        append_event(self._sidecar(digest), event)

    def events(self, digest: str) -> tuple[dict[str, Any], ...]:
        """Return what has happened to a file, oldest first."""
        return tuple(events_in(self._sidecar(digest)))

    def read(self, digest: str) -> bytes:
        """Return a file's bytes, hashed again."""
        path = self.path(digest)
        data = path.read_bytes()
        found = sha256(data).hexdigest()
        if found != digest:
            raise ArchiveDamaged(path, f"its content has sha256 {found}")
        return data

    def path(self, digest: str) -> Path:
        """Return where a file is."""
        found = self._found(digest)
        if found is None:
            raise NotArchived(self._folder, digest)
        return found

    def has(self, digest: str) -> bool:
        """Whether a file is there."""
        return is_sha256(digest) and self._found(digest) is not None

    def hashes(self) -> Iterator[str]:
        """Yield the sha256 of every file, in their order."""
        for path in self._files():
            if path.suffix != _SIDECAR:
                yield path.stem

    def verify(self) -> tuple[str, ...]:
        """Hash every file again, read every sidecar; return what is wrong."""
        return tuple(self._problems())

    def manifest(self, digest: str) -> Remittance | None:
        """Return the remittance that a file of ours is."""
        return self._manifest(self._sidecar(digest))

    def manifests(self, *, besides: Collection[str] = ()) -> tuple[Remittance, ...]:
        """Return every remittance that was ever archived.

        Args:
            besides: sha256 of files whose manifest is known already (large ones take time).
        """
        sidecars = (path for path in self._files() if path.suffix == _SIDECAR)
        found = (self._manifest(path) for path in sidecars if path.stem not in besides)
        return tuple(each for each in found if each is not None)

    def quarantine(self, data: bytes, name: str, reason: str) -> Path:
        """Put aside what cannot be used, byte for byte, and why. Return where it is."""
        digest = sha256(data).hexdigest()
        path = self._quarantine / f"{digest}-{_plain(name)}"
        why = self._quarantine / f"{digest}.reason.txt"
        self._put(why, f"{name}\n{reason}\n".encode())
        self._put(path, data)
        return path

    def _put(self, path: Path, data: bytes) -> None:
        """Have the bytes at `path` for good, whatever an earlier run left there."""
        if path.exists() and path.read_bytes() == data:
            make_durable(self.books, path)
        else:
            make_durable_folder(self.books, path.parent)
            replace_file(path, data)

    def _shard(self, digest: str) -> Path:
        if not is_sha256(digest):
            raise NotArchived(self._folder, digest)
        return self._folder / digest[:2]

    def _sidecar(self, digest: str) -> Path:
        return self._shard(digest) / f"{digest}{_SIDECAR}"

    def _found(self, digest: str) -> Path | None:
        shard = self._shard(digest)
        for path in (shard / f"{digest}.xml", shard / f"{digest}.txt"):
            if path.exists():
                return path
        others = (path for path in shard.glob(f"{digest}.*") if _is_kept(path))
        return next((path for path in others if path.suffix != _SIDECAR), None)

    def _files(self) -> Iterator[Path]:
        for path in sorted(self._folder.glob("[0-9a-f][0-9a-f]/*")):
            if _is_kept(path):
                yield path

    def _manifest(self, sidecar: Path) -> Remittance | None:
        if not sidecar.exists() or b'"manifest"' not in sidecar.read_bytes():
            return None
        told = [event for event in events_in(sidecar) if event.get("event") == "manifest"]
        try:
            return remittance_of(told[-1]) if told else None
        except ManifestUnreadable as error:
            raise ArchiveDamaged(sidecar, str(error)) from error

    def _problems(self) -> Iterator[str]:
        for path in self._files():
            try:
                if path.suffix != _SIDECAR:
                    self.read(path.stem)
                    continue
                self._manifest(path)
                self.path(path.stem)
                tuple(events_in(path))
            except (ArchiveDamaged, NotArchived, OSError) as error:
                yield str(error)


def _is_kept(path: Path) -> bool:
    """Whether a file is one of ours, and not the rest of a write that was cut short."""
    return not path.name.endswith(TEMPORARY_SUFFIX) and is_sha256(path.stem)


def append_event(sidecar: Path, event: Event) -> None:
    """Add an event to a file of events, durably."""
    line = json.dumps(dict(event), ensure_ascii=False, allow_nan=False)
    _end_last_line(sidecar)
    append_line(sidecar, line.encode())


def events_in(sidecar: Path) -> Iterator[dict[str, Any]]:
    """Yield the events of a file, oldest first."""
    if not sidecar.exists():
        return
    *lines, tail = sidecar.read_bytes().split(b"\n")
    for number, line in enumerate(lines, start=1):
        event = _event(line)
        if event is None:
            raise ArchiveDamaged(sidecar, f"line {number} is not an event")
        yield event
    # Without its end the last line is whole only if it reads: no beginning of a JSON
    # object is itself one.
    last = _event(tail)
    if last is not None:
        yield last


def _event(line: bytes) -> dict[str, Any] | None:
    try:
        event = json.loads(line)
    except ValueError:
        return None
    return event if isinstance(event, dict) else None


def _end_last_line(sidecar: Path) -> None:
    """Give a whole last line the end that an editor took, so that it is not cut as torn."""
    if not sidecar.exists() or _ends_whole(sidecar):
        return
    data = sidecar.read_bytes()
    if _event(data.rpartition(b"\n")[2]) is not None:
        replace_file(sidecar, data + b"\n")


def _ends_whole(sidecar: Path) -> bool:
    with sidecar.open("rb") as lines:
        size = lines.seek(0, 2)
        lines.seek(max(0, size - 1))
        return lines.read() in {b"\n", b""}


def _plain(name: str) -> str:
    """Return a file name that stays in its folder, whatever the channel called it."""
    return re.sub(r"[^A-Za-z0-9._-]", "_", name)[-100:] or "file"
