"""The store is lost and made anew: it remembers who told what exactly as before.

Receipts that look alike, on neighbouring days, told by OCR giro, camt.054 and camt.053,
arrive in several orders and over several runs.
"""

from __future__ import annotations

import random
import shutil
import sqlite3
from pathlib import Path

import pytest
from world import ACCOUNT, SUPPLIER_ACCOUNT, World, copied

from cli.commands import runs
from ledger.archive import Archive
from ledger.journal import Journal
from reconcile import replay

TODAY = "2026-11-10"
KID = "200010050017"
TOLD = ("told_movement", "told_entry", "statement_day")
#: How many receipts of 10.00 come on each day.
RECEIPTS = (1, 2, 1, 2)
#: Orders of arrival after which the archive, read in one go, says something else.
SEEDS = (0, 1, 5, 8)


@pytest.fixture(scope="module")
def receipts(
    founded: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, list[Path]]:
    """Books with an invoice, and every file of the bank about what was paid on it."""
    folder = tmp_path_factory.mktemp("receipts")
    world = copied(founded, folder / "world")
    world.sale("5001", "25000.00", KID)
    world.bank("agreement", ACCOUNT, "--ocr", "123456789", "--camt054")
    for count in RECEIPTS:
        for _ in range(count):
            world.bank(
                *("pay-in", ACCOUNT, "--amount", "10.00", "--kid", KID),
                *("--from-account", SUPPLIER_ACCOUNT),
            )
        world.bank("advance", "--days", "1")
    world.bank("advance", "--days", "2")
    world.bank("collect", str(folder / "files"))
    return folder / "world", sorted((folder / "files").iterdir())


def dealt(world: World, files: list[Path], seed: int) -> None:
    """Give the files to the books in some order, over some runs."""
    chance, left = random.Random(seed), list(files)
    chance.shuffle(left)
    while left:
        count = chance.randint(1, 3)
        world.books("reconcile", *map(str, left[:count]), today=TODAY)
        left = left[count:]


def remembered(world: World) -> dict[str, list[tuple]]:
    """Return who told what, when, and what became of each file."""
    tables = [f"SELECT * FROM {table}" for table in TOLD]
    tables += ["SELECT value FROM store_info WHERE name = 'runs'"]
    tables += ["SELECT sha256, outcome, reason, is_done FROM file"]
    store = sqlite3.connect(world.folder / ".books" / "store.sqlite")
    try:
        return {query: sorted(store.execute(query), key=repr) for query in tables}
    finally:
        store.close()


def lose_store(world: World) -> None:
    shutil.rmtree(world.folder / ".books")


def sidecars(world: World) -> dict[Path, bytes]:
    found = (world.folder / "bank" / "archive").rglob("*.jsonl")
    return {path: path.read_bytes() for path in found}


def forget_runs(world: World) -> None:
    """Make the archive one of before runs were numbered."""
    for path, text in sidecars(world).items():
        lines = [each for each in text.splitlines(True) if b'"event": "told"' not in each]
        path.write_bytes(b"".join(lines))


def numbers(world: World) -> dict[str, list[int]]:
    archive = Archive(world.folder)
    return {each: runs.numbers(archive.events(each)) for each in archive.hashes()}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("how", ["status", "rebuild"])
def test_a_store_made_anew_remembers_exactly_what_the_lost_one_did(
    receipts, tmp_path, seed, how
):
    founded, files = receipts
    world = copied(founded, tmp_path / "world")
    dealt(world, files, seed)
    before = remembered(world)

    lose_store(world)
    world.books(how, today=TODAY)

    assert remembered(world) == before
    assert world.json("reconcile", *map(str, files), today=TODAY)["posted"] == 0
    world.books("verify", today=TODAY, code=0)


def test_a_run_that_learns_nothing_leaves_nothing(receipts, tmp_path):
    founded, files = receipts
    world = copied(founded, tmp_path / "world")
    dealt(world, files, 0)
    before = sidecars(world)

    world.books("reconcile", *map(str, files), today=TODAY)
    world.books("sync", today=TODAY)

    assert sidecars(world) == before


