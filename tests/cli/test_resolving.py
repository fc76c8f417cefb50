"""What the bank or we said of a payment is not so: an alarm, a person's word, and an end.

Whatever the person says, the bill that the bank has paid is settled and never paid again.
"""

from __future__ import annotations

import shutil
from functools import partial

import pytest
from world import World

from ledger.identifications import end_to_end

REASON = "Banken på telefon: utført, sak 4711"
AC04 = "<StsRsnInf><Rsn><Cd>AC04</Cd></Rsn></StsRsnInf>"
PAIN_002 = """<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.03"><CstmrPmtStsRpt>
<GrpHdr><MsgId>{name}</MsgId><CreDtTm>{day}T10:00:00</CreDtTm></GrpHdr>
<OrgnlGrpInfAndSts><OrgnlMsgId>{message}</OrgnlMsgId>
<OrgnlMsgNmId>pain.001.001.03</OrgnlMsgNmId><GrpSts>{status}</GrpSts>{reasons}
</OrgnlGrpInfAndSts>{payments}</CstmrPmtStsRpt></Document>
"""


@pytest.fixture
def bill(world: World) -> str:
    item = world.bill("10023", "500.00", "2026-11-02")
    world.books("pay-due", code=0)
    return item


def payment(world: World) -> dict:
    return min(world.json("payments"), key=lambda each: each["attempt"])


def answered(world: World, name: str, *, status="RJCT", reasons=AC04, payments="") -> None:
    """Put an answer of the bank to the first message into the inbox."""
    text = PAIN_002.format(
        name=name,
        day=world.today,
        message=payment(world)["message_id"],
        status=status,
        reasons=reasons,
        payments=payments,
    )
    (world.folder / "bank" / "inbox" / f"{name}.xml").write_text(text, "utf-8")


def executed(world: World) -> None:
    world.let_pass(days=3)
    world.today = "2026-11-06"


def is_proved_with_an_alarm(world: World) -> bool:
    """Whether bank and books agree, and the proof says that a person is asked."""
    told = world.json("verify", code=0)["checks"]
    (in_flight,) = (each["detail"] for each in told if each["name"] == "in flight")
    return "alarms for a person: 1 (books unmatched)" in in_flight


def failing(world: World) -> list[str]:
    return [each["name"] for each in world.json("verify")["checks"] if not each["ok"]]


def nothing_is_ordered(world: World) -> bool:
    return world.json("pay-due", "--until", "2026-12-31")["remittances"] == []


def answered_and_booked(world: World, *, code: int = 3, **answer: str) -> dict:
    """The bank answers before the run, and pays all the same."""
    world.to_bank()
    answered(world, "X1", **answer)
    world.books("reconcile", code=code)
    executed(world)
    return world.json("reconcile", code=3)


rejected_and_booked = answered_and_booked
cancelled_and_booked = partial(answered_and_booked, status="CANC", reasons="")


def booked_and_rejected(world: World) -> dict:
    world.to_bank()
    executed(world)
    world.books("reconcile", code=0)
    answered(world, "X1")
    return world.json("reconcile", code=3)


def dropped_and_booked(world: World) -> dict:
    (file,) = (world.folder / "bank" / "outbox").iterdir()
    world.books("cancel", payment(world)["message_id"], "--never-sent", code=0)
    world.bank("upload", str(file))
    world.bank("approve", "--all", "--as", "Kari")
    executed(world)
    return world.json("reconcile", code=3)


STORIES = {
    "rejected, then booked": (rejected_and_booked, "RJCT AC04"),
    "booked, then rejected": (booked_and_rejected, "RJCT AC04"),
    "never sent, then booked": (dropped_and_booked, "2026-11-02"),
    "cancelled, then booked": (cancelled_and_booked, "CANC"),
}


