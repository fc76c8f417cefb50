"""Numbers of things in words: one payment, two payments.

What the bank tells is read by people in two languages; `1 betalinger` reads as a
program talking.
"""


def counted(count: int, one: str, many: str) -> str:
    """Return a number with the form of the word that belongs to it.

    >>> counted(1, "betaling", "betalinger"), counted(0, "payment", "payments")
    ('1 betaling', '0 payments')
    """
    return f"{count} {one if count == 1 else many}"
