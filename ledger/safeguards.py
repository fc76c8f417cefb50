"""What a person must confirm before money leaves: a changed account, a large amount.

A supplier's changed account is the commonest fraud there is (ADR 0023). So an account
that a party has not been paid on before waits for a named person, then some bank days
(`account_freeze`), in which the supplier can be asked on a number that is known, and where
`second_person` says so for another name too. An amount above `payment_limit` waits for a
release that names the amount; `day_limit` is judged where a run is planned.

A confirmation is a line in the books that names what it confirms. Trap: a release for
another reason confirms nothing of this, or whoever releases a bill that waited for goods
would let a false account through unseen.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from bankio.amount import Amount
from ledger.bank_days import BankDays
from ledger.company import Policy
from ledger.directives import MetaValue
from ledger.open_items import OpenItem
from ledger.parties import CreditorAccount, Party, PartyKind
from ledger.payments import PaymentStanding, PaymentState

#: Who is paid on an account that somebody could have changed by letter. Authorities are
#: not: tax is paid on another account in another municipality.
_WATCHED = frozenset({PartyKind.SUPPLIER, PartyKind.EMPLOYEE})
_NOT_PAID = frozenset(
    {
        PaymentState.REJECTED,
        PaymentState.RETURNED,
        PaymentState.CANCELLED,
        PaymentState.DROPPED,
        PaymentState.BOOKED_OTHERWISE,
    }
)


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why an item is not paid now, and what a release must name to lift just that."""

    reason: str
    lifted: Mapping[str, MetaValue] | None = None
    """The line of the release; None: no release lifts it."""


@dataclass(frozen=True, slots=True)
class Confirmation:
    """One person's word, from a line of a party or of an item."""

    by: str
    on: dt.date


@dataclass(frozen=True, slots=True, kw_only=True)
class Safeguards:
    """What is known of accounts, and how much may go by itself."""

    policy: Policy
    today: dt.date
    bank_days: BankDays
    currency: str = "NOK"
    """In which the limits count."""
    accounts: Mapping[str, tuple[CreditorAccount, ...]] = field(default_factory=dict)
    """The history that a party's own record tells, by party number."""
    paid: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """The accounts that a party has been paid on, by party number."""

    def account(self, item: OpenItem) -> Obstacle | None:
        """Return why the account of an item must be looked at, or None."""
        reason = self._account_reason(item)
        if reason is None:
            return None
        lifted = {"release": "", "creditor-account": item.creditor_account or ""}
        return Obstacle(reason, lifted)

    def _account_reason(self, item: OpenItem) -> str | None:
        number, party = item.creditor_account or "", item.party_number or ""
        history = self.accounts.get(party, ())
        paid = self.paid.get(party, frozenset())
        told = self.confirmations(item)
        later = _replacing(number, history)
        if told and later is not None and not _is_released_since(item, later):
            return (
                f"creditor account {number} of {item.party_name} was replaced by"
                f" {later.number} on {later.since}: confirm it with the supplier, then"
                " books release"
            )
        if history and history[0].number == number:
            elsewhere = paid - {each.number for each in history}
            if number in paid or not elsewhere or told:
                return self._standing(item, told) if told else None
            return (
                f"creditor account {number} stands as the first one of {item.party_name},"
                f" which was paid on {', '.join(sorted(elsewhere))} before: confirm it with"
                " the supplier, then books release"
            )
        if told:
            return self._standing(item, told)
        if any(each.number == number for each in history):
            return (
                f"creditor account {number} of {item.party_name} was changed, and nobody"
                " says who confirmed it and how: add by and reason to the line, or books"
                " release"
            )
        known = tuple(each.number for each in history) or tuple(sorted(paid))
        if not known or number in known:
            return None
        return (
            f"creditor account {number} is not the one known for {item.party_name}"
            f" ({', '.join(known)}): confirm it with the supplier, then books release"
        )

    def confirmations(self, item: OpenItem) -> tuple[Confirmation, ...]:
        """Return who has confirmed the account of an item, in the order of the lines."""
        number = item.creditor_account
        history = self.accounts.get(item.party_number or "", ())
        told = [
            Confirmation(each.by, each.since)
            for each in history[1:]
            if each.number == number and each.by and each.reason
        ]
        told += [
            Confirmation(each.by, each.on)
            for each in item.releases
            if each.creditor_account == number and each.by
        ]
        return tuple(told)

    def _standing(self, item: OpenItem, told: Sequence[Confirmation]) -> str | None:
        """Return what is still to wait for after somebody has confirmed an account."""
        first = min(told, key=lambda each: each.on)
        said = (
            f"creditor account {item.creditor_account} is new for {item.party_name}:"
            f" confirmed by {first.by} on {first.on}"
        )
        if (
            self.policy.second_person
            and len({(each.by or "").casefold() for each in told}) == 1
        ):
            return f"{said}; a second person must confirm it too (books release)"
        until = self.bank_days.add(first.on, self.policy.account_freeze)
        if self.today < until:
            return f"{said}, frozen until {until}"
        return None

    def amount(self, item: OpenItem) -> Obstacle | None:
        """Return why the amount of an item must be looked at, or None.

        The whole bill counts: paying it in parts does not get below the limit.
        """
        limit = self.policy.payment_limit
        owed = -item.residual
        if not limit or self.is_approved(item, owed):
            return None
        if owed.currency != self.currency:
            return self._above(item, owed, f"not in {self.currency}, as payment_limit is")
        if owed.number <= limit:
            return None
        return self._above(item, owed, f"above payment_limit {limit}")

    def above_day(self, item: OpenItem, amount: Amount, day: Amount) -> Obstacle | None:
        """Return why an amount may not go on a day that has `day` already, or None."""
        limit = self.policy.day_limit
        if not limit or self.is_approved(item, amount):
            return None
        if amount.currency != self.currency:
            return self._above(item, amount, f"not in {self.currency}, as day_limit is")
        if (amount + day).number <= limit:
            return None
        return self._above(item, amount, f"with {day} that day above day_limit {limit}")

    def is_approved(self, item: OpenItem, amount: Amount) -> bool:
        """Whether enough people have released at least this amount."""
        return len(self.approvers(item, amount)) >= 1 + self.policy.second_person

    def approvers(self, item: OpenItem, amount: Amount) -> frozenset[str]:
        """Return who has released at least this amount of an item."""
        return frozenset(
            each.by.casefold()  # a capital letter makes no second person
            for each in item.releases
            if each.by
            and each.up_to is not None
            and each.up_to.currency == amount.currency
            and each.up_to.number >= amount.number
        )

    def _above(self, item: OpenItem, amount: Amount, why: str) -> Obstacle:
        approvers = self.approvers(item, amount)
        wanted = "a person must release it (books release)"
        if approvers:
            wanted = (
                f"released by {', '.join(sorted(approvers))}; a second person must release"
                " it too (books release)"
            )
        return Obstacle(
            f"{amount} is {why}: {wanted}", {"release": "", "up-to": -item.residual}
        )

    def has_said(self, item: OpenItem, user: str, lifted: Mapping[str, MetaValue]) -> bool:
        """Whether this person's word on what is to be lifted stands in the books."""
        if "up-to" in lifted:
            return user.casefold() in self.approvers(item, -item.residual)
        confirmed = {(each.by or "").casefold() for each in self.confirmations(item)}
        return "creditor-account" in lifted and user.casefold() in confirmed


