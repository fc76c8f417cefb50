"""The index answers as a load does, whatever a person or we have changed since."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from books_on_disk import BILL, MAIN, TOML, make
from index_answers import answers, compare

from ledger.books import load, loading
from ledger.books.excerpts import Excerpts
from ledger.directives import Open
from ledger.index import Index
from ledger.index.reading import BooksChanged

EXAMPLE = Path(__file__).resolve().parents[2] / "example-books"
VOUCHERS = "vouchers/2026/11.beancount"


@pytest.fixture
def loads(monkeypatch):
    """How often the whole ledger was loaded."""
    found = []
    whole = loading.loader.load_file

    def counted(*arguments, **options):
        found.append(arguments)
        return whole(*arguments, **options)

    monkeypatch.setattr(loading.loader, "load_file", counted)
    return found


def aged(folder):
    """Let all files be older than the clock's tick, as they are at a later command."""
    for path in folder.rglob("*"):
        if path.is_file() and path.suffix in {".beancount", ".toml"}:
            status = path.stat()
            past = status.st_mtime_ns - 10_000_000_000
            os.utime(path, ns=(past, past))
    return folder


@pytest.fixture
def folder(tmp_path):
    return aged(make(tmp_path, BILL + MORE, bank=BANK))


MORE = """
2026-11-03 * "Kunde Nord AS" "Faktura 5001" ^kf-K20001-5001
  due: 2026-11-20
  kid: "200010050017"
  invoice: "5001"
  Assets:1500-Kundefordringer:K20001-Kunde-Nord   2500.00 NOK
  Income:3000-Salgsinntekt-høy

2026-11-04 ! "Cloud" "Oktober"
  voucher: "2026-7"
  open-item: "lf-L10002-9"
  Liabilities:2400-Leverandørgjeld:L10002-Cloud  -100.00 EUR @@ 1150.00 NOK
    open-item: "lf-L10002-9"
  Expenses:6340-Strøm  1150.00 NOK

2026-11-05 custom "open-item" "lf-L10001-10023"
  hold: TRUE
  reason: "wrong price"
  by: "kari"

2026-11-30 custom "budget" "power" 12.5 2026-12-01 TRUE 3.00 NOK
"""

BANK = """
2026-11-10 * "Kunde Nord AS" "Innbetaling"
  voucher: "B2026-1"
  document: "../archive/3f/3fa9000000000000000000000000000000000000000000000000000000000000.xml"
  bank-ref: "statement/86011117947/2026-11-10/A"
  recorded-by: "kari"
  recorded-at: "2026-11-10T10:00:00Z"
  chain: "aa"
  Assets:1500-Kundefordringer:K20001-Kunde-Nord  -1000.00 NOK
    open-item: "kf-K20001-5001"
    movement: "detail/86011117947/2026-11-10/B"
    end-to-end-id: "E-1"
  Assets:1920-Bankinnskudd  1000.00 NOK

2026-11-11 balance Assets:1920-Bankinnskudd  1000.00 ~ 0 NOK
"""

RECEIPT = """\
2026-11-{day} * "Kunde Nord AS" "Innbetaling"
  rule: "kid"
  Assets:1500-Kundefordringer:K20001-Kunde-Nord  -{amount}.00 NOK
    open-item: "kf-K20001-5001"
    movement: "detail/86011117947/2026-11-{day}/C"
    end-to-end-id: "E-7"
  Expenses:7770-Bankgebyr  {amount}.00 NOK
"""

