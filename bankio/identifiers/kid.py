"""KID: the payment reference that a Norwegian payee asks the payer to copy.

Source: Nets, system specification OCR giro, chapter on KID. Two to 25 characters, all
digits with the check digit last. The payee's agreement says which lengths and which of
two moduli count:

- MOD10 (Luhn): weights 2, 1, 2, … from the right, the *digits* of the products summed.
- MOD11: weights 2, 3, 4, 5, 6, 7, 2, … from the right. Where the remainder asks for
  the digit 10, the check character is `-`; that is the one place for a `-`.

The trap: without the agreement a pass says little (one number in five fits one of the
two by chance) and a failure proves nothing about money that has already arrived. So a
KID that comes in is never refused here; one that goes out is held for a person.

>>> validate("123456782"), validate("1000005-")
('123456782', '1000005-')
>>> moduli("123456782"), moduli("123456785"), moduli("123456789")
(('MOD10',), ('MOD11',), ())
>>> validate("123456789")
Traceback (most recent call last):
    ...
bankio.identifiers.InvalidIdentifier: KID '123456789': fits neither MOD10 nor MOD11
>>> validate("123456785", modulus="MOD10")
Traceback (most recent call last):
    ...
bankio.identifiers.InvalidIdentifier: KID '123456785': does not fit MOD10
>>> validate("123456782", lengths=(7, 10))
Traceback (most recent call last):
    ...
bankio.identifiers.InvalidIdentifier: KID '123456782': has 9 characters, the agreement says 7 or 10
"""  # noqa: E501 - the message is one line

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Literal

from stdnum import luhn

from bankio.identifiers import InvalidIdentifier, is_ascii_digits

Modulus = Literal["MOD10", "MOD11"]

LENGTH_MIN = 2
"""Sources say 2, 3 or 4; without an agreement the widest reading counts."""
LENGTH_MAX = 25

_KIND = "KID"
_FORM = re.compile(r"[0-9]{1,24}[0-9-]")
_BLANKS = str.maketrans("", "", " \u00a0")
_MOD11_WEIGHTS = (2, 3, 4, 5, 6, 7)


def compact(number: str) -> str:
    """Take away blanks. Leading zeros are part of the reference and stay."""
    return number.translate(_BLANKS)


def mod10(payload: str) -> str:
    """Return the MOD10 check digit of `payload`.

    >>> mod10("12345678"), mod10("001001")
    ('2', '7')
    """
    return str(luhn.calc_check_digit(_digits(payload)))


def mod11(payload: str) -> str:
    """Return the MOD11 check character of `payload`: a digit, or `-` for ten.

    >>> mod11("12345678"), mod11("1000005"), mod11("1000013")
    ('5', '-', '0')
    """
    weighted = (
        int(digit) * _MOD11_WEIGHTS[place % len(_MOD11_WEIGHTS)]
        for place, digit in enumerate(reversed(_digits(payload)))
    )
    remainder = sum(weighted) % 11
    if remainder == 1:
        return "-"
    return str(-remainder % 11)


def has_form(number: str) -> bool:
    """Return whether `number` is built like a KID, whatever its check digit."""
    return _FORM.fullmatch(number) is not None


def moduli(number: str) -> tuple[Modulus, ...]:
    """Return the moduli that the check character of `number` fits."""
    digits = compact(number)
    if not has_form(digits):
        return ()
    payload, check = digits[:-1], digits[-1]
    fits: list[Modulus] = []
    if check == mod10(payload):
        fits.append("MOD10")
    if check == mod11(payload):
        fits.append("MOD11")
    return tuple(fits)


def fits_any(number: str) -> bool:
    """Return whether the check character fits a modulus; the second only if need be.

    >>> fits_any("123456782"), fits_any("123456785"), fits_any("123456789")
    (True, True, False)
    """
    if not has_form(number):
        return False
    payload, check = number[:-1], number[-1]
    return check == mod10(payload) or check == mod11(payload)


def validate(
    number: str, *, modulus: Modulus | None = None, lengths: Collection[int] = ()
) -> str:
    """Return the compact KID, or raise `InvalidIdentifier`.

    Args:
        number: as typed or read.
        modulus: the payee's, by agreement; either will do where it is not known.
        lengths: those of the payee's agreement; empty where it is not known.
    """
    digits = compact(number)
    if not has_form(digits):
        raise InvalidIdentifier(
            _KIND,
            digits,
            f"is not {LENGTH_MIN} to {LENGTH_MAX} digits (the last may be '-')",
        )
    if lengths and len(digits) not in lengths:
        agreed = " or ".join(str(length) for length in sorted(lengths))
        raise InvalidIdentifier(
            _KIND, digits, f"has {len(digits)} characters, the agreement says {agreed}"
        )
    fits = moduli(digits)
    if modulus is None and not fits:
        raise InvalidIdentifier(_KIND, digits, "fits neither MOD10 nor MOD11")
    if modulus is not None and modulus not in fits:
        raise InvalidIdentifier(_KIND, digits, f"does not fit {modulus}")
    return digits


def is_valid(
    number: str, *, modulus: Modulus | None = None, lengths: Collection[int] = ()
) -> bool:
    """Return whether `number` is a KID under what is known of the agreement."""
    try:
        validate(number, modulus=modulus, lengths=lengths)
    except InvalidIdentifier:
        return False
    return True


def format(number: str) -> str:  # noqa: A001 - the four names are the same in every module
    """Write the KID as it is written everywhere: compact. Groups would invite retyping."""
    return validate(number)


def _digits(payload: str) -> str:
    if not is_ascii_digits(payload):
        raise InvalidIdentifier(
            _KIND, payload, "the part before the check digit has a non-digit"
        )
    return payload
