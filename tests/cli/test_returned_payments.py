"""A payment of ours comes back, and the bank tells no EndToEndId: the bill is open and held.

What one payment alone fits opens by itself. Else a person says which payment it was, in
whole or in part, and can take that back.
"""

from __future__ import annotations

import shutil

import pytest
from day_statements import debit, stated, take_in
from world import SUPPLIER_ACCOUNT, World

KID, OTHER_KID = "100011006", "100021005"
BOOKED, CAME_BACK = "2026-11-16", "2026-11-17"


def returned(amount: str, refs: str = "", kid: str = "", account: str = SUPPLIER_ACCOUNT):
    """A credit that takes a payment back, with the parties of the payment itself."""
    strd = f"<RmtInf><Strd><CdtrRefInf><Ref>{kid}</Ref></CdtrRefInf></Strd></RmtInf>"
    return (
        f'<Ntry><Amt Ccy="NOK">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts>'
        f"<BookgDt><Dt>{CAME_BACK}</Dt></BookgDt><AcctSvcrRef>RT1</AcctSvcrRef>"
        "<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>ICDT</Cd><SubFmlyCd>RRTN</SubFmlyCd></Fmly>"
        f"</Domn></BkTxCd><NtryDtls><TxDtls><Refs>{refs}</Refs>"
        f'<AmtDtls><TxAmt><Amt Ccy="NOK">{amount}</Amt></TxAmt></AmtDtls>'
        f"<RltdPties><CdtrAcct><Id><Othr><Id>{account}</Id></Othr></Id></CdtrAcct>"
        f"</RltdPties>{strd if kid else ''}"
        "<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf></TxDtls></NtryDtls></Ntry>"
    )


@pytest.fixture
def paid(world: World) -> dict[str, dict]:
    """Two bills of 500.00 to one supplier, paid and booked; their payments by item."""
    one = world.bill("10023", "500.00", "2026-11-16", kid=KID)
    two = world.bill("10024", "500.00", "2026-11-16", kid=OTHER_KID)
    world.today = "2026-11-10"
    world.books("pay-due", code=0)
    payments = {each["open_items"][0]: each for each in world.json("payments")}
    entries = [
        debit("500.00", BOOKED, f"AS{number}", payments[item]["end_to_end_id"])
        for number, item in enumerate((one, two), 1)
    ]
    world.today = "2026-11-18"
    take_in(world, 0, first=stated("250000.00", "249000.00", *entries, day=BOOKED))
    return payments


def come_back(world: World, amount: str, *entries: str) -> dict:
    closing = f"{249000 + float(amount):.2f}"
    return take_in(world, second=stated("249000.00", closing, *entries, day=CAME_BACK))


def states(world: World) -> dict[str, str]:
    return {each["open_items"][0]: each["state"] for each in world.json("payments")}


def held(world: World) -> dict[str, tuple[str, str, str]]:
    return {
        each["open_item"]: (each["amount"], each["state"], each["reason"])
        for each in world.json("payables")
    }


RETURNED = "returned by the bank: AC04 Kontoen er avsluttet"


@pytest.mark.parametrize("by", ["kid", "part", "message"])
def test_one_payment_that_fits_alone_is_returned_and_its_bill_held(
    world: World, paid, by: str
):
    item, other = paid
    message = paid[item]["message_id"]
    refs = {
        "part": f"<PmtInfId>{message}-1</PmtInfId>",
        "message": f"<MsgId>{message}</MsgId>",
    }
    told = returned("500.00", refs.get(by, ""), KID)

    come_back(world, "500.00", told)

    assert {item: "returned", other: "booked"} == states(world)
    assert {item: ("500.00", "held", RETURNED)} == held(world)
    (row,) = world.json("unmatched", code=3)
    assert (item, "failed") == (row["ref"], row["kind"])
    assert f"{KID}" in world.books("why", item).out
    assert [] == world.json("pay-due", "--until", "2026-12-31")["remittances"]
    world.books("verify", code=0)


