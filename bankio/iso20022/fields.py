"""Typed values out of the flat fields of a record: amounts, dates, accounts, parties.

Each function answers with a value, with None where the file has nothing, or with a
`FieldError` that names the path. Traps: `Decimal()` accepts `NaN`, `1e3`, `1_000` and
Arabic digits, so the text is checked first, in ASCII; `NOTPROVIDED` is how ISO spells
nothing; an amount of 0.00 is there, so amounts are never chained with `or`.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import cast

from bankio.amount import Amount, exponent
from bankio.iso20022.building import builder
from bankio.iso20022.values import Account, Charge, CreditDebit, Document, Party, Reason
from bankio.iso20022.xml import FieldError, Fields, occurrences

_new_amount = builder(Amount)

_is_number = re.compile(r"-?[0-9]{1,18}(?:\.[0-9]{1,5})?").fullmatch
_CURRENCY = re.compile(r"[A-Z]{3}")
_DATE = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[TZ+-].*)?", re.DOTALL)
_COUNT = re.compile(r"[0-9]{1,15}")
_NORWEGIAN_IBAN = re.compile(r"NO[0-9]{13}")
_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{10,30}")
_ELEVEN_DIGITS = re.compile(r"[0-9]{11}")
_LENGTH_OF_BBAN = 11
_TRUE = frozenset({"true", "1", "yes"})
_FALSE = frozenset({"false", "0", "no"})
NOT_PROVIDED = frozenset({"NOTPROVIDED", "NotProvided", "notprovided", "Notprovided"})
#: Types of CdtrRefInf that are no reference of the creditor for this payment: remittance
#: advice, related instruction, exchange deal, dispatch advice, purchase order.
OTHER_REFERENCES = frozenset({"RADM", "RPIN", "FXDR", "DISP", "PUOR"})
_BLANKS = str.maketrans("", "", " \t\r\n\u00a0")
_SEPARATORS = str.maketrans("", "", ".-")


def text(fields: Fields, *paths: str) -> str | None:
    """Return the first text that is there."""
    for path in paths:
        value = fields.get(path)
        if value:
            return value
    return None


def known(value: str | None) -> str | None:
    """Return a reference, None where it says that there is none."""
    return value if value and value not in NOT_PROVIDED else None


def reference(fields: Fields, *paths: str) -> str | None:
    """Return the first reference that is there; `NOTPROVIDED` is none."""
    for path in paths:
        value = known(fields.get(path))
        if value is not None:
            return value
    return None


def number(value: str, path: str) -> Decimal:
    """Return a plain decimal number."""
    if not _is_number(value):
        raise FieldError(path, f"no plain decimal number ({value[:40]!r})")
    return Decimal(value)


def money(value: str, currency: str | None, path: str) -> Amount:
    """Return an amount, its sign as written; zeros beyond the currency's decimals go."""
    if not _is_number(value):
        raise FieldError(path, f"no plain decimal number ({value[:40]!r})")
    if currency in _TWO_DECIMALS and value[-3:-2] == ".":
        return _new_amount(Decimal(value), currency)
    if currency is None or not _is_currency(currency):
        raise FieldError(path + "@Ccy", f"no currency code ({currency!r})")
    return _new_amount(_trimmed(Decimal(value), exponent(currency)), currency)


#: What nearly every amount is in; the rest goes the longer way.
_TWO_DECIMALS = frozenset({"NOK", "EUR", "SEK", "DKK", "USD", "GBP", "CHF"})


@lru_cache(maxsize=256)
def _is_currency(value: str) -> bool:
    return _CURRENCY.fullmatch(value) is not None


def _trimmed(decimal: Decimal, places: int) -> Decimal:
    """Take away zeros beyond `places`: 18.150 EUR is 18.15."""
    if -cast("int", decimal.as_tuple().exponent) <= places:
        return decimal
    trimmed = decimal.quantize(Decimal(1).scaleb(-places))
    return trimmed if trimmed == decimal else decimal


def amount(fields: Fields, *paths: str) -> Amount | None:
    """Return the first amount that is there."""
    for path in paths:
        value = fields.get(path)
        if value is not None:
            return money(value, fields.get(path + "@Ccy"), path)
    return None


