"""Charges that the bank takes off a receipt, or books with a payment, and tells."""

from __future__ import annotations

import pytest
from day_statements import stated, take_in
from detail_files import balances, booked, charge, detail, notified
from world import SUPPLIER_ACCOUNT, World

DAY = "2026-11-02"
KID = "200010050017"
CUSTOMER, FEES = "K20001-Kunde-Nord", "7770-Bankgebyr"
TOTAL = '<Chrgs><TtlChrgsAndTaxAmt Ccy="NOK">25.00</TtlChrgsAndTaxAmt></Chrgs>'
OLD = (
    '<Chrgs><TtlChrgsAndTaxAmt Ccy="NOK">25.00</TtlChrgsAndTaxAmt><Amt Ccy="NOK">25.00</Amt>'
    "<Br>SHAR</Br></Chrgs>"
)


def received(world: World, amount: str, told: str, source: str, code: int = 0) -> None:
    """Let the bank tell a receipt in its statement alone, or in camt.054 before it."""
    closing = f"{250000 + float(amount):.2f}"
    entry = booked(amount, told, day=DAY, reference="R1")
    if source == "camt.054":
        take_in(world, code=code, details=notified(entry, day=DAY))
        entry = booked(amount, day=DAY, reference="R1")
    take_in(world, code=code, statement=stated("250000.00", closing, entry, day=DAY))
    world.books("verify", code=0)


SOURCES = pytest.mark.parametrize("source", ["camt.054", "camt.053"])


@SOURCES
@pytest.mark.parametrize("amount", ["600.00", "575.00", ""])
@pytest.mark.parametrize(
    "charges", [charge("25.00"), charge("25.00", bearer="CRED"), TOTAL, OLD]
)
def test_a_receipt_with_charges_taken_off_settles_its_invoice(
    world, amount, charges, source
):
    """Some banks tell TxAmt before charges, some after, some not at all."""
    world.sale("5001", "600.00", KID)
    told = detail(amount, kid=KID, instructed="600.00", charges=charges)

    received(world, "575.00", told, source)

    assert balances(world) == {FEES: "25.00"}


@SOURCES
@pytest.mark.parametrize(
    ("amount", "instructed", "left"),
    [
        ("475.00", "500.00", {CUSTOMER: "100.00", FEES: "25.00"}),  # in part
        ("675.00", "700.00", {CUSTOMER: "-100.00", FEES: "25.00"}),  # too much
    ],
)
def test_what_was_paid_is_what_was_instructed(world, amount, instructed, left, source):
    world.sale("5001", "600.00", KID)
    told = detail(amount, kid=KID, instructed=instructed, charges=charge("25.00"))

    received(world, amount, told, source, code=3 if instructed == "700.00" else 0)

    assert balances(world) == left


@SOURCES
@pytest.mark.parametrize(
    ("instructed", "charges"),
    [
        ("590.00", charge("25.00")),  # the sums do not tie
        ("575.00", charge("25.00")),  # all that was instructed has come
        ("600.00", charge("20.00")),
        ("600.00", charge("25.00", included="false")),  # booked by itself
        ("600.00", charge("25.00", bearer="DEBT")),  # the payer's
        ("600.00", charge("25.00", way="CRDT")),  # a refund
        ("600.00", charge("25.00") + charge("5.00", bearer="DEBT")),
    ],
)
def test_what_does_not_tie_or_is_not_ours_leaves_the_rest_open(
    world, instructed, charges, source
):
    world.sale("5001", "600.00", KID)
    told = detail("575.00", kid=KID, instructed=instructed, charges=charges)

    received(world, "575.00", told, source)

    assert balances(world) == {CUSTOMER: "25.00"}


def test_the_voucher_says_what_was_paid_and_what_the_bank_took(world: World):
    world.sale("5001", "600.00", KID)
    told = detail("600.00", kid=KID, instructed="600.00", charges=charge("25.00"))

    received(world, "575.00", told, "camt.053")

    text = (world.folder / "bank" / "2026" / "11.beancount").read_text("utf-8")
    assert (
        f'why: "KID {KID} står bare på kf-K20001-5001; betalt er 600.00 NOK, banken trakk'
        ' 25.00 NOK i gebyr"'
    ) in text


def test_a_receipt_with_charges_is_undone_whole_and_settles_again(world: World):
    item = world.sale("5001", "600.00", KID)
    told = detail("600.00", kid=KID, instructed="600.00", charges=charge("25.00"))
    received(world, "575.00", told, "camt.053")

    world.books("undo", "B2026-1", code=0)

    assert balances(world) == {
        CUSTOMER: "600.00",
        "2990-Uidentifiserte-innbetalinger": "-575.00",
    }
    (row,) = world.json("unmatched", code=3)
    world.books("match", row["open_item"], item, code=0)
    assert balances(world) == {CUSTOMER: "25.00"}
    world.books("verify", code=0)


