"""The memory of who told what, made anew: the runs of before, once more, one by one.

Which of two sources settled a money, and which only confirmed it, depends on what came
first and on what came together. Where a source tells little (no payer, no reference), no
other order gives the same answer, and money that is posted would be parked once more:

    run 1   camt.054 tells   10.00 KID 17 on 19 Nov, 10.00 KID 17 on 20 Nov
    run 2   the statement    10.00 KID 17 on 20 Nov    the one, or the other? it was asked
                                                       when both were there

So each run that learns something leaves its number in the sidecars of the files that told
it, and a memory that is lost is made by the same function from the same files in the same
order. A plan is a function of the reports and of what is known; here it is given what was
known then: the keys that the runs before it had posted, the balances that they had proven,
no lock. By induction the memory is the same after each run. What a run posted stands in
the books under its key, and so is not planned again; what does not stand there is planned,
and says that the books are older.

The traps: a run that was stopped before it was committed left its number too, and the next
run bears it again, with the same files and perhaps more. And where the books were put back,
what came after is taken in anew, under numbers that begin again where the books ended: so
of a file's numbers, those that a later one is not above are void.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from bankio.amount import Amount
from reconcile import settlement, statement
from reconcile.bank_transactions import BankReport
from reconcile.known import Known, Plan

#: The number of everything that was told before runs were numbered.
UNNUMBERED = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Runs:
    """Files by the runs in which they told something, each in the order of arrival."""

    numbered: tuple[tuple[int, tuple[str, ...]], ...]
    """Each run with the files that told something in it, by number."""
    silent: tuple[str, ...]
    """What has told nothing: copies, what is for information, what is held whole."""


def runs_of(arrived: Iterable[tuple[str, Sequence[int]]]) -> Runs:
    """Sort files by run.

    Args:
        arrived: Each file's sha256 in the order in which they came, with the numbers of
            the runs in which it told something, in the order in which they were written.
    """
    files = {sha256: valid(numbers) for sha256, numbers in arrived}
    by_run: dict[int, list[str]] = defaultdict(list)
    for sha256, numbers in files.items():
        for number in numbers:
            by_run[number].append(sha256)
    if not any(by_run):
        # Runs are not numbered here yet, or the first numbering was stopped midway.
        return Runs(numbered=((UNNUMBERED, tuple(files)),) if files else (), silent=())
    return Runs(
        numbered=tuple((number, tuple(by_run[number])) for number in sorted(by_run)),
        silent=tuple(sha256 for sha256, numbers in files.items() if not numbers),
    )


def valid(numbers: Iterable[int]) -> tuple[int, ...]:
    """Return those numbers of a file's runs that no later one has made void.

    >>> valid([3, 7, 4, 9])
    (3, 4, 9)
    """
    found: list[int] = []
    for number in numbers:
        while found and found[-1] >= number:
            found.pop()
        found.append(number)
    return tuple(found)


def tellers(plan: Plan, files: Iterable[str]) -> tuple[str, ...]:
    """Return which of the files of a run told something new."""
    told = {each.sha256 for each in plan.told_entries}
    told |= {each.sha256 for each in plan.told_movements}
    told |= {each.sha256 for each in plan.days}
    return tuple(sha256 for sha256 in dict.fromkeys(files) if sha256 in told)


def plan_again(
    reports: Sequence[BankReport], known: Known, replayed: Mapping[str, str]
) -> Plan:
    """Plan once more what a run planned; without vouchers where the books have them all.

    Args:
        reports: What the files of the run tell.
        known: With the memory of the runs before it, and with the books as they are now.
        replayed: The `Plan.recorded` of the runs before it.
    """
    unlocked = replace(known.company, locked_until=None)
    return settlement.plan(
        reports,
        replace(
            known,
            company=unlocked,
            posted=replayed,
            recorded=known.posted,
            reissued=(),
            via_clearing=(),
            today=None,
            balance_at=_proven_balance(known),
        ),
    )


def told_keys(known: Known) -> dict[str, str]:
    """Return what of the memory stands in the books: the keys to begin a replay with."""
    told = {each.key for each in known.told_entries}
    told |= {key for each in known.told_movements for key in (each.key, each.money)}
    told |= {statement.gap_key(each.bank_account, each.date) for each in known.days}
    return {key: known.posted[key] for key in told if key in known.posted}


def is_as_it_was(plan: Plan, files: Collection[str]) -> bool:
    """Whether a run planned again is the one of before: the books have all of it."""
    return not plan.vouchers and tellers(plan, files) == tuple(dict.fromkeys(files))


def _proven_balance(known: Known) -> Callable[[str, date], Amount]:
    """Return a bank account's balance as the runs so far have proven it.

    The books are ahead of the replay. But the bank account moves on proven days alone.
    """
    accounts = {each.account: each for each in known.company.bank_accounts}
    # The last of a day counts: a second statement may have gone on where one ended.
    closings = {(day.bank_account, day.date): day.closing for day in known.days}
    days: dict[str, list[date]] = defaultdict(list)
    for number, day in sorted(closings):
        days[number].append(day)

    def balance_at(account: str, day: date) -> Amount:
        ours = accounts[account]
        before = bisect_left(days[ours.number], day)
        if not before:
            return Amount(ours.opening, ours.currency)
        return closings[ours.number, days[ours.number][before - 1]]

    return balance_at
