"""Read books.toml: every key has a type, and every error is told at once.

TOML knows no lines after parsing, so the line of a key is looked up in the text: good
enough to jump to. Keys that nobody knows are errors too: `pay_ahed = 30` must not pass
in silence.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

from bankio.banks import PROFILES
from bankio.identifiers import InvalidIdentifier, bban, iban, orgnr
from ledger.accounts import is_account_name
from ledger.company import FILE, BankAccount, ChannelSettings, Company, Policy
from ledger.errors import BooksError, CompanyInvalid
from ledger.user_rules import UserRule
from ledger.vat import CODES

_AMOUNT = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,2})?", re.ASCII)
_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)
_TOML_LINE = re.compile(r"\(at line ([0-9]+), column [0-9]+\)")
_KINDS = {
    str: "text in quotes",
    bool: "true or false",
    int: "a whole number",
    date: "a date",
}
_TABLES = ("company", "bank-account", "channel", "policy", "rule")

Value = TypeVar("Value")


@dataclass(slots=True)
class _Table:
    """A table of the file, read key by key; what is left over nobody knows."""

    name: str
    """As its header is written, `company` or `bank-account`."""
    values: dict[str, Any]
    lines: _Lines
    occurrence: int = 0

    def take(
        self, key: str, kind: type[Value], default: Value | None = None
    ) -> Value | None:
        """Return a value of a type and take it out; a wrong one is an error."""
        value = self.values.pop(key, None)
        if value is None:
            return default
        is_right = isinstance(value, kind) and not (
            (kind is int and isinstance(value, bool))
            or (kind is date and isinstance(value, datetime))
        )
        if is_right:
            return value  # type: ignore[no-any-return]
        self.error(key, f"{value!r} is not {_KINDS[kind]}")
        return default

    def need(self, key: str, kind: type[Value], empty: Value) -> Value:
        """Return a value that must be there."""
        if key not in self.values:
            self.error(key, "is missing")
            return empty
        value = self.take(key, kind)
        return empty if value is None else value

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts."""
        return tuple(self._list(key, str))

    def dates(self, key: str) -> tuple[date, ...]:
        """Return a list of dates."""
        return tuple(self._list(key, date))

    def _list(self, key: str, kind: type[Value]) -> list[Value]:
        values = self.values.pop(key, [])
        if not isinstance(values, list):
            self.error(key, f"{values!r} is not a list")
            return []
        for value in values:
            if not isinstance(value, kind):
                self.error(key, f"{value!r} is not {_KINDS[kind]}")
        return [value for value in values if isinstance(value, kind)]

    def finish(self, known: Collection[str]) -> None:
        """Tell the keys that nobody took."""
        for key in self.values:
            near = difflib.get_close_matches(key, known, 1)
            meant = f"; is {near[0]} meant?" if near else f"; known are {', '.join(known)}"
            self.error(key, f"is unknown{meant}")

    def error(self, key: str, message: str) -> None:
        """Tell what is wrong with a key."""
        repeated = self.name in {"bank-account", "rule"}
        header = f"[[{self.name}]]" if repeated else f"[{self.name}]"
        self.lines.error(f"{header} {key}: {message}", self, key)


@dataclass(slots=True)
class _Lines:
    """The text of the file, for the line of a key; and the errors."""

    text: str
    errors: list[BooksError] = field(default_factory=list)

    def error(self, message: str, table: _Table | None = None, key: str = "") -> None:
        line = self._line(table, key) if table else 0
        self.errors.append(BooksError(FILE, line, message))

    def _line(self, table: _Table, key: str) -> int:
        name = re.escape(table.name)
        headers = list(re.finditer(rf"(?m)^\s*\[+{name}\]+", self.text))
        if table.occurrence >= len(headers):
            return 0
        start = headers[table.occurrence].end()
        rest = self.text[start:]
        end = re.search(r"(?m)^\s*\[", rest)
        found = re.search(
            rf"(?m)^\s*{re.escape(key)}\s*=", rest[: end.start() if end else None]
        )
        place = start + found.end() if found else headers[table.occurrence].end()
        return self.text.count("\n", 0, place) + 1


