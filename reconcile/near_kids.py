"""KIDs and creditor references that one slip of the hand makes of another."""

from __future__ import annotations

from collections.abc import Iterator
from string import ascii_letters, digits


def one_slip_from(number: str) -> Iterator[str]:
    """Yield every KID or creditor reference that one slip makes of a number, and itself.

    A KID holds digits and a dash; letters are in a reference only, which begins with two.

    >>> "0071" in set(one_slip_from("0017")), "0018" in set(one_slip_from("0017"))
    (True, True)
    >>> "1700" in set(one_slip_from("0017"))
    False
    """
    has_letters = any(character.isalpha() for character in number)
    alphabet = f"{digits}-{ascii_letters}" if has_letters else f"{digits}-"
    for place in range(len(number)):
        before, after = number[:place], number[place + 1 :]
        yield from (f"{before}{character}{after}" for character in alphabet)
        if after:
            yield f"{before}{after[0]}{number[place]}{after[1:]}"
