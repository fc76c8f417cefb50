"""Organisation number: nine digits of Brønnøysundregistrene, the last a MOD11 check.

>>> validate("974 760 673")
'974760673'
>>> validate("974760674")
Traceback (most recent call last):
    ...
bankio.identifiers.InvalidIdentifier: organisation number '974760674': the check digit is wrong
>>> validate("97476067")
Traceback (most recent call last):
    ...
bankio.identifiers.InvalidIdentifier: organisation number '97476067': has 8 characters, not 9 digits
>>> format("974760673")
'974 760 673'
"""  # noqa: E501 - the message is one line

from __future__ import annotations

import stdnum.no.orgnr

from bankio.identifiers import InvalidIdentifier, is_ascii_digits

LENGTH = 9
_KIND = "organisation number"
_SEPARATORS = str.maketrans("", "", " \u00a0")


def compact(number: str) -> str:
    """Take away blanks."""
    return number.translate(_SEPARATORS)


def validate(number: str) -> str:
    """Return the nine digits, or raise `InvalidIdentifier`."""
    digits = compact(number)
    if len(digits) != LENGTH or not is_ascii_digits(digits):
        raise InvalidIdentifier(
            _KIND, digits, f"has {len(digits)} characters, not {LENGTH} digits"
        )
    if not stdnum.no.orgnr.is_valid(digits):
        raise InvalidIdentifier(_KIND, digits, "the check digit is wrong")
    return digits


def is_valid(number: str) -> bool:
    """Return whether `number` is an organisation number with a right check digit."""
    try:
        validate(number)
    except InvalidIdentifier:
        return False
    return True


def format(number: str) -> str:  # noqa: A001 - the four names are the same in every module
    """Write the number in groups of three."""
    digits = validate(number)
    return f"{digits[:3]} {digits[3:6]} {digits[6:]}"
