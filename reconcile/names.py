"""Names of companies and people, as far as they can be compared.

Banks cut names, write them in capitals, and spell `A/S` for `AS`; a look-alike is still
another party.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from itertools import chain, combinations
from typing import Generic, TypeVar

Each = TypeVar("Each")

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


#: Of a longer name only so many words are tried as a name of their own.
_WORDS_MAX = 8
#: A word that is in more names than these tells none of them apart.
_NAMES_MAX = 200


class ByName(Generic[Each]):
    """Values by name, found by whatever name is alike, without going through all."""

    def __init__(self) -> None:
        self._values: dict[frozenset[str], list[Each]] = defaultdict(list)
        self._names: dict[str, set[frozenset[str]]] = defaultdict(set)

    def add(self, name: str, value: Each) -> None:
        """Keep a value under a name."""
        words = name_words(name)
        self._values[words].append(value)
        for word in words:
            self._names[word].add(words)

    def alike(self, name: str) -> Iterator[Each]:
        """Yield what is under names that are alike, as `is_alike` says it."""
        words = name_words(name)
        if not words:
            return
        rarest = min((self._names.get(word, set()) for word in words), key=len)
        longer = (each for each in rarest if words < each and len(rarest) <= _NAMES_MAX)
        told = sorted(words)[:_WORDS_MAX]
        counts = range(1, len(told) + 1)
        parts = chain.from_iterable(combinations(told, count) for count in counts)
        shorter = (frozenset(each) for each in parts)
        for found in dict.fromkeys((words, *longer, *shorter)):
            yield from self._values.get(found, ())