def read_company(folder: Path) -> Company:
    """Return what books.toml says, or raise `CompanyInvalid`."""
    text, document = _document(folder / FILE)
    lines = _Lines(text)
    for name in document:
        if name not in _TABLES:
            lines.error(f"[{name}]: is unknown; known are {', '.join(_TABLES)}")
    company = _Table("company", _table(document.get("company"), "company", lines), lines)
    name = company.need("name", str, "")
    number = _orgnr(company)
    language = _choice(company, "language", "nb", ("nb", "en"))
    locked_until = company.take("locked_until", date)
    company.finish(("name", "orgnr", "language", "locked_until"))
    channels = _channels(document.get("channel"), lines)
    banks = _bank_accounts(document.get("bank-account"), channels, lines)
    policy = _policy(
        _Table("policy", _table(document.get("policy", {}), "policy", lines), lines)
    )
    rules = _rules(document.get("rule", []), lines)
    if lines.errors:
        raise CompanyInvalid(lines.errors)
    return Company(
        folder=folder,
        name=name,
        orgnr=number,
        language="en" if language == "en" else "nb",
        operating_currency="NOK",
        bank_accounts=banks,
        channels=channels,
        policy=policy,
        locked_until=locked_until,
        rules=rules,
    )


def _document(path: Path) -> tuple[str, dict[str, Any]]:
    try:
        text = path.read_bytes().decode()
        return text, tomllib.loads(text)
    except FileNotFoundError:
        raise CompanyInvalid([BooksError(FILE, 0, "is missing")]) from None
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        message = "is not UTF-8; save it as UTF-8"
        raise CompanyInvalid([BooksError(FILE, line, message)]) from None
    except tomllib.TOMLDecodeError as error:
        place = _TOML_LINE.search(str(error))
        message = _TOML_LINE.sub("", str(error)).strip()
        line = int(place[1]) if place else 0
        raise CompanyInvalid([BooksError(FILE, line, f"is no TOML: {message}")]) from None


def _table(value: object, name: str, lines: _Lines) -> dict[str, Any]:
    if isinstance(value, dict):
        return dict(value)
    lines.error(f"[{name}]: is missing" if value is None else f"{name}: is not a table")
    return {}


def _orgnr(company: _Table) -> str:
    is_given = "orgnr" in company.values
    number = company.need("orgnr", str, "")
    if is_given and number:
        try:
            return orgnr.validate(number)
        except InvalidIdentifier as error:
            company.error("orgnr", str(error))
    return number


def _choice(table: _Table, key: str, default: str, choices: tuple[str, ...]) -> str:
    value = table.take(key, str, default) or default
    if value not in choices:
        table.error(key, f'"{value}" is not one of {", ".join(choices)}')
    return value


def _bank_accounts(
    value: object, channels: tuple[ChannelSettings, ...], lines: _Lines
) -> tuple[BankAccount, ...]:
    if not isinstance(value, list) or not value:
        lines.error("[[bank-account]] (two brackets): is missing; the books need one")
        return ()
    accounts = []
    for occurrence, each in enumerate(value):
        table = _Table(
            "bank-account", _table(each, "bank-account", lines), lines, occurrence
        )
        accounts.append(_bank_account(table, channels))
    for key in ("number", "account"):
        values = [getattr(each, key) for each in accounts]
        for double in sorted({each for each in values if values.count(each) > 1}):
            lines.error(f"[[bank-account]] {key}: {double} is there twice")
    return tuple(accounts)


def _bank_account(table: _Table, channels: tuple[ChannelSettings, ...]) -> BankAccount:
    number = _number(table)
    account = table.need("account", str, "")
    if account and not is_account_name(account):
        table.error("account", f'"{account}" is no account name')
    currency = table.take("currency", str, "NOK") or "NOK"
    if not _CURRENCY.fullmatch(currency):
        table.error("currency", f'"{currency}" is not three capital letters')
    first_day = table.need("first_day", date, date.min)
    has_opening = "opening" in table.values
    opening = table.take("opening", str, "0.00") or "0.00"
    if not _AMOUNT.fullmatch(opening):
        table.error("opening", f'"{opening}" is no amount, "250000.00"')
        opening = "0.00"
    bank = _choice(table, "bank", "generic", tuple(PROFILES))
    names = [each.name for each in channels]
    channel = table.take("channel", str, names[0] if names else "netbank") or "netbank"
    if channel not in names:
        table.error("channel", f"there is no [channel.{channel}] in this file")
    table.finish(
        ("number", "account", "currency", "first_day", "opening", "bank", "channel")
    )
    return BankAccount(
        number=number,
        account=account,
        clearing="",
        currency=currency,
        first_day=first_day,
        opening=Decimal(opening),
        bank=bank,
        channel=channel,
        has_opening=has_opening,
    )


