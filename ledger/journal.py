"""Write to the books exactly once, whatever is cut off where.

    T1      store: batch PREPARED with the exact payload of every file, and `record`
    keep    a person's decision: the same text in the archive (`ledger.decision_log`)
    write   per file: temporary, sync, move over the old one, sync the folder
    T2      store: batch DONE

`commit` and `recover` are one code path from T1 on. T1 is the decision: what `record`
writes into the store there (keys posted, states, told movements) is true from then on,
because every command recovers before it reads. So no row carries a batch number and no
caller is needed to finish its work.

| stopped                         | what is left                             | next run    |
|---------------------------------|------------------------------------------|-------------|
| before T1, or inside it         | nothing                                  | plans again |
| after T1, before the first move | PREPARED, no batch line, maybe a stray   | writes all  |
|                                 | temporary                                |             |
| between two files               | PREPARED, batch line in some             | writes rest |
| after the last move, before T2  | PREPARED, batch line in all              | T2 only     |
| after T2                        | DONE                                     | nothing     |
| store lost after T1             | books with or without the batch          | rebuild     |

The books are judged by the batch line of each payload (`ledger.machine_files`): a line
with our id and another sha256 cannot come from us (`PartlyPosted`). A file of the books
that changed between planning and T1 stops the run before anything is decided
(`FileChanged`): the caller says how the files were when it read them (`read_as`). After T1
the payload is added to whatever the file holds then, so nothing of a person's is lost; the
move itself happens only if the file is still the one that was read.

Identifiers are derived: a batch's id is the hash of its payloads and of the files as they
were before it, so the same decision taken twice is two batches, also after the store was
lost.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Protocol

from ledger.decision_log import RUNS, Decision, DecisionLog, is_decision
from ledger.files import Stamp, make_durable, make_durable_folder, replace_file, stamp
from ledger.journal_errors import (
    BooksOlder,
    DecisionsLost,
    FileChanged,
    JournalError,
    NotWritten,
    PartlyPosted,
    StoreOlder,
)
from ledger.machine_files import (
    Batch,
    Part,
    batch_hashes,
    batch_line,
    machine_files,
    mended,
    month_file,
    posted_batches,
    whole_lines,
    with_batch,
)
from ledger.written_batches import in_order, missing_from, places_of, told, unknown_to

if TYPE_CHECKING:  # the database is imported by whoever opens the store
    from ledger.store import Store, StoreTransaction

__all__ = [
    "POINTS",
    "BooksOlder",
    "DecisionsLost",
    "FaultPoints",
    "FileChanged",
    "Journal",
    "JournalError",
    "NotWritten",
    "PartlyPosted",
    "StoreOlder",
    "month_file",
    "no_faults",
]

POINTS = (
    "before T1",
    "inside T1",
    "after T1",
    "before file",
    "after file",
    "before T2",
    "inside T2",
    "after T2",
)
"""Where a test can stop the protocol."""


class FaultPoints(Protocol):
    """Called at each of `POINTS`: the tests' seam, which does nothing in production."""

    def __call__(self, point: str) -> None:
        """Raise to stop here."""


_LOG_SIZE = "decisions"


def no_faults(point: str) -> None:
    """Go on."""


