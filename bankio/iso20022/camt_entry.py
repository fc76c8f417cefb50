"""An entry of a camt message, out of the fields of a record and its details.

ISO 20022 camt.052, camt.053 and camt.054, `Ntry`, all versions: `Sts` or `Sts/Cd`, one
`Chrgs` or several, are read by what is there.

The trap: a detail may disagree with its entry, tell no amount, or tell a sum of many
payments. The entry is the money; `details_add_up` says whether its details may be used.
Some banks tell the amount of a detail (`TxAmt`) before the charges that they took off:

    entry 575.00 CRDT, TxAmt 600.00, Chrgs 25.00    the detail is 575.00
    entry 625.00 DBIT, TxAmt 600.00, Chrgs 25.00    the detail is 625.00
    entry 580.00 CRDT, TxAmt 600.00, Chrgs 25.00    the detail disagrees

Of several details, charges of the entry are nobody's: they are booked beside them.

    entry  975.00 CRDT, Chrgs 25.00, TxAmt 600.00 and 400.00    the details, and 25.00 apart
    entry  975.00 CRDT, TxAmt 600.00 with Chrgs 25.00, 400.00   575.00 and 400.00
    entry  950.00 CRDT, Chrgs 25.00, the same two details       575.00, 400.00, 25.00 apart
    entry  975.00 CRDT, Chrgs 25.00, the same two details       575.00 and 400.00: a charge
                                                                of a detail, told again
    entry  980.00 CRDT, Chrgs 25.00, TxAmt 600.00 and 400.00    the details disagree
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal

from bankio.amount import Amount
from bankio.errors import Place
from bankio.iso20022 import fields as read
from bankio.iso20022.building import builder
from bankio.iso20022.events import Content
from bankio.iso20022.plans import CodePlan, MoneyPlan
from bankio.iso20022.shapes import Shape, Values
from bankio.iso20022.values import Charge, CreditDebit, Entry, TransactionDetails
from bankio.iso20022.xml import FieldError

_new_entry = builder(Entry)

_BATCH = "NtryDtls/Btch"
_ENTRY_DETAILS = re.compile(r"NtryDtls(?:\[[0-9]+\])?")
_BATCH_COUNT = re.compile(r"NtryDtls(?:\[[0-9]+\])?/Btch/NbOfTxs")


def signed(amount: Amount, indicator: CreditDebit) -> Decimal:
    """Return the number with its direction, for sums."""
    return amount.number if indicator == "CRDT" else -amount.number


@dataclass(frozen=True, slots=True)
class _EntryPlan:
    """Where the values of an entry stand."""

    amount: MoneyPlan
    indicator: int
    status: int
    reversal: int
    booking_date: int
    value_date: int
    entry_reference: int
    account_servicer_reference: int
    code: CodePlan | None
    has_batch: bool
    batch_counts: tuple[int, ...]
    """One of every NtryDtls that is a batch."""
    batch_payment_information: int
    batch_message: int
    batch_totals: tuple[tuple[MoneyPlan, int], ...]
    """Sum and direction of every NtryDtls; none where one of them tells no sum."""
    text: int
    has_charges: bool

    @classmethod
    def of(cls, shape: Shape) -> _EntryPlan:
        """Look everything up in `shape`."""
        return cls(
            amount=MoneyPlan.of(shape, "Amt"),
            indicator=shape.at("CdtDbtInd"),
            status=shape.at("Sts/Cd", "Sts/Prtry", "Sts"),
            reversal=shape.at("RvslInd"),
            booking_date=shape.at(*read.day_paths("BookgDt")),
            value_date=shape.at(*read.day_paths("ValDt")),
            entry_reference=shape.at("NtryRef"),
            account_servicer_reference=shape.at("AcctSvcrRef"),
            code=CodePlan.of(shape),
            has_batch=any("/Btch/" in path for path in shape.paths),
            batch_counts=tuple(
                place
                for path, place in shape.index.items()
                if _BATCH_COUNT.fullmatch(path) is not None
            ),
            batch_payment_information=shape.at(_BATCH + "/PmtInfId"),
            batch_message=shape.at(_BATCH + "/MsgId"),
            batch_totals=_batch_totals(shape),
            text=shape.at("AddtlNtryInf"),
            has_charges="Chrgs" in shape.index,
        )


def entry(place: Place, content: Content, details: tuple[TransactionDetails, ...]) -> Entry:
    """Return an entry; `details` are those that `detail` made of its parts."""
    shape = content.shape
    plan: _EntryPlan = shape.plan or _planned_entry(shape)
    values = content.values
    amount = plan.amount.read(values)
    if amount is None:
        raise FieldError("Amt", "is missing")
    indicator = read.direction(values[plan.indicator], "CdtDbtInd")
    if indicator is None:
        raise FieldError("CdtDbtInd", "is missing, so the direction is unknown")
    number = payment = message = total = None
    if plan.has_batch:
        number = _batch_count(plan, values)
        payment = read.known(values[plan.batch_payment_information])
        message = read.known(values[plan.batch_message])
        total = _batch_total(plan, values, amount.currency, indicator)
    told = values[plan.reversal]
    reversal = bool(told and read.truth(told, "RvslInd"))
    servicer = values[plan.account_servicer_reference]
    charges = read.charges(content.fields, "Chrgs") if plan.has_charges else ()
    add_up, apart = True, None
    if details:
        details = _with_amounts(details, amount)
        add_up = _add_up(details, amount, indicator, number)
    if not add_up:
        sums = _Told(amount, indicator, number, charges)
        details, apart, add_up = _tied(details, sums, is_reversal=reversal)
    return _new_entry(
        place=place,
        amount=amount,
        credit_debit_indicator=indicator,
        status=values[plan.status] or None,
        reversal=reversal,
        booking_date=read.parsed_day(values[plan.booking_date]),
        value_date=read.parsed_day(values[plan.value_date]),
        entry_reference=values[plan.entry_reference] or None,
        account_servicer_reference=read.known(servicer),
        bank_transaction_code=plan.code.read(values) if plan.code else None,
        batch_number_of_transactions=number,
        batch_payment_information_identification=payment,
        batch_message_identification=message,
        batch_total=total,
        additional_information=values[plan.text] or None,
        charges=charges,
        charges_apart=apart,
        details=details,
        details_add_up=add_up,
    )


def has_batch_count(content: Content) -> bool:
    """Whether an entry that `entry` has read tells the number of its payments."""
    plan: _EntryPlan = content.shape.plan
    return bool(plan.batch_counts)


def _batch_count(plan: _EntryPlan, values: Values) -> int | None:
    """Return how many payments the batches of an entry hold together."""
    counts = [read.whole(values[place]) for place in plan.batch_counts]
    known = [count for count in counts if count is not None]
    return sum(known) if known and len(known) == len(counts) else None


def _batch_totals(shape: Shape) -> tuple[tuple[MoneyPlan, int], ...]:
    batches = [f"{path}/Btch/" for path in shape.paths if _ENTRY_DETAILS.fullmatch(path)]
    if any(batch + "TtlAmt" not in shape.index for batch in batches):
        return ()
    return tuple(
        (MoneyPlan.of(shape, batch + "TtlAmt"), shape.at(batch + "CdtDbtInd"))
        for batch in batches
    )


def _batch_total(
    plan: _EntryPlan, values: Values, currency: str, indicator: CreditDebit
) -> Amount | None:
    """Return what the batches of an entry make together, as seen from the entry."""
    total = None
    for money, direction in plan.batch_totals:
        told = money.read(values)
        if told is None or told.currency != currency:
            return None
        own = read.direction(values[direction], _BATCH + "/CdtDbtInd") or indicator
        told = told if own == indicator else -told
        total = told if total is None else total + told
    return total


def _planned_entry(shape: Shape) -> _EntryPlan:
    plan = shape.plan = _EntryPlan.of(shape)
    return plan


def _with_amounts(
    details: tuple[TransactionDetails, ...], amount: Amount
) -> tuple[TransactionDetails, ...]:
    """Give details that tell no amount the one that they must have, where there is one."""
    for detail in details:
        if detail.amount is None:
            break
    else:
        return details
    if len(details) == 1:
        return (replace(details[0], amount=amount),)
    return tuple(
        replace(one, amount=one.instructed_amount)
        if one.amount is None
        and one.instructed_amount is not None
        and one.instructed_amount.currency == amount.currency
        else one
        for one in details
    )


@dataclass(frozen=True, slots=True)
class _Told:
    """What an entry tells that its details must make."""

    amount: Amount
    indicator: CreditDebit
    number: int | None
    """Of its batches' payments."""
    charges: tuple[Charge, ...]


