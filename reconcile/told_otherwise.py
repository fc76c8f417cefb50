"""One receipt of which two files of the bank tell two amounts: it contradicts itself.

    camt.054    1500.00   reference RX1, KID 17 from A, 18 November     settles kf-17
    statement   1400.00   reference RX1, KID 17 from A, 18 November     the same receipt

It is not two receipts, and which amount is true nobody here can tell. The statement posts
the bank account with what it says. What was settled stands; the difference is parked, and
the reason names both amounts and both files:

    1920  1400.00    1929  -1500.00    1579  100.00

Where the statement came first, a detail file that tells another amount is held: it moves no
money, and a person asks the bank, and sets the wrong file aside.

The trap: banks use a reference again. So the day must be the same too, KID or payer or
EndToEndId must stand in both and be equal, and none of them may differ. Two receipts of
a day and reference that are both told by both files have found each other by then.
"""

from __future__ import annotations

from bankio.amount import Amount
from ledger.movements import ToldMovement
from reconcile.bank_transactions import Movement
from reconcile.moneys import Money
from reconcile.progress import Progress
from reconcile.same_money import SOURCES, contradicts
from reconcile.wording import say, sources


def money_of(movement: Movement, progress: Progress) -> Money | None:
    """Return the money of another amount that a receipt is by all else that is told."""
    reference = movement.account_servicer_reference
    money = progress.memory.money(movement.key)
    if reference is None or money is None or movement.is_reversal:
        return None
    is_untold = movement.source not in money.tellers and bool(money.tellers)
    is_same = (
        is_untold
        and money.account_servicer_reference == reference
        and _is_alike(movement, money)
        and not contradicts(movement, money)
    )
    return money if is_same and _is_another_amount(movement.amount, money.amount) else None


def _is_alike(movement: Movement, money: Money) -> bool:
    """Whether something besides the bank's reference is told by both, and equal."""
    pairs = (
        (movement.end_to_end_id, money.end_to_end_id),
        (movement.kid, money.kid),
        (movement.counterparty_account, money.counterparty_account),
    )
    return any(left is not None and left == right for left, right in pairs)


def _is_another_amount(amount: Amount, told: Amount) -> bool:
    is_receipt = amount.number > 0 and told.number > 0
    return is_receipt and amount.currency == told.currency and amount != told


def reason(movement: Movement, money: Money, progress: Progress) -> str:
    """Return the words for it, with both amounts and both files."""
    told = _told(money, progress)
    file_name = progress.known.file_name
    return say(
        progress.language,
        "told-otherwise",
        reference=movement.account_servicer_reference,
        amount=movement.amount,
        source=sources(progress.language, [str(movement.source)]),
        file=file_name(movement.sha256),
        told=money.amount,
        teller=sources(progress.language, [told.source]),
        other=file_name(told.sha256),
    )


def _told(money: Money, progress: Progress) -> ToldMovement:
    """Return how the source told it that settled it."""
    found = (progress.memory.told(source, money.key) for source in SOURCES)
    return next(told for told in found if told is not None)


def difference_key(money: Money) -> str:
    """Return the key of what differs: no movement of the bank is called so."""
    return f"{money.key}/difference"
