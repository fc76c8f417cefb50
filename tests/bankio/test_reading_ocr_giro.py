"""OCR giro: columns, signs, types and totals, and what a damaged file is answered with."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from bankio import formats, inspection
from bankio.errors import Unreadable
from bankio.iso20022.values import AccountMessage
from bankio.ocr_giro import records, transmission
from tests.bankio.bank_files import assignment, ocr, payment


def read(text: str, encoding: str = "iso-8859-1") -> AccountMessage:
    message = formats.read(text.encode(encoding), "ocr.txt")
    assert isinstance(message, AccountMessage)
    return message


def problems(message: AccountMessage) -> list[str]:
    found = [str(problem) for problem in message.problems]
    return found + [str(one) for report in message.reports for one in report.problems]


def payments(message: AccountMessage) -> list[tuple]:
    return [
        (
            detail.ocr_transaction_type,
            detail.credit_debit_indicator,
            detail.amount.text,
            detail.creditor_reference,
        )
        for report in message.reports
        for entry in report.entries
        for detail in entry.details
    ]


@pytest.mark.parametrize(
    ("records_of_payment", "expected"),
    [
        (payment(1, 125000), ("10", "CRDT", "1250.00", "0010017")),
        (payment(1, 1), ("10", "CRDT", "0.01", "0010017")),
        (payment(1, 10**17 - 1), ("10", "CRDT", "999999999999999.99", "0010017")),
        # a credit note with KID
        (payment(1, 25000, sign="-"), ("10", "DBIT", "250.00", "0010017")),
        # a KID under MOD11 may end in "-"
        (payment(1, 25000, "1000005-"), ("10", "CRDT", "250.00", "1000005-")),
        (payment(1, 25000, "1" * 25), ("10", "CRDT", "250.00", "1" * 25)),
        (payment(1, 25000, ""), ("10", "CRDT", "250.00", None)),
        (payment(1, 25000, kind="15"), ("15", "CRDT", "250.00", "0010017")),
        (payment(1, 5000, kind="18", sign="-"), ("18", "DBIT", "50.00", "0010017")),
        (payment(1, 5000, kind="19"), ("19", "CRDT", "50.00", "0010017")),
        (
            payment(1, 5000, "", kind="20", sign="-", text="Angret"),
            ("20", "DBIT", "50.00", None),
        ),
        (payment(1, 5000, "", kind="21", text="Kjøp"), ("21", "CRDT", "50.00", None)),
    ],
)
def test_a_payment_is_signed_as_money(records_of_payment, expected):
    message = read(ocr(assignment(records_of_payment)))

    assert [expected] == payments(message)
    assert [] == problems(message)


def test_reversals_are_added_in_the_totals_and_taken_off_as_money():
    """100.00 + 50.00 (type 18, counted gross) + 30.00 is 180.00; the money is 80.00."""
    three = (
        payment(1, 10000),
        payment(2, 5000, kind="18", sign="-"),
        payment(3, 3000, "", kind="21", text="Kjøp"),
    )

    message = read(ocr(assignment(*three, total=18000)))

    (entry,) = message.reports[0].entries
    assert [] == problems(message)
    assert ("CRDT", "80.00") == (entry.credit_debit_indicator, entry.amount.text)


def test_payments_of_one_serial_number_are_one_lump():
    rows = (
        payment(1, 100, serial="00001"),
        payment(2, 200, serial="00002"),
        payment(3, 300, serial="00001"),
    )

    (report,) = read(ocr(assignment(*rows))).reports

    assert [("00001", "4.00", 2), ("00002", "2.00", 1)] == [
        (entry.entry_reference, entry.amount.text, len(entry.details))
        for entry in report.entries
    ]


def test_payments_without_a_serial_number_are_one_lump_a_day():
    rows = (
        payment(1, 100, serial="00000", day="191126"),
        payment(2, 200, serial="00000", day="201126"),
        payment(3, 300, serial="00000", day="201126"),
    )

    (report,) = read(ocr(assignment(*rows))).reports

    assert [(None, date(2026, 11, 19), "1.00"), (None, date(2026, 11, 20), "5.00")] == [
        (entry.entry_reference, entry.booking_date, entry.amount.text)
        for entry in report.entries
    ]


def test_a_lump_of_credit_notes_is_a_debit():
    (report,) = read(
        ocr(assignment(payment(1, 100), payment(2, 300, sign="-"), total=200))
    ).reports

    (entry,) = report.entries
    assert ("DBIT", "2.00") == (entry.credit_debit_indicator, entry.amount.text)
    assert () == report.problems


def test_equal_payments_are_both_there():
    message = read(ocr(assignment(payment(1, 100), payment(1, 100))))

    assert 2 == len(payments(message))


@pytest.mark.parametrize(
    ("kind", "reference"),
    [
        ("10", "123456789"),
        ("11", "123456789"),
        ("12", None),
        ("13", "123456789"),
        ("21", None),
    ],
)
def test_an_archive_reference_is_one_only_where_the_type_has_one(kind, reference):
    message = read(ocr(assignment(payment(1, 100, kind=kind))))

    (detail,) = message.reports[0].entries[0].details
    assert reference == detail.account_servicer_reference


def test_payer_and_references_of_zeros_are_none():
    message = read(ocr(assignment(payment(1, 100, payer="0" * 11, archive="0" * 9))))

    (detail,) = message.reports[0].entries[0].details
    assert detail.counterparty_account is None
    assert detail.account_servicer_reference is None


def test_a_payment_may_lack_amount_item_2():
    lone = payment(1, 100).splitlines()[0] + "\n"

    message = read(ocr(assignment(lone, payment(2, 200))))

    assert ["1.00", "2.00"] == [row[2] for row in payments(message)]
    assert [] == problems(message)


@pytest.mark.parametrize(
    ("written", "year"),
    [("200192", 1992), ("010170", 1970), ("311269", 2069), ("010100", 2000)],
)
def test_the_century_of_a_date(written, year):
    assert year == records.day(written).year


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda text: text.replace("\n", "\r\n"), None),
        (lambda text: "\ufeff" + text, None),
        (lambda text: text + "\n\n  \n", None),
        (lambda text: text.rstrip("\n"), None),
        (lambda text: text.replace("\n", "   \n"), None),
        (lambda text: text + "\x1a", None),
    ],
    ids=["crlf", "bom", "blank lines", "no last newline", "trailing blanks", "ctrl-z"],
)
def test_harmless_wrapping_is_read(change, expected):
    text = change(ocr(assignment(payment(1, 100), payment(2, 250, text="Hei"))))

    message = read(text, "utf-8")

    assert ["1.00", "2.50"] == [row[2] for row in payments(message)]
    assert [] == problems(message)


def test_a_file_saved_as_utf_8_is_read_with_a_warning():
    text = ocr(assignment(payment(1, 100, "", kind="21", text="Kjøp på nett")))

    message = read(text, "utf-8")

    assert ("Kjøp på nett",) == message.reports[0].entries[0].details[0].unstructured
    assert ["ocr.txt: 1 lines are UTF-8, not ISO-8859-1"] == list(message.warnings)
    assert [] == problems(message)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_a_file_that_an_editor_saved_as_utf_16_is_read(encoding):
    text = "\ufeff" + ocr(assignment(payment(1, 100, "", kind="21", text="Kjøp")))

    message = read(text, encoding)

    assert ("Kjøp",) == message.reports[0].entries[0].details[0].unstructured
    assert [] == problems(message)


def test_a_file_cut_in_the_middle_of_a_utf_16_character_is_refused():
    data = ("\ufeff" + FILE).encode("utf-16-le")[:-1]

    with pytest.raises(Unreadable, match="is not UTF-16 as it says"):
        formats.read(data, "ocr.txt")


def line_of(text: str, number: int) -> str:
    return text.splitlines(keepends=True)[number - 1]


def changed(text: str, number: int, first: int, value: str) -> str:
    """Write `value` over the columns from `first` of a line."""
    lines = text.splitlines(keepends=True)
    line = lines[number - 1]
    lines[number - 1] = line[: first - 1] + value + line[first - 1 + len(value) :]
    return "".join(lines)


FILE = ocr(assignment(payment(1, 100), payment(2, 250), payment(3, 375)))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (changed(FILE, 5, 33, "0000000000000X250"), "ocr.txt:5: amount item 1, columns 33-49: the amount must be digits ('0000000000000X250')"),
        (changed(FILE, 5, 33, "²"), "ocr.txt:5: amount item 1, columns 33-49: the amount must be digits ('²0000000000000250')"),
        (changed(FILE, 5, 32, "+"), "ocr.txt:5: amount item 1, column 32: the sign is neither 0 nor - ('+')"),
        (changed(FILE, 5, 16, "310226"), "ocr.txt:5: amount item 1, columns 16-21: no date ('310226')"),
        (changed(FILE, 5, 5, "33"), "ocr.txt:5: amount item 1, columns 5-6: an unknown transaction type ('33')"),
        (changed(FILE, 5, 3, "21"), "ocr.txt:5: amount item 1, columns 3-4: service 21 inside service 09"),
        (changed(FILE, 5, 1, "XX"), "ocr.txt:5: record: does not begin with NY ('XX091030')"),
        (changed(FILE, 6, 9, "0000009"), "ocr.txt:6: amount item 2, columns 9-15: transaction number 0000009 follows amount item 1 of 0000002"),
        (FILE.replace(line_of(FILE, 5), line_of(FILE, 5)[:60] + "\n"), "ocr.txt:5: record: has 60 characters, not 80"),
        (changed(FILE, 9, 9, "00000004"), "ocr.txt:9: end record 88, columns 9-16: says 4 transactions, the file has 3"),
        (changed(FILE, 9, 17, "00000009"), "ocr.txt:9: end record 88, columns 17-24: says 9 records, the file has 8"),
        (changed(FILE, 9, 25, "00000000000000726"), "ocr.txt:9: end record 88, columns 25-41: says 726 øre in all, the file has 725"),
        (changed(FILE, 10, 25, "00000000000000724"), "ocr.txt:10: end record 89, columns 25-41: says 724 øre in all, the file has 725"),
        (changed(FILE, 10, 17, "00000011"), "ocr.txt:10: end record 89, columns 17-24: says 11 records, the file has 10"),
        (FILE.replace(line_of(FILE, 10), ""), "ocr.txt:9: end of transmission: is missing: the file is cut or altered"),
        ("".join(FILE.splitlines(keepends=True)[:6]), "ocr.txt:6: end of assignment: is missing: the file is cut or altered"),
        (FILE.replace(line_of(FILE, 9), ""), "ocr.txt:9: end of assignment: is missing: the file is cut or altered"),
        (FILE + FILE, "ocr.txt:11: record 10: follows the end of transmission"),
        (FILE.replace(line_of(FILE, 2), ""), "ocr.txt:2: record 30: stands outside of an assignment"),
        (FILE.replace(line_of(FILE, 3), ""), "ocr.txt:3: amount item 2: stands before any amount item 1"),
        (changed(FILE, 2, 25, "1503208011X"), "ocr.txt:2: start of assignment, columns 25-35: the payee's account must be digits ('1503208011X')"),
        (changed(FILE, 2, 25, " " * 11), "ocr.txt:2: start of assignment, columns 25-35: the payee's account must be digits ('           ')"),
        (changed(FILE, 2, 3, "19"), "ocr.txt:3: record 30, columns 3-4: service 09 inside service 19"),
        (changed(FILE, 2, 3, "21"), "ocr.txt:3: record 30, columns 3-4: service 09 inside service 21"),
        (changed(FILE, 9, 3, "21"), "ocr.txt:9: end record 88, columns 3-4: service 21 ends service 09"),
        (FILE.replace(line_of(FILE, 4), 2 * line_of(FILE, 4)), "ocr.txt:5: amount item 2: a second one of 0000001"),
    ],
)  # fmt: skip
def test_a_fault_is_named_with_line_columns_and_value(text, message):
    found = problems(read(text))

    assert message in found


def test_an_assignment_without_an_end_gives_nothing_to_the_next_account():
    first = assignment(payment(1, 100))
    second = assignment(payment(1, 250)).replace("15032080119", "12345678903")
    text = ocr(first, second)

    message = read(text.replace(line_of(text, 5), "", 1))

    assert [("15032080119", "1.00"), ("12345678903", "2.50")] == [
        (report.account.identification, report.entries[0].amount.text)
        for report in message.reports
    ]
    assert [
        "ocr.txt:5: end of assignment: is missing: the file is cut or altered",
        "ocr.txt:9: end record 89, columns 17-24: says 10 records, the file has 9",
    ] == inspection.problems(message)


def test_an_avtalegiro_assignment_without_an_end_hides_no_payment():
    text = ocr(assignment(CLAIM, service="21"), assignment(payment(1, 250)))

    message = read(text.replace(line_of(text, 4), "", 1))

    assert ["2.50"] == [row[2] for row in payments(message)]
    assert any("end of assignment: is missing" in one for one in problems(message))


@pytest.mark.parametrize(
    ("records_of_payment", "warning"),
    [
        (
            payment(1, 100, ""),
            "3: amount item 1, columns 50-74: no KID, which only types 20 and 21 may lack",
        ),
        (
            payment(1, 100, "7"),
            "3: amount item 1, columns 50-74: not a KID by its form ('7')",
        ),
        (
            payment(1, 100, "100-0005"),
            "3: amount item 1, columns 50-74: not a KID by its form ('100-0005')",
        ),
        (
            payment(1, 100, kind="18"),
            "3: amount item 1, column 32: a reversal (type 18) without a minus, read as money in",
        ),
        (
            payment(1, 100, day="211126"),
            (
                "5: end record 88, columns 48-59: says 2026-11-20 to 2026-11-20, "
                "the payments are of 2026-11-21 to 2026-11-21"
            ),
        ),
        (
            payment(1, 100, "1000005-", day="191126"),
            (
                "5: end record 88, columns 48-59: says 2026-11-20 to 2026-11-20, "
                "the payments are of 2026-11-19 to 2026-11-19"
            ),
        ),
        (payment(1, 100, "", kind="21"), None),
        (payment(1, 100, kind="20", sign="-", text="Angret"), None),
    ],
)
def test_an_oddity_that_does_no_harm_is_a_warning(records_of_payment, warning):
    message = read(ocr(assignment(records_of_payment)))

    assert ((f"ocr.txt:{warning}",) if warning else ()) == message.warnings
    assert [] == problems(message)
    assert 1 == len(payments(message))


def test_a_file_of_faults_alone_does_not_fill_the_memory_with_them():
    message = read(FILE + "x\n" * 10_000)

    assert 501 == len(problems(message))
    assert "ocr.txt:10010: file: 9500 more faults are not listed" in problems(message)


@pytest.mark.parametrize("newline", ["\r", " "])
def test_a_file_without_line_ends_is_refused_with_its_length(newline):
    with pytest.raises(
        Unreadable, match=r"start of transmission: has 8\d\d characters, not 80"
    ):
        read(FILE.replace("\n", newline))


def test_one_bad_record_does_not_hide_the_good_ones():
    """They are shown; the totals no longer tie, so nothing of the file may be posted."""
    message = read(changed(FILE, 5, 33, "0000000000000X250"))

    assert ["1.00", "3.75"] == [row[2] for row in payments(message)]
    assert any("says 725 øre in all, the file has 475" in one for one in problems(message))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "NY09",
            "ocr.txt:1: start of transmission: the file must begin with NY000010 ('NY09')",
        ),
        (FILE[81:], "the file must begin with NY000010 ('NY090020')"),
        (ocr(assignment(payment(1, 100), service="04")), "direct remittance (service 04)"),
    ],
)
def test_what_is_no_ocr_giro_file_is_refused(text, message):
    with pytest.raises(Unreadable) as refusal:
        read(text)

    assert message in str(refusal.value)


CLAIM = f"NY2121300000001170626           {'100':0>17}          008000011688373000000\n"


def test_avtalegiro_in_the_same_file_is_told_and_skipped():
    message = read(ocr(assignment(payment(1, 100)), assignment(CLAIM, service="21")))

    assert 1 == len(message.reports)
    assert [] == problems(message)
    assert (
        (
            "ocr.txt:6: assignment 0000001: AvtaleGiro (service 21), 1 transactions: "
            "no payments, skipped"
        ),
    ) == message.warnings


def test_mandates_of_avtalegiro_are_told_and_skipped():
    mandate = f"NY21947000000011{'10010017':>25}J{'0' * 38}\n"
    mandates = assignment(mandate, mandate, service="21")

    message = read(ocr(mandates, assignment(payment(1, 100))))

    assert [("10", "CRDT", "1.00", "0010017")] == payments(message)
    assert [] == problems(message)
    assert (
        "AvtaleGiro (service 21), 2 transactions: no payments, skipped"
        in message.warnings[0]
    )


def test_a_wrong_count_in_an_avtalegiro_assignment_is_a_problem_too():
    text = ocr(assignment(payment(1, 100)), assignment(CLAIM, service="21"))

    message = read(changed(text, 8, 9, "00000002"))

    assert any("ocr.txt:8: end record 88, columns 9-16" in one for one in problems(message))


def test_several_assignments_are_several_reports():
    message = read(ocr(assignment(payment(1, 100)), assignment(payment(1, 200))))

    assert ["1.00", "2.00"] == [report.entries[0].amount.text for report in message.reports]
    assert [] == problems(message)


def test_a_letter_in_a_kid_is_kept_and_noted():
    """An incoming payment is never refused for its reference."""
    message = read(ocr(assignment(payment(1, 100, "12A4"))))

    assert [("10", "CRDT", "1.00", "12A4")] == payments(message)
    assert [] == problems(message)
    assert [
        "ocr.txt:3: amount item 1, columns 50-74: not a KID by its form ('12A4')"
    ] == list(message.warnings)


@pytest.mark.parametrize("block", [1, 7, 80, 81, 1000, 10**6])
def test_the_size_of_the_blocks_makes_no_difference(block):
    rows = [payment(n, n * 100, serial=f"{n % 3:05d}") for n in range(1, 30)]
    data = ocr(
        assignment(*rows, payment(30, 5, sign="-"), payment(31, 7, text="x"))
    ).encode()
    blocks = [data[start : start + block] for start in range(0, len(data), block)]

    assert formats.read(data, "f") == transmission.read(blocks, "f")


def test_ordinary_payments_are_read_as_line_by_line(monkeypatch):
    """The fast pattern and the records read the same; so does a file of odd lines."""
    rows = [payment(n, n * 100, serial=f"{n % 3:05d}") for n in range(1, 30)]
    text = ocr(assignment(*rows, payment(30, 5, "12A4"), payment(31, 7, text="x")))
    fast = read(text)
    monkeypatch.setattr(transmission._Reading, "takes_payments", False)

    assert fast == read(text)


def test_money_is_conserved():
    rows = [payment(n, n * 101, sign="-" if n % 5 == 0 else "0") for n in range(1, 200)]

    message = read(ocr(assignment(*rows)))

    total = sum(
        (Decimal(1) if row[1] == "CRDT" else Decimal(-1)) * Decimal(row[2])
        for row in payments(message)
    )
    (entry,) = message.reports[0].entries
    assert total == entry.amount.number
    assert [] == problems(message)
