"""Write a plan to the books: number, document, seal, check, commit. Once."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path, PurePosixPath

from cli.commands import reasons, runs
from cli.commands.runs import Run
from cli.wiring import Workplace
from ledger import cleared, reissues, vouchers
from ledger.archive import is_sha256
from ledger.books.parsing import ReadBack
from ledger.directives import Balance, Custom, MetaValue, Transaction
from ledger.machine_files import month_file
from ledger.messages import VoucherRecord
from ledger.store import StoreTransaction
from ledger.vouchers import Series, VoucherNumber
from reconcile import replay
from reconcile.known import Plan, PlannedVoucher

Written = Transaction | Balance | Custom


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """What was written."""

    transactions: tuple[Transaction, ...]
    """Sealed, in the order of the plan's vouchers."""
    planned: tuple[PlannedVoucher, ...]

    @property
    def numbers(self) -> tuple[str, ...]:
        """The voucher numbers, each once, in order."""
        return tuple(dict.fromkeys(str(each.meta["voucher"]) for each in self.transactions))

    @property
    def parked(self) -> tuple[str, ...]:
        """The voucher numbers of what waits for a person."""
        return tuple(
            dict.fromkeys(
                str(transaction.meta["voucher"])
                for transaction, planned in zip(
                    self.transactions, self.planned, strict=True
                )
                if planned.parked
            )
        )


def sealed(
    workplace: Workplace, planned: Sequence[PlannedVoucher], by: str, at: str
) -> tuple[Transaction, ...]:
    """Return the transactions with number, document, who, when and chain."""
    numbered = _numbered(workplace, planned)
    return vouchers.sealed(
        numbered,
        Series.BANK,
        workplace.books.voucher_heads,
        recorded_by=by,
        recorded_at=at,
    )


def _numbered(workplace: Workplace, planned: Sequence[PlannedVoucher]) -> list[Transaction]:
    """Give each voucher its number; those of one group share one."""
    heads = workplace.books.voucher_heads
    last: dict[int, int] = {}
    of_group: dict[tuple[str, int], str] = {}
    documents: dict[tuple[str, int], str] = {}
    numbered = []
    for each in planned:
        year = each.transaction.date.year
        group = (each.group, year) if each.group else None
        if group is not None and group in of_group:
            number = of_group[group]
        else:
            head = heads.get((Series.BANK, year))
            last[year] = last.get(year, head.number if head else 0) + 1
            number = str(VoucherNumber(Series.BANK, year, last[year]))
            if group is not None:
                of_group[group] = number
        meta: dict[str, MetaValue] = {"voucher": number}
        told = (each.sha256, year)
        if told not in documents:
            documents[told] = document_path(
                workplace, "bank", each.transaction.date, each.sha256
            )
        meta["document"] = documents[told]
        numbered.append(replace(each.transaction, meta={**meta, **each.transaction.meta}))
    return numbered


def document_path(workplace: Workplace, top: str, day: date, sha256: str) -> str:
    """Return an archived file's path from a month's file, so that Fava links it."""
    start = workplace.folder / top / f"{day.year:04d}"
    archived = workplace.archive.path(sha256)
    return PurePosixPath(os.path.relpath(archived, start)).as_posix()


def write(
    workplace: Workplace,
    plan: Plan,
    done: Mapping[str, Mapping[str, object]],
    again: Run | None = None,
) -> Posted:
    """Commit a plan to books and store, both or neither.

    Args:
        workplace: Where.
        plan: What `reconcile.settlement.plan` found.
        done: For each file of the run, what the store is to remember of it.
        again: The run of before that is posted again: who, when and number are its own.
    """
    leave_newest_heads(workplace)
    tellers = replay.tellers(plan, done)
    by = again.by if again else workplace.user
    at = again.at if again else workplace.clock.recorded_at()
    # Before the commit: a file that told something never lacks its run.
    run = runs.leave(workplace, tellers, by, at) if tellers and not again else None
    run = again.number if again else run
    reasons.leave(workplace, plan.vouchers)
    # By date, as a person reads them; details before the statement of their day.
    planned = tuple(sorted(plan.vouchers, key=lambda each: each.transaction.date))
    transactions = sealed(workplace, planned, by, at)
    today = workplace.clock.today
    told_anew = [reissues.line(each.reissue, today) for each in plan.corrections]
    decided = cleared.lines_of(transactions, _suspense(workplace))
    customs = [*plan.continued, *told_anew, *decided]
    unsorted: list[Written] = [*plan.balances, *transactions, *customs]
    directives = sorted(
        unsorted,
        key=lambda each: (each.date, isinstance(each, Transaction)),
    )
    parts = parts_of(workplace, directives)
    keys = _keys(transactions)
    records = records_of(workplace, transactions)

    def record(transaction: StoreTransaction) -> None:
        for each in plan.corrections:
            told = each.reissue
            transaction.forget_day(told.bank_account, told.day, each.entries)
        transaction.add_told(plan.told_entries, plan.told_movements, plan.days)
        transaction.add_keys(keys)
        transaction.add_vouchers(records)
        for sha256, changes in done.items():
            transaction.update_file(sha256, **changes)
        if run is not None:
            runs.record(transaction, run)

    posted = Posted(transactions=transactions, planned=planned)
    numbers = posted.numbers
    note = f"{numbers[0]} to {numbers[-1]}" if numbers else "bank files read"
    workplace.journal.commit(
        {path: read.text for path, read in parts.items()}, record, note=note
    )
    workplace.index.expect(parts.values())
    _leave_heads(workplace, transactions, planned)
    return posted


