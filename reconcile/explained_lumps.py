"""Sums parked for several payments, explained by what the bank has rejected since.

    20 Nov  statement: -40003.00, M-7KQ2…-1, three wages of 20001.00 to 20003.00 sent
            parked: it is not their sum
    21 Nov  pain.002: the third is rejected, AC04
            1579  -40003.00, the two wages settled by their payments

Had the rejection come first, the statement's line would have been split. So the order of
arrival does not matter. The bank account is not touched: a new voucher takes the money from
suspense, and its postings name the payments, as those of a person do that matches it
(`reconcile.decided_payments`), so that it can be undone like that.

What a person has done something with is his: it is looked at no more.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence

from bankio.errors import Place
from ledger.books.register import document_name
from ledger.directives import MetaValue, Posting, Transaction
from ledger.open_items import OpenItem
from ledger.payments import ParkedEntry, PaymentStanding, PaymentState
from reconcile import own_lumps
from reconcile.decisions import open_day
from reconcile.evidence import Evidence
from reconcile.known import Known, PlannedVoucher
from reconcile.matches import Leg, Match
from reconcile.own_lumps import Standings, Sum
from reconcile.rules import end_to_end_id
from reconcile.same_money import Memory
from reconcile.vouchers import link_of, links
from reconcile.wording import counted, say


def are_waiting(standings: Iterable[PaymentStanding]) -> bool:
    """Whether a sum for several payments is parked that nobody has placed."""
    return any(each.part for standing in standings for each in standing.undecided)


def plan(known: Known, besides: Collection[str] = ()) -> tuple[PlannedVoucher, ...]:
    """Return the vouchers that split parked sums by what is known now.

    Args:
        known: Standings, items and register are asked.
        besides: Open items that this run has done something with: they wait for the next.
    """
    found: dict[str, list[PaymentStanding]] = defaultdict(list)
    entries: dict[str, ParkedEntry] = {}
    for standing in known.standings:
        for parked in standing.undecided:
            is_told_in_sum = standing.state is PaymentState.BOOKED_OTHERWISE
            if parked.part is not None and is_told_in_sum:
                found[parked.open_item].append(standing)
                entries[parked.open_item] = parked
    evidence = Evidence(known, Memory((), known.bank_days_apart))
    return tuple(
        voucher
        for key, parked in sorted(entries.items())
        for voucher in _explained(parked, found[key], evidence)
        if not any(each.meta.get("open-item") in besides for each in _postings(voucher))
    )


def _postings(voucher: PlannedVoucher) -> Sequence[Posting]:
    return voucher.transaction.postings


def _explained(
    parked: ParkedEntry, found: Sequence[PaymentStanding], evidence: Evidence
) -> Iterator[PlannedVoucher]:
    item, register = evidence.item(parked.open_item), evidence.known.register
    if item is None or register is None or parked.bank_account is None:
        return
    if len(item.postings) != 1:
        return
    document = document_name(register.by_item(item.key)[0]) or ""
    place = Place(document, None, parked.part or "")
    told = Sum(
        amount=parked.amount, booking_date=parked.date, part=parked.part or parked.open_item
    )
    standings = own_lumps.payments_in(told, found)
    legs: list[Leg] = []
    for standing in standings:
        movement = own_lumps.movement_of(
            standing.payment,
            parked.bank_account,
            parked.date,
            place=place,
            sha256=document,
        )
        finding = end_to_end_id.match(movement, evidence)
        if not isinstance(finding, Match):
            return
        evidence.take(movement, finding.legs)
        legs += finding.legs
    if legs:
        transaction = _transaction(item, told, standings, legs, evidence)
        yield PlannedVoucher(
            transaction=transaction, sha256=document, key=f"explained/{item.key}"
        )


def _transaction(
    item: OpenItem, told: Sum, standings: Standings, legs: Sequence[Leg], evidence: Evidence
) -> Transaction:
    """Return the transaction that takes a sum from suspense, as a split line would be."""
    language = evidence.language
    day, own_date = open_day(told.booking_date, evidence.known.company.locked_until)
    meta: dict[str, MetaValue] = {
        "rule": "lump",
        "why": say(
            language,
            "why-lump",
            payment_information_id=told.part,
            count=counted(language, len(standings)),
            message_id=standings[0].payment.message_id,
        ),
    }
    if own_date is not None:
        meta["value-date"] = own_date
    parked = Posting(account=item.account, units=-told.amount, meta={"open-item": item.key})
    return Transaction(
        date=day,
        payee=say(language, "bank"),
        narration=say(language, "explained-by-answer"),
        links=tuple(filter(None, (link_of(item.key), *links(legs)))),
        meta=meta,
        postings=(parked, *map(_posting, legs)),
    )


def _posting(leg: Leg) -> Posting:
    meta: dict[str, MetaValue] = {"open-item": leg.open_item} if leg.open_item else {}
    return Posting(
        account=leg.account,
        units=leg.amount,
        total_price=leg.total_price,
        meta={**meta, **leg.meta},
    )
