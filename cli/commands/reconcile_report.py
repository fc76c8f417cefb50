"""What `books reconcile` tells: files, what was booked, the proof, what waits."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from bankio.amount import Amount
from bankio.iso20022.values import CancellationAnswer, PaymentStatusReport
from cli.answer import Answer, ExitCode
from cli.commands import open_items, ordered, waiting
from cli.commands.receiving import Received
from cli.commands.waiting_row import Waiting
from cli.render import clean, count, line, money, table
from cli.wiring import Workplace
from ledger import contradictions
from ledger.books import text_of
from ledger.directives import Balance, Custom, Transaction
from ledger.movements import StatementDay
from ledger.payables import Payable, PayableState
from ledger.payments import PaymentState
from reconcile.known import Outcome, Plan

if TYPE_CHECKING:
    from cli.commands.posting import Posted


def answer(
    workplace: Workplace, taken: Sequence[Received], plan: Plan, posted: Posted
) -> Answer:
    """Return the answer after the books were written (and loaded again)."""
    days = _statements(workplace, plan.closed_days)
    again = _may_go_again(workplace, taken)
    alarms = dict.fromkeys((*plan.alarms, *_contradictions(workplace, taken)))
    data = {
        "messages": [_message_json(each, plan) for each in taken],
        "posted": len(posted.numbers),
        "parked": len(posted.parked),
        "statements": [_day_json(*each) for each in days],
        "alarms": list(alarms),
        "may_go_again": [
            {"open_item": each.item.key, "reason": reason} for each, reason in again
        ],
    }
    lines = [
        *_files(taken, plan),
        *_booked(workplace, posted.transactions),
        *_proof(workplace, days),
        *(
            line(f"Rejected, may go again: {each.item.key}: {reason}")
            for each, reason in again
        ),
    ]
    waits = waiting.of(workplace)
    lines += [clean(f"ALARM {each}") for each in _alarms_told_here(alarms, waits)]
    lines += waiting.summary(waits)
    if waits:
        lines.append("Next: books unmatched")
    code = ExitCode.WAITS if waits or alarms else ExitCode.DONE
    return Answer(data, "\n".join(lines), code)


def _contradictions(workplace: Workplace, taken: Sequence[Received]) -> Iterator[str]:
    """Yield the alarms that an answer of this run raises: it contradicts what is booked."""
    files = {contradictions.of_file(each.sha256) for each in taken}
    answered = _answered(taken)
    for standing in ordered.current(workplace) if answered else ():
        raised = {each.contradicted for each in standing.unresolved}
        is_known_after_all = (
            contradictions.NEVER_SENT in raised and standing.payment.message_id in answered
        )
        if raised & files or is_known_after_all:
            yield from waiting.without_money(standing)
    for unknown in ordered.unknown_answers(workplace).values() if answered else ():
        if not files.isdisjoint(map(contradictions.of_file, unknown.files)):
            yield unknown.alarm


def _answered(taken: Sequence[Received]) -> set[str | None]:
    """Return the messages of ours that the answers of this run speak of."""
    return {
        each.message.original_message_identification
        for each in taken
        if isinstance(each.message, PaymentStatusReport | CancellationAnswer)
        and each.outcome == "status"
    }


def _alarms_told_here(alarms: Iterable[str], waits: Sequence[Waiting]) -> list[str]:
    """Return the alarms of which nothing waits: what waits is told below, once."""
    told = {each.reason for each in waits}
    return [each for each in alarms if each not in told]


def dry_run(taken: Sequence[Received], plan: Plan) -> Answer:
    """Return what would be posted, as text of the books."""
    data = {
        "messages": [_message_json(each, plan) for each in taken],
        "posted": len({each.group or each.key for each in plan.vouchers}),
        "parked": plan.parked,
        "statements": [
            {
                "account": day.bank_account,
                "date": day.date.isoformat(),
                "bank": day.closing.text,
                "books": None,
                "difference": None,
            }
            for day in plan.closed_days
        ],
        "alarms": list(plan.alarms),
    }
    lines = _files(taken, plan)
    lines += ["+ " + text for each in plan.vouchers for text in _diff(each.transaction)]
    closings: tuple[Custom | Balance, ...] = (*plan.continued, *plan.balances)
    lines += ["+ " + text for each in closings for text in text_of(each).splitlines()]
    lines.append("Dry run: nothing was written, and no file was taken in.")
    return Answer(data, "\n".join(lines), ExitCode.WAITS if plan.parked else ExitCode.DONE)


def _diff(transaction: Transaction) -> list[str]:
    return text_of(transaction).splitlines()


def outcome_of(each: Received, plan: Plan) -> Outcome:
    """Return what became of a file in this run."""
    if each.outcome == "new":
        return plan.outcomes.get(each.sha256, Outcome(outcome="nothing-new"))
    return Outcome(outcome=each.outcome, reason=each.reason)  # type: ignore[arg-type]


def _message_json(each: Received, plan: Plan) -> dict[str, object]:
    outcome = outcome_of(each, plan)
    return {
        "file": each.name,
        "sha256": each.sha256,
        "format": each.message.format if each.message else None,
        "outcome": outcome.outcome,
        "reason": outcome.reason,
    }


def _files(taken: Sequence[Received], plan: Plan) -> list[str]:
    """Return one line of kinds and outcomes, and a line for each file in trouble."""
    if not taken:
        return ["No new files."]
    kinds: dict[str, Counter[str]] = {}
    trouble = []
    for each in taken:
        outcome = outcome_of(each, plan)
        kind = each.message.format if each.message else "file"
        kinds.setdefault(kind, Counter())[outcome.outcome] += 1
        if outcome.outcome in {"quarantined", "held"}:
            trouble.append(line(f"{each.name}: {outcome.outcome}: {outcome.reason}", 2))
    told = "; ".join(
        f"{kind} " + ", ".join(f"{number} {name}" for name, number in sorted(found.items()))
        for kind, found in sorted(kinds.items())
    )
    return [f"{count(len(taken), 'file')} read: {told}", *trouble]


def _booked(workplace: Workplace, transactions: Sequence[Transaction]) -> list[str]:
    """Return what moved on the bank's side, by rule: the sum is closing less opening.

    What went over clearing is a row of its own: details whose statement has not come, or
    the other way round. Where both came in this run it is nothing.
    """
    moved: dict[tuple[str, str], list[Amount]] = {}
    over: dict[str, list[Amount]] = {}
    company = workplace.books.company
    banks = {each.account for each in company.bank_accounts}
    clearing = {each.clearing for each in company.bank_accounts}
    for each in transactions:
        for posting in each.postings:
            if posting.account in clearing:
                over.setdefault(posting.weight.currency, []).append(-posting.weight)
        rule = str(each.meta.get("rule", ""))
        legs = [
            posting.weight
            for posting in each.postings
            if posting.account not in banks and posting.account not in clearing
        ]
        if not legs:
            continue
        amount = sum_of(legs)
        if rule == "end-to-end-id" and amount.number < 0:
            rule = "returned"
        moved.setdefault((rule, amount.currency), []).append(-amount)
    told = [(_RULES.get(rule, rule), found) for (rule, _), found in sorted(moved.items())]
    told += [("over clearing", found) for _, found in sorted(over.items()) if sum_of(found)]
    if not told:
        return ["Nothing new to post."]
    rows = [
        [name, str(len(found)), _signed(sum_of(found)), found[0].currency]
        for name, found in told
    ]
    if {currency for *_, currency in rows} == {"NOK"}:
        return ["Booked:", table((row[:3] for row in rows), "lrr")]
    return ["Booked:", table(rows, "lrrl")]


_RULES = {
    "end-to-end-id": "our payments",
    "returned": "our payments that came back",
    "kid": "receipts by KID",
    "parked": "parked, nobody knows",
    "charges": "the bank's charges",
}


def sum_of(amounts: Sequence[Amount]) -> Amount:
    """Return the sum of amounts of one currency."""
    total = Amount.zero(amounts[0].currency)
    for amount in amounts:
        total += amount
    return total


def _signed(amount: Amount) -> str:
    return f"+{money(amount)}" if amount.number > 0 else money(amount)


def _statements(
    workplace: Workplace, days: Iterable[StatementDay]
) -> list[tuple[StatementDay, Amount]]:
    """Return each day that the run proved, with what the books hold at its end."""
    found = []
    for day in sorted(days, key=lambda each: (each.bank_account, each.date)):
        account = workplace.books.company.bank_account(day.bank_account)
        assert account is not None
        after = day.date + dt.timedelta(days=1)
        found.append(
            (day, workplace.books.balance(account.account, after, account.currency))
        )
    return found


def _day_json(day: StatementDay, books: Amount) -> dict[str, object]:
    return {
        "account": day.bank_account,
        "date": day.date.isoformat(),
        "bank": day.closing.text,
        "books": books.text,
        "difference": (books - day.closing).text,
    }


def _proof(workplace: Workplace, days: list[tuple[StatementDay, Amount]]) -> list[str]:
    lines = []
    for account in workplace.books.company.bank_accounts:
        own = [each for each in days if each[0].bank_account == account.number]
        if not own:
            continue
        (first, _), (last, books) = own[0], own[-1]
        clearing = workplace.books.balance(account.clearing, dt.date.max, account.currency)
        change = last.closing - first.opening
        lines += [
            (
                f"{account.number}: {money(first.opening)} on the morning of {first.date},"
                f" {_signed(change)}, {money(last.closing)} at the end of {last.date}"
            ),
            (
                f"  books {money(books)}, difference {money(books - last.closing)},"
                f" clearing {money(clearing)}"
            ),
        ]
    return lines


def _may_go_again(
    workplace: Workplace, taken: Sequence[Received]
) -> list[tuple[Payable, str]]:
    """Return the bills that an answer of this run rejected for a reason in `retry`.

    Nobody has to release them, so nothing else tells that they were not paid.
    """
    answered = {
        each.message.original_message_identification
        for each in taken
        if isinstance(each.message, PaymentStatusReport) and each.outcome == "status"
    }
    rejected = {
        paid.open_item: standing
        for standing in (ordered.current(workplace) if answered else ())
        if standing.state is PaymentState.REJECTED
        and standing.payment.message_id in answered
        for paid in standing.payment.items
    }
    return [
        (each, rejected[each.item.key].reason or "")
        for each in open_items.among(workplace, rejected)
        if each.state is PayableState.OPEN
        and each.standings[-1] == rejected[each.item.key]
        and each.standings[-1].payment.end_to_end_id not in each.item.released
    ]
