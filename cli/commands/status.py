"""`books status`: does the bank agree with the books, and what waits?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bankio.amount import Amount
from cli.answer import Answer, ExitCode
from cli.commands import (
    open_items,
    ordered,
    proven,
    transfers,
    unknown_messages,
    waiting,
)
from cli.commands.waiting_row import Kind, Waiting
from cli.options import Options
from cli.render import clean, count, line, money
from cli.wiring import Workplace, opened
from ledger.company import BankAccount, Company
from ledger.payables import Payable, PayableState
from ledger.payments import PaymentStanding, PaymentState
from reconcile.bank_reconciliation import Doubt


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountStatus:
    """One bank account, as far as the bank has told of it."""

    account: BankAccount
    as_of: dt.date | None
    """Last day that a statement closed; None before the first."""
    books: Amount
    """The ledger's balance at the end of that day."""
    bank: Amount | None
    clearing: Amount
    unmatched: int
    doubt: Doubt | None = None
    """What contradicts the days after `as_of`, though a statement has closed them."""

    @property
    def difference(self) -> Amount | None:
        """Books less bank."""
        return None if self.bank is None else self.books - self.bank


def run(options: Options, *, with_next_step: bool = False) -> Answer:
    """Tell how things stand; exit code 3 if something waits."""
    with opened(options) as workplace:
        waits = waiting.of(workplace)
        accounts = [account_status(workplace, each, waits) for each in _accounts(workplace)]
        payables = open_items.of(workplace)
        standings = ordered.current(workplace)
        late = waiting.late(workplace)
        today = workplace.clock.today
        alarms = waiting.alarms(standings)
        between = transfers.of(workplace, today)
        unknown = unknown_messages.of(workplace)
    data = {
        "accounts": [_account_json(each) for each in accounts],
        "payables": _payables_json(
            payables, today, workplace.books.company.operating_currency
        ),
        "payments": {
            **_payments_json(standings),
            "unknown_messages": [each.as_json() for each in unknown],
        },
        "transfers": transfers.as_json(between),
        "waiting": len(waits),
        "late": [each.payment.end_to_end_id for each in late],
        "alarms": list(alarms),
    }
    lines = [_account_line(each) for each in accounts]
    lines.append(_payables_line(payables, today))
    lines.append(_payments_line(standings))
    lines += map(clean, transfers.told(between))
    lines += waiting.summary(waits)
    if with_next_step:
        lines.append(_next_step(workplace.books.company, payables, waits, today))
    elif waits:
        lines.append("Next: books unmatched")
    return Answer(data, "\n".join(lines), ExitCode.WAITS if waits else ExitCode.DONE)


def _accounts(workplace: Workplace) -> tuple[BankAccount, ...]:
    return workplace.books.company.bank_accounts


def account_status(
    workplace: Workplace, account: BankAccount, waits: Sequence[Waiting]
) -> AccountStatus:
    """Return how an account stands at the end of its last proven day."""
    found = proven.of(workplace, account)
    last = found.last
    books = workplace.books
    after = (last.date if last else workplace.clock.today) + dt.timedelta(days=1)
    return AccountStatus(
        account=account,
        as_of=last.date if last else None,
        books=books.balance(account.account, after, account.currency),
        bank=last.closing if last else None,
        clearing=books.balance(account.clearing, dt.date.max, account.currency),
        doubt=found.doubt,
        unmatched=sum(
            1
            for each in waits
            if each.kind is Kind.MONEY and each.ref.split("/")[1:2] == [account.number]
        ),
    )


def _account_json(each: AccountStatus) -> dict[str, object]:
    return {
        "account": each.account.account,
        "bank_account": each.account.number,
        "currency": each.account.currency,
        "as_of": each.as_of.isoformat() if each.as_of else None,
        "books": each.books.text,
        "bank": each.bank.text if each.bank else None,
        "difference": each.difference.text if each.difference is not None else None,
        "clearing": each.clearing.text,
        "unmatched": each.unmatched,
        "doubt": str(each.doubt) if each.doubt else None,
    }


