"""`books statement`: the bank reconciliation statement that an auditor reads.

`--prepared` and `--reviewed` write a `custom "reconciled"` line: who says so, and what
the figures were. `--comment ITEM=TEXT` writes why something has waited so long.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from cli.answer import Answer, ExitCode, Refused, UsageError
from cli.commands import account_names, auditor_page, lines, ordered, proven, transfers
from cli.options import Options
from cli.render import clean, count, line, money, table
from cli.typed_text import said
from cli.wiring import Workplace, opened
from ledger import cleared
from ledger.accounts import text
from ledger.company import BankAccount
from ledger.directives import Custom
from ledger.open_items import ItemKind
from reconcile import bank_reconciliation, clearing, signatures
from reconcile.bank_reconciliation import BankReconciliation, Comment
from reconcile.signatures import Signature


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a person asks for on the command line."""

    account: str | None
    """None: every bank account."""
    date: dt.date
    html: bool = False
    prepared: bool = False
    reviewed: bool = False
    comments: Sequence[str] = ()
    """`ITEM=TEXT`."""

    def __post_init__(self) -> None:
        if self.prepared and self.reviewed:
            raise Refused("--prepared and --reviewed: one person cannot do both")
        for each in self.comments:
            item, equals, comment = each.partition("=")
            if not (item.strip() and equals and comment.strip()):
                raise UsageError(f"--comment {each}: is ITEM=TEXT")
            said(comment, "--comment")


def run(options: Options, request: Request) -> Answer:
    """Return the statement of one account, or of all."""
    day = request.date
    with opened(options) as workplace:
        if day > workplace.clock.today:
            raise Refused(f"{day}: has not passed yet; nobody knows what it brings")
        accounts = _accounts(workplace, request.account, day)
        if request.comments:
            shown = (of(workplace, account, day) for account in accounts)
            _comment(workplace, request.comments, {k for one in shown for k in _keys(one)})
        current = workplace.reloaded() if request.comments else workplace
        found = [of(current, account, day) for account in accounts]
        _sign(current, found, request)
        signed = current.reloaded() if request.prepared or request.reviewed else current
        pages = [auditor_page.of(signed, each, _signatures(signed, each)) for each in found]
        data = [as_json(signed, each) for each in found]
        texts = [_text(signed, each) for each in found]
    answer: object = data[0] if request.account else data
    text = "\n".join(pages) if request.html else "\n\n".join(texts)
    waits = any(not each.is_reconciled or each.comments_missing for each in found)
    return Answer(answer, text, ExitCode.WAITS if waits else ExitCode.DONE)


def _accounts(
    workplace: Workplace, name: str | None, day: dt.date
) -> tuple[BankAccount, ...]:
    """Return whose statements are asked for; before its opening an account has none."""
    asked = (
        workplace.books.company.bank_accounts
        if name is None
        else (account_names.bank_account(workplace, name),)
    )
    opened_by = day + dt.timedelta(days=1)
    begun = tuple(each for each in asked if each.first_day <= opened_by)
    if asked and not begun:
        first = min(each.first_day for each in asked)
        raise Refused(f"{day}: books.toml has the account from {first} on")
    return begun


def of(workplace: Workplace, account: BankAccount, day: dt.date) -> BankReconciliation:
    """Return the reconciliation of an account at the end of a day."""
    books = workplace.books
    after = day + dt.timedelta(days=1)
    found = proven.of(workplace, account)
    with workplace.store.reading() as reading:
        entries = reading.told_entries(account.number)
        movements = reading.told_movements(account.number)
    explained = clearing.explain(
        account.number,
        books.balance(account.clearing, after, account.currency),
        entries=entries,
        movements=movements,
        language=books.company.language,
        until=day,
        decided=cleared.decided(books.register.customs(cleared.TYPE), until=day),
    )
    parked = [
        item
        for item in books.items.items
        if item.kind is ItemKind.SUSPENSE and _is_of(item.postings[0].movement, account)
    ]
    return bank_reconciliation.reconciliation(
        account,
        day,
        days=found.days,
        doubt=proven.doubt_at(workplace, account, day),
        books=books.balance(account.account, after, account.currency),
        standings=ordered.standings_at(workplace, day),
        clearing=explained,
        waiting=parked,
        comments={
            str(custom.values[0]): Comment(
                text=str(custom.values[1]),
                by=text(custom.meta, "by") or "",
                date=custom.date,
            )
            for custom in books.register.customs("comment")
            if len(custom.values) > 1
        },
        transfers=transfers.of(workplace, day),
    )


