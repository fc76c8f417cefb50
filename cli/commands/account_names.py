"""Which account a person means: one way to name one, in every command that takes one.

The full name, the chart number, a bank account's own number with or without its dots and
blanks, or the end of the name or of the bank's number:

    Assets:1920-Bankinnskudd   1920   8601.11.17947   Bankinnskudd   17947
"""

from __future__ import annotations

from collections.abc import Callable, Collection

from cli.answer import Refused, UsageError
from cli.wiring import Workplace
from ledger.company import BankAccount


def bank_account(workplace: Workplace, given: str, where: str = "") -> BankAccount:
    """Return the bank account of ours that a person named.

    Args:
        workplace: Where.
        given: As typed.
        where: The option that it stands at.

    Raises:
        UsageError: More than one account ends like this.
        Refused: None does.
    """
    company = workplace.books.company
    at = f"{where} {given}".strip()
    name = one_of(workplace, given, {each.account for each in company.bank_accounts}, at)
    found = company.bank_account(name) if name else None
    if found is None:
        known = ", ".join(f"{each.number} {each.account}" for each in company.bank_accounts)
        raise Refused(f"{at}: not one of our bank accounts ({known})")
    return found


def one_of(
    workplace: Workplace, given: str, among: Collection[str], where: str
) -> str | None:
    """Return which of some accounts a person named; None: none of them.

    Args:
        workplace: Where.
        given: As typed.
        among: Full names.
        where: What an error begins with.

    Raises:
        UsageError: More than one fits.
    """
    accounts = workplace.books.accounts
    banks = {e.account: e.number for e in workplace.books.company.bank_accounts}
    compact = given.replace(".", "").replace(" ", "")
    if not compact:
        raise UsageError(f"{where or repr(given)}: names no account")
    tail = given.strip().casefold()

    def ends(name: str) -> bool:
        return name.casefold().endswith(tail) or banks.get(name, "").endswith(compact)

    ways: tuple[Callable[[str], bool], ...] = (
        lambda name: name == given,
        lambda name: accounts[name].number == compact,
        lambda name: banks.get(name) == compact,
        lambda name: len(tail) >= _TAIL_MIN and ends(name),
    )
    for fits in ways:
        found = sorted(name for name in among if fits(name))
        if len(found) > 1:
            listed = ", ".join(
                " ".join(filter(None, (banks.get(name), name))) for name in found[:_SHOWN]
            )
            more = ", …" if len(found) > _SHOWN else ""
            raise UsageError(
                f"{where}: {len(found)} accounts are named so ({listed}{more});"
                " give more of it"
            )
        if found:
            return found[0]
    return None


_SHOWN = 10
#: Fewer letters or digits name nothing.
_TAIL_MIN = 3
