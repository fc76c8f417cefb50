"""What the lists say of the same thing is the same, and nothing is passed over in silence."""

from __future__ import annotations

import pytest
from web_pages import Browser
from world import ACCOUNT, SUPPLIER_ACCOUNT, World

from cli.web.reasons import reason

LATER = "2026-11-06"


def test_a_twin_is_held_in_the_list_as_in_the_run(world: World):
    first = world.bill("10023", "500.00", "2026-11-02", kid="0010017")
    world.books("pay-due", code=0)
    twin = world.bill("10023-b", "500.00", "2026-11-09", kid="0010017")

    found = {each["open_item"]: each for each in world.json("payables")}

    assert found[twin]["state"] == "held"
    assert f"likely a duplicate of {first}" in found[twin]["reason"]
    (skipped,) = [
        each for each in world.json("pay-due")["skipped"] if each["open_item"] == twin
    ]
    assert skipped["reason"] == f"held: {found[twin]['reason']}"
    world.books("release", twin, code=0)
    released = {each["open_item"]: each["state"] for each in world.json("payables")}
    assert released[twin] == "open"


def test_a_bill_that_got_another_name_after_it_was_ordered_is_not_ordered_again(
    world: World,
):
    """Before the bank has booked it, and after, when its settlement stands alone."""
    world.bill("10023", "500.00", "2026-11-09")
    ordered = world.json("pay-due", today="2026-11-09")["remittances"][0]
    (month,) = (world.folder / "vouchers").rglob("11.beancount")
    text = month.read_text("utf-8")
    assert "^lf-L10001-10023" in text
    month.write_text(text.replace("^lf-L10001-10023", "^lf-L10001-0010023"), "utf-8")

    again = world.json("pay-due", today="2026-11-09", code=3)

    assert ordered["payments"] == 1
    assert again["remittances"] == []
    (skipped,) = again["skipped"]
    assert skipped["open_item"] == "lf-L10001-0010023"
    assert "likely a duplicate of lf-L10001-10023" in skipped["reason"]


def test_what_is_owed_is_told_by_currency_and_what_is_at_the_bank(world: World):
    world.bill("10023", "500.00", "2026-11-09")
    world.json("pay-due", today="2026-11-09")
    world.bill("10024", "1500.00", "2026-11-30")
    world.append(
        "accounts.beancount",
        """
2026-01-01 open Liabilities:2400-Leverandørgjeld:L10009-Cloud EUR
  supplier: "10009"
""",
    )
    world.append(
        "vouchers/2026/11.beancount",
        """
2026-11-02 * "Cloud GmbH" "Lisens" ^lf-L10009-77
  invoice: "77"
  due: 2026-11-30
  Liabilities:2400-Leverandørgjeld:L10009-Cloud  -100.00 EUR @@ 1150.00 NOK
  Expenses:6800-Kontorrekvisita  1150.00 NOK
""",
    )

    shown = world.books("status").out
    told = world.json("status")["payables"]

    assert "Owed: 3, together 100.00 EUR and 2 000.00 NOK, 1 of them at the bank;" in shown
    assert told["amount"] == "2000.00"
    assert told["amounts"] == {"EUR": "100.00", "NOK": "2000.00"}


def test_a_hold_says_that_it_stops_nothing_at_the_bank(world: World):
    item = world.bill("10023", "500.00", "2026-11-09")
    world.json("pay-due", today="2026-11-09")

    held = world.books("hold", item, "--reason", "feil pris", code=3)

    assert "It stops nothing that is under way" in held.out
    assert f"books cancel {item}" in held.out


def test_overdue_is_the_same_in_payables_and_status(world: World):
    """Neither what is at the bank nor a credit note is overdue."""
    world.bill("10021", "100.00", "2026-11-02")
    world.books("pay-due", code=0)
    world.bill("10022", "200.00", "2026-11-03")
    world.bill("10023", "-50.00", "2026-11-03")
    world.bill("10024", "300.00", "2026-11-30")

    shown = world.books("payables", today=LATER).out
    marked = [text for text in shown.splitlines() if "!" in text and "NOK" in text]

    assert [text.split()[0] for text in marked if text[:2] == "20"] == ["2026-11-03!"]
    assert world.json("status", today=LATER)["payables"]["overdue"] == 1


