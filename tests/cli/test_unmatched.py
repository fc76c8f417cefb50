"""What `unmatched` suggests: the bank's own correction, and one of very many."""

from __future__ import annotations

import pytest
from day_statements import debit, entry, stated, take_in
from web_pages import Browser
from world import ACCOUNT, OTHER_ACCOUNT, World

from ledger.books import load


def rows(world: World) -> dict[str, dict]:
    return {row["amount"]: row for row in world.json("unmatched", code=3)}


@pytest.fixture
def corrected(world: World) -> World:
    """The bank takes 60.00 that nobody knows, and gives them back two days later."""
    world.today = "2026-11-06"
    first = stated(
        *("250000.00", "249940.00", debit("60.00", "2026-11-03", "R1", "X1")),
        day="2026-11-03",
    )
    later = stated(
        *("249940.00", "250000.00", entry("60.00", "2026-11-05", "R2")), day="2026-11-05"
    )
    take_in(world, first=first, later=later)
    return world


@pytest.mark.parametrize("named", ["-60.00", "60.00"])
def test_the_banks_correction_and_what_it_corrects_suggest_and_close_each_other(
    corrected: World, named: str
):
    """Whichever of the two a person begins with."""
    found = rows(corrected)
    keys = {amount: row["open_item"] for amount, row in found.items()}
    (other,) = (key for amount, key in keys.items() if amount != named)

    (candidate,) = found[named]["candidates"]
    assert candidate["open_item"] == other
    assert "motsatt vei 2026-11-0" in candidate["why"]
    assert other in Browser(corrected).text("waiting")
    voucher = corrected.json("match", found[named]["ref"], other, code=0)["voucher"]

    corrected.books("unmatched", code=0)
    (posted,) = load(corrected.folder).register.by_voucher([voucher])
    assert {
        each.account.partition(":")[2][:4]: each.units.text for each in posted.postings
    } == {
        "1579": "-60.00",
        "2990": "60.00",
    }
    # Not before both are there: the first posting would be taken for its beginning.
    assert str(posted.date) == "2026-11-05"
    assert posted.narration.startswith("Motregnet")
    corrected.books("verify", code=0)
    corrected.books("undo", voucher, code=0)
    assert {amount: row["open_item"] for amount, row in rows(corrected).items()} == keys


def test_a_part_of_what_the_bank_gave_back_closes_a_part(corrected: World):
    """The earlier money is matched with the later: nothing crosses zero on the way."""
    found = rows(corrected)
    taken, given = (found[each]["open_item"] for each in ("-60.00", "60.00"))

    corrected.books("match", taken, f"{given}=40", code=0)

    assert set(rows(corrected)) == {"-20.00", "20.00"}
    corrected.books("verify", code=0)


def subscriptions(count: int) -> str:
    """Invoices of one price, each of another customer."""
    return "".join(
        f"2026-01-01 open Assets:1500-Kundefordringer:K3{n:04}-Medlem NOK\n"
        f'  name: "Medlem Nummer{n}"\n  customer: "3{n:04}"\n'
        for n in range(count)
    ) + "".join(
        f'2026-11-02 * "Medlem Nummer{n}" "Kontingent" ^kf-K3{n:04}-{n}\n'
        f"  due: 2026-11-16\n"
        f"  Assets:1500-Kundefordringer:K3{n:04}-Medlem  299.00 NOK\n"
        "  Income:3000-Salgsinntekt-høy  -299.00 NOK\n"
        for n in range(count)
    )


def test_of_very_many_items_of_one_amount_the_payers_name_tells_one(world: World):
    world.append("vouchers/2026/11.beancount", subscriptions(214))
    for name in ("MEDLEM NUMMER17", "Ola Nordmann"):
        world.bank(
            *("pay-in", ACCOUNT, "--amount", "299", "--from-name", name),
            *("--from-account", OTHER_ACCOUNT, "--text", "kontingent"),
        )
    world.let_pass(days=3)
    world.books("reconcile", code=3)

    found = world.json("unmatched", code=3)

    suggested = {
        row["counterparty"]: [each["open_item"] for each in row["candidates"]]
        for row in found
    }
    assert suggested == {"MEDLEM NUMMER17": ["kf-K30017-17"], "Ola Nordmann": []}
    note = "214 åpne poster har dette beløpet: beløpet alene sier ikke hvilken"
    assert {note} == {row["candidates_note"] for row in found}
    assert 2 == world.books("unmatched", code=3).out.count(note)
    assert 2 == Browser(world).text("waiting").count(note)


def test_one_sum_of_what_is_underway_suggests_the_bills_that_it_pays(world: World):
    """The bank names neither the remittance nor its payments."""
    bills = [
        world.bill("1", "12500.00", "2026-11-03"),
        world.bill("2", "250.50", "2026-11-03"),
    ]
    world.books("pay-due", "--yes", code=0)
    line = entry("12750.50", "2026-11-03", "R1").replace("CRDT", "DBIT")
    world.today = "2026-11-04"
    take_in(world, sums=stated("250000.00", "237249.50", line, day="2026-11-03"))

    row = rows(world)["-12750.50"]

    assert [one["open_item"] for one in row["candidates"]] == bills
    assert {one["why"].partition(" i ")[0] for one in row["candidates"]} == {
        "én av 2 betalinger underveis"
    }
    typed = row["candidates_note"].rpartition("books ")[2]
    assert typed == f"match {row['open_item']} {' '.join(bills)}"
    world.books(*typed.split(), code=0)
    assert world.json("payables") == []
