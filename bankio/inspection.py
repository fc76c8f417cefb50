"""Tell any bank file in one form: the objects of `books inspect --json`.

Amounts are strings with a dot, signed by the credit/debit indicator (money out is
negative); `RvslInd` never changes a sign. What the file does not have is null.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any

from bankio.amount import Amount
from bankio.errors import Unreadable
from bankio.iso20022.values import (
    Account,
    AccountMessage,
    AccountReport,
    Balance,
    CancellationAnswer,
    CreditDebit,
    CreditTransfer,
    Entry,
    InvoiceDocument,
    Message,
    Party,
    PaymentInformation,
    PaymentInformationStatus,
    PaymentInitiation,
    PaymentStatusReport,
    Reason,
    TransactionDetails,
    TransactionStatus,
)

Json = dict[str, Any]

_KID = re.compile(r"[0-9]{1,24}[0-9-]")


def as_json(message: Message, file: str, sha256: str) -> Json:
    """Return what `inspect --json` shows for a file that could be read."""
    told: Json = {
        "file": file,
        "sha256": sha256,
        "format": message.format,
        "version": message.version,
        "message_id": _message_id(message),
        "created": _created(message),
        "warnings": list(message.warnings),
        "accounts": [],
        "statuses": [],
        "payments": [],
    }
    if isinstance(message, AccountMessage):
        told["accounts"] = [_account_report(report) for report in message.reports]
    elif isinstance(message, PaymentStatusReport):
        told["statuses"] = _status_report(message)
    elif isinstance(message, CancellationAnswer):
        told["statuses"] = _cancellation(message)
    elif isinstance(message, PaymentInitiation):
        told["payments"] = [
            _payment(payment, transaction)
            for payment in message.payment_informations
            for transaction in payment.transactions
        ]
    else:
        told["payments"] = [_invoice(message)]
    if found := problems(message):
        told["problems"] = found
    return told


def error_as_json(error: Unreadable, file: str) -> Json:
    """Return what `inspect --json` shows for a file that could not be read."""
    place = error.place
    return {
        "file": file,
        "error": {"line": place.line, "where": place.where, "message": error.message},
    }


def problems(message: Message) -> list[str]:
    """Return every problem of a message and of its reports, in the order of the file."""
    found = list(message.problems)
    if isinstance(message, AccountMessage):
        found += [problem for report in message.reports for problem in report.problems]
    return [str(each) for each in sorted(found, key=lambda each: each.place.line or 0)]


def _message_id(message: Message) -> str | None:
    if isinstance(message, InvoiceDocument):
        return message.identification
    return message.message_identification


def _created(message: Message) -> str | None:
    if isinstance(message, InvoiceDocument):
        return _day(message.issue_date)
    return message.creation_date_time


def _account_report(report: AccountReport) -> Json:
    opening = report.balance("OPBD", "PRCD")
    closing = report.balance("CLBD")
    return {
        "account": report.account.identification,
        "currency": _currency(report),
        "opening": _balance(opening),
        "closing": _balance(closing),
        "identification": report.identification,
        "sequence_number": report.sequence_number,
        "copy_duplicate": report.copy_duplicate_indicator,
        "balances": [
            {
                "code": balance.code,
                "amount": _balance(balance),
                "currency": balance.amount.currency,
                "date": _day(balance.date),
            }
            for balance in report.balances
        ],
        "entries": [_entry(entry) for entry in report.entries],
    }


def _currency(report: AccountReport) -> str | None:
    """Return the account's currency, or the one that all of its amounts have."""
    if report.account.currency:
        return report.account.currency
    found = {entry.amount.currency for entry in report.entries}
    found |= {balance.amount.currency for balance in report.balances}
    return found.pop() if len(found) == 1 else None


def _entry(entry: Entry) -> Json:
    return {
        "amount": _signed(entry.amount, entry.credit_debit_indicator),
        "currency": entry.amount.currency,
        "status": entry.status,
        "reversal": entry.reversal,
        "booking_date": _day(entry.booking_date),
        "value_date": _day(entry.value_date),
        "account_servicer_reference": entry.account_servicer_reference,
        "entry_reference": entry.entry_reference,
        "code": entry.bank_transaction_code,
        "text": entry.additional_information,
        "batch_number_of_transactions": entry.batch_number_of_transactions,
        "details_add_up": entry.details_add_up,
        "details": [_detail(detail) for detail in entry.details],
    }


def _detail(detail: TransactionDetails) -> Json:
    amount = detail.amount
    first = detail.creditor_reference
    references = [
        *(detail.creditor_references or ((first,) if first else ())),
        *detail.other_references,
    ]
    return {
        "amount": (
            None if amount is None else _signed(amount, detail.credit_debit_indicator)
        ),
        "currency": None if amount is None else amount.currency,
        "kid": kid(detail.creditor_reference, detail.creditor_reference_issuer),
        "creditor_reference": references[0] if references else None,
        "creditor_references": references,
        "end_to_end_id": detail.end_to_end_identification,
        "instruction_id": detail.instruction_identification,
        "message_id": detail.message_identification,
        "payment_information_id": detail.payment_information_identification,
        "account_servicer_reference": detail.account_servicer_reference,
        "counterparty": _name(detail.counterparty),
        "counterparty_account": _number(detail.counterparty_account),
        "text": " ".join(detail.unstructured) or detail.additional_information,
        "return_reason": _reason(detail.return_reason),
        "instructed_amount": _unsigned(detail.instructed_amount),
        "instructed_currency": (
            detail.instructed_amount.currency if detail.instructed_amount else None
        ),
        "code": detail.bank_transaction_code,
        "ocr_transaction_type": detail.ocr_transaction_type,
    }


