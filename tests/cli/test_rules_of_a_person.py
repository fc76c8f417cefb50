"""`[[rule]]` of books.toml by the command line: tried, posted, and what waits with them."""

from __future__ import annotations

from pathlib import Path

import pytest
from world import ACCOUNT, OTHER_ACCOUNT, World

SALES = "Income:3000-Salgsinntekt-høy"
RULE = f'[[rule]]\nname = "r"\nparty = "Ola"\naccount = "{SALES}"\n'


@pytest.fixture
def statement(world: World) -> Path:
    """One receipt that a KID takes, one that the rule takes, one that is parked."""
    world.sale("5001", "1000.00", "200010050017")
    world.append("books.toml", RULE)
    paid = ("pay-in", ACCOUNT, "--from-name", "Ola", "--amount")
    world.bank(*paid, "1000", "--kid", "200010050017")
    world.bank(*paid, "70", "--text", "hei")
    world.bank(*paid, "90", "--kid", "999999999991")
    world.let_pass(days=2)
    inbox = world.folder / "bank/inbox"
    (found,) = (
        file
        for file in inbox.iterdir()
        if b"camt.053" in file.read_bytes() and b"Ola" in file.read_bytes()
    )
    return found


def told(world: World, statement: Path) -> dict[str, dict[str, object]]:
    rows = world.json("rules", "test", str(statement), code=0)
    return {row["amount"]: row for row in rows}


def test_what_is_tried_is_what_reconcile_does(world: World, statement: Path):
    before = sorted(statement.parent.iterdir())

    tried = told(world, statement)
    shown = world.books("rules", "test", str(statement), code=0).out

    assert sorted(statement.parent.iterdir()) == before
    assert {each["rules"][0] for each in tried.values()} == {"r"}
    taken = {amount: (each["taken"], each["account"]) for amount, each in tried.items()}
    assert taken == {
        "1000.00": (False, None),
        "70.00": (True, SALES),
        "90.00": (False, None),
    }
    assert "r fits, but " in shown
    assert f"r -> {SALES}" in shown
    assert "r fits, but it is parked: Ukjent KID 999999999991. Regel i books.toml" in shown
    assert "1 movement of 3 is taken by a rule." in shown
    world.books("reconcile", code=3)
    assert ["90.00"] == [each["amount"] for each in world.json("unmatched", code=3)]
    written = (world.folder / "bank/2026/11.beancount").read_text("utf-8")
    assert written.count(f"\n  {SALES}") == 1


def test_what_is_posted_already_is_told_so(world: World, statement: Path):
    content = statement.read_bytes()
    world.books("reconcile", code=3)
    kept = world.folder.parent / "kept.xml"
    kept.write_bytes(content)

    tried = told(world, kept)
    shown = world.books("rules", "test", str(kept), code=0).out

    assert {each["taken"] for each in tried.values()} == {False}
    assert all(str(each["voucher"]).startswith("B2026-") for each in tried.values())
    assert "r fits, but it is in the books already: B2026-" in shown
    assert "0 movements of 3 are taken by a rule." in shown


def test_a_statement_that_is_held_is_told_so(world: World, statement: Path):
    text = statement.read_text("utf-8")
    text = text.replace(ACCOUNT, OTHER_ACCOUNT)
    other = world.folder.parent / "other.xml"
    other.write_text(text, "utf-8")

    shown = world.books("rules", "test", str(other), code=0).out

    assert (
        f"r fits, but nothing of it is posted now: Konto {OTHER_ACCOUNT} er ikke" in shown
    )


DOCUMENT_RULE = """
[[rule]]
name = "subscription"
text = "abonnement"
account = "Expenses:6553-Programvare"
vat = "1"
document = "required"
"""


@pytest.fixture
def subscription(world: World) -> World:
    """Money out that a rule fits and that waits for its document."""
    world.append("books.toml", DOCUMENT_RULE)
    world.bank("charge", ACCOUNT, "--amount", "50", "--text", "Abonnement")
    world.let_pass(days=2)
    world.books("reconcile", code=3)
    return world


def test_money_that_waits_for_its_document_is_offered_the_whole_command(
    subscription: World, tmp_path: Path
):
    (row,) = subscription.json("unmatched", code=3)
    command = f"book {row['open_item']} Expenses:6553-Programvare --vat 1 --document "
    receipt = tmp_path / "kvittering.pdf"
    receipt.write_bytes(b"%PDF-1.4 kvittering")

    shown = subscription.books("unmatched", code=3).out
    done = subscription.books(*f"{command}{receipt}".split(), code=0).out

    assert f"books {command}FILE" in shown
    assert [f"regelen «subscription»: books {command}FILE"] == [
        each["why"] for each in row["candidates"]
    ]
    assert "requires" not in done
    subscription.books("unmatched", code=0)
    subscription.books("verify", code=0)


def test_who_books_without_the_document_is_told_that_the_rule_wanted_one(
    subscription: World,
):
    (row,) = subscription.json("unmatched", code=3)

    done = subscription.books("book", row["ref"], "6553", code=0).out

    assert "Booked without a document" in done
    assert 'rule "subscription" of books.toml requires one and VAT code 1' in done
    subscription.books("unmatched", code=0)
