"""`books why`: where something comes from, both ways, down to the line of the bank's file.

A trail is told in the order in which things happened: the voucher that made the item,
the payment that was ordered, what the bank answered, the movement that settled it, the
statement that posted the bank account, and the day that this proves.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from pathlib import Path

from bankio import formats
from bankio.errors import Unreadable
from bankio.iso20022.values import AccountMessage
from cli.answer import Answer, Refused
from cli.commands import (
    held_files,
    ordered,
    reasons,
    references,
    setting_aside,
    trail_steps,
    trail_text,
)
from cli.commands.reasons import Reason
from cli.commands.references import Reference
from cli.commands.trail_parts import (
    Told,
    movements_of,
    movements_on,
    narrowed,
    together,
)
from cli.commands.trail_text import Step
from cli.options import Options
from cli.wiring import Workplace, opened
from ledger.accounts import text
from ledger.directives import BooksPlace, Custom, Transaction
from ledger.messages import StatusLine
from ledger.movements import StatementDay, ToldEntry, ToldMovement
from ledger.open_items import OpenItem
from ledger.parties import Party
from ledger.payments import Payment, PaymentStanding, Remittance
from reconcile.bank_transactions import reports_of


def run(options: Options, reference: str) -> Answer:
    """Tell the trail of a reference or of a bank file."""
    with opened(options) as workplace:
        trail = Trail(workplace)
        path = Path(reference)
        if path.is_file():
            found = Reference("file", sha256(path.read_bytes()).hexdigest())
        else:
            found = references.find(workplace, reference)
        start: Step = {"kind": found.kind, "name": found.name}
        trail.follow(found)
        steps = trail.steps()
    data = {"ref": reference, **start, "steps": steps}
    return Answer(data, trail_text.told(steps))


@dataclass(eq=False)
class Trail:
    """Everything that hangs together with what was asked for."""

    workplace: Workplace
    items: dict[str, OpenItem] = field(default_factory=dict)
    transactions: dict[BooksPlace | None, Told] = field(default_factory=dict)
    payments: dict[str, PaymentStanding] = field(default_factory=dict)
    places: dict[str, dict[str, str]] = field(default_factory=dict)
    files: set[str] = field(default_factory=set)
    counts: dict[str | None, int] = field(default_factory=dict)

    def follow(self, found: Reference) -> None:
        """Take in what a reference names, and what hangs on it."""
        if found.kind == "file":
            self.follow_file(found.name)
        elif found.kind == "open-item":
            self.take_item(found.name)
        elif found.kind == "payment":
            self.take_payment(found.name)
        elif found.kind in {"remittance", "payment-information"}:
            for standing in self._standings:
                payment = standing.payment
                if found.name in {payment.message_id, payment.payment_information_id}:
                    self.take_payment(payment.end_to_end_id)
        else:
            meant = {found.name} if found.kind == "movement" else None
            for transaction in references.transactions(self.workplace, found):
                self.take_transaction(transaction, asked=True, meant=meant)

    def follow_file(self, digest: str) -> None:
        """Take in everything that was posted from a bank file."""
        if not self.workplace.archive.has(digest):
            raise Refused(f"{digest}: no file with this sha256 was received")
        self.files.add(digest)
        sent = self._order(digest)
        for payment in sent.payments if sent else ():
            self.take_payment(payment.end_to_end_id)
        for transaction in self.workplace.books.register.by_document(digest):
            self.take_transaction(transaction, asked=True)

    def _order(self, digest: str) -> Remittance | None:
        """Return the message of ours that a file is, or None."""
        known = (each for each, _ in ordered.remittances(self.workplace))
        return next((each for each in known if each.sha256 == digest), None)

    def take_item(self, key: str) -> None:
        """Take in an item, all vouchers that touch it, and all payments of it."""
        item = self.workplace.books.items.by_key.get(key)
        if item is None or key in self.items:
            return
        self.items[key] = item
        for transaction in self.workplace.books.register.by_item(key):
            meant = movements_on(transaction, key)
            self.take_transaction(transaction, asked=False, meant=meant)
        for standing in self._standings:
            if any(paid.open_item == key for paid in standing.payment.items):
                self.payments[standing.payment.end_to_end_id] = standing
                for parked in standing.parked:
                    self.take_item(parked.open_item)

    def take_payment(self, end_to_end_id: str) -> None:
        """Take in a payment and the items that it pays."""
        for standing in self._standings:
            if standing.payment.end_to_end_id == end_to_end_id:
                self.payments[end_to_end_id] = standing
                for paid in standing.payment.items:
                    self.take_item(paid.open_item)

    def take_transaction(
        self,
        transaction: Transaction,
        *,
        asked: bool,
        meant: Collection[str] | None = None,
    ) -> None:
        """Take in a voucher, its statement line, and if it was asked for its items.

        Args:
            transaction: The voucher, or a part of it.
            asked: Whether somebody asked for it: then its items belong to the trail.
            meant: Which of its movements; the others of a batch are no part of the trail.
        """
        told = Told(transaction, narrowed(transaction, meant))
        # By place: the index makes a transaction anew each time that it is asked for one.
        before = self.transactions.get(transaction.place)
        if before is not None:
            self.transactions[transaction.place] = together(before, told)
            return
        self.transactions[transaction.place] = told
        if asked:
            for key in _items_of(told, self.workplace):
                self.take_item(key)
        is_line = "bank-ref" in transaction.meta
        if is_line and not (asked and told.movements is None):
            return  # a lump's other details are no part of this trail
        for other in self._other_side(told):
            self.take_transaction(other, asked=asked and is_line)

    def steps(self) -> list[Step]:
        """Return the trail in the order in which things happened, cause before effect."""
        steps: list[tuple[tuple[dt.date, int, int], Step]] = [
            (_when(told.transaction), self._voucher_step(told))
            for told in self.transactions.values()
        ]
        for standing in self.payments.values():
            steps += [((day, 1, 0), step) for day, step in self._payment_steps(standing)]
            steps += [
                ((custom.date, _DECIDED, 0), trail_steps.decision_step(custom))
                for custom in self._decisions(standing.payment)
            ]
        for day in self._proofs():
            steps.append(((day.date, 4, 0), trail_steps.proof_step(day)))
        for item in self.items.values():
            confirmed = trail_steps.confirmations(item, self._party(item))
            steps += [((day, 1, 0), step) for day, step in confirmed]
        ordered_steps = [step for _, step in sorted(steps, key=lambda each: each[0])]
        states = [trail_steps.item_step(item) for item in self.items.values()]
        files = [self._file_step(digest) for digest in sorted(self.files)]
        return [*files, *ordered_steps, *states]

    def _party(self, item: OpenItem) -> Party | None:
        parties = self.workplace.books.parties.values()
        return next((each for each in parties if each.number == item.party_number), None)

    @property
    def _standings(self) -> tuple[PaymentStanding, ...]:
        return ordered.standings(self.workplace)

    def _other_side(self, asked: Told) -> Iterable[Transaction]:
        """Return the statement's voucher of a detail on clearing, and the reverse."""
        movements = movements_of(asked.postings)
        key = text(asked.transaction.meta, "bank-ref")
        with self.workplace.store.reading() as reading:
            told, entries = reading.told_movements(), reading.told_entries()
        by_key = {each.key: each for each in entries}
        shown = _shown(told)
        if key is None:
            batches = {each.batch for each in told if each.key in movements}
            lines = {
                line
                for batch in batches
                for line in shown.get(batch) or _like(by_key.get(batch), entries)
            }
            return [
                each
                for each in self.workplace.books.register.by_key(lines)
                if text(each.meta, "bank-ref") in lines
            ]
        inside = {batch for batch, lines in shown.items() if key in lines}
        line = by_key.get(key)
        inside |= {
            each.key
            for each in entries
            if line and not inside and not shown.get(each.key) and _is_line_of(line, each)
        }
        details = {each.key for each in told if each.batch in inside}
        return [
            each
            for each in self.workplace.books.register.by_key(details)
            if "bank-ref" not in each.meta
            and any(text(posting.meta, "movement") in details for posting in each.postings)
        ]

    def _voucher_step(self, told: Told) -> Step:
        transaction, key = told.transaction, told.key
        document = text(transaction.meta, "document")
        digest = Path(document).stem if document else None
        has_file = digest is not None and self.workplace.archive.has(digest)
        reason = self._reason(told, digest if has_file else None)
        step: Step = {
            "kind": "voucher",
            "voucher": text(transaction.meta, "voucher"),
            "date": transaction.date.isoformat(),
            "narration": " ".join(filter(None, (transaction.payee, transaction.narration))),
            "place": str(transaction.place) if transaction.place else None,
            "rule": reason.rule,
            "why": reason.why,
            "key": key,
            "movements": self._shown(text(transaction.meta, "voucher")),
            "of_movements": self._movements(text(transaction.meta, "voucher")),
            "postings": [
                {
                    "account": posting.account,
                    "amount": posting.units.text,
                    "currency": posting.units.currency,
                    "open_item": text(posting.meta, "open-item"),
                    "movement": text(posting.meta, "movement"),
                }
                for posting in told.postings
            ],
        }
        if has_file and digest is not None:
            step["file"] = self._file(digest)
            step["file_place"] = self._place(told, digest)
        return step

    def _place(self, told: Told, digest: str) -> str | None:
        """Return where in a file a voucher stands: of a sum that we split, the sum."""
        places = self._places(digest)
        line = text(told.transaction.meta, "bank-ref") or ""
        return places.get(told.key or "") or places.get(line)

    def _reason(self, told: Told, digest: str | None) -> Reason:
        """Return why a voucher is as it is, or the one movement of it that is meant."""
        meta = told.transaction.meta
        if told.movements is not None and len(told.movements) == 1:
            (movement,) = told.movements
            kept = reasons.of(self.workplace.archive, digest) if digest else {}
            if movement in kept:
                return kept[movement]
            meta = {**meta, **told.postings[0].meta}
        return Reason(text(meta, "rule"), text(meta, "why"))

    def _shown(self, number: str | None) -> int:
        """Return how many movements of a voucher the trail tells, over all its parts."""
        return len(self._told[number])

    def _movements(self, number: str | None) -> int:
        """Return how many movements the whole voucher settled, over all its parts."""
        if number not in self.counts:
            register = self.workplace.books.register
            parts = register.by_voucher([number] if number else [])
            keys = movements_of(posting for each in parts for posting in each.postings)
            self.counts[number] = max(len(keys), self._shown(number))
        return self.counts[number]

    @cached_property
    def _told(self) -> Mapping[str | None, set[str]]:
        """The movements that the trail tells, by the number of their voucher."""
        found: dict[str | None, set[str]] = defaultdict(set)
        for each in self.transactions.values():
            number = text(each.transaction.meta, "voucher")
            found[number] |= set(movements_of(each.postings))
        return found

    def _file_step(self, digest: str) -> Step:
        """Tell what became of a file, and what a person can do about it."""
        with self.workplace.store.reading() as reading:
            record = reading.file(digest)
        decision = setting_aside.of(self.workplace, digest)
        waits = (
            record is not None
            and record.outcome is not None
            and not record.is_done
            and decision is None
        )
        choice = held_files.choice(self.workplace, digest) if waits else None
        return {
            "kind": "file",
            **self._file(digest),
            **trail_steps.sent(self._order(digest)),
            "format": record.format if record else None,
            "outcome": record.outcome if record else None,
            "reason": record.reason if record else None,
            "set_aside": {
                "reason": decision.reason,
                "by": decision.by,
                "place": str(decision.place),
            }
            if decision
            else None,
            "how": choice.how if choice else None,
            "decide": "\n".join(choice.decide) if choice else None,
        }

    def _file(self, digest: str) -> Step:
        events = self.workplace.archive.events(digest)
        received = next((each for each in events if each["event"] == "received"), {})
        return {
            "sha256": digest,
            "name": received.get("name"),
            "received": received.get("at"),
            "archived": str(
                self.workplace.archive.path(digest).relative_to(self.workplace.folder)
            ),
        }

    def _places(self, digest: str) -> Mapping[str, str]:
        """Return where in an archived file each key stands."""
        if digest not in self.places:
            self.places[digest] = dict(self._read_places(digest))
        return self.places[digest]

    def _read_places(self, digest: str) -> Iterable[tuple[str, str]]:
        name = str(self._file(digest)["name"] or digest)
        try:
            message = formats.read(self.workplace.archive.read(digest), name)
        except Unreadable:
            return
        if not isinstance(message, AccountMessage):
            return
        for report in reports_of(message, digest):
            for entry in report.entries:
                yield entry.key, str(entry.place)
                for movement in entry.movements:
                    yield movement.key, str(movement.place)

    def _payment_steps(self, standing: PaymentStanding) -> Iterable[tuple[dt.date, Step]]:
        payment = standing.payment
        for remittance, _ in ordered.remittances(self.workplace):
            if remittance.message_id != payment.message_id or not remittance.created:
                continue
            day = dt.date.fromisoformat(remittance.created[:10])
            yield (
                day,
                {
                    "kind": "payment",
                    "end_to_end_id": payment.end_to_end_id,
                    "message_id": payment.message_id,
                    "file": remittance.file_name,
                    "sha256": remittance.sha256,
                    "amount": payment.amount.text,
                    "currency": payment.amount.currency,
                    "creditor_account": payment.creditor_account,
                    "requested": payment.requested_execution_date.isoformat(),
                    "state": str(standing.state),
                    "reason": standing.reason,
                },
            )
        with self.workplace.store.reading() as reading:
            lines = reading.statuses([payment.message_id])
        for line in _spoken(lines, payment):
            yield (
                dt.date.fromisoformat((line.created or "9999-12-31")[:10]),
                {
                    "kind": "status",
                    "level": line.level,
                    "status": line.status,
                    "reasons": [
                        {"code": reason.code, "text": reason.text}
                        for reason in line.reasons
                    ],
                    "file": self._file(line.sha256),
                },
            )

    def _decisions(self, payment: Payment) -> Iterable[Custom]:
        """Return what persons have said of a payment, or of its message."""
        named = {payment.end_to_end_id, payment.message_id}
        customs = self.workplace.books.register.customs(*trail_steps.SAID)
        return [each for each in customs if each.values and each.values[0] in named]

    def _proofs(self) -> Iterable[StatementDay]:
        touched = {
            tuple((text(each.transaction.meta, "bank-ref") or "").split("/")[1:3])
            for each in self.transactions.values()
            if "bank-ref" in each.transaction.meta
        }
        with self.workplace.store.reading() as reading:
            days = reading.statement_days()
        return [day for day in days if (day.bank_account, day.date.isoformat()) in touched]


