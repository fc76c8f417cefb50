"""A rest on clearing names the file that is missing or too much."""

from __future__ import annotations

import pytest
from bank_stories import (
    ACCOUNT,
    CLEARING,
    OTHER_ACCOUNT,
    World,
    camt053,
    camt054,
    detail,
    entry,
    invoice,
    ocr,
)

from reconcile.clearing import explain


def receipts(*amounts, day_reference="L1"):
    details = [
        detail(amount, kid="17", account=OTHER_ACCOUNT, reference=f"{day_reference}.{n}")
        for n, amount in enumerate(amounts)
    ]
    return entry(*details, reference=day_reference)


def lump(amount, reference, lump=2):
    return entry(amount=amount, reference=reference, lump=lump)


@pytest.mark.parametrize(
    ("files", "rests"),
    [
        ([ocr(receipts("500.00", "300.00")), camt053("1000.00", lump("800.00", "L1"))], []),
        (
            [ocr(receipts("500.00", "300.00"))],
            [("800.00", "Told by ocr-giro, but on no statement")],
        ),
        (
            [camt053("1000.00", lump("800.00", "L1"))],
            [("-800.00", "A sum on the statement without a file of its details")],
        ),
        (
            [
                ocr(receipts("500.00", "300.00")),
                camt053("1000.00", lump("800.00", "L1"), lump("300.00", "L2")),
            ],
            [("-300.00", "A sum on the statement without a file of its details")],
        ),
        (  # two sources of the same money are one rest
            [ocr(receipts("500.00")), camt054(receipts("500.00"))],
            [("500.00", "Told by ocr-giro, but on no statement")],
        ),
        (  # which of two equal lumps is which nobody can tell, and nobody needs to
            [
                ocr(receipts("800.00", day_reference="A")),
                ocr(receipts("800.00", day_reference="B"), number="2"),
                camt053("1000.00", lump("800.00", "X"), lump("800.00", "Y")),
            ],
            [],
        ),
        (  # a statement that tells its details itself leaves nothing
            [camt053("1000.00", receipts("500.00", "300.00"))],
            [],
        ),
    ],
)
def test_what_stands_on_clearing(files, rests):
    world = World(invoice("kf-1", "5000.00", "17"))
    for told in files:
        world.reconcile(told)

    found = explain(
        ACCOUNT,
        world.balance(CLEARING),
        entries=world.entries.values(),
        movements=world.movements.values(),
        language="en",
    )

    assert [(rest.amount.text, rest.reason) for rest in found.rests] == rests
    assert not found.unexplained
    assert found.is_clear is (not rests)


def test_what_was_posted_by_hand_is_unexplained():
    found = explain(
        ACCOUNT,
        World().opening,
        entries=(),
        movements=(),
        language="nb",
    )

    assert found.unexplained.text == "1000.00"
