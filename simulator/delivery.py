"""The customer's folders at the bank: `inbox` is theirs to fill, `outbox` ours.

A file counts as delivered when it has its final name; names that begin with a dot or end
in `.part` are unfinished. It is first moved out of the customer's reach under a number of
its own, and that number stands with the message in the state: a bank that is killed
between the two takes the same delivery in once, not twice.
"""

import os
import re
import stat
from datetime import datetime
from pathlib import Path

from simulator import desk
from simulator.files import outbox
from simulator.refusal import Refused
from simulator.state import State, text_of, with_offset

FOLDER = "sftp"
WORK = "sftp-work"
FOLDERS = ("inbox", "outbox", "archive")
LARGEST_UPLOAD = 200 * 1024 * 1024
_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,119}")


def home(state: State, user: str) -> Path:
    """Return a user's folder, with the three folders in it."""
    place = state.folder / FOLDER / user
    for name in FOLDERS:
        (place / name).mkdir(parents=True, exist_ok=True)
    (state.folder / WORK).mkdir(exist_ok=True)
    return place


def is_finished(name: str) -> bool:
    """Say whether a name is one that the bank takes in."""
    return _NAME.fullmatch(name) is not None and not name.endswith(".part")


def add_key(state: State, customer: str, user: str, key: str) -> dict[str, object]:
    """Let whoever holds a key in as a user of a customer."""
    if state.one("SELECT 1 FROM account WHERE orgnr = ?", customer) is None:
        raise Refused(f"orgnr {customer}: no customer of this bank.")
    if re.fullmatch("[a-z0-9][a-z0-9_-]{0,31}", user) is None:
        raise Refused(
            f"user {user!r}: use small letters, digits, - and _ (at most 32).",
            norwegian=f"bruker {user!r}: bruk små bokstaver, tall, - og _ (høyst 32).",
        )
    taken = state.one("SELECT customer FROM sftp_key WHERE user = ?", user)
    if taken is not None and taken["customer"] != customer:
        raise Refused(
            f"user {user!r} belongs to another customer.",
            norwegian=f"bruker {user!r} tilhører en annen kunde.",
        )
    words = key.split()
    if len(words) < 2 or not re.fullmatch("(ssh|ecdsa|sk)-[a-z0-9@.-]+", words[0]):
        raise Refused(
            "the key is no OpenSSH public key (ssh-ed25519 AAAA…).",
            norwegian="nøkkelen er ingen offentlig OpenSSH-nøkkel (ssh-ed25519 AAAA…).",
        )
    state.run(
        "INSERT OR IGNORE INTO sftp_key VALUES (?, ?, ?, '')",
        user,
        customer,
        " ".join(words[:2]),
    )
    state.note(
        "key",
        f"{user} may deliver and fetch files",
        f"{user} kan levere og hente filer",
        customer,
    )
    return {"user": user, "customer": customer, "key": words[0]}


def keys_of(state: State, user: str) -> list[str]:
    """Return the public keys that open a user's folders."""
    rows = state.rows("SELECT key FROM sftp_key WHERE user = ?", user)
    return [str(row["key"]) for row in rows]


def users(state: State) -> list[str]:
    """Return everybody who has a folder."""
    return [str(r["user"]) for r in state.rows("SELECT DISTINCT user FROM sftp_key")]


def customer_of(state: State, user: str) -> str:
    """Return whose folders a user's are."""
    row = state.one("SELECT customer FROM sftp_key WHERE user = ?", user)
    if row is None:
        raise Refused(f"user {user!r} is not known.")
    return str(row["customer"])


def take_in(state: State, user: str) -> int:
    """Take in every finished file of a user's inbox; return how many."""
    place = home(state, user)
    taken = 0
    for path in sorted((place / "inbox").iterdir()):
        if is_finished(path.name) and stat.S_ISREG(path.lstat().st_mode):
            number = _new_delivery(state)
            work = state.folder / WORK / f"{number:09d}.{user}.{path.name}"
            path.rename(work)
            _receive(state, work, user)
            taken += 1
    return taken


def go_on(state: State) -> None:
    """Finish what a killed bank had begun, and take in what came while it was away."""
    for user in users(state):
        home(state, user)
    work = state.folder / WORK
    for path in sorted(work.iterdir()) if work.is_dir() else ():
        _receive(state, path, path.name.split(".")[1])
    for user in users(state):
        take_in(state, user)


def _new_delivery(state: State) -> int:
    with state.transaction():
        return state.next_number("delivery")


def _receive(state: State, path: Path, user: str) -> None:
    number, _, name = path.name.split(".", 2)
    mark = f"sftp:{number}"
    if (
        state.one("SELECT 1 FROM errand WHERE kind = 'delivery' AND subject = ?", mark)
        is None
    ):
        try:
            body = path.read_bytes() if path.stat().st_size <= LARGEST_UPLOAD else b""
            desk.upload(state, body, name, customer=customer_of(state, user), mark=mark)
        except Refused as refusal:
            with state.transaction():
                state.note("upload", f"{name}: {refusal}", f"{name}: {refusal}", "-")
    _archive(path, home(state, user) / "archive", name)


def _archive(path: Path, folder: Path, name: str) -> None:
    target = folder / name
    attempt = 1
    while target.exists():
        attempt += 1
        target = folder / f"{name}-{attempt}"
    path.rename(target)


def put_out(state: State, user: str) -> int:
    """Lay new return files into a user's outbox; return how many.

    A name that is still in use there waits until the customer has taken that file away.
    """
    folder = home(state, user) / "outbox"
    rows = state.rows(
        "SELECT * FROM file WHERE customer = ? AND exported = '' AND visible <= ?"
        " ORDER BY visible, id",
        customer_of(state, user),
        text_of(state.now),
    )
    laid = 0
    for row in rows:
        path = folder / str(row["name"])
        if path.exists():
            continue
        outbox.write_whole(path, row["body"])
        with state.transaction():
            state.run(
                "UPDATE file SET exported = ? WHERE id = ?", text_of(state.now), row["id"]
            )
        made = datetime.fromisoformat(with_offset(datetime.fromisoformat(row["created"])))
        # The time of the bank's clock, not of the machine's.
        os.utime(path, (made.timestamp(), made.timestamp()))
        laid += 1
    return laid
