"""What a person's decision means for payments of ours that are still on their way.

Some banks leave our references out, so that money of ours is parked: it may be our own
payment, or one that somebody typed in the netbank. Who matches it says which:

    1579 1000.00, and E-SQX2… for 1000.00 of lf-4 is on its way to the same account
        match lf-4            the money is E-SQX2…: the posting names it, it is booked
        match lf-4=400        refused: 600.00 would be left, and E-SQX2… is for 1000.00
    1579 60006.00, three wages on their way, 20002.00 each
        match all of them     each posting names its payment; a sum is one of them all
    1579 1500.00, and only E-SQX2… for 1000.00 of lf-4 on its way
        match lf-4 lf-5       refused: is E-SQX2… part of it, or will it be paid twice?
        match E-SQX2… lf-5    the person has said that it is
    1579 1000.00, three days before the day that E-SQX2… is to be executed
        match lf-4            refused: banks pay on the day, or later
    2400 lf-9 200.00, a credit note, and E-SQX2… for 1000.00 of lf-4
        match lf-9 lf-4       refused: the booking of E-SQX2… could not be posted as sent

Nothing is concluded but from the whole amount of the money, and never where it went to
another account than the payment. What is refused can be done once the bank has booked the
payment, or given it back.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from bankio.amount import Amount
from ledger import cleared
from ledger.open_items import ItemKind, OpenItem
from ledger.payments import PaymentStanding, PaymentState
from reconcile.candidates import Clue

Standings = Mapping[str, Sequence[PaymentStanding]]
"""The payments of each item (`ledger.payables.by_item`)."""


class InFlight(Exception):
    """A payment on its way is in the way; the message says what can be done."""


def booked_by(
    money: OpenItem,
    settled: Sequence[tuple[OpenItem, Amount]],
    standings: Standings,
    clue: Clue | None,
    named: Collection[str] = (),
) -> dict[str, str]:
    """Return which payment of ours each item is settled by, where the money is ours.

    Args:
        money: What is matched.
        settled: The items with how much of each is settled, ledger sign.
        standings: The payments of each item.
        clue: What is known of the money; None: nothing.
        named: EndToEndIds that the person said the money is.

    Raises:
        InFlight: A payment of one of the items could not be posted as sent any more, or
            nobody can tell whether the money is that payment.
    """
    amounts = {item.key: amount for item, amount in settled}
    live = [each for each in _live(amounts, standings) if _may_be(each, money, clue)]
    fitting = [each for each in live if _is_paid_by(each, amounts)]
    if named:
        booked = [each for each in fitting if each.payment.end_to_end_id in named]
        for name in sorted(set(named) - {each.payment.end_to_end_id for each in booked}):
            raise InFlight(_is_other(name, money, clue, standings))
    else:
        in_time = [each for each in fitting if _is_in_time(each, clue)]
        booked = in_time if _make_all_of(in_time, money) else []
    _refuse_in_flight(money, settled, standings, booked, live)
    return {
        paid.open_item: each.payment.end_to_end_id
        for each in booked
        for paid in each.payment.items
    }


def refuse_in_flight(money: OpenItem, used: Amount, standings: Standings) -> None:
    """Refuse to use what a payment on its way is to pay out: a refund of a credit."""
    _refuse_in_flight(money, [(money, used)], standings, (), ())


def _live(keys: Iterable[str], standings: Standings) -> list[PaymentStanding]:
    found = {
        each.payment.end_to_end_id: each
        for key in keys
        for each in standings.get(key, ())
        if each.state.is_live
    }
    return list(found.values())


def _may_be(standing: PaymentStanding, money: OpenItem, clue: Clue | None) -> bool:
    """Whether parked money can be a payment: nothing that is told of it says otherwise."""
    payment = standing.payment
    is_parked = money.kind is ItemKind.SUSPENSE
    is_line = money.kind is ItemKind.CLEARING and cleared.is_line(money.key)
    if not (is_parked or is_line) or money.residual.number <= 0:
        return False
    if standing.state is PaymentState.PREPARED:
        return False
    is_in_it = (
        payment.amount.currency == money.residual.currency
        and payment.amount.number <= money.residual.number
    )
    bank = clue.bank_account if clue else None
    payee = clue.counterparty_account if clue else None
    return (
        is_in_it
        and bank in {None, payment.debtor_account}
        and payee in {None, payment.creditor_account or None}
    )


def _is_in_time(standing: PaymentStanding, clue: Clue | None) -> bool:
    """Whether the money moved on the day that was asked for, or later."""
    if clue is None or clue.date is None:
        return True
    return clue.date >= standing.payment.requested_execution_date


def _is_paid_by(standing: PaymentStanding, amounts: Mapping[str, Amount]) -> bool:
    """Whether its items are all settled, each by what was ordered."""
    return all(
        amounts.get(paid.open_item) == paid.amount for paid in standing.payment.items
    )


def _make_all_of(found: Sequence[PaymentStanding], money: OpenItem) -> bool:
    """Whether payments make the whole movement, and no item is paid by two of them."""
    keys = [paid.open_item for each in found for paid in each.payment.items]
    if not found or len(keys) != len(set(keys)):
        return False
    total = Amount.zero(money.amount.currency)
    for each in found:
        if each.payment.amount.currency != total.currency:
            return False
        total += each.payment.amount
    return total == money.amount == money.residual


def _refuse_in_flight(
    money: OpenItem,
    settled: Sequence[tuple[OpenItem, Amount]],
    standings: Standings,
    booked: Collection[PaymentStanding],
    may_be: Collection[PaymentStanding],
) -> None:
    """Refuse what would leave less of an item than payments on their way are to pay."""
    touched = dict.fromkeys(item.key for item, _ in settled)
    if money.key not in touched and money.residual:
        used = _used(money, settled)
        settled = [*settled, (money, used)]
    for item, amount in settled:
        waiting = [each for each in _live([item.key], standings) if each not in booked]
        ordered = _ordered(item, waiting)
        if waiting and not _takes(item.residual + amount, ordered):
            raise InFlight(_in_the_way(money, item, amount, waiting, may_be))


def _used(money: OpenItem, settled: Sequence[tuple[OpenItem, Amount]]) -> Amount:
    """Return what a match takes of the money, as far as it is in its currency."""
    total = Amount.zero(money.residual.currency)
    for item, amount in settled:
        if item.residual.currency == total.currency:
            total -= amount
    return total


def _ordered(item: OpenItem, waiting: Iterable[PaymentStanding]) -> Amount:
    total = Amount.zero(item.residual.currency)
    for each in waiting:
        for paid in each.payment.items:
            if paid.open_item == item.key and paid.amount.currency == total.currency:
                total += paid.amount
    return total


def _takes(residual: Amount, ordered: Amount) -> bool:
    """Whether an item still has so much left as is ordered of it."""
    if ordered.number >= 0:
        return residual.number <= -ordered.number
    return residual.number >= -ordered.number


def _in_the_way(
    money: OpenItem,
    item: OpenItem,
    amount: Amount,
    waiting: Sequence[PaymentStanding],
    may_be: Collection[PaymentStanding],
) -> str:
    told = ", ".join(_told(each) for each in waiting)
    names = [each.payment.end_to_end_id for each in waiting]
    left = abs(item.residual + amount)
    sentence = (
        f"{item.key}: {told}; {left} would be left, and what the bank then books could not"
        " be posted as it was sent."
    )
    ours = [name for name in names if any(e.payment.end_to_end_id == name for e in may_be)]
    if ours:
        sentence += (
            f" If the money is that payment: books match {money.key} {' '.join(ours)}."
            " If it is another:"
        )
    else:
        sentence += " Wait until the bank has booked it, or"
    cancel = ", ".join(f"books cancel {name}" for name in names)
    return f"{sentence} ask for it back first: {cancel}"


def _told(standing: PaymentStanding) -> str:
    payment = standing.payment
    return f"{payment.end_to_end_id} for {payment.amount} is {standing.state}"


def _is_other(name: str, money: OpenItem, clue: Clue | None, standings: Standings) -> str:
    """Return why money is not the payment that a person says it is."""
    found = (each for some in standings.values() for each in some)
    standing = next((e for e in found if e.payment.end_to_end_id == name), None)
    if standing is None or not standing.state.is_live:
        return f"{name}: is not on its way; name the item that the money belongs to"
    payment = standing.payment
    payee = clue.counterparty_account if clue else None
    went = f" to {payee}" if payee else ""
    return (
        f"{name}: {payment.amount} to {payment.creditor_account} from"
        f" {payment.debtor_account} is {standing.state}; {money.key} is"
        f" {abs(money.residual)}{went}, and cannot be that payment"
    )