def test_a_run_that_was_stopped_gives_its_number_to_the_next(
    receipts, tmp_path, monkeypatch
):
    founded, files = receipts
    world = copied(founded, tmp_path / "world")
    first, second, *others = map(str, files)
    with monkeypatch.context() as patched:
        patched.setattr(Journal, "commit", _stopped)
        assert world.books("reconcile", first, today=TODAY).code not in {0, 3}
    world.books("reconcile", second, today=TODAY)
    # A run that is stopped in one second and gone on with in the next leaves it twice.
    told = [replay.valid(each) for each in numbers(world).values() if each]
    world.books("reconcile", *others, today=TODAY)
    before = remembered(world)

    lose_store(world)
    world.books("status", today=TODAY)

    assert told == [(1,), (1,)]
    assert remembered(world) == before


def _stopped(*arguments: object, **more: object) -> None:
    raise KeyboardInterrupt


def test_books_put_back_from_a_backup_begin_their_numbers_again_where_they_ended(
    receipts, tmp_path
):
    """What was taken in after the backup is taken in anew, all in one run."""
    founded, files = receipts
    world = copied(founded, tmp_path / "world")
    dealt(world, files[:5], 3)
    backup = tmp_path / "backup"
    shutil.copytree(world.folder / "bank" / "2026", backup)
    kept = max(max(each, default=0) for each in numbers(world).values())
    dealt(world, files[5:], 3)
    balances = world.json("status", today=TODAY)["accounts"]

    shutil.rmtree(world.folder / "bank" / "2026")
    shutil.copytree(backup, world.folder / "bank" / "2026")
    lose_store(world)
    assert world.json("reconcile", today=TODAY)["posted"] > 0
    before = remembered(world)
    last = [each[-1] for each in numbers(world).values() if each]
    lose_store(world)
    world.books("status", today=TODAY)

    assert max(last) == kept + 1
    assert remembered(world) == before
    assert world.json("status", today=TODAY)["accounts"] == balances


@pytest.mark.parametrize("seed", SEEDS)
def test_rebuild_posts_what_older_books_lack_run_by_run_as_it_was_posted(
    receipts, tmp_path, seed
):
    """The same vouchers under the same numbers, to the last byte, and the same memory."""
    founded, files = receipts
    world = copied(founded, tmp_path / "world")
    dealt(world, files[:5], seed)
    backup = tmp_path / "backup"
    shutil.copytree(world.folder / "bank" / "2026", backup)
    dealt(world, files[5:], seed)
    before, runs_before, text = remembered(world), numbers(world), machine_text(world)

    shutil.rmtree(world.folder / "bank" / "2026")
    shutil.copytree(backup, world.folder / "bank" / "2026")
    lose_store(world)
    assert world.json("rebuild", today=TODAY)["posted"] > 0

    assert machine_text(world) == text
    assert numbers(world) == runs_before
    assert remembered(world) == before
    world.books("verify", today=TODAY, code=0)


def machine_text(world: World) -> dict[str, bytes]:
    found = (world.folder / "bank" / "2026").iterdir()
    return {path.name: path.read_bytes() for path in found}


def test_an_archive_of_before_runs_were_numbered_is_told_as_the_books_have_it(
    receipts, tmp_path
):
    founded, files = receipts
    world = copied(founded, tmp_path / "world")
    dealt(world, files[:8], 4)
    forget_runs(world)
    lose_store(world)
    world.books("status", today=TODAY)
    dealt(world, files[8:], 4)
    before = remembered(world)
    last = numbers(world)

    lose_store(world)
    world.books("status", today=TODAY)

    assert {number for each in last.values() for number in each} >= {0, 1}
    assert remembered(world) == before
    assert world.json("reconcile", today=TODAY)["posted"] == 0
    world.books("verify", today=TODAY, code=0)


def test_numbers_that_began_again_make_the_later_ones_of_a_file_void(receipts, tmp_path):
    """A statement that waits for the one before it tells in two runs, then in one."""
    founded, files = receipts
    world = copied(founded, tmp_path / "world")
    statements = [each for each in files if ".C053." in each.name]
    world.books("reconcile", str(statements[0]), today=TODAY)
    backup = tmp_path / "backup"
    shutil.copytree(world.folder / "bank" / "2026", backup)
    for each in (*statements[2:], statements[1], *files):
        world.books("reconcile", str(each), today=TODAY)

    shutil.rmtree(world.folder / "bank" / "2026")
    shutil.copytree(backup, world.folder / "bank" / "2026")
    lose_store(world)
    world.books("reconcile", today=TODAY)
    before = remembered(world)
    lose_store(world)
    world.books("status", today=TODAY)

    ends = {tuple(each[-1:]) for each in numbers(world).values()}
    assert ends == {(1,), (2,)}
    assert remembered(world) == before
