"""Which movements are one and the same money, told by several sources.

The bank tells a receipt in OCR giro, again in camt.054, and again in the statement. The
first source that tells it settles; each later one confirms. *Money* is a movement with
its tellers. A new movement of source S confirms a money that no movement of S has told
yet, if they are the same; so the number settled is the largest that any one source
tells, never the sum:

    OCR giro tells   500.00 KID 17 from A,   500.00 KID 17 from A      two payments
    camt.054 tells   500.00 KID 17 from A,   500.00 KID 17 from A      the same two
    statement tells  500.00 KID 17 from A                              one of them

Two movements of equal account, direction and amount are

- the same, if both have an EndToEndId and it is equal; else if both have the bank's
  reference and it is equal; else if both have KID and payer's account and both are equal;
- different, if EndToEndId or KID stands in both and differs, or the payer's account does
  and nothing else is equal, or if they lie more than three bank days apart (an EndToEndId
  of ours is for ever);
- undecided, if KID or payer's account is equal and no more is told (`reconcile.undecided`).

The trap: EndToEndId and KID of others recur (a standing order has the same ones every
month, some banks write `1`); hence the bank days, and hence a KID outweighs them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date
from enum import Enum

from ledger import identifications
from ledger.movements import Source, ToldMovement
from reconcile.bank_transactions import Movement
from reconcile.moneys import Index, Money

#: DESIGN: KID and payer's account within three bank days.
BANK_DAYS_APART_MAX = 3


class Sameness(Enum):
    """What two movements are to each other."""

    SAME = "same"
    DIFFERENT = "different"
    UNDECIDED = "undecided"


def sameness(
    movement: Movement, money: Money, bank_days_apart: Callable[[date, date], int]
) -> Sameness:
    """Return whether a movement is a money that another source told."""
    named = _compared(movement.end_to_end_id, money.end_to_end_id)
    if named and identifications.is_ours(movement.end_to_end_id or ""):
        return Sameness.SAME
    kid = _compared(movement.kid, money.kid)
    if named is False or kid is False or _is_far(movement, money, bank_days_apart):
        return Sameness.DIFFERENT
    payer = _compared(movement.counterparty_account, money.counterparty_account)
    if named:
        return Sameness.UNDECIDED if payer is False and kid is None else Sameness.SAME
    reference = movement.account_servicer_reference
    if reference is not None and reference == money.account_servicer_reference:
        return Sameness.SAME
    if payer is False or not (payer or kid):
        return Sameness.DIFFERENT
    return Sameness.SAME if payer and kid else Sameness.UNDECIDED


def _compared(left: str | None, right: str | None) -> bool | None:
    """Return whether two are equal; None where one of them is not told."""
    return left == right if left and right else None


def _is_far(
    movement: Movement, money: Money, bank_days_apart: Callable[[date, date], int]
) -> bool:
    days = (movement.booking_date, money.booking_date)
    return days[0] != days[1] and bank_days_apart(*days) > BANK_DAYS_APART_MAX


def recurs(movement: Movement, money: Money) -> bool:
    """Whether two are alike in KID and payer alone, on days when one may pay anew."""
    if movement.booking_date == money.booking_date:
        return False
    reference = movement.account_servicer_reference
    return not (
        _compared(movement.end_to_end_id, money.end_to_end_id)
        or (reference is not None and reference == money.account_servicer_reference)
    )


def contradicts(movement: Movement, money: Money) -> bool:
    """Whether something that stands in both differs: they cannot be the same."""
    pairs = (
        (movement.end_to_end_id, money.end_to_end_id),
        (movement.kid, money.kid),
        (movement.counterparty_account, money.counterparty_account),
    )
    return any(left and right and left != right for left, right in pairs)


def payers_first(movements: Iterable[Movement]) -> list[Movement]:
    """Return those with a payer first: they fit less, and what they leave fits others."""
    return sorted(movements, key=lambda each: each.counterparty_account is None)


SOURCES: tuple[Source, ...] = ("ocr-giro", "camt.054", "statement")
_ALONE = {source: frozenset({source}) for source in SOURCES}


def _fingerprint(told: Movement | ToldMovement) -> tuple[object, ...]:
    return (
        told.bank_account,
        told.booking_date,
        told.amount.number,
        told.kid,
        told.counterparty_account,
        told.end_to_end_id,
    )


class Memory:
    """Every money told so far, and by whom; and what this plan adds to it."""

    def __init__(
        self,
        told: Iterable[ToldMovement],
        bank_days_apart: Callable[[date, date], int],
    ) -> None:
        self._apart = bank_days_apart
        self._told: dict[tuple[str, str], ToldMovement] = {}
        self._moneys: dict[str, Money] = {}
        self._of_batch: dict[str, list[Money]] = defaultdict(list)
        self._claims: dict[str, str] = {}
        self._claiming: set[str] = set()
        self._index = Index()
        self._counts: Counter[tuple[str, tuple[object, ...]]] = Counter()
        self._named: set[tuple[str, str]] = set()
        self.new: list[ToldMovement] = []
        self._load(told)

    def _load(self, told: Iterable[ToldMovement]) -> None:
        ordered = sorted(told, key=lambda each: (each.money != each.key, each.key))
        for each in ordered:
            self._remember(each)
        for each in ordered:
            if each.key.startswith("batch/") and each.source == "statement":
                self._mark_claimed(each.key, each.batch)

    def _remember(self, told: ToldMovement) -> None:
        self._told[told.source, told.key] = told
        if told.key.startswith("batch/"):
            return
        self._counts[told.source, _fingerprint(told)] += 1
        if told.end_to_end_id is not None:
            self._named.add((told.source, told.end_to_end_id))
        money = self._moneys.get(told.money)
        if money is None:
            money = Money(
                key=told.money,
                bank_account=told.bank_account,
                booking_date=told.booking_date,
                amount=told.amount,
                end_to_end_id=told.end_to_end_id,
                account_servicer_reference=told.account_servicer_reference,
                kid=told.kid,
                counterparty_account=told.counterparty_account,
                batch=told.batch,
                tellers=_ALONE[told.source],
            )
            self._moneys[told.money] = money
            self._index.insert(money)
        else:
            self._complete(money, told)
            self._add_teller(money, told.source)
        self._of_batch[told.batch].append(money)

    def _complete(self, money: Money, told: ToldMovement) -> None:
        """Let a confirming source add what the first did not tell."""
        lacks = (
            money.end_to_end_id is None
            or money.account_servicer_reference is None
            or money.kid is None
            or money.counterparty_account is None
        )
        if not lacks:
            return
        self._index.remove(money)
        money.end_to_end_id = money.end_to_end_id or told.end_to_end_id
        money.account_servicer_reference = (
            money.account_servicer_reference or told.account_servicer_reference
        )
        money.kid = money.kid or told.kid
        money.counterparty_account = money.counterparty_account or told.counterparty_account
        self._index.insert(money)

    def _add_teller(self, money: Money, source: str) -> None:
        if source in money.tellers:
            return
        self._index.remove(money)
        money.tellers |= {source}
        self._index.insert(money)

    # questions

    def same(self, movement: Movement, besides: Collection[str] = ()) -> Money | None:
        """Return the money that a movement certainly is, untold yet by its source."""
        found = (
            money
            for money in self._index.alike(movement)
            if money.key not in besides
            and sameness(movement, money, self._apart) is Sameness.SAME
            and not recurs(movement, money)
        )
        return min(
            found,
            default=None,
            key=lambda money: (
                abs((money.booking_date - movement.booking_date).days),
                money.account_servicer_reference != movement.account_servicer_reference,
                money.key,
            ),
        )

    def covers(self, movements: Iterable[Movement]) -> bool:
        """Whether each movement is a money of its own that its source has not told."""
        found: set[str] = set()
        for movement in movements:
            money = self.same(movement, found)
            if money is None:
                return False
            found.add(money.key)
        return True

    def is_told_more_often(self, movements: Sequence[Movement]) -> bool:
        """Whether another source tells all of these once more than their own has.

        Counted by day and content: which of several equal moneys a movement confirmed is
        no evidence, since they may have been taken for each other.
        """
        wanted = Counter(_fingerprint(movement) for movement in movements)
        own = movements[0].source
        return any(
            all(
                self._counts[source, content] >= self._counts[own, content] + count
                for content, count in wanted.items()
            )
            for source in SOURCES
            if source != own
        )

    def may_be(self, movement: Movement) -> list[Money]:
        """Return the moneys that a movement may be, where others may be it as well."""
        found = (
            (money, self.sameness(movement, money)) for money in self._index.alike(movement)
        )
        return [
            money
            for money, same in found
            if same is Sameness.UNDECIDED
            or (same is Sameness.SAME and recurs(movement, money))
        ]

    def sameness(self, movement: Movement, money: Money) -> Sameness:
        """Return whether a movement is a money, by what is told of the two alone."""
        return sameness(movement, money, self._apart)

    def opposite(self, movement: Movement) -> tuple[Money, ...]:
        """Return moneys of the opposite amount that agree in KID and payer's account."""
        if movement.kid is None:
            return ()
        return tuple(
            money
            for money in self._index.of_kid(
                movement.bank_account, -movement.amount, movement.kid
            )
            if money.booking_date <= movement.booking_date
            and (
                movement.counterparty_account is None
                or money.counterparty_account is None
                or movement.counterparty_account == money.counterparty_account
            )
        )

    def numbers_anew(self, movement: Movement) -> bool:
        """Whether a source has called different receipts of different days the same."""
        first: dict[str, ToldMovement] = {}
        for (source, _), told in self._told.items():
            reference = told.account_servicer_reference
            is_of_it = (source, told.bank_account) == (
                movement.source,
                movement.bank_account,
            )
            if reference is None or not is_of_it or told.key.startswith("batch/"):
                continue
            known = first.setdefault(reference, told)
            is_of_another_day = known.booking_date != told.booking_date
            if is_of_another_day and _fingerprint(known)[2:] != _fingerprint(told)[2:]:
                return True
        return False

    def is_named(self, source: str, end_to_end_id: str) -> bool:
        """Whether a source has told a movement of this name."""
        return (source, end_to_end_id) in self._named

    def is_shown(self, movement: Movement) -> bool:
        """Whether a statement has shown a money of this EndToEndId, amount and account."""
        return self._index.is_shown(movement)

    def told(self, source: str, key: str) -> ToldMovement | None:
        """Return what a source told under a key."""
        return self._told.get((source, key))

    def money(self, key: str) -> Money | None:
        """Return the money that was settled under a key."""
        return self._moneys.get(key)

    def moneys_of(self, batch: str) -> list[Money]:
        """Return the moneys of an entry or a lump."""
        return self._of_batch.get(batch, [])

    def has_key(self, key: str) -> bool:
        """Whether a money of this key exists, so that another needs another key."""
        return key in self._moneys

    def claimed_by(self, batch: str) -> str | None:
        """Return the statement's entry that shows the lump `batch`."""
        return self._claims.get(batch)

    def is_claiming(self, entry: str) -> bool:
        """Whether a statement's entry shows a lump that was told."""
        return entry in self._claiming

    # additions

    def tell(self, movement: Movement, batch: str, money: str | None = None) -> None:
        """Remember that a source told a movement; `money` is what it confirms."""
        assert movement.source != "camt.052"
        told = ToldMovement(
            key=movement.key,
            source=movement.source,
            money=money or movement.key,
            bank_account=movement.bank_account,
            booking_date=movement.booking_date,
            amount=movement.amount,
            end_to_end_id=movement.end_to_end_id,
            account_servicer_reference=movement.account_servicer_reference,
            kid=movement.kid,
            counterparty_account=movement.counterparty_account,
            batch=batch,
            sha256=movement.sha256,
        )
        self.new.append(told)
        self._remember(told)

    def adopt(self, movement: Movement, batch: str) -> None:
        """Know a money that the books have, before anything tells it again.

        When the memory is made anew from the archive, a movement that was posted from
        its statement must be there before OCR giro tells it, or it is posted twice.
        """
        if movement.key in self._moneys:
            return
        money = Money(
            key=movement.key,
            bank_account=movement.bank_account,
            booking_date=movement.booking_date,
            amount=movement.amount,
            end_to_end_id=movement.end_to_end_id,
            account_servicer_reference=movement.account_servicer_reference,
            kid=movement.kid,
            counterparty_account=movement.counterparty_account,
            batch=batch,
        )
        self._moneys[movement.key] = money
        self._index.insert(money)

    def claim(self, batch: str, entry: str, template: ToldMovement) -> None:
        """Remember that a statement's entry shows a lump whose details were told."""
        self._told[template.source, template.key] = template
        self.new.append(template)
        self._mark_claimed(batch, entry)

    def _mark_claimed(self, batch: str, entry: str) -> None:
        self._claims[batch] = entry
        self._claiming.add(entry)
        for money in self._of_batch.get(batch, []):
            self._add_teller(money, "statement")
        for money in self._of_batch.get(entry, []):
            # what the entry was before its details explained it is no money of its own
            if money.batch == entry:
                self.void(money)

    def void(self, money: Money) -> None:
        """Let a money be none any more: what it was is told by its details."""
        if len(money.tellers) < len(SOURCES):
            self._index.remove(money)
            money.tellers = frozenset(SOURCES)
