"""What an accountant does at the end of a month: the statement, the signatures, the lock."""

from __future__ import annotations

import pytest
from day_statements import entry, stated, take_in
from detail_files import booked, detail, notified
from world import ACCOUNT, World, run

from cli import app


@pytest.fixture
def month(world: World) -> World:
    """November's first week: a receipt, a payment on its way, and one that is parked."""
    world.bill("10023", "12500.00", "2026-11-12", kid="0010017")
    world.sale("5001", "25000.00", "200010050017")
    world.books("pay-due", "--until", "2026-11-12", code=0)
    world.to_bank()
    world.bank("pay-in", ACCOUNT, "--amount", "25000", "--kid", "200010050017")
    world.bank("pay-in", ACCOUNT, "--amount", "300", "--kid", "999999999991")
    world.let_pass(days=7)
    world.today = "2026-11-09"
    world.books("reconcile", code=3)
    return world


def test_the_statement_adds_up(month: World):
    told = month.json("statement", ACCOUNT, "2026-11-06", code=0)

    assert ("275300.00", "275300.00", "0.00") == (
        told["bank"],
        told["books"],
        told["difference"],
    )
    assert told["reconciled"]
    assert ["12500.00"] == [each["amount"] for each in told["outstanding"]]
    assert ["-300.00"] == [each["amount"] for each in told["parked"]]
    assert "0.00" == told["clearing"]["balance"]
    assert 64 == len(told["statement"]["sha256"])


def test_what_is_on_its_way_is_told_as_it_was_on_the_day(month: World):
    """Not what was ordered after the day, and not with the state that it has today."""
    before = month.json("statement", ACCOUNT, "2026-11-06", code=0)
    month.bill("10024", "1500.00", "2026-11-13", kid="0010025")
    month.books("pay-due", "--until", "2026-11-13", code=0)
    month.to_bank()
    month.bank("advance", "--to", "2026-11-17T09:00")
    month.bank("collect", str(month.folder / "bank/inbox"))
    month.today = "2026-11-17"
    month.books("reconcile", code=3)

    assert (
        month.json("statement", ACCOUNT, "2026-11-06")["outstanding"]
        == (before["outstanding"])
    )
    on_their_way = {
        day: [
            (each["amount"], each["state"])
            for each in month.json("statement", ACCOUNT, day)["outstanding"]
        ]
        for day in ("2026-11-01", "2026-11-11", "2026-11-12", "2026-11-16")
    }
    assert on_their_way == {
        "2026-11-01": [],
        "2026-11-11": [("12500.00", "accepted"), ("1500.00", "accepted")],
        "2026-11-12": [("1500.00", "accepted")],
        "2026-11-16": [],
    }


SAVINGS = "15034000007"
SECOND_ACCOUNT = f"""
[[bank-account]]
number = "{SAVINGS}"
account = "Assets:1921-Sparekonto"
currency = "NOK"
first_day = 2026-11-01
opening = "0.00"
bank = "sor"
channel = "netbank"

[channel.netbank]"""
SECOND_OPEN = f"""
2026-01-01 open Assets:1921-Sparekonto NOK
  role: "bank"
  bank-account: "{SAVINGS}"
  clearing: "Assets:1929-Interim-bank:B1921"
2026-01-01 open Assets:1929-Interim-bank:B1921 NOK
  role: "clearing"
"""


