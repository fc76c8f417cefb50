"""The banks we write files for. Adding one is a module with a `PROFILE` and a line here."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from bankio.banks import danske, dnb, generic, nordea, sor, sparebank1
from bankio.banks.profile import BankProfile, PartyIdentification, PaymentType, TextLimits

__all__ = ["PROFILES", "BankProfile", "PartyIdentification", "PaymentType", "TextLimits"]

PROFILES: Mapping[str, BankProfile] = MappingProxyType(
    {
        module.PROFILE.name: module.PROFILE
        for module in (generic, sor, sparebank1, dnb, nordea, danske)
    }
)
