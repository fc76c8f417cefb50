"""What bank files that are not posted yet tell of money out: see `ledger.unposted`.

They are read as they are, quarantined ones too: a statement whose sums contradict each
other is not posted, and what it names may still have left the account.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bankio import formats
from bankio.amount import Amount
from bankio.errors import Unreadable
from bankio.iso20022.values import AccountMessage, Entry, TransactionDetails
from cli.commands import named_since, ordered, setting_aside
from cli.wiring import Workplace
from ledger import identifications
from ledger.unposted import ToldBooking, Unposted, UnreadFile

_BOOKED = {None, "BOOK"}


def of(workplace: Workplace) -> Unposted:
    """Return what the received files tell that are not done and not set aside."""
    return workplace.once("unposted", lambda: _of(workplace))


def _of(workplace: Workplace) -> Unposted:
    bookings = [
        ToldBooking(file=each.source, names=frozenset({name}), first="books unmatched")
        for name, each in named_since.of(workplace).items()
    ]
    unread: list[UnreadFile] = []
    for record in setting_aside.unfinished(workplace):
        is_told = record.outcome == "nothing-new"
        if is_told or not workplace.archive.has(record.sha256):
            continue
        data = workplace.archive.read(record.sha256)
        try:
            message = formats.read(data, record.name)
        except Unreadable:
            unread.append(UnreadFile(record.name, data))
            continue
        if isinstance(message, AccountMessage):
            bookings += told_bookings(message, record.name)
    if not bookings:
        return Unposted(unread=tuple(unread))
    with workplace.store.reading() as transaction:
        stored = transaction.order_names.payments()
    known = {name for names in stored.values() for name in names}
    known |= {each.payment.end_to_end_id for each in ordered.current(workplace)}
    return Unposted(
        bookings=tuple(bookings), unread=tuple(unread), ordered=frozenset(known)
    )


def told_bookings(message: AccountMessage, file: str) -> Iterator[ToldBooking]:
    """Yield every debit that a file tells as booked: by itself, or a sum by its name."""
    for report in message.reports:
        for entry in report.entries:
            if entry.status in _BOOKED:
                yield from _of_entry(entry, file)


def _of_entry(entry: Entry, file: str) -> Iterator[ToldBooking]:
    for detail in entry.details:
        if detail.credit_debit_indicator == "DBIT":
            yield _booking(entry, detail, file)
    is_whole = (
        entry.details
        and entry.details_add_up
        and len(entry.details) >= (entry.batch_number_of_transactions or 0)
    )
    if not is_whole and entry.credit_debit_indicator == "DBIT":
        yield ToldBooking(file=file, names=_part(entry))


def _booking(entry: Entry, detail: TransactionDetails, file: str) -> ToldBooking:
    own = {
        detail.end_to_end_identification,
        detail.instruction_identification,
    }
    part = {
        detail.payment_information_identification,
        detail.message_identification,
        *_part(entry),
    }
    account = detail.counterparty_account
    references = {
        detail.creditor_reference,
        *detail.creditor_references,
        *(each.number for each in detail.documents),
        *(word for text in detail.unstructured for word in re.findall(r"[\w/-]+", text)),
    }
    # A bank that tells an EndToEndId of its own may still tell whose part the payment is.
    names = own if any(map(identifications.is_ours, own)) else own | part
    return ToldBooking(
        file=file,
        names=frozenset(filter(None, names)),
        amounts=frozenset(_amounts(detail)),
        creditor_account=account.identification if account else None,
        references=frozenset(filter(None, references)),
    )


def _amounts(detail: TransactionDetails) -> Iterator[Amount]:
    """Yield what a payment may be that was booked so, with charges or without."""
    for amount in (detail.amount, detail.instructed_amount):
        if amount is not None:
            yield amount
    booked = detail.amount
    charges = [each.amount for each in detail.charges]
    if booked is not None and all(each.currency == booked.currency for each in charges):
        yield booked - sum(charges, start=Amount.zero(booked.currency))


def _part(entry: Entry) -> frozenset[str]:
    names = (
        entry.batch_payment_information_identification,
        entry.batch_message_identification,
    )
    return frozenset(filter(None, names))
