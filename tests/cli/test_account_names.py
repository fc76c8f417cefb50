"""An account is named in one way, whichever command takes one."""

from __future__ import annotations

import pytest
from world import ACCOUNT, World

TAX = "86019055177"
TAX_ACCOUNT = """
2026-01-01 open Assets:1922-Skatteinnskudd NOK
  account-no: "1922"
  role: "bank"
  bank-account: "86019055177"
  clearing: "Assets:1929-Interim-bank:B1922"
2026-01-01 open Assets:1929-Interim-bank:B1922 NOK
  role: "clearing"
"""


@pytest.fixture
def two(world: World) -> World:
    """Books with two bank accounts."""
    world.append("accounts.beancount", TAX_ACCOUNT)
    settings = world.folder / "books.toml"
    text = settings.read_text("utf-8").replace(
        "# Files are carried",
        f'[[bank-account]]\nnumber = "{TAX}"\naccount = "Assets:1922-Skatteinnskudd"\n'
        'currency = "NOK"\nfirst_day = 2026-11-01\nopening = "0.00"\n\n# Files are carried',
        1,
    )
    settings.write_text(text, "utf-8")
    return world


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("1920", ACCOUNT),
        ("1922", TAX),
        ("Assets:1922-Skatteinnskudd", TAX),
        ("skatteinnskudd", TAX),
        (TAX, TAX),
        ("8601.90.55177", TAX),
        ("55177", TAX),
        ("8601 90 55177", TAX),
    ],
)
def test_a_bank_account_is_named_alike_everywhere(two: World, name: str, number: str):
    two.bill("1", "100.00", "2026-11-03")

    shown = two.json("statement", name, "2026-11-02", code=3)
    run = two.books("pay-due", "--dry-run", "--account", name, code=0).out

    assert shown["bank_account"] == number
    assert f"To pay from {number} " in run


def test_what_fits_two_accounts_is_a_usage_error_that_lists_them(two: World):
    for command in (
        ("statement", "innskudd", "2026-11-02"),
        ("pay-due", "--account", "udd"),
    ):
        told = two.books(*command, code=2).err
        assert f"2 accounts are named so ({ACCOUNT} Assets:1920-Bankinnskudd, {TAX}" in told


def test_nobody_is_none_of_our_accounts(two: World):
    for name in ("1999", "77", "d"):
        assert two.books("pay-due", "--account", name).code == 1
        told = two.books("statement", name, "2026-11-02", code=1).err
        assert f"{name}: not one of our bank accounts ({ACCOUNT} Assets:1920-" in told
    two.books("statement", " ", "2026-11-02", code=2)


@pytest.mark.parametrize("name", ["7770", "bankgebyr", "Expenses:7770-Bankgebyr"])
def test_book_takes_the_same_names(world: World, name: str):
    world.bank("pay-in", ACCOUNT, "--amount", "300")
    world.let_pass(days=3)
    world.books("reconcile", code=3)
    (row,) = world.json("unmatched", code=3)

    shown = world.books("book", row["ref"], name, code=0).out

    assert "Expenses:7770-Bankgebyr" in shown


def test_book_lists_the_accounts_that_a_tail_fits(world: World):
    world.bank("pay-in", ACCOUNT, "--amount", "300")
    world.let_pass(days=3)
    world.books("reconcile", code=3)
    (row,) = world.json("unmatched", code=3)

    told = world.books("book", row["ref"], "kostnader", code=2).err

    assert "accounts are named so (" in told
    assert "give more of it" in told
    assert world.json("unmatched", code=3) == [row]
