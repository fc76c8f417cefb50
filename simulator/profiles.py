"""A bank's habits as data: hours, delays and limits.

Banks differ and change; none of these numbers is a law of nature. Adding a bank is one
more value in `PROFILES`. Sources: the banks' own price and timetable pages (BANK.md).
"""

from dataclasses import dataclass
from datetime import time

from simulator.refusal import Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """How one bank works. All hours are Europe/Oslo."""

    name: str
    bic: str
    runs: tuple[time, ...]
    """When due payments are executed on a bank day."""
    short_day_last_run: time
    """The last run on a short day; the later ones fall away."""
    settlements: tuple[time, ...]
    """When money from other banks arrives: the clearing's clock, not the bank's."""
    ocr_deliveries: tuple[time, ...]
    statement_hour: time
    """Hour of the morning after a bank day when its statement is made."""
    approval_days: int
    """Bank days after which an unapproved payment is dropped."""
    retry_days: int
    """Bank days that a payment without funds is tried again."""
    horizon_days: int
    """How far ahead an execution date may lie."""
    instant_limit: int
    """Largest instant payment, in øre."""
    return_days: int
    """Bank days until a payment that its receiver cannot take comes back."""
    return_hour: time
    """When on that day it comes back."""
    foreign_charge: int
    """Charge for a payment abroad, in øre, an entry of its own."""
    reporting_limit: int
    """From this sum on a payment abroad needs a code for the authorities, in øre."""


def _hours(text: str) -> tuple[time, ...]:
    return tuple(time.fromisoformat(hour) for hour in text.split())


SOR = Profile(
    name="sor",
    bic="SPSONO22",
    runs=_hours("00:00 08:45 10:00 11:30 14:00 15:00"),
    short_day_last_run=time(11, 0),
    settlements=_hours("07:00 10:30 12:30 15:00 17:00"),
    ocr_deliveries=_hours("08:00 12:30 15:00 17:30"),
    statement_hour=time(6, 0),
    approval_days=30,
    retry_days=4,
    horizon_days=365,
    instant_limit=50_000_000,
    return_days=2,
    return_hour=time(12, 30),
    foreign_charge=5_000,
    reporting_limit=10_000_000,
)

OSTFOLD = Profile(
    name="ostfold",
    bic="SPSONO22",
    runs=_hours("00:00 08:15 10:00 11:30 13:30"),
    short_day_last_run=time(11, 0),
    settlements=SOR.settlements,
    ocr_deliveries=SOR.ocr_deliveries,
    statement_hour=SOR.statement_hour,
    approval_days=30,
    retry_days=4,
    horizon_days=365,
    instant_limit=50_000_000,
    return_days=2,
    return_hour=time(12, 30),
    foreign_charge=5_000,
    reporting_limit=10_000_000,
)

PROFILES = (SOR, OSTFOLD)


def find(name: str) -> Profile:
    """Return the profile of this name."""
    for profile in PROFILES:
        if profile.name == name:
            return profile
    known = ", ".join(profile.name for profile in PROFILES)
    raise Refused(f"profile: no bank profile is called {name!r}. Known: {known}.")
