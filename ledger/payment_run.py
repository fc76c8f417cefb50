"""The payment run: which payables are paid now, when, and as which payments.

Pure: items, states, dates and policy in; a plan out. What is not paid is told with its
reason, so that the two lists together are everything that is due. Nothing is posted by
a payment run (ADR 0003); it makes `Remittance`s and the `custom` lines that name them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from bankio.amount import Amount
from bankio.banks import BankProfile
from bankio.iso20022.payment_order import (
    OrderedPayment,
    PaymentBatch,
    PaymentKind,
    PaymentOrder,
)
from bankio.iso20022.payment_rules import payment_faults
from ledger import identifications, remittance_texts
from ledger.bank_days import BankDays
from ledger.company import BankAccount, Company
from ledger.directives import MetaValue
from ledger.open_items import ItemKind, Items, OpenItem
from ledger.payables import Payable, PayableState, amount_in_flight, is_refund
from ledger.payments import PaidItem, Payment, PaymentStanding, PaymentState, Remittance
from ledger.safeguards import Obstacle, Safeguards
from ledger.twins import Twins
from ledger.unposted import Unposted

KINDS = {
    ItemKind.SUPPLIER: PaymentKind.SUPPLIER,
    ItemKind.SALARY: PaymentKind.SALARY,
    ItemKind.TAX: PaymentKind.TAX,
    ItemKind.CREDIT: PaymentKind.SUPPLIER,
    ItemKind.CUSTOMER: PaymentKind.SUPPLIER,
}

#: Payments at home; those abroad and in other currencies are for the netbank.
_ORDERED = "NOK"
_LEFT_US = frozenset({PaymentState.BOOKED, PaymentState.BOOKED_OTHERWISE})


class ItemNotPayable(ValueError):
    """A named item cannot be paid as asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """An item that the run leaves out, and why."""

    item: OpenItem
    state: PayableState
    why: str
    """Without the state."""
    lifted: Mapping[str, MetaValue] | None = None
    """What the line of a release must say to lift the reason; None: no release does."""
    in_flight: Amount | None = None
    """How much of it is at the bank already, where that is the whole reason."""

    @property
    def reason(self) -> str:
        """The state with its reason: `held: wrong price (kari)`."""
        is_open = self.state is PayableState.OPEN
        return self.why if is_open else f"{self.state}: {self.why}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentPlan:
    """What a run pays and what it leaves out."""

    debtor: BankAccount
    payments: tuple[Payment, ...]
    skipped: tuple[Skipped, ...]
    later: tuple[Payable, ...]
    """Open, but due after the last day of the run."""

    @property
    def total(self) -> Amount:
        """The sum of all payments."""
        total = Amount.zero(self.debtor.currency)
        for payment in self.payments:
            total += payment.amount
        return total


@dataclass(frozen=True, slots=True, kw_only=True)
class RunTime:
    """When the run happens, and what the bank can still do today."""

    today: dt.date
    until: dt.date
    """Bills due on or before this day are paid."""
    earliest: dt.date
    """The first day on which the bank still executes what arrives now."""


def earliest_execution(
    now: dt.datetime, last_run: dt.time | None, bank_days: BankDays
) -> dt.date:
    """Return the first day on which a payment that arrives `now` can be executed."""
    today = now.date()
    past_last_run = last_run is not None and now.time() >= last_run
    if bank_days.is_bank_day(today) and not past_last_run:
        return today
    return bank_days.next(today)


def execution_date(
    due: dt.date, time: RunTime, weekend: str, bank_days: BankDays
) -> dt.date:
    """Return the day the money leaves for a bill due on `due`.

    A bill due on a closed day is paid on the last bank day before it, so that the money
    is there in time (`weekend = "after"`: on the next). Past due: as soon as possible.
    """
    day = bank_days.on_or_before(due) if weekend == "before" else bank_days.on_or_after(due)
    return max(day, time.earliest)


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """All that a run is planned from."""

    payables: Sequence[Payable]
    """Every open payable with its state."""
    items: Items
    """All items, closed ones too: a bill already paid may have a twin."""
    standings: Sequence[PaymentStanding]
    """Every payment ever ordered."""
    company: Company
    debtor: BankAccount
    """The account that pays."""
    profile: BankProfile
    time: RunTime
    bank_days: BankDays
    safeguards: Safeguards
    """What a person must confirm before money leaves."""
    unposted: Unposted
    """What the bank has told in files that no run has posted."""


