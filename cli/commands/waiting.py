"""What waits for a person: money nobody can place, files held back, alarms."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bankio.amount import Amount
from cli.commands import open_items, ordered, setting_aside
from cli.render import count, money
from cli.wiring import Workplace
from ledger import payables
from ledger.accounts import text
from ledger.books.reading import order
from ledger.directives import Posting, Transaction
from ledger.messages import FileRecord
from ledger.open_items import ItemKind, OpenItem
from ledger.payables import Payable, PayableState
from ledger.payments import PaymentStanding, PaymentState
from reconcile.candidates import Clue
from reconcile.transfers import OnItsWay, on_their_way


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One thing that waits."""

    ref: str
    date: dt.date | None
    amount: Amount | None
    """Signed: money in is positive. None for a file."""
    text: str
    kid: str | None = None
    counterparty: str | None = None
    reason: str
    clue: Clue | None = None
    """What is known of the money, for whoever looks for the item that it is for."""
    voucher: str | None = None
    open_item: str | None = None
    decide: tuple[str, ...] = ()
    """Of a file: the line that a person types to wait for it no longer."""

    @property
    def is_file(self) -> bool:
        """Whether it is a file, and not money."""
        return self.amount is None


def of(workplace: Workplace) -> tuple[Waiting, ...]:
    """Return the money and the files that wait, oldest first."""
    found = [*_money(workplace), *_late_transfers(workplace), *_files(workplace)]
    return tuple(sorted(found, key=lambda each: (each.date or dt.date.min, each.ref)))


def anything(workplace: Workplace) -> bool:
    """Whether a command that is done must say that something waits (exit code 3)."""
    parked = workplace.books.items.open_of({ItemKind.SUSPENSE, ItemKind.CREDIT})
    return bool(
        parked
        or any(True for _ in _late_transfers(workplace))
        or any(True for _ in _files(workplace))
        or failed(workplace)
        or alarms(ordered.current(workplace))
    )


def failed(workplace: Workplace) -> tuple[Payable, ...]:
    """Return the items whose payment the bank ended, and which nobody has released."""
    standings = payables.by_item(ordered.current(workplace))
    ended = {key for key, each in standings.items() if each[-1].state.has_failed}
    return tuple(
        each
        for each in open_items.of(workplace, among=ended)
        if each.state is PayableState.HELD
        and each.item.hold is None
        and each.standings
        and each.standings[-1].state.has_failed
    )


def alarms(standings: Iterable[PaymentStanding]) -> tuple[str, ...]:
    """Return everything that contradicts what we sent."""
    return tuple(
        alarm
        if each.payment.end_to_end_id in alarm
        else f"{each.payment.end_to_end_id}: {alarm}"
        for each in standings
        for alarm in each.alarms
    )


def late(workplace: Workplace) -> tuple[PaymentStanding, ...]:
    """Return payments three bank days past their date that the bank has not booked."""
    limit = workplace.bank_days.add(workplace.clock.today, -3)
    return tuple(
        each
        for each in ordered.current(workplace)
        if each.state.is_live
        and each.state is not PaymentState.PREPARED
        and each.payment.requested_execution_date < limit
    )


def transfers(workplace: Workplace, day: dt.date) -> tuple[OnItsWay, ...]:
    """Return what stands between our own accounts at the end of a day, oldest first."""
    found: list[OnItsWay] = []
    totals = workplace.books.register.totals
    for account in workplace.books.roles.get("own-transfers", ()):
        for currency in totals.currencies(account.name):
            moves = totals.moves(account.name, currency)
            amounts = [(moved_on, Amount(number, currency)) for moved_on, number in moves]
            found += on_their_way(account.name, amounts, day)
    return tuple(sorted(found, key=lambda each: (each.date, each.account)))


def transfer_lines(found: Iterable[OnItsWay]) -> list[str]:
    """Return what stands between our own accounts for the screen."""
    return [
        f"Between own accounts ({each.account}): {money(each.amount)}"
        f" {each.amount.currency} since {each.date} ({count(each.age, 'day')})"
        for each in found
    ]


