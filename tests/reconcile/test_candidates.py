"""Candidates for parked money: the likeliest first, and each says why it is not certain."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from time import perf_counter

import pytest
from bank_stories import OTHER_ACCOUNT, SUPPLIER_ACCOUNT, bill, invoice, nok

from ledger.open_items import COMMON_MAX, OpenItems
from ledger.parties import CreditorAccount, Party, PartyKind
from reconcile.candidates import CANDIDATES_MAX, Candidates, Clue
from reconcile.same_parties import SameParties
from reconcile.underway import Underway


def ranked(items, *, language, payer_parties=None, parties=(), others=(), **told):
    """Return the candidates for one parked amount, among others that wait."""
    clue = Clue(**told)
    found = Candidates(
        items, [clue, *others], language, payer_parties or {}, SameParties(parties)
    )
    return found.ranked(clue)


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


def subscriptions(count: int) -> OpenItems:
    """So many invoices of one price, each of another customer; one of them has three."""
    names = [f"Kunde {n} AS" for n in range(count - 3)] + ["Nord Vest Bygg AS"] * 3
    return OpenItems.of(
        invoice(f"kf-{n}", "299.00", f"{n:09}", party_name=name, party_number=f"K{name}")
        for n, name in enumerate(names, 100_000)
    )


@pytest.mark.parametrize(
    ("told", "found"),
    [
        ({}, []),
        ({"counterparty_name": "Ola Nordmann"}, []),
        ({"counterparty_name": "Kunde"}, []),  # most of them are called so
        (
            {"counterparty_name": "NORD VEST BYGG"},
            [f"kf-{100_211 + n}" for n in range(3)],
        ),
        ({"counterparty_name": "Nord Vest Bygg og Anlegg AS"}, ["kf-100211"]),
        ({"counterparty_name": "Kunde 7"}, ["kf-100007"]),
        ({"text": "faktura 100012"}, ["kf-100012"]),
        ({"kid": "000100021"}, ["kf-100021"]),
    ],
)
def test_of_very_many_items_of_one_amount_a_name_or_text_tells_one(told, found):
    items = subscriptions(214)
    clue = Clue(amount=nok("299.00"), **told)

    candidates = Candidates(items, [clue], "en", {})

    assert [one.open_item for one in candidates.ranked(clue)][: len(found) or 1] == found
    assert candidates.note(clue) == (
        "214 open items have this amount: it alone does not say which"
    )


@pytest.mark.parametrize(("count", "is_told"), [(20, False), (21, True), (201, True)])
def test_how_many_items_have_the_amount_is_told_where_it_suggests_none(count, is_told):
    clue = Clue(amount=nok("299.00"))

    candidates = Candidates(subscriptions(count), [clue], "nb", {})

    assert (candidates.note(clue) is not None) is is_told
    assert bool(candidates.ranked(clue)) is not is_told
    assert COMMON_MAX == 200


SUPPLIER = Party(
    number="L10012",
    kind=PartyKind.SUPPLIER,
    account="Liabilities:2400-Leverandørgjeld:L10012-Sag",
    name="Sag AS",
    orgnr="987654325",
    creditor_accounts=(CreditorAccount(number=OTHER_ACCOUNT, since=date(2026, 1, 1)),),
)
CUSTOMER = Party(
    number="K20007",
    kind=PartyKind.CUSTOMER,
    account="Assets:1500-Kundefordringer:K20007-Sag",
    name="Sag AS",
)


@pytest.mark.parametrize(
    ("customer", "whose", "found"),
    [
        (CUSTOMER, "K20007", ["kf-909"]),
        (replace(CUSTOMER, orgnr="987654325"), "K20007", ["kf-909", "lf-909"]),
        (
            replace(CUSTOMER, creditor_accounts=SUPPLIER.creditor_accounts),
            "K20007",
            ["kf-909", "lf-909"],
        ),
        (CUSTOMER, "L10012", ["lf-909"]),
        (CUSTOMER, None, ["kf-909", "lf-909"]),
    ],
    ids=["another", "organisation number", "account", "the supplier's", "nobody knows"],
)
def test_a_credit_is_for_items_of_its_own_kind_of_party(customer, whose, found):
    """That a supplier's credit note has the amount of a customer's credit is chance."""
    items = OpenItems.of(
        [
            invoice("kf-909", "500.00", party_number="K20008"),
            bill("lf-909", "-500.00", party_number="L10012"),
        ]
    )

    candidates = ranked(
        items,
        amount=nok("500.00"),
        text="faktura 909",
        party_number=whose,
        parties=[SUPPLIER, customer],
        language="en",
    )

    assert sorted(one.open_item for one in candidates) == found


def test_a_credit_of_a_certain_customer_is_offered_his_own_items_first():
    items = OpenItems.of(
        [
            invoice("kf-other", "500.00", party_number="K20008"),
            invoice("kf-named", "90.00", party_number="K20008", invoice="90017"),
            invoice("kf-own", "700.00", party_number="K20007"),
            invoice("kf-own-equal", "500.00", party_number="K20007"),
        ]
    )

    found = ranked(
        items,
        amount=nok("500.00"),
        party_number="K20007",
        text="90017",
        parties=[CUSTOMER],
        language="en",
    )

    assert [(one.open_item, one.why) for one in found] == [
        ("kf-own-equal", "the party's own item, and the amount is equal"),
        ("kf-own", "the party's own item, another amount"),
        ("kf-named", "the text names 90017; the party is not certain"),
    ]


def test_another_customers_item_is_never_for_a_credit_because_it_is_as_much():
    items = OpenItems.of([invoice("kf-other", "500.00", party_number="K20008")])
    clue = Clue(amount=nok("500.00"), party_number="K20007")

    assert Candidates(items, [clue], "en", {}).ranked(clue) == ()
    assert Candidates(items, [clue], "en", {}).note(clue) is None


WAGES = [bill(f"wage-{n}", f"{20000 + n}.00") for n in range(3)]


@pytest.mark.parametrize(
    ("amount", "account", "found"),
    [
        ("-60003.00", "86011117947", ["wage-0", "wage-1", "wage-2"]),
        ("-60003.01", "86011117947", []),
        ("-60003.00", "15034000007", []),
        ("60003.00", "86011117947", []),
    ],
)
def test_a_sum_of_payments_underway_is_offered_what_they_pay(amount, account, found):
    clue = Clue(amount=nok(amount), bank_account=account, open_item="cr-1")
    told = Underway(
        name="M-1-1",
        bank_account="86011117947",
        items=frozenset(item.key for item in WAGES),
        total=nok("60003.00"),
        count=3,
    )
    whole = replace(told, name="M-1")

    candidates = Candidates(OpenItems.of(WAGES), [clue], "en", {}, underway=[told, whole])

    offered = candidates.ranked(clue)
    assert [one.open_item for one in offered] == found
    assert {one.why for one in offered} <= {
        "one of 3 payments underway in M-1-1; together they are the sum"
    }
    assert candidates.note(clue) == (
        "if it is the sum of these: books match cr-1 wage-0 wage-1 wage-2"
        if found
        else None
    )


def test_two_remittances_of_one_sum_say_nothing():
    clue = Clue(amount=nok("-20000.00"), bank_account="1")
    underway = [
        Underway(
            name=item.key,
            bank_account="1",
            items=frozenset({item.key}),
            total=nok("20000.00"),
            count=1,
        )
        for item in WAGES
    ]

    found = Candidates(OpenItems.of(WAGES), [clue], "en", {}, underway=underway)

    assert [one.why for one in found.ranked(clue)] == [
        "only the amount is equal (1 items have it)"
    ]


def test_the_own_kid_of_an_item_in_another_currency_offers_it_and_tells_what_to_type():
    euro = replace(
        invoice("kf-5", "1.00", "0017"),
        amount=nok("1000.00", "EUR"),
        residual=nok("1000.00", "EUR"),
        value=nok("11500.00"),
    )
    told = {"amount": nok("11400.00"), "open_item": "cr-1", "language": "en"}

    (one,) = ranked(OpenItems.of([euro]), kid="0017", **told)

    assert (one.open_item, str(one.amount)) == ("kf-5", "1000.00 EUR")
    assert one.why == (
        "KID 0017 is its own, in EUR; you tell how much was paid:"
        " books match cr-1 kf-5=AMOUNT"
    )
    assert ranked(OpenItems.of([euro]), kid="0071", **told) == ()
    in_dollars = {**told, "amount": nok("1000.00", "USD")}
    assert ranked(OpenItems.of([euro]), kid="0017", **in_dollars) == ()
    out = {**told, "amount": nok("-11400.00")}
    assert ranked(OpenItems.of([euro]), kid="0017", **out) == ()


def parked(key: str, amount: str, day: int, **told) -> Clue:
    return Clue(
        **{
            "amount": nok(amount),
            "open_item": key,
            "date": date(2026, 11, day),
            "bank_account": "86011117947",
            **told,
        }
    )


@pytest.mark.parametrize(
    ("other", "why"),
    [
        (
            {"text": "Unidentified payment: Gebyr Utland 17"},
            "on 2026-11-05; account or text is alike",
        ),
        (
            {"counterparty_account": OTHER_ACCOUNT},
            "on 2026-11-05; account or text is alike",
        ),
        ({"text": "Unidentified payment: Leie"}, "the other way on 2026-11-05"),
        ({"text": "Unidentified payment"}, "the other way on 2026-11-05"),
        ({"bank_account": "15034000007"}, None),
        ({"amount": nok("-60.01")}, None),
        ({"amount": nok("60.00")}, None),
        ({"party_number": "K20001"}, None),
    ],
)
def test_what_the_bank_booked_the_other_way_may_be_its_correction(other, why):
    entered = replace(parked("cr-out", "-60.00", 5), **other)
    clue = parked(
        *("cr-in", "60.00", 9),
        text="Unidentified receipt: Korreksjon gebyr utland",
        counterparty_account=OTHER_ACCOUNT,
    )

    candidates = Candidates(ITEMS, [entered, clue], "en", {})

    found = candidates.ranked(clue)
    assert [(one.open_item, one.amount.text) for one in found] == (
        [("cr-out", "60.00")] if why else []
    )
    assert all(one.why.endswith(why) for one in found)
    # A credit of a customer is no correction, but what is parked may be its refund.
    is_paired = why is not None or "party_number" in other
    paired = [one.open_item for one in candidates.ranked(entered)]
    assert paired == (["cr-in"] if is_paired else [])


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
