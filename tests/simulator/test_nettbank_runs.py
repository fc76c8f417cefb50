"""When money leaves an account: never before approval, date, open day and funds."""

from __future__ import annotations

import pytest
from payment_files import ACCOUNT, BOOKS, CLOSED, batch, file, payment, simple


def approved(bank, *payments, **more):
    assert bank.upload(simple(*payments, **more)).code == 0
    bank("approve", "--all", "--as", "Kari")


@pytest.mark.parametrize(
    ("day", "waits_until", "booked"),
    [
        ("2026-11-03", "2026-11-02T23:59", "2026-11-03"),
        ("2026-11-08", "2026-11-08T23:59", "2026-11-09"),  # Sunday
        ("2026-12-24", "2026-12-27T23:59", "2026-12-28"),
        ("2026-10-01", "2026-11-02T09:59", "2026-11-02"),  # in the past: the next run
    ],
)
def test_a_payment_is_booked_on_its_day_and_not_before(bank, day, waits_until, booked):
    approved(bank, payment("E-1"), day=day)

    bank("advance", "--to", waits_until)
    assert bank.balance() == 10_000_000

    bank("advance", "--next-run")
    assert bank.balance() == 9_990_000
    assert bank("journal")[0]["booked"] == booked


def test_nothing_is_booked_without_approval(bank):
    bank.upload(simple(payment("E-1")))

    bank("advance", "--days", "20")

    assert bank("journal") == []


def test_an_approval_after_the_last_run_waits_for_the_next_bank_day(bank):
    bank.upload(simple(payment("E-1"), day="2026-11-06"))
    bank("advance", "--to", "2026-11-06T15:00")
    bank("approve", "M-1", "--as", "Kari")

    bank("advance", "--to", "2026-11-08T23:59")
    assert bank("journal") == []

    bank("advance", "--next-run")
    assert bank("journal")[0]["booked_at"] == "2026-11-09T00:00:00"


def test_an_approval_after_its_date_moves_the_date_and_says_so(bank):
    bank.upload(simple(payment("E-1")))
    bank("advance", "--to", "2026-11-05T12:00")

    bank("approve", "M-1", "--as", "Kari")

    assert bank("payments")[0]["execution"] == "2026-11-05"
    assert "ACWC" in bank.collect()[-1].read_text()


def test_new_years_eve_has_its_last_run_at_eleven(bank):
    bank("advance", "--to", "2026-12-31T10:30")
    approved(bank, payment("E-1"), day="2026-12-31")
    bank("advance", "--next-run")
    approved(bank, payment("E-2"), day="2026-12-31", message_id="M-2")
    bank("advance", "--days", "4")

    assert [m["booked_at"] for m in bank("journal")] == [
        "2026-12-31T11:00:00", "2027-01-04T00:00:00",
    ]  # fmt: skip


def test_two_different_people_must_approve_where_two_are_agreed(new_bank):
    bank = new_bank("--approvals", "2")
    bank.upload(simple(payment("E-1")))

    first = bank("approve", "M-1", "--as", "Kari")
    again = bank.run("approve", "M-1", "--as", "Kari")
    bank("advance", "--days", "2")

    assert (first["payments"], first["complete"]) == (1, 0)
    assert again.code == 1
    assert "another person" in again.err
    assert bank("journal") == []

    second = bank("approve", "M-1", "--as", "Ola")
    bank("advance", "--days", "1")

    assert second["complete"] == 1
    assert bank.states() == {"E-1": "booked"}
    assert bank("payments")[0]["approved_by"] == ["Kari", "Ola"]


def test_a_person_without_rights_on_the_account_cannot_approve(bank):
    bank("account", BOOKS, "--owner", "Vik AS", "--orgnr", "889640782")
    bank("person", "Per", "--account", BOOKS)
    bank.upload(simple(payment("E-1")))

    refused = bank.run("approve", "M-1", "--as", "Per")

    assert (refused.code, refused.value["code"]) == (1, "AG08")
    assert bank("approve", "--all", "--as", "Per")["payments"] == 0
    assert bank.states() == {"E-1": "waiting"}


