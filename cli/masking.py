"""Account numbers out of logs: what a program writes unattended, many people read.

Every run of ten digits or more goes, whatever it is (an account, a national identity
number, a long KID), and IBANs and account numbers in groups. Message ids, dates, amounts
and organisation numbers are shorter and stay.
"""

from __future__ import annotations

import re

_LONG = re.compile(
    r"\b[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b"  # IBAN
    r"|(?<![0-9])[0-9]{4}[ .][0-9]{2}[ .][0-9]{5}(?![0-9])"  # 8601.11.17947
    r"|(?<![0-9])[0-9]{6} [0-9]{5}(?![0-9])"  # a national identity number in two parts
    r"|[0-9]{10,}",
    re.ASCII,
)


def masked(text: str) -> str:
    """Return the text with its long numbers reduced to their last four characters.

    >>> masked("from 86011117947 to NO93 8601 1117 947, KID 200010050017")
    'from ****7947 to ****7947, KID ****0017'
    >>> masked("P.974760673.001.C053.20261103.XML of M-EGTQXZC3BKB9WQEZ: 12500.00 NOK")
    'P.974760673.001.C053.20261103.XML of M-EGTQXZC3BKB9WQEZ: 12500.00 NOK'
    """
    return _LONG.sub(lambda found: f"****{found[0].replace(' ', '')[-4:]}", text)
