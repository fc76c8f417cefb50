"""Closing balances of bank days, and those that count no more.

A day that is proved ends with a `balance` line, which stands in the books for ever. The
bank may tell more of the day all the same:

    2 Nov   opening 250000.00   +100.00   closing 250100.00   the first statement
            opening 250100.00   +50.00    closing 250150.00   goes on where it ended

    2026-11-02 custom "statement-continued" "86011117947" 2026-11-02
      sha256: "71c0…"                 the statement that goes on
      ledger-account: "Assets:1920-Bankinnskudd"
      closing: 250100.00 NOK          what the day closed with before

or tell it anew (`ledger.reissues`). Either line names the closing that was, and that
`balance` line is left out of what is checked, here and in our Beancount plugin, by
account, day and sum. `books verify` follows the day through all its parts.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, timedelta

from bankio.amount import Amount
from ledger import reissues
from ledger.accounts import text
from ledger.company import BankAccount
from ledger.directives import Balance, Custom

CONTINUED = "statement-continued"
TYPES = (reissues.TYPE, CONTINUED)
"""Of the lines that name a closing which counts no more."""
_NEXT_DAY = timedelta(days=1)

Stated = tuple[str, date, Amount]
"""Account, date and amount of a `balance` line."""


def line_of(day: date, closing: Amount, account: BankAccount) -> Balance:
    """Return the `balance` line of a closing: in Beancount it holds in the morning."""
    return Balance(date=day + _NEXT_DAY, account=account.account, amount=closing)


def continued(day: date, before: Amount, sha256: str, account: BankAccount) -> Custom:
    """Return the line which says that a statement goes on with a day.

    Args:
        day: Of the bank.
        before: What the day closed with until now.
        sha256: The statement that goes on.
        account: Whose day it is.
    """
    return Custom(
        date=day,
        type=CONTINUED,
        values=(account.number, day),
        meta={"sha256": sha256, "ledger-account": account.account, "closing": before},
    )


def untrue(customs: Iterable[Custom]) -> frozenset[Stated]:
    """Return the `balance` lines that do not count any more."""
    found = set()
    for custom in customs:
        if custom.type not in TYPES or len(custom.values) != 2:
            continue
        day, closing = custom.values[1], custom.meta.get("closing")
        if isinstance(day, date) and isinstance(closing, Amount):
            account = text(custom.meta, "ledger-account") or ""
            found.add((account, day + _NEXT_DAY, closing))
    return frozenset(found)


def counting(
    balances: Iterable[Balance], untrue: Collection[Stated]
) -> tuple[Balance, ...]:
    """Return the balance lines without those that do not count."""
    return tuple(
        each for each in balances if (each.account, each.date, each.amount) not in untrue
    )