#: What is added at the end of a person's file, and whether it can be judged alone.
ADDED = {
    "a bill": (
        (
            '2026-11-07 * "Fjellkraft AS" "November" ^lf-L10001-10024\n'
            "  Liabilities:2400-Leverandørgjeld:L10001-Fjellkraft  -200.00 NOK\n"
            "  Expenses:6340-Strøm\n"
        ),
        True,
    ),
    "a settlement": (
        (
            '2026-11-09 * "Kunde Nord AS" "Kontant"\n'
            "  Assets:1500-Kundefordringer:K20001-Kunde-Nord  -500.00 NOK\n"
            '    open-item: "kf-K20001-5001"\n'
            "  Expenses:7770-Bankgebyr  500.00 NOK\n"
        ),
        True,
    ),
    "a receipt told by the bank": (RECEIPT.format(day=12, amount=700), True),
    "one that settles it": (RECEIPT.format(day=12, amount=1500), True),
    "one of an earlier day than the other": (RECEIPT.format(day="05", amount=700), True),
    "one from before the invoice": (RECEIPT.format(day="02", amount=700), True),
    "a payment in euro told by the bank": (
        (
            '2026-11-20 * "Cloud" "Betalt"\n  rule: "end-to-end-id"\n'
            "  Liabilities:2400-Leverandørgjeld:L10002-Cloud  40.00 EUR @@ 460.00 NOK\n"
            '    open-item: "lf-L10002-9"\n    movement: "detail/x"\n'
            "  Expenses:7770-Bankgebyr  -460.00 NOK\n"
        ),
        True,
    ),
    "a release": ('2026-11-08 custom "open-item" "lf-L10001-10023"\n  release: ""\n', True),
    "a new KID": (
        '2026-11-08 custom "open-item" "kf-K20001-5001"\n  kid: "200010050025"\n',
        True,
    ),
    "a new supplier": (
        (
            "2026-01-01 open Liabilities:2400-Leverandørgjeld:L10003-Ny NOK\n"
            '  name: "Ny AS"\n'
            '2026-11-07 * "Ny AS" "Faktura 1" ^lf-L10003-1\n'
            "  Liabilities:2400-Leverandørgjeld:L10003-Ny  -10.00 NOK\n"
            "  Expenses:6340-Strøm  10.00 NOK\n"
        ),
        True,
    ),
    "another account of a supplier": (
        '2026-11-08 custom "party" "L10001"\n  creditor-account: "86011117947"\n',
        True,
    ),
    "a correction": (
        (
            '2026-11-12 * "Rettelse"\n  corrects: "B2026-1"\n'
            "  Expenses:6340-Strøm  1.00 NOK\n  Expenses:7770-Bankgebyr  -1.00 NOK\n"
        ),
        True,
    ),
    "orders": (
        (
            '2026-11-16 custom "remittance" "M-1"\n  payments: 1\n  total: 12500.00 NOK\n'
            '2026-11-16 custom "payment" "E-2" "lf-L10001-10023" 12500.00 NOK\n'
            '  message-id: "M-1"\n  execution-date: 2026-11-20\n'
            '  debtor-account: "86011117947"\n  creditor-account: "15032080119"\n'
        ),
        True,
    ),
    "a true balance": ("2026-11-12 balance Assets:1920-Bankinnskudd 1000.00 NOK\n", True),
    "a comment": ("; nothing\n", True),
    "a note": ('2026-11-12 note Assets:1920-Bankinnskudd "looked at"\n', True),
    "a price": ("2026-11-12 price EUR 11.50 NOK\n", True),
    "a commodity": ("2026-01-01 commodity NOK\n", False),
    "a pad": (
        (
            "2026-11-01 pad Expenses:7770-Bankgebyr Equity:2050-Annen-egenkapital\n"
            "2026-11-30 balance Expenses:7770-Bankgebyr 10.00 NOK\n"
        ),
        False,
    ),
    "pushed tags": (
        (
            "pushtag #trip\n"
            '2026-11-07 * "x"\n  Expenses:6340-Strøm  1 NOK\n  Expenses:7770-Bankgebyr  -1 NOK\n'
            "poptag #trip\n"
        ),
        False,
    ),
    "an account closed": ("2026-12-30 close Expenses:7770-Bankgebyr\n", False),
    "something at cost": (
        (
            '2026-11-07 * "x"\n  Expenses:6340-Strøm  1 AKSJE {12.00 NOK}\n'
            "  Expenses:7770-Bankgebyr  -12.00 NOK\n"
        ),
        False,
    ),
}

