"""The return files: valid by ISO's schemas, totals that add up, one chain of balances."""

from __future__ import annotations

import re

import netsgiro
import pytest
from bankstatementparser import CamtParser
from lxml import etree
from payment_files import ACCOUNT, BOOKS, CLOSED, batch, file, payment
from return_files import read

ORDERS = {
    "details on the statement": (),
    "camt.054": ("--camt054",),
    "OCR giro": ("--ocr", "123456789"),
    "OCR giro and camt.054": ("--ocr", "123456789", "--camt054"),
    "camt .08": ("--camt054", "--camt-version", "08"),
    "statement .08": ("--camt-version", "08"),
}
KIDS = ("123456782", "123456785", "1000005-")


def busy_week(bank) -> None:
    """Supplier bills, a salary, tax, receipts with and without KID, a fee, a rejection."""
    bank("payee", CLOSED, "--closed")
    bank.upload(
        file(
            batch(
                payment("E-1", "12500.00", kid="0010023000"),
                payment("E-2", "100.50", to=BOOKS, text="Faktura 9 & 10 <æøå>"),
                payment("E-3", "99.00", to=CLOSED, text="x"),
                name="B-1", category="SUPP",
            ),
            batch(
                payment("E-4", "3000.00", to=BOOKS, text="Lønn"),
                payment("E-5", "3100.00", to=BOOKS, text="Lønn"),
                name="B-2", booking="true", category="SALA", day="2026-11-04",
            ),
            batch(
                payment("E-6", "777.00", kid="123456782"),
                name="B-3", booking="false", category="TAXS", day="2026-11-04",
            ),
        )
    )  # fmt: skip
    bank("approve", "--all", "--as", "Kari")
    for number, kid in enumerate((*KIDS, KIDS[0])):
        bank("pay-in", ACCOUNT, "--amount", 250 + number, "--kid", kid,
             "--from-name", "Ås & Sønn", "--from-account", BOOKS)  # fmt: skip
    bank("pay-in", ACCOUNT, "--amount", "40.05", "--text", 'Til "kafé" <3')
    bank("charge", ACCOUNT, "--amount", "15", "--text", "Gebyr")
    bank("advance", "--days", "7")


@pytest.fixture(params=ORDERS)
def week(request, new_bank):
    bank = new_bank(*ORDERS[request.param])
    busy_week(bank)
    bank.paths = bank.collect()
    return bank


def of_kind(bank, kind: str):
    return [path for path in bank.paths if f".{kind}." in path.name]


def test_every_file_is_valid_by_its_schema(week, shared):
    schemas = {}
    for path in (p for p in week.paths if p.suffix == ".XML"):
        tree = etree.parse(path)
        name = etree.QName(tree.getroot()).namespace.rpartition(":")[2]
        if name not in schemas:
            schemas[name] = etree.XMLSchema(etree.parse(shared / "xsd" / f"{name}.xsd"))
        schemas[name].assertValid(tree)

    assert {"pain.002.001.03"} < set(schemas)


def test_there_is_one_statement_a_bank_day_and_they_form_a_chain(week):
    statements = [one for path in of_kind(week, "C053") for one in read(path)]

    assert [one.day for one in statements] == [f"2026-11-0{d}" for d in (2, 3, 4, 5, 6)]
    assert [one.sequence for one in statements] == [1, 2, 3, 4, 5]
    balance = 10_000_000
    for one in statements:
        assert one.opening == balance
        assert one.closing == balance + sum(amount for _, amount, _ in one.entries)
        balance = one.closing
    assert balance == week.balance()
    assert balance == 10_000_000 + sum(m["amount_ore"] for m in week("journal"))


def test_the_statements_hold_the_banks_journal_and_nothing_else(week):
    told = {
        (reference, amount)
        for path in of_kind(week, "C053")
        for one in read(path)
        for reference, amount, _ in one.entries
    }

    sums: dict[str, int] = {}
    for movement in week("journal"):
        reference = movement["entry_reference"]
        sums[reference] = sums.get(reference, 0) + movement["amount_ore"]
    assert told == set(sums.items())


def test_every_movement_is_told_once_in_detail_under_its_reference(week):
    """By the statement, by camt.054 or by OCR giro; where two tell it, they agree."""
    journal = {
        m["reference"]: m["amount_ore"] for m in week("journal") if m["kind"] != "charge"
    }

    by_camt = [
        item
        for path in of_kind(week, "C053") + of_kind(week, "C54D") + of_kind(week, "C54C")
        for one in read(path)
        for item in one.details.items()
    ]
    by_ocr = [
        (line[25:34], amount)
        for path in of_kind(week, "OCR")
        for line, amount in ocr_lines(path)
    ]

    assert len(by_camt) == len(set(by_camt))
    assert set(by_camt) | set(by_ocr) == set(journal.items())


def test_a_lump_tells_how_many_payments_it_holds(week):
    counted: dict[str, int] = {}
    for movement in (m for m in week("journal") if m["kind"] != "charge"):
        reference = movement["entry_reference"]
        counted[reference] = counted.get(reference, 0) + 1

    for path in of_kind(week, "C053"):
        for one in read(path):
            for reference, _, count in one.entries:
                assert count == counted.get(reference, 0)


def ocr_lines(path):
    lines = path.read_bytes().decode("iso-8859-1").split("\r\n")
    first = {line[8:15]: int(line[32:49]) for line in lines if line[6:8] == "30"}
    return [(line, first[line[8:15]]) for line in lines if line[6:8] == "31"]


