"""Which items the words of a payer's text name: by KID, RF reference or invoice number.

"faktura 1017"          every item with this number, whoever's, open or settled
"KID 2000110180"        every item that ever carried it
"kr 1018", "201126"     nothing, unless the item is of this very amount
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from ledger.open_items import ItemKind, OpenItem
from reconcile.bank_transactions import Movement
from reconcile.candidates import kids_in
from reconcile.evidence import Evidence
from reconcile.words import (
    is_day_or_amount,
    is_year,
    loose_parts_of,
    may_be_number,
    without_amounts,
    words_of,
)

Named = Mapping[str, tuple[OpenItem, ...]]


def items_named(movement: Movement, evidence: Evidence) -> Named:
    """Return the items that any word of a text names, whoever's, by the word as we have it.

    A year, a day or the amount names an item of this very amount only.
    """
    found = evidence.items.named_by(words_in(movement.text))
    of_items = {
        word: tuple(item for item in items if item.kind is not ItemKind.SUSPENSE)
        for word, items in found.items()
    }
    named = {word: items for word, items in of_items.items() if items}
    return {
        as_written(name, named[name][0]): named[name]
        for name in names(movement.text, named)
        if not is_plain(name, movement) or has_amount(named[name], movement, evidence)
    }


def is_plain(word: str, movement: Movement) -> bool:
    """Whether a word is more likely a year, the day or the amount than a name."""
    return is_year(word) or is_day_or_amount(word, movement)


def words_in(text: str) -> set[str]:
    """Return the words of a text that may name something, case-folded."""
    words = {kid.casefold() for kid in kids_in(without_amounts(text))}
    for word in map(str.casefold, words_of(text)):
        words.update(filter(may_be_number, (word, *loose_parts_of(word))))
    return words


def names(text: str, named: Named) -> Iterator[str]:
    """Yield the words that name something; what is part of a longer name is none."""
    rest = without_amounts(text)
    whole = {name.casefold() for name in (*kids_in(rest), *words_of(rest))}
    for name in sorted(whole & named.keys(), key=lambda each: (-len(each), each)):
        in_groups = r"\s*".join(map(re.escape, name))
        written = re.compile(rf"(?<!\w){in_groups}(?!\w)", re.IGNORECASE)
        rest, count = written.subn(" ", rest)
        if count:
            yield name
    for word in map(str.casefold, words_of(rest)):
        yield from (part for part in loose_parts_of(word) if part in named)


def as_written(name: str, item: OpenItem) -> str:
    """Return a name in the letters that the item has it in."""
    told = (item.kid, *item.former_kids, item.invoice)
    return next(each for each in told if each and each.casefold() == name)


def has_amount(items: Sequence[OpenItem], movement: Movement, evidence: Evidence) -> bool:
    """Whether one of some items is, or was, of a movement's very amount."""
    amounts = {movement.amount, movement.instructed_amount}
    return any({evidence.residual(item), item.amount} & amounts for item in items)
