"""Messages that were offered to the bank, and nobody knows whether it has them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from bankio.amount import Amount
from cli.commands import ordered, payment_list
from cli.render import count
from cli.wiring import Workplace
from ledger.payments import PaymentState


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownMessage:
    """A message that was offered to the bank, and nobody knows whether it has it."""

    message_id: str
    payments: int
    total: Amount
    since: dt.datetime
    waited: dt.timedelta
    is_lost: bool
    """Whether neither archive nor store have its bytes."""

    @property
    def reason(self) -> str:
        """Why a person is asked."""
        told = (
            f"nobody knows whether the bank has it, for {_age(self.waited)}"
            f" (since {self.since:%Y-%m-%d %H:%M})"
        )
        return f"{told}. {payment_list.FIND_IT}" if self.is_lost else told

    def as_json(self) -> dict[str, object]:
        """Return it for `--json`."""
        return {
            "message_id": self.message_id,
            "payments": self.payments,
            "total": self.total.text,
            "currency": self.total.currency,
            "since": self.since.isoformat(),
            "waited_minutes": self.waited // dt.timedelta(minutes=1),
        }


def of(workplace: Workplace) -> tuple[UnknownMessage, ...]:
    """Return the messages of which a payment's outcome is unknown, oldest first."""
    waiting_for = {
        each.payment.message_id
        for each in ordered.current(workplace)
        if each.state is PaymentState.UNKNOWN
    }
    if not waiting_for:
        return ()
    now = workplace.clock.now
    lost = {each.message_id for each in ordered.without_bytes(workplace)}
    found = []
    for remittance, _ in ordered.current_remittances(workplace):
        if remittance.message_id in waiting_for:
            since = dt.datetime.fromisoformat(remittance.created)
            found.append(
                UnknownMessage(
                    message_id=remittance.message_id,
                    payments=len(remittance.payments),
                    total=remittance.total,
                    since=since,
                    waited=now - since,
                    is_lost=remittance.message_id in lost,
                )
            )
    return tuple(sorted(found, key=lambda each: each.since))


def _age(waited: dt.timedelta) -> str:
    """Return how long that is, in the largest unit that it fills.

    >>> _age(dt.timedelta(days=3, hours=5)), _age(dt.timedelta(hours=1, minutes=9))
    ('3 days', '1 hour')
    """
    hours = waited // dt.timedelta(hours=1)
    if waited.days:
        return count(waited.days, "day")
    if hours:
        return count(hours, "hour")
    return count(max(0, waited // dt.timedelta(minutes=1)), "minute")
