"""Rules without a reference of ours: the party must be certain, and the items unique."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from bank_stories import (
    ACCOUNT,
    CUSTOMER,
    DAY,
    IN,
    OTHER_ACCOUNT,
    OUT,
    PLACE,
    SECOND_ACCOUNT,
    SECOND_BANK,
    SUPPLIER_ACCOUNT,
    TRANSFERS,
    World,
    bill,
    camt053,
    camt054,
    detail,
    entry,
    invoice,
    nok,
    payment,
    standing,
)

from bankio.iso20022.values import Document
from ledger.payments import PaymentState
from ledger.user_rules import UserRule
from reconcile.bank_transactions import Movement
from reconcile.rules import invoice_number, user_rule

OTHER_CUSTOMER = "Assets:1500-Kundefordringer:K20002-Nordlys"
CUSTOMER_ACCOUNT = "15030000037"
PAYERS = {CUSTOMER_ACCOUNT: ("K20001",)}


def other_customer(key, amount, **changes):
    return invoice(
        key,
        amount,
        account=OTHER_CUSTOMER,
        party_number="K20002",
        party_name="Nordlys AS",
        **changes,
    )


def receipt(amount, *items, payers=PAYERS, standings=(), **told):
    """Return what is left of the items after a receipt, and why."""
    world = World(*items, payer_parties=payers, standings=standings)
    plan = world.reconcile(camt054(entry(detail(amount, **told))))
    voucher = plan.vouchers[0]
    return world.residuals(), voucher.reason or voucher.transaction.meta["why"]


@pytest.mark.parametrize(
    ("paid", "told", "left", "why"),
    [
        # the number in the text, and the party by account or by name
        (
            "1000.00",
            {"text": "faktura 1017", "account": CUSTOMER_ACCOUNT},
            {"kf-1018": "500.00"},
            "names invoice 1017, and the account is the party's",
        ),
        (
            "1000.00",
            {"text": "Faktura 1017.", "name": "NORD A/S"},
            {"kf-1018": "500.00"},
            "names invoice 1017, and the name is the party's",
        ),
        (
            "1500.00",
            {"text": "1017/1018", "account": CUSTOMER_ACCOUNT},
            {},
            "names invoice 1017, 1018, and the account is the party's",
        ),
        (
            "1500.00",
            {"text": "1017, 1018", "account": CUSTOMER_ACCOUNT},
            {},
            "names invoice 1017, 1018",
        ),
        (
            "400.00",
            {"text": "1017", "account": CUSTOMER_ACCOUNT},
            {"kf-1017": "600.00", "kf-1018": "500.00"},
            "names invoice 1017",
        ),
        # hard negatives
        ("1000.00", {"text": "1017"}, None, "No rule knows it"),
        ("1000.00", {"text": "1017", "account": OTHER_ACCOUNT}, None, "No rule knows it"),
        ("1000.00", {"text": "1017", "name": "Nordlys"}, None, "No rule knows it"),
        ("1000.00", {"text": "1017", "name": "Nord Norge AS"}, None, "No rule knows it"),
        ("400.00", {"text": "1017", "name": "Nord AS"}, None, "No rule knows it"),
        ("1000.00", {"text": "10177", "name": "Nord AS"}, None, "No rule knows it"),
        ("1000.00", {"text": "1071", "name": "Nord AS"}, None, "No rule knows it"),
        # the account and the amount
        (
            "500.00",
            {"account": CUSTOMER_ACCOUNT},
            {"kf-1017": "1000.00"},
            "and only kf-1018 has the amount",
        ),
        # the number is one invoice's and the amount another's
        (
            "500.00",
            {"account": CUSTOMER_ACCOUNT, "text": "faktura 1017"},
            None,
            "Several items fit: kf-1017, kf-1018",
        ),
        ("501.00", {"account": CUSTOMER_ACCOUNT}, None, "No rule knows it"),
        ("500.00", {"name": "Nord AS"}, None, "No rule knows it"),
        # a KID that nobody carries is not looked through for something else
        ("500.00", {"account": CUSTOMER_ACCOUNT, "kid": "99"}, None, "Unknown KID 99"),
    ],
)
def test_a_party_and_its_invoices(paid, told, left, why):
    items = [
        invoice("kf-1017", "1000.00"),
        invoice("kf-1018", "500.00"),
        other_customer("kf-9", "1000.00"),
    ]

    found, reason = receipt(paid, *items, **told)

    unmatched = {"kf-1017": "1000.00", "kf-1018": "500.00", IN: f"-{paid}"}
    expected = unmatched if left is None else left
    assert found == {"kf-9": "1000.00", **expected}
    assert why in reason


def test_twins_of_one_amount_are_for_a_person():
    items = [invoice("kf-1017", "500.00"), invoice("kf-1018", "500.00")]

    left, why = receipt("500.00", *items, account=CUSTOMER_ACCOUNT)

    assert left[IN] == "-500.00"
    assert why == "Several items fit: kf-1017, kf-1018"


def test_an_amount_and_a_text_that_disagree_are_for_a_person():
    items = [invoice("kf-1017", "500.00"), invoice("kf-1018", "400.00")]

    left, why = receipt("500.00", *items, account=CUSTOMER_ACCOUNT, text="faktura 1018")

    assert left[IN] == "-500.00"
    assert why == "Several items fit: kf-1017, kf-1018"


def test_an_account_of_two_parties_is_nobodys():
    payers = {CUSTOMER_ACCOUNT: ("K20001", "K20002")}

    left, _ = receipt(
        "500.00", invoice("kf-1017", "500.00"), payers=payers, account=CUSTOMER_ACCOUNT
    )

    assert left == {"kf-1017": "500.00", IN: "-500.00"}


@pytest.mark.parametrize(
    ("amounts", "paid", "settles"),
    [
        (
            ("100.00", "200.00", "300.00", "450.00"),
            "600.00",
            {"100.00", "200.00", "300.00"},
        ),
        (("100.00", "200.00", "300.00", "300.00"), "600.00", set()),  # two sums make it
        (("100.00", "200.00", "450.00"), "299.00", set()),
        (("100.00", "200.00"), "300.00", {"100.00", "200.00"}),
        # chance: among 24 items of whole kroner some four make almost any sum
        (tuple(f"{1000 + 7 * n * n}.00" for n in range(24)), "7504.00", set()),
        (tuple(f"{n}.00" for n in range(100, 150)), "5000.00", set()),  # too many
    ],
)
def test_one_receipt_for_several_items(amounts, paid, settles):
    items = [invoice(f"kf-{n}", amount) for n, amount in enumerate(amounts, 1000)]

    left, _ = receipt(paid, *items, account=CUSTOMER_ACCOUNT)

    settled = {item.amount.text for item in items if item.key not in left}
    assert settled == settles
    assert (IN in left) is (not settles)


DOCUMENTED = {"kf-1017": "1000.00", "kf-1018": "500.00", "kf-1020": "-100.00"}
CINV, CREN = ("CINV", "1017", "1000.00"), ("CREN", "1020", "100.00")


@pytest.mark.parametrize(
    ("paid", "documents", "changed"),
    [
        ("900.00", (CINV, CREN), {"kf-1017": None, "kf-1020": None}),
        (
            "900.00",
            (("CINV", "1017", None), ("CREN", "1020", None)),
            {"kf-1017": None, "kf-1020": None},
        ),
        ("400.00", (("CINV", "1017", "400.00"),), {"kf-1017": "600.00"}),
        (
            "700.00",
            (("CINV", "1017", "400.00"), ("MSIN", "1018", "300.00")),
            {"kf-1017": "600.00", "kf-1018": "200.00"},
        ),
        ("999.50", (("CINV", "1017", None),), {"kf-1017": None}),
        ("1000.40", (CINV,), {"kf-1017": None}),
        # and what the documents contradict is for a person
        ("900.00", (CINV, ("CREN", "1021", "100.00")), None),
        ("900.00", (("CREN", "1017", "1000.00"), CREN), None),
        ("998.50", (CINV,), None),
        ("2000.00", (CINV, CINV), None),
        ("1001.00", (("CINV", "1017", "1001.00"),), None),
        ("500.00", (("CINV", "1099", "500.00"),), None),
        # a document that is no invoice says nothing: the account and the amount do
        ("500.00", (("VCHR", "77", "500.00"),), {"kf-1018": None}),
    ],
)
def test_documents_that_the_payer_names(paid, documents, changed):
    told = tuple(
        Document(code=code, number=number, amount=nok(amount) if amount else None)
        for code, number, amount in documents
    )
    world = World(
        *(invoice(key, amount) for key, amount in DOCUMENTED.items()),
        payer_parties=PAYERS,
        small_difference=nok("1.00"),
    )

    world.reconcile(camt054(entry(detail(paid, account=CUSTOMER_ACCOUNT, documents=told))))

    parked = {IN: f"-{paid}"} if changed is None else {}
    expected = {**DOCUMENTED, **(changed or {}), **parked}
    assert world.residuals() == {key: left for key, left in expected.items() if left}


@pytest.mark.parametrize(
    ("number", "invoices", "settles"),
    [
        ("A121", ("a121",), "a121"),
        ("a121", ("A121",), "A121"),
        ("0010131", ("10131",), "10131"),
        ("10131", ("0010131",), "0010131"),
        # as it is written comes first; two that are alike are none
        ("0010131", ("10131", "0010131"), "0010131"),
        ("00010131", ("10131", "0010131"), None),
        ("A0121", ("A121",), None),
        ("101310", ("10131",), None),
        ("000", ("",), None),
    ],
)
def test_the_number_of_a_document_in_capitals_or_with_zeros(number, invoices, settles):
    told = (Document(code="CINV", number=number, amount=nok("500.00")),)
    items = [
        invoice(f"kf-{place}", "500.00", invoice=each)
        for place, each in enumerate(invoices)
    ]

    left, _ = receipt("500.00", *items, account=CUSTOMER_ACCOUNT, documents=told)

    numbers = {item.invoice for item in items if item.key not in left}
    assert numbers == ({settles} if settles else set())
    assert (IN in left) is (settles is None)


CARRIED = {"kf-1017": "17", "kf-1018": "18", "kf-1019": "7", "kf-1021": "7"}
REFERRED = {**DOCUMENTED, "kf-1019": "250.00", "kf-1021": "900.00"}


@pytest.mark.parametrize(
    ("paid", "kids", "documents", "changed"),
    [
        # a credit note is netted in: the documents tell, and not the KIDs
        ("900.00", ("17",), (CINV, CREN), {"kf-1017": None, "kf-1020": None}),
        ("900.00", ("17",), (CREN,), {"kf-1017": None, "kf-1020": None}),
        (
            "1400.00",
            ("17", "18"),
            (CINV, ("CINV", "1018", "500.00"), CREN),
            {"kf-1017": None, "kf-1018": None, "kf-1020": None},
        ),
        (
            "1400.00",
            ("17", "18"),
            (CREN,),
            {"kf-1017": None, "kf-1018": None, "kf-1020": None},
        ),
        # several invoices in one sum: the documents tell how much of each
        (
            "1300.00",
            ("17", "18"),
            (("CINV", "1017", "800.00"), ("CINV", "1018", "500.00")),
            {"kf-1017": "200.00", "kf-1018": None},
        ),
        (
            "900.00",
            ("7", "7"),
            (("CINV", "1021", "650.00"), ("CINV", "1019", "250.00")),
            {"kf-1021": "250.00", "kf-1019": None},
        ),
        # they contradict, each other or what is open
        ("900.00", ("17",), (CINV, ("CREN", "1099", "100.00")), None),
        ("900.00", ("18",), (CINV, CREN), None),
        ("850.00", ("17",), (CINV, CREN), None),
        ("900.00", ("99",), (CINV, CREN), None),
        ("150.00", ("7",), (("CREN", "1020", "100.00"),), None),
        ("900.00", ("17",), (CINV, ("CREN", None, "100.00")), None),
        ("900.00", ("17",), (("CREN", None, "100.00"),), None),
        (
            "1300.00",
            ("17", "18"),
            (("CINV", "1017", "700.00"), ("CINV", "1018", "500.00")),
            None,
        ),
        ("500.00", ("17",), (("CINV", "1018", "500.00"),), None),
        (
            "1000.00",
            ("17", "17"),
            (("CINV", "1018", "500.00"), ("CINV", "1021", "500.00")),
            None,
        ),
        # what the documents tell does not make the amount: the KID decides
        ("400.00", ("17",), (("CINV", "1018", "500.00"),), {"kf-1017": "600.00"}),
        ("1000.00", ("17",), (CINV,), {"kf-1017": None}),
        ("400.00", ("17",), (("CINV", "1017", "400.00"),), {"kf-1017": "600.00"}),
        # numbers that are not ours beside KIDs: the KIDs decide, as they do alone
        (
            "1500.00",
            ("17", "18"),
            (("CINV", "A", "1000.00"), ("CINV", "B", "500.00")),
            {"kf-1017": None, "kf-1018": None},
        ),
        ("400.00", ("17",), (("CINV", "A", "400.00"),), {"kf-1017": "600.00"}),
    ],
)
def test_documents_beside_their_kids(paid, kids, documents, changed):
    told = tuple(
        Document(code=code, number=number, amount=nok(amount))
        for code, number, amount in documents
    )
    world = World(
        *(invoice(key, amount, CARRIED.get(key)) for key, amount in REFERRED.items())
    )
    references = kids if len(kids) > 1 else ()

    world.reconcile(
        camt054(
            entry(detail(paid, kid=kids[0], creditor_references=references, documents=told))
        )
    )

    parked = {IN: f"-{paid}"} if changed is None else {}
    expected = {**REFERRED, **(changed or {}), **parked}
    assert world.residuals() == {key: left for key, left in expected.items() if left}


@pytest.mark.parametrize(
    ("paid", "text", "left"),
    [
        ("900.00", "faktura 1017 minus kreditnota 1020", {"kf-1018": "500.00"}),
        ("1400.00", "1017, 1018, 1020", {}),
        # the text names the credit note, and the sum does not take it off as a whole
        ("850.00", "faktura 1017 minus kreditnota 1020", None),
        ("1000.00", "faktura 1017, kreditnota 1020 kommer", None),
        ("500.00", "etter kreditnota 1020", None),
    ],
)
def test_a_credit_note_that_the_text_names_is_netted_or_a_person_is_asked(paid, text, left):
    items = [invoice(key, amount) for key, amount in DOCUMENTED.items()]

    found, _ = receipt(paid, *items, account=CUSTOMER_ACCOUNT, text=text)

    assert found == ({**DOCUMENTED, IN: f"-{paid}"} if left is None else left)


def test_documents_of_a_payer_known_by_name_must_be_exact():
    told = (Document(code="CINV", number="1017", amount=nok("400.00")),)

    left, why = receipt(
        "400.00", invoice("kf-1017", "1000.00"), name="Nord AS", documents=told
    )

    assert left[IN] == "-400.00"
    assert why == "The payer names CINV 1017, and that does not fit what is open"


def test_a_bill_and_a_credit_note_that_a_person_paid_in_the_netbank():
    told = (
        Document(code="CINV", number="1", amount=nok("200.00")),
        Document(code="CREN", number="2", amount=nok("50.00")),
    )

    left, _ = receipt(
        "-150.00",
        bill("lf-1", "200.00"),
        bill("lf-2", "-50.00"),
        account=SUPPLIER_ACCOUNT,
        documents=told,
    )

    assert left == {}


@pytest.mark.parametrize(
    ("paid", "told", "left", "rounding"),
    [
        ("999.50", {"account": CUSTOMER_ACCOUNT}, {}, "0.50"),
        ("1000.40", {"account": CUSTOMER_ACCOUNT}, {}, "-0.40"),
        ("998.99", {"account": CUSTOMER_ACCOUNT}, {"kf-1017": "1.01"}, "0.00"),
        ("999.50", {"name": "Nord AS"}, {"kf-1017": "1000.00", IN: "-999.50"}, "0.00"),
    ],
)
def test_a_small_difference_where_number_and_account_agree(paid, told, left, rounding):
    world = World(
        invoice("kf-1017", "1000.00"), payer_parties=PAYERS, small_difference=nok("1.00")
    )

    world.reconcile(camt054(entry(detail(paid, text="faktura 1017", **told))))

    assert world.residuals() == left
    assert world.balance("Expenses:7740-Øreavrunding") == nok(rounding)


def test_money_out_is_never_rounded():
    world = World(bill("lf-1017", "1000.00"), small_difference=nok("1.00"))

    world.reconcile(
        camt054(entry(detail("-999.50", text="faktura 1017", account=SUPPLIER_ACCOUNT)))
    )

    assert world.residuals() == {"lf-1017": "-0.50"}


@pytest.mark.parametrize(
    ("paid", "told", "left"),
    [
        ("1500.00", {"name": "Nord AS", "text": "strøm november 2026"}, None),
        ("400.00", {"account": CUSTOMER_ACCOUNT, "text": "desember 2026"}, None),
        ("700.00", {"account": CUSTOMER_ACCOUNT, "text": "for 2026"}, None),
        ("1500.00", {"account": CUSTOMER_ACCOUNT, "text": "x"}, {"kf-1018": "700.00"}),
    ],
)
def test_a_year_in_the_text_is_no_invoice_number(paid, told, left):
    items = [invoice("kf-2026", "1500.00"), invoice("kf-1018", "700.00")]

    found, _ = receipt(paid, *items, **told)

    parked = {"kf-2026": "1500.00", "kf-1018": "700.00", IN: f"-{paid}"}
    assert found == (parked if left is None else left)


def test_money_out_that_may_be_a_payment_of_ours_is_for_a_person():
    lf = bill("lf-1", "200.00")
    world = World(lf, standings=[standing(payment(lf), PaymentState.TRANSMITTED)])

    plan = world.reconcile(camt054(entry(detail("-200.00", account=SUPPLIER_ACCOUNT))))

    assert "May be our own payment E-" in plan.vouchers[0].reason
    assert world.residuals() == {"lf-1": "-200.00", OUT: "200.00"}


def test_a_bill_that_a_person_paid_in_the_netbank():
    world = World(bill("lf-1", "200.00"))

    world.reconcile(camt054(entry(detail("-200.00", account=SUPPLIER_ACCOUNT))))

    assert world.residuals() == {}


@pytest.mark.parametrize("savings_first", [False, True])
def test_a_transfer_between_our_own_accounts(savings_first):
    world = World()
    out = camt053("1000.00", entry(detail("-100.00", account=SECOND_ACCOUNT)))
    home = camt053(
        "0.00",
        entry(detail("100.00", account="86011117947")),
        account=SECOND_ACCOUNT,
    )

    for told in (home, out) if savings_first else (out, home):
        plan = world.reconcile(told)

        assert plan.parked == 0

    assert world.balance(TRANSFERS) == nok("0.00")
    assert world.balance(SECOND_BANK) == nok("100.00")


@pytest.mark.parametrize("together", [False, True])
@pytest.mark.parametrize("savings_first", [False, True])
def test_a_transfer_that_is_taken_back_on_both_accounts(savings_first, together):
    """Both sides go over the transfer account once more, in whatever order."""
    world = World()
    there = entry(detail("-100.00", account=SECOND_ACCOUNT))
    came = entry(detail("100.00", account=ACCOUNT))
    later = {"day": DAY + timedelta(days=3)}
    back = entry(detail("100.00", account=SECOND_ACCOUNT), reversal=True, **later)
    went = entry(detail("-100.00", account=ACCOUNT), reversal=True, **later)
    out = [camt053("1000.00", there), camt053("900.00", back, number="2", **later)]
    home = [
        camt053("0.00", came, account=SECOND_ACCOUNT),
        camt053("100.00", went, number="2", account=SECOND_ACCOUNT, **later),
    ]
    files = [*home, *out] if savings_first else [*out, *home]

    for run in [files] if together else [[each] for each in files]:
        assert world.reconcile(*run).parked == 0

    assert world.balance(TRANSFERS) == world.balance(SECOND_BANK) == nok("0.00")
    assert world.residuals() == {}


@pytest.mark.parametrize(
    ("amount", "code", "account"),
    [
        ("-60.00", "ACMT/MDOP/CHRG", "Expenses:7770-Bankgebyr"),
        ("60.00", "ACMT/MCOP/CHRG", "Expenses:7770-Bankgebyr"),
        ("-60.00", "PMNT/CCRD/FEES", "Expenses:7770-Bankgebyr"),
        ("1.25", "ACMT/MCOP/INTR", "Income:8050-Renteinntekt"),
        ("-12.00", "ACMT/MDOP/INTR", "Expenses:8150-Rentekostnad"),
        ("-60.00", "PMNT/ICDT/DMCT", OUT),
        ("60.00", None, IN),
    ],
)
def test_the_banks_own_charges_and_interest(amount, code, account):
    world = World()

    world.reconcile(
        camt053("1000.00", entry(amount=amount, reference="A", bank_transaction_code=code))
    )

    assert world.balance(account) == -nok(amount)


def test_a_charge_that_names_somebody_is_no_charge_of_ours():
    world = World()
    told = detail("-60.00", account=OTHER_ACCOUNT, bank_transaction_code="ACMT/MDOP/CHRG")

    world.reconcile(camt053("1000.00", entry(told)))

    assert world.balance(OUT) == nok("60.00")


NETBANK = UserRule(
    name="netbank",
    text="nettbank",
    amount_from=Decimal("-200.00"),
    amount_to=Decimal("0.00"),
    account="Expenses:7770-Bankgebyr",
)
WITH_DOCUMENT = UserRule(
    name="software",
    text="programvare",
    account="Expenses:6553-Programvare",
    vat="1",
    document_required=True,
)
OTHER = UserRule(name="other", text="nett", account="Expenses:6800-Kontorrekvisita")


@pytest.mark.parametrize(
    ("rules", "amount", "text", "account", "why"),
    [
        ((NETBANK,), "-150.00", "NETTBANK november", NETBANK.account, 'Rule "netbank"'),
        ((NETBANK,), "-250.00", "Nettbank november", OUT, "No rule knows it"),
        ((NETBANK,), "150.00", "Nettbank", IN, "No rule knows it"),
        ((NETBANK, OTHER), "-150.00", "Nettbank", OUT, "Several rules of books.toml fit"),
        ((WITH_DOCUMENT,), "-99.00", "Programvare AS", OUT, "requires a document"),
    ],
)
def test_rules_of_the_person(rules, amount, text, account, why):
    world = World(user_rules=rules)

    plan = world.reconcile(
        camt053("1000.00", entry(amount=amount, reference="A", additional_information=text))
    )

    assert world.balance(account) == -nok(amount)
    assert why in plan.vouchers[0].transaction.meta["why"]


def test_a_rule_can_be_tried_on_a_movement():
    movement = Movement(
        key="k",
        source="statement",
        bank_account="86011117947",
        booking_date=DAY,
        amount=nok("-150.00"),
        text="Nettbank",
        place=PLACE,
        sha256="",
    )

    assert user_rule.fitting(movement, (NETBANK, WITH_DOCUMENT)) == (NETBANK,)


def test_a_rule_without_a_condition_fits_nothing():
    anything = UserRule(name="all", account=CUSTOMER)

    assert not anything.fits(text="x", code=None, party=None, amount=Decimal(1))


@pytest.mark.parametrize(
    ("told", "waits"),
    [
        # kf-1016 is settled: the payer may have paid it again
        ({"text": "faktura 1016"}, True),
        ({"text": "faktura 1016 og 1018"}, False),
        ({"text": "november"}, False),
        # 1019 is no invoice of anybody, and a year is none either
        ({"text": "1019"}, False),
        ({"text": "2026"}, False),
    ],
)
def test_a_text_that_names_only_what_is_settled_is_not_taken_by_its_amount(told, waits):
    settled = invoice("kf-1016", "500.00", residual=nok(0))

    found, reason = receipt(
        "500.00", settled, invoice("kf-1018", "500.00"), account=CUSTOMER_ACCOUNT, **told
    )

    assert found == ({"kf-1018": "500.00", IN: "-500.00"} if waits else {})
    assert ("names kf-1016, which is settled" in reason) is waits


def test_a_combination_without_the_item_that_the_text_names_waits():
    items = [invoice(f"kf-{n}", f"{n}.00") for n in (1003, 1010, 1101, 1507)]

    found, reason = receipt(
        "2013.00", *items, account=CUSTOMER_ACCOUNT, text="faktura 1101"
    )

    assert found[IN] == "-2013.00"
    assert reason == "Several items fit: kf-1003, kf-1010, kf-1101"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("fakt.nr.1017", ["1017"]),
        ("1017/1018", ["1017", "1018"]),
        ("Faktura 1017.", ["1017"]),
        # an amount, a date, another number
        ("kr 1017.50", []),
        ("21017", []),
        ("1017-1", []),
    ],
)
def test_a_number_is_a_word_of_the_text(text, named):
    items = (invoice("kf-1017", "1000.00"), invoice("kf-1018", "500.00"))

    found = invoice_number.named_items(text, items)

    assert [item.invoice for item in found] == named
