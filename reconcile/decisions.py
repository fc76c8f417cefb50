"""What a person decides about parked money: match, offset, book. All new vouchers.

None of them touches a bank account, and nothing posted is edited:

    match   2990 cr-4bede18ec3   300.00      the receipt belongs to invoice kf-17
            1500 kf-17          -300.00
    offset  2400 lf-9            100.00      a credit note against a bill
            2400 lf-4           -100.00
    book    7770                  60.00      what no item expects: a fee
            1579 cr-81f1c0a2b3   -60.00

Clearing is touched by a decision that names a sum there, and by nothing else
(`clearing_decisions`).

A voucher keeps its own date where the period is open, else it goes to the first open day
and says its own date: the day of the money, or that on which an offset is decided
(`offsetting`). Money and an item in different currencies: `decided_exchange`; a
payment of ours for the item on its way: `decided_payments`. What is decided is taken back
by `undoing`.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal

from bankio.amount import Amount
from ledger import cleared
from ledger.directives import MetaValue, Posting, Transaction
from ledger.item_kinds import ItemKind
from ledger.open_items import Items, OpenItem
from reconcile import (
    clearing_decisions,
    decided_accounts,
    decided_exchange,
    decided_payments,
    decided_words,
    offsetting,
)
from reconcile.candidates import Clue
from reconcile.clearing_decisions import DecisionRefused
from reconcile.decided_accounts import Booked
from reconcile.known import PlannedVoucher, Roles
from reconcile.same_parties import SameParties
from reconcile.vouchers import link_of
from reconcile.wording import say


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Who decides, and what his decision stands under."""

    by: str
    language: str
    roles: Roles
    items: Items
    today: date
    parties: SameParties = field(default_factory=SameParties)
    locked_until: date | None = None
    text: str | None = None
    """The person's own words, in place of ours."""
    sha256: str = ""
    """A document that he attached, archived; empty: none."""
    currency: str = "NOK"
    """Of the books."""
    standings: decided_payments.Standings = field(default_factory=dict)
    """Our payments of each item."""
    told: Container[str] = ()
    """EndToEndIds that a file of the bank has told; asked only to undo."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """How much of an item; all that fits where no amount is told."""

    item: OpenItem
    amount: Amount | None = None
    """In the item's currency, never negative."""
    payment: str | None = None
    """EndToEndId of the payment of ours by which a person named it: the money is that
    payment, or what came back of it."""
    settled: Amount | None = None
    """How much of the item undone money of that payment has settled, by a person's word."""


def match(
    money: OpenItem, shares: Sequence[Share], desk: Desk, clue: Clue | None = None
) -> PlannedVoucher:
    """Settle items with parked money, a credit, or an item of the opposite sign.

    Args:
        money: What is matched.
        shares: The items that it belongs to.
        desk: Who decides.
        clue: What the bank told of the money; None: it told nothing.
    """
    if not shares:
        raise DecisionRefused(f"{money.key}: name the item that it belongs to")
    left = abs(money.residual)
    settled: list[tuple[OpenItem, Amount]] = []
    for share in shares:
        if any(share.item == item for item, _ in settled):
            raise DecisionRefused(f"{share.item.key}: is named twice")
        amount = _share(money, share, left, _line(money, shares), desk)
        if not decided_exchange.is_across(money, share.item):
            left -= amount
        settled.append((share.item, amount if _is_owed(share.item) else -amount))
    used = abs(money.residual) - left
    payments = _payments(money, settled, shares, desk, clue)
    postings = [
        _named(each, payments)
        for each in _matched(money, settled, used if _is_owed(money) else -used, desk)
    ]
    first = shares[0].item
    return voucher(
        money,
        postings,
        desk,
        payee=first.party_name or money.party_name,
        narration=decided_words.matched(
            money, [share.item for share in shares], desk.language
        ),
        key=f"match/{money.key}/{'+'.join(share.item.key for share in shares)}",
        day=max(_day(money, share.item, desk) for share in shares),
    )


def _payments(
    money: OpenItem,
    settled: decided_exchange.Settled,
    shares: Iterable[Share],
    desk: Desk,
    clue: Clue | None,
) -> dict[str, str]:
    """Return the payment of ours that the money is, by item, where it is one."""
    named = [share.payment for share in shares if share.payment is not None]
    try:
        return decided_payments.booked_by(money, settled, desk.standings, clue, named)
    except decided_payments.InFlight as error:
        raise DecisionRefused(str(error)) from None


def _named(posting: Posting, payments: Mapping[str, str]) -> Posting:
    """Return the posting with the payment of ours that settles its item."""
    payment = payments.get(str(posting.meta.get("open-item")))
    if payment is None:
        return posting
    return replace(posting, meta={**posting.meta, "end-to-end-id": payment})


def _day(money: OpenItem, item: OpenItem, desk: Desk) -> date:
    """Return the day of a match: of the money, or of an item that a bank's voucher made.

    Without terms the first posting on that would be taken for its beginning.
    """
    is_made_by_bank = item.kind in {*decided_words.PARKED, ItemKind.CLEARING}
    came = max(money.date, item.date) if is_made_by_bank else money.date
    return offsetting.day_of(money, item, desk.today) or came


def _matched(
    money: OpenItem, settled: decided_exchange.Settled, used: Amount, desk: Desk
) -> list[Posting]:
    """Return the postings of a match, the money's first."""
    if decided_exchange.needs_prices(money, settled):
        try:
            return decided_exchange.postings(money, settled, used, desk.roles)
        except decided_exchange.NoExchange as error:
            raise DecisionRefused(f"{money.key}: {error}") from None
    return [
        _item_posting(money, used),
        *(_item_posting(item, amount) for item, amount in settled),
    ]


