"""An entry of a camt message and its details, out of the fields of a record.

ISO 20022 camt.052, camt.053 and camt.054, `Ntry` and `TxDtls`, all versions: what
differs between them (`Sts` or `Sts/Cd`, `Dbtr/Nm` or `Dbtr/Pty/Nm`, `TxDtls/Amt` or
only `AmtDtls`) is read by what is there.

The trap is the amount of a detail: the first `Amt` below `TxDtls` may be a foreign
amount, a charge or a tax. And a detail may disagree with its entry: the entry is the
money; `details_add_up` says whether its details may be used.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from bankio.amount import Amount
from bankio.errors import Place
from bankio.iso20022 import fields as read
from bankio.iso20022.values import (
    Account,
    CreditDebit,
    CurrencyExchange,
    Entry,
    Party,
    Reason,
    TransactionDetails,
)
from bankio.iso20022.xml import FieldError, Fields


def signed(amount: Amount, indicator: CreditDebit) -> Decimal:
    """Return the number with its direction, for sums."""
    return amount.number if indicator == "CRDT" else -amount.number


def bank_transaction_code(fields: Fields) -> str | None:
    """Return `PMNT/RCDT/VCOM`, else the proprietary code."""
    domain = fields.get("BkTxCd/Domn/Cd")
    if not domain:
        return fields.get("BkTxCd/Prtry/Cd") or None
    family = fields.get("BkTxCd/Domn/Fmly/Cd")
    sub_family = fields.get("BkTxCd/Domn/Fmly/SubFmlyCd")
    return "/".join(code for code in (domain, family, sub_family) if code)


def entry_indicator(fields: Fields) -> CreditDebit:
    """Return the direction of an entry; without one nobody can tell what it is."""
    found = read.indicator(fields, "CdtDbtInd")
    if found is None:
        raise FieldError("CdtDbtInd", "is missing, so the direction is unknown")
    return found


def entry_amount(fields: Fields) -> Amount:
    """Return the amount of an entry."""
    found = read.amount(fields, "Amt")
    if found is None:
        raise FieldError("Amt", "is missing")
    return found


def entry(place: Place, fields: Fields, details: tuple[TransactionDetails, ...]) -> Entry:
    """Return an entry; `details` are those that `detail` made of its parts."""
    amount = entry_amount(fields)
    indicator = entry_indicator(fields)
    batch = "NtryDtls/Btch"
    number = read.count(fields, batch + "/NbOfTxs")
    details = tuple(_with_amount(detail, amount, len(details)) for detail in details)
    return Entry(
        place=place,
        amount=amount,
        credit_debit_indicator=indicator,
        status=read.text(fields, "Sts", "Sts/Cd", "Sts/Prtry"),
        reversal=bool(read.flag(fields, "RvslInd")),
        booking_date=read.day(fields, "BookgDt"),
        value_date=read.day(fields, "ValDt"),
        entry_reference=fields.get("NtryRef") or None,
        account_servicer_reference=read.reference(fields, "AcctSvcrRef"),
        bank_transaction_code=bank_transaction_code(fields),
        batch_number_of_transactions=number,
        batch_payment_information_identification=read.reference(
            fields, batch + "/PmtInfId"
        ),
        batch_message_identification=read.reference(fields, batch + "/MsgId"),
        batch_total=read.amount(fields, batch + "/TtlAmt"),
        additional_information=fields.get("AddtlNtryInf") or None,
        charges=read.charges(fields, "Chrgs") if "Chrgs" in fields else (),
        details=details,
        details_add_up=_add_up(details, amount, indicator, number),
    )


def _with_amount(
    detail: TransactionDetails, entry_amount: Amount, count: int
) -> TransactionDetails:
    """Give a detail that tells no amount the one that it must have, where there is one."""
    if detail.amount is not None:
        return detail
    if count == 1:
        return replace(detail, amount=entry_amount)
    instructed = detail.instructed_amount
    if instructed is not None and instructed.currency == entry_amount.currency:
        return replace(detail, amount=instructed)
    return detail


def _add_up(
    details: tuple[TransactionDetails, ...],
    amount: Amount,
    indicator: CreditDebit,
    number: int | None,
) -> bool:
    """Whether the details are the whole of the entry, in count and in sum."""
    if not details:
        return True
    if number is not None and number != len(details):
        return False
    total = Decimal(0)
    for detail in details:
        told = detail.amount
        if told is None or told.currency != amount.currency:
            return False
        total += told.number if detail.credit_debit_indicator == "CRDT" else -told.number
    return total == signed(amount, indicator)


def detail(
    place: Place, fields: Fields, entry_fields: Fields, own_account: str | None
) -> TransactionDetails:
    """Return a detail; `entry_fields` are those of its entry, `own_account` the report's."""
    indicator = read.indicator(fields, "CdtDbtInd") or entry_indicator(entry_fields)
    in_amounts = "AmtDtls" in fields
    references = read.references(fields, "RmtInf") if "RmtInf" in fields else ()
    reversal = bool(read.flag(entry_fields, "RvslInd"))
    party, account = _counterparty(fields, indicator, own_account, reversal=reversal)
    return TransactionDetails(
        place=place,
        amount=read.amount(fields, "Amt", "AmtDtls/TxAmt/Amt"),
        credit_debit_indicator=indicator,
        instructed_amount=(
            read.amount(fields, "AmtDtls/InstdAmt/Amt") if in_amounts else None
        ),
        account_servicer_reference=read.reference(fields, "Refs/AcctSvcrRef"),
        end_to_end_identification=read.reference(fields, "Refs/EndToEndId"),
        instruction_identification=read.reference(fields, "Refs/InstrId"),
        payment_information_identification=read.reference(fields, "Refs/PmtInfId"),
        message_identification=read.reference(fields, "Refs/MsgId"),
        transaction_identification=read.reference(fields, "Refs/TxId"),
        creditor_reference=references[0][0] if references else None,
        creditor_reference_issuer=references[0][2] if references else None,
        creditor_references=(
            tuple(value for value, _, _ in references) if len(references) > 1 else ()
        ),
        documents=read.documents(fields, "RmtInf") if "RmtInf" in fields else (),
        unstructured=read.texts(fields, "RmtInf/Ustrd"),
        additional_information=fields.get("AddtlTxInf") or None,
        counterparty=party,
        counterparty_account=account,
        return_reason=_return_reason(fields) if "RtrInf" in fields else None,
        bank_transaction_code=bank_transaction_code(fields),
        currency_exchange=_currency_exchange(fields) if in_amounts else None,
        charges=read.charges(fields, "Chrgs") if "Chrgs" in fields else (),
    )


