"""What is decided is in the books once, wherever the run was stopped."""

from __future__ import annotations

import errno
import multiprocessing
import os
import random
import re
import shutil
import signal
import time
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from itertools import count
from pathlib import Path

import pytest
from power_cut import LOSSES, Disk, PowerCut, cut, failing

from ledger.files import stamp
from ledger.journal import (
    POINTS,
    BooksOlder,
    FileChanged,
    Journal,
    NotWritten,
    PartlyPosted,
    StoreOlder,
    no_faults,
)
from ledger.lock import books_lock
from ledger.machine_files import batch_hashes, machine_files, posted_batches
from ledger.messages import VoucherRecord
from ledger.store import Store, StoreContradiction

NOVEMBER, DECEMBER = Path("bank/2026/11.beancount"), Path("bank/2026/12.beancount")
FIRST = b'2026-11-19 * "Banken" "Gebyr"\n  bank-ref: "statement/0"\n'
PARTS = {
    NOVEMBER: b'2026-11-20 * "Fjellkraft AS" "Betaling"\n  bank-ref: "statement/1"\n\n\n',
    DECEMBER: b'2026-12-01 * "Banken" "Renter"\n  bank-ref: "statement/2"',
}
KEYS = {"statement/1": "B2026-2", "statement/2": "B2026-3"}


@dataclass
class World:
    """A books folder and, elsewhere, its store."""

    folder: Path
    store_folder: Path
    at: object = no_faults

    def __post_init__(self):
        self.folder.mkdir(exist_ok=True)
        self.store = Store.open(self.store_folder / "store.sqlite")
        self.journal = Journal(self.folder, self.store, self.at)

    def close(self):
        self.store.close()

    def state(self):
        """Everything that a later command can see."""
        with self.store.reading() as transaction:
            stored = (
                transaction.posted_keys(),
                transaction.batches("done"),
                transaction.batches("prepared"),
                transaction.machine_file_sizes(),
            )
        return texts(self.folder), stored


def texts(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in machine_files(folder)
    }


def record(transaction):
    transaction.add_keys(KEYS)
    transaction.add_vouchers(
        [VoucherRecord(series="B2026", number=3, chain="c3", path=str(DECEMBER))]
    )


def first(world):
    world.journal.commit(
        {NOVEMBER: FIRST}, lambda t: t.add_keys({"statement/0": "B2026-1"}), note="B2026-1"
    )


def run(world):
    """What every command does: recover, look what is new, post it."""
    world.journal.recover()
    world.journal.check()
    with world.store.reading() as transaction:
        known = transaction.posted_keys(KEYS)
    if not known:
        world.journal.commit(PARTS, record, note="B2026-2 to B2026-3")


@pytest.fixture
def make(tmp_path):
    worlds = []

    def new(name="w", at=no_faults):
        worlds.append(World(tmp_path / name, tmp_path / f"{name}-store", at))
        return worlds[-1]

    yield new
    for world in worlds:
        world.close()


@pytest.fixture
def uncut(make):
    """The world of a run that nothing stopped."""
    world = make("uncut")
    first(world)
    run(world)
    return world.state()


class Stopped(Exception):
    """A test stopped the protocol here."""


def stop_at(wanted, nth):
    seen = count(1)

    def at(point):
        if point == wanted and next(seen) == nth:
            raise Stopped(point)

    return at


# The protocol ------------------------------------------------------------------------


def test_a_batch_is_in_every_file_under_its_line(make):
    world = make()
    first(world)

    batch = world.journal.commit(PARTS, record)

    november, december = (world.folder / path for path in PARTS)
    assert [b.payload for b in posted_batches(november.read_bytes())] == [
        FIRST,
        PARTS[NOVEMBER].rstrip(b"\n") + b"\n",
    ]
    (alone,) = posted_batches(december.read_bytes())
    assert (alone.id, alone.payload, alone.line) == (batch, PARTS[DECEMBER] + b"\n", 1)
    assert alone.is_unaltered
    assert december.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("nth", [1, 2])
