"""Our own EndToEndId: the payment that we ordered was booked, or came back.

We sent 12 500.00 to 1503 20 80119 for bill lf-L10001-10023 under E-SQX282KKTVQ7ZGNS:

    bank: -12500.00, E-SQX282KKTVQ7ZGNS, to 15032080119   settles lf-L10001-10023
    bank: -12400.00, E-SQX282KKTVQ7ZGNS, to 15032080119   alarm, parked: another amount
    bank: -12500.00, E-SQX282KKTVQ7ZGNS, to 15030000029   alarm, parked: another account
    bank: -12500.00, E-SQX282KKTVQ7ZGNS a second time     parked: a likely duplicate
    bank: -12550.00, the same, and charges of 50.00 told  settles it; 7770 debit 50.00
    bank: +12500.00, E-SQX282KKTVQ7ZGNS, AC04             reopens lf-L10001-10023
    the same after one of the parked ones                 parked: which of them came back?
    the same after a person has undone the booking        settles what stands on suspense;
                                                          parked if that is placed since
    the same, RvslInd, booked twice, and the reference    the bank corrects itself: settles
    of one of the two bookings                            what is parked, and nothing else

A payment settles its items by the amounts of its manifest, all of them or none. The trap
is the rejected one: a booking after a rejection is an alarm, yet the money is gone and
the bill is paid, so it settles.
"""

from __future__ import annotations

from collections.abc import Sequence

from bankio.amount import Amount
from ledger import identifications
from ledger.directives import MetaValue
from ledger.item_kinds import ItemKind
from ledger.open_items import OpenItem
from ledger.payments import PaidItem, Payment, PaymentStanding, PaymentState
from reconcile.bank_transactions import Movement
from reconcile.evidence import Evidence
from reconcile.matches import Doubt, Finding, Leg, Match
from reconcile.returned_payments import reason_of
from reconcile.rules import cash_discount, differences, exchange
from reconcile.wording import say

RULE = "end-to-end-id"
_CUSTOMERS = frozenset({ItemKind.CREDIT, ItemKind.CUSTOMER})


def match(movement: Movement, evidence: Evidence) -> Finding | None:
    """Return what the movement is by our EndToEndId; None where it has none of ours."""
    end_to_end_id = movement.end_to_end_id
    if end_to_end_id is None:
        return None
    standing = evidence.payments.get(end_to_end_id)
    if standing is None:
        if not identifications.is_ours(end_to_end_id):
            return None
        return _alarm(evidence, "end-to-end-unknown", end_to_end_id=end_to_end_id)
    if movement.amount.number > 0:
        return _came_back(movement, standing, evidence)
    return _booked(movement, standing, evidence)


def _alarm(evidence: Evidence, text: str, **values: object) -> Doubt:
    reason = say(evidence.language, text, **values)
    return Doubt(rule=RULE, reason=reason, alarms=(reason,))


def _booked(movement: Movement, standing: PaymentStanding, evidence: Evidence) -> Finding:
    payment = standing.payment
    fault = _disagreement(movement, payment, evidence)
    if fault is not None:
        return fault
    language, identification = evidence.language, payment.end_to_end_id
    if evidence.settled_by(payment).number > 0:
        reason = say(language, "end-to-end-twice", end_to_end_id=identification)
        return Doubt(rule=RULE, reason=reason, alarms=(reason,))
    legs = _legs(movement, payment, evidence)
    if isinstance(legs, Doubt):
        return legs
    told = "why-end-to-end"
    if movement.counterparty_account is None:
        told = "why-end-to-end-untold-account"
    return Match(
        rule=RULE,
        why=say(
            language,
            told,
            end_to_end_id=identification,
            message_id=payment.message_id or say(language, "remittance-before"),
        ),
        legs=legs,
        payee=movement.counterparty_name or payment.creditor_name,
        narration=narration(payment, evidence),
        alarms=contradictions(standing, movement, language),
    )


def _disagreement(movement: Movement, payment: Payment, evidence: Evidence) -> Doubt | None:
    """Return in what the bank's booking is not what we sent."""
    identification = payment.end_to_end_id
    if movement.bank_account != payment.debtor_account:
        return _alarm(
            evidence,
            "end-to-end-debtor",
            end_to_end_id=identification,
            booked=movement.bank_account,
            sent=payment.debtor_account,
        )
    if not _is_as_sent(movement, payment, evidence):
        return _alarm(
            evidence,
            "end-to-end-amount",
            end_to_end_id=identification,
            booked=-movement.amount,
            sent=payment.amount,
        )
    account = movement.counterparty_account
    if account is not None and account != payment.creditor_account:
        return _alarm(
            evidence,
            "end-to-end-account",
            end_to_end_id=identification,
            booked=account,
            sent=payment.creditor_account,
        )
    return None


