"""Movements that a bank file has told: remembered, so that the same money settles once.

OCR giro, camt.054 and a statement's own details may all tell the same money. The first
source that tells it settles the open item; each later source confirms that movement and
settles nothing. What has been told by whom is kept here (in the store, and made again
from the archived files when the store is gone).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from bankio.amount import Amount

Source = Literal["ocr-giro", "camt.054", "statement"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldMovement:
    """One movement as one source told it."""

    key: str
    """`detail/<account>/<date>/<reference>`, unique per source."""
    source: Source
    money: str
    """Key of the movement that settled the money: `key` itself for the first teller."""
    bank_account: str
    booking_date: date
    amount: Amount
    """Signed: money in is positive."""
    end_to_end_id: str | None
    account_servicer_reference: str | None
    kid: str | None
    counterparty_account: str | None
    batch: str
    """The entry of its file that it belongs to: equal for all details of one lump."""
    sha256: str
    """The archived file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldEntry:
    """An entry of a file: a statement's line, or a lump of a detail file."""

    key: str
    """`statement/<account>/<date>/<reference>`, or the batch of a detail file."""
    source: Source
    bank_account: str
    booking_date: date
    amount: Amount
    """Signed: money in is positive."""
    reference: str | None
    number_of_transactions: int | None
    sha256: str
    via_clearing: bool
    """Whether it stands against the clearing account (every detail file's entry does)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementDay:
    """One day of one account that a statement closed."""

    bank_account: str
    date: date
    opening: Amount
    closing: Amount
    """Both signed."""
    sequence_number: str | None
    sha256: str
