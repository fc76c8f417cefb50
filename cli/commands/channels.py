"""The channels of books.toml, built by kind. A new kind is a line in `_KINDS`.

No secret stands in books.toml or on a command line. The passphrase of a key comes from a
file that nobody else may read (`passphrase_file`), else from the environment
(`BOOKS_PASSPHRASE_<CHANNEL>`); it is asked for when the key is read.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable, Mapping
from pathlib import Path

from bankio.channels import Channel, ChannelError, HostKeyRefused
from bankio.channels import Refused as ChannelRefused
from bankio.channels.directory import DirectoryChannel
from bankio.channels.sftp_settings import SftpSettings, read_settings
from cli.answer import Refused
from cli.commands import host_keys
from cli.wiring import Workplace
from ledger.company import ChannelSettings


def _directory(folder: Path, settings: ChannelSettings) -> Channel:
    outbox = folder / str(settings.settings.get("outbox", "bank/outbox"))
    inbox = folder / str(settings.settings.get("inbox", "bank/inbox"))
    for each in (outbox, inbox):
        each.mkdir(mode=0o700, parents=True, exist_ok=True)
    return DirectoryChannel(outbox, inbox)


def _sftp(folder: Path, settings: ChannelSettings) -> Channel:
    from bankio.channels.sftp import SftpChannel

    return SftpChannel(sftp_settings(folder, settings))


_KINDS: Mapping[str, Callable[[Path, ChannelSettings], Channel]] = {
    "directory": _directory,
    "sftp": _sftp,
}


def of(workplace: Workplace, name: str | None) -> Channel:
    """Return the channel of this name."""
    return _built(workplace, settings_of(workplace, name))


def settings_of(workplace: Workplace, name: str | None) -> ChannelSettings:
    """Return what books.toml says of a channel."""
    for settings in workplace.books.company.channels:
        if settings.name == name:
            return settings
    known = ", ".join(each.name for each in workplace.books.company.channels) or "none"
    raise Refused(f"channel {name}: books.toml has no [channel.{name}] (it has: {known})")


def every(workplace: Workplace) -> list[tuple[str, Channel]]:
    """Return every channel with its name: one wrong table refuses before any is used."""
    return [
        (settings.name, _built(workplace, settings))
        for settings in workplace.books.company.channels
    ]


def explained(name: str, error: ChannelError) -> str:
    """Return a channel's failure with what to do about it."""
    if isinstance(error, HostKeyRefused):
        return f"{error} Then: books connect {name}"
    return str(error)


def sftp_settings(folder: Path, settings: ChannelSettings) -> SftpSettings:
    """Return the settings of an SFTP channel, with the pins that `books connect` made."""
    table = dict(settings.settings)
    secret_file = table.pop("passphrase_file", None)
    if "passphrase" in table or "password" in table:
        raise _unusable(
            settings,
            "a secret does not belong in books.toml; write it into a file of mode 0600 and"
            ' name that (passphrase_file = "keys/bank.passphrase"), or set'
            f" {_variable(settings.name)}",
        )
    if secret_file is not None and not isinstance(secret_file, str):
        raise _unusable(settings, f"passphrase_file: cannot be {secret_file!r}")
    try:
        known = read_settings(
            table,
            folder,
            passphrase=lambda: _passphrase(folder, settings.name, secret_file),
            pins=(),
        )
        pins = host_keys.pinned(folder, settings.name, known.host, known.port)
        return read_settings(
            table,
            folder,
            passphrase=known.passphrase,
            pins=[pin for pin in pins if pin not in known.host_keys],
        )
    except ChannelRefused as error:
        raise _unusable(settings, str(error)) from error


def _unusable(settings: ChannelSettings, what: str) -> Refused:
    return Refused(f"books.toml: [channel.{settings.name}] {what}")


def _variable(channel: str) -> str:
    """Return the name of the environment variable for a channel's passphrase.

    >>> _variable("bank-1")
    'BOOKS_PASSPHRASE_BANK_1'
    """
    return "BOOKS_PASSPHRASE_" + re.sub(r"[^A-Z0-9]", "_", channel.upper())


def _passphrase(folder: Path, channel: str, secret_file: str | None) -> str | None:
    """Return the passphrase of a channel's key, or None where it has none."""
    if secret_file is None:
        return os.environ.get(_variable(channel))
    path = folder / secret_file
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode) or status.st_mode & 0o077:
            mode = stat.S_IMODE(status.st_mode)
            raise ChannelRefused(
                f"{path}: passphrase file: others may read it (mode {mode:04o}); chmod 600"
            )
        return path.read_text("utf-8").removesuffix("\n")
    except OSError as error:
        raise ChannelRefused(f"{path}: passphrase file: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ChannelRefused(f"{path}: passphrase file: is not UTF-8") from error


def _built(workplace: Workplace, settings: ChannelSettings) -> Channel:
    kind = _KINDS.get(settings.kind)
    if kind is None:
        raise Refused(
            f"books.toml: [channel.{settings.name}] kind: unknown ({settings.kind});"
            f" known: {', '.join(_KINDS)}"
        )
    return kind(workplace.folder, settings)
