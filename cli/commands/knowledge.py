"""Gather what books, archive and store know, as the pure core wants it."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from datetime import date

from bankio.amount import Amount
from cli.commands import ordered
from cli.wiring import Workplace
from ledger.books import Books
from ledger.company import Company
from reconcile.known import Known, Roles

_OPTIONAL_ROLES = {
    "own_transfers": "own-transfers",
    "charges": "charges",
    "interest_income": "interest-income",
    "interest_expense": "interest-expense",
    "rounding": "rounding",
    "exchange_gain": "exchange-gain",
    "exchange_loss": "exchange-loss",
    "discount_received": "discount-received",
    "discount_given": "discount-given",
}


def of(workplace: Workplace) -> Known:
    """Return everything that matching may look at."""
    books = workplace.books
    with workplace.store.reading() as transaction:
        movements = transaction.told_movements()
        entries = transaction.told_entries()
        days = transaction.statement_days()
        posted = transaction.posted_keys()
    bank_days = workplace.bank_days

    def apart(first: date, last: date) -> int:
        first, last = sorted((first, last))
        return sum(1 for day in bank_days.between(first, last) if day > first)

    def balance_at(account: str, day: date) -> Amount:
        return books.balance(account, day)

    return Known(
        company=books.company,
        roles=roles(books),
        items=books.items,
        standings=ordered.standings(workplace),
        # What a person deleted from the books stays posted: it is reported, not repeated.
        posted=_Posted(books.keys, posted),
        via_clearing=_ViaClearing(books),
        told_movements=movements,
        told_entries=entries,
        days=days,
        balances=frozenset((each.account, each.date) for each in books.balances),
        balance_at=balance_at,
        bank_days_apart=apart,
        accepted_gaps=_accepted_gaps(books),
        payer_parties=payer_parties(books),
        user_rules=books.company.rules,
        small_difference=_small_difference(books.company),
    )


def _accepted_gaps(books: Books) -> frozenset[tuple[str, date]]:
    """Return the gaps between statements that a person has said are none to wait for."""
    return frozenset(
        (str(custom.values[0]), custom.values[1])
        for custom in books.register.customs("accepted-gap")
        if isinstance(custom.values[1], date)
    )


def _small_difference(company: Company) -> Amount | None:
    limit = company.policy.small_difference
    return Amount(limit, company.operating_currency) if limit else None


def roles(books: Books) -> Roles:
    """Return the accounts that matching posts to, by what they are for."""

    def optional(role: str) -> str | None:
        found = books.roles.get(role, ())
        return found[0].name if len(found) == 1 else None

    return Roles(
        suspense_in=books.account_for("suspense-in").name,
        suspense_out=books.account_for("suspense-out").name,
        **{name: optional(role) for name, role in _OPTIONAL_ROLES.items()},
    )


class _Posted(Mapping[str, str]):
    """Voucher by bank key, as the books have it, else as the store remembers it."""

    def __init__(self, books: Mapping[str, str], store: Mapping[str, str]) -> None:
        self._books = books
        self._store = store

    def __getitem__(self, key: str) -> str:
        found = self._books.get(key)
        return self._store[key] if found is None else found

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys((*self._books, *self._store)))

    def __len__(self) -> int:
        return len(set(self._books) | set(self._store))

    def __bool__(self) -> bool:
        return bool(self._store) or bool(self._books)


class _ViaClearing(Container[str]):
    """Those `bank-ref` whose voucher has a leg on clearing; looked up when asked."""

    def __init__(self, books: Books) -> None:
        self._books = books
        self._accounts = {each.clearing for each in books.company.bank_accounts}

    def __contains__(self, key: object) -> bool:
        return any(
            posting.account in self._accounts
            for transaction in self._books.register.by_key({str(key)})
            for posting in transaction.postings
        )


def payer_parties(books: Books) -> dict[str, tuple[str, ...]]:
    """Return the parties by the accounts that they are known to pay from."""
    found: dict[str, tuple[str, ...]] = {}
    for party in books.parties.values():
        for account in party.creditor_accounts:
            found[account.number] = (*found.get(account.number, ()), party.number)
    return found
