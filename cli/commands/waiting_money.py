"""Which money waits for a person: what nobody can place, and what customers have to credit.

What a customer has to credit may be paid back. As long as the bank has that payment the
credit is decided, and waits no more than a bill does; once the bank has ended it, the row
of the payment is the row of the credit, and says all that may be done with it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from cli.commands import clues, named_since, open_items
from cli.commands.named_since import NamedSince
from cli.commands.waiting_row import Kind, Waiting
from cli.wiring import Workplace
from ledger import payables
from ledger.accounts import text
from ledger.directives import Posting, Transaction
from ledger.open_items import ItemKind, OpenItem
from ledger.payables import Payable, PayableState
from ledger.payments import PaymentStanding


def of(
    workplace: Workplace,
    standings: Sequence[PaymentStanding],
    besides: Collection[str],
) -> Iterator[Waiting]:
    """Yield the money that nobody can place, and the credits that nobody has used.

    Args:
        workplace: Where.
        standings: Payments of which something may still come.
        besides: Items that wait already, for another reason.
    """
    books = workplace.books
    undecided = _undecided(standings)
    paid_back = _paid_back(workplace, standings)
    found = [
        item
        for item in books.items.open_of({ItemKind.SUSPENSE, ItemKind.CREDIT})
        if item.key not in besides and not _is_decided(paid_back.get(item.key))
    ]
    sources = clues.sources(books.register.by_items([item.key for item in found]))
    named = named_since.parked(workplace)
    for item in found:
        each = _row(item, sources.get(item.key))
        if item.key in named:
            yield _named(each, named[item.key])
            continue
        refund = paid_back.get(item.key)
        may_go_back = payables.is_refund(item)
        yield replace(
            each,
            reason=(refund and refund.reason) or each.reason,
            is_alarm=item.key in undecided,
            how="to place it, or pay it back:" if may_go_back else "to place it:",
            decide=(
                *placing(item.key),
                *((f"books pay-due {item.key}",) if may_go_back else ()),
            ),
        )


def _named(row: Waiting, named: Sequence[NamedSince]) -> Waiting:
    """Return the row of money that the bank has said is a payment of ours, or several."""
    names = " ".join(each.payment.end_to_end_id for each in named)
    return replace(
        row,
        reason="; ".join((row.reason, *(each.reason for each in named))),
        is_alarm=True,
        how="to let it be that payment, and its bill be paid:",
        decide=(f"books match {row.open_item} {names}",),
    )


def placing(item: str) -> tuple[str, ...]:
    """Return what places money that stands under an item."""
    return (f"books match {item} ITEM", f"books book {item} ACCOUNT")


def _undecided(standings: Sequence[PaymentStanding]) -> frozenset[str]:
    """Return the parked money that contradicts a payment of ours, by its item."""
    return frozenset(
        parked.open_item for standing in standings for parked in standing.undecided
    )


def _paid_back(
    workplace: Workplace, standings: Sequence[PaymentStanding]
) -> Mapping[str, Payable]:
    """Return the credits of which a payment back to the customer was ordered."""
    items = workplace.books.items
    credits_ = {
        key
        for key in payables.by_item(standings)
        for item in items.of_key(key)
        if item.kind is ItemKind.CREDIT
    }
    return {each.item.key: each for each in open_items.among(workplace, credits_)}


def _is_decided(refund: Payable | None) -> bool:
    """Whether the bank is to pay it back, or told that otherwise: then that waits."""
    if refund is None:
        return False
    is_on_its_way = refund.state is PayableState.IN_FLIGHT
    return is_on_its_way or payables.undecided(refund.standings) is not None


def _row(item: OpenItem, source: tuple[Transaction, Posting] | None) -> Waiting:
    # A receipt stands on the credit side of 2990 or of the customer.
    amount = -item.residual
    if source is None:
        return Waiting(
            kind=Kind.MONEY,
            ref=item.key,
            date=item.date,
            amount=amount,
            text=item.narration,
            reason="put here by hand",
            open_item=item.key,
            voucher=item.voucher,
        )
    transaction, posting = source
    reason = text(posting.meta, "why") or text(transaction.meta, "why") or ""
    clue = clues.of(item, transaction, posting, amount=amount)
    return Waiting(
        kind=Kind.MONEY,
        ref=text(posting.meta, "movement")
        or text(transaction.meta, "bank-ref")
        or item.key,
        date=transaction.date,
        amount=amount,
        text=transaction.narration,
        kid=clue.kid,
        counterparty=transaction.payee or clue.counterparty_account,
        reason=reason,
        clue=clue,
        voucher=text(transaction.meta, "voucher"),
        open_item=item.key,
    )