def _suspense(workplace: Workplace) -> frozenset[str]:
    roles = workplace.books.roles
    found = (*roles.get("suspense-in", ()), *roles.get("suspense-out", ()))
    return frozenset(each.name for each in found)


def parts_of(workplace: Workplace, directives: Sequence[Written]) -> dict[Path, ReadBack]:
    """Return the payload of each month's file, all checked together against the books."""
    by_file: dict[Path, list[Written]] = {}
    paths: dict[date, Path] = {}
    for each in directives:
        day = _file_day(each)
        if day not in paths:
            paths[day] = _file_of(workplace, each)
        by_file.setdefault(paths[day], []).append(each)
    return workplace.books.checked_payloads(by_file)


def _file_of(workplace: Workplace, directive: Written) -> Path:
    return month_file(workplace.folder, "bank", _file_day(directive))


def _file_day(directive: Written) -> date:
    """A closing balance stands in the file of the day that it closes."""
    if isinstance(directive, Balance):
        return directive.date - timedelta(days=1)
    return directive.date


def _keys(transactions: Iterable[Transaction]) -> dict[str, str]:
    from ledger.books.checking import keys_of

    return {
        key: str(transaction.meta["voucher"])
        for transaction in transactions
        for key in keys_of(transaction)
    }


def records_of(
    workplace: Workplace, transactions: Iterable[Transaction]
) -> list[VoucherRecord]:
    """Return one record for each voucher number: its last transaction's chain counts."""
    paths: dict[date, str] = {}
    found: dict[str, VoucherRecord] = {}
    for transaction in transactions:
        number = VoucherNumber.of(str(transaction.meta["voucher"]))
        assert number is not None
        day = transaction.date
        if day not in paths:
            paths[day] = _file_of(workplace, transaction).as_posix()
        found[str(number)] = VoucherRecord(
            series=f"{number.series}{number.year}",
            number=number.number,
            chain=str(transaction.meta["chain"]),
            path=paths[day],
        )
    return list(found.values())


def _leave_heads(
    workplace: Workplace,
    transactions: Sequence[Transaction],
    planned: Sequence[PlannedVoucher],
) -> None:
    """Leave the chain's head in the sidecar of each file, so that a cut tail shows."""
    last: dict[str, Transaction] = {}
    for transaction, each in zip(transactions, planned, strict=True):
        last[each.sha256] = transaction
    for sha256, transaction in last.items():
        leave_head(workplace, transaction, sha256)


def leave_head(workplace: Workplace, transaction: Transaction, sha256: str) -> None:
    """Leave a voucher as the head of its series in the sidecar of its document."""
    event = head_event(transaction)
    if workplace.archive.has(sha256) and event not in workplace.archive.events(sha256):
        workplace.archive.append(sha256, event)


def leave_newest_heads(workplace: Workplace) -> None:
    """Leave the head of a run that was stopped between its commit and its sidecars."""
    heads = workplace.books.voucher_heads
    newest = {head.chain for head in heads.values()}
    numbers = {str(VoucherNumber(*key, head.number)) for key, head in heads.items()}
    for transaction in workplace.books.register.by_voucher(numbers):
        document = PurePosixPath(str(transaction.meta.get("document", "")))
        sha256 = document.stem
        if transaction.meta.get("chain") not in newest or not is_sha256(sha256):
            continue
        leave_head(workplace, transaction, sha256)


def head_event(transaction: Transaction) -> dict[str, object]:
    """Return what a sidecar keeps of a series: its newest number and chain."""
    number = VoucherNumber.of(str(transaction.meta["voucher"]))
    assert number is not None
    head = {"number": number.number, "chain": str(transaction.meta["chain"])}
    return {"event": "heads", "series": {f"{number.series}{number.year}": head}}
