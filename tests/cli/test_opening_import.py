"""`books import --opening`: the file is kept, and the voucher leads to it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from day_statements import debit, stated
from world import World

from ledger.archive import Archive
from ledger.books import load

CSV = """\
konto;beløp;part;navn;faktura;forfall
1920;250 000,00;;;;
2050;-280 000,00;;;;
1500;30 000,00;K20001;Kunde Nord AS;5001;20.11.2026
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "saldo 31.10.csv"
    path.write_bytes(CSV.encode("cp1252"))
    return path


def test_the_file_is_archived_byte_for_byte_and_linked(world: World, file: Path):
    (row,) = world.json("import", "--opening", str(file), code=0)["vouchers"]

    assert "IB2026-2" == row["voucher"]
    (voucher,) = (
        each
        for each in load(world.folder).transactions
        if each.meta.get("voucher") == row["voucher"]
    )
    assert voucher.place is not None
    written = world.folder / voucher.place.file
    document = os.path.normpath(written.parent / str(voucher.meta["document"]))
    assert CSV.encode("cp1252") == Path(document).read_bytes()
    world.books("verify", code=0)


def test_an_opening_that_is_taken_away_is_missed(world: World, file: Path):
    world.books("import", "--opening", str(file), code=0)
    (path,) = (
        each
        for each in (world.folder / "vouchers").rglob("*-import.beancount")
        if "IB2026-2" in each.read_text("utf-8")
    )
    text = path.read_text("utf-8")

    path.write_text(text[: text.rindex(";; batch")], "utf-8")

    assert "IB2026-2" in world.books("verify", code=1).out


def test_a_refused_opening_is_not_kept(world: World, file: Path):
    file.write_text(CSV.replace("-280", "-281"), "utf-8")

    world.books("import", "--opening", str(file), code=1)

    assert () == tuple(Archive(world.folder).hashes())


AT_THE_BANK = """\
konto;beløp;part;navn;faktura;forfall;kid;bankkonto;i banken;betales
1920;250 000,00;;;;;;;;
2050;-246 000,00;;;;;;;;
2400;-4 000,00;L10001;Fjellkraft AS;10023;03.11.2026;0010023000;1503.20.80119;E-4711;03.11.2026
"""
BILL = "lf-L10001-10023"
END = ("cancel", "E-4711", "--never-sent", "--reason", "slettet i nettbanken 2.11.")


@pytest.fixture
def moved_in(world: World, tmp_path: Path) -> World:
    """Books with a bill that the old system has sent to the bank."""
    path = tmp_path / "saldo.csv"
    path.write_text(AT_THE_BANK, "utf-8")
    world.books("import", "--opening", str(path), code=0)
    return world


def state(world: World) -> tuple[str, str]:
    """The states of the bill, and of the old system's payment."""
    (bill,) = world.json("payables")
    payments = {each["end_to_end_id"]: each["state"] for each in world.json("payments")}
    return bill["state"], payments["E-4711"]


def test_what_the_old_system_sent_and_never_comes_is_ended_by_a_person(moved_in: World):
    world = moved_in
    world.today = "2026-11-12"
    assert world.json("status", code=3)["late"] == ["E-4711"]
    assert world.json("pay-due")["remittances"] == []

    told = world.json(*END, code=0)

    assert (told["end_to_end_id"], told["state"]) == ("E-4711", "dropped")
    assert state(world) == ("open", "dropped")
    (payment,) = world.json("payments")
    assert payment["reason"] == "slettet i nettbanken 2.11. (kari)"
    machine = (world.folder / "bank" / "2026" / "11.beancount").read_text("utf-8")
    assert (
        '2026-11-12 custom "payment-dropped" "E-4711"\n'
        '  reason: "slettet i nettbanken 2.11."\n'
        '  by: "kari"\n'
    ) in machine
    assert world.json("status", code=0)["late"] == []
    world.books("verify", code=0)
    (sent,) = world.json("pay-due", code=0)["remittances"]
    assert (sent["payments"], sent["total"]) == (1, "4000.00")
    assert world.json("pay-due", code=0)["remittances"] == []
    assert state(world) == ("in-flight", "dropped")
    world.books("verify", code=0)
    world.books("rebuild", code=0)
    assert state(world) == ("in-flight", "dropped")


def test_a_payment_of_the_old_system_is_ended_with_a_reason_and_once(moved_in: World):
    world = moved_in
    assert "recall it in the netbank" in world.books("cancel", "E-4711", code=1).err
    without = world.books("cancel", "E-4711", "--never-sent", code=1).err
    assert "say how you know that it never comes" in without
    assert state(world) == ("in-flight", "transmitted")

    world.books("cancel", BILL, *END[2:], code=0)

    assert "E-4711: is dropped" in world.books(*END, code=1).err
    assert state(world) == ("open", "dropped")


@pytest.mark.parametrize("is_ordered_again", [False, True])
def test_a_payment_that_comes_though_it_was_never_to_come_settles_its_bill(
    moved_in: World, is_ordered_again: bool
):
    world = moved_in
    world.books(*END, code=0)
    if is_ordered_again:
        world.books("pay-due", code=0)
    path = world.folder.parent / "tuesday.xml"
    booked = debit("4000.00", "2026-11-03", "R1", "E-4711")
    path.write_bytes(stated("250000.00", "246000.00", booked, day="2026-11-03"))

    ran = world.books("reconcile", str(path), today="2026-11-04")

    assert "ALARM E-4711" in ran.out
    states = {e["end_to_end_id"]: e for e in world.json("payments")}
    assert states["E-4711"]["state"] == "booked"
    assert world.json("payables") == []
    if not is_ordered_again:
        assert states["E-4711"]["alarms"] == []
        world.books("verify", code=0)
        return
    (second,) = states.keys() - {"E-4711"}
    assert f"books cancel {second}" in states["E-4711"]["alarms"][0]
    detail = {e["name"]: e["detail"] for e in world.json("verify", code=0)["checks"]}
    assert "alarms for a person: 1" in detail["in flight"]
    # The second never leaves the company: then nothing contradicts anything any more.
    world.books("cancel", second, "--never-sent", "--reason", "ikke lastet opp", code=0)
    world.books("verify", code=0)
