"""Voucher series and their chain."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from books_on_disk import BANK, CLEARING, make

from bankio.amount import Amount
from ledger.books import load, payload
from ledger.directives import BooksPlace, Posting, Transaction
from ledger.vouchers import (
    Series,
    SeriesHead,
    VoucherNumber,
    heads,
    next_numbers,
    number_errors,
    sealed,
    verify_chain,
)

WHO = {"recorded_by": "kari", "recorded_at": "2026-11-20T09:12:44Z"}


def entry(day: int = 20, number: str = "1", narration: str = "x", **meta) -> Transaction:
    units = Amount(Decimal(number), "NOK")
    return Transaction(
        date=date(2026, 11, day),
        narration=narration,
        meta=meta,
        postings=(
            Posting(account=CLEARING, units=units),
            Posting(account=BANK, units=-units),
        ),
    )


def placed(transactions) -> list[Transaction]:
    return [
        replace(each, place=BooksPlace("bank/2026/11.beancount", line))
        for line, each in enumerate(transactions, start=1)
    ]


def test_sealing_gives_numbers_and_a_chain():
    first, second = sealed([entry(), entry()], Series.BANK, {}, **WHO)

    assert [each.meta["voucher"] for each in (first, second)] == ["B2026-1", "B2026-2"]
    assert first.meta["recorded-by"] == "kari"
    assert first.meta["chain"] != second.meta["chain"]
    assert verify_chain(placed([first, second])) == ()


def test_a_series_goes_on_from_the_books_and_each_year_has_its_own():
    known = heads(placed(sealed([entry()], Series.BANK, {}, **WHO)))

    assert next_numbers(known, Series.BANK, 2026, 2) == ("B2026-2", "B2026-3")
    assert next_numbers(known, Series.BANK, 2027) == ("B2027-1",)
    assert next_numbers(known, Series.IMPORT, 2026) == ("I2026-1",)
    (new,) = sealed([replace(entry(), date=date(2027, 1, 2))], Series.BANK, known, **WHO)
    assert new.meta["voucher"] == "B2027-1"


def test_a_batch_is_one_voucher():
    batch = [entry(voucher="B2026-1"), entry(voucher="B2026-1"), entry(voucher="B2026-2")]

    written = placed(sealed(batch, Series.BANK, {}, **WHO))

    assert list(number_errors(written)) == []
    assert verify_chain(written) == ()
    assert heads(written)[Series.BANK, 2026].number == 2


@pytest.mark.parametrize("voucher", ["B2026-3", "2026-1", "I2026-1", "Bilag 1"])
def test_a_number_that_does_not_follow_is_a_fault_of_ours(voucher):
    with pytest.raises(ValueError, match="voucher"):
        sealed([entry(voucher=voucher)], Series.BANK, {}, **WHO)


def test_people_have_no_chain():
    with pytest.raises(ValueError, match="none of series people"):
        sealed([entry()], Series.PEOPLE, {}, **WHO)


WRITTEN = placed(
    sealed([entry(number=str(n)) for n in (1, 2, 3, 4)], Series.BANK, {}, **WHO)
)
FORGED = replace(entry(voucher="B2026-5"), place=BooksPlace("bank/2026/11.beancount", 99))


def altered(index: int, **changes) -> list[Transaction]:
    return [
        replace(each, **changes) if at == index else each for at, each in enumerate(WRITTEN)
    ]


@pytest.mark.parametrize(
    ("transactions", "said"),
    [
        (WRITTEN, None),
        ([*reversed(WRITTEN)], None),
        (altered(1, narration="y"), "11.beancount:2: voucher B2026-2 was altered"),
        (
            altered(2, date=date(2026, 11, 21)),
            "11.beancount:3: voucher B2026-3 was altered",
        ),
        (altered(0, links=("x",)), "11.beancount:1: voucher B2026-1 was altered"),
        (altered(3, postings=WRITTEN[0].postings), "voucher B2026-4 was altered"),
        (
            WRITTEN[:1] + WRITTEN[2:],
            "11.beancount:3: voucher B2026-2 is gone (next is B2026-3)",
        ),
        (WRITTEN[1:], "voucher B2026-1 is gone"),
        (
            [*WRITTEN, FORGED],
            "11.beancount:99: voucher B2026-5 has no chain: it was put in",
        ),
    ],
)
def test_the_first_break_is_named(transactions, said):
    found = [str(problem) for problem in verify_chain(transactions)]

    assert len(found) == (1 if said else 0)
    assert said is None or said in found[0]


def test_a_cut_tail_shows_against_a_known_head():
    head = heads(WRITTEN)[Series.BANK, 2026]

    assert verify_chain(WRITTEN, [head]) == ()
    (problem,) = verify_chain(WRITTEN[:3], [head])
    assert problem.message == "voucher B2026-4 was written and is gone"


def test_the_chain_holds_over_what_writing_makes_of_text(tmp_path):
    odd = replace(
        entry(number="12.5", narration="a\n\u202eb  A\u030a", why="x\t" * 400),
        links=("b", "a", "b"),
        payee="",
    )
    vouchers = sealed([odd, entry()], Series.BANK, {}, **WHO)
    make(tmp_path, bank=payload(vouchers).decode())

    loaded = load(tmp_path)

    assert verify_chain(loaded.transactions) == ()
    assert loaded.voucher_heads[Series.BANK, 2026].chain == vouchers[-1].meta["chain"]


def test_the_head_of_a_batch_over_two_files_is_its_last_link():
    batch = sealed([entry(voucher="B2026-1") for _ in range(3)], Series.BANK, {}, **WHO)
    files = (
        "bank/2026/11-10.beancount",
        "bank/2026/11-2.beancount",
        "bank/2026/11-3.beancount",
    )
    stood = [
        replace(each, place=BooksPlace(file, 1))
        for each, file in zip(batch, (files[1], files[2], files[0]), strict=True)
    ]

    assert heads(stood)[Series.BANK, 2026].chain == batch[-1].meta["chain"]
    assert verify_chain(stood) == ()


def test_the_first_link_hangs_on_the_name_of_the_series():
    bank = SeriesHead(series=Series.BANK, year=2026)
    imports = SeriesHead(series=Series.IMPORT, year=2026)

    assert bank.previous != imports.previous
    assert str(VoucherNumber(Series.OPENING, 2026, 1)) == "IB2026-1"
