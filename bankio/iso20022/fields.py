"""Typed values out of the flat fields of a record: amounts, dates, accounts, parties.

Each function takes the fields and a path and answers with a value, with None where the
file has nothing, or with a `FieldError` that names the path. Traps: `Decimal()` accepts
`NaN`, `1e3`, `1_000` and Arabic digits, so the text is checked first, in ASCII;
`NOTPROVIDED` is how ISO spells nothing.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import cast

from bankio.amount import Amount, exponent
from bankio.iso20022.values import Account, Charge, CreditDebit, Document, Party, Reason
from bankio.iso20022.xml import FieldError, Fields, occurrences

_NUMBER = re.compile(r"-?[0-9]{1,18}(?:\.[0-9]{1,5})?")
_CURRENCY = re.compile(r"[A-Z]{3}")
_DATE = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[TZ+-].*)?", re.S)
_COUNT = re.compile(r"[0-9]{1,15}")
_NORWEGIAN_IBAN = re.compile(r"NO[0-9]{13}")
_ELEVEN_DIGITS = re.compile(r"[0-9]{11}")
_TRUE = frozenset({"true", "1"})
_FALSE = frozenset({"false", "0"})


def text(fields: Fields, *paths: str) -> str | None:
    """Return the first text that is there."""
    for path in paths:
        value = fields.get(path)
        if value:
            return value
    return None


def reference(fields: Fields, *paths: str) -> str | None:
    """Return the first reference that is there; `NOTPROVIDED` is none."""
    for path in paths:
        value = fields.get(path)
        if value and value.upper() != "NOTPROVIDED":
            return value
    return None


def number(value: str, path: str) -> Decimal:
    """Return a plain decimal number; its superfluous zeros are taken away."""
    if not _NUMBER.fullmatch(value):
        raise FieldError(path, f"no plain decimal number ({value[:40]!r})")
    return Decimal(value)


def amount(fields: Fields, *paths: str) -> Amount | None:
    """Return the first amount that is there, with its sign as the file has it.

    An amount of 0.00 is there: never chain these with `or`.
    """
    for path in paths:
        value = fields.get(path)
        if value is not None:
            return _amount(fields, path, value)
    return None


def _amount(fields: Fields, path: str, value: str) -> Amount:
    currency = fields.get(path + "@Ccy")
    if currency is None or not _CURRENCY.fullmatch(currency):
        raise FieldError(path + "@Ccy", f"no currency code ({currency!r})")
    return Amount(_trimmed(number(value, path), currency), currency)


def _trimmed(decimal: Decimal, currency: str) -> Decimal:
    """Take away zeros beyond the decimals of the currency: 18.150 EUR is 18.15."""
    places = exponent(currency)
    surplus = -cast("int", decimal.as_tuple().exponent) - places
    if surplus <= 0:
        return decimal
    trimmed = decimal.quantize(Decimal(1).scaleb(-places))
    return trimmed if trimmed == decimal else decimal


def is_whole_minor_units(value: Amount) -> bool:
    """Whether an amount can be booked: no fraction of an øre, no negative number."""
    places = -cast("int", value.number.as_tuple().exponent)
    return places <= exponent(value.currency)


def indicator(fields: Fields, path: str) -> CreditDebit | None:
    """Return CdtDbtInd, or None where there is none."""
    value = fields.get(path)
    if not value:
        return None
    if value not in {"CRDT", "DBIT"}:
        raise FieldError(path, f"neither CRDT nor DBIT ({value[:20]!r})")
    return cast("CreditDebit", value)


def flag(fields: Fields, path: str) -> bool | None:
    """Return a YesNoIndicator; some banks write it in capitals, or as YES and NO."""
    value = fields.get(path)
    if not value:
        return None
    lower = value.lower()
    if lower in _TRUE or lower == "yes":
        return True
    if lower in _FALSE or lower == "no":
        return False
    raise FieldError(path, f"neither true nor false ({value[:20]!r})")


def count(fields: Fields, path: str) -> int | None:
    """Return a number of transactions or entries; None where it is no number."""
    value = fields.get(path)
    return int(value) if value and _COUNT.fullmatch(value) else None


def day(fields: Fields, path: str) -> date | None:
    """Return the date at `path`, be it plain, in `Dt` or in `DtTm` (its local day).

    None also where the text is no date: `written_day` has it then, for a warning.
    """
    value = written_day(fields, path)
    return parsed_day(value) if value else None


def written_day(fields: Fields, path: str) -> str | None:
    """Return the text of the date at `path`."""
    return (
        fields.get(path + "/Dt") or fields.get(path + "/DtTm") or fields.get(path) or None
    )


@lru_cache(maxsize=4096)
def parsed_day(value: str) -> date | None:
    """Return the day of an ISO date or date and time, or None."""
    found = _DATE.fullmatch(value)
    if found is None:
        return None
    try:
        return date.fromisoformat(found[1])
    except ValueError:
        return None


@lru_cache(maxsize=4096)
def account_number(written: str) -> str:
    """Return an account as it is compared.

    >>> account_number("NO9386011117947"), account_number("8601.11.17947")
    ('86011117947', '86011117947')
    >>> account_number("DE89 3704 0044 0532 0130 00")
    'DE89370400440532013000'
    """
    compact = written.translate(_BLANKS)
    if _NORWEGIAN_IBAN.fullmatch(compact):
        return compact[4:]
    undotted = compact.replace(".", "")
    return undotted if _ELEVEN_DIGITS.fullmatch(undotted) else compact


_BLANKS = str.maketrans("", "", " \t\r\n\u00a0")


def account(fields: Fields, path: str) -> Account | None:
    """Return CashAccount, in whichever of its forms the version has it."""
    written = (
        fields.get(path + "/Id/IBAN")
        or fields.get(path + "/Id/Othr/Id")
        or text(fields, path + "/Id/PrtryAcct/Id", path + "/Id/BBAN", path + "/Id/UPIC")
        or text(fields, path + "/Prxy/Id")
    )
    if not written:
        return None
    return Account(
        identification=account_number(written), currency=fields.get(path + "/Ccy") or None
    )


def party(fields: Fields, path: str) -> Party | None:
    """Return a party: `Nm`, `Pty/Nm`, or the name of an institution."""
    name = (
        fields.get(path + "/Nm")
        or fields.get(path + "/Pty/Nm")
        or text(
            fields,
            path + "/Agt/FinInstnId/Nm",
            path + "/FinInstnId/Nm",
            path + "/Agt/FinInstnId/BICFI",
        )
    )
    identification = text(
        fields,
        path + "/Id/OrgId/Othr/Id",
        path + "/Pty/Id/OrgId/Othr/Id",
        path + "/Id/PrvtId/Othr/Id",
        path + "/Pty/Id/PrvtId/Othr/Id",
    )
    if name is None and identification is None:
        return None
    return Party(name=name, identification=identification)


def texts(fields: Fields, path: str) -> tuple[str, ...]:
    """Return every text at `path` that is not empty."""
    if path not in fields:
        return ()
    return tuple(value for step in occurrences(fields, path) if (value := fields.get(step)))


def reasons(fields: Fields, path: str) -> tuple[Reason, ...]:
    """Return every StsRsnInf; its AddtlInf lines are joined by a blank."""
    found = []
    for step in occurrences(fields, path):
        code = text(fields, step + "/Rsn/Cd", step + "/Rsn/Prtry", step + "/Rsn")
        lines = " ".join(texts(fields, step + "/AddtlInf")) or None
        if code or lines:
            found.append(Reason(code=code, text=lines))
    return tuple(found)


def references(fields: Fields, path: str) -> tuple[tuple[str, str | None, str | None], ...]:
    """Return every CdtrRefInf below RmtInf at `path`: reference, type, issuer."""
    found = []
    for strd in occurrences(fields, path + "/Strd"):
        base = strd + "/CdtrRefInf"
        value = reference(fields, base + "/Ref", base + "/CdtrRef")
        if value is not None:
            kind = text(
                fields,
                base + "/Tp/CdOrPrtry/Cd",
                base + "/Tp/CdOrPrtry/Prtry",
                base + "/CdtrRefTp/Cd",
                base + "/Tp/Cd",
            )
            issuer = text(fields, base + "/Tp/Issr", base + "/CdtrRefTp/Issr")
            found.append((value, kind, issuer))
    return tuple(found)


_DOCUMENT_AMOUNTS = ("RmtdAmt", "CdtNoteAmt", "DuePyblAmt")


def documents(fields: Fields, path: str) -> tuple[Document, ...]:
    """Return every RfrdDocInf below RmtInf at `path`, with the amount of its Strd."""
    found = []
    for strd in occurrences(fields, path + "/Strd"):
        value = None
        for name in _DOCUMENT_AMOUNTS:
            value = amount(fields, f"{strd}/RfrdDocAmt/{name}")
            if value is not None:
                break
        for base in occurrences(fields, strd + "/RfrdDocInf"):
            code = text(
                fields,
                base + "/Tp/CdOrPrtry/Cd",
                base + "/Tp/CdOrPrtry/Prtry",
                base + "/RfrdDocTp/Cd",
            )
            written = text(fields, base + "/Nb", base + "/RfrdDocNb")
            if code or written:
                found.append(Document(code=code, number=written, amount=value))
    return tuple(found)


def charges(fields: Fields, path: str) -> tuple[Charge, ...]:
    """Return every charge: .02 repeats Chrgs, later versions repeat Chrgs/Rcrd."""
    found = []
    for step in occurrences(fields, path):
        bases = [step, *occurrences(fields, step + "/Rcrd")]
        for base in bases:
            value = amount(fields, base + "/Amt")
            if value is not None:
                found.append(
                    Charge(
                        amount=value,
                        credit_debit_indicator=indicator(fields, base + "/CdtDbtInd"),
                        included=flag(fields, base + "/ChrgInclInd"),
                    )
                )
    return tuple(found)