#: What makes the books wrong when it is added: refused, with the words of a load.
WRONG = {
    "syntax": "2026-11-07 * oops\n",
    "half an øre": (
        '2026-11-07 * "x"\n  Expenses:6340-Strøm  1.004 NOK\n'
        "  Expenses:7770-Bankgebyr  -1.00 NOK\n"
    ),
    "no such account": (
        '2026-11-07 * "x"\n  Expenses:9999-Nei  1.00 NOK\n  Expenses:7770-Bankgebyr  -1.00 NOK\n'
    ),
    "a second bill": (
        '2026-11-07 * "Fjellkraft AS" "Igjen" ^lf-L10001-10023\n'
        "  Liabilities:2400-Leverandørgjeld:L10001-Fjellkraft  -200.00 NOK\n"
        "  Expenses:6340-Strøm  200.00 NOK\n"
    ),
    "too much": (
        '2026-11-09 * "Kunde Nord AS" "Kontant"\n'
        "  Assets:1500-Kundefordringer:K20001-Kunde-Nord  -5000.00 NOK\n"
        '    open-item: "kf-K20001-5001"\n'
        "  Expenses:7770-Bankgebyr  5000.00 NOK\n"
    ),
    "too much told by the bank": RECEIPT.format(day=12, amount=1501),
    "no item": (
        '2026-11-09 * "x"\n  Assets:1500-Kundefordringer  -5.00 NOK\n'
        "  Expenses:7770-Bankgebyr  5.00 NOK\n"
    ),
    "a key twice": (
        '2026-11-09 * "x"\n  bank-ref: "statement/86011117947/2026-11-10/A"\n'
        "  Expenses:6340-Strøm  1.00 NOK\n  Expenses:7770-Bankgebyr  -1.00 NOK\n"
    ),
    "a movement that is a key": (
        '2026-11-09 * "x"\n  Expenses:6340-Strøm  1.00 NOK\n'
        '    movement: "statement/86011117947/2026-11-10/A"\n'
        "  Expenses:7770-Bankgebyr  -1.00 NOK\n"
    ),
    "a number twice": (
        '2026-11-09 * "x"\n  voucher: "2026-7"\n'
        "  Expenses:6340-Strøm  1.00 NOK\n  Expenses:7770-Bankgebyr  -1.00 NOK\n"
    ),
    "our number twice": (
        '2026-11-09 * "x"\n  voucher: "B2026-1"\n'
        "  Expenses:6340-Strøm  1.00 NOK\n  Expenses:7770-Bankgebyr  -1.00 NOK\n"
    ),
    "a gap": (
        '2026-11-09 * "x"\n  voucher: "B2026-3"\n'
        "  Expenses:6340-Strøm  1.00 NOK\n  Expenses:7770-Bankgebyr  -1.00 NOK\n"
    ),
    "an untrue balance": "2026-11-12 balance Assets:1920-Bankinnskudd 999.00 NOK\n",
    "a balance moved": (
        '2026-11-09 * "x"\n  Assets:1920-Bankinnskudd  1.00 NOK\n'
        "  Expenses:7770-Bankgebyr  -1.00 NOK\n"
    ),
    "balances that differ": (
        "2026-11-11 balance Assets:1920-Bankinnskudd 1000.01 ~ 5 NOK\n"
    ),
    "a balance in a currency that is not": (
        "2026-11-11 balance Assets:1920-Bankinnskudd 0 EUR\n"
    ),
    "a currency that is not": (
        '2026-11-19 * "x"\n  Assets:1920-Bankinnskudd  1.00 EUR\n'
        "  Expenses:7770-Bankgebyr  -1.00 EUR\n"
    ),
    "an item that is not": '2026-11-08 custom "open-item" "lf-nobody"\n  hold: TRUE\n',
    "a word that is not": (
        '2026-11-08 custom "open-item" "lf-L10001-10023"\n  heinous: TRUE\n'
    ),
    "a head without its payments": (
        '2026-11-16 custom "remittance" "M-1"\n  payments: 2\n  total: 12500.00 NOK\n'
        '2026-11-16 custom "payment" "E-2" "lf-L10001-10023" 12500.00 NOK\n'
        '  message-id: "M-1"\n  execution-date: 2026-11-20\n'
        '  debtor-account: "86011117947"\n  creditor-account: "15032080119"\n'
    ),
    "an account that cannot be": (
        '2026-11-08 custom "party" "L10001"\n  creditor-account: "12"\n'
    ),
    "an account twice": "2026-01-01 open Expenses:6340-Strøm\n",
    "a role that is not": ('2026-01-01 open Expenses:6999-Ny\n  role: "nothing"\n'),
    "a division by nothing": (
        '2026-11-07 * "x"\n  Expenses:6340-Strøm  1 / 0 NOK\n  Expenses:7770-Bankgebyr\n'
    ),
    "posted before it was opened": (
        '2025-11-07 * "x"\n  Expenses:6340-Strøm  1.00 NOK\n'
        "  Expenses:7770-Bankgebyr  -1.00 NOK\n"
    ),
    "no text": '2026-11-07 * "\xff\n',
}


