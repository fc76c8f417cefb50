"""The SpareBank 1 alliance: several banks, one platform, a BIC each.

The agreement number is the bank's key to the customer (scheme BANK) and comes back as
the message recipient of its statements. Runs as published by SpareBank 1 Østfold
Akershus.
"""

from __future__ import annotations

from datetime import time

from bankio.banks.profile import AGREEMENT, ORGANISATION, BankProfile

PROFILE = BankProfile(
    name="sparebank1",
    title="SpareBank 1",
    bic=None,
    initiating_party_ids=(ORGANISATION, AGREEMENT),
    runs=(time(0), time(8, 15), time(10), time(11, 30), time(13, 30)),
)
