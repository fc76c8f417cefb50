"""Opening + entries = closing, day by day: gaps are told, repeats are seen for what they are."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from bank_stories import BANK, DAY, World, camt053, detail, entry, invoice, nok

MONDAY = date(2026, 11, 23)
TUESDAY = date(2026, 11, 24)
SATURDAY = date(2026, 11, 21)


def friday(**changes):
    return camt053("1000.00", entry(amount="-100.00", reference="A"), **changes)


def monday(opening="900.00", **changes):
    return camt053(
        opening, entry(amount="-50.00", reference="B", day=MONDAY), day=MONDAY, **changes
    )


def held(plan):
    return [each.reason for each in plan.held]


def test_every_day_becomes_a_balance_line_dated_the_day_after():
    world = World()

    world.reconcile(friday(), monday())

    assert [(line.date, line.amount) for line in world.balances] == [
        (SATURDAY, nok("900.00")),
        (TUESDAY, nok("850.00")),
    ]


def test_a_statement_of_several_days_is_proved_day_by_day():
    world = World()

    world.reconcile(
        camt053(
            "1000.00",
            entry(amount="-100.00", reference="A"),
            entry(amount="-50.00", reference="B", day=MONDAY),
            to=TUESDAY,
        )
    )

    assert sorted((day, told.closing.text) for (_, day), told in world.days.items()) == [
        (DAY, "900.00"),
        (MONDAY, "850.00"),
        (TUESDAY, "850.00"),
    ]


def test_a_monthly_statement_after_daily_ones_posts_only_what_is_new():
    world = World()
    world.reconcile(friday(), monday())

    plan = world.reconcile(
        camt053(
            "1000.00",
            entry(amount="-100.00", reference="A"),
            entry(amount="-50.00", reference="B", day=MONDAY),
            entry(amount="7.00", reference="C", day=TUESDAY),
            to=TUESDAY,
        )
    )

    assert [voucher.transaction.meta["bank-ref"][-1] for voucher in plan.vouchers] == ["C"]


def test_a_gap_is_held_by_date_and_balances_and_goes_when_it_is_filled():
    world = World()

    early = world.reconcile(monday())
    world.reconcile(friday())
    late = world.reconcile(monday())

    assert held(early) == [
        (
            "Statement from 2026-11-23 opens with 900.00 NOK, the books say 1000.00 NOK:"
            " an earlier statement is missing"
        )
    ]
    assert early.vouchers == ()
    assert held(late) == []
    assert world.balance(BANK) == nok("850.00")


def test_both_sides_of_a_gap_in_one_run_need_no_order():
    world = World()

    plan = world.reconcile(monday(), friday())

    assert held(plan) == []
    assert world.balance(BANK) == nok("850.00")


def test_a_gap_does_not_hold_another_account():
    world = World()

    plan = world.reconcile(
        monday(),
        camt053("0.00", entry(amount="5.00", reference="Z"), account="15034000007"),
    )

    assert len(plan.held) == 1
    assert len(plan.vouchers) == 1


@pytest.mark.parametrize(
    ("numbers", "missing"),
    [
        (("7", "8"), None),
        (("7", "9"), "no. 9 from 2026-11-23 comes after no. 7: 8 missing"),
        (("7", "12"), "no. 12 from 2026-11-23 comes after no. 7: 8-11 missing"),
        (("250", "1"), None),  # a new year
        (("202107090639094570", "202107090639099999"), None),  # a time, no count
        ((None, "9"), None),
    ],
)
def test_a_statement_missing_by_number_is_told_although_the_balances_meet(numbers, missing):
    world = World()
    world.reconcile(friday(sequence=numbers[0]))

    plan = world.reconcile(monday(sequence=numbers[1]))

    assert [missing in reason for reason in held(plan)] == ([True] if missing else [])


def test_a_person_may_accept_a_gap():
    world = World(accepted_gaps={("86011117947", MONDAY)})
    world.reconcile(friday(sequence="7"))

    assert held(world.reconcile(monday(sequence="9"))) == []


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        (
            camt053("1000.00", entry(amount="-90.00", reference="A")),
            (
                "Statement for 2026-11-20 differs from the one that was posted (closing"
                " 910.00 NOK, posted 900.00 NOK)"
            ),
        ),
        (
            camt053("1000.00", entry(amount="-100.00", reference="Z")),
            (
                "statement/86011117947/2026-11-20/Z is not in the statement that was posted"
                " for 2026-11-20"
            ),
        ),
    ],
)
def test_a_corrected_statement_of_a_proven_day_is_held(told, reason):
    world = World()
    world.reconcile(friday())

    plan = world.reconcile(told)

    assert held(plan) == [reason]
    assert plan.vouchers == ()


def test_two_statements_of_one_day_keep_two_equal_entries():
    twin = entry(amount="-100.00", additional_information="Gebyr")
    world = World()

    first, second = camt053("1000.00", twin), camt053("900.00", twin, number="2")
    world.reconcile(second, first)
    again = world.reconcile(first, second)

    assert world.balance(BANK) == nok("800.00")
    assert [line.amount for line in world.balances] == [nok("800.00")]
    assert again.vouchers == again.held == ()


def test_two_equal_entries_of_one_statement_are_both_posted():
    twin = entry(amount="-100.00", additional_information="Gebyr")
    world = World()

    world.reconcile(camt053("1000.00", twin, twin))

    assert world.balance(BANK) == nok("800.00")


def test_a_statement_without_entries_proves_its_day():
    world = World()

    plan = world.reconcile(camt053("1000.00"))

    assert plan.vouchers == ()
    assert [line.amount for line in plan.balances] == [nok("1000.00")]
    assert world.reconcile(camt053("1000.00", number="2")).balances == ()


def test_a_late_statement_of_an_empty_day_between_proven_ones():
    world = World()
    world.reconcile(friday())
    world.reconcile(camt053("900.00", day=TUESDAY))

    plan = world.reconcile(camt053("900.00", day=MONDAY))
    changed = world.reconcile(monday())

    assert held(plan) == []
    assert held(changed)


def test_a_statement_without_balances_proves_nothing():
    message = friday()
    bare = replace(message.reports[0], balances=())

    plan = World().reconcile(replace(message, reports=(bare,)))

    assert held(plan) == ["The statement has neither an opening nor a closing balance"]


def test_figures_that_do_not_add_up_are_held():
    plan = World().reconcile(friday(closing="950.00"))

    assert held(plan) == [
        "Opening 1000.00 NOK and entries -100.00 NOK do not make closing 950.00 NOK"
    ]


def test_an_entry_in_another_currency_holds_the_report():
    message = friday()
    odd = replace(message.reports[0].entries[0], amount=nok("100.00", "EUR"))
    report = replace(message.reports[0], entries=(odd,))

    plan = World().reconcile(replace(message, reports=(report,)))

    assert held(plan) == ["The entry is in EUR, the account in NOK"]


def test_an_overdraft_is_a_negative_balance():
    world = World()

    world.reconcile(camt053("1000.00", entry(amount="-1500.00", reference="A")))

    assert world.balances[0].amount == nok("-500.00")


def test_the_first_statement_starts_before_the_first_day():
    world = World(invoice("kf-1", "10.00", "17"))

    plan = world.reconcile(
        camt053(
            "700.00",
            entry(amount="300.00", day=date(2026, 8, 31)),
            entry(detail("10.00", kid="17"), day=date(2026, 9, 1)),
            day=date(2026, 8, 31),
            to=date(2026, 9, 1),
        )
    )

    assert len(plan.vouchers) == 1
    assert world.residuals() == {}


def test_a_gap_of_money_that_a_person_accepts_is_parked_in_sight():
    world = World(accepted_gaps={("86011117947", TUESDAY)})
    tuesday = camt053(
        "880.00", entry(amount="5.00", reference="C", day=TUESDAY), day=TUESDAY
    )

    world.reconcile(friday())
    plan = world.reconcile(tuesday)
    again = world.reconcile(tuesday)

    assert [voucher.parked for voucher in plan.vouchers] == [True, True]
    assert plan.vouchers[0].transaction.meta["bank-ref"].endswith("/2026-11-24/gap")
    assert world.balance(BANK) == nok("885.00")
    assert again.vouchers == ()
    world.lose_store()
    assert world.plan(friday(), tuesday).vouchers == ()
