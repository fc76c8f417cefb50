"""Every `--json` list is the same after a backup was put back and `books rebuild` has run.

The world has one of each: payments that are booked, rejected, recalled, dropped, dropped
and sent again; a bill on hold, an account that a person confirmed; money that is parked,
matched, and undone. Books, store or archive of yesterday, one of them or two.
"""

from __future__ import annotations

import re
import shutil
from collections import Counter
from itertools import combinations
from pathlib import Path

import pytest
from kept_state import difference
from test_backups import PARTS, WITHOUT_STORE, restore
from world import ACCOUNT, World, copied

YESTERDAY, TODAY = "2026-11-03", "2026-11-04"
#: What they look at is made once, and not once by each worker.
pytestmark = pytest.mark.xdist_group("lists after a backup")

SUBSETS = [each for size in (1, 2) for each in combinations(PARTS, size)]


def decided(world: World) -> None:
    """What people have decided by yesterday: what stands in the books alone."""
    world.bill("10031", "300.00", "2026-11-20")
    world.books("hold", "lf-L10001-10031", "--reason", "feil varer")
    world.bill("10032", "310.00", "2026-11-20")
    world.books("hold", "lf-L10001-10032", "--reason", "venter")
    world.books("release", "lf-L10001-10032")
    world.books("confirm", "L10002", "15032080119", "--reason", "ringte Per")
    world.sale("5001", "800.00", "200010050017")
    for amount in ("800", "801", "802"):
        world.bank("pay-in", ACCOUNT, "--amount", amount, "--text", "takk")
    world.bank("advance", "--days", "1")
    world.bank("collect", str(world.folder / "bank" / "inbox"))
    world.books("reconcile")
    refs = {each["amount"]: each["ref"] for each in world.json("unmatched")}
    matched = world.json("match", refs["800.00"], "kf-K20001-5001=800.00")
    world.books("undo", matched["voucher"], "--reason", "feil kunde")
    world.books("book", refs["801.00"], "Income:3000-Salgsinntekt-høy")


def emptied(world: World) -> None:
    for each in (world.folder / "bank" / "outbox").iterdir():
        each.unlink()


def dropped(world: World, number: str, amount: str) -> str:
    name = world.bill(number, amount, "2026-11-05")
    world.books("pay-due", name)
    emptied(world)
    world.books("cancel", name, "--never-sent", "--reason", "tapt")
    return name


def ordered(world: World) -> None:
    """What was ordered, taken back, dropped and sent again today."""
    world.today = TODAY
    again = dropped(world, "10042", "420.00")
    world.books("pay-due", again)
    emptied(world)
    twice = dropped(world, "10043", "430.00")
    world.books("pay-due", twice)
    emptied(world)
    world.books("cancel", twice, "--never-sent", "--reason", "tapt igjen")
    dropped(world, "10041", "410.00")
    world.books("pay-due", world.bill("10044", "440.00", "2026-11-06"))
    world.books("pay-due", world.bill("10046", "460.00", "2026-11-05"))
    world.to_bank()
    world.books("pay-due", world.bill("10045", "450.00", "2026-11-05"))
    world.books("cancel", "lf-L10001-10044")
    world.to_bank()
    world.let_pass(days=1)
    world.books("reconcile")


@pytest.fixture(scope="module")
def story(founded: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("lists")
    world = copied(founded, folder / "yesterday")
    decided(world)
    world = copied(folder / "yesterday", folder / "today")
    ordered(world)
    return folder / "yesterday", folder / "today"


def every_list(world: World) -> dict[str, object]:
    """Return every list, and each thing in them told by itself."""
    names = ("status", "payments", "payables", "receivables", "unmatched")
    told = {name: world.json(name) for name in names}
    more = {("remittance", each["message_id"]) for each in told["payments"]}
    more |= {("why", each["end_to_end_id"]) for each in told["payments"]}
    more |= {("why", item) for each in told["payments"] for item in each["open_items"]}
    more |= {("why", each["ref"]) for each in told["unmatched"]}
    more |= {("statement", "Assets:1920-Bankinnskudd", TODAY), ("pay-due", "--dry-run")}
    for words in sorted(more):
        told[" ".join(words)] = world.json(*words)
    return _without_moments(told)


def _without_moments(told):
    """Leave out when a file was received, and on which line ours stand in their file.

    What was lost is fetched once more; of what was ordered in one second the archive does
    not tell which came first.
    """
    if isinstance(told, dict):
        return {
            key: re.sub(r"^(bank/.*):\d+$", r"\1", value)
            if key == "place" and isinstance(value, str)
            else _without_moments(value)
            for key, value in told.items()
            if key != "received"
        }
    return [_without_moments(each) for each in told] if isinstance(told, list) else told


def own_lines(world: World) -> Counter[str]:
    """Return the lines of ours that are no vouchers, each with its day and its words."""
    text = (world.folder / "bank" / "2026" / "11.beancount").read_text("utf-8")
    blocks = re.split(r"\n\n|(?=^;; batch)|(?<=\n)(?=2026-)", text, flags=re.MULTILINE)
    ours = re.compile(r'2026-\S+ (?:custom "|balance )')
    return Counter(each.strip() for each in blocks if ours.match(each))


@pytest.mark.parametrize("parts", [*SUBSETS, *WITHOUT_STORE], ids="+".join)
def test_every_list_is_as_before(story, tmp_path, parts):
    before = World(story[0])
    world = copied(story[1], tmp_path / "world")
    world.today = TODAY
    expected, written = every_list(world), own_lines(world)
    for part in parts:
        restore(world, before, part)
    bills = Path("vouchers", "2026", "11.beancount")
    shutil.copy(World(story[1]).folder / bills, world.folder / bills)

    # What we sent after yesterday is in no archive any more: named, and asked for.
    code = 3 if "archive" in parts else 0
    world.books("rebuild", code=code)
    if "archive" in parts:
        # What only the archive had of the bank, only the bank has.
        world.bank("collect", str(world.folder / "bank" / "inbox"), "--again")
        world.books("reconcile")

    found = difference(expected, every_list(world))
    if "archive" in parts and {"store", "gone"} & set(parts):
        # That the message was delivered stood in both alone. It is blocked, and in sight.
        assert world.json("status")["payments"]["unknown"] == 1
        found = [each for each in found if "unknown" not in each]
        assert found == ["/status/waiting: 2 became 3"]
    else:
        assert found == []
    assert own_lines(world) == written
    told = world.json("rebuild", code=code)
    assert (told["orders"], told["drops"], told["posted"]) == (0, 0, 0)