@pytest.mark.parametrize("point", POINTS)
def test_stopped_anywhere_the_next_run_ends_where_one_run_does(make, uncut, point, nth):
    world = make()
    first(world)
    faulty = Journal(world.folder, world.store, stop_at(point, nth))
    world.journal, sound = faulty, world.journal
    try:
        run(world)
    except Stopped:
        stopped = True
    else:
        stopped = False
    world.journal = sound

    run(world)

    assert stopped == (nth == 1 or "file" in point)
    assert world.state() == uncut
    run(world)
    assert world.state() == uncut


@pytest.mark.parametrize("point", POINTS)
def test_recovery_itself_may_be_stopped(make, uncut, point):
    world = make()
    first(world)
    for fault in (stop_at("after T1", 1), stop_at(point, 1)):
        world.journal = Journal(world.folder, world.store, fault)
        with suppress(Stopped):
            run(world)
    world.journal = Journal(world.folder, world.store)

    run(world)

    assert world.state() == uncut


def test_before_t1_nothing_is_there_and_after_it_everything_will_be(make):
    for point, is_decided in (("inside T1", False), ("after T1", True)):
        world = make(point.replace(" ", "-"))
        first(world)
        before = world.state()
        faulty = Journal(world.folder, world.store, stop_at(point, 1))

        with pytest.raises(Stopped):
            faulty.commit(PARTS, record)

        assert texts(world.folder) == before[0]
        assert len(world.journal.recover()) == int(is_decided)
        with world.store.reading() as transaction:
            assert (transaction.posted_keys(KEYS) == KEYS) == is_decided


def test_what_the_store_refuses_is_not_in_the_books(make):
    world = make()
    first(world)
    before = world.state()

    with pytest.raises(StoreContradiction):
        world.journal.commit(PARTS, lambda t: t.add_keys({"statement/0": "B2026-9"}))

    assert world.state() == before


def test_a_record_without_text_is_one_transaction(make):
    world = make()

    assert world.journal.commit({}, record)

    with world.store.reading() as transaction:
        assert transaction.posted_keys() == KEYS
        assert transaction.batches() == ()


def test_the_same_decision_twice_is_two_batches(make):
    """Hold, release, hold again on one day: the third is not the first."""
    world = make()
    hold = b'2026-12-06 custom "open-item" "lf-1"\n  hold: "x"\n'

    ids = [world.journal.commit({NOVEMBER: hold}, lambda _: None) for _ in range(3)]

    assert len(set(ids)) == 3
    assert (world.folder / NOVEMBER).read_bytes().count(hold) == 3


def test_a_file_put_back_to_what_it_was_takes_the_same_batch_again(make):
    world = make()
    first(world)
    ids = []
    for _ in range(2):
        before = (world.folder / NOVEMBER).read_bytes()
        ids.append(world.journal.commit({NOVEMBER: b"; x\n"}, lambda _: None))
        (world.folder / NOVEMBER).write_bytes(before)

    assert ids[0] == ids[1]
    world.journal.commit({NOVEMBER: b"; x\n"}, lambda _: None)
    assert (world.folder / NOVEMBER).read_bytes().endswith(b"; x\n")


@pytest.mark.parametrize(
    ("path", "payload"),
    [
        ("../elsewhere.beancount", b"x\n"),
        ("/etc/x.beancount", b"x\n"),
        ("books.toml", b"x\n"),
        ("bank/2026/11.beancount", b";; batch aa " + b"0" * 64 + b"\nx\n"),
    ],
)
def test_what_is_no_payload_for_the_books_is_refused(make, path, payload):
    world = make()

    with pytest.raises(ValueError):
        world.journal.commit({Path(path): payload}, lambda _: None)

    assert texts(world.folder) == {}


# A person at the same files ----------------------------------------------------------


