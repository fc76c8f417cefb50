"""`books match`, `book`, `undo`: a person decides, and a new voucher says so.

The voucher's document is what the person attached, else the record of the decision
itself: who, when, what, archived like a bank's file. So every voucher has a document and
the chain's head stands in a sidecar.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

from cli import arguments
from cli.answer import Answer, Refused
from cli.arguments import Named
from cli.commands import (
    account_names,
    clues,
    knowledge,
    live_settlements,
    on_clearing,
    ordered,
    parked,
    posting,
    references,
    rules,
    undone,
    undone_payments,
)
from cli.options import Options
from cli.render import clean, count, money, table
from cli.typed_text import said
from cli.wiring import Workplace, opened
from ledger import cleared, payables, vat
from ledger.accounts import text
from ledger.decision_log import decision_event, record_note
from ledger.directives import Transaction
from ledger.open_items import ItemKind, OpenItem
from ledger.payments import Payment
from reconcile import decided_return, decisions, settlement, undoing
from reconcile.candidates import Clue
from reconcile.decided_accounts import Booked, Vat
from reconcile.decisions import Desk, Share
from reconcile.known import Plan, PlannedVoucher
from reconcile.same_parties import SameParties


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a person typed, for the record."""

    command: str
    reference: str
    targets: tuple[str, ...] = ()
    vat: str | None = None
    rate: str | None = None
    """What 1 of the money's currency was worth in that of the books, as typed."""
    document: Path | None = None
    text: str | None = None
    """As typed; kept on one line."""

    def __post_init__(self) -> None:
        if self.text is not None:
            where = "--reason" if self.command == "undo" else "--text"
            object.__setattr__(self, "text", said(self.text, where))


def match(options: Options, reference: str, items: Sequence[str]) -> Answer:
    """Settle items with parked money, or offset two items against each other."""
    decision = Decision(command="match", reference=reference, targets=tuple(items))
    named = [arguments.named(each) for each in items]
    with opened(options) as workplace:
        held = parked.named(workplace, reference)
        shares = [share for each in named for share in _shares(workplace, held, each)]
        if decided_return.is_meant(held, shares):
            return _post(
                workplace,
                decision,
                lambda desk: (decided_return.match(held, shares, desk),),
            )
        clue = _clue(workplace, held)
        return _post(
            workplace,
            decision,
            lambda desk: (decisions.match(held, shares, desk, clue),),
        )


def _clue(workplace: Workplace, held: OpenItem) -> Clue | None:
    """Return what the bank told of money that a person decides about."""
    if held.kind is ItemKind.CLEARING:
        account = held.key.split("/")[1]
        return Clue(amount=-held.residual, date=held.date, bank_account=account)
    concerned = workplace.books.register.by_items([held.key])
    return clues.clue_of(held, concerned.get(held.key, ()))


def book(options: Options, decision: Decision) -> Answer:
    """Post parked money to accounts, with VAT and document where told."""
    if decision.vat and not decision.document:
        raise Refused(
            f"--vat {decision.vat}: VAT needs a voucher; attach it with --document FILE"
        )
    named = [arguments.named(each) for each in decision.targets]
    rate = arguments.rate(decision.rate, "--rate")
    with opened(options) as workplace:
        held = parked.named(workplace, decision.reference)
        legs = [_leg(workplace, each, held, decision.vat) for each in named]
        if decision.vat and not any(leg.vat for leg in legs):
            accounts = ", ".join(leg.account for leg in legs)
            raise Refused(
                f"--vat {decision.vat}: {accounts}: carries no VAT (income, expense, fixed"
                " assets, stock and prepaid costs do); leave --vat out"
            )
        told = None
        if decision.document is None and held.kind is ItemKind.SUSPENSE:
            told = rules.told_without_document(workplace.books, _clue(workplace, held))
        answer = _post(
            workplace, decision, lambda desk: (decisions.book(held, legs, desk, rate),)
        )
    return replace(answer, text=f"{answer.text}\n{clean(told)}") if told else answer


def undo(options: Options, reference: str, reason: str | None) -> Answer:
    """Take back what a voucher, or one movement of it, did with its money."""
    decision = Decision(command="undo", reference=reference, text=reason)
    with opened(options) as workplace:
        transactions, movement = _posted(workplace, reference)
        company = workplace.books.company
        money_accounts = {each.account for each in company.bank_accounts}
        money_accounts |= {each.clearing for each in company.bank_accounts}
        if all(map(cleared.decides, transactions)):
            money_accounts = set()  # a person's, and no file's: taken back whole
        number = str(transactions[0].meta.get("voucher", ""))
        corrections = workplace.books.register.corrections_of(number)
        told = _told_by_bank(workplace, transactions)
        try:
            answer = _post(
                workplace,
                decision,
                lambda desk: undoing.undo(
                    transactions,
                    replace(desk, told=told),
                    money_accounts=money_accounts,
                    corrections=corrections,
                    movement=movement,
                ),
            )
        except undoing.NothingLeft:
            since = undone.since(workplace, transactions, movement, corrections)
            if not since:
                raise
            raise Refused(f"{number}: there is nothing left to undo; {since}") from None
        except undoing.UsedUp as used:
            uses = undone.uses(workplace, used.item, number)
            raise Refused(f"{used}: {uses}" if uses else str(used)) from None
        left = undone.left(transactions, corrections) if movement is None else ""
    return replace(answer, text=f"{answer.text}\n{left}") if left else answer


