"""What stands on a clearing account, and which file is missing or too much.

A detail file posts items against clearing, the statement posts the bank against it. When
both have told the same money it is empty. A rest has one of two reasons:

- details were told, and no statement shows their sum: the statement is missing, or the
  detail file told what the bank never booked;
- a statement shows a sum, and no file tells its details: the detail file is missing.

As of a day only what was booked up to it counts: details of 30 November that a statement
shows on 1 December stand on clearing at the end of November, and so does a line whose
details are told for December.

Where line and details have one reference of the bank's and not one sum, both are there, and
what stands is their difference.

A person may have decided what a sum is (`ledger.cleared`): so much of it stands there no
longer. Where a file then tells its other half all the same, that is too much, and said.

Worked example: OCR giro told 800.00 on 20 November, the statement of that day shows a
lump of 800.00 and one of 300.00. Clearing stands at -300.00, and the rest is the line of
300.00 whose detail file is missing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from bankio.amount import Amount
from ledger.movements import Source, ToldEntry, ToldMovement
from reconcile.wording import say


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A line of a statement and the details of its reference, which make another sum."""

    reference: str
    shown: Amount
    """By the statement; money in is positive."""
    told: Amount
    """By the details."""
    source: str
    """Which kind of file told them."""

    @property
    def amount(self) -> Amount:
        """What no details have told; of the other sign, what they have told too much."""
        return self.shown - self.told


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest:
    """One reason why clearing is not empty."""

    amount: Amount
    """As it stands on clearing: details are positive for money in, lines the reverse."""
    date: date
    key: str
    """Of the lump, or of the statement's line."""
    source: str
    sha256: str
    reason: str
    differs: Difference | None = None
    """Where both came under one reference, and are not of one sum."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """All of a clearing account's balance."""

    balance: Amount
    rests: tuple[Rest, ...]
    unexplained: Amount
    """What no file explains: somebody posted on clearing by hand."""

    @property
    def is_clear(self) -> bool:
        """Whether nothing stands on clearing."""
        return not self.balance and not self.rests


def explain(
    bank_account: str,
    balance: Amount,
    *,
    entries: Iterable[ToldEntry],
    movements: Iterable[ToldMovement],
    language: str,
    until: date | None = None,
    decided: Mapping[str, Amount] | None = None,
) -> Explanation:
    """Return why the clearing account of a bank account stands at `balance`.

    Args:
        bank_account: Its number.
        balance: What stands on clearing.
        entries: What was told of it, each with its movements.
        movements: The same.
        language: Of the reasons.
        until: Leave out what was told of later days.
        decided: How much of each sum a person has decided about.
    """
    every = [entry for entry in entries if entry.bank_account == bank_account]
    told = [entry for entry in every if _counts(entry.booking_date, until)]
    known = [movement for movement in movements if movement.bank_account == bank_account]
    moved = _moved(known, every, until)
    shown = _shown(moved)
    standing = [
        *_untold_sums(told, moved, shown, language),
        *_untold_details(told, moved, language),
        *_told_later(told, moved, known, until, language),
        *_shown_twice(told, moved, shown, language),
    ]
    left = tuple(_undecided(standing, told, decided or {}, language))
    rests = _without_pairs(_with_differences(left, told, language))
    unexplained = balance
    for rest in rests:
        unexplained -= rest.amount
    ordered = tuple(sorted(rests, key=lambda rest: (rest.date, rest.key)))
    return Explanation(balance=balance, rests=ordered, unexplained=unexplained)


def _counts(day: date, until: date | None) -> bool:
    return until is None or day <= until


def _moved(
    known: Iterable[ToldMovement], entries: Iterable[ToldEntry], until: date | None
) -> list[ToldMovement]:
    """Return what was told up to a day.

    That a line shows a lump stands under the lump's date: it is true from the day on when
    both have been booked, and before it one of them stands on clearing alone.
    """
    days = {(entry.source, entry.key): entry.booking_date for entry in entries}
    return [
        each
        for each in known
        if _counts(each.booking_date, until)
        and _counts(days.get((each.source, each.batch), each.booking_date), until)
    ]


def _shown(moved: Sequence[ToldMovement]) -> dict[str, set[str]]:
    """Return, for each money of a detail file, the lines of statements that show it."""
    of_batch: dict[str, set[str]] = defaultdict(set)
    from_details = set()
    for each in moved:
        if each.source != "statement":
            of_batch[each.batch].add(each.money)
            from_details.add(each.money)
    shown: dict[str, set[str]] = defaultdict(set)
    for each in moved:
        if each.source != "statement":
            continue
        for money in of_batch.get(each.key, {each.money}):
            if money in from_details:
                shown[money].add(each.batch)
    return shown


def _shown_twice(
    told: Sequence[ToldEntry],
    moved: Sequence[ToldMovement],
    shown: dict[str, set[str]],
    language: str,
) -> Iterable[Rest]:
    """Yield what two lines were taken to show, of moneys that nothing tells apart.

    Equal receipts of neighbouring days may be taken for each other; then one line too
    many shows one of them, and another of them is shown by none. They cancel.
    """
    entries = {entry.key: entry for entry in told if entry.source == "statement"}
    amounts = {each.money: each.amount for each in moved}
    for money, lines in shown.items():
        for line in sorted(lines)[1:]:
            if line in entries:
                reason = say(language, "clearing-untold-details")
                yield _rest(entries[line], -amounts[money], reason)


