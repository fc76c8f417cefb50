"""Nordea: takes pain.001.001.09, and answers with pain.002.001.10.

Corporate Access remembers a MsgId for at least 90 days, the older gateway for a year;
the longer one counts. Its status reports echo both schemes. Files are UTF-8 with no
characters but those of ISO-8859-1 (its guide to pain.001).
"""

from __future__ import annotations

from bankio.banks.profile import AGREEMENT, ORGANISATION, BankProfile
from bankio.characters import NORDIC_LATIN_1

PROFILE = BankProfile(
    name="nordea",
    title="Nordea",
    bic="NDEANOKK",
    pain_001_version="pain.001.001.09",
    initiating_party_ids=(ORGANISATION, AGREEMENT),
    account_form="IBAN",
    characters_at_home=NORDIC_LATIN_1,
    duplicate_window_days=365,
)
