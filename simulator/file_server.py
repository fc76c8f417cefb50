"""The bank's SFTP server: three folders for each customer, keys only, loopback by default.

A delivery is taken in when a file gets its final name, before the reply is sent; the
outbox is filled when somebody looks into it. Both go through `delivery`, so commands and
web pages of other processes are seen at once. The SSH library is asyncssh; a rename onto
a name in use is refused, as SFTP version 3 says.
"""

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path

import asyncssh

from simulator import delivery, faults
from simulator import state as bank_state
from simulator.state import State

HOST_KEY = "host_ed25519"


def host_key(folder: Path) -> asyncssh.SSHKey:
    """Return the bank's host key; make one where there is none or a fault wants another."""
    path = folder / HOST_KEY
    state = bank_state.open_bank(folder)
    try:
        with state.transaction():
            rotate = faults.take(state, "host_key_rotated") is not None
    finally:
        state.connection.close()
    if rotate or not path.exists():
        fresh = asyncssh.generate_private_key("ssh-ed25519")
        unfinished = folder / f".{HOST_KEY}.new"
        unfinished.unlink(missing_ok=True)
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(fresh.export_private_key())
        unfinished.replace(path)
    return asyncssh.read_private_key(path)


class Door(asyncssh.SSHServer):
    """Lets in whoever holds a key that the customer ordered."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        """Close at once while the bank is under maintenance."""
        self._connection = conn
        if _take(self._folder, "maintenance") is not None:
            conn.abort()

    def begin_auth(self, username: str) -> bool:
        """Load the user's keys; without any, nothing opens."""
        state = bank_state.open_bank(self._folder)
        try:
            keys = delivery.keys_of(state, username)
        finally:
            state.connection.close()
        if keys:
            lines = asyncssh.import_authorized_keys("\n".join(keys))
            self._connection.set_authorized_keys(lines)
        return True

    def password_auth_supported(self) -> bool:
        """Refuse passwords."""
        return False


def _take(folder: Path, name: str) -> dict[str, str] | None:
    state = bank_state.open_bank(folder)
    try:
        with state.transaction():
            return faults.take(state, name)
    finally:
        state.connection.close()


class Files(asyncssh.SFTPServer):
    """The folders of one logged-in customer."""

    def __init__(self, channel: asyncssh.SSHServerChannel[bytes], folder: Path) -> None:
        self._folder = folder
        self._user = str(channel.get_extra_info("username"))
        self._connection = channel.get_connection()
        self._written: dict[int, bytes] = {}
        state = bank_state.open_bank(folder)
        try:
            place = delivery.home(state, self._user)
        finally:
            state.connection.close()
        super().__init__(channel, chroot=os.fsencode(place))

    async def _bank(self, work: str) -> int:
        return await asyncio.to_thread(self._at_the_bank, work)

    def _at_the_bank(self, work: str) -> int:
        state: State = bank_state.open_bank(self._folder)
        try:
            return getattr(delivery, work)(state, self._user)  # type: ignore[no-any-return]
        finally:
            state.connection.close()

    async def scandir(self, path: bytes) -> AsyncIterator[asyncssh.SFTPName]:
        """List a folder; the outbox is filled first."""
        await self._bank("put_out")
        async for name in super().scandir(path):
            yield name

    def open(self, path: bytes, pflags: int, attrs: asyncssh.SFTPAttrs) -> object:
        """Open a file; a full disk refuses to take one."""
        writes = bool(pflags & asyncssh.FXF_WRITE)
        if writes and _take(self._folder, "disk_full") is not None:
            raise asyncssh.SFTPFailure("No space left on device")
        opened = super().open(path, pflags, attrs)
        if writes:
            self._written[id(opened)] = path
        return opened

    async def read(self, file_obj: object, offset: int, size: int) -> bytes:
        """Read; a stalled line waits."""
        stalled = _take(self._folder, "stalled_transfer")
        if stalled is not None:
            await asyncio.sleep(int(stalled["seconds"]))
        data: bytes = super().read(file_obj, offset, size)  # type: ignore[assignment]
        return data

    async def close(self, file_obj: object) -> None:
        """Close a file; one that was written under its final name is a delivery."""
        super().close(file_obj)
        path = self._written.pop(id(file_obj), None)
        if path is not None and delivery.is_finished(Path(os.fsdecode(path)).name):
            await self._bank("take_in")

    async def rename(self, oldpath: bytes, newpath: bytes) -> None:
        """Rename; a file that gets its final name is a delivery."""
        super().rename(oldpath, newpath)
        await self._bank("take_in")
        if _take(self._folder, "lost_response") is not None:
            self._connection.abort()

    async def posix_rename(self, oldpath: bytes, newpath: bytes) -> None:
        """Rename over what is there, as OpenSSH's extension does; a delivery as well."""
        super().posix_rename(oldpath, newpath)
        await self._bank("take_in")


async def listen(folder: Path, host: str, port: int) -> tuple[asyncssh.SSHAcceptor, str]:
    """Start listening; return the listener and the host key's fingerprint."""
    key = host_key(folder)
    listener = await asyncssh.listen(
        host,
        port,
        server_host_keys=[key],
        server_factory=lambda: Door(folder),
        sftp_factory=lambda channel: Files(channel, folder),
        allow_scp=False,
    )
    return listener, key.get_fingerprint()
