"""Payables: what is to be paid, in which state each is, and why.

An item that is open, held by a person, or ended by the bank without payment is told
apart here once, for `books payables` as for `books pay-due`; so what the list shows as
open is what the run may pay.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bankio.identifiers import bban, iban, kid
from ledger.company import Policy
from ledger.open_items import ItemKind, OpenItem
from ledger.payments import PaymentStanding, PaymentState

#: What the payment run may pay. A customer's credit is paid back by name only.
PAYABLE_KINDS = frozenset({ItemKind.SUPPLIER, ItemKind.SALARY, ItemKind.TAX})


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
    confirmed_accounts: Mapping[str, tuple[str, ...]],
    policy: Policy,
) -> tuple[Payable, ...]:
    """Return every open item that we owe, or a creditor owes us back, by due date.

    Args:
        items: All open items of the books.
        standings: The payments of each item (`by_item`).
        confirmed_accounts: The accounts that a party's own record names, by party number.
        policy: What the company has decided beforehand.
    """
    found = [
        _payable(item, standings.get(item.key, ()), confirmed_accounts, policy)
        for item in items
        if item.is_open and item.kind in PAYABLE_KINDS
    ]
    return tuple(
        sorted(found, key=lambda each: (each.item.due or each.item.date, each.item.key))
    )


def _payable(
    item: OpenItem,
    standings: tuple[PaymentStanding, ...],
    confirmed_accounts: Mapping[str, tuple[str, ...]],
    policy: Policy,
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
    reason = (
        undecided(standings)
        or _held_by_person(item)
        or _ended_by_bank(item, standings, policy)
        or _undone(item, standings)
        or _unsafe(item, confirmed_accounts, policy)
    )
    state = PayableState.HELD if reason else PayableState.OPEN
    return Payable(item=item, state=state, reason=reason, standings=standings)


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


def undecided(standings: Iterable[PaymentStanding]) -> str | None:
    """Return which entry of the bank a person must place first, or None.

    The bank moved money under the name of a payment of the item, and not as ordered:
    nobody can say yet how much of the item is paid.
    """
    for standing in standings:
        for parked in standing.undecided:
            return (
                f"the bank has told {abs(parked.amount)} under"
                f" {standing.payment.end_to_end_id}, not as sent; parked as"
                f" {parked.open_item}: books match or books book it first"
            )
    return None


def _held_by_person(item: OpenItem) -> str | None:
    if item.hold is None:
        return None
    by = f" ({item.hold.by})" if item.hold.by else ""
    return f"{item.hold.reason}{by}"


def _ended_by_bank(
    item: OpenItem, standings: tuple[PaymentStanding, ...], policy: Policy
) -> str | None:
    if not standings:
        return None
    last = standings[-1]
    if not last.state.has_failed or item.released == last.payment.end_to_end_id:
        return None
    if last.state is PaymentState.BOOKED_OTHERWISE:
        told = ", ".join(str(each.amount) for each in last.parked)
        return (
            f"booked by the bank with {told}, not as sent"
            f" ({last.payment.end_to_end_id}); books release pays what is left"
        )
    if last.reason and last.reason.split(" ", 1)[0] in policy.retry:
        return None
    ended = "returned" if last.state is PaymentState.RETURNED else "rejected"
    return f"{ended} by the bank: {last.reason or 'no reason given'}"


def _undone(item: OpenItem, standings: tuple[PaymentStanding, ...]) -> str | None:
    """Return why an item whose payment was booked, and then undone, is not paid again.

    The bank has moved the money; only where it belongs is in doubt. Paying once more is
    a person's decision.
    """
    booked = {
        standing.payment.end_to_end_id
        for standing in standings
        if standing.state is PaymentState.BOOKED
    }
    paid = {each.movement: each for each in item.postings if each.end_to_end_id in booked}
    for posting in item.postings:
        if posting.undoes in paid and item.released is None:
            settled = paid[posting.undoes]
            return (
                f"paid by {settled.end_to_end_id}, booked {settled.date}; its posting was"
                f" undone ({posting.voucher}): books match it again, or books release"
            )
    return None


def _unsafe(
    item: OpenItem, confirmed_accounts: Mapping[str, tuple[str, ...]], policy: Policy
) -> str | None:
    """Return what a person must look at before the item is paid for the first time."""
    if item.residual.number > 0:
        return "credit note: nothing to pay; offset it against a bill (books match)"
    account = item.creditor_account
    if not account:
        return "no creditor account: add creditor-account to the party or the bill"
    if not (bban.is_valid(account) or iban.is_valid(account)):
        return f"creditor account {account} fails its check digits"
    if item.released is not None:
        return None
    confirmed = confirmed_accounts.get(item.party_number or "", ())
    if confirmed and account not in confirmed:
        return (
            f"creditor account {account} is not the one known for {item.party_name}"
            f" ({', '.join(confirmed)}): confirm it with the supplier, then books release"
        )
    if item.kid and policy.hold_bad_kid and not kid.is_valid(item.kid):
        return f"KID {item.kid} fails both check digits: the bank would reject it"
    return None
