"""Commands do not load the whole books when nothing but our own files has changed."""

from __future__ import annotations

import shutil

import pytest
from world import ACCOUNT, World

from ledger.books import loading

COMMANDS = (
    "status",
    "payables",
    "receivables",
    "payments",
    "unmatched",
    "pay-due",
    "reconcile",
)


@pytest.fixture
def loads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every full load of the books from here on."""
    found: list[str] = []
    whole = loading.load

    def counted(folder, **more):
        found.append(str(folder))
        return whole(folder, **more)

    monkeypatch.setattr(loading, "load", counted)
    return found


@pytest.fixture
def lived(world: World) -> World:
    """A company that has paid, been paid, and has something parked."""
    world.bank("agreement", ACCOUNT, "--ocr", "001008566", "--camt054")
    world.bill("10023", "12500.00", "2026-11-05", kid="0010017")
    world.sale("5001", "25000.00", "200010050017")
    world.books("pay-due", code=0)
    world.to_bank()
    world.bank("pay-in", ACCOUNT, "--amount", "24000", "--kid", "200010050017")
    world.bank("pay-in", ACCOUNT, "--amount", "17", "--kid", "999999999991")
    world.let_pass(days=4)
    world.today = "2026-11-06"
    world.books("status")
    return world


def test_no_command_of_every_day_loads_the_books(lived: World, loads: list[str]):
    lived.books("reconcile", code=3)
    for command in COMMANDS:
        lived.books(command)

    assert [] == loads


def test_a_person_who_asks_and_decides_loads_nothing(lived: World, loads: list[str]):
    """A trail, money matched and booked by hand, and both taken back."""
    lived.books("reconcile", code=3)
    parked = lived.json("unmatched")[0]
    lived.books("why", "kf-K20001-5001", code=0)
    lived.books("why", parked["voucher"], code=0)
    booked = lived.json("book", parked["ref"], "7770")["voucher"]
    lived.books("undo", booked)
    assert f"voucher {booked}" in lived.books("why", booked, code=0).out

    assert [] == loads


@pytest.mark.parametrize("command", COMMANDS)
def test_without_the_index_each_answer_is_the_same(lived: World, command: str):
    lived.books("reconcile", code=3)
    known = lived.books(command, "--json")
    (lived.folder / ".books" / "index.sqlite").unlink()

    assert known == lived.books(command, "--json")


def test_a_mistake_typed_later_is_still_refused(lived: World):
    lived.append("vouchers/2026/11.beancount", '2026-11-06 * "x" "y"\n  Assets:1  1 NOK\n')

    told = lived.books("pay-due", code=1).err
    shutil.rmtree(lived.folder / ".books")

    assert "vouchers/2026/11.beancount:" in told
    assert told == lived.books("pay-due", code=1).err


def test_a_ruined_index_is_only_a_cache(lived: World):
    before = lived.json("status")
    (lived.folder / ".books" / "index.sqlite").write_bytes(b"no database")

    assert before == lived.json("status")
