"""The writer: exact, and inert against whatever text a bank can carry."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from beancount import loader
from books_on_disk import BANK, POWER, make
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bankio.amount import Amount
from ledger.books import (
    PayloadRefused,
    Unwritable,
    canonical,
    clean_text,
    parse,
    payload,
    text_of,
)
from ledger.directives import Balance, Close, Custom, Open, Posting, Transaction


def amount(text: str) -> Amount:
    number, currency = text.split()
    return Amount(Decimal(number), currency)


def posting(account: str, units: str, **meta) -> Posting:
    return Posting(account=account, units=amount(units), meta=meta)


def transaction(**changes) -> Transaction:
    simple = Transaction(
        date=date(2026, 11, 20),
        payee="Fjellkraft AS",
        narration="Strøm",
        postings=(posting(POWER, "100.00 NOK"), posting(BANK, "-100.00 NOK")),
    )
    return replace(simple, **changes)


def test_a_transaction_as_an_accountant_reads_it():
    written = transaction(
        links=("lf-L10001-10023",),
        tags=("el",),
        meta={"voucher": "B2026-41", "why": 'sier "ja" \\ nei'},
        postings=(
            Posting(
                account=POWER,
                units=amount("1000.00 EUR"),
                total_price=amount("11800.00 NOK"),
                meta={"open-item": "lf-1", "value-date": date(2026, 11, 20)},
            ),
            posting(BANK, "-11800.00 NOK"),
        ),
    )

    assert text_of(written) == (
        '2026-11-20 * "Fjellkraft AS" "Strøm" #el ^lf-L10001-10023\n'
        '  voucher: "B2026-41"\n'
        '  why: "sier \\"ja\\" \\\\ nei"\n'
        "  Expenses:6340-Strøm                                              1000.00 EUR"
        " @@ 11800.00 NOK\n"
        '    open-item: "lf-1"\n'
        "    value-date: 2026-11-20\n"
        "  Assets:1920-Bankinnskudd                                       -11800.00 NOK\n"
    )


@pytest.mark.parametrize(
    ("directive", "text"),
    [
        (
            Balance(date=date(2026, 11, 21), account=BANK, amount=amount("412660.35 NOK")),
            "2026-11-21 balance Assets:1920-Bankinnskudd  412660.35 ~ 0 NOK\n",
        ),
        (
            Open(date=date(2026, 1, 1), account=BANK, currencies=("NOK", "EUR")),
            "2026-01-01 open Assets:1920-Bankinnskudd NOK,EUR\n",
        ),
        (
            Open(date=date(2026, 1, 1), account=BANK),
            "2026-01-01 open Assets:1920-Bankinnskudd\n",
        ),
        (
            Close(date=date(2026, 1, 1), account=BANK),
            "2026-01-01 close Assets:1920-Bankinnskudd\n",
        ),
        (
            Custom(
                date=date(2026, 11, 16),
                type="payment",
                values=("E-1", "lf-1", amount("12500 NOK")),
                meta={"foreign": True, "attempt": Decimal(1)},
            ),
            (
                '2026-11-16 custom "payment" "E-1" "lf-1" 12500.00 NOK\n'
                "  foreign: TRUE\n  attempt: 1\n"
            ),
        ),
    ],
)
def test_other_directives(directive, text):
    assert text_of(directive) == text
    assert parse(text) == (directive,)


@pytest.mark.parametrize(
    ("number", "written"),
    [
        ("1", "1.00 NOK"),
        ("1.5", "1.50 NOK"),
        ("-0", "0.00 NOK"),
        ("1.500", "1.50 NOK"),
        ("100", "100.00 JPY"),
        ("1E+3", "1000.00 NOK"),
        ("999999999999999.99", "999999999999999.99 NOK"),
        ("1.2345678", "1.2345678 SHARES"),
    ],
)
def test_amounts_are_never_rounded_and_have_two_decimals(number, written):
    units = amount(f"{number} {written.split()[1]}")
    both = (Posting(account=POWER, units=units), Posting(account=BANK, units=-units))

    text = text_of(transaction(postings=both))

    assert f" {written}\n" in text


@pytest.mark.parametrize(
    "changes",
    [
        {"postings": ()},
        {"postings": (posting(POWER, "0.01 NOK"),)},
        {"postings": (posting(POWER, "1.00 NOK"), posting(BANK, "-1.00 EUR"))},
        {"postings": (posting(POWER, "1.005 NOK"), posting(BANK, "-1.005 NOK"))},
        {"postings": (posting(POWER, "100.5 JPY"), posting(BANK, "-100.5 JPY"))},
        {"postings": (posting(POWER, "NaN NOK"), posting(BANK, "NaN NOK"))},
        {"postings": (posting(POWER, "1e16 NOK"), posting(BANK, "-1e16 NOK"))},
        {"postings": (posting("Assets:bank", "1 NOK"), posting(BANK, "-1 NOK"))},
        {"postings": (posting("Assets:Bank\n", "1 NOK"), posting(BANK, "-1 NOK"))},
        {"postings": (posting("Aktiva:Bank", "1 NOK"), posting(BANK, "-1 NOK"))},
        {"postings": (posting("Assets:1920-Ba\u030ank", "1 NOK"), posting(BANK, "-1 NOK"))},
        {"postings": (posting(POWER, "1 TRUE"), posting(BANK, "-1 TRUE"))},
        {"postings": (posting(POWER, "1 nok"), posting(BANK, "-1 nok"))},
        {"links": ("a#b",)},
        {"links": ("lf-1\n",)},
        {"links": ("faktura-æ",)},
        {"links": ("",)},
        {"tags": ("a b",)},
        {"flag": "P"},
        {"flag": "*\n"},
        {"meta": {"KID": "1"}},
        {"meta": {"k": "1"}},
        {"meta": {"filename": "1"}},
        {"meta": {"kid\n": "1"}},
        {"meta": {"kid": Decimal(12)}},
        {"meta": {"due": "2026-11-20"}},
        {"meta": {"own": datetime(2026, 1, 1, tzinfo=UTC)}},
        {"meta": {"voucher": "B2026-1\n"}},
        {"meta": {"bank-ref": "x" * 501}},
        {"meta": {"own": Decimal("NaN")}},
        {"meta": {"own": None}},
        {"date": date(999, 1, 1)},
        {
            "postings": (
                Posting(account=POWER, units=amount("0 EUR"), total_price=amount("0 NOK")),
            )
        },
    ],
    ids=repr,
)
def test_what_cannot_be_written_exactly_is_not_written(changes):
    with pytest.raises(Unwritable):
        text_of(transaction(**changes))


HOSTILE = (
    'x"\n2026-01-01 open Assets:Evil\n"',
    '"\nplugin "os"\n"',
    '"\ninclude "secret.beancount"\n"',
    "\\",
    '\\"',
    "a\r\nb\tc\0d\x1b[31m\u0085\u2028\u202e\ufeff\u200b",
    "e\u0301 A\u030a",
    "\ud800",
    "😀 æøå ÆØÅ",
    ";; batch 1234 abcd",
    "  indented",
    "x" * 600,
)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text(text):
    hostile = transaction(payee=text, narration=text, meta={"why": text})

    data = payload([hostile])

    assert parse(data) == (canonical(hostile),)
    assert len(data.splitlines()) == 4
    assert "plugin" not in [line.split(b" ")[0].decode() for line in data.splitlines()]


@pytest.mark.parametrize(
    "line",
    [
        'include "x.beancount"',
        'plugin "os"',
        'option "title" "x"',
        "pushtag #x",
        "pushmeta kid:",
        "* org heading",
        "2026-01-01open",
        "\tAssets:Bank 1 NOK",
    ],
)
def test_lines_that_the_books_do_not_write_are_not_read_back(line):
    with pytest.raises(PayloadRefused, match="none that the books write"):
        parse(f"2026-01-01 open Assets:Bank\n{line}\n")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('2026-01-01 * "x"\n  Assets:Bank 1.00 NOK\n  Assets:Nope\n', "left out"),
        ('2026-01-01 note Assets:Bank "x"\n', "unknown kind"),
        ('2026-01-01 * "x"\n  Assets:Bank 1.00 NOK\n  kid: 0012\n', "double quotes"),
        ('2026-01-01 * "x"\n  Assets:Other 0.00 NOK\n', "no such account"),
        ("2026-13-01 open Assets:Bank\n", "month"),
    ],
)
def test_a_payload_with_errors_is_refused(text, message):
    with pytest.raises(PayloadRefused, match=message):
        parse(text, {"Assets:Bank"})


any_text = st.text(max_size=80) | st.sampled_from(HOSTILE)
money = st.decimals(
    min_value=-(10**14), max_value=10**14, places=2, allow_nan=False, allow_infinity=False
)
meta_values = (
    any_text
    | st.booleans()
    | st.dates(date(1700, 1, 1), date(2199, 12, 31))
    | st.decimals(
        allow_nan=False, allow_infinity=False, places=4, min_value=-999, max_value=999
    )
    | money.map(lambda number: Amount(number, "NOK"))
)
metas = st.dictionaries(
    st.from_regex(r"x[A-Za-z0-9_-]{1,8}", fullmatch=True), meta_values, max_size=4
)


@st.composite
def transactions(draw) -> Transaction:
    number = draw(money)
    return Transaction(
        date=draw(st.dates(date(2026, 1, 1), date(2199, 12, 31))),
        flag=draw(st.sampled_from("*!")),
        payee=draw(st.none() | any_text),
        narration=draw(any_text),
        links=tuple(draw(st.sets(st.from_regex(r"x[A-Za-z0-9/._-]{0,9}", fullmatch=True)))),
        tags=tuple(draw(st.sets(st.from_regex(r"[A-Za-z0-9/._-]{1,9}", fullmatch=True)))),
        meta=draw(metas),
        postings=(
            Posting(account=POWER, units=Amount(number, "NOK"), meta=draw(metas)),
            Posting(account=BANK, units=Amount(-number, "NOK"), meta=draw(metas)),
        ),
    )


customs = st.builds(
    Custom,
    date=st.dates(date(2026, 1, 1), date(2199, 12, 31)),
    type=st.just("note"),
    values=st.lists(any_text, min_size=1, max_size=3).map(tuple),
    meta=metas,
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(transactions() | customs, min_size=1, max_size=3))
def test_any_text_in_any_field_comes_back_equal(directives):
    data = payload(directives)

    found = parse(data)

    assert found == tuple(canonical(each) for each in directives)
    assert tuple(canonical(each) for each in found) == found


@settings(max_examples=300, deadline=None)
@given(any_text)
def test_clean_text_is_one_printable_line_and_stays(text):
    cleaned = clean_text(text)

    assert cleaned.isprintable()
    assert len(cleaned) <= 500
    assert cleaned == cleaned.strip()
    assert clean_text(cleaned) == cleaned


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(transactions() | customs, min_size=1, max_size=3))
def test_whole_books_load_with_no_directive_more(tmp_path, directives):
    make(tmp_path)
    before, _, _ = loader.load_file(tmp_path / "main.beancount")
    target = tmp_path / "bank" / "2026" / "11.beancount"

    target.write_bytes(payload(directives))

    entries, errors, _ = loader.load_file(tmp_path / "main.beancount")
    assert errors == []
    assert len(entries) == len(before) + len(directives)