def test_a_credit_of_a_customer_is_not_overdue(world: World):
    world.sale("5001", "300.00", "200010050017", due="2026-11-03")
    world.sale("5002", "900.00", "200010050025", due="2026-11-03")
    world.bank("pay-in", ACCOUNT, "--amount", "400", "--kid", "200010050017")
    world.let_pass(days=3)
    world.today = LATER
    world.books("reconcile", code=3)

    shown = world.books("receivables").out.splitlines()
    reasons = {each["amount"]: each["reason"] for each in world.json("receivables")}

    assert reasons == {"900.00": "overdue", "-100.00": None}
    assert ["!" in text.split()[0] for text in shown if "-100.00" in text] == [False]
    assert ["!" in text.split()[0] for text in shown if " 900.00" in text] == [True]


def test_reconcile_tells_payments_and_returns_apart(world: World):
    world.bank("payee", SUPPLIER_ACCOUNT, "--returns")
    world.bill("10023", "500.00", "2026-11-02", kid="0010017")
    world.bill("10024", "70.00", "2026-11-02", party="L10002")
    world.books("pay-due", code=0)
    world.to_bank()
    world.let_pass(days=4)

    shown = world.books("reconcile", today=LATER, code=3).out
    rows = {
        text.rpartition("  ")[2]: text for text in shown.splitlines() if "our pay" in text
    }

    assert rows.keys() == {"-570.00", "+500.00"}
    assert "our payments that came back" in rows["+500.00"]


def test_a_rejection_that_may_go_again_is_told_when_it_comes(world: World):
    item = world.bill("10023", "900000.00", "2026-11-02", kid="0010017")
    world.books("pay-due", code=0)
    world.to_bank()
    world.let_pass(days=7)
    world.today = "2026-11-09"

    told = world.books("reconcile", code=0).out

    assert f"Rejected, may go again: {item}: AM04" in told
    (payable,) = world.json("payables")
    assert payable["state"] == "open"
    assert "may go again" not in world.books("reconcile").out


@pytest.mark.parametrize("first", ["10023", "10024"])
def test_why_tells_the_one_line_that_shows_a_detail(world: World, first: str):
    """Two sums of one amount on one day: each detail is on one of them."""
    world.bank("agreement", ACCOUNT, "--camt054")
    bills = [
        world.bill("10023", "300.00", "2026-11-02", kid="0010017"),
        world.bill("10024", "300.00", "2026-11-02", party="L10002", kid="0010025"),
    ]
    for item, time in zip(bills, ("11:00", "14:30"), strict=True):
        world.books("pay-due", item, code=0)
        world.to_bank()
        world.bank("advance", "--to", f"2026-11-02T{time}")
    world.let_pass(days=2)
    world.books("reconcile", today=LATER, code=0)
    asked = next(item for item in bills if item.endswith(first))

    steps = world.json("why", asked)["steps"]

    vouchers = [each for each in steps if each["kind"] == "voucher" and each["voucher"]]
    detail, line = (each["key"] for each in vouchers)
    assert detail.removeprefix("detail/") == line.removeprefix("statement/")
    back = world.json("why", line)["steps"]
    assert [each["voucher"] for each in back if each.get("voucher")] == [
        each["voucher"] for each in vouchers
    ]


def test_a_credit_note_is_no_part_of_what_is_held(world: World):
    """It is owed back: netted in, the bills that are held would look like less."""
    held = world.bill("1", "600.00", "2026-11-05")
    world.books("hold", held, "--reason", "feil pris", code=0)
    world.bill("K1", "-50.00", "2026-11-05")

    shown = world.books("status").out
    page = Browser(world).text("to-pay")

    assert "1 held, 0 drafts. Owed back: 1 credit note, 50.00 NOK." in shown
    assert "Holdt tilbake 1 600,00 NOK" in page
    assert "Kreditnota, til gode 1 \u221250,00 NOK" in page


def test_the_auditors_page_says_whose_sign_it_is(world: World):
    world.bank("pay-in", ACCOUNT, "--amount", "300")
    world.let_pass(days=3)
    world.today = LATER
    world.books("reconcile", code=3)

    shown = world.books("statement", ACCOUNT, "2026-11-04", code=0).out
    page = world.books("statement", ACCOUNT, "2026-11-04", "--html", code=0).out

    assert "Parked, as the books have it (minus is credit: money in):" in shown
    assert "-300.00  Liabilities:2990-Uidentifiserte-innbetalinger  cr-" in shown
    assert "minus er kredit: penger inn" in page


