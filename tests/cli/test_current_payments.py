"""What a command reads of all that was ever paid, and that nothing is missed by it.

Here every payment that the books have settled counts as long ago, so that each is left out
as soon as it may be.
"""

from __future__ import annotations

import datetime as dt
import re

import pytest
from world import World

from cli.commands import current_payments, ordered
from cli.options import Options
from cli.wiring import opened
from ledger.messages import StatusLine
from ledger.payments import PaymentState
from ledger.store import Store

PAID = "lf-L10001-10023"
LISTS = ("status", "payables", "payments", "unmatched", "pay-due --dry-run")


@pytest.fixture(autouse=True)
def long_ago(monkeypatch):
    monkeypatch.setattr(current_payments, "KEPT", dt.timedelta(days=-400))


@pytest.fixture
def paid(world: World) -> World:
    """Two bills in one message: both are booked."""
    world.bill("10023", "12500.00", "2026-11-03", kid="0010017")
    world.bill("10024", "1500.00", "2026-11-03", party="L10002")
    world.books("pay-due", code=0)
    world.to_bank()
    world.let_pass(days=2)
    world.today = "2026-11-05"
    world.books("reconcile", code=0)
    return world


def options_of(world: World) -> Options:
    today = dt.datetime.fromisoformat(f"{world.today}T08:00")
    return Options(books=world.folder, today=today, user="kari")


def every_and_current(world: World):
    """Return all payments, and those that an everyday command looks at."""
    with opened(options_of(world)) as workplace:
        return ordered.standings(workplace), ordered.current(workplace)


def left_out(world: World) -> set[str]:
    """Check that the rest is told the same, and return the items that are left out."""
    every, current = every_and_current(world)
    assert [each for each in every if each in current] == list(current)
    missing = [each for each in every if each not in current]
    assert all(each.state is PaymentState.BOOKED for each in missing)
    assert not any(each.alarms or each.parked for each in missing)
    return {item.open_item for each in missing for item in each.payment.items}


def lists(world: World) -> list[object]:
    return [world.json(*each.split()) for each in LISTS]


def test_what_is_booked_for_good_is_left_out_and_nothing_is_told_otherwise(
    paid, monkeypatch
):
    assert left_out(paid) == {PAID, "lf-L10002-10024"}

    told = lists(paid)

    monkeypatch.setattr(current_payments, "KEPT", dt.timedelta(days=10_000))
    assert left_out(paid) == set()
    assert lists(paid) == told


def test_a_message_of_which_one_payment_was_refused_is_looked_at_whole(week, monkeypatch):
    assert left_out(week) == set()

    told = lists(week)

    monkeypatch.setattr(current_payments, "KEPT", dt.timedelta(days=10_000))
    assert lists(week) == told


def test_an_undone_settlement_brings_its_payment_back(paid):
    paid.books("undo", "B2026-1", code=0)

    assert left_out(paid) == set()
    (bill,) = paid.json("payables")
    assert (bill["open_item"], bill["state"]) == ("lf-L10002-10024", "held")
    assert "its posting was undone" in bill["reason"]


def test_a_message_of_which_one_payment_is_not_booked_is_looked_at_whole(world: World):
    """Also where its bill is closed meanwhile, by a voucher that a person typed."""
    world.bill("10023", "12500.00", "2026-11-03", kid="0010017")
    world.bill("10024", "1500.00", "2026-11-20", party="L10002")
    world.books("pay-due", "--until", "2026-11-20", code=0)
    world.to_bank()
    world.let_pass(days=2)
    world.today = "2026-11-05"
    world.books("reconcile", code=0)
    world.append(
        "vouchers/2026/11.beancount",
        '2026-11-05 * "Papirhuset AS" "Motregnet"\n'
        "  Liabilities:2400-Leverandørgjeld:L10002-Papirhuset  1500.00 NOK\n"
        '    open-item: "lf-L10002-10024"\n'
        "  Expenses:6800-Kontorrekvisita  -1500.00 NOK\n",
    )

    every, _ = every_and_current(world)

    assert sorted(each.state for each in every) == ["accepted", "booked"]
    assert left_out(world) == set()


def test_an_order_that_the_books_alone_tell_is_looked_at(paid):
    text = (paid.folder / "bank" / "2026" / "11.beancount").read_text("utf-8")
    blocks = re.findall(r'2026-\S+ custom "payment"(?:.*\n)+?(?=\n|2026)', text)
    lines = "\n".join(blocks)
    typed = lines.replace('"M-', '"M-TYPED').replace('"E-', '"E-TYPED')
    assert typed != lines
    paid.append("vouchers/2026/11.beancount", typed)

    with opened(options_of(paid)) as workplace:
        found = current_payments.of(workplace)

    assert any(each.startswith("M-TYPED") for each in found.messages)


