"""Same, different or undecided: what two sources tell of one account and amount."""

from __future__ import annotations

from datetime import date

import pytest
from bank_stories import ACCOUNT, DAY, PLACE, nok, weekdays_apart

from ledger.identifications import end_to_end
from reconcile.bank_transactions import Movement, reports_of
from reconcile.moneys import Money
from reconcile.same_money import Sameness, sameness
from tests.bankio.bank_files import details, entry, read_account, statement

OURS = end_to_end("987654325", ACCOUNT, ["lf-1"], 1)
NAMES = ("end_to_end_id", "account_servicer_reference", "kid", "counterparty_account")


def told(words):
    """`e2e=1 ref=A kid=17 from=P` as the fields of a movement."""
    short = dict(zip(("e2e", "ref", "kid", "from"), NAMES, strict=True))
    pairs = (word.split("=") for word in words.split())
    found = {short[name]: value.replace("OURS", OURS) for name, value in pairs}
    return {name: found.get(name) for name in NAMES}


def compared(left, right, days=0):
    movement = Movement(
        key="m",
        source="camt.054",
        bank_account=ACCOUNT,
        booking_date=DAY,
        amount=nok("100.00"),
        place=PLACE,
        sha256="",
        **told(left),
    )
    money = Money(
        key="n",
        bank_account=ACCOUNT,
        booking_date=date.fromordinal(DAY.toordinal() + days),
        amount=nok("100.00"),
        batch="b",
        **told(right),
    )
    return sameness(movement, money, weekdays_apart).value


@pytest.mark.parametrize(
    ("left", "right", "found"),
    [
        ("e2e=OURS", "e2e=OURS", "same"),
        ("e2e=OURS from=P", "e2e=OURS from=Q", "same"),
        ("e2e=1", "e2e=1", "same"),
        ("e2e=1", "e2e=2", "different"),
        ("e2e=1 ref=A", "e2e=2 ref=A", "different"),
        ("e2e=1 kid=17", "e2e=1 kid=18", "different"),  # some banks write 1 everywhere
        ("e2e=1 from=P", "e2e=1 from=Q", "undecided"),
        ("e2e=1 from=P kid=17", "e2e=1 from=Q kid=17", "same"),
        ("ref=A", "ref=A", "same"),
        ("ref=A from=P", "ref=A from=Q", "same"),
        ("ref=A kid=17", "ref=A kid=18", "different"),  # references repeat
        ("ref=A", "ref=B", "different"),
        ("ref=A kid=17 from=P", "ref=B kid=17 from=P", "same"),  # each source has its own
        ("kid=17 from=P", "kid=17 from=P", "same"),
        ("kid=17 from=P", "kid=17", "undecided"),
        ("kid=17", "kid=17", "undecided"),
        ("from=P", "from=P", "undecided"),
        ("kid=17 from=P", "from=P", "undecided"),
        ("kid=17 from=P", "kid=17 from=Q", "different"),
        ("kid=17 from=P", "kid=18 from=P", "different"),
        ("", "kid=17 from=P", "different"),
        ("", "", "different"),
    ],
)
def test_sameness(left, right, found):
    assert compared(left, right) == found
    assert compared(right, left) == found


@pytest.mark.parametrize(
    ("words", "days", "found"),
    [
        ("kid=17 from=P", 5, "same"),  # Friday to Wednesday: three bank days
        ("kid=17 from=P", 6, "different"),
        ("e2e=1 kid=17", 6, "different"),
        ("ref=A", 6, "different"),
        ("e2e=OURS", 60, "same"),
    ],
)
def test_what_recurs_is_the_same_for_three_bank_days_only(words, days, found):
    assert compared(words, words, days) == found


def test_every_outcome_is_in_the_table():
    assert {each.value for each in Sameness} == {"same", "different", "undecided"}


@pytest.mark.parametrize(
    ("written", "told"),
    [("NOT PROVIDED", None), ("Not provided", None), ("NOTPROVIDED", None), ("E-1", "E-1")],
)
def test_the_word_for_none_is_no_key(written, told):
    refs = f"<Refs><EndToEndId>{written}</EndToEndId></Refs>"
    message = read_account(statement(entry(details=details(refs))))

    (report,) = reports_of(message, "0" * 64)

    assert [told] == [m.end_to_end_id for e in report.entries for m in e.movements]
