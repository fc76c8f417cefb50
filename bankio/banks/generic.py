"""Any Norwegian bank that takes the common message set, where nothing more is known."""

from __future__ import annotations

from bankio.banks.profile import BankProfile

PROFILE = BankProfile(name="generic", title="Any Norwegian bank", bic=None)
