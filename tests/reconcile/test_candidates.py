"""Candidates for parked money: the likeliest first, and each says why it is not certain."""

from __future__ import annotations

from time import perf_counter

import pytest
from bank_stories import OTHER_ACCOUNT, SUPPLIER_ACCOUNT, bill, invoice, nok

from ledger.open_items import OpenItems
from reconcile.candidates import CANDIDATES_MAX, Candidates, Clue


def ranked(items, *, language, payer_parties=None, **told):
    """Return the candidates for one parked amount."""
    clue = Clue(**told)
    return Candidates(items, [clue], language, payer_parties or {}).ranked(clue)


ITEMS = OpenItems.of(
    [
        invoice("kf-1017", "1250.00", "0017"),
        invoice("kf-1018", "300.00", "0180", party_name="Sør Bygg AS"),
        invoice("kf-1019", "300.00", "0777", party_name="Vest AS", party_number="K20009"),
        bill("lf-1020", "90.00"),
        bill("lf-1021", "70.00"),
        invoice("kf-1022", "41.00", "123456782"),
        invoice("kf-1023", "42.00", "RF18539007547034"),
    ]
)


@pytest.mark.parametrize(
    ("clue", "found"),
    [
        (
            {"amount": nok("1250.00"), "kid": "0071"},
            [("kf-1017", "1250.00", "KID 0017 is near")],
        ),
        ({"amount": nok("1.00"), "kid": "0018"}, [("kf-1017", "1.00", "KID 0017 is near")]),
        (
            {"amount": nok("-90.00"), "counterparty_account": SUPPLIER_ACCOUNT},
            [
                ("lf-1020", "90.00", "same account and amount"),
                ("lf-1021", "70.00", "same account, another amount"),
            ],
        ),
        (
            {
                "amount": nok("-90.00"),
                "counterparty_account": SUPPLIER_ACCOUNT,
                "text": "1020 og 1021",
            },
            [
                ("lf-1020", "90.00", "same account and amount, and the text names 1020"),
                ("lf-1021", "70.00", "same account, and the text names 1021; another"),
            ],
        ),
        (
            {"amount": nok("5.00"), "text": "KID 0180."},
            [("kf-1018", "5.00", "KID 0180 is in the text")],
        ),
        (
            {"amount": nok("5.00"), "text": "KID 12 34 567 82."},
            [("kf-1022", "5.00", "KID 123456782 is in the text")],
        ),
        (
            {"amount": nok("5.00"), "text": "Ref rf18 5390 0754 7034 takk"},
            [("kf-1023", "5.00", "KID RF18539007547034 is in the text")],
        ),
        (
            {"amount": nok("5.00"), "kid": "0017"},
            [("kf-1017", "5.00", "KID 0017 is its own")],
        ),
        (
            {"amount": nok("300.00"), "text": "betaling 1018"},
            [
                ("kf-1018", "300.00", "the text names 1018"),
                ("kf-1019", "300.00", "only the amount is equal (2 items have it)"),
            ],
        ),
        (
            {"amount": nok("300.00"), "counterparty_name": "SØR BYGG A/S"},
            [
                ("kf-1018", "300.00", "the name is alike and the amount equal"),
                ("kf-1019", "300.00", "only the amount is equal"),
            ],
        ),
        (
            {
                "amount": nok("300.00"),
                "counterparty_account": OTHER_ACCOUNT,
                "payer_parties": {OTHER_ACCOUNT: ("K20009",)},
            },
            [
                ("kf-1019", "300.00", "same account and amount"),
                ("kf-1018", "300.00", "only the amount is equal"),
            ],
        ),
        ({"amount": nok("90.00")}, []),  # money in does not pay a bill
        ({"amount": nok("-1250.00")}, []),
        ({"amount": nok("1250.00", "EUR")}, []),
    ],
)
def test_candidates(clue, found):
    candidates = ranked(ITEMS, language="en", **clue)

    assert [(each.open_item, each.amount.text) for each in candidates] == [
        (key, amount) for key, amount, _ in found
    ]
    for each, (_, _, why) in zip(candidates, found, strict=True):
        assert why in each.why


def test_many_items_of_one_amount_say_nothing():
    items = OpenItems.of(invoice(f"kf-{n}", "500.00") for n in range(2000, 2030))

    assert ranked(items, amount=nok("500.00"), language="en") == ()


def test_there_are_never_more_than_a_handful():
    items = OpenItems.of(invoice(f"kf-{n}", "500.00") for n in range(2000, 2010))

    assert len(ranked(items, amount=nok("500.00"), language="en")) == CANDIDATES_MAX


def test_thousands_of_things_wait_among_many_items_of_one_price():
    """What a clue costs is what it finds: no signal walks over the items."""
    items = OpenItems.of(
        invoice(f"kf-{n}", "299.00", f"{n:09}", party_name=f"Kunde {n} AS")
        for n in range(100_000, 110_000)
    )
    clues = [
        Clue(amount=nok("299.00"), kid=f"9{n:08}", counterparty_name=f"Kunde {n}")
        for n in range(100_000, 102_000)
    ]

    started = perf_counter()
    candidates = Candidates(items, clues, "en", {})
    found = [candidates.ranked(clue) for clue in clues]

    assert perf_counter() - started < 20  # a second or less; noisy machines
    assert [one.open_item for one in found[0]] == ["kf-100000"]
    assert all(len(each) == 1 for each in found)
