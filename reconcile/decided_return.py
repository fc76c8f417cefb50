"""A person says which payment of ours it was that came back: its bills are open again.

    match cr-4bede18ec3 lf-4      2990 cr-4bede18ec3   1250.00    the money that came back
                                  2400 lf-4           -1250.00    end-to-end-id, reason
    match cr-4bede18ec3 E-7KQ2…   the same, of every bill that the payment has paid
    match cr-4bede18ec3 lf-9      where its booking was undone and matched to lf-9 instead

The posting names the payment and the bank's reason, as one does that a rule makes of a
return: the payment is returned, and its bill is held until a person releases it. What
came back may be less than was paid, and the rest of the bill stays paid; or more, and the
rest of the money waits. Undone, all is as before (`undoing`).

The trap: a bill may have been paid by several payments. Which one came back is never
chosen here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bankio.amount import Amount
from ledger.directives import Posting
from ledger.item_kinds import ItemKind
from ledger.open_items import OpenItem
from reconcile import decisions
from reconcile.clearing_decisions import DecisionRefused
from reconcile.decisions import Desk, Share
from reconcile.known import PlannedVoucher
from reconcile.wording import say

_Back = tuple[OpenItem, str, Amount]
"""A bill, the payment that paid it, and how much of that came back (debit positive)."""


def settled_by(item: OpenItem) -> Mapping[str, Amount]:
    """Return how much of an item each payment has settled, what came back taken off.

    What a person has undone stands on suspense, and is settled no more.
    """
    found: dict[str, Amount] = {}
    told = {each.movement: each.end_to_end_id for each in item.postings if each.movement}
    for posting in item.postings:
        name = posting.end_to_end_id or told.get(posting.undoes or "")
        if name is not None:
            before = found.get(name)
            found[name] = posting.amount if before is None else before + posting.amount
    return {name: amount for name, amount in found.items() if amount}


def is_meant(money: OpenItem, shares: Sequence[Share]) -> bool:
    """Whether a person gives money that came in back to bills that we had paid.

    Of an open bill money that came in settles nothing: it can only have come back.
    """
    came_in = money.kind is ItemKind.SUSPENSE and money.residual.number < 0
    return came_in and any(
        share.payment is not None
        or (share.item.residual.number <= 0 and settled_by(share.item))
        for share in shares
    )


def match(money: OpenItem, shares: Sequence[Share], desk: Desk) -> PlannedVoucher:
    """Open bills again with money that came back."""
    left = abs(money.residual)
    back: list[_Back] = []
    for share in shares:
        if any(share.item == item for item, _, _ in back):
            raise DecisionRefused(f"{share.item.key}: is named twice")
        payment = _payment(money, share)
        settled = share.settled or settled_by(share.item)[payment]
        amount = _amount(money, share, settled, left)
        if share.payment is None:
            left -= amount
        back.append((share.item, payment, amount))
    used = sum((amount.number for _, _, amount in back), start=left.number * 0)
    if not 0 < used <= abs(money.residual).number:
        raise DecisionRefused(
            f"{money.key}: {abs(money.residual)} came back of {used} that was paid; say of"
            f" which bill: books match {money.key} ITEM=AMOUNT"
        )
    return _voucher(money, back, Amount(used, money.residual.currency), desk)


def _payment(money: OpenItem, share: Share) -> str:
    """Return which payment of a bill came back."""
    item, settled = share.item, settled_by(share.item)
    if item.residual.currency != money.residual.currency:
        raise DecisionRefused(
            f"{item.key}: is in {item.residual.currency}, what came back is in"
            f" {money.residual.currency}: post it by hand"
        )
    if share.payment is not None and (share.settled or share.payment in settled):
        return share.payment
    if not settled or share.payment is not None:
        raise DecisionRefused(
            f"{item.key}: no payment of ours has settled it; what came back belongs to"
            f" what was paid: match the rest of {money.key} by itself"
        )
    if len(settled) > 1:
        told = "; ".join(
            f"books match {money.key} {name} ({amount})" for name, amount in settled.items()
        )
        raise DecisionRefused(f"{item.key}: was paid several times; say which: {told}")
    return next(iter(settled))


def _amount(money: OpenItem, share: Share, settled: Amount, left: Amount) -> Amount:
    if share.payment is not None and share.amount is None:
        return settled
    wanted = share.amount if share.amount is not None else min(settled, left)
    if wanted.number <= 0 or wanted > settled:
        raise DecisionRefused(f"{share.item.key}: {wanted} of {settled} that was paid")
    if wanted > left:
        raise DecisionRefused(f"{share.item.key}: {wanted} of {left} of {money.key}")
    return wanted


def _voucher(
    money: OpenItem, back: Sequence[_Back], used: Amount, desk: Desk
) -> PlannedVoucher:
    told = next((each.reason for each in money.postings if each.reason), None)
    reason = told or desk.text or say(desk.language, "decided", by=desk.by)
    postings = [
        Posting(account=money.account, units=used, meta={"open-item": money.key}),
        *(
            Posting(
                account=item.account,
                units=-amount,
                meta={"open-item": item.key, "end-to-end-id": payment, "reason": reason},
            )
            for item, payment, amount in back
        ),
    ]
    return decisions.voucher(
        money,
        postings,
        desk,
        payee=back[0][0].party_name or money.party_name,
        narration=say(desk.language, "returned", reason=reason),
        key=f"match/{money.key}/{'+'.join(item.key for item, _, _ in back)}",
    )
