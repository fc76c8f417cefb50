"""What people decided comes back from the archive, as it was, in the order in which it was.

Between the backup and now stands every command by which a person decides, with the runs
that each of them answers, and that answer it: parked money is matched, and a later file
finds the invoice settled.
"""

from __future__ import annotations

import shutil
from itertools import combinations
from pathlib import Path

import pytest
from kept_state import difference
from test_backups import PARTS, WITHOUT_STORE
from test_backups_lists import every_list
from test_opening_import import AT_THE_BANK, END
from world import ACCOUNT, World, copied

from ledger.decision_log import DecisionLog

YESTERDAY, TODAY = "2026-11-03", "2026-11-07"
#: What they look at is made once, and not once by each worker.
pytestmark = pytest.mark.xdist_group("decisions after a backup")

SUBSETS = [each for size in (1, 2) for each in combinations(PARTS, size)]
GIVEN = ("saldo.csv", "bilag.pdf")
REST = "Income:3000-Salgsinntekt-høy"


def received(world: World, day: str, *amounts: str) -> dict[str, str]:
    """Let money come in that nobody knows, and post it; return where it is parked."""
    for amount in amounts:
        world.bank("pay-in", ACCOUNT, "--amount", amount, "--text", "takk")
    world.let_pass(days=1)
    world.today = day
    world.books("reconcile", code=3)
    return {each["amount"]: each["ref"] for each in world.json("unmatched")}


def decided(world: World, folder: Path) -> None:
    """Decide once by every command, between runs that post."""
    opening, receipt = (folder / name for name in GIVEN)
    opening.write_text(AT_THE_BANK, "utf-8")
    world.books("import", "--opening", str(opening), code=0)
    world.books(*END, code=0)
    world.books("hold", "lf-L10001-10031", "--reason", "feil varer", code=0)
    world.books("release", "lf-L10001-10032", code=0)
    world.books("post", "lf-L10001-10033", code=0)
    world.books("confirm", "L10002", "15032080119", "--reason", "ringte Per", code=0)
    refs = received(world, "2026-11-04", "800", "801", "802", "803")
    matched = world.json("match", refs["800.00"], "kf-K20001-5001=800.00", code=0)
    refs |= received(world, "2026-11-05", "804")
    world.books("undo", matched["voucher"], "--reason", "feil kunde", code=0)
    world.books("book", refs["801.00"], REST, code=0)
    receipt.write_bytes(b"%PDF a document that a person attached")
    attached = ("--document", str(receipt), "--text", "varesalg")
    world.books("book", refs["802.00"], REST, *attached, code=0)
    world.books("match", refs["804.00"], "kf-K20001-5001=804.00", code=0)
    received(world, "2026-11-06", "805")
    day = "2026-11-04"
    item = next(e["open_item"] for e in world.json("unmatched") if e["amount"] == "803.00")
    world.books("statement", ACCOUNT, day, "--comment", f"{item}=kunden er spurt")
    world.books("statement", ACCOUNT, day, "--prepared")
    world.books("lock", "2026-11-01", code=0)
    # The same words twice are two decisions.
    for _ in range(2):
        world.books("hold", "lf-L10001-10032", "--reason", "venter", code=0)
    received(world, "2026-11-07", "806")


