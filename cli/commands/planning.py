"""From what a payment run is planned: the same for the run and for every list of bills.

`books pay-due` plans what is due; `payables`, `status` and the page ask the same plan for
all days, so that what they show as open is what a run will pay.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from bankio.banks import PROFILES
from cli.commands import ordered, unposted
from cli.wiring import Workplace
from ledger import payment_run, safeguards
from ledger.company import BankAccount
from ledger.payables import Payable
from ledger.payments import PaymentStanding
from ledger.safeguards import Safeguards


def basis(
    workplace: Workplace,
    debtor: BankAccount,
    payables: Sequence[Payable],
    until: dt.date | None = None,
) -> payment_run.Basis:
    """Return what a run from one account is planned from.

    Args:
        workplace: Where.
        debtor: The account that pays.
        payables: What there is to pay, each with its state.
        until: The last due date; None: as far ahead as the company's policy says.
    """
    books = workplace.books
    standings = ordered.current(workplace)
    profile = PROFILES[debtor.bank]
    today = workplace.clock.today
    last_run = profile.file_cutoff or max(profile.runs, default=None)
    ahead = dt.timedelta(days=books.company.policy.pay_ahead)
    return payment_run.Basis(
        payables=payables,
        items=books.items,
        standings=standings,
        company=books.company,
        debtor=debtor,
        profile=profile,
        time=payment_run.RunTime(
            today=today,
            until=until or today + ahead,
            earliest=payment_run.earliest_execution(
                workplace.clock.now, last_run, workplace.bank_days
            ),
        ),
        bank_days=workplace.bank_days,
        safeguards=safeguards_of(workplace, standings),
        unposted=unposted.of(workplace),
    )


def judged(workplace: Workplace, payables: Sequence[Payable]) -> tuple[Payable, ...]:
    """Return the payables as runs for all days would find them, each in its currency."""
    by_account: dict[str, list[Payable]] = {}
    accounts = {}
    for each in payables:
        account = paying(workplace, each.item.residual.currency)
        accounts[account.number] = account
        by_account.setdefault(account.number, []).append(each)
    found = {
        id(each.item): each
        for number, some in by_account.items()
        for each in payment_run.judged(basis(workplace, accounts[number], some))
    }
    return tuple(found[id(each.item)] for each in payables)


def paying(workplace: Workplace, currency: str) -> BankAccount:
    """Return the first account that pays a currency, or the first of all."""
    accounts = workplace.books.company.bank_accounts
    return next((each for each in accounts if each.currency == currency), accounts[0])


def safeguards_of(workplace: Workplace, standings: Iterable[PaymentStanding]) -> Safeguards:
    """Return what a person must confirm before money leaves these books."""
    books = workplace.books
    return safeguards.of(
        books.parties.values(),
        standings,
        books.company.policy,
        workplace.clock.today,
        currency=books.company.operating_currency,
        paid_before=ordered.paid_before(workplace),
    )
