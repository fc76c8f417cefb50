"""Payables: what is to be paid, in which state each is, and why.

An item that is open, held by a person, or ended by the bank without payment is told
apart here once, for `books payables` as for `books pay-due`; so what the list shows as
open is what the run may pay.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from bankio.amount import Amount
from bankio.identifiers import bban, iban, kid
from ledger.company import Policy
from ledger.directives import MetaValue
from ledger.open_items import ItemKind, OpenItem
from ledger.payments import PaymentStanding, PaymentState
from ledger.safeguards import Obstacle, Safeguards
from ledger.twins import Twins

#: What the payment run pays by itself.
PAYABLE_KINDS = frozenset({ItemKind.SUPPLIER, ItemKind.SALARY, ItemKind.TAX})


def is_refund(item: OpenItem) -> bool:
    """Whether we owe it to a customer: paid back where a person names it, never by itself.

    The most of such credits are taken up by the next invoice.
    """
    is_customers = item.kind in {ItemKind.CREDIT, ItemKind.CUSTOMER}
    return is_customers and item.residual.number < 0


class PayableState(StrEnum):
    """The four states that `books payables` knows."""

    OPEN = "open"
    HELD = "held"
    IN_FLIGHT = "in-flight"
    DRAFT = "draft"


@dataclass(frozen=True, slots=True, kw_only=True)
class Payable:
    """An open payable with its state and, where it is not simply open, the reason."""

    item: OpenItem
    state: PayableState
    reason: str | None = None
    lifted: Mapping[str, MetaValue] | None = None
    """What the line of a release must say to lift the reason; None: no release does."""
    standings: tuple[PaymentStanding, ...] = ()
    """Every payment ever ordered of it, oldest attempt first."""

    @property
    def told(self) -> str:
        """The state with its reason: `held: wrong price (kari)`."""
        return f"{self.state}: {self.reason}" if self.reason else str(self.state)


def by_item(
    standings: Iterable[PaymentStanding],
) -> Mapping[str, tuple[PaymentStanding, ...]]:
    """Return the payments of each open item, oldest attempt first."""
    found: dict[str, list[PaymentStanding]] = {}
    for standing in standings:
        for paid in standing.payment.items:
            found.setdefault(paid.open_item, []).append(standing)
    return {
        key: tuple(sorted(each, key=lambda standing: standing.payment.attempt))
        for key, each in found.items()
    }


def payables(
    items: Sequence[OpenItem],
    standings: Mapping[str, tuple[PaymentStanding, ...]],
    safeguards: Safeguards,
    twins: Twins | None = None,
) -> tuple[Payable, ...]:
    """Return every open item that we owe, or a creditor owes us back, by due date.

    Args:
        items: Open items of the books: all payable ones, and the refunds asked for.
        standings: The payments of each item (`by_item`).
        safeguards: What a person must confirm first, and the company's policy.
        twins: What a bill typed twice would be like; None: not looked for.
    """
    found = [
        _held_twin(_payable(item, standings.get(item.key, ()), safeguards), twins)
        for item in items
        if item.is_open and (item.kind in PAYABLE_KINDS or is_refund(item))
    ]
    return tuple(
        sorted(found, key=lambda each: (each.item.due or each.item.date, each.item.key))
    )


def _held_twin(payable: Payable, twins: Twins | None) -> Payable:
    """Return the payable, held where it is likely a bill that is paid already."""
    if twins is None or payable.state is not PayableState.OPEN:
        return payable
    found = twins.obstacle(payable.item)
    if found is None:
        return payable
    return replace(
        payable, state=PayableState.HELD, reason=found.reason, lifted=found.lifted
    )


def _payable(
    item: OpenItem,
    standings: tuple[PaymentStanding, ...],
    safeguards: Safeguards,
) -> Payable:
    if item.is_draft:
        return Payable(
            item=item,
            state=PayableState.DRAFT,
            reason="not attested yet (books post)",
            standings=standings,
        )
    blocking = in_flight(item, standings)
    if blocking is not None:
        return Payable(
            item=item, state=PayableState.IN_FLIGHT, reason=blocking, standings=standings
        )
    found = (
        undecided(standings)
        or _held_by_person(item)
        or _ended_by_bank(item, standings, safeguards.policy)
        or _undone(item, standings)
        or _unsafe(item, safeguards)
    )
    if found is None:
        return Payable(item=item, state=PayableState.OPEN, standings=standings)
    return Payable(
        item=item,
        state=PayableState.HELD,
        reason=found.reason,
        lifted=found.lifted,
        standings=standings,
    )


def in_flight(item: OpenItem, standings: Iterable[PaymentStanding]) -> str | None:
    """Return why money may still move for the item, or None.

    Live payments block, and so does a booked one whose settlement is not in the books:
    after books were restored from yesterday, the bank still has today's payment.
    """
    settled = {posting.end_to_end_id for posting in item.postings if posting.end_to_end_id}
    for standing in standings:
        payment = standing.payment
        if standing.state.is_live:
            return f"{standing.state}: {payment.end_to_end_id} for {payment.amount}"
        if standing.state is PaymentState.BOOKED and payment.end_to_end_id not in settled:
            return f"booked by the bank, not yet in the books: {payment.end_to_end_id}"
    return None


def amount_in_flight(item: OpenItem, standings: Iterable[PaymentStanding]) -> Amount:
    """Return how much of the item is ordered and neither ended nor in the books."""
    total = Amount.zero(item.residual.currency)
    for standing in standings:
        if in_flight(item, [standing]) is None:
            continue
        for paid in standing.payment.items:
            if paid.open_item == item.key:
                total += paid.amount
    return total


def undecided(standings: Iterable[PaymentStanding]) -> Obstacle | None:
    """Return which entry of the bank a person must place first, or None.

    The bank moved money under the name of a payment of the item, and not as ordered:
    nobody can say yet how much of the item is paid.
    """
    for standing in standings:
        for parked in standing.undecided:
            name = parked.part or standing.payment.end_to_end_id
            is_as_sent = parked.is_as_sent(standing.payment)
            how = "as sent, and the bill could not take it" if is_as_sent else "not as sent"
            return Obstacle(
                f"the bank has told {abs(parked.amount)} under {name}, {how}; parked as"
                f" {parked.open_item}: books match or books book it first"
            )
    return None


def _held_by_person(item: OpenItem) -> Obstacle | None:
    if item.hold is None:
        return None
    by = f" ({item.hold.by})" if item.hold.by else ""
    return Obstacle(f"{item.hold.reason}{by}", {"hold": False})


_ENDED = {PaymentState.RETURNED: "returned", PaymentState.CANCELLED: "cancelled"}


def _ended_by_bank(
    item: OpenItem, standings: tuple[PaymentStanding, ...], policy: Policy
) -> Obstacle | None:
    if not standings:
        return None
    last = standings[-1]
    failed = last.payment.end_to_end_id
    if not last.has_failed or failed in item.released:
        return None
    if last.state is PaymentState.BOOKED_OTHERWISE:
        told = ", ".join(str(each.amount) for each in last.parked)
        is_as_sent = all(each.is_as_sent(last.payment) for each in last.parked)
        how = "" if is_as_sent else ", not as sent"
        return Obstacle(
            f"booked by the bank with {told}{how}"
            f" ({last.payment.end_to_end_id}); books release pays what is left",
            {"release": failed},
        )
    if last.reason and last.reason.split(" ", 1)[0] in policy.retry:
        return None
    ended = _ENDED.get(last.state, "rejected")
    reason = f"{ended} by the bank: {last.reason or 'no reason given'}"
    return Obstacle(reason, {"release": failed})


def _undone(item: OpenItem, standings: tuple[PaymentStanding, ...]) -> Obstacle | None:
    """Return why an item whose payment was booked, and then undone, is not paid again.

    The bank has moved the money; only where it belongs is in doubt. Paying once more is
    a person's decision.
    """
    booked = {
        standing.payment.end_to_end_id
        for standing in standings
        if standing.state is PaymentState.BOOKED
    }
    # What a person posted has no movement, and is undone by the item's name.
    paid = {
        each.movement or item.key: each
        for each in item.postings
        if each.end_to_end_id in booked and each.undoes is None and each.reason is None
    }
    for posting in item.postings:
        settled = paid.get(posting.undoes) if posting.undoes else None
        if settled is None or settled.end_to_end_id in item.released:
            continue
        return Obstacle(
            f"paid by {settled.end_to_end_id}, booked {settled.date}; its posting was"
            f" undone ({posting.voucher}): books match it again, or books release",
            {"release": settled.end_to_end_id or ""},
        )
    return None


def _unsafe(item: OpenItem, safeguards: Safeguards) -> Obstacle | None:
    """Return what a person must look at before the item is paid."""
    if item.residual.number > 0:
        return Obstacle(
            "credit note: nothing to pay; offset it against a bill (books match)"
        )
    account = item.creditor_account
    if not account:
        return Obstacle(
            "no creditor account: add creditor-account to the party or the bill"
        )
    if not (bban.is_valid(account) or iban.is_valid(account)):
        return Obstacle(f"creditor account {account} fails its check digits")
    found = safeguards.account(item) or safeguards.amount(item)
    if found is not None or not item.kid or is_refund(item) or "" in item.released:
        return found
    if safeguards.policy.hold_bad_kid and not kid.is_valid(item.kid):
        reason = f"KID {item.kid} fails both check digits: the bank would reject it"
        return Obstacle(reason, {"release": ""})
    return None
