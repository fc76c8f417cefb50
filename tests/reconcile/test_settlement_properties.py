"""Whatever the bank tells, in whatever files and order: posted + parked = what it said."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date
from decimal import Decimal

from bank_stories import (
    BANK,
    CLEARING,
    CUSTOMER,
    IN,
    OUT,
    World,
    bill,
    camt053,
    camt054,
    detail,
    entry,
    invoice,
    nok,
    ocr,
    paid_out,
    payment,
    standing,
)
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

DAYS = (date(2026, 11, 19), date(2026, 11, 20), date(2026, 11, 23))
#: So much later that nothing else is told of the days.
LATER = date(2026, 11, 27)
AMOUNTS = ("10.00", "20.00", "30.00", "100.00")
PAYERS = ("15030000029", "15030000037", "15032080119")
KIDS = ("17", "18", "19", "404")

receipts = st.tuples(
    st.sampled_from(DAYS),
    st.sampled_from(AMOUNTS),
    st.sampled_from(KIDS),
    st.sampled_from(PAYERS),
)
worlds = st.fixed_dictionaries(
    {
        "receipts": st.lists(receipts, max_size=12),
        "paid": st.sets(st.integers(0, 4)),
        "pay_days": st.lists(st.sampled_from(DAYS), min_size=5, max_size=5),
        "fees": st.lists(st.sampled_from(DAYS), max_size=2),
        "shape": st.sampled_from(["lump", "plain", "details", "single"]),
        "own_references": st.booleans(),
        "unknown_payers": st.sets(st.sampled_from(("ocr", "054", "053"))),
        "order": st.randoms(use_true_random=False),
        "again": st.integers(0, 3),
    }
)


def start():
    bills = [bill(f"lf-{n}", f"{20 + n}.00") for n in range(5)]
    items = [
        invoice("kf-a", "30.00", "17"),
        invoice("kf-b", "100.00", "18"),
        invoice("kf-c", "20.00", "19"),
        invoice("kf-d", "10.00", "19", date=date(2026, 11, 2)),
    ]
    payments = [payment(each) for each in bills]
    return World(*bills, *items, standings=map(standing, payments)), payments


class Bank:
    """The truth of three days, and the files that tell it."""

    def __init__(self, drawn, payments) -> None:
        self.receipts = drawn["receipts"]
        self.own_references = drawn["own_references"]
        self.unknown_payers = drawn["unknown_payers"]
        self.paid = [
            (drawn["pay_days"][n], paid_out(payments[n], reference=f"P{n}"))
            for n in sorted(drawn["paid"])
        ]
        self.fees = drawn["fees"]
        self.shape = drawn["shape"]

    def lump(self, day, source="053"):
        """The receipts of a day as a source tells them: perhaps it knows no payers."""
        return [
            detail(
                amount,
                kid=kid,
                account=None if source in self.unknown_payers else payer,
                reference=f"{source}-{n}" if self.own_references else f"R{n}",
            )
            for n, (booked, amount, kid, payer) in enumerate(self.receipts)
            if booked == day
        ]

    def files(self):
        found = []
        for day in DAYS:
            debits = [each for booked, each in self.paid if booked == day]
            if self.lump(day):
                found.append(ocr(entry(*self.lump(day, "ocr"), day=day)))
                told = entry(*self.lump(day, "054"), day=day, reference=f"L{day}")
                found.append(camt054(told))
            if debits:
                found.append(camt054(*(self.debit(each, day) for each in debits)))
        return found + self.statements()

    def debit(self, each, day):
        return entry(each, day=day, reference=each.account_servicer_reference)

    def statements(self):
        opening, found = Decimal("1000.00"), []
        for day in (*DAYS, LATER):
            entries = self.entries(day)
            found.append(camt053(str(opening), *entries, day=day))
            for each in entries:
                sign = 1 if each.credit_debit_indicator == "CRDT" else -1
                opening += each.amount.number * sign
        return found

    def entries(self, day):
        entries = self.receipt_lines(day)
        entries += [
            self.shown(self.debit(each, day)) for booked, each in self.paid if booked == day
        ]
        entries += [
            entry(amount="-3.33", day=day, reference=f"F{n}")
            for n, booked in enumerate(self.fees)
            if booked == day
        ]
        return entries

    def receipt_lines(self, day):
        receipts = self.lump(day)
        if self.shape == "single":
            return [
                entry(each, day=day, reference=f"S{day}.{n}")
                for n, each in enumerate(receipts)
            ]
        if not receipts:
            return []
        return [self.shown(entry(*receipts, day=day, reference=f"L{day}"))]

    def shown(self, each):
        if self.shape in {"details", "single"}:
            return each
        count = len(each.details) if self.shape == "lump" else None
        return replace(each, details=(), batch_number_of_transactions=count)

    @property
    def closing(self):
        return sum(
            (
                each.amount.number * (1 if each.credit_debit_indicator == "CRDT" else -1)
                for day in DAYS
                for each in self.entries(day)
            ),
            Decimal("1000.00"),
        )


def runs(drawn, files):
    """Deal the files out over runs in a drawn order, some of them more than once."""
    chance = drawn["order"]
    dealt = [*files, *chance.sample(files, min(drawn["again"], len(files)))]
    chance.shuffle(dealt)
    while dealt:
        count = chance.randint(1, len(dealt))
        yield dealt[:count]
        dealt = dealt[count:]


def netting_to_nothing(seed):
    """A receipt and a payment of one amount, and a statement after them: found by chance."""
    return {
        "receipts": [(DAYS[0], "20.00", "404", PAYERS[0])],
        "paid": {0},
        "pay_days": [DAYS[1]] * 5,
        "fees": [],
        "shape": "lump",
        "own_references": False,
        "unknown_payers": set(),
        "order": random.Random(seed),
        "again": 0,
    }


slow = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)


def finished(drawn):
    world, payments = start()
    bank = Bank(drawn, payments)
    for files in runs(drawn, bank.files()):
        world.reconcile(*files)
    held = bank.files()  # what is held is read again in every run, as the shell does
    for _ in DAYS:
        world.reconcile(*held)
    return world, bank


@slow
@given(worlds)
def test_posted_and_parked_is_what_the_bank_said(drawn):
    world, bank = finished(drawn)

    assert world.balance(BANK).number == bank.closing
    assert world.balance(CLEARING) == nok(0)
    fees = len(bank.fees)
    assert world.balance(OUT) == nok("3.33") + nok("3.33") if fees == 2 else True
    unknown = [Decimal(amount) for _, amount, kid, _ in bank.receipts if kid == "404"]
    assert -world.balance(IN).number == sum(unknown)


@slow
@given(worlds)
def test_every_order_ends_in_the_same_residuals(drawn):
    world, bank = finished(drawn)
    plainly, _ = start()
    plainly.reconcile(*bank.files())

    assert world.balance(CUSTOMER) == plainly.balance(CUSTOMER)
    bills = {key: left for key, left in world.residuals().items() if key.startswith("lf-")}
    assert bills == {
        key: left for key, left in plainly.residuals().items() if key.startswith("lf-")
    }


@slow
@given(worlds)
@example(netting_to_nothing(6))
@example(netting_to_nothing(9))
def test_every_order_and_division_into_runs_posts_the_bank_alike(drawn):
    world, bank = finished(drawn)
    plainly, _ = start()
    plainly.reconcile(*bank.files())

    assert posted_on_the_bank(world) == posted_on_the_bank(plainly)
    assert sorted(world.balances, key=str) == sorted(plainly.balances, key=str)
    assert world.plan(*bank.files()).held == ()


def posted_on_the_bank(world):
    return {
        (voucher.key, voucher.transaction.date, posting.units)
        for voucher in world.vouchers
        for posting in voucher.transaction.postings
        if posting.account == BANK
    }


@slow
@given(worlds)
@example(netting_to_nothing(6))
def test_with_everything_known_nothing_is_new(drawn):
    world, bank = finished(drawn)

    again = world.plan(*bank.files())

    assert again.vouchers == again.balances == again.held == ()
    assert again.told_movements == again.told_entries == again.days == ()


@slow
@given(worlds)
@example(netting_to_nothing(6))
def test_a_lost_store_posts_nothing_again(drawn):
    world, bank = finished(drawn)

    world.lose_store()
    again = world.plan(*bank.files())

    assert again.vouchers == again.balances == ()


@slow
@given(worlds)
@example(netting_to_nothing(6))
def test_a_lost_store_is_made_anew_as_it_was(drawn):
    world, bank = finished(drawn)

    before = world.memory()
    world.lose_store()
    world.rebuild()

    assert world.memory() == before
    again = world.plan(*bank.files())
    assert again.vouchers == again.balances == ()


@slow
@given(worlds)
def test_the_order_of_the_reports_of_one_run_does_not_matter(drawn):
    world, payments = start()
    files = Bank(drawn, payments).files()
    shuffled = list(files)
    drawn["order"].shuffle(shuffled)

    assert world.plan(*files) == world.plan(*shuffled)