def kid(reference: str | None, issuer: str | None) -> str | None:
    """Return the reference where it has a KID's form; an ISO reference is none.

    Blanks are no part of a KID: people and banks group its digits with them.
    """
    if reference is None or (issuer or "").upper() == "ISO":
        return None
    bare = "".join(reference.split())
    return bare if _KID.fullmatch(bare) else None


def _status_report(message: PaymentStatusReport) -> list[Json]:
    original = message.original_message_identification
    found = []
    if message.group_status or message.reasons or not message.payment_informations:
        found.append(
            _status("group", original, None, None, message.group_status, message.reasons)
        )
    for payment in message.payment_informations:
        found += _payment_statuses(original, payment)
    return found


def _cancellation(message: CancellationAnswer) -> list[Json]:
    original = message.original_message_identification
    status = message.group_status or message.status
    group = _status("group", original, None, None, status, message.reasons)
    group["confirmation"] = message.status
    group["case"] = message.case_identification
    found = [group]
    for payment in message.payment_informations:
        found += _payment_statuses(original, payment)
    return found


def _payment_statuses(
    original: str | None, payment: PaymentInformationStatus
) -> list[Json]:
    identification = payment.original_payment_information_identification or None
    found = []
    if payment.status or payment.reasons or not payment.transactions:
        found.append(
            _status(
                "payment", original, identification, None, payment.status, payment.reasons
            )
        )
    found += [_transaction(original, identification, one) for one in payment.transactions]
    return found


def _transaction(
    original: str | None, payment: str | None, transaction: TransactionStatus
) -> Json:
    told = _status(
        "transaction",
        original,
        payment,
        transaction.original_end_to_end_identification,
        transaction.status,
        transaction.reasons,
    )
    told["original_instruction_id"] = transaction.original_instruction_identification
    told["execution_date"] = _day(transaction.requested_execution_date)
    told["amount"] = _unsigned(transaction.amount)
    told["currency"] = transaction.amount.currency if transaction.amount else None
    told["creditor_references"] = list(transaction.creditor_references)
    return told


def _status(
    level: str,
    original: str | None,
    payment: str | None,
    end_to_end: str | None,
    status: str | None,
    reasons: tuple[Reason, ...],
) -> Json:
    return {
        "level": level,
        "original_message_id": original,
        "original_payment_information_id": payment,
        "original_end_to_end_id": end_to_end,
        "status": status,
        "reasons": [{"code": reason.code, "text": reason.text} for reason in reasons],
    }


def _payment(payment: PaymentInformation, transaction: CreditTransfer) -> Json:
    first = transaction.creditor_reference
    references = transaction.creditor_references or ((first,) if first else ())
    return {
        "payment_information_id": payment.payment_information_identification,
        "debtor_account": _number(payment.debtor_account),
        "end_to_end_id": transaction.end_to_end_identification or None,
        "amount": transaction.amount.text,
        "currency": transaction.amount.currency,
        "creditor": _name(transaction.creditor),
        "creditor_account": _number(transaction.creditor_account),
        "kid": kid(transaction.creditor_reference, None),
        "creditor_reference": transaction.creditor_reference,
        "creditor_references": list(references),
        "documents": [
            {
                "code": document.code,
                "number": document.number,
                "amount": _unsigned(document.amount),
            }
            for document in transaction.documents
        ],
        "text": " ".join(transaction.unstructured) or None,
        "execution_date": _day(payment.requested_execution_date),
    }


def _invoice(document: InvoiceDocument) -> Json:
    payable = document.payable
    return {
        "end_to_end_id": None,
        "invoice": document.identification,
        "amount": (-payable if document.is_credit_note else payable).text,
        "currency": payable.currency,
        "creditor": _name(document.supplier),
        "creditor_orgnr": document.supplier_orgnr,
        "creditor_account": _number(document.creditor_account),
        "kid": kid(document.creditor_reference, None),
        "creditor_reference": document.creditor_reference,
        "execution_date": _day(document.due_date),
    }


def _reason(reason: Reason | None) -> Json | None:
    return None if reason is None else {"code": reason.code, "text": reason.text}


def _signed(amount: Amount, indicator: CreditDebit) -> str:
    value = amount if indicator == "CRDT" else -amount
    # A zero taken out is still zero, not "-0.00".
    return value.text if value.number else Amount(Decimal(0), amount.currency).text


def _balance(balance: Balance | None) -> str | None:
    if balance is None:
        return None
    return _signed(balance.amount, balance.credit_debit_indicator)


def _unsigned(amount: Amount | None) -> str | None:
    return None if amount is None else amount.text


def _day(value: date | None) -> str | None:
    return None if value is None else value.isoformat()


def _name(party: Party | None) -> str | None:
    return None if party is None else party.name


def _number(account: Account | None) -> str | None:
    return None if account is None else account.identification
