"""An invoice in euro, paid in part into an account in euro and in part in kroner."""

from __future__ import annotations

from decimal import Decimal

import pytest
from day_statements import receipt, stated, take_in
from test_deciding_exchange import ABROAD, EURO, EURO_ACCOUNT, EURO_SETTINGS
from world import OTHER_ACCOUNT, World

from ledger.books import load

KID = "200090000778"
INVOICE = "kf-K20009-78"


@pytest.fixture
def abroad(world: World) -> World:
    world.append("accounts.beancount", ABROAD + EURO_ACCOUNT)
    world.append("books.toml", EURO_SETTINGS)
    world.append(
        "vouchers/2026/11.beancount",
        f'2026-11-02 * "Nordsee GmbH" "Faktura 78" ^{INVOICE}\n'
        f'  invoice: "78"\n  kid: "{KID}"\n'
        "  Assets:1500-Kundefordringer:K20009-Nordsee  1000.00 EUR @@ 11500.00 NOK\n"
        "  Income:3000-Salgsinntekt-høy  -11500.00 NOK\n",
    )
    world.today = "2026-11-06"
    return world


def received(amount: str, day: str) -> str:
    return receipt(amount, day, f"R{day}", kid=KID, payer=OTHER_ACCOUNT)


def instructed(amount: str, euro: str, day: str) -> str:
    """Kroner for which the payer instructed euros."""
    told = (
        f'<InstdAmt><Amt Ccy="EUR">{euro}</Amt><CcyXchg><SrcCcy>EUR</SrcCcy>'
        "<TrgtCcy>NOK</TrgtCcy><XchgRate>11.5</XchgRate></CcyXchg></InstdAmt><TxAmt>"
    )
    return received(amount, day).replace("<TxAmt>", told)


EUROS = stated(
    "0.00", "400.00", received("400.00", "2026-11-03"), day="2026-11-03", account=EURO
).replace(b"NOK", b"EUR")
KRONER = stated(
    "250000.00",
    "253480.00",
    instructed("3480.00", "300.00", "2026-11-03"),
    day="2026-11-03",
)
MORE = stated(
    "253480.00",
    "256920.00",
    instructed("3440.00", "300.00", "2026-11-04"),
    day="2026-11-04",
)


@pytest.mark.parametrize(
    "runs",
    [
        ((EUROS,), (KRONER,), (MORE,)),
        ((KRONER,), (EUROS,), (MORE,)),
        ((KRONER,), (MORE,), (EUROS,)),
        ((EUROS, KRONER), (MORE,)),
        ((KRONER,), (MORE, EUROS)),
        ((MORE, EUROS, KRONER),),
    ],
)
def test_every_order_of_the_parts_leaves_nothing_in_either_currency(abroad: World, runs):
    for number, files in enumerate(runs):
        named = {f"run{number}-{place}": each for place, each in enumerate(files)}
        take_in(abroad, code=0, **named)

    books = load(abroad.folder)
    item = books.items.by_key[INVOICE]
    assert (str(item.residual), str(item.value)) == ("0.00 EUR", "0.00 NOK")
    agio = sum(
        (
            posting.units.number
            for voucher in books.transactions
            for posting in voucher.postings
            if posting.account.startswith(("Income:8060", "Expenses:8160"))
        ),
        Decimal(0),
    )
    # 600.00 EUR stood at 6900.00 NOK, and 6920.00 NOK came.
    assert agio == Decimal("-20.00")
    assert abroad.json("unmatched", code=0) == abroad.json("receivables", code=0) == []
    abroad.books("verify", code=0)


def test_kroner_with_the_kid_of_an_invoice_in_euro_suggest_it_and_how_to_match(abroad):
    """The bank told no euros (`InstdAmt`), so a person tells them."""
    told = stated(
        "250000.00", "261600.00", received("11600.00", "2026-11-03"), day="2026-11-03"
    )
    take_in(abroad, kroner=told)

    (row,) = abroad.json("unmatched", code=3)
    (candidate,) = row["candidates"]
    assert candidate["open_item"] == INVOICE
    typed = candidate["why"].rpartition("books ")[2].replace("BELØP", "1000")
    abroad.books(*typed.split(), code=0)

    assert abroad.json("unmatched", code=0) == abroad.json("receivables", code=0) == []
    abroad.books("verify", code=0)