class Journal:
    """The only writer of machine-owned files. Used under the books' lock."""

    def __init__(self, folder: Path, store: Store, at: FaultPoints = no_faults) -> None:
        self._folder = folder
        self._store = store
        self._at = at
        self._seen: dict[str, Stamp] | None = None
        self._put_aside: list[str] = []
        self._decisions = DecisionLog(folder)

    @property
    def put_aside(self) -> tuple[str, ...]:
        """Copies that `restore` has left in the quarantine: somebody had changed them."""
        return tuple(self._put_aside)

    def read_as(self, seen: Mapping[str, Stamp]) -> None:
        """Say how every file of the books was when it was read.

        Args:
            seen: By path, relative to the books folder where it lies inside.
        """
        self._seen = dict(seen)

    def commit(
        self,
        parts: Mapping[Path, bytes],
        record: Callable[[StoreTransaction], None],
        *,
        note: str = "",
        is_decided: bool = False,
    ) -> str:
        """Add payloads to files and rows to the store, both or neither; return the id.

        Args:
            parts: payload by file, relative to the books folder.
            record: writes the rows that go with it; called once, inside T1.
            note: what the batch is, for a person: `B2026-41 to B2026-44`.
            is_decided: It stands in store or archive already, so that what a person saves
                meanwhile comes too late.
        """
        batch = self._batch(parts, note)
        self._at("before T1")
        if not is_decided:
            self.refuse_changes(parts)
        with self._store.transaction() as transaction:
            assert not transaction.batches("prepared"), "recover comes first"
            if batch.parts:
                transaction.prepare(batch)
            record(transaction)
            self._at("inside T1")
        self._at("after T1")
        if batch.parts:
            self._finish(batch)
        return batch.id

    def refuse_changes(self, written: Iterable[Path] = ()) -> None:
        """Refuse to decide on books that somebody has saved since they were read.

        Args:
            written: Files that are to be written: one that was not there must not be.
        """
        if self._seen is None:
            return
        for path, expected in self._seen.items():
            if stamp(self._folder / path) != expected:
                raise FileChanged(path)
        for path in (each.as_posix() for each in written):
            if path not in self._seen and stamp(self._folder / path) is not None:
                raise FileChanged(path)

    def recover(self) -> tuple[str, ...]:
        """Finish what an earlier run decided; return the ids of its batches.

        A store from a backup may promise what has long been written in another batch, so
        one that does not know all batches of the books writes nothing (`StoreOlder`).
        """
        with self._store.reading() as transaction:
            batches = transaction.batches("prepared")
            known = transaction.batch_ids() if batches else ()
        unknown = unknown_to(known, places_of(self._folder)) if batches else ()
        if unknown:
            raise StoreOlder(unknown)
        for batch in batches:
            self._finish(batch)
        return tuple(batch.id for batch in batches)

    def check(self) -> None:
        """Refuse books or a store that are older than the other (a `stat` per file)."""
        self._check_books()
        self.refuse_lost_decisions()

    def _check_books(self) -> None:
        places = self._changed_places()
        if places is None:
            return
        with self._store.reading() as transaction:
            known = transaction.batch_paths()
        # In this order: the payloads that older books lack are in the store alone.
        missing = missing_from(known, places)
        if missing:
            raise self._older(missing)
        unknown = unknown_to(known, places)
        if unknown:
            raise StoreOlder(unknown)
        self._note_sizes()

    def refuse_lost_decisions(self) -> None:
        """Refuse books that lack what the archive alone knows to be decided (a `stat`)."""
        size = str(self._decisions.size)
        with self._store.reading() as transaction:
            seen = transaction.info(_LOG_SIZE)
        if size == (seen or "0"):
            return
        lost = self.lost_decisions()
        if lost:
            raise DecisionsLost([each.batch.note or each.batch.id for each in lost])
        with self._store.transaction() as writing:
            writing.set_info(_LOG_SIZE, size)

    def lost_decisions(self) -> tuple[Decision, ...]:
        """Return what the archive keeps and neither books nor store have, oldest first."""
        kept = self._decisions.standing()
        present = places_of(self._folder) if kept else {}
        with self._store.reading() as transaction:
            known = {*present, *transaction.batch_ids()} if kept else set()
        return tuple(each for each in kept if each.batch.id not in known)

    def write_again(
        self, decision: Decision, record: Callable[[StoreTransaction], None]
    ) -> None:
        """Write a lost decision as it was written first, under the same line."""
        with self._store.transaction() as transaction:
            transaction.prepare(decision.batch)
            record(transaction)
        self._finish(decision.batch)

    def lacking(self) -> BooksOlder | None:
        """Return what the books lack of what was written; what is only promised is no lack.

        Every file of ours is read, and nothing is changed.
        """
        with self._store.reading() as transaction:
            known = transaction.batch_paths("done")
        missing = missing_from(known, places_of(self._folder))
        return self._older(missing) if missing else None

    def _older(self, missing: Iterable[str]) -> BooksOlder:
        with self._store.reading() as transaction:
            batches = {each.id: each for each in transaction.batches()}
        return BooksOlder(tuple((batch, told(batches[batch])) for batch in missing))

    def restore(self) -> tuple[str, ...]:
        """Put back from the store what the books lack, before it is made anew.

        That is what was promised; what comes after the newest batch that the books hold,
        for then they are older; and what somebody altered or took out of our files, of
        which a copy as they were goes to the quarantine. Return the ids: they are told.
        A promise whose batch line stands over another content is put aside too.
        """
        places = places_of(self._folder)
        with self._store.reading() as transaction:
            known = transaction.batch_paths()
            promised = transaction.batches("prepared")
            done = transaction.batches("done")
        missing = missing_from(known, places)
        lost = [batch for batch in done if batch.id in missing]
        is_older = bool(unknown_to(known, places))
        if is_older and not lost:
            return ()
        kept = [batch for batch in done if batch.id not in missing]
        whole_again = () if is_older else self._mend(kept)
        saved = (batch.id for batch in (*lost, *promised) if self._saved(batch))
        return (*whole_again, *saved)

    def _mend(self, batches: Sequence[Batch]) -> tuple[str, ...]:
        """Put payloads back as they were; return whose."""
        texts = [path.read_bytes() for path in machine_files(self._folder)]
        wanted: dict[str, dict[str, bytes]] = {}
        for batch in batches:
            for part in batch.parts:
                # A person may have moved it, whole, to another of the files.
                if not any(part.payload in text for text in texts):
                    wanted.setdefault(part.path, {})[batch.id] = part.payload
        changed: dict[str, None] = {}
        for name, payloads in wanted.items():
            path = self._folder / name
            before = path.read_bytes() if path.exists() else b""
            after, ids = mended(before, payloads)
            if ids:
                self._set_aside(f"{name.replace('/', '-')}-{_short(before)}.txt", before)
                make_durable_folder(self._folder, path.parent)
                replace_file(path, after)
            changed |= dict.fromkeys(ids)
        return tuple(changed)

    def _saved(self, batch: Batch) -> bool:
        try:
            self._finish(batch)
        except PartlyPosted as error:
            text = b"".join(part.payload for part in batch.parts)
            self._set_aside(f"batch-{batch.id}.txt", f"{error}\n\n".encode() + text)
            return False
        return True

    def _set_aside(self, name: str, data: bytes) -> None:
        replace_file(self._folder / "bank" / "quarantine" / name, data)
        self._put_aside.append(name)

    def adopt(self, transaction: StoreTransaction) -> None:
        """Tell a new store what batches the books hold, to check and restore by."""
        found: dict[str, list[Part]] = {}
        orders = []
        for path in machine_files(self._folder):
            text = path.read_bytes()
            name = path.relative_to(self._folder).as_posix()
            here = list(posted_batches(text))
            for posted in here:
                found.setdefault(posted.id, []).append(Part(name, posted.payload))
            orders.append([posted.id for posted in here])
            transaction.set_machine_file(name, len(text))
        for batch in in_order(orders):
            transaction.adopt(Batch(batch, tuple(found[batch])))

    def _batch(self, parts: Mapping[Path, bytes], note: str) -> Batch:
        payloads = tuple(
            Part(_inside(path), _payload(payload)) for path, payload in parts.items()
        )
        digest = sha256()
        for part in payloads:
            before = self._hash(Path(part.path)) or ""
            after = sha256(part.payload).hexdigest()
            digest.update(f"{part.path}\n{before}\n{after}\n".encode())
        return Batch(digest.hexdigest()[:16], payloads, note)

    def _finish(self, batch: Batch) -> None:
        self._keep(batch)
        for part in batch.parts:
            self._at("before file")
            try:
                self._roll_forward(batch.id, part)
            except OSError as error:
                raise NotWritten(part.path, batch.id, error) from error
            self._note_written(part.path)
            self._at("after file")
        self._at("before T2")
        with self._store.transaction() as transaction:
            transaction.finish(batch.id)
            for part in batch.parts:
                size = (self._folder / part.path).stat().st_size
                transaction.set_machine_file(part.path, size)
            transaction.set_info(_LOG_SIZE, str(self._decisions.size))
            self._at("inside T2")
        self._at("after T2")

    def _keep(self, batch: Batch) -> None:
        """Keep a decision in the archive: books and store may be lost together."""
        if not is_decision(batch):
            return
        with self._store.reading() as transaction:
            run = int(transaction.info(RUNS) or 0)
        try:
            self._decisions.keep(batch, run)
        except OSError as error:
            raise NotWritten(DecisionLog.PATH, batch.id, error) from error

    def _note_written(self, path: str) -> None:
        """What this command wrote itself is no change under it."""
        written = stamp(self._folder / path)
        if self._seen is not None and written is not None:
            self._seen[path] = written

    def _roll_forward(self, batch: str, part: Part) -> None:
        """Add a prepared payload to its file once, however often this is called."""
        path = self._folder / part.path
        while True:
            seen = _identity(path)
            before = path.read_bytes() if seen else b""
            if _holds(before, batch, part):
                # The run that moved it may have died before it synced the folder.
                make_durable(self._folder, path)
                return
            if seen is None:
                make_durable_folder(self._folder, path.parent)
            after = with_batch(before, batch, part.payload)
            if _identity(path) == seen:
                replace_file(path, after)
                return

    def _hash(self, path: Path) -> str | None:
        try:
            return sha256((self._folder / path).read_bytes()).hexdigest()
        except FileNotFoundError:
            return None

    def _changed_places(self) -> dict[str, list[str]] | None:
        """Return the batches that the books hold, or None where no size has changed."""
        with self._store.reading() as transaction:
            sizes = transaction.machine_file_sizes()
        return None if self._sizes() == sizes else places_of(self._folder)

    def _sizes(self) -> dict[str, int]:
        return {
            path.relative_to(self._folder).as_posix(): path.stat().st_size
            for path in machine_files(self._folder)
        }

    def _note_sizes(self) -> None:
        """A person has edited a machine file, and no batch is missing: look once."""
        sizes = self._sizes()
        with self._store.transaction() as transaction:
            for gone in transaction.machine_file_sizes().keys() - sizes.keys():
                transaction.forget_machine_file(gone)
            for path, size in sizes.items():
                transaction.set_machine_file(path, size)


def _inside(path: Path) -> str:
    relative = PurePosixPath(path.as_posix())
    if relative.is_absolute() or ".." in relative.parts or relative.suffix != ".beancount":
        raise ValueError(f"{path} is no file of the books")
    return str(relative)


def _payload(payload: bytes) -> bytes:
    if batch_hashes(payload):
        raise ValueError("a payload may not hold a batch line")
    return whole_lines(payload)


def _holds(text: bytes, batch: str, part: Part) -> bool:
    """Whether the batch stands in a file's text; another content is an error."""
    mark = f";; batch {batch} ".encode()
    if mark not in text:
        return False
    expected = batch_line(batch, part.payload).split()[-1].decode()
    found = batch_hashes(text).get(batch)
    if found is None:
        return False
    if found != expected:
        line = text.count(b"\n", 0, text.index(mark)) + 1
        raise PartlyPosted(part.path, line, batch, expected, found)
    return True


def _identity(path: Path) -> tuple[int, Stamp | None] | None:
    """Return what a save of the file changes, also one that puts another in its place."""
    try:
        return path.stat().st_ino, stamp(path)
    except FileNotFoundError:
        return None


def _short(data: bytes) -> str:
    return sha256(data).hexdigest()[:12]
