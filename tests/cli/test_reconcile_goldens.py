"""Books before, bank files, books after: what `books reconcile` writes, byte for byte.

tests/golden/reconcile/<case>/ holds three folders that an accountant can read:

    before/   what stands in the books besides those of `_books`; the first comment says
              what happens and what must come of it
    bank/     the bank's files, run by run: `run-1/` is given to the first reconcile
    after/    every file of the books that changed, and `said.txt`: what each run said

`--update-golden` accepts what the code writes now; look at the difference.
"""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path

import pytest
from freezegun import freeze_time
from world import World, copied

from ledger import books

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "reconcile"
BOOKS = GOLDEN / "_books"
CASES = sorted(path.parent.name for path in GOLDEN.glob("*/before"))
#: The message itself is not in the archive of a case, only the lines of the books about it.
UNPROVEN = {"remittances"}


@pytest.fixture(params=CASES)
def case(request) -> Path:
    return GOLDEN / request.param


@pytest.fixture
def world(case: Path, tmp_path: Path) -> World:
    """The books of the case, as they are before."""
    made = World(tmp_path / "world", today="2026-12-01")
    shutil.copytree(BOOKS, made.folder)
    shutil.copytree(case / "before", made.folder, dirs_exist_ok=True)
    return made


def texts(folder: Path) -> dict[str, bytes]:
    found = folder.rglob("*.beancount")
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def runs(case: Path) -> list[list[str]]:
    folders = sorted((case / "bank").iterdir())
    return [[str(path) for path in sorted(folder.iterdir())] for folder in folders]


def said(number: int, code: int, answer) -> str:
    """What a run said of its files and of the bank's balance, in lines."""
    lines = [
        f"run {number}: posted {answer['posted']}, parked {answer['parked']}, exit {code}"
    ]
    for each in sorted(answer["messages"], key=lambda each: each["file"]):
        reason = f": {each['reason']}" if each["reason"] else ""
        lines.append(f"  {each['file']} {each['outcome']}{reason}")
    lines += [
        f"  {each['account']} {each['date']} bank {each['bank']}, books {each['books']},"
        f" difference {each['difference']}"
        for each in answer["statements"]
    ]
    lines += [f"  ALARM {alarm}" for alarm in answer["alarms"]]
    return "".join(f"{line}\n" for line in lines)


def reconciled(world: World, case: Path) -> bytes:
    told = []
    with freeze_time("2026-12-01 07:00:00"):
        for number, files in enumerate(runs(case), 1):
            ran = world.books("reconcile", *files, "--json")
            assert ran.code in {0, 3}, ran
            told.append(said(number, ran.code, ran.data))
    return "".join(told).encode()


def test_books_after(case: Path, world: World, golden, request):
    before = texts(world.folder)

    told = reconciled(world, case)

    after = {
        name: text for name, text in texts(world.folder).items() if text != before.get(name)
    }
    if request.config.getoption("--update-golden"):
        shutil.rmtree(case / "after", ignore_errors=True)
    for name, text in sorted(after.items()):
        golden(f"reconcile/{case.name}/after/{name}", text)
    golden(f"reconcile/{case.name}/after/said.txt", told)
    assert texts(case / "after").keys() == after.keys(), "no other file has changed"


def test_the_books_are_proven_and_nothing_is_posted_again(case: Path, world: World):
    told = reconciled(world, case)
    once = texts(world.folder)

    again = world.json("reconcile", *[file for files in runs(case) for file in files])

    assert (again["posted"], again["parked"]) == (0, 0)
    assert texts(world.folder) == once
    # what an alarm is about is not as it should be, and the proof says so
    allowed = UNPROVEN | ({"in flight"} if b"ALARM" in told else set())
    checks = world.json("verify")["checks"]
    assert [each for each in checks if not each["ok"] and each["name"] not in allowed] == []


def held(folder: Path) -> Counter[tuple[str, str, str]]:
    """What stands on each account and item in the end."""
    found: Counter[tuple[str, str, str]] = Counter()
    for transaction in books.load(folder).transactions:
        for posting in transaction.postings:
            item = str(posting.meta.get("open-item", ""))
            units = posting.units
            found[posting.account, units.currency, item] += units.minor
    return Counter({key: total for key, total in found.items() if total})


def test_all_files_in_one_run_come_to_the_same(case: Path, world: World):
    """Whatever came first, the same items are settled by the same amounts."""
    at_once = copied(world.folder.parent, world.folder.parent.with_name("at-once"))
    reconciled(world, case)

    at_once.today = world.today
    at_once.books("reconcile", *[file for files in reversed(runs(case)) for file in files])

    assert held(at_once.folder) == held(world.folder)


def test_every_case_says_what_it_is_about():
    assert len(CASES) >= 61
    for name in CASES:
        typed = sorted((GOLDEN / name / "before" / "vouchers").rglob("*.beancount"))
        assert typed[0].read_text("utf-8").startswith(";; "), name
        assert runs(GOLDEN / name), name
