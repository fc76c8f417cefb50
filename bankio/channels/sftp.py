"""The SFTP channel: put and get with a bank, step by step, so that nothing is in doubt.

Put: look for the name; write `.<name>.part`; compare size and bytes; rename, with the
rename of SFTP version 3, which refuses an existing target. The other rename (the
`posix-rename` extension, and the `sftp` program's) overwrites and is never used.

The trap is the lost answer to the rename: the bank may have the file. Then we connect
again and look. The name with our bytes, in its inbox or archive, is a delivery; our part
still lying there proves that nothing was delivered, and the rename is tried again; neither
proves nothing, for a bank moves files away, and the outcome stays unknown. It is resolved
by the same bytes under the same name, never by new ones.

Get: regular files whose whole name is harmless and agreed, of bounded size, that do not
grow; the name never becomes a path here. Nothing is done to the bank's file before the
caller has archived its bytes.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar

import asyncssh

from bankio.channels import (
    UNFINISHED_SUFFIXES,
    IgnoredFile,
    OutcomeUnknown,
    Receipt,
    ReceivedFile,
    Refused,
    Unreachable,
    require_sendable_name,
)
from bankio.channels.sftp_settings import SftpSettings, remote
from bankio.channels.ssh_connection import connected, told

_T = TypeVar("_T")

_NAME = re.compile(r"[A-Za-z0-9._-]{1,120}")
_BLOCK = 256 * 1024
_SETTLE_SECONDS = 1.0
"""Between the two looks that must see the same size and time."""
_BACK_OFF_SECONDS_MAX = 60.0

_TRANSPORT_LOST = (
    asyncssh.DisconnectError,
    asyncssh.SFTPConnectionLost,
    asyncssh.SFTPNoConnection,
    ConnectionError,
    TimeoutError,
)
_ABSENT = (asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath)


class _Again(Exception):
    """The connection was lost before anything was delivered; the same may be done again."""


class _NotTaken(Exception):
    """The bank's server answered that it does not take the file: nothing was delivered."""


class _ReplyLost(Exception):
    """The rename was asked for, and no answer came."""


@dataclass(frozen=True, slots=True)
class _Look:
    """What tells one remote file, in one state, from another."""

    is_regular: bool
    size: int
    modified: int

    @classmethod
    def of(cls, attributes: asyncssh.SFTPAttrs) -> _Look:
        return cls(
            attributes.type == asyncssh.FILEXFER_TYPE_REGULAR,
            attributes.size or 0,
            attributes.mtime or 0,
        )