def test_money_between_own_accounts_is_told_with_its_age(world: World):
    toml = world.folder / "books.toml"
    text = toml.read_text("utf-8").replace("\n[channel.netbank]", SECOND_ACCOUNT)
    toml.write_text(text, "utf-8")
    world.append("accounts.beancount", SECOND_OPEN)
    world.bank("pay-in", ACCOUNT, "--amount", "5000", "--from-account", SAVINGS)
    world.let_pass(days=1)
    world.today = "2026-11-04"
    world.books("reconcile", code=0)

    (waits,) = world.json("status", code=0)["transfers"]
    assert (waits["amount"], waits["date"], waits["age"]) == ("-5000.00", "2026-11-02", 2)
    assert "Between own accounts (Assets:1990-" in world.books("status").out
    for told in world.json("statement", "--all", "2026-11-03"):
        assert [(each["amount"], each["age"]) for each in told["transfers"]] == [
            ("-5000.00", 1)
        ]
    page = world.books("statement", ACCOUNT, "2026-11-03", "--html").out
    assert "Mellom egne kontoer" in page
    assert "since 2026-11-02" in world.books("statement", ACCOUNT, "2026-11-03").out
    assert world.json("statement", ACCOUNT, "2026-11-01")["transfers"] == []
    assert world.json("unmatched", code=0) == []
    (late,) = world.json("unmatched", today="2026-11-05", code=3)
    assert (late["amount"], late["date"]) == ("5000.00", "2026-11-02")
    (old,) = world.json("statement", ACCOUNT, "2026-12-03", today="2026-12-04")["transfers"]
    page = world.books("statement", ACCOUNT, "2026-12-03", "--html", today="2026-12-04").out
    comment = f"{old['key']}=sparebanken er spurt"
    commented = world.json(
        *("statement", ACCOUNT, "2026-12-03", "--comment", comment), today="2026-12-04"
    )
    assert (old["needs_comment"], "mangler kommentar" in page) == (True, True)
    assert [each["needs_comment"] for each in commented["transfers"]] == [False]
    refused = world.books(
        *("statement", ACCOUNT, "2026-12-03", "--comment", "x/y=z"),
        today="2026-12-04",
        code=1,
    )
    assert "no such line stands on clearing" in refused.err
    assert "is a statement missing?" in late["reason"]


SWEEPS = {3: "900", 4: "700", 5: "800", 6: "600"}
"""What goes to savings every night, and arrives the day after."""


def swept(day: int) -> tuple[bytes, bytes]:
    """The statements of both accounts: one evening's sweep, the arrival of the last."""
    date, last = f"2026-11-0{day}", SWEEPS.get(day - 1, "0")
    out = 250000 - sum(int(SWEEPS[each]) for each in SWEEPS if each < day)
    there = 250000 - out - int(last)
    sent = (
        entry(SWEEPS[day], date, f"T{day}")
        .replace("CRDT", "DBIT")
        .replace("</BkTxCd>", f"</BkTxCd>{_between(SWEEPS[day], 'Cdtr', SAVINGS)}")
    )
    came = entry(last, date, f"K{day}").replace(
        "</BkTxCd>", f"</BkTxCd>{_between(last, 'Dbtr', ACCOUNT)}"
    )
    from_us = stated(f"{out}.00", f"{out - int(SWEEPS[day])}.00", sent, day=date)
    to_us = stated(
        f"{there}.00", f"{there + int(last)}.00", came, day=date, account=SAVINGS
    )
    return from_us, to_us


def _between(amount: str, side: str, account: str) -> str:
    return (
        f'<NtryDtls><TxDtls><AmtDtls><TxAmt><Amt Ccy="NOK">{amount}</Amt></TxAmt></AmtDtls>'
        f"<RltdPties><{side}Acct><Id><Othr><Id>{account}</Id></Othr></Id></{side}Acct>"
        "</RltdPties></TxDtls></NtryDtls>"
    )


@pytest.mark.parametrize("with_index", [True, False])
def test_where_money_moves_every_night_only_the_last_is_on_its_way(
    world: World, with_index: bool
):
    toml = world.folder / "books.toml"
    text = toml.read_text("utf-8").replace("\n[channel.netbank]", SECOND_ACCOUNT)
    toml.write_text(text, "utf-8")
    world.append("accounts.beancount", SECOND_OPEN)
    for day in SWEEPS:
        world.today = f"2026-11-0{day + 1}"
        from_us, to_us = swept(day)
        take_in(world, code=0, **{f"from{day}": from_us, f"to{day}": to_us})
    if not with_index:
        (world.folder / ".books/index.sqlite").unlink()

    (waits,) = world.json("status", code=0)["transfers"]

    assert (waits["amount"], waits["date"]) == ("600.00", "2026-11-06")
    assert world.json("unmatched", code=0) == []