def plan(basis: Basis, chosen: Mapping[str, Amount | None]) -> PaymentPlan:
    """Return what to pay now.

    Args:
        basis: What the run knows.
        chosen: Items named on the command line, each with a partial amount or None;
            empty: all that is due.

    Raises:
        ItemNotPayable: A named item is unknown, settled, or paid with more than is left.
    """
    _check_chosen(basis, chosen)
    due: list[Payable] = []
    later: list[Payable] = []
    for payable in basis.payables:
        if chosen and payable.item.key not in chosen:
            continue
        is_due = (payable.item.due or payable.item.date) <= basis.time.until
        (due if is_due or chosen else later).append(payable)
    payments: list[Payment] = []
    planned = Twins(basis.items)
    skipped: list[Skipped] = []
    days = _ordered_by_day(basis.standings)
    for payable in due:
        amount = chosen.get(payable.item.key)
        if payable.state is PayableState.IN_FLIGHT:
            skipped.append(_already(payable, amount))
            continue
        elsewhere = (
            _told_unposted(payable, amount, basis)
            or _same_message(payable, basis)
            or _other_account(payable, basis)
        )
        if elsewhere is not None:
            skipped.append(elsewhere)
            continue
        found = _obstacle(payable) or _twin(payable.item, planned)
        if found is not None:
            skipped.append(_skipped(payable, found))
            continue
        payment = _payment(payable, amount, basis)
        day = (payment.requested_execution_date, payment.amount.currency)
        already = days.get(day, Amount.zero(payment.amount.currency))
        found = _faults(payment, basis) or basis.safeguards.above_day(
            payable.item, payment.amount, already
        )
        if found is not None:
            skipped.append(_skipped(payable, found))
            continue
        payments.append(payment)
        planned.add(payment)
        days[day] = already + payment.amount
    return PaymentPlan(
        debtor=basis.debtor,
        payments=_numbered(payments, basis.debtor),
        skipped=tuple(skipped),
        later=tuple(later),
    )


def _already(payable: Payable, amount: Amount | None) -> Skipped:
    """Return why an item waits of which a payment is at the bank.

    Args:
        payable: The item.
        amount: The part that a person asks for; the same as is at the bank is no more
            than the same command again.
    """
    item = payable.item
    ordered = amount_in_flight(item, payable.standings)
    why = payable.reason or ""
    if amount is None or amount == ordered:
        return Skipped(item=item, state=payable.state, why=why, in_flight=ordered)
    why += "; another part can go when the bank has ended that"
    return Skipped(item=item, state=payable.state, why=why)


def _check_chosen(basis: Basis, chosen: Mapping[str, Amount | None]) -> None:
    known = {payable.item.key: payable for payable in basis.payables}
    for key, amount in chosen.items():
        payable = known.get(key)
        if payable is None:
            raise ItemNotPayable(f"{key}: no open payable has this key (books payables)")
        if amount is None:
            continue
        if amount.number <= 0 or amount.currency != basis.debtor.currency:
            raise ItemNotPayable(
                f"{key}: {amount} is no amount to pay in {basis.debtor.currency}"
            )
        ordered = amount_in_flight(payable.item, payable.standings)
        left = -payable.item.residual - ordered
        if amount.number <= left.number or amount == ordered:
            continue
        told = f" ({payable.told})" if ordered else ""
        raise ItemNotPayable(f"{key}: {amount} is more than is left, {left}{told}")


def _skipped(payable: Payable, found: Obstacle) -> Skipped:
    is_draft = payable.state is PayableState.DRAFT
    return Skipped(
        item=payable.item,
        state=PayableState.DRAFT if is_draft else PayableState.HELD,
        why=found.reason,
        lifted=found.lifted,
    )


