"""Sparebanken Sør and the savings banks on the same platform.

Runs from the bank's own page on cut-offs. A bank of the family with another BIC
replaces it in its settings.
"""

from __future__ import annotations

from datetime import time

from bankio.banks.profile import AGREEMENT, ORGANISATION, BankProfile

PROFILE = BankProfile(
    name="sor",
    title="Sparebanken Sør and its family",
    bic="SPSONO22",
    initiating_party_ids=(ORGANISATION, AGREEMENT),
    runs=(time(0), time(8, 45), time(10), time(11, 30), time(14), time(15)),
)
