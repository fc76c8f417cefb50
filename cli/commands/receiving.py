"""Take in what the bank has: archive first, read then, remember what it is.

Nothing is posted here. A file is archived under its sha256 before the channel is told
that we have it; the same bytes under another name are the same file. What cannot be
read, or contradicts itself, is put in quarantine with its reason, and the rest goes on.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from bankio import formats
from bankio.channels import Channel, ChannelError
from bankio.channels import Refused as ChannelRefused
from bankio.errors import Unreadable
from bankio.iso20022.values import (
    AccountMessage,
    CancellationAnswer,
    Message,
    PaymentStatusReport,
)
from cli import arguments
from cli.commands import channels, setting_aside
from cli.wiring import Workplace
from ledger.messages import FileRecord
from ledger.set_aside import SetAside
from ledger.store import StoreTransaction
from reconcile import status_lines


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A file that this run was given, or that an earlier one did not finish."""

    name: str
    sha256: str
    message: Message | None
    """None where it could not be read, or need not be read again."""
    outcome: str
    """`new`, `nothing-new`, `status`, `informational`, `quarantined`."""
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """A channel that did not give what it has; the others did."""

    channel: str
    reason: str
    may_pass: bool
    """Unreachable now. False: refused (a wrong host key), and will be again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """What a run took in, and what it could not."""

    taken: tuple[Received, ...]
    troubles: tuple[Trouble, ...] = ()
    ignored: tuple[str, ...] = ()
    """What lay in a channel's inbox and was left alone, with the reason."""


def receive(workplace: Workplace, files: Iterable[Path] = ()) -> Intake:
    """Take in `files`, then everything that the channels hold."""
    named = tuple(files)
    for file in named:
        arguments.require_readable(file)  # before any of them is taken in
    taken = [
        _take(workplace, file.name, arguments.content(file), "command line")
        for file in workplace.progress.counted("Reading files", named)
    ]
    troubles, ignored = [], []
    for name, channel in channels.every(workplace):
        stays: Trouble | None = None
        try:
            with workplace.progress.doing(f"Fetching from {name}") as told:
                for each in channel.receive():
                    told(f"Fetching from {name}: {each.name}")
                    taken.append(_take(workplace, each.name, each.data, name))
                    stays = stays or _done(name, channel, each.name)
        except ChannelError as error:
            troubles.append(_trouble(name, error))
        else:
            troubles += [stays] if stays else []
        ignored += [f"{name}: {each.name} {each.reason}" for each in channel.ignored]
    return Intake(taken=tuple(taken), troubles=tuple(troubles), ignored=tuple(ignored))


def _done(name: str, channel: Channel, file_name: str) -> Trouble | None:
    """Let the channel put a file away that we have; one that stays is known next time."""
    try:
        channel.done(file_name)
    except ChannelError as error:
        return _trouble(name, error)
    return None


def peek(workplace: Workplace, files: Iterable[Path] = ()) -> Intake:
    """Read `files` and what the channels hold, keeping and moving nothing."""
    found = [(file.name, arguments.content(file)) for file in files]
    troubles, ignored = [], []
    for name, channel in channels.every(workplace):
        try:
            found += [(each.name, each.data) for each in channel.receive()]
        except ChannelError as error:
            troubles.append(_trouble(name, error))
        ignored += [f"{name}: {each.name} {each.reason}" for each in channel.ignored]
    return Intake(
        taken=tuple(_peeked(workplace, name, data) for name, data in found),
        troubles=tuple(troubles),
        ignored=tuple(ignored),
    )


def _trouble(channel: str, error: ChannelError) -> Trouble:
    return Trouble(
        channel=channel,
        reason=channels.explained(channel, error),
        may_pass=not isinstance(error, ChannelRefused),
    )


def _peeked(workplace: Workplace, name: str, data: bytes) -> Received:
    digest = sha256(data).hexdigest()
    with workplace.store.reading() as transaction:
        known = transaction.file(digest)
    if known is not None and known.is_done:
        return _known_already(name, known)
    if decision := setting_aside.of(workplace, digest):
        return _set_aside(name, digest, decision)
    try:
        message = formats.read(data, name)
    except Unreadable as error:
        problems: tuple[str, ...] = (str(error),)
    else:
        problems = problems_of(message)
    if problems:
        return Received(
            name=name,
            sha256=digest,
            message=None,
            outcome="quarantined",
            reason="; ".join(problems),
        )
    is_status = message.format in {"pain.002", "camt.029"}
    outcome = "status" if is_status else "informational"
    if isinstance(message, AccountMessage):
        outcome = "new"
    return Received(name=name, sha256=digest, message=message, outcome=outcome)