@pytest.mark.parametrize("refs", ["", "part"])
def test_several_payments_fit_and_a_person_says_which(world: World, paid, refs: str):
    item, other = paid
    message = paid[item]["message_id"]
    part = f"<PmtInfId>{message}-1</PmtInfId>" if refs else ""
    come_back(world, "500.00", returned("500.00", part))
    (row,) = world.json("unmatched", code=3)
    assert {item, other} == {each["open_item"] for each in row["candidates"]}
    assert "AC04 Kontoen er avsluttet" in row["reason"]
    assert {} == held(world)

    decided = world.json("match", row["ref"], other, code=0)["voucher"]

    assert {item: "booked", other: "returned"} == states(world)
    assert {other: ("500.00", "held", RETURNED)} == held(world)
    assert [other] == [each["ref"] for each in world.json("unmatched", code=3)]
    world.books("verify", code=0)

    world.books("undo", decided, "--reason", "feil regning", code=0)

    assert {item: "booked", other: "booked"} == states(world)
    assert {} == held(world)
    world.books("verify", code=0)
    assert [row["ref"]] == [each["ref"] for each in world.json("unmatched", code=3)]
    world.books("match", row["ref"], paid[item]["end_to_end_id"], code=0)
    shutil.rmtree(world.folder / ".books")
    world.books("rebuild")
    assert {item: "returned", other: "booked"} == states(world)
    assert {item: ("500.00", "held", RETURNED)} == held(world)
    world.books("verify", code=0)
    world.books("release", item, code=0)
    (again,) = world.json("pay-due")["remittances"]
    assert ("500.00", 1) == (again["total"], again["payments"])


def test_a_return_that_is_short_opens_a_part_of_the_bill(world: World, paid):
    item, other = paid
    end_to_end_id = f"<EndToEndId>{paid[item]['end_to_end_id']}</EndToEndId>"
    come_back(world, "400.00", returned("400.00", end_to_end_id))
    (row,) = world.json("unmatched", code=3)
    assert [(item, "400.00")] == [
        (each["open_item"], each["amount"]) for each in row["candidates"]
    ]

    decided = world.json("match", row["ref"], item, code=0)["voucher"]

    assert {item: "returned", other: "booked"} == states(world)
    assert {item: ("400.00", "held", RETURNED)} == held(world)
    world.books("verify", code=0)
    world.books("undo", decided, "--reason", "feil", code=0)
    assert {item: "booked", other: "booked"} == states(world)
    world.books("verify", code=0)


def test_a_return_that_is_over_leaves_the_rest_to_be_placed(world: World, paid):
    item, _ = paid
    end_to_end_id = f"<EndToEndId>{paid[item]['end_to_end_id']}</EndToEndId>"
    come_back(world, "530.00", returned("530.00", end_to_end_id))
    (row,) = world.json("unmatched", code=3)

    world.books("match", row["ref"], item, code=0)

    assert {item: ("500.00", "held")} == {k: v[:2] for k, v in held(world).items()}
    world.books("verify", code=0)
    (rest,) = [e for e in world.json("unmatched", code=3) if e["kind"] == "money"]
    assert "30.00" == rest["amount"]
    world.books("book", rest["open_item"], "8050", code=0)
    assert [item] == [each["ref"] for each in world.json("unmatched", code=3)]
    assert {item: ("500.00", "held", RETURNED)} == held(world)
    world.books("verify", code=0)


