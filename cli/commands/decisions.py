"""`books post`, `hold`, `release`: a person's decisions, written as lines in the books.

A decision is a `custom "open-item"` line with who and why; nothing that stands in the
books is edited, and a person's own files are never touched.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cli.answer import Answer, ExitCode, Refused
from cli.commands import lines, open_items, ordered, planning, references
from cli.options import Options
from cli.render import clean
from cli.typed_text import said
from cli.wiring import Workplace, opened
from ledger import payables
from ledger.directives import Custom, MetaValue
from ledger.open_items import OpenItem
from ledger.payables import Payable, PayableState


def post(options: Options, items: Sequence[str]) -> Answer:
    """Attest drafts: `posted: TRUE` says that a person has seen the voucher."""
    with opened(options) as workplace:
        found = [references.item(workplace, each, "books payables") for each in items]
        for item in found:
            if not item.is_draft:
                raise Refused(f"{item.key}: is no draft; it is posted already")
        _decide(workplace, [(item.key, {"posted": True}) for item in found])
    keys = [item.key for item in found]
    return Answer({"items": keys}, f"Attested: {', '.join(keys)}.")


def hold(options: Options, item: str, reason: str) -> Answer:
    """Hold a payable."""
    if not reason.strip():
        raise Refused("--reason: say why it is held")
    reason = said(reason, "--reason")
    with opened(options) as workplace:
        found = references.item(workplace, item, "books payables")
        if not found.is_open:
            raise Refused(f"{found.key}: is settled; there is nothing to hold")
        _need_payable(workplace, found)
        standings = payables.by_item(ordered.current(workplace)).get(found.key, ())
        blocking = payables.in_flight(found, standings)
        _decide(workplace, [(found.key, {"hold": True, "reason": reason})])
    text = f"Held: {found.key} ({reason})."
    data = {"items": [found.key], "in_flight": blocking}
    if blocking is None:
        return Answer(data, clean(text))
    text += (
        f" It stops nothing that is under way: {blocking}. To ask for it back:"
        f" books cancel {found.key}"
    )
    return Answer(data, clean(text), ExitCode.WAITS)


def release(options: Options, item: str) -> Answer:
    """Release what a person, a check or the bank holds: the reason shown, no other."""
    with opened(options) as workplace:
        found = references.item(workplace, item, "books payables")
        all_standings = ordered.current(workplace)
        standings = payables.by_item(all_standings).get(found.key, ())
        blocking = payables.in_flight(found, standings)
        if blocking is not None:
            raise Refused(
                f"{found.key}: {blocking}; what is at the bank cannot be released"
            )
        lifted = _lifted(workplace, found)
        safeguards = planning.safeguards_of(workplace, all_standings)
        if safeguards.has_said(found, workplace.user, lifted):
            raise Refused(f"{found.key}: {_reason(workplace, found)}")
        _decide(workplace, [(found.key, lifted)])
        left = _reason(workplace.reloaded(), found)
    data = {"items": [found.key], "still_held": left}
    if left is not None:
        text = f"Released: {found.key}. It is still held: {left}"
        return Answer(data, text, ExitCode.WAITS)
    return Answer(data, f"Released: {found.key}. Next: books pay-due")


def _lifted(workplace: Workplace, item: OpenItem) -> Mapping[str, MetaValue]:
    """Return the line that lifts the reason an item is held for, and no other reason."""
    payable = _need_payable(workplace, item)
    if payable.state is PayableState.OPEN:
        raise Refused(f"{item.key}: is not held; there is nothing to release")
    if payable.lifted is None:
        raise Refused(f"{item.key}: {payable.told}; there is nothing to release")
    return payable.lifted


def _need_payable(workplace: Workplace, item: OpenItem) -> Payable:
    """Return an item as a payable, or refuse: what no run would pay needs no hold."""
    payable = _payable(workplace, item)
    if payable is None:
        raise Refused(f"{item.key}: is no open payable (books payables)")
    return payable


def _reason(workplace: Workplace, item: OpenItem) -> str | None:
    payable = _payable(workplace, item)
    return payable.reason if payable else None


def _payable(workplace: Workplace, item: OpenItem) -> Payable | None:
    wanted = (item.key, item.account)
    found = open_items.of(workplace, refund=item.key)
    return next((e for e in found if (e.item.key, e.item.account) == wanted), None)


def _decide(
    workplace: Workplace, decisions: Sequence[tuple[str, Mapping[str, MetaValue]]]
) -> None:
    today = workplace.clock.today
    decided = [
        Custom(
            date=today, type="open-item", values=(key,), meta={**meta, "by": workplace.user}
        )
        for key, meta in decisions
    ]
    lines.write(workplace, decided)
