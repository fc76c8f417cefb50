"""Kinds of money that an accountant meets, from the bank's file to the proof."""

from __future__ import annotations

import pytest
from world import ACCOUNT, OTHER_ACCOUNT, SUPPLIER_ACCOUNT, World

DISCOUNT = "  discount: 2.00\n  discount-until: 2026-11-06\n"


def with_discount(world: World) -> None:
    """Give every bill and invoice a cash discount until 6 November."""
    file = world.folder / "vouchers/2026/11.beancount"
    text = file.read_text("utf-8").replace("\n  due: ", f"\n{DISCOUNT}  due: ")
    file.write_text(text, "utf-8")


@pytest.mark.parametrize(("days", "left"), [(2, []), (6, ["500.00"])])
def test_a_cash_discount_is_taken_within_its_date_only(world: World, days, left):
    world.sale("5001", "25000.00", "200010050017")
    with_discount(world)
    world.bank("advance", "--days", str(days))
    world.bank("pay-in", ACCOUNT, "--amount", "24500", "--kid", "200010050017")
    world.let_pass(days=2)

    world.books("reconcile", today="2026-11-12", code=0)

    assert [each["amount"] for each in world.json("receivables")] == left
    world.books("verify", today="2026-11-12", code=0)


@pytest.mark.parametrize(
    ("asked", "day", "left"),
    [("=9800.00", "2026-11-06", []), ("=9700.00", "2026-11-20", ["300.00"])],
)
def test_pay_due_takes_a_discount_when_a_person_asks_for_it(world: World, asked, day, left):
    item = world.bill("771", "10000.00", "2026-11-20")
    with_discount(world)

    world.books("pay-due", f"{item}{asked}", "--yes", code=0)
    world.to_bank()
    (ordered,) = world.json("payments")
    world.let_pass(days=20)
    world.books("reconcile", today="2026-11-23")

    assert ordered["requested"] == day
    assert [each["amount"] for each in world.json("payables")] == left
    world.books("verify", today="2026-11-23", code=0)


def test_pay_due_pays_in_full_where_nobody_asks(world: World):
    world.bill("771", "10000.00", "2026-11-06")
    with_discount(world)

    (sent,) = world.json("pay-due", "--yes")["remittances"]

    assert sent["total"] == "10000.00"


def test_a_discounted_payment_that_comes_back_takes_its_discount_back(world: World):
    item = world.bill("771", "10000.00", "2026-11-20")
    with_discount(world)
    world.bank("payee", SUPPLIER_ACCOUNT, "--returns")
    world.books("pay-due", f"{item}=9800.00", "--yes", code=0)
    world.to_bank()
    world.let_pass(days=5)
    world.books("reconcile", today="2026-11-07", code=0)
    assert world.json("payables") == []

    world.let_pass(days=14)
    world.books("reconcile", today="2026-11-20", code=3)

    (bill,) = world.json("payables")
    assert (bill["amount"], bill["state"]) == ("10000.00", "held")
    written = (world.folder / "bank/2026/11.beancount").read_text("utf-8")
    assert written.count("Income:8070-Andre-finansinntekter") == 2  # taken, given back
    world.books("verify", today="2026-11-20", code=0)


def suggested(world: World) -> list[tuple[str, str]]:
    """Return where the newest thing that waits may belong, and why."""
    *_, newest = world.json("unmatched")
    return [(each["account"], each["why"]) for each in newest["candidates"]]


@pytest.mark.parametrize("with_index", [True, False])
def test_what_a_person_chose_before_is_suggested_and_never_posted(world: World, with_index):
    for day in (1, 2):
        world.bank(
            *("pay-in", ACCOUNT, "--amount", str(100 * day), "--text", "Panteretur"),
            *("--from-name", "Butikken", "--from-account", OTHER_ACCOUNT),
        )
        world.let_pass(days=2)
        world.books("reconcile", today=f"2026-11-0{4 + 2 * day}", code=3)
        if day == 1:
            ref = world.json("unmatched")[0]["ref"]
            done = world.json("book", ref, "3900", code=0)["voucher"]
    if not with_index:
        (world.folder / ".books/index.sqlite").unlink()

    ((account, why),) = suggested(world)

    assert account == "Income:3900-Andre-inntekter"
    assert why == f"kari førte penger fra eller til samme konto der ({done}, 2026-11-02)"
    world.books("undo", done, code=0)
    assert suggested(world) == []
