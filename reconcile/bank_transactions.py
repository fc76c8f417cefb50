"""What a bank has told, with signs and keys: the form in which everything here reads it.

This is the one place where CRDT and DBIT become a sign (money in is positive), and where
a movement or a statement's entry gets its key. ISO 20022 camt.053/camt.054 `Ntry` and
`TxDtls`; OCR giro assignments are told in the same values (`bankio.iso20022.values`).

The traps:

- `RvslInd` says why an entry is there, never which way the money went.
- A key holds no file, transmission or assignment number, or a file that is ordered again
  under new numbers would be new money. Two equal movements of one account and day are
  both real, so equal keys are counted with an ordinal (`…/2`), over the day.
- The entry is the money. Where its details do not add up to it they are told and no
  more: the entry then is one movement of its own.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal
from urllib.parse import quote

from bankio.amount import Amount
from bankio.errors import Place, Problem
from bankio.iso20022.values import (
    AccountMessage,
    AccountReport,
    Balance,
    Charge,
    CreditDebit,
    CurrencyExchange,
    Document,
    Entry,
    Reason,
    TransactionDetails,
)
from ledger.movements import Source
from reconcile import told_details

ReportSource = Source | Literal["camt.052"]

_SOURCES: dict[str, ReportSource] = {
    "camt.052": "camt.052",
    "camt.053": "statement",
    "camt.054": "camt.054",
    "ocr-giro": "ocr-giro",
}

_PLAIN = re.compile(r"[A-Za-z0-9_./-]*", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """One payment as one source tells it (TxDtls; amount item 1 of OCR giro)."""

    key: str
    """`detail/<account>/<date>/<reference>`."""
    source: ReportSource
    bank_account: str
    booking_date: date
    value_date: date | None = None
    amount: Amount
    """Signed: money in is positive."""
    end_to_end_id: str | None = None
    instruction_id: str | None = None
    payment_information_id: str | None = None
    message_id: str | None = None
    kid: str | None = None
    """CdtrRefInf/Ref: the KID, or an RF reference."""
    kids: tuple[str, ...] = ()
    """Every reference, where one payment names several."""
    counterparty_name: str | None = None
    counterparty_account: str | None = None
    text: str = ""
    account_servicer_reference: str | None = None
    return_reason: Reason | None = None
    is_reversal: bool = False
    code: str | None = None
    documents: tuple[Document, ...] = ()
    instructed_amount: Amount | None = None
    currency_exchange: CurrencyExchange | None = None
    charges: tuple[Charge, ...] = ()
    is_charge: bool = False
    """What the bank took for an entry of several details, beside them."""
    is_whole_entry: bool = False
    """The entry itself: it tells no details, or such as do not add up to it."""
    part_of: str | None = None
    """Why it is of a sum, where the bank told the sum alone (`reconcile.spread_sums`)."""
    place: Place
    sha256: str

    @property
    def is_bare(self) -> bool:
        """Whether nothing but its amount and the bank's reference tells what it is."""
        return self.end_to_end_id is None and self.kid is None and not self.kids

    @property
    def has_return_code(self) -> bool:
        """Whether the bank's code says that money comes back (RRTN)."""
        return (self.code or "").endswith("/RRTN")


@dataclass(frozen=True, slots=True, kw_only=True)
class BankEntry:
    """A line of a statement, or a lump of a detail file (Ntry)."""

    key: str
    """`statement/<account>/<date>/<reference>`; `batch/<account>/<date>/<digest>` for a
    lump of a detail file: the digest of what it holds."""
    source: ReportSource
    bank_account: str
    booking_date: date
    amount: Amount
    """Signed: money in is positive."""
    reference: str | None = None
    code: str | None = None
    status: str | None = None
    number_of_transactions: int | None = None
    """Btch/NbOfTxs: it is a lump, whether or not it tells its details."""
    payment_information_id: str | None = None
    message_id: str | None = None
    movements: tuple[Movement, ...] = ()
    """Its details; where it has none, or they do not add up, one that is the entry."""
    details_add_up: bool = True
    details_total: Amount | None = None
    """What details that do not add up make together, signed; None: that is not told."""
    charges: tuple[Charge, ...] = ()
    text: str = ""
    place: Place
    sha256: str

    @property
    def tells_details(self) -> bool:
        """Whether the movements are the entry's own details, all of them."""
        return not self.movements[0].is_whole_entry

    @property
    def payments(self) -> int:
        """How many payments it tells: a charge beside its details is none."""
        return sum(not movement.is_charge for movement in self.movements)

    @property
    def is_lump(self) -> bool:
        """Whether it stands for payments that are told elsewhere."""
        return self.number_of_transactions is not None and not self.tells_details


