"""A person's decisions: new vouchers, never over zero, never on the bank account."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from bank_stories import (
    BANK,
    CLEARING,
    CUSTOMER,
    DAY,
    IN,
    OTHER_ACCOUNT,
    OUT,
    ROLES,
    SUPPLIER,
    World,
    bill,
    camt053,
    detail,
    entry,
    invoice,
    nok,
    ocr,
)

from ledger.item_kinds import ItemKind
from ledger.parties import Party, PartyKind
from reconcile.decided_accounts import Booked, Vat
from reconcile.decisions import DecisionRefused, Desk, Share, book, match
from reconcile.same_parties import SameParties
from reconcile.undoing import undo_transaction as undo

KF17 = invoice("kf-17", "500.00", "17")
KF18 = invoice("kf-18", "300.00", "18")


def parked_receipt(amount="300.00"):
    world = World(KF17, KF18)
    told = detail(amount, kid="99", account=OTHER_ACCOUNT, reference="R")
    world.reconcile(ocr(entry(told)))
    return world, next(item for item in world.items.items if item.account == IN)


def desk(world, **changes):
    return Desk(
        **{
            "by": "kari",
            "language": "en",
            "roles": ROLES,
            "items": world.items,
            "today": date(2026, 11, 30),
            **changes,
        }
    )


def written(world, voucher, number="B2026-9"):
    """Put a decision into the books, as the shell does."""
    meta = {**voucher.transaction.meta, "voucher": number}
    world.vouchers.append(
        replace(voucher, transaction=replace(voucher.transaction, meta=meta))
    )
    world.check()
    return world.vouchers[-1].transaction


def test_a_match_settles_the_item_from_suspense():
    world, money = parked_receipt()

    voucher = match(money, [Share(item=KF18)], desk(world))
    written(world, voucher)

    assert world.residuals() == {"kf-17": "500.00"}
    assert voucher.transaction.date == DAY
    assert voucher.transaction.meta["why"] == "Matched by kari"
    assert set(voucher.transaction.links) == {"kf-18", money.key}


def test_a_match_of_more_money_than_the_item_leaves_the_rest_parked():
    world, money = parked_receipt("350.00")

    written(world, match(money, [Share(item=KF18)], desk(world)))

    assert world.residuals() == {"kf-17": "500.00", IN: "-50.00"}


def test_a_match_may_be_shared_between_items():
    world, money = parked_receipt()
    shares = [Share(item=KF17, amount=nok("100.00")), Share(item=KF18)]

    written(world, match(money, shares, desk(world)))

    assert world.residuals() == {"kf-17": "400.00", "kf-18": "100.00"}


@pytest.mark.parametrize(
    ("share", "reason"),
    [
        (Share(item=KF18, amount=nok("400.00")), "400.00 NOK of 300.00 NOK that is left"),
        (Share(item=KF17, amount=nok("0.00")), "0.00 NOK of 300.00 NOK that is left"),
        (
            Share(item=invoice("kf-1", "10.00"), amount=nok("20.00")),
            "20.00 NOK is more than the 10.00 NOK that is left",
        ),
        (Share(item=invoice("kf-1", "0.00")), "is settled already"),
        (Share(item=replace(KF17, is_draft=True)), "is a draft; post it first"),
        (Share(item=bill("lf-1", "10.00")), "only items of opposite sign"),
        (
            Share(item=replace(KF17, residual=nok("5.00", "EUR"))),
            "is in EUR, the money is in NOK",
        ),
    ],
)
def test_a_match_that_cannot_be(share, reason):
    world, money = parked_receipt()

    with pytest.raises(DecisionRefused, match=reason):
        match(money, [share], desk(world))


def test_a_credit_note_is_offset_against_a_bill():
    note, owed = bill("lf-9", "-100.00"), bill("lf-4", "250.00")
    world = World(note, owed)

    written(world, match(note, [Share(item=owed)], desk(world)))

    assert world.residuals() == {"lf-4": "-150.00"}
    assert world.balance(SUPPLIER) == nok("0.00")


def sold(key, amount, number, day, **changes):
    made = date(2026, 11, day)
    return invoice(key, amount, party_number=number, date=made, **changes)


def test_an_offset_is_of_the_day_on_which_it_is_decided():
    """Before it both were open; it is never before the later one of them."""
    note, owed = sold("kf-9", "-100.00", "K1", 20), sold("kf-4", "250.00", "K1", 2)
    world = World(note, owed)

    def day(**changes):
        decided = match(owed, [Share(item=note)], desk(world, **changes)).transaction
        return decided.date, decided.meta.get("value-date")

    assert day() == (date(2026, 11, 30), None)
    assert day(today=date(2026, 11, 10)) == (date(2026, 11, 20), None)
    locked = day(locked_until=date(2026, 12, 31))
    assert locked == (date(2027, 1, 1), date(2026, 11, 30))


def test_a_match_of_money_is_of_the_day_on_which_it_came():
    world, money = parked_receipt()

    assert match(money, [Share(item=KF17)], desk(world)).transaction.date == DAY


ONE_ORGNR = tuple(
    Party(account=account, number=number, kind=kind, name="Nord AS", orgnr="974760673")
    for account, number, kind in (
        (CUSTOMER, "K1", PartyKind.CUSTOMER),
        (SUPPLIER, "L9", PartyKind.SUPPLIER),
    )
)


@pytest.mark.parametrize(
    ("other", "parties", "is_refused"),
    [
        (sold("kf-9", "-100.00", "K2", 2), (), True),
        (bill("lf-9", "100.00", party_number="L9"), (), True),
        (sold("kf-9", "-100.00", "K1", 2), (), False),
        (bill("lf-9", "100.00", party_number="L9"), ONE_ORGNR, False),
        (sold("kf-9", "-100.00", None, 2), (), False),
    ],
    ids=["customer", "supplier", "same", "one company", "unknown"],
)
def test_only_what_one_party_owes_and_is_owed_is_set_off(other, parties, is_refused):
    owed = sold("kf-4", "250.00", "K1", 2)
    world = World(owed, other)
    told = desk(world, parties=SameParties(parties))

    for money, item in ((owed, other), (other, owed)):
        if is_refused:
            with pytest.raises(DecisionRefused, match="voucher by hand, with open-item"):
                match(money, [Share(item=item)], told)
        else:
            assert match(money, [Share(item=item)], told)


def test_a_customers_credit_may_pay_for_another_one():
    credit = sold("cr-1", "-100.00", "K2", 2, kind=ItemKind.CREDIT)
    owed = sold("kf-4", "250.00", "K1", 2)

    assert match(credit, [Share(item=owed)], desk(World(credit, owed)))


def parked_payment():
    world = World()
    world.reconcile(camt053("1000.00", entry(amount="-125.00", reference="F")))
    return world, next(item for item in world.items.items if item.account == OUT)


def test_parked_money_is_booked_with_the_vat_that_it_includes():
    world, money = parked_payment()
    vat = Vat(code="1", rate=Decimal(25), account="Liabilities:2710-Inngående-mva-høy")

    voucher = book(
        money, [Booked(account="Expenses:6553-Programvare", vat=vat)], desk(world)
    )
    transaction = written(world, voucher)

    assert world.residuals() == {}
    assert [(p.account, p.units.text, p.meta.get("vat")) for p in transaction.postings] == [
        (OUT, "-125.00", None),
        ("Expenses:6553-Programvare", "100.00", "1"),
        ("Liabilities:2710-Inngående-mva-høy", "25.00", "1"),
    ]
    assert transaction.postings[2].meta["vat-base"] == nok("100.00")


def legs(*amounts, vat, account="Expenses:6800-Kontorrekvisita"):
    return [Booked(account=account, amount=nok(each), vat=vat) for each in amounts]


@pytest.mark.parametrize(
    ("rate", "amounts", "nets", "tax"),
    [
        ("15", ["33.33"] * 3, ["28.98", "28.98", "28.99"], "13.04"),
        ("25", ["0.03"] * 4, ["0.02", "0.02", "0.03", "0.03"], "0.02"),
        ("25", ["60.00", "65.00"], ["48.00", "52.00"], "25.00"),
        ("0", ["60.00", "65.00"], ["60.00", "65.00"], None),
    ],
)
def test_vat_is_that_of_the_sum_and_shared_to_the_ore(rate, amounts, nets, tax):
    """Rounded on each line it would be more than the voucher's own total says."""
    world, money = parked_payment()
    account = "Liabilities:2711-Inngående-mva-middels"
    vat = Vat(code="11", rate=Decimal(rate), account=account)

    voucher = book(money, legs(*amounts, vat=vat), desk(world))
    _, *postings = written(world, voucher).postings

    assert [each.units.text for each in postings[: len(nets)]] == nets
    base = sum(map(Decimal, nets))
    assert [(e.account, e.units.text, e.meta) for e in postings[len(nets) :]] == (
        [(account, tax, {"vat": "11", "vat-base": nok(base)})] if tax else []
    )