@pytest.fixture(scope="module")
def story(founded: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("decisions")
    world = copied(founded, folder / "yesterday")
    for number in ("10031", "10032"):
        world.bill(number, "300.00", "2026-11-20")
    world.books("hold", "lf-L10001-10032", "--reason", "venter", code=0)
    world.bill("10033", "330.00", "2026-11-21", flag="!")
    world.sale("5001", "5000.00", "200010050017")
    received(world, "2026-11-03", "799")
    world = copied(folder / "yesterday", folder / "today")
    world.today = YESTERDAY
    decided(world, folder)
    return folder / "yesterday", folder / "today"


def restore(world: World, yesterday: World, parts: tuple[str, ...]) -> None:
    """Put back parts of yesterday; what a person typed since then stays."""
    theirs = {
        "store": [".books"],
        "archive": ["bank/archive"],
        "books": ["bank/2026", "vouchers"],
    }
    typed = world.folder / "vouchers" / "2026" / "11.beancount"
    bills = typed.read_bytes()
    for part in parts:
        if part == "gone":
            shutil.rmtree(world.folder / ".books")
        for name in theirs.get(part, ()):
            shutil.rmtree(world.folder / name)
            shutil.copytree(yesterday.folder / name, world.folder / name)
        if part == "books":
            shutil.copy(yesterday.folder / "books.toml", world.folder / "books.toml")
            typed.write_bytes(bills)


def texts(world: World) -> dict[str, bytes]:
    paths = [*world.folder.glob("*/2026/*.beancount"), world.folder / "books.toml"]
    names = {path: path.relative_to(world.folder).as_posix() for path in paths}
    return {name: path.read_bytes() for path, name in names.items()}


def wrong(world: World) -> list[str]:
    return [each["name"] for each in world.json("verify")["checks"] if not each["ok"]]


@pytest.mark.parametrize("parts", [*SUBSETS, *WITHOUT_STORE], ids="+".join)
def test_every_decision_is_there_again(story, tmp_path, parts):
    yesterday, today = map(World, story)
    world = copied(today.folder.parent, tmp_path / "world")
    world.today = TODAY
    expected, text = every_list(world), texts(world)
    log = DecisionLog(world.folder).ids()
    assert len(log) == 17
    restore(world, yesterday, parts)
    lacks_archive = "archive" in parts
    lacks_store = bool({"store", "gone"} & set(parts))

    if "books" in parts:
        stopped = world.books("hold", "lf-L10001-10031", "--reason", "x", code=1).err
        if not lacks_archive or not lacks_store:
            assert "books rebuild" in stopped
            assert "open-item lf-L10001-10031" in stopped
    ran = world.json("rebuild")
    if lacks_archive:
        # What a person gave to the archive alone, the person has.
        given = [str(today.folder.parent.parent / name) for name in GIVEN]
        world.books("rebuild", *given)
        world.bank("collect", str(world.folder / "bank" / "inbox"), "--again")
        world.books("reconcile")

    assert texts(world) == text
    found = difference(expected, every_list(world))
    # The record of a decision is nowhere any more: it is named, and the voucher stands.
    is_gone = lacks_archive and lacks_store
    assert [each for each in found if not (is_gone and "/file: " in each)] == []
    assert DecisionLog(world.folder).ids() >= log
    assert ran["decisions_lost"] == []
    assert wrong(world) == (["documents"] if is_gone else [])
    again = world.json("rebuild")
    assert (again["decisions"], again["posted"], texts(world)) == ([], 0, text)


def lost(story, tmp_path) -> tuple[World, dict[str, bytes]]:
    """Return a world whose books and store are of yesterday, and the text of today."""
    yesterday, today = map(World, story)
    world = copied(today.folder.parent, tmp_path / "world")
    world.today = TODAY
    text = texts(world)
    restore(world, yesterday, ("books", "store"))
    return world, text


def test_what_is_missing_is_named_before_anything_is_written(story, tmp_path):
    world, _ = lost(story, tmp_path)
    before = texts(world)

    for words in (("status",), ("reconcile",), ("pay-due", "--yes")):
        told = world.books(*words, code=1).err
        assert "books and store are older than the archive: 16 decision(s)" in told
        assert "party L10002 of 2026-11-03" in told
    verify = world.json("verify", code=1)

    (decisions,) = (e for e in verify["checks"] if e["name"] == "decisions")
    assert not decisions["ok"]
    assert "is not in the books; books rebuild writes it again" in decisions["detail"]
    assert texts(world) == before
    told = world.books("rebuild", code=0).out
    assert "Written again, as it was decided: 16 decisions (IB2026-2; " in told


def test_what_follows_on_another_voucher_is_chained_anew_under_its_number(story, tmp_path):
    """The company writes English now: what runs post reads otherwise than it did then."""
    world, _ = lost(story, tmp_path)
    path = world.folder / "books.toml"
    toml = path.read_text("utf-8")
    assert 'language = "nb"' in toml
    path.write_text(toml.replace('language = "nb"', 'language = "en"'), "utf-8")
    logged = DecisionLog(world.folder).ids()

    told = world.json("rebuild", code=0)

    assert (len(told["decisions"]), told["decisions_lost"]) == (16, [])
    assert wrong(world) == []
    vouchers = [each for each in told["decisions"] if each.startswith("B2026-")]
    assert vouchers == [each.batch.note for each in _standing(world, "B2026-")]
    assert len(DecisionLog(world.folder).ids() - logged) >= len(vouchers)
    assert world.json("rebuild", code=0)["decisions"] == []


def _standing(world: World, note: str):
    found = DecisionLog(world.folder).standing()
    return [each for each in found if each.batch.note.startswith(note)]


def test_a_decision_that_does_not_fit_any_more_is_named_once_and_stops_nothing(
    story, tmp_path
):
    """A file of the bank is lost too: its vouchers are not there, and numbers are short."""
    world, _ = lost(story, tmp_path)
    gone = next(
        path
        for path in sorted((world.folder / "bank" / "archive").rglob("*.xml"))
        if b"804.00" in path.read_bytes() and b"805.00" not in path.read_bytes()
    )
    gone.unlink()
    gone.with_suffix(".jsonl").unlink()

    ran = world.json("rebuild", code=3)
    told = ran["decisions_lost"]

    assert not ran["ok"]
    assert told
    assert all("does not follow" in each for each in told), told
    assert world.books("status").code in {0, 3}
    assert world.json("rebuild")["decisions_lost"] == []
    (check,) = (e for e in world.json("verify")["checks"] if e["name"] == "decisions")
    assert all(each in check["detail"] for each in told)


def test_a_decision_taken_out_of_the_midst_is_put_back_without_a_store(story, tmp_path):
    world = copied(Path(story[1]), tmp_path / "world")
    world.today = TODAY
    text = texts(world)
    path = world.folder / "bank" / "2026" / "11.beancount"
    batches = path.read_bytes().split(b"\n;; batch ")
    kept = [
        each for each in batches if b"ringte Per" not in each and b"varesalg" not in each
    ]
    assert len(kept) == len(batches) - 2
    path.write_bytes(b"\n;; batch ".join(kept))
    restore(world, world, ("gone",))

    world.books("status", code=1)
    told = world.json("rebuild", code=0)

    assert len(told["decisions"]) == 2
    assert sorted(path.read_bytes().split(b"\n")) == sorted(
        text["bank/2026/11.beancount"].split(b"\n")
    )
    assert wrong(world) == []
