"""A bank is data: what it wants to see in a file, and when it works.

Everything that differs from bank to bank is a field here, so that the writer and the
rules have no bank's name in them. Every figure is a default that a company may replace
(`dataclasses.replace`): bank pages age, and agreements differ.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from types import MappingProxyType
from typing import Literal

from bankio.characters import LATIN, NORDIC, NORDIC_COUNTRIES, CharacterSet
from bankio.iso20022.payment_order import PaymentKind


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyIdentification:
    """One Othr of a party: which scheme, and which of our numbers goes into it."""

    scheme: Literal["CUST", "BANK"]
    """CUST: the organisation's own number. BANK: a number that the bank issued."""
    value: Literal["organisation-number", "agreement"]
    """An agreement that the company has not told is left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentType:
    """How one kind of payment is marked: PmtTpInf, BtchBookg and ChrgBr."""

    service_level: str | None = None
    category_purpose: str | None = None
    batch_booking: bool = False
    """True: one lump on the statement."""
    charge_bearer: Literal["DEBT", "CRED", "SHAR", "SLEV"] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TextLimits:
    """Longest texts, in characters as written."""

    name: int = 140
    name_abroad: int = 70
    """SEPA and correspondent banks cut longer names."""
    message: int = 140
    kid: int = 25


ORGANISATION = PartyIdentification(scheme="CUST", value="organisation-number")
AGREEMENT = PartyIdentification(scheme="BANK", value="agreement")

PAYMENT_TYPES: Mapping[PaymentKind, PaymentType] = MappingProxyType(
    {
        PaymentKind.SUPPLIER: PaymentType(service_level="NURG", category_purpose="SUPP"),
        # Wages as one lump: whoever may see the account need not see a colleague's pay.
        PaymentKind.SALARY: PaymentType(category_purpose="SALA", batch_booking=True),
        PaymentKind.PENSION: PaymentType(category_purpose="PENS", batch_booking=True),
        PaymentKind.TAX: PaymentType(category_purpose="TAXS"),
        PaymentKind.OWN: PaymentType(category_purpose="INTC"),
        PaymentKind.URGENT: PaymentType(service_level="URGP"),
        PaymentKind.SEPA: PaymentType(service_level="SEPA", charge_bearer="SLEV"),
        PaymentKind.FOREIGN: PaymentType(charge_bearer="SHAR"),
    }
)
"""How most Norwegian banks want each kind marked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BankProfile:
    """One bank, or one family of banks on the same platform."""

    name: str
    """The key in `books.toml`."""
    title: str
    bic: str | None
    """DbtrAgt. None: written as not provided; the account is enough for its own bank."""
    pain_001_version: Literal["pain.001.001.03", "pain.001.001.09"] = "pain.001.001.03"
    camt_055_version: Literal["camt.055.001.01"] = "camt.055.001.01"
    initiating_party_ids: tuple[PartyIdentification, ...] = (ORGANISATION,)
    debtor_ids: tuple[PartyIdentification, ...] = ()
    account_form: Literal["BBAN", "IBAN"] = "BBAN"
    """How a Norwegian account is written."""
    payment_types: Mapping[PaymentKind, PaymentType] = field(
        default_factory=lambda: PAYMENT_TYPES
    )
    characters_at_home: CharacterSet = NORDIC
    """Domestic payments, and those abroad to the Nordic countries and Germany."""
    characters_abroad: CharacterSet = LATIN
    """SEPA, and all other countries."""
    text_limits: TextLimits = TextLimits()
    runs: tuple[time, ...] = ()
    """Start of the execution runs on a bank day, Europe/Oslo."""
    file_cutoff: time | None = None
    """Latest delivery and approval for the same day, where it is not the last run."""
    duplicate_window_days: int = 90
    """How long the bank remembers a MsgId, at the least."""
    approval_days: int = 30
    """Bank days after which a payment that nobody approved is dropped."""
    retry_days: int = 4
    """Bank days on which a payment without funds is tried again."""

    def characters(self, kind: PaymentKind, country: str | None = None) -> CharacterSet:
        """Return the characters of a payment of `kind` to `country`."""
        if kind.is_domestic:
            return self.characters_at_home
        if kind is PaymentKind.FOREIGN and country in NORDIC_COUNTRIES:
            return self.characters_at_home
        return self.characters_abroad
