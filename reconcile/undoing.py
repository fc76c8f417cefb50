"""Undo of a whole voucher, in as many transactions as it has: all of it, or none.

A batch of a bank's file is one voucher of many transactions. Undone, each of its movements
goes back to suspense by itself, as it would alone:

    B2026-1  receipt of 500.00 on kf-1, receipt of 300.00 on kf-2
    undo B2026-1   B2026-4: kf-1 against cr-a, and kf-2 against cr-b

What was undone before, or waits parked, is left as it is: a person who undoes a voucher
wants nothing of it to count any more. The trap is the one movement that cannot be undone
(what it left is used up): then nothing of the voucher is.

    undo    1500 kf-17           300.00      the item's side goes back to suspense, where
            2990 cr-0d9a6e77f1  -300.00      the next match takes it from

What was done with the money since must be undone first, or an item would cross zero.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from bankio.amount import Amount
from ledger import cleared
from ledger.directives import MetaValue, Posting, Transaction
from ledger.open_items import OpenItem
from reconcile import decided_words
from reconcile.clearing_decisions import DecisionRefused
from reconcile.decisions import Desk, links_of, open_day
from reconcile.evidence import undone_key
from reconcile.known import PlannedVoucher
from reconcile.wording import say


class NothingLeft(DecisionRefused):
    """What a person wants to undo is undone already, or only parked the money."""


class UsedUp(DecisionRefused):
    """What a voucher made is used since; that must be undone first."""

    def __init__(self, item: str, message: str) -> None:
        self.item = item
        super().__init__(message)


def undo(
    transactions: Sequence[Transaction],
    desk: Desk,
    *,
    money_accounts: Collection[str],
    corrections: Iterable[Transaction] = (),
    movement: str | None = None,
) -> tuple[PlannedVoucher, ...]:
    """Return the voucher that takes back a voucher: one transaction for each of it.

    Args:
        transactions: All of the voucher, as it stands in the books.
        desk: Who undoes it, and why (`text`).
        money_accounts: Bank and clearing accounts: never touched.
        corrections: Vouchers that correct this one already.
        movement: Only the postings of this movement.

    Raises:
        NothingLeft: All of it is undone already, or waits parked.
        DecisionRefused: Some of it cannot be undone.
    """
    corrected = tuple(corrections)
    nothing: NothingLeft | None = None
    found = []
    for transaction in transactions:
        try:
            voucher = undo_transaction(
                transaction,
                desk,
                money_accounts=money_accounts,
                corrections=corrected,
                movement=movement,
            )
        except NothingLeft as error:
            nothing = nothing or error
            continue
        found.append(voucher)
    if not found and nothing is not None:
        raise nothing
    if len(found) == 1:
        return tuple(found)
    group = found[0].key
    return tuple(
        replace(each, key=f"{group}{number}", group=group)
        for number, each in enumerate(found, start=1)
    )


def undo_transaction(
    transaction: Transaction,
    desk: Desk,
    *,
    money_accounts: Collection[str],
    corrections: Iterable[Transaction] = (),
    movement: str | None = None,
) -> PlannedVoucher:
    """Take back what a voucher did with its money, or with one movement of it.

    Args:
        transaction: The voucher as it stands in the books.
        desk: Who undoes it, and why (`text`).
        money_accounts: Bank and clearing accounts: never touched.
        corrections: Vouchers that correct this one already.
        movement: Only the postings of this movement.
    """
    voucher = str(transaction.meta.get("voucher", ""))
    undone = {
        (posting.account, str(posting.meta.get("undoes", "")))
        for each in corrections
        for posting in each.postings
    }
    taken = [
        posting
        for posting in transaction.postings
        if posting.account not in money_accounts
        and (movement is None or posting.meta.get("movement") == movement)
        and (posting.account, mark(posting)) not in undone
    ]
    if not taken:
        raise NothingLeft(f"{voucher}: there is nothing left to undo")
    moves_money = any(each.account in money_accounts for each in transaction.postings)
    if moves_money and all(_is_parked(posting, desk) for posting in taken):
        raise NothingLeft(f"{voucher}: is parked; match or book it")
    postings = [_reversed(posting, desk) for posting in taken]
    if moves_money:
        postings += _back_to_suspense(taken, voucher, desk)
    return _undo_voucher(transaction, postings, voucher, movement, desk)


def _is_parked(posting: Posting, desk: Desk) -> bool:
    """Whether money waits by it; what settled undone money on suspense does not."""
    if posting.account not in {desk.roles.suspense_in, desk.roles.suspense_out}:
        return False
    item = desk.items.by_key.get(str(posting.meta.get("open-item")))
    return item is None or _made(item, posting)


def mark(posting: Posting) -> str:
    """Return what tells a posting of a voucher apart from its others."""
    names = ("movement", "open-item", cleared.POSTING_KEY)
    return next((str(posting.meta[name]) for name in names if posting.meta.get(name)), "")


def _reversed(posting: Posting, desk: Desk) -> Posting:
    key = posting.meta.get("open-item")
    meta: dict[str, MetaValue] = {"undoes": mark(posting), **_vat_reversed(posting)}
    if "reason" in posting.meta and "end-to-end-id" in posting.meta:
        # What came back did not: the payment is booked again.
        meta["end-to-end-id"] = posting.meta["end-to-end-id"]
    if cleared.POSTING_KEY in posting.meta:
        meta[cleared.POSTING_KEY] = posting.meta[cleared.POSTING_KEY]
    if isinstance(key, str):
        meta["open-item"] = key
        meta |= _payment_again(posting, desk)
        item = desk.items.by_key.get(key)
        left = item.residual if item else posting.units
        after = (left - posting.units).number
        # What is left may only go back towards what the posting made: a credit that is
        # used up has nothing to give back.
        takes_back = posting.units.number > 0
        is_beyond = left.number >= 0 > after if takes_back else left.number <= 0 < after
        if item is not None and _made(item, posting) and is_beyond:
            raise UsedUp(
                key,
                f"{key}: {left} is left of {posting.units}; undo first what was done"
                " with the rest",
            )
        if item is not None and item.opens_too_far(left - posting.units):
            raise DecisionRefused(
                f"{key}: {abs(left - posting.units)} would be open of"
                f" {abs(item.amount)}; undo first what has opened it again"
                f" ({', '.join(_opened_again_in(item))})"
            )
    return Posting(
        account=posting.account,
        units=-posting.units,
        total_price=posting.total_price,
        meta=meta,
    )


def _payment_again(posting: Posting, desk: Desk) -> dict[str, MetaValue]:
    """Return the payment that is on its way again: a person alone had said that it came.

    What the bank itself has told of it stays booked, wherever its money belongs.
    """
    name = posting.meta.get("end-to-end-id")
    if not isinstance(name, str) or "movement" in posting.meta or name in desk.told:
        return {}
    return {"end-to-end-id": name}


def _vat_reversed(posting: Posting) -> dict[str, MetaValue]:
    """Return the VAT keys: a return sums by code, and must find what was taken back."""
    vat: dict[str, MetaValue] = {}
    if "vat" in posting.meta:
        vat["vat"] = posting.meta["vat"]
    base = posting.meta.get("vat-base")
    if isinstance(base, Amount):
        vat["vat-base"] = -base
    return vat


def _made(item: OpenItem, posting: Posting) -> bool:
    """Whether the posting made (part of) the item, and did not settle it."""
    return (item.amount.number > 0) is (posting.units.number > 0)


def _opened_again_in(item: OpenItem) -> Iterable[str]:
    """Return the vouchers by which what was settled of an item is open again."""
    made = item.amount.number > 0
    again = [each for each in item.postings[1:] if (each.amount.number > 0) is made]
    return dict.fromkeys(each.voucher or "?" for each in again)


def _back_to_suspense(
    taken: Sequence[Posting], voucher: str, desk: Desk
) -> Iterable[Posting]:
    """Yield the suspense items that the money becomes, one for each movement."""
    by_movement: dict[str, list[Posting]] = {}
    for posting in taken:
        by_movement.setdefault(str(posting.meta.get("movement", "")), []).append(posting)
    for movement, postings in by_movement.items():
        total = Amount.zero(postings[0].weight.currency)
        for posting in postings:
            total += posting.weight
        account = desk.roles.suspense_in if total.number < 0 else desk.roles.suspense_out
        meta: dict[str, MetaValue] = {
            name: postings[0].meta[name]
            for name in ("kid", "debtor-account", "counterparty-account", "reason")
            if name in postings[0].meta
        }
        meta["open-item"] = _free_item(f"{voucher}/{movement}", desk)
        yield Posting(account=account, units=total, meta=meta)


def _free_item(mark: str, desk: Desk) -> str:
    ordinal = 1
    while (key := undone_key(mark, ordinal)) in desk.items.by_key:
        ordinal += 1
    return key


def _undo_voucher(
    transaction: Transaction,
    postings: Sequence[Posting],
    voucher: str,
    movement: str | None,
    desk: Desk,
) -> PlannedVoucher:
    day, own_date = open_day(transaction.date, desk.locked_until)
    meta: dict[str, MetaValue] = {
        "corrects": voucher,
        "rule": "undo",
        "why": ": ".join(
            filter(None, (say(desk.language, "undone-by", by=desk.by), desk.text))
        ),
    }
    if own_date is not None:
        meta["value-date"] = own_date
    return PlannedVoucher(
        transaction=Transaction(
            date=day,
            payee=transaction.payee,
            narration=decided_words.undone(transaction, voucher, desk.language),
            links=links_of(postings),
            meta=meta,
            postings=tuple(postings),
        ),
        sha256=desk.sha256,
        key=f"undo/{voucher}/{movement or ''}",
    )
