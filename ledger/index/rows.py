"""Directives and items to rows of the index, and out of it again."""

from __future__ import annotations

import json
import re
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from ledger.accounts import text
from ledger.books.register import document_name
from ledger.directives import Balance, Close, Custom, Directive, Open, Transaction
from ledger.index.values import KeptItem, first_text, item_json, other_json
from ledger.item_collection import ItemId, PostedOnItems
from ledger.open_items import OpenItem
from ledger.vouchers import OURS, VoucherNumber

Totals = Mapping[tuple[str, str], Mapping[str, Decimal]]
"""By account and currency: what was posted on it on each day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Text of a file that gets rows: the whole of it, or what was added at its end."""

    file: int
    """Of its row."""
    text: bytes
    first_line: int = 1
    start: int = 0
    """Where in the file the text begins."""


def add_others(db: sqlite3.Connection, file: int, directives: Iterable[Directive]) -> None:
    """Keep the directives of a file that are no transactions."""
    db.executemany(
        "INSERT INTO other (file, date, line, kind, name, subject, message, body)"
        f" VALUES ({_marks(8)})",
        [_other_row(file, d) for d in directives if not isinstance(d, Transaction)],
    )


def add_transactions(
    db: sqlite3.Connection,
    part: Part,
    directives: Iterable[Directive],
    posted: PostedOnItems,
) -> dict[int, Transaction]:
    """Keep where transactions of a part of a file stand and what they carry.

    Args:
        db: The index.
        part: Where they stand.
        directives: All of the part, since a transaction ends where the next one begins.
        posted: Is told of every transaction.

    Returns:
        The transactions by the ids that they have got.
    """
    ordered = sorted(directives, key=_line)
    starts = _line_starts(part)
    ends = [starts[_line(following)] for _, following in pairwise(ordered)]
    ends.append(part.start + len(part.text))
    first_id = db.execute("SELECT coalesce(max(id), 0) + 1 FROM entry").fetchone()[0]
    entries: list[tuple[object, ...]] = []
    keys, items, found = [], [], {}
    for directive, end in zip(ordered, ends, strict=False):
        if not isinstance(directive, Transaction):
            continue
        number = first_id + len(entries)
        start = starts[_line(directive)]
        entries.append((number, part.file, *_entry_row(directive, start, end - start)))
        keys += [(key, kind, number) for key, kind in _keys(directive)]
        ids = posted.add(directive)
        items += [(key, account, currency, number) for account, key, currency in ids]
        found[number] = directive
    db.executemany(f"INSERT INTO entry VALUES ({_marks(13)})", entries)
    # In the order of their tables: neighbours are written together.
    db.executemany("INSERT INTO bank_key VALUES (?, ?, ?)", sorted(keys))
    db.executemany("INSERT INTO item_entry VALUES (?, ?, ?, ?)", sorted(items))
    return found


def _line(directive: Directive) -> int:
    assert directive.place is not None, "only what stands in a file is kept"
    return directive.place.line


def _line_starts(part: Part) -> Mapping[int, int]:
    """Return where in the file each line of the part begins."""
    starts = {part.first_line: part.start}
    line = part.first_line
    for newline in re.finditer(b"\n", part.text):
        line += 1
        starts[line] = part.start + newline.end()
    return starts


def _marks(count: int) -> str:
    return ", ".join("?" * count)


def _entry_row(transaction: Transaction, start: int, size: int) -> tuple[object, ...]:
    voucher = text(transaction.meta, "voucher")
    number = VoucherNumber.of(voucher) if voucher else None
    is_ours = number is not None and number.series in OURS
    return (
        transaction.date.isoformat(),
        _line(transaction),
        start,
        size,
        transaction.flag == "!",
        voucher,
        f"{number.series}{number.year}" if number and is_ours else None,
        number.number if number and is_ours else None,
        _recorded(transaction) if is_ours else None,
        document_name(transaction),
        text(transaction.meta, "corrects"),
    )


def _recorded(transaction: Transaction) -> str | None:
    """Return what the transactions of one voucher of ours must have in common."""
    if "chain" not in transaction.meta:
        return None
    told = (transaction.meta.get(key) for key in ("recorded-at", "recorded-by"))
    return json.dumps([repr(value) for value in told])


def _keys(transaction: Transaction) -> Iterable[tuple[str, str]]:
    found: dict[str, str] = {}
    reference = transaction.meta.get("bank-ref")
    if isinstance(reference, str):
        found[reference] = "bank-ref"
    for posting in transaction.postings:
        movement = posting.meta.get("movement")
        if isinstance(movement, str):
            found.setdefault(movement, "movement")
    return found.items()


def _other_row(file: int, directive: Balance | Close | Custom | Open) -> tuple[object, ...]:
    name, subject, message = "", "", ""
    match directive:
        case Balance() | Close() | Open():
            name = directive.account
        case Custom():
            name = directive.type
            subject = str(directive.values[0]) if directive.values else ""
            message = text(directive.meta, "message-id") or ""
            if name == "remittance":
                message = subject
    kind = type(directive).__name__
    day = directive.date.isoformat()
    return file, day, _line(directive), kind, name, subject, message, other_json(directive)


