"""A person's match across currencies: what is settled of each item, and the agio.

It is posted as `reconcile.rules.exchange` posts it where the bank tells what was
instructed; here the person tells it, in the item's currency. Kroner for euro:

    match   1579 cr-81f1c0a2b3  -11960.00 NOK                    all that waits there
            2400 lf-L10002-77     1000.00 EUR @@ 11800.00 NOK    its share of the value
            8160 Disagio           160.00 NOK

Euro for kroner have no value of their own in the books: what the bank gave is the price.

    match   2990 cr-4bede18ec3    1000.00 EUR
            1500 kf-K20001-17   -11800.00 NOK @@ 1000.00 EUR

A part takes its share of the value to the øre, and the last one what is left: nothing is
left in either currency. A credit note in euro against a bill in euro is offset at what the
books carry each of them at. The trap: all the parked money is used, so one digit too few
would become agio without a word; what is no exchange difference is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from bankio.amount import Amount
from ledger.carried_value import share_of_value
from ledger.directives import Posting
from ledger.open_items import ItemKind, OpenItem
from reconcile.known import Roles
from reconcile.rules.exchange import parts_at_one_rate

#: Money of banks: its currency is that of an account, and it has one value only.
_MONEY = {ItemKind.SUSPENSE, ItemKind.CREDIT}
#: From the bill to its payment no currency has halved or doubled; a digit slips easily.
_TIMES_MAX = 2

Settled = Sequence[tuple[OpenItem, Amount]]
"""Items, each with what is posted on it: in its own currency, ledger sign."""


class NoExchange(Exception):
    """Why a match across currencies cannot be posted."""


def is_across(money: OpenItem, item: OpenItem) -> bool:
    """Whether the two are in different currencies."""
    return money.residual.currency != item.residual.currency


def may_settle(money: OpenItem, item: OpenItem, own: str) -> bool:
    """Whether money may settle an item in another currency.

    Args:
        money: What waits.
        item: What it is for.
        own: The currency of the books.
    """
    if money.kind not in _MONEY or money.value is not None:
        return False
    if item.value is not None:
        return item.value.currency == money.residual.currency
    return item.residual.currency == own


def needs_prices(money: OpenItem, settled: Settled) -> bool:
    """Whether the books carry what is matched in another currency too."""
    if any(is_across(money, item) for item, _ in settled):
        return True
    return money.value is not None and all(item.value is not None for item, _ in settled)


def postings(
    money: OpenItem, settled: Settled, used: Amount, roles: Roles
) -> list[Posting]:
    """Return the postings of a match that needs prices, the money's first.

    Args:
        money: What is placed.
        settled: The items.
        used: How much of the money settles items in its own currency, ledger sign; of money
            that settles an item in another one all is used.
        roles: Where the exchange difference goes.
    """
    if any(is_across(money, item) for item, _ in settled):
        used = -money.residual
    first = Posting(
        account=money.account,
        units=used,
        total_price=_price(money, used),
        meta={"open-item": money.key},
    )
    unpriced: list[tuple[OpenItem, Amount]] = []
    carried: list[tuple[OpenItem, Amount]] = []
    for item, amount in settled:
        at_the_banks_price = is_across(money, item) and item.value is None
        (unpriced if at_the_banks_price else carried).append((item, amount))
    found = [first, *(_carried(item, amount, money) for item, amount in carried)]
    rest = Amount.zero(first.weight.currency)
    for posting in found:
        rest -= posting.weight
    if unpriced:
        return [*found, *_at_the_banks_price(unpriced, rest)]
    return [*found, *_difference(rest, settled, found[1:], roles)]


def _carried(item: OpenItem, amount: Amount, money: OpenItem) -> Posting:
    """Return the posting of an item at its share of what the books carry it at."""
    priced = is_across(money, item) or money.value is not None
    return Posting(
        account=item.account,
        units=amount,
        total_price=_price(item, amount) if priced else None,
        meta={"open-item": item.key},
    )


def _price(item: OpenItem, amount: Amount) -> Amount | None:
    if item.value is None:
        return None
    return share_of_value(amount, left=item.residual, value=item.value)


def _at_the_banks_price(unpriced: Settled, left: Amount) -> list[Posting]:
    """Return the postings of items in our own currency, each with its part of the money."""
    kroner = sum((amount.number for _, amount in unpriced), start=Decimal(0))
    if not left or (left.number > 0) is not (kroner > 0):
        raise NoExchange("nothing of the money is left for what is in the other currency")
    parts = parts_at_one_rate(left, [amount for _, amount in unpriced])
    return [
        Posting(
            account=item.account,
            units=amount,
            total_price=abs(part),
            meta={"open-item": item.key},
        )
        for (item, amount), part in zip(unpriced, parts, strict=True)
    ]


def _difference(
    rest: Amount, settled: Settled, carried: Sequence[Posting], roles: Roles
) -> list[Posting]:
    """Return the posting of the exchange difference, if there is one."""
    if not rest:
        return []
    worth = Amount.zero(rest.currency)
    for posting in carried:
        if posting.total_price is not None:
            worth += posting.weight
    given = worth + rest
    least, most = sorted((abs(worth).number, abs(given).number))
    if (worth.number > 0) is not (given.number > 0) or most > least * _TIMES_MAX:
        keys = ", ".join(item.key for item, _ in settled)
        raise NoExchange(
            f"{abs(given)} for what the books carry at {abs(worth)} is no exchange"
            f" difference: how much of {keys} was paid?"
        )
    account = roles.exchange_loss if rest.number > 0 else roles.exchange_gain
    if account is None:
        role = "exchange-loss" if rest.number > 0 else "exchange-gain"
        raise NoExchange(f"no account has the role {role}: {rest} has no place")
    return [Posting(account=account, units=rest)]
