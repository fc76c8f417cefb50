"""Payments ordered: what is written into the books is what is read out of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from books_on_disk import BILL, SUPPLIER, books, make
from samples import item, payment

from bankio.iso20022.payment_order import PaymentKind
from ledger.books import BooksInvalid, load, payload
from ledger.payment_lines import lines_of, payment_lines
from ledger.payments import Remittance

DAY = date(2026, 11, 16)
ONE = replace(payment("E-7KQ2"), creditor_name="Fjellkraft AS")
TWO = replace(
    payment("E-8", item("wage-1", "100.00 NOK"), item("wage-2", "-1.00 NOK"), kid=None),
    kind=PaymentKind.SALARY,
    batch_booking=True,
    kid_check_waived=True,
    creditor_name="",
)
REMITTANCE = Remittance(
    message_id="M-7KQ2",
    sha256="9f" * 32,
    file_name="M-7KQ2.xml",
    debtor_account="86011117947",
    created="2026-11-16T13:30:00",
    channel="netbank",
    payments=(ONE, TWO),
)


def with_lines(folder, lines):
    return books(folder, BILL, bank=payload(lines).decode())


def test_a_remittance_reads_back_as_it_was_ordered(tmp_path):
    lines = lines_of(REMITTANCE, DAY, "kari")

    loaded = with_lines(tmp_path, lines)

    unknown = tuple(replace(each, account="") for each in TWO.items)
    known = (replace(ONE.items[0], account=SUPPLIER),)
    assert [line.type for line in lines] == ["remittance", "payment", "payment", "payment"]
    assert loaded.remittances == (
        replace(
            REMITTANCE,
            payments=(replace(ONE, items=known), replace(TWO, items=unknown)),
        ),
    )
    assert loaded.payments == loaded.remittances[0].payments
    assert loaded.remittances[0].total == REMITTANCE.total


def test_a_foreign_payment_has_no_message(tmp_path):
    foreign = replace(ONE, message_id="", payment_information_id="", foreign=True)

    loaded = with_lines(tmp_path, payment_lines(foreign, DAY))

    assert loaded.remittances == ()
    assert loaded.payments[0].foreign
    assert loaded.payments[0].end_to_end_id == "E-7KQ2"


def test_a_line_that_was_taken_out_shows(tmp_path):
    lines = lines_of(REMITTANCE, DAY, "kari")
    make(tmp_path, BILL, bank=payload(lines[:-1]).decode())

    try:
        load(tmp_path)
    except BooksInvalid as invalid:
        told = [str(error) for error in invalid.errors]
    else:
        told = []

    assert told == [
        (
            "bank/2026/11.beancount:1: remittance M-7KQ2 says 12599.00 NOK;"
            " its payments are 12600.00 NOK"
        )
    ]
