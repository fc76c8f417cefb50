"""The chart of accounts as the books have it: an account's role is metadata on its `open`.

No code knows an account by its name or number. `role: "payable"` makes an account one
on which bills stand; its sub-accounts inherit role and number. A sub-account that is a
party begins with the party's number (`L10001-Fjellkraft`): the number is the key, the
tail is for the eye.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from ledger.directives import BooksPlace, Close, Meta, MetaValue, Open
from ledger.item_kinds import ItemKind

ROLES: Mapping[str, str] = {
    "bank": "an account at a bank; posted by its statements alone",
    "clearing": "between detail files and the statement of one bank account",
    "own-transfers": "money on its way between our own accounts",
    "payable": "suppliers' bills",
    "receivable": "customers' invoices",
    "wages": "net wages owed to employees",
    "tax": "withheld tax, employer's contribution, VAT: owed to authorities",
    "suspense-in": "unidentified receipts",
    "suspense-out": "unidentified payments",
    "charges": "the bank's fees",
    "rounding": "differences of less than a krone",
    "interest-income": "interest from the bank",
    "interest-expense": "interest to the bank",
    "exchange-gain": "gains on exchange rates",
    "exchange-loss": "losses on exchange rates",
    "discount-received": "cash discounts that suppliers give us",
    "discount-given": "cash discounts that we give customers",
    "bad-debts": "receivables that are given up",
    "opening": "the other side of opening balances",
    "other": "no special meaning, whatever the parent says",
}

ITEM_ROLES: Mapping[str, ItemKind] = {
    "payable": ItemKind.SUPPLIER,
    "receivable": ItemKind.CUSTOMER,
    "wages": ItemKind.SALARY,
    "tax": ItemKind.TAX,
    "suspense-in": ItemKind.SUSPENSE,
    "suspense-out": ItemKind.SUSPENSE,
}
"""Roles whose accounts hold open items: each posting on them needs an identity."""

ROOTS = ("Assets", "Liabilities", "Equity", "Income", "Expenses")
_NOMINAL = ("Income:", "Expenses:")

_PARTY_KEYS = (("supplier", "L"), ("customer", "K"), ("employee", "A"))
_NUMBERED = re.compile(r"[A-Za-z]+:([0-9]{4})-")
_PARTY_TAIL = re.compile(r"([LKA][0-9]+)(?:-(.+))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerAccount:
    """An account of the books."""

    name: str
    """In full, `Liabilities:2400-Leverandørgjeld:L10001-Fjellkraft`."""
    number: str | None = None
    """Number in the chart: `account-no`, the parent's, or what the name begins with."""
    role: str | None = None
    """Own or inherited."""
    has_own_role: bool = False
    """Whether the role stands on its own `open`, not on a parent's."""
    currencies: tuple[str, ...] = ()
    """Empty: any."""
    open_date: date
    close_date: date | None = None
    party_number: str | None = None
    """`L10001`: the kind's letter and the number."""
    label: str = ""
    """What people call it: the name of the party, or the account's own words."""
    bank_number: str | None = None
    clearing: str | None = None
    """A bank account's own clearing account."""
    saft: str | None = None
    meta: Meta = field(default_factory=dict)
    place: BooksPlace | None = field(default=None, compare=False)

    def is_open(self, at: date) -> bool:
        """Whether it may be posted on that day (Beancount closes at the day's start)."""
        return self.open_date <= at and (self.close_date is None or at < self.close_date)

    @property
    def item_kind(self) -> ItemKind | None:
        """What open items on it are; None where postings need no identity."""
        return ITEM_ROLES.get(self.role or "")


def accounts_of(opens: Iterable[Open], closes: Iterable[Close]) -> dict[str, LedgerAccount]:
    """Return the accounts by full name; parents give role and number to their children."""
    closed = {close.account: close.date for close in closes}
    accounts: dict[str, LedgerAccount] = {}
    for opened in sorted(opens, key=lambda item: item.account):
        parent = _nearest(accounts, opened.account)
        accounts[opened.account] = _account(opened, parent, closed.get(opened.account))
    return accounts


