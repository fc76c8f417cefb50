"""The values that every reader of bank files returns, named by ISO's long names.

OCR giro is told in the same values as camt.054 (an assignment is a notification, a
lump of the same serial number is an entry, a payment is a transaction detail), so
that whoever posts need not know which file spoke. Amounts here are as the file has
them: never negative, with a credit/debit indicator beside them. The one place that
makes a sign of the two is `reconcile.bank_transactions`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from bankio.amount import Amount
from bankio.errors import Place, Problem

CreditDebit = Literal["CRDT", "DBIT"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """Dbtr, Cdtr, Ownr: whoever is on the other side."""

    name: str | None = None
    identification: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Acct, DbtrAcct, CdtrAcct."""

    identification: str
    """Normalised: a Norwegian account always as its 11-digit BBAN, whether the file had
    it as BBAN, dotted or as IBAN; any other account as written, without blanks."""
    currency: str | None = None
    owner: Party | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """StsRsnInf, RtrInf: why. Codes are external lists and kept as they came."""

    code: str | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One RfrdDocInf with its amount: an invoice or a credit note that is paid."""

    code: str | None
    """CINV invoice, CREN credit note; DocumentType code as given."""
    number: str | None
    amount: Amount | None
    """RmtdAmt, CdtNoteAmt or DuePyblAmt, never negative."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CurrencyExchange:
    """CcyXchg: SrcCcy, TrgtCcy, UnitCcy, XchgRate."""

    source_currency: str | None = None
    target_currency: str | None = None
    unit_currency: str | None = None
    rate: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """One of Chrgs."""

    amount: Amount
    credit_debit_indicator: CreditDebit | None = None
    included: bool | None = None
    """ChrgInclInd: whether the entry amount already has it taken out."""
    bearer: str | None = None
    """Br: DEBT the debtor, CRED the creditor, SHAR and SLEV each his own bank's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TransactionDetails:
    """TxDtls, or one payment of an OCR assignment (amount items 1 to 3)."""

    place: Place
    amount: Amount | None
    """Never negative. None where the file does not tell (FORMATS: amount of a detail)."""
    credit_debit_indicator: CreditDebit
    """Its own, else the entry's."""
    instructed_amount: Amount | None = None
    account_servicer_reference: str | None = None
    end_to_end_identification: str | None = None
    """None also where the file says NOTPROVIDED."""
    instruction_identification: str | None = None
    payment_information_identification: str | None = None
    message_identification: str | None = None
    transaction_identification: str | None = None
    creditor_reference: str | None = None
    """CdtrRefInf/Ref: the KID, or an RF reference."""
    creditor_reference_issuer: str | None = None
    creditor_references: tuple[str, ...] = ()
    """Every reference where one payment names several; else empty."""
    other_references: tuple[str, ...] = ()
    """CdtrRefInf of another type: a purchase order, a dispatch advice. Never a KID."""
    documents: tuple[Document, ...] = ()
    unstructured: tuple[str, ...] = ()
    """Ustrd lines and AddtlRmtInf; the OCR text of amount item 3."""
    additional_information: str | None = None
    counterparty: Party | None = None
    """The debtor of a credit, the creditor of a debit."""
    counterparty_account: Account | None = None
    return_reason: Reason | None = None
    """RtrInf: this is a payment that came back."""
    bank_transaction_code: str | None = None
    currency_exchange: CurrencyExchange | None = None
    charges: tuple[Charge, ...] = ()
    ocr_transaction_type: str | None = None
    """10 to 21; None outside OCR giro."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Ntry, or all payments of one serial number of an OCR assignment (one lump)."""

    place: Place
    amount: Amount
    credit_debit_indicator: CreditDebit
    status: str | None
    """BOOK, PDNG, INFO, or as given; None where the file has none."""
    reversal: bool = False
    """RvslInd. It never changes the sign."""
    booking_date: date | None = None
    value_date: date | None = None
    entry_reference: str | None = None
    account_servicer_reference: str | None = None
    bank_transaction_code: str | None = None
    """`PMNT/RCDT/VCOM`, else the proprietary code."""
    batch_number_of_transactions: int | None = None
    """Btch/NbOfTxs: how many payments a lump holds, told here or elsewhere."""
    batch_payment_information_identification: str | None = None
    batch_message_identification: str | None = None
    batch_total: Amount | None = None
    """Btch/TtlAmt, of all batches of the entry together; negative where they are money
    the other way than the entry."""
    additional_information: str | None = None
    charges: tuple[Charge, ...] = ()
    charges_apart: Amount | None = None
    """So much of its charges the bank booked beside the details: only with it they make the
    entry. Money out is positive."""
    details: tuple[TransactionDetails, ...] = ()
    details_add_up: bool = True
    """Whether the details' signed amounts, and charges that are booked beside them, make
    the entry's amount. Where they do not, the entry is the money and the details are only
    told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """Bal. A zero balance may carry either indicator."""

    code: str
    """OPBD, CLBD, PRCD, CLAV, …"""
    amount: Amount
    credit_debit_indicator: CreditDebit
    date: date | None


_OPENS = ("OPBD", "PRCD")
_CLOSES = ("CLBD",)


def opening_of(
    balances: Sequence[Balance],
    currency: str | None,
    codes: tuple[str, ...] = _OPENS,
) -> Balance | None:
    """Return the balance that a report opens with, in `currency` if it is given.

    A report of several days may have one of each day: the earliest opens.
    """
    return _first(balances, currency, codes, latest=False)


def closing_of(
    balances: Sequence[Balance],
    currency: str | None,
    codes: tuple[str, ...] = _CLOSES,
) -> Balance | None:
    """Return the balance that a report closes with: the latest one."""
    return _first(balances, currency, codes, latest=True)


def _first(
    balances: Sequence[Balance],
    currency: str | None,
    codes: tuple[str, ...],
    *,
    latest: bool,
) -> Balance | None:
    for code in codes:
        found = [
            balance
            for balance in balances
            if balance.code == code and currency in {None, balance.amount.currency}
        ]
        days = [balance.date for balance in found if balance.date is not None]
        if found and len(days) == len(found):
            day = max(days) if latest else min(days)
            return next(balance for balance in found if balance.date == day)
        if found:
            return found[0]
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountReport:
    """Stmt, Rpt, Ntfctn, or an OCR giro assignment."""

    place: Place
    identification: str | None
    account: Account
    sequence_number: str | None = None
    """ElctrncSeqNb, or the assignment number."""
    created: str | None = None
    from_date: date | None = None
    to_date: date | None = None
    copy_duplicate_indicator: str | None = None
    """COPY, DUPL or CODU: shown, never posted."""
    balances: tuple[Balance, ...] = ()
    entries: tuple[Entry, ...] = ()
    problems: tuple[Problem, ...] = ()
    """This report's own counts, sums or balances disagree: nothing of it may be posted."""

    def balance(self, *codes: str) -> Balance | None:
        """Return the balance with the first of `codes` that the report has.

        In the account's own currency, where it holds several; of several days the first
        of what opens and the last of what closes.
        """
        for code in codes:
            chosen = opening_of if code in _OPENS else closing_of
            for currency in (self.account.currency, None):
                found = chosen(self.balances, currency, (code,))
                if found is not None:
                    return found
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountMessage:
    """camt.052, camt.053, camt.054 or an OCR giro transmission."""

    format: Literal["camt.052", "camt.053", "camt.054", "ocr-giro"]
    version: str
    """`camt.053.001.02`; `ocr-giro`."""
    message_identification: str | None
    creation_date_time: str | None
    reports: tuple[AccountReport, ...]
    last_page: bool = True
    """MsgPgntn/LastPgInd."""
    warnings: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    """Problems of the whole message; those of a report stand there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TransactionStatus:
    """TxInfAndSts."""

    place: Place
    original_end_to_end_identification: str | None
    original_instruction_identification: str | None
    status: str | None
    """TxSts, verbatim; None where the level above speaks for it."""
    reasons: tuple[Reason, ...] = ()
    account_servicer_reference: str | None = None
    amount: Amount | None = None
    requested_execution_date: date | None = None
    creditor_references: tuple[str, ...] = ()
    """OrgnlTxRef/RmtInf: which KID was refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentInformationStatus:
    """OrgnlPmtInfAndSts."""

    place: Place
    original_payment_information_identification: str
    status: str | None
    reasons: tuple[Reason, ...] = ()
    original_number_of_transactions: int | None = None
    original_control_sum: str | None = None
    transactions: tuple[TransactionStatus, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentStatusReport:
    """pain.002. A status speaks for every child that is not named below it."""

    version: str
    message_identification: str | None
    creation_date_time: str | None
    original_message_identification: str
    original_message_name_identification: str | None
    group_status: str | None
    reasons: tuple[Reason, ...] = ()
    original_number_of_transactions: int | None = None
    original_control_sum: str | None = None
    payment_informations: tuple[PaymentInformationStatus, ...] = ()
    warnings: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    format: Literal["pain.002"] = "pain.002"


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditTransfer:
    """CdtTrfTxInf as read from a pain.001."""

    place: Place
    end_to_end_identification: str
    instruction_identification: str | None
    amount: Amount
    creditor: Party | None
    creditor_account: Account | None
    creditor_reference: str | None
    creditor_references: tuple[str, ...] = ()
    documents: tuple[Document, ...] = ()
    unstructured: tuple[str, ...] = ()
    category_purpose: str | None = None
    service_level: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentInformation:
    """PmtInf as read from a pain.001."""

    place: Place
    payment_information_identification: str
    requested_execution_date: date | None
    debtor: Party | None
    debtor_account: Account | None
    batch_booking: bool | None
    category_purpose: str | None
    service_level: str | None
    transactions: tuple[CreditTransfer, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentInitiation:
    """pain.001 as read."""

    version: str
    message_identification: str
    creation_date_time: str | None
    number_of_transactions: int | None
    control_sum: str | None
    initiating_party: Party | None
    payment_informations: tuple[PaymentInformation, ...]
    warnings: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    format: Literal["pain.001"] = "pain.001"


@dataclass(frozen=True, slots=True, kw_only=True)
class CancellationAnswer:
    """camt.029: the answer to a camt.055, per payment and in all."""

    version: str
    message_identification: str | None
    creation_date_time: str | None
    status: str | None
    """Sts/Conf: of the recall in all."""
    original_message_identification: str | None
    case_identification: str | None = None
    """RslvdCase/Id: the case that this resolves."""
    group_status: str | None = None
    """GrpCxlSts: of the message that was to be recalled as a whole."""
    reasons: tuple[Reason, ...] = ()
    payment_informations: tuple[PaymentInformationStatus, ...] = ()
    warnings: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    format: Literal["camt.029"] = "camt.029"


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceDocument:
    """An EHF invoice or credit note (UBL, Peppol BIS 3), as named by `inspect`."""

    version: str
    identification: str
    issue_date: date | None
    due_date: date | None
    is_credit_note: bool
    supplier: Party | None
    supplier_orgnr: str | None
    payable: Amount
    creditor_account: Account | None
    creditor_reference: str | None
    warnings: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = field(default=())
    format: Literal["ehf"] = "ehf"


Message = (
    AccountMessage
    | PaymentStatusReport
    | PaymentInitiation
    | CancellationAnswer
    | InvoiceDocument
)
