"""Which received files wait for a person, and which one a person has set aside."""

from __future__ import annotations

from cli.wiring import Workplace
from ledger import set_aside
from ledger.messages import FileRecord
from ledger.set_aside import SetAside


def decisions(workplace: Workplace) -> tuple[SetAside, ...]:
    """Return what a person has set aside, as the books say."""
    return set_aside.decided(workplace.books.register.customs(set_aside.TYPE))


def of(workplace: Workplace, digest: str) -> SetAside | None:
    """Return the decision about a file, or None."""
    return set_aside.of_file(digest, decisions(workplace))


def unfinished(workplace: Workplace) -> tuple[FileRecord, ...]:
    """Return the files that are read again in every run: not done, and not set aside."""
    with workplace.store.reading() as transaction:
        records = transaction.files(direction="in", is_done=False)
    decided = decisions(workplace) if records else ()
    return tuple(
        each for each in records if set_aside.of_file(each.sha256, decided) is None
    )


def line(workplace: Workplace, digest: str) -> tuple[str, ...]:
    """Return the line that sets a file aside, to be typed by a person."""
    return set_aside.line_for(
        digest[: set_aside.SHORT], workplace.clock.today, workplace.user
    )


def how(workplace: Workplace) -> str:
    """Return where the line is typed."""
    return (
        f"to wait for it no longer, say why in a file of yours ({month_file(workplace)}):"
    )


def month_file(workplace: Workplace) -> str:
    """Return the file of this month in which people type."""
    return f"vouchers/{workplace.clock.today:%Y/%m}.beancount"