def test_a_file_changed_while_we_planned_stops_the_run(make):
    world = make()
    first(world)
    ours = world.folder / NOVEMBER
    world.journal.read_as({NOVEMBER.as_posix(): stamp(ours)})
    ours.write_bytes(ours.read_bytes() + b"; a person's line\n")
    before = world.state()

    with pytest.raises(FileChanged, match=r"bank/2026/11.beancount: the file was changed"):
        world.journal.commit({NOVEMBER: b"; ours\n"}, record)

    assert world.state() == before
    world.journal.read_as({NOVEMBER.as_posix(): stamp(ours)})
    world.journal.commit({NOVEMBER: b"; ours\n"}, record)
    assert b"; a person's line\n" in ours.read_bytes()
    world.journal.commit({NOVEMBER: b"; what we wrote ourselves is no change\n"}, record)


@pytest.mark.parametrize("content", [None, b"; new\n"])
def test_a_file_that_came_or_went_is_a_change_too(make, content):
    world = make()
    theirs = world.folder / "vouchers.beancount"
    theirs.write_bytes(b"; old\n")
    known = {"vouchers.beancount": stamp(theirs)}
    if content is None:
        theirs.unlink()
    else:
        (world.folder / NOVEMBER).parent.mkdir(parents=True)
        (world.folder / NOVEMBER).write_bytes(content)
    world.journal.read_as(known)

    with pytest.raises(FileChanged):
        world.journal.commit(PARTS, record)


def test_what_was_decided_is_written_whatever_a_person_has_saved(make):
    world = make()
    theirs = world.folder / "vouchers.beancount"
    theirs.write_bytes(b"; old\n")
    world.journal.read_as({"vouchers.beancount": stamp(theirs)})
    theirs.write_bytes(b"; a person's line\n")

    world.journal.commit({NOVEMBER: b"; ours\n"}, record, is_decided=True)

    assert b"; ours\n" in (world.folder / NOVEMBER).read_bytes()
    assert theirs.read_bytes() == b"; a person's line\n"


def test_what_a_person_saves_after_the_decision_is_kept(make):
    """Between T1 and the move the payload goes into whatever the file holds by then."""
    world = make()
    first(world)
    ours = world.folder / NOVEMBER

    def save(point):
        if point == "before file":
            ours.write_bytes(ours.read_bytes() + b"\n; a person's line\n")

    Journal(world.folder, world.store, save).commit({NOVEMBER: b"; ours\n"}, record)

    assert b"; a person's line\n" in ours.read_bytes()
    assert b"; ours\n" in ours.read_bytes()


def test_a_save_while_we_write_is_not_overwritten(make, monkeypatch):
    world = make()
    first(world)
    ours = world.folder / NOVEMBER
    once = iter([True])
    real = Path.read_bytes

    def read_and_then_somebody_saves(path):
        data = real(path)
        if path == ours and next(once, False):
            with ours.open("ab") as file:
                file.write(b"\n; saved meanwhile\n")
        return data

    with world.store.transaction():
        pass
    faulty = Journal(world.folder, world.store, stop_at("after T1", 1))
    with pytest.raises(Stopped):
        faulty.commit({NOVEMBER: b"; ours\n"}, record)
    monkeypatch.setattr(Path, "read_bytes", read_and_then_somebody_saves)

    world.journal.recover()

    assert b"; saved meanwhile\n" in real(ours)
    assert real(ours).count(b"; ours\n") == 1


def test_a_batch_line_over_another_content_cannot_be_ours(make):
    world = make()
    first(world)
    faulty = Journal(world.folder, world.store, stop_at("after T1", 1))
    with pytest.raises(Stopped):
        faulty.commit(PARTS, record)
    with world.store.reading() as transaction:
        (batch,) = transaction.batches("prepared")
    ours = world.folder / NOVEMBER
    forged = f"\n;; batch {batch.id} {'0' * 64}\n; x\n".encode()
    ours.write_bytes(ours.read_bytes() + forged)
    before = texts(world.folder)

    for _ in range(2):
        with pytest.raises(
            PartlyPosted, match=r"bank/2026/11\.beancount:5: batch .* says 000"
        ):
            world.journal.recover()

    assert texts(world.folder) == before


