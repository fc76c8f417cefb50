"""Identifications that we give: EndToEndId, MsgId, PmtInfId, and the id of a recall.

They derive from what is paid and hold neither date nor chance: a run that is planned
again after a restored backup gets the same identifications, so that the bank (and we)
see a repeat for what it is. The last two characters are a check over the others, which
makes an identification recognisable as one of ours even if no record of it is left.

>>> one = end_to_end("974760673", "86011117947", ["lf-L10001-10023"], attempt=1)
>>> one, is_ours(one)
('E-SQX282KKTVQ7ZGNS', True)
>>> two = end_to_end("974760673", "86011117947", ["lf-L10001-10023"], attempt=2)
>>> one == two, is_ours("E-SQX282KKTVQ7ZGNT"), is_ours("INVOICE 17")
(False, False, False)
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable

from bankio.amount import Amount

#: Crockford's base 32: no letter that reads as a digit, so it survives a telephone.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_FORM = re.compile(r"([CEM])-([0-9A-HJKMNP-TV-Z]{14})([0-9A-HJKMNP-TV-Z]{2})", re.ASCII)


def _letters(text: str, count: int) -> str:
    number = int.from_bytes(hashlib.sha256(text.encode()).digest(), "big")
    letters = []
    for _ in range(count):
        number, digit = divmod(number, 32)
        letters.append(_ALPHABET[digit])
    return "".join(letters)


def _identification(kind: str, parts: Iterable[str]) -> str:
    # A separator that no part can hold keeps ("ab", "c") apart from ("a", "bc").
    body = _letters("\x1f".join((kind, *parts)), 14)
    return f"{kind}-{body}{_letters(kind + body, 2)}"


def end_to_end(
    orgnr: str, debtor_account: str, open_items: Iterable[str], attempt: int
) -> str:
    """Return the EndToEndId of the `attempt`th payment of these open items."""
    return _identification("E", (orgnr, debtor_account, *sorted(open_items), str(attempt)))


def message(debtor_account: str, payments: Iterable[tuple[str, str, Amount]]) -> str:
    """Return the MsgId of a message with these (EndToEndId, creditor account, amount)."""
    lines = sorted(f"{e2e} {account} {amount}" for e2e, account, amount in payments)
    return _identification("M", (debtor_account, *lines))


def payment_information(message_id: str, number: int) -> str:
    """Return the PmtInfId of the `number`th PmtInf (from 1) of a message of ours."""
    return f"{message_id}-{number}"


def recall(message_id: str, end_to_end_ids: Iterable[str], attempt: int) -> str:
    """Return the id of the `attempt`th request to take back these payments of a message."""
    return _identification("C", (message_id, *sorted(end_to_end_ids), str(attempt)))


def has_our_form(identification: str | None) -> bool:
    """Whether it looks like one of ours, check letters or not: one may be miscopied.

    >>> has_our_form("E-SQX282KKTVQ7ZGNT"), has_our_form("INVOICE 17"), has_our_form(None)
    (True, False, False)
    """
    return identification is not None and _form_of(identification) is not None


def is_ours(identification: str | None) -> bool:
    """Whether it has our form, check letters included; a PmtInfId counts as its MsgId."""
    if identification is None:
        return False
    found = _form_of(identification)
    return found is not None and found[3] == _letters(found[1] + found[2], 2)


def _form_of(identification: str) -> re.Match[str] | None:
    return _FORM.fullmatch(re.sub(r"-[0-9]{1,4}$", "", identification))
