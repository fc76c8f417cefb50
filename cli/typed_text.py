"""Text that a person types on the command line and that will stand in the books.

It is one line that shows what it says. A line end could end the line of a file, a control
character moves the cursor of whoever lists it, and a direction character shows another
text than the bytes hold. The bank's text is cleaned of these, since nobody can be asked;
what a person typed is refused, since he is there and meant something.
"""

from __future__ import annotations

import unicodedata

from cli.answer import Refused

TEXT_MAX = 500
NAME_MAX = 140


def said(text: str, where: str, *, most: int = TEXT_MAX) -> str:
    r"""Return the text on one line, NFC, or refuse it.

    >>> said("  Feil  pris, venter \\ på \"nota\" ", "--reason")
    'Feil pris, venter \\ på "nota"'
    >>> said("a\nb", "--reason")
    Traceback (most recent call last):
        ...
    cli.answer.Refused: --reason: has the character U+000A, which no line of text has
    """
    for character in text:
        category = unicodedata.category(character)
        if category[0] == "C" or category in {"Zl", "Zp"}:
            raise Refused(
                f"{where}: has the character U+{ord(character):04X}, which no line of text"
                " has"
            )
    line = " ".join(unicodedata.normalize("NFC", text).split())
    if not line:
        raise Refused(f"{where}: is empty; say it in a few words")
    if len(line) > most:
        raise Refused(f"{where}: has {len(line)} characters; at most {most}")
    return line