def _is_of(movement: str | None, account: BankAccount) -> bool:
    """Whether parked money moved on this account; put there by hand it is everybody's."""
    return movement is None or movement.split("/")[1:2] == [account.number]


def _keys(found: BankReconciliation) -> Iterator[str]:
    """Yield by what a comment names what waits without an open item."""
    yield from (each.key for each in found.clearing.rests)
    yield from (each.key for each in found.transfers)


def _comment(
    workplace: Workplace, comments: Sequence[str], others: Collection[str]
) -> None:
    written = []
    for each in comments:
        key, _, comment = each.partition("=")
        if key not in workplace.books.items.by_key and key not in others:
            raise Refused(
                f"--comment {key}: the books have no such open item, and no such line"
                " stands on clearing or between own accounts"
            )
        written.append(
            Custom(
                date=workplace.clock.today,
                type="comment",
                values=(key, said(comment, "--comment")),
                meta={"by": workplace.user},
            )
        )
    if written:
        lines.write(workplace, written)


def _sign(
    workplace: Workplace, found: Sequence[BankReconciliation], request: Request
) -> None:
    if not (request.prepared or request.reviewed):
        return
    role = signatures.PREPARED if request.prepared else signatures.REVIEWED
    for each in found:
        if each.date >= workplace.clock.today:
            raise Refused(f"{each.date}: has not passed yet; it cannot be signed")
        if not each.is_reconciled:
            raise Refused(
                f"{each.bank_account.number}: not reconciled at {each.date}"
                f" ({_why_not(each)}); it cannot be signed"
            )
        _refuse_one_for_both(_signatures(workplace, each), role, workplace.user)
    today, by = workplace.clock.today, workplace.user
    lines.write(workplace, [signatures.line(each, role, today, by) for each in found])


def _refuse_one_for_both(signed: Sequence[Signature], role: str, user: str) -> None:
    """Refuse who has the other role already, and a review of what nobody prepared."""
    preparers = signatures.holding(signed, signatures.PREPARED)
    person = signatures.same_person(user)
    if role == signatures.PREPARED:
        if person in signatures.holding(signed, signatures.REVIEWED):
            raise Refused(f"{user} reviewed it; somebody else must prepare it")
        return
    if person in preparers:
        raise Refused(f"{user} prepared it; somebody else must review it")
    if not preparers:
        raise Refused(
            "nobody has prepared it as it stands; somebody else signs it with --prepared"
            " first"
        )


def _why_not(found: BankReconciliation) -> str:
    """Return why an account is not reconciled."""
    if found.doubt is not None:
        return str(found.doubt)
    if found.difference:
        return f"difference {found.difference}"
    return f"{found.clearing.unexplained} on clearing is not explained"


def _signatures(workplace: Workplace, found: BankReconciliation) -> tuple[Signature, ...]:
    """Return everybody who has signed this account and day, once, and if it holds."""
    return signatures.of(workplace.books.register.customs(signatures.TYPE), found)


def as_json(workplace: Workplace, found: BankReconciliation) -> dict[str, object]:
    """Return the statement for `--json`."""
    return {
        "account": found.bank_account.account,
        "bank_account": found.bank_account.number,
        "currency": found.bank.currency,
        "date": found.date.isoformat(),
        "statement": {
            "date": found.statement.date.isoformat(),
            "sequence_number": found.statement.sequence_number,
            "sha256": found.statement.sha256,
        }
        if found.statement
        else None,
        "bank": found.bank.text,
        "books": found.books.text,
        "difference": found.difference.text,
        "reconciled": found.is_reconciled,
        "doubt": str(found.doubt) if found.doubt else None,
        "outstanding": [
            {
                "end_to_end_id": each.payment.end_to_end_id,
                "amount": each.payment.amount.text,
                "creditor": each.payment.creditor_name,
                "requested": each.execution_date.isoformat(),
                "state": str(each.state),
            }
            for each in found.outstanding
        ],
        "clearing": _clearing_json(found),
        "transfers": _transfers_json(found),
        "parked": [
            {
                "open_item": each.open_item,
                "account": each.account,
                "date": each.date.isoformat(),
                "amount": each.amount.text,
                "text": each.text,
                "age": each.age,
                **_comment_json(found, each.open_item or ""),
            }
            for each in found.parked
        ],
        "signatures": [
            {
                "role": each.role,
                "by": each.by,
                "date": each.date.isoformat(),
                "bank": each.bank.text,
                "holds": each.holds,
                "reason": each.why("en") or None,
            }
            for each in _signatures(workplace, found)
        ],
    }


