"""Ways to the bank and back: bytes out, bytes in, and a word on what is certain.

A channel moves bytes and knows neither books nor formats. Whoever calls has stored the
bytes and their sha256 before `send`, and archives what `receive` gives before `done`;
so a crash anywhere costs a repetition, never a payment and never a file.

    ChannelError
    ├── Refused          nothing was delivered, and trying again will not help
    │   └── HostKeyRefused   the server is not the one that was agreed
    ├── Unreachable      nothing was delivered; the same bytes may be tried again
    └── OutcomeUnknown   it may have been delivered: same bytes, same name, or a person
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,119}")
_DEVICE_NAME = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?", re.IGNORECASE)

UNFINISHED_SUFFIXES = (".part", ".tmp", ".filepart", ".crdownload", ".download")
"""Names that programs give to files which they are still writing."""

MAX_BYTES = 256 * 1024 * 1024
"""A million OCR giro payments are 165 MB. Whoever reads the bytes has limits per type."""


class ChannelError(Exception):
    """A channel could not do what was asked."""


class Refused(ChannelError):
    """Nothing was delivered, and trying again will not help."""


class HostKeyRefused(Refused):
    """The server showed a key that is not pinned; nothing was sent to it."""

    def __init__(self, host: str, port: int, fingerprint: str | None) -> None:
        self.fingerprint = fingerprint
        shown = fingerprint or "no key that could be read"
        super().__init__(
            f"sftp://{host}:{port}: shows the host key {shown}, which is not pinned. "
            "Ask the bank on a known number before you pin it."
        )


class Unreachable(ChannelError):
    """Nothing was delivered; the same bytes may be tried again."""


class OutcomeUnknown(ChannelError):
    """The other side may or may not have the file.

    Absence proves nothing (a bank moves files away). Safe is only the same bytes under
    the same name again, within the time in which the bank remembers the MsgId.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """A file lies with the other side, whole."""

    name: str
    sha256: str
    size: int
    place: str
    """Where it was put: a path, or `sftp://host:port/folder/name`."""
    already_there: bool = False
    """The same bytes lay there before: an earlier delivery succeeded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedFile:
    """A file from the bank. Its name is for showing; it says nothing about its kind."""

    name: str
    data: bytes
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IgnoredFile:
    """Something in the inbox that was left alone, and why."""

    name: str
    reason: str


class Channel(Protocol):
    """What every way to the bank can do."""

    def send(self, name: str, data: bytes, sha256: str) -> Receipt:
        """Deliver `data` under `name` and replace nothing, or raise `ChannelError`."""

    def receive(self) -> Iterator[ReceivedFile]:
        """Give every file that is there and complete, in order of name."""

    @property
    def ignored(self) -> tuple[IgnoredFile, ...]:
        """What the last `receive` left alone, with reasons."""

    def done(self, name: str) -> None:
        """Take a file that was received, and is now archived, out of the inbox."""


def require_sendable_name(name: str) -> None:
    """Refuse a name that could mean a path, a device or an unfinished file elsewhere.

    >>> require_sendable_name("P001.974760673.M-7KQ2.xml")
    >>> require_sendable_name("../M-7KQ2.xml")
    Traceback (most recent call last):
        ...
    bankio.channels.Refused: '../M-7KQ2.xml' is no name for a file to the bank
    """
    if (
        not _NAME.fullmatch(name)
        or _DEVICE_NAME.fullmatch(name)
        or name.endswith(UNFINISHED_SUFFIXES)
    ):
        raise Refused(f"{name!r} is no name for a file to the bank")
