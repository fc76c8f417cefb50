"""Payments of ours that the bank has named since their money was placed as another.

    statement   -500.00, no EndToEndId       parked; a person books it to 6800
    camt.054    -500.00, E-SQX2…             the same money: it confirms, and posts nothing

So the bank has said which payment it was, and the books say something else: the bill is
still open, and its payment would seem to be on its way for ever. Nothing is moved by
itself: the person undoes the voucher, and matches the money with the payment. As long as
the money is parked, and nobody has placed it, it waits itself, and its row has the name.

The trap is who calls the payment back, or says that it was never sent: the bill would be
open, and paid a second time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from cli.answer import Refused
from cli.commands import ordered, undone
from cli.wiring import Workplace
from ledger.directives import Transaction
from ledger.movements import ToldMovement
from ledger.payments import Payment, PaymentStanding, PaymentState
from reconcile import settlement


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedSince:
    """A payment, and what the books say of the money that the bank says it was."""

    payment: Payment
    told: ToldMovement
    """By its name."""
    vouchers: tuple[str, ...]
    """By which its money is placed, and that still count."""
    accounts: tuple[str, ...]
    """Where it is placed."""
    waits: tuple[str, ...]
    """The parked money, as far as nobody has placed it."""

    @property
    def source(self) -> str:
        """Which kind of file has named it."""
        return "the statement" if self.told.source == "statement" else self.told.source

    @property
    def reason(self) -> str:
        """What the bank has said, and what the books say."""
        told, name = self.told, self.payment.end_to_end_id
        bank = f"{self.source} says that {-told.amount} of {told.booking_date} was {name}"
        if not self.vouchers:
            return bank
        return f"{bank}; {', '.join(self.vouchers)} posted it to {', '.join(self.accounts)}"

    @property
    def ending(self) -> tuple[str, ...]:
        """What a person types so that it is the payment in the books too."""
        money = self.waits[0] if self.waits else self.told.money
        return (
            *(f"books undo {voucher}" for voucher in self.vouchers),
            f"books match {money} {self.payment.end_to_end_id}",
        )


def of(workplace: Workplace) -> Mapping[str, NamedSince]:
    """Return them by EndToEndId."""
    return workplace.once("named since", lambda: _of(workplace))


def parked(workplace: Workplace) -> Mapping[str, Sequence[NamedSince]]:
    """Return those whose money nobody has placed, by the item that waits."""
    found: dict[str, list[NamedSince]] = {}
    for each in of(workplace).values():
        for item in each.waits if not each.vouchers else ():
            found.setdefault(item, []).append(each)
    return found


def refuse(workplace: Workplace, standings: Sequence[PaymentStanding]) -> None:
    """Refuse to end or take back what the bank has said that it has booked."""
    named = of(workplace)
    found = [
        named[each.payment.end_to_end_id]
        for each in standings
        if each.payment.end_to_end_id in named
    ]
    if found:
        raise Refused(*(f"{each.reason}. {', then '.join(each.ending)}" for each in found))


def _of(workplace: Workplace) -> Mapping[str, NamedSince]:
    payments = {
        each.payment.end_to_end_id: each.payment
        for each in ordered.current(workplace)
        # Of what is booked or parked under its name the books say it themselves.
        if each.booked is None
        and not each.parked
        and each.state is not PaymentState.RETURNED
    }
    if not payments:
        return {}
    first = min(each.requested_execution_date for each in payments.values())
    since = first - settlement.MEMORY_BEFORE
    with workplace.store.reading() as transaction:
        told = transaction.told_movements(since=since, named=payments.keys())
    debits = (each for each in told if each.amount.number < 0)
    return {
        each.payment.end_to_end_id: each
        for each in _placed(workplace, payments, tuple(debits))
    }


def _placed(
    workplace: Workplace, payments: Mapping[str, Payment], told: Sequence[ToldMovement]
) -> Iterator[NamedSince]:
    for each in told:
        transactions = workplace.books.register.by_key({each.money})
        vouchers, waits = undone.placed(workplace, transactions, each.money)
        by_key = workplace.books.items.by_key
        if any(by_key[key].residual.number >= -each.amount.number for key in waits):
            vouchers = ()  # of a sum of many only others are placed
        if vouchers or waits:
            yield NamedSince(
                payment=payments[each.end_to_end_id or ""],
                told=each,
                vouchers=vouchers,
                accounts=_accounts(workplace, vouchers),
                waits=waits,
            )


def _accounts(workplace: Workplace, vouchers: Sequence[str]) -> tuple[str, ...]:
    """Return where vouchers placed money, as a person knows the accounts."""
    found: Sequence[Transaction] = workplace.books.register.by_voucher(vouchers)
    besides = _of_files(workplace)
    return tuple(
        dict.fromkeys(
            posting.account.rpartition(":")[2]
            for each in found
            for posting in each.postings
            if posting.account not in besides
        )
    )


def _of_files(workplace: Workplace) -> frozenset[str]:
    """Return the accounts that money only passes: bank, clearing and suspense."""
    books = workplace.books
    roles = ("suspense-in", "suspense-out")
    banks = books.company.bank_accounts
    return frozenset(
        (
            *(each.account for each in banks),
            *(each.clearing for each in banks),
            *(books.account_for(role).name for role in roles),
        )
    )
