"""BIC: the eight or eleven characters that name a bank (ISO 9362).

Has no check digit, so only its form can be judged. The form here is the narrow one of
the .03 messages: letters for bank and country, then a location that has no digit 0 or
1 first and no letter O second. What passes here passes the schemas of both versions
(python-stdnum's test is wider).

>>> validate("spsono22")
'SPSONO22'
>>> validate("SPSONO2")
Traceback (most recent call last):
    ...
bankio.identifiers.InvalidIdentifier: BIC 'SPSONO2': is not 8 or 11 characters of the form AAAABBCC or AAAABBCCDDD
>>> format("DNBANOKKXXX")
'DNBANOKKXXX'
"""  # noqa: E501 - the message is one line

from __future__ import annotations

import re

from bankio.identifiers import InvalidIdentifier

_KIND = "BIC"
_FORM = re.compile(r"[A-Z]{6}[A-Z2-9][A-NP-Z0-9](?:[A-Z0-9]{3})?")


def compact(number: str) -> str:
    """Take away blanks; letters become capitals."""
    return number.replace(" ", "").upper()


def validate(number: str) -> str:
    """Return the compact BIC, or raise `InvalidIdentifier`."""
    compacted = compact(number)
    if not _FORM.fullmatch(compacted):
        raise InvalidIdentifier(
            _KIND,
            compacted,
            "is not 8 or 11 characters of the form AAAABBCC or AAAABBCCDDD",
        )
    return compacted


def is_valid(number: str) -> bool:
    """Return whether `number` has the form of a BIC."""
    return _FORM.fullmatch(compact(number)) is not None


def format(number: str) -> str:  # noqa: A001 - the four names are the same in every module
    """Write the BIC as it is written everywhere: compact."""
    return validate(number)


def country(number: str) -> str:
    """Return the two letters of the bank's country.

    >>> country("NDEAFIHH")
    'FI'
    """
    return validate(number)[4:6]
