"""`books post`, `hold`, `release`: a person's decisions, written as lines in the books.

A decision is a `custom "open-item"` line with who and why; nothing that stands in the
books is edited, and a person's own files are never touched.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cli.answer import Answer, Refused
from cli.commands import lines, ordered
from cli.options import Options
from cli.render import clean
from cli.typed_text import said
from cli.wiring import Workplace, opened
from ledger import payables
from ledger.directives import Custom, MetaValue
from ledger.open_items import OpenItem


def post(options: Options, items: Sequence[str]) -> Answer:
    """Attest drafts: `posted: TRUE` says that a person has seen the voucher."""
    with opened(options) as workplace:
        found = [_item(workplace, key) for key in items]
        for item in found:
            if not item.is_draft:
                raise Refused(f"{item.key}: is no draft; it is posted already")
        _decide(workplace, {item.key: {"posted": True} for item in found})
    keys = [item.key for item in found]
    return Answer({"items": keys}, f"Attested: {', '.join(keys)}.")


def hold(options: Options, item: str, reason: str) -> Answer:
    """Hold a payable."""
    reason = said(reason, "--reason")
    with opened(options) as workplace:
        found = _item(workplace, item)
        _decide(workplace, {found.key: {"hold": True, "reason": reason}})
    return Answer({"items": [found.key]}, clean(f"Held: {found.key} ({reason})."))


def release(options: Options, item: str) -> Answer:
    """Release what a person, a check or the bank holds."""
    with opened(options) as workplace:
        found = _item(workplace, item)
        standings = payables.by_item(ordered.standings(workplace)).get(found.key, ())
        blocking = payables.in_flight(found, standings)
        if blocking is not None:
            raise Refused(
                f"{found.key}: {blocking}; what is at the bank cannot be released"
            )
        undecided = payables.undecided(standings)
        if undecided is not None:
            raise Refused(f"{found.key}: {undecided}")
        # The release names the payment that failed: a later failure holds it again.
        failed = standings[-1] if standings and standings[-1].state.has_failed else None
        ended = failed.payment.end_to_end_id if failed else ""
        _decide(workplace, {found.key: {"release": ended}})
    return Answer({"items": [found.key]}, f"Released: {found.key}. Next: books pay-due")


def _item(workplace: Workplace, key: str) -> OpenItem:
    item = workplace.books.items.by_key.get(key)
    if item is None:
        raise Refused(f"{key}: the books have no such open item (books payables)")
    return item


def _decide(workplace: Workplace, decisions: Mapping[str, Mapping[str, MetaValue]]) -> None:
    today = workplace.clock.today
    decided = [
        Custom(
            date=today, type="open-item", values=(key,), meta={**meta, "by": workplace.user}
        )
        for key, meta in decisions.items()
    ]
    lines.write(workplace, decided)