def test_an_answer_that_contradicts_the_booking_is_an_alarm(paid):
    every, _ = every_and_current(paid)
    first = every[0].payment
    store = Store.open(paid.folder / ".books" / "store.sqlite")
    with store.transaction() as transaction:
        line = StatusLine(
            message_id=first.message_id,
            payment_information_id=None,
            end_to_end_id=first.end_to_end_id,
            level="transaction",
            status="RJCT",
            reasons=(),
            sha256="aa",
            position=0,
            created=None,
        )
        transaction.add_statuses([line])
    store.close()

    assert left_out(paid) == set()
    assert first.end_to_end_id in paid.books("status").out


def test_books_without_the_settlement_have_the_payment_back(paid, tmp_path):
    """The books from before the booking, and no store to tell: the archive does."""
    bank = paid.folder / "bank" / "2026" / "11.beancount"
    text = bank.read_text("utf-8")
    batches = text.split("\n;; batch ")
    bank.write_text(batches[0], "utf-8")
    Store.remove(paid.folder / ".books" / "store.sqlite")

    assert left_out(paid) == set()
    assert {each["state"] for each in paid.json("payables")} == {"in-flight"}


def test_a_message_that_the_archive_alone_knows_blocks_its_bills(paid):
    with Store.open(paid.folder / ".books" / "store.sqlite").transaction() as transaction:
        connection = transaction._connection
        for table in ("paid_item", "payment", "remittance"):
            connection.exec_driver_sql(f"DELETE FROM {table}")

    every, current = every_and_current(paid)

    assert list(current) == list(every)
    assert len(current) == 2


def test_the_account_that_a_party_was_paid_on_long_ago_is_still_the_known_one(paid):
    """Of a supplier whose account stands on its bills alone."""
    paid.append(
        "accounts.beancount",
        "2026-01-01 open Liabilities:2400-Leverandørgjeld:L10003-Nye NOK\n"
        '  name: "Nye AS"\n  supplier: "10003"\n',
    )
    paid.append("vouchers/2026/11.beancount", bill_of_nye("1", "15032080119"))
    paid.books("pay-due", today="2026-11-05", code=0)
    paid.to_bank()
    paid.let_pass(days=4)
    paid.today = "2026-11-10"
    paid.books("reconcile", code=0)
    assert "lf-L10003-1" in left_out(paid)
    paid.append("vouchers/2026/11.beancount", bill_of_nye("2", "86011117947"))

    (bill,) = paid.json("payables")

    assert bill["state"] == "held"
    assert "is not the one known for Nye AS (15032080119)" in bill["reason"]


def bill_of_nye(number: str, account: str) -> str:
    return (
        f'2026-11-04 * "Nye AS" "Faktura {number}" ^lf-L10003-{number}\n'
        f'  invoice: "{number}"\n  due: 2026-11-06\n  creditor-account: "{account}"\n'
        "  Liabilities:2400-Leverandørgjeld:L10003-Nye  -100.00 NOK\n"
        "  Expenses:6800-Kontorrekvisita  100.00 NOK\n"
    )


def test_a_statement_told_again_years_later_is_nothing_new(paid):
    """Of the memory only the days of a file are read: its own days, whatever today is."""
    archive = paid.folder / "bank" / "archive"
    statements = [
        each.read_bytes()
        for each in archive.glob("*/*.xml")
        if b"camt.053" in each.read_bytes()
    ]
    for number, data in enumerate(statements):
        (paid.folder.parent / f"{number}.xml").write_bytes(data + b"\n")
    again = [str(each) for each in sorted(paid.folder.parent.glob("*.xml"))]

    ran = paid.json("reconcile", *again, today="2029-11-05")

    assert {each["outcome"] for each in ran["messages"]} == {"nothing-new"}
    assert ran["posted"] == 0


def test_what_is_worked_out_once_is_worked_out_again_after_a_write(paid):
    with opened(options_of(paid)) as workplace:
        first = ordered.standings(workplace)
        assert ordered.standings(workplace) is first
        message_id = first[0].payment.message_id
        with workplace.store.transaction() as transaction:
            transaction.set_remittance_state(message_id, PaymentState.UNKNOWN)
        assert ordered.standings(workplace) is not first
        assert len(ordered.current(workplace)) == 2