def judged(basis: Basis) -> tuple[Payable, ...]:
    """Return the payables as a run for all days would find them: `plan` alone decides.

    What such a run leaves out is held, with the reason that the run gives; what goes again
    in its old message stays open.
    """
    open_ones = [each for each in basis.payables if each.state is PayableState.OPEN]
    everything = replace(basis.time, until=dt.date.max)
    run = plan(replace(basis, payables=open_ones, time=everything), {})
    left_out = {id(each.item): each for each in run.skipped}
    return tuple(
        replace(payable, state=found.state, reason=found.why, lifted=found.lifted)
        if (found := left_out.get(id(payable.item))) is not None
        else payable
        for payable in basis.payables
    )


def _told_unposted(payable: Payable, amount: Amount | None, basis: Basis) -> Skipped | None:
    """Return an item of which a file that is not posted tells a booking."""
    if payable.state is not PayableState.OPEN or not basis.unposted:
        return None
    would_be = _payment(payable, amount, basis)
    why = basis.unposted.reason(payable.item, payable.standings, would_be)
    if why is None:
        return None
    return Skipped(item=payable.item, state=PayableState.IN_FLIGHT, why=why)


def _same_message(payable: Payable, basis: Basis) -> Skipped | None:
    """Return an item that goes again by itself, in no other message than it was in."""
    last = payable.standings[-1] if payable.standings else None
    until = last.same_message_until if last is not None else None
    if payable.state is not PayableState.OPEN or last is None or until is None:
        return None
    if until < basis.time.today:
        return None
    why = (
        f"dropped: until {until} it goes again only in message"
        f" {last.payment.message_id}, as soon as all bills of that are due"
    )
    return Skipped(item=payable.item, state=payable.state, why=why)


def _other_account(payable: Payable, basis: Basis) -> Skipped | None:
    """Return an item that can be paid, and not from this account."""
    debtor, currency = basis.debtor, payable.item.residual.currency
    if payable.state is not PayableState.OPEN or currency == debtor.currency:
        return None
    others = [e.number for e in basis.company.bank_accounts if e.currency == currency]
    if currency != _ORDERED or not others:
        return None
    why = (
        f"in {currency}: {debtor.number} pays {debtor.currency};"
        f" books pay-due --account {others[0]}"
    )
    return Skipped(item=payable.item, state=payable.state, why=why)


def _obstacle(payable: Payable) -> Obstacle | None:
    if payable.state is not PayableState.OPEN:
        return Obstacle(payable.reason or "", payable.lifted)
    currency = payable.item.residual.currency
    if currency != _ORDERED:
        return Obstacle(f"in {currency}: only {_ORDERED} is ordered here; use the netbank")
    return None


def _ordered_by_day(
    standings: Sequence[PaymentStanding],
) -> dict[tuple[dt.date, str], Amount]:
    """Return what leaves our accounts on each day, in each currency."""
    found: dict[tuple[dt.date, str], Amount] = {}
    for standing in standings:
        if not (standing.state.is_live or standing.state in _LEFT_US):
            continue
        amount = standing.payment.amount
        day = (standing.execution_date, amount.currency)
        found[day] = found.get(day, Amount.zero(amount.currency)) + amount
    return found


def _twin(item: OpenItem, planned: Twins) -> Obstacle | None:
    """Return why a bill is not paid in the same run as its twin."""
    return planned.obstacle(item)


