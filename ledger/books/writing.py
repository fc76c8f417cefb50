"""The exact writer: directives as Beancount text that says just that and nothing more.

Text from a bank is hostile input. With a quote and a newline in a payee one can write a
posting, an `include`, or a `plugin` line that runs code, and the file loads without an
error; Beancount's own printer guards strings, but not links, tags and accounts. So:

- free text is made one line of printable characters (NFC, at most 500) and escaped;
- what is a key must be unchanged by that; links, tags, accounts, currencies and
  metadata keys must match a whitelist, whole, or nothing is written (`Unwritable`);
- amounts are written as they are, never rounded, with two decimals at least (a whole
  number would make Beancount infer no tolerance, and `3 EUR @@ 10 NOK` would fail);
- a transaction sums to exactly zero in each currency, or it is not written.

`ledger.canonical` gives the directive as it will be read back; the two are `==`.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import NoReturn

from bankio.amount import Amount, exponent
from ledger.accounts import is_account_name
from ledger.canonical import clean_text
from ledger.directives import (
    Balance,
    Close,
    Custom,
    Directive,
    MetaValue,
    Open,
    Posting,
    Transaction,
)
from ledger.errors import Unwritable
from ledger.vocabulary import CUSTOM_FORMS, type_error

EXACT_KEYS = frozenset(
    {
        "open-item",
        "bank-ref",
        "movement",
        "voucher",
        "corrects",
        "chain",
        "sha256",
        "message-id",
        "payment-information-id",
        "creditor-account",
        "release",
    }
)
"""Metadata that something is found by: it is written unchanged or not at all."""

_LINK = re.compile(r"[A-Za-z0-9/._-]+")
_META_KEY = re.compile(r"[a-z][A-Za-z0-9_-]+")
_CURRENCY = re.compile(r"[A-Z](?:[A-Z0-9'._-]{0,22}[A-Z0-9])?")
_MONEY = re.compile(r"[A-Z]{3}")
_CUSTOM_TYPE = re.compile(r"[a-z][a-z0-9-]*")
_NO_CURRENCIES = frozenset({"TRUE", "FALSE", "NULL"})
_RESERVED_KEYS = frozenset({"filename", "lineno"})
_DIGITS_MAX = 15
_ACCOUNT_COLUMNS = 56
_NUMBER_COLUMNS = 14


def text_of(directive: Directive) -> str:
    """Return the lines of a directive, each with its end."""
    match directive:
        case Transaction():
            return _transaction(directive)
        case Custom():
            return _custom(directive)
        case Balance():
            amount = directive.amount
            head = (
                f"{_date(directive.date)} balance {_account(directive.account)}"
                f"  {_number(amount)} ~ 0 {_currency(amount.currency)}\n"
            )
            return head + _meta(directive.meta, "  ")
        case Open():
            currencies = ",".join(_currency(each) for each in directive.currencies)
            head = (
                f"{_date(directive.date)} open {_account(directive.account)} {currencies}"
            )
            return f"{head.rstrip()}\n" + _meta(directive.meta, "  ")
        case Close():
            return f"{_date(directive.date)} close {_account(directive.account)}\n"


def payload(directives: Iterable[Directive]) -> bytes:
    """Return the text of directives, a blank line around each that has several lines."""
    parts: list[str] = []
    was_block = False
    for directive in directives:
        text = text_of(directive)
        is_block = text.count("\n") > 1
        if parts and (is_block or was_block):
            parts.append("\n")
        parts.append(text)
        was_block = is_block
    return "".join(parts).encode()


def _transaction(transaction: Transaction) -> str:
    if transaction.flag not in {"*", "!"}:
        raise Unwritable("flag", transaction.flag, "is neither * nor !")
    _check_balance(transaction)
    head = [_date(transaction.date), transaction.flag]
    payee = clean_text(transaction.payee or "")
    if payee:
        head.append(_quoted(payee))
    head.append(_quoted(transaction.narration))
    head.extend(f"#{_link('tag', tag)}" for tag in sorted(set(transaction.tags)))
    head.extend(f"^{_link('link', link)}" for link in sorted(set(transaction.links)))
    lines = [" ".join(head), "\n", _meta(transaction.meta, "  ")]
    for posting in transaction.postings:
        lines.append(_posting(posting))
        if posting.meta:
            lines.append(_meta(posting.meta, "    "))
    return "".join(lines)


def _check_balance(transaction: Transaction) -> None:
    if not transaction.postings:
        raise Unwritable("postings", (), "are none")
    sums: dict[str, Decimal] = {}
    for posting in transaction.postings:
        weight = posting.weight
        sums[weight.currency] = sums.get(weight.currency, Decimal(0)) + weight.number
    for currency, total in sums.items():
        if total != 0:
            raise Unwritable(
                "postings", f"{total} {currency}", "is what the transaction lacks to zero"
            )


def _posting(posting: Posting) -> str:
    name = f"  {_account(posting.account):<{_ACCOUNT_COLUMNS}}"
    units = (
        f"{_number(posting.units):>{_NUMBER_COLUMNS}} {_currency(posting.units.currency)}"
    )
    price = posting.total_price
    if price is None:
        return f"{name}  {units}\n"
    if price.number < 0 or posting.units.number == 0:
        raise Unwritable("total price", f"{price} of {posting.units}", "cannot be written")
    return f"{name}  {units} @@ {_number(price)} {_currency(price.currency)}\n"


def _custom(custom: Custom) -> str:
    if not _CUSTOM_TYPE.fullmatch(custom.type):
        raise Unwritable("custom type", custom.type, "is not lower-case letters and -")
    values = []
    for value in custom.values:
        is_exact = custom.type in CUSTOM_FORMS and isinstance(value, str)
        if is_exact and clean_text(str(value)) != value:
            _not_exact(f"custom {custom.type}", str(value))
        values.append(_value("custom value", value))
    head = " ".join([_date(custom.date), "custom", f'"{custom.type}"', *values])
    return f"{head}\n{_meta(custom.meta, '  ')}"


def _meta(meta: Mapping[str, MetaValue], indent: str) -> str:
    lines = []
    for key, value in meta.items():
        _check_key(key)
        wrong = type_error(key, value)
        if wrong is not None:
            raise Unwritable(key, value, f"has the wrong type ({wrong})")
        if isinstance(value, str):
            line = clean_text(value)
            if line != value and key in EXACT_KEYS:
                _not_exact(key, value)
            written = _in_quotes(line)
        else:
            written = _value(key, value)
        lines.append(f"{indent}{key}: {written}\n")
    return "".join(lines)


@lru_cache(maxsize=1024)
def _check_key(key: str) -> None:
    if not _META_KEY.fullmatch(key) or key in _RESERVED_KEYS:
        raise Unwritable("metadata key", key, "is none that Beancount takes")


def _not_exact(field: str, value: str) -> NoReturn:
    raise Unwritable(field, value, "is a key and would be changed by writing it")


def _value(field: str, value: MetaValue) -> str:
    match value:
        case str():
            return _quoted(value)
        case bool():
            return "TRUE" if value else "FALSE"
        case Decimal():
            return _decimal(field, value)
        case Amount():
            return f"{_number(value)} {_currency(value.currency)}"
        case dt.datetime():
            raise Unwritable(field, value, "has a time; Beancount has dates only")
        case dt.date():
            return _date(value)
    raise Unwritable(field, value, "is of no type that metadata has")


def _quoted(text: str) -> str:
    return _in_quotes(clean_text(text))


def _in_quotes(line: str) -> str:
    if '"' in line or "\\" in line:
        line = line.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{line}"'


def _number(amount: Amount) -> str:
    """Return the number as it is, with two decimals at least."""
    number = amount.number
    if not number.is_finite() or number.adjusted() >= _DIGITS_MAX:
        raise Unwritable("amount", number, "is no number that money has")
    decimals = _decimals(number)
    if decimals > exponent(amount.currency) and _MONEY.fullmatch(amount.currency):
        raise Unwritable("amount", amount, f"has more decimals than {amount.currency}")
    return f"{number or Decimal(0):.{max(2, decimals)}f}"


def _decimals(number: Decimal) -> int:
    """Return how many decimals the value needs (12.500 needs one); nothing is rounded."""
    _, digits, exponent_ = number.as_tuple()
    decimals = max(0, -int(exponent_))
    if decimals <= 2:
        return 0 if number == number.to_integral_value() else decimals
    for digit in reversed(digits):
        if digit or not decimals:
            break
        decimals -= 1
    return decimals


def _decimal(field: str, number: Decimal) -> str:
    if not number.is_finite() or len(number.as_tuple().digits) > 28:
        raise Unwritable(field, number, "is no number that Beancount keeps exactly")
    if abs(number.adjusted()) > 28:
        raise Unwritable(field, number, "is too large or too small")
    return f"{number:f}"


def _date(day: dt.date) -> str:
    if not 1700 <= day.year <= 2199:
        raise Unwritable("date", day, "is outside the years that Beancount reads")
    return day.isoformat()


@lru_cache(maxsize=65536)
def _account(name: str) -> str:
    if not is_account_name(name):
        raise Unwritable("account", name, "is no account name")
    return name


@lru_cache(maxsize=1024)
def _currency(code: str) -> str:
    if not _CURRENCY.fullmatch(code) or code in _NO_CURRENCIES:
        raise Unwritable("currency", code, "is no currency")
    return code


def _link(field: str, text: str) -> str:
    if not _LINK.fullmatch(text):
        raise Unwritable(field, text, "has characters outside A-Z a-z 0-9 / . _ -")
    return text
