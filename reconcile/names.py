"""Names of companies and people, as far as they can be compared.

Banks cut names, write them in capitals, and spell `A/S` for `AS`; a look-alike is still
another party.
"""

from __future__ import annotations

import re
import unicodedata

_WORD = re.compile(r"\w+")
_FORMS = {"as", "asa", "ans", "da", "enk", "sa", "ltd", "gmbh", "ab", "nuf", "og"}
"""What stands in half of all company names."""


def name_words(name: str) -> frozenset[str]:
    """Return what tells a name apart, in one spelling.

    >>> sorted(name_words("Nordfjord Bygg A/S")), sorted(name_words("NORDFJORD BYGG AS"))
    (['bygg', 'nordfjord'], ['bygg', 'nordfjord'])
    """
    plain = unicodedata.normalize("NFKC", name).casefold().replace("a/s", "as")
    words = frozenset(_WORD.findall(plain))
    return words - _FORMS or words


def is_alike(left: str, right: str) -> bool:
    """Return whether one name holds all words of the other.

    >>> is_alike("Nord Bygg AS", "NORD BYGG"), is_alike("Nord Bygg AS", "Nord Rør AS")
    (True, False)
    """
    one, other = name_words(left), name_words(right)
    return bool(one and other) and (one <= other or other <= one)
