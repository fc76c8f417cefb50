"""Characters that a bank takes, and how the others are written with them.

Source: the Norwegian banks' implementation guide for ISO 20022, appendix on
characters. Every payment takes the Latin set; payments inside Norway, Sweden,
Denmark, Finland and Germany take Nordic letters and a few signs too. SEPA and other
countries take Latin alone.

A bank replaces or refuses what it does not take, and then the payee reads something
that nobody wrote. So we write the replacement ourselves, letter by letter, and nothing
is ever dropped in silence: a character without a spelling (an emoji, another script, a
control or direction mark) is told, and the payment is held.

>>> spelled("Ærlig & Søn – «Åpent»", NORDIC)
"Ærlig & Søn - 'Åpent'"
>>> spelled("Ærlig & Søn – «Åpent»", LATIN)
"AErlig + Son - 'Apent'"
>>> unspellable("Takk 🙂", NORDIC)
('U+1F642',)
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

_LATIN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/-?:().,'+ "
_NORDIC = "áäçđéíóöúüýæøåÁÄÇĐÉÍÓÖÚÜÝÆØÅß%&=@§"

#: Spellings that Unicode's decomposition does not give. One that is not in the set
#: either is spelled again, so `Œ` may lean on nothing and `–` on `-`.
_SPELLINGS = {
    "æ": "ae", "Æ": "AE", "ø": "o", "Ø": "O", "ß": "ss", "ẞ": "SS", "đ": "d", "Đ": "D",
    "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th", "ł": "l", "Ł": "L", "œ": "oe", "Œ": "OE",
    "ı": "i", "ħ": "h", "Ħ": "H", "ŋ": "ng", "Ŋ": "Ng", "ŧ": "t", "Ŧ": "T",
    "&": "+", "@": "(at)", "%": "pct", "=": "-", "§": "par.", "_": "-", "~": "-", "*": ".",
    "!": ".", ";": ",", "#": "nr ", '"': "'", "`": "'", "´": "'", "«": "'", "»": "'",
    "‘": "'", "’": "'", "‚": ",", "“": "'", "”": "'", "„": "'", "‹": "'", "›": "'",
    "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "―": "-", "−": "-",
    "·": ".", "•": "-", "⁄": "/",
    "<": "(", ">": ")", "[": "(", "]": ")", "{": "(", "}": ")", "|": "/", "\\": "/",
    "^": ".", "°": " gr ", "€": "EUR", "£": "GBP", "$": "USD", "×": "x", "÷": "/",
    "¡": ".", "¿": "?", "¨": "'", "¸": ",", "©": "(c)", "®": "(r)", "№": "nr ",
    "\t": " ", "\n": " ", "\r": " ", "\u00a0": " ", "\u2007": " ", "\u2009": " ",
    "\u202f": " ",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class CharacterSet:
    """The characters that may be written."""

    name: str
    characters: frozenset[str]
    pattern: re.Pattern[str] = field(init=False, repr=False)
    """Matches a text that needs no respelling: the common case, decided at C speed."""

    def __post_init__(self) -> None:
        members = "".join(re.escape(character) for character in sorted(self.characters))
        object.__setattr__(self, "pattern", re.compile(f"[{members}]*"))

    def __contains__(self, character: str) -> bool:
        return character in self.characters


LATIN = CharacterSet("Latin", frozenset(_LATIN))
"""SEPA, and every country outside the Nordic ones and Germany."""

NORDIC = CharacterSet("Nordic", frozenset(_LATIN + _NORDIC))
"""Payments to Norway, Sweden, Denmark, Finland and Germany that are not SEPA."""

NORDIC_LATIN_1 = CharacterSet(
    "Nordic within ISO-8859-1",
    frozenset(character for character in NORDIC.characters if character <= "\u00ff"),
)
"""The same for a bank that takes UTF-8 with the characters of ISO-8859-1 alone."""

NORDIC_COUNTRIES = frozenset({"NO", "SE", "DK", "FI", "DE"})


def spelled(text: str, allowed: CharacterSet) -> str:
    """Return `text` in the characters of `allowed`, blanks at the ends taken away.

    Raises:
        ValueError: a character has no spelling; ask `unspellable` first.
    """
    if allowed.pattern.fullmatch(text):
        return text.strip(" ")
    spellings = [_spelling(char, allowed) for char in unicodedata.normalize("NFC", text)]
    if None in spellings:
        unknown = ", ".join(unspellable(text, allowed))
        raise ValueError(f"{text!r} holds {unknown}, which no bank takes")
    return "".join(spelling for spelling in spellings if spelling).strip(" ")


def unspellable(text: str, allowed: CharacterSet) -> tuple[str, ...]:
    """Return the characters of `text` that cannot be written, as `U+XXXX`, each once."""
    if allowed.pattern.fullmatch(text):
        return ()
    found = {
        f"U+{ord(char):04X}": None
        for char in unicodedata.normalize("NFC", text)
        if _spelling(char, allowed) is None
    }
    return tuple(found)


def _spelling(character: str, allowed: CharacterSet) -> str | None:
    """Return how one character is written; None where there is no way."""
    if character in allowed:
        return character
    replacement = _SPELLINGS.get(character)
    if replacement is None:
        # Accents come off (ž, ñ) and compatibility forms unfold (ﬁ, ½). What is then
        # still unknown stays unknown.
        decomposed = unicodedata.normalize("NFKD", character)
        replacement = "".join(c for c in decomposed if not unicodedata.combining(c))
        if replacement == character:
            return None
        if not replacement.strip() and not character.isspace():
            return None  # a lone accent: without it nothing would be left to see
    parts = [_spelling(part, allowed) for part in replacement]
    if None in parts:
        return None
    return "".join(part for part in parts if part)
