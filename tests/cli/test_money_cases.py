"""Kinds of money that an accountant meets, from the bank's file to the proof."""

from __future__ import annotations

import pytest
from day_statements import entry, receipt, stated, take_in
from world import ACCOUNT, OTHER_ACCOUNT, SUPPLIER_ACCOUNT, World

from tests.bankio.bank_files import assignment, ocr, payment

CUSTOMER_ACCOUNT = "15030000045"
DISCOUNT = "  discount: 2.00\n  discount-until: 2026-11-06\n"


def with_discount(world: World) -> None:
    """Give every bill and invoice a cash discount until 6 November."""
    file = world.folder / "vouchers/2026/11.beancount"
    text = file.read_text("utf-8").replace("\n  due: ", f"\n{DISCOUNT}  due: ")
    file.write_text(text, "utf-8")


@pytest.mark.parametrize(("days", "left"), [(2, []), (6, ["500.00"])])
def test_a_cash_discount_is_taken_within_its_date_only(world: World, days, left):
    world.sale("5001", "25000.00", "200010050017")
    with_discount(world)
    world.bank("advance", "--days", str(days))
    world.bank("pay-in", ACCOUNT, "--amount", "24500", "--kid", "200010050017")
    world.let_pass(days=2)

    world.books("reconcile", today="2026-11-12", code=0)

    assert [each["amount"] for each in world.json("receivables")] == left
    world.books("verify", today="2026-11-12", code=0)


@pytest.mark.parametrize(
    ("asked", "day", "left"),
    [("=9800.00", "2026-11-06", []), ("=9700.00", "2026-11-20", ["300.00"])],
)
def test_pay_due_takes_a_discount_when_a_person_asks_for_it(world: World, asked, day, left):
    item = world.bill("771", "10000.00", "2026-11-20")
    with_discount(world)

    world.books("pay-due", f"{item}{asked}", "--yes", code=0)
    world.to_bank()
    (ordered,) = world.json("payments")
    world.let_pass(days=20)
    world.books("reconcile", today="2026-11-23")

    assert ordered["requested"] == day
    assert [each["amount"] for each in world.json("payables")] == left
    world.books("verify", today="2026-11-23", code=0)


def test_pay_due_pays_in_full_where_nobody_asks(world: World):
    world.bill("771", "10000.00", "2026-11-06")
    with_discount(world)

    (sent,) = world.json("pay-due", "--yes")["remittances"]

    assert sent["total"] == "10000.00"


def test_a_discounted_payment_that_comes_back_takes_its_discount_back(world: World):
    item = world.bill("771", "10000.00", "2026-11-20")
    with_discount(world)
    world.bank("payee", SUPPLIER_ACCOUNT, "--returns")
    world.books("pay-due", f"{item}=9800.00", "--yes", code=0)
    world.to_bank()
    world.let_pass(days=5)
    world.books("reconcile", today="2026-11-07", code=0)
    assert world.json("payables") == []

    world.let_pass(days=14)
    world.books("reconcile", today="2026-11-20", code=3)

    (bill,) = world.json("payables")
    assert (bill["amount"], bill["state"]) == ("10000.00", "held")
    written = (world.folder / "bank/2026/11.beancount").read_text("utf-8")
    assert written.count("Income:8070-Andre-finansinntekter") == 2  # taken, given back
    world.books("verify", today="2026-11-20", code=0)


def suggested(world: World) -> list[tuple[str, str]]:
    """Return where the newest thing that waits may belong, and why."""
    *_, newest = world.json("unmatched")
    return [(each["account"], each["why"]) for each in newest["candidates"]]


@pytest.mark.parametrize("with_index", [True, False])
def test_what_a_person_chose_before_is_suggested_and_never_posted(world: World, with_index):
    for day in (1, 2):
        world.bank(
            *("pay-in", ACCOUNT, "--amount", str(100 * day), "--text", "Panteretur"),
            *("--from-name", "Butikken", "--from-account", OTHER_ACCOUNT),
        )
        world.let_pass(days=2)
        world.books("reconcile", today=f"2026-11-0{4 + 2 * day}", code=3)
        if day == 1:
            ref = world.json("unmatched")[0]["ref"]
            done = world.json("book", ref, "3900", code=0)["voucher"]
    if not with_index:
        (world.folder / ".books/index.sqlite").unlink()

    ((account, why),) = suggested(world)

    assert account == "Income:3900-Andre-inntekter"
    assert why == f"kari førte penger fra eller til samme konto der ({done}, 2026-11-02)"
    world.books("undo", done, code=0)
    assert suggested(world) == []