def test_our_line_in_a_comment_or_a_text_is_not_the_batch(make, uncut):
    """Only a whole line counts: a narration that quotes it does not hide a payload."""
    world = make()
    first(world)
    with pytest.raises(Stopped):
        Journal(world.folder, world.store, stop_at("after T1", 1)).commit(PARTS, record)
    with world.store.reading() as transaction:
        (batch,) = transaction.batches("prepared")
    digest = sha256(batch.parts[0].payload).hexdigest()
    ours = world.folder / NOVEMBER
    quote = f'\n2026-11-01 note Assets:A ";; batch {batch.id} {digest}"\n'.encode()
    ours.write_bytes(ours.read_bytes() + quote)

    world.journal.recover()

    assert PARTS[NOVEMBER].strip() in ours.read_bytes()


# The disk ----------------------------------------------------------------------------


def test_a_power_cut_at_any_operation_leaves_old_or_new_and_the_next_run_ends_it(
    tmp_path, uncut
):
    for number in count(1):
        live = World(tmp_path / f"live-{number}", tmp_path / f"live-{number}-store")
        first(live)
        old = texts(live.folder)
        disk = Disk(live.folder)
        disk.stop_at(number, cut, half=True)
        is_cut = False
        try:
            with disk.watched():
                run(live)
        except PowerCut:
            is_cut = True
        live.close()
        for loss in LOSSES:
            name = f"left-{number}-{loss}"
            disk.left(loss, tmp_path / name)
            shutil.copytree(live.store_folder, tmp_path / f"{name}-store")
            left = World(tmp_path / name, tmp_path / f"{name}-store")
            for path, text in texts(left.folder).items():
                assert text in {old.get(path), uncut[0][path]}, (disk.log[-1], path)
            run(left)
            assert left.state() == uncut, disk.log[-1]
            left.close()
        if not is_cut:
            break
    assert number > 10


def test_a_kill_then_a_recovery_then_a_power_cut_loses_nothing(tmp_path, uncut):
    """Recovery finds the payload in the file; that does not mean that it is on the disk."""
    for number in count(1):
        live = World(tmp_path / f"live-{number}", tmp_path / f"live-{number}-store")
        disk = Disk(live.folder)
        with disk.watched():
            first(live)
            disk.stop_at(disk.count + number, cut)
            try:
                run(live)
                is_cut = False
            except PowerCut:
                is_cut = True
            run(live)
        for loss in LOSSES:
            disk.left(loss, tmp_path / f"left-{number}-{loss}")
            assert texts(tmp_path / f"left-{number}-{loss}") == uncut[0], disk.log
        live.close()
        if not is_cut:
            break
    assert number > 10


@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EIO])
def test_a_full_or_broken_disk_is_told_and_the_next_run_ends_it(tmp_path, uncut, error):
    for number in count(1):
        world = World(tmp_path / f"w-{number}", tmp_path / f"w-{number}-store")
        first(world)
        disk = Disk(world.folder)
        disk.stop_at(number, failing(error))
        told = None
        try:
            with disk.watched():
                run(world)
        except NotWritten as refusal:
            told = str(refusal)

        run(world)

        assert world.state() == uncut
        assert not list(world.folder.rglob("*.tmp~"))
        world.close()
        if told is None:
            break
        assert os.strerror(error) in told
        assert "is prepared and kept" in told
    assert number > 10


# Backups -----------------------------------------------------------------------------


def test_books_from_yesterday_are_noticed_named_and_made_whole(make, uncut):
    world = make()
    first(world)
    yesterday = texts(world.folder)
    run(world)
    shutil.rmtree(world.folder / "bank")
    for path, text in yesterday.items():
        (world.folder / path).parent.mkdir(parents=True, exist_ok=True)
        (world.folder / path).write_bytes(text)

    with pytest.raises(BooksOlder, match=r"1 batch\(es\).*B2026-2 to B2026-3.*rebuild"):
        world.journal.check()
    with pytest.raises(BooksOlder):
        run(world)

    assert len(world.journal.restore()) == 1
    world.journal.check()
    assert world.state() == uncut
    assert world.journal.restore() == ()


