"""A locked period: what stood in it when it was locked, so that a later change shows.

Beancount text can be edited at any time, and the law wants a closed period unchanged. So
the lock leaves a record in the archive, a line for each transaction of the period with
its hash, and `custom "lock"` in the books names the record. A person's own vouchers have
no chain; here they are held as well.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from ledger import vouchers
from ledger.accounts import text
from ledger.archive import Archive
from ledger.directives import Custom, MetaValue, Transaction

TYPE = "lock"

Line = tuple[str, str, str, str]
"""Hash, date, voucher, narration."""


def record(transactions: Iterable[Transaction], until: dt.date) -> bytes:
    """Return the record of a period that ends with `until`."""
    lines = sorted(_line(each) for each in transactions if each.date <= until)
    return json.dumps(
        {"locked-until": until.isoformat(), "transactions": lines},
        ensure_ascii=False,
        indent=0,
    ).encode()


def line(until: dt.date, today: dt.date, sha256: str, count: int, by: str) -> Custom:
    """Return the line of the books that names the record."""
    meta: dict[str, MetaValue] = {
        "sha256": sha256,
        "transactions": Decimal(count),
        "by": by,
    }
    return Custom(date=today, type=TYPE, values=(until,), meta=meta)


def event(by: str, at: str) -> dict[str, object]:
    """Return the event of a record in its sidecar."""
    return {"event": "lock", "by": by, "at": at}


def changes(
    transactions: Sequence[Transaction],
    customs: Iterable[Custom],
    archive: Archive,
    locked_until: dt.date | None,
) -> Iterator[str]:
    """Yield what was altered, put in or taken out of the last locked period.

    What a person has opened again (`locked_until` of books.toml is an earlier day now) may
    change until it is locked once more.
    """
    locks = [custom for custom in customs if custom.type == TYPE]
    if not locks or locked_until is None:
        return
    last = locks[-1]
    until, sha256 = last.values[0], text(last.meta, "sha256") or ""
    assert isinstance(until, dt.date)
    until = min(until, locked_until)
    if not archive.has(sha256):
        yield f"{last.place}: the record of the lock, {sha256}, is not in the archive"
        return
    told = json.loads(archive.read(sha256))["transactions"]
    then = Counter(tuple(each) for each in told if each[1] <= until.isoformat())
    inside = [(_line(each), each) for each in transactions if each.date <= until]
    for each, transaction in inside:
        if each not in then:
            yield f"{transaction.place}: was changed or put in after the lock of {until}"
    now = Counter(each for each, _ in inside)
    for _, day, voucher, narration in sorted((then - now).elements()):
        yield f"{day} {voucher} {narration}: stood there at the lock of {until}, not now"


def opened_again(customs: Iterable[Custom], locked_until: dt.date | None) -> dt.date | None:
    """Return to which day the books were locked that are open again from an earlier one."""
    locks = [custom.values[0] for custom in customs if custom.type == TYPE]
    last = locks[-1] if locks else None
    if not isinstance(last, dt.date) or (locked_until is not None and last <= locked_until):
        return None
    return last


def _line(transaction: Transaction) -> Line:
    return (
        vouchers.link(transaction, ""),
        transaction.date.isoformat(),
        text(transaction.meta, "voucher") or "",
        transaction.narration,
    )