def _is_as_sent(movement: Movement, payment: Payment, evidence: Evidence) -> bool:
    """Whether the bank booked the amount that we sent, charges that it tells apart."""
    if movement.amount.currency != payment.amount.currency:
        return movement.instructed_amount == payment.amount
    return (
        movement.amount == -payment.amount
        or _charges(movement, payment, evidence) is not None
    )


def _legs(
    movement: Movement, payment: Payment, evidence: Evidence
) -> tuple[Leg, ...] | Doubt:
    """Return everything that a booked payment posts beside the bank."""
    legs = settling_legs(movement, payment, evidence)
    if isinstance(legs, Doubt):
        return legs
    if movement.amount.currency == payment.amount.currency:
        charges = _charges(movement, payment, evidence)
        return legs if charges is None else (*legs, charges)
    meta: dict[str, MetaValue] = {"end-to-end-id": payment.end_to_end_id}
    exchanged = exchange.priced_legs(movement, legs, evidence, meta)
    if exchanged is not None:
        return exchanged
    return _alarm(
        evidence,
        "end-to-end-value",
        end_to_end_id=payment.end_to_end_id,
        item=payment.items[0].open_item,
    )


def _charges(movement: Movement, payment: Payment, evidence: Evidence) -> Leg | None:
    """Return the leg of charges that the bank booked with the payment and tells apart."""
    return differences.charged(movement, -movement.amount - payment.amount, evidence)


def settling_legs(
    movement: Movement, payment: Payment, evidence: Evidence
) -> tuple[Leg, ...] | Doubt:
    """Return the legs that settle a payment's items, or why one of them cannot.

    They are in the items' currency; a discount taken in time stands after its item.
    """
    legs = []
    for paid in payment.items:
        item = evidence.item(paid.open_item)
        if item is None:
            return _alarm(
                evidence,
                "end-to-end-no-item",
                end_to_end_id=payment.end_to_end_id,
                item=paid.open_item,
            )
        left = evidence.residual(item)
        if not _takes(left, paid.amount):
            return _alarm(
                evidence,
                "end-to-end-item",
                end_to_end_id=payment.end_to_end_id,
                item=item.key,
                residual=left,
                paid=paid.amount,
            )
        legs.append(
            Leg(
                account=item.account,
                amount=paid.amount,
                open_item=item.key,
                item=item,
                meta={"end-to-end-id": payment.end_to_end_id},
            )
        )
    return cash_discount.with_discounts(movement, legs, evidence)


def _takes(residual: Amount, paid: Amount) -> bool:
    """Whether an item has that much left: it never crosses zero."""
    if residual.currency != paid.currency:
        return False
    if paid.number >= 0:
        return residual.number <= -paid.number
    return residual.number >= -paid.number


def narration(payment: Payment, evidence: Evidence) -> str:
    """Return what stands in the books beside the payee's name."""
    language = evidence.language
    if len(payment.items) == 1:
        item = evidence.item(payment.items[0].open_item)
        if item is not None and item.kind in _CUSTOMERS and payment.message:
            return payment.message  # what the customer reads who gets it back
        if item is not None and item.invoice:
            return say(language, "payment-of-invoice", invoice=item.invoice)
    keys = ", ".join(paid.open_item for paid in payment.items[:5])
    return say(language, "payment-of-item", item=keys)


def contradictions(
    standing: PaymentStanding, movement: Movement, language: str
) -> tuple[str, ...]:
    """Return what the booking of a payment contradicts."""
    texts = {
        PaymentState.REJECTED: "alarm-rejected",
        PaymentState.CANCELLED: "alarm-cancelled",
        PaymentState.DROPPED: "alarm-dropped",
    }
    text = texts.get(standing.state)
    if text is None:
        return ()
    return (
        say(
            language,
            text,
            end_to_end_id=standing.payment.end_to_end_id,
            date=movement.booking_date,
            reason=standing.reason,
            what=f"{movement.booking_date} {movement.amount}",
        ),
    )


def _came_back(
    movement: Movement, standing: PaymentStanding, evidence: Evidence
) -> Finding:
    payment, language = standing.payment, evidence.language
    if movement.amount != payment.amount:
        return _alarm(
            evidence,
            "return-amount",
            end_to_end_id=payment.end_to_end_id,
            booked=movement.amount,
            sent=payment.amount,
        )
    corrected = _corrected(movement, payment, evidence)
    if corrected is not None:
        return corrected
    parked = evidence.parked_of(payment)
    if parked is not None:
        # Opening the item again would let it be paid twice: it may be the parked money.
        return _alarm(
            evidence,
            "return-parked",
            end_to_end_id=payment.end_to_end_id,
            parked=abs(parked),
        )
    if evidence.has_come_back(payment):
        return _alarm(evidence, "return-twice", end_to_end_id=payment.end_to_end_id)
    if movement.bank_account != payment.debtor_account:
        return _alarm(
            evidence,
            "end-to-end-debtor",
            end_to_end_id=payment.end_to_end_id,
            booked=movement.bank_account,
            sent=payment.debtor_account,
        )
    undone = evidence.undone_of(payment)
    if undone and not _is_settled_again(payment, undone, evidence):
        return _meets_undone(movement, payment, undone, evidence)
    return returned(movement, payment, evidence, language)


