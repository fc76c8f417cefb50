"""Which open items parked money may be for, ranked, each with why it is not certain.

Nothing here ever posts. The ranking is a table of signals, not a tuned sum, so that a
reason is one row that can be printed and argued with; the first row that fits an item
is its rank:

    1  its own KID (a person took it back; or the item is in another currency), or one a
       slip away: two digits changed places, or one is wrong
    2  a KID in the text
    3  payments of ours that are underway, whose sum it is
    4  the party's account, and the amount
    5  the invoice number in the text, and the amount
    6  what the bank booked the other way, with the same account or text: a correction
    7  a name alike, and the amount
    8  the invoice number in the text
    9  the party's account
    10 what the bank booked the other way
    11 the amount alone

An amount that very many items have left says nothing: of those a name, an account or a
text must tell one, and whoever asks is told how many there are (`note`). Of a credit the
party is certain: its own items come first, and what another party owes is not for it
because it is as much. A customer's credit is nothing for a supplier's credit note, unless
they are one party.

Example: 1250.00 with KID 0018 while kf-17 has KID 0017 and 1250.00 left gives
`kf-17  1250.00  KID 0017 is near: two digits changed places, or one is wrong`.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bankio.amount import Amount
from bankio.identifiers import creditor_reference
from bankio.identifiers.kid import is_valid as is_valid_kid
from ledger.open_items import COMMON_MAX, ItemKind, Items, Likeness, OpenItem
from reconcile.decided_words import payers_text
from reconcile.names import ByName, is_alike
from reconcile.near_kids import one_slip_from
from reconcile.same_parties import SameParties
from reconcile.underway import SumsUnderway, Underway
from reconcile.wording import say

PayerParties = Mapping[str, tuple[str, ...]]

CANDIDATES_MAX = 5
#: So many items of one amount say nothing; the list would only tempt to guess.
ALIKE_MAX = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An item that parked money may be for, or an account."""

    open_item: str | None = None
    account: str | None = None
    """Where no item is meant: what a person chose before (`reconcile.learned`)."""
    amount: Amount
    """How much of the item the money would settle, never negative."""
    why: str
    """What speaks for it, and so what does not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clue:
    """What is known of parked money."""

    amount: Amount
    """Signed: money in is positive."""
    kid: str | None = None
    counterparty_account: str | None = None
    counterparty_name: str | None = None
    text: str = ""
    date: dt.date | None = None
    bank_account: str | None = None
    """The account of ours that it moved on."""
    open_item: str | None = None
    """What it stands under."""
    returned: str | None = None
    """Why it came back, where it is a payment of ours that did."""
    end_to_end_id: str | None = None
    """Our own, where the bank told it."""
    part: str | None = None
    """PmtInfId, or MsgId, of payments of ours of which it is one sum."""
    user_rule: str | None = None
    """The one `[[rule]]` that fits it."""
    party_number: str | None = None
    """Whose credit it is; None where nobody knows whose money it is."""


Found = tuple[OpenItem | Clue, str]
"""An item, or other money that waits, and what speaks for it."""


def _likeness(
    clues: Sequence[Clue], parties: Iterable[str], payer_parties: PayerParties
) -> Likeness:
    """Return what any of the signals could find an item by."""
    accounts = frozenset(filter(None, (clue.counterparty_account for clue in clues)))
    return Likeness(
        residuals=frozenset(clue.amount for clue in clues),
        kids=frozenset(kid for clue in clues for kid in _kids(clue)),
        accounts=accounts,
        parties=frozenset(parties).union(
            party for account in accounts for party in payer_parties.get(account, ())
        ),
        invoices=frozenset(word for clue in clues for word in _words(clue.text)),
    )


def _kids(clue: Clue) -> Iterator[str]:
    if clue.kid:
        yield from one_slip_from(clue.kid)
    yield from kids_in(clue.text)


_KID = re.compile(r"(?<![\w-])[0-9]{2,24}[0-9-](?![\w-])")
#: The longest are 25 characters; people write them in groups.
_REFERENCE_MAX = 25


def kids_in(text: str) -> tuple[str, ...]:
    """Return what may be a KID or RF reference in a text, compact: three to 25 digits.

    A KID of two digits is no word of its own: the text may count or date something.
    Groups of digits count as one KID where its check digit is right.

    >>> kids_in("Faktura 1017, KID 0010017.")
    ('1017', '0010017')
    >>> kids_in("KID 00 10 017, ref rf18539007 547034")
    ('017', '547034', '0010017', 'RF18539007547034')
    """
    grouped = map(creditor_reference.capitals, _grouped(text))
    valid = (
        each for each in grouped if is_valid_kid(each) or creditor_reference.is_valid(each)
    )
    return tuple(dict.fromkeys((*_KID.findall(text), *valid)))


def _grouped(text: str) -> Iterator[str]:
    """Yield what neighbouring words make together: of digits, or from one with RF on."""
    joined, is_reference = "", False
    for word in (told.strip(".,:;()") for told in text.split()):
        begins = word.isascii() and word[:2].upper() == "RF"
        goes_on = word.isascii() and (word.isdigit() or (is_reference and word.isalnum()))
        if begins or not joined or not goes_on:
            joined, is_reference = "", begins
        if begins or goes_on:
            joined += word
        if 2 < len(joined) <= _REFERENCE_MAX:
            yield joined


def _words(text: str) -> Iterable[str]:
    return dict.fromkeys(word.casefold() for word in re.findall(r"[\w/-]+", text))


class Candidates:
    """Open items, indexed by what may speak for them.

    Made once for all the money that is asked about: what one clue costs is then what it
    finds, whatever the number of items.
    """

    def __init__(
        self,
        items: Items,
        clues: Iterable[Clue],
        language: str,
        payer_parties: PayerParties,
        same_parties: SameParties | None = None,
        underway: Iterable[Underway] = (),
    ) -> None:
        """Find what may speak for any of some moneys.

        Args:
            items: The items of the books.
            clues: All the money that waits: one may be the correction of another.
            language: Of the reasons.
            payer_parties: Party numbers by a bank account that they are known to pay from.
            same_parties: Which parties are one; None: each is its own.
            underway: Payments of ours that the bank may book as one sum.
        """
        self._language = language
        self._payer_parties = payer_parties
        self._same_parties = same_parties or SameParties()
        self._underway = SumsUnderway(underway)
        self._items = items
        self._by_name: dict[Amount, ByName[OpenItem]] = defaultdict(ByName)
        self._parked: dict[Amount, list[Clue]] = defaultdict(list)
        self._by_amount: dict[Amount, list[OpenItem]] = defaultdict(list)
        self._by_kid: dict[str, list[OpenItem]] = defaultdict(list)
        self._by_account: dict[str, list[OpenItem]] = defaultdict(list)
        self._by_party: dict[str, list[OpenItem]] = defaultdict(list)
        self._by_invoice: dict[str, list[OpenItem]] = defaultdict(list)
        clues = tuple(clues)
        for clue in clues:
            if clue.open_item is not None and clue.party_number is None:
                self._parked[clue.amount].append(clue)
        self._counts = items.counts_of({clue.amount for clue in clues})
        named = _parties_named(items, filter(self._is_common, clues))
        named |= {clue.party_number for clue in clues if clue.party_number is not None}
        for item in items.alike(_likeness(clues, named, payer_parties)).items:
            if item.is_open and not item.is_draft and item.kind is not ItemKind.SUSPENSE:
                self._add(item)

    def _is_common(self, clue: Clue) -> bool:
        return self._counts.get(clue.amount, 0) > COMMON_MAX

    def note(self, clue: Clue) -> str | None:
        """Return what to type for a sum of many, or how many items have the amount."""
        batch = self._underway.booked_as(clue.amount, clue.bank_account)
        if batch is not None and len(batch.items) > 1:
            keys = " ".join(sorted(batch.items))
            return self._say("candidate-underway-all", money=clue.open_item, items=keys)
        return self._common(clue)

    def _common(self, clue: Clue) -> str | None:
        if clue.party_number is not None:
            return None
        count = self._counts.get(clue.amount, 0)
        return self._say("candidate-common", count=count) if count > ALIKE_MAX else None

    def _add(self, item: OpenItem) -> None:
        self._by_amount[item.residual].append(item)
        if item.party_name and self._counts.get(item.residual, 0) > COMMON_MAX:
            self._by_name[item.residual].add(item.party_name, item)
        if item.kid and item.kind is ItemKind.CUSTOMER:
            self._by_kid[item.kid].append(item)
        if item.creditor_account:
            self._by_account[item.creditor_account].append(item)
        if item.party_number:
            self._by_party[item.party_number].append(item)
        if item.invoice and len(item.invoice) >= 3:
            self._by_invoice[item.invoice.casefold()].append(item)

    def ranked(self, clue: Clue) -> tuple[Candidate, ...]:
        """Return the items that something speaks for, likeliest first."""
        found: dict[str, Candidate] = {}
        steps: tuple[Callable[[Clue], Sequence[Found]], ...] = (
            self._near_kid,
            self._kid_in_text,
            self._sum_underway,
            self._account_and_amount,
            self._invoice_and_amount,
            self._likely_correction,
            self._name_and_amount,
            self._invoice,
            self._account,
            self._own,
            self._correction,
            self._amount,
        )
        for step in steps:
            for one, why in step(clue):
                candidate = self._candidate(one, clue, why)
                if candidate is not None:
                    found.setdefault(candidate.open_item or "", candidate)
            if len(found) >= CANDIDATES_MAX and clue.party_number is None:
                break
        own = {item.key for item in self._of_party(clue)}
        ordered = sorted(found.values(), key=lambda each: each.open_item not in own)
        return tuple(ordered[:CANDIDATES_MAX])

    def _candidate(self, one: OpenItem | Clue, clue: Clue, why: str) -> Candidate | None:
        if isinstance(one, Clue):
            return Candidate(open_item=one.open_item, amount=abs(clue.amount), why=why)
        if not self._same_parties.may_settle(clue.party_number, one):
            return None
        if one.residual.currency != clue.amount.currency:
            is_own = clue.kid is not None and one.kid == clue.kid
            if not is_own or not _is_payable_across(one, clue):
                return None
            return Candidate(open_item=one.key, amount=abs(one.residual), why=why)
        if not _is_payable_by(one, clue):
            return None
        amount = min(abs(one.residual), abs(clue.amount))
        return Candidate(open_item=one.key, amount=amount, why=why)

    def _say(self, text: str, **values: object) -> str:
        return say(self._language, text, **values)

    def _equal(self, clue: Clue) -> list[OpenItem]:
        return [] if self._is_common(clue) else self._by_amount.get(clue.amount, [])

    def _near_kid(self, clue: Clue) -> Sequence[Found]:
        if not clue.kid:
            return []
        own = self._by_kid.get(clue.kid, ())
        kids = set(one_slip_from(clue.kid)) - {clue.kid}
        near = [item for kid in kids for item in self._by_kid.get(kid, ())]
        near.sort(key=lambda item: (item.residual != clue.amount, item.date, item.key))
        return [
            *((item, self._own_kid(item, clue)) for item in own),
            *((item, self._say("candidate-kid-digits", kid=item.kid)) for item in near),
        ]

    def _own_kid(self, item: OpenItem, clue: Clue) -> str:
        currency = item.residual.currency
        if currency == clue.amount.currency:
            return self._say("candidate-kid", kid=item.kid)
        return self._say(
            "candidate-kid-currency",
            kid=item.kid,
            currency=currency,
            money=clue.open_item,
            item=item.key,
        )

    def _sum_underway(self, clue: Clue) -> Sequence[Found]:
        batch = self._underway.booked_as(clue.amount, clue.bank_account)
        if batch is None:
            return []
        name = "candidate-underway" if batch.count > 1 else "candidate-underway-one"
        why = self._say(name, count=batch.count, name=batch.name)
        items = (self._items.by_key.get(key) for key in sorted(batch.items))
        return [(item, why) for item in items if item is not None]

    def _of_party(self, clue: Clue) -> list[OpenItem]:
        return self._by_party.get(clue.party_number, []) if clue.party_number else []

    def _own(self, clue: Clue) -> Sequence[Found]:
        """Return the items of the party whose credit it is, of equal amount first."""
        items = sorted(
            (item for item in self._of_party(clue) if _is_payable_by(item, clue)),
            key=lambda item: (item.residual != clue.amount, item.date, item.key),
        )
        return [
            (
                item,
                self._say(
                    "candidate-own-amount"
                    if item.residual == clue.amount
                    else "candidate-own"
                ),
            )
            for item in items[:CANDIDATES_MAX]
        ]

    def _of_account(self, clue: Clue) -> list[OpenItem]:
        account = clue.counterparty_account
        if not account:
            return []
        parties = self._payer_parties.get(account, ())
        found = [item for party in parties for item in self._by_party.get(party, ())]
        return [*self._by_account.get(account, ()), *found]

    def _account_and_amount(self, clue: Clue) -> Sequence[Found]:
        return [
            (item, self._told_of(item, clue, "candidate-account-amount"))
            for item in self._of_account(clue)
            if item.residual == clue.amount
        ]

    def _account(self, clue: Clue) -> Sequence[Found]:
        return [
            (item, self._told_of(item, clue, "candidate-account"))
            for item in self._of_account(clue)
        ]

    def _told_of(self, item: OpenItem, clue: Clue, text: str) -> str:
        """Return what speaks for an item of the account, and whether the text names it."""
        if item in self._named(clue):
            return self._say(f"{text}-named", named=item.invoice)
        return self._say(text)

    def _kid_in_text(self, clue: Clue) -> Sequence[Found]:
        return [
            (item, self._say("candidate-kid-text", kid=kid))
            for kid in kids_in(clue.text)
            for item in self._by_kid.get(kid, ())
        ]

    def _named(self, clue: Clue) -> list[OpenItem]:
        return [
            item for word in _words(clue.text) for item in self._by_invoice.get(word, ())
        ]

    def _invoice_and_amount(self, clue: Clue) -> Sequence[Found]:
        return [
            (item, self._say("candidate-invoice", invoice=item.invoice))
            for item in self._named(clue)
            if item.residual == clue.amount
        ]

    def _invoice(self, clue: Clue) -> Sequence[Found]:
        of_account = self._of_account(clue)
        return [
            (
                item,
                self._told_of(item, clue, "candidate-account")
                if item in of_account
                else self._say("candidate-invoice", invoice=item.invoice),
            )
            for item in self._named(clue)
        ]

    def _name_and_amount(self, clue: Clue) -> Sequence[Found]:
        if not clue.counterparty_name:
            return []
        text = self._say("candidate-name-amount")
        return [(item, text) for item in self._named_alike(clue, clue.counterparty_name)]

    def _named_alike(self, clue: Clue, name: str) -> list[OpenItem]:
        """Return the items of an amount whose party has a name alike, oldest first."""
        if self._is_common(clue):
            found = (
                self._by_name[clue.amount].alike(name)
                if clue.amount in self._by_name
                else ()
            )
            return sorted(found, key=lambda item: (item.date, item.key))
        return [
            item
            for item in self._equal(clue)
            if item.party_name and is_alike(item.party_name, name)
        ]

    def _other_way(self, clue: Clue) -> list[Clue]:
        """Return the parked money that the bank booked the other way on the account."""
        if clue.bank_account is None:
            return []
        return [
            each
            for each in self._parked.get(-clue.amount, ())
            if each.bank_account == clue.bank_account
        ]

    def _likely_correction(self, clue: Clue) -> Sequence[Found]:
        words = self._own_words(clue)
        return [
            (each, self._say("candidate-likely-correction", date=each.date))
            for each in self._other_way(clue)
            if _same_account(each, clue) or _is_in(words, self._own_words(each))
        ]

    def _correction(self, clue: Clue) -> Sequence[Found]:
        found = self._other_way(clue)
        if len(found) > ALIKE_MAX:
            return []
        return [(each, self._say("candidate-correction", date=each.date)) for each in found]

    def _own_words(self, clue: Clue) -> frozenset[str]:
        """Return the bank's words for money, without ours and without numbers."""
        words = _words(payers_text(clue.text, self._language))
        return frozenset(word for word in words if word.isalpha())

    def _amount(self, clue: Clue) -> Sequence[Found]:
        equal = self._equal(clue)
        if clue.party_number is not None:
            own = clue.party_number
            equal = [item for item in equal if self._same_parties.is_own(own, item)]
        if len(equal) > ALIKE_MAX:
            return []
        text = self._say("candidate-amount", count=len(equal))
        return [(item, text) for item in equal]


