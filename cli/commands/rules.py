"""Which `[[rule]]` of books.toml may be used: what `reconcile` asks before it matches."""

from __future__ import annotations

from cli.answer import Refused
from ledger.books import Books
from ledger.user_rules import UserRule


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
