"""The files of the books as they are now, beside the index's memory of them.

A file counts as unchanged where size and time of change are those that the index holds, and
that time is well before the moment of the last look; else it is hashed. A save within the
clock's tick of the look changes neither (git's "racy" rule), so the moment is taken before
the file is read, and is kept anew after an equal hash: the file settles, and the next look
is a `stat` again.

Includes are followed as Beancount follows them, so that a file which appears is seen.
"""

from __future__ import annotations

import glob
import json
import os
import re
import sqlite3
import time
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from ledger.books.excerpts import NeedsAll

_INCLUDE = re.compile(rb'^include[ \t]+"([^"\n]+)"', re.MULTILINE)
_RACY_NS = 2_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the index holds of a file."""

    id: int
    path: str
    size: int
    mtime_ns: int
    looked_ns: int
    sha256: str
    lines: int
    includes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A file as it is now."""

    path: str
    """Relative to the books folder where it lies inside."""
    size: int
    mtime_ns: int
    looked_ns: int
    sha256: str
    includes: tuple[str, ...]
    known: Known | None
    text: bytes | None
    """Read only where it was hashed."""

    @property
    def is_changed(self) -> bool:
        """Whether it is another than the index knows."""
        return self.known is None or self.known.sha256 != self.sha256

    @property
    def is_unsettled(self) -> bool:
        """Whether the next look should know when this one was."""
        return self.text is not None and not self.is_changed

    @property
    def is_longer(self) -> bool:
        """Whether whole lines were added at its end, and nothing else is new.

        A line that is indented would go on with the last transaction.
        """
        known, text = self.known, self.text
        if known is None or text is None or not 0 < known.size < len(text):
            return False
        return (
            text[known.size - 1 : known.size] == b"\n"
            and text[known.size : known.size + 1] not in b" \t"
            and sha256(text[: known.size]).hexdigest() == known.sha256
        )


def known_files(db: sqlite3.Connection) -> dict[str, Known]:
    """Return what the index holds of each file, by path."""
    rows = db.execute(
        "SELECT id, path, size, mtime_ns, looked_ns, sha256, lines, includes FROM file"
    )
    names = ("id", "path", "size", "mtime_ns", "looked_ns", "sha256", "lines")
    return {
        row[1]: Known(
            **dict(zip(names, row[:-1], strict=True)), includes=tuple(json.loads(row[-1]))
        )
        for row in rows
    }


def look(folder: Path, main: Path, known: dict[str, Known]) -> Iterator[Seen]:
    """Yield every file of the books.

    Raises:
        NeedsAll: A file is missing, or included twice: a load tells it.
    """
    waiting, met = [str(main)], set()
    while waiting:
        name = waiting.pop()
        if name in met or not Path(name).is_file():
            raise NeedsAll(f"{name}: is missing, or included twice")
        met.add(name)
        seen = _seen(folder, Path(name), known)
        yield seen
        for pattern in seen.includes:
            # The very function that Beancount uses: another one finds other files.
            searched = str(Path(name).parent / pattern)
            found = glob.glob(searched, recursive=True)  # noqa: PTH207
            if not found:
                raise NeedsAll(f"{name}: include {pattern} finds nothing")
            waiting += map(os.path.normpath, found)


def _seen(folder: Path, path: Path, known_files: dict[str, Known]) -> Seen:
    inside = path.is_relative_to(folder)
    name = path.relative_to(folder).as_posix() if inside else str(path)
    known = known_files.get(name)
    looked_ns = time.time_ns()  # the clock that the disk's times are of
    status = path.stat()
    text: bytes | None = None
    if known is not None and _is_as_known(status, known):
        digest, includes = known.sha256, known.includes
    else:
        text = path.read_bytes()
        digest = sha256(text).hexdigest()
        includes = tuple(each.decode(errors="replace") for each in _INCLUDE.findall(text))
    return Seen(
        path=name,
        size=status.st_size,
        mtime_ns=status.st_mtime_ns,
        looked_ns=looked_ns,
        sha256=digest,
        includes=includes,
        known=known,
        text=text,
    )


def _is_as_known(status: os.stat_result, known: Known) -> bool:
    return (status.st_size, status.st_mtime_ns) == (
        known.size,
        known.mtime_ns,
    ) and known.mtime_ns + _RACY_NS < known.looked_ns


def keep(db: sqlite3.Connection, seen: Seen) -> int:
    """Remember a file as it was seen; return the id of its row."""
    fields = (seen.size, seen.mtime_ns, seen.looked_ns, seen.sha256)
    if seen.text is not None:
        lines, includes = seen.text.count(b"\n"), json.dumps(seen.includes)
    else:
        assert seen.known is not None, "what was not read is known"
        lines, includes = seen.known.lines, json.dumps(seen.known.includes)
    if seen.known is not None:
        db.execute(
            "UPDATE file SET size = ?, mtime_ns = ?, looked_ns = ?, sha256 = ?,"
            " lines = ?, includes = ? WHERE id = ?",
            (*fields, lines, includes, seen.known.id),
        )
        return seen.known.id
    cursor = db.execute(
        "INSERT INTO file (path, size, mtime_ns, looked_ns, sha256, lines, includes)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (seen.path, *fields, lines, includes),
    )
    assert cursor.lastrowid is not None
    return cursor.lastrowid