def _known_already(name: str, known: FileRecord) -> Received:
    return Received(
        name=name,
        sha256=known.sha256,
        message=None,
        outcome="nothing-new",
        reason=f"the same bytes came as {known.name} ({known.received_at[:10]})",
    )


def _set_aside(name: str, digest: str, decision: SetAside) -> Received:
    return Received(
        name=name,
        sha256=digest,
        message=None,
        outcome="nothing-new",
        reason=f"set aside: {decision}",
    )


def unfinished(workplace: Workplace, taken: Iterable[Received]) -> list[Received]:
    """Return archived files that are not finished and that this run was not given.

    What a person has set aside is not read again.
    """
    seen = {each.sha256 for each in taken}
    waiting = [
        record
        for record in setting_aside.unfinished(workplace)
        if record.sha256 not in seen
    ]
    counted = workplace.progress.counted("Reading again what waits", waiting)
    return [_read(workplace, record) for record in counted]


def _take(workplace: Workplace, name: str, data: bytes, channel: str) -> Received:
    digest = sha256(data).hexdigest()
    suffix = "xml" if data.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] == b"<" else "txt"
    at = workplace.clock.recorded_at()
    with workplace.store.transaction() as transaction:
        known = transaction.file(digest)
    if known is not None and known.is_done:
        if not workplace.archive.has(digest):
            _archive_again(workplace, known, data, suffix)
        return _known_already(name, known)
    workplace.archive.add(
        data, suffix, {"event": "received", "name": name, "channel": channel, "at": at}
    )
    record = known or FileRecord(
        sha256=digest, direction="in", name=name, channel=channel, received_at=at
    )
    if known is None:
        with workplace.store.transaction() as transaction:
            transaction.add_file(record)
    if decision := setting_aside.of(workplace, digest):
        return _set_aside(name, digest, decision)
    return _read(workplace, replace(record, name=name), data)


def _archive_again(
    workplace: Workplace, known: FileRecord, data: bytes, suffix: str
) -> None:
    """Keep a file that the archive has lost as it came first; the store has read it."""
    event = {
        "event": "received",
        "name": known.name,
        "channel": known.channel,
        "at": known.received_at,
    }
    workplace.archive.add(data, suffix, event)


def _read(workplace: Workplace, record: FileRecord, data: bytes | None = None) -> Received:
    data = workplace.archive.read(record.sha256) if data is None else data
    try:
        message = formats.read(data, record.name)
    except Unreadable as error:
        return _quarantined(workplace, record, data, str(error))
    problems = problems_of(message)
    if problems:
        return _quarantined(workplace, record, data, "; ".join(problems))
    outcome, reason = _sorted(workplace, record, message)
    return Received(
        name=record.name,
        sha256=record.sha256,
        message=message,
        outcome=outcome,
        reason=reason,
    )


def problems_of(message: Message) -> tuple[str, ...]:
    """Return every contradiction of a message and of its reports."""
    found = [str(problem) for problem in message.problems]
    if isinstance(message, AccountMessage):
        found += [str(problem) for report in message.reports for problem in report.problems]
    return tuple(found)


def _quarantined(
    workplace: Workplace, record: FileRecord, data: bytes, reason: str
) -> Received:
    workplace.archive.quarantine(data, record.name, reason)
    with workplace.store.transaction() as transaction:
        # Not done: a newer version of the readers may make sense of it.
        transaction.update_file(record.sha256, outcome="quarantined", reason=reason)
    return Received(
        name=record.name,
        sha256=record.sha256,
        message=None,
        outcome="quarantined",
        reason=reason,
    )


def _sorted(
    workplace: Workplace, record: FileRecord, message: Message
) -> tuple[str, str | None]:
    """Store what needs no posting; return the file's outcome so far."""
    described = {
        "format": message.format,
        "message_identification": getattr(message, "message_identification", None),
    }
    with workplace.store.transaction() as transaction:
        if isinstance(message, PaymentStatusReport | CancellationAnswer):
            outcome = _status(transaction, record, message)
        elif isinstance(message, AccountMessage):
            transaction.update_file(record.sha256, **described)
            return "new", None
        else:
            outcome = ("informational", f"{message.format} is not a file from the bank")
        transaction.update_file(
            record.sha256, **described, outcome=outcome[0], reason=outcome[1], is_done=True
        )
    return outcome


def _status(
    transaction: StoreTransaction,
    record: FileRecord,
    message: PaymentStatusReport | CancellationAnswer,
) -> tuple[str, str | None]:
    lines = status_lines.lines_of(message, record.sha256)
    transaction.add_statuses(lines)
    return "status", status_lines.summary(lines)