def _account_line(each: AccountStatus) -> str:
    name = f"{each.account.account} ({each.account.number})"
    if each.bank is None or each.difference is None:
        told = each.doubt or "no statement from the bank yet"
        return clean(f"{name}: books {money(each.books)}; {told}.")
    doubt = (
        f"\n{line(str(each.doubt), 2)} ({_where_told(each.doubt)})" if each.doubt else ""
    )
    agreed = "bank = books" if not each.difference else "BANK AND BOOKS DIFFER"
    return (
        f"{name}: {agreed}, proved to {each.as_of}\n"
        f"  bank {money(each.bank)}, books {money(each.books)},"
        f" difference {money(each.difference)}, clearing {money(each.clearing)}{doubt}"
    )


def _where_told(doubt: Doubt) -> str:
    """Return the command that says more, and what to do."""
    return "books unmatched" if doubt.cause == "doubt-file" else "books verify"


def _sums(owed: Iterable[Payable]) -> dict[str, Amount]:
    """Return what is owed by currency: kroner and euro make no sum."""
    sums: dict[str, Amount] = {}
    for each in owed:
        left = -each.item.residual
        sums[left.currency] = sums.get(left.currency, Amount.zero(left.currency)) + left
    return dict(sorted(sums.items()))


def _payables_json(
    payables: tuple[Payable, ...], today: dt.date, currency: str
) -> dict[str, object]:
    owed = [each for each in payables if each.item.residual.number < 0]
    sums = _sums(owed)
    return {
        "open": len(owed),
        "amount": sums.get(currency, Amount.zero(currency)).text,
        "amounts": {each: total.text for each, total in sums.items()},
        "overdue": sum(1 for each in owed if open_items.is_overdue(each, today)),
    }


def _payables_line(payables: tuple[Payable, ...], today: dt.date) -> str:
    owed = [each for each in payables if each.item.residual.number < 0]
    overdue = sum(1 for each in owed if open_items.is_overdue(each, today))
    sums = [f"{money(total)} {name}" for name, total in _sums(owed).items()] or ["0.00"]
    under_way = sum(1 for each in owed if each.state is PayableState.IN_FLIGHT)
    at_the_bank = f", {under_way} of them at the bank" if under_way else ""
    held = sum(1 for each in owed if each.state is PayableState.HELD)
    drafts = sum(1 for each in owed if each.state is PayableState.DRAFT)
    return (
        f"Owed: {len(owed)}, together {' and '.join(sums)}{at_the_bank};"
        f" {overdue} overdue, {held} held, {count(drafts, 'draft')}."
        f"{_credit_notes(payables)}"
    )


def _credit_notes(payables: Sequence[Payable]) -> str:
    """Return what suppliers owe us back: it is not owed, and no less is paid for it."""
    found = [each.item.residual for each in payables if each.item.residual.number > 0]
    totals: dict[str, Amount] = {}
    for amount in found:
        zero = Amount.zero(amount.currency)
        totals[amount.currency] = totals.get(amount.currency, zero) + amount
    sums = " and ".join(f"{money(total)} {name}" for name, total in sorted(totals.items()))
    return f" Owed back: {count(len(found), 'credit note')}, {sums}." if found else ""


def _payments_json(standings: tuple[PaymentStanding, ...]) -> dict[str, int]:
    states = [each.state for each in standings]
    return {
        "in_flight": sum(1 for state in states if state.is_live),
        "unknown": states.count(PaymentState.UNKNOWN),
        "rejected": states.count(PaymentState.REJECTED),
    }


def _payments_line(standings: tuple[PaymentStanding, ...]) -> str:
    figures = _payments_json(standings)
    line = f"At the bank: {count(figures['in_flight'], 'payment')} in flight"
    if figures["unknown"]:
        line += f", of which {figures['unknown']} with unknown outcome"
    return f"{line}; {figures['rejected']} rejected so far."


def _next_step(
    company: Company, payables: Sequence[Payable], waits: Sequence[Waiting], today: dt.date
) -> str:
    if any(each.kind is Kind.UNKNOWN for each in waits):
        return "Next: books send"
    if waits:
        return "Next: books unmatched"
    soon = today + dt.timedelta(days=7)
    due = [
        each.item.residual.currency
        for each in payables
        if each.state is PayableState.OPEN
        and each.item.residual.number < 0
        and (each.item.due or each.item.date) <= soon
    ]
    for number, account in enumerate(company.bank_accounts):
        if bills := due.count(account.currency):
            which = f" --account {account.number}" if number else ""
            return f"Next: books pay-due{which} ({count(bills, 'bill')} due within a week)"
    return "Next: books reconcile, when the bank has files"
