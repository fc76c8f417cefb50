"""Which files of the books are ours: written by `books` alone, never by a person.

bank/2026/11.beancount, bank/2026/11-2.beancount
vouchers/2026/11-import.beancount
"""

from __future__ import annotations

import re

_MACHINE_FILE = re.compile(
    r"bank/[0-9]{4}/[^/]+\.beancount|vouchers/[0-9]{4}/[^/]+-import(-[0-9]+)?\.beancount"
)


def is_machine_file(file: str) -> bool:
    """Return whether the file, relative to the books folder, is ours.

    >>> is_machine_file("bank/2026/11-2.beancount")
    True
    >>> is_machine_file("vouchers/2026/11.beancount")
    False
    """
    return _MACHINE_FILE.fullmatch(file) is not None