def _tied(
    details: tuple[TransactionDetails, ...], told: _Told, *, is_reversal: bool
) -> tuple[tuple[TransactionDetails, ...], Amount | None, bool]:
    """Return details as they make the entry, the charges apart, and whether they do.

    Charges are only ever added, so no two readings make one sum, but where the entry's are
    just those of its details: then they are told twice, and the details have them.
    """
    amount, indicator, number = told.amount, told.indicator, told.number
    booked = _less_charges(details, told.charges)
    if _add_up(booked, amount, indicator, number):
        return booked, None, True
    if is_reversal:
        turned = _turned(details, indicator)
        return turned, None, _add_up(turned, amount, indicator, number)
    apart = _apart(told)
    if apart is not None:
        rest = amount + apart if indicator == "CRDT" else amount - apart
        for reading in (details, booked):
            if _add_up(reading, rest, indicator, number):
                return reading, apart, True
    return details, None, False


def _apart(told: _Told) -> Amount | None:
    """Return what the bank took of the whole entry; None: nothing, or it is not certain."""
    other = "DEBT" if told.indicator == "CRDT" else "CRED"
    total = Amount.zero(told.amount.currency)
    for charge in told.charges:
        if charge.included is False or not charge.amount:
            continue
        is_refund = charge.credit_debit_indicator == "CRDT"
        if is_refund or charge.bearer == other:
            return None
        if charge.amount.currency != total.currency or charge.amount.number < 0:
            return None
        total += charge.amount
    return total or None