def _number(table: _Table) -> str:
    is_given = "number" in table.values
    number = table.need("number", str, "")
    if not is_given or not number:
        return number
    try:
        if number[:2].isalpha():
            compact = iban.validate(number)
            return iban.bban(compact) or compact
        return bban.validate(number)
    except InvalidIdentifier as error:
        table.error("number", str(error))
        return number


def _channels(value: object, lines: _Lines) -> tuple[ChannelSettings, ...]:
    if value is None:
        return ()
    channels = []
    for name, settings in _table(value, "channel", lines).items():
        table = _Table(f"channel.{name}", _table(settings, f"channel.{name}", lines), lines)
        kind = table.need("kind", str, "directory")
        channels.append(ChannelSettings(name=name, kind=kind, settings=dict(table.values)))
    return tuple(channels)


def _policy(table: _Table) -> Policy:
    default = Policy()
    pay_ahead = table.take("pay_ahead", int, default.pay_ahead)
    batch_over = table.take("batch_over", int, default.batch_over)
    freeze = table.take("account_freeze", int, default.account_freeze)
    for key, number, highest in (
        ("pay_ahead", pay_ahead, 1_000_000),
        ("batch_over", batch_over, 1_000_000),
        ("account_freeze", freeze, 250),
    ):
        if number is not None and not 0 <= number <= highest:
            table.error(key, f"{number} is not between 0 and {highest}")
    weekend = _choice(table, "weekend", default.weekend, ("before", "after"))
    policy = Policy(
        pay_ahead=_or(pay_ahead, default.pay_ahead),
        weekend="after" if weekend == "after" else "before",
        retry=table.texts("retry"),
        batch_over=_or(batch_over, default.batch_over),
        salary_batch=_or(table.take("salary_batch", bool), default.salary_batch),
        hold_bad_kid=_or(table.take("hold_bad_kid", bool), default.hold_bad_kid),
        small_difference=_money(table, "small_difference", default.small_difference),
        account_freeze=_or(freeze, default.account_freeze),
        payment_limit=_money(table, "payment_limit", default.payment_limit),
        day_limit=_money(table, "day_limit", default.day_limit),
        second_person=_or(table.take("second_person", bool), default.second_person),
        closed_days=table.dates("closed_days"),
    )
    table.finish([*Policy.__dataclass_fields__])
    return policy


def _money(table: _Table, key: str, default: Decimal) -> Decimal:
    text = table.take(key, str)
    if text is None:
        return default
    if not _AMOUNT.fullmatch(text) or Decimal(text) < 0:
        table.error(key, f'"{text}" is not an amount of zero or more, such as "1.00"')
        return default
    return Decimal(text)


def _rules(value: object, lines: _Lines) -> tuple[UserRule, ...]:
    if not isinstance(value, list):
        lines.error("[rule]: is written [[rule]], once for each rule")
        return ()
    rules = [
        _rule(_Table("rule", _table(each, "rule", lines), lines, occurrence))
        for occurrence, each in enumerate(value)
    ]
    names = [rule.name for rule in rules]
    for name in sorted({name for name in names if names.count(name) > 1}):
        lines.error(f"[[rule]]: two rules are called {name}")
    return tuple(rules)


