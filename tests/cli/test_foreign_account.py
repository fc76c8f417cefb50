"""Income, expense and VAT of an account in euro are kept in kroner, or they wait."""

from __future__ import annotations

import pytest
from day_statements import receipt, stated, take_in
from test_deciding_exchange import ABROAD, EURO, EURO_ACCOUNT, EURO_SETTINGS
from world import OTHER_ACCOUNT, World

from ledger.books import load

DAY = "2026-11-03"
KID = "200090000778"


@pytest.fixture
def euro(world: World) -> World:
    world.append("accounts.beancount", ABROAD + EURO_ACCOUNT)
    world.append("books.toml", EURO_SETTINGS)
    world.today = "2026-11-04"
    return world


def entry(amount: str, reference: str, code: str = "PMNT/RCDT/OTHR", told: str = "") -> str:
    domain, family, sub = code.split("/")
    side = "DBIT" if amount.startswith("-") else "CRDT"
    return (
        f'<Ntry><Amt Ccy="EUR">{amount.lstrip("-")}</Amt><CdtDbtInd>{side}</CdtDbtInd>'
        f"<Sts>BOOK</Sts><BookgDt><Dt>{DAY}</Dt></BookgDt>"
        f"<AcctSvcrRef>{reference}</AcctSvcrRef><BkTxCd><Domn><Cd>{domain}</Cd><Fmly>"
        f"<Cd>{family}</Cd><SubFmlyCd>{sub}</SubFmlyCd></Fmly></Domn></BkTxCd>{told}</Ntry>"
    )


def came(world: World, closing: str, *entries: str, code: int = 3) -> None:
    told = stated("0.00", closing, *entries, day=DAY, account=EURO).replace(b"NOK", b"EUR")
    take_in(world, code=code, euro=told)
    world.books("verify", code=0)


def parked(world: World) -> dict[str, str]:
    (only,) = world.json("unmatched", code=3)
    return only


def posted(world: World, voucher: str) -> list[tuple[str, str, str]]:
    (found,) = load(world.folder).register.by_voucher([voucher])
    return [
        (each.account, str(each.units), str(each.total_price or ""))
        for each in found.postings
    ]


def in_euro(world: World) -> list[str]:
    """Accounts of the profit and loss statement and of VAT that hold euros."""
    return [
        each.account
        for transaction in load(world.folder).transactions
        for each in transaction.postings
        if each.units.currency == "EUR"
        and each.account.startswith(("Income:", "Expenses:", "Liabilities:27"))
    ]


def test_money_in_euro_is_booked_in_kroner_at_the_rate_that_a_person_tells(euro, tmp_path):
    document = tmp_path / "faktura.pdf"
    document.write_bytes(b"%PDF-1.4 faktura")
    came(euro, "125.00", entry("125.00", "R1"))
    money = parked(euro)["open_item"]
    vat = ("--vat", "3", "--document", str(document))

    without = euro.books("book", money, "3000", *vat, code=1)
    done = euro.json("book", money, "3000", *vat, "--rate", "11,4985", code=0)["voucher"]

    assert "no rate is known" in without.err
    assert "--rate" in without.err
    assert posted(euro, done) == [
        ("Liabilities:2990-Uidentifiserte-innbetalinger", "125.00 EUR", "1437.31 NOK"),
        ("Income:3000-Salgsinntekt-høy", "-1149.85 NOK", ""),
        ("Liabilities:2700-Utgående-mva-høy", "-287.46 NOK", ""),
    ]
    assert in_euro(euro) == []
    euro.books("verify", code=0)
    euro.books("undo", done, code=0)
    assert parked(euro)["open_item"] == money
    euro.books("verify", code=0)
    again = euro.json("book", money, "3000", *vat, "--rate", "11,4985", code=0)["voucher"]
    assert posted(euro, again) == posted(euro, done)


