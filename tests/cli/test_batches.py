"""Many movements under one voucher: what is asked of one of them, and of all of them.

Below `batch_over` a batch is one transaction for each movement under one number, above it
one transaction for all. A person sees no difference.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from web_pages import Browser
from world import ACCOUNT, World

LATER = "2026-11-05"
SALES = (
    ("5001", "500.00", "200010050017"),
    ("5002", "300.00", "200010050025"),
    ("5003", "200.00", "200010050033"),
)
ITEM = "kf-K20001-5002"


@pytest.fixture(params=[2000, 2], ids=["transactions", "one transaction"])
def batch(world: World, request: pytest.FixtureRequest) -> World:
    """Three receipts of one OCR assignment, settled under one voucher."""
    limited(world, request.param)
    world.bank("agreement", ACCOUNT, "--ocr", "001008566")
    for number, amount, kid in SALES:
        world.sale(number, amount, kid)
        world.bank("pay-in", ACCOUNT, "--amount", amount, "--kid", kid)
    world.let_pass(days=3)
    world.today = LATER
    world.books("reconcile", code=0)
    return world


def limited(world: World, batch_over: int) -> None:
    path = world.folder / "books.toml"
    text = path.read_text("utf-8")
    assert "batch_over = 2000" in text
    path.write_text(
        text.replace("batch_over = 2000", f"batch_over = {batch_over}"), "utf-8"
    )


def vouchers(world: World, ref: str) -> list[dict]:
    return [each for each in world.json("why", ref, code=0)["steps"] if "voucher" in each]


def settled(world: World, item: str = ITEM) -> dict:
    """Return the step of the voucher that settled an item."""
    (found,) = (each for each in vouchers(world, item) if each["rule"] in {"kid", "batch"})
    return found


def movement(world: World, item: str = ITEM) -> str:
    return next(
        posting["movement"]
        for posting in settled(world, item)["postings"]
        if posting["open_item"] == item
    )


@pytest.mark.parametrize("by", ["movement", "tail", "item"])
def test_one_movement_is_told_without_the_others_of_its_batch(batch: World, by: str):
    key = movement(batch)
    ref = {"movement": key, "tail": key.rpartition("/")[2], "item": ITEM}[by]

    trail = batch.json("why", ref, code=0)["steps"]
    shown = batch.books("why", ref, code=0).out

    step = next(each for each in trail if each.get("voucher") == "B2026-1")
    assert {each["open_item"] for each in step["postings"]} <= {ITEM, None}
    assert [each["amount"] for each in step["postings"] if each["open_item"]] == ["-300.00"]
    assert (step["movements"], step["of_movements"]) == (1, 3)
    assert (step["rule"], step["key"]) == ("kid", key)
    assert "KID 200010050025 står bare på kf-K20001-5002" in step["why"]
    assert step["file_place"].endswith(".OCR.20261102.TXT:5: amount item 1")
    assert "5001" not in shown
    assert "5003" not in shown
    assert "1 of 3 movements of voucher B2026-1: books why B2026-1" in shown
    assert f"why: {step['why']} (kid)" in shown
    # Its lump, the day that this proves, and the item itself are there as before.
    kinds = [each["kind"] for each in trail]
    assert kinds.count("voucher") == 3
    assert kinds[-2:] == ["statement", "open-item"]
    page = Browser(batch).text("why", ref=ref)
    assert "1 / 3 av bevegelsene i bilag B2026-1" in page
    assert "5003" not in page


def test_a_voucher_is_told_whole(batch: World):
    shown = batch.books("why", "B2026-1", code=0).out

    assert all(f"kf-K20001-{number}" in shown for number, *_ in SALES)
    assert "movements of voucher" not in shown
    for step in vouchers(batch, "B2026-1"):
        assert step["movements"] == step["of_movements"]


def test_the_reasons_of_a_batch_stand_by_its_file_once(batch: World, tmp_path):
    """Told in other runs, and after the store was made anew, they are the same."""
    before = vouchers(batch, movement(batch))

    (batch.folder / ".books" / "store.sqlite").unlink()
    batch.books("rebuild", code=0)
    batch.books("reconcile", code=0)

    assert vouchers(batch, movement(batch)) == before
    batch.books("verify", code=0)


def test_a_detail_that_a_statement_tells_is_told_alone(world: World):
    """One entry with three details, all in the statement's own voucher."""
    bills = [
        world.bill(number, amount, "2026-11-03")
        for number, amount in (("1", "100.00"), ("2", "250.00"), ("3", "70.00"))
    ]
    world.bank("fault", "batch_booked")
    world.books("pay-due", code=0)
    world.to_bank()
    world.let_pass(days=3)
    world.today = LATER
    world.books("reconcile", code=0)

    shown = world.books("why", bills[1], code=0).out

    assert f"({bills[1]})" in shown
    assert bills[0] not in shown
    assert "1 of 3 movements of voucher B2026-1" in shown
    (step,) = (each for each in vouchers(world, bills[1]) if each["of_movements"])
    assert step["rule"] == "end-to-end-id"
    assert "TxDtls[" in step["file_place"]