def _counterparty(
    fields: Fields, indicator: CreditDebit, own_account: str | None, *, reversal: bool
) -> tuple[Party | None, Account | None]:
    """Return whoever is on the other side: debtor of a credit, creditor of a debit.

    A reversal may tell the parties of the original payment, so there the roles are
    doubtful; the one whose account is the statement's own is never the other side.
    """
    if "RltdPties" not in fields:
        return None, None
    roles = ("Dbtr", "Cdtr") if indicator == "CRDT" else ("Cdtr", "Dbtr")
    if reversal:
        roles = (roles[1], roles[0])
    for role in roles:
        account = read.account(fields, f"RltdPties/{role}Acct")
        if account is not None and account.identification == own_account:
            continue
        party = read.party(fields, f"RltdPties/{role}") or read.party(
            fields, f"RltdPties/Ultmt{role}"
        )
        if party is not None or account is not None:
            return party, account
        if not reversal:
            break
    return None, None


def _return_reason(fields: Fields) -> Reason:
    lines = " ".join(read.texts(fields, "RtrInf/AddtlInf")) or None
    code = read.text(fields, "RtrInf/Rsn/Cd", "RtrInf/Rsn/Prtry", "RtrInf/Rsn")
    return Reason(code=code, text=lines)


_EXCHANGES = ("TxAmt", "InstdAmt", "CntrValAmt", "AnncdPstngAmt")


def _currency_exchange(fields: Fields) -> CurrencyExchange | None:
    for name in _EXCHANGES:
        base = f"AmtDtls/{name}/CcyXchg"
        rate = fields.get(base + "/XchgRate")
        source = fields.get(base + "/SrcCcy")
        if rate or source:
            return CurrencyExchange(
                source_currency=source or None,
                target_currency=fields.get(base + "/TrgtCcy") or None,
                unit_currency=fields.get(base + "/UnitCcy") or None,
                rate=rate or None,
            )
    return None
