"""From a bill in the books to a bank balance that is proved to the øre."""

from __future__ import annotations

from collections import Counter

import pytest
from world import ACCOUNT, OTHER_ACCOUNT, World

AGREEMENTS = {
    "statement alone": (),
    "camt.054": ("--camt054",),
    "OCR giro": ("--ocr", "001008566"),
    "OCR giro and camt.054": ("--ocr", "001008566", "--camt054"),
}


@pytest.mark.parametrize("agreement", AGREEMENTS.values(), ids=AGREEMENTS)
def test_books_and_bank_agree_payment_by_payment(world: World, agreement: tuple[str, ...]):
    if agreement:
        world.bank("agreement", ACCOUNT, *agreement)
    world.bill("10023", "12500.00", "2026-11-05", kid="0010017")
    world.bill("10024", "1500.00", "2026-11-06")
    world.sale("5001", "25000.00", "200010050017")
    world.sale("5002", "4000.00", "200010050025")
    world.books("pay-due", code=0)
    world.to_bank()
    world.bank("pay-in", ACCOUNT, "--amount", "25000", "--kid", "200010050017")
    world.bank("pay-in", ACCOUNT, "--amount", "1500", "--kid", "200010050025")
    world.bank("charge", ACCOUNT, "--amount", "49.50", "--text", "Gebyr")
    world.let_pass(days=7)

    done = world.json("reconcile", today="2026-11-09", code=0)

    assert {"0.00"} == {day["difference"] for day in done["statements"]}
    journal = world.bank_json("journal")
    booked = world.json("payments", today="2026-11-09")
    assert Counter(
        (each["end_to_end_id"], -each["amount_ore"])
        for each in journal
        if each["kind"] in {"payment", "salary"}
    ) == Counter(
        (each["end_to_end_id"], int(each["amount"].replace(".", ""))) for each in booked
    )
    assert {"booked"} == {each["state"] for each in booked}
    left = {each["open_item"]: each["amount"] for each in world.json("receivables")}
    assert {"kf-K20001-5002": "2500.00"} == left
    assert [] == world.json("payables")
    status = world.json("status", today="2026-11-09")
    (account,) = status["accounts"]
    balance = 25_000_000 + sum(each["amount_ore"] for each in journal)
    assert f"{balance / 100:.2f}" == account["books"] == account["bank"]
    assert ("0.00", "0.00") == (account["difference"], account["clearing"])
    assert [] == world.json("unmatched")
    assert (
        "Expenses:7770-Bankgebyr" in (world.folder / "bank/2026/11.beancount").read_text()
    )


def test_the_same_files_under_other_names_post_nothing(world: World):
    world.sale("5001", "25000.00", "200010050017")
    world.bank("pay-in", ACCOUNT, "--amount", "25000", "--kid", "200010050017")
    world.let_pass(days=3)
    inbox = world.folder / "bank" / "inbox"
    copies = {file.name: file.read_bytes() for file in inbox.iterdir()}
    first = world.json("reconcile", code=0)
    for number, data in enumerate(copies.values()):
        (inbox / f"again-{number}.dat").write_bytes(data)

    second = world.json("reconcile", code=0)

    assert first["posted"] > 0
    assert 0 == second["posted"]
    assert {"nothing-new"} == {each["outcome"] for each in second["messages"]}
    assert len(copies) == len(second["messages"])


def test_a_second_run_has_nothing_to_send(world: World):
    item = world.bill("10023", "12500.00", "2026-11-05", kid="0010017")
    first = world.json("pay-due", code=0)

    second = world.json("pay-due", code=0)

    assert 1 == len(first["remittances"])
    assert [] == second["remittances"]
    ((skipped,),) = [second["skipped"]]
    assert item == skipped["open_item"]
    assert skipped["reason"].startswith("in-flight: transmitted")


def test_a_partial_payment_leaves_the_rest_open(world: World):
    item = world.bill("10023", "12500.00", "2026-11-05", kid="0010017")
    paid = world.json("pay-due", f"{item}=5000", code=0)
    world.to_bank()
    world.let_pass(days=4)
    world.books("reconcile", today="2026-11-06", code=0)

    (left,) = world.json("payables", today="2026-11-06")
    again = world.json("pay-due", today="2026-11-06", code=0)

    assert "5000.00" == paid["remittances"][0]["total"]
    assert ("7500.00", "open") == (left["amount"], left["state"])
    assert "7500.00" == again["remittances"][0]["total"]
    assert 2 == len({each["end_to_end_id"] for each in world.json("payments")})


