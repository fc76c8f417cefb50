"""Account numbers, KIDs and organisation numbers with their check digits.

Sources: the banks' rule for account numbers (MOD11, weights 5432765432), Nets' OCR giro
specification chapter 5 (KID: MOD10 or MOD11), ISO 7064 for IBAN. Written apart from the
customer's own checks, so that a mistake there is found here.
"""

import re

_ACCOUNT_WEIGHTS = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
_ORGNR_WEIGHTS = (3, 2, 7, 6, 5, 4, 3, 2)


def _modulus_11(digits: str, weights: tuple[int, ...]) -> str:
    rest = sum(int(d) * w for d, w in zip(digits, weights, strict=True)) % 11
    return {0: "0", 1: "-"}.get(rest, str(11 - rest))


def account_is_valid(number: str) -> bool:
    """Say whether these eleven digits can be a Norwegian account.

    >>> account_is_valid("86011117947"), account_is_valid("86011117948")
    (True, False)
    """
    return (
        re.fullmatch("[0-9]{11}", number) is not None
        and _modulus_11(number[:10], _ACCOUNT_WEIGHTS) == number[10]
    )


def account_digits(text: str) -> str:
    """Take the separators out of a typed account number: `8601.11.17947`."""
    return re.sub(r"[ .\u00a0]", "", text)


def iban_is_valid(iban: str) -> bool:
    """Say whether an IBAN's check digits hold (ISO 13616, MOD97).

    >>> iban_is_valid("NO9386011117947"), iban_is_valid("NO9486011117947")
    (True, False)
    """
    if re.fullmatch("[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}", iban) is None:
        return False
    turned = iban[4:] + iban[:4]
    return int("".join(str(int(c, 36)) for c in turned)) % 97 == 1


def account_of_iban(iban: str) -> str:
    """Return the Norwegian account inside an IBAN, or an empty text."""
    is_norwegian = iban.startswith("NO") and len(iban) == len("NO9386011117947")
    return iban[4:] if is_norwegian and iban_is_valid(iban) else ""


def iban_of_account(number: str) -> str:
    """Write a Norwegian account as IBAN.

    >>> iban_of_account("86011117947")
    'NO9386011117947'
    """
    check = 98 - int(f"{number}232400") % 97
    return f"NO{check:02d}{number}"


def rf_is_valid(reference: str) -> bool:
    """Say whether this is an ISO 11649 reference, which may stand where a KID does.

    >>> rf_is_valid("RF18539007547034"), rf_is_valid("RF18539007547035")
    (True, False)
    """
    if re.fullmatch("RF[0-9]{2}[A-Z0-9]{1,21}", reference) is None:
        return False
    turned = reference[4:] + reference[:4]
    return int("".join(str(int(c, 36)) for c in turned)) % 97 == 1


def organisation_is_valid(number: str) -> bool:
    """Say whether nine digits can be an organisation number.

    >>> organisation_is_valid("974760673"), organisation_is_valid("974760674")
    (True, False)
    """
    return (
        re.fullmatch("[0-9]{9}", number) is not None
        and _modulus_11(number[:8], _ORGNR_WEIGHTS) == number[8]
    )


def kid_has_form(kid: str) -> bool:
    """Say whether a text looks like a KID: 2-25 digits, the last may be `-`."""
    return re.fullmatch("[0-9]{1,24}[0-9-]", kid) is not None


def kid_modulus_10(payload: str) -> str:
    """Return the MOD10 check digit of a KID's payload.

    >>> kid_modulus_10("12345678")
    '2'
    """
    total = 0
    for place, digit in enumerate(reversed(payload)):
        product = int(digit) * (2 if place % 2 == 0 else 1)
        total += product // 10 + product % 10
    return str(-total % 10)


def kid_modulus_11(payload: str) -> str:
    """Return the MOD11 check digit of a KID's payload; `-` where it would be ten.

    >>> kid_modulus_11("12345678"), kid_modulus_11("1000005")
    ('5', '-')
    """
    weights = [place % 6 + 2 for place in range(len(payload))]
    return _modulus_11(payload, tuple(reversed(weights)))


def kid_is_valid(kid: str) -> bool:
    """Say whether a KID's last digit fits MOD10 or MOD11."""
    return kid_has_form(kid) and kid[-1] in {
        kid_modulus_10(kid[:-1]),
        kid_modulus_11(kid[:-1]),
    }
