"""What a person decided before about money like this: suggested, never posted.

Money is like earlier money of the same direction if it is from, or to, the same account;
where no account is told of one of them, if the bank's words for it are the same, numbers
left out, and are two words or more:

    B2026-12   -149.00  "SKYLAGER NOVEMBER 8841"   kari booked it on 6553
    now        -149.00  "Skylager november 9120"   6553: "kari booked money with these words
                                                   there (B2026-12, 2026-11-20)"
    B2026-13   +500.00  from 15030000029           kari matched it with an item of K20001
    now        +750.00  from 15030000029           the oldest open items of K20001

The newest decision comes first, and the same place is suggested once. The trap: what a
person did once is no rule. Whoever wants it posted writes a `[[rule]]`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from ledger.open_items import OpenItem
from reconcile.candidates import Candidate, Clue
from reconcile.wording import say

SUGGESTIONS_MAX = 3
WORDS_MIN = 2

_WORD = re.compile(r"[^\W\d_]{2,}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What a person did with parked money, and what was known of the money then."""

    clue: Clue
    voucher: str
    date: date
    by: str
    account: str
    """Where it was booked."""
    party_number: str | None = None
    """Whose item it settled; None where it was booked on an account without items."""


def words_of(text: str) -> frozenset[str]:
    """Return the words of a bank's text, numbers and the heading of ours left out.

    >>> sorted(words_of("Uidentifisert uttak: SKYLAGER November 8841 a"))
    ['november', 'skylager']
    """
    told = text.partition(": ")[2] or text
    return frozenset(word.casefold() for word in _WORD.findall(told))


class Learned:
    """Earlier decisions, by what their money was."""

    def __init__(self, decided: Iterable[Decided], language: str) -> None:
        self._language = language
        self._by_account: dict[str, list[Decided]] = defaultdict(list)
        self._by_words: dict[frozenset[str], list[Decided]] = defaultdict(list)
        for each in sorted(decided, key=lambda one: (one.date, one.voucher), reverse=True):
            if each.clue.counterparty_account:
                self._by_account[each.clue.counterparty_account].append(each)
            words = words_of(each.clue.text)
            if len(words) >= WORDS_MIN:
                self._by_words[words].append(each)

    def suggestions(
        self, clue: Clue, items_of: Callable[[str], Sequence[OpenItem]]
    ) -> tuple[Candidate, ...]:
        """Return where a person put money like this before, the newest decision first.

        Args:
            clue: The money that waits.
            items_of: The open items of a party, oldest first.
        """
        found: dict[str, Candidate] = {}
        for decided, text in self._like(clue):
            why = say(
                self._language,
                text,
                by=decided.by,
                voucher=decided.voucher,
                date=decided.date,
            )
            for candidate in _candidates(decided, clue, why, items_of):
                place = candidate.open_item or candidate.account or ""
                found.setdefault(place, candidate)
        return tuple(found.values())[:SUGGESTIONS_MAX]

    def _like(self, clue: Clue) -> Iterator[tuple[Decided, str]]:
        account = clue.counterparty_account
        for each in self._by_account.get(account or "", ()):
            if _same_direction(each.clue, clue):
                yield each, "candidate-learned-account"
        for each in self._by_words.get(words_of(clue.text), ()):
            is_one_untold = not (account and each.clue.counterparty_account)
            if is_one_untold and _same_direction(each.clue, clue):
                yield each, "candidate-learned-text"


def _same_direction(left: Clue, right: Clue) -> bool:
    return left.amount.currency == right.amount.currency and (left.amount.number > 0) is (
        right.amount.number > 0
    )


def _candidates(
    decided: Decided,
    clue: Clue,
    why: str,
    items_of: Callable[[str], Sequence[OpenItem]],
) -> Iterator[Candidate]:
    if decided.party_number is None:
        yield Candidate(account=decided.account, amount=abs(clue.amount), why=why)
        return
    for item in items_of(decided.party_number):
        left = item.residual
        if (
            left.currency == clue.amount.currency
            and (left.number > 0) is (clue.amount.number > 0)
            and not item.is_draft
        ):
            amount = min(abs(left), abs(clue.amount), key=lambda each: each.number)
            yield Candidate(open_item=item.key, amount=amount, why=why)
