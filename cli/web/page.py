"""What a template lays out: the view, the words, the links, and the tab that was asked for.

Nothing is worked out here that the commands do not work out; sums of what is on the page
are the exception, and they are made from the same values that stand above them.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote, urlsplit

from fava.application import url_for
from markupsafe import Markup

from bankio.amount import Amount
from cli.answer import Refused
from cli.commands import deciding, open_items, references
from cli.commands.trail_text import Step
from cli.commands.waiting_row import Kind, Waiting
from cli.commands.why import Trail
from cli.render import money
from cli.web.reasons import reason
from cli.web.view import State, View, Views
from cli.web.words import WORDS, Language, word
from ledger.accounts import text
from ledger.company import read as read_company
from ledger.directives import Transaction
from ledger.errors import CompanyInvalid
from ledger.payables import Payable, PayableState
from ledger.payments import PaymentStanding
from ledger.vat import CODES

PAGE = "Bank"
DOCUMENT = "document"
STYLES = "bank.css"
TABS = ("overview", "to-pay", "payments", "waiting", "proof", "why")
_KINDS = ("supplier", "salary", "tax")
_DONE = frozenset({"held", "released"})
_DECISIONS = frozenset({"person", "undo"})
_FILE = re.compile(r"[0-9a-f]{16,64}")
_ROWS = 500
Row = TypeVar("Row")
_MINUS, _SPACE = "\u2212", "\u00a0"


def styles() -> str:
    """Return the style sheet."""
    return (Path(__file__).parent / STYLES).read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Total:
    """How many, and how much in each currency."""

    count: int
    amounts: tuple[Amount, ...]

    @classmethod
    def of(cls, amounts: Iterable[Amount]) -> Total:
        """Add up amounts, each currency for itself."""
        found: dict[str, Amount] = {}
        number = 0
        for amount in amounts:
            number += 1
            zero = Amount.zero(amount.currency)
            found[amount.currency] = found.get(amount.currency, zero) + amount
        return cls(number, tuple(found.values()))


@dataclass(frozen=True, slots=True)
class Group:
    """Payables of one kind."""

    kind: str
    rows: tuple[Payable, ...]
    total: Total


@dataclass(frozen=True)
class Page:
    """One answer to one request."""

    state: State
    language: Language
    tab: str
    ref: str
    token: str | None
    """The secret that a form must carry; None where nothing may be changed."""
    decided: Payable | None = None
    """What a person has just held or released, as it is now."""
    did: str = ""
    """`held` or `released`."""
    voucher: Transaction | None = None
    """What a person has just had posted."""
    whole: bool = False
    """Whether every row was asked for."""
    refused: tuple[str, ...] = ()

    @property
    def view(self) -> View | None:
        """What there is to show."""
        return self.state.view

    @property
    def tabs(self) -> tuple[str, ...]:
        """The tabs in their order."""
        return TABS

    def some(self, rows: Sequence[Row]) -> Sequence[Row]:
        """Return the rows that a browser can well show; sums are of all of them."""
        return rows if self.whole else rows[:_ROWS]

    def left_out(self, rows: Sequence[object]) -> int:
        """How many rows `some` leaves out."""
        return len(rows) - len(self.some(rows))

    def word(self, key: str) -> str:
        """Return a word of the page."""
        return word(key, self.language)

    def reason(self, text: str | None) -> str:
        """Return a reason in the page's language."""
        return reason(text or "", self.language)

    def answer(self, status: str | None) -> str:
        """Return a code of the bank, with what it means where that is known."""
        known = self.word(status) if status in WORDS else ""
        return f"{status or ''} {known}".strip()

    def money(self, amount: Amount) -> Markup:
        """Return a number as the language writes it; the sign stands with the number.

        1234567.5 is 1 234 567,50 in Norwegian and 1,234,567.50 in English.
        """
        text = money(amount).replace("-", _MINUS)
        if self.language == "nb":
            text = text.replace(" ", _SPACE).replace(".", ",")
        else:
            text = text.replace(" ", ",")
        # Nothing but digits and signs: marked, so that its blanks are kept unbreakable.
        return Markup(text)  # noqa: S704

    def number(self, text: str, currency: str) -> Markup:
        """Return a number that is told as text, in the same way."""
        return self.money(Amount(Decimal(text), currency))

    def is_nothing(self, text: str) -> bool:
        """Whether a number that is told as text is zero."""
        return not Decimal(text)

    def owed(self, each: Payable) -> Amount:
        """Return what is left to pay; a credit note is negative."""
        return -each.item.residual

    def due(self, each: Payable) -> dt.date:
        """Return when it is due."""
        return each.item.due or each.item.date

    def is_overdue(self, each: Payable) -> bool:
        """Whether it should have been paid, as `books payables` marks it."""
        assert self.view is not None
        return open_items.is_overdue(each, self.view.today)

    def may_hold(self, each: Payable) -> bool:
        """Whether a person may hold it from here."""
        return self.token is not None and each.state is PayableState.OPEN

    def may_release(self, each: Payable) -> bool:
        """Whether a release would help: it makes no account, and no bill of a credit."""
        return self.token is not None and each.lifted is not None

    def may_decide(self, each: Waiting) -> bool:
        """Whether it is money, which a person may place from here."""
        return self.token is not None and each.kind is Kind.MONEY

    def undoes(self, step: Step) -> str | None:
        """Return what an undo of a voucher in the trail names; None where there is none.

        What only moves money between bank, clearing and suspense is no decision. Of a
        voucher with several movements nobody knows which one is meant.
        """
        if self.token is None or not step["rule"] or not step["voucher"]:
            return None
        postings = step["postings"]
        assert isinstance(postings, list)
        is_of_files = step["rule"] != "person"
        if is_of_files and {e["account"] for e in postings} <= self._money_accounts:
            return None
        movements = {each["movement"] for each in postings if each["movement"]}
        if len(movements) == 1:
            return str(movements.pop())
        return str(step["voucher"]) if not movements else None

    @cached_property
    def _money_accounts(self) -> frozenset[str]:
        """Bank, clearing and suspense accounts."""
        assert self.view is not None
        books = self.view.workplace.books
        suspense = (
            *books.roles.get("suspense-in", ()),
            *books.roles.get("suspense-out", ()),
        )
        return frozenset(
            name
            for each in books.company.bank_accounts
            for name in (each.account, each.clearing)
        ) | {each.name for each in suspense}

    @cached_property
    def bookable(self) -> tuple[str, ...]:
        """The accounts that money may be booked on."""
        assert self.view is not None
        return deciding.bookable(self.view.workplace)

    @property
    def vat_codes(self) -> tuple[str, ...]:
        """The VAT codes that a booking may name."""
        return tuple(CODES)

    @property
    def outcome(self) -> str:
        """What came of the decision; a release may leave another reason to hold."""
        assert self.decided is not None
        still_held = self.did == "released" and self.decided.state is PayableState.HELD
        return "still held" if still_held else f"now {self.did}"

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """What we owe, by kind."""
        assert self.view is not None
        found = []
        for kind in _KINDS:
            rows = tuple(each for each in self.view.payables if str(each.item.kind) == kind)
            if rows:
                found.append(Group(kind, rows, Total.of(map(self.owed, rows))))
        return tuple(found)

    @cached_property
    def to_pay(self) -> Mapping[str, Total]:
        """What we owe, by what happens next; what is owed back to us by itself."""
        assert self.view is not None
        ahead = dt.timedelta(days=self.view.company.policy.pay_ahead)
        last = self.view.today + ahead
        found: dict[str, list[Amount]] = {
            key: [] for key in ("due", "later", "held", "in-flight", "draft", "credit note")
        }
        for each in self.view.payables:
            key = str(each.state)
            if each.state is PayableState.OPEN:
                key = "due" if self.due(each) <= last else "later"
            if each.item.residual.number > 0:
                key = "credit note"
            found[key].append(self.owed(each))
        return {key: Total.of(amounts) for key, amounts in found.items()}

    @cached_property
    def ordered(self) -> Mapping[str, Total]:
        """All payments ever ordered, by state."""
        assert self.view is not None
        found: dict[str, list[Amount]] = {}
        for each in self.view.payments:
            found.setdefault(str(each.state), []).append(each.payment.amount)
        return {key: Total.of(amounts) for key, amounts in found.items()}

    @cached_property
    def waits(self) -> int:
        """How many things wait for a person."""
        return len(self.view.waiting) if self.view else 0

    @cached_property
    def waiting(self) -> Mapping[str, tuple[Waiting, ...]]:
        """What waits for a person, by kind; kinds of which nothing waits are left out."""
        assert self.view is not None
        found: dict[str, list[Waiting]] = {str(kind): [] for kind in Kind}
        for each in self.view.waiting:
            found[str(each.kind)].append(each)
        return {kind: tuple(rows) for kind, rows in found.items() if rows}

    @property
    def alarms(self) -> tuple[Waiting, ...]:
        """What contradicts what we sent, be it parked money or not."""
        assert self.view is not None
        return tuple(each for each in self.view.waiting if each.is_alarm)

    @cached_property
    def proof(self) -> Mapping[str, tuple[object, ...]]:
        """The proven days of each bank account, newest first."""
        assert self.view is not None
        numbers = (each.account.number for each in self.view.accounts)
        return {
            number: tuple(day for day in self.view.days if day.bank_account == number)
            for number in numbers
        }

    @cached_property
    def trail(self) -> tuple[tuple[Step, ...], tuple[str, ...]]:
        """The steps behind the reference that was asked for, or why there are none."""
        if self.view is None or not self.ref:
            return (), ()
        try:
            with self.view.reading() as workplace:
                trail = Trail(workplace)
                digest = self._file(self.ref)
                if digest:
                    trail.follow_file(digest)
                else:
                    found = references.find(workplace, self.ref)
                    trail.follow(found)
                return tuple(trail.steps()), ()
        except Refused as refused:
            return (), refused.messages

    def _file(self, ref: str) -> str | None:
        assert self.view is not None
        if not _FILE.fullmatch(ref):
            return None
        hashes = self.view.workplace.archive.hashes()
        found = [each for each in hashes if each.startswith(ref)]
        return found[0] if len(found) == 1 else None

    # Links: Fava's own pages, our tabs, and files as they came -------------------------

    def to_tab(self, tab: str) -> str:
        """Return where a tab is."""
        return url_for("extension_report", extension_name=PAGE, tab=tab)

    def to_all_rows(self) -> str:
        """Return where every row of this tab is."""
        return url_for("extension_report", extension_name=PAGE, tab=self.tab, rows="all")

    def to_why(self, ref: object) -> str:
        """Return where the trail of a reference is."""
        return url_for("extension_report", extension_name=PAGE, tab="why", ref=str(ref))

    def to_account(self, account: str) -> str:
        """Return Fava's page of an account."""
        return url_for("account", name=account)

    def to_document(self, digest: str) -> str:
        """Return where an archived file can be looked at."""
        return f"{self.to_action(DOCUMENT)}?sha256={quote(digest)}"

    def to_source(self, place: str) -> str:
        """Return the line of the books in Fava's editor."""
        assert self.view is not None
        file, _, line = place.rpartition(":")
        path = str(Path(self.view.workplace.folder) / file)
        return url_for("report", report_name="editor", file_path=path, line=line)

    def to_styles(self) -> str:
        """Return where our styles are; another address when they are others."""
        return f"{self.to_action(STYLES)}?v={sha256(styles().encode()).hexdigest()[:8]}"

    def to_action(self, name: str) -> str:
        """Return where a form is sent, or a file of ours is, without Fava's filters."""
        return urlsplit(url_for("extension_report", extension_name=PAGE)).path + name

    def alarm(self, each: PaymentStanding) -> str:
        """Return the reason and all contradictions of a payment in one text."""
        return "; ".join(part for part in (each.reason, *each.alarms) if part)