def transfers_json(found: Iterable[OnItsWay]) -> list[dict[str, object]]:
    """Return the same for `--json`."""
    return [
        {
            "account": each.account,
            "date": each.date.isoformat(),
            "amount": each.amount.text,
            "currency": each.amount.currency,
            "age": each.age,
        }
        for each in found
    ]


def _late_transfers(workplace: Workplace) -> Iterable[Waiting]:
    """Yield transfers of which one side has been missing for more than two bank days."""
    today = workplace.clock.today
    for each in transfers(workplace, today):
        if workplace.bank_days.add(each.date, 2) < today:
            yield Waiting(
                ref=each.account,
                date=each.date,
                amount=-each.amount,
                text="Transfer between own accounts",
                reason=f"one side only since {each.date}: is a statement missing?",
            )


def _money(workplace: Workplace) -> Iterable[Waiting]:
    books = workplace.books
    items = books.items.open_of({ItemKind.SUSPENSE, ItemKind.CREDIT})
    sources = _sources(books.register.by_items([item.key for item in items]))
    for item in items:
        yield _waiting_item(item, sources.get(item.key))


def _sources(
    concerned: Mapping[str, Sequence[Transaction]],
) -> dict[str, tuple[Transaction, Posting]]:
    """Return the transaction and posting that made each item; each is gone through once."""
    found: dict[str, tuple[Transaction, Posting]] = {}
    each_once = {id(each): each for some in concerned.values() for each in some}
    for transaction in sorted(each_once.values(), key=order):
        for posting in transaction.postings:
            key = text(posting.meta, "open-item")
            if key is not None and key in concerned:
                found.setdefault(key, (transaction, posting))
    return found


def clue_of(item: OpenItem, concerned: Iterable[Transaction]) -> Clue | None:
    """Return what the transaction that made an item told of its money."""
    source = _sources({item.key: tuple(concerned)}).get(item.key)
    return None if source is None else _clue(*source, amount=-item.amount)


def _clue(transaction: Transaction, posting: Posting, *, amount: Amount) -> Clue:
    return Clue(
        amount=amount,
        kid=text(posting.meta, "kid"),
        counterparty_account=text(posting.meta, "debtor-account")
        or text(posting.meta, "counterparty-account"),
        counterparty_name=transaction.payee,
        text=transaction.narration,
    )


def _waiting_item(item: OpenItem, source: tuple[Transaction, Posting] | None) -> Waiting:
    # A receipt stands on the credit side of 2990 or of the customer.
    amount = -item.residual
    if source is None:
        return Waiting(
            ref=item.key,
            date=item.date,
            amount=amount,
            text=item.narration,
            reason="put here by hand",
            open_item=item.key,
            voucher=item.voucher,
        )
    transaction, posting = source
    reason = text(posting.meta, "why") or text(transaction.meta, "why") or ""
    clue = _clue(transaction, posting, amount=amount)
    return Waiting(
        ref=text(posting.meta, "movement")
        or text(transaction.meta, "bank-ref")
        or item.key,
        date=transaction.date,
        amount=amount,
        text=transaction.narration,
        kid=clue.kid,
        counterparty=transaction.payee or clue.counterparty_account,
        reason=reason,
        clue=clue,
        voucher=text(transaction.meta, "voucher"),
        open_item=item.key,
    )


def _files(workplace: Workplace) -> Iterable[Waiting]:
    for record in setting_aside.unfinished(workplace):
        if record.outcome is None:
            continue
        yield Waiting(
            ref=record.sha256[:16],
            date=dt.date.fromisoformat(record.received_at[:10]),
            amount=None,
            text=f"{record.format or 'file'} {record.name}",
            reason=f"{_why_it_waits(record)}: {record.reason or ''}",
            decide=setting_aside.line(workplace, record.sha256),
        )


def _why_it_waits(record: FileRecord) -> str:
    """Return the outcome; of a file of which something is done, that the rest is held."""
    if record.outcome in {"held", "quarantined"}:
        return record.outcome
    return "held in part"
