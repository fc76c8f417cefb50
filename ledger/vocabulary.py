"""The words that mean something to us in Beancount text: keys, custom lines, links.

Beancount itself takes any key and any type: `kid: 0012` is the number 12, `voucher:
2026-7` is 2019, and neither is told. So every key that we read has its type here, and
a value of another type is an error that says how to type it.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache

from bankio.amount import Amount
from ledger.item_kinds import ItemKind

META_TYPES: dict[str, tuple[type, ...]] = {
    # terms of an open item
    "open-item": (str,),
    "due": (date,),
    "kid": (str,),
    "invoice": (str,),
    "creditor-account": (str,),
    "discount": (Decimal,),
    "discount-until": (date,),
    "crosses-zero": (bool,),
    # the voucher
    "voucher": (str,),
    "voucher-type": (str,),
    "document": (str,),
    "document-sha256": (str,),
    "recorded-by": (str,),
    "recorded-at": (str,),
    "chain": (str,),
    "corrects": (str,),
    "credits": (str,),
    # the bank
    "bank-ref": (str,),
    "movement": (str,),
    "withdraws": (str,),
    "clears": (str,),
    "end-to-end-id": (str,),
    "message-id": (str,),
    "payment-information-id": (str,),
    "debtor-account": (str,),
    "rule": (str,),
    "why": (str,),
    "value-date": (date,),
    "as-of": (date,),
    "open-points": (str,),
    "execution-date": (date,),
    "sha256": (str,),
    # accounts and parties, on `open`
    "account-no": (str,),
    "role": (str,),
    "saft": (str,),
    "name": (str,),
    "supplier": (str,),
    "customer": (str,),
    "employee": (str,),
    "orgnr": (str,),
    "bank-account": (str,),
    "clearing": (str,),
    "terms": (Decimal,),
    # VAT
    "user-rule": (str,),
    "vat": (str,),
    "vat-base": (Amount,),
    # decisions and payments
    "hold": (bool, str),
    "release": (str,),
    "up-to": (Amount,),
    "posted": (bool,),
    "reason": (str,),
    "by": (str,),
    "original-message-id": (str,),
    "until": (date,),
    "first-sha256": (str,),
    "reissue-sha256": (str,),
    "ledger-account": (str,),
    "closing": (Amount,),
    "told": (str,),
}
"""Keys with a meaning and what their value must be. Any other key is a person's own."""

_LIKE_MIN = 0.9
"""How near a key must be to one of ours to be taken for a slip of the pen."""


@lru_cache(maxsize=4096)
def key_error(key: str) -> str | None:
    """Return what is wrong with a metadata key, or None.

    Anybody may have keys of their own; but `creditor-acount` would pay the wrong account
    in silence.

    >>> key_error("creditor-acount")
    'creditor-acount: is creditor-account meant?'
    >>> key_error("prosjekt"), key_error("document2")
    (None, None)
    """
    if key in META_TYPES or len(key) < 6 or key.rstrip("0123456789s-") in META_TYPES:
        return None  # `document2` and `invoices` are meant as they stand
    near = difflib.get_close_matches(key, META_TYPES, 1, _LIKE_MIN)
    return f"{key}: is {near[0]} meant?" if near else None


_TYPE_HELP = {
    str: '"in double quotes"',
    date: "a date, 2026-11-20, without quotes",
    bool: "TRUE or FALSE",
    Amount: "an amount, 2500.00 NOK",
    Decimal: "a number, without quotes",
}


def type_error(key: str, value: object) -> str | None:
    """Return what is wrong with the type of a metadata value, or None.

    >>> type_error("kid", Decimal("12"))
    'kid: is a number (12); write it "in double quotes"'
    >>> type_error("kid", "0012"), type_error("my-own", Decimal("12"))
    (None, None)
    """
    expected = META_TYPES.get(key)
    if expected is None or isinstance(value, expected):
        return None
    help_ = " or ".join(_TYPE_HELP[kind] for kind in expected)
    return f"{key}: is {_described(value)}; write it {help_}"


