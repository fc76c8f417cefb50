"""The example books are right, as an accountant and as the design want them.

Read with Beancount alone, so that a mistake of our reader cannot hide one in the books.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import shutil
import subprocess
import sys
import tomllib
from collections import Counter, defaultdict
from decimal import Decimal
from pathlib import Path

import pytest
import replay
from beancount import loader
from beancount.core.data import Custom, Open, Transaction

from simulator.numbers_of_norway import (
    account_is_valid,
    kid_is_valid,
    organisation_is_valid,
)

EXAMPLE = Path(__file__).resolve().parents[2] / "example-books"
VAT_RATES = {"1": Decimal("0.25"), "3": Decimal("0.25"), "13": Decimal("0.12")}
VAT_ACCOUNTS = re.compile(r"Liabilities:27(00|10|11|13)-")


@pytest.fixture(scope="module")
def entries():
    found, errors, _options = loader.load_file(str(EXAMPLE / "main.beancount"))
    assert errors == []
    return found


def typed(entries) -> list[Transaction]:
    """What people typed: vouchers, not what the bank's files told."""
    return [
        entry
        for entry in entries
        if isinstance(entry, Transaction) and "/vouchers/" in entry.meta["filename"]
    ]


def creating(entries, account: str) -> list[tuple[Transaction, object]]:
    return [
        (entry, posting)
        for entry in typed(entries)
        for posting in entry.postings
        if posting.account.startswith(account)
    ]


def terms(entry, posting) -> dict:
    return {**entry.meta, **(posting.meta or {})}


