"""Passwords as scrypt hashes, and a pause after too many wrong ones.

An unknown name costs as much time as a wrong password, so that neither tells which names
exist.
"""

import hashlib
import hmac
import secrets

from simulator.refusal import Refused
from simulator.state import State

COST = {"n": 2**14, "r": 8, "p": 1, "maxmem": 64 * 1024 * 1024, "dklen": 32}
SHORTEST = 8
TRIES = 5
PAUSE_SECONDS = 60.0


def _scrypt(password: str, salt: bytes) -> bytes:
    return hashlib.scrypt(password.encode(), salt=salt, **COST)


def set_password(state: State, person: str, password: str) -> None:
    """Give a person a password."""
    if len(password) < SHORTEST:
        raise Refused(f"a password has at least {SHORTEST} characters.")
    salt = secrets.token_bytes(16)
    written = f"scrypt${salt.hex()}${_scrypt(password, salt).hex()}"
    state.run("UPDATE person SET password = ? WHERE name = ?", written, person)


def is_right(state: State, person: str, password: str) -> bool:
    """Say whether this is the person's password."""
    row = state.one("SELECT password FROM person WHERE name = ?", person)
    known = "" if row is None else str(row["password"])
    kind, _, rest = known.partition("$")
    salt, _, digest = rest.partition("$")
    if kind != "scrypt":
        _scrypt(password, b"nobody has this salt")
        return False
    return hmac.compare_digest(_scrypt(password, bytes.fromhex(salt)).hex(), digest)


class Attempts:
    """Counts wrong passwords of each name, in this process."""

    def __init__(self) -> None:
        self._failed: dict[str, tuple[int, float]] = {}

    def is_paused(self, name: str, now: float) -> bool:
        """Say whether a name must wait."""
        count, last = self._failed.get(name, (0, 0.0))
        return count >= TRIES and now - last < PAUSE_SECONDS

    def failed(self, name: str, now: float) -> None:
        """Count a wrong password."""
        count, last = self._failed.get(name, (0, 0.0))
        fresh = 0 if now - last >= PAUSE_SECONDS else count
        self._failed[name] = (fresh + 1, now)

    def succeeded(self, name: str) -> None:
        """Forget the wrong ones."""
        self._failed.pop(name, None)
