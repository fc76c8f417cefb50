"""The text of machine-owned files: batches of payload, each under a line of its own.

    ;; batch 5b1c04a29f7e11d3 <sha256 of the payload>
    2026-11-20 * "Fjellkraft AS" "Betaling faktura 10023"
      …

The line is what tells after a crash whether a payload is in the books, also for payloads
without any bank key (custom lines, balances, corrections), and it is what tells later
that nobody has altered the payload since. Only `ledger.journal` writes these files.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import Literal

from ledger.machine_names import is_machine_file

SIZE_MAX = 16 * 1024 * 1024
"""A month file that has reached this goes on in the next: rewriting stays cheap."""


@dataclass(frozen=True, slots=True)
class Part:
    """What a batch adds to one file."""

    path: str
    """Relative to the books folder, with `/`."""
    payload: bytes


@dataclass(frozen=True, slots=True)
class Batch:
    """What is added to the books at one time, to all its files or to none."""

    id: str
    parts: tuple[Part, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class PostedBatch:
    """A batch as it stands in one file."""

    id: str
    sha256: str
    """As its line says."""
    payload: bytes
    line: int
    """Of the batch line, from 1."""

    @property
    def is_unaltered(self) -> bool:
        """Whether the payload is still what was written."""
        return sha256(self.payload).hexdigest() == self.sha256


def batch_line(batch: str, payload: bytes) -> bytes:
    """Return the line under which a payload stands, with its end."""
    return f";; batch {batch} {sha256(payload).hexdigest()}\n".encode()


def whole_lines(payload: bytes) -> bytes:
    """Return a payload as it is kept: no blank lines around it, one end of line."""
    return payload.strip(b"\n") + b"\n"


def with_batch(before: bytes, batch: str, payload: bytes) -> bytes:
    """Return a file's new text: the old one, a blank line, the batch."""
    return _below(before, batch_line(batch, payload) + payload)


def _below(before: bytes, text: bytes) -> bytes:
    old = before.rstrip(b"\n")
    return (old + b"\n\n" if old else b"") + text


_BATCH_LINE = re.compile(rb"^;; batch ([0-9a-f]+) ([0-9a-f]{64})$", re.MULTILINE)


def posted_batches(text: bytes) -> Iterator[PostedBatch]:
    """Yield the batches of a machine file in their order."""
    lines = list(_BATCH_LINE.finditer(text))
    number, counted_to = 1, 0
    for index, match in enumerate(lines):
        end = lines[index + 1].start() if index + 1 < len(lines) else len(text)
        number += text.count(b"\n", counted_to, match.start())
        counted_to = match.start()
        yield PostedBatch(
            id=match[1].decode(),
            sha256=match[2].decode(),
            payload=whole_lines(text[match.end() : end]),
            line=number,
        )


def batch_hashes(text: bytes) -> dict[str, str]:
    """Return the batches of a machine file: id to the sha256 that its line names."""
    return {match[1].decode(): match[2].decode() for match in _BATCH_LINE.finditer(text)}


def batch_ids(text: bytes) -> list[str]:
    """Return the ids of a machine file's batches in their order, one for each line."""
    return [match[1].decode() for match in _BATCH_LINE.finditer(text)]


def mended(text: bytes, batches: Mapping[str, bytes]) -> tuple[bytes, tuple[str, ...]]:
    """Return a file's text with payloads put back as they were, and whose those are.

    A payload that somebody has added to below is whole, and stays with the addition. One
    that is not there at all comes last.
    """
    found = list(posted_batches(text))
    first = _BATCH_LINE.search(text)
    whole = text[: first.start()] if first else text
    changed = []
    for posted in found:
        wanted = batches.get(posted.id)
        if wanted is None or _is_whole(posted, wanted):
            line = f";; batch {posted.id} {posted.sha256}\n".encode()
            whole = _below(whole, line + posted.payload)
        else:
            whole = with_batch(whole, posted.id, wanted)
            changed.append(posted.id)
    there = {posted.id for posted in found}
    for batch in (each for each in batches if each not in there):
        whole = with_batch(whole, batch, batches[batch])
        changed.append(batch)
    return (whole, tuple(changed)) if changed else (text, ())


def _is_whole(posted: PostedBatch, wanted: bytes) -> bool:
    is_named = posted.sha256 == sha256(wanted).hexdigest()
    return is_named and posted.payload.startswith(wanted)


def machine_files(folder: Path) -> tuple[Path, ...]:
    """Return the machine-owned files of the books, in the order of their months."""
    found = (path for top in ("bank", "vouchers") for path in folder.glob(f"{top}/*/*"))
    ours = (p for p in found if is_machine_file(p.relative_to(folder).as_posix()))
    return tuple(sorted(ours, key=lambda path: (path.parent, _order(path.stem))))


def _order(stem: str) -> tuple[int | str, ...]:
    """Order `11`, `11-2`, `11-10` by their numbers and not by their letters."""
    return tuple(f"{int(p):09d}" if p.isdigit() else p for p in stem.split("-"))


def month_file(
    folder: Path,
    kind: Literal["bank", "import"],
    day: date,
    *,
    size_max: int = SIZE_MAX,
) -> Path:
    """Return the machine file that takes postings of `day`, relative to the folder.

    `bank/2026/11.beancount` or `vouchers/2026/11-import.beancount`; from the size above
    on `11-2`, `11-3`, … A file that is full stays full: the last one takes what is new.
    """
    year, month = f"{day.year:04d}", f"{day.month:02d}"
    top, stem = ("bank", month) if kind == "bank" else ("vouchers", f"{month}-import")
    relative = PurePosixPath(top, year, f"{stem}.beancount")
    number = 1
    while (folder / relative).exists():
        following = relative.with_name(f"{stem}-{number + 1}.beancount")
        is_full = (folder / relative).stat().st_size >= size_max
        if not is_full and not (folder / following).exists():
            break
        relative, number = following, number + 1
    return Path(relative)