def paid(world: World, amount: str, told: str, source: str) -> dict[str, str]:
    """Let the bank book the one payment that was ordered; return how it stands."""
    closing = f"{250000 - float(amount):.2f}"
    entry = booked(amount, told, day=DAY, way="DBIT", reference="R1")
    if source == "camt.054":
        world.books("reconcile", str(_file(world, notified(entry, day=DAY))))
        entry = booked(amount, day=DAY, way="DBIT", reference="R1")
    told_there = stated("250000.00", closing, entry, day=DAY)
    world.books("reconcile", str(_file(world, told_there)))
    (payment,) = world.json("payments")
    return payment


def _file(world: World, data: bytes):
    path = world.folder.parent / f"{len(data)}.xml"
    path.write_bytes(data)
    return path


@SOURCES
@pytest.mark.parametrize(
    ("amount", "told", "charges", "state", "left"),
    [
        ("12550.00", "12550.00", charge("50.00"), "booked", {FEES: "50.00"}),
        ("12550.00", "12500.00", charge("50.00"), "booked", {FEES: "50.00"}),
        ("12550.00", "12500.00", charge("50.00", bearer="DEBT"), "booked", {FEES: "50.00"}),
        # the payee got less; we paid what we owed
        ("12500.00", "12500.00", charge("50.00", bearer="CRED"), "booked", {}),
        ("12500.00", "12500.00", charge("50.00", included="false"), "booked", {}),
        # it is the payee's charge, and we were charged: nobody knows why
        (
            "12550.00",
            "12550.00",
            charge("50.00", bearer="CRED"),
            "booked-otherwise",
            {
                "L10001-Fjellkraft": "-12500.00",
                "1579-Uidentifiserte-utbetalinger": "12550.00",
            },
        ),
    ],
)
def test_charges_of_a_payment(world, amount, told, charges, state, left, source):
    world.bill("10023", "12500.00", DAY)
    world.books("pay-due", "--yes", code=0)
    (payment,) = world.json("payments")
    booking = detail(
        told,
        way="DBIT",
        name=payment["end_to_end_id"],
        account=SUPPLIER_ACCOUNT,
        instructed="12500.00",
        charges=charges,
    )

    assert paid(world, amount, booking, source)["state"] == state
    assert balances(world) == left


def test_a_payment_in_a_file_that_waits_is_known_by_what_it_was_before_charges(
    world: World,
):
    """The bill was paid in the netbank: it is not ordered once more."""
    world.bill("10023", "12500.00", DAY, kid="0010023000")
    told = detail(
        "12500.00",
        way="DBIT",
        kid="0010023000",
        account=SUPPLIER_ACCOUNT,
        charges=charge("50.00"),
    )
    entry = booked("12550.00", told, day="2026-11-04", way="DBIT")
    gap = stated("240000.00", "227450.00", entry, day="2026-11-04")
    take_in(world, statement=gap)

    ordered = world.json("pay-due", "--yes")

    assert ordered["remittances"] == []
    assert "books reconcile first" in ordered["skipped"][0]["reason"]


SECOND = "200010050025"


def two(world: World) -> tuple[str, str]:
    return world.sale("5001", "600.00", KID), world.sale("5002", "400.00", SECOND)


@SOURCES
@pytest.mark.parametrize(
    ("amount", "of_entry", "of_detail", "fees"),
    [
        ("975.00", charge("25.00"), "", "25.00"),
        ("975.00", TOTAL, "", "25.00"),
        ("960.00", charge("25.00") + charge("15.00"), "", "40.00"),
        ("975.00", "", charge("25.00"), "25.00"),
        ("950.00", charge("25.00"), charge("25.00"), "50.00"),
        ("975.00", charge("25.00"), charge("25.00"), "25.00"),  # told twice
        ("975.00", charge("25.00") + charge("9.00", included="false"), "", "25.00"),
    ],
)
def test_receipts_with_charges_for_all_of_them(
    world, amount, of_entry, of_detail, fees, source
):
    two(world)
    details = (
        detail("600.00", kid=KID, charges=of_detail),
        detail("400.00", kid=SECOND),
    )

    received_together(world, amount, details, of_entry, source)

    assert balances(world) == {FEES: fees}
    text = (world.folder / "bank" / "2026" / "11.beancount").read_text("utf-8")
    assert "2 transaksjoner" in text
    assert "3 transaksjoner" not in text
    world.books("rebuild", code=0)
    world.books("verify", code=0)
    assert world.json("reconcile")["posted"] == 0