def test_the_statement_of_an_account_in_euro_says_so(world: World):
    toml = world.folder / "books.toml"
    euro = SECOND_ACCOUNT.replace('"NOK"', '"EUR"')
    text = toml.read_text("utf-8").replace("\n[channel.netbank]", euro)
    toml.write_text(text, "utf-8")
    world.append("accounts.beancount", SECOND_OPEN.replace(" NOK", " EUR"))
    data = stated(
        *("0.00", "250.00", entry("250.00", "2026-11-03", "E1")),
        day="2026-11-03",
        account=SAVINGS,
    )
    taken = world.folder.parent / "euro.xml"
    taken.write_bytes(data.replace(b"NOK", b"EUR"))

    ran = world.books("reconcile", str(taken), today="2026-11-05", code=3).out
    world.today = "2026-11-05"
    shown = world.books("statement", SAVINGS, "2026-11-03").out
    page = world.books("statement", SAVINGS, "2026-11-03", "--html").out

    assert "+250.00  EUR" in ran
    assert f"Account {SAVINGS} (Assets:1921-Sparekonto) in EUR at the end of" in shown
    assert f"Konto {SAVINGS} (Assets:1921-Sparekonto) i EUR ved utgangen av" in page


def test_what_goes_over_clearing_is_told_and_the_sum_is_the_banks(world: World):
    """Details today, their lump tomorrow: both runs post, and neither says "nothing"."""
    day = "2026-11-03"
    detail = entry("300.00", day, "L1").replace(
        "</BkTxCd>", f"</BkTxCd>{_between('300.00', 'Dbtr', '15101234565')}"
    )
    lump = entry("300.00", day, "L1")
    told = stated("0", "0", detail, day=day).decode()
    head, end = told.index("<Stmt>"), told.index("<Bal>")
    notice = (
        told[:head].replace("camt.053", "camt.054").replace("BkToCstmrStmt", DETAILS)
        + told[head:end].replace("Stmt>", "Ntfctn>")
        + detail
        + f"</Ntfctn></{DETAILS}></Document>"
    ).encode()
    folder = world.folder.parent
    (folder / "n.xml").write_bytes(notice)
    (folder / "s.xml").write_bytes(stated("250000.00", "250300.00", lump, day=day))

    first = world.books("reconcile", str(folder / "n.xml"), today="2026-11-05").out
    second = world.books("reconcile", str(folder / "s.xml"), today="2026-11-05").out

    assert "over clearing         1  -300.00" in first
    assert "over clearing  1  +300.00" in second
    assert "Nothing new" not in second


DETAILS = "BkToCstmrDbtCdtNtfctn"


def test_all_accounts_and_a_page_for_the_auditor(month: World):
    everything = month.json("statement", "--all", "2026-11-06", code=0)
    page = month.books("statement", ACCOUNT, "2026-11-06", "--html", code=0).out

    assert [ACCOUNT] == [each["bank_account"] for each in everything]
    assert page.startswith("<!doctype html>")
    for part in ("Bankavstemming", "275 300.00", "Differanse", "sha256"):
        assert part in page
    assert "(sendt)" in page or "(godtatt av banken)" in page
    assert "<script" not in page
    assert "http" not in page.replace("http-equiv", "")


def test_what_waits_long_asks_for_a_comment(month: World):
    month.bank("advance", "--to", "2026-12-21T09:00")
    month.bank("collect", str(month.folder / "bank/inbox"))
    month.today = "2026-12-21"
    month.books("reconcile", code=3)
    asked = month.json("statement", ACCOUNT, "2026-12-18", code=3)
    (parked,) = asked["parked"]

    month.books(
        *("statement", ACCOUNT, "2026-12-18"),
        *("--comment", f"{parked['open_item']}=kunden er spurt"),
        code=0,
    )

    assert parked["needs_comment"]
    (after,) = month.json("statement", ACCOUNT, "2026-12-18", code=0)["parked"]
    assert not after["needs_comment"]
    told = {"text": "kunden er spurt", "by": "kari", "date": "2026-12-21"}
    assert (parked["comment"], after["comment"]) == (None, told)


