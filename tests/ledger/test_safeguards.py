"""What waits for a person before money leaves: each row is a party, its past, and a day."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from bankio.amount import Amount
from ledger.bank_days import BankDays
from ledger.company import Policy
from ledger.item_kinds import ItemKind
from ledger.open_items import OpenItem, Release
from ledger.parties import CreditorAccount
from ledger.safeguards import Obstacle, Safeguards

OLD, NEW, THIRD = "15032080119", "86011117947", "15101234565"
MONDAY = dt.date(2026, 11, 2)


def nok(number: str) -> Amount:
    return Amount(Decimal(number), "NOK")


def item(account: str = NEW, owed: str = "100.00", *releases: Release) -> OpenItem:
    amount = Amount(-Decimal(owed), "NOK")
    return OpenItem(
        key="lf-L10001-1",
        account="Liabilities:2400-Leverandørgjeld:L10001-Fjellkraft",
        kind=ItemKind.SUPPLIER,
        party_number="L10001",
        party_name="Fjellkraft AS",
        date=MONDAY,
        amount=amount,
        residual=amount,
        creditor_account=account,
        releases=releases,
    )


def why(found: Obstacle | None) -> str | None:
    return found.reason if found else None


def guards(
    *history: CreditorAccount,
    paid: tuple[str, ...] = (),
    today: dt.date = MONDAY,
    **policy: object,
) -> Safeguards:
    return Safeguards(
        policy=Policy(**policy),
        today=today,
        bank_days=BankDays(),
        accounts={"L10001": history} if history else {},
        paid={"L10001": frozenset(paid)} if paid else {},
    )


def line(number: str, day: int = 2, by: str | None = "ola", why: str | None = "telephoned"):
    return CreditorAccount(number=number, since=dt.date(2026, 11, day), by=by, reason=why)


FIRST = CreditorAccount(number=OLD, since=dt.date(2026, 1, 1))


@pytest.mark.parametrize(
    ("confirmed", "frozen", "free"),
    [
        (2, 4, 5),  # Monday: paid from Thursday
        (4, 8, 9),  # Wednesday: the week-end does not count
        (6, 10, 11),  # Friday
        (7, 10, 11),  # a Saturday's word counts from Saturday
    ],
)
def test_the_freeze_ends_exactly_at_the_bank_days_boundary(confirmed, frozen, free):
    def reason(day: int) -> str | None:
        today = dt.date(2026, 11, day)
        return why(guards(FIRST, line(NEW, confirmed), today=today).account(item()))

    assert f"frozen until 2026-11-{free:02}" in (reason(frozen) or "")
    assert "confirmed by ola" in (reason(frozen) or "")
    assert reason(free) is None


def test_the_christmas_eve_of_the_bank_is_no_bank_day():
    confirmed = CreditorAccount(number=NEW, since=dt.date(2026, 12, 22), by="o", reason="t")
    for day, is_free in ((28, False), (29, True)):
        found = guards(FIRST, confirmed, today=dt.date(2026, 12, day))
        assert is_free == (why(found.account(item())) is None), day


THURSDAY = dt.date(2026, 11, 5)
RELEASED = Release(on=MONDAY, by="kari", creditor_account=NEW)

REASONS = {
    "the first account": (guards(FIRST), item(OLD), None),
    "nothing is known of the party": (guards(), item(), None),
    "another account": (guards(FIRST), item(), "is not the one known for Fjellkraft AS"),
    "another than was paid, and no record": (guards(paid=(OLD,)), item(), f"({OLD})"),
    "the one that was paid, and no record": (guards(paid=(NEW, OLD)), item(), None),
    "the record was changed in place": (
        guards(line(NEW), paid=(OLD,)),
        item(),
        f"which was paid on {OLD} before",
    ),
    "the record's own account was paid before": (
        guards(FIRST, paid=(OLD, THIRD)),
        item(OLD),
        None,
    ),
    "the former account, after a change": (
        guards(FIRST, line(NEW), paid=(OLD,), today=THURSDAY),
        item(OLD),
        None,
    ),
    "changed by nobody": (
        guards(FIRST, line(NEW, by=None), today=THURSDAY),
        item(),
        "add by and reason to the line",
    ),
    "changed without a word how": (
        guards(FIRST, line(NEW, why=None), today=THURSDAY),
        item(),
        "add by and reason to the line",
    ),
    "no freeze": (guards(FIRST, line(NEW), account_freeze=0), item(), None),
    "confirmed for a day to come": (
        guards(FIRST, line(NEW, 6), account_freeze=0),
        item(),
        "frozen until 2026-11-06",
    ),
    "released for this bill": (
        guards(FIRST, today=THURSDAY),
        item(NEW, "1.00", RELEASED),
        None,
    ),
    "released for this bill, a day too early": (
        guards(FIRST, today=dt.date(2026, 11, 4)),
        item(NEW, "1.00", RELEASED),
        "confirmed by kari on 2026-11-02, frozen until 2026-11-05",
    ),
    "the release was of another account": (
        guards(FIRST, today=THURSDAY),
        item(THIRD, "1.00", RELEASED),
        "is not the one known",
    ),
    "a release of the amount is none of the account": (
        guards(FIRST, today=THURSDAY),
        item(NEW, "1.00", Release(on=MONDAY, by="kari", up_to=nok("1.00"))),
        "is not the one known",
    ),
    "one person where two are wanted": (
        guards(FIRST, line(NEW), today=THURSDAY, second_person=True),
        item(),
        "a second person must confirm it too",
    ),
    "the same person twice": (
        guards(FIRST, line(NEW), line(NEW, 3), today=THURSDAY, second_person=True),
        item(),
        "a second person must confirm it too",
    ),
    "two persons": (
        guards(FIRST, line(NEW), line(NEW, 4, "kari"), today=THURSDAY, second_person=True),
        item(),
        None,
    ),
    "one by the party's line and one by the bill's release": (
        guards(FIRST, line(NEW), today=THURSDAY, second_person=True),
        item(NEW, "1.00", RELEASED),
        None,
    ),
}


@pytest.mark.parametrize(("found", "bill", "said"), REASONS.values(), ids=REASONS)
def test_an_account_waits_until_it_is_confirmed(found, bill, said):
    reason = why(found.account(bill))

    if said is None:
        assert reason is None
    else:
        assert said in (reason or "")


def up_to(amount: str, by: str = "kari") -> Release:
    return Release(on=MONDAY, by=by, up_to=nok(amount))


LIMITS = {
    "no limit": ({}, item(OLD, "1000000"), None),
    "at the limit": ({"payment_limit": Decimal(1000)}, item(OLD, "1000"), None),
    "an øre above": (
        {"payment_limit": Decimal(1000)},
        item(OLD, "1000.01"),
        "1000.01 NOK is above payment_limit 1000: a person must release it",
    ),
    "released": (
        {"payment_limit": Decimal(1000)},
        item(OLD, "2000", up_to("2000.00")),
        None,
    ),
    "released, and then the bill grew": (
        {"payment_limit": Decimal(1000)},
        item(OLD, "2000.01", up_to("2000.00")),
        "a person must release it",
    ),
    "one of two": (
        {"payment_limit": Decimal(1000), "second_person": True},
        item(OLD, "2000", up_to("2000")),
        "released by kari; a second person must release it too",
    ),
    "two of two": (
        {"payment_limit": Decimal(1000), "second_person": True},
        item(OLD, "2000", up_to("2000"), up_to("2000", "ola")),
        None,
    ),
}


@pytest.mark.parametrize(("policy", "bill", "said"), LIMITS.values(), ids=LIMITS)
def test_a_large_bill_waits_until_it_is_released(policy, bill, said):
    reason = why(guards(FIRST, **policy).amount(bill))

    assert said in (reason or "") if said else reason is None


def test_another_currency_cannot_be_measured_and_waits():
    found = Safeguards(
        policy=Policy(payment_limit=Decimal(1000), day_limit=Decimal(1000)),
        today=MONDAY,
        bank_days=BankDays(),
        currency="EUR",
    )

    assert "not in EUR" in (why(found.amount(item(OLD, "1"))) or "")
    assert "not in EUR" in (why(found.above_day(item(OLD, "1"), nok("1"), nok("0"))) or "")


def test_what_goes_beyond_a_days_limit_waits():
    found = guards(FIRST, day_limit=Decimal(1000))

    assert why(found.above_day(item(OLD, "400"), nok("400"), nok("600"))) is None
    reason = why(found.above_day(item(OLD, "400.01"), nok("400.01"), nok("600")))
    assert "400.01 NOK is with 600.00 NOK that day above day_limit 1000" in (reason or "")
    released = item(OLD, "400.01", up_to("400.01"))
    assert why(found.above_day(released, nok("400.01"), nok("600"))) is None


def test_a_withdrawn_account_waits_though_it_was_confirmed_once():
    """The genuine account confirmed again: the last line counts."""
    history = (FIRST, line(NEW, 2), line(OLD, 3))
    free = dt.date(2026, 11, 20)

    held = why(guards(*history, today=free).account(item(NEW)))

    assert held is not None
    assert f"was replaced by {OLD} on 2026-11-03" in held
    assert guards(*history, today=free).account(item(OLD)) is None


def test_a_release_after_the_withdrawal_lifts_it_for_that_bill():
    history = (FIRST, line(NEW, 2), line(OLD, 3))
    before, after = (
        Release(on=dt.date(2026, 11, day), by="ola", creditor_account=NEW) for day in (2, 4)
    )
    free = dt.date(2026, 11, 20)

    assert guards(*history, today=free).account(item(NEW, "100.00", before)) is not None
    assert guards(*history, today=free).account(item(NEW, "100.00", after)) is None


def test_a_capital_letter_makes_no_second_person():
    twice = (FIRST, line(NEW, 2), line(NEW, 3, "Ola"))
    free = dt.date(2026, 11, 20)

    held = guards(*twice, today=free, second_person=True).account(item(NEW))

    assert "a second person must confirm it too" in (why(held) or "")