def test_why_tells_cause_before_effect_on_one_day(world: World):
    """The bank's line was there before a person undid what its detail had settled."""
    world.bank("agreement", ACCOUNT, "--camt054")
    item = world.sale("5001", "300.00", "200010050017")
    world.bank("pay-in", ACCOUNT, "--amount", "300", "--kid", "200010050017")
    world.let_pass(days=3)
    world.today = LATER
    world.books("reconcile", code=0)
    settled, line = [
        step["voucher"]
        for step in world.json("why", item)["steps"]
        if str(step.get("voucher")).startswith("B")
    ]
    undone = world.json("undo", settled, code=0)["voucher"]
    again = world.json("match", settled, item, code=0)["voucher"]

    steps = world.json("why", item)["steps"]

    told = [step["voucher"] for step in steps if str(step.get("voucher")).startswith("B")]
    assert told == [settled, line, undone, again]


CLOUD = """
2026-01-01 open Liabilities:2400-Leverandørgjeld:L10009-Cloud
  name: "Cloud GmbH"
  supplier: "10009"
  creditor-account: "DE89370400440532013000"
"""


def cloud_bill(world: World, number: str, sum_: str) -> str:
    world.append(
        "vouchers/2026/11.beancount",
        f"""
2026-11-02 * "Cloud GmbH" "Lisens" ^lf-L10009-{number}
  invoice: "{number}"
  due: 2026-11-05
  Liabilities:2400-Leverandørgjeld:L10009-Cloud  -{sum_}
  Expenses:6800-Kontorrekvisita
""",
    )
    return f"lf-L10009-{number}"


def test_what_a_run_leaves_out_is_held_wherever_it_is_listed(world: World):
    """Another currency, an account abroad, the twin in the same run, the limit of a day."""
    world.append("accounts.beancount", CLOUD)
    settings = (world.folder / "books.toml").read_text("utf-8")
    settings = settings.replace("[policy]", '[policy]\nday_limit = "1000.00"')
    (world.folder / "books.toml").write_text(settings, "utf-8")
    expected = {
        cloud_bill(world, "77", "100.00 EUR @@ 1150.00 NOK"): "only NOK is ordered here",
        cloud_bill(world, "78", "100.00 NOK"): "is no Norwegian account",
        world.bill("1", "600.00", "2026-11-05", kid="0010017"): None,
        world.bill("1b", "600.00", "2026-11-05", kid="0010017"): "likely a duplicate",
        world.bill("2", "700.00", "2026-11-05", kid="0010025"): "day_limit",
    }

    listed = {each["open_item"]: each for each in world.json("payables")}
    run = world.json("pay-due", "--dry-run", code=3)

    assert listed.keys() == expected.keys()
    left_out = {each["open_item"]: each["reason"] for each in run["skipped"]}
    for item, why in expected.items():
        assert listed[item]["state"] == ("held" if why else "open")
        assert (why or "") in (listed[item]["reason"] or "")
        assert left_out.get(item) == (f"held: {listed[item]['reason']}" if why else None)
    assert "4 held" in world.books("status").out
    assert "(1 bill due within a week)" in world.books().out
    page = Browser(world).text("to-pay")
    assert "Forfaller nå 1 600,00 NOK" in page
    assert "Holdt tilbake 4 " in page
    for each in filter(None, (each["reason"] for each in listed.values())):
        assert reason(each, "nb") in page
        assert reason(each, "nb") != each
    shown = world.books("pay-due", "--dry-run", code=3).out
    assert "100.00 EUR  held: in EUR: only NOK is ordered here; use the netbank" in shown


def test_a_run_from_another_account_names_the_one_that_pays(world: World):
    """The bill is open: it is the account that does not fit."""
    world.append("accounts.beancount", EURO)
    settings = world.folder / "books.toml"
    euro = "15032080119"
    text = settings.read_text("utf-8").replace(
        "[channel.netbank]",
        f'[[bank-account]]\nnumber = "{euro}"\naccount = "Assets:1922-Valuta"\n'
        'currency = "EUR"\nfirst_day = 2026-11-01\nopening = "0.00"\n\n[channel.netbank]',
        1,
    )
    settings.write_text(text, "utf-8")
    world.bill("1", "600.00", "2026-11-05")

    (listed,) = world.json("payables")
    run = world.json("pay-due", "--dry-run", "--account", euro, code=3)

    assert (listed["state"], listed["reason"]) == ("open", None)
    assert run["skipped"][0]["reason"] == (
        f"in NOK: {euro} pays EUR; books pay-due --account {ACCOUNT}"
    )
    assert "Next: books pay-due (1 bill" in world.books().out


EURO = """
2026-01-01 open Assets:1922-Valuta EUR
  role: "bank"
  bank-account: "15032080119"
  clearing: "Assets:1929-Interim-bank:B1922"
2026-01-01 open Assets:1929-Interim-bank:B1922 EUR
  role: "clearing"
"""