def append(folder, text, name=VOUCHERS):
    with (folder / name).open("ab") as file:
        file.write(b"\n" + text.encode())


def test_it_answers_as_a_load_does(folder):
    expected = compare(Index(folder), folder)

    assert isinstance(expected, dict)


def test_nothing_new_loads_nothing_and_writes_nothing(folder, loads):
    Index(folder).books()
    Index(folder).books()
    path = folder / ".books" / "index.sqlite"
    before = path.stat().st_mtime_ns, path.read_bytes()
    del loads[:]

    answers(Index(folder).books())

    assert loads == []
    assert (path.stat().st_mtime_ns, path.read_bytes()) == before
    assert [each.name for each in path.parent.iterdir()] == ["index.sqlite"]


@pytest.mark.parametrize(("text", "is_alone"), ADDED.values(), ids=ADDED)
def test_what_is_added_is_told(folder, loads, text, is_alone):
    index = Index(folder)
    index.books()
    append(folder, text)
    del loads[:]

    index.books()

    assert (loads == []) is is_alone
    assert isinstance(compare(index, folder), dict)


@pytest.mark.parametrize("text", WRONG.values(), ids=WRONG)
def test_what_makes_the_books_wrong_is_refused_as_by_a_load(folder, text):
    index = Index(folder)
    index.books()
    right = (folder / VOUCHERS).read_bytes()
    append(folder, text)

    assert isinstance(compare(index, folder), list)

    (folder / VOUCHERS).write_bytes(right)
    assert isinstance(compare(index, folder), dict)


def test_without_the_index_the_answers_are_the_same(folder):
    index = Index(folder)
    first = answers(index.books())
    index.close()
    Index.remove(folder)

    assert answers(Index(folder).books()) == first


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("12500.00", "12400.00"),
        ("10023", "10029"),
        ("2026-11-02", "2026-11-03"),
        ('hold: TRUE\n  reason: "wrong price"', "due: 2026-11-28"),
        ("; end", "; end of it all"),
    ],
)
def test_a_line_that_is_edited_is_read_again(folder, loads, old, new):
    append(folder, "; end\n")
    index = Index(folder)
    index.books()
    path = folder / VOUCHERS
    path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
    del loads[:]
    index.books()

    assert loads == []
    assert isinstance(compare(index, folder), dict)