def is_whole_minor_units(value: Amount) -> bool:
    """Whether an amount can be booked: it has no fraction of an øre."""
    places = -cast("int", value.number.as_tuple().exponent)
    return places <= exponent(value.currency)


def direction(value: str | None, path: str) -> CreditDebit | None:
    """Return CRDT or DBIT, None where nothing is said."""
    if value == "CRDT":
        return "CRDT"
    if value == "DBIT":
        return "DBIT"
    if not value:
        return None
    raise FieldError(path, f"neither CRDT nor DBIT ({value[:20]!r})")


def indicator(fields: Fields, path: str) -> CreditDebit | None:
    """Return CdtDbtInd, or None where there is none."""
    return direction(fields.get(path), path)


def truth(value: str, path: str) -> bool:
    """Return a YesNoIndicator; some banks write it in capitals, or as YES and NO."""
    lower = value.lower()
    if lower in _TRUE:
        return True
    if lower in _FALSE:
        return False
    raise FieldError(path, f"neither true nor false ({value[:20]!r})")


def flag(fields: Fields, path: str) -> bool | None:
    """Return the YesNoIndicator at `path`, None where there is none."""
    value = fields.get(path)
    return truth(value, path) if value else None


def whole(value: str | None) -> int | None:
    """Return a number of transactions or entries; None where it is no number."""
    return int(value) if value and _COUNT.fullmatch(value) else None


def count(fields: Fields, path: str) -> int | None:
    """Return the number of transactions or entries at `path`."""
    return whole(fields.get(path))


def day_paths(path: str) -> tuple[str, str, str]:
    """Return where a date may stand: in `Dt`, in `DtTm` (its local day), or plain."""
    return path + "/Dt", path + "/DtTm", path


def day(fields: Fields, path: str) -> date | None:
    """Return the date at `path`.

    None also where the text is no date: `written_day` has it then, for a warning.
    """
    return parsed_day(written_day(fields, path))


def written_day(fields: Fields, path: str) -> str | None:
    """Return the text of the date at `path`."""
    return text(fields, *day_paths(path))


@lru_cache(maxsize=4096)
def parsed_day(value: str | None) -> date | None:
    """Return the day of an ISO date or date and time, or None."""
    found = _DATE.fullmatch(value) if value else None
    if found is None:
        return None
    try:
        return date.fromisoformat(found[1])
    except ValueError:
        return None


def account_number(written: str) -> str:
    """Return an account as it is compared.

    >>> account_number("NO9386011117947"), account_number("8601.11.17947")
    ('86011117947', '86011117947')
    >>> account_number("DE89 3704 0044 0532 0130 00")
    'DE89370400440532013000'
    """
    if len(written) == _LENGTH_OF_BBAN and written.isascii() and written.isdecimal():
        return written
    compact = written.translate(_BLANKS)
    bare = compact.translate(_SEPARATORS)
    iban = bare.upper()
    if _NORWEGIAN_IBAN.fullmatch(iban):
        return iban[4:]
    if _ELEVEN_DIGITS.fullmatch(bare):
        return bare
    return iban if _IBAN.fullmatch(iban) else compact


def account_paths(path: str) -> tuple[str, ...]:
    """Return where the number of a CashAccount may stand, by version."""
    return (
        path + "/Id/IBAN",
        path + "/Id/Othr/Id",
        path + "/Id/PrtryAcct/Id",
        path + "/Id/BBAN",
        path + "/Id/UPIC",
        path + "/Prxy/Id",
    )


def account(fields: Fields, path: str) -> Account | None:
    """Return CashAccount, in whichever of its forms the version has it."""
    written = text(fields, *account_paths(path))
    if written is None:
        return None
    return Account(
        identification=account_number(written), currency=fields.get(path + "/Ccy") or None
    )


def party_name_paths(path: str) -> tuple[str, ...]:
    """Return where the name of a party may stand: a person's, a firm's or a bank's."""
    return (
        path + "/Nm",
        path + "/Pty/Nm",
        path + "/Agt/FinInstnId/Nm",
        path + "/FinInstnId/Nm",
        path + "/Agt/FinInstnId/BICFI",
    )


