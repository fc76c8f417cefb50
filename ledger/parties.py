"""Suppliers, customers and employees: sub-accounts with metadata on their `open`.

```beancount
2026-01-01 open Liabilities:2400-Leverandørgjeld:L10001-Fjellkraft  NOK
  supplier: "10001"
  name: "Fjellkraft AS"
  orgnr: "987654325"
  creditor-account: "15032080119"
  terms: 14
2026-11-10 custom "party" "L10001"
  creditor-account: "86011117947"
  reason: "Telephoned Kari at the number we had, 9 Nov"
  by: "ola"
```

Where a supplier wants to be paid may change, and a changed account is the commonest
fraud there is. So nothing is overwritten: a change is a dated line with who and why,
and the whole history can be seen. Employees are numbers only, here as everywhere.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from ledger.accounts import LedgerAccount, text
from ledger.directives import BooksPlace, Custom, Meta

_SEPARATORS = re.compile(r"[\s.]+")


class PartyKind(StrEnum):
    """What a party is to us; the letter of its number says it."""

    SUPPLIER = "supplier"
    CUSTOMER = "customer"
    EMPLOYEE = "employee"
    AUTHORITY = "authority"
    """Whoever is paid from an account without sub-accounts, such as withheld tax."""


_KINDS = {"L": PartyKind.SUPPLIER, "K": PartyKind.CUSTOMER, "A": PartyKind.EMPLOYEE}


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditorAccount:
    """An account that a party wants to be paid on, since when, and who says so."""

    number: str
    since: date
    by: str | None = None
    reason: str | None = None
    place: BooksPlace | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """Somebody whom we owe or who owes us."""

    number: str
    """`L10001`; for an authority its account's number in the chart."""
    kind: PartyKind
    account: str
    name: str
    orgnr: str | None = None
    creditor_accounts: tuple[CreditorAccount, ...] = ()
    """History, oldest first; the last one counts."""
    terms_days: int | None = None
    kid: str | None = None
    place: BooksPlace | None = field(default=None, compare=False)

    @property
    def creditor_account(self) -> str | None:
        """Where it is to be paid now, compact."""
        return self.creditor_accounts[-1].number if self.creditor_accounts else None


def parties_of(
    accounts: Mapping[str, LedgerAccount], customs: Iterable[Custom]
) -> dict[str, Party]:
    """Return the parties by the name of their account."""
    changes: dict[str, list[Custom]] = defaultdict(list)
    for custom in customs:
        if custom.type == "party" and custom.values:
            changes[str(custom.values[0])].append(custom)
    parties: dict[str, Party] = {}
    for account in accounts.values():
        party = _opened(account)
        if party is None:
            continue
        for change in changes.get(party.number, ()):
            party = _changed(party, change)
        parties[account.name] = party
    return parties


def compact_account(number: str) -> str:
    """Take away what an account number has for the eye only, unchecked otherwise.

    >>> compact_account("1503.20.80119"), compact_account("NO85 1503 2080 119")
    ('15032080119', 'NO8515032080119')
    """
    return _SEPARATORS.sub("", number).upper()


def _opened(account: LedgerAccount) -> Party | None:
    number = account.party_number
    if number is not None:
        kind = _KINDS[number[0]]
    elif account.role == "tax" and account.number is not None:
        number, kind = account.number, PartyKind.AUTHORITY
    else:
        return None
    name = account.label
    if kind is PartyKind.EMPLOYEE:
        name = f"Ansatt {number[1:]}"  # employees are numbers only, whatever stands there
    elif kind is PartyKind.AUTHORITY:
        name = text(account.meta, "name") or ""  # the account's own words name no payee
    return Party(
        number=number,
        kind=kind,
        account=account.name,
        name=name,
        orgnr=text(account.meta, "orgnr"),
        creditor_accounts=_first_account(account),
        terms_days=_days(account.meta),
        kid=text(account.meta, "kid"),
        place=account.place,
    )


def _first_account(account: LedgerAccount) -> tuple[CreditorAccount, ...]:
    number = text(account.meta, "creditor-account")
    if number is None:
        return ()
    return (
        CreditorAccount(
            number=compact_account(number), since=account.open_date, place=account.place
        ),
    )


def _changed(party: Party, change: Custom) -> Party:
    number = text(change.meta, "creditor-account")
    history = party.creditor_accounts
    if number is not None:
        history = (
            *history,
            CreditorAccount(
                number=compact_account(number),
                since=change.date,
                by=text(change.meta, "by"),
                reason=text(change.meta, "reason"),
                place=change.place,
            ),
        )
    terms = _days(change.meta)
    return replace(
        party,
        creditor_accounts=history,
        name=text(change.meta, "name") or party.name,
        orgnr=text(change.meta, "orgnr") or party.orgnr,
        terms_days=party.terms_days if terms is None else terms,
        kid=text(change.meta, "kid") or party.kid,
    )


def _days(meta: Meta) -> int | None:
    value = meta.get("terms")
    return int(value) if isinstance(value, Decimal) else None
