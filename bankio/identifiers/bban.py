"""BBAN: the Norwegian account number, eleven digits with a MOD11 check digit.

Printed `dddd.dd.ddddd`. Bank files have it plain, dotted, or inside an IBAN, so it
is compared only in its compact form. Old postal giro accounts begin with `0000` and
carry a Luhn digit over their last seven digits instead; python-stdnum knows both.
The first four digits once named the bank. They no longer do: derive nothing from them.

>>> validate("8601 11 17947")
'86011117947'
>>> validate("8601.11.17949")
Traceback (most recent call last):
    ...
bankio.identifiers.InvalidIdentifier: account number '86011117949': the check digit is wrong
>>> validate("860111179")
Traceback (most recent call last):
    ...
bankio.identifiers.InvalidIdentifier: account number '860111179': has 9 characters, not 11 digits
>>> is_valid("0000.40.90403")
True
>>> format("86011117947")
'8601.11.17947'
"""  # noqa: E501 - the message is one line

from __future__ import annotations

from stdnum.no import kontonr

from bankio.identifiers import InvalidIdentifier, is_ascii_digits

LENGTH = 11
_KIND = "account number"
_SEPARATORS = str.maketrans("", "", " .\u00a0")


def compact(number: str) -> str:
    """Take away blanks and the dots of the printed form."""
    return number.translate(_SEPARATORS)


def validate(number: str) -> str:
    """Return the eleven digits, or raise `InvalidIdentifier`."""
    digits = compact(number)
    if len(digits) != LENGTH or not is_ascii_digits(digits):
        raise InvalidIdentifier(
            _KIND, digits, f"has {len(digits)} characters, not {LENGTH} digits"
        )
    if not kontonr.is_valid(digits):
        raise InvalidIdentifier(_KIND, digits, "the check digit is wrong")
    return digits


def is_valid(number: str) -> bool:
    """Return whether `number` is an account number with a right check digit."""
    try:
        validate(number)
    except InvalidIdentifier:
        return False
    return True


def format(number: str) -> str:  # noqa: A001 - the four names are the same in every module
    """Write the number as it is printed on invoices."""
    digits = validate(number)
    return f"{digits[:4]}.{digits[4:6]}.{digits[6:]}"