def test_the_bank_takes_its_own_double_booking_back(world: World, paid):
    item, other = paid
    name = paid[item]["end_to_end_id"]
    twice = debit("500.00", CAME_BACK, "AS9", name)
    taken = debit("500.00", "2026-11-18", "AS9", name)
    taken = taken.replace("DBIT</CdtDbtInd>", "CRDT</CdtDbtInd><RvslInd>true</RvslInd>")
    take_in(world, second=stated("249000.00", "248500.00", twice, day=CAME_BACK))
    assert [True] == [each["alarm"] for each in world.json("unmatched", code=3)]

    take_in(world, 0, third=stated("248500.00", "249000.00", taken, day="2026-11-18"))

    assert {item: "booked", other: "booked"} == states(world)
    assert [] == world.json("unmatched", code=0)
    assert {} == held(world)
    assert [] == world.json("status", code=0)["alarms"]
    world.books("verify", code=0)
    shutil.rmtree(world.folder / ".books")
    world.books("rebuild", code=0)
    assert [] == world.json("unmatched", code=0)
    world.books("verify", code=0)
    assert 0 == take_in(world, 0)["posted"]


def test_what_no_payment_of_ours_has_paid_is_no_return(world: World, paid):
    item, _ = paid
    come_back(world, "500.00", returned("500.00"))
    (row,) = world.json("unmatched", code=3)
    unpaid = world.bill("10025", "500.00", "2026-12-16")

    refused = world.books("match", row["ref"], unpaid, code=1).err
    assert "only items of opposite sign" in refused
    refused = world.books("match", row["ref"], f"{item}=600.00", code=1).err
    assert "600.00 NOK of 500.00 NOK that was paid" in refused
    refused = world.books("match", row["ref"], item, unpaid, code=1).err
    assert "no payment of ours has settled it" in refused


def bank_vouchers(world: World, reference: str) -> list[str]:
    steps = world.json("why", reference)["steps"]
    numbers = [step["voucher"] or "" for step in steps if "voucher" in step]
    return [each for each in dict.fromkeys(numbers) if each.startswith("B")]


@pytest.fixture
def undone(world: World, paid) -> dict[str, dict]:
    """The booking of the first bill's payment is undone: its money stands on 1579."""
    item = next(iter(paid))
    (number,) = bank_vouchers(world, item)
    world.books("undo", number, "--reason", "feil regning", code=0)
    return paid


def return_of(payment: dict) -> str:
    name = f"<EndToEndId>{payment['end_to_end_id']}</EndToEndId>"
    return returned("500.00", name)


def test_a_return_meets_undone_money_and_no_bill_is_open_twice(world: World, undone):
    item, other = undone

    come_back(world, "500.00", return_of(undone[item]))

    assert {item: "returned", other: "booked"} == states(world)
    assert {item: ("500.00", "held", RETURNED)} == held(world)
    assert [item] == [each["ref"] for each in world.json("unmatched", code=3)]
    world.books("verify", code=0)
    world.books("release", item, code=0)
    (remittance,) = world.json("pay-due", item, "--yes")["remittances"]
    assert "500.00" == remittance["total"]


def test_a_return_that_met_undone_money_can_be_undone(world: World, undone):
    item, _ = undone
    come_back(world, "500.00", return_of(undone[item]))
    number = bank_vouchers(world, "RT1")[-1]

    world.books("undo", number, "--reason", "feil", code=0)

    assert "booked" == states(world)[item]
    sums = {each["amount"] for each in world.json("unmatched", code=3)}
    assert {"500.00", "-500.00"} == sums
    world.books("verify", code=0)


def test_a_return_of_undone_money_that_is_booked_elsewhere_waits(world: World, undone):
    item, _ = undone
    (row,) = world.json("unmatched", code=3)
    placed = world.json("book", row["ref"], "6800", code=0)["voucher"]

    come_back(world, "500.00", return_of(undone[item]))

    assert "500.00" == held(world)[item][0]
    (row,) = world.json("unmatched", code=3)
    assert placed in row["reason"]
    (candidate,) = row["candidates"]
    assert candidate["account"] == "Expenses:6800-Kontorrekvisita"
    world.books("book", row["ref"], candidate["account"], code=0)
    world.books("verify", code=0)


