"""Archive, store and journal under random kills: every movement in the books once.

Each launch is a process of its own that takes the lock, recovers, and posts the next file
of movements as `reconcile` does; a timer kills it at any instant, inside SQLite or
between two system calls. Two run at once. Now and then the store is thrown away and made
anew. `make torture` (TORTURE=full) makes thousands of launches; the seed is in the failure.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import re
import signal
from collections import Counter
from hashlib import sha256
from pathlib import Path

from ledger.archive import Archive
from ledger.journal import Journal, StoreOlder
from ledger.lock import BooksBusy, books_lock
from ledger.machine_files import batch_hashes, machine_files, month_file, posted_batches
from ledger.messages import FileRecord
from ledger.store import Store

IS_WHOLE = os.environ.get("TORTURE") == "full"
LAUNCHES = int(os.environ.get("TORTURE_LAUNCHES", "3000" if IS_WHOLE else "120"))
SEED = int(os.environ.get("TORTURE_SEED", "1"))
MOVEMENTS = 50
"""In each file."""
LIFE_SECONDS_MAX = 0.08
STORE_LOST = 0.01

fork = multiprocessing.get_context("fork")
_KEY = re.compile(rb'bank-ref: "([^"]+)"')


def told(number: int) -> list[str]:
    """Return the keys of the movements of the file with a number."""
    return [f"detail/86011117947/2026-11-20/{number:05d}-{n:02d}" for n in range(MOVEMENTS)]


def file_of(number: int) -> bytes:
    return "\n".join(told(number)).encode()


def text_of(keys: list[str]) -> bytes:
    return "".join(f'2026-11-20 * "" ""\n  bank-ref: "{key}"\n' for key in keys).encode()


def opened(folder: Path) -> tuple[Store, Journal]:
    """Open as a command does: recover, look which of books and store is older."""
    path = folder / ".books" / "store.sqlite"
    store = Store.open(path)
    journal = Journal(folder, store)
    try:
        journal.recover()
        if not store.is_new:
            journal.check()
    except StoreOlder:
        store.close()
        Store.remove(path)
        store = Store.open(path)
        journal = Journal(folder, store)
    if store.is_new:
        _rebuild(folder, store, journal)
    return store, journal


def _rebuild(folder: Path, store: Store, journal: Journal) -> None:
    text = b"".join(path.read_bytes() for path in machine_files(folder))
    posted = {key.decode() for key in _KEY.findall(text)}
    with store.transaction() as transaction:
        journal.adopt(transaction)
        transaction.add_keys(dict.fromkeys(posted, "B"))
        archive = Archive(folder)
        for digest in archive.hashes():
            keys = archive.read(digest).decode().split("\n")
            transaction.add_file(_record(digest, is_done=posted.issuperset(keys)))
        transaction.mark_built()


def _record(digest: str, *, is_done: bool = False) -> FileRecord:
    return FileRecord(
        sha256=digest, direction="in", name="x", received_at="t", is_done=is_done
    )


def reconcile(folder: Path, files: int) -> bool:
    """Post the first file that is not done; return whether there was one."""
    archive = Archive(folder)
    store, journal = opened(folder)
    try:
        for number in range(files):
            data = file_of(number)
            digest = sha256(data).hexdigest()
            with store.reading() as transaction:
                known = transaction.file(digest)
            if known is not None and known.is_done:
                continue
            archive.add(data, "txt", {"event": "received", "name": f"{number}", "at": "t"})
            with store.transaction() as transaction:
                transaction.add_file(_record(digest))
                posted = transaction.posted_keys(told(number))
            new = [key for key in told(number) if key not in posted]
            _post(folder, journal, digest, new, number)
            return True
        return False
    finally:
        store.close()


def _post(
    folder: Path, journal: Journal, digest: str, keys: list[str], number: int
) -> None:
    from datetime import date

    day = date(2026, number % 12 + 1, 20)
    other = date(2026, (number + 5) % 12 + 1, 20)
    half = len(keys) // 2
    parts = {
        month_file(folder, "bank", when, size_max=200_000): text_of(some)
        for when, some in ((day, keys[:half]), (other, keys[half:]))
        if some
    }

    def record(transaction) -> None:
        transaction.add_keys(dict.fromkeys(keys, "B"))
        transaction.update_file(digest, is_done=True)

    journal.commit(parts, record, note=str(number))


def launch(folder: Path, files: int, life: float) -> None:
    """Live until the timer ends it, or until nothing is left to do."""
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    if life:
        signal.setitimer(signal.ITIMER_REAL, life)
    while True:
        try:
            with books_lock(folder, attempts=200):
                if not reconcile(folder, files):
                    break
        except BooksBusy:
            continue
    os._exit(0)


def test_every_movement_is_in_the_books_once(tmp_path):
    chance = random.Random(SEED)
    files = max(20, LAUNCHES // 6)
    killed = 0
    for _ in range(LAUNCHES // 2):
        lives = [chance.uniform(0.002, LIFE_SECONDS_MAX) for _ in range(2)]
        runners = [
            fork.Process(target=launch, args=(tmp_path, files, life)) for life in lives
        ]
        for runner in runners:
            runner.start()
        for runner in runners:
            runner.join(60)
        codes = [runner.exitcode for runner in runners]
        assert set(codes) <= {0, -signal.SIGALRM}, (SEED, codes)
        killed += sum(code != 0 for code in codes)
        if chance.random() < STORE_LOST:
            Store.remove(tmp_path / ".books" / "store.sqlite")
    last = fork.Process(target=launch, args=(tmp_path, files, 0))
    last.start()
    last.join(600)

    assert last.exitcode == 0
    assert killed > LAUNCHES // 4
    _check(tmp_path, files)


def _check(folder: Path, files: int) -> None:
    expected = {key for number in range(files) for key in told(number)}
    texts = [path.read_bytes() for path in machine_files(folder)]
    found = Counter(key.decode() for text in texts for key in _KEY.findall(text))

    assert found == Counter(expected), SEED
    assert all(batch.is_unaltered for text in texts for batch in posted_batches(text))
    archive = Archive(folder)
    assert archive.verify() == ()
    assert len(list(archive.hashes())) == files
    store = Store.open(folder / ".books" / "store.sqlite")
    with store.reading() as transaction:
        assert set(transaction.posted_keys()) == expected
        assert transaction.batches("prepared") == ()
        assert {batch.id for batch in transaction.batches("done")} == {
            batch for text in texts for batch in batch_hashes(text)
        }
    store.close()