def test_ocr_giro_counts_and_sums_are_right(new_bank):
    bank = new_bank(*ORDERS["OCR giro"])
    busy_week(bank)

    path = next(path for path in bank.collect() if ".OCR." in path.name)
    text = path.read_bytes().decode("iso-8859-1")
    lines = text.split("\r\n")[:-1]

    assert {len(line) for line in lines} == {80}
    assert [line[6:8] for line in lines] == ["10", "20"] + ["30", "31"] * 4 + ["88", "89"]
    amounts = [int(line[32:49]) for line in lines if line[6:8] == "30"]
    assert amounts == [25000, 25100, 25200, 25300]
    end, last = lines[-2], lines[-1]
    assert (int(end[8:16]), int(end[16:24]), int(end[24:41])) == (4, 10, 100600)
    assert (int(last[8:16]), int(last[16:24]), int(last[24:41])) == (4, 12, 100600)
    assert [line[49:74].strip() for line in lines if line[6:8] == "30"] == [*KIDS, KIDS[0]]
    assert {line[26:31] for line in lines if line[6:8] == "30"} == {"00001"}
    assert lines[1][8:17] + lines[1][24:35] == "123456789" + ACCOUNT


def test_an_ocr_lump_is_one_credit_on_the_statement(new_bank):
    bank = new_bank(*ORDERS["OCR giro"])
    busy_week(bank)

    statement = next(path for path in bank.collect() if ".C053." in path.name)
    entries = [(amount, count) for _, amount, count in read(statement)[0].entries]

    assert entries == [(-1500, 0), (100600, 4), (4005, 1)]


def test_netsgiro_reads_our_ocr_file(new_bank):
    bank = new_bank(*ORDERS["OCR giro"])
    for number, kid in enumerate(KIDS[:2]):  # it refuses a KID that ends in '-'
        bank(
            "pay-in",
            ACCOUNT,
            "--amount",
            250 + number,
            "--kid",
            kid,
            "--from-account",
            BOOKS,
        )
    bank("advance", "--days", "1")
    path = next(path for path in bank.collect() if ".OCR." in path.name)

    transmission = netsgiro.parse(path.read_text("iso-8859-1"))

    (assignment,) = transmission.assignments
    assert (assignment.agreement_id, assignment.account) == ("123456789", ACCOUNT)
    assert [
        (t.kid, int(t.amount * 100), t.debit_account, f"{t.date}")
        for t in assignment.transactions
    ] == [
        ("123456782", 25000, BOOKS, "2026-11-02"),
        ("123456785", 25100, BOOKS, "2026-11-02"),
    ]
    assert assignment.get_total_amount() == 501


def test_bankstatementparser_reads_our_statement(new_bank):
    bank = new_bank()
    busy_week(bank)
    paths = [path for path in bank.collect() if ".C053." in path.name]

    found = [CamtParser(str(path)).parse() for path in paths[:3]]

    amounts = [sorted(round(float(a) * 100) for a in frame["Amount"]) for frame in found]
    journal = bank("journal")
    for day, told in zip(("02", "03", "04"), amounts, strict=True):
        moved = [m["amount_ore"] for m in journal if m["booked"] == f"2026-11-{day}"]
        assert told == sorted(moved)


def test_the_statement_is_made_on_the_morning_after_a_bank_day(bank):
    bank("advance", "--to", "2026-11-03T05:59")
    assert bank.collect() == []

    bank("advance", "--to", "2026-11-03T06:00")
    assert [path.name for path in bank.collect()] == ["P.974760673.001.C053.20261103.XML"]


def test_a_discreet_salary_shows_no_wage_on_the_statement(new_bank):
    bank = new_bank("--discreet-salary")
    busy_week(bank)

    statements = "".join(p.read_text() for p in bank.collect() if ".C053." in p.name)

    assert "E-6" in statements
    assert "E-4" not in statements
    assert re.search(r"<PmtInfId>B-2</PmtInfId>\s*<NbOfTxs>2</NbOfTxs>", statements)


def test_a_customer_with_two_accounts_gets_one_file_with_two_statements(bank):
    bank("account", BOOKS, "--owner", "Fjord AS", "--orgnr", "974760673", "--balance", "7")
    bank("account", "15101234565", "--owner", "Vik AS", "--orgnr", "889640782")
    bank("advance", "--days", "1")

    found = {
        path.name.split(".")[1]: [a.number for a in read(path)] for path in bank.collect()
    }

    assert found == {"974760673": [BOOKS, ACCOUNT], "889640782": ["15101234565"]}


def test_a_balance_below_zero_is_marked_debit(new_bank):
    bank = new_bank(balance="0")
    bank("charge", ACCOUNT, "--amount", "15")
    bank("advance", "--days", "1")

    assert read(bank.collect()[0])[0].closing == -1500


def test_collecting_never_overwrites_and_again_gives_the_same_bytes(bank):
    busy_week(bank)
    first = bank.collect()
    assert bank.collect() == []

    second = bank.collect("--again")

    assert not {p.name for p in first} & {p.name for p in second}
    assert [p.read_bytes() for p in first] == [p.read_bytes() for p in second]


@pytest.mark.parametrize("kind", ["C053", "C54D", "C54C", "P002", "OCR"])
def test_what_a_customer_gets_to_read(new_bank, golden, kind):
    bank = new_bank(*ORDERS["OCR giro and camt.054"])
    busy_week(bank)
    first = [path for path in bank.collect() if f".{kind}." in path.name]

    golden(
        f"nettbank/{kind}{first[1 % len(first)].suffix}", first[1 % len(first)].read_bytes()
    )