class SftpChannel:
    """A bank's SFTP server.

    Args:
        settings: what is agreed with the bank.
        pause: waits between attempts, and between two looks at the outbox.
    """

    def __init__(
        self, settings: SftpSettings, *, pause: Callable[[float], None] = time.sleep
    ) -> None:
        self._settings = settings
        self._pause = pause
        self._accept = tuple(re.compile(pattern) for pattern in settings.accept)
        self._ignored: list[IgnoredFile] = []
        self._read: dict[str, tuple[_Look, str]] = {}

    @property
    def ignored(self) -> tuple[IgnoredFile, ...]:
        """What the last `receive` left alone, with reasons."""
        return tuple(self._ignored)

    def probe(self) -> None:
        """Connect and list both folders, or say what is wrong. Changes nothing."""

        async def look() -> None:
            async with connected(self._settings) as client:
                for folder in (self._settings.inbox, self._settings.outbox):
                    try:
                        await self._timed(client.listdir(folder))
                    except asyncssh.SFTPError as error:
                        raise Refused(
                            f"{self._settings.place(folder, '')}: {told(error)}"
                        ) from error

        asyncio.run(look())

    # --- put --------------------------------------------------------------------------

    def send(self, name: str, data: bytes, sha256: str) -> Receipt:
        """Put `data` into the bank's inbox under `name`, never replacing anything.

        Raises:
            Refused: not the approved bytes, other bytes under the name, or a wrong server.
            Unreachable: nothing was delivered, after the agreed number of attempts.
            OutcomeUnknown: the rename was asked for, and what came of it cannot be seen.
        """
        require_sendable_name(name)
        if hashlib.sha256(data).hexdigest() != sha256:
            raise Refused(f"{name}: its bytes changed after they were approved; not sent")
        put = _Put(self._settings, name, data, sha256, self._timed)
        failure = ""
        for attempt in range(self._settings.attempts):
            if attempt:
                self._pause(min(2.0**attempt, _BACK_OFF_SECONDS_MAX))
            try:
                return asyncio.run(put.attempt())
            except (_Again, _ReplyLost, Unreachable) as error:
                failure = str(error)
            except _NotTaken as error:
                failure = str(error)
                break
            except Refused as error:
                if not put.is_offered:
                    raise
                failure = str(error)
                break
        if put.is_offered:
            raise OutcomeUnknown(f"{put.place}: {failure}; it may have arrived")
        raise Unreachable(f"{put.place}: {failure}")

    # --- get --------------------------------------------------------------------------

    def receive(self) -> Iterator[ReceivedFile]:
        """Give every complete file of the bank's outbox that is agreed, in order of name.

        Raises:
            Unreachable: there is no connection, or it was lost; what was given stands.
        """
        self._ignored = []
        with asyncio.Runner() as runner:
            session = connected(self._settings)
            client = runner.run(_entered(session))
            try:
                looks = self._guarded(runner, self._looks(client))
                for name, look in looks.items():
                    data = self._guarded(runner, self._content(client, name, look))
                    if data is not None:
                        digest = hashlib.sha256(data).hexdigest()
                        self._read[name] = look, digest
                        yield ReceivedFile(name=name, data=data, sha256=digest)
            finally:
                with suppress(Exception):  # closing a dead connection says nothing new
                    runner.run(_left(session))

    def done(self, name: str) -> None:
        """Do with an archived file what is agreed: leave it, move it, or delete it."""
        known = self._read.pop(name, None)
        if known is None:
            raise Refused(f"{name!r} was not received here; it stays")
        if self._settings.after_receive == "never":
            return
        with asyncio.Runner() as runner:
            self._guarded(runner, self._put_away(name, known[0]))

    async def _put_away(self, name: str, look: _Look) -> None:
        settings = self._settings
        async with connected(settings) as client:
            path = remote(settings.outbox, name)
            if await self._look(client, path) != look:
                return  # another file has the name now; it will be received
            if settings.after_receive == "delete":
                await self._timed(client.remove(path))
            elif settings.moved_to is not None:
                with suppress(asyncssh.SFTPFailure, asyncssh.SFTPFileAlreadyExists):
                    # An older file of that name stays, and so does this one.
                    await self._timed(client.rename(path, remote(settings.moved_to, name)))

    async def _looks(self, client: asyncssh.SFTPClient) -> dict[str, _Look]:
        """Return the files that may be fetched: they look the same twice."""
        # Asked in bytes: one name that is no UTF-8 must not hide the others.
        listed = await self._timed(client.listdir(self._settings.outbox.encode()))
        names = sorted(name.decode("utf-8", "surrogateescape") for name in listed)
        first = {
            name: look
            for name in names
            if (look := await self._judge(client, name)) is not None
        }
        if first:
            await asyncio.to_thread(self._pause, _SETTLE_SECONDS)
        settled = {}
        for name, look in first.items():
            if await self._look(client, remote(self._settings.outbox, name)) == look:
                settled[name] = look
            else:
                self._ignore(name, "is still being written")
        return settled

    async def _judge(self, client: asyncssh.SFTPClient, name: str) -> _Look | None:
        if name.startswith(".") or name.lower().endswith(UNFINISHED_SUFFIXES):
            return None
        if not _NAME.fullmatch(name):
            self._ignore(ascii(name), "has a name that is not A-Z, a-z, 0-9, . _ -")
            return None
        if not any(pattern.fullmatch(name) for pattern in self._accept):
            self._ignore(name, "has a name that was not agreed")
            return None
        look = await self._look(client, remote(self._settings.outbox, name))
        if look is None:
            return None
        if not look.is_regular:
            self._ignore(name, "is no regular file")
        elif look.size == 0:
            self._ignore(name, "is empty")
        elif look.size > self._settings.max_bytes:
            self._ignore(
                name, f"has {look.size} bytes, at most {self._settings.max_bytes} are read"
            )
        else:
            return look
        return None

    async def _content(
        self, client: asyncssh.SFTPClient, name: str, look: _Look
    ) -> bytes | None:
        path = remote(self._settings.outbox, name)
        try:
            data = await _read_whole(client, path, look.size, self._timed)
        except asyncssh.SFTPError as error:
            if isinstance(error, _TRANSPORT_LOST):
                raise
            self._ignore(name, f"cannot be read: {told(error)}")
            return None
        if len(data) != look.size or await self._look(client, path) != look:
            self._ignore(name, "changed while it was read")
            return None
        return data

    async def _look(self, client: asyncssh.SFTPClient, path: str) -> _Look | None:
        try:
            return _Look.of(await self._timed(client.lstat(path)))
        except _ABSENT:
            return None

    def _ignore(self, name: str, reason: str) -> None:
        self._ignored.append(IgnoredFile(name=name, reason=reason))

    def _guarded(self, runner: asyncio.Runner, work: Coroutine[Any, Any, _T]) -> _T:
        try:
            return runner.run(work)
        except (asyncssh.Error, OSError) as error:
            where = self._settings.place(self._settings.outbox, "")
            raise Unreachable(f"{where}: {told(error)}") from error

    async def _timed(self, work: Awaitable[_T]) -> _T:
        return await asyncio.wait_for(work, self._settings.timeout_seconds)


