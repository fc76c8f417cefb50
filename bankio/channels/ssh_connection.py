"""A connection to the bank's SFTP server that trusts nothing but what was agreed.

The server must show a pinned host key: there is no trust on first use, no system file of
known hosts, no configuration file of the user and no agent. Two pins may stand at once,
so that the bank can change its key. We show one key of ours, from a file that nobody else
may read.

Every failure is told as one of the errors of `bankio.channels`; which one says whether
trying again can help.
"""

from __future__ import annotations

import asyncio
import ipaddress
import re
import stat
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import asyncssh

from bankio.channels import HostKeyRefused, Refused, Unreachable
from bankio.channels.sftp_settings import SftpSettings

_FINGERPRINT = re.compile(r"SHA256:[A-Za-z0-9+/]{43}")
_KEEPALIVE_SECONDS = 10
_CLOSING_SECONDS = 3


@asynccontextmanager
async def connected(settings: SftpSettings) -> AsyncIterator[asyncssh.SFTPClient]:
    """Hold a connection to the pinned server.

    Raises:
        Refused: the server, the address or our key is not as agreed.
        Unreachable: there is no connection; it may be tried again.
    """
    pinning = _Pinning(settings)
    try:
        connection = await asyncio.wait_for(
            _connection(settings, pinning), settings.timeout_seconds
        )
    except asyncssh.HostKeyNotVerifiable as error:
        raise pinning.refusal() from error
    except asyncssh.PermissionDenied as error:
        raise Refused(
            f"{pinning.where}: does not take our key for {settings.user}"
        ) from error
    except (OSError, asyncssh.Error, TimeoutError) as error:
        raise Unreachable(f"{pinning.where}: {told(error)}") from error
    try:
        try:
            client = await asyncio.wait_for(
                connection.start_sftp_client(), settings.timeout_seconds
            )
        except (OSError, asyncssh.Error, TimeoutError) as error:
            raise Unreachable(f"{pinning.where}: gives no SFTP: {told(error)}") from error
        yield client
        client.exit()
        connection.close()
        with suppress(TimeoutError):
            await asyncio.wait_for(connection.wait_closed(), _CLOSING_SECONDS)
    finally:
        # After a failure there is nobody to say goodbye to; waiting for it could hang.
        connection.abort()


def shown_host_key(host: str, port: int = 22, *, timeout_seconds: int = 30) -> str:
    """Return the fingerprint that a server shows, for a person to compare and pin."""

    async def ask() -> asyncssh.SSHKey | None:
        return await asyncio.wait_for(
            asyncssh.get_server_host_key(host, port, config=None), timeout_seconds
        )

    try:
        key = asyncio.run(ask())
    except (OSError, asyncssh.Error, TimeoutError) as error:
        raise Unreachable(f"sftp://{host}:{port}: {told(error)}") from error
    if key is None:
        raise Unreachable(f"sftp://{host}:{port}: shows no host key")
    return key.get_fingerprint()


def told(error: BaseException) -> str:
    """Return the reason of a failure in a few words."""
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error) or type(error).__name__


async def _connection(
    settings: SftpSettings, pinning: _Pinning
) -> asyncssh.SSHClientConnection:
    return await asyncssh.connect(
        settings.host,
        settings.port,
        client_factory=lambda: pinning,
        username=settings.user,
        client_keys=[_own_key(settings)],
        # An empty value would make asyncssh read the user's own file of known hosts.
        known_hosts=([], [], []),
        config=None,
        agent_path=None,
        agent_forwarding=False,
        password=None,
        preferred_auth="publickey",
        compression_algs=None,
        keepalive_interval=_KEEPALIVE_SECONDS,
        login_timeout=settings.timeout_seconds,
    )


def _own_key(settings: SftpSettings) -> asyncssh.SSHKey:
    path = settings.key_file
    try:
        status = path.stat()
    except OSError as error:
        raise Refused(f"{path}: key file: {error.strerror}") from error
    if not stat.S_ISREG(status.st_mode) or status.st_mode & 0o077:
        mode = stat.S_IMODE(status.st_mode)
        raise Refused(f"{path}: key file: others may read it (mode {mode:04o}); chmod 600")
    try:
        return asyncssh.read_private_key(path, settings.passphrase())
    except (asyncssh.KeyImportError, asyncssh.KeyEncryptionError) as error:
        raise Refused(
            f"{path}: key file: cannot be used ({error}). "
            "A locked key has to be in PKCS#8 form, which ssh-keygen writes of ECDSA keys: "
            "ssh-keygen -t ecdsa -m PKCS8"
        ) from error


class _Pinning(asyncssh.SSHClient):
    """Accepts the pinned host keys at the allowed addresses; remembers what it saw."""

    def __init__(self, settings: SftpSettings) -> None:
        self.where = f"sftp://{settings.host}:{settings.port}"
        self._settings = settings
        self._pins = frozenset(fingerprint(pin) for pin in settings.host_keys)
        self._networks = tuple(map(ipaddress.ip_network, settings.allowed_addresses))
        self._shown: str | None = None
        self._strange_address: str | None = None

    def validate_host_public_key(
        self,
        host: str,  # noqa: ARG002 - asyncssh's signature
        addr: str,
        port: int,  # noqa: ARG002
        key: asyncssh.SSHKey,
    ) -> bool:
        """Return whether the key is pinned and the address allowed."""
        self._shown = key.get_fingerprint()
        if self._networks and not any(
            ipaddress.ip_address(addr) in network for network in self._networks
        ):
            self._strange_address = addr
            return False
        return self._shown in self._pins

    def refusal(self) -> Refused:
        """Return why the server was not accepted."""
        if self._strange_address is not None:
            return Refused(
                f"{self.where}: is at {self._strange_address}, which is not allowed"
            )
        return HostKeyRefused(self._settings.host, self._settings.port, self._shown)


def fingerprint(pin: str) -> str:
    """Return the fingerprint of a pin in either form.

    Raises:
        Refused: It is neither.
    """
    pin = pin.strip()
    if _FINGERPRINT.fullmatch(pin):
        return pin
    try:
        return asyncssh.import_public_key(pin).get_fingerprint()
    except asyncssh.KeyImportError:
        raise Refused(f"host key {pin!r}: is neither SHA256:… nor a public key") from None