@pytest.fixture
def overpaid(world: World) -> World:
    """A customer has paid 200.00 too much, and told the account to pay it back to."""
    world.sale("5001", "25000.00", "200010050017")
    world.bank("pay-in", ACCOUNT, "--amount", "25200", "--kid", "200010050017")
    world.let_pass(days=2)
    world.books("reconcile", today="2026-11-05", code=3)
    return world


def credit_of(world: World) -> str:
    return next(each["open_item"] for each in world.json("unmatched"))


def test_a_credit_is_paid_back_where_a_person_names_it(overpaid: World):
    world, credit = overpaid, credit_of(overpaid)
    world.append(
        "vouchers/2026/11.beancount",
        f'2026-11-05 custom "open-item" "{credit}"\n  creditor-account: "{OTHER_ACCOUNT}"\n',
    )
    assert world.json("pay-due", "--yes", today="2026-11-05")["remittances"] == []

    ran = world.books("pay-due", credit, "--yes", today="2026-11-05", code=0).out
    again = world.json("pay-due", credit, "--yes", today="2026-11-05")
    (message,) = (world.folder / "bank/outbox").glob("*.xml")
    told = message.read_text("utf-8")
    world.to_bank()
    world.let_pass(days=4)
    world.books("reconcile", today="2026-11-09", code=0)

    assert again["remittances"] == []
    assert "200010050017" not in told
    assert "Tilbakebetaling faktura 5001" in told
    assert "cr-" not in told
    assert "back to customers" in ran
    assert "supplier bills" not in ran
    assert world.json("unmatched") == world.json("receivables") == []
    (paid,) = world.json("payments")
    assert (paid["amount"], paid["state"]) == ("200.00", "booked")
    world.books("verify", today="2026-11-09", code=0)


def test_a_credit_that_is_on_its_way_back_is_used_for_nothing_else(overpaid: World):
    world, credit = overpaid, credit_of(overpaid)
    world.append(
        "vouchers/2026/11.beancount",
        f'2026-11-05 custom "open-item" "{credit}"\n  creditor-account: "{OTHER_ACCOUNT}"\n',
    )
    invoice = world.sale("5002", "300.00", "200010050025")
    world.today = "2026-11-05"
    world.books("pay-due", credit, "--yes", code=0)

    for decision in (("match", credit, invoice), ("book", credit, "3900")):
        assert "Wait until the bank has booked it" in world.books(*decision, code=1).err

    world.to_bank()
    world.let_pass(days=4)
    world.today = "2026-11-09"
    world.books("reconcile", code=0)
    assert [each["state"] for each in world.json("payments")] == ["booked"]


def test_a_credit_without_an_account_to_pay_it_to_is_left_out(overpaid: World):
    answer = overpaid.json("pay-due", credit_of(overpaid), "--yes", today="2026-11-05")

    (skipped,) = answer["skipped"]
    assert "no creditor account" in skipped["reason"]


def test_a_refund_that_the_bank_rejects_is_held_until_it_is_released(overpaid: World):
    world, credit = overpaid, credit_of(overpaid)
    world.append(
        "vouchers/2026/11.beancount",
        f'2026-11-05 custom "open-item" "{credit}"\n  creditor-account: "{OTHER_ACCOUNT}"\n',
    )
    world.bank("payee", OTHER_ACCOUNT, "--closed")
    world.books("pay-due", credit, "--yes", today="2026-11-05", code=0)
    world.to_bank()
    world.let_pass(days=4)
    world.books("reconcile", today="2026-11-09", code=3)

    (held,) = world.json("payables")
    assert (held["open_item"], held["state"]) == (credit, "held")
    assert "AC04" in held["reason"]
    world.books("release", credit, code=0)
    (sent,) = world.json("pay-due", credit, "--yes", today="2026-11-09")["remittances"]
    assert sent["total"] == "200.00"


def test_a_credit_note_is_offset_against_a_bill(world: World):
    bill = world.bill("771", "1000.00", "2026-11-20")
    note = world.bill("772", "-400.00", "2026-11-20")

    world.books("match", note, bill, code=0)
    (sent,) = world.json("pay-due", "--until", "2026-11-30", "--yes")["remittances"]

    assert sent["total"] == "600.00"
    assert [each["amount"] for each in world.json("payables")] == ["600.00"]


