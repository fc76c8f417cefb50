"""The bank reconciliation statement: bank, books, what is on its way, what waits."""

from __future__ import annotations

from datetime import date

from bank_stories import (
    ACCOUNT,
    BANK,
    CLEARING,
    DAY,
    TRANSFERS,
    World,
    bill,
    camt053,
    detail,
    entry,
    invoice,
    nok,
    ocr,
    payment,
    standing,
)

from ledger.payments import PaymentState
from reconcile.bank_reconciliation import Comment, reconciliation
from reconcile.clearing import explain
from reconcile.transfers import OnItsWay

LF = bill("lf-1", "200.00")


def statement(world, day, commented=(), transfers=()):
    account = world.known().company.bank_account(ACCOUNT)
    return reconciliation(
        account,
        day,
        days=world.days.values(),
        books=world.balance(BANK, date.fromordinal(day.toordinal() + 1)),
        standings=world.standings,
        clearing=explain(
            ACCOUNT,
            world.balance(CLEARING, date.fromordinal(day.toordinal() + 1)),
            entries=world.entries.values(),
            movements=world.movements.values(),
            language="en",
            until=day,
        ),
        waiting=[item for item in world.items.items if item.key.startswith("cr-")],
        comments={key: Comment(text="x", by="kari", date=day) for key in commented},
        transfers=transfers,
    )


def world_of_a_day():
    world = World(
        LF,
        invoice("kf-1", "50.00", "17"),
        standings=[
            standing(payment(LF), PaymentState.TRANSMITTED),
            standing(payment(LF, attempt=2), PaymentState.PREPARED),
        ],
    )
    world.reconcile(camt053("1000.00", entry(amount="-100.00", reference="A")))
    world.reconcile(ocr(entry(detail("50.00", kid="17"), day=date(2026, 11, 23))))
    return world


def test_bank_and_books_agree_and_the_rest_is_told():
    found = statement(world_of_a_day(), date(2026, 11, 23))

    assert (found.bank, found.books, found.difference) == (nok("900"), nok("900"), nok("0"))
    assert found.statement.date == DAY
    assert found.outstanding_total == nok("200.00")
    assert [rest.amount for rest in found.clearing.rests] == [nok("50.00")]
    assert [(each.amount, each.age) for each in found.parked] == [(nok("100.00"), 3)]
    assert found.is_reconciled


def test_an_earlier_day_knows_nothing_of_the_later_ones():
    found = statement(world_of_a_day(), date(2026, 11, 19))

    assert found.statement is None
    assert (found.bank, found.books) == (nok("1000"), nok("1000"))
    assert found.parked == ()
    assert not found.is_reconciled


def test_what_waits_longer_than_a_month_asks_for_a_comment():
    world = world_of_a_day()
    late = date(2026, 12, 31)

    on_its_way = OnItsWay(account=TRANSFERS, date=DAY, amount=nok("5.00"), age=41)
    young = OnItsWay(account=TRANSFERS, date=late, amount=nok("5.00"), age=30)

    found = statement(world, late, transfers=[on_its_way, young])
    keys = (found.parked[0].open_item, found.clearing.rests[0].key, on_its_way.key)

    assert found.comments_missing == keys
    for key in keys:
        missing = statement(world, late, [key], [on_its_way]).comments_missing
        assert missing == tuple(each for each in keys if each != key)
