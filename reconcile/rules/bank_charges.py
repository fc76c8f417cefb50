"""The bank's own charges and interest, where the bank says by its code that they are.

ISO's bank transaction codes: sub-family CHRG, FEES or COMM is a charge, INTR is interest.

    -60.00   ACMT/MDOP/CHRG    Expenses:7770-Bankgebyr
     +1.25   ACMT/MCOP/INTR    Income:8050-Renteinntekt
    -12.00   ACMT/MDOP/INTR    Expenses:8150-Rentekostnad
    +60.00   ACMT/MCOP/CHRG    Expenses:7770-Bankgebyr, taken back
    -60.00   PMNT/ICDT/DMCT    nothing is said here, whatever the text says
    +975.00  of 600.00 and 400.00, and charges of 25.00 told with it (`Chrgs`)
                               Expenses:7770-Bankgebyr 25.00

The trap: a charge that concerns somebody (a KID, an EndToEndId) is no charge of ours. And
text alone is for `[[rule]]` of books.toml: a person decides what it means.
"""

from __future__ import annotations

from reconcile.bank_transactions import Movement
from reconcile.evidence import Evidence
from reconcile.matches import Finding, Leg, Match
from reconcile.wording import say

RULE = "bank-charges"

_CHARGES = {"CHRG", "FEES", "COMM"}
_INTEREST = {"INTR"}


def match(movement: Movement, evidence: Evidence) -> Finding | None:
    """Return the charge or interest that a movement is, or None."""
    kind = (movement.code or "").rpartition("/")[2]
    if not movement.is_bare or movement.return_reason is not None:
        return None
    if movement.counterparty_account is not None:
        return None
    roles, incoming = evidence.roles, movement.amount.number > 0
    account, text, why = None, "", ""
    if movement.is_charge:
        account, text, why = roles.charges, "charges", "charges-apart"
    elif kind in _CHARGES:
        account, text = roles.charges, "charges"
    elif kind in _INTEREST:
        account = roles.interest_income if incoming else roles.interest_expense
        text = "interest"
    if account is None:
        return None
    return Match(
        rule=RULE,
        why=say(evidence.language, f"why-{why or text}", code=movement.code),
        legs=(Leg(account=account, amount=-movement.amount),),
        payee=movement.counterparty_name or say(evidence.language, "bank"),
        narration=movement.text or say(evidence.language, text),
    )