Timed = Callable[[Awaitable[Any]], Awaitable[Any]]


class _Put:
    """One file on its way, over as many attempts as it takes."""

    def __init__(
        self, settings: SftpSettings, name: str, data: bytes, sha256: str, timed: Timed
    ) -> None:
        self._settings = settings
        self._name = name
        self._data = data
        self._sha256 = sha256
        self._timed = timed
        self._target = remote(settings.inbox, name)
        self._part = remote(settings.inbox, f".{name}.part")
        self.place = settings.place(settings.inbox, name)
        self.is_offered = False
        """A rename was asked for whose answer we do not know."""

    async def attempt(self) -> Receipt:
        """Deliver, or find delivered, over one connection.

        Raises:
            _Again, _ReplyLost, Unreachable: this attempt failed, another may follow.
            _NotTaken, Refused, OutcomeUnknown: no other attempt would help.
        """
        async with connected(self._settings) as client:
            try:
                return await self._deliver(client)
            except _TRANSPORT_LOST as error:
                raise _Again(told(error)) from error
            except asyncssh.SFTPError as error:
                raise _NotTaken(told(error)) from error

    async def _deliver(self, client: asyncssh.SFTPClient) -> Receipt:
        if await self._is_there(client):
            return self._receipt(already_there=True)
        if not self.is_offered:
            await self._write_part(client)
        elif not await self._holds(client, self._part):
            raise OutcomeUnknown(
                f"{self.place}: the answer was lost, and neither the file nor our part "
                "of it lies there now; the bank may have taken it"
            )
        # Once a rename is on its way, the part is never written again: a late rename
        # could otherwise give the name to half a file.
        await self._rename(client)
        return self._receipt(already_there=False)

    async def _is_there(self, client: asyncssh.SFTPClient) -> bool:
        """Return whether the bank has these bytes under this name; refuse other bytes."""
        folders = [self._settings.inbox]
        if self._settings.archive is not None:
            folders.append(self._settings.archive)
        for folder in folders:
            path = remote(folder, self._name)
            try:
                await self._timed(client.lstat(path))
            except _ABSENT:
                continue
            if await self._holds(client, path):
                return True
            raise Refused(
                f"{self._settings.place(folder, self._name)}: something else has this name"
            )
        return False

    async def _holds(self, client: asyncssh.SFTPClient, path: str) -> bool:
        """Return whether `path` is a regular file with our bytes."""
        try:
            look = _Look.of(await self._timed(client.lstat(path)))
            if not look.is_regular or look.size != len(self._data):
                return False
            found = await _read_whole(client, path, len(self._data), self._timed)
        except _ABSENT:
            return False
        return hashlib.sha256(found).hexdigest() == self._sha256

    async def _write_part(self, client: asyncssh.SFTPClient) -> None:
        with suppress(*_ABSENT):
            await self._timed(client.remove(self._part))
        file = await self._timed(client.open(self._part, "xb"))
        try:
            for start in range(0, len(self._data), _BLOCK):
                await self._timed(file.write(self._data[start : start + _BLOCK], start))
            with suppress(asyncssh.SFTPOpUnsupported):
                await self._timed(file.fsync())
        finally:
            with suppress(*_TRANSPORT_LOST):
                await self._timed(file.close())
        if not await self._holds(client, self._part):
            raise Refused(f"{self.place}: the bank's copy differs from ours; not delivered")

    async def _rename(self, client: asyncssh.SFTPClient) -> None:
        was_offered, self.is_offered = self.is_offered, True
        try:
            await self._timed(client.rename(self._part, self._target))
        except _TRANSPORT_LOST as error:
            raise _ReplyLost(f"no answer to the rename ({told(error)})") from error
        except asyncssh.SFTPError:
            # This one was answered with no; only an earlier one can have succeeded, late.
            self.is_offered = was_offered
            if not await self._is_there(client):
                raise

    def _receipt(self, *, already_there: bool) -> Receipt:
        return Receipt(
            name=self._name,
            sha256=self._sha256,
            size=len(self._data),
            place=self.place,
            already_there=already_there,
        )


async def _read_whole(
    client: asyncssh.SFTPClient, path: str, size: int, timed: Timed
) -> bytes:
    """Return the bytes of `path`, at most one more than `size`."""
    parts: list[bytes] = []
    at = 0
    file = await timed(client.open(path, "rb"))
    try:
        while at <= size and (
            part := await timed(file.read(min(_BLOCK, size + 1 - at), at))
        ):
            parts.append(part)
            at += len(part)
    finally:
        with suppress(*_TRANSPORT_LOST):
            await timed(file.close())
    return b"".join(parts)


async def _entered(session: Any) -> asyncssh.SFTPClient:
    client: asyncssh.SFTPClient = await session.__aenter__()
    return client


async def _left(session: Any) -> None:
    await session.__aexit__(None, None, None)
