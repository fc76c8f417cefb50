"""Which messages there is still something to say about; the others are booked for good.

Books, archive and store are all looked at, by the names of payments alone, so that years
of payments cost a blink. A message is left out only where everybody who knows of it says
the same: each of its payments is posted on closed items, some time ago, none of it came
back or is parked; no answer of the bank contradicts that; the bill it paid is not open; and
nobody has recalled or dropped it. Whatever is not in the store, and does not stand so in
the books, is looked at in full: for money out the union wins (ADR 0014).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from cli.wiring import Workplace
from ledger import recalls
from ledger.payables import PAYABLE_KINDS
from ledger.payments import PaymentState, Remittance
from ledger.store.order_names import MessageHead, OrderNames
from ledger.twins import TWIN_DAYS
from reconcile import payment_status

#: A booked payment makes an equal bill look like its twin for so long, and then some.
KEPT = dt.timedelta(days=TWIN_DAYS + 30)
_FOREIGN = ""


@dataclass(frozen=True, slots=True)
class Current:
    """The messages to be looked at."""

    messages: frozenset[str]
    """MsgIds, and `""` for what the old system ordered."""
    archived: tuple[Remittance, ...]
    """Their manifests, and those of messages that only the archive knows."""


def of(workplace: Workplace, about: Collection[str] = ()) -> Current:
    """Return the messages of which something may still come.

    Args:
        workplace: Where.
        about: EndToEndIds, PmtInfIds and MsgIds of others that are wanted too.
    """
    with workplace.store.reading() as transaction:
        heads = transaction.order_names.messages()
        named = _named(workplace, transaction.order_names, heads, frozenset(about))
    archive = workplace.archive
    digests = {head.sha256 for head in heads.values()}
    found = list(archive.manifests(besides=digests))
    for name in named & heads.keys():
        manifest = archive.manifest(heads[name].sha256)
        if manifest is not None:
            found.append(manifest)
    alone = {each.message_id for each in found}
    return Current(frozenset(named | alone | {_FOREIGN}), tuple(found))


def paid_besides(workplace: Workplace, current: Current) -> frozenset[tuple[str, str]]:
    """Return ledger account and creditor account of what is left out: all is booked."""
    with workplace.store.reading() as transaction:
        return frozenset(transaction.order_names.accounts(besides=current.messages))


def _named(
    workplace: Workplace,
    names: OrderNames,
    heads: dict[str, MessageHead],
    about: frozenset[str],
) -> set[str]:
    books = workplace.books
    ended = set(books.items.ended_payments(workplace.clock.today - KEPT))
    found = {
        name for name, head in heads.items() if head.state is not PaymentState.TRANSMITTED
    }
    payments = names.payments()
    found |= heads.keys() - payments.keys()
    found |= {each for each, named in payments.items() if not ended.issuperset(named)}
    found |= names.naming(about)
    found |= names.paying(books.items.open_keys_of(PAYABLE_KINDS))
    found |= set(books.register.messages()) - heads.keys()
    stored = {name for named in payments.values() for name in named}
    found |= set(books.register.messages_paying(besides=stored & ended))
    found |= names.told(besides=payment_status.QUIET)
    dropped = books.register.customs(*recalls.DROP_TYPES)
    found |= {str(each.values[0]) for each in dropped if each.values}
    asked_back = recalls.written(books.register.customs(recalls.CANCEL))
    found |= {each.original_message_id for each in asked_back}
    return found