@SOURCES
@pytest.mark.parametrize(
    ("amount", "of_entry"),
    [
        ("980.00", charge("25.00")),
        ("975.00", charge("25.00", included="false")),
        ("975.00", charge("25.00", bearer="DEBT")),
        ("975.00", charge("25.00", way="CRDT")),
        ("1025.00", charge("25.00")),
        ("975.00", ""),
    ],
)
def test_what_does_not_make_the_entry_is_parked_whole(world, amount, of_entry, source):
    two(world)
    details = (detail("600.00", kid=KID), detail("400.00", kid=SECOND))

    received_together(world, amount, details, of_entry, source, code=3)

    (row,) = world.json("unmatched", code=3)
    missing = f"{float(amount) - 1000:.2f}"
    assert f"forskjellen er {missing} NOK" in row["reason"]
    assert ("gebyrene 25.00 NOK" in row["reason"]) is bool(of_entry)
    assert row["amount"] == amount


def received_together(
    world: World, amount: str, details, charges: str, source: str, code: int = 0
) -> None:
    """Let the bank tell several receipts in one entry, with charges of the entry."""
    closing = f"{250000 + float(amount):.2f}"
    told = booked(amount, *details, day=DAY, reference="R1", charges=charges)
    if source == "camt.054":
        take_in(world, code=code, details=notified(told, day=DAY))
        told = booked(amount, day=DAY, reference="R1", charges=charges, lump=len(details))
    take_in(world, code=code, statement=stated("250000.00", closing, told, day=DAY))
    world.books("verify", code=0)
    assert world.json("status")["accounts"][0]["clearing"] == "0.00"


@pytest.mark.parametrize("order", ["details first", "statement first", "one run"])
@pytest.mark.parametrize("reference", ["R1", "R2"])
def test_a_charge_for_all_that_both_files_tell_is_booked_once(world, order, reference):
    """The bank may call one entry otherwise in each file."""
    two(world)
    details = (detail("600.00", kid=KID), detail("400.00", kid=SECOND))
    details = tuple(each.replace("</AmtDtls>", "</AmtDtls>" + PAYER) for each in details)
    told = [
        booked("975.00", *details, day=DAY, reference=each, charges=charge("25.00"))
        for each in ("R1", reference)
    ]
    files = {
        "n": notified(told[0], day=DAY),
        "s": stated("250000.00", "250975.00", told[1], day=DAY),
    }

    if order == "one run":
        take_in(world, code=0, **files)
    else:
        for name in files if order == "details first" else reversed(files):
            take_in(world, code=0, **{name: files[name]})

    assert balances(world) == {FEES: "25.00"}
    assert world.json("status")["accounts"][0]["clearing"] == "0.00"
    world.books("verify", code=0)


PAYER = (
    "<RltdPties><DbtrAcct><Id><Othr><Id>15101234565</Id></Othr></Id></DbtrAcct></RltdPties>"
)


@SOURCES
def test_payments_with_a_charge_for_all_of_them_are_booked(world: World, source):
    world.bill("10023", "600.00", DAY)
    world.bill("10024", "400.00", DAY, party="L10002")
    world.books("pay-due", "--yes", code=0)
    details = tuple(
        detail(
            payment["amount"],
            way="DBIT",
            name=payment["end_to_end_id"],
            instructed=payment["amount"],
        )
        for payment in world.json("payments")
    )
    told = booked(
        "1015.00", *details, day=DAY, way="DBIT", reference="R1", charges=charge("15.00")
    )

    if source == "camt.054":
        take_in(world, code=0, details=notified(told, day=DAY))
        told = booked("1015.00", day=DAY, way="DBIT", reference="R1", lump=2)
    take_in(world, code=0, day=stated("250000.00", "248985.00", told, day=DAY))

    assert {each["state"] for each in world.json("payments")} == {"booked"}
    assert balances(world) == {FEES: "15.00"}
    world.books("verify", code=0)


def test_the_voucher_of_a_charge_for_all_says_so_and_is_undone_by_itself(world: World):
    two(world)
    details = (detail("600.00", kid=KID), detail("400.00", kid=SECOND))
    told = booked("975.00", *details, day=DAY, charges=charge("25.00"))
    take_in(world, code=0, details=notified(told, day=DAY))
    text = (world.folder / "bank" / "2026" / "11.beancount").read_text("utf-8")
    assert "Banken forteller gebyret med posten" in text
    key = next(word.strip('"') for word in text.split() if "/charges." in word)

    world.books("undo", key, code=0)

    assert balances(world) == {
        "1579-Uidentifiserte-utbetalinger": "25.00",
        "B1920": "975.00",
    }