def _is_payable_by(item: OpenItem, clue: Clue) -> bool:
    """Whether money of this direction and currency would lessen the item."""
    return item.residual.currency == clue.amount.currency and (
        item.residual.number > 0
    ) is (clue.amount.number > 0)


def _is_payable_across(item: OpenItem, clue: Clue) -> bool:
    """Whether money of this direction may settle an item in another currency."""
    currency = item.value.currency if item.value is not None else clue.amount.currency
    return currency == clue.amount.currency and (item.residual.number > 0) is (
        clue.amount.number > 0
    )


def _same_account(left: Clue, right: Clue) -> bool:
    account = left.counterparty_account
    return account is not None and account == right.counterparty_account


def _is_in(left: frozenset[str], right: frozenset[str]) -> bool:
    """Whether all words of the shorter of two texts are in the other one."""
    return bool(left and right) and (left <= right or right <= left)


def _parties_named(items: Items, clues: Iterable[Clue]) -> frozenset[str]:
    """Return the parties whose name is like that of some money."""
    names = {clue.counterparty_name for clue in clues if clue.counterparty_name}
    if not names:
        return frozenset()
    known: ByName[str] = ByName()
    for mark in items.party_marks():
        if mark.party_name:
            known.add(mark.party_name, mark.party_number)
    return frozenset(number for name in names for number in known.alike(name))
