"""OCR giro, the payments: what their records mean, and the lumps that they make.

A payment is told as the detail of an entry. It is signed as money: `-` in column 32 is a
debit, whatever its type. All payments of one serial number make one lump on the bank
statement, and the lump is the entry; payments without a serial number are one lump a day.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from bankio.amount import Amount
from bankio.errors import Place
from bankio.iso20022.building import builder
from bankio.iso20022.values import Account, Entry, TransactionDetails
from bankio.ocr_giro import records

CURRENCY = "NOK"

#: Whose columns 26-34 of amount item 2 are no archive reference: the payer's agreement
#: (type 12), terminal and session of a card payment (types 18 to 21).
_WITHOUT_ARCHIVE_REFERENCE = frozenset({"12", "18", "19", "20", "21"})
_NO_ARCHIVE_REFERENCE = "000000000"
_NO_ACCOUNT = "00000000000"

_new_details = builder(TransactionDetails)
_new_amount = builder(Amount)
_new_account = builder(Account)
_new_place = builder(Place)


class Run(NamedTuple):
    """Payments that stand one after the other and are of one lump.

    The lump may go on in a later run, or be told already by an earlier one.
    """

    nets_date: date
    serial: str
    details: tuple[TransactionDetails, ...]


@dataclass(slots=True)
class Pending:
    """A payment whose records are not all read."""

    line: int
    item_1: records.AmountItem1
    item_2: records.AmountItem2 | None = None
    text: str | None = None


def lumps(runs: Iterable[Run]) -> tuple[Entry, ...]:
    """Gather payments into the lumps that the bank statement shows.

    Those without a serial number have no such key and are one lump per day.
    """
    grouped: dict[tuple[date, str], list[TransactionDetails]] = {}
    for run in runs:
        grouped.setdefault((run.nets_date, run.serial), []).extend(run.details)
    return tuple(
        _lump(day, serial, tuple(details)) for (day, serial), details in grouped.items()
    )


def _lump(day: date, serial: str, details: tuple[TransactionDetails, ...]) -> Entry:
    total = Decimal(0)
    for detail in details:
        assert detail.amount is not None
        if detail.credit_debit_indicator == "CRDT":
            total += detail.amount.number
        else:
            total -= detail.amount.number
    first = details[0].place
    return Entry(
        place=Place(first.source, first.line, f"serial number {serial}"),
        amount=Amount(abs(total), CURRENCY),
        credit_debit_indicator="DBIT" if total < 0 else "CRDT",
        status="BOOK",
        booking_date=day,
        value_date=day,
        entry_reference=serial if serial.strip("0 ") else None,
        batch_number_of_transactions=len(details),
        details=details,
    )


def payment(source: str, read: Pending) -> Run:
    """Return the value that the records of one payment make."""
    item_1, item_2 = read.item_1, read.item_2
    archive_reference = None
    payer = None
    if item_2 is not None:
        payer = item_2.payer_account
        if item_1.transaction_type not in _WITHOUT_ARCHIVE_REFERENCE:
            archive_reference = item_2.archive_reference.strip()
    detail = TransactionDetails(
        place=Place(source, read.line, "amount item 1"),
        amount=Amount.of_minor(int(item_1.amount), CURRENCY),
        credit_debit_indicator="DBIT" if item_1.is_negative else "CRDT",
        account_servicer_reference=(
            archive_reference
            if archive_reference and archive_reference != _NO_ARCHIVE_REFERENCE
            else None
        ),
        creditor_reference=item_1.kid,
        unstructured=(read.text,) if read.text else (),
        counterparty_account=Account(identification=payer) if payer else None,
        ocr_transaction_type=item_1.transaction_type,
    )
    return Run(item_1.nets_date, item_1.serial, (detail,))


class Ordinary(NamedTuple):
    """What `ordinary_payments` took, and where it came to."""

    runs: list[Run]
    position: int
    line: int
    total: int
    """Øre."""


def ordinary_payments(source: str, text: str, position: int, line: int) -> Ordinary:
    """Take payments, two lines each, as long as they are of the ordinary kind."""
    match, new_details, new_place = records.ORDINARY_PAYMENT.match, _new_details, _new_place
    runs: list[Run] = []
    details: list[TransactionDetails] = []
    last_day, last_serial, nets_date, total = "", "", None, Decimal(0)
    while (found := match(text, position)) is not None:
        kind, _, day, serial, krone, ore, kid, archive, payer = found.groups()
        if serial != last_serial or day != last_day:
            if nets_date is not None:
                runs.append(Run(nets_date, last_serial, tuple(details)))
            details, nets_date = [], records.day(day)
            last_day, last_serial = day, serial
        kid = kid.strip(" ")
        # In ISO-8859-1 nothing but 0 to 9 is decimal. A payment without a KID is ordinary
        # in one type only; an odd one is noted line by line.
        has_kid = len(kid) > 1 and kid.isdecimal()
        if nets_date is None or not (has_kid or (not kid and kind == "21")):
            break
        number = Decimal(f"{krone}.{ore}")
        total += number
        unreferenced = (
            archive == _NO_ARCHIVE_REFERENCE or kind in _WITHOUT_ARCHIVE_REFERENCE
        )
        details.append(
            new_details(
                new_place(source, line, "amount item 1"),
                _new_amount(number, CURRENCY),
                "CRDT",
                None,
                None if unreferenced else archive,
                creditor_reference=kid or None,
                counterparty_account=None if payer == _NO_ACCOUNT else _new_account(payer),
                ocr_transaction_type=kind,
            )
        )
        position, line = found.end(), line + 2
    if nets_date is not None and details:
        runs.append(Run(nets_date, last_serial, tuple(details)))
    return Ordinary(runs, position, line, int(total.scaleb(2)))
