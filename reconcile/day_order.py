"""In which order what is told of one day is looked at: what takes back, in its place.

A statement tells a day in one file, and the bank may have corrected itself within it. Each
reversal stands right behind what it takes back, so that what comes after finds the item
open again, as it would had each come in a statement of its own:

    +1500.00 KID 17, -1500.00 KID 17 RvslInd, +150.00 KID 17     as it stands
    +1500.00 KID 17, +150.00 KID 17, -1500.00 KID 17 RvslInd     the reversal is second
    -1500.00 KID 17 RvslInd, +150.00 KID 17, told before         the reversal is first
    +1000.00 E-7KQ2… AC04, -1000.00 E-7KQ2…                      the booking goes first

What takes back something that nobody has told goes last, and a person is asked. The trap
is the second reversal: it takes back another receipt than the first one did.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import TypeVar

from reconcile.bank_transactions import Movement
from reconcile.progress import Progress
from reconcile.returned_payments import comes_back
from reconcile.rules.reversal import is_taken_back

Told = TypeVar("Told")

_Place = tuple[date, int, int]
"""Day, number within all, and whether it stands behind what has this number."""


def in_order(
    told: Sequence[Told],
    movements_of: Callable[[Told], Iterable[Movement]],
    progress: Progress,
) -> list[Told]:
    """Return what is told, by day, with each reversal in its place.

    Args:
        told: Lines, lumps or movements, by day.
        movements_of: What of each nobody has told before.
        progress: What is known besides.
    """
    rows = [tuple(movements_of(each)) for each in told]
    if not any(_takes_back(movement) for row in rows for movement in row):
        return list(told)
    places = _Places(rows, progress)
    order = sorted(range(len(told)), key=lambda at: (places.of(at), at))
    return [told[at] for at in order]


def _takes_back(movement: Movement) -> bool:
    return is_taken_back(movement) or comes_back(movement)


class _Places:
    """Where each row goes; what a reversal takes back is taken by no other one."""

    def __init__(self, rows: Sequence[Sequence[Movement]], progress: Progress) -> None:
        self._rows = rows
        self._progress = progress
        self._taken: set[tuple[int, int]] = set()
        self._earlier: Counter[tuple[object, ...]] = Counter()
        self._found: list[_Place] = []
        day = next(row[0].booking_date for row in rows if row)
        for at, row in enumerate(rows):
            day = row[0].booking_date if row else day
            self._found.append(self._place(at, day))

    def of(self, at: int) -> _Place:
        """Return the place of a row."""
        return self._found[at]

    def _place(self, at: int, day: date) -> _Place:
        found = [
            (
                self._behind_receipt(movement, day)
                if movement.amount.number < 0
                else self._behind_booking(movement, at, day)
            )
            for movement in self._rows[at]
            if _takes_back(movement)
        ]
        return max(found, default=(day, at, 0))

    def _behind_receipt(self, movement: Movement, day: date) -> _Place:
        alike = (movement.bank_account, movement.amount, movement.kid)
        if self._earlier[alike] < self._left(movement):
            self._earlier[alike] += 1
            return (day, -1, 0)
        for at, row in enumerate(self._rows):
            for number, other in enumerate(row):
                if (at, number) in self._taken or not _is_receipt_of(movement, other):
                    continue
                if other.booking_date <= day:
                    self._taken.add((at, number))
                    return (day, at, 1) if other.booking_date == day else (day, -1, 0)
        return (day, len(self._rows), 0)

    def _left(self, reversal: Movement) -> int:
        """Return how many receipts told before are not taken back yet."""
        memory = self._progress.memory
        before = memory.opposite(replace(reversal, amount=-reversal.amount))
        return len(memory.opposite(reversal)) - len(before)

    def _behind_booking(self, movement: Movement, at: int, day: date) -> _Place:
        """Return the place of what comes back: as told, but never before its booking."""
        evidence, name = self._progress.evidence, movement.end_to_end_id
        standing = evidence.payments.get(name or "")
        if standing is None or evidence.settled_by(standing.payment).number > 0:
            return (day, at, 0)
        booked = [
            number
            for number, row in enumerate(self._rows)
            for other in row
            if other.end_to_end_id == name
            and other.amount.number < 0
            and other.booking_date == day
        ]
        if not booked or booked[0] < at:
            return (day, at, 0)
        return (day, booked[0], 1)


def _is_receipt_of(reversal: Movement, other: Movement) -> bool:
    """Whether a movement is a receipt that a reversal may take back."""
    payers = {reversal.counterparty_account, other.counterparty_account} - {None}
    return (
        other.kid is not None
        and (other.bank_account, other.kid, other.amount)
        == (reversal.bank_account, reversal.kid, -reversal.amount)
        and not is_taken_back(other)
        and len(payers) < 2
    )
