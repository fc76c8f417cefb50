"""What people decided, kept in the archive: `bank/archive/decisions.jsonl`.

What a bank file or an order tells is posted again from the archived file, if books and
store are lost together. What a person decided (a bill on hold, money that was matched, an
account confirmed) no file tells. So the text of such a batch is kept here as it goes into
the books, a line of JSON for each, only ever added to:

    {"batch": "5b1c04a29f7e11d3", "note": "B2026-178", "after": 17,
     "parts": [{"path": "bank/2026/11.beancount", "sha256": "…", "text": "…"}]}
    {"batch": "5b1c04a29f7e11d3", "ended": "why it could not be written again"}

`after` is the number of the last run before it (`cli.commands.runs`): what was matched
must have been posted. Written between the decision in the store (T1) and the books, by
`ledger.journal` alone, so what stands here was decided.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from ledger.archive import ArchiveDamaged, append_event, events_in
from ledger.files import make_durable, make_durable_folder
from ledger.machine_files import Batch, Part

RUNS = "runs"
"""The note of the store that holds the number of the last run."""

_TOLD_ELSEWHERE = re.compile(
    rb"^  +(?:bank-ref|movement): "
    rb"|^[0-9]{4}-[0-9]{2}-[0-9]{2} (?:balance "
    rb'|custom "(?:remittance|payment|payment-cancel|remittance-dropped|remittance-again'
    rb'|statement-reissued|statement-continued)")',
    re.MULTILINE,
)


_RECORD = re.compile(rb'^  document: "[^"\n]*/([0-9a-f]{64})\.json"$', re.MULTILINE)


def record_names(batch: Batch) -> tuple[str, ...]:
    """Return the sha256 of the records of decisions that vouchers of a batch name."""
    found = (name for part in batch.parts for name in _RECORD.findall(part.payload))
    return tuple(dict.fromkeys(name.decode() for name in found))


def record_note(digest: str) -> str:
    """Return the name of the store's note that holds a decision's record once more."""
    return f"record {digest[:32]}"


def decision_event(by: str, at: str) -> dict[str, object]:
    """Return the event of a decision's record in its sidecar."""
    return {"event": "decision", "by": by, "at": at}


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A batch that no file of the archive tells."""

    batch: Batch
    after: int
    """The last run that was committed before it; 0: none."""


def is_decision(batch: Batch) -> bool:
    """Whether nothing else in the archive tells what a batch says.

    Bank files tell of what carries a bank key and of closing balances; manifests and their
    sidecars of what was ordered, recalled, dropped and sent again.
    """
    return bool(batch.parts) and all(
        part.path.startswith("vouchers/") or not _TOLD_ELSEWHERE.search(part.payload)
        for part in batch.parts
    )


class DecisionLog:
    """The decisions of one books folder. Written under the books' lock only."""

    PATH = "bank/archive/decisions.jsonl"

    def __init__(self, folder: Path) -> None:
        self._books = folder
        self._path = folder / self.PATH

    @property
    def size(self) -> int:
        """How long the file is: a `stat` tells whether anything came or went."""
        return self._path.stat().st_size if self._path.exists() else 0

    def keep(self, batch: Batch, after: int) -> None:
        """Keep a decision; one that stands there already is kept once."""
        if self._has(batch.id):
            # The run that wrote it may have died before it synced.
            make_durable(self._books, self._path)
            return
        parts = [
            {
                "path": part.path,
                "sha256": sha256(part.payload).hexdigest(),
                "text": part.payload.decode(),
            }
            for part in batch.parts
        ]
        # Where a store is made anew, the text is all that is known of a batch.
        note = batch.note or batch.parts[0].payload.partition(b"\n")[0].decode()
        self._append({"batch": batch.id, "note": note, "after": after, "parts": parts})

    def end(self, batch: str, reason: str) -> None:
        """Say that a decision is not to be looked for any more, and why."""
        self._append({"batch": batch, "ended": reason})

    def standing(self) -> tuple[Decision, ...]:
        """Return every decision that the books must have, oldest first."""
        found: dict[str, Decision] = {}
        for event in events_in(self._path):
            if "ended" in event:
                found.pop(str(event["batch"]), None)
            else:
                found[str(event["batch"])] = self._decision(event)
        return tuple(found.values())

    def ids(self) -> frozenset[str]:
        """Return the ids of all batches that were ever kept."""
        return frozenset(str(event["batch"]) for event in events_in(self._path))

    def ended(self) -> dict[str, str]:
        """Return why decisions were not written again, by what they are."""
        notes: dict[str, str] = {}
        found: dict[str, str] = {}
        for event in events_in(self._path):
            if "ended" in event:
                found[notes[str(event["batch"])]] = str(event["ended"])
            else:
                notes[str(event["batch"])] = str(event["note"] or event["batch"])
        return found

    def _has(self, batch: str) -> bool:
        if not self._path.exists():
            return False
        return f'{{"batch": "{batch}", "note"'.encode() in self._path.read_bytes()

    def _append(self, event: Mapping[str, object]) -> None:
        make_durable_folder(self._books, self._path.parent)
        append_event(self._path, event)

    def _decision(self, event: Mapping[str, Any]) -> Decision:
        parts = []
        for each in event["parts"]:
            payload = str(each["text"]).encode()
            if sha256(payload).hexdigest() != each["sha256"]:
                raise ArchiveDamaged(
                    self._path, f"the text of batch {event['batch']} is not what it was"
                )
            parts.append(Part(str(each["path"]), payload))
        batch = Batch(str(event["batch"]), tuple(parts), str(event["note"]))
        return Decision(batch=batch, after=int(event["after"]))