def test_of_several_codes_each_has_its_vat_and_the_rest_has_none():
    world, money = parked_payment()
    high = Vat(code="1", rate=Decimal(25), account="Liabilities:2710-Inngående-mva-høy")
    food = Vat(
        code="11", rate=Decimal(15), account="Liabilities:2711-Inngående-mva-middels"
    )
    parts = [
        *legs("50.00", vat=high),
        *legs("57.50", vat=food),
        *legs("17.50", vat=None, account="Assets:1480-Forskudd-til-leverandører"),
    ]

    postings = written(world, book(money, parts, desk(world))).postings

    assert [(each.units.text, each.meta.get("vat")) for each in postings[1:]] == [
        ("40.00", "1"),
        ("50.00", "11"),
        ("17.50", None),
        ("10.00", "1"),
        ("7.50", "11"),
    ]


def test_parked_money_is_booked_in_parts():
    world, money = parked_payment()
    legs = [
        Booked(account="Expenses:7770-Bankgebyr", amount=nok("25.00")),
        Booked(account="Expenses:6800-Kontorrekvisita"),
    ]

    written(world, book(money, legs, desk(world)))

    assert world.balance("Expenses:6800-Kontorrekvisita") == nok("100.00")
    with pytest.raises(DecisionRefused, match=r"200\.00 NOK of 125\.00 NOK that is left"):
        book(money, [Booked(account="Expenses:X", amount=nok("200.00"))], desk(world))


