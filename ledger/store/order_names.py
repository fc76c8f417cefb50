"""Every payment that was ordered, by its names alone.

Years of payments are read in a blink as names, and not as values: a command looks at the
names and asks for the few messages that there is still something to say about.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, exists, func, or_, select

from ledger.messages import AnsweredNames
from ledger.payments import PaymentState
from ledger.store import tables
from ledger.store.queries import chunks


@dataclass(frozen=True, slots=True)
class MessageHead:
    """A message without its payments."""

    sha256: str
    state: PaymentState


class OrderNames:
    """What the store knows of payments, without reading them."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def messages(self) -> dict[str, MessageHead]:
        """Return every message by its MsgId."""
        table = tables.remittance
        rows = self._connection.execute(
            select(table.c.message_id, table.c.sha256, table.c.state)
        )
        return {name: MessageHead(sha, PaymentState(state)) for name, sha, state in rows}

    def payments(self) -> Mapping[str, Sequence[str]]:
        """Return the EndToEndIds of every message, by its MsgId.

        The database joins those of a message into one text: a row for each payment would
        take three times as long. A message is left out if one of its names holds a line
        end, which no name of ours does.
        """
        c = tables.payment.c
        rows = self._connection.execute(
            select(
                c.message_id, func.count(), func.aggregate_strings(c.end_to_end_id, "\n")
            ).group_by(c.message_id)
        )
        named = ((name, number, joined.split("\n")) for name, number, joined in rows)
        return {name: found for name, number, found in named if len(found) == number}

    def naming(self, names: Collection[str]) -> set[str]:
        """Return the MsgIds of payments with such an EndToEndId, PmtInfId or MsgId."""
        c = tables.payment.c
        columns = (c.end_to_end_id, c.payment_information_id, c.message_id)
        found: set[str] = set()
        for chunk in chunks(sorted(names)):
            named = or_(*(column.in_(chunk) for column in columns))
            query = select(c.message_id).where(named).distinct()
            found.update(self._connection.execute(query).scalars())
        return found

    def paying(self, items: Collection[str]) -> set[str]:
        """Return the MsgIds of payments that name one of these open items."""
        c = tables.paid_item.c
        found: set[str] = set()
        for chunk in chunks(sorted(items)):
            query = select(c.message_id).where(c.open_item.in_(chunk))
            found.update(self._connection.execute(query).scalars())
        return found

    def accounts(self, besides: Collection[str]) -> Iterator[tuple[str, str]]:
        """Yield ledger account and creditor account of what other messages than these paid.

        All are counted, and those of these messages, which are few: an account that is
        counted no more often than in them is not among the others.
        """
        item, payment = tables.paid_item.c, tables.payment.c
        same = (payment.message_id == item.message_id) & (
            payment.position == item.payment_position
        )
        pair = item.account, payment.creditor_account
        counted = (
            select(*pair, func.count())
            .join_from(tables.paid_item, tables.payment, same)
            .group_by(*pair)
        )
        within: Counter[tuple[str, str]] = Counter()
        for chunk in chunks(sorted(besides)):
            rows = self._connection.execute(counted.where(item.message_id.in_(chunk)))
            for account, creditor_account, number in rows:
                within[account, creditor_account] += number
        for account, creditor_account, number in self._connection.execute(counted):
            if number > within[account, creditor_account]:
                yield account, creditor_account

    def told(self, besides: Collection[str] = ()) -> set[str]:
        """Return the MsgIds about which the bank has told another status than these."""
        c = tables.status_line.c
        query = select(c.message_id).where(c.status.not_in(sorted(besides))).distinct()
        return set(self._connection.execute(query).scalars())

    def answered_besides(self) -> Iterator[AnsweredNames]:
        """Yield what the bank's answers name and no message, part or payment here bears.

        Each name is looked up once: a message may have ten thousand answers.
        """
        line, payment = tables.status_line.c, tables.payment.c
        names = line.message_id, line.payment_information_id, line.end_to_end_id
        for depth in (1, 2, 3):
            told = (
                select(*names[:depth], line.sha256)
                .where(names[depth - 1].is_not(None))
                .distinct()
                .subquery()
            )
            is_known = {
                1: tables.remittance.c.message_id == told.c.message_id,
                2: (payment.message_id == told.c.message_id)
                & (payment.payment_information_id == told.c.get("payment_information_id")),
                3: payment.our_end_to_end_id == told.c.get("end_to_end_id"),
            }
            query = select(told).where(~exists().where(is_known[depth]))
            for row in self._connection.execute(query).mappings():
                yield AnsweredNames(**row)