def _untold_sums(
    told: Sequence[ToldEntry],
    moved: Sequence[ToldMovement],
    shown: dict[str, set[str]],
    language: str,
) -> Iterable[Rest]:
    """Yield details that were told and that no statement shows."""
    claimed = set(shown)
    open_by_batch: dict[tuple[Source, str], Amount] = {}
    for each in sorted(moved, key=lambda told: told.source != "ocr-giro"):
        is_first = each.key == each.money and each.source != "statement"
        if is_first and each.money not in claimed:
            claimed.add(each.money)  # two sources may have one key for it
            at = (each.source, each.batch)
            before = open_by_batch.get(at)
            open_by_batch[at] = each.amount if before is None else before + each.amount
    by_key = {(entry.source, entry.key): entry for entry in told}
    for (source, key), amount in open_by_batch.items():
        entry = by_key.get((source, key))
        if entry is not None and entry.via_clearing and amount:
            yield _rest(entry, amount, say(language, "clearing-untold-sum", source=source))


def _untold_details(
    told: Sequence[ToldEntry], moved: Sequence[ToldMovement], language: str
) -> Iterable[Rest]:
    """Yield lines of statements whose details no file has told."""
    explained = {each.batch for each in moved if each.source == "statement"}
    for entry in told:
        if (
            entry.source == "statement"
            and entry.via_clearing
            and entry.key not in explained
        ):
            yield _rest(entry, -entry.amount, say(language, "clearing-untold-details"))


def _told_later(
    told: Sequence[ToldEntry],
    moved: Sequence[ToldMovement],
    known: Sequence[ToldMovement],
    until: date | None,
    language: str,
) -> Iterable[Rest]:
    """Yield what lines of statements show of moneys that files told for a later day."""
    settled_later = {
        each.money
        for each in known
        if each.source != "statement"
        and each.key == each.money
        and not _counts(each.booking_date, until)
    }
    shown: dict[str, Amount] = {}
    for each in moved:
        if each.source == "statement" and each.money in settled_later:
            before = shown.get(each.batch)
            shown[each.batch] = each.amount if before is None else before + each.amount
    for entry in told:
        if entry.source == "statement" and shown.get(entry.key):
            reason = say(language, "clearing-untold-details")
            yield _rest(entry, -shown[entry.key], reason)


def _undecided(
    rests: Iterable[Rest],
    told: Sequence[ToldEntry],
    decided: Mapping[str, Amount],
    language: str,
) -> Iterable[Rest]:
    """Yield what persons have left of the sums; and what a file explained besides."""
    left = dict(decided)
    for rest in rests:
        amount = left.get(rest.key)
        is_of_it = amount is not None and amount.number * rest.amount.number > 0
        if amount is None or not is_of_it:
            yield rest
            continue
        taken = min(amount, rest.amount, key=abs)
        left[rest.key] = amount - taken
        if rest.amount != taken:
            yield replace(rest, amount=rest.amount - taken)
    entries = {entry.key: entry for entry in told}
    for key, amount in left.items():
        if amount and key in entries:
            yield _rest(entries[key], -amount, say(language, "clearing-decided-and-told"))


def _with_differences(
    rests: Sequence[Rest], told: Sequence[ToldEntry], language: str
) -> list[Rest]:
    """Return the rests; a line and details that are alone of their reference are one."""
    references: dict[tuple[str, str], str | None] = {
        (each.source, each.key): each.reference for each in told
    }
    named: dict[str, list[Rest]] = defaultdict(list)
    for rest in rests:
        reference = references.get((rest.source, rest.key))
        if reference is not None:
            named[reference].append(rest)
    found = list(rests)
    for reference, both in named.items():
        line = next((each for each in both if each.source == "statement"), None)
        detail = next((each for each in both if each.source != "statement"), None)
        if line is None or detail is None or len(both) != 2:
            continue
        is_one_way = (detail.amount.number > 0) is not (line.amount.number > 0)
        if is_one_way and detail.amount + line.amount:
            found = [each for each in found if each not in {detail, line}]
            found.append(_difference(reference, detail, line, language))
    return found


def _difference(reference: str, detail: Rest, line: Rest, language: str) -> Rest:
    differs = Difference(
        reference=reference, shown=-line.amount, told=detail.amount, source=detail.source
    )
    reason = say(
        language,
        "clearing-differs",
        reference=reference,
        shown=differs.shown,
        told=differs.told,
        source=differs.source,
        difference=differs.amount,
    )
    amount = detail.amount + line.amount
    return replace(line, amount=amount, reason=reason, differs=differs)


def _rest(entry: ToldEntry, amount: Amount, reason: str) -> Rest:
    return Rest(
        amount=amount,
        date=entry.booking_date,
        key=entry.key,
        source=entry.source,
        sha256=entry.sha256,
        reason=reason,
    )


def _without_pairs(rests: Iterable[Rest]) -> list[Rest]:
    """Leave out sums and details that cancel: two equal lumps and two equal lines.

    Which line shows which lump nobody can tell, and nobody needs to.
    """
    by_size: dict[Amount, list[Rest]] = defaultdict(list)
    for rest in sorted(rests, key=lambda each: (each.date, each.key)):
        by_size[abs(rest.amount)].append(rest)
    left = []
    for alike in by_size.values():
        incoming = [rest for rest in alike if rest.amount.number > 0]
        outgoing = [rest for rest in alike if rest.amount.number < 0]
        pairs = min(len(incoming), len(outgoing))
        left += incoming[pairs:] + outgoing[pairs:]
    return left