def page_of(
    views: Views,
    asked: Mapping[str, str],
    *,
    token: str | None,
    refused: tuple[str, ...] = (),
) -> Page:
    """Return the page for what was asked.

    Args:
        views: Where the newest state comes from.
        asked: `tab`, `ref`, `rows`, `decided`, `did` and `voucher` of the address.
        token: For forms; None where nothing may be changed.
        refused: What a command has just answered.
    """
    state = views.current()
    tab = asked.get("tab", TABS[0])
    did = asked.get("did", "")
    return Page(
        state=state,
        language=_language(state, views.folder),
        tab=tab if tab in TABS else TABS[0],
        ref=asked.get("ref", "").strip(),
        token=token,
        decided=_payable(state, asked.get("decided")) if did in _DONE else None,
        did=did,
        voucher=_voucher(state, asked.get("voucher", "")),
        whole=asked.get("rows") == "all",
        refused=refused,
    )


def _payable(state: State, item: str | None) -> Payable | None:
    payables = state.view.payables if state.view else ()
    return next((each for each in payables if each.item.key == item), None)


def _voucher(state: State, number: str) -> Transaction | None:
    """Return a voucher that a person's decision made: an address makes up none."""
    if state.view is None or not number:
        return None
    found = state.view.workplace.books.register.by_voucher([number])
    is_decision = found and text(found[0].meta, "rule") in _DECISIONS
    return found[0] if is_decision else None


def _language(state: State, folder: Path) -> Language:
    if state.view is not None:
        return state.view.company.language
    try:
        return read_company(folder).language
    except CompanyInvalid:
        return "en"
