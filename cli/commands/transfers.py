"""What is between our own accounts: it has left one of them and not reached the other."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from bankio.amount import Amount
from cli.render import count, money
from cli.wiring import Workplace
from reconcile.transfers import OnItsWay, on_their_way


def of(workplace: Workplace, day: dt.date) -> tuple[OnItsWay, ...]:
    """Return what stands between our own accounts at the end of a day, oldest first."""
    found: list[OnItsWay] = []
    totals = workplace.books.register.totals
    for account in workplace.books.roles.get("own-transfers", ()):
        for currency in totals.currencies(account.name):
            moves = totals.moves(account.name, currency)
            amounts = [(moved_on, Amount(number, currency)) for moved_on, number in moves]
            found += on_their_way(account.name, amounts, day)
    return tuple(sorted(found, key=lambda each: (each.date, each.account)))


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
