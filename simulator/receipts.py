"""Money from outside: payments from other banks, and what a card or a fee does.

A payment from another bank arrives with the clearing's next settlement (five a bank
day), not when the payer sent it. Receipts with KID of one settlement are one lump on the
statement where OCR giro or camt.054 tells the rest.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from simulator import bank_calendar, bookings, customers, faults, numbers_of_norway, ore
from simulator.bookings import Booking, Movement
from simulator.refusal import Refused
from simulator.state import State, text_of

ENTRY_TEXTS = {
    "charge": "Gebyr",
    "card": "Varekjøp",
    "interest": "Renter",
    "interest-due": "Debetrenter",
}
KID_LUMP_TEXT = "Innbetalinger med KID"
LUMP_TEXT = "Innbetalinger"
SERIAL_LARGEST = 99_999


def next_settlement(state: State, after: datetime) -> datetime:
    """Return when the clearing settles next."""
    day = after.date()
    while True:
        if bank_calendar.is_bank_day(day):
            for hour in state.profile.settlements:
                moment = datetime.combine(day, hour)
                if moment > after:
                    return moment
        day += timedelta(days=1)


def _kid_fits(agreement: customers.Agreement, kid: str) -> bool:
    if not agreement.kid_lengths:
        return True
    return len(kid) in agreement.kid_lengths and numbers_of_norway.kid_is_valid(kid)


def _check_reference(state: State, account: str, kid: str, text: str) -> None:
    """Refuse what a payer's own bank would not let him type."""
    if kid and text:
        raise Refused(
            "a payment carries a KID or a text, never both.",
            norwegian="en betaling har KID eller melding, aldri begge.",
        )
    if kid and not numbers_of_norway.kid_has_form(kid):
        raise Refused(
            f"kid {kid!r}: a KID has 2-25 digits, the last may be '-'.",
            norwegian=f"KID {kid!r}: en KID har 2-25 sifre, det siste kan være «-».",
        )
    if kid and not _kid_fits(customers.agreement(state, account), kid):
        raise Refused(
            f"kid {kid}: {account} takes other KIDs by its agreement.",
            "RR07",
            f"KID {kid}: avtalen for {account} har andre KID-er.",
        )


def _origin(state: State, payer_account: str) -> str:
    """Return the payer's account, in another bank; empty where none is told."""
    origin = numbers_of_norway.account_digits(payer_account)
    origin = numbers_of_norway.account_of_iban(origin) or origin
    if origin and not numbers_of_norway.account_is_valid(origin):
        raise Refused(f"from-account {payer_account}: wrong check digit.", "AC01")
    if origin and state.one("SELECT 1 FROM account WHERE number = ?", origin) is not None:
        raise Refused(f"from-account {payer_account} is in this bank: upload a payment.")
    return origin


def pay_in(
    state: State,
    number: str,
    amount: str,
    *,
    kid: str = "",
    text: str = "",
    payer: str = "",
    payer_account: str = "",
) -> dict[str, object]:
    """Let somebody with an account in another bank pay into an account here."""
    account = customers.own_account(state, number)
    money = ore.from_person(amount)
    if not 0 < money <= ore.LARGEST:
        raise Refused(
            f"amount {amount}: a payment is more than zero.",
            norwegian=f"beløp {amount}: en betaling er mer enn null.",
        )
    _check_reference(state, account, kid, text)
    origin = _origin(state, payer_account)
    due = text_of(next_settlement(state, state.now))
    state.run(
        "INSERT INTO receipt (account, amount, kid, text, payer, payer_account, arrived,"
        " due) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        account,
        money,
        kid,
        customers.plain_text(text, "text"),
        customers.plain_text(payer, "from-name", 70),
        origin,
        text_of(state.now),
        due,
    )
    return {
        "account": account,
        "amount": ore.plain(money),
        "amount_ore": money,
        "kid": kid or None,
        "text": text or None,
        "booked_at": due,
    }


def settle(state: State) -> int:
    """Book what the clearing brings now; return how many receipts that was."""
    due = state.rows(
        "SELECT * FROM receipt WHERE booked = 0 AND due <= ? ORDER BY account, id",
        text_of(state.now),
    )
    # The settlement's number of the day stands in the OCR file (one digit).
    settlement = sum(hour <= state.now.time() for hour in state.profile.settlements)
    for account, group in groupby(due, key=lambda row: str(row["account"])):
        credit(
            state,
            account,
            [_movement(state, row) for row in group],
            bookings.OUTSIDE,
            settlement,
        )
    state.run(
        "UPDATE receipt SET booked = 1 WHERE booked = 0 AND due <= ?", text_of(state.now)
    )
    if due:
        _reverse_one_later(state, due)
    unknown = faults.take(state, "unknown_credit")
    first = state.one("SELECT number FROM account ORDER BY opened, number LIMIT 1")
    if unknown is not None and first is not None:
        stray = Movement(
            amount=ore.from_person(unknown["amount"]),
            reference=bookings.archive_reference(state),
            ordered=state.today.isoformat(),
        )
        credit(state, str(first["number"]), [stray], bookings.OUTSIDE, settlement)
    return len(due)