_LEVELS = ("group", "payment-information", "transaction")


def _spoken(lines: Iterable[StatusLine], payment: Payment) -> list[StatusLine]:
    """Return of each status file the lowest line that speaks of the payment."""
    found: dict[str, StatusLine] = {}
    speaking = [line for line in lines if line.status and _speaks_of(line, payment)]
    for line in sorted(speaking, key=lambda each: _LEVELS.index(each.level)):
        found[line.sha256] = line
    return sorted(found.values(), key=lambda each: (each.created or "", each.position))


def _speaks_of(line: StatusLine, payment: Payment) -> bool:
    """Whether a status is about the payment; one for a whole message is."""
    if line.end_to_end_id is not None:
        return line.end_to_end_id == payment.end_to_end_id
    if line.level.startswith("recall-"):
        return False  # what an answer says of a recall is about the payments it names
    return line.payment_information_id in {None, payment.payment_information_id}


def _shown(told: Sequence[ToldMovement]) -> Mapping[str, set[str]]:
    """Return, for each lump of a detail file, the statement's lines that show it.

    A line tells the lump itself, or one of its moneys.
    """
    batch_of = {each.money: each.batch for each in told if each.source != "statement"}
    shown: dict[str, set[str]] = defaultdict(set)
    for each in told:
        if each.source == "statement":
            shown[batch_of.get(each.money, each.money)].add(each.batch)
    return shown


