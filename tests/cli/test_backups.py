"""Books, store or archive from yesterday, one or two of them: nothing is paid or posted twice.

The books are a backup of the text, the archive one of `bank/archive`, the store one of
`.books`. After the backup was put back the company goes on as if nothing had happened:
it pays, it reconciles, and at last it rebuilds. The bank's own journal is the judge.
"""

from __future__ import annotations

import shutil
from collections import Counter
from itertools import combinations
from pathlib import Path

import pytest
from kept_state import lists
from world import ACCOUNT, World, copied

YESTERDAY, TODAY, LATER = "2026-11-02", "2026-11-04", "2026-11-06"
PARTS = ("books", "store", "archive")
SUBSETS = [each for size in (1, 2) for each in combinations(PARTS, size)]
#: The store is a cache: nobody has a backup of it, it is gone.
WITHOUT_STORE = [("gone",), ("books", "gone"), ("archive", "gone")]


@pytest.fixture(scope="module")
def story(founded: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The world of yesterday, and of today after two payments, a receipt and a statement."""
    folder = tmp_path_factory.mktemp("story")
    world = copied(founded, folder / "yesterday")
    world.bill("10021", "700.00", "2026-11-02")
    world.sale("5001", "25000.00", "200010050017")
    world.books("pay-due", today=YESTERDAY)
    world.to_bank()
    world.let_pass(days=1)
    world.books("reconcile", today="2026-11-03")
    world = copied(folder / "yesterday", folder / "today")
    world.bill("10023", "12500.00", "2026-11-03", kid="0010017")
    world.bill("10024", "1500.00", "2026-11-03")
    world.books("pay-due", today="2026-11-03")
    world.to_bank()
    world.bank("pay-in", ACCOUNT, "--amount", "25000", "--kid", "200010050017")
    world.let_pass(days=1)
    world.books("reconcile", today=TODAY)
    return folder / "yesterday", folder / "today"


def restore(world: World, yesterday: World, part: str) -> None:
    """Put a part of yesterday's folder back; people's own files stay those of today."""
    if part == "gone":
        shutil.rmtree(world.folder / ".books")
        return
    theirs = {
        "store": [".books"],
        "archive": ["bank/archive"],
        "books": ["bank/2026", "vouchers"],
    }
    for name in theirs[part]:
        shutil.rmtree(world.folder / name)
        shutil.copytree(yesterday.folder / name, world.folder / name)


def debits(world: World) -> Counter:
    """Return what the bank has taken for each payment."""
    journal = world.bank_json("journal")
    return Counter(each["end_to_end_id"] for each in journal if each["amount_ore"] < 0)


@pytest.mark.parametrize("parts", [*SUBSETS, *WITHOUT_STORE], ids="+".join)
def test_what_was_put_back_costs_no_second_payment_and_no_second_posting(
    story, tmp_path, parts
):
    before = World(story[0])
    world = copied(story[1], tmp_path / "world")
    expected = lists(world, TODAY)
    paid = debits(world)
    for part in parts:
        restore(world, before, part)
    bills = world.folder / "vouchers" / "2026" / "11.beancount"
    shutil.copy(World(story[1]).folder / "vouchers" / "2026" / "11.beancount", bills)

    ran = [world.books(each, today=TODAY) for each in ("pay-due", "reconcile", "status")]
    if "books" in parts and not {"store", "gone"} & set(parts):
        assert {each.code for each in ran} == {1}
        assert all("older than the store" in each.err for each in ran)
        assert all("books rebuild" in each.err for each in ran)
    # The statement that yesterday's archive lacks is named, and comes again from the bank.
    lacks = "archive" in parts
    rebuilt = world.books("rebuild", today=TODAY, code=3 if lacks else 0).out
    assert ("books rebuild FILE" in rebuilt) is lacks
    inbox = world.folder / "bank" / "inbox"
    world.bank("collect", str(inbox), "--again")
    world.books("reconcile", today=TODAY)
    world.books("pay-due", today=TODAY)
    sent = world.to_bank()
    world.let_pass(days=2)
    world.books("reconcile", today=LATER)

    assert sent == []
    assert debits(world) == paid
    told = lists(world, TODAY)
    assert _without_day(told) == _without_day(expected)
    checks = world.json("verify", today=LATER)["checks"]
    # Bytes of ours that archive and store have both lost exist nowhere: that is told.
    is_lost = "archive" in parts and bool({"store", "gone"} & set(parts))
    wrong = [each["name"] for each in checks if not each["ok"]]
    assert wrong == (["remittances"] if is_lost else [])
    text = b"".join(p.read_bytes() for p in (world.folder / "bank" / "2026").iterdir())
    keys = [
        line for line in text.splitlines() if b"bank-ref" in line or b"movement" in line
    ]
    assert len(keys) == len(set(keys))


def _without_day(told: dict) -> dict:
    """The last statement is a later one: nothing moved since."""
    accounts = [{**each, "as_of": None} for each in told["status"]["accounts"]]
    return {**told, "status": {**told["status"], "accounts": accounts}}


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: text.replace("faktura 10023", "faktura 99999", 1),
        lambda text: text[: text.index(";; batch")] + text[text.rindex(";; batch") :],
    ],
    ids=["altered", "taken out"],
)
def test_what_somebody_did_to_our_files_is_named_and_rebuild_puts_it_back(
    story, tmp_path, spoil
):
    world = copied(story[1], tmp_path / "world")
    expected = lists(world, TODAY)
    path = world.folder / "bank" / "2026" / "11.beancount"
    path.write_text(spoil(path.read_text("utf-8")), "utf-8")

    assert world.books("verify", today=TODAY).code == 1
    told = world.json("rebuild", today=TODAY, code=0)

    assert told["restored"] >= 1
    assert world.books("verify", today=TODAY).code == 0
    assert lists(world, TODAY) == expected
    (kept,) = (world.folder / "bank" / "quarantine").glob("bank-2026-11*")
    assert kept.name in told["put_aside"]


def test_verify_proves_older_books_and_says_that_the_store_knows_more(story, tmp_path):
    """Text and archive of yesterday agree with each other: they are not all there is."""
    yesterday, today = story
    world = copied(today, tmp_path / "world")
    assert world.json("verify", code=0)["store"] is None
    restore(world, World(yesterday), "books")
    restore(world, World(yesterday), "archive")

    ran = world.books("verify", code=3)
    told = world.json("verify", code=3)

    assert "The books are proved." in ran.out
    assert "But they are not all that was posted: the books are older" in ran.out
    assert "books rebuild" in ran.out
    assert told["ok"]
    assert told["store"] in world.books("status", code=1).err
    shutil.rmtree(world.folder / ".books")
    assert world.json("verify", code=0)["store"] is None


def test_orders_that_only_the_archive_has_are_written_again_as_they_were(story, tmp_path):
    world = copied(story[1], tmp_path / "world")
    machine = world.folder / "bank" / "2026" / "11.beancount"
    before = _lines_of_orders(machine)
    restore(world, World(story[0]), "books")
    bills = world.folder / "vouchers" / "2026" / "11.beancount"
    shutil.copy(World(story[1]).folder / "vouchers" / "2026" / "11.beancount", bills)
    restore(world, World(story[0]), "gone")

    told = world.json("rebuild", today=LATER, code=0)

    assert (told["orders"], told["posted"]) == (1, 3)
    assert _lines_of_orders(machine) == before
    again = world.books("rebuild", today=LATER, code=0)
    assert "order" not in again.out
    assert "quarantine" not in again.out, "nobody had changed a file"


def _lines_of_orders(machine: Path) -> list[str]:
    blocks = machine.read_text("utf-8").split("\n\n")
    kinds = ('custom "remittance"', 'custom "payment"')
    found = [
        each[each.index("2026-") :] for each in blocks if any(k in each for k in kinds)
    ]
    assert found
    return found


@pytest.mark.parametrize("agreement", [(), ("--camt054",)], ids=["statement", "detail"])
def test_a_voucher_taken_out_is_named_and_not_posted_again(world: World, agreement):
    """The store is gone with its text; a statement's line, and a detail on clearing."""
    if agreement:
        world.bank("agreement", ACCOUNT, *agreement)
    world.bill("10023", "12500.00", "2026-11-02", kid="0010017")
    world.bill("10024", "1500.00", "2026-11-02")
    world.books("pay-due", code=0)
    world.to_bank()
    world.let_pass(days=1)
    world.books("reconcile", today="2026-11-03")
    world.bank("pay-in", ACCOUNT, "--amount", "300", "--kid", "999999999991")
    world.let_pass(days=1)
    machine = world.folder / "bank" / "2026" / "11.beancount"
    text = machine.read_text("utf-8")
    number = "B2026-1"
    blocks = [each for each in text.split("\n\n") if f'voucher: "{number}"' in each]
    for each in blocks:
        head = each.index("2026-11-02 *")
        text = text.replace(each[head:] + "\n\n", "")
    assert f'voucher: "{number}"' not in text
    machine.write_text(text, "utf-8")
    restore(world, world, "gone")

    assert f"{number} is missing" in world.books("status", code=1).err
    told = world.json("rebuild", today=LATER, code=3)

    assert (told["ok"], told["missing"]) == (False, [number])
    movements = [line for line in text.splitlines() if "movement:" in line]
    after = machine.read_text("utf-8")
    assert text in after
    assert [line for line in after.splitlines() if "movement:" in line] == movements
    assert f"not posted again: {number}" in world.books("rebuild", today=LATER, code=3).out


def test_everything_from_one_old_backup_offers_nothing_that_the_bank_has_booked(
    world: World,
):
    """The store says "unknown" of a message whose payments the bank's files show booked."""
    import shutil

    world.bill("10023", "3500.50", "2026-11-05", kid="0010017")
    world.books("status")
    backup = world.folder.parent / "backup"
    shutil.copytree(world.folder, backup)
    world.books("pay-due", code=0)
    first = next((world.folder / "bank/outbox").glob("*.xml"))
    kept = first.read_bytes()
    world.to_bank()
    world.bank("advance", "--days", "5")
    shutil.rmtree(world.folder)
    shutil.copytree(backup, world.folder)
    # The old file lies in the outbox still, with other bytes than a run of today makes.
    outbox = world.folder / "bank/outbox"
    (outbox / first.name).write_bytes(kept)
    world.today = "2026-11-09"
    world.books("pay-due", "--yes")
    world.bank("collect", str(world.folder / "bank/inbox"))
    world.books("reconcile")
    (outbox / first.name).unlink()

    again = world.json("pay-due", "--yes")

    assert [] == again["remittances"]
    assert [] == list(outbox.glob("*.xml"))
    assert ["booked"] == [each["state"] for each in world.json("payments")]


@pytest.mark.parametrize("made_anew", ["rebuild", "deleted"])
@pytest.mark.parametrize("name", ["11.beancount", "12.beancount"])
def test_an_older_file_is_noticed_by_a_store_that_was_made_anew(
    story, tmp_path, name, made_anew
):
    """December holds decisions only; then a late statement of November is posted."""
    world = copied(story[0], tmp_path / "world")
    later = "2026-12-01"
    item = world.bill("10024", "1500.00", "2026-12-20")
    world.books("hold", item, "--reason", "feil vare", today=later, code=0)
    kept = {each.name: each.read_bytes() for each in (world.folder / "bank/2026").iterdir()}
    world.bank("pay-in", ACCOUNT, "--amount", "25000", "--kid", "200010050017")
    world.let_pass(days=1)
    world.books("reconcile", today=later, code=0)
    world.books("hold", item, "--reason", "venter", today=later, code=0)
    path = world.folder / "bank" / "2026" / name
    newest = path.read_bytes()
    assert newest != kept[name]
    if made_anew == "rebuild":
        world.books("rebuild", today=later, code=0)
    else:
        restore(world, world, "gone")
        world.books("status", today=later)
    path.write_bytes(kept[name])

    for words in (("status",), ("pay-due", "--yes"), ("reconcile",)):
        told = world.books(*words, today=later, code=1).err
        assert "the books are older than the store" in told
        assert ('"open-item"' in told) == (name == "12.beancount")
        assert ("B2026-" in told) == (name == "11.beancount")
    assert path.read_bytes() == kept[name]
    world.books("rebuild", today=later, code=0)
    assert path.read_bytes() == newest
    assert world.books("verify", today=later).code == 0