def _told_by_bank(
    workplace: Workplace, transactions: Sequence[Transaction]
) -> frozenset[str]:
    """Return the payments of a voucher that a file of the bank has told by their name."""
    postings = (posting for each in transactions for posting in each.postings)
    named = {text(each.meta, "end-to-end-id") for each in postings} - {None}
    if not named:
        return frozenset()
    since = min(each.date for each in transactions) - settlement.MEMORY_BEFORE
    with workplace.store.reading() as reading:
        movements = reading.told_movements(
            since=since, named=frozenset(filter(None, named))
        )
    return frozenset(each.end_to_end_id for each in movements if each.end_to_end_id)


def _shares(workplace: Workplace, held: OpenItem, named: Named) -> Sequence[Share]:
    """Return the item that a person named, or what the payment that he named pays."""
    payment = None if named.number is not None else _on_its_way(workplace, named.name)
    if payment is not None:
        return [
            Share(
                item=references.item(workplace, paid.open_item, "books payments"),
                amount=abs(paid.amount),
                payment=payment.end_to_end_id,
            )
            for paid in payment.items
        ]
    came_back = _came_back(workplace, held, named)
    return came_back or [_of_undone(workplace, held, _share(workplace, named))]


def _of_undone(workplace: Workplace, held: OpenItem, share: Share) -> Share:
    """Return the share of an item to which undone money was matched that came back now."""
    name = held.postings[0].end_to_end_id if held.postings else None
    if name is None or held.residual.number >= 0 or held.kind is not ItemKind.SUSPENSE:
        return share
    for standing in ordered.current(workplace, [name]):
        if standing.payment.end_to_end_id != name:
            continue
        for _, placed in undone_payments.placed(workplace, standing.payment):
            if text(placed.meta, "open-item") == share.item.key:
                return replace(share, payment=name, settled=placed.units)
    return share


def _came_back(workplace: Workplace, held: OpenItem, named: Named) -> Sequence[Share]:
    """Return what a payment that a person named has paid, where its money came back."""
    meant = references.named(workplace, named.name)
    if {each.kind for each in meant} != {"payment"} or len(meant) != 1:
        return ()
    (found,) = meant
    paid = [
        Share(item=item, payment=found.name)
        for standing in ordered.current(workplace, [found.name])
        if standing.payment.end_to_end_id == found.name
        for each in standing.payment.items
        for item in workplace.books.items.of_key(each.open_item)
        if found.name in decided_return.settled_by(item)
    ]
    if paid and named.number is None and decided_return.is_meant(held, paid):
        return paid
    return ()


def _share(workplace: Workplace, named: Named) -> Share:
    item = None
    if named.name not in workplace.books.items.by_key:
        item = on_clearing.named(workplace, named.name)
    if item is None:
        item = references.item(workplace, named.name, "books receivables")
    return Share(item=item, amount=named.amount(item.residual.currency))


def _on_its_way(workplace: Workplace, name: str) -> Payment | None:
    meant = references.named(workplace, name)
    if {each.kind for each in meant} != {"payment"}:
        return None
    found = {each.name for each in meant}
    live = [
        each.payment
        for each in ordered.current(workplace)
        if each.state.is_live and each.payment.end_to_end_id in found
    ]
    return live[0] if len(found) == len(live) == 1 else None


def _leg(workplace: Workplace, named: Named, held: OpenItem, code: str | None) -> Booked:
    """Return what goes to an account; a part on the balance sheet carries no VAT."""
    account = workplace.books.accounts[_account(workplace, named.name)]
    known = _vat(workplace, code, held) if code else None
    if known and vat.is_vat_account(account):
        raise Refused(
            f"--vat {code}: {account.name} holds VAT itself. Name the account of what was"
            " bought or sold, and the VAT is worked out; to book VAT alone, leave --vat out"
        )
    return Booked(
        account=account.name,
        amount=named.amount(held.residual.currency),
        vat=known if vat.carries_vat(account) else None,
        holds=account.currencies,
    )


def _account(workplace: Workplace, name: str) -> str:
    """Return the account that a person named, if parked money may be booked there."""
    accounts = workplace.books.accounts
    if name in accounts and _is_files_own(workplace, name):
        raise Refused(f"{name}: only the bank's own files post there")
    if name in accounts and accounts[name].item_kind is not None:
        raise Refused(f"{name}: holds open items; books match settles one of them")
    if name in accounts:
        return name
    taking = {e for e in bookable(workplace) if accounts[e].party_number is None}
    found = account_names.one_of(workplace, name, taking, name)
    if found is None:
        raise Refused(f"{name}: no account of this name or number that takes postings")
    return found


