"""Second thoughts about what was ordered: recalls, and messages that were never sent.

A recall (camt.055) asks the bank to take payments back before it executes them:

```beancount
2026-11-03 custom "payment-cancel" "E-7KQ2…"
  message-id: "C-4TQ0…"              ; of the recall
  original-message-id: "M-7KQ2…"
  sha256: "9f…"
  file: "C055.C-4TQ0….xml"
  channel: "netbank"
  created: "2026-11-03T09:00:00"
  by: "kari"
```

A message that never reached the bank is dropped by a person's word, whole, for nobody
can say that half of a file was never sent. Until the bank has forgotten its MsgId the
bills may go only in the same message again; what looked lost may have arrived:

```beancount
2026-11-03 custom "remittance-dropped" "M-7KQ2…"
  until: 2027-02-01
  reason: "the file was never uploaded"
  by: "kari"
2026-11-04 custom "remittance-again" "M-7KQ2…"
  by: "kari"
```

A payment that the old system ordered has no message here. That it will never come is a
person's word about it alone, and its bill is open again at once:

```beancount
2026-11-10 custom "payment-dropped" "E-4711"
  reason: "rejected in the old system on 2 September, see letter"
  by: "kari"
```

The rest stands in the sidecars of the archived files (events `recall`, `dropped`,
`again`). Either may be older than the other: a recall that one of them knows was asked
for; a message is dropped while it was dropped more often than it went again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from ledger.accounts import text
from ledger.directives import Custom, MetaValue
from ledger.manifest import ManifestUnreadable

CANCEL = "payment-cancel"
DROPPED = "remittance-dropped"
AGAIN = "remittance-again"
PAYMENT_DROPPED = "payment-dropped"
DROP_TYPES = (DROPPED, AGAIN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recall:
    """One camt.055 that we wrote: payments of one message that should not be executed."""

    message_id: str
    """Assgnmt/Id."""
    original_message_id: str
    sha256: str
    file_name: str
    channel: str
    created: str
    """ISO date-time of the request (CreDtTm)."""
    end_to_end_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drop:
    """A person's word that a message never reached the bank."""

    message_id: str
    until: dt.date
    """Until then its bills may go only in the same message again."""
    reason: str
    by: str


@dataclass(frozen=True, slots=True)
class Dropping:
    """How often a message was dropped and sent again, as one source knows it."""

    drops: tuple[Drop, ...] = ()
    agains: int = 0


NOTHING_DROPPED = Dropping()


def recall_lines(recall: Recall, day: dt.date, by: str) -> tuple[Custom, ...]:
    """Return the lines that say in the books what was recalled, one a payment."""
    meta: dict[str, MetaValue] = {
        "message-id": recall.message_id,
        "original-message-id": recall.original_message_id,
        "sha256": recall.sha256,
        "file": recall.file_name,
        "channel": recall.channel,
        "created": recall.created,
        "by": by,
    }
    return tuple(
        Custom(date=day, type=CANCEL, values=(end_to_end_id,), meta=meta)
        for end_to_end_id in recall.end_to_end_ids
    )


def drop_line(drop: Drop, day: dt.date) -> Custom:
    """Return the line that says in the books that a message was never sent."""
    return Custom(
        date=day,
        type=DROPPED,
        values=(drop.message_id,),
        meta={"until": drop.until, "reason": drop.reason, "by": drop.by},
    )


def payment_drop_line(end_to_end_id: str, day: dt.date, *, reason: str, by: str) -> Custom:
    """Return the line that says that a payment of the old system will never come."""
    meta: dict[str, MetaValue] = {"reason": reason, "by": by}
    return Custom(date=day, type=PAYMENT_DROPPED, values=(end_to_end_id,), meta=meta)


def dropped_payments(customs: Iterable[Custom]) -> Mapping[str, str]:
    """Return why payments of the old system will never come, and who says so, by name."""
    return {
        str(custom.values[0]): f"{text(custom.meta, 'reason')} ({text(custom.meta, 'by')})"
        for custom in customs
        if custom.type == PAYMENT_DROPPED and custom.values
    }


def again_line(message_id: str, day: dt.date, by: str) -> Custom:
    """Return the line that says in the books that a dropped message goes again."""
    return Custom(date=day, type=AGAIN, values=(message_id,), meta={"by": by})


def written(customs: Iterable[Custom]) -> tuple[Recall, ...]:
    """Return the recalls that the books tell."""
    heads: dict[str, Custom] = {}
    payments: dict[str, list[str]] = {}
    for custom in customs:
        identification = text(custom.meta, "message-id")
        if custom.type == CANCEL and custom.values and identification:
            heads[identification] = custom
            payments.setdefault(identification, []).append(str(custom.values[0]))
    return tuple(
        Recall(
            message_id=identification,
            original_message_id=text(head.meta, "original-message-id") or "",
            sha256=text(head.meta, "sha256") or "",
            file_name=text(head.meta, "file") or "",
            channel=text(head.meta, "channel") or "",
            created=text(head.meta, "created") or "",
            end_to_end_ids=tuple(dict.fromkeys(payments[identification])),
        )
        for identification, head in heads.items()
    )