def totals_of(directives: Iterable[Directive]) -> Totals:
    """Return what directives post on each account and day."""
    found: dict[tuple[str, str], dict[str, Decimal]] = defaultdict(dict)
    for directive in directives:
        if isinstance(directive, Transaction):
            day = directive.date.isoformat()
            for posting in directive.postings:
                days = found[posting.account, posting.units.currency]
                days[day] = days.get(day, Decimal(0)) + posting.units.number
    return found


def add_totals(db: sqlite3.Connection, file: int, totals: Totals) -> None:
    """Add to what a file posts on each account and day."""
    where = "account = ? AND currency = ? AND file = ?"
    for (account, currency), days in totals.items():
        at = (account, currency, file)
        found = db.execute(f"SELECT days FROM total WHERE {where}", at).fetchone()
        known = days_of(found[0]) if found else {}
        for day, number in days.items():
            known[day] = known.get(day, Decimal(0)) + number
        plain = json.dumps({day: str(number) for day, number in known.items()})
        db.execute("INSERT OR REPLACE INTO total VALUES (?, ?, ?, ?)", (*at, plain))


def days_of(plain: str) -> dict[str, Decimal]:
    """Return the days of one row of `total`."""
    return {day: Decimal(number) for day, number in json.loads(plain).items()}


def file_totals(db: sqlite3.Connection, file: int) -> Totals:
    """Return what a file posts on each account and day."""
    rows = db.execute("SELECT account, currency, days FROM total WHERE file = ?", (file,))
    return {(account, currency): days_of(days) for account, currency, days in rows}


def drop_file_rows(db: sqlite3.Connection, file: int) -> None:
    """Forget what stands in a file; its own row stays."""
    for table in ("bank_key", "item_entry"):
        db.execute(
            f"DELETE FROM {table} WHERE entry IN (SELECT id FROM entry WHERE file = ?)",
            (file,),
        )
    for table in ("entry", "other", "total"):
        db.execute(f"DELETE FROM {table} WHERE file = ?", (file,))


def add_items(db: sqlite3.Connection, items: Iterable[OpenItem]) -> None:
    """Keep items whole."""
    next_id = db.execute("SELECT coalesce(max(id), 0) + 1 FROM item").fetchone()[0]
    rows, kids, payments = [], [], []
    for number, item in enumerate(items, start=next_id):
        rows.append((number, *_item_row(item)))
        if item.kid:
            carried = (item.kid, *item.former_kids)
            kids += [(kid, number, position) for position, kid in enumerate(carried)]
        payments += _mark_rows(number, item)
    db.executemany(f"INSERT INTO item VALUES ({_marks(18)})", rows)
    db.executemany("INSERT INTO item_kid VALUES (?, ?, ?)", kids)
    db.executemany("INSERT INTO payment_mark VALUES (?, ?, ?, ?)", payments)


def renew_items(db: sqlite3.Connection, items: Iterable[tuple[int, KeptItem]]) -> None:
    """Keep items, by the ids of their rows, on which something more was posted."""
    rows, paid, payments = [], [], []
    for number, item in items:
        left = item.residual
        residual = residual_text(left.number, left.currency)
        rows.append((bool(left), item.has_payment, residual, item.added, number))
        if item.has_payment:
            paid.append((number,))
            payments += _mark_rows(number, item.item)
    db.executemany(
        "UPDATE item SET is_open = ?, has_payment = ?, residual = ?, added = ?"
        " WHERE id = ?",
        rows,
    )
    db.executemany("DELETE FROM payment_mark WHERE item = ?", paid)
    db.executemany("INSERT INTO payment_mark VALUES (?, ?, ?, ?)", payments)


def _mark_rows(number: int, item: OpenItem) -> list[tuple[object, ...]]:
    if not item.has_payment:
        return []
    return [
        (each.end_to_end_id, number, each.date.isoformat(), each.mark)
        for each in item.payment_marks()
    ]


def drop_items(db: sqlite3.Connection, ids: Iterable[ItemId]) -> None:
    """Forget items."""
    where = "account = ? AND key = ? AND currency = ?"
    gone = list(ids)
    for table in ("item_kid", "payment_mark"):
        its = f"item IN (SELECT id FROM item WHERE {where})"
        db.executemany(f"DELETE FROM {table} WHERE {its}", gone)
    db.executemany(f"DELETE FROM item WHERE {where}", gone)


def residual_text(number: Decimal, currency: str) -> str:
    """Return one spelling for equal amounts: 12.50 and 12.5 are the same."""
    return f"{number.normalize():f} {currency}"


def _item_row(item: OpenItem) -> Sequence[object]:
    residual = item.residual
    return (
        item.key,
        item.account,
        residual.currency,
        item.date.isoformat(),
        # Of items with one key and date the one that began first comes first.
        first_text(item.postings[0]),
        item.kind.value,
        item.is_open,
        item.is_draft,
        item.has_payment,
        residual_text(residual.number, residual.currency),
        item.party_number,
        item.party_name,
        item.creditor_account,
        item.kid,
        item.invoice.casefold() if item.invoice else None,
        item_json(item),
        "",
    )