def test_books_without_anything_of_ours_are_older_too(make, uncut):
    world = make()
    first(world)
    run(world)
    shutil.rmtree(world.folder / "bank")

    with pytest.raises(BooksOlder, match=r"2 batch\(es\)"):
        world.journal.check()
    world.journal.restore()

    assert world.state() == uncut


def test_a_store_from_yesterday_is_noticed(make, tmp_path):
    world = make()
    first(world)
    shutil.copytree(world.store_folder, tmp_path / "old-store")
    run(world)

    old = World(world.folder, tmp_path / "old-store")

    with pytest.raises(StoreOlder, match=r"does not know 1 batch"):
        old.journal.check()
    old.close()


def test_a_promise_of_an_old_store_is_not_kept_twice(make, tmp_path):
    """The store was saved between T1 and the write, lost, made anew, and put back."""
    world = make()
    first(world)
    with pytest.raises(Stopped):
        Journal(world.folder, world.store, stop_at("after T1", 1)).commit(PARTS, record)
    shutil.copytree(world.store_folder, tmp_path / "old-store")
    new = World(world.folder, tmp_path / "new-store")
    with new.store.transaction() as transaction:
        new.journal.adopt(transaction)
    new.journal.commit({NOVEMBER: PARTS[NOVEMBER] + b"; planned otherwise"}, record)
    before = texts(world.folder)

    old = World(world.folder, tmp_path / "old-store")
    with pytest.raises(StoreOlder):
        old.journal.recover()

    assert old.journal.restore() == ()
    assert texts(world.folder) == before
    new.close()
    old.close()


def test_a_rebuild_gets_past_a_batch_that_cannot_be_ours(make):
    """What was promised is put aside in sight; the file is left as the person has it."""
    world = make()
    first(world)
    with pytest.raises(Stopped):
        Journal(world.folder, world.store, stop_at("after T1", 1)).commit(PARTS, record)
    with world.store.reading() as transaction:
        (batch,) = transaction.batches("prepared")
    ours = world.folder / NOVEMBER
    forged = ours.read_bytes() + f"\n;; batch {batch.id} {'0' * 64}\n; x\n".encode()
    ours.write_bytes(forged)

    assert world.journal.restore() == ()

    assert ours.read_bytes() == forged
    aside = (world.folder / "bank" / "quarantine" / f"batch-{batch.id}.txt").read_bytes()
    assert PARTS[NOVEMBER].strip() in aside
    assert PARTS[DECEMBER].strip() in aside


def test_a_rebuild_keeps_what_was_promised(make, uncut):
    world = make()
    first(world)
    with pytest.raises(Stopped):
        Journal(world.folder, world.store, stop_at("after file", 1)).commit(
            PARTS, record, note="B2026-2 to B2026-3"
        )

    assert len(world.journal.restore()) == 1

    assert world.state() == uncut


def test_a_new_store_adopts_the_books_and_can_restore_them(make, uncut, tmp_path):
    world = make()
    first(world)
    run(world)
    new = World(world.folder, tmp_path / "new-store")
    with new.store.transaction() as transaction:
        new.journal.adopt(transaction)

    new.journal.check()
    shutil.rmtree(world.folder / "bank" / "2026")
    with pytest.raises(BooksOlder):
        new.journal.check()
    new.journal.restore()

    assert texts(world.folder) == uncut[0]
    new.close()


IMPORT = Path("vouchers/2026/11-import.beancount")