def test_a_save_of_equal_length_within_the_tick_is_seen(folder):
    path = folder / VOUCHERS
    index = Index(folder)
    path.write_text(path.read_text("utf-8"), "utf-8")
    index.books()
    status = path.stat()
    path.write_text(path.read_text("utf-8").replace("12500.00", "12400.00"), "utf-8")
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))

    assert isinstance(compare(index, folder), dict)


def test_files_come_and_go(folder, loads):
    index = Index(folder)
    index.books()
    new = folder / "vouchers/2026/12.beancount"
    new.write_text(ADDED["a bill"][0], "utf-8")
    del loads[:]
    index.books()
    assert loads == []
    assert isinstance(compare(index, folder), dict)

    new.unlink()
    assert isinstance(compare(index, folder), dict)
    (folder / "bank/2026/11.beancount").unlink()
    assert isinstance(compare(index, folder), list)


def test_an_indented_line_goes_on_with_the_last_transaction(folder):
    index = Index(folder)
    path = folder / VOUCHERS
    path.write_text(BILL.strip("\n") + "\n", "utf-8")
    index.books()
    with path.open("a", encoding="utf-8") as file:
        file.write('    vat: "1"\n')

    assert isinstance(compare(index, folder), dict)


@pytest.mark.parametrize(
    ("old", "new", "is_right"),
    [
        ('name = "Test AS"', 'name = "Prøve AS"', True),
        ("[company]", "[company]\nlocked_until = 2026-10-31", True),
        ("[company]", "[company]\nlocked_until = 2026-11-30", False),
        ("Assets:1920-Bankinnskudd", "Assets:1999-Nei", False),
        ("[company]", "[compan]", False),
    ],
)
def test_another_books_toml_is_judged(folder, loads, old, new, is_right):
    index = Index(folder)
    index.books()
    (folder / "books.toml").write_text(TOML.replace(old, new), "utf-8")

    assert isinstance(compare(index, folder), dict) is is_right


@pytest.mark.parametrize(
    "main",
    [
        MAIN.replace(
            'plugin "led', 'plugin "beancount.plugins.auto_accounts"\nplugin "led'
        ),
        MAIN
        + "2026-01-01 pad Expenses:7770-Bankgebyr Equity:2050-Annen-egenkapital\n"
        + "2026-11-02 balance Expenses:7770-Bankgebyr 5.00 NOK\n",
        "pushtag #all\n"
        + MAIN
        + '2026-11-02 * "x"\n  voucher: "2026-99"\n  Expenses:6340-Strøm  1.00 NOK\n'
        "  Expenses:7770-Bankgebyr  -1.00 NOK\npoptag #all\n",
    ],
    ids=["foreign plugin", "pad", "pushed tags"],
)
def test_what_cannot_be_read_in_parts_is_loaded_each_time(folder, loads, main):
    (folder / "main.beancount").write_text(main, "utf-8")
    index = Index(folder)
    index.books()
    del loads[:]

    index.books()

    assert len(loads) == 1
    assert isinstance(compare(index, folder), dict)


def test_a_file_saved_while_a_command_reads_is_told(folder):
    """What the command itself has added at the end does no harm."""
    index = Index(folder)
    index.books()
    books = index.books()
    append(folder, "; ours\n")
    assert len(books.register.by_item("lf-L10001-10023")) == 1
    path = folder / VOUCHERS
    path.write_text(path.read_text("utf-8").replace("12500.00", "12400.00"), "utf-8")

    with pytest.raises(BooksChanged, match="Run the command again"):
        books.register.by_item("lf-L10001-10023")


def test_the_index_in_ruins_is_made_anew(folder):
    Index(folder).books()
    (folder / ".books" / "index.sqlite").write_bytes(b"SQLite format 3\0 but not really")

    assert isinstance(compare(Index(folder), folder), dict)


def test_the_index_of_other_rules_is_made_anew(folder, loads):
    Index(folder).books()
    with sqlite3.connect(folder / ".books" / "index.sqlite") as db:
        db.execute("UPDATE info SET value = 'older' WHERE name = 'fingerprint'")
    db.close()
    del loads[:]

    Index(folder).books()

    assert len(loads) == 1


