"""The host keys that a person has pinned: `bank/host-keys.txt`, written by us alone.

    netbank sftp.bank.example:22 SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU kari 2026-11-02T09:00:00Z

One line a pin: channel, server, fingerprint, who pinned it and when. books.toml is a
person's file and is not touched; what stands in its `host_keys` counts as well. A pin is
for the server that it was made for: the same channel at another address has none.

Two pins of a channel may stand at once, so that a bank can change its key without a day
on which nothing gets through; a third takes the place of the oldest.
"""  # noqa: E501 - the line as it stands in the file

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from cli.answer import Refused
from ledger.files import replace_file

FILE = Path("bank") / "host-keys.txt"
FINGERPRINT = re.compile(r"SHA256:[A-Za-z0-9+/]{43}", re.ASCII)
_PINS_MAX = 2
_HEAD = (
    "# Host keys of the banks' servers, pinned by books connect: channel, server,\n"
    "# fingerprint, by whom, when. A line that is taken out is no longer trusted.\n"
)


@dataclass(frozen=True, slots=True)
class _Pin:
    channel: str
    server: str
    fingerprint: str
    by: str
    at: str

    def __str__(self) -> str:
        return f"{self.channel} {self.server} {self.fingerprint} {self.by} {self.at}\n"


def pinned(folder: Path, channel: str, host: str, port: int) -> tuple[str, ...]:
    """Return the fingerprints that are pinned for a channel's server, oldest first."""
    name, server = _word(channel), f"{host}:{port}"
    return tuple(
        pin.fingerprint
        for pin in _pins(folder)
        if (pin.channel, pin.server) == (name, server)
    )


def pin(
    folder: Path, channel: str, server: str, fingerprint: str, by: str, at: str
) -> None:
    """Pin a host key, beside at most one older one of the same server."""
    known, name = _pins(folder), _word(channel)
    own = [each for each in known if (each.channel, each.server) == (name, server)]
    if any(each.fingerprint == fingerprint for each in own):
        return
    gone = own[: max(0, len(own) - _PINS_MAX + 1)]
    kept = [each for each in known if each not in gone]
    kept.append(_Pin(name, server, fingerprint, _word(by), at))
    replace_file(folder / FILE, (_HEAD + "".join(map(str, kept))).encode())


def _word(text: str) -> str:
    """Return a text without blanks: the columns of the file are words."""
    return re.sub(r"\s", "_", text) or "unknown"


def _pins(folder: Path) -> list[_Pin]:
    path = folder / FILE
    if not path.exists():
        return []
    found = []
    lines = path.read_text("utf-8", errors="replace").splitlines()
    for number, line in enumerate(lines, start=1):
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        if len(words) != len(_Pin.__slots__) or not FINGERPRINT.fullmatch(words[2]):
            raise Refused(
                f"{path}:{number}: is no pinned host key. Take the line out, then pin the"
                " key again: books connect CHANNEL"
            )
        found.append(_Pin(*words))
    return found