def _comment_json(found: BankReconciliation, key: str) -> dict[str, object]:
    comment = found.comments.get(key)
    told = None
    if comment is not None:
        told = {"text": comment.text, "by": comment.by, "date": comment.date.isoformat()}
    return {"needs_comment": key in found.comments_missing, "comment": told}


def _clearing_json(found: BankReconciliation) -> dict[str, object]:
    return {
        "balance": found.clearing.balance.text,
        "rests": [
            {
                "amount": each.amount.text,
                "date": each.date.isoformat(),
                "key": each.key,
                "reason": each.reason,
                "sha256": each.sha256,
                **_comment_json(found, each.key),
            }
            for each in found.clearing.rests
        ],
        "unexplained": found.clearing.unexplained.text,
    }


def _transfers_json(found: BankReconciliation) -> list[dict[str, object]]:
    rows = zip(transfers.as_json(found.transfers), found.transfers, strict=True)
    return [
        {**told, "key": each.key, **_comment_json(found, each.key)} for told, each in rows
    ]


def _text(workplace: Workplace, found: BankReconciliation) -> str:
    account = found.bank_account
    source = (
        f"statement of {found.statement.date}, sha256 {found.statement.sha256[:16]}…"
        if found.statement
        else "opening in books.toml; no day is proved"
    )
    parts = [
        f"Bank reconciliation  {workplace.books.company.name}",
        (
            f"Account {account.number} ({account.account}) in {account.currency}"
            f" at the end of {found.date}"
        ),
        table(
            [
                ["Balance by the bank", money(found.bank), source],
                ["Balance in the books", money(found.books), ""],
                ["Difference", money(found.difference), ""],
            ],
            "lrl",
        ),
    ]
    if found.doubt is not None:
        parts.append(line(f"NOT RECONCILED: {found.doubt}"))
    parts += _outstanding(found) + _clearing(found) + _parked(found)
    parts += [
        told + _asks(found, each.key, show=True)
        for told, each in zip(transfers.told(found.transfers), found.transfers, strict=True)
    ]
    parts += [
        clean(": ".join(filter(None, (_signed(each), each.why("en")))))
        for each in _signatures(workplace, found)
    ]
    return "\n".join(parts)


def _signed(signature: Signature) -> str:
    return f"{signature.role.capitalize()} by {signature.by}, {signature.date}"


def _asks(found: BankReconciliation, key: str, *, show: bool = False) -> str:
    """Return the comment, or the demand for one with the key that the line lacks."""
    if key in found.comments:
        return f"  {found.comments[key]}"
    if key not in found.comments_missing:
        return ""
    return f"  needs a comment ({key})" if show else "  needs a comment"


def _outstanding(found: BankReconciliation) -> list[str]:
    if not found.outstanding:
        return ["No payment is on its way."]
    rows = [
        [
            each.execution_date.isoformat(),
            money(-each.payment.amount),
            each.payment.creditor_name,
            f"{each.state} {each.booked}" if each.booked else str(each.state),
        ]
        for each in found.outstanding
    ]
    total = money(-found.outstanding_total)
    return [
        f"On their way ({count(len(rows), 'payment')}, {total}):",
        table(rows, "lrll"),
    ]


def _clearing(found: BankReconciliation) -> list[str]:
    if found.clearing.is_clear:
        return ["Clearing is empty: every detail is on a statement."]
    lines_ = [f"On clearing: {money(found.clearing.balance)}"]
    lines_ += [
        line(
            f"{each.date} {money(each.amount)} {each.reason}"
            f"{_asks(found, each.key, show=True)}",
            2,
        )
        for each in found.clearing.rests
    ]
    if found.clearing.unexplained:
        lines_.append(line(f"{money(found.clearing.unexplained)} NOT EXPLAINED", 2))
    return lines_


def _parked(found: BankReconciliation) -> list[str]:
    if not found.parked:
        return ["Nothing is parked."]
    rows = [
        [
            each.date.isoformat(),
            money(each.amount),
            each.account,
            each.open_item or "",
            f"{each.text} ({count(each.age, 'day')}){_asks(found, each.open_item or '')}",
        ]
        for each in found.parked
    ]
    # The auditor ticks these off against the ledger: its sign, and not the bank's.
    heading = "Parked, as the books have it (minus is credit: money in):"
    return [heading, table(rows, "lrlll")]