def test_the_example_books(tmp_path):
    folder = tmp_path / "books"
    shutil.copytree(EXAMPLE, folder)
    aged(folder)

    assert isinstance(compare(Index(folder), folder), dict)


def test_the_example_books_one_file_after_the_other(tmp_path, loads):
    """Each machine file is cut at a batch, indexed, and grown again to what it was."""
    folder = tmp_path / "books"
    shutil.copytree(EXAMPLE, folder)
    aged(folder)
    path = max((folder / "bank").glob("*/*.beancount"))
    whole = path.read_bytes()
    cuts = [n for n in range(len(whole)) if whole.startswith(b"\n;; batch", n)]
    path.write_bytes(whole[: cuts[-1]])
    index = Index(folder)
    first = load(folder)
    index.books()
    path.write_bytes(whole)
    del loads[:]
    index.books()

    assert len(loads) == 0
    assert len(load(folder).customs) + len(load(folder).transactions) > len(
        first.customs
    ) + len(first.transactions)
    assert isinstance(compare(index, folder), dict)


#: Small things that a person or we may type, `{n}` another number each time. Some are wrong,
#: alone or after others.
TYPED = (
    (
        '2026-11-{d} * "Fjellkraft AS" "Regning" ^lf-L10001-r{n}\n  voucher: "2026-{n}"\n'
        "  Liabilities:2400-Leverandørgjeld:L10001-Fjellkraft  -{n}00.00 NOK\n"
        "  Expenses:6340-Strøm\n"
    ),
    (
        '2026-11-{d} ! "Fjellkraft AS" "Utkast" ^lf-L10001-r{n}\n'
        "  Liabilities:2400-Leverandørgjeld:L10001-Fjellkraft  -{n}.00 NOK\n"
        "  Expenses:6340-Strøm  {n}.00 NOK\n"
    ),
    (
        '2026-11-{d} * "Fjellkraft AS" "Betalt" ^lf-L10001-r{n}\n'
        "  Liabilities:2400-Leverandørgjeld:L10001-Fjellkraft  {n}.00 NOK\n"
        "  Expenses:7770-Bankgebyr  -{n}.00 NOK\n"
    ),
    (
        '2026-11-{d} * "Banken" "Bevegelse"\n  voucher: "B2026-{n}"\n'
        '  bank-ref: "statement/86011117947/{n}"\n  recorded-by: "k"\n  chain: "c{n}"\n'
        "  Assets:1920-Bankinnskudd  5.00 NOK\n"
        "  Assets:1500-Kundefordringer:K20001-Kunde-Nord  -5.00 NOK\n"
        '    open-item: "cr-{n}"\n    movement: "detail/{n}"\n    end-to-end-id: "E-{n}"\n'
    ),
    (
        '2026-11-{d} * "Kunde Nord AS" "Faktura" ^kf-K20001-s{n}\n  kid: "20001005001{n}"\n'
        "  Assets:1500-Kundefordringer:K20001-Kunde-Nord  {n}.00 NOK\n"
        "  Income:3000-Salgsinntekt-høy  -{n}.00 NOK\n"
    ),
    (
        '2026-11-{d} * "Banken" "Betalt"\n  rule: "end-to-end-id"\n'
        "  Liabilities:2400-Leverandørgjeld:L10001-Fjellkraft  {n}0.00 NOK\n"
        '    open-item: "lf-L10001-r{n}"\n    movement: "detail/p{d}"\n'
        '    end-to-end-id: "E-{n}"\n  Expenses:7770-Bankgebyr  -{n}0.00 NOK\n'
    ),
    (
        '2026-11-{d} * "Banken" "Innbetaling"\n  rule: "kid"\n'
        "  Assets:1500-Kundefordringer:K20001-Kunde-Nord  -1.00 NOK\n"
        '    open-item: "kf-K20001-s{n}"\n    movement: "detail/r{d}"\n'
        "  Expenses:7770-Bankgebyr  1.00 NOK\n"
    ),
    '2026-11-{d} custom "open-item" "lf-L10001-r{n}"\n  hold: TRUE\n  reason: "x"\n',
    '2026-11-{d} custom "open-item" "kf-K20001-s{n}"\n  kid: "20001005002{n}"\n',
    '2026-11-{d} custom "open-item" "lf-L10001-r{n}"\n  posted: TRUE\n',
    (
        '2026-11-{d} custom "party" "L10001"\n  creditor-account: "1503208011{n}"\n'
        "  terms: {n}\n"
    ),
    "2026-11-{d} balance Assets:1920-Bankinnskudd {n}.00 NOK\n",
    "2026-11-{d} balance Assets:1920-Bankinnskudd 0.00 ~ 1000 NOK\n",
    (
        '2026-11-{d} custom "payment" "E-{n}" "lf-L10001-r{n}" 5.00 NOK\n  message-id: "M-{n}"\n'
        '  execution-date: 2026-11-20\n  debtor-account: "86011117947"\n'
        '  creditor-account: "15032080119"\n'
    ),
    '2026-11-{d} custom "remittance" "M-{n}"\n  payments: 1\n  total: 5.00 NOK\n',
    "2026-01-01 open Expenses:6{n}0-Ny\n",
    '2026-11-{d} * "x"\n  Expenses:6{n}0-Ny  1.00 NOK\n  Expenses:6340-Strøm  -1.00 NOK\n',
    "2026-11-{d} price EUR 11.{n} NOK\n",
    "; {n}\n",
)
WHERE = (VOUCHERS, "bank/2026/11.beancount", "vouchers/2026/12.beancount")