def test_one_payment_can_be_approved_and_another_rejected(bank):
    bank.upload(simple(payment("E-1"), payment("E-2"), payment("E-3")))

    bank("approve", "M-1", "--as", "Kari", "--payment", "E-1")
    bank("reject", "M-1", "--as", "Ola", "--payment", "E-2")
    bank("advance", "--days", "2")

    assert bank.states() == {"E-1": "booked", "E-2": "cancelled CUST", "E-3": "waiting"}
    assert bank.run("reject", "M-1", "--as", "Ola", "--payment", "E-1").code == 1


def test_a_payment_nobody_approves_is_dropped_after_the_banks_days(bank):
    bank.upload(simple(payment("E-1")))

    bank("advance", "--to", "2026-12-14T23:00")
    assert bank.states() == {"E-1": "waiting"}

    bank("advance", "--days", "2")
    assert bank.states() == {"E-1": "rejected NARR"}
    told = [p.read_text() for p in bank.collect() if ".P002." in p.name]
    assert sum("<TxSts>RJCT</TxSts>" in text and "NARR" in text for text in told) == 1
    assert bank.run("approve", "M-1", "--as", "Kari").code == 1
    assert bank("journal") == []


def test_one_approval_of_two_does_not_keep_a_payment_from_growing_old(new_bank):
    bank = new_bank("--approvals", "2")
    bank.upload(simple(payment("E-1")))
    bank("approve", "M-1", "--as", "Kari")

    bank("advance", "--to", "2026-12-16T23:00")

    assert bank.states() == {"E-1": "rejected NARR"}


def test_money_is_given_in_order_of_arrival_and_never_beyond_what_there_is(new_bank):
    bank = new_bank(balance="250")
    approved(bank, payment("E-1"), payment("E-2", "200.00"), payment("E-3", "150.00"))

    bank("advance", "--next-run")
    bank("advance", "--to", "2026-11-03T00:00")

    assert bank.states() == {"E-1": "booked", "E-2": "held AM04", "E-3": "booked"}
    assert bank.balance() == 0


def test_a_held_payment_is_tried_again_when_money_comes(new_bank):
    bank = new_bank(balance="0")
    approved(bank, payment("E-1"))
    bank("advance", "--to", "2026-11-03T11:20")
    bank("pay-in", ACCOUNT, "--amount", "100", "--text", "Lån")

    bank("advance", "--to", "2026-11-03T13:59")
    assert bank.states() == {"E-1": "held AM04"}

    bank("advance", "--next-run")
    assert bank.states() == {"E-1": "booked"}
    assert bank.balance() == 0


def test_a_payment_without_money_is_given_up_after_the_banks_days(new_bank):
    bank = new_bank(balance="99.99")
    approved(bank, payment("E-1"))

    bank("advance", "--to", "2026-11-09T14:59")
    assert bank.states() == {"E-1": "held AM04"}

    bank("advance", "--next-run")
    assert bank.states() == {"E-1": "rejected AM04"}
    told = [path.read_text() for path in bank.collect() if ".P002." in path.name]
    assert ["<TxSts>PDNG</TxSts>" in told[-2], "<TxSts>RJCT</TxSts>" in told[-1]] == [
        True,
        True,
    ]


def test_a_closed_account_is_rejected_at_the_run_and_the_rest_is_paid(bank):
    approved(bank, payment("E-1", to=CLOSED), payment("E-2"))
    bank("payee", CLOSED, "--closed")

    bank("advance", "--days", "1")

    assert bank.states() == {"E-1": "rejected AC04", "E-2": "booked"}
    assert [m["end_to_end_id"] for m in bank("journal")] == ["E-2"]


