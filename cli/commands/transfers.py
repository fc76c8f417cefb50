"""What is between our own accounts: it has left one of them and not reached the other."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal

from bankio.amount import Amount
from cli.render import count, money
from cli.wiring import Workplace
from ledger.accounts import is_on
from reconcile.transfers import OnItsWay, on_their_way


def of(workplace: Workplace, day: dt.date) -> tuple[OnItsWay, ...]:
    """Return what stands between our own accounts at the end of a day, oldest first."""
    found: list[OnItsWay] = []
    totals = workplace.books.register.totals
    for account in workplace.books.roles.get("own-transfers", ()):
        for currency in totals.currencies(account.name):
            moves = _since_zero(totals.moves(account.name, currency), day)
            if len(moves) > 1:
                moves = _postings(workplace, account.name, currency, moves[0][0])
            amounts = [(moved_on, Amount(number, currency)) for moved_on, number in moves]
            found += on_their_way(account.name, amounts, day)
    return tuple(sorted(found, key=lambda each: (each.date, each.account)))


def _since_zero(
    moves: Iterable[tuple[dt.date, Decimal]], day: dt.date
) -> list[tuple[dt.date, Decimal]]:
    """Return what was moved after the account last stood at zero: all else has arrived."""
    total, since = Decimal(0), list[tuple[dt.date, Decimal]]()
    for moved_on, number in moves:
        if moved_on > day:
            break
        total += number
        since = [*since, (moved_on, number)] if total else []
    return since


def _postings(
    workplace: Workplace, account: str, currency: str, since: dt.date
) -> list[tuple[dt.date, Decimal]]:
    """Return each posting on the account from a day on: a day's sum hides what arrived."""
    return [
        (each.date, posting.units.number)
        for each in workplace.books.register.posted_on(account, since)
        for posting in each.postings
        if posting.units.currency == currency and is_on(posting.account, account)
    ]


def told(found: Iterable[OnItsWay]) -> list[str]:
    """Return what stands between our own accounts for the screen."""
    return [
        f"Between own accounts ({each.account}): {money(each.amount)}"
        f" {each.amount.currency} since {each.date} ({count(each.age, 'day')})"
        for each in found
    ]


def as_json(found: Iterable[OnItsWay]) -> list[dict[str, object]]:
    """Return the same for `--json`."""
    return [
        {
            "account": each.account,
            "date": each.date.isoformat(),
            "amount": each.amount.text,
            "currency": each.amount.currency,
            "age": each.age,
        }
        for each in found
    ]
