"""Money between our own accounts: both sides stand on the transfer account.

    1920: -5000.00 to 15034000007, which is our account 1921    1990 debit 5000.00
    1921: +5000.00 from 86011117947, which is our account 1920  1990 credit 5000.00

    1925: -1000.00 EUR to 86011117947                           1990 debit 1000.00 EUR
    1920: +11500.00 NOK from 1925, instructed 1000.00 EUR       1990 credit 1000.00 EUR,
                                                                at @@ 11500.00 NOK

    taken back (RvslInd): both sides once more, with the opposite sign

Each account's own statement posts its side, in any order; 1990 is empty when both have.
Between currencies both sides stand there as what was instructed, where the bank tells it.
Where the bank does not tell the other account, nothing is said here: never by amount.
"""

from __future__ import annotations

from reconcile.bank_transactions import Movement
from reconcile.evidence import Evidence
from reconcile.matches import Finding, Leg, Match
from reconcile.wording import say

RULE = "own-transfer"


def match(movement: Movement, evidence: Evidence) -> Finding | None:
    """Return the transfer that a movement is one side of, or None."""
    transfers = evidence.roles.own_transfers
    if transfers is None or not is_between_own(movement, evidence):
        return None
    account = movement.counterparty_account
    return Match(
        rule=RULE,
        why=say(evidence.language, "why-own-transfer", account=account),
        legs=(_leg(movement, transfers),),
        payee=evidence.known.company.name,
        narration=say(evidence.language, "own-transfer"),
    )


def is_between_own(movement: Movement, evidence: Evidence) -> bool:
    """Whether the bank tells an account of ours on both sides."""
    other, accounts = movement.counterparty_account, evidence.known.company.bank_accounts
    if other is None or other == movement.bank_account:
        return False
    return any(each.number == other for each in accounts)


def _leg(movement: Movement, transfers: str) -> Leg:
    """Return the leg on the transfer account, in the currency that was instructed."""
    told = movement.instructed_amount
    if told is None or told.currency == movement.amount.currency or movement.charges:
        return Leg(account=transfers, amount=-movement.amount)
    return Leg(
        account=transfers,
        amount=-told if movement.amount.number > 0 else told,
        total_price=abs(movement.amount),
    )
