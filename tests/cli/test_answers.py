"""What the bank answers of one payment, and what the books then say of it and of its bill."""

from __future__ import annotations

import pytest
from day_statements import answered, take_in
from test_waiting import told
from world import World

BILL = "lf-L10001-10023"


@pytest.fixture
def sent(world: World) -> World:
    """One bill, to be paid on 6 November, at the bank."""
    world.bill("10023", "1000.00", "2026-11-06")
    world.books("pay-due", code=0)
    return world


def answer(
    world: World, status: str, *, more: str = "", reason: str = "", version: str = "03"
) -> bytes:
    (payment,) = world.json("payments")
    message = payment["message_id"]
    data = answered(message, f"{message}-1", status, payment["end_to_end_id"]).decode()
    codes = "<StsRsnInf><Rsn><Cd>AC04</Cd></Rsn></StsRsnInf>"
    data = data.replace(codes, reason + more).replace(
        "pain.002.001.03", f"pain.002.001.{version}"
    )
    return data.encode()


def moved(day: str, version: str) -> str:
    written = day if version == "03" else f"<Dt>{day}</Dt>"
    return f"<OrgnlTxRef><ReqdExctnDt>{written}</ReqdExctnDt></OrgnlTxRef>"


@pytest.mark.parametrize("version", ["03", "10"])
def test_a_payment_that_the_bank_has_moved_is_late_by_its_new_day(
    sent: World, version: str
):
    change = moved("2026-11-16", version)
    reason = "<StsRsnInf><Rsn><Cd>DT01</Cd></Rsn></StsRsnInf>"
    take_in(sent, 0, a=answer(sent, "ACWC", more=change, reason=reason, version=version))

    (payment,) = sent.json("payments")
    assert (payment["state"], payment["requested"]) == ("accepted", "2026-11-16")
    sent.today = "2026-11-17"
    assert sent.json("unmatched", code=0) == []
    (on_its_way,) = sent.json("statement", "1920", "2026-11-13")["outstanding"]
    assert on_its_way["requested"] == "2026-11-16"
    sent.books("rebuild", code=0)
    assert sent.json("payments") == [payment]
    sent.today = "2026-11-20"
    (row,) = told(sent)
    assert (row["date"], "2026-11-16" in row["reason"]) == ("2026-11-16", True)


def test_what_an_answer_echoes_moves_nothing(sent: World):
    echoed = moved("2026-11-16", "03")

    take_in(sent, 0, a=answer(sent, "ACCP", more=echoed))

    assert sent.json("payments")[0]["requested"] == "2026-11-06"


def test_the_last_day_told_counts_in_any_order(sent: World):
    first = answer(sent, "ACWC", more=moved("2026-11-16", "03"))
    last = answer(sent, "ACWC", more=moved("2026-11-18", "03"))
    last = last.replace(b"2026-11-02T10:00:00", b"2026-11-03T10:00:00")

    take_in(sent, 0, b=last)
    take_in(sent, 0, a=first)

    assert sent.json("payments")[0]["requested"] == "2026-11-18"


BY_KARI = "<StsRsnInf><Rsn><Cd>CUST</Cd></Rsn><AddtlInf>Kari</AddtlInf></StsRsnInf>"


@pytest.mark.parametrize("status", ["CANC", "CNCL"])
def test_a_cancellation_that_nobody_asked_for_holds_the_bill(sent: World, status: str):
    take_in(sent, a=answer(sent, status, reason=BY_KARI, version="10"))

    (bill,) = sent.json("payables")
    reason = "cancelled by the bank: CUST Kansellert av kunden («Kari»)"
    assert (bill["state"], bill["reason"]) == ("held", reason)
    assert sent.json("payments")[0]["state"] == "cancelled"
    (row,) = told(sent)
    assert (row["open_item"], row["reason"]) == (BILL, reason)
    assert sent.json("pay-due", "--yes")["remittances"] == []
    sent.books("rebuild", code=0)
    assert sent.json("payables") == [bill]

    sent.books("release", BILL, code=0)

    assert sent.json("unmatched", code=0) == []
    (again,) = sent.json("pay-due", "--yes", code=0)["remittances"]
    assert again["payments"] == 1


def test_a_cancellation_that_we_asked_for_opens_the_bill(sent: World):
    sent.books("cancel", BILL, code=0)

    take_in(sent, 0, a=answer(sent, "CANC", reason=BY_KARI, version="10"))

    assert sent.json("payments")[0]["state"] == "cancelled"
    assert sent.json("payables")[0]["state"] == "open"
