"""books.toml: the company, its bank accounts, channels and policy.

```toml
[company]
name = "Fjordvik Håndverk AS"
orgnr = "987654325"
language = "nb"            # narrations and reasons: nb or en
locked_until = 2026-09-30  # optional

[[bank-account]]
number = "86011117947"     # BBAN
account = "Assets:1920-Bankinnskudd"
currency = "NOK"
first_day = 2026-09-01     # movements before it are not ours to post
opening = "250000.00"      # on the morning of the first day; else what the books have
bank = "sor"               # profile in bankio.banks
channel = "netbank"        # name of a [channel.*] below

[channel.netbank]
kind = "directory"
outbox = "bank/outbox"
inbox = "bank/inbox"

[policy]
pay_ahead = 7              # days
weekend = "before"         # a bill due on a closed day: last bank day before, or next after
retry = ["AM04"]
batch_over = 2000
salary_batch = true
small_difference = "1.00" # of a receipt or payment; posted as rounding; 0 is never
account_freeze = 3         # bank days that a changed creditor account waits
payment_limit = "100000.00" # a larger bill waits for a person; 0 or absent: none
day_limit = "500000.00"    # and so does what goes beyond this on one day
second_person = false      # both are confirmed by two persons
```
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Literal

from ledger.errors import CompanyInvalid
from ledger.user_rules import UserRule

__all__ = [
    "BankAccount",
    "ChannelSettings",
    "Company",
    "CompanyInvalid",
    "Policy",
    "read",
    "text_with_lock",
]

FILE = "books.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class BankAccount:
    """An account at a bank that the books prove."""

    number: str
    """11-digit BBAN (an IBAN abroad)."""
    account: str
    """Ledger account, `Assets:1920-Bankinnskudd`."""
    clearing: str
    """Its own clearing account, from `clearing:` on the ledger account's `open`: books.toml
    does not know it, so it is empty until `ledger.books` fills it in."""
    currency: str
    first_day: date
    opening: Decimal
    """What the bank had on the morning of the first day. Where books.toml is silent, it is
    what the ledger has then; `ledger.books` fills it in."""
    bank: str = "generic"
    channel: str = "netbank"
    has_opening: bool = True
    """Whether books.toml tells the opening."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelSettings:
    """Where a channel's files go; kinds are those of `bankio.channels`."""

    name: str
    kind: str
    settings: dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What a person has decided beforehand."""

    pay_ahead: int = 7
    weekend: Literal["before", "after"] = "before"
    retry: tuple[str, ...] = ()
    """Reject codes after which an item may go again by itself."""
    batch_over: int = 2000
    salary_batch: bool = True
    small_difference: Decimal = Decimal(0)
    """Up to this much too little or too much is posted as rounding; 0: never."""
    hold_bad_kid: bool = True
    account_freeze: int = 3
    """Bank days between the confirmation of a changed creditor account and a payment."""
    payment_limit: Decimal = Decimal(0)
    """A bill above it waits for a person, in the operating currency; 0: none."""
    day_limit: Decimal = Decimal(0)
    """What is ordered for one day beyond it waits for a person; 0: no limit."""
    second_person: bool = False
    """Whether a changed account and an amount above a limit take two persons."""
    closed_days: tuple[date, ...] = ()
    """Further days on which the bank is closed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """What books.toml says, checked."""

    folder: Path
    name: str
    orgnr: str
    language: Literal["nb", "en"]
    operating_currency: str
    """NOK until `ledger.books` has seen main.beancount."""
    bank_accounts: tuple[BankAccount, ...]
    channels: tuple[ChannelSettings, ...]
    policy: Policy
    locked_until: date | None = None
    rules: tuple[UserRule, ...] = ()
    """`[[rule]]`: what is decided beforehand for money that recurs."""

    def bank_account(self, number_or_account: str) -> BankAccount | None:
        """Return the bank account with this number or ledger account."""
        for account in self.bank_accounts:
            if number_or_account in {account.number, account.account}:
                return account
        return None


def read(folder: Path) -> Company:
    """Return what books.toml in `folder` says.

    Raises:
        CompanyInvalid: Every error of the file.
    """
    from ledger.company_file import read_company

    return read_company(folder)


_LOCK = re.compile(
    r"(?P<key>(?P<off>#[ \t]*)?locked_until[ \t]*=[ \t]*[^#\r\n]*)(?P<note>#[^\r\n]*)?"
)
_COMPANY_TABLE = re.compile(r"[ \t]*\[[ \t]*company[ \t]*\]")
_KEY = re.compile(r"[ \t]*[A-Za-z0-9_\"'-]+[ \t]*=")


def text_with_lock(text: str, locked_until: date) -> str:
    r"""Return the text of books.toml with another `locked_until`, and no other change.

    The line that is there is taken, also the one that stands as a comment in new books;
    else a line comes last in `[company]`. What a person wrote beside it stays.

    >>> text_with_lock('[company]\nname = "A"\n\n[policy]\n', date(2026, 9, 30))
    '[company]\nname = "A"\nlocked_until = 2026-09-30\n\n[policy]\n'
    >>> text_with_lock("[company]\n# locked_until = 2026-01-31 # by\n", date(2026, 9, 30))
    '[company]\nlocked_until = 2026-09-30   # by\n'
    """
    key = f"locked_until = {locked_until.isoformat()}"
    lines = text.splitlines(keepends=True)
    table = _company_lines(lines)
    found = [at for at in table if _LOCK.match(lines[at])]
    for at in sorted(found, key=lambda at: lines[at].startswith("#")):
        matched = _LOCK.match(lines[at])
        assert matched is not None
        note = matched["note"] or ""
        new = f"{key.ljust(len(matched['key']))}{note}" if note else key
        lines[at] = new + lines[at][matched.end() :]
        return "".join(lines)
    last = max((at for at in table if _KEY.match(lines[at])), default=table.start - 1)
    if last >= 0:
        end = "\r\n" if lines[last].endswith("\r\n") else "\n"
        lines[last] = lines[last].rstrip("\r\n") + end
        lines.insert(last + 1, key + end)
    return "".join(lines)


def _company_lines(lines: Sequence[str]) -> range:
    """Return which lines are of the table `[company]`, its header not among them."""
    start = next((at for at, line in enumerate(lines) if _COMPANY_TABLE.match(line)), None)
    if start is None:
        return range(0)
    after = (at for at in range(start + 1, len(lines)) if lines[at].lstrip()[:1] == "[")
    return range(start + 1, next(after, len(lines)))
