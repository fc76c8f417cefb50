"""The cycle: detail files and statements in any order, each money once, all of it seen."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import permutations

import pytest
from bank_stories import (
    BANK,
    CLEARING,
    CUSTOMER,
    DAY,
    IN,
    OTHER_ACCOUNT,
    OUT,
    SUPPLIER,
    SUPPLIER_ACCOUNT,
    World,
    bill,
    camt053,
    camt054,
    company,
    detail,
    entry,
    file_hash,
    invoice,
    nok,
    ocr,
    paid_out,
    payment,
    standing,
)

from bankio.iso20022.values import Account
from ledger.payments import PaymentState
from reconcile.bank_transactions import reports_of
from reconcile.payment_bookings import bookings
from reconcile.settlement import memory_window

KF17 = invoice("kf-17", "500.00", "17")
KF18 = invoice("kf-18", "300.00", "18")
LF = bill("lf-L10001-10023", "200.00")
PAID = payment(LF)


def kid_lump(**changes):
    return entry(
        detail("500.00", kid="17", account=OTHER_ACCOUNT, reference="R1"),
        detail("300.00", kid="18", account=OTHER_ACCOUNT, reference="R2"),
        **changes,
    )


def outline(voucher):
    return [
        (posting.account, posting.units.text, posting.meta.get("open-item"))
        for posting in voucher.transaction.postings
    ]


def test_a_detail_settles_against_clearing_and_the_statement_clears_it():
    world = World(LF, standings=[standing(PAID)])

    first = world.reconcile(camt054(entry(paid_out(PAID, reference="AS0012345"))))
    second = world.reconcile(
        camt053("1000.00", entry(amount="-200.00", reference="AS0012345", lump=1))
    )

    assert [outline(voucher) for voucher in (*first.vouchers, *second.vouchers)] == [
        [(SUPPLIER, "200.00", LF.key), (CLEARING, "-200.00", None)],
        [(CLEARING, "200.00", None), (BANK, "-200.00", None)],
    ]
    settled, cleared = first.vouchers[0].transaction, second.vouchers[0].transaction
    assert settled.meta["rule"] == "end-to-end-id"
    assert PAID.end_to_end_id in settled.meta["why"]
    assert settled.links == (LF.key,)
    assert settled.postings[0].meta["movement"] == "detail/86011117947/2026-11-20/AS0012345"
    assert cleared.meta["bank-ref"] == "statement/86011117947/2026-11-20/AS0012345"
    assert [(b.date, b.account, b.amount) for b in second.balances] == [
        (date(2026, 11, 21), BANK, nok("800.00"))
    ]


def test_a_statement_that_is_first_to_tell_its_details_posts_the_items():
    world = World(KF17, LF, standings=[standing(PAID)])

    plan = world.reconcile(
        camt053(
            "1000.00",
            entry(detail("500.00", kid="17", reference="R1"), reference="R1"),
            entry(paid_out(PAID, reference="R2"), reference="R2"),
        )
    )

    assert [outline(voucher) for voucher in plan.vouchers] == [
        [(CUSTOMER, "-500.00", "kf-17"), (BANK, "500.00", None)],
        [(SUPPLIER, "200.00", LF.key), (BANK, "-200.00", None)],
    ]
    assert world.residuals() == {}


ARRIVALS = {
    "ocr": ocr(kid_lump()),
    "camt054": camt054(kid_lump(reference="L1")),
    "lump": camt053("1000.00", entry(amount="800.00", reference="L1", lump=2)),
    "plain lump": camt053("1000.00", entry(amount="800.00", reference="L1")),
    "details": camt053("1000.00", kid_lump(reference="L1", batch_number_of_transactions=2)),
}


@pytest.mark.parametrize("statement", ["lump", "plain lump", "details"])
@pytest.mark.parametrize("order", list(permutations(["ocr", "camt054", "statement"])))
def test_any_order_of_arrival_ends_in_the_same_books(order, statement):
    world = World(KF17, KF18)

    for name in order:
        world.reconcile(ARRIVALS[statement if name == "statement" else name])

    assert world.residuals() == {}
    assert world.balance(BANK) == nok("1800.00")
    assert world.balance(CLEARING) == nok("0.00")


@pytest.mark.parametrize("statement", ["lump", "plain lump", "details"])
@pytest.mark.parametrize("order", list(permutations(["ocr", "camt054", "statement"])))
def test_a_lost_store_is_made_again_without_posting_anything(order, statement):
    world = World(KF17, KF18)
    files = [ARRIVALS[statement if name == "statement" else name] for name in order]
    for told in files:
        world.reconcile(told)

    world.lose_store()
    again = world.plan(*files)

    assert [voucher.key for voucher in again.vouchers] == []
    assert again.balances == ()
    world.remember(again)
    assert world.plan(*files).told_movements == ()


def test_one_run_gives_the_same_whatever_the_order_of_its_files():
    files = [ARRIVALS["ocr"], ARRIVALS["camt054"], ARRIVALS["details"]]

    plans = [World(KF17, KF18).plan(*order) for order in permutations(files)]

    assert all(plan == plans[0] for plan in plans)


def test_the_same_file_again_posts_nothing():
    world = World(KF17, KF18)
    world.reconcile(ARRIVALS["ocr"], ARRIVALS["lump"])

    again = world.reconcile(ARRIVALS["ocr"], ARRIVALS["lump"])

    assert again.vouchers == again.balances == again.told_entries == ()
    assert {each.outcome for each in again.outcomes.values()} == {"nothing-new"}


def renumbered(told, number):
    return replace(told, message_identification=number)


def test_a_batch_ordered_again_under_new_numbers_waits_for_the_statement():
    world = World(KF17, KF18)
    world.reconcile(ARRIVALS["ocr"])

    copy = renumbered(ARRIVALS["ocr"], "9")
    held = world.reconcile(copy)
    world.reconcile(ARRIVALS["lump"])
    resolved = world.reconcile(copy)

    assert [each.outcome for each in held.outcomes.values()] == ["held"]
    assert [each.outcome for each in resolved.outcomes.values()] == ["nothing-new"]
    assert held.vouchers == resolved.vouchers == ()
    assert world.balance(CLEARING) == nok("0.00")


def test_two_equal_batches_settle_twice_once_the_statement_shows_two_lumps():
    world = World(KF17, KF18)
    copy = renumbered(ARRIVALS["ocr"], "9")
    world.reconcile(ARRIVALS["ocr"])
    world.reconcile(copy)

    world.reconcile(
        camt053(
            "1000.00",
            entry(amount="800.00", reference="L1", lump=2),
            entry(amount="800.00", reference="L2", lump=2),
        ),
        copy,
    )

    assert world.balance(CLEARING) == nok("0.00")
    assert world.residuals() == {
        CUSTOMER: "-800.00"
    }  # paid twice: to the customers' credit


def test_two_equal_lines_of_one_file_are_two_payments():
    twin = detail("500.00", kid="17", account=OTHER_ACCOUNT)
    world = World(invoice("kf-17", "1000.00", "17"))

    world.reconcile(ocr(entry(twin, twin)))
    world.reconcile(camt054(entry(twin, twin)))
    world.reconcile(camt053("1000.00", entry(amount="1000.00", lump=2)))

    assert world.residuals() == {}
    assert world.balance(CLEARING) == nok("0.00")


def test_what_no_source_tells_apart_is_parked_and_says_with_what_it_may_be_one():
    """`1` is what some banks write as every EndToEndId; the payers differ."""
    world = World()
    told = detail("500.00", end_to_end_id="1", account=OTHER_ACCOUNT)
    world.reconcile(camt053("1000.00", entry(told, reference="S1")))

    other = replace(told, counterparty_account=Account(identification=SUPPLIER_ACCOUNT))
    plan = world.reconcile(camt054(entry(other, reference="N1")))

    assert [voucher.parked for voucher in plan.vouchers] == [True]
    assert "May be the same money as detail/86011117947" in plan.vouchers[0].reason


UNTOLD = detail("500.00", kid="17")
FROM_A = detail("500.00", kid="17", account=OTHER_ACCOUNT)
FROM_B = detail("500.00", kid="17", account=SUPPLIER_ACCOUNT)
NEXT_DAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    "files",
    [
        (camt053("1000.00", entry(FROM_A, reference="S1")), ocr(entry(UNTOLD))),
        (camt053("1000.00", entry(UNTOLD, reference="S1")), ocr(entry(FROM_A))),
        (
            camt053("1000.00", entry(FROM_A, reference="S1")),
            camt054(entry(UNTOLD, reference="N1")),
        ),
        (
            camt053("1000.00", entry(FROM_A, reference="S1")),
            camt054(entry(FROM_A, reference="N1")),
            ocr(entry(UNTOLD)),
        ),
        (
            camt053("1000.00", entry(amount="500.00", reference="S1")),
            camt054(entry(FROM_A, reference="N1")),
            ocr(entry(UNTOLD)),
        ),
    ],
    ids=["OCR giro", "statement", "camt.054", "OCR giro beside", "a line without details"],
)
def test_a_payer_that_a_source_does_not_know_makes_no_second_money(files):
    for order in permutations(files):
        world = World(KF17)
        for told in order:
            world.reconcile(told)
        world.reconcile(*files)

        assert world.residuals() == {}
        assert world.balance(CLEARING) == nok("0.00")


def test_details_without_payer_wait_for_the_statement_that_will_tell():
    world = World(KF17)
    world.reconcile(camt054(entry(FROM_A)))

    plan = world.reconcile(ocr(entry(UNTOLD)))

    assert plan.vouchers == plan.told_movements == ()
    assert "waits for the statement of the day" in plan.held[0].reason


def test_a_second_receipt_without_payer_is_new_where_the_statement_shows_two():
    world = World(invoice("kf-17", "1000.00", "17"))
    lines = [entry(amount="500.00", reference="S1"), entry(amount="500.00", reference="S2")]
    files = [
        camt054(entry(FROM_A)),
        ocr(entry(UNTOLD), entry(replace(UNTOLD, account_servicer_reference="2"))),
        camt053("1000.00", *lines),
    ]

    for told in files:
        world.reconcile(told)
    world.reconcile(*files)

    assert world.residuals() == {}
    assert world.balance(CLEARING) == nok("0.00")


@pytest.mark.parametrize("payer", [FROM_A, FROM_B], ids=["same payer", "another"])
def test_the_same_kid_and_amount_on_the_next_day_is_another_receipt(payer):
    files = [
        camt053("1000.00", entry(FROM_A, reference="S1")),
        ocr(entry(UNTOLD)),
        ocr(entry(UNTOLD, day=NEXT_DAY)),
        camt053("1500.00", entry(payer, reference="S2", day=NEXT_DAY), day=NEXT_DAY),
    ]
    for order in permutations(files):
        world = World(invoice("kf-17", "1000.00", "17"))
        for told in order:
            world.reconcile(told)
        world.reconcile(*files)

        assert world.residuals() == {}
        assert world.balance(CLEARING) == nok("0.00")


def test_a_detail_that_its_day_does_not_show_is_a_neighbours_when_nothing_more_comes():
    world = World(KF17)
    on_its_day = camt053("1000.00", entry(FROM_A, reference="S1"))
    early = ocr(entry(UNTOLD, day=date(2026, 11, 19)))
    world.reconcile(camt053("1000.00", day=date(2026, 11, 19)), on_its_day)

    assert world.reconcile(early).vouchers == ()
    assert world.plan(early).held != ()
    world.reconcile(camt053("1500.00", day=date(2026, 11, 27)))

    assert world.reconcile(early).vouchers == ()
    assert world.plan(early).held == ()
    assert world.balance(CLEARING) == nok("0.00")


def test_unknown_money_is_parked_in_sight():
    world = World()

    world.reconcile(
        camt053(
            "1000.00",
            entry(amount="-25.00", reference="F1", additional_information="Gebyr"),
            entry(detail("40.00", kid="999", account=OTHER_ACCOUNT), reference="R9"),
        )
    )

    out, receipt = world.vouchers
    assert outline(out)[0][:2] == (OUT, "25.00")
    assert out.transaction.narration == "Unidentified payment: Gebyr"
    assert receipt.reason == "Unknown KID 999"
    posting = receipt.transaction.postings[0]
    assert posting.meta["kid"] == "999"
    assert posting.meta["debtor-account"] == OTHER_ACCOUNT
    assert [voucher.parked for voucher in world.vouchers] == [True, True]


def test_entries_that_are_not_booked_and_copies_never_post():
    world = World(KF17)
    pending = entry(detail("500.00", kid="17"), status="PDNG")
    informational = entry(detail("500.00", kid="17"), status="INFO")
    copy = camt053(
        "1000.00", entry(detail("500.00", kid="17")), copy_duplicate_indicator="CODU"
    )
    intraday = replace(ARRIVALS["lump"], format="camt.052")

    plan = world.reconcile(
        camt053("1000.00", pending), camt054(informational), copy, intraday
    )

    assert plan.vouchers == ()
    assert world.residuals() == {"kf-17": "500.00"}


def test_an_entry_without_a_status_is_parked():
    world = World(KF17)

    plan = world.reconcile(
        camt053("1000.00", entry(detail("500.00", kid="17"), status=None))
    )

    assert plan.vouchers[0].reason == "The file does not say whether the entry is booked"
    assert world.residuals() == {"kf-17": "500.00", IN: "-500.00"}


def test_details_that_do_not_add_up_leave_the_entry_parked_whole():
    world = World(KF17)

    plan = world.reconcile(
        camt053(
            "1000.00", entry(detail("500.00", kid="17"), amount="526.00", reference="X")
        )
    )

    assert plan.vouchers[0].reason == (
        "The details do not make the entry's amount 526.00 NOK: they make 500.00 NOK, the"
        " difference is 26.00 NOK"
    )
    assert world.residuals() == {"kf-17": "500.00", IN: "-526.00"}


def test_entries_before_the_first_day_are_told_once_and_never_posted():
    early = date(2026, 8, 31)
    world = World(KF17)

    plan = world.reconcile(
        ocr(entry(detail("500.00", kid="17"), day=early)),
        camt053("500.00", entry(amount="500.00", lump=1, day=early), day=early),
    )

    assert plan.vouchers == ()
    assert len(plan.told_entries) == 2
    assert world.plan(ocr(entry(detail("500.00", kid="17"), day=early))).told_entries == ()


def test_an_account_that_is_not_ours_is_told_and_not_posted():
    plan = World().reconcile(camt053("0.00", entry(amount="5.00"), account=OTHER_ACCOUNT))

    assert plan.vouchers == ()
    outcome = next(iter(plan.outcomes.values()))
    assert (outcome.outcome, outcome.reason) == (
        "held",
        (
            f"Account {OTHER_ACCOUNT} is not in books.toml: add it, or set it aside"
            f' (custom "set-aside" "{OTHER_ACCOUNT}")'
        ),
    )
    decided = World(accounts_set_aside={OTHER_ACCOUNT})
    plan = decided.reconcile(camt053("0.00", entry(amount="5.00"), account=OTHER_ACCOUNT))
    assert plan.held == plan.vouchers == ()


def test_a_locked_period_holds():
    world = World(KF17, company=company(locked_until=DAY))

    plan = world.reconcile(ARRIVALS["ocr"], ARRIVALS["lump"])

    assert plan.vouchers == ()
    assert len(plan.held) == 2
    assert "locked period" in plan.held[0].reason


def test_many_details_of_one_batch_are_one_voucher_with_a_movement_on_each_posting():
    items = [invoice(f"kf-{n}", "10.00", str(n)) for n in range(100, 106)]
    policy = replace(company().policy, batch_over=5)
    world = World(*items, company=company(policy=policy))

    plan = world.reconcile(
        ocr(entry(*(detail("10.00", kid=str(n), account=str(n)) for n in range(100, 106))))
    )

    assert len(plan.vouchers) == 1
    postings = plan.vouchers[0].transaction.postings
    assert postings[-1].units == nok("60.00")
    assert len({posting.meta.get("movement") for posting in postings}) == 7
    assert world.residuals() == {}


def test_details_of_one_batch_share_a_voucher_number():
    plan = World(KF17, KF18).plan(ARRIVALS["ocr"])

    assert len(plan.vouchers) == 2
    assert len({voucher.group for voucher in plan.vouchers}) == 1


class TestLumpsOfOurOwn:
    """A batch of ours, booked in one sum."""

    bills = tuple(bill(f"lf-L10001-{n}", f"{n}.00") for n in (100, 200, 300))

    def payments(self):
        message_id = "M-LUMP"
        return [
            replace(
                payment(each),
                message_id=message_id,
                payment_information_id=f"{message_id}-1",
                batch_booking=True,
            )
            for each in self.bills
        ]

    def lump(self, amount):
        return entry(
            amount=amount,
            reference="L1",
            lump=3,
            batch_payment_information_identification="M-LUMP-1",
        )

    def test_the_manifest_splits_it_when_the_sums_agree(self):
        world = World(*self.bills, standings=map(standing, self.payments()))

        world.reconcile(camt053("1000.00", self.lump("-600.00")))
        world.reconcile(camt054(entry(*map(paid_out, self.payments()), reference="L1")))

        assert world.residuals() == {}
        assert world.balance(CLEARING) == nok("0.00")
        assert len(world.vouchers) == 1
        assert (
            world.vouchers[0]
            .transaction.postings[0]
            .meta["movement"]
            .startswith("detail/86011117947/2026-11-20/E-")
        )

    def test_details_told_before_stay_settled_once(self):
        paid = self.payments()
        world = World(*self.bills, standings=map(standing, paid))

        world.reconcile(camt054(entry(paid_out(paid[0]), reference="A")))
        world.reconcile(camt053("1000.00", self.lump("-600.00")))
        world.reconcile(camt054(*(entry(paid_out(each)) for each in paid[1:])))

        assert world.residuals() == {}
        assert world.balance(CLEARING) == nok("0.00")

    def test_a_rejected_payment_is_not_in_it(self):
        paid = self.payments()
        standings = [
            standing(paid[0], PaymentState.REJECTED),
            *map(standing, paid[1:]),
        ]
        world = World(*self.bills, standings=standings)

        world.reconcile(camt053("1000.00", self.lump("-500.00")))

        assert world.residuals() == {"lf-L10001-100": "-100.00"}

    def test_another_sum_is_parked_whole_with_the_difference(self):
        world = World(*self.bills, standings=map(standing, self.payments()))

        plan = world.reconcile(camt053("1000.00", self.lump("-590.00")))

        assert plan.vouchers[0].parked
        assert "difference -10.00 NOK" in plan.vouchers[0].reason
        assert plan.alarms == (plan.vouchers[0].reason,)
        assert world.residuals()[OUT] == "590.00"
        named = {p.part for item in world.items.items for p in item.postings if p.part}
        assert named == {"M-LUMP-1"}

    def test_details_that_come_later_explain_a_parked_sum(self):
        paid = self.payments()
        world = World(*self.bills, standings=map(standing, paid))
        world.reconcile(camt053("1000.00", self.lump("-300.00")))

        world.reconcile(camt054(entry(*map(paid_out, paid[:2]), reference="L1")))

        assert world.residuals() == {"lf-L10001-300": "-300.00"}
        assert world.balance(CLEARING) == nok("0.00")
        assert world.balance(OUT) == nok("0.00")
        # What is explained is no sum in doubt any more: the third payment is on its way.
        assert set(bookings(world.items)) == {each.end_to_end_id for each in paid[:2]}


def test_the_hash_of_a_file_is_where_its_vouchers_come_from():
    plan = World(KF17, KF18).plan(ARRIVALS["ocr"])

    assert {voucher.sha256 for voucher in plan.vouchers} == {file_hash(ARRIVALS["ocr"])}


def test_memory_is_needed_around_the_days_that_the_reports_tell_of():
    reports = reports_of(ARRIVALS["lump"], "")

    assert memory_window(reports) == (date(2026, 9, 21), date(2026, 12, 4))
    assert memory_window(()) is None


@pytest.mark.parametrize("first", ["ocr", "camt.054"])
def test_a_lump_that_two_sources_tell_without_payers_is_one_lump(first):
    """Each receipt alone might be another one of its KID; all of them together are not."""
    world = World(KF17, KF18)
    bare = entry(detail("500.00", kid="17"), detail("300.00", kid="18"))
    named = entry(
        detail("500.00", kid="17", reference="A"), detail("300.00", kid="18", reference="B")
    )
    files = [ocr(bare), camt054(named)]
    told = world.reconcile(files.pop(first == "camt.054"))

    again = world.reconcile(*files)

    assert [voucher.parked for voucher in told.vouchers] == [False, False]
    assert again.vouchers == ()
    assert (
        world.reconcile(camt053("1000.00", entry(amount="800.00", reference="X"))).parked
        == 0
    )
    assert world.balance(CLEARING) == nok("0.00")


@pytest.mark.parametrize(
    "other",
    [
        entry(detail("500.00", kid="17"), detail("300.00", kid="17")),
        entry(detail("300.00", kid="17"), detail("500.00", kid="18")),
        entry(
            detail("500.00", kid="17"),
            detail("200.00", kid="18"),
            detail("100.00", kid="18"),
        ),
    ],
    ids=["KID", "amounts", "number"],
)
def test_a_lump_of_another_content_is_not_the_same(other):
    world = World(KF17, KF18)
    world.reconcile(ocr(entry(detail("500.00", kid="17"), detail("300.00", kid="18"))))

    assert world.reconcile(camt054(other)).vouchers != ()


def test_a_lump_of_another_day_is_not_the_same():
    world = World(KF17, KF18)
    lump = entry(detail("500.00", kid="17"), detail("300.00", kid="18"))
    later = camt054(replace(lump, booking_date=NEXT_DAY))
    world.reconcile(ocr(lump))

    # Either may be a receipt of the other file, until the statements tell that there are two.
    assert world.reconcile(later).held != ()
    line = entry(amount="800.00")
    world.reconcile(camt053("1000.00", line))
    world.reconcile(
        camt053("1800.00", replace(line, booking_date=NEXT_DAY), day=NEXT_DAY), later
    )

    assert world.residuals() == {CUSTOMER: "-800.00"}
    assert world.balance(CLEARING) == nok("0.00")
