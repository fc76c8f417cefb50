"""`[[rule]]` of books.toml: which may be used, and what one says of money that waits."""

from __future__ import annotations

from collections.abc import Iterator

from cli.answer import Refused
from ledger.books import Books
from ledger.user_rules import UserRule
from reconcile.candidates import Candidate, Clue
from reconcile.wording import say


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


def of_clue(books: Books, clue: Clue | None) -> UserRule | None:
    """Return the rule that fitted money when it was parked, as books.toml has it now."""
    name = clue.user_rule if clue is not None else None
    return next((rule for rule in books.company.rules if rule.name == name), None)


def offered(books: Books, clue: Clue) -> Iterator[Candidate]:
    """Yield what the rule that fits money says of it, with the whole command."""
    rule = of_clue(books, clue)
    account = books.accounts.get(rule.account) if rule else None
    if rule is None or account is None or (clue.date and not account.is_open(clue.date)):
        return
    rest = [rule.account]
    rest += ["--vat", rule.vat] if rule.vat else []
    rest += ["--document", "FILE"] if rule.document_required else []
    why = say(
        books.company.language,
        "candidate-user-rule",
        name=rule.name,
        money=clue.open_item,
        rest=" ".join(rest),
    )
    yield Candidate(account=rule.account, amount=abs(clue.amount), why=why)


def told_without_document(books: Books, clue: Clue | None) -> str | None:
    """Return what to say where money of a rule was booked without its document, or None."""
    rule = of_clue(books, clue)
    if rule is None or not rule.document_required:
        return None
    vat = f" and VAT code {rule.vat}" if rule.vat else ""
    return (
        f'Booked without a document: rule "{rule.name}" of books.toml requires one{vat}.'
        " To book it again with --document: books undo, then books book."
    )
