"""Moneys, and a table of them: which of them may a movement be?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from bankio.amount import Amount
from reconcile.bank_transactions import Movement


@dataclass(slots=True, kw_only=True)
class Money:
    """A movement with its tellers. `key` is that of the movement that settled it."""

    key: str
    bank_account: str
    booking_date: date
    amount: Amount
    end_to_end_id: str | None
    account_servicer_reference: str | None
    kid: str | None
    counterparty_account: str | None
    batch: str
    tellers: frozenset[str] = field(default_factory=frozenset)


class Index:
    """Moneys by account and amount, then by what may be equal, then by their tellers.

    Those that a source has told already are passed over as one, however many there are:
    else a biller's thousand equal receipts would each be compared with all the others.
    """

    def __init__(self) -> None:
        self._buckets: dict[tuple[object, ...], _Bucket] = {}

    @staticmethod
    def _at(bank_account: str, amount: Amount) -> tuple[object, ...]:
        return (bank_account, amount.currency, amount.number)

    def insert(self, money: Money) -> None:
        """Add a money, under its tellers."""
        at = self._at(money.bank_account, money.amount)
        bucket = self._buckets.get(at)
        if bucket is None:
            bucket = self._buckets[at] = _Bucket()
        bucket.insert(money)

    def remove(self, money: Money) -> None:
        """Take a money out, before its tellers change."""
        bucket = self._buckets.get(self._at(money.bank_account, money.amount))
        if bucket is not None:
            bucket.remove(money)

    def alike(self, movement: Movement) -> Iterator[Money]:
        """Yield moneys, untold by the movement's source, that share something with it."""
        bucket = self._buckets.get(self._at(movement.bank_account, movement.amount))
        if bucket is None or not bucket.has_untold(movement.source):
            return
        seen: set[str] = set()
        for key in _keys(movement):
            for money in bucket.untold(key, movement.source):
                if money.key not in seen:
                    seen.add(money.key)
                    yield money

    def is_shown(self, movement: Movement) -> bool:
        """Whether a statement has told a money of its EndToEndId and amount."""
        bucket = self._buckets.get(self._at(movement.bank_account, movement.amount))
        key = ("e2e", movement.end_to_end_id or "")
        return bucket is not None and bucket.is_told(key, "statement")

    def of_kid(self, bank_account: str, amount: Amount, kid: str) -> Iterator[Money]:
        """Yield the moneys of an account, amount and KID."""
        bucket = self._buckets.get(self._at(bank_account, amount))
        if bucket is not None:
            yield from bucket.untold(("kid", kid), None)


def _keys(money: Money | Movement) -> Iterator[tuple[str, str]]:
    if money.end_to_end_id:
        yield ("e2e", money.end_to_end_id)
    if money.account_servicer_reference:
        yield ("ref", money.account_servicer_reference)
    if money.kid:
        yield ("kid", money.kid)
    if money.counterparty_account:
        yield ("payer", money.counterparty_account)


class _Bucket:
    """Moneys of one account and amount, each under whatever another may share with it.

    One flat table: most buckets hold one money, and there are as many as receipts.
    """

    __slots__ = ("_counts", "_named")

    def __init__(self) -> None:
        self._counts: dict[frozenset[str], int] = {}
        self._named: dict[_Name, Money | dict[str, Money]] = {}

    def insert(self, money: Money) -> None:
        tellers = money.tellers
        self._counts[tellers] = self._counts.get(tellers, 0) + 1
        for key in _keys(money):
            name = (key, tellers)
            found = self._named.get(name)
            if found is None:
                self._named[name] = money
            elif isinstance(found, dict):
                found[money.key] = money
            else:
                self._named[name] = {found.key: found, money.key: money}

    def remove(self, money: Money) -> None:
        self._counts[money.tellers] -= 1
        for key in _keys(money):
            found = self._named[key, money.tellers]
            if isinstance(found, dict):
                del found[money.key]
            else:
                del self._named[key, money.tellers]

    def has_untold(self, source: str) -> bool:
        for tellers, count in self._counts.items():
            if count and source not in tellers:
                return True
        return False

    def is_told(self, key: tuple[str, str], source: str) -> bool:
        return any(
            source in tellers and self._named.get((key, tellers))
            for tellers in self._counts
        )

    def untold(self, key: tuple[str, str], source: str | None) -> Iterator[Money]:
        for tellers in self._counts:
            if source in tellers:
                continue
            found = self._named.get((key, tellers))
            if isinstance(found, dict):
                yield from found.values()
            elif found is not None:
                yield found


_Name = tuple[tuple[str, str], frozenset[str]]