def test_what_has_waited_long_without_a_comment_keeps_a_period_open(world: World):
    """Told by camt.054 and shown by no statement; and money out that nobody knows."""
    day, end = "2026-11-03", "2026-12-18"
    receipt = detail("1500.00", account="15101234565")
    notice = notified(booked("1500.00", receipt, day=day, reference="N1"), day=day)
    out = entry("50.00", day, "S1").replace("CRDT", "DBIT")
    world.today = "2026-12-21"
    take_in(world, n=notice)
    take_in(
        world,
        first=stated("250000.00", "249950.00", out, day=day),
        last=stated("249950.00", "249950.00", day=end),
    )
    found = world.json("statement", ACCOUNT, end, code=3)
    waits = [
        *(each["open_item"] for each in found["parked"]),
        *(each["key"] for each in found["clearing"]["rests"]),
    ]

    refused = world.books("lock", end, code=1).err

    assert 3 == len(waits)  # the receipt is parked too, against clearing
    for key in waits:
        assert f'books statement {ACCOUNT} {end} --comment "{key}=..."' in refused
        assert f"{key}: " in refused
    assert "1500.00 NOK has waited since 2026-11-03, longer than 30 days" in refused
    for key in waits[:-1]:
        world.books("statement", ACCOUNT, end, "--comment", f"{key}=spurt", code=3)
    assert waits[-1] in world.books("lock", end, code=1).err
    world.books("statement", ACCOUNT, end, "--comment", f"{waits[-1]}=spurt", code=0)
    world.books("lock", end, code=0)
    world.books("verify", code=0)


@pytest.mark.parametrize("form", [(), ("--html",)])
def test_the_auditor_reads_the_last_comment(month: World, form):
    (parked,) = month.json("statement", ACCOUNT, "2026-11-06")["parked"]
    for text in ("kunden er spurt", "svar ventes <1. juli>"):
        comment = f"{parked['open_item']}={text}"
        month.books("statement", ACCOUNT, "2026-11-06", "--comment", comment, code=0)

    shown = month.books("statement", ACCOUNT, "2026-11-06", *form, code=0).out

    escaped = "&lt;1. juli&gt;" if form else "<1. juli>"
    assert f"svar ventes {escaped} (kari, {month.today[:10]})" in shown
    assert "kunden er spurt" not in shown


def test_who_signs_twice_has_signed_once(month: World):
    for _ in range(2):
        month.books("statement", ACCOUNT, "2026-11-06", "--prepared", code=0)

    signed = month.json("statement", ACCOUNT, "2026-11-06")["signatures"]
    assert signed == [
        {
            "role": "prepared",
            "by": "kari",
            "date": month.today[:10],
            "bank": "275300.00",
            "holds": True,
            "reason": None,
        }
    ]


def test_prepared_by_one_and_reviewed_by_another(month: World):
    month.books("statement", ACCOUNT, "2026-11-06", "--prepared", code=0)
    alone = month.books("statement", ACCOUNT, "2026-11-06", "--reviewed", code=1)

    where = ["--books", str(month.folder), "--today", month.today, "--user", "ola"]
    two = run(app.run, ["statement", ACCOUNT, "2026-11-06", "--reviewed", "--json", *where])

    assert "somebody else must review it" in alone.err
    signed = {each["role"]: each["by"] for each in two.data["signatures"]}
    assert {"prepared": "kari", "reviewed": "ola"} == signed
    month.books("verify", code=0)


def test_a_proven_period_is_locked_and_then_closed(month: World):
    month.books("lock", "2026-11-06", code=0)
    month.books("verify", code=0)
    month.bill("late", "10.00", "2026-11-20")

    failed = month.json("verify", code=1)

    wrong = {each["name"]: each["detail"] for each in failed["checks"] if not each["ok"]}
    assert ["lock"] == list(wrong)
    assert "vouchers/2026/11.beancount" in wrong["lock"]
    assert "locked_until = 2026-11-06" in (month.folder / "books.toml").read_text("utf-8")


