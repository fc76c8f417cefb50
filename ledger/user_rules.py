"""`[[rule]]` of books.toml: what a person has decided beforehand for money that recurs.

```toml
[[rule]]
name = "netbank fee"
text = "nettbank"            # anywhere in the bank's text, case ignored
code = "ACMT/MDOP/CHRG"      # optional: the bank transaction code begins so
party = "Banken"             # optional: anywhere in the counterparty's name
amount = ["-200.00", "0.00"] # optional: from and to, signed, both included
account = "Expenses:7770-Bankgebyr"
vat = "1"                    # optional; only together with document = "required"
document = "required"        # parked until a person attaches one
```
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class UserRule:
    """One `[[rule]]`. Every condition that it has must hold; it has at least one."""

    name: str
    account: str
    text: str | None = None
    code: str | None = None
    party: str | None = None
    amount_from: Decimal | None = None
    amount_to: Decimal | None = None
    vat: str | None = None
    document_required: bool = False

    def fits(
        self, *, text: str, code: str | None, party: str | None, amount: Decimal
    ) -> bool:
        """Return whether a movement meets every condition of the rule."""
        conditions = [
            self.text is None or self.text.casefold() in text.casefold(),
            self.code is None or (code or "").startswith(self.code),
            self.party is None or self.party.casefold() in (party or "").casefold(),
            self.amount_from is None or self.amount_from <= amount,
            self.amount_to is None or amount <= self.amount_to,
        ]
        return self.has_condition and all(conditions)

    @property
    def has_condition(self) -> bool:
        """Whether it says anything about which movements it is for."""
        return any(each is not None for each in (self.text, self.code, self.party))
