"""What the payer's words name, held against what a rule would settle.

A reference in its field decides (`reconcile.rules.kid`). In a text it decides nothing, but
it may contradict: a KID, an RF reference or the number of an invoice that we know is what
the payer means, whoever's it is, open or settled. Where a rule has found other items by
party and amount, both cannot be right, and a person is asked.

    +1018.00 from K20001's account, and kf-1018 alone has 1018.00 left
        "takk for hjelpen"             settled
        "KID 2000110180", kf-1018's    settled
        "KID 2000110008", kf-1000's    a person is asked
        "KID2000110008"                the same, however it is written
        the KID of a settled item      the same: it is paid twice, perhaps
        "faktura 2044", K20002's       the same
        "2044, ikke 1018"              the same: the text names both
        "1018, ordre 1900"             settled, although 1900 was an invoice once: all that
                                       is settled is named, and 1900 is settled
        "kunde 20001"                  settled: it is the payer's own number
        "kr 1018", "den 201126"        settled: amount, day and year name nothing

The trap is chance, both ways: a word that is a day or an amount names an item only where
the item has this very amount; and a number that names nothing that we know says nothing.

Every match passes here (`reconcile.matching`), so that no rule can forget it; what a
reference has told, and what takes back a receipt, is certain without a text.
"""

from __future__ import annotations

from collections.abc import Sequence

from ledger.open_items import ItemKind, OpenItem
from reconcile.bank_transactions import Movement
from reconcile.evidence import Evidence
from reconcile.matches import Doubt, Match
from reconcile.naming import (
    Named,
    as_written,
    has_amount,
    is_plain,
    names,
    words_in,
)
from reconcile.rules import end_to_end_id, payment_information_id, reversal
from reconcile.wording import say

#: Rules that our own reference, or an earlier receipt, tells what to settle.
_CERTAIN = {end_to_end_id.RULE, payment_information_id.RULE, reversal.RULE}


def contradiction(found: Match, movement: Movement, evidence: Evidence) -> Doubt | None:
    """Return the doubt where the text names something else than what is found, or None."""
    chosen = [leg.item for leg in found.legs if leg.item is not None]
    if not movement.text or not chosen or _is_told_by_reference(found, chosen, movement):
        return None
    named = _named(movement.text, chosen, evidence)
    keys = {item.key for item in chosen}
    called = [
        name
        for name in names(movement.text, named)
        if not is_plain(name, movement) or has_amount(named[name], movement, evidence)
    ]
    told = {item.key for name in called for item in named[name]} & keys
    for name in called:
        items = named[name]
        if any(item.key in keys for item in items):
            continue
        if told == keys and all(_is_old_number(item, name, evidence) for item in items):
            continue
        reason = say(
            evidence.language,
            "named-otherwise",
            name=as_written(name, items[0]),
            items=", ".join(item.key for item in items[:5]),
            chosen=", ".join(item.key for item in chosen[:5]),
        )
        return Doubt(rule=found.rule, reason=reason)
    return None


def _is_told_by_reference(
    found: Match, chosen: Sequence[OpenItem], movement: Movement
) -> bool:
    """Whether a reference in its field names all that is settled."""
    references = {movement.kid, *movement.kids}
    return found.rule in _CERTAIN or all(
        references.intersection((item.kid, *item.former_kids)) - {None} for item in chosen
    )


def _named(text: str, chosen: Sequence[OpenItem], evidence: Evidence) -> Named:
    """Return the items of the chosen ones' side that any word of the text names."""
    words = words_in(text)
    numbers = {_digits(item.party_number) for item in chosen if item.party_number}
    is_sale = any(item.kind is ItemKind.CUSTOMER for item in chosen)
    found = evidence.items.named_by(words - numbers)
    of_side = {
        word: tuple(
            item
            for item in items
            if (item.kind is ItemKind.CUSTOMER) is is_sale
            and item.kind is not ItemKind.SUSPENSE
        )
        for word, items in found.items()
    }
    return {word: items for word, items in of_side.items() if items}


def _digits(number: str) -> str:
    """Return the number of a party without its letter: people write either."""
    return number.lstrip("KLkl").casefold()


def _is_old_number(item: OpenItem, name: str, evidence: Evidence) -> bool:
    """Whether it is the number, and no KID, of an item that is settled."""
    references = {kid.casefold() for kid in (item.kid, *item.former_kids) if kid}
    return name not in references and not evidence.residual(item)
