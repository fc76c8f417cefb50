"""Invoice numbers in the text, together with the party.

    +1500.00 from K20001's account, "faktura 1017 og 1018"
        kf-1017 has 1000.00 left, kf-1018 has 500.00: both settled
    +900.00 from K20001's account, "1017 minus 1020"
        kf-1020 is a credit note of 100.00: both settled; +850.00: a person is asked
    +1500.00 from an unknown account, "faktura 1017"       nothing is said here
    +400.00 from K20001's account, "1017"                  paid in part, 600.00 left
    +400.00 from somebody called like K20001, "1017"       nothing is said here
    +500.00 from K20001's account, "1017"                  kf-1018 has it: a person is asked
    +999.50 from K20001's account, "1017", limit 1.00      settled, 0.50 to rounding
    +1500.00 from K20001's account, "november 2026"        nothing is said here, although
        kf-2026 has 1500.00 left: a year is no invoice number
    +300.00 from K20001's account on 10 November, "101126"      a person is asked: the day,
        or kf-101126, of which 500.00 is left; +500.00 settles it
    +1500.00 from K20001's account, "avdrag kr 1500"    a person is asked: the amount, or
        kf-1500, of which 2000.00 is left
    +1500.00 from K20001's account, "1016", which is settled    a person is asked,
        although kf-1018 has 1500.00 left: 1016 was perhaps paid again

The numbers that the text names must make the amount exactly. One number and less money is
a part payment, but only where the account is the party's (a name is not enough for that)
and no other item of the party has the amount, and not where the number may as well be the
amount itself, the day that it was booked or a few days before. A number is a word of its
own, of three characters or more, with a digit in it, and no year.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bankio.amount import Amount
from ledger.open_items import OpenItem
from reconcile.bank_transactions import Movement
from reconcile.evidence import Evidence
from reconcile.matches import Doubt, Finding, Match
from reconcile.party_items import Party
from reconcile.rules import differences
from reconcile.rules.kid import settle
from reconcile.rules.party import narration, settled
from reconcile.wording import say
from reconcile.words import is_day_or_amount, is_year, may_be_number, parts_of, words_of

RULE = "invoice-number"


def match(movement: Movement, evidence: Evidence) -> Finding | None:
    """Return the items whose numbers the text names, or None."""
    if movement.kid is not None or not movement.text:
        return None
    party = evidence.party_of(movement)
    if party is None:
        return None
    items = named_items(movement.text, evidence.payable_by(party, movement))
    if not items:
        return _named_settled(movement, party, evidence)
    netted = _netted(movement, party, evidence)
    total = Amount.zero(movement.amount.currency)
    for item in (*items, *netted):
        total += evidence.residual(item)
    why = say(
        evidence.language,
        "why-invoice",
        invoices=", ".join(item.invoice or "" for item in (*items, *netted)),
        evidence=say(
            evidence.language,
            "evidence-account" if party.by_account else "evidence-name",
        ),
    )
    if total == movement.amount:
        return settled(movement, (*items, *netted), evidence, rule=RULE, why=why)
    if netted:
        return _disagreement((*items, *netted), evidence)
    return _inexact(movement, items, party, evidence, why) if party.by_account else None


def too_much(movement: Movement, evidence: Evidence) -> str | None:
    """Return that more came than is left of what the text names; None if that is not so.

    Asked where no rule knows the money: the party is certain, and what the rest is for is
    not.
    """
    party = evidence.party_of(movement)
    if movement.kid is not None or party is None or not party.by_account:
        return None
    items = named_items(movement.text, evidence.payable_by(party, movement))
    over = abs(movement.amount)
    for item in items:
        over -= abs(evidence.residual(item))
    if not items or over.number <= 0:
        return None
    return say(
        evidence.language,
        "named-over",
        items=", ".join(item.key for item in items[:5]),
        over=over,
    )


def _netted(movement: Movement, party: Party, evidence: Evidence) -> tuple[OpenItem, ...]:
    """Return the credit notes that the text names: what the payer took off."""
    payable = evidence.payable_by(party, movement)
    opposite = evidence.open_of(party, movement)
    notes = tuple(item for item in opposite if item not in payable)
    return tuple(
        item
        for item in named_items(movement.text, notes)
        if not is_day_or_amount(item.invoice or "", movement)
    )


def _inexact(
    movement: Movement,
    items: tuple[OpenItem, ...],
    party: Party,
    evidence: Evidence,
    why: str,
) -> Finding | None:
    """Return what becomes of numbers that do not make the amount; the party is certain."""
    payable = evidence.payable_by(party, movement)
    equal = [item for item in payable if evidence.residual(item) == movement.amount]
    if len(items) == 1 and equal:
        return _disagreement((*items, *equal), evidence)
    number = items[0].invoice or ""
    if len(items) == 1 and is_day_or_amount(number, movement):
        reason = say(evidence.language, "number-or-day", number=number, item=items[0].key)
        return Doubt(rule=RULE, reason=reason)
    missing = -movement.amount
    for item in items:
        missing += evidence.residual(item)
    difference = differences.settled_by_receipt(movement, missing, evidence)
    if difference is not None:
        return settled(movement, items, evidence, rule=RULE, why=why, difference=difference)
    is_part = (missing.number > 0) is (movement.amount.number > 0)
    return (
        _in_part(movement, items[0], evidence, why) if len(items) == 1 and is_part else None
    )


def _named_settled(movement: Movement, party: Party, evidence: Evidence) -> Doubt | None:
    """Return the doubt where the text names only what is settled: paid again, perhaps.

    What the payer names, no weaker rule may take for another item by the amount.
    """
    prefix = "kf" if movement.amount.number > 0 else "lf"
    words = (each for each in words_of(movement.text) if _may_name(each))
    keys = [
        key
        for word in words
        for key in (f"{prefix}-{party.number}-{word}", f"{prefix}-{word}")
    ]
    found = [
        item
        for key in dict.fromkeys(keys)
        if (item := evidence.item(key)) and item.party_number == party.number
    ]
    settled_keys = [item.key for item in found if not evidence.residual(item)]
    if not settled_keys or len(settled_keys) < len(found):
        return None
    told = say(evidence.language, "named-settled", items=", ".join(settled_keys))
    return Doubt(rule=RULE, reason=told)


def _may_name(word: str) -> bool:
    """Whether a word may be the number of an invoice; a year is none."""
    return may_be_number(word) and not is_year(word)


def _disagreement(items: Iterable[OpenItem], evidence: Evidence) -> Doubt:
    """Return the doubt where the numbers are of some items and the amount is not theirs."""
    keys = ", ".join(sorted(item.key for item in items))
    return Doubt(rule=RULE, reason=say(evidence.language, "several-items", items=keys))


def named_items(text: str, items: tuple[OpenItem, ...]) -> tuple[OpenItem, ...]:
    """Return the items whose invoice number is a word of the text; () if two have one."""
    found = [
        each for each in maybe_named_items(text, items) if not is_year(each.invoice or "")
    ]
    numbers = {(item.invoice or "").casefold() for item in found}
    return tuple(found) if len(numbers) == len(found) else ()


def maybe_named_items(text: str, items: tuple[OpenItem, ...]) -> tuple[OpenItem, ...]:
    """Return the items that the text may name: a year in it may be a number after all."""
    numbers = {(item.invoice or "").casefold() for item in items}
    words = set(_words(text, numbers))
    return tuple(item for item in items if _is_named(item, words))


def _words(text: str, numbers: set[str]) -> Iterator[str]:
    """Yield the words of a text, and the parts of those that are no number themselves.

    >>> sorted(_words("fakt.nr.1017/1018", {"1017", "1018"}))
    ['1017', '1018', 'fakt', 'fakt.nr.1017/1018', 'nr']
    >>> sorted(_words("2026/1017 kr 1017.50", {"1017", "2026/1017"}))
    ['2026/1017', 'kr']
    """
    for word in map(str.casefold, words_of(text)):
        yield word
        if word not in numbers:
            yield from parts_of(word)


def _is_named(item: OpenItem, words: set[str]) -> bool:
    number = (item.invoice or "").casefold()
    return may_be_number(number) and number in words


def _in_part(movement: Movement, item: OpenItem, evidence: Evidence, why: str) -> Finding:
    if evidence.live_payment_of([item]) is not None:
        reason = say(evidence.language, "several-items", items=item.key)
        return Doubt(rule=RULE, reason=reason)
    return Match(
        rule=RULE,
        why=why,
        legs=(settle(item, -movement.amount),),
        payee=movement.counterparty_name or item.party_name,
        narration=narration(movement, (item,), evidence.language),
    )
