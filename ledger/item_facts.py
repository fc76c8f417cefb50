"""What becomes known of an open item after it was posted: `custom "open-item"` lines.

Nothing posted is edited. A later fact is a dated line, and the last one counts for each
term. A hold lasts until a line with `release:` (or `hold: FALSE`); `release:` names the
failed payment that a person has looked at, so that the next failure holds again.
`posted: TRUE` attests a draft.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from ledger.accounts import text
from ledger.directives import Custom
from ledger.open_items import Hold

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
    released: str | None = None
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
    if isinstance(release, str):
        hold, released = None, release
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
        posted=known.posted or line.meta.get("posted") is True,
        lines=(*known.lines, line),
    )