def test_salary_is_one_entry_and_stands_or_falls_as_one(new_bank):
    bank = new_bank(balance="250")
    wages = [payment(f"E-{n}", to=BOOKS, text="Lønn") for n in (1, 2, 3)]
    approved(bank, *wages, booking="true", category="SALA")

    bank("advance", "--days", "1")
    assert set(bank.states().values()) == {"held AM04"}

    bank("pay-in", ACCOUNT, "--amount", "50", "--text", "Mer")
    bank("advance", "--days", "1")
    paid = [m for m in bank("journal") if m["kind"] == "salary"]
    assert [m["amount_ore"] for m in paid] == [-10000] * 3
    assert len({m["entry_reference"] for m in paid}) == 1


def test_a_salary_to_people_here_and_elsewhere_is_still_one_entry(bank):
    bank("account", BOOKS, "--owner", "Vik AS", "--orgnr", "889640782")
    wages = [payment("E-1", to=BOOKS), payment("E-2"), payment("E-3", to=BOOKS)]
    approved(bank, *wages, booking="true", category="SALA")

    bank("advance", "--days", "1")

    paid = {m["entry_reference"] for m in bank("journal") if m["kind"] == "salary"}
    assert len(paid) == 1
    assert (bank.balance(), bank.balance(BOOKS)) == (9_970_000, 20_000)


def test_money_between_two_accounts_of_the_bank_leaves_one_and_reaches_the_other(bank):
    bank("account", BOOKS, "--owner", "Vik AS", "--orgnr", "889640782", "--balance", "5")
    approved(bank, payment("E-1", to=BOOKS, kid="123456782"), payment("E-2"))

    bank("advance", "--days", "1")

    assert (bank.balance(), bank.balance(BOOKS)) == (9_980_000, 10_500)
    arrived = [m for m in bank("journal") if m["account"] == BOOKS]
    assert [(m["kid"], m["counterparty"]) for m in arrived] == [("123456782", "Fjord AS")]


def test_money_from_outside_waits_for_the_clearing(bank):
    waits = bank("pay-in", ACCOUNT, "--amount", "10", "--kid", "123456782")
    assert waits["booked_at"] == "2026-11-02T10:30:00"
    bank("advance", "--to", "2026-11-02T10:29")
    assert bank("journal") == []

    bank("advance", "--to", "2026-11-06T17:01")
    bank("pay-in", ACCOUNT, "--amount", "11", "--text", "Helg")
    bank("advance", "--to", "2026-11-09T08:00")
    assert [m["booked"] for m in bank("journal")] == ["2026-11-02", "2026-11-09"]


def test_a_charge_is_taken_at_once_even_from_an_empty_account(new_bank):
    bank = new_bank(balance="0")

    bank("charge", ACCOUNT, "--amount", "12,50", "--text", "Månedsgebyr")

    assert bank.balance() == -1250


@pytest.mark.parametrize(
    "arguments",
    [
        ("--amount", "0"),
        ("--amount", "-5"),
        ("--amount", "5", "--kid", "123456782", "--text", "both"),
        ("--amount", "5", "--kid", "A1"),
        ("--amount", "5", "--from-account", "15032080118"),
        ("--amount", "5", "--from-account", ACCOUNT),
    ],
)
def test_a_receipt_that_cannot_be_is_refused(bank, arguments):
    assert bank.run("pay-in", ACCOUNT, *arguments).code == 1


def test_the_clock_goes_only_forward(bank):
    assert bank.run("advance", "--to", "2026-11-02T08:59").code == 1
    assert bank("advance", "--to", "2026-11-02T09:00")["events"] == []


def test_two_messages_in_one_batch_name_are_kept_apart(bank):
    for number in (1, 2):
        body = file(batch(payment(f"E-{number}"), booking="true"), message_id=f"M-{number}")
        bank.upload(body)
    bank("approve", "--all", "--as", "Kari")
    bank("advance", "--days", "1")

    assert len({m["entry_reference"] for m in bank("journal")}) == 2
