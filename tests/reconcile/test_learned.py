"""What a person decided before is suggested: for the same account, else the same words."""

from __future__ import annotations

from datetime import date

import pytest
from bank_stories import OTHER_ACCOUNT, SUPPLIER_ACCOUNT, invoice, nok

from reconcile.candidates import Clue
from reconcile.learned import Decided, Learned

SOFTWARE, FEES = "Expenses:6553-Programvare", "Expenses:7770-Bankgebyr"


def decided(voucher, amount, account, *, party=None, day=20, **told):
    return Decided(
        clue=Clue(amount=nok(amount), **told),
        voucher=voucher,
        date=date(2026, 10, day),
        by="kari",
        account=account,
        party_number=party,
    )


BEFORE = (
    decided("B2026-1", "-149.00", FEES, text="Uidentifisert uttak: SKYLAGER OKT 88", day=1),
    decided("B2026-2", "-149.00", SOFTWARE, text="Uidentifisert uttak: SKYLAGER OKT 91"),
    decided(
        "B2026-3", "500.00", "1500", party="K20001", counterparty_account=OTHER_ACCOUNT
    ),
    decided(
        "B2026-4",
        "-80.00",
        SOFTWARE,
        counterparty_account=SUPPLIER_ACCOUNT,
        text="Uidentifisert uttak: Lisens mars",
    ),
    decided("B2026-5", "-9.00", FEES, text="Uidentifisert uttak: GEBYR"),
)
ITEMS = [
    invoice("kf-1", "300.00"),
    invoice("kf-2", "-50.00"),
    invoice("kf-3", "900.00", is_draft=True),
    invoice("kf-4", "900.00"),
]


@pytest.mark.parametrize(
    ("clue", "found"),
    [
        (
            {"amount": "-149.00", "text": "Uidentifisert uttak: Skylager okt 120"},
            [(SOFTWARE, "149.00", "B2026-2"), (FEES, "149.00", "B2026-1")],
        ),
        (
            {"amount": "750.00", "counterparty_account": OTHER_ACCOUNT},
            [("kf-1", "300.00", "B2026-3"), ("kf-4", "750.00", "B2026-3")],
        ),
        (
            {"amount": "-99.00", "counterparty_account": SUPPLIER_ACCOUNT},
            [(SOFTWARE, "99.00", "B2026-4")],
        ),
        # hard negatives: direction, another account, one word only, other words
        ({"amount": "149.00", "text": "Skylager okt"}, []),
        ({"amount": "-750.00", "counterparty_account": OTHER_ACCOUNT}, []),
        (
            {
                "amount": "-80.00",
                "counterparty_account": OTHER_ACCOUNT,
                "text": "Lisens mars",
            },
            [],
        ),
        ({"amount": "-9.00", "text": "Gebyr"}, []),
        ({"amount": "-149.00", "text": "Skylager nov"}, []),
    ],
)
def test_suggestions(clue, found):
    told = Clue(**{**clue, "amount": nok(clue["amount"])})

    suggested = Learned(BEFORE, "en").suggestions(told, {"K20001": ITEMS}.__getitem__)

    assert [(each.open_item or each.account, each.amount.text) for each in suggested] == [
        (place, amount) for place, amount, _ in found
    ]
    for each, (_, _, voucher) in zip(suggested, found, strict=True):
        assert "kari booked money" in each.why
        assert f"({voucher}, 2026-10-" in each.why