def _like(batch: ToldEntry | None, entries: Iterable[ToldEntry]) -> set[str]:
    """Return the lines that a lump may be, where nothing tells which one shows it."""
    return {each.key for each in entries if batch and _is_line_of(each, batch)}


def _is_line_of(line: ToldEntry, batch: ToldEntry) -> bool:
    """Whether a statement's line is the lump that the batch tells in detail."""
    if line.source != "statement" or batch.source == "statement":
        return False
    if line.bank_account != batch.bank_account:
        return False
    if line.reference and line.reference == batch.reference:
        return True
    days = abs((line.booking_date - batch.booking_date).days)
    return line.via_clearing and line.amount == batch.amount and days <= 5


def _items_of(told: Told, workplace: Workplace) -> set[str]:
    found = {text(each.meta, "open-item") for each in told.postings} - {None}
    if not found:
        links = told.transaction.links
        found = {key for key in links if key in workplace.books.items.by_key}
    return {key for key in found if key}


#: On one day: what a person typed, orders and answers (1), details, the bank's line, its
#: proof (4), and what a person decided about all that, in the order of the vouchers.
_TYPED, _DETAIL, _LINE, _DECIDED = 0, 2, 3, 5
_DECISIONS = frozenset({"person", "undo"})


def _when(transaction: Transaction) -> tuple[dt.date, int, int]:
    """Return what the vouchers of a trail are sorted by."""
    serial = (text(transaction.meta, "voucher") or "").rpartition("-")[2]
    number = int(serial) if serial.isdecimal() else 0
    order = _LINE if "bank-ref" in transaction.meta else _DETAIL
    if text(transaction.meta, "rule") in _DECISIONS:
        order = _DECIDED
    elif "document" not in transaction.meta:
        order = _TYPED
    return transaction.date, order, number