def party_identification_paths(path: str) -> tuple[str, ...]:
    """Return where the identification of a party may stand."""
    return tuple(
        f"{path}/{kind}/{whose}/Othr/Id"
        for whose in ("OrgId", "PrvtId")
        for kind in ("Id", "Pty/Id")
    )


def party(fields: Fields, path: str) -> Party | None:
    """Return a party, None where it has neither name nor identification."""
    name = text(fields, *party_name_paths(path))
    identification = text(fields, *party_identification_paths(path))
    if name is None and identification is None:
        return None
    return Party(name=name, identification=identification)


def holders(fields: Fields) -> frozenset[str]:
    """Return the paths of all elements that hold something.

    Asked once: looking through the fields for each element takes the square of them.
    """
    found: set[str] = set()
    for path in fields:
        while (path := path.rpartition("/")[0]) and path not in found:
            found.add(path)
    return frozenset(found)


def texts(fields: Fields, path: str) -> tuple[str, ...]:
    """Return every text at `path` that is not empty."""
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


def reference_paths(strd: str) -> tuple[str, ...]:
    """Return where the reference of a Strd may stand, by version."""
    return strd + "/CdtrRefInf/Ref", strd + "/CdtrRefInf/CdtrRef"


def issuer_paths(strd: str) -> tuple[str, ...]:
    """Return where the issuer of the reference of a Strd may stand, by version."""
    return strd + "/CdtrRefInf/Tp/Issr", strd + "/CdtrRefInf/CdtrRefTp/Issr"


def reference_type_paths(strd: str) -> tuple[str, ...]:
    """Return where the type of the reference of a Strd may stand, by version."""
    return strd + "/CdtrRefInf/Tp/CdOrPrtry/Cd", strd + "/CdtrRefInf/CdtrRefTp/Cd"


def references(fields: Fields, path: str) -> tuple[str, ...]:
    """Return every reference of a creditor below RmtInf at `path`."""
    found = (
        reference(fields, *reference_paths(strd))
        for strd in occurrences(fields, path + "/Strd")
        if text(fields, *reference_type_paths(strd)) not in OTHER_REFERENCES
    )
    return tuple(one for one in found if one is not None)


def remittance_texts(fields: Fields, path: str) -> tuple[str, ...]:
    """Return what was written to the payee: Ustrd, then the AddtlRmtInf of every Strd."""
    found = list(texts(fields, path + "/Ustrd"))
    for strd in occurrences(fields, path + "/Strd"):
        found += texts(fields, strd + "/AddtlRmtInf")
    return tuple(found)


_DOCUMENT_AMOUNTS = ("RmtdAmt", "CdtNoteAmt", "DuePyblAmt")


def documents(fields: Fields, path: str) -> tuple[Document, ...]:
    """Return every RfrdDocInf below RmtInf at `path`, with the amount of its Strd."""
    found = []
    for strd in occurrences(fields, path + "/Strd"):
        value = amount(fields, *(f"{strd}/RfrdDocAmt/{name}" for name in _DOCUMENT_AMOUNTS))
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
    """Return every charge: .02 repeats Chrgs, later versions repeat Chrgs/Rcrd.

    Where a total is all that is told, that is the charge.
    """
    found = []
    for step in occurrences(fields, path):
        told = [
            charge
            for base in (step, *occurrences(fields, step + "/Rcrd"))
            if (charge := _charge(fields, base, "Amt")) is not None
        ]
        total = _charge(fields, step, "TtlChrgsAndTaxAmt") if not told else None
        found += [*told, *([total] if total is not None else [])]
    return tuple(found)


def _charge(fields: Fields, base: str, name: str) -> Charge | None:
    value = amount(fields, f"{base}/{name}")
    if value is None:
        return None
    return Charge(
        amount=value,
        credit_debit_indicator=indicator(fields, base + "/CdtDbtInd"),
        included=flag(fields, base + "/ChrgInclInd"),
        bearer=text(fields, base + "/Br"),
    )