@pytest.mark.parametrize("seed", range(8))
def test_whatever_is_typed_and_taken_away_the_index_says_what_a_load_says(tmp_path, seed):
    """The property of the whole: one verdict and one answer, however the books got there.

    A change that makes the books wrong is taken back half of the time, so that both later
    changes of right books and of wrong ones are met.
    """
    draw = random.Random(seed)
    folder = make(tmp_path, "")
    index = Index(folder)
    verdicts = []
    for _ in range(16):
        path = folder / draw.choice(WHERE)
        before = path.read_text("utf-8") if path.exists() else ""
        number = draw.randrange(1, 6)
        text = draw.choice(TYPED).format(n=number, d=f"{draw.randrange(1, 29):02d}")
        blocks = [each for each in before.split("\n\n") if each.strip()]
        match draw.randrange(5):
            case 0 if blocks:
                blocks.pop(draw.randrange(len(blocks)))
                after = "\n\n".join(blocks) + "\n"
            case 1:
                blocks.insert(draw.randrange(len(blocks) + 1), text)
                after = "\n\n".join(blocks) + "\n"
            case _:
                after = before + "\n" + text
        path.write_text(after, "utf-8")
        verdict = compare(index, folder)
        verdicts.append(type(verdict))
        if verdicts[-1] is list and (dict not in verdicts or draw.randrange(4)):
            path.write_text(before, "utf-8")
    assert {list, dict} == set(verdicts)


def test_a_voucher_of_many_items_is_read_once_for_all_of_them(folder, monkeypatch):
    """A batch of thousands of details would be read as often as money of it waits."""
    index = Index(folder)
    index.books()
    books = index.books()
    keys = [each.key for each in books.items.items]
    reads = []
    at = Excerpts.at
    monkeypatch.setattr(
        Excerpts, "at", lambda self, spans: reads.append(list(spans)) or at(self, spans)
    )

    found = books.register.by_items(keys)

    assert set(found) == set(keys)
    (spans,) = reads
    assert len(spans) == len({(each.file, each.line) for each in spans}) > 1