def written_drops(customs: Iterable[Custom]) -> Mapping[str, Dropping]:
    """Return what the books tell of dropped messages, by MsgId."""
    found: dict[str, Dropping] = {}
    for custom in customs:
        if custom.type not in {DROPPED, AGAIN} or not custom.values:
            continue
        message_id = str(custom.values[0])
        known = found.get(message_id, NOTHING_DROPPED)
        if custom.type == AGAIN:
            found[message_id] = Dropping(known.drops, known.agains + 1)
            continue
        until = custom.meta.get("until")
        drop = Drop(
            message_id=message_id,
            until=until if isinstance(until, dt.date) else dt.date.max,
            reason=text(custom.meta, "reason") or "",
            by=text(custom.meta, "by") or "",
        )
        found[message_id] = Dropping((*known.drops, drop), known.agains)
    return found


def recall_event(recall: Recall) -> dict[str, Any]:
    """Return the sidecar event of a recall's file."""
    told = {each.name: getattr(recall, each.name) for each in fields(Recall)}
    return {"event": "recall", **told, "end_to_end_ids": list(recall.end_to_end_ids)}


def drop_event(drop: Drop, day: dt.date, at: str) -> dict[str, Any]:
    """Return the sidecar event of a dropped message; the day is that of its line."""
    return {
        "event": "dropped",
        "until": drop.until.isoformat(),
        "reason": drop.reason,
        "by": drop.by,
        "day": day.isoformat(),
        "at": at,
    }


def again_event(by: str, day: dt.date, at: str) -> dict[str, Any]:
    """Return the sidecar event of a dropped message that goes again."""
    return {"event": "again", "by": by, "day": day.isoformat(), "at": at}


def recall_of(event: Mapping[str, Any]) -> Recall:
    """Return the recall that a sidecar event tells.

    Raises:
        ManifestUnreadable: A field is missing or something else.
    """
    told: dict[str, str] = {}
    for each in fields(Recall):
        value = event.get(each.name)
        if each.name == "end_to_end_ids":
            continue
        if not isinstance(value, str):
            raise ManifestUnreadable(f"recall: {each.name} is {value!r}")
        told[each.name] = value
    named = event.get("end_to_end_ids")
    if not isinstance(named, list) or not all(isinstance(each, str) for each in named):
        raise ManifestUnreadable(f"recall: end_to_end_ids is {named!r}")
    return Recall(**told, end_to_end_ids=tuple(named))


def archived_drops(message_id: str, events: Iterable[Mapping[str, Any]]) -> Dropping:
    """Return what a message's sidecar tells of its being dropped."""
    drops, agains = [], 0
    for event in events:
        if event.get("event") == "again":
            agains += 1
        elif event.get("event") == "dropped":
            drops.append(_drop_of(message_id, event))
    return Dropping(tuple(drops), agains)


def _drop_of(message_id: str, event: Mapping[str, Any]) -> Drop:
    return Drop(
        message_id=message_id,
        until=dt.date.fromisoformat(str(event["until"])),
        reason=str(event["reason"]),
        by=str(event["by"]),
    )


def lines_missing(
    message_id: str, events: Iterable[Mapping[str, Any]], written: Dropping
) -> tuple[Custom, ...]:
    """Return the lines that a message's sidecar tells and older books lack, in order.

    Args:
        message_id: Of the message.
        events: Of its sidecar.
        written: What the books tell: lines are lost from the last one backwards.
    """
    told = {"dropped": len(written.drops), "again": written.agains}
    found = []
    for event in events:
        kind = str(event.get("event"))
        if kind not in told:
            continue
        told[kind] -= 1
        if told[kind] >= 0:
            continue
        # Events of before the day was kept have the moment alone.
        day = dt.date.fromisoformat(str(event.get("day") or event["at"])[:10])
        if kind == "dropped":
            found.append(drop_line(_drop_of(message_id, event), day))
        else:
            found.append(again_line(message_id, day, str(event["by"])))
    return tuple(found)


def united(*sources: Iterable[Recall]) -> tuple[Recall, ...]:
    """Return every recall that any source knows, each once, in order of its id."""
    found: dict[str, Recall] = {}
    for recall in (each for source in sources for each in source):
        found.setdefault(recall.message_id, recall)
    return tuple(found[message_id] for message_id in sorted(found))


def dropped_now(*sources: Dropping) -> Drop | None:
    """Return the drop that holds now, or None: sent again as often as dropped."""
    drops = max((source.drops for source in sources), key=len, default=())
    agains = max((source.agains for source in sources), default=0)
    return drops[-1] if len(drops) > agains else None