@pytest.mark.parametrize("booked_in_november", ["the details", "the sum"])
def test_what_the_next_month_explains_keeps_no_month_open(world: World, booked_in_november):
    """Half of it stands on clearing at the end of November, with its reason, for ever."""
    november, december = "2026-11-30", "2026-12-01"
    world.sale("5001", "4000.00", "200010050017")
    receipt = detail("4000.00", kid="200010050017", account="15101234565")
    first = booked_in_november == "the details"
    told_on, shown_on = (november, december) if first else (december, november)
    sum_ = booked("4000.00", day=shown_on, reference="L1")
    notice = notified(booked("4000.00", receipt, day=told_on, reference="L1"), day=told_on)
    between = "250000.00" if first else "254000.00"
    world.today = "2026-12-02"
    take_in(
        world,
        code=0,
        n=notice,
        a=stated("250000.00", between, *([] if first else [sum_]), day=november),
        b=stated(between, "254000.00", *([sum_] if first else []), day=december),
    )

    told = world.json("statement", ACCOUNT, november, "--prepared", code=0)
    where = ["--books", str(world.folder), "--today", world.today, "--user", "ola"]
    reviewed = run(app.run, ["statement", ACCOUNT, november, "--reviewed", *where])
    world.books("lock", november, code=0)

    amount = "4000.00" if first else "-4000.00"
    assert 0 == reviewed.code
    assert [amount] == [each["amount"] for each in told["clearing"]["rests"]]
    assert "0.00" == told["clearing"]["unexplained"]
    assert "0.00" == world.json("statement", ACCOUNT, december)["clearing"]["balance"]
    world.books("verify", code=0)


def test_a_period_that_a_person_opened_again_can_be_locked_again(month: World):
    month.books("lock", "2026-11-06", code=0)
    toml = month.folder / "books.toml"
    text = toml.read_text("utf-8")
    toml.write_text(text.replace("until = 2026-11-06", "until = 2026-10-31"), "utf-8")
    month.bill("late", "10.00", "2026-11-20")

    checks = {each["name"]: each for each in month.json("verify", code=0)["checks"]}

    told = "unchanged to 2026-10-31; was locked to 2026-11-06 and is open again"
    assert checks["lock"]["detail"] == told
    month.books("lock", "2026-11-06", code=0)
    month.books("verify", code=0)
    month.bill("later", "10.00", "2026-11-20")
    month.books("verify", code=1)


def test_a_period_that_is_not_proven_is_not_locked(month: World):
    month.today = "2026-11-16"

    refused = month.books("lock", "2026-11-13", code=1)

    assert "proven to 2026-11-06, not to 2026-11-13" in refused.err
    assert "\nlocked_until = 2026" not in (month.folder / "books.toml").read_text("utf-8")


def test_a_draft_keeps_a_period_open(month: World):
    month.bill("9", "10.00", "2026-11-20", flag="!")

    refused = month.books("lock", "2026-11-06", code=1)

    assert "draft" in refused.err


def test_a_draft_that_a_person_has_posted_is_none(month: World):
    """Its `!` stays in the person's own file: the line of `books post` attests it."""
    item = month.bill("9", "10.00", "2026-11-20", flag="!")
    month.books("post", item, code=0)

    month.books("lock", "2026-11-06", code=0)

    month.books("verify", code=0)
    month.append(
        "vouchers/2026/11.beancount",
        '2026-11-03 ! "Kiosk AS" "Uten post"\n'
        "  Expenses:6800-Kontorrekvisita  5.00 NOK\n"
        "  Income:3000-Salgsinntekt-høy  -5.00 NOK\n",
    )
    refused = month.books("status", code=1)
    assert "draft in the period locked until 2026-11-06" in refused.err


def test_a_day_to_come_is_not_locked(month: World):
    assert "has not passed yet" in month.books("lock", "2026-11-09", code=1).err


@pytest.mark.parametrize("day", ["2026-11-09", "2027-02-01"])
def test_a_day_that_has_not_passed_is_not_signed(month: World, day: str):
    refused = month.books("statement", ACCOUNT, day, "--prepared", code=1)

    assert "has not passed yet" in refused.err
    assert [] == month.json("statement", ACCOUNT, day, today=day)["signatures"]


def test_a_day_to_come_has_no_statement(month: World):
    """Not even one that nobody signs: what the bank will tell of it is not known."""
    refused = month.books("statement", ACCOUNT, "2027-02-01", code=1)

    assert "2027-02-01: has not passed yet" in refused.err
    assert "250" not in refused.out


def test_one_person_does_not_prepare_and_review_at_once(month: World):
    refused = month.books(
        *("statement", ACCOUNT, "2026-11-06", "--prepared", "--reviewed"), code=1
    )

    assert "cannot do both" in refused.err
    assert [] == month.json("statement", ACCOUNT, "2026-11-06")["signatures"]