def undone(world, transaction, **options):
    voucher = undo(
        transaction,
        desk(world, text="wrong customer"),
        money_accounts={BANK, CLEARING},
        corrections=[
            each.transaction
            for each in world.vouchers
            if each.transaction.meta.get("corrects") == transaction.meta["voucher"]
        ],
        **options,
    )
    return written(world, voucher, number=f"B2026-{len(world.vouchers) + 1}")


def settled_world(*details):
    world = World(KF17, KF18)
    world.reconcile(camt053("1000.00", entry(*details)))
    first = world.vouchers[0]
    meta = {**first.transaction.meta, "voucher": "B2026-1"}
    world.vouchers[0] = replace(first, transaction=replace(first.transaction, meta=meta))
    return world, world.vouchers[0].transaction


def test_undo_moves_the_items_side_to_suspense_and_leaves_the_bank_alone():
    world, transaction = settled_world(detail("500.00", kid="17", account=OTHER_ACCOUNT))

    correction = undone(world, transaction)

    assert world.residuals() == {"kf-17": "500.00", "kf-18": "300.00", IN: "-500.00"}
    assert world.balance(BANK) == nok("1500.00")
    assert correction.meta["corrects"] == "B2026-1"
    assert correction.meta["why"] == "Undone by kari: wrong customer"
    assert correction.postings[1].meta["kid"] == "17"


def test_what_was_undone_can_be_matched_again_and_undone_again():
    world, transaction = settled_world(detail("300.00", kid="17", account=OTHER_ACCOUNT))
    undone(world, transaction)
    money = next(item for item in world.items.items if item.account == IN and item.is_open)

    again = written(world, match(money, [Share(item=KF18)], desk(world)))
    assert world.residuals() == {"kf-17": "500.00"}
    undone(world, again)

    assert world.residuals() == {"kf-17": "500.00", "kf-18": "300.00", IN: "-300.00"}


def test_undo_of_one_movement_leaves_the_others():
    world, transaction = settled_world(
        detail("500.00", kid="17", reference="A"), detail("300.00", kid="18", reference="B")
    )

    undone(world, transaction, movement="detail/86011117947/2026-11-20/B")

    assert world.residuals() == {"kf-18": "300.00", IN: "-300.00"}
    undone(world, transaction)
    assert world.residuals() == {"kf-17": "500.00", "kf-18": "300.00", IN: "-800.00"}


def test_undo_happens_once():
    world, transaction = settled_world(detail("500.00", kid="17"))
    undone(world, transaction)

    with pytest.raises(DecisionRefused, match="there is nothing left to undo"):
        undone(world, transaction)


def test_a_credit_that_was_used_must_be_undone_first():
    world, transaction = settled_world(detail("600.00", kid="17"))
    credit = next(item for item in world.items.items if item.key.startswith("cr-"))
    assert world.residuals()[CUSTOMER] == "-100.00"
    written(world, match(credit, [Share(item=KF18, amount=nok("60.00"))], desk(world)))

    with pytest.raises(DecisionRefused, match="undo first what was done with the rest"):
        undone(world, transaction)


def test_what_is_parked_is_matched_and_not_undone():
    world, transaction = settled_world(detail("500.00", kid="99"))

    with pytest.raises(DecisionRefused, match="is parked; match or book it"):
        undone(world, transaction)


def test_a_decision_about_a_locked_period_goes_to_the_first_open_day():
    world, money = parked_receipt()

    locked = desk(world, locked_until=date(2026, 11, 30))
    voucher = match(money, [Share(item=KF18)], locked)

    assert voucher.transaction.date == date(2026, 12, 1)
    assert voucher.transaction.meta["value-date"] == DAY
