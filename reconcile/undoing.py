"""Undo of a whole voucher, in as many transactions as it has: all of it, or none.

A batch of a bank's file is one voucher of many transactions. Undone, each of its movements
goes back to suspense by itself, as it would alone:

    B2026-1  receipt of 500.00 on kf-1, receipt of 300.00 on kf-2
    undo B2026-1   B2026-4: kf-1 against cr-a, and kf-2 against cr-b

What was undone before, or waits parked, is left as it is: a person who undoes a voucher
wants nothing of it to count any more. The trap is the one movement that cannot be undone
(what it left is used up): then nothing of the voucher is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from ledger.directives import Transaction
from reconcile import decisions
from reconcile.decisions import Desk, NothingLeft
from reconcile.known import PlannedVoucher


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
            voucher = decisions.undo(
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
