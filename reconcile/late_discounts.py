"""A cash discount of which only a later file tells that it was taken in time.

kf-17 is 1000.00, less 2 % until the 10th:

    statement   11 Nov  +980.00, KID 17      first to tell it: paid in part, 20.00 left
    OCR giro    10 Nov  +980.00, KID 17      the same money, booked in time: the 20.00 are
                                             the discount, in a voucher of their own

so that the end is the one of the other order. Only where nothing but receipts has been
posted on the item: what a person has decided about the rest stands.
"""

from __future__ import annotations

from ledger.directives import MetaValue, Posting, Transaction
from ledger.open_items import OpenItem
from reconcile.bank_transactions import Movement
from reconcile.decisions import open_day
from reconcile.known import PlannedVoucher
from reconcile.matches import Leg
from reconcile.moneys import Money
from reconcile.progress import Progress
from reconcile.rules import cash_discount
from reconcile.vouchers import links
from reconcile.wording import say


def give(movement: Movement, progress: Progress) -> None:
    """Plan the voucher of a discount that a confirming movement proves, if it does."""
    told = progress.memory.told(movement.source, movement.key)
    money = progress.memory.money(told.money) if told else None
    if money is None or money.key == movement.key:
        return
    item = _settled_in_part(money, progress)
    if item is None:
        return
    discount = cash_discount.proven_late(movement, money.key, item, progress.evidence)
    if discount is None:
        return
    rest = Leg(account=item.account, amount=-discount.amount, open_item=item.key, item=item)
    progress.evidence.take(movement, (rest,))
    progress.add(_voucher(movement, money, item, (rest, discount), progress))


def _settled_in_part(money: Money, progress: Progress) -> OpenItem | None:
    """Return the one item that a receipt has settled in part, where nothing else did."""
    legs = progress.evidence.settled_by_receipt(money)
    item = progress.evidence.item(legs[0].open_item or "") if len(legs) == 1 else None
    if item is None or legs[0].amount != -money.amount:
        return None
    by_persons = [
        each
        for each in item.postings
        if each.movement is None
        and (each.amount.number > 0) is not (item.amount.number > 0)
    ]
    return None if by_persons else item


def _voucher(
    movement: Movement,
    money: Money,
    item: OpenItem,
    legs: tuple[Leg, Leg],
    progress: Progress,
) -> PlannedVoucher:
    language = progress.language
    day, own_date = open_day(money.booking_date, progress.known.company.locked_until)
    why = say(
        language,
        "why-discount-late",
        item=item.key,
        rest=abs(legs[0].amount),
        until=item.discount_until,
        movement=movement.key,
    )
    meta: dict[str, MetaValue] = {"rule": cash_discount.RULE, "why": why}
    if own_date is not None:
        meta["value-date"] = own_date
    return PlannedVoucher(
        transaction=Transaction(
            date=day,
            payee=item.party_name,
            narration=say(language, "discount-late", item=item.invoice or item.key),
            links=links(legs),
            meta=meta,
            postings=tuple(
                Posting(
                    account=leg.account,
                    units=leg.amount,
                    meta={"open-item": leg.open_item} if leg.open_item else {},
                )
                for leg in legs
            ),
        ),
        sha256=movement.sha256,
        key=f"discount/{movement.key}",
        place=str(movement.place),
    )