#: Written in this order: each with what it is called.
LATE = (
    ({IMPORT: b'2026-11-01 * "Lager"\n  voucher: "I2026-1"\n'}, "I2026-1"),
    ({DECEMBER: b'2026-12-01 custom "open-item" "lf-1"\n'}, None),
    ({DECEMBER: b'2026-12-01 custom "open-item" "lf-2"\n'}, None),
    ({NOVEMBER: FIRST + b'  voucher: "B2026-1"\n'}, "B2026-1"),
    ({NOVEMBER: b'2026-11-20 * "Renter"\n  voucher: "B2026-2"\n'}, "B2026-2"),
    (
        {
            NOVEMBER: b'2026-11-30 * "Gebyr"\n  voucher: "B2026-3"\n',
            DECEMBER: b'2026-12-01 * "Gebyr"\n  voucher: "B2026-4"\n',
        },
        "B2026-3 to B2026-4",
    ),
)
ITEM_1, ITEM_2 = (f'2026-12-01 custom "open-item" "lf-{each}"' for each in (1, 2))


@pytest.mark.parametrize("is_new", [False, True], ids=["own store", "store made anew"])
@pytest.mark.parametrize(
    ("older", "without", "told"),
    [
        ([NOVEMBER, DECEMBER], 1, ["B2026-3 to B2026-4"]),
        ([NOVEMBER], 1, ["B2026-3 to B2026-4"]),
        ([DECEMBER], 1, ["B2026-3 to B2026-4"]),
        ([NOVEMBER], 2, ["B2026-2", "B2026-3 to B2026-4"]),
        ([DECEMBER], 2, [ITEM_2, "B2026-3 to B2026-4"]),
        ([DECEMBER], 3, [ITEM_1, ITEM_2, "B2026-3 to B2026-4"]),
        (
            [NOVEMBER, DECEMBER],
            3,
            [ITEM_1, ITEM_2, "B2026-1", "B2026-2", "B2026-3 to B2026-4"],
        ),
        ([IMPORT], 1, ["I2026-1"]),
    ],
)
def test_an_older_copy_of_any_file_is_noticed_whatever_else_is_newer(
    make, tmp_path, is_new, older, without, told
):
    """Old days are posted late, and some files hold decisions only."""
    world = make()
    for parts, note in LATE:
        world.journal.commit(parts, lambda _: None, note=note or "")
    whole = texts(world.folder)
    if is_new:
        world = World(world.folder, tmp_path / "new-store")
        with world.store.transaction() as transaction:
            world.journal.adopt(transaction)
    world.journal.check()
    for path in older:
        text = (world.folder / path).read_bytes()
        lines = [each.start() for each in re.finditer(rb"^;; batch ", text, re.MULTILINE)]
        (world.folder / path).write_bytes(text[: lines[-without]])

    for _ in range(2):  # the second time it is not taken for what a person wanted
        with pytest.raises(BooksOlder) as raised:
            world.journal.check()
        assert sorted(note for _, note in raised.value.missing) == sorted(told)
    assert world.journal.restore()

    assert texts(world.folder) == whole
    world.journal.check()
    world.close()


def set_aside(folder):
    return [
        path.read_bytes() for path in (folder / "bank" / "quarantine").glob("bank-2026*")
    ]


def test_what_a_person_took_out_of_the_midst_is_reported_and_put_back_by_rebuild_alone(
    make,
):
    world = make()
    first(world)
    run(world)
    ours = world.folder / NOVEMBER
    whole = ours.read_bytes()
    batches = list(posted_batches(whole))
    ours.write_bytes(
        whole[whole.index(b";; batch " + batches[1].id.encode()) :] + b"; mine\n"
    )
    spoiled = ours.read_bytes()

    world.journal.check()
    world.journal.check()
    assert ours.read_bytes() == spoiled

    assert world.journal.restore() == (batches[0].id,)
    assert FIRST in ours.read_bytes()
    assert b"; mine\n" in ours.read_bytes()
    assert set_aside(world.folder) == [spoiled]
    assert world.journal.restore() == ()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"Gebyr", b"Gave"),  # altered
        (b'  bank-ref: "statement/0"\n', b""),  # in part taken out
        (FIRST, b""),  # taken out, the line left
        (b"19 *", b"18 *"),
    ],
)
def test_rebuild_puts_an_altered_batch_back_and_keeps_a_copy(make, uncut, old, new):
    world = make()
    first(world)
    run(world)
    ours = world.folder / NOVEMBER
    spoiled = ours.read_bytes().replace(old, new)
    ours.write_bytes(spoiled)

    assert len(world.journal.restore()) == 1

    assert texts(world.folder) == uncut[0]
    assert set_aside(world.folder) == [spoiled]