def _reverse_one_later(state: State, booked: Sequence[Any]) -> None:
    """Where the fault is armed, note that one receipt will be taken back."""
    for receipt in faults.some(state, "reversed_entry", booked):
        day = bank_calendar.next_bank_day(state.today)
        due = datetime.combine(day, state.profile.settlements[0])
        state.run(
            "INSERT INTO errand (due, kind, subject) VALUES (?, 'reverse', ?)",
            text_of(due),
            str(receipt["id"]),
        )


def take_back(state: State, receipt_number: int) -> None:
    """Reverse a receipt: a debit with RvslInd, for it was never meant for this account."""
    row = state.one("SELECT * FROM receipt WHERE id = ?", receipt_number)
    agreement = customers.agreement(state, row["account"])
    movement = replace(_movement(state, row), amount=-row["amount"])
    bookings.post(
        state,
        Booking(
            account=row["account"],
            kind="reversal",
            text="Tilbakeført innbetaling",
            contra=bookings.OUTSIDE,
            amount=-row["amount"],
            movements=(movement,),
            reversal=True,
            told=not agreement.camt054,
            notify=agreement.camt054,
        ),
    )


def _movement(state: State, row: Any) -> Movement:
    return Movement(
        amount=row["amount"],
        reference=bookings.archive_reference(state),
        kid=row["kid"],
        text=row["text"],
        counterparty=row["payer"],
        counterparty_account=row["payer_account"],
        ordered=row["arrived"][:10],
    )


def credit(
    state: State, account: str, movements: Sequence[Movement], contra: str, settlement: int
) -> None:
    """Book receipts on an account the way its agreement wants them."""
    agreement = customers.agreement(state, account)
    # An RF reference may stand where a KID does; the clearing centre takes digits only.
    with_kid = [m for m in movements if numbers_of_norway.kid_has_form(m.kid)]
    others = [m for m in movements if not numbers_of_norway.kid_has_form(m.kid)]
    if with_kid and agreement.ocr:
        serial = state.next_number(f"serial/{account}") % SERIAL_LARGEST or SERIAL_LARGEST
        _lump(
            state,
            account,
            "kid",
            with_kid,
            contra,
            serial=serial,
            settlement=settlement,
        )
    elif with_kid and agreement.camt054:
        _lump(state, account, "kid", with_kid, contra, serial=0, settlement=settlement)
    else:
        others = list(movements)
    if others and agreement.camt054:
        _lump(state, account, "receipt", others, contra, serial=0, settlement=settlement)
    else:
        for movement in others:
            _single(state, account, movement, contra)


def _lump(
    state: State,
    account: str,
    kind: str,
    movements: Sequence[Movement],
    contra: str,
    *,
    serial: int,
    settlement: int,
) -> None:
    bookings.post(
        state,
        Booking(
            account=account,
            kind=kind,
            text=KID_LUMP_TEXT if kind == "kid" else LUMP_TEXT,
            contra=contra,
            amount=sum(m.amount for m in movements),
            movements=movements,
            reference=bookings.reference(state, "LS", 9),
            lump=True,
            told=False,
            notify=customers.agreement(state, account).camt054,
            ocr_serial=serial,
            settlement=settlement,
        ),
    )


def _single(state: State, account: str, movement: Movement, contra: str) -> None:
    bookings.post(
        state,
        Booking(
            account=account,
            kind="kid" if movement.kid else "receipt",
            text=f"Fra: {movement.counterparty}"
            if movement.counterparty
            else "Innbetaling",
            contra=contra,
            amount=movement.amount,
            movements=(movement,),
        ),
    )


def charge(
    state: State, number: str, amount: str, text: str, kind: str = "charge"
) -> dict[str, object]:
    """Book a fee, a card purchase or interest at once; it may empty an account and more."""
    account = customers.own_account(state, number)
    money = ore.from_person(amount)
    if not 0 < money <= ore.LARGEST:
        raise Refused(
            f"amount {amount}: a charge is more than zero.",
            norwegian=f"beløp {amount}: et gebyr er mer enn null.",
        )
    words = customers.plain_text(text, "text") or ENTRY_TEXTS[kind]
    signed = money if kind == "interest" else -money
    return {
        "account": account,
        "amount": ore.plain(signed),
        "amount_ore": signed,
        "kind": kind,
        "text": words,
        "reference": take_charge(state, account, -signed, words, kind),
        "booked": bookings.booking_date(state).isoformat(),
    }


def take_charge(
    state: State, account: str, amount: int, text: str, kind: str = "charge"
) -> str:
    """Book an entry of the bank's own; return its reference."""
    reference = bookings.reference(state, "GB", 7)
    bookings.post(
        state,
        Booking(
            account=account,
            kind=kind,
            text=text,
            contra=bookings.OUTSIDE if kind == "card" else bookings.INCOME,
            amount=-amount,
            reference=reference,
        ),
    )
    return reference
