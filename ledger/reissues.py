"""Days that the bank told wrongly, and told anew in another statement.

    2026-11-24 custom "statement-reissued" "86011117947" 2026-11-03
      first-sha256: "71c0…"          the statement that a person has set aside
      reissue-sha256: "3fa9…"        the one that tells the day now
      ledger-account: "Assets:1920-Bankinnskudd"
      closing: 250150.00 NOK         what the first one closed the day with, where that
      reason: "sent in error"        is another sum than now
      by: "kari"

`books reconcile` writes the line with the vouchers that take back what the first statement
had posted and the reissue does not tell. They stand under the taken voucher's `bank-ref`
with `/taken-back` behind it, and their item postings name the movement that they take
(`withdraws`), so that a payment of it counts as not booked.

The trap: the `balance` line of the first statement stands in the books for ever, as all
that is posted does, and may be untrue now: `ledger.closing_balances`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from bankio.amount import Amount
from ledger.accounts import text
from ledger.directives import BooksPlace, Custom, MetaValue, Transaction

TYPE = "statement-reissued"
RULE = "reissued"
_SUFFIX = "/taken-back"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reissue:
    """One day of one bank account that another statement tells now."""

    bank_account: str
    day: date
    first: str
    """sha256 of the statement that does not count."""
    reissue: str
    """sha256 of the one that does."""
    account: str
    """Ledger account."""
    closing: Amount | None
    """Of the first one, where the day closes with another sum now."""
    reason: str
    by: str
    place: BooksPlace | None = None


def line(reissue: Reissue, today: date) -> Custom:
    """Return the line that says it in the books."""
    meta: dict[str, MetaValue] = {
        "first-sha256": reissue.first,
        "reissue-sha256": reissue.reissue,
        "ledger-account": reissue.account,
    }
    if reissue.closing is not None:
        meta["closing"] = reissue.closing
    meta |= {"reason": reissue.reason, "by": reissue.by}
    return Custom(
        date=today, type=TYPE, values=(reissue.bank_account, reissue.day), meta=meta
    )


def decided(customs: Iterable[Custom]) -> tuple[Reissue, ...]:
    """Return the days that were told anew, oldest line first."""
    found = []
    for custom in customs:
        if custom.type != TYPE or len(custom.values) != 2:
            continue
        number, day = custom.values
        closing = custom.meta.get("closing")
        if isinstance(day, date):
            found.append(
                Reissue(
                    bank_account=str(number),
                    day=day,
                    first=text(custom.meta, "first-sha256") or "",
                    reissue=text(custom.meta, "reissue-sha256") or "",
                    account=text(custom.meta, "ledger-account") or "",
                    closing=closing if isinstance(closing, Amount) else None,
                    reason=text(custom.meta, "reason") or "",
                    by=text(custom.meta, "by") or "",
                    place=custom.place,
                )
            )
    return tuple(found)


def taken_back(key: str) -> str:
    """Return the `bank-ref` of the voucher that takes back what stands under `key`.

    >>> taken_back("statement/86011117947/2026-11-20/AS1")
    'statement/86011117947/2026-11-20/AS1/taken-back'
    """
    return f"{key}{_SUFFIX}"


def keys_taken(transaction: Transaction) -> tuple[str, ...]:
    """Return the keys that a voucher takes back: of the entry and of its movements."""
    reference = text(transaction.meta, "bank-ref") or ""
    if transaction.meta.get("rule") != RULE or not reference.endswith(_SUFFIX):
        return ()
    movements = (text(posting.meta, "withdraws") for posting in transaction.postings)
    return (reference.removesuffix(_SUFFIX), *filter(None, movements))
