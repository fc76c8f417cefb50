"""Which batches the books hold, and which that we wrote are missing from their end.

We only ever add to the end of a file, so books of which an older copy was put back lack
what comes last. Each file is judged by itself: a store that was made anew from the books
knows the order within one file, and of the files among each other little; and an older
copy may have been put back of some files only. What is gone from the midst of a file was
taken out by a person, which is another thing: it is named, and does not stop a command.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from pathlib import Path

from ledger.machine_files import Batch, batch_ids, machine_files


def places_of(folder: Path) -> dict[str, list[str]]:
    """Return the batches that the books hold, each with its files, once for each part."""
    found: dict[str, list[str]] = {}
    for path in machine_files(folder):
        name = path.relative_to(folder).as_posix()
        for batch in batch_ids(path.read_bytes()):
            found.setdefault(batch, []).append(name)
    return found


def in_order(files: Iterable[Sequence[str]]) -> tuple[str, ...]:
    """Return the batches of all files so that each file's own order is kept.

    Files that a person has sorted anew may contradict each other: then they come file by
    file.

    >>> in_order([["a", "late"], ["b", "c", "late", "d"]])
    ('a', 'b', 'c', 'late', 'd')
    >>> in_order([["a", "b"], ["b", "a"]])
    ('a', 'b')
    """
    lists = [tuple(dict.fromkeys(each)) for each in files]
    sorter: TopologicalSorter[str] = TopologicalSorter()
    for each in lists:
        for batch in each[:1]:
            sorter.add(batch)
        for before, batch in pairwise(each):
            sorter.add(batch, before)
    try:
        return tuple(sorter.static_order())
    except CycleError:
        return tuple(dict.fromkeys(batch for each in lists for batch in each))


def unknown_to(known: Iterable[str], present: Iterable[str]) -> tuple[str, ...]:
    """Return the batches of the books that the store does not know."""
    ours = set(known)
    return tuple(batch for batch in present if batch not in ours)


def missing_from(
    known: Mapping[str, Sequence[str]], places: Mapping[str, Sequence[str]]
) -> tuple[str, ...]:
    """Return the batches without which some file is older than it was.

    Those are what comes in a file after the newest batch that is there, and what stands in
    one of its files and not in the others, for we write all parts or none. A part that a
    person has moved to another file is there.

    Args:
        known: The files of every batch, in the order in which batches were written.
        places: Where the books have each batch (`places_of`).

    >>> known = {"a": ["10"], "b": ["11"], "c": ["10"], "d": ["import"]}
    >>> missing_from(known, {"a": ["10"], "b": ["11"], "d": ["import"]})
    ('c',)
    >>> missing_from(known, {"b": ["11"], "c": ["10"], "d": ["import"]})
    ()
    """
    missing: set[str] = set()
    ended: set[str] = set()
    """The files of which something newer is there."""
    for batch, paths in reversed([*known.items()]):
        there = places.get(batch, ())
        if len(there) >= len(paths):
            ended.update(paths)
        elif there or not ended.issuperset(paths):
            missing.add(batch)
            ended.update(there)
    return tuple(batch for batch in known if batch in missing)


_NUMBER = re.compile(r'^  voucher: "([^"]+)"$', re.MULTILINE)


def told(batch: Batch) -> str:
    r"""Return what a batch is, for a person.

    One that a new store has taken up from the books has no note: its text says what it is.

    >>> from ledger.machine_files import Part
    >>> told(Batch("aa", (Part("x", b'2026-11-02 custom "lock" "2026-10-31"\n'),)))
    '2026-11-02 custom "lock" "2026-10-31"'
    """
    if batch.note:
        return batch.note
    text = b"".join(part.payload for part in batch.parts).decode(errors="replace")
    numbers = _NUMBER.findall(text)
    if numbers:
        return numbers[0] if len(numbers) == 1 else f"{numbers[0]} to {numbers[-1]}"
    return text.partition("\n")[0]
