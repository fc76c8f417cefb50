"""`books import`: balances and open items of the old system, and (later) documents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from cli import arguments
from cli.answer import Answer, ExitCode, UsageError
from cli.commands import lines, open_items, posting
from cli.options import Options
from cli.render import count
from cli.wiring import Workplace, opened
from ledger import vouchers
from ledger.directives import Transaction
from ledger.importers import opening as opening_importer
from ledger.open_items import OpenItem
from ledger.vouchers import Series


def run(
    options: Options, *, files: Sequence[Path], opening: Path | None, post: bool
) -> Answer:
    """Take in an opening, or tell that the kind of file is not known."""
    if opening is None:
        return _documents(files)
    if files or post:
        raise UsageError("--opening stands alone: import documents in a run of their own")
    return _opening(options, opening)


def _documents(files: Sequence[Path]) -> Answer:
    if not files:
        raise UsageError("name a file, or --opening FILE.csv")
    refused = [
        {"file": str(file), "reason": "documents cannot be imported yet: type the voucher"}
        for file in files
    ]
    text = "\n".join(f"{each['file']}: {each['reason']}" for each in refused)
    return Answer({"vouchers": [], "refused": refused}, text, ExitCode.REFUSED)


def _opening(options: Options, file: Path) -> Answer:
    data = arguments.content(file)
    with opened(options) as workplace:
        opening = opening_importer.read(data, file.name, workplace.books)
        at = workplace.clock.recorded_at()
        sha256 = workplace.archive.add(data, file.suffix, _received(workplace, file, at))
        (voucher,) = vouchers.sealed(
            [_documented(workplace, opening.voucher, sha256)],
            Series.OPENING,
            workplace.books.voucher_heads,
            recorded_by=workplace.user,
            recorded_at=at,
        )
        number = str(voucher.meta["voucher"])
        directives = [voucher, *opening.opens, *opening.after]
        lines.write(workplace, directives, kind="import", note=number)
        workplace.archive.append(sha256, posting.head_event(voucher))
        after = workplace.reloaded()
        held = {each.item.key: each.reason for each in open_items.of(after) if each.reason}
        created = [
            _row(number, after.books.items.by_key[key], held)
            for key in _keys(voucher)
            if key in after.books.items.by_key
        ]
    text = (
        f"Opening voucher {number}: {count(opening.items, 'open item')},"
        f" {count(opening.payments, 'payment')} already at the bank.\nNext: books payables"
    )
    return Answer({"vouchers": created, "refused": []}, text)


def _received(workplace: Workplace, file: Path, at: str) -> dict[str, object]:
    return {"event": "document", "name": file.name, "by": workplace.user, "at": at}


def _documented(workplace: Workplace, voucher: Transaction, sha256: str) -> Transaction:
    """Return the voucher with the archived file's path, so that Fava links it."""
    document = posting.document_path(workplace, "vouchers", voucher.date, sha256)
    return replace(voucher, meta={**voucher.meta, "document": document})


def _keys(voucher: Transaction) -> list[str]:
    keys = (each.meta.get("open-item") for each in voucher.postings)
    return [key for key in keys if isinstance(key, str)]


def _row(voucher: str, item: OpenItem, held: Mapping[str, str | None]) -> dict[str, object]:
    return {
        "voucher": voucher,
        "open_item": item.key,
        "party": item.party_name or item.party_number,
        "amount": item.residual.text,
        "currency": item.residual.currency,
        "due": item.due.isoformat() if item.due else None,
        "held": held.get(item.key),
    }
