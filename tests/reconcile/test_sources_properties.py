"""Sources that tell only part, tell it poorly, or tell it again under another number."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from random import Random

from bank_stories import (
    ACCOUNT,
    BANK,
    CLEARING,
    CUSTOMER,
    IN,
    World,
    camt053,
    camt054,
    detail,
    entry,
    invoice,
    ocr,
)
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from reconcile.clearing import explain

DAYS = (date(2026, 11, 19), date(2026, 11, 20), date(2026, 11, 23))
PAYERS = ("15030000029", "15030000037")

receipts = st.lists(
    st.tuples(
        st.sampled_from(DAYS),
        st.sampled_from(("10.00", "20.00")),
        st.sampled_from(("17", "18", None)),
        st.sampled_from(PAYERS),
    ),
    max_size=10,
)
worlds = st.fixed_dictionaries(
    {
        "receipts": receipts,
        "referenced": st.sets(st.sampled_from(("ocr", "054", "053"))),
        "payers": st.sets(st.sampled_from(("ocr", "054", "053"))),
        "lost": st.sets(st.sampled_from(("ocr", "054"))),
        "copied": st.sets(st.sampled_from(("ocr", "054"))),
        "shape": st.sampled_from(["lump", "plain", "details", "single"]),
        "order": st.randoms(use_true_random=False),
    }
)
slow = settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)


def told_by(source, drawn, number, receipt):
    """One receipt as a source tells it: perhaps without reference or payer."""
    _, amount, kid, payer = receipt
    return detail(
        amount,
        kid=kid,
        account=payer if source in drawn["payers"] else None,
        reference=f"R{number}" if source in drawn["referenced"] else None,
    )


def of_day(source, drawn, day):
    return [
        told_by(source, drawn, number, receipt)
        for number, receipt in enumerate(drawn["receipts"])
        if receipt[0] == day
    ]


def files_of(drawn):
    files, opening = [], Decimal("1000.00")
    for day in DAYS:
        if of_day("ocr", drawn, day):
            for source, make in (("ocr", ocr), ("054", camt054)):
                told = make(
                    entry(*of_day(source, drawn, day), day=day, reference=f"L{day}")
                )
                if source not in drawn["lost"]:
                    files.append(told)
                if source in drawn["copied"]:
                    files.append(replace(told, message_identification="copy"))
        lines = lines_of(drawn, day)
        files.append(camt053(str(opening), *lines, day=day))
        opening += sum((line.amount.number for line in lines), Decimal(0))
    return files, opening


def lines_of(drawn, day):
    details = of_day("053", drawn, day)
    if not details:
        return []
    if drawn["shape"] == "single":
        return [
            entry(each, day=day, reference=f"S{day}.{n}") for n, each in enumerate(details)
        ]
    whole = entry(*details, day=day, reference=f"L{day}")
    if drawn["shape"] == "details":
        return [whole]
    count = len(details) if drawn["shape"] == "lump" else None
    return [replace(whole, details=(), batch_number_of_transactions=count)]


def finished(drawn):
    world = World(invoice("kf-1", "50.00", "17"), invoice("kf-2", "25.00", "18"))
    files, closing = files_of(drawn)
    dealt = list(files)
    drawn["order"].shuffle(dealt)
    while dealt:
        count = drawn["order"].randint(1, len(dealt))
        world.reconcile(*dealt[:count])
        dealt = dealt[count:]
    for _ in DAYS:
        world.reconcile(*files)
    return world, files, closing


@slow
@given(worlds)
def test_the_bank_is_proven_and_clearing_is_explained_to_the_ore(drawn):
    world, _, closing = finished(drawn)

    found = explain(
        ACCOUNT,
        world.balance(CLEARING),
        entries=world.entries.values(),
        movements=world.movements.values(),
        language="en",
    )

    assert world.balance(BANK).number == closing
    assert not found.unexplained


@slow
@given(worlds)
def test_no_customer_is_credited_with_more_than_the_bank_got(drawn):
    world, _, _ = finished(drawn)

    got = sum(
        (Decimal(amount) for _, amount, kid, _ in drawn["receipts"] if kid), Decimal(0)
    )
    assert -world.balance(CUSTOMER).number <= got


@slow
@given(worlds)
def test_nothing_is_lost_where_the_statement_tells_its_details(drawn):
    world, _, _ = finished({**drawn, "shape": "single"})

    got = sum((Decimal(amount) for _, amount, _, _ in drawn["receipts"]), Decimal(0))
    placed = -(world.balance(CUSTOMER).number + world.balance(IN).number)
    assert placed - world.balance(CLEARING).number == got


@slow
@given(worlds)
def test_everything_again_is_nothing_new(drawn):
    world, files, _ = finished(drawn)

    again = world.plan(*files)

    assert again.vouchers == again.balances == ()
    assert again.told_movements == again.told_entries == again.days == ()


def alike(days, seed, **told):
    """Receipts of 10.00, KID 17 and one payer, in an order that once told them otherwise."""
    return {
        "receipts": [(day, "10.00", "17", PAYERS[0]) for day in days],
        "lost": set(),
        "shape": "details",
        "order": Random(seed),
        **told,
    }


@slow
@given(worlds)
@example(alike(DAYS, 2, referenced={"ocr"}, payers={"053", "ocr"}, copied={"ocr"}))
@example(
    alike(
        (DAYS[0], DAYS[1], DAYS[1]),
        5,
        referenced=set(),
        payers={"053", "054"},
        copied=set(),
    )
)
def test_the_store_can_be_lost(drawn):
    """Read in one go, the archive would park once more what is posted."""
    world, files, _ = finished(drawn)

    before = world.memory()
    world.lose_store()
    world.rebuild()

    assert world.memory() == before
    again = world.plan(*files)
    assert again.vouchers == again.balances == ()
    assert again.told_movements == again.told_entries == again.days == ()