@pytest.mark.parametrize(("story", "told"), STORIES.values(), ids=list(STORIES))
def test_an_alarm_ends_with_a_persons_word_and_nothing_is_paid_again(
    world: World, bill, story, told
):
    story(world)
    assert len(payment(world)["alarms"]) == 1
    assert is_proved_with_an_alarm(world)
    assert world.books("lock", "2026-11-04").code == 1
    (row,) = world.json("unmatched")
    assert (
        row["decide"] == f'books resolve {payment(world)["end_to_end_id"]} --reason "..."'
    )

    ended = world.json("resolve", bill, "--reason", REASON, code=0)

    assert ended["payments"][0]["resolved"][0]["told"].startswith(told)
    assert payment(world)["alarms"] == []
    assert payment(world)["state"] == "booked"
    assert f"avklart 2026-11-06: {REASON} (kari)" in payment(world)["reason"]
    assert failing(world) == []
    assert world.json("unmatched", code=0) == []
    assert world.books("status", code=0)
    assert world.json("payables") == []
    assert nothing_is_ordered(world)
    decided = [e for e in world.json("why", bill)["steps"] if e["kind"] == "decision"]
    assert (decided[-1]["reason"], decided[-1]["by"]) == (REASON, "kari")
    assert f"against {told}" in world.books("why", bill).out
    world.books("lock", "2026-11-04", code=0)
    refused = world.books("resolve", bill, "--reason", REASON, code=1)
    assert f"was resolved before, 2026-11-06: {REASON} (kari)" in refused.err


def test_what_a_person_reads_from_the_alarm_to_its_end(world: World, bill, golden):
    rejected_and_booked(world)
    name = payment(world)["end_to_end_id"]
    told = []
    for command in (
        ("unmatched",),
        ("resolve", name, "--reason", REASON),
        ("payments",),
        ("why", bill),
        ("verify",),
    ):
        ran = world.books(*command)
        told.append(f"$ books {' '.join(command)}  (exit {ran.code})\n{ran.out}\n")
    text = (world.folder / "bank" / "2026" / "11.beancount").read_text("utf-8")
    _, line = text.split("2026-11-06 custom")
    told.append(f"2026-11-06 custom{line}")
    golden("resolving/rejected-and-booked.txt", "".join(told).encode())


def test_it_stands_in_the_books_and_survives_every_loss(world: World, bill, tmp_path):
    rejected_and_booked(world)
    before = tmp_path / "before"
    shutil.copytree(world.folder / "bank" / "2026", before)
    world.books("resolve", bill, "--reason", REASON, code=0)
    text = (world.folder / "bank" / "2026" / "11.beancount").read_text("utf-8")
    assert 'custom "contradiction-resolved" "E-' in text

    shutil.copytree(before, world.folder / "bank" / "2026", dirs_exist_ok=True)
    older = world.books("resolve", bill, "--reason", "x", code=1)
    assert "the books are older than the store" in older.err
    world.books("rebuild", code=0)
    assert payment(world)["alarms"] == []

    shutil.rmtree(world.folder / ".books")
    assert payment(world)["alarms"] == []
    world.books("rebuild", code=0)
    assert failing(world) == []
    assert nothing_is_ordered(world)


def test_what_the_bank_tells_in_another_file_is_an_alarm_again(world: World, bill):
    rejected_and_booked(world)
    world.books("resolve", bill, "--reason", REASON, code=0)

    answered(world, "X2", reasons=AC04.replace("AC04", "AM04"))
    found = world.json("reconcile", code=3)

    (alarm,) = found["alarms"]
    assert "AM04" in alarm
    assert "AC04" not in alarm
    assert is_proved_with_an_alarm(world)
    world.books("resolve", bill, "--reason", "igjen", code=0)
    assert failing(world) == []


def test_a_rejection_after_the_booking_is_an_alarm_of_its_run(world: World, bill):
    found = booked_and_rejected(world)

    (alarm,) = found["alarms"]
    assert "banken avviste den: AC04" in alarm
    again = world.json("reconcile", code=3)
    assert again["alarms"] == [], "told by the run that brought it; after that it waits"


def test_the_text_of_the_run_tells_it_once(world: World, bill):
    world.to_bank()
    executed(world)
    world.books("reconcile", code=0)
    answered(world, "X1")

    assert world.books("reconcile", code=3).out.count("ALARM E-") == 1