def _payment(payable: Payable, amount: Amount | None, basis: Basis) -> Payment:
    item, company = payable.item, basis.company
    paid = amount or -item.residual
    attempt = 1 + max((each.payment.attempt for each in payable.standings), default=0)
    kind = KINDS[item.kind]
    # A customer's KID is ours: it means nothing to who gets the money back.
    reference = None if is_refund(item) else item.kid
    return Payment(
        end_to_end_id=identifications.end_to_end(
            company.orgnr, basis.debtor.number, [item.key], attempt
        ),
        attempt=attempt,
        message_id="",
        payment_information_id="",
        items=(PaidItem(open_item=item.key, account=item.account, amount=paid),),
        amount=paid,
        debtor_account=basis.debtor.number,
        creditor_account=item.creditor_account or "",
        creditor_name=item.party_name or item.party_number or item.key,
        kid=reference,
        kid_check_waived="" in item.released,
        message=None if reference else _message(item, basis),
        requested_execution_date=execution_date(
            _last_day(item, paid), basis.time, company.policy.weekend, basis.bank_days
        ),
        kind=kind,
        batch_booking=kind in basis.profile.payment_types
        and basis.profile.payment_types[kind].batch_booking,
    )


def _last_day(item: OpenItem, paid: Amount) -> dt.date:
    """Return when so much is due: a person who asks for all but the discount means it."""
    due = item.due or item.date
    discount, until = item.discount_amount, item.discount_until
    if discount is None or until is None or item.amount + paid != discount:
        return due
    return min(due, until)


def _faults(payment: Payment, basis: Basis) -> Obstacle | None:
    """Return why the bank would refuse this one payment, so that the others can go."""
    faults = payment_faults(
        _ordered(payment), payment.kind, payment.debtor_account, basis.profile
    )
    return Obstacle("; ".join(faults)) if faults else None


def _message(item: OpenItem, basis: Basis) -> str:
    """Return what the payee reads."""
    if is_refund(item):
        return remittance_texts.of_refund(item, basis.items, basis.company.language)
    return remittance_texts.of_bill(item)


def _batch_key(payment: Payment) -> tuple[dt.date, str]:
    return payment.requested_execution_date, payment.kind


def _numbered(payments: Sequence[Payment], debtor: BankAccount) -> tuple[Payment, ...]:
    """Return the payments in the order of the message, with MsgId and PmtInfId."""
    ordered = sorted(payments, key=lambda each: (*_batch_key(each), each.end_to_end_id))
    message_id = identifications.message(
        debtor.number,
        [(each.end_to_end_id, each.creditor_account, each.amount) for each in ordered],
    )
    return tuple(
        replace(
            payment,
            message_id=message_id,
            payment_information_id=identifications.payment_information(message_id, number),
        )
        for number, (_, batch) in enumerate(groupby(ordered, key=_batch_key), start=1)
        for payment in batch
    )


def order_of(
    payments: Sequence[Payment], company: Company, debtor: BankAccount, created: dt.datetime
) -> PaymentOrder:
    """Return the message that asks the bank for these payments."""
    return PaymentOrder(
        message_identification=payments[0].message_id,
        creation_date_time=created,
        initiating_party_name=company.name,
        organisation_number=company.orgnr,
        batches=tuple(
            _batch(list(batch), debtor)
            for _, batch in groupby(payments, key=lambda each: each.payment_information_id)
        ),
    )


def _batch(payments: Sequence[Payment], debtor: BankAccount) -> PaymentBatch:
    first = payments[0]
    return PaymentBatch(
        payment_information_identification=first.payment_information_id,
        kind=first.kind,
        requested_execution_date=first.requested_execution_date,
        debtor_account=debtor.number,
        currency=debtor.currency,
        payments=tuple(map(_ordered, payments)),
    )


def _ordered(payment: Payment) -> OrderedPayment:
    return OrderedPayment(
        end_to_end_identification=payment.end_to_end_id,
        amount=payment.amount,
        creditor_name=payment.creditor_name,
        creditor_account=payment.creditor_account,
        kid=payment.kid,
        kid_check_waived=payment.kid_check_waived,
        message=payment.message,
    )


def remittance_of(
    payments: Sequence[Payment], debtor: BankAccount, created: dt.datetime, sha256: str
) -> Remittance:
    """Return the record of a message whose bytes have this hash."""
    message_id = payments[0].message_id
    return Remittance(
        message_id=message_id,
        sha256=sha256,
        file_name=f"P001.{message_id}.xml",
        debtor_account=debtor.number,
        created=created.isoformat(),
        payments=tuple(payments),
        channel=debtor.channel,
    )