def test_bean_check_says_nothing():
    ran = subprocess.run(
        [str(Path(sys.executable).parent / "bean-check"), str(EXAMPLE / "main.beancount")],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")


def test_there_is_what_a_company_has(entries):
    bills = creating(entries, "Liabilities:2400-")
    drafts = [entry for entry, _ in bills if entry.flag == "!"]
    credit_notes = [posting for _, posting in bills if posting.units.number > 0]
    on_sunday = [e for e, p in bills if terms(e, p)["due"].weekday() == 6]
    codes = Counter(
        posting.meta["vat"]
        for entry, _ in bills
        for posting in entry.postings
        if "vat" in posting.meta
    )
    wages = creating(entries, "Liabilities:2930-")

    assert len(bills) >= 25
    assert len(creating(entries, "Assets:1500-")) >= 60
    assert len(drafts) == 1
    assert len(credit_notes) == 1
    assert on_sunday != []
    assert set(codes) == {"0", "1", "13", "86"}
    assert Counter(posting.account.rpartition(":")[2] for _, posting in wages) == {
        f"A{number}": 3 for number in (1, 2, 3, 4)
    }


def test_every_number_has_its_check_digit(entries):
    kids, accounts, organisations = [], [], []
    for entry in entries:
        metas = [entry.meta, *(p.meta or {} for p in getattr(entry, "postings", ()))]
        for meta in metas:
            kids += [meta["kid"]] if "kid" in meta else []
            accounts += [meta["creditor-account"]] if "creditor-account" in meta else []
            accounts += [meta["bank-account"]] if "bank-account" in meta else []
            organisations += [meta["orgnr"]] if "orgnr" in meta else []
    company = tomllib.loads((EXAMPLE / "books.toml").read_text("utf-8"))["company"]

    assert len(kids) > 80
    assert len(accounts) > 20
    assert [kid for kid in kids if not kid_is_valid(kid)] == []
    assert [number for number in accounts if not account_is_valid(number)] == []
    assert [
        n for n in [*organisations, company["orgnr"]] if not organisation_is_valid(n)
    ] == []
    assert [n for n in [*organisations, company["orgnr"]] if not n.startswith("3")] == []


def test_vat_is_right_on_every_voucher(entries):
    wrong = []
    for entry in typed(entries):
        coded = [p for p in entry.postings if (p.meta or {}).get("vat") in VAT_RATES]
        if not coded:
            continue
        expected = sum(
            (p.units.number * VAT_RATES[p.meta["vat"]]).quantize(Decimal("0.01"))
            for p in coded
        )
        posted = sum(
            p.units.number for p in entry.postings if VAT_ACCOUNTS.match(p.account)
        )
        if expected != posted:
            wrong.append((entry.meta["filename"], entry.meta["lineno"], expected, posted))

    assert wrong == []


def test_the_vat_term_is_settled_to_zero(entries):
    """5th term: what stood on 2700, 2710, 2713 and 27x4 went to 2740, nothing is left."""
    end = dt.date(2026, 10, 31)
    left: dict[str, Decimal] = defaultdict(Decimal)
    for entry in typed(entries):
        if entry.date <= end:
            for posting in entry.postings:
                if re.match(r"Liabilities:27(0|1)\d-", posting.account):
                    left[posting.account] += posting.units.number

    assert len(left) == 5
    assert set(left.values()) == {Decimal(0)}


def test_voucher_numbers_have_no_gap_and_no_double(entries):
    numbers = [
        int(entry.meta["voucher"].removeprefix("2026-"))
        for entry in typed(entries)
        if entry.flag == "*" and entry.meta["voucher"].startswith("2026-")
    ]

    assert sorted(numbers) == list(range(1, len(numbers) + 1))
    assert numbers == sorted(numbers), "numbered in the order of their dates"


def test_employees_are_numbers_only(entries):
    opened = [
        entry
        for entry in entries
        if isinstance(entry, Open)
        and entry.account.startswith("Liabilities:2930-Skyldig-lønn:")
    ]

    assert [entry.account.rpartition(":")[2] for entry in opened] == [
        "A1",
        "A2",
        "A3",
        "A4",
    ]
    assert [entry for entry in opened if "name" in entry.meta] == []


def test_the_bank_is_posted_by_its_statements_alone_and_never_overdrawn(entries):
    balance = Decimal(0)
    postings = []
    for entry in entries:
        if not isinstance(entry, Transaction):
            continue
        for posting in entry.postings:
            if posting.account == "Assets:1920-Bankinnskudd":
                balance += posting.units.number
                postings.append(
                    (entry.meta.get("voucher"), "bank-ref" in entry.meta, balance)
                )

    by_hand = [voucher for voucher, by_bank, _ in postings if not by_bank]
    assert by_hand == ["IB2026-1"]
    assert min(after for _, _, after in postings) > 0


def test_a_new_account_waits_for_a_person(entries):
    """One bill names another account than its supplier's; nobody has confirmed it."""
    known = defaultdict(set)
    for entry in entries:
        if isinstance(entry, Open) and "supplier" in entry.meta:
            known[f"L{entry.meta['supplier']}"].add(entry.meta["creditor-account"])
        if isinstance(entry, Custom) and entry.type == "party":
            known[entry.values[0].value].add(entry.meta["creditor-account"])
    other = [
        entry.meta["invoice"]
        for entry, posting in creating(entries, "Liabilities:2400-")
        if "creditor-account" in entry.meta
        and entry.meta["creditor-account"]
        not in known[posting.account.rpartition(":")[2].partition("-")[0]]
    ]

    assert other == ["5561"]


@pytest.fixture(scope="module")
def copied(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("example") / "books"
    shutil.copytree(EXAMPLE, folder)
    return folder


def books(folder: Path, *arguments: str) -> object:
    ran = subprocess.run(
        [
            str(Path(sys.executable).parent / "books"),
            *("--books", str(folder), "--today", "2026-11-16", "--json"),
            *arguments,
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return json.loads(ran.stdout)


def test_the_shipped_history_is_proved_by_the_code_of_today(copied):
    """Where this fails after a change, the change breaks books that already exist."""
    proof = books(copied, "verify")
    [account] = books(copied, "status")["accounts"]

    assert [check for check in proof["checks"] if not check["ok"]] == []
    assert proof["ok"] is True
    assert (account["as_of"], account["difference"], account["clearing"]) == (
        "2026-11-13",
        "0.00",
        "0.00",
    )
    assert books(copied, "unmatched") == []


def test_the_first_days_can_be_replayed(tmp_path):
    """The script that wrote the history still can; it ends with a proof of its own."""
    world = replay.replay(tmp_path, dt.date(2026, 9, 3))

    [account] = world.books_do(
        dt.datetime.combine(dt.date(2026, 9, 4), dt.time(8)), "status"
    )["accounts"]
    assert account["as_of"] == "2026-09-03"
    assert account["bank"] == account["books"]
    written, shipped = (
        told((folder / "bank" / "2026" / "09.beancount").read_text("utf-8"))
        for folder in (world.books, EXAMPLE)
    )
    assert len(written) > 40
    assert written == shipped[: len(written)], (
        "the code writes something else than what is shipped; if it is right:"
        " .venv/bin/python tests/example_books/replay.py"
    )


def told(text: str) -> list[str]:
    """Return the lines without when they were written and what follows from that."""
    written_then = re.compile(r";; batch |  recorded-at: |  chain: ")
    return [line for line in text.splitlines() if line and not written_then.match(line)]


def test_fava_shows_them_without_an_error():
    from fava.core import FavaLedger

    ledger = FavaLedger(str(EXAMPLE / "main.beancount"))

    assert ledger.errors == []
    assert len(ledger.all_entries_by_type.Document) == 0