def test_a_bill_that_is_on_its_way_again_is_recalled_first(world: World, bill):
    """Rejected, released, ordered anew: and then the bank pays the first order."""
    world.to_bank()
    answered(world, "X1")
    world.books("reconcile", code=3)
    world.books("release", bill, code=0)
    world.books("pay-due", code=0)
    executed(world)
    world.books("reconcile", code=3)
    (second,) = [each for each in world.json("payments") if each["attempt"] == 2]

    rows = {each["decide"] for each in world.json("unmatched")}

    name = payment(world)["end_to_end_id"]
    assert f"books cancel {second['end_to_end_id']}" in rows
    assert f'books resolve {name} --reason "..."' in rows
    world.books("resolve", name, "--reason", REASON, code=3)
    (alarm,) = payment(world)["alarms"]
    assert f"books cancel {second['end_to_end_id']}" in alarm
    assert is_proved_with_an_alarm(world)


def test_the_money_is_placed_elsewhere_by_undo_and_book(world: World, bill):
    """The bank took it for something else: the bill is held, not freed."""
    rejected_and_booked(world)
    world.books("undo", "B2026-1", code=0)
    (row,) = [each for each in world.json("unmatched") if each["kind"] == "money"]
    world.books("book", row["open_item"], "7770", code=0)
    world.books("resolve", bill, "--reason", REASON, code=0)

    assert failing(world) == []
    (left,) = world.json("payables")
    assert (left["state"], left["amount"]) == ("held", "500.00")
    assert nothing_is_ordered(world)


def test_what_came_back_after_it_opens_the_bill_held(world: World, bill):
    world.bank("payee", "15032080119", "--returns")
    rejected_and_booked(world)
    world.books("resolve", bill, "--reason", REASON, code=0)
    world.let_pass(days=3)
    world.today = "2026-11-10"
    world.books("reconcile", code=3)

    assert payment(world)["state"] == "returned"
    (left,) = world.json("payables")
    assert left["state"] == "held"
    assert nothing_is_ordered(world)


@pytest.mark.parametrize("given", ["lf-L10001-10023", "E", "M"])
def test_a_payment_a_message_and_an_item_name_it(world: World, bill, given):
    rejected_and_booked(world)
    names = {"E": "end_to_end_id", "M": "message_id"}
    reference = payment(world)[names[given]] if given in names else given

    world.books("resolve", reference, "--reason", REASON, code=0)

    assert payment(world)["alarms"] == []


def test_what_nothing_contradicts_is_refused(world: World, bill):
    before = (world.folder / "bank" / "2026" / "11.beancount").read_bytes()

    refused = world.books("resolve", bill, "--reason", REASON, code=1)

    assert "nothing contradicts it" in refused.err
    assert "--reason: is empty" in world.books("resolve", bill, "--reason", " ", code=1).err
    assert "is a voucher" in world.books("resolve", "IB2026-1", "--reason", "x", code=1).err
    assert before == (world.folder / "bank" / "2026" / "11.beancount").read_bytes()


def test_parked_money_ends_by_being_placed_and_no_other_way(world: World, bill):
    world.bank("fault", "other_amount", "ore=-100")
    world.to_bank()
    executed(world)
    world.books("reconcile", code=3)

    refused = world.books("resolve", bill, "--reason", REASON, code=1)

    assert "499.00 NOK is parked as cr-" in refused.err
    assert "books match or books book" in refused.err


def test_rejected_and_booked_with_another_amount_ends_when_it_is_placed(world: World, bill):
    world.bank("fault", "other_amount", "ore=100")
    rejected_and_booked(world)
    name = payment(world)["end_to_end_id"]

    world.books("match", name, bill, code=0)
    world.books("book", name, "7770", code=0)

    assert payment(world)["alarms"] == []
    assert failing(world) == []
    assert nothing_is_ordered(world)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('"E-1"', "type it as"),
        ('"E-1" "X1.xml"', "neither 16 to 64 digits"),
        ('"E-1" "never-sent"', 'say reason: "…"'),
    ],
)
def test_a_line_that_decides_nothing_is_an_error_of_the_books(world: World, line, says):
    world.append(
        "vouchers/2026/11.beancount", f'2026-11-06 custom "contradiction-resolved" {line}\n'
    )

    assert says in world.books("status", code=1).err


