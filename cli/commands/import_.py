"""`books import`: balances and open items of the old system, and (later) documents."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from cli.answer import Answer, ExitCode, Refused
from cli.options import Options
from cli.render import count
from cli.wiring import opened
from ledger import vouchers
from ledger.importers import opening as opening_importer
from ledger.machine_files import month_file


def run(
    options: Options, *, files: Sequence[Path], opening: Path | None, post: bool
) -> Answer:
    """Take in an opening, or tell that the kind of file is not known."""
    if opening is None:
        return _documents(files)
    if files or post:
        raise Refused("--opening stands alone: import documents in a run of their own")
    return _opening(options, opening)


def _documents(files: Sequence[Path]) -> Answer:
    if not files:
        raise Refused("name a file, or --opening FILE.csv")
    refused = [
        {"file": str(file), "reason": "documents (EHF, payroll, tax notices) cannot be imported yet"}
        for file in files
    ]
    text = "\n".join(f"{each['file']}: {each['reason']}" for each in refused)
    return Answer({"vouchers": [], "refused": refused}, text, ExitCode.REFUSED)


def _opening(options: Options, file: Path) -> Answer:
    with opened(options) as workplace:
        imported = opening_importer.read(file.read_bytes(), file.name, workplace.books)
        sealed = vouchers.sealed(imported.directives, workplace.books, "IB", workplace)
        del sealed, month_file, count
    raise NotImplementedError