def _account(
    opened: Open, parent: LedgerAccount | None, closed: date | None
) -> LedgerAccount:
    own_role = text(opened.meta, "role")
    number = text(opened.meta, "account-no")
    party, tail = _party_of(opened)
    return LedgerAccount(
        name=opened.account,
        number=number or (parent.number if parent else _number_in(opened.account)),
        role=own_role or (parent.role if parent else None),
        has_own_role=own_role is not None,
        currencies=opened.currencies,
        open_date=opened.date,
        close_date=closed,
        party_number=party,
        label=text(opened.meta, "name") or tail,
        bank_number=text(opened.meta, "bank-account"),
        clearing=text(opened.meta, "clearing"),
        saft=text(opened.meta, "saft"),
        meta=opened.meta,
        place=opened.place,
    )


def _number_in(name: str) -> str | None:
    """Return the number that an account without `account-no` begins with."""
    matched = _NUMBERED.match(name)
    return matched[1] if matched else None


def _party_of(opened: Open) -> tuple[str | None, str]:
    """Return the party's number and the readable rest of the account's last part."""
    last = opened.account.rpartition(":")[2]
    matched = _PARTY_TAIL.fullmatch(last)
    tail = (matched[2] or matched[1]) if matched else last.partition("-")[2] or last
    number = party_number(opened.meta)
    if number is None and matched and opened.account.count(":") > 1:
        number = matched[1]
    return number, tail.replace("-", " ")


def party_number(meta: Meta) -> str | None:
    """Return the party that `supplier`, `customer` or `employee` names.

    >>> party_number({"supplier": "10001"}), party_number({"customer": "K20001"})
    ('L10001', 'K20001')
    """
    for key, letter in _PARTY_KEYS:
        number = text(meta, key)
        if number:
            return number if number.startswith(letter) else f"{letter}{number}"
    return None


def _nearest(accounts: Mapping[str, LedgerAccount], name: str) -> LedgerAccount | None:
    parent = name.rpartition(":")[0]
    while parent:
        if parent in accounts:
            return accounts[parent]
        parent = parent.rpartition(":")[0]
    return None


def ancestors(name: str) -> tuple[str, ...]:
    """Return the account and all its parents, itself first.

    >>> ancestors("Assets:1500-Kunder:K1")
    ('Assets:1500-Kunder:K1', 'Assets:1500-Kunder', 'Assets')
    """
    names = [name]
    while ":" in names[-1]:
        names.append(names[-1].rpartition(":")[0])
    return tuple(names)


def is_on(name: str, account: str) -> bool:
    """Whether an account is another one, or below it.

    >>> is_on("Assets:1500-Kunder:K1", "Assets:1500-Kunder")
    True
    >>> is_on("Assets:1500-Kunder-ny", "Assets:1500-Kunder")
    False
    """
    return name == account or name.startswith(f"{account}:")


def is_account_name(name: str) -> bool:
    r"""Return whether Beancount takes `name` as an account, spelled in NFC.

    The root is one of five; each further part begins with a capital letter or a digit
    and goes on with letters, digits and `-`. Checked letter by letter because a pattern
    with `$` lets a final newline through, and a newline forges a posting.

    >>> is_account_name("Liabilities:2400-Leverandørgjeld:L10001-Fjellkraft")
    True
    >>> is_account_name("Assets:bank"), is_account_name("Assets:Bank\n")
    (False, False)
    """
    root, *parts = name.split(":")
    return (
        root in ROOTS
        and bool(parts)
        and all(_is_part(part) for part in parts)
        and unicodedata.is_normalized("NFC", name)
    )


def _is_part(part: str) -> bool:
    return (
        bool(part)
        and unicodedata.category(part[0]) in {"Lu", "Nd"}
        and all(
            character == "-"
            or unicodedata.category(character)[0] == "L"
            or unicodedata.category(character) == "Nd"
            for character in part[1:]
        )
    )


def text(meta: Meta, key: str) -> str | None:
    """Return the value of a metadata key where it is text and not empty."""
    value: MetaValue | None = meta.get(key)
    return value if isinstance(value, str) and value else None


def is_nominal(account: str) -> bool:
    """Whether an account is of the profit and loss statement, not of the balance sheet."""
    return account.startswith(_NOMINAL)