def test_a_part_between_balance_accounts_in_euro_stays_in_euro(euro: World):
    came(euro, "125.00", entry("125.00", "R1"))
    euro.append("accounts.beancount", "\n2026-01-01 open Liabilities:2255-Lån EUR\n")
    words = ("book", parked(euro)["open_item"], "3000=100", "2255", "--rate", "11.5")

    done = euro.json(*words, code=0)["voucher"]

    assert posted(euro, done) == [
        ("Liabilities:2990-Uidentifiserte-innbetalinger", "125.00 EUR", "1437.50 NOK"),
        ("Income:3000-Salgsinntekt-høy", "-1150.00 NOK", ""),
        ("Liabilities:2255-Lån", "-25.00 EUR", "287.50 NOK"),
    ]
    euro.books("verify", code=0)


def test_a_charge_in_euro_waits_until_somebody_says_what_a_euro_was_worth(euro: World):
    charge = entry("-12.00", "R2", "ACMT/MDOP/CHRG")
    came(euro, "113.00", entry("125.00", "R1"), charge)
    found = {row["amount"]: row for row in euro.json("unmatched", code=3)}
    waits = found["-12.00"]

    done = euro.json("book", waits["ref"], "7770", "--rate", "11.5", code=0)["voucher"]

    assert "ingen kurs er kjent" in waits["reason"]
    assert posted(euro, done) == [
        ("Assets:1579-Uidentifiserte-utbetalinger", "-12.00 EUR", "138.00 NOK"),
        ("Expenses:7770-Bankgebyr", "138.00 NOK", ""),
    ]
    assert in_euro(euro) == []


def test_a_charge_taken_off_a_receipt_is_worth_what_the_invoice_is(euro: World):
    euro.append(
        "vouchers/2026/11.beancount",
        '2026-11-02 * "Nordsee GmbH" "Faktura 78" ^kf-K20009-78\n'
        f'  invoice: "78"\n  kid: "{KID}"\n'
        "  Assets:1500-Kundefordringer:K20009-Nordsee  1000.00 EUR @@ 11500.00 NOK\n"
        "  Income:3000-Salgsinntekt-høy  -11500.00 NOK\n",
    )
    told = receipt("988.00", DAY, "R1", kid=KID, payer=OTHER_ACCOUNT).replace(
        "</AmtDtls>", '</AmtDtls><Chrgs><Amt Ccy="NOK">12.00</Amt></Chrgs>'
    )

    came(euro, "988.00", told, code=0)

    postings = posted(euro, "B2026-1")
    assert ("Expenses:7770-Bankgebyr", "138.00 NOK", "12.00 EUR") in postings
    assert in_euro(euro) == []
    assert not load(euro.folder).items.by_key["kf-K20009-78"].is_open


def test_what_the_bank_says_that_it_was_in_kroner_is_its_value(euro: World):
    euro.append(
        "books.toml",
        '\n[[rule]]\nname = "kort"\ncode = "PMNT/CCRD"\n'
        'account = "Income:3000-Salgsinntekt-høy"\n',
    )
    told = (
        "<NtryDtls><TxDtls><Refs><AcctSvcrRef>R1</AcctSvcrRef></Refs><AmtDtls><InstdAmt>"
        '<Amt Ccy="XXX">287.50</Amt></InstdAmt><TxAmt><Amt Ccy="EUR">25.00</Amt></TxAmt>'
        "</AmtDtls></TxDtls></NtryDtls>"
    )
    card = entry("25.00", "R1", "PMNT/CCRD/POSD", told)
    file = stated("0.00", "25.00", card, day=DAY, account=EURO).replace(b"NOK", b"EUR")

    take_in(euro, code=0, euro=file.replace(b"XXX", b"NOK"))

    income = ("Income:3000-Salgsinntekt-høy", "-287.50 NOK", "25.00 EUR")
    assert income in posted(euro, "B2026-1")
    euro.books("verify", code=0)