def _is_owed(item: OpenItem) -> bool:
    """Whether a debit brings it nearer to zero."""
    return item.residual.number < 0


def _line(money: OpenItem, shares: Sequence[Share]) -> str:
    """Return what a person types to settle items in another currency, all of each."""
    words = ["books match", money.key]
    for share in shares:
        amount = share.amount
        if amount is None and decided_exchange.is_across(money, share.item):
            amount = abs(share.item.residual)
        words.append(
            share.item.key if amount is None else f"{share.item.key}={amount.text}"
        )
    return " ".join(words)


def _share(money: OpenItem, share: Share, left: Amount, line: str, desk: Desk) -> Amount:
    """Return how much of an item the money settles."""
    item = share.item
    clearing_decisions.refuse_wrong(money, item)
    if item.is_draft:
        raise DecisionRefused(f"{item.key}: is a draft; post it first")
    if not item.residual:
        raise DecisionRefused(f"{item.key}: is settled already")
    if not money.residual:
        raise DecisionRefused(f"{money.key}: nothing is left of it")
    is_across = decided_exchange.is_across(money, item)
    if is_across and not decided_exchange.may_settle(money, item, desk.currency):
        raise DecisionRefused(
            f"{item.key}: is in {item.residual.currency}, the money is in"
            f" {money.residual.currency}, and the books have no value of the one in the"
            " other: post it by hand"
        )
    offsetting.refuse_other_party(money, item, desk.parties)
    if (item.residual.number > 0) is (money.residual.number > 0):
        raise DecisionRefused(
            f"{item.key}: {item.residual} is on the same side as {money.key}"
            f" ({money.residual}); only items of opposite sign settle each other"
        )
    if is_across and share.amount is None:
        raise DecisionRefused(
            f"{item.key}: is in {item.residual.currency}, the money is in"
            f" {money.residual.currency}: say how much of {abs(item.residual)} was paid;"
            f" if all of it: {line}"
        )
    wanted = share.amount if share.amount is not None else min(abs(item.residual), left)
    if wanted.number <= 0 or (not is_across and wanted > left):
        raise DecisionRefused(f"{item.key}: {wanted} of {left} that is left of {money.key}")
    if wanted > abs(item.residual):
        raise DecisionRefused(
            f"{item.key}: {wanted} is more than the {abs(item.residual)} that is left"
        )
    return wanted


def book(
    money: OpenItem, legs: Sequence[Booked], desk: Desk, rate: Decimal | None = None
) -> PlannedVoucher:
    """Post parked money to accounts that hold no items, with VAT where told.

    Args:
        money: What is booked.
        legs: The accounts.
        desk: Who decides.
        rate: What one of the money's currency was worth in that of the books, where the
            person tells it.
    """
    if not money.residual:
        raise DecisionRefused(f"{money.key}: nothing is left of it")
    left = abs(money.residual)
    toward = 1 if money.residual.number > 0 else -1
    parts: list[tuple[Booked, Amount]] = []
    for leg in legs:
        amount = leg.amount if leg.amount is not None else left
        if amount.number <= 0 or amount.currency != left.currency or amount > left:
            raise DecisionRefused(f"{leg.account}: {amount} of {left} that is left")
        left -= amount
        parts.append((leg, amount))
    if not parts:
        raise DecisionRefused(f"{money.key}: name the account that it belongs to")
    used = abs(money.residual) - left
    try:
        decided_payments.refuse_in_flight(
            money, decided_accounts.turned(used, -toward), desk.standings
        )
    except decided_payments.InFlight as error:
        raise DecisionRefused(str(error)) from None
    value = decided_accounts.value_in_own(money, used, legs, desk.currency, rate)
    taken = _item_posting(money, decided_accounts.turned(used, -toward))
    postings = [
        replace(taken, total_price=value),
        *decided_accounts.postings(parts, toward, value),
    ]
    accounts = "+".join(leg.account for leg in legs)
    return voucher(
        money,
        postings,
        desk,
        payee=money.party_name,
        narration=decided_words.booked(money, desk.by, desk.language),
        key=f"book/{money.key}/{accounts}",
    )


def open_day(day: date, locked_until: date | None) -> tuple[date, date | None]:
    """Return the first open day from `day` on, and `day` itself where that is another."""
    if locked_until is None or day > locked_until:
        return day, None
    return locked_until + timedelta(days=1), day


def _item_posting(item: OpenItem, amount: Amount) -> Posting:
    name = cleared.POSTING_KEY if item.kind is ItemKind.CLEARING else "open-item"
    return Posting(account=item.account, units=amount, meta={name: item.key})


def links_of(postings: Iterable[Posting]) -> tuple[str, ...]:
    """Return the links of a decision's voucher: its items'."""
    keys = {str(each.meta["open-item"]) for each in postings if "open-item" in each.meta}
    return tuple(sorted(filter(None, map(link_of, keys))))


def voucher(
    money: OpenItem,
    postings: Sequence[Posting],
    desk: Desk,
    *,
    payee: str | None,
    narration: str,
    key: str,
    day: date | None = None,
) -> PlannedVoucher:
    """Return a decision's voucher, on its own day or the first open one."""
    day, own_date = open_day(day or money.date, desk.locked_until)
    decided = say(desk.language, "decided", by=desk.by)
    meta: dict[str, MetaValue] = {"rule": "person", "why": decided}
    if own_date is not None:
        meta["value-date"] = own_date
    return PlannedVoucher(
        transaction=Transaction(
            date=day,
            payee=payee,
            narration=desk.text or narration or decided,
            links=links_of(postings),
            meta=meta,
            postings=tuple(postings),
        ),
        sha256=desk.sha256,
        key=key,
    )
