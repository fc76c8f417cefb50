"""Openings from an old system: each cell, both totals, and what is already at the bank."""

from __future__ import annotations

from datetime import date

import pytest
from test_new_books import create

from ledger.books import load
from ledger.importers.opening import OpeningInvalid, read
from ledger.item_kinds import ItemKind
from ledger.vouchers import Series, sealed, verify_chain

WHOLE = """\
Konto;Beløp;Part;Navn;Faktura;Forfall;KID;Bankkonto;I banken;Betales;Åpen post;Orgnr
1920;250 000,00;;;;;;;;;;
2000;-100 000,00;;;;;;;;;;
2050;-141 500,00;;;;;;;;;;
2400;-22 500;;;;;;;;;;
2400;-12500;L10001;Fjellkraft AS;10023;20.09.2026;0010023000;1503.20.80119;;;;987654325
2400;-10 000,00;L10001;;10024;2026-09-02;;;E-OLD-1;2026-09-02;;
1500;30 000,00;K20001;Kunde Nord AS;5001;20.09.2026;200010050017;;;;;
2740;-5000;;;;12.10.2026;0026012345679;15030000037;;;vat-2026-4;
2930;-11000;A1;Kari Nordmann;;2026-09-10;;15030000029;;;wage-2026-08-1;
"""


def opened(folder, opening="0"):
    return load(create(folder / "new", opening))


def taken_in(books, text, source="saldo.csv"):
    """Import as the command does: seal, check, write, load."""
    data = text if isinstance(text, bytes) else text.encode()
    opening = read(data, source, books)
    vouchers = sealed(
        [opening.voucher],
        Series.OPENING,
        books.voucher_heads,
        recorded_by="kari",
        recorded_at="2026-09-01T08:00:00Z",
    )
    payload = books.checked_payload([*opening.opens, *vouchers, *opening.after])
    with (books.folder / "vouchers/2026/09-import.beancount").open("ab") as file:
        file.write(b"\n" + payload)
    return load(books.folder)


@pytest.mark.parametrize("opening", ["0", "250000"])
@pytest.mark.parametrize("separator", [";", "\t"])
def test_balances_and_open_items(tmp_path, opening, separator):
    books = taken_in(opened(tmp_path, opening), WHOLE.replace(";", separator))
    day = date(2026, 9, 1)

    held = {
        name: books.balance(name, day).number
        for name in (
            "Assets:1920-Bankinnskudd",
            "Equity:2000-Aksjekapital",
            "Equity:2050-Annen-egenkapital",
            "Liabilities:2400-Leverandørgjeld",
            "Assets:1500-Kundefordringer",
        )
    }
    assert list(held.values()) == [250000, -100000, -141500, -22500, 30000]
    assert books.company.bank_accounts[0].opening == 250000
    assert verify_chain(books.transactions) == ()
    bill = books.items.by_key["lf-L10001-10023"]
    assert bill.account == "Liabilities:2400-Leverandørgjeld:L10001-Fjellkraft-AS"
    assert (bill.due, bill.kid, bill.creditor_account) == (
        date(2026, 9, 20),
        "0010023000",
        "15032080119",
    )
    assert books.items.by_key["vat-2026-4"].party_name == "Skatteetaten"
    assert books.items.by_kid["200010050017"][0].party_name == "Kunde Nord AS"
    wage = books.items.by_key["wage-2026-08-1"]
    assert (wage.kind, wage.creditor_account) == (ItemKind.SALARY, "15030000029")
    assert "Kari" not in (books.folder / "vouchers/2026/09-import.beancount").read_text()


def test_what_is_at_the_bank_is_in_flight(tmp_path):
    (payment,) = taken_in(opened(tmp_path), WHOLE).payments

    assert payment.foreign
    assert (payment.end_to_end_id, str(payment.amount)) == ("E-OLD-1", "10000.00 NOK")
    assert (payment.debtor_account, payment.creditor_account) == (
        "86011117947",
        "15032080119",
    )
    assert payment.requested_execution_date == date(2026, 9, 2)
    assert payment.items[0].open_item == "lf-L10001-10024"


def test_once_is_enough(tmp_path):
    books = taken_in(opened(tmp_path), WHOLE)

    with pytest.raises(OpeningInvalid) as caught:
        read(WHOLE.encode(), "saldo.csv", books)

    assert "lf-L10001-10023 is already in the books" in str(caught.value)


@pytest.mark.parametrize(
    "data",
    [
        WHOLE.encode("cp1252"),
        WHOLE.encode("utf-8-sig"),
        WHOLE.replace("\n", "\r\n").encode(),
    ],
    ids=["cp1252", "bom", "crlf"],
)
def test_as_other_systems_write_it(tmp_path, data):
    assert len(taken_in(opened(tmp_path), data).items.items) == 5


def test_debit_and_credit_in_columns_of_their_own(tmp_path):
    text = "account;debit;credit\n1920;100,00;\n2050;;100\n"

    books = taken_in(opened(tmp_path), text)

    assert books.balance("Assets:1920-Bankinnskudd", date(2026, 9, 1)).number == 100
    with pytest.raises(OpeningInvalid, match="debit: and credit are positive"):
        read(text.replace(";;100", ";;-100").encode(), "x", opened(tmp_path / "2"))


