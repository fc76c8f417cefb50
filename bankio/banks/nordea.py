"""Nordea: takes pain.001.001.09, and answers with pain.002.001.10.

Corporate Access remembers a MsgId for at least 90 days, the older gateway for a year;
the longer one counts. Its status reports echo both schemes.
"""

from __future__ import annotations

from bankio.banks.profile import AGREEMENT, ORGANISATION, BankProfile

PROFILE = BankProfile(
    name="nordea",
    title="Nordea",
    bic="NDEANOKK",
    pain_001_version="pain.001.001.09",
    initiating_party_ids=(ORGANISATION, AGREEMENT),
    account_form="IBAN",
    duplicate_window_days=365,
)
