"""Numbers that carry their own check: accounts, payment references, organisations.

A module per number, each with the same four functions: `compact` takes away what is
only there for the eye, `validate` returns the compact number or says what is wrong,
`is_valid` answers yes or no, `format` writes it as people do. python-stdnum does the
arithmetic where it has it; what these modules add is strictness. A payment file must
refuse what a form may forgive (digits of other scripts, stray punctuation).
"""

from __future__ import annotations


class InvalidIdentifier(ValueError):
    """A number that cannot be what it is said to be, with the value and the reason."""

    def __init__(self, kind: str, value: str, reason: str) -> None:
        self.kind = kind
        self.value = value
        self.reason = reason
        super().__init__(f"{kind} {value!r}: {reason}")


def is_ascii_digits(text: str) -> bool:
    """Return whether `text` is one or more of 0 to 9 (`str.isdigit` knows other scripts).

    >>> is_ascii_digits("0123"), is_ascii_digits("٠١٢"), is_ascii_digits("")
    (True, False, False)
    """
    return text.isascii() and text.isdigit()
