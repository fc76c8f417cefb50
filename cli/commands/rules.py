"""`books rules test FILE`: which movements of a bank file each `[[rule]]` would take.

Nothing is received and nothing is posted. A rule of a person comes late in the ladder: a
movement that an own reference or a KID settles is never asked about here, so the list is
what the rule fits, and `books reconcile --dry-run FILE` is what would be posted.
"""

from __future__ import annotations

from pathlib import Path

from bankio import formats
from bankio.iso20022.values import AccountMessage
from cli import arguments
from cli.answer import Answer, Refused
from cli.options import Options
from cli.render import clean, count, money, table
from cli.wiring import opened
from ledger.books import Books
from ledger.user_rules import UserRule
from reconcile.bank_transactions import Movement, reports_of
from reconcile.rules.user_rule import fitting


def test(options: Options, file: Path) -> Answer:
    """Tell what each rule of books.toml fits in a bank file."""
    message = formats.read(arguments.content(file), file.name)
    if not isinstance(message, AccountMessage):
        raise Refused(f"{file}: {message.format} tells no movements of an account")
    with opened(options) as workplace:
        rules = usable(workplace.books)
    if not rules:
        raise Refused("books.toml has no [[rule]]")
    movements = [
        movement
        for report in reports_of(message, "")
        for entry in report.entries
        for movement in entry.movements
    ]
    found = [(movement, fitting(movement, rules)) for movement in movements]
    data = [_row(movement, fits) for movement, fits in found]
    return Answer(data, _text(found))


def usable(books: Books) -> tuple[UserRule, ...]:
    """Return the rules of books.toml, or refuse those whose account takes no postings."""
    banks = books.company.bank_accounts
    of_files = {name for bank in banks for name in (bank.account, bank.clearing)}
    faults = []
    for rule in books.company.rules:
        account = books.accounts.get(rule.account)
        if account is None:
            fault = "the chart has no such account"
        elif account.item_kind is not None:
            fault = "holds open items, and a rule names none"
        elif rule.account in of_files:
            fault = "only the bank's own files post there"
        else:
            continue
        faults.append(f"books.toml: [[rule]] {rule.name}: {rule.account}: {fault}")
    if faults:
        raise Refused(*faults)
    return books.company.rules


def _row(movement: Movement, fits: tuple[UserRule, ...]) -> dict[str, object]:
    return {
        "ref": movement.key,
        "date": movement.booking_date.isoformat(),
        "amount": movement.amount.text,
        "currency": movement.amount.currency,
        "text": movement.text,
        "counterparty": movement.counterparty_name,
        "code": movement.code,
        "rules": [rule.name for rule in fits],
        "account": fits[0].account if len(fits) == 1 else None,
    }


def _text(found: list[tuple[Movement, tuple[UserRule, ...]]]) -> str:
    rows = [
        [
            movement.booking_date.isoformat(),
            money(movement.amount),
            " ".join(filter(None, (movement.counterparty_name, movement.text))),
            _told(fits),
        ]
        for movement, fits in found
    ]
    fitted = sum(1 for _, fits in found if len(fits) == 1)
    sums = f"{count(fitted, 'movement')} of {len(found)} fit one rule."
    return "\n".join([table(rows, "lrll", indent=0), clean(sums)]) if rows else sums


def _told(fits: tuple[UserRule, ...]) -> str:
    if not fits:
        return "no rule"
    if len({(rule.account, rule.vat) for rule in fits}) > 1:
        names = ", ".join(rule.name for rule in fits)
        return f"several rules, so none: {names}"
    waits = ", parked until it has a document" if fits[0].document_required else ""
    return f"{fits[0].name} -> {fits[0].account}{waits}"
