"""What the rules may look at: items with what is left of them, payments, receipts told.

It is the books as they will be when the vouchers planned so far are written: a rule
that settles an item leaves less for the next movement, so two movements can never
settle the same krone, and an item never crosses zero.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator
from datetime import date
from functools import cached_property

from bankio.amount import Amount
from ledger.carried_value import share_of_value
from ledger.directives import Transaction
from ledger.open_items import Items, OpenItem
from ledger.payments import Payment, PaymentStanding
from reconcile.bank_transactions import Movement, digest, is_called
from reconcile.known import Known, Roles
from reconcile.matches import Leg
from reconcile.moneys import Money
from reconcile.party_items import Party, PartyItems
from reconcile.same_money import Memory


def credit_key(key: str) -> str:
    """Return the open item that a movement without an item of its own becomes.

    It hangs on the movement's key alone, so it is the same whatever came before it.

    >>> credit_key("detail/86011117947/2026-11-20/AS0012345")
    'cr-4bede18ec3'
    """
    return f"cr-{digest((key,), 10)}"


def undone_key(mark: str, ordinal: int) -> str:
    """Return the suspense item that a movement of a voucher becomes when it is undone."""
    return credit_key(f"undone/{mark}/{ordinal}")


def undone_items(voucher: str, movement: str, known: Container[str]) -> Iterator[str]:
    """Yield the items that a movement of a voucher became, each time that it was undone.

    Args:
        voucher: Its number.
        movement: Its key; empty where the posting had none.
        known: The items of the books.
    """
    ordinal = 1
    while (key := undone_key(f"{voucher}/{movement}", ordinal)) in known:
        yield key
        ordinal += 1


def undone_money(payment: Payment, items: Items) -> tuple[OpenItem, ...]:
    """Return what the money of a payment became where a person has undone its booking."""
    keys: dict[str, None] = {}
    for paid in payment.items:
        item = items.by_key.get(paid.open_item)
        for posting in item.postings if item else ():
            is_booking = posting.reason is None and posting.undoes is None
            if posting.end_to_end_id == payment.end_to_end_id and is_booking:
                told = (posting.voucher or "", posting.movement or "")
                keys |= dict.fromkeys(undone_items(*told, items.by_key))
    return tuple(items.by_key[key] for key in keys)


class Evidence:
    """The books and what the plan so far has taken from them."""

    def __init__(self, known: Known, memory: Memory) -> None:
        self.known = known
        self.memory = memory
        self.items = known.items
        self.language = known.company.language
        self.roles: Roles = known.roles
        self._taken: dict[tuple[str, str], Amount] = {}
        self._taken_value: dict[tuple[str, str], Amount] = {}
        self._paid: dict[tuple[str, str], list[tuple[str, date, Amount]]]
        self._paid = defaultdict(list)
        self._booked: dict[str, list[Leg]] = defaultdict(list)
        self._carried: dict[str, tuple[OpenItem, ...]] = {}
        self._parked: dict[str, list[Movement]] = defaultdict(list)
        self._settled: dict[str, list[Leg]] = defaultdict(list)
        self._taken_back: set[str] = set()
        """Items made in this plan that a later movement of it took up again."""

    # items

    def residual(self, item: OpenItem) -> Amount:
        """Return what is left of an item, ledger sign."""
        taken = self._taken.get((item.account, item.key))
        return item.residual if taken is None else item.residual + taken

    def value(self, item: OpenItem) -> Amount | None:
        """Return what is left of an item's value in the currency that it is priced in."""
        taken = self._taken_value.get((item.account, item.key))
        if item.value is None or taken is None:
            return item.value
        return item.value + taken

    def is_paid_in_time(
        self, item: OpenItem, until: date, proven: str | None = None
    ) -> bool:
        """Whether all that was taken of an item is money that the bank booked in time.

        A credit note, an undoing, or what a person typed is no payment that counts here.
        Of the movement `proven` another file tells that it was in time.
        """
        left = self.residual(item)
        if left == item.amount:
            return True
        paid = [(p.movement, p.date, p.amount) for p in item.postings if p.movement]
        total = item.amount
        for key, day, amount in (*paid, *self._paid[item.account, item.key]):
            is_payment = (amount.number > 0) is not (item.amount.number > 0)
            if is_payment and (day <= until or key == proven):
                total += amount
        return left == total

    def take(self, movement: Movement, legs: Iterable[Leg]) -> None:
        """Let what a movement settles count, so that the next one sees what is left."""
        for leg in legs:
            if leg.open_item is not None:
                self._settled[movement.key].append(leg)
                if leg.item is None:
                    self._taken_back.add(leg.open_item)
            if leg.item is not None:
                self._take(leg.item, leg)
                at = (leg.item.account, leg.item.key)
                self._paid[at].append((movement.key, movement.booking_date, leg.amount))
            end_to_end_id = leg.meta.get("end-to-end-id")
            if isinstance(end_to_end_id, str) and leg.item is not None:
                self._booked[end_to_end_id].append(leg)

    def give_back(self, legs: Iterable[Leg]) -> None:
        """Let what is taken back beforehand count, as if it stood in the books."""
        for leg in legs:
            assert leg.item is not None
            self._take(leg.item, leg)
            end_to_end_id = leg.meta.get("end-to-end-id")
            if isinstance(end_to_end_id, str):
                self._booked[end_to_end_id].append(leg)

    def _take(self, item: OpenItem, leg: Leg) -> None:
        at, left, value = (item.account, item.key), self.residual(item), self.value(item)
        if leg.total_price is not None:
            _count(self._taken_value, at, leg.weight)
        elif left and value is not None and leg.amount.currency == left.currency:
            # In its own currency: the share of its value goes along.
            share = share_of_value(leg.amount, left=left, value=value)
            _count(self._taken_value, at, share if leg.amount.number > 0 else -share)
        _count(self._taken, at, leg.amount)

    def item(self, key: str) -> OpenItem | None:
        """Return an item by its key."""
        return self.items.by_key.get(key)

    def carriers(self, kid: str) -> tuple[OpenItem, ...]:
        """Return every receivable that has ever carried a KID, oldest first."""
        # Several rules ask about one movement, and an index reads them each time.
        found = self._carried.get(kid)
        if found is None:
            found = self._carried[kid] = self.items.by_kid.get(kid, ())
        return found

    def expect(self, movements: Iterable[Movement]) -> None:
        """Look up together what the rules will ask of each of some movements."""
        kids = {movement.kid for movement in movements if movement.kid is not None}
        found = self.items.of_kids(kids)
        self._carried = {kid: found.get(kid, ()) for kid in kids}

    def party_of(self, movement: Movement) -> Party | None:
        """Return the one party that a movement is of, by account or name, or None."""
        return self._party_items.party_of(movement)

    def items_of_parties(self, movement: Movement) -> tuple[OpenItem, ...]:
        """Return the open items of everybody that a movement may be of."""
        return self._party_items.items_of(movement)

    def items_of_names_alike(self, movement: Movement) -> tuple[OpenItem, ...]:
        """Return the open items of everybody whose name is like a movement's."""
        return self._party_items.of_names_alike(movement)

    def party_of_kids(self, kids: Iterable[str]) -> Party | None:
        """Return the one party that has carried every one of some KIDs, or None."""
        carried = [self.carriers(kid) for kid in kids]
        parties = {item.party_number for items in carried for item in items}
        if not all(carried) or len(parties) != 1:
            return None
        number = parties.pop()
        return self._party_items.party(number) if number else None

    @cached_property
    def _party_items(self) -> PartyItems:
        return PartyItems(self.items, self.known.payer_parties)

    def open_of(self, party: Party, movement: Movement) -> tuple[OpenItem, ...]:
        """Return a party's items in a movement's currency of which anything is left."""
        return tuple(
            item
            for item in party.items
            if (left := self.residual(item)) and left.currency == movement.amount.currency
        )

    def payable_by(self, party: Party, movement: Movement) -> tuple[OpenItem, ...]:
        """Return a party's items that money of this direction and currency lessens."""
        incoming = movement.amount.number > 0
        return tuple(
            item
            for item in self.open_of(party, movement)
            if (self.residual(item).number > 0) is incoming
        )

    def live_payment_of(self, items: Iterable[OpenItem]) -> PaymentStanding | None:
        """Return a payment of ours for one of the items that is still on its way."""
        keys = {item.key for item in items}
        found = (each for key in sorted(keys) for each in self._live.get(key, ()))
        return next(found, None)

    @cached_property
    def _live(self) -> dict[str, list[PaymentStanding]]:
        found: dict[str, list[PaymentStanding]] = defaultdict(list)
        for standing in self.known.standings:
            if standing.state.is_live or standing.undecided:
                for paid in standing.payment.items:
                    found[paid.open_item].append(standing)
        return found

    # payments

    @cached_property
    def payments(self) -> dict[str, PaymentStanding]:
        """Every payment of ours by EndToEndId."""
        return {
            standing.payment.end_to_end_id: standing for standing in self.known.standings
        }

    @cached_property
    def by_payment_information(self) -> dict[str, tuple[PaymentStanding, ...]]:
        """Payments by PmtInfId, and by MsgId."""
        found: dict[str, list[PaymentStanding]] = defaultdict(list)
        for standing in self.known.standings:
            found[standing.payment.payment_information_id].append(standing)
        return {key: tuple(standings) for key, standings in found.items()}

    @cached_property
    def by_message(self) -> dict[str, tuple[PaymentStanding, ...]]:
        """Payments by MsgId."""
        found: dict[str, list[PaymentStanding]] = defaultdict(list)
        for standing in self.known.standings:
            found[standing.payment.message_id].append(standing)
        return {key: tuple(standings) for key, standings in found.items()}

    @cached_property
    def foreign_payments(self) -> tuple[PaymentStanding, ...]:
        """Payments that the old system ordered."""
        return tuple(each for each in self.known.standings if each.payment.foreign)

    def _booked_amounts(
        self, payment: Payment, *, undone: bool = True
    ) -> Iterator[tuple[str, Amount]]:
        """Yield (open item, amount) of every posting that a payment has made.

        Those by which a person took his own word back are left out if not `undone`.
        """
        for leg in self._booked.get(payment.end_to_end_id, ()):
            yield leg.open_item or "", leg.amount
        paid_items = (self.item(paid.open_item) for paid in payment.items)
        # Undone, its money stands on suspense, and what comes back meets it there.
        for item in (*filter(None, paid_items), *self.undone_of(payment)):
            for posting in item.postings:
                is_counted = undone or posting.undoes is None
                if posting.end_to_end_id == payment.end_to_end_id and is_counted:
                    yield item.key, posting.amount

    def settled_by(self, payment: Payment) -> Amount:
        """Return what bookings of a payment have settled so far, returns taken off."""
        total = Amount.zero(payment.amount.currency)
        for _, amount in self._booked_amounts(payment):
            total += amount
        return total

    def park(self, movement: Movement) -> None:
        """Remember a movement that no rule placed, so that the next one sees it."""
        if movement.end_to_end_id is not None:
            self._parked[movement.end_to_end_id].append(movement)

    def parked_of(self, payment: Payment) -> Amount | None:
        """Return what stands, or stood, parked under a payment's EndToEndId, or None."""
        standing = self.payments.get(payment.end_to_end_id)
        for parked in standing.parked if standing else ():
            return -parked.amount
        here = self._parked.get(payment.end_to_end_id)
        return here[0].amount if here else None

    def parked_booking(self, payment: Payment, reference: str) -> str | None:
        """Return the item of the booking too many, where the bank calls one of them so.

        Booked twice, one settles and the other one is parked: whichever of them the bank
        takes back, the other one stands. In the books or in this plan; None where nothing
        is parked whole, or nobody can tell which.
        """
        found: dict[str, str] = {}
        standing = self.payments.get(payment.end_to_end_id)
        for parked in standing.parked if standing else ():
            item = self.item(parked.open_item)
            movement = item.postings[0].movement if item else None
            if item and movement and self.residual(item) == payment.amount == parked.amount:
                found[item.key] = movement
        for here in self._parked.get(payment.end_to_end_id, ()):
            key = credit_key(here.key)
            if here.amount == -payment.amount and key not in self._taken_back:
                found[key] = here.key
        named = [key for key, told in found.items() if is_called(told, reference)]
        settling = self._settling(payment)
        if not named and any(is_called(told, reference) for told in settling):
            named = list(found)
        return named[0] if len(named) == 1 else None

    def _settling(self, payment: Payment) -> Iterator[str]:
        """Yield the movements by which a payment settles its items."""
        name = payment.end_to_end_id
        for key, legs in self._settled.items():
            if any(leg.item and leg.meta.get("end-to-end-id") == name for leg in legs):
                yield key
        for paid in payment.items:
            item = self.item(paid.open_item)
            for posting in item.postings if item else ():
                if posting.end_to_end_id == name and posting.movement:
                    yield posting.movement

    def undone_of(self, payment: Payment) -> tuple[OpenItem, ...]:
        """Return what the money of a payment became where its booking was undone."""
        return undone_money(payment, self.items)

    def settled_of(self, payment: Payment, open_item: str) -> Amount:
        """Return what bookings of a payment have settled of one item, returns taken off."""
        total = Amount.zero(payment.amount.currency)
        for key, amount in self._booked_amounts(payment):
            if key == open_item and amount.currency == total.currency:
                total += amount
        return total

    def has_come_back(self, payment: Payment) -> bool:
        """Whether a payment has been returned already; it can be only once."""
        paid = {each.open_item: each.amount.number for each in payment.items}
        return any(
            paid.get(key, 1) * amount.number < 0
            for key, amount in self._booked_amounts(payment, undone=False)
        )

    def placed_money(self, end_to_end_id: str) -> str | None:
        """Return the key of the parked money that was said to be a payment of ours.

        A posting without a movement has booked it: it took the money from suspense, where
        the bank had told no name of it.
        """
        standing, register = self.payments.get(end_to_end_id), self.known.register
        if standing is None or register is None:
            return None
        for paid in standing.payment.items:
            item = self.item(paid.open_item)
            vouchers = {
                posting.voucher
                for posting in (item.postings if item else ())
                if posting.end_to_end_id == end_to_end_id
                and posting.movement is None
                and posting.undoes is None
            }
            if vouchers and self.settled_by(standing.payment).number > 0:
                found = register.by_items([paid.open_item])[paid.open_item]
                return self._parked_by(
                    t for t in found if t.meta.get("voucher") in vouchers
                )
        return None

    def _parked_by(self, transactions: Iterable[Transaction]) -> str | None:
        """Return the key of the money that the last of some vouchers took from suspense."""
        key = None
        for posting in (each for some in transactions for each in some.postings):
            name = posting.meta.get("open-item")
            if posting.account == self.roles.suspense_out and isinstance(name, str):
                item = self.item(name)
                key = item.postings[0].movement if item else None
        return key

    # receipts

    def receipt_like(self, reversal: Movement) -> tuple[Money, ...]:
        """Return earlier receipts of the amount that a reversal takes back."""
        return self.memory.opposite(reversal)

    def settled_by_receipt(self, money: Money) -> tuple[Leg, ...]:
        """Return what a receipt settled and left to credit, in the books or in this plan.

        What a person has undone since is taken off.
        """
        if money.key in self._settled:
            return tuple(self._settled[money.key])
        credit = self.item(credit_key(money.key))
        carriers = self.carriers(money.kid) if money.kid else ()
        found = []
        for item in (*carriers, *([credit] if credit else [])):
            total = Amount.zero(item.amount.currency)
            for posting in item.postings:
                if money.key in {posting.movement, posting.undoes}:
                    total += posting.amount
            if total:
                found.append(
                    Leg(account=item.account, amount=total, open_item=item.key, item=item)
                )
        return tuple(found)


def _count(
    totals: dict[tuple[str, str], Amount], at: tuple[str, str], amount: Amount
) -> None:
    before = totals.get(at)
    totals[at] = amount if before is None else before + amount