def _is_settled_again(
    payment: Payment, undone: Sequence[OpenItem], evidence: Evidence
) -> bool:
    """Whether a person has matched undone money to the very items of its payment again."""
    since = {each.voucher for item in undone for each in item.postings[1:]}
    for paid in payment.items:
        item = evidence.item(paid.open_item)
        settled = Amount.zero(paid.amount.currency)
        for posting in item.postings if item else ():
            if posting.voucher in since and posting.amount.currency == settled.currency:
                settled += posting.amount
        if settled != paid.amount:
            return False
    return True


def _meets_undone(
    movement: Movement, payment: Payment, undone: Sequence[OpenItem], evidence: Evidence
) -> Finding:
    """Return the match with undone money where it stands; its bill is open already."""
    language, reason = evidence.language, reason_of(movement, evidence.language)
    left = [item for item in undone if evidence.residual(item)]
    if len(left) != 1 or evidence.residual(left[0]) != movement.amount:
        since = {each.voucher for item in undone for each in item.postings[1:]}
        return _alarm(
            evidence,
            "return-undone",
            end_to_end_id=payment.end_to_end_id,
            reason=reason,
            vouchers=", ".join(sorted(filter(None, since))),
        )
    (item,) = left
    return Match(
        rule=RULE,
        why=say(
            language,
            "why-returned-undone",
            end_to_end_id=payment.end_to_end_id,
            reason=reason,
            item=item.key,
        ),
        legs=(
            Leg(
                account=item.account,
                amount=-movement.amount,
                open_item=item.key,
                item=item,
                meta={"end-to-end-id": payment.end_to_end_id, "reason": reason},
            ),
        ),
        payee=payment.creditor_name,
        narration=say(language, "returned", reason=reason),
    )


def _corrected(movement: Movement, payment: Payment, evidence: Evidence) -> Match | None:
    """Return the match where the bank takes one of two bookings back by its reference."""
    reference = movement.account_servicer_reference
    is_same_account = movement.bank_account == payment.debtor_account
    if not movement.is_reversal or reference is None or not is_same_account:
        return None
    parked = evidence.parked_booking(payment, reference)
    if parked is None or evidence.settled_by(payment).number <= 0:
        return None
    language, item = evidence.language, evidence.item(parked)
    return Match(
        rule=RULE,
        why=say(
            language,
            "why-corrected",
            end_to_end_id=payment.end_to_end_id,
            reference=reference,
        ),
        legs=(
            Leg(
                account=item.account if item else evidence.roles.suspense_out,
                amount=-movement.amount,
                open_item=parked,
                item=item,
            ),
        ),
        payee=payment.creditor_name,
        narration=say(language, "corrected"),
    )


def _discount_of(paid: PaidItem, payment: Payment, evidence: Evidence) -> Leg | None:
    """Return the leg of the cash discount that settled more of an item than was paid."""
    settled = evidence.settled_of(payment, paid.open_item)
    if settled.number <= paid.amount.number or paid.amount.number <= 0:
        return None
    return cash_discount.given_back(settled - paid.amount, evidence)


def returned(
    movement: Movement, payment: Payment, evidence: Evidence, language: str
) -> Finding:
    """Return the match that opens a payment's items again."""
    reason = reason_of(movement, language)
    legs = []
    for paid in payment.items:
        item = evidence.item(paid.open_item)
        if item is None:
            return _alarm(
                evidence,
                "end-to-end-no-item",
                end_to_end_id=payment.end_to_end_id,
                item=paid.open_item,
            )
        settled = paid.amount
        discount = _discount_of(paid, payment, evidence)
        if discount is not None:
            legs.append(discount)
            settled += discount.amount
        legs.append(
            Leg(
                account=item.account,
                amount=-settled,
                open_item=item.key,
                item=item,
                meta={"end-to-end-id": payment.end_to_end_id, "reason": reason},
            )
        )
    return Match(
        rule=RULE,
        why=say(
            language,
            "why-returned",
            end_to_end_id=payment.end_to_end_id,
            reason=reason,
        ),
        legs=tuple(legs),
        payee=payment.creditor_name,
        narration=say(language, "returned", reason=reason),
    )