def test_what_the_bank_adds_to_an_item_needs_none_of_its_earlier_text(folder, monkeypatch):
    """A month of receipts would read the text of every invoice again."""
    index = Index(folder)
    index.books()
    append(folder, RECEIPT.format(day=12, amount=700))
    reads = []
    monkeypatch.setattr(Excerpts, "at", lambda _, spans: reads.extend(spans) or [])

    index.books()

    assert reads == []


def test_what_the_bank_adds_is_added_to_what_it_added_before(folder, monkeypatch):
    index = Index(folder)
    index.books()
    reads = []
    monkeypatch.setattr(Excerpts, "at", lambda _, spans: reads.extend(spans) or [])
    left = []

    for day, amount in ((14, 300), (12, 500), (16, 700)):
        append(folder, RECEIPT.format(day=day, amount=amount))
        item = index.books().items.by_key["kf-K20001-5001"]
        left.append(item.residual.minor)

    assert (left, reads) == ([120000, 70000, 0], [])
    assert [each.date.day for each in item.postings][-3:] == [12, 14, 16]
    monkeypatch.undo()
    assert isinstance(compare(index, folder), dict)


def test_an_account_that_a_person_closes_meanwhile_stops_what_was_checked(folder):
    index = Index(folder)
    books = index.books()
    (before,) = (each for each in load(folder).transactions if "bank-ref" in each.meta)
    receipt, *_ = before.postings
    meta = {**receipt.meta, "movement": "detail/D"}
    away = replace(receipt, meta={**meta, "movement": "detail/E"}, units=-receipt.units)
    again = replace(
        before, meta={"rule": "kid"}, postings=(replace(receipt, meta=meta), away)
    )
    path = Path("bank/2026/11.beancount")
    payloads = books.checked_payloads({path: [again]})
    append(folder, ";; batch 1 2\n" + payloads[path].text.decode(), name=str(path))
    append(folder, f"{before.date - timedelta(days=1)} close {receipt.account}\n")

    index.expect(payloads.values())

    assert isinstance(compare(index, folder), list)


def test_what_was_read_back_and_opens_an_account_is_read_again(folder, monkeypatch):
    index = Index(folder)
    books = index.books()
    (before,) = (each for each in load(folder).transactions if "bank-ref" in each.meta)
    new = Open(date=before.date, account="Assets:1920-Ny", currencies=("NOK",))
    path = Path("bank/2026/11.beancount")
    payloads = books.checked_payloads({path: [new]})
    append(folder, ";; batch 1 2\n" + payloads[path].text.decode(), name=str(path))
    index.expect(payloads.values())
    reads = []
    parsed = Excerpts._parsed
    monkeypatch.setattr(
        Excerpts, "_parsed", lambda *given: reads.append(given) or parsed(*given)
    )

    index.books()

    assert len(reads) == 1
    monkeypatch.undo()
    assert isinstance(compare(index, folder), dict)


def test_what_was_read_back_is_not_read_again(folder, monkeypatch):
    index = Index(folder)
    books = index.books()
    (before,) = (each for each in load(folder).transactions if "bank-ref" in each.meta)
    again = replace(before, meta={"rule": "kid"}, postings=before.postings[:1] * 2)
    first, second = again.postings
    again = replace(
        again,
        postings=(
            replace(first, meta={**first.meta, "movement": "detail/D"}),
            replace(
                second, units=-second.units, meta={**second.meta, "movement": "detail/E"}
            ),
        ),
    )
    path = Path("bank/2026/11.beancount")
    payloads = books.checked_payloads({path: [again]})
    batch = ";; batch 1 2\n" + payloads[path].text.decode()
    append(folder, batch, name=str(path))
    index.expect(payloads.values())
    monkeypatch.setattr(Excerpts, "_parsed", lambda *_: pytest.fail("read again"))

    index.books()

    monkeypatch.undo()
    assert isinstance(compare(index, folder), dict)