def test_rebuild_leaves_what_a_person_added_or_moved(make):
    world = make()
    first(world)
    run(world)
    november, december = (world.folder / path for path in PARTS)
    december.write_bytes(
        december.read_bytes() + b"; mine\n\n" + november.read_bytes() + b"; mine too\n"
    )
    november.write_bytes(b"; moved\n")
    before = texts(world.folder)

    assert world.journal.restore() == ()

    assert texts(world.folder) == before


def test_an_unchanged_size_is_not_looked_at_again(make, monkeypatch):
    world = make()
    first(world)
    run(world)
    monkeypatch.setattr(Path, "read_bytes", lambda path: pytest.fail(f"read {path}"))

    world.journal.check()


# Several processes -------------------------------------------------------------------


def post(folder, numbers, kill_chance, seed, together):
    """One runner: recovers, then posts what is not yet posted, one batch a number."""
    together.wait()
    chance = random.Random(seed)

    def at(_point):
        if chance.random() < kill_chance:
            os.kill(os.getpid(), signal.SIGKILL)

    while True:
        with books_lock(folder, attempts=2000):
            store = Store.open(folder / ".books" / "store.sqlite")
            journal = Journal(folder, store, at)
            journal.recover()
            journal.check()
            with store.reading() as transaction:
                known = transaction.posted_keys()
            left = [n for n in range(numbers) if f"k/{n}" not in known]
            if not left:
                return
            number = left[0]
            text = f'2026-11-20 * "" "{number}"\n  bank-ref: "k/{number}"\n'.encode()
            path = NOVEMBER if number % 2 else DECEMBER
            keys = {f"k/{number}": f"B2026-{number} by {os.getpid()}"}
            journal.commit({path: text}, lambda t, keys=keys: t.add_keys(keys))
            store.close()
        time.sleep(0.003)  # or one process wins all


def survive(folder, numbers, processes, kill_chance):
    """Launch runners until all is posted; return how many were killed."""
    fork = multiprocessing.get_context("fork")
    killed = 0
    for launch in count():
        together = fork.Barrier(processes)
        seeds = range(1000 * launch, 1000 * launch + processes)
        runners = [
            fork.Process(target=post, args=(folder, numbers, kill_chance, seed, together))
            for seed in seeds
        ]
        for runner in runners:
            runner.start()
        for runner in runners:
            runner.join(120)
        ends = {runner.exitcode for runner in runners}
        assert ends <= {0, -signal.SIGKILL}
        killed += sum(runner.exitcode != 0 for runner in runners)
        if ends == {0}:
            return killed
    raise AssertionError


@pytest.mark.parametrize(
    ("processes", "kill_chance"), [(2, 0), (4, 0), (2, 0.02), (4, 0.02)]
)
def test_processes_at_once_with_kills_post_each_key_once(
    tmp_path, monkeypatch, processes, kill_chance
):
    numbers = 60
    monkeypatch.setattr("ledger.lock._PAUSE_SECONDS", 0.001)

    killed = survive(tmp_path, numbers, processes, kill_chance)

    text = b"".join(texts(tmp_path).values())
    assert [text.count(f'bank-ref: "k/{n}"'.encode()) for n in range(numbers)] == [
        1
    ] * numbers
    assert len(batch_hashes(text)) == numbers
    store = Store.open(tmp_path / ".books" / "store.sqlite")
    with store.reading() as transaction:
        assert len(transaction.batches("done")) == numbers
        vouchers = transaction.posted_keys().values()
    assert len(vouchers) == numbers
    assert len({voucher.split(" by ")[1] for voucher in vouchers}) >= processes
    assert (killed > 0) == (kill_chance > 0)
