"""`books unmatched`: what waits for a person, with the evidence in front of him."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from cli.answer import Answer, ExitCode
from cli.commands import (
    decided_before,
    knowledge,
    on_clearing,
    ordered,
    rules,
    undone_payments,
    waiting,
)
from cli.commands.waiting_row import Kind, Waiting
from cli.options import Options
from cli.render import clean, line, money
from cli.wiring import Workplace, opened
from ledger.accounts import text
from ledger.payments import Payment, PaymentStanding
from reconcile import decided_return, returned_payments
from reconcile.candidates import Candidate, Candidates, Clue
from reconcile.learned import Learned
from reconcile.returned_payments import CameBack
from reconcile.same_parties import SameParties
from reconcile.underway import Underway
from reconcile.wording import say


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggested:
    """What money may be for."""

    candidates: tuple[Candidate, ...] = ()
    note: str | None = None
    """What settles a sum of many, or how many items have its amount: too many to list."""
    same_money: str | None = None
    """The one sum on clearing that has all of its amount."""


_NOTHING = Suggested()


def run(options: Options) -> Answer:
    """List what waits; exit code 3 if anything does."""
    with opened(options) as workplace:
        found = waiting.of(workplace)
        suggested = suggested_for(workplace, found)
    data = [as_json(each, suggested.get(each.open_item, _NOTHING)) for each in found]
    if not found:
        return Answer(data, "Nothing waits for a person.")
    blocks = [_block(each, suggested.get(each.open_item, _NOTHING)) for each in found]
    return Answer(data, "\n".join([*blocks, _total(found)]), ExitCode.WAITS)


def _total(found: Sequence[Waiting]) -> str:
    """Return how many wait; where amounts stand above, what their sign says."""
    sign = " Money out is negative." if any(each.amount for each in found) else ""
    return f"{waiting.counted(found)}.{sign}"


def suggested_for(
    workplace: Workplace, found: Sequence[Waiting]
) -> dict[str | None, Suggested]:
    """Return what each money that waits may be for, by its item."""
    books = workplace.books
    clues = {each.open_item: each.clue for each in found if each.clue is not None}
    candidates = Candidates(
        books.items,
        clues.values(),
        books.company.language,
        knowledge.payer_parties(books),
        SameParties(books.parties.values()),
        _underway(ordered.current(workplace)),
    )
    learned = Learned(decided_before.of(books), books.company.language)
    found_for = {}
    for key, clue in clues.items():
        sums = list(_on_clearing(workplace, clue))
        whole = [each.open_item for each in sums if each.amount == abs(clue.amount)]
        found_for[key] = Suggested(
            candidates=_each_once(
                [
                    *_returned(workplace, clue),
                    *sums,
                    *candidates.ranked(clue),
                    *rules.offered(books, clue),
                ],
                learned.suggestions(clue, books.items.open_of_party),
            ),
            note=candidates.note(clue),
            same_money=whole[0] if len(whole) == 1 else None,
        )
    return found_for


def _on_clearing(workplace: Workplace, clue: Clue) -> Iterator[Candidate]:
    """Yield the sums that a detail file told and that may be this very money.

    What tells the money itself waits for its statement; it is offered once that is late.
    """
    is_shown = _is_shown(workplace, clue)
    for each in on_clearing.standing(workplace):
        rest = each.rest
        if rest.source == "statement" or each.account.number != clue.bank_account:
            continue
        is_part = rest.amount.number * clue.amount.number > 0
        if not is_part or abs(rest.amount) > abs(clue.amount):
            continue
        if is_shown or each.is_late:
            language = workplace.books.company.language
            why = say(language, "candidate-clearing", source=rest.source, date=rest.date)
            yield Candidate(open_item=rest.key, amount=abs(rest.amount), why=why)


def _returned(workplace: Workplace, clue: Clue) -> Iterator[Candidate]:
    """Yield the bills of the payments that money which came back may have been."""
    if clue.returned is None or clue.amount.number <= 0:
        return
    told = CameBack(
        amount=clue.amount,
        bank_account=clue.bank_account,
        kid=clue.kid,
        creditor_account=clue.counterparty_account,
        part=clue.part,
    )
    standings = ordered.current(workplace)
    for each in returned_payments.likely(told, clue.end_to_end_id, standings):
        payment = each.payment
        undone = [*_undone(workplace, clue, payment)]
        if undone:
            yield from undone
            continue
        why = say(
            workplace.books.company.language,
            "candidate-of-lump" if clue.part else "candidate-returned",
            end_to_end_id=payment.end_to_end_id,
            part=clue.part,
            amount=payment.amount,
            account=payment.creditor_account,
            date=each.booked,
        )
        for paid in payment.items:
            if not _is_settled(workplace, paid.open_item, payment):
                continue  # it came back before: nothing of it can be opened again
            yield Candidate(
                open_item=paid.open_item, amount=min(paid.amount, clue.amount), why=why
            )


def _is_settled(workplace: Workplace, open_item: str, payment: Payment) -> bool:
    """Whether anything of an item is settled by a payment."""
    return any(
        payment.end_to_end_id in decided_return.settled_by(item)
        for item in workplace.books.items.of_key(open_item)
    )


def _undone(workplace: Workplace, clue: Clue, payment: Payment) -> Iterator[Candidate]:
    """Yield where the money of a payment is whose booking a person has undone."""
    language, name = workplace.books.company.language, payment.end_to_end_id
    for item in undone_payments.standing(workplace, payment):
        yield Candidate(
            open_item=item.key,
            amount=min(abs(item.residual), clue.amount),
            why=say(language, "candidate-undone", end_to_end_id=name),
        )
    for voucher, posting in undone_payments.placed(workplace, payment):
        key = text(posting.meta, "open-item")
        yield Candidate(
            open_item=key,
            account=None if key else posting.account,
            amount=min(posting.units, clue.amount),
            why=say(language, "candidate-placed", end_to_end_id=name, voucher=voucher),
        )


def _is_shown(workplace: Workplace, clue: Clue) -> bool:
    """Whether a statement told the parked money."""
    item = workplace.books.items.by_key.get(clue.open_item or "")
    own = item.postings[0].movement if item is not None else None
    told = workplace.books.register.by_key([own]) if own else ()
    return any("bank-ref" in each.meta for each in told)


def _underway(standings: Iterable[PaymentStanding]) -> tuple[Underway, ...]:
    """Return what the bank may book as one sum: a part of a remittance, or all of it."""
    groups: dict[tuple[str, str], list[Payment]] = {}
    for standing in standings:
        payment = standing.payment
        if standing.state.is_live and payment.debtor_account:
            for name in (payment.payment_information_id, payment.message_id):
                groups.setdefault((payment.debtor_account, name), []).append(payment)
    return tuple(
        Underway(
            name=name,
            bank_account=account,
            items=frozenset(paid.open_item for each in some for paid in each.items),
            total=sum((each.amount for each in some[1:]), start=some[0].amount),
            count=len(some),
        )
        for (account, name), some in groups.items()
    )


def _each_once(
    candidates: Sequence[Candidate], suggested: Sequence[Candidate]
) -> tuple[Candidate, ...]:
    """Return the candidates, then what a person did before and none of them says."""
    items = {each.open_item for each in candidates}
    return (
        *candidates,
        *(s for s in suggested if not s.open_item or s.open_item not in items),
    )


def as_json(each: Waiting, suggested: Suggested) -> dict[str, object]:
    """Return one row of `--json`."""
    return {
        "ref": each.ref,
        "date": each.date.isoformat() if each.date else None,
        "amount": each.amount.text if each.amount else None,
        "currency": each.amount.currency if each.amount else None,
        "text": each.text,
        "kid": each.kid,
        "counterparty": each.counterparty,
        "reason": each.reason,
        "candidates": [
            {
                "open_item": candidate.open_item,
                "account": candidate.account,
                "amount": candidate.amount.text,
                "why": candidate.why,
            }
            for candidate in suggested.candidates
        ],
        "candidates_note": suggested.note,
        "voucher": each.voucher,
        "open_item": each.open_item,
        "decide": "\n".join(_decide(each, suggested)) or None,
        "kind": str(each.kind),
        "alarm": each.is_alarm,
        "instead": [
            {"file": other.file, "decide": "\n".join(other.decide)}
            for other in each.instead
        ],
    }


def _decide(each: Waiting, suggested: Suggested) -> tuple[str, ...]:
    """Return what a person types, first what makes it the one sum that it may be."""
    if suggested.same_money is None:
        return each.decide
    return (f"books match {each.open_item} {suggested.same_money}", *each.decide)


def _block(each: Waiting, suggested: Suggested) -> str:
    kid = f"KID {each.kid}" if each.kid else ""
    head = (str(each.date or ""), each.sum, each.counterparty or "", each.text, kid)
    if each.kind is Kind.FILE:
        head = (each.text, f"received {each.date}", "", "", "")
    reason = f"ALARM {each.reason}" if each.is_alarm else each.reason
    lines = [
        _columns(*head),
        line(reason, 2),
        line(f"ref {each.ref}" + (f", voucher {each.voucher}" if each.voucher else ""), 2),
    ]
    lines += [
        "    " + _columns(one.open_item or one.account or "", money(one.amount), one.why)
        for one in suggested.candidates
    ]
    if suggested.note:
        lines.append(line(suggested.note, 4))
    if each.kind is Kind.FILE:
        lines += [line(each.how, 2), *(f"    {text}" for text in each.decide)]
    else:
        lines.append(line(f"{each.how} {', or '.join(_decide(each, suggested))}", 2))
    for other in each.instead:
        lines += [line(other.how, 2), *(f"    {text}" for text in other.decide)]
    return "\n".join(lines)


def _columns(*cells: str) -> str:
    """Return the cells that are not empty, two blanks apart: a sum has single ones."""
    return "  ".join(filter(None, map(clean, cells)))
