"""A payment's state is a function of the set of messages about it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import permutations

import pytest
from bank_stories import (
    DAY,
    OUT,
    PLACE,
    World,
    bill,
    camt054,
    detail,
    entry,
    nok,
    paid_out,
    payment,
)
from bank_stories import standing as standing_of

from bankio.iso20022.values import (
    CancellationAnswer,
    PaymentInformationStatus,
    PaymentStatusReport,
    Reason,
    TransactionStatus,
)
from ledger.contradictions import Resolution
from ledger.payments import ParkedEntry, PaymentState, Remittance
from ledger.recalls import Recall
from reconcile.payment_bookings import Booking, bookings
from reconcile.payment_status import standings
from reconcile.status_lines import lines_of, summary

LF, LF2 = bill("lf-1", "200.00"), bill("lf-2", "300.00")
FIRST = replace(payment(LF), message_id="M-1", payment_information_id="M-1-1")
SECOND = replace(payment(LF2), message_id="M-1", payment_information_id="M-1-2")
REMITTANCE = Remittance(
    message_id="M-1",
    sha256="3f",
    file_name="M-1.xml",
    debtor_account=FIRST.debtor_account,
    created="2026-11-02T09:00:00",
    payments=(FIRST, SECOND),
)


def report(group=None, *informations, reasons=(), message_id="M-1"):
    return PaymentStatusReport(
        version="pain.002.001.03",
        message_identification="B1",
        creation_date_time="2026-11-02T09:05:00",
        original_message_identification=message_id,
        original_message_name_identification=None,
        group_status=group,
        reasons=tuple(reasons),
        payment_informations=informations,
    )


def information(number, status, *transactions, reasons=()):
    return PaymentInformationStatus(
        place=PLACE,
        original_payment_information_identification=f"M-1-{number}",
        status=status,
        reasons=tuple(reasons),
        transactions=transactions,
    )


def transaction(paid, status, *codes, text=None):
    return TransactionStatus(
        place=PLACE,
        original_end_to_end_identification=paid.end_to_end_id,
        original_instruction_identification=None,
        status=status,
        reasons=tuple(Reason(code=code, text=text) for code in codes),
    )


def states(*reports, delivered=PaymentState.TRANSMITTED, booked=None, language="en"):
    lines = [
        line for number, each in enumerate(reports) for line in lines_of(each, f"{number}")
    ]
    return standings([(REMITTANCE, delivered)], lines, booked or {}, language)


@pytest.mark.parametrize(
    ("reports", "first", "second"),
    [
        ([], "transmitted", "transmitted"),
        ([report("ACTC")], "received", "received"),
        ([report("RCVD")], "received", "received"),
        ([report("ACCP")], "accepted", "accepted"),
        ([report("RJCT")], "rejected", "rejected"),
        # the lower level wins, and the higher one counts for who is not named
        (
            [report("ACCP", information(1, None, transaction(FIRST, "RJCT", "AC04")))],
            "rejected",
            "accepted",
        ),
        ([report("ACTC", information(1, "RJCT"))], "rejected", "received"),
        (
            [report("PART", information(1, "PART", transaction(FIRST, "RJCT", "AC04")))],
            "rejected",
            "received",
        ),
        # a transaction named without a status has its parent's
        (
            [report(None, information(1, "RJCT", transaction(FIRST, None)))],
            "rejected",
            "received",
        ),
        (
            [report("RJCT", information(1, None, transaction(FIRST, None)))],
            "rejected",
            "rejected",
        ),
        ([report("ACCP"), report(None, information(1, "PDNG"))], "pending", "accepted"),
        ([report("ACTC"), report("CANC")], "cancelled", "cancelled"),
        ([report("ACSP"), report("ACCC")], "accepted", "accepted"),
        # who answers has the message, whatever he says of its other payments
        ([report("PART")], "received", "received"),
        ([report("PACR", information(1, None))], "received", "received"),
        ([report("ACCP"), report("PART")], "accepted", "accepted"),
        ([report("ZZZZ")], "pending", "pending"),
    ],
)
def test_states_in_any_order_of_messages(reports, first, second):
    for order in permutations(reports):
        assert [each.state.value for each in states(*order)] == [first, second]


def test_the_reason_is_in_the_users_words_with_the_code_first():
    told = report(None, information(1, "RJCT", transaction(FIRST, None, "AC04")))

    assert states(told)[0].reason == "AC04 The account is closed"
    assert states(told, language="nb")[0].reason == "AC04 Kontoen er avsluttet"


def test_every_reason_of_a_payment_is_kept():
    told = report(
        None,
        information(1, "RJCT", transaction(FIRST, "RJCT", "AC01", "NARR", text="see note")),
    )

    assert states(told)[0].reason == (
        'AC01 Wrong account number ("see note"); NARR See the bank\'s text ("see note")'
    )


DU01 = [Reason(code="DU01")]
AC04 = [Reason(code="AC04")]


@pytest.mark.parametrize(
    ("told", "state", "reason"),
    [
        (
            report(None, information(1, "RJCT", transaction(FIRST, None), reasons=AC04)),
            "rejected",
            "AC04 The account is closed",
        ),
        (
            report("RJCT", information(1, None, transaction(FIRST, None)), reasons=AC04),
            "rejected",
            "AC04 The account is closed",
        ),
        (
            report("RJCT", information(1, None), reasons=AC04),
            "rejected",
            "AC04 The account is closed",
        ),
        (
            report(
                "RJCT", information(1, None, transaction(FIRST, None, "AM04")), reasons=AC04
            ),
            "rejected",
            "AM04 Not enough money on the account; AC04 The account is closed",
        ),
        (
            report(
                "RJCT", information(1, None, transaction(FIRST, None, "AC04")), reasons=AC04
            ),
            "rejected",
            "AC04 The account is closed",
        ),
        (
            report(None, information(1, "RJCT", transaction(FIRST, "RJCT"), reasons=AC04)),
            "rejected",
            "AC04 The account is closed",
        ),
        (
            report(
                None,
                information(1, "RJCT", transaction(FIRST, "RJCT", "AM04"), reasons=AC04),
            ),
            "rejected",
            "AM04 Not enough money on the account",
        ),
        (
            report("RJCT", information(1, "ACCP", transaction(FIRST, None)), reasons=AC04),
            "accepted",
            None,
        ),
        (
            report("PART", information(1, None, transaction(FIRST, None, "AC04"))),
            "received",
            "AC04 The account is closed",
        ),
        (
            report("RJCT", information(1, None, transaction(FIRST, None)), reasons=DU01),
            "received",
            "DU01 The message was sent before; the bank had the file already",
        ),
        (
            report("RJCT", information(1, None, transaction(FIRST, "RJCT")), reasons=DU01),
            "received",
            "DU01 The message was sent before; the bank had the file already",
        ),
    ],
    ids=[
        "payment information's", "the group's", "no transaction named", "its own first",
        "told twice, shown once", "the same status again", "its own alone",
        "another status above", "no status at all", "a duplicate", "a duplicate, said again",
    ],
)  # fmt: skip
def test_a_status_is_inherited_with_its_reasons(told, state, reason):
    """What a level says without a status of its own is no less said."""
    found = states(told)[0]

    assert (found.state.value, found.reason) == (state, reason)


@pytest.mark.parametrize("code", ["DU01", "DU02", "DU03", "DU04", "DU05", "AM05", "DUPL"])
def test_an_answer_duplicate_never_frees_an_item(code):
    told = report("RJCT", reasons=[Reason(code=code)])

    found = states(told, delivered=PaymentState.UNKNOWN)

    assert found[0].state is PaymentState.RECEIVED
    assert "the bank had the file already" in found[0].reason
    assert states(report("ACCP"), told)[0].state is PaymentState.ACCEPTED


def test_a_booking_after_a_rejection_is_booked_and_alarms():
    told = report("RJCT", reasons=[Reason(code="AM04")])

    found = states(told, booked={FIRST.end_to_end_id: Booking(booked=DAY)})[0]

    assert found.state is PaymentState.BOOKED
    assert found.booked == DAY
    assert "the bank had rejected it: AM04 Not enough money" in found.alarms[0]


REJECTED = report("RJCT", reasons=AC04)
SAID = Resolution(
    end_to_end_id=FIRST.end_to_end_id,
    contradicted="0" * 16,
    told="RJCT AC04",
    reason="the bank says it was executed",
    by="kari",
    on=date(2026, 11, 23),
)
PAID = {FIRST.end_to_end_id: Booking(booked=DAY)}


@pytest.mark.parametrize(
    ("contradicted", "told", "delivered", "booked", "state", "alarms"),
    [
        (None, [REJECTED], "transmitted", PAID, "booked", ["had rejected it"]),
        (0, [REJECTED], "transmitted", PAID, "booked", []),
        (1, [REJECTED], "transmitted", PAID, "booked", ["had rejected it"]),
        (0, [REJECTED, report("CANC")], "transmitted", PAID, "booked", ["been cancelled"]),
        (0, [report("CANC")], "transmitted", PAID, "booked", []),
        (0, [report("ZZZZ")], "transmitted", {}, "pending", []),
        (None, [], "dropped", PAID, "booked", ["was never sent, but the bank says"]),
        ("never-sent", [], "dropped", PAID, "booked", []),
        ("never-sent", [report("ACTC")], "dropped", {}, "received", []),
        ("never-sent", [REJECTED], "dropped", PAID, "booked", ["had rejected it"]),
        (0, [REJECTED], "dropped", PAID, "booked", ["was never sent"]),
        # what nobody books contradicts nothing, and a line about it does nothing
        (0, [REJECTED], "transmitted", {}, "rejected", []),
        ("never-sent", [], "dropped", {}, "dropped", []),
    ],
)
def test_a_resolution_ends_what_it_names_and_changes_no_state(
    contradicted, told, delivered, booked, state, alarms
):
    files = [f"{number}" * 64 for number, _ in enumerate(told)]
    lines = [
        line
        for each, file in zip(told, files, strict=True)
        for line in lines_of(each, file)
    ]
    mark = contradicted if isinstance(contradicted, str) else f"{contradicted}" * 16
    said = replace(SAID, contradicted=mark)

    before, after = (
        standings(
            [(REMITTANCE, PaymentState(delivered))], lines, booked, "en", resolved=resolved
        )[0]
        for resolved in ({}, {} if contradicted is None else {said.end_to_end_id: [said]})
    )

    assert before.state.value == after.state.value == state
    assert len(after.alarms) == len(alarms), after.alarms
    assert all(text in alarm for text, alarm in zip(alarms, after.alarms, strict=True))
    ends = after.alarms != before.alarms
    assert (
        "resolved 2026-11-23: the bank says it was executed (kari)" in str(after.reason)
    ) is (ends)


@pytest.mark.parametrize(
    ("told", "booking", "alarms"),
    [
        ([REJECTED], Booking(booked=DAY), ["had rejected it", "once more with"]),
        ([REJECTED], Booking(), []),
        ([report("ACCP")], Booking(booked=DAY), []),  # two parts of one bill
        ([REJECTED], Booking(booked=DAY, returned=DAY, reason="AC04"), ["had rejected it"]),
    ],
    ids=["rejected and booked", "rejected", "booked as sent", "came back"],
)
def test_a_bill_that_is_ordered_again_and_then_paid_is_recalled(told, booking, alarms):
    again = replace(FIRST, end_to_end_id="E-AGAIN", message_id="M-2", attempt=2)
    second = replace(REMITTANCE, message_id="M-2", payments=(again,))
    lines = [line for each in told for line in lines_of(each, "1" * 64)]
    ordered = [(each, PaymentState.TRANSMITTED) for each in (REMITTANCE, second)]

    found = standings(ordered, lines, {FIRST.end_to_end_id: booking}, "en")[0]

    assert len(found.alarms) == len(alarms), found.alarms
    assert all(text in alarm for text, alarm in zip(alarms, found.alarms, strict=True))
    assert (found.second_order == "E-AGAIN") is (len(alarms) > 1)


def test_a_return_says_why():
    booked = Booking(booked=DAY, returned=date(2026, 11, 23), reason="AC04 closed")

    found = states(booked={FIRST.end_to_end_id: booked})[0]

    assert (found.state, found.reason) == (PaymentState.RETURNED, "AC04 closed")


def test_a_file_that_was_never_sent_and_yet_is_known_to_the_bank_is_an_alarm():
    found = states(report("ACTC"), delivered=PaymentState.DROPPED)[0]

    assert found.state is PaymentState.RECEIVED
    assert "was never sent, but the bank says: received" in found.alarms[0]


def test_an_unknown_code_is_told_verbatim():
    found = states(report("ZZZZ"))[0]

    assert found.reason == "ZZZZ"
    assert found.alarms == (f"{FIRST.end_to_end_id}: unknown status ZZZZ",)


@pytest.mark.parametrize("status", ["ZZZZ", "ACCC"])
def test_the_booking_has_the_last_word_on_a_code_that_ends_nothing(status: str):
    found = states(report(status), booked=PAID)[0]

    assert (found.state, found.alarms) == (PaymentState.BOOKED, ())


def recall(*payments, number=1):
    return Recall(
        message_id=f"C-{number}",
        original_message_id="M-1",
        sha256="c5",
        file_name=f"C055.C-{number}.xml",
        channel="netbank",
        created="2026-11-03T09:00:00",
        end_to_end_ids=tuple(each.end_to_end_id for each in payments),
    )


def answer(conf, *informations):
    return CancellationAnswer(
        version="camt.029.001.03",
        message_identification="C029-1",
        creation_date_time="2026-11-03T09:05:00",
        status=conf,
        original_message_identification="M-1",
        payment_informations=informations,
    )


ACCEPTED = answer("CNCL", information(1, None, transaction(FIRST, "ACCR")))
REFUSED = answer("RJCR", information(1, None, transaction(FIRST, "RJCR", "ARDT")))
TAKEN_BACK = report(None, information(1, None, transaction(FIRST, "RJCT", "CUST")))
NAMELESS = answer("CNCL")
BATCH_ALONE = answer("CNCL", information(2, "ACCR"))
FILE_REFUSED = report("RJCT", reasons=[Reason(code="FF01")], message_id="C-1")


@pytest.mark.parametrize(
    ("messages", "recalls", "first", "second"),
    [
        ((), (recall(FIRST),), "cancel-requested", "accepted"),
        ((ACCEPTED,), (recall(FIRST),), "cancelled", "accepted"),
        ((ACCEPTED, TAKEN_BACK), (recall(FIRST),), "cancelled", "accepted"),
        ((TAKEN_BACK,), (recall(FIRST),), "cancelled", "accepted"),
        ((TAKEN_BACK,), (), "rejected", "accepted"),  # somebody refused it in the netbank
        ((REFUSED,), (recall(FIRST),), "accepted", "accepted"),
        ((REFUSED,), (recall(FIRST), recall(FIRST, number=2)), "cancel-requested", "accepted"),
        ((FILE_REFUSED,), (recall(FIRST),), "accepted", "accepted"),
        ((NAMELESS,), (recall(FIRST),), "cancel-requested", "accepted"),
        ((BATCH_ALONE,), (recall(FIRST),), "cancel-requested", "accepted"),
        ((answer("PDCR"),), (recall(FIRST),), "cancel-requested", "accepted"),
    ],
    ids=[
        "no answer yet", "taken back", "told twice", "by pain.002 alone", "not asked for",
        "refused", "asked again", "the request itself refused", "names nobody",
        "names a batch of others", "pending",
    ],
)  # fmt: skip
def test_a_recall_and_what_came_of_it(messages, recalls, first, second):
    """An answer to a recall never frees a payment that it does not name."""
    for order in permutations((report("ACCP"), *messages)):
        lines = [
            line
            for number, each in enumerate(order)
            for line in lines_of(each, f"{number}")
        ]

        found = standings(
            [(REMITTANCE, PaymentState.TRANSMITTED)], lines, {}, "en", recalls=recalls
        )

        assert [first, second] == [each.state.value for each in found]


def test_a_refused_recall_says_why():
    found = standings(
        [(REMITTANCE, PaymentState.TRANSMITTED)],
        lines_of(REFUSED, "1"),
        {},
        "en",
        recalls=[recall(FIRST)],
    )

    assert (
        "The recall was refused: ARDT The payment has been executed already"
        == found[0].reason
    )
    assert found[1].reason is None


def test_a_booking_after_a_cancellation_is_booked_and_alarms():
    """The race with the run: the bank said that it took the payment back, and then paid."""
    found = standings(
        [(REMITTANCE, PaymentState.TRANSMITTED)],
        lines_of(ACCEPTED, "1"),
        {FIRST.end_to_end_id: Booking(booked=DAY)},
        "en",
        recalls=[recall(FIRST)],
    )[0]

    assert found.state is PaymentState.BOOKED
    assert len(found.alarms) == 1


def test_a_status_message_in_one_line():
    told = report(
        "PART",
        information(1, None, transaction(FIRST, "RJCT", "AC04")),
        information(2, None, transaction(SECOND, "ACCP")),
    )

    assert summary(lines_of(told, "1")) == "M-1 PART (1 ACCP, 1 RJCT)"


def test_what_the_books_say_of_payments():
    world = World(LF, LF2, standings=[standing_of(FIRST), standing_of(SECOND)])
    back = detail("200.00", end_to_end_id=FIRST.end_to_end_id, return_code="AC04")
    wrong = paid_out(SECOND, account="15030000029")

    world.reconcile(camt054(entry(paid_out(FIRST, reference="A")), entry(wrong)))
    world.reconcile(camt054(entry(back, day=date(2026, 11, 23))))

    found = bookings(world.items)
    (parked,) = found[SECOND.end_to_end_id].parked
    assert found == {
        FIRST.end_to_end_id: Booking(
            booked=DAY, returned=date(2026, 11, 23), reason="AC04 The account is closed"
        ),
        SECOND.end_to_end_id: Booking(parked=(parked,)),
    }
    assert (parked.date, parked.amount, parked.left) == (DAY, nok(300), nok(300))
    assert world.items.by_key[parked.open_item].account == OUT


def test_up_to_a_day_nothing_later_counts():
    world = World(LF, standings=[standing_of(FIRST)])
    back = detail("200.00", end_to_end_id=FIRST.end_to_end_id, return_code="AC04")
    world.reconcile(camt054(entry(paid_out(FIRST, reference="A"))))
    world.reconcile(camt054(entry(back, day=date(2026, 11, 23))))

    assert bookings(world.items, until=date(2026, 11, 19)) == {}
    assert bookings(world.items, until=DAY) == {FIRST.end_to_end_id: Booking(booked=DAY)}


WAITS = ParkedEntry(open_item="cr-1", date=DAY, amount=nok(199), left=nok(199))
PLACED = replace(WAITS, left=nok(0), vouchers=("B2026-7",))
CAME = replace(WAITS, open_item="cr-2", amount=nok(-199), left=nok(-199))


@pytest.mark.parametrize(
    ("booking", "state", "reason", "alarms"),
    [
        (Booking(parked=(WAITS,)), "booked-otherwise", None, ["booked 199.00 NOK on"]),
        (
            Booking(parked=(PLACED,)),
            "booked-otherwise",
            "the bank booked 199.00 NOK; decided in B2026-7",
            [],
        ),
        (Booking(booked=DAY, parked=(WAITS,)), "booked", None, ["199.00 NOK once more"]),
        (Booking(booked=DAY, parked=(PLACED,)), "booked", None, []),
        (Booking(booked=DAY, parked=(CAME,)), "booked", None, ["199.00 NOK came back"]),
        (
            Booking(parked=(PLACED, CAME)),
            "booked-otherwise",
            "the bank booked 199.00 NOK; decided in B2026-7",
            ["199.00 NOK came back"],
        ),
    ],
)
def test_what_is_parked_under_a_payment_alarms_until_it_is_placed(
    booking, state, reason, alarms
):
    found = states(booked={FIRST.end_to_end_id: booking})[0]

    assert (found.state.value, found.reason, found.booked) == (state, reason, DAY)
    assert len(found.alarms) == len(alarms)
    assert all(told in alarm for told, alarm in zip(alarms, found.alarms, strict=True))
    assert [each.open_item for each in found.undecided] == [
        each.open_item for each in booking.parked if each.left.number
    ]


def test_a_booking_that_the_bank_took_back_and_made_again_is_booked():
    world = World(LF, standings=[standing_of(FIRST)])
    back = detail("200.00", end_to_end_id=FIRST.end_to_end_id, reference="B", text="Feil")

    world.reconcile(camt054(entry(paid_out(FIRST, reference="A"))))
    world.reconcile(camt054(entry(back, reversal=True)))
    taken = bookings(world.items)[FIRST.end_to_end_id]
    world.reconcile(camt054(entry(paid_out(FIRST, reference="C"), day=date(2026, 11, 23))))

    assert (taken.returned, taken.reason) == (DAY, "Feil")
    assert bookings(world.items)[FIRST.end_to_end_id] == Booking(booked=DAY)
