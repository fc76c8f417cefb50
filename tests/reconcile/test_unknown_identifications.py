"""An answer that names what nobody here has sent: at the level of message, part or payment."""

from __future__ import annotations

import datetime as dt

import pytest

from ledger import identifications
from ledger.contradictions import Resolution
from ledger.messages import AnsweredNames
from reconcile.unknown_identifications import of_our_form, unknown

OURS = identifications.message("86011117947", [])
PART = identifications.payment_information(OURS, 1)
PAID = identifications.end_to_end("974760673", "86011117947", ["lf-1"], 1)
KNOWN = {OURS, PART, PAID}
OTHERS = identifications.message("15032080119", [])
OTHERS_PART = identifications.payment_information(OTHERS, 1)
NO_PART = identifications.payment_information(OURS, 9)
NO_PAYMENT = identifications.end_to_end("974760673", "86011117947", ["lf-1"], 2)
FILE = "3fa9c0d1e2b45a67" + "0" * 48


def answered(
    message: str, part: str | None = None, payment: str | None = None, sha256: str = FILE
) -> AnsweredNames:
    return AnsweredNames(
        message_id=message,
        payment_information_id=part,
        end_to_end_id=payment,
        sha256=sha256,
    )


@pytest.mark.parametrize(
    ("told", "names"),
    [
        ([answered(OURS), answered(OURS, PART), answered(OURS, PART, PAID)], []),
        ([answered("SOMEBODY-ELSE", "THEIRS-1", "NOTPROVIDED-1")], []),
        ([answered(OTHERS)], [OTHERS]),
        ([answered(OURS, NO_PART)], [NO_PART]),
        ([answered(OURS, PART, NO_PAYMENT)], [NO_PAYMENT]),
        ([answered("SOMEBODY-ELSE", "", NO_PAYMENT)], [NO_PAYMENT]),
        # One message, one alarm, however many of its payments are named.
        ([answered(OTHERS, OTHERS_PART, NO_PAYMENT), answered(OTHERS)], [OTHERS]),
        ([answered(OURS, NO_PART, NO_PAYMENT)], [NO_PART]),
    ],
)
def test_the_uppermost_identification_of_our_form_that_nobody_knows_is_an_alarm(
    told: list[AnsweredNames], names: list[str]
):
    found = unknown(of_our_form(told), KNOWN, {}, "en")

    assert names == list(found)
    assert [each.alarm for each in found.values()] == [
        f"The bank answers {name}, which has our form, but nobody here knows it"
        for name in names
    ]


def test_a_persons_word_ends_the_alarm_of_that_file_alone():
    word = Resolution(
        end_to_end_id=NO_PAYMENT,
        contradicted=FILE[:16],
        told="",
        reason="the bank mixed up two customers, case 4711",
        by="kari",
        on=dt.date(2026, 11, 12),
    )
    told = [answered(OURS, PART, NO_PAYMENT)]
    resolved = {NO_PAYMENT: [word]}

    assert {} == unknown(told, KNOWN, resolved, "en")
    again = answered(OURS, PART, NO_PAYMENT, sha256="9" * 64)
    found = unknown([*told, again], KNOWN, resolved, "en")
    assert ("9" * 64,) == found[NO_PAYMENT].files