def _turned(
    details: tuple[TransactionDetails, ...], indicator: CreditDebit
) -> tuple[TransactionDetails, ...]:
    """Return a reversal's details in the entry's way, where all keep the original's.

    The entry says which way the money went; some banks repeat the original's details.
    """
    if any(one.credit_debit_indicator == indicator for one in details):
        return details
    return tuple(replace(one, credit_debit_indicator=indicator) for one in details)


def _less_charges(
    details: tuple[TransactionDetails, ...], of_entry: tuple[Charge, ...]
) -> tuple[TransactionDetails, ...]:
    """Return details with what was booked of each, where their amounts are before charges.

    Charges of the entry are the detail's where it has one alone.
    """
    return tuple(
        replace(one, amount=_booked(one, one.charges or of_entry))
        if one.charges or (of_entry and len(details) == 1)
        else one
        for one in details
    )


def _booked(detail: TransactionDetails, told: tuple[Charge, ...]) -> Amount | None:
    """Return a detail's amount with its charges; None where it is not certain."""
    amount = detail.amount
    if amount is None:
        return None
    for charge in told:
        if charge.included is False or not charge.amount:
            continue
        if charge.credit_debit_indicator == "CRDT":
            return None
        if charge.amount.currency != amount.currency:
            return None
        taken_off = detail.credit_debit_indicator == "CRDT"
        amount += -charge.amount if taken_off else charge.amount
    return amount if amount.number > 0 else None


def _add_up(
    details: tuple[TransactionDetails, ...],
    amount: Amount,
    indicator: CreditDebit,
    number: int | None,
) -> bool:
    """Whether the details are the whole of the entry, in count and in sum."""
    if number is not None and number != len(details):
        return False
    currency = amount.currency
    total = Decimal(0)
    for detail in details:
        told = detail.amount
        if told is None or told.currency != currency:
            return False
        if detail.credit_debit_indicator == "CRDT":
            total += told.number
        else:
            total -= told.number
    return total == signed(amount, indicator)