def test_a_rejected_payment_is_held_until_a_person_releases_it(world: World):
    item = world.bill("10024", "1500.00", "2026-11-06", party="L10002")
    world.bank("payee", OTHER_ACCOUNT, "--closed")
    world.books("pay-due", code=0)
    world.to_bank()
    world.let_pass(days=7)

    world.books("reconcile", today="2026-11-09", code=3)

    (held,) = world.json("payables", today="2026-11-09")
    assert "held" == held["state"]
    assert "AC04" in held["reason"]
    nothing = world.json("pay-due", today="2026-11-09", code=3)
    assert [] == nothing["remittances"]
    world.books("release", item, today="2026-11-09", code=0)
    again = world.json("pay-due", today="2026-11-09", code=0)
    first, second = world.json("payments", today="2026-11-09")
    assert "1500.00" == again["remittances"][0]["total"]
    assert {1, 2} == {first["attempt"], second["attempt"]}
    assert first["end_to_end_id"] != second["end_to_end_id"]


def test_a_dry_run_writes_nothing(world: World):
    world.bill("10023", "12500.00", "2026-11-05", kid="0010017")
    before = tree(world)

    shown = world.books("pay-due", "--dry-run", code=0)

    assert "12 500.00" in shown.out
    assert before == tree(world)
    world.books("pay-due", code=0)
    world.to_bank()
    world.let_pass(days=4)
    before = tree(world)

    shown = world.books("reconcile", "--dry-run", today="2026-11-06", code=0)

    assert "+ 2026-11-05 balance" in shown.out
    assert before == tree(world)


def tree(world: World) -> dict[str, bytes]:
    """Every file of the books but the store's own."""
    return {
        str(path.relative_to(world.folder)): path.read_bytes()
        for path in sorted(world.folder.rglob("*"))
        if path.is_file() and ".books" not in path.parts
    }


def test_the_order_of_arrival_does_not_matter(world: World, tmp_path):
    """Same files, all at once or one a run, forwards or backwards: the same postings."""
    world.bank("agreement", ACCOUNT, "--ocr", "001008566", "--camt054")
    world.bill("10023", "12500.00", "2026-11-05", kid="0010017")
    world.sale("5001", "25000.00", "200010050017")
    world.books("pay-due", code=0)
    world.to_bank()
    world.bank("pay-in", ACCOUNT, "--amount", "25000", "--kid", "200010050017")
    world.bank("advance", "--days", "5")
    delivered = tmp_path / "delivered"
    world.bank("collect", str(delivered))
    files = sorted(delivered.iterdir())
    results = []
    for number, order in enumerate((files, files[::-1])):
        other = copied(world, tmp_path / f"order-{number}")
        for file in order:
            other.books("reconcile", str(file), today="2026-11-07")
        other.books("reconcile", today="2026-11-07", code=0)
        results.append(outcome(other))
    at_once = copied(world, tmp_path / "at-once")
    at_once.books("reconcile", *map(str, files), today="2026-11-07", code=0)

    assert results[0] == results[1] == outcome(at_once)


def copied(world: World, folder) -> World:
    import shutil

    shutil.copytree(world.folder, folder / "books")
    return World(folder)


def outcome(world: World) -> object:
    status = world.json("status", today="2026-11-07")
    return (
        status,
        world.json("payables", today="2026-11-07"),
        world.json("receivables", today="2026-11-07"),
        world.json("payments", today="2026-11-07"),
        world.json("unmatched", today="2026-11-07"),
    )


def test_the_store_can_be_thrown_away(world: World):
    import shutil

    world.bill("10023", "12500.00", "2026-11-05", kid="0010017")
    world.bill("10024", "700.00", "2026-11-09", party="L10002")
    world.sale("5001", "25000.00", "200010050017")
    world.books("pay-due", code=0)
    world.to_bank()
    world.bank("pay-in", ACCOUNT, "--amount", "24000", "--kid", "200010050017")
    world.bank("pay-in", ACCOUNT, "--amount", "17", "--kid", "999999999991")
    world.let_pass(days=4)
    world.books("reconcile", today="2026-11-06", code=3)
    before = outcome(world)
    shutil.rmtree(world.folder / ".books")

    assert before == outcome(world)
    assert 0 == world.json("reconcile", today="2026-11-07", code=3)["posted"]


def test_what_is_paid_too_much_is_a_credit_of_the_customer(world: World):
    item = world.sale("5001", "25000.00", "200010050017")
    world.bank("pay-in", ACCOUNT, "--amount", "25200", "--kid", "200010050017")
    world.let_pass(days=3)

    world.books("reconcile", code=3)

    (credit,) = world.json("receivables")
    assert "-200.00" == credit["amount"]
    assert credit["open_item"].startswith("cr-")
    (waiting,) = world.json("unmatched")
    assert ("200.00", credit["open_item"]) == (waiting["amount"], waiting["open_item"])
    assert item not in {each["open_item"] for each in world.json("receivables")}
    world.books("verify", code=0)
