"""Put movements on accounts: the only place where a balance changes.

Every booking has two sides, a customer's account and one of the bank's own contra
accounts (`outside` other banks, `transfer` between two customers here, `income` fees and
interest), so that the sum over all of them stays zero. One entry is one line of the
statement; it holds the movements that it is made of, or none when it is a fee.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from simulator import bank_calendar
from simulator.state import State, text_of

OUTSIDE = "outside"
TRANSFER = "transfer"
INCOME = "income"


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """One payment or receipt inside an entry."""

    amount: int
    """In øre, negative when money leaves the account."""
    reference: str
    end_to_end_id: str = ""
    message_id: str = ""
    payment_information_id: str = ""
    instruction_id: str = ""
    kid: str = ""
    text: str = ""
    documents: str = "[]"
    """JSON: the documents a structured payment settles."""
    counterparty: str = ""
    counterparty_account: str = ""
    ordered: str = ""
    """Date on which the payer ordered it."""
    return_code: str = ""
    return_text: str = ""
    extra: str = "{}"
    """JSON: instructed amount, currency, rate and charges of a foreign payment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """One entry to come."""

    account: str
    kind: str
    text: str
    contra: str
    amount: int
    inside: int = 0
    """The part of the amount that goes to other accounts of this bank."""
    movements: Sequence[Movement] = ()
    reference: str = ""
    message_id: str = ""
    payment_information_id: str = ""
    lump: bool = False
    told: bool = True
    """Whether the statement shows the movements."""
    notify: bool = False
    """Whether a camt.054 shows them."""
    ocr_serial: int = 0
    settlement: int = 0
    reversal: bool = False


def reference(state: State, prefix: str, digits: int) -> str:
    """Return the bank's next reference; where the series starts comes from the seed."""
    start = state.chance(f"reference/{prefix}/{digits}") % (9 * 10 ** (digits - 1) // 10)
    number = start + state.next_number(f"reference/{prefix}/{digits}")
    return f"{prefix}{number:0{digits}d}"


def archive_reference(state: State) -> str:
    """Return the nine digits under which a receipt is kept: the same in every file."""
    start = 10**8 + state.chance("archive") % (7 * 10**8)
    return f"{start + state.next_number('archive'):09d}"


def booking_date(state: State) -> date:
    """Return the day under which something happening now is booked."""
    return bank_calendar.bank_day_on_or_after(state.today)


def post(state: State, booking: Booking) -> int:
    """Book one entry with its movements; return its number."""
    if booking.movements and sum(m.amount for m in booking.movements) != booking.amount:
        raise AssertionError("an entry's movements must add up to it")
    own = booking.reference or (
        booking.movements[0].reference
        if len(booking.movements) == 1
        else reference(state, "LS", 9)
    )
    entry = state.run(
        "INSERT INTO entry (account, amount, kind, booked, booking_date, value_date,"
        " reference, text, message_id, payment_information_id, lump, told, ocr_serial,"
        " settlement, notified, reversal)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        booking.account,
        booking.amount,
        booking.kind,
        text_of(state.now),
        booking_date(state).isoformat(),
        state.today.isoformat(),
        own,
        booking.text,
        booking.message_id,
        booking.payment_information_id,
        int(booking.lump),
        int(booking.told),
        booking.ocr_serial,
        booking.settlement,
        int(not booking.notify),
        int(booking.reversal),
    )
    _write_movements(state, entry, booking.movements)
    _move(state, booking)
    return entry


def _write_movements(state: State, entry: int, movements: Sequence[Movement]) -> None:
    state.connection.executemany(
        "INSERT INTO detail (entry, amount, reference, end_to_end_id, message_id,"
        " payment_information_id, instruction_id, kid, text, documents, counterparty,"
        " counterparty_account, ordered, return_code, return_text, extra)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                entry,
                m.amount,
                m.reference,
                m.end_to_end_id,
                m.message_id,
                m.payment_information_id,
                m.instruction_id,
                m.kid,
                m.text,
                m.documents,
                m.counterparty,
                m.counterparty_account,
                m.ordered,
                m.return_code,
                m.return_text,
                m.extra,
            )
            for m in movements
        ],
    )


def _move(state: State, booking: Booking) -> None:
    currency = state.one("SELECT currency FROM account WHERE number = ?", booking.account)[
        "currency"
    ]
    state.run(
        "UPDATE account SET balance = balance + ? WHERE number = ?",
        booking.amount,
        booking.account,
    )
    parts = ((booking.contra, booking.amount - booking.inside), (TRANSFER, booking.inside))
    for contra, amount in parts:
        state.run(
            "INSERT INTO contra VALUES (?, ?, ?) ON CONFLICT (name, currency)"
            " DO UPDATE SET balance = balance + excluded.balance",
            contra,
            currency,
            -amount,
        )


def available(state: State, account: str) -> int:
    """Return what may be used of an account now, in øre: the bank gives no credit."""
    return int(
        state.one("SELECT balance FROM account WHERE number = ?", account)["balance"]
    )
