"""What a detail file takes back before any file has told it: that may still come.

    camt.054  -1500.00 KID 17, RvslInd     and no file has told the receipt
    camt.054  +1000.00 AC04, our E-7KQ2…   and no file has told that it was booked

Both wait, so that the order in which files arrive decides nothing: a receipt that is taken
back must settle first, and a bill that is opened by what was never booked would be open
twice. Once so much is proven after the day that nothing can come any more, a person is
asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from reconcile.bank_transactions import BankReport, Movement
from reconcile.progress import Progress
from reconcile.returned_payments import comes_back
from reconcile.rules.reversal import is_taken_back
from reconcile.wording import say


def awaits_receipt(
    movements: Iterable[Movement], statements: Iterable[BankReport], progress: Progress
) -> bool:
    """Whether some of a lump take back what only a statement tells: that goes first."""
    taken_back = [
        movement
        for movement in movements
        if is_taken_back(movement) and movement.kid is not None
    ]
    return any(
        not progress.memory.opposite(movement) and _tells_opposite(movement, statements)
        for movement in taken_back
    )


def _tells_opposite(movement: Movement, statements: Iterable[BankReport]) -> bool:
    return any(
        (told.bank_account, told.kid, told.amount)
        == (movement.bank_account, movement.kid, -movement.amount)
        for report in statements
        for entry in report.entries
        for told in entry.movements
    )


def awaited(movements: Sequence[Movement], progress: Progress) -> str | None:
    """Return what movements of a detail file wait for; None where for nothing."""
    if any(_takes_back_unknown(each, progress) for each in movements):
        return say(progress.language, "receipt-to-come")
    if any(_returns_unbooked(each, progress) for each in movements):
        return say(progress.language, "booking-to-come")
    return None


def _takes_back_unknown(movement: Movement, progress: Progress) -> bool:
    """Whether a receipt is taken back that no file has told: it may come in a later run.

    So the order of the runs decides nothing. Once so much is proven that the receipt
    cannot come any more, a person is asked.
    """
    if not is_taken_back(movement) or movement.amount.number > 0 or movement.kid is None:
        return False
    told = progress.memory.same(movement)
    # A line without details that was parked is no answer, even where it has this very
    # reference: they explain it once they settle.
    if progress.is_posted(movement.key) if told is None else told.kid is not None:
        return False
    whoever_paid = replace(movement, counterparty_account=None)
    if progress.memory.opposite(whoever_paid) or not progress.evidence.carriers(
        movement.kid
    ):
        return False
    return not progress.is_settled_for_good(movement.bank_account, movement.booking_date)


def _returns_unbooked(movement: Movement, progress: Progress) -> bool:
    """Whether a payment of ours comes back that no file has told as booked.

    Opened now, its item would be open twice until the booking is told. Once so much is
    proven that the booking cannot come any more, a person is asked.
    """
    evidence = progress.evidence
    standing = evidence.payments.get(movement.end_to_end_id or "")
    if standing is None or not comes_back(movement) or progress.is_posted(movement.key):
        return False
    payment = standing.payment
    if movement.amount != payment.amount:
        return False  # opens nothing
    if evidence.settled_by(payment).number > 0 or evidence.parked_of(payment) is not None:
        return False
    if evidence.has_come_back(payment) or progress.memory.same(movement) is not None:
        return False
    return not progress.is_settled_for_good(movement.bank_account, movement.booking_date)
