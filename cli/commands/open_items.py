"""`books payables` and `books receivables`: the open items, each with its state."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence

from bankio.amount import Amount
from cli.answer import Answer
from cli.commands import ordered, planning
from cli.options import Options
from cli.render import count, money, table
from cli.wiring import Workplace, opened
from ledger import payables as ledger_payables
from ledger.open_items import ItemKind, Items, OpenItem
from ledger.payables import Payable, PayableState
from ledger.payments import PaymentStanding
from ledger.twins import Twins


def payables(options: Options, last: dt.date | None) -> Answer:
    """List what we owe, due by a day where one is named."""
    with opened(options) as workplace:
        today = workplace.clock.today
        found = [each for each in of(workplace) if last is None or _due(each.item) <= last]
    data = [_payable_json(each) for each in found]
    return Answer(data, _payables_text(found, today))


def of(workplace: Workplace, *, refund: str = "") -> tuple[Payable, ...]:
    """Return every open payable of the books as a run for all days would find it.

    Args:
        workplace: Where.
        refund: A credit of a customer that is to be paid back, besides those ordered.
    """
    items = workplace.books.items
    credits_ = {*_paid_back(workplace, ordered.current(workplace)), refund}
    found = [
        *items.open_of(ledger_payables.PAYABLE_KINDS),
        *refunds(items, sorted(credits_)),
    ]
    return planning.judged(workplace, with_states(workplace, found))


def among(workplace: Workplace, keys: Collection[str]) -> tuple[Payable, ...]:
    """Return the open payables with some keys, each judged by itself."""
    found = [item for key in keys for item in workplace.books.items.of_key(key)]
    return with_states(workplace, found)


def with_states(workplace: Workplace, items: Sequence[OpenItem]) -> tuple[Payable, ...]:
    """Return the open payables among items, each with its state."""
    if not items:
        return ()
    standings = ordered.current(workplace)
    return ledger_payables.payables(
        items,
        ledger_payables.by_item(standings),
        planning.safeguards_of(workplace, standings),
        Twins.of_recent(standings, workplace.books.items, workplace.clock.today),
    )


def _paid_back(
    workplace: Workplace, standings: Iterable[PaymentStanding]
) -> frozenset[str]:
    """Return the items on customers' accounts that payments were ordered for."""
    customers = {
        name
        for name, account in workplace.books.accounts.items()
        if account.item_kind is ItemKind.CUSTOMER
    }
    return frozenset(
        paid.open_item
        for standing in standings
        for paid in standing.payment.items
        if paid.account in customers
    )


def refunds(items: Items, keys: Iterable[str]) -> list[OpenItem]:
    """Return those that are credits of customers, to be paid back: ordered, or named."""
    named = (item for key in keys for item in items.of_key(key))
    return [item for item in named if ledger_payables.is_refund(item)]


def is_overdue(each: Payable, today: dt.date) -> bool:
    """Whether a bill should have been paid: not a credit note, nor one at the bank."""
    return (
        _due(each.item) < today
        and each.item.residual.number < 0
        and each.state is not PayableState.IN_FLIGHT
    )


def _due(item: OpenItem) -> dt.date:
    return item.due or item.date


def _payable_json(each: Payable) -> dict[str, object]:
    item = each.item
    return {
        "open_item": item.key,
        "party": item.party_name or item.party_number,
        "amount": (-item.residual).text,
        "currency": item.residual.currency,
        "due": _due(item).isoformat(),
        "kid": item.kid,
        "creditor_account": item.creditor_account,
        "state": str(each.state),
        "reason": each.reason,
        "kind": str(item.kind),
        "invoice": item.invoice,
    }


def _payables_text(found: list[Payable], today: dt.date) -> str:
    if not found:
        return "Nothing to pay."
    rows = [
        [
            _due(each.item).isoformat() + ("!" if is_overdue(each, today) else ""),
            money(-each.item.residual),
            each.item.residual.currency,
            str(each.state),
            each.item.key,
            each.item.party_name or each.item.party_number or "",
            each.reason or "",
        ]
        for each in found
    ]
    bills = [each.item for each in found if each.item.residual.number < 0]
    credit_notes = [each.item for each in found if each.item.residual.number > 0]
    heads = ["due", "to pay", "", "state", "open item", "party", "reason"]
    lines = [table([heads, *rows], "lrlllll", indent=0)]
    if bills:
        lines.append(f"{_sums(bills, -1)} {_OVERDUE}")
    if credit_notes:
        lines.append(f"Owed back to us on credit notes: {_sums(credit_notes, 1)}")
    return "\n".join(lines)


_OVERDUE = "A ! marks what is overdue."


def _sums(items: list[OpenItem], sign: int) -> str:
    totals: dict[str, Amount] = {}
    for item in items:
        residual = item.residual if sign > 0 else -item.residual
        currency = residual.currency
        totals[currency] = totals.get(currency, Amount.zero(currency)) + residual
    sums = ", ".join(f"{money(total)} {currency}" for currency, total in totals.items())
    return f"{count(len(items), 'item')}, {sums}."


def receivables(options: Options, last: dt.date | None) -> Answer:
    """List what is owed to us, customers' credits as negative amounts."""
    with opened(options) as workplace:
        today = workplace.clock.today
        found = [
            item
            for item in workplace.books.items.open_of({ItemKind.CUSTOMER, ItemKind.CREDIT})
            if _is_receivable(item) and (last is None or _due(item) <= last)
        ]
    found.sort(key=lambda item: (_due(item), item.key))
    data = [_receivable_json(item, today) for item in found]
    if not found:
        return Answer(data, "Nothing is owed to us.")
    rows = [
        [
            _due(item).isoformat() + ("!" if _is_late(item, today) else ""),
            money(item.residual),
            item.residual.currency,
            item.key,
            item.kid or "",
            item.party_name or item.party_number or "",
        ]
        for item in found
    ]
    sums = f"{_sums(found, 1)} {_OVERDUE}"
    heads = ["due", "left", "", "open item", "KID", "party"]
    return Answer(data, "\n".join([table([heads, *rows], "lrllll", indent=0), sums]))


def _is_receivable(item: OpenItem) -> bool:
    return item.kind is ItemKind.CUSTOMER or (
        item.kind is ItemKind.CREDIT and item.account.startswith("Assets:")
    )


def _is_late(item: OpenItem, today: dt.date) -> bool:
    """Whether somebody should have paid us: a credit is ours to pay back."""
    return _due(item) < today and item.residual.number > 0


def _receivable_json(item: OpenItem, today: dt.date) -> dict[str, object]:
    return {
        "open_item": item.key,
        "party": item.party_name or item.party_number,
        "amount": item.residual.text,
        "currency": item.residual.currency,
        "due": _due(item).isoformat(),
        "kid": item.kid,
        "creditor_account": None,
        "state": "draft" if item.is_draft else "open",
        "reason": "overdue" if _is_late(item, today) else None,
        "invoice": item.invoice,
    }
