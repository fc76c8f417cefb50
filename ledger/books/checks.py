"""What Beancount lets pass and we do not: one pass over what stands in the books.

The same checks make `bean-check` and Fava show our errors (through the plugin
`ledger.plugins.books`) and make `ledger.books.load` refuse. Exact zero is demanded
wherever no cost or price is involved: Beancount's own tolerance would let half an øre
pass.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping
from decimal import Decimal

from bankio.amount import exponent
from bankio.identifiers import creditor_reference, kid
from ledger import contradictions, set_aside
from ledger.accounts import ROLES, LedgerAccount
from ledger.books.checking import keys_of
from ledger.company import Company
from ledger.directives import BooksPlace, Custom, Open, Transaction
from ledger.errors import BooksError
from ledger.item_kinds import ItemKind
from ledger.open_items import OpenItem, OpenItems, unattested
from ledger.vocabulary import CUSTOM_FORMS

_NOWHERE = BooksPlace("main.beancount", 0)
_MONEY = re.compile(r"[A-Z]{3}")
_ACCOUNT_FORM = re.compile(r"[0-9]{11}|[A-Z]{2}[0-9]{2}[A-Z0-9]{8,30}")
_PAID_KINDS = frozenset({ItemKind.SUPPLIER, ItemKind.SALARY, ItemKind.TAX})
_KID_KINDS = frozenset({ItemKind.SUPPLIER, ItemKind.TAX, ItemKind.CUSTOMER})
_ALIKE = 0.8
"""How near a custom type must be to one of ours to be taken for a slip of the pen."""


def opens_errors(opens: Iterable[Open]) -> Iterator[BooksError]:
    """Yield accounts with a role that nothing knows, or spelled in the other way."""
    for opened in opens:
        role = opened.meta.get("role")
        if isinstance(role, str) and role not in ROLES:
            yield _error(
                opened.place, f'role: "{role}" is unknown; it is one of {", ".join(ROLES)}'
            )
        if not unicodedata.is_normalized("NFC", opened.account):
            composed = unicodedata.normalize("NFC", opened.account)
            yield _error(
                opened.place,
                f"{composed} is spelled with separate accents (NFD), which is another"
                f" account. Type it again:  {composed}",
            )


def clearing_errors(accounts: Mapping[str, LedgerAccount]) -> Iterator[BooksError]:
    """Yield clearing accounts that nothing opens."""
    for account in accounts.values():
        if account.clearing and account.clearing not in accounts:
            yield _error(
                account.place,
                f'clearing: "{account.clearing}" is not opened. Type:  {account.open_date}'
                f' open {account.clearing} NOK  and below it:  role: "clearing"',
            )


def transaction_errors(
    transactions: Collection[Transaction], items: OpenItems, company: Company | None
) -> Iterator[BooksError]:
    """Yield sums that are not zero, too many decimals, drafts in the locked period."""
    for transaction in transactions:
        yield from _amount_errors(transaction)
    locked_until = company.locked_until if company else None
    if locked_until is None:
        return
    for draft in unattested(transactions, items):
        if draft.date <= locked_until:
            yield _error(
                draft.place,
                f"draft in the period locked until {locked_until}: post it or take it away",
            )


def _amount_errors(transaction: Transaction) -> Iterator[BooksError]:
    sums: dict[str, Decimal] = {}
    is_priced = False
    for posting in transaction.postings:
        number, currency = posting.units.number, posting.units.currency
        is_priced = is_priced or posting.total_price is not None
        sums[currency] = sums[currency] + number if currency in sums else number
        if -int(number.as_tuple().exponent) > 2 or currency != "NOK":
            yield from _decimals(posting.place, number, currency)
    if is_priced:
        return
    for currency, total in sums.items():
        if total:
            yield _error(
                transaction.place,
                f"the postings are {total} {currency} apart; they must sum to exactly zero",
            )


def _decimals(
    place: BooksPlace | None, number: Decimal, currency: str
) -> Iterator[BooksError]:
    places = exponent(currency)
    if _MONEY.fullmatch(currency) and number % Decimal(1).scaleb(-places):
        yield _error(
            place, f"{number} {currency} has more decimals than {currency} has ({places})"
        )


def bank_keys(
    transactions: Iterable[Transaction], errors: list[BooksError]
) -> dict[str, str]:
    """Return bank-ref and movement keys with their voucher; each may stand only once."""
    keys: dict[str, str] = {}
    places: dict[str, BooksPlace | None] = {}
    for transaction in transactions:
        for key in keys_of(transaction):
            if key in keys:
                errors.append(
                    _error(
                        transaction.place,
                        f'"{key}" is posted twice; the other is at {places[key]}',
                    )
                )
                continue
            keys[key] = str(transaction.meta.get("voucher", ""))
            places[key] = transaction.place
    return keys


def custom_errors(customs: Iterable[Custom]) -> Iterator[BooksError]:
    """Yield our custom lines that are not typed as they should be."""
    for custom in customs:
        form = CUSTOM_FORMS.get(custom.type)
        if form is None:
            near = difflib.get_close_matches(custom.type, CUSTOM_FORMS, 1, _ALIKE)
            if near:
                yield _error(custom.place, f'custom "{custom.type}": is "{near[0]}" meant?')
            elif not custom.values:
                yield _error(
                    custom.place,
                    f'custom "{custom.type}" has no value, and Beancount falls over it:'
                    f' type one,  custom "{custom.type}" TRUE',
                )
            continue
        if len(custom.values) != len(form.values) or not all(
            isinstance(value, kind)
            for value, kind in zip(custom.values, form.values, strict=False)
        ):
            yield _error(
                custom.place, f'type it as:  custom "{custom.type}" {form.described}'
            )
        for key in custom.meta:
            if key not in form.keys:
                yield _error(
                    custom.place,
                    f'{key}: has no meaning in custom "{custom.type}"; it takes'
                    f" {', '.join(sorted(form.keys))}",
                )
        for key in sorted(form.required):
            if not str(custom.meta.get(key, "")).strip(" .…"):
                yield _error(custom.place, f'custom "{custom.type}": say {key}: "…"')
        yield from _name_errors(custom)


def _name_errors(custom: Custom) -> Iterator[BooksError]:
    """Yield that a line decides about what can be no file (nor whatever else it may be)."""
    judges = {
        set_aside.TYPE: set_aside.name_error,
        contradictions.TYPE: contradictions.name_error,
    }
    if custom.type in judges and custom.values:
        fault = judges[custom.type](str(custom.values[-1]))
        if fault is not None:
            yield _error(custom.place, f'custom "{custom.type}": {fault}')


def item_errors(items: Iterable[OpenItem]) -> Iterator[BooksError]:
    """Yield open items whose KID or creditor account cannot be what it is said to be.

    Only the form is judged here. A wrong check digit is no error of the books: the one
    bill is held for a person, and the others are paid.
    """
    for item in items:
        if not item.is_open:
            continue
        if item.kid and item.kind in _KID_KINDS and not _is_reference(item.kid):
            yield _error(
                item.place,
                f'kid: "{item.kid}" is no KID (2 to 25 digits; the last may be -)',
            )
        number = item.creditor_account
        if number and item.kind in _PAID_KINDS and not _ACCOUNT_FORM.fullmatch(number):
            yield _error(
                item.place,
                f'creditor-account: "{number}" is neither 11 digits nor an IBAN',
            )


def _is_reference(text: str) -> bool:
    return kid.has_form(text) or creditor_reference.is_valid(text)


def _error(place: BooksPlace | None, message: str) -> BooksError:
    where = place or _NOWHERE
    return BooksError(where.file, where.line, message)