def left(world: World) -> dict[str, str]:
    return {each["open_item"]: each["amount"] for each in world.json("receivables")}


def waiting(world: World) -> dict[str, dict]:
    return {each["amount"]: each for each in world.json("unmatched")}


OPEN = {f"kf-K20001-{number}": amount for number, amount, _ in SALES}


def test_undo_of_a_voucher_undoes_each_movement_of_it(batch: World):
    (before,) = batch.json("status")["accounts"]

    done = batch.json("undo", "B2026-1", "--reason", "feil fil", code=0)

    assert done == {"voucher": "B2026-3"}
    assert left(batch) == OPEN
    waits = waiting(batch)
    assert set(waits) == {"500.00", "300.00", "200.00"}
    (after,) = batch.json("status")["accounts"]
    for figure in ("books", "bank", "clearing", "difference"):
        assert before[figure] == after[figure]
    assert batch.json("reconcile", code=3)["posted"] == 0
    batch.books("verify", code=0)

    for number, amount, _ in SALES:
        batch.books("match", waits[amount]["ref"], f"kf-K20001-{number}", code=0)
    assert left(batch) == {}
    assert batch.json("unmatched", code=0) == []
    batch.books("verify", code=0)


def test_undo_of_a_voucher_takes_the_rest_where_one_movement_is_undone(batch: World):
    key = movement(batch)
    first = batch.json("undo", key, code=0)["voucher"]

    second = batch.books("undo", "B2026-1", code=0).out

    assert f"Undone before: 1 of its 3 movements, by {first}." in second
    assert left(batch) == OPEN
    assert set(waiting(batch)) == {"500.00", "300.00", "200.00"}
    refused = batch.books("undo", "B2026-1", code=1).err
    assert "there is nothing left to undo" in refused
    batch.books("undo", key, code=1)
    batch.books("verify", code=0)


def test_a_movement_of_what_was_undone_whole_is_matched_and_undone_again(batch: World):
    key = movement(batch)
    batch.books("undo", "B2026-1", code=0)

    placed = batch.json("match", key, ITEM, code=0)["voucher"]
    assert ITEM not in left(batch)
    again = batch.books("undo", "B2026-1", code=1).err
    assert f"its money is placed by {placed}" in again
    batch.books("undo", placed, code=0)

    assert left(batch) == OPEN
    batch.books("verify", code=0)


def test_an_undo_of_a_voucher_can_be_undone(batch: World):
    undone = batch.json("undo", "B2026-1", code=0)["voucher"]

    batch.books("undo", undone, code=0)

    assert left(batch) == {}
    assert batch.json("unmatched", code=0) == []
    batch.books("verify", code=0)


@pytest.mark.parametrize("batch_over", [2000, 1])
def test_nothing_of_a_voucher_is_undone_where_something_cannot_be(
    world: World, batch_over: int
):
    """One receipt left a credit, and the credit is used: that stands in the way."""
    limited(world, batch_over)
    world.bank("agreement", ACCOUNT, "--ocr", "001008566")
    for number, amount, kid in SALES:
        world.sale(number, amount, kid)
    for amount, (_, _, kid) in zip(("500", "360"), SALES, strict=False):
        world.bank("pay-in", ACCOUNT, "--amount", amount, "--kid", kid)
    world.let_pass(days=3)
    world.today = LATER
    world.books("reconcile", code=3)
    (credit,) = world.json("unmatched")
    used = world.json("match", credit["open_item"], "kf-K20001-5003", code=0)["voucher"]
    before = (world.folder / "bank/2026/11.beancount").read_bytes()

    refused = world.books("undo", "B2026-1", code=1).err

    assert f"undo first what was done with the rest: books undo {used}" in refused
    assert (world.folder / "bank/2026/11.beancount").read_bytes() == before
    world.books("undo", used, code=0)
    world.books("undo", "B2026-1", code=0)
    assert left(world) == OPEN
    world.books("verify", code=0)


def test_an_undone_voucher_comes_back_from_the_archive(batch: World, tmp_path: Path):
    """Books and store of yesterday: rebuild writes the decision again as it was."""
    shutil.copytree(batch.folder, tmp_path / "yesterday")
    batch.books("undo", "B2026-1", code=0)
    month = batch.folder / "bank/2026/11.beancount"
    written = month.read_bytes()
    shutil.copytree(batch.folder / "bank/archive", tmp_path / "archive")
    shutil.rmtree(batch.folder)
    shutil.copytree(tmp_path / "yesterday", batch.folder)
    shutil.rmtree(batch.folder / "bank/archive")
    shutil.copytree(tmp_path / "archive", batch.folder / "bank/archive")

    batch.books("rebuild", code=0)

    assert month.read_bytes() == written
    batch.books("verify", code=0)