@dataclass(frozen=True, slots=True, kw_only=True)
class BankReport:
    """A statement or notification of one account (Stmt, Ntfctn, an OCR assignment)."""

    source: ReportSource
    bank_account: str
    currency: str
    from_date: date | None = None
    to_date: date | None = None
    opening: Amount | None = None
    """Signed, on the morning of `from_date`."""
    closing: Amount | None = None
    """Signed, on the evening of `to_date`."""
    sequence_number: str | None = None
    is_copy: bool = False
    entries: tuple[BankEntry, ...] = ()
    problems: tuple[Problem, ...] = ()
    sha256: str
    place: Place


def signed(amount: Amount, indicator: CreditDebit) -> Amount:
    """Return an amount with its direction: money in is positive.

    >>> from decimal import Decimal
    >>> str(signed(Amount(Decimal("10.00"), "NOK"), "DBIT"))
    '-10.00 NOK'
    """
    return amount if indicator == "CRDT" else -amount


def encoded(reference: str) -> str:
    """Return a bank's reference in the alphabet of keys.

    >>> encoded(" AS/1 æ")
    '%20AS/1%20%C3%A6'
    """
    return reference if _PLAIN.fullmatch(reference) else quote(reference, safe="_./-")


def is_called(key: str, reference: str) -> bool:
    """Whether a movement's key is that of what the bank calls `reference`.

    >>> is_called("detail/86011117947/2026-11-20/AS%201", "AS 1")
    True
    """
    return key.split("/", 3)[-1] == encoded(reference)


def detail_key(bank_account: str, booked: date, reference: str) -> str:
    """Return the key of a movement that the bank calls `reference`.

    >>> detail_key("86011117947", date(2026, 11, 20), "AS 1")
    'detail/86011117947/2026-11-20/AS%201'
    """
    return f"detail/{encoded(bank_account)}/{booked}/{encoded(reference)}"


def with_ordinal(key: str, ordinal: int) -> str:
    """Return the key of the `ordinal`th (from 1) of equal movements of one day.

    >>> with_ordinal("detail/1/2026-01-02/A", 1), with_ordinal("detail/1/2026-01-02/A", 3)
    ('detail/1/2026-01-02/A', 'detail/1/2026-01-02/A/3')
    """
    return key if ordinal == 1 else f"{key}/{ordinal}"


def digest(parts: Iterable[object], length: int = 16) -> str:
    """Return the first hex digits of the sha256 over canonical fields."""
    text = "\x1f".join("" if part is None else str(part) for part in parts)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:length]


def reports_of(message: AccountMessage, sha256: str) -> tuple[BankReport, ...]:
    """Return the reports of a message, signed and keyed."""
    source = _SOURCES[message.format]
    return tuple(
        _Reader(report, source, sha256, message.problems).report()
        for report in message.reports
    )


