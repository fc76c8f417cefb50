"""What becomes known of an open item after it was posted: `custom "open-item"` lines.

Nothing posted is edited. A later fact is a dated line, and the last one counts for each
term. A hold lasts until `hold: FALSE` or a line with `release:`. `release:` names the one
thing that a person has looked at: the failed payment (so that the next failure holds
again), the likely twin, or "" for a KID that fails its check digits. A release with
`creditor-account` or `up-to` confirms that account or amount and nothing else
(`ledger.safeguards`). `posted: TRUE` attests a draft.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from bankio.amount import Amount
from ledger.accounts import text
from ledger.directives import Custom
from ledger.open_items import Hold, Release
from ledger.parties import compact_account

TYPE = "open-item"


@dataclass(frozen=True, slots=True, kw_only=True)
class LaterFacts:
    """All that the lines of one key say, the last one first in rank."""

    due: date | None = None
    kid: str | None = None
    kids: tuple[str, ...] = ()
    """Every KID that a line gave it: a payer may still use an old one."""
    creditor_account: str | None = None
    hold: Hold | None = None
    released: tuple[str, ...] = ()
    releases: tuple[Release, ...] = ()
    posted: bool = False
    """Whether a person has attested the draft that created it."""
    lines: tuple[Custom, ...] = field(default=(), repr=False)


def later_facts(customs: Iterable[Custom]) -> Mapping[str, LaterFacts]:
    """Return the facts by key; `customs` come in the order in which they count."""
    facts: dict[str, LaterFacts] = defaultdict(LaterFacts)
    for custom in customs:
        if custom.type == TYPE and custom.values and isinstance(custom.values[0], str):
            facts[custom.values[0]] = _with(facts[custom.values[0]], custom)
    return facts


def _with(known: LaterFacts, line: Custom) -> LaterFacts:
    due = line.meta.get("due")
    kid = text(line.meta, "kid")
    hold, released = known.hold, known.released
    release = line.meta.get("release")
    named = _named(line) if isinstance(release, str) else None
    if isinstance(release, str) and named is None:
        hold, released = None, (*released, release)
    said = line.meta.get("hold")
    if said is False:
        hold = None
    elif said:
        reason = text(line.meta, "reason") or (said if isinstance(said, str) else "")
        hold = Hold(reason=reason, by=text(line.meta, "by"), since=line.date)
    return replace(
        known,
        due=due if isinstance(due, date) else known.due,
        kid=kid or known.kid,
        kids=(*known.kids, kid) if kid else known.kids,
        creditor_account=text(line.meta, "creditor-account") or known.creditor_account,
        hold=hold,
        released=released,
        releases=(*known.releases, named) if named else known.releases,
        posted=known.posted or line.meta.get("posted") is True,
        lines=(*known.lines, line),
    )


def _named(line: Custom) -> Release | None:
    """Return what a release confirms by name, or None where it names nothing."""
    account, up_to = text(line.meta, "creditor-account"), line.meta.get("up-to")
    if account is None and up_to is None:
        return None
    return Release(
        on=line.date,
        by=text(line.meta, "by"),
        creditor_account=compact_account(account) if account else None,
        up_to=up_to if isinstance(up_to, Amount) else None,
    )
