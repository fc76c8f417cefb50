"""What is agreed with a bank about its SFTP server, as a table of `books.toml`.

```toml
[channel.bank]
kind = "sftp"
host = "sftp.bank.example"
user = "974760673"
key_file = "keys/bank_ed25519"             # mode 0600, outside git
host_keys = ["SHA256:…"]                   # two while the bank changes its key
inbox = "/inbox"                           # the bank's: we write
outbox = "/outbox"                         # the bank's: we read
accept = ["P[.].*[.](P002|C053|C054)[.].*"]  # optional; whole names
after_receive = "never"                    # or "move" (with moved_to), "delete"
```

No secret stands here: the passphrase of the key is asked for when the key is read.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, dataclass, fields
from pathlib import Path
from typing import Any, Literal

from bankio.channels import MAX_BYTES, Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class SftpSettings:
    """What is agreed with the bank, and how patient we are."""

    host: str
    user: str
    key_file: Path
    host_keys: tuple[str, ...]
    """Pins: `SHA256:…` fingerprints, or whole public keys (`ssh-ed25519 AAAA…`)."""
    inbox: str
    """The bank's inbox: the folder that we write to."""
    outbox: str
    """The bank's outbox: the folder that we read."""
    archive: str | None = None
    """Where the bank moves what it took, if it shows that."""
    port: int = 22
    accept: tuple[str, ...] = (r".*",)
    """Regular expressions; a file of the outbox is taken if one fits its whole name."""
    after_receive: Literal["never", "move", "delete"] = "never"
    moved_to: str | None = None
    """Folder on the server, for `move`."""
    allowed_addresses: tuple[str, ...] = ()
    """Networks (`192.0.2.0/24`) that the host must resolve to; empty: any."""
    max_bytes: int = MAX_BYTES
    timeout_seconds: int = 30
    attempts: int = 4
    passphrase: Callable[[], str | None] = lambda: None
    """Asked only when the key is read, so that it stands in no settings and no logs."""

    def place(self, folder: str, name: str) -> str:
        """Return the address of a file, for people."""
        return f"sftp://{self.host}:{self.port}{remote(folder, name)}"


def remote(folder: str, name: str) -> str:
    """Return the path of `name` in `folder` on the server.

    >>> remote("/bank/inbox/", "P001.xml"), remote("/", "P001.xml")
    ('/bank/inbox/P001.xml', '/P001.xml')
    """
    return f"{folder.rstrip('/')}/{name}"


_TEXTS = ("host", "user", "inbox", "outbox", "archive", "after_receive", "moved_to")
_LISTS = ("host_keys", "accept", "allowed_addresses")
_NUMBERS = ("port", "max_bytes", "timeout_seconds", "attempts")
_NOT_OURS = {"kind"}


def read_settings(
    table: Mapping[str, object],
    folder: Path,
    *,
    passphrase: Callable[[], str | None] = lambda: None,
    pins: Sequence[str] | None = None,
) -> SftpSettings:
    """Return the settings of a table; paths are taken from `folder`.

    Args:
        table: The channel's table of books.toml.
        folder: Where relative paths start.
        passphrase: Asked only when the key is read.
        pins: Host keys that were pinned elsewhere, besides those of the table. None: there
            is no elsewhere, so the table must have one. Without any pin every server is
            refused.

    Raises:
        Refused: a field is missing, unknown or of the wrong kind; it is named.
    """
    known = {each.name for each in fields(SftpSettings)} - {"passphrase"}
    for name in table.keys() - known - _NOT_OURS:
        raise Refused(f"{name}: is no setting of an SFTP channel")
    values: dict[str, Any] = {"passphrase": passphrase}
    for name in table.keys() & known:
        values[name] = _value(name, table[name], folder)
    if pins is not None:
        values["host_keys"] = (*values.get("host_keys", ()), *pins)
    for each in fields(SftpSettings):
        if each.default is MISSING and each.default_factory is MISSING:
            _require(each.name, each.name in values)
    settings = SftpSettings(**values)
    _require("host_keys", bool(settings.host_keys) or pins is not None)
    _require("moved_to", settings.after_receive != "move" or settings.moved_to is not None)
    return settings


def _require(name: str, there: bool) -> None:
    if not there:
        raise Refused(f"{name}: is missing")


def _value(name: str, value: object, folder: Path) -> object:
    """Return one value of the table in our type."""
    if name in _NUMBERS and isinstance(value, int) and value > 0:
        return value
    if (
        name in _LISTS
        and isinstance(value, list)
        and all(isinstance(v, str) for v in value)
    ):
        return _checked(name, tuple(value))
    if name == "key_file" and isinstance(value, str):
        return folder / value
    if name in _TEXTS and isinstance(value, str) and value:
        if name == "after_receive" and value not in {"never", "move", "delete"}:
            raise Refused(f"{name}: is not never, move or delete ({value})")
        return value
    raise Refused(f"{name}: cannot be {value!r}")


def _checked(name: str, values: tuple[str, ...]) -> tuple[str, ...]:
    """Return a list whose members can be used as what they are."""
    for value in values:
        try:
            if name == "accept":
                re.compile(value)
            elif name == "allowed_addresses":
                ipaddress.ip_network(value)
        except (re.error, ValueError) as error:
            raise Refused(f"{name}: {value!r}: {error}") from error
    return values