def _rule(table: _Table) -> UserRule:
    account = table.need("account", str, "")
    if account and not is_account_name(account):
        table.error(
            "account", f'"{account}" is not an account, such as Expenses:7770-Gebyr'
        )
    lowest, highest = _range(table)
    vat = table.take("vat", str)
    document = table.take("document", str)
    if document not in {None, "required"}:
        table.error("document", f'"{document}" is not "required"')
    if vat is not None and document is None:
        table.error("vat", 'goes only with document = "required": VAT needs a voucher')
    if vat is not None and vat not in CODES:
        table.error("vat", f'"{vat}" is not a code that we know ({", ".join(CODES)})')
    has_name = "name" in table.values
    name = table.need("name", str, "")
    if has_name and not name.strip():
        table.error("name", "is empty: it is what the books say of the rule")
    rule = UserRule(
        name=name,
        account=account,
        text=_condition(table, "text"),
        code=_condition(table, "code"),
        party=_condition(table, "party"),
        amount_from=lowest,
        amount_to=highest,
        vat=vat,
        document_required=document is not None,
    )
    if not rule.has_condition:
        table.error(
            "text", "is missing, and so are code and party: it would fit everything"
        )
    table.finish(("name", "account", "text", "code", "party", "amount", "vat", "document"))
    return rule


def _condition(table: _Table, key: str) -> str | None:
    """Return a condition; one without a letter would fit everything."""
    told = table.take(key, str)
    if told is not None and not told.strip():
        table.error(key, "is empty: it would fit everything")
    return told


def _range(table: _Table) -> tuple[Decimal | None, Decimal | None]:
    ends = table.texts("amount")
    if not ends:
        return None, None
    if len(ends) != 2 or not all(map(_AMOUNT.fullmatch, ends)):
        table.error("amount", 'is not a range, such as ["-200.00", "0.00"]')
        return None, None
    lowest, highest = map(Decimal, ends)
    if lowest > highest:
        table.error("amount", f"{lowest} is more than {highest}")
    return lowest, highest


def _or(value: Value | None, default: Value) -> Value:
    return default if value is None else value


def company_text(values: Mapping[str, str], opening: str | None) -> str:
    """Return a new books.toml with its explanations."""
    texts = {key: _escaped(value) for key, value in values.items()}
    return _TEXT.format_map({**texts, "opening_line": opening_line(opening)})


def opening_line(opening: str | None) -> str:
    """Return the line of a bank account's opening; None where it is not known yet."""
    if opening is None:
        return '# opening = "250000.00"      # left out: what the books have that morning'
    return f'opening = "{opening}"        # what the bank says on the morning of that day'


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"')


_TEXT = """\
# The company, its bank accounts, how files reach the bank, and what is decided
# beforehand. Lines that begin with # are explanations.

[company]
name = "{name}"
orgnr = "{orgnr}"
language = "nb"              # of what books writes into the books: nb or en
# locked_until = 2026-09-30  # closed for postings; set by: books lock DATE

[[bank-account]]
number = "{number}"
account = "{account}"
currency = "{currency}"
first_day = {first_day}       # movements before it are not ours to post
{opening_line}
bank = "{bank}"
channel = "netbank"

# Files are carried by hand between these folders and the bank's web pages.
[channel.netbank]
kind = "directory"
outbox = "bank/outbox"
inbox = "bank/inbox"

[policy]
pay_ahead = 7                # pay what is due within so many days
weekend = "before"           # due on a closed day: paid on the bank day before, or after
retry = ["AM04"]             # the bank's reject codes after which a bill may go again
hold_bad_kid = true          # a KID with a wrong check digit waits for a person
salary_batch = true          # net wages are one line on the statement
batch_over = 2000            # from so many details on, one transaction for all of them
# small_difference = "1.00"  # so much too little or too much of a receipt goes to 7740
account_freeze = 3           # bank days that a changed creditor account waits, confirmed
# payment_limit = "100000.00" # a larger bill waits until a person releases it
# day_limit = "500000.00"    # and so does what goes beyond this on one day
# second_person = true       # both, and changed accounts, take two persons
# closed_days = [2026-12-31] # further days on which your bank is closed

# What recurs and no bill or invoice expects. All conditions of a rule must hold; when two
# rules with different accounts fit, neither does. Try it: books rules test FILE
# [[rule]]
# name = "card terminal"
# text = "terminal"            # anywhere in the bank's text
# party = "Nets"               # optional: anywhere in the other party's name
# code = "PMNT/CCRD"           # optional: the bank's transaction code begins so
# amount = ["-500.00", "0.00"] # optional: from and to, signed
# account = "Expenses:7770-Bankgebyr"
# document = "required"        # optional: parked until a person attaches one (books book)
# vat = "1"                    # optional, only with document
"""