def _described(value: object) -> str:
    if value is None:
        return "empty"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, Decimal):
        return f"a number ({value})"
    if isinstance(value, date):
        return f"a date ({value})"
    if isinstance(value, Amount):
        return f"an amount ({value})"
    return f'text ("{value}")'


_TYPED: dict[type, str] = {Amount: "12500.00 NOK", date: "2026-11-20"}


@dataclass(frozen=True, slots=True)
class CustomForm:
    """What a custom line of ours looks like."""

    values: tuple[type, ...]
    keys: frozenset[str] = field(default_factory=frozenset)
    required: frozenset[str] = field(default_factory=frozenset)
    """Of `keys`: those without which the line is no decision."""

    @property
    def described(self) -> str:
        """The values as they are typed."""
        return " ".join(_TYPED.get(kind, '"…"') for kind in self.values)


CUSTOM_FORMS: dict[str, CustomForm] = {
    "open-item": CustomForm(
        (str,),
        frozenset(
            [
                "due",
                "kid",
                "creditor-account",
                "hold",
                "release",
                "up-to",
                "posted",
                "reason",
                "by",
            ]
        ),
    ),
    "party": CustomForm(
        (str,),
        frozenset(["creditor-account", "name", "terms", "kid", "orgnr", "reason", "by"]),
    ),
    "comment": CustomForm((str, str), frozenset(["by"])),
    "reconciled": CustomForm((str, str, Amount), frozenset(["as-of", "open-points", "by"])),
    "lock": CustomForm((date,), frozenset(["sha256", "transactions", "by"])),
    "accepted-gap": CustomForm((str, date), frozenset(["reason", "by"])),
    "set-aside": CustomForm(
        (str,), frozenset(["reason", "by"]), frozenset(["reason", "by"])
    ),
    "statement-reissued": CustomForm(
        (str, date),
        frozenset(
            [
                "first-sha256",
                "reissue-sha256",
                "ledger-account",
                "closing",
                "reason",
                "by",
            ]
        ),
        frozenset(["first-sha256", "reissue-sha256", "ledger-account"]),
    ),
    "statement-continued": CustomForm(
        (str, date),
        frozenset(["sha256", "ledger-account", "closing"]),
        frozenset(["sha256", "ledger-account", "closing"]),
    ),
    "remittance": CustomForm(
        (str,),
        frozenset(
            [
                "sha256",
                "file",
                "payments",
                "total",
                "debtor-account",
                "created",
                "channel",
                "by",
            ]
        ),
    ),
    "payment": CustomForm(
        (str, str, Amount),
        frozenset(
            [
                "message-id",
                "payment-information-id",
                "attempt",
                "execution-date",
                "debtor-account",
                "creditor-account",
                "creditor-name",
                "kid",
                "message",
                "batch-booking",
                "kid-check-waived",
                "kind",
                "foreign",
                "by",
            ]
        ),
    ),
    "payment-cancel": CustomForm(
        (str,),
        frozenset(
            [
                "message-id",
                "original-message-id",
                "sha256",
                "file",
                "channel",
                "created",
                "by",
            ]
        ),
    ),
    "remittance-dropped": CustomForm((str,), frozenset(["until", "reason", "by"])),
    "remittance-again": CustomForm((str,), frozenset(["by"])),
    "cleared": CustomForm((str, Amount), frozenset(["voucher", "open-item", "by"])),
    "payment-dropped": CustomForm(
        (str,), frozenset(["reason", "by"]), frozenset(["reason", "by"])
    ),
    "contradiction-resolved": CustomForm(
        (str, str), frozenset(["told", "reason", "by"]), frozenset(["reason", "by"])
    ),
}
"""Custom lines that we read. Other types are kept as they are: Fava has its own."""

LINK_KINDS: dict[str, ItemKind] = {
    "lf": ItemKind.SUPPLIER,
    "kf": ItemKind.CUSTOMER,
    "wage": ItemKind.SALARY,
    "wht": ItemKind.TAX,
    "aga": ItemKind.TAX,
    "vat": ItemKind.TAX,
    "tax": ItemKind.TAX,
    "cr": ItemKind.CREDIT,
}
"""What the beginning of an open item's key says: `lf-L10001-10023` is a supplier's bill."""