class _Reader:
    """Reads one report; counts equal keys over it."""

    def __init__(
        self,
        report: AccountReport,
        source: ReportSource,
        sha256: str,
        problems: tuple[Problem, ...],
    ) -> None:
        self._report = report
        self._source = source
        self._sha256 = sha256
        self._problems = list(problems + report.problems)
        self._account = report.account.identification
        self._account_in_keys = encoded(self._account)
        self._seen: Counter[str] = Counter()

    def report(self) -> BankReport:
        """Return the whole report."""
        report = self._report
        opening = report.balance("OPBD", "PRCD", "ITBD")
        closing = report.balance("CLBD") or (
            report.balance("ITBD") if report.balance("OPBD", "PRCD") else None
        )
        entries = tuple(
            self._entry(entry, booked)
            for entry in report.entries
            if (booked := self._booking_date(entry)) is not None
        )
        return BankReport(
            source=self._source,
            bank_account=self._account,
            currency=self._currency(opening or closing),
            from_date=report.from_date or (opening.date if opening else None),
            to_date=report.to_date or (closing.date if closing else None),
            opening=_signed_balance(opening),
            closing=_signed_balance(closing),
            sequence_number=report.sequence_number,
            is_copy=report.copy_duplicate_indicator is not None,
            entries=entries,
            problems=tuple(self._problems),
            sha256=self._sha256,
            place=report.place,
        )

    def _currency(self, balance: Balance | None) -> str:
        report = self._report
        if report.account.currency:
            return report.account.currency
        if balance is not None:
            return balance.amount.currency
        return report.entries[0].amount.currency if report.entries else ""

    def _booking_date(self, entry: Entry) -> date | None:
        report = self._report
        closing = report.balance("CLBD")
        found = (
            entry.booking_date
            or entry.value_date
            or report.to_date
            or report.from_date
            or (closing.date if closing else None)
        )
        if found is None:
            self._problems.append(
                Problem(entry.place, "neither the entry nor its report has a date")
            )
        return found

    def _unique(self, key: str) -> str:
        """Return `key` with the ordinal that it has among equal ones of the report."""
        self._seen[key] += 1
        return with_ordinal(key, self._seen[key])

    def _entry(self, entry: Entry, booked: date) -> BankEntry:
        movements = self._movements(entry, booked)
        reference = entry.account_servicer_reference
        if reference is None and len(entry.details) == 1:
            reference = entry.details[0].account_servicer_reference
        return BankEntry(
            key=self._entry_key(entry, booked, reference, movements),
            source=self._source,
            bank_account=self._account,
            booking_date=booked,
            amount=signed(entry.amount, entry.credit_debit_indicator),
            reference=reference,
            code=entry.bank_transaction_code,
            status=entry.status,
            number_of_transactions=entry.batch_number_of_transactions,
            payment_information_id=told_details.payment_information_id(entry),
            message_id=entry.batch_message_identification,
            movements=movements,
            # fewer details than payments: incomplete, so a lump; not details that are wrong
            details_add_up=entry.details_add_up or told_details.is_incomplete(entry),
            details_total=None if entry.details_add_up else told_details.total(entry),
            charges=entry.charges,
            text=entry.additional_information or "",
            place=entry.place,
            sha256=self._sha256,
        )

    def _entry_key(
        self,
        entry: Entry,
        booked: date,
        reference: str | None,
        movements: Sequence[Movement],
    ) -> str:
        if self._source != "statement":
            contents = sorted(_content(movement) for movement in movements)
            held = digest((self._source, *contents))
            return self._unique(f"batch/{self._account_in_keys}/{booked}/{held}")
        named = encoded(reference) if reference else None
        if named is None:
            amount = signed(entry.amount, entry.credit_debit_indicator)
            named = digest(
                (
                    amount,
                    entry.value_date,
                    entry.bank_transaction_code,
                    entry.additional_information,
                    *(_content(movement) for movement in movements),
                )
            )
        return self._unique(f"statement/{self._account_in_keys}/{booked}/{named}")

    def _movements(self, entry: Entry, booked: date) -> tuple[Movement, ...]:
        details = entry.details
        whole = (
            not details
            or not entry.details_add_up
            or any(detail.amount is None for detail in details)
            or told_details.is_incomplete(entry)
        )
        if whole:
            return (self._whole(entry, booked),)
        told = tuple(
            self._movement(entry, booked, detail, position)
            for position, detail in enumerate(details, 1)
        )
        if entry.charges_apart is None:
            return told
        return (*told, self._charge(entry, booked, entry.charges_apart, told))

    def _charge(
        self, entry: Entry, booked: date, charges: Amount, told: Sequence[Movement]
    ) -> Movement:
        """Return what the bank took for an entry, as one movement beside its details.

        Whoever tells it again is known by what it was taken for, so that is its reference:
        the bank gives it none.
        """
        contents = sorted(
            f"{each.amount} {each.end_to_end_id} {each.kid} {each.kids}" for each in told
        )
        reference = f"charges.{digest((charges, *contents))}"
        return Movement(
            key=self._unique(detail_key(self._account, booked, reference)),
            source=self._source,
            bank_account=self._account,
            booking_date=booked,
            value_date=entry.value_date,
            amount=-charges,
            account_servicer_reference=reference,
            is_charge=True,
            place=entry.place,
            sha256=self._sha256,
        )

    def _whole(self, entry: Entry, booked: date) -> Movement:
        amount = signed(entry.amount, entry.credit_debit_indicator)
        text = entry.additional_information or ""
        reference = entry.account_servicer_reference
        named = (
            encoded(reference)
            if reference
            else digest((amount, entry.bank_transaction_code, text))
        )
        return Movement(
            key=self._unique(f"detail/{self._account_in_keys}/{booked}/{named}"),
            source=self._source,
            bank_account=self._account,
            booking_date=booked,
            value_date=entry.value_date,
            amount=amount,
            text=text,
            account_servicer_reference=reference,
            payment_information_id=told_details.payment_information_id(entry),
            message_id=entry.batch_message_identification,
            is_reversal=entry.reversal,
            code=entry.bank_transaction_code,
            charges=entry.charges,
            is_whole_entry=True,
            place=entry.place,
            sha256=self._sha256,
        )

    def _movement(
        self, entry: Entry, booked: date, detail: TransactionDetails, position: int
    ) -> Movement:
        assert detail.amount is not None
        own = detail.account_servicer_reference
        if own is None and len(entry.details) == 1:
            own = entry.account_servicer_reference
        party, account = detail.counterparty, detail.counterparty_account
        amount = signed(detail.amount, detail.credit_debit_indicator)
        kid = told_details.reference(detail.creditor_reference)
        text = told_details.text(detail, entry)
        payer = account.identification if account else None
        if own:
            named = encoded(own)
        elif entry.account_servicer_reference and self._source != "ocr-giro":
            named = f"{encoded(entry.account_servicer_reference)}.{position}"
        else:
            end_to_end_id = detail.end_to_end_identification
            named = digest((amount, end_to_end_id, kid, payer, text))
        return Movement(
            key=self._unique(f"detail/{self._account_in_keys}/{booked}/{named}"),
            source=self._source,
            bank_account=self._account,
            booking_date=booked,
            value_date=entry.value_date,
            amount=amount,
            end_to_end_id=told_details.end_to_end_id(detail),
            instruction_id=detail.instruction_identification,
            payment_information_id=detail.payment_information_identification
            or entry.batch_payment_information_identification,
            message_id=detail.message_identification or entry.batch_message_identification,
            kid=kid,
            kids=told_details.references(detail),
            counterparty_name=party.name if party else None,
            counterparty_account=payer,
            text=text,
            account_servicer_reference=own,
            return_reason=detail.return_reason,
            is_reversal=entry.reversal or detail.ocr_transaction_type in {"18", "20"},
            code=detail.bank_transaction_code or entry.bank_transaction_code,
            documents=detail.documents,
            instructed_amount=detail.instructed_amount,
            currency_exchange=detail.currency_exchange,
            charges=detail.charges or (entry.charges if len(entry.details) == 1 else ()),
            place=detail.place,
            sha256=self._sha256,
        )


def _content(movement: Movement) -> str:
    """Return what is the same whichever file tells the movement again."""
    return "\x1e".join(
        (
            str(movement.amount.number),
            movement.amount.currency,
            movement.end_to_end_id or "",
            movement.account_servicer_reference or "",
            movement.kid or "",
            *movement.kids,
            movement.counterparty_account or "",
        )
    )


def _signed_balance(balance: Balance | None) -> Amount | None:
    if balance is None:
        return None
    return signed(balance.amount, balance.credit_debit_indicator)
