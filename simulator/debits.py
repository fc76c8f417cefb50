"""Book payments that leave an account, and what comes back of them.

Which payments become one entry of the statement is the customer's word (BtchBookg) or the
agreement's (camt.054 ordered: sums on the statement). A payment abroad is booked in NOK
at the day's rate, and its charge as an entry of its own.
"""

import json
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any

from simulator import bookings, customers, exchange, faults, receipts
from simulator.bookings import Booking, Movement
from simulator.state import State, text_of

SALARY = ("SALA", "PENS")
CHARGE_TEXT = "Gebyr betaling til utlandet"
RETURN_TEXT = "Tilbakeført betaling"


def charge_of(state: State, payment: Any) -> int:
    """Return what the bank takes for a payment, in øre."""
    return state.profile.foreign_charge if payment["kind"] == "foreign" else 0


def _lump_key(state: State, payment: Any) -> tuple[Any, ...]:
    """Payments that become one entry of the statement have the same key."""
    asked_for = payment["batch_booking"] == "true" and payment["kind"] != "foreign"
    by_agreement = (
        payment["kind"] == "domestic"
        and payment["batch_booking"] != "false"
        and customers.agreement(state, payment["account"]).camt054
    )
    lump = asked_for or by_agreement
    return (
        payment["message"],
        payment["payment_information_id"],
        0 if lump else payment["id"],
    )


def book(state: State, payments: Sequence[Any]) -> None:
    """Book payments: the debits, and the credits of those that stay in this bank."""
    payments = _misdirected(state, payments)
    if payments and faults.take(state, "batch_booked") is not None:
        for _, group in groupby(payments, key=lambda p: (p["message"], p["account"])):
            _debit(state, list(group), is_lump=True)
    else:
        for key, group in groupby(payments, key=lambda p: _lump_key(state, p)):
            _debit(state, list(group), is_lump=key[-1] == 0)
    if payments and faults.take(state, "booked_twice") is not None:
        _debit_entry(state, payments[:1], is_lump=False)
    inside = [p for p in payments if _is_here(state, p["creditor_account"])]
    inside.sort(key=lambda p: (p["creditor_account"], p["id"]))
    for account, group in groupby(inside, key=lambda p: str(p["creditor_account"])):
        incoming = [_incoming(state, p) for p in group]
        receipts.credit(state, account, incoming, bookings.TRANSFER, 0)


def _misdirected(state: State, payments: Sequence[Any]) -> Sequence[Any]:
    """Return the payments, the first of them to another account if that is armed."""
    wrong = faults.take(state, "other_account") if payments else None
    if wrong is None:
        return payments
    return [{**dict(payments[0]), "creditor_account": wrong["to"]}, *payments[1:]]


def _is_here(state: State, number: str) -> bool:
    return state.one("SELECT 1 FROM account WHERE number = ?", number) is not None


