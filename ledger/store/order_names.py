"""Every payment that was ordered, by its names alone.

Years of payments are read in a blink as names, and not as values: a command looks at the
names and asks for the few messages that there is still something to say about.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

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

    def payments(self) -> Sequence[tuple[str, str, str]]:
        """Return EndToEndId, PmtInfId and MsgId of every payment."""
        c = tables.payment.c
        return self._connection.execute(
            select(c.end_to_end_id, c.payment_information_id, c.message_id)
        ).all()

    def paying(self, items: Collection[str]) -> set[str]:
        """Return the MsgIds of payments that name one of these open items."""
        c = tables.paid_item.c
        found: set[str] = set()
        for chunk in chunks(sorted(items)):
            query = select(c.message_id).where(c.open_item.in_(chunk))
            found.update(self._connection.execute(query).scalars())
        return found

    def accounts(self) -> Iterator[tuple[str, str, str]]:
        """Yield MsgId, ledger account and creditor account of everything that was paid."""
        item, payment = tables.paid_item.c, tables.payment.c
        same = (payment.message_id == item.message_id) & (
            payment.position == item.payment_position
        )
        wanted = select(item.message_id, item.account, payment.creditor_account)
        rows = self._connection.execute(
            wanted.join_from(tables.paid_item, tables.payment, same)
        )
        return ((row[0], row[1], row[2]) for row in rows)

    def told(self, besides: Collection[str] = ()) -> set[str]:
        """Return the MsgIds about which the bank has told another status than these."""
        c = tables.status_line.c
        query = select(c.message_id).where(c.status.not_in(sorted(besides))).distinct()
        return set(self._connection.execute(query).scalars())