def bookable(workplace: Workplace) -> tuple[str, ...]:
    """Return the accounts that parked money may be booked on."""
    accounts = workplace.books.accounts.values()
    return tuple(
        sorted(
            each.name
            for each in accounts
            if each.item_kind is None and not _is_files_own(workplace, each.name)
        )
    )


def _is_files_own(workplace: Workplace, name: str) -> bool:
    """Whether only bank files post on an account, or on one below it."""
    return any(
        each == name or each.startswith(f"{name}:")
        for bank in workplace.books.company.bank_accounts
        for each in (bank.account, bank.clearing)
    )


def _vat(workplace: Workplace, code: str, held: OpenItem) -> Vat:
    known = vat.CODES.get(code)
    incoming = held.residual.number < 0
    if known is None or known.is_sale is not incoming:
        fitting = [each.code for each in vat.CODES.values() if each.is_sale is incoming]
        raise Refused(f"--vat {code}: not a code for this money ({', '.join(fitting)})")
    rate = known.rate(held.date)
    if known.account_number is None:
        return Vat(code=code, rate=Decimal(0), account=None)
    accounts = [
        each.name
        for each in workplace.books.accounts.values()
        if each.number == known.account_number
    ]
    if rate is None or len(accounts) != 1:
        raise Refused(f"--vat {code}: the chart has no one account {known.account_number}")
    return Vat(code=code, rate=rate, account=accounts[0])


def _posted(
    workplace: Workplace, reference: str
) -> tuple[tuple[Transaction, ...], str | None]:
    """Return the voucher to undo, and the movement of it where one is named."""
    found = references.find(workplace, reference)
    parked.refuse_file(workplace, reference, found)
    if found.kind in {"open-item", "payment"}:
        transaction, movement = live_settlements.only(workplace, reference, found)
        return (transaction,), movement
    transactions = references.transactions(workplace, found)
    if found.kind == "voucher" and transactions:
        return transactions, None
    if len(transactions) != 1:
        raise Refused(
            f"{reference}: {len(transactions)} vouchers; name one of its movements"
            f" (books why {reference})"
        )
    return transactions, found.name if found.kind == "movement" else None


def _post(
    workplace: Workplace,
    decision: Decision,
    decide: Callable[[Desk], tuple[PlannedVoucher, ...]],
) -> Answer:
    data, suffix, event = _record(workplace, decision)
    desk = Desk(
        by=workplace.user,
        language=workplace.books.company.language,
        roles=knowledge.roles(workplace.books),
        items=workplace.books.items,
        today=workplace.clock.today,
        parties=SameParties(workplace.books.parties.values()),
        locked_until=workplace.books.company.locked_until,
        text=decision.text,
        sha256=sha256(data).hexdigest(),
        currency=workplace.books.company.operating_currency,
        standings=payables.by_item(ordered.current(workplace)),
    )
    planned = decide(desk)
    workplace.archive.add(data, suffix, event)
    if decision.document is None:
        # The archive alone may be lost: what a person attached is elsewhere, this is not.
        with workplace.store.transaction() as writing:
            writing.set_info(record_note(desk.sha256), data.decode())
    posted = posting.write(workplace, Plan(vouchers=planned), {})
    (number,) = posted.numbers
    first, *others = posted.transactions
    head = f"Voucher {number}: {first.narration}"
    if others:
        head += f", and {count(len(others), 'other')} of {first.meta['corrects']}"
    rows = [
        [money(each.units), each.units.currency, each.account]
        for transaction in posted.transactions
        for each in transaction.postings
    ]
    lines = [clean(head), table(rows[:_ROWS], "rll")]
    if len(rows) > _ROWS:
        lines.append(f"  … and {len(rows) - _ROWS} more postings")
    return Answer({"voucher": number}, "\n".join(lines))


#: More postings than so many are for `books why`.
_ROWS = 20


def _record(
    workplace: Workplace, decision: Decision
) -> tuple[bytes, str, dict[str, object]]:
    """Return the document of a decision: its bytes, their kind, and the archive's event."""
    at = workplace.clock.recorded_at()
    told: dict[str, object] = {
        "command": decision.command,
        "reference": decision.reference,
        "targets": list(decision.targets),
        **({"rate": decision.rate} if decision.rate else {}),
        "text": decision.text,
        "by": workplace.user,
        "at": at,
    }
    if decision.document is None:
        data = json.dumps(told, ensure_ascii=False, indent=1).encode()
        return data, "json", decision_event(workplace.user, at)
    path = decision.document
    event: dict[str, object] = {
        "event": "document",
        "name": path.name,
        "by": workplace.user,
        "at": at,
    }
    return arguments.content(path), path.suffix, event