def _debit(state: State, payments: Sequence[Any], *, is_lump: bool) -> None:
    halves = [payments]
    if len(payments) > 1 and is_lump and faults.take(state, "split_booking") is not None:
        halves = [payments[: len(payments) // 2], payments[len(payments) // 2 :]]
    for half in halves:
        _debit_entry(state, half, is_lump=is_lump)


def _kind(payment: Any) -> str:
    if payment["category"] in SALARY:
        return "salary"
    return {"own": "transfer", "instant": "instant", "foreign": "foreign"}.get(
        payment["kind"], "payment"
    )


def _debit_entry(state: State, payments: Sequence[Any], *, is_lump: bool) -> None:
    first = payments[0]
    agreement = customers.agreement(state, first["account"])
    movements = [_outgoing(state, p) for p in payments]
    kind = _kind(first)
    charge = 0 if is_lump else charge_of(state, first)
    netted = charge > 0 and faults.take(state, "charge_netted") is not None
    if netted:
        movements = [_with_charge(movements[0], charge)]
    entry = bookings.post(
        state,
        Booking(
            account=first["account"],
            kind=kind,
            text=_text(payments, kind, is_lump=is_lump),
            contra=bookings.OUTSIDE,
            inside=sum(
                m.amount for m in movements if _is_here(state, m.counterparty_account)
            ),
            amount=sum(m.amount for m in movements),
            movements=movements,
            reference=bookings.reference(state, "LS", 9) if is_lump else "",
            message_id=first["message_id"],
            payment_information_id=first["payment_information_id"],
            lump=is_lump,
            told=not agreement.camt054,
            notify=agreement.camt054,
        ),
    )
    _mark_booked(state, payments, entry)
    if charge and not netted:
        receipts.take_charge(state, first["account"], charge, CHARGE_TEXT)


def _mark_booked(state: State, payments: Sequence[Any], entry: int) -> None:
    details = state.rows("SELECT id FROM detail WHERE entry = ? ORDER BY id", entry)
    for payment, row in zip(payments, details, strict=True):
        state.run(
            "UPDATE payment SET state = 'booked', ended = ?, detail = ?, reason_code = '',"
            " reason_text = '' WHERE id = ?",
            text_of(state.now),
            row["id"],
            payment["id"],
        )


def _text(payments: Sequence[Any], kind: str, *, is_lump: bool) -> str:
    if kind == "salary":
        return f"Lønn, {len(payments)} betalinger" if is_lump else "Lønn"
    if is_lump and len(payments) == 1:
        return "Betalinger, 1 transaksjon"
    if is_lump:
        return f"Betalinger, {len(payments)} transaksjoner"
    return f"Til: {payments[0]['creditor']}"


def _outgoing(state: State, payment: Any) -> Movement:
    amount, extra = payment["amount"], {}
    if payment["kind"] == "foreign":
        found = exchange.rate(state, payment["currency"], state.today)
        amount = exchange.in_nok(payment["amount"], found)
        extra = {
            "instructed": payment["amount"],
            "currency": payment["currency"],
            "rate": exchange.written(found),
        }
    wrong = faults.take(state, "other_amount")
    if wrong is not None:
        amount += int(wrong.get("ore", "100"))
    return Movement(
        amount=-amount,
        reference=bookings.reference(state, "AS", 7),
        end_to_end_id=payment["end_to_end_id"],
        message_id=payment["message_id"],
        payment_information_id=payment["payment_information_id"],
        instruction_id=payment["instruction_id"],
        kid=payment["kid"],
        text=payment["text"],
        documents=payment["documents"],
        counterparty=payment["creditor"],
        counterparty_account=payment["creditor_account"],
        ordered=payment["requested"],
        extra=json.dumps(extra),
    )


def _with_charge(movement: Movement, charge: int) -> Movement:
    extra = json.loads(movement.extra) | {"charge": charge}
    return replace(movement, amount=movement.amount - charge, extra=json.dumps(extra))


def _incoming(state: State, payment: Any) -> Movement:
    payer = state.one("SELECT owner FROM account WHERE number = ?", payment["account"])
    return Movement(
        amount=payment["amount"],
        reference=bookings.archive_reference(state),
        end_to_end_id=payment["end_to_end_id"],
        kid=payment["kid"],
        text=payment["text"],
        documents=payment["documents"],
        counterparty=payer["owner"],
        counterparty_account=payment["account"],
        ordered=payment["requested"],
    )


def give_back(state: State, payment_number: int) -> None:
    """Book a payment back: its receiver's bank could not place it (RRTN)."""
    payment = state.one("SELECT * FROM payment WHERE id = ?", payment_number)
    detail = state.one("SELECT * FROM detail WHERE id = ?", payment["detail"])
    closed = customers.kar(state, payment["creditor_account"])["closed"]
    code, text = ("AC04", "account closed") if closed else ("AC01", "no such account")
    agreement = customers.agreement(state, payment["account"])
    bookings.post(
        state,
        Booking(
            account=payment["account"],
            kind="return",
            text=f"{RETURN_TEXT}: {payment['creditor']}",
            contra=bookings.OUTSIDE,
            amount=-detail["amount"],
            movements=(
                Movement(
                    amount=-detail["amount"],
                    reference=bookings.archive_reference(state),
                    end_to_end_id=payment["end_to_end_id"],
                    message_id=detail["message_id"],
                    payment_information_id=payment["payment_information_id"],
                    instruction_id=payment["instruction_id"],
                    kid=payment["kid"],
                    text=payment["text"],
                    documents=payment["documents"],
                    counterparty=payment["creditor"],
                    counterparty_account=payment["creditor_account"],
                    ordered=payment["requested"],
                    return_code=code,
                    return_text=text,
                ),
            ),
            told=not agreement.camt054,
            notify=agreement.camt054,
        ),
    )
    state.run(
        "UPDATE payment SET state = 'returned', reason_code = ?, reason_text = ?"
        " WHERE id = ?",
        code,
        text,
        payment_number,
    )
