"""Danske Bank: one pan-Nordic set-up, so accounts are written as IBAN.

Payments without funds are tried for ten bank days. Answers come in the character set
of the request, which is UTF-8.
"""

from __future__ import annotations

from bankio.banks.profile import AGREEMENT, ORGANISATION, BankProfile

PROFILE = BankProfile(
    name="danske",
    title="Danske Bank",
    bic="DABANO22",
    initiating_party_ids=(ORGANISATION, AGREEMENT),
    account_form="IBAN",
    retry_days=10,
)