def test_commas_separate_where_the_amounts_are_quoted(tmp_path):
    text = 'account,amount,text\n1920,"250 000,00",\n2050,-250000.00,"a\nb"\n'

    assert taken_in(opened(tmp_path), text).transactions


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("-12500;", "-12500,005;", 'saldo.csv:6: amount: "-12500,005" is no amount'),
        ("-12500;", "-12.500;", 'saldo.csv:6: amount: "-12.500" is no amount'),
        ("-12500;", ";", "saldo.csv:6: amount: is empty"),
        ("20.09.2026;0010023000", "31.09.2026;0010023000", "saldo.csv:6: due: "),
        ("0010023000", "faktura", 'saldo.csv:6: kid: "faktura" is not 2 to 25 digits'),
        ("1503.20.80119", "1503.20.80118", "saldo.csv:6: creditor_account: account number"),
        ("987654325", "987654321", "saldo.csv:6: orgnr: organisation number"),
        ("L10001;Fjell", "10001;Fjell", 'party: "10001" is not L, K or A and a number'),
        ("K20001", "L20001", "items on Assets:1500-Kundefordringer need a party K…"),
        (";10024;", ";10023;", "saldo.csv:7: open_item: lf-L10001-10023 is already on line 6"),
        (";10024;", ";;", "saldo.csv:7: open_item: is empty; give it, or an invoice"),
        ("vat-2026-4", "mva æ", 'saldo.csv:9: open_item: "mva æ" has characters outside'),
        ("2000;", "2001;", "saldo.csv:3: account: no account of the books has the number 2001"),
        ("2000;", ";", "saldo.csv:3: account: is empty"),
        ("2050;", "2000;", "saldo.csv:4: account: 2000 has a balance on line 3"),
        ("-22 500;", "-22 501;", "its open items are -22500"),
        ("-100 000,00", "-100 000,01", "debits and credits differ: 0.01 NOK too much credit"),
        ("250 000,00", "250 000,01", "debits and credits differ: 0.01 NOK too much debit"),
        ("E-OLD-1", "Æ", 'at_bank: "Æ" is not 1 to 100 ASCII'),
        ("30 000,00;K20001;Kunde Nord AS;5001;20.09.2026;200010050017;;;",
         "30 000,00;K20001;Kunde Nord AS;5001;20.09.2026;200010050017;;E-2;",
         "only what we owe can be at the bank"),
        ("Konto;", "Kto;", 'saldo.csv:1: column "Kto" is unknown'),
        ("Navn;", "Part;", 'saldo.csv:1: column "Part" is there twice'),
        (";Orgnr", "", "saldo.csv:6: has 12 cells, the header 11"),
        ("Fjellkraft AS", '"Fjell"kraft AS', "saldo.csv:6: is no CSV"),
    ],
)  # fmt: skip
def test_an_error_says_line_column_value(tmp_path, old, new, said):
    assert old in WHOLE

    with pytest.raises(OpeningInvalid) as caught:
        read(WHOLE.replace(old, new, 1).encode(), "saldo.csv", opened(tmp_path))

    assert said in str(caught.value)


def test_the_bank_is_what_books_toml_says(tmp_path):
    books = opened(tmp_path, "250000")

    with pytest.raises(
        OpeningInvalid, match=r"saldo\.csv:2: amount: .* opening on 2026-09-01 is 250000"
    ):
        read(WHOLE.replace("250 000,00", "1,00").encode(), "saldo.csv", books)


@pytest.mark.parametrize("data", [b"", b"\n\n", b"a\0b", b"\xff\xfe\x00"])
def test_what_is_no_table(tmp_path, data):
    with pytest.raises(OpeningInvalid, match=r"saldo\.csv"):
        read(data, "saldo.csv", opened(tmp_path))


def test_a_foreign_item_needs_its_worth(tmp_path):
    text = (
        "account;amount;party;invoice;currency;value\n"
        "2400;-100;L1;7;EUR;-1 180,00\n2050;1180;;;;\n"
    )
    books = taken_in(opened(tmp_path), text)

    assert str(books.items.by_key["lf-L1-7"].residual) == "-100.00 EUR"
    with pytest.raises(
        OpeningInvalid, match="value: a foreign item needs its worth in NOK"
    ):
        read(text.replace("-1 180,00", "").encode(), "x", opened(tmp_path / "2"))


def test_a_party_that_the_books_have_is_used(tmp_path):
    folder = create(tmp_path / "new", "0")
    with (folder / "accounts.beancount").open("a", encoding="utf-8") as file:
        file.write(
            "2026-01-01 open Liabilities:2400-Leverandørgjeld:L10001-Kraft\n"
            '  creditor-account: "86011117947"\n'
        )

    books = taken_in(load(folder), WHOLE)

    bill = books.items.by_key["lf-L10001-10023"]
    assert bill.account == "Liabilities:2400-Leverandørgjeld:L10001-Kraft"
    assert bill.creditor_account == "15032080119"  # the file's; the party's own differs
    assert books.confirmed_accounts["L10001"] == ("86011117947",)


def test_a_date_of_payment_without_a_reference_is_no_plain_bill(tmp_path):
    """It would be paid a second time."""
    text = WHOLE.replace("E-OLD-1;2026-09-02", ";2026-09-02")

    with pytest.raises(OpeningInvalid) as caught:
        read(text.encode(), "saldo.csv", opened(tmp_path))

    assert ["saldo.csv:7: at_bank: what the bank is to pay needs its reference"] == [
        str(error) for error in caught.value.errors
    ]
