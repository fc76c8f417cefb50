"""The steps of a trail that need nothing but what they tell of: items, words, proofs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from cli.commands.trail_text import Step
from ledger import contradictions, recalls
from ledger.accounts import text
from ledger.directives import Custom
from ledger.movements import StatementDay
from ledger.open_items import OpenItem
from ledger.parties import Party
from ledger.payments import Remittance


def confirmations(item: OpenItem, party: Party | None) -> Iterable[tuple[dt.date, Step]]:
    """Yield who has confirmed where, and how much of, the item may be paid.

    The history of a party that has had one account only is no news.
    """
    history = party.creditor_accounts if party else ()
    for each in history if len(history) > 1 else ():
        step: Step = {"account": each.number, "by": each.by, "reason": each.reason}
        yield each.since, _confirmation(item, each.since, step)
    for said in item.releases:
        up_to = said.up_to.text if said.up_to else None
        step = {"account": said.creditor_account, "by": said.by, "up_to": up_to}
        yield said.on, _confirmation(item, said.on, step)


def _confirmation(item: OpenItem, day: dt.date, told: Step) -> Step:
    empty: Step = {"account": None, "up_to": None, "by": None, "reason": None}
    about: Step = {"party": item.party_name, "date": day.isoformat()}
    return {"kind": "confirmation", **empty, **about, **told}


def sent(order: Remittance | None) -> Step:
    """Return what a file of ours ordered; of a file of the bank nothing."""
    if order is None:
        return {"sent": None}
    told = {
        "message_id": order.message_id,
        "payments": len(order.payments),
        "total": order.total.text,
        "currency": order.total.currency,
    }
    return {"name": order.file_name, "sent": told}


def item_step(item: OpenItem) -> Step:
    """Return what is left of an item."""
    return {
        "kind": "open-item",
        "open_item": item.key,
        "party": item.party_name,
        "amount": item.amount.text,
        "currency": item.amount.currency,
        "left": item.residual.text,
    }


#: Custom lines about a payment or its message, and what each says.
SAID = {
    recalls.DROPPED: "said that the message never reached the bank",
    recalls.AGAIN: "let the message go again",
    recalls.PAYMENT_DROPPED: "said that the payment of the old system never comes",
    recalls.CANCEL: "asked the bank to take the payment back",
    contradictions.TYPE: "said that the payment stands as the books have it",
}


def decision_step(custom: Custom) -> Step:
    """Return what a person has said, and where it stands."""
    return {
        "kind": "decision",
        "date": custom.date.isoformat(),
        "decision": custom.type,
        "what": SAID[custom.type],
        "told": text(custom.meta, "told"),
        "reason": text(custom.meta, "reason"),
        "by": text(custom.meta, "by"),
        "place": str(custom.place) if custom.place else None,
    }


def proof_step(day: StatementDay) -> Step:
    """Return the day of a statement that a voucher stands on."""
    return {
        "kind": "statement",
        "account": day.bank_account,
        "date": day.date.isoformat(),
        "opening": day.opening.text,
        "closing": day.closing.text,
        "currency": day.closing.currency,
        "number": day.sequence_number,
        "sha256": day.sha256,
    }