def test_an_inherited_reason_is_shown(world: World, bill):
    """The payment is named, its status and reason stand above it."""
    world.to_bank()
    name = payment(world)["end_to_end_id"]
    answered(
        world,
        "X1",
        payments="<OrgnlPmtInfAndSts><OrgnlPmtInfId>P</OrgnlPmtInfId><TxInfAndSts>"
        f"<OrgnlEndToEndId>{name}</OrgnlEndToEndId></TxInfAndSts></OrgnlPmtInfAndSts>",
    )

    world.books("reconcile", code=3)

    assert payment(world)["reason"] == "AC04 Kontoen er avsluttet"
    assert "rejected by the bank: AC04" in world.json("payables")[0]["reason"]
    assert "RJCT (transaction) AC04" in world.books("why", bill).out


def test_a_status_that_nobody_knows_waits_until_the_payment_is_booked(world: World, bill):
    world.to_bank()
    answered(world, "X1", status="ZZZZ", reasons="")
    world.books("reconcile", code=3)
    assert 1 == len(payment(world)["alarms"])
    executed(world)

    world.books("reconcile", code=0)

    assert ("booked", []) == (payment(world)["state"], payment(world)["alarms"])
    assert [] == world.json("unmatched", code=0)
    assert failing(world) == []


def test_a_payment_on_the_payees_account_is_no_alarm(world: World, bill):
    answered(world, "X1", status="ACCC", reasons="")

    world.books("reconcile", code=0)

    assert ("accepted", []) == (payment(world)["state"], payment(world)["alarms"])


NOT_HERE = end_to_end("987654325", "86011117947", ["lf-other"], 1)
NAMED = """<OrgnlPmtInfAndSts><OrgnlPmtInfId>{part}</OrgnlPmtInfId>{status}{payment}
</OrgnlPmtInfAndSts>"""


@pytest.mark.parametrize("level", ["part", "payment"])
def test_an_answer_under_our_own_message_to_what_nobody_knows_stops_paying(
    world: World, bill, level: str
):
    """A rejection that reaches no payment was shown nowhere, and paying went on."""
    message = payment(world)["message_id"]
    name = f"{message}-9" if level == "part" else NOT_HERE
    rejected = f"<TxSts>RJCT</TxSts>{AC04}"
    told = NAMED.format(
        part=name if level == "part" else f"{message}-1",
        status=f"<PmtInfSts>RJCT</PmtInfSts>{AC04}" if level == "part" else "",
        payment=""
        if level == "part"
        else f"<TxInfAndSts><OrgnlEndToEndId>{name}</OrgnlEndToEndId>{rejected}"
        "</TxInfAndSts>",
    )
    answered(world, "X1", status="PART", reasons="", payments=told)
    second = world.bill("10024", "250.00", "2026-11-02", party="L10002")

    ran = world.json("reconcile", code=3)

    (alarm,) = ran["alarms"]
    assert name in alarm
    (row,) = world.json("unmatched", code=3)
    assert (name, "alarm", alarm) == (row["ref"], row["kind"], row["reason"])
    assert f'books rebuild\nbooks resolve {name} --reason "..."' == row["decide"]
    assert alarm in world.books("pay-due", code=1).err
    world.books("rebuild")
    assert alarm in world.books("pay-due", code=1).err
    shutil.rmtree(world.folder / ".books")
    assert alarm in world.books("pay-due", code=1).err

    assert name == world.json("resolve", name, "--reason", REASON, code=0)["identification"]

    assert [] == world.json("unmatched", code=0)
    shutil.rmtree(world.folder / ".books")
    (paid,) = world.json("pay-due", code=0)["remittances"]
    assert ("250.00", 1) == (paid["total"], paid["payments"])
    assert "in-flight" == next(
        each["state"] for each in world.json("payables") if each["open_item"] == second
    )
    # The same words in another file are an alarm again.
    answered(world, "X2", status="PART", reasons="", payments=told)
    world.books("reconcile", code=3)
