"""Debian's OpenSSH server before a folder, and a wire to it that can be cut.

Every path in its configuration is absolute: with a relative one it starts and then resets
every connection.
"""

from __future__ import annotations

import contextlib
import os
import resource
import shutil
import signal
import socket
import subprocess
import threading
import time
from pathlib import Path

SSHD = shutil.which("sshd") or shutil.which("sshd", path="/usr/sbin:/usr/local/sbin")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def new_key(path: Path) -> str:
    """Make a key pair and return its fingerprint."""
    subprocess.run(
        ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(path)], check=True
    )
    told = subprocess.run(
        ["ssh-keygen", "-l", "-f", f"{path}.pub"],
        check=True,
        capture_output=True,
        text=True,
    )
    return told.stdout.split()[1]


class OpenSshServer:
    """An sshd of our own, for one user and SFTP alone."""

    def __init__(
        self, folder: Path, *, sftp_options: str = "", file_bytes_max: int | None = None
    ):
        self.folder = folder
        self.port = free_port()
        self.bank = folder / "bank"
        for name in ("inbox", "outbox", "archive", "moved"):
            (self.bank / name).mkdir(parents=True, exist_ok=True)
        self.host_key = folder / "host_key"
        self.fingerprint = new_key(self.host_key)
        self.client_key = folder / "client_key"
        new_key(self.client_key)
        self.client_key.chmod(0o600)
        self._sftp_options = sftp_options
        self._file_bytes_max = file_bytes_max
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> OpenSshServer:
        (self.folder / "authorized_keys").write_bytes(
            Path(f"{self.client_key}.pub").read_bytes()
        )
        configuration = self.folder / "sshd_config"
        configuration.write_text(
            f"""Port {self.port}
ListenAddress 127.0.0.1
HostKey {self.host_key}
AuthorizedKeysFile {self.folder}/authorized_keys
PidFile {self.folder}/sshd.pid
PubkeyAuthentication yes
PasswordAuthentication no
KbdInteractiveAuthentication no
UsePAM no
StrictModes no
MaxStartups 100
Subsystem sftp internal-sftp
ForceCommand internal-sftp {self._sftp_options}
"""
        )
        if os.geteuid() == 0:
            Path("/run/sshd").mkdir(exist_ok=True)
        self._process = subprocess.Popen(
            [SSHD, "-D", "-e", "-f", str(configuration)],
            stderr=(self.folder / "sshd.log").open("wb"),
            preexec_fn=self._limits,  # noqa: PLW1509 - no threads of ours run yet
        )
        self._wait_until_it_listens()
        return self

    def _limits(self) -> None:
        """A disk that is full: writes beyond the limit fail instead of killing."""
        if self._file_bytes_max is not None:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(
                resource.RLIMIT_FSIZE, (self._file_bytes_max, self._file_bytes_max)
            )

    def _wait_until_it_listens(self) -> None:
        for _ in range(100):
            try:
                with socket.create_connection(("127.0.0.1", self.port), timeout=1):
                    return
            except OSError:
                time.sleep(0.05)
        raise AssertionError((self.folder / "sshd.log").read_text())

    def rotate_host_key(self) -> str:
        """Restart with another host key on the same port; return its fingerprint."""
        self.stop()
        self.host_key.unlink()
        Path(f"{self.host_key}.pub").unlink()
        self.fingerprint = new_key(self.host_key)
        self.start()
        return self.fingerprint

    def restart(self, *, sftp_options: str) -> None:
        """Restart with other options of the SFTP server: `-R` is read-only."""
        self.stop()
        self._sftp_options = sftp_options
        self.start()

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(timeout=10)
            self._process = None


class Wire:
    """A relay to a port that can go dead in both or in one direction."""

    def __init__(self, port: int):
        self._target = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        self._answers_pass = True
        self.connections = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            far = socket.create_connection(("127.0.0.1", self._target))
            self._answers_pass = True
            self._pairs.append((near, far))
            threading.Thread(
                target=self._relay, args=(near, far, False), daemon=True
            ).start()
            threading.Thread(
                target=self._relay, args=(far, near, True), daemon=True
            ).start()

    def _relay(self, source: socket.socket, sink: socket.socket, is_answer: bool) -> None:
        try:
            while block := source.recv(65536):
                if is_answer and not self._answers_pass:
                    continue
                sink.sendall(block)
        except OSError:
            pass
        finally:
            for end in (source, sink):
                end.close()

    def swallow_answers(self) -> None:
        """Let requests through, and lose what the server says to them."""
        self._answers_pass = False

    def cut(self) -> None:
        """Drop every connection that there is; new ones may be made."""
        for pair in self._pairs:
            for end in pair:
                with contextlib.suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)
        self._pairs.clear()

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)  # wakes the thread that accepts
        self._listener.close()
        self.cut()
