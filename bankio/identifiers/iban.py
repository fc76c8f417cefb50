"""IBAN: the international account number (ISO 13616), MOD97 and a form per country.

A Norwegian IBAN is `NO`, two check digits and the BBAN. The trap: MOD97 can be right
over a BBAN that is wrong, so the inner number of a Norwegian IBAN is checked too.
python-stdnum knows the length and the alphabet of every country.

>>> validate("NO93 8601 1117 947")
'NO9386011117947'
>>> validate("NO9286011117947")
Traceback (most recent call last):
    ...
bankio.identifiers.InvalidIdentifier: IBAN 'NO9286011117947': the check digits are wrong
>>> validate("NO938601111794")
Traceback (most recent call last):
    ...
bankio.identifiers.InvalidIdentifier: IBAN 'NO938601111794': is no account of country NO
>>> from_bban("1503.20.80119"), bban("NO93 8601 1117 947"), bban("DE89370400440532013000")
('NO5015032080119', '86011117947', None)
>>> format("NO9386011117947")
'NO93 8601 1117 947'
"""

from __future__ import annotations

import re

import stdnum.iban

from bankio.identifiers import InvalidIdentifier
from bankio.identifiers import bban as norwegian

_KIND = "IBAN"
_SHAPE = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{1,30}")
_BLANKS = str.maketrans("", "", " \u00a0")
_COUNTRY = "NO"


def compact(number: str) -> str:
    """Take away blanks; letters become capitals."""
    return number.translate(_BLANKS).upper()


def check_digits(country: str, account: str) -> str:
    """Return the two digits between `country` and `account`.

    >>> check_digits("NO", "86011117947")
    '93'
    """
    return f"{98 - int(_as_number(f'{account}{country}00')) % 97:02d}"


def validate(number: str) -> str:
    """Return the compact IBAN, or raise `InvalidIdentifier`."""
    compacted = compact(number)
    if not _SHAPE.fullmatch(compacted):
        raise InvalidIdentifier(
            _KIND, compacted, "is not two letters, two digits and an account"
        )
    country, digits, account = compacted[:2], compacted[2:4], compacted[4:]
    if country == _COUNTRY and len(account) == norwegian.LENGTH:
        norwegian.validate(account)
    elif not stdnum.iban.is_valid(
        f"{country}{check_digits(country, account)}{account}", check_country=False
    ):
        raise InvalidIdentifier(_KIND, compacted, f"is no account of country {country}")
    # 00, 01 and 99 can satisfy MOD97 as well; only the computed pair is right.
    if check_digits(country, account) != digits:
        raise InvalidIdentifier(_KIND, compacted, "the check digits are wrong")
    return compacted


def is_valid(number: str) -> bool:
    """Return whether `number` is an IBAN with right form and check digits."""
    try:
        validate(number)
    except InvalidIdentifier:
        return False
    return True


def format(number: str) -> str:  # noqa: A001 - the four names are the same in every module
    """Write the IBAN in groups of four."""
    compacted = validate(number)
    return " ".join(compacted[at : at + 4] for at in range(0, len(compacted), 4))


def from_bban(number: str) -> str:
    """Return the Norwegian IBAN of an account number."""
    digits = norwegian.validate(number)
    return f"{_COUNTRY}{check_digits(_COUNTRY, digits)}{digits}"


def bban(number: str) -> str | None:
    """Return the account number inside a Norwegian IBAN; None for another country's."""
    compacted = validate(number)
    return compacted[4:] if compacted.startswith(_COUNTRY) else None


def _as_number(text: str) -> str:
    """Return `text` with letters as two digits, A = 10 to Z = 35."""
    return "".join(str(int(character, 36)) for character in text)
