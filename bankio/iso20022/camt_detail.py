"""A detail of a camt entry, out of the fields of a record.

ISO 20022 camt.052, camt.053 and camt.054, `TxDtls`, all versions: what differs between
them (`Dbtr/Nm` or `Dbtr/Pty/Nm`, `TxDtls/Amt` or only `AmtDtls`) is read by what is there.
Where the values of a shape stand is looked up once for the shape (a plan); what is rare is
read from the fields by name.

The trap is the amount: the first `Amt` below `TxDtls` may be a foreign amount, a charge or
a tax. What a detail does not tell itself, its entry may know (`camt_entry`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from bankio.errors import Place
from bankio.iso20022 import fields as read
from bankio.iso20022.building import builder
from bankio.iso20022.events import Content
from bankio.iso20022.plans import CodePlan, MoneyPlan
from bankio.iso20022.shapes import Shape, Values
from bankio.iso20022.values import (
    Account,
    CreditDebit,
    CurrencyExchange,
    Party,
    Reason,
    TransactionDetails,
)
from bankio.iso20022.xml import Fields, occurrences

_new_details = builder(TransactionDetails)
_new_party = builder(Party)
_new_account = builder(Account)

#: What was written to the payee.
_MESSAGE = re.compile(r"RmtInf/(?:Ustrd|Strd(?:\[[0-9]+\])?/AddtlRmtInf)(?:\[[0-9]+\])?")
#: What a reference is when there is none; in the fastest loop of all, so no call.
_NONE = frozenset({None, ""}) | read.NOT_PROVIDED


class Head(NamedTuple):
    """What the details of an entry need of it."""

    indicator: CreditDebit
    reversal: bool


def head(content: Content) -> Head | None:
    """Return the head of an entry, None where its direction is not told yet."""
    places, values = content.shape.index, content.values
    indicator = read.direction(values[places.get("CdtDbtInd", -1)], "CdtDbtInd")
    if indicator is None:
        return None
    reversal = values[places.get("RvslInd", -1)]
    return Head(indicator, bool(reversal and read.truth(reversal, "RvslInd")))


@dataclass(frozen=True, slots=True)
class _SidePlan:
    """Where one party of a payment stands."""

    account: int
    currency: int
    name: int
    identification: int

    @classmethod
    def of(cls, shape: Shape, role: str) -> _SidePlan:
        """Find `Dbtr` or `Cdtr`; the ultimate one where the bank names no other."""
        base = f"RltdPties/{role}"
        names = (
            *read.party_name_paths(base),
            *read.party_name_paths(f"RltdPties/Ultmt{role}"),
        )
        return cls(
            shape.at(*read.account_paths(base + "Acct")),
            shape.at(base + "Acct/Ccy"),
            shape.at(*names),
            shape.at(*read.party_identification_paths(base)),
        )


@dataclass(frozen=True, slots=True)
class _DetailPlan:
    """Where the values of a detail stand."""

    amount: MoneyPlan
    indicator: int
    instructed: MoneyPlan
    account_servicer_reference: int
    end_to_end: int
    instruction: int
    payment_information: int
    message: int
    transaction: int
    reference: int
    issuer: int
    reference_type: int
    references: tuple[tuple[int, int, int], ...]
    """Reference, issuer and type of every CdtrRefInf."""
    has_more_references: bool
    has_parties: bool
    unstructured: tuple[int, ...]
    text: int
    debtor: _SidePlan
    creditor: _SidePlan
    code: CodePlan | None
    has_documents: bool
    is_return: bool
    has_exchange: bool
    has_charges: bool

    @classmethod
    def of(cls, shape: Shape) -> _DetailPlan:
        """Look everything up in `shape`."""
        paths = shape.index
        references = _reference_places(shape)
        return cls(
            amount=MoneyPlan.of(shape, "Amt", "AmtDtls/TxAmt/Amt"),
            indicator=shape.at("CdtDbtInd"),
            instructed=MoneyPlan.of(shape, "AmtDtls/InstdAmt/Amt"),
            account_servicer_reference=shape.at("Refs/AcctSvcrRef"),
            end_to_end=shape.at("Refs/EndToEndId"),
            instruction=shape.at("Refs/InstrId"),
            payment_information=shape.at("Refs/PmtInfId"),
            message=shape.at("Refs/MsgId"),
            transaction=shape.at("Refs/TxId"),
            reference=references[0][0],
            issuer=references[0][1],
            reference_type=references[0][2],
            references=references,
            has_more_references=len(references) > 1,
            has_parties="RltdPties" in paths,
            unstructured=tuple(
                number
                for path, number in paths.items()
                if _MESSAGE.fullmatch(path) is not None
            ),
            text=shape.at("AddtlTxInf"),
            debtor=_SidePlan.of(shape, "Dbtr"),
            creditor=_SidePlan.of(shape, "Cdtr"),
            code=CodePlan.of(shape),
            has_documents=any("/RfrdDocInf/" in path for path in paths),
            is_return="RtrInf" in paths,
            has_exchange=any("/CcyXchg/" in path for path in paths),
            has_charges="Chrgs" in paths,
        )


def _reference_places(shape: Shape) -> tuple[tuple[int, int, int], ...]:
    known = dict.fromkeys(shape.paths, "")
    return tuple(
        (
            shape.at(*read.reference_paths(strd)),
            shape.at(*read.issuer_paths(strd)),
            shape.at(*read.reference_type_paths(strd)),
        )
        for strd in occurrences(known, "RmtInf/Strd")
    )


def detail(
    place: Place, content: Content, of_entry: Head, own_account: str | None
) -> TransactionDetails:
    """Return a detail; `own_account` is the one that the report is about."""
    shape = content.shape
    plan: _DetailPlan = shape.plan or _planned_detail(shape)
    values = content.values
    indicator = of_entry.indicator
    if values[plan.indicator]:
        indicator = read.direction(values[plan.indicator], "CdtDbtInd") or indicator
    party = account = None
    if plan.has_parties:
        party, account = _counterparty(
            plan, values, indicator, of_entry.reversal, own_account
        )
    reference, issuer = values[plan.reference], values[plan.issuer]
    more: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    if (
        plan.has_more_references
        or reference in _NONE
        or values[plan.reference_type] in read.OTHER_REFERENCES
    ):
        reference, issuer, more, others = _references(plan, values)
    servicer, end_to_end = values[plan.account_servicer_reference], values[plan.end_to_end]
    instruction, payment = values[plan.instruction], values[plan.payment_information]
    message, transaction = values[plan.message], values[plan.transaction]
    return _new_details(
        place,
        plan.amount.read(values),
        indicator,
        plan.instructed.read(values) if plan.instructed.value >= 0 else None,
        None if servicer in _NONE else servicer,
        None if end_to_end in _NONE else end_to_end,
        None if instruction in _NONE else instruction,
        None if payment in _NONE else payment,
        None if message in _NONE else message,
        None if transaction in _NONE else transaction,
        reference,
        issuer or None,
        more,
        others,
        documents=read.documents(content.fields, "RmtInf") if plan.has_documents else (),
        unstructured=_texts(plan.unstructured, values) if plan.unstructured else (),
        additional_information=values[plan.text] or None,
        counterparty=party,
        counterparty_account=account,
        return_reason=_return_reason(content.fields) if plan.is_return else None,
        bank_transaction_code=plan.code.read(values) if plan.code else None,
        currency_exchange=_currency_exchange(content.fields) if plan.has_exchange else None,
        charges=read.charges(content.fields, "Chrgs") if plan.has_charges else (),
    )


def _planned_detail(shape: Shape) -> _DetailPlan:
    plan = shape.plan = _DetailPlan.of(shape)
    return plan


def _references(
    plan: _DetailPlan, values: Values
) -> tuple[str | None, str | None, tuple[str, ...], tuple[str, ...]]:
    """Return the first reference, its issuer, all where there are several, and others."""
    found: list[tuple[str, str | None]] = []
    others: list[str] = []
    for place, issuer, kind in plan.references:
        value = read.known(values[place])
        if value is not None and values[kind] in read.OTHER_REFERENCES:
            others.append(value)
        elif value is not None:
            found.append((value, values[issuer]))
    if not found:
        return None, None, (), tuple(others)
    every = tuple(one for one, _ in found) if len(found) > 1 else ()
    return (*found[0], every, tuple(others))


def _texts(places: tuple[int, ...], values: Values) -> tuple[str, ...]:
    return tuple([value for place in places if (value := values[place])])


def _counterparty(
    plan: _DetailPlan,
    values: Values,
    indicator: CreditDebit,
    reversal: bool,
    own_account: str | None,
) -> tuple[Party | None, Account | None]:
    """Return whoever is on the other side: debtor of a credit, creditor of a debit.

    A reversal or a return may tell the parties of the original payment, so there the
    roles are doubtful; whose account is the statement's own is never the other side.
    """
    is_debtor = (indicator == "CRDT") is not reversal
    side = plan.debtor if is_debtor else plan.creditor
    party, account = _side(side, values, own_account)
    if party is None and account is None:
        other = plan.creditor if is_debtor else plan.debtor
        if reversal or plan.is_return or _is_own(side, values, own_account):
            return _side(other, values, own_account)
    return party, account


def _side(
    side: _SidePlan, values: Values, own_account: str | None
) -> tuple[Party | None, Account | None]:
    """Return party and account of one side, nothing where the account is our own."""
    written = values[side.account]
    number = read.account_number(written) if written else None
    if number is not None and number == own_account:
        return None, None
    name, identification = values[side.name], values[side.identification]
    return (
        _new_party(name or None, identification or None)
        if name or identification
        else None,
        _new_account(number, values[side.currency] or None) if number else None,
    )


def _is_own(side: _SidePlan, values: Values, own_account: str | None) -> bool:
    written = values[side.account]
    return bool(written) and read.account_number(written or "") == own_account


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
