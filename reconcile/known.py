"""What is known when bank files are read, and the plan that comes of them.

`Known` is everything that the books, the archive and the store can say; a plan is a
function of it and the files alone. Lookups are mappings so that a caller with a million
open items can give an index in their place; nothing here walks over all items except
`reconcile.candidates`, for what no rule settled.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Container, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from bankio.amount import Amount
from ledger.accounts import LedgerAccount
from ledger.books.register import Register
from ledger.company import Company
from ledger.directives import Balance, Custom, Transaction
from ledger.movements import StatementDay, ToldEntry, ToldMovement
from ledger.open_items import Items
from ledger.payments import PaymentStanding
from ledger.reissues import Reissue
from ledger.set_aside import SetAside
from ledger.user_rules import UserRule
from reconcile.matches import Leg


@dataclass(frozen=True, slots=True, kw_only=True)
class Roles:
    """Which ledger account has which role; a rule whose account is missing is silent."""

    suspense_in: str
    """`suspense-in`: 2990."""
    suspense_out: str
    """`suspense-out`: 1579."""
    own_transfers: str | None = None
    charges: str | None = None
    interest_income: str | None = None
    interest_expense: str | None = None
    rounding: str | None = None
    exchange_gain: str | None = None
    exchange_loss: str | None = None
    discount_received: str | None = None
    discount_given: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What books, archive and store know before these files."""

    company: Company
    roles: Roles
    items: Items
    standings: tuple[PaymentStanding, ...] = ()
    posted: Mapping[str, str] = field(default_factory=dict)
    """Voucher by `bank-ref` and by `movement`: what stands in the books."""
    recorded: Mapping[str, str] | None = None
    """In a replay (`reconcile.replay`): voucher by key as the books have it now, while
    `posted` is what they had then. None: nothing is replayed."""
    explained: Container[str] = ()
    """Suspense items of lines that the books moved to clearing when their details came.
    Asked only in a replay."""
    via_clearing: Container[str] = ()
    """Those `bank-ref` whose voucher has a leg on clearing. Needed only where the memory of
    what was told is lost, and with it the runs in which it was told."""
    told_movements: tuple[ToldMovement, ...] = ()
    told_entries: tuple[ToldEntry, ...] = ()
    days: tuple[StatementDay, ...] = ()
    balances: Collection[tuple[str, date]] = ()
    """(ledger account, date) of the `balance` lines that stand in the books."""
    today: date | None = None
    """No day later than the next one is posted. None: nobody asks, as in a replay."""
    balance_at: Callable[[str, date], Amount]
    """A ledger account's balance at the start of a day, in its bank account's currency."""
    bank_days_apart: Callable[[date, date], int]
    """How many bank days lie between two days, never negative."""
    file_name: Callable[[str], str]
    """The name under which a file was received, by its sha256."""
    accepted_gaps: Collection[tuple[str, date]] = ()
    """(bank account, first day after) of gaps that a person accepted."""
    cleared: Container[str] = ()
    """Sums on clearing that a person has decided about, and the parked money that they
    were: no file explains them any more."""
    set_aside: tuple[SetAside, ...] = ()
    """Files that a person has set aside."""
    register: Register | None = None
    """The vouchers of the books; asked only where a day is told anew."""
    taken_back: Mapping[str, str] = field(default_factory=dict)
    """Keys of the bank that a reissue took back, each with the file that told it first."""
    given_back: tuple[Leg, ...] = ()
    """What is planned beforehand on items: of what is taken back in this very run."""
    reissued: Collection[tuple[str, str, date]] = ()
    """(sha256, bank account, date) of the days of statements that another one tells now."""
    accounts_set_aside: Collection[str] = ()
    """Accounts that are not ours and that a person has said not to wait for."""
    payer_parties: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Party numbers by a bank account that they are known to pay from."""
    user_rules: tuple[UserRule, ...] = ()
    """`[[rule]]` of books.toml."""
    rule_accounts: Mapping[str, LedgerAccount] = field(default_factory=dict)
    """The accounts of the rules, by name: one may be closed, or take one currency alone."""
    small_difference: Amount | None = None
    """Up to this much too little or too much goes to the rounding account; None: never."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedVoucher:
    """A voucher to be written; the writer adds number, document, who, when and chain."""

    transaction: Transaction
    sha256: str
    """The source file, which becomes `document:`."""
    key: str
    """Its `bank-ref`, else its first `movement`."""
    group: str | None = None
    """Vouchers of one group share one number: the details of one lump of one file."""
    parked: bool = False
    reason: str | None = None
    """Why it is parked, for the person who decides."""
    place: str = ""
    """Where in the file: `FILE:LINE: Stmt[1]/Ntry[3]`."""
    reasons: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """Rule and reason of each movement, where the transaction has no room for them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """A day that another statement tells now: what is taken back of it."""

    reissue: Reissue
    vouchers: tuple[PlannedVoucher, ...]
    entries: tuple[str, ...]
    """Told entries of the day to be forgotten, with their movements: what stands is told
    once more."""
    keys: tuple[str, ...]
    """The keys of the bank that are taken back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Something of a file that is not posted now and is read again next time."""

    sha256: str
    bank_account: str
    date: date | None
    key: str | None
    """Of the entry; None for a whole report."""
    reason: str
    is_quiet: bool = False
    """Nobody need look at it: it is read again only for what may still come."""


OutcomeName = Literal["posted", "informational", "held", "nothing-new"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a file. What it holds back stands in `Plan.held` besides."""

    outcome: OutcomeName
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is to be written, and to be remembered."""

    vouchers: tuple[PlannedVoucher, ...] = ()
    corrections: tuple[Correction, ...] = ()
    """Whose vouchers are among `vouchers`; what they take back is to be forgotten."""
    balances: tuple[Balance, ...] = ()
    """Dated the day after the closing, one per account and day."""
    continued: tuple[Custom, ...] = ()
    """What says that a day which had been closed went on (`ledger.closing_balances`)."""
    held: tuple[Held, ...] = ()
    told_entries: tuple[ToldEntry, ...] = ()
    """New ones, or known ones that have changed (`via_clearing`)."""
    told_movements: tuple[ToldMovement, ...] = ()
    days: tuple[StatementDay, ...] = ()
    alarms: tuple[str, ...] = ()
    recorded: Mapping[str, str] = field(default_factory=dict)
    """In a replay: the keys of what was planned once more and stands in the books."""
    outcomes: Mapping[str, Outcome] = field(default_factory=dict)
    """By sha256 of the file."""

    @property
    def closed_days(self) -> tuple[StatementDay, ...]:
        """The days as the last statement that tells of each closes it."""
        return tuple({(each.bank_account, each.date): each for each in self.days}.values())

    @property
    def parked(self) -> int:
        """How many vouchers wait for a person."""
        return sum(voucher.parked for voucher in self.vouchers)