def _replacing(number: str, history: Sequence[CreditorAccount]) -> CreditorAccount | None:
    """Return the line that took the place of an account that was new once, or None.

    The last line counts. The first account of all, which nobody wrote to us about, is not
    among these: other accounts than it are what a fraud brings in.
    """
    lines = [at for at, each in enumerate(history) if each.number == number]
    if not lines or lines[0] == 0 or lines[-1] == len(history) - 1:
        return None
    return history[-1]


def _is_released_since(item: OpenItem, later: CreditorAccount) -> bool:
    """Whether somebody said of this very item that the replaced account is right."""
    return any(
        each.creditor_account == item.creditor_account
        and each.by
        and each.on >= later.since
        for each in item.releases
    )


def of(
    parties: Iterable[Party],
    standings: Iterable[PaymentStanding],
    policy: Policy,
    today: dt.date,
    *,
    currency: str,
    paid_before: Iterable[tuple[str, str]] = (),
) -> Safeguards:
    """Return the safeguards of books.

    Args:
        parties: Everybody, with the history of their accounts.
        standings: Every payment ever ordered, or all but those of `paid_before`.
        policy: What the company has decided beforehand.
        today: The day that it is.
        currency: The operating currency, in which the limits count.
        paid_before: Ledger account and creditor account of payments that are booked for
            good, if they are not among the standings.
    """
    parties = tuple(parties)
    return Safeguards(
        policy=policy,
        today=today,
        bank_days=BankDays(policy.closed_days),
        currency=currency,
        accounts={
            each.number: each.creditor_accounts
            for each in parties
            if each.creditor_accounts
        },
        paid=_paid(parties, standings, paid_before),
    )


def _paid(
    parties: Iterable[Party],
    standings: Iterable[PaymentStanding],
    paid_before: Iterable[tuple[str, str]],
) -> Mapping[str, frozenset[str]]:
    watched = {each.account: each.number for each in parties if each.kind in _WATCHED}
    found: dict[str, set[str]] = {}
    told = (
        (paid.account, standing.payment.creditor_account)
        for standing in standings
        if standing.state not in _NOT_PAID
        for paid in standing.payment.items
    )
    for account, creditor_account in (*paid_before, *told):
        number = watched.get(account)
        if number is not None and creditor_account:
            found.setdefault(number, set()).add(creditor_account)
    return {number: frozenset(accounts) for number, accounts in found.items()}
