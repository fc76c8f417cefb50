"""RF creditor reference (ISO 11649): the payment reference of SEPA and Finland.

`RF`, two check digits (MOD97) and up to 21 letters and digits. It is no KID: a
Norwegian domestic payment cannot carry it, and it is written with issuer ISO.

>>> validate("rf18 5390 0754 7034")
'RF18539007547034'
>>> validate("RF19539007547034")
Traceback (most recent call last):
    ...
bankio.identifiers.InvalidIdentifier: RF reference 'RF19539007547034': the check digits are wrong
>>> is_valid("0010017")
False
>>> format("RF18539007547034")
'RF18 5390 0754 7034'
"""  # noqa: E501 - the message is one line

from __future__ import annotations

import re

from stdnum import iso11649

from bankio.identifiers import InvalidIdentifier

_KIND = "RF reference"
_FORM = re.compile(r"RF[0-9]{2}[A-Z0-9]{1,21}")


def compact(number: str) -> str:
    """Take away blanks; letters become capitals."""
    return number.replace(" ", "").upper()


def validate(number: str) -> str:
    """Return the compact reference, or raise `InvalidIdentifier`."""
    compacted = compact(number)
    if not _FORM.fullmatch(compacted):
        raise InvalidIdentifier(
            _KIND, compacted, "is not RF, two digits and 1 to 21 letters or digits"
        )
    if not iso11649.is_valid(compacted):
        raise InvalidIdentifier(_KIND, compacted, "the check digits are wrong")
    return compacted


def is_valid(number: str) -> bool:
    """Return whether `number` is an RF reference with right check digits."""
    try:
        validate(number)
    except InvalidIdentifier:
        return False
    return True


def capitals(reference: str) -> str:
    """Return an RF reference compact and in capitals, and any other reference as it is.

    Payers type it in small letters, and it is the same; a KID has no letters.

    >>> capitals("rf18539007547034"), capitals("0010017"), capitals("rf19539007547034")
    ('RF18539007547034', '0010017', 'rf19539007547034')
    """
    if reference[:2].upper() != "RF":
        return reference
    return compact(reference) if is_valid(reference) else reference


def format(number: str) -> str:  # noqa: A001 - the four names are the same in every module
    """Write the reference in groups of four."""
    compacted = validate(number)
    return " ".join(compacted[at : at + 4] for at in range(0, len(compacted), 4))
