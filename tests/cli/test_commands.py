"""Each command by itself: what it answers, for people and as one JSON document."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys

import pytest
from world import ACCOUNT, World

LISTS = (
    "payables",
    "receivables",
    "payments",
    "unmatched",
    "status",
    "pay-due",
    "reconcile",
)


@pytest.mark.parametrize("command", LISTS)
def test_json_is_one_document_and_nothing_else(world: World, command: str):
    world.bill("10023", "12500.00", "2026-11-05", kid="0010017")

    ran = world.books("--json", command)

    json.loads(ran.out)
    assert "" == ran.err


def test_options_may_stand_before_or_after_the_command(world: World):
    world.bill("10023", "12500.00", "2026-11-05", kid="0010017")

    before = world.books("--json", "--user", "ola", "payables", code=0)
    after = world.books("payables", "--json", code=0)

    assert before.out == after.out


def test_books_alone_is_status_and_the_next_thing_to_do(world: World):
    assert "Next: books reconcile" in world.books(code=0).out

    world.bill("10023", "12500.00", "2026-11-05", kid="0010017")

    assert "Next: books pay-due (1 bill due within a week)" in world.books(code=0).out


def test_hold_and_release(world: World):
    item = world.bill("10023", "12500.00", "2026-11-05", kid="0010017")

    world.books("hold", item, "--reason", "feil pris", code=0)

    (held,) = world.json("payables")
    assert ("held", "feil pris (kari)") == (held["state"], held["reason"])
    run = world.json("pay-due", code=3)
    assert ([], item) == (run["remittances"], run["skipped"][0]["open_item"])
    world.books("release", item, code=0)
    (free,) = world.json("payables")
    assert ("open", None) == (free["state"], free["reason"])
    assert 1 == len(world.json("pay-due", code=0)["remittances"])


def test_a_draft_is_never_paid_until_it_is_posted(world: World):
    item = world.bill("10023", "12500.00", "2026-11-05", kid="0010017", flag="!")
    (draft,) = world.json("payables")
    first = world.json("pay-due", code=3)

    done = world.json("post", item, code=0)

    (posted,) = world.json("payables")
    assert ("draft", []) == (draft["state"], first["remittances"])
    assert {"items": [item]} == done
    assert "open" == posted["state"]
    assert 1 == len(world.json("pay-due", code=0)["remittances"])
    world.books("post", item, code=1)


HELD = {
    "an account that is not the supplier's": (
        {"creditor-account": "86019055177"},
        "confirm",
    ),
    "a KID that fails both moduli": ({"kid": "1234567"}, "KID 1234567"),
    "an account that fails its check digit": ({"creditor-account": "15032080118"}, "check"),
}


@pytest.mark.parametrize(("terms", "told"), HELD.values(), ids=HELD)
def test_what_looks_wrong_is_held_and_the_others_go(world: World, terms, told):
    held = world.bill("1", "100.00", "2026-11-05", **terms)
    good = world.bill("2", "200.00", "2026-11-05", kid="0010025")

    run = world.json("pay-due", code=3)

    ((skipped,), (message,)) = run["skipped"], run["remittances"]
    assert held == skipped["open_item"]
    assert told in skipped["reason"]
    assert "200.00" == message["total"]
    assert {good} == {
        item for each in world.json("payments") for item in each["open_items"]
    }


def test_a_bill_typed_twice_is_held_as_a_likely_duplicate(world: World):
    first = world.bill("10023", "12500.00", "2026-11-05", kid="0010017")
    world.books("pay-due", code=0)
    again = world.bill(
        "10023", "12500.00", "2026-11-05", kid="0010017", **{"open-item": "x"}
    )
    world.append("vouchers/2026/11.beancount", "")
    text = (world.folder / "vouchers/2026/11.beancount").read_text("utf-8")
    parts = text.rsplit(f"^{again}", 1)
    parts[1] = parts[1].replace('  open-item: "x"\n', "", 1)
    (world.folder / "vouchers/2026/11.beancount").write_text(
        f"{parts[0]}^{again}-b{parts[1]}", "utf-8"
    )

    run = world.json("pay-due", code=3)

    assert [] == run["remittances"]
    reasons = {each["open_item"]: each["reason"] for each in run["skipped"]}
    assert f"likely a duplicate of {first}" in reasons[f"{again}-b"]


DUE = {
    "on a bank day": ("2026-11-05", "2026-11-02T09:00", "2026-11-05"),
    "on a Sunday: the Friday before": ("2026-11-08", "2026-11-02T09:00", "2026-11-06"),
    "past due, before the last run": ("2026-10-20", "2026-11-02T09:00", "2026-11-02"),
    "past due, after the last run": ("2026-10-20", "2026-11-02T15:30", "2026-11-03"),
    "past due, on a Saturday": ("2026-10-20", "2026-11-07T09:00", "2026-11-09"),
}


@pytest.mark.parametrize(("due", "now", "executed"), DUE.values(), ids=DUE)
def test_each_bill_goes_on_its_own_day(world: World, due: str, now: str, executed: str):
    world.bill("10023", "12500.00", due, kid="0010017")

    (message,) = world.json("pay-due", today=now, code=0)["remittances"]

    assert {"first": executed, "last": executed} == message["execution_dates"]


def test_what_is_due_later_is_left_for_later(world: World):
    world.bill("1", "100.00", "2026-11-09", kid="0010017")
    late = world.bill("2", "200.00", "2026-11-10", kid="0010025")

    (message,) = world.json("pay-due", code=0)["remittances"]
    (rest,) = world.json("pay-due", "--until", "2026-11-10", code=0)["remittances"]

    assert ("100.00", "200.00") == (message["total"], rest["total"])
    assert late in world.books("payments").out


def test_remittance_is_a_list_to_sign(world: World):
    world.bill("10023", "12500.00", "2026-11-05", kid="0010017")
    (message,) = world.json("pay-due", code=0)["remittances"]

    listed = world.books("remittance", message["message_id"][-6:], code=0).out

    for part in (
        message["message_id"],
        message["control_code"],
        "12 500.00",
        "Fjellkraft AS",
    ):
        assert part in listed


def test_the_netbank_shows_the_same_sum_count_and_control_code(world: World):
    world.bill("10023", "12500.00", "2026-11-05", kid="0010017")
    world.bill("10024", "99.50", "2026-11-05")
    (message,) = world.json("pay-due", code=0)["remittances"]

    receipt = world.bank_json("upload", message["file"])

    assert message["payments"] == receipt["payments"]
    assert message["total"] == receipt["total"]
    assert message["control_code"] == receipt["control_code"]


@pytest.mark.parametrize(("typed", "sent"), [("n", 0), ("", 0), ("y", 1), ("ja", 1)])
def test_a_person_on_a_terminal_is_asked(world: World, typed: str, sent: int):
    world.bill("10023", "12500.00", "2026-11-05", kid="0010017")
    controller, terminal = pty.openpty()
    words = ["pay-due", "--books", str(world.folder), "--today", world.today]
    with subprocess.Popen(
        [sys.executable, "-m", "cli.app", *words],
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
    ) as asked:
        os.write(controller, f"{typed}\n".encode())
        asked.wait(timeout=60)
    os.close(terminal)
    shown = os.read(controller, 65536).decode()
    os.close(controller)

    assert 0 == asked.returncode
    assert "Send this to the bank? [y/N]" in shown
    assert sent == len(list((world.folder / "bank" / "outbox").glob("*.xml")))


def test_why_leads_from_the_bill_to_the_line_of_the_file_and_back(world: World):
    world.bank("agreement", ACCOUNT, "--camt054")
    item = world.bill("10023", "12500.00", "2026-11-05", kid="0010017")
    world.books("pay-due", code=0)
    world.to_bank()
    world.let_pass(days=4)
    world.books("reconcile", today="2026-11-06", code=0)
    (payment,) = world.json("payments")

    trail = world.books("why", item, code=0).out

    assert "vouchers/2026/11.beancount:" in trail
    assert payment["end_to_end_id"] in trail
    assert "Ntfctn[1]/Ntry[1]/TxDtls[1]" in trail
    assert "Stmt[1]/Ntry[1]" in trail
    for reference in (
        payment["end_to_end_id"],
        payment["message_id"],
        "B2026-1",
        "B2026-2",
    ):
        assert item in world.books("why", reference, code=0).out
    kept = next((world.folder / "bank" / "archive").glob("*/*.xml"))
    assert "voucher" in world.books("why", str(archived_statement(world)), code=0).out
    assert kept.exists()


def archived_statement(world: World):
    archive = world.folder / "bank" / "archive"
    return next(
        file
        for file in archive.glob("*/*.xml")
        if b"BkToCstmrStmt" in file.read_bytes() and b"<Ntry>" in file.read_bytes()
    )


def test_verify_names_what_was_altered(world: World):
    world.sale("5001", "25000.00", "200010050017")
    world.bank("pay-in", ACCOUNT, "--amount", "25000", "--kid", "200010050017")
    world.let_pass(days=3)
    world.books("reconcile", code=0)
    proved = world.json("verify", code=0)
    path = world.folder / "bank/2026/11.beancount"
    text = path.read_text("utf-8")
    path.write_text(text.replace("Innbetaling faktura 5001", "Innbetaling faktura 5002"))

    failed = world.json("verify", code=1)

    assert proved["ok"]
    assert not failed["ok"]
    wrong = {each["name"]: each["detail"] for each in failed["checks"] if not each["ok"]}
    assert "B2026-1" in wrong["chain"]


TWINS = {
    "a slip in the invoice number": ({}, "2026-11-05", True),
    "the number right, another due date": ({"same": True}, "2026-11-30", True),
    "next month's bill under a constant KID": ({}, "2026-12-05", False),
}


@pytest.mark.parametrize(("how", "due", "held"), TWINS.values(), ids=TWINS)
def test_one_kid_and_amount_again_is_a_twin_or_next_months_bill(
    world: World, how: dict[str, bool], due: str, held: bool
):
    world.bill("200", "2500.50", "2026-11-05", kid="0010017")
    world.books("pay-due", code=0)
    number = "200" if how.get("same") else "20O"
    again = typed_again(world, number, "2500.50", due)

    run = world.json("pay-due", "--until", "2026-12-31")

    reasons = {each["open_item"]: each["reason"] for each in run["skipped"]}
    assert held is ("likely a duplicate" in reasons.get(again, ""))
    assert held is (run["remittances"] == [])


def test_the_twin_of_a_bill_that_was_paid_in_part_is_still_its_twin(world: World):
    first = world.bill("400", "900.00", "2026-11-05", kid="0010017")
    world.books("pay-due", f"{first}=400", code=0)
    again = typed_again(world, "400", "900.00", "2026-11-05")

    run = world.json("pay-due", again, code=3)

    assert [] == run["remittances"]
    assert f"likely a duplicate of {first}" in run["skipped"][0]["reason"]


def typed_again(world: World, number: str, amount: str, due: str) -> str:
    """Type a bill a second time, under another key; return its key."""
    world.append(
        "vouchers/2026/11.beancount",
        f'2026-11-02 * "Fjellkraft AS" "Faktura {number}" ^lf-L10001-{number}-b\n'
        f'  invoice: "{number}"\n  due: {due}\n  kid: "0010017"\n'
        f"  Liabilities:2400-Leverandørgjeld:L10001-Fjellkraft  -{amount} NOK\n"
        f"  Expenses:6800-Kontorrekvisita  {amount} NOK\n",
    )
    return f"lf-L10001-{number}-b"


def test_a_party_is_called_by_its_whole_number(world: World):
    """Customers K1 and KK1 are two, and what is too much stays with the right one."""
    for number in ("K1", "KK1"):
        world.append(
            "vouchers/2026/11.beancount",
            f'2026-11-02 * "Faktura"\n  customer: "{number}"\n  invoice: "7"\n'
            f'  due: 2026-11-16\n  kid: "{"20001005001" if number == "K1" else "20001005019"}"\n'
            "  Assets:1500-Kundefordringer   100.00 NOK\n"
            "  Income:3000-Salgsinntekt-høy  -100.00 NOK\n",
        )

    shown = world.books("receivables", code=0).out

    assert ["party", "K1", "KK1"] == [line.split()[-1] for line in shown.splitlines()[:3]]
    world.bank("pay-in", ACCOUNT, "--amount", "150", "--kid", "20001005019")
    world.let_pass(days=3)
    world.books("reconcile", code=3)
    credit = next(each for each in world.json("receivables") if each["amount"] == "-50.00")
    assert "KK1" == credit["party"]
    written = (world.folder / "bank/2026/11.beancount").read_text("utf-8")
    assert 'customer: "KK1"' in written


def test_another_part_while_one_is_at_the_bank_is_told_and_not_sent(world: World):
    item = world.bill("10023", "500.00", "2026-11-02", kid="0010017")
    world.books("pay-due", f"{item}=200", code=0)

    above = world.books("pay-due", f"{item}=400", code=1)
    within = world.books("pay-due", f"{item}=300", code=3)
    again = world.books("pay-due", f"{item}=200", code=0)

    assert "400.00 NOK is more than is left, 300.00 NOK (in-flight: " in above.err
    assert "for 200.00 NOK)" in above.err
    assert "another part can go when the bank has ended that" in within.out
    assert "Already at the bank: 1 payment, 200.00 NOK" in again.out
    assert 1 == len(world.json("payments"))


def test_a_bill_that_is_lowered_after_its_payment_is_named_itself(world: World):
    world.bill("10023", "500.00", "2026-11-02", kid="0010017")
    world.books("pay-due", code=0)
    world.to_bank()
    world.let_pass(days=1)
    world.books("reconcile", today="2026-11-03", code=0)
    bills = world.folder / "vouchers/2026/11.beancount"
    bills.write_text(bills.read_text("utf-8").replace("500.00 NOK", "450.00 NOK"), "utf-8")

    told = world.books("status", code=1).err

    line = next(
        n for n, text in enumerate(bills.open(encoding="utf-8"), 1) if "-450" in text
    )
    assert f"vouchers/2026/11.beancount:{line}: " in told
    assert "stands here with 450.00 NOK, but it is settled with 50.00 NOK more" in told
    assert "(bank/2026/11.beancount:" in told


@pytest.mark.parametrize("kind", ["x", "open-item"])
def test_a_custom_line_without_a_value_is_told_plainly(world: World, kind: str):
    world.append("vouchers/2026/11.beancount", f'2026-11-03 custom "{kind}"\n')

    told = world.books("status", code=1).err

    assert "The books have 1 error" in told
    assert "vouchers/2026/11.beancount:" in told
    assert f'custom "{kind}"' in told
    assert "pad" not in told