def test_a_return_of_undone_money_that_paid_another_bill_opens_that_one(
    world: World, undone
):
    item, _ = undone
    third = world.bill("10025", "500.00", "2026-12-16")
    (row,) = world.json("unmatched", code=3)
    world.books("match", row["ref"], third, code=0)

    come_back(world, "500.00", return_of(undone[item]))

    (row,) = world.json("unmatched", code=3)
    assert [third] == [each["open_item"] for each in row["candidates"]]
    assert 1 == world.books("match", row["ref"], item).code
    world.books("match", row["ref"], third, code=0)
    assert {item, third} == set(held(world))
    assert {"500.00"} == {amount for amount, _, _ in held(world).values()}
    world.books("verify", code=0)


def test_a_booking_is_not_undone_after_its_return(world: World, paid):
    """The bill is open already; once more, and it would be paid twice."""
    item, _ = paid
    come_back(world, "500.00", return_of(paid[item]))
    booked, came_back = bank_vouchers(world, item)

    refused = world.books("undo", booked, "--reason", "feil", code=1).err

    assert came_back in refused
    assert "500.00" == held(world)[item][0]


def test_a_return_is_told_before_its_booking_and_in_one_statement(world: World):
    """Whatever stands first in the file, the bill is open once, and held."""
    item = world.bill("10023", "500.00", "2026-11-16", kid=KID)
    world.today = "2026-11-10"
    world.books("pay-due", code=0)
    (payment,) = world.json("payments")
    name = payment["end_to_end_id"]
    entries = [return_of(payment), debit("500.00", CAME_BACK, "AS1", name)]
    world.today = "2026-11-18"

    take_in(world, only=stated("250000.00", "250000.00", *entries, day=CAME_BACK))

    assert {item: "returned"} == states(world)
    assert {item: ("500.00", "held", RETURNED)} == held(world)
    world.books("verify", code=0)


def test_a_return_that_account_and_amount_alone_fit_says_what_it_lacks(world: World):
    item = world.bill("10023", "500.00", "2026-11-16")
    world.today = "2026-11-10"
    world.books("pay-due", code=0)
    (payment,) = world.json("payments")
    out = debit("500.00", BOOKED, "AS1", payment["end_to_end_id"])
    world.today = "2026-11-18"
    take_in(world, 0, first=stated("250000.00", "249500.00", out, day=BOOKED))

    back = returned("500.00")
    take_in(world, second=stated("249500.00", "250000.00", back, day=CAME_BACK))

    (row,) = world.json("unmatched", code=3)
    assert [item] == [each["open_item"] for each in row["candidates"]]
    assert "Retur uten vår EndToEndId, KID, PmtInfId eller MsgId" in row["reason"]
    assert "AC04" in row["reason"]


def test_a_booking_that_the_bank_takes_back_is_no_return_by_its_code(world: World, paid):
    """RvslInd and no RRTN: the reason is the bank's own word, not another one."""
    item, _ = paid
    word = "<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf>"
    told = return_of(paid[item]).replace("RRTN", "OTHR").replace(word, "")
    told = told.replace("</CdtDbtInd>", "</CdtDbtInd><RvslInd>true</RvslInd>")

    come_back(world, "500.00", told)

    why = "returned by the bank: RvslInd Tilbakeført av banken"
    assert {item: ("500.00", "held", why)} == held(world)


def test_a_payment_that_came_back_already_is_not_offered_again(world: World, paid):
    item, _ = paid
    come_back(world, "500.00", return_of(paid[item]))
    again = return_of(paid[item]).replace(CAME_BACK, "2026-11-18").replace("RT1", "RT2")

    take_in(world, third=stated("249500.00", "250000.00", again, day="2026-11-18"))

    (row,) = (r for r in world.json("unmatched", code=3) if r["kind"] == "money")
    assert "er alt tilbakeført" in row["reason"]
    assert row["candidates"] == []
    assert "500.00" == held(world)[item][0]
    world.books("verify", code=0)
