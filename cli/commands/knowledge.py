"""Gather what books, archive and store know, as the pure core wants it."""

from __future__ import annotations

from collections.abc import (
    Callable,
    Collection,
    Container,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from datetime import date
from functools import partial

from bankio.amount import Amount
from cli.commands import ordered, rules
from cli.wiring import Workplace
from ledger import bank_proof, cleared, reissues, set_aside
from ledger.books import Books
from ledger.company import Company
from ledger.directives import Transaction
from ledger.movements import StatementDay, ToldEntry, ToldMovement
from ledger.reissues import Reissue
from ledger.store import Store
from reconcile import settlement
from reconcile.bank_transactions import BankReport
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


def of(
    workplace: Workplace,
    reports: Sequence[BankReport] | None = None,
    *,
    told_by: str | None = None,
) -> Known:
    """Return everything that matching may look at.

    Args:
        workplace: Where.
        reports: What is to be matched: of years of memory only that part is read which may
            have to do with it. None: everything.
        told_by: What the bank has answered after this moment is not known.
    """
    books = workplace.books
    movements, entries, days = _memory(workplace, reports)
    keys = frozenset(_keys_of(reports or ()))
    bank_days = workplace.bank_days

    def apart(first: date, last: date) -> int:
        first, last = sorted((first, last))
        return sum(1 for day in bank_days.between(first, last) if day > first)

    def balance_at(account: str, day: date) -> Amount:
        return books.balance(account, day)

    decided = set_aside.decided(books.register.customs(set_aside.TYPE))
    told_anew = reissues.decided(books.register.customs(reissues.TYPE))
    own_rules = rules.usable(books)
    return Known(
        company=books.company,
        roles=roles(books),
        items=books.items,
        standings=ordered.standings(workplace)
        if reports is None
        else ordered.current(workplace, _references_of(reports), told_by=told_by),
        # What a person deleted from the books stays posted: it is reported, not repeated.
        posted=_Posted(books, workplace.store, keys),
        via_clearing=_OnClearing(books, lambda key: books.register.by_key({key})),
        explained=_OnClearing(books, lambda item: _explaining(books, item)),
        told_movements=movements,
        told_entries=entries,
        days=days,
        balances=frozenset((each.account, each.date) for each in books.balances),
        today=workplace.clock.today,
        balance_at=balance_at,
        bank_days_apart=apart,
        file_name=partial(bank_proof.file_name, workplace.archive),
        accepted_gaps=_accepted_gaps(books),
        cleared=cleared.names(books.register.customs(cleared.TYPE)),
        set_aside=decided,
        register=books.register,
        taken_back=_taken_back(books, told_anew),
        reissued=frozenset((e.first, e.bank_account, e.day) for e in told_anew),
        accounts_set_aside=set_aside.accounts(decided),
        payer_parties=payer_parties(books),
        user_rules=own_rules,
        rule_accounts={each.account: books.accounts[each.account] for each in own_rules},
        small_difference=_small_difference(books.company),
    )


def _memory(
    workplace: Workplace, reports: Sequence[BankReport] | None
) -> tuple[tuple[ToldMovement, ...], tuple[ToldEntry, ...], tuple[StatementDay, ...]]:
    """Return what files have told: all of it, or what may have to do with some reports."""
    window = (None, None) if reports is None else settlement.memory_window(reports)
    with workplace.store.reading() as transaction:
        days = transaction.statement_days()
        if window is None:
            return (), (), days
        since, until = window
        return (
            transaction.told_movements(since=since, until=until),
            transaction.told_entries(since=since, until=until),
            days,
        )


def _keys_of(reports: Iterable[BankReport]) -> Iterator[str]:
    for report in reports:
        for entry in report.entries:
            yield entry.key
            for movement in entry.movements:
                yield movement.key


def _references_of(reports: Iterable[BankReport]) -> frozenset[str]:
    """Return every name by which the reports may mean a payment of ours."""
    found: set[str | None] = set()
    for report in reports:
        for entry in report.entries:
            found |= {entry.payment_information_id, entry.message_id}
            for each in entry.movements:
                found |= {each.end_to_end_id, each.instruction_id}
                found |= {each.payment_information_id, each.message_id}
    return frozenset(name for name in found if name)


def _accepted_gaps(books: Books) -> frozenset[tuple[str, date]]:
    """Return the gaps between statements that a person has said are none to wait for."""
    return frozenset(
        (str(custom.values[0]), custom.values[1])
        for custom in books.register.customs("accepted-gap")
        if isinstance(custom.values[1], date)
    )


def _taken_back(books: Books, told_anew: Iterable[Reissue]) -> dict[str, str]:
    """Return the keys that reissues took back, each with the file that told it first."""
    found: dict[str, str] = {}
    for each in told_anew:
        for transaction in books.register.by_document(each.reissue):
            if transaction.date == each.day:
                keys = reissues.keys_taken(transaction)
                found |= dict.fromkeys(keys, each.first)
    return found


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

    def __init__(self, books: Books, store: Store, keys: Collection[str]) -> None:
        """`keys` are those that will be asked for: they are looked up together."""
        self._books = books
        self._store = store
        self._asked = set(keys)
        self._found = self._look_up(self._asked)

    def _look_up(self, keys: Collection[str]) -> dict[str, str]:
        with self._store.reading() as transaction:
            remembered = transaction.posted_keys(among=keys)
        return {**remembered, **self._books.register.vouchers_of(keys)}

    def __getitem__(self, key: str) -> str:
        self._ask(key)
        return self._found[key]

    def __contains__(self, key: object) -> bool:
        # Asked of every movement, and nearly always no: without an exception for each.
        self._ask(str(key))
        return key in self._found

    def _ask(self, key: str) -> None:
        if key not in self._asked:
            self._asked.add(key)
            self._found |= self._look_up([key])

    def __iter__(self) -> Iterator[str]:
        with self._store.reading() as transaction:
            return iter(dict.fromkeys((*self._books.keys, *transaction.posted_keys())))

    def __len__(self) -> int:
        return len(list(iter(self)))

    def __bool__(self) -> bool:
        with self._store.reading() as transaction:
            return bool(transaction.count_keys()) or bool(self._books.keys)


class _OnClearing(Container[str]):
    """Keys whose vouchers have a leg on clearing; looked up when asked."""

    def __init__(
        self, books: Books, vouchers_of: Callable[[str], Iterable[Transaction]]
    ) -> None:
        self._vouchers_of = vouchers_of
        self._accounts = {each.clearing for each in books.company.bank_accounts}

    def __contains__(self, key: object) -> bool:
        return any(
            posting.account in self._accounts
            for transaction in self._vouchers_of(str(key))
            for posting in transaction.postings
        )


def _explaining(books: Books, item: str) -> Iterator[Transaction]:
    """Yield the vouchers of ours that moved a suspense item when its details came."""
    for transaction in books.register.by_item(item):
        if item in transaction.links and "bank-ref" not in transaction.meta:
            yield transaction


def payer_parties(books: Books) -> dict[str, tuple[str, ...]]:
    """Return the parties by the accounts that they are known to pay from."""
    found: dict[str, tuple[str, ...]] = {}
    for party in books.parties.values():
        for account in party.creditor_accounts:
            found[account.number] = (*found.get(account.number, ()), party.number)
    return found
