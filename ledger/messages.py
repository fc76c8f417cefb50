"""Files that went in and out, and what is known of them: values that the store keeps.

They live apart from `ledger.store` so that the pure packages can use them without
importing a database.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from bankio.iso20022.values import Reason
from ledger.payments import PaymentState, Remittance


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRecord:
    """A file that was received or sent; its bytes are in the archive."""

    sha256: str
    direction: Literal["in", "out"]
    name: str
    """The name under which it was first seen; later names are in the sidecar."""
    channel: str | None = None
    received_at: str
    """ISO date-time with offset: when it was received, or written."""
    format: str | None = None
    """`pain.002`, `camt.053`, …; None where no reader knows it."""
    message_identification: str | None = None
    """MsgId of the message itself."""
    outcome: str | None = None
    """posted / status / informational / held / nothing-new / quarantined."""
    reason: str | None = None
    is_done: bool = False
    """Every entry is posted, parked, held or ignored: it need not be read again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RemittanceRecord:
    """A remittance as the store knows it."""

    remittance: Remittance
    state: PaymentState
    data: bytes | None
    """The exact bytes, as long as they may have to be delivered (prepared, unknown).

    Afterwards `StoreTransaction.remittance_data` and the archive give them.
    """
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusLine:
    """One line of a pain.002, verbatim: what the bank said of which level."""

    message_id: str
    """OrgnlMsgId: the remittance that it speaks of."""
    payment_information_id: str | None = None
    """OrgnlPmtInfId; None at group level."""
    end_to_end_id: str | None = None
    """OrgnlEndToEndId; None above transaction level."""
    level: str
    """group / payment-information / transaction."""
    status: str
    """ACTC, ACCP, RJCT, …"""
    reasons: tuple[Reason, ...] = ()
    sha256: str
    """The archived file."""
    position: int
    """Its place among the lines of that file, from 0."""
    created: str | None = None
    """CreDtTm of the message."""
    execution_date: date | None = None
    """OrgnlTxRef/ReqdExctnDt: of a payment that is accepted with a change, its new day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnsweredNames:
    """What one line of a pain.002 or camt.029 names, without what it says of it."""

    message_id: str
    payment_information_id: str | None = None
    end_to_end_id: str | None = None
    sha256: str
    """The archived file."""

    @property
    def downwards(self) -> tuple[str, ...]:
        """The names, from the message down to the payment."""
        names = (self.message_id, self.payment_information_id, self.end_to_end_id)
        return tuple(filter(None, names))


@dataclass(frozen=True, slots=True, kw_only=True)
class VoucherRecord:
    """A voucher that we wrote: its number is given, and to no other text."""

    series: str
    """`B2026`: letters and year."""
    number: int
    chain: str
    """The voucher's `chain:`."""
    path: str
    """Machine file that it stands in, relative to the books folder."""
