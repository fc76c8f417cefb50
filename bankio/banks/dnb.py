"""DNB: files are routed by a division, which is set up in the netbank per file format.

The division goes into scheme BANK, beside the organisation number with the debtor.
Delivered and approved by 14:30, it is executed the same day.
"""

from __future__ import annotations

from datetime import time

from bankio.banks.profile import AGREEMENT, ORGANISATION, BankProfile

PROFILE = BankProfile(
    name="dnb",
    title="DNB",
    bic="DNBANOKK",
    initiating_party_ids=(ORGANISATION, AGREEMENT),
    debtor_ids=(ORGANISATION, AGREEMENT),
    file_cutoff=time(14, 30),
)
