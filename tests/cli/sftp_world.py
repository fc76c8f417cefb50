"""A company whose bank is reached over SFTP, behind Debian's OpenSSH server.

The bank's folders are plain folders: `deliver` carries what lies in its inbox to the
simulated bank, `put_out` what the bank has for us into its outbox.
"""

from __future__ import annotations

import os
import pwd
import sys
from pathlib import Path

from world import World

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "bankio"))

from openssh_server import SSHD, OpenSshServer, Wire

__all__ = ["SSHD", "OpenSshServer", "SftpWorld", "Wire", "sftp_table"]


def sftp_table(server: OpenSshServer, *, port: int | None = None, **more: object) -> str:
    """The channel's table of books.toml."""
    values: dict[str, object] = {
        "kind": "sftp",
        "host": "127.0.0.1",
        "port": port or server.port,
        "user": pwd.getpwuid(os.getuid()).pw_name,
        "key_file": str(server.client_key),
        "inbox": str(server.bank / "inbox"),
        "outbox": str(server.bank / "outbox"),
        "timeout_seconds": 5,
        "attempts": 1,
        "after_receive": "delete",
        **more,
    }
    lines = [f"{key} = {_toml(value)}" for key, value in values.items()]
    return "\n".join(["[channel.netbank]", *lines, ""])


def _toml(value: object) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    return str(value) if isinstance(value, int) else f'"{value}"'


class SftpWorld(World):
    """A world whose channel is the server's pair of folders."""

    server: OpenSshServer

    def reach(self, server: OpenSshServer, **settings: object) -> SftpWorld:
        """Put the server into books.toml in place of the folders."""
        self.server = server
        path = self.folder / "books.toml"
        head, _, rest = path.read_text("utf-8").partition("[channel.netbank]")
        tail = rest[rest.index("[policy]") :]
        path.write_text(head + sftp_table(server, **settings) + "\n" + tail, "utf-8")
        return self

    def deliver(self, *, approve: bool = True) -> list[str]:
        """Let the bank take what lies in its inbox; return the names of the files."""
        taken = []
        for file in sorted((self.server.bank / "inbox").glob("*.xml")):
            self.bank("upload", str(file))
            taken.append(file.name)
            file.rename(self.server.bank / "archive" / file.name)
        if taken and approve:
            self.bank("approve", "--all", "--as", "Kari")
        return taken

    def put_out(self) -> None:
        """Put what the bank has for us into its outbox."""
        self.bank("collect", str(self.server.bank / "outbox"))
