"""`books confirm`: a person says that a supplier is to be paid on another account.

The change is a dated line with who and why; nothing is overwritten, so the history can be
seen (`books why`). Bills on the new account wait for the freeze, and where books.toml
says so for a second person, who gives the same command under another name.
"""

from __future__ import annotations

from bankio.identifiers import InvalidIdentifier, bban, iban
from cli.answer import Answer, Refused
from cli.commands import lines
from cli.options import Options
from cli.render import clean, table
from cli.typed_text import said
from cli.wiring import Workplace, opened
from ledger.directives import Custom
from ledger.parties import CreditorAccount, Party, compact_account


def run(options: Options, party: str, number: str, reason: str) -> Answer:
    """Write down that a person has confirmed the account of a party."""
    reason = said(reason, "--reason")
    account = _checked(number)
    with opened(options) as workplace:
        found = _party(workplace, party)
        _refuse_repetition(found, account, workplace.user)
        line = Custom(
            date=workplace.clock.today,
            type="party",
            values=(found.number,),
            meta={"creditor-account": account, "reason": reason, "by": workplace.user},
        )
        lines.write(workplace, [line])
        return _answer(workplace, _party(workplace.reloaded(), party), account)


def _answer(workplace: Workplace, found: Party, account: str) -> Answer:
    history = found.creditor_accounts
    first = next(each for each in history if each.number == account)
    policy = workplace.books.company.policy
    is_new = first is not history[0]
    freeze = policy.account_freeze if is_new else 0
    pays_from = workplace.bank_days.add(first.since, freeze) if freeze else None
    people = {each.by for each in history[1:] if each.number == account}
    needs_second = is_new and policy.second_person and len(people) == 1
    data = {
        "party": found.number,
        "creditor_account": account,
        "pays_from": pays_from.isoformat() if pays_from else None,
        "needs_second_person": needs_second,
        "history": [_told(each) for each in history],
    }
    text = [clean(f"{found.name} ({found.number}) is paid on {account}.")]
    rows = [
        [str(each.since), each.number, each.by or "", each.reason or ""] for each in history
    ]
    text.append(table(rows, "llll"))
    if pays_from:
        text.append(f"Bills on {account} are frozen until {pays_from}.")
    if needs_second:
        text.append("A second person must confirm it too.")
    return Answer(data, "\n".join(text))


def _checked(number: str) -> str:
    compact = compact_account(number)
    try:
        return iban.validate(compact) if compact[:2].isalpha() else bban.validate(compact)
    except InvalidIdentifier as error:
        raise Refused(f"{number}: {error}") from None


def _party(workplace: Workplace, number: str) -> Party:
    for party in workplace.books.parties.values():
        if party.number == number:
            return party
    raise Refused(f"{number}: the books have no such party (its number, such as L10001)")


def _refuse_repetition(party: Party, account: str, user: str) -> None:
    history = party.creditor_accounts
    if history and history[0].number == account == history[-1].number:
        raise Refused(f"{party.number}: {account} is the account it has always had")
    told = [each for each in history[1:] if each.number == account and each.by == user]
    if told and history[-1].number == account:
        raise Refused(
            f"{party.number}: {user} confirmed {account} on {told[0].since} already"
        )


def _told(each: CreditorAccount) -> dict[str, object]:
    return {
        "creditor_account": each.number,
        "since": each.since.isoformat(),
        "by": each.by,
        "reason": each.reason,
    }