def test_a_list_of_credit_notes_alone_sums_only_them(world: World):
    world.bill("772", "-400.00", "2026-11-20")

    shown = world.books("payables", code=0).out

    assert shown.endswith("Owed back to us on credit notes: 1 item, 400.00 NOK.\n")
    assert "0 items" not in shown


NOTHING = entry("0.00", "2026-11-02", "N1")
WITH_DETAIL = NOTHING.replace(
    "</BkTxCd>",
    '</BkTxCd><NtryDtls><TxDtls><AmtDtls><TxAmt><Amt Ccy="NOK">0.00</Amt></TxAmt>'
    "</AmtDtls></TxDtls></NtryDtls>",
)
EVENED = NOTHING.replace(
    "</BkTxCd>",
    "</BkTxCd><NtryDtls>"
    + "".join(
        f'<TxDtls><Amt Ccy="NOK">100.00</Amt><CdtDbtInd>{side}</CdtDbtInd></TxDtls>'
        for side in ("CRDT", "DBIT")
    )
    + "</NtryDtls>",
)


@pytest.mark.parametrize(
    ("line", "parked"),
    [(NOTHING, 0), (WITH_DETAIL, 0), (EVENED, 2)],
    ids=["nothing", "detail of nothing", "two details that even out"],
)
def test_a_line_of_nothing_breaks_no_proof(world: World, line: str, parked: int):
    """Banks tell a free service, or a corrected interest, as an entry of 0.00."""
    monday = stated("250000.00", "250000.00", line, day="2026-11-02")
    tuesday = stated(
        *("250000.00", "250100.00", entry("100.00", "2026-11-03", "R3")), day="2026-11-03"
    )

    first = take_in(world, code=3 if parked else 0, monday=monday)
    alone = world.json("verify", code=0)
    told = take_in(world, tuesday=tuesday)

    assert len(world.json("unmatched")) == parked + 1
    assert (first["posted"], told["posted"]) == (1 if parked else 0, 1)
    for checks in (alone["checks"], world.json("verify", code=0)["checks"]):
        (bank,) = (each for each in checks if each["name"] == "bank")
        assert "not posted yet" not in bank["detail"]


@pytest.mark.parametrize("with_index", [True, False])
def test_an_amount_does_not_overrule_the_kid_that_the_text_names(world: World, with_index):
    named = world.sale("5001", "25000.00", "200010050017")
    fits = world.sale("5002", "1018.00", "200010050025")
    accounts = world.folder / "accounts.beancount"
    text = accounts.read_text("utf-8")
    name = '  name: "Kunde Nord AS"\n'
    told = f'{name}  creditor-account: "{CUSTOMER_ACCOUNT}"\n'
    accounts.write_text(text.replace(f"\n{name}", f"\n{told}"), "utf-8")
    world.bank(
        *("pay-in", ACCOUNT, "--amount", "1018", "--text", "KID 2000 1005 0017"),
        *("--from-name", "Nord", "--from-account", CUSTOMER_ACCOUNT),
    )
    world.let_pass(days=2)
    if not with_index:
        (world.folder / ".books/index.sqlite").unlink(missing_ok=True)

    world.books("reconcile", today="2026-11-05", code=3)

    (waits,) = world.json("unmatched")
    assert waits["reason"] == (
        f"Teksten nevner 200010050017 ({named}), men beløpet passer på {fits}"
    )
    assert {each["open_item"] for each in waits["candidates"]} == {named, fits}
    assert len(world.json("receivables")) == 2
    world.books("verify", today="2026-11-05", code=0)


@pytest.mark.parametrize("is_ocr_first", [True, False])
def test_a_receipt_whose_payer_ocr_giro_does_not_know_is_posted_once(
    world: World, is_ocr_first
):
    day, kid = "2026-11-20", "200010050017"
    world.sale("5001", "500.00", kid)
    world.today = "2026-11-21"
    line = receipt("500.00", day, "R1", kid=kid, payer=OTHER_ACCOUNT)
    told = ocr(assignment(payment(1, 50000, kid, payer="0" * 11)))
    files = {
        "ocr": told.replace("15032080119", ACCOUNT).encode(),
        "statement": stated("250000.00", "250500.00", line, day=day),
    }

    for name in sorted(files, reverse=not is_ocr_first):
        take_in(world, code=0, **{name: files[name]})

    assert world.json("unmatched", code=0) == world.json("receivables", code=0) == []
    (account,) = world.json("status", code=0)["accounts"]
    assert (account["difference"], account["clearing"]) == ("0.00", "0.00")
    world.books("verify", code=0)
