"""Return files: kept byte for byte, fetched by the customer, never changed.

Names are those of a Norwegian netbank with a hub (`P.<orgnr>.<seq>.P002.<date>.XML`).
The name tells a person what a file is; a program must look inside.
"""

import hashlib
import os
from datetime import timedelta
from pathlib import Path

from simulator.files import harm
from simulator.refusal import Refused
from simulator.state import State, text_of

ENDINGS = {"OCR": "TXT"}


def put(state: State, customer: str, kind: str, body: bytes, hours: int = 0) -> None:
    """Lay a file ready for a customer, to be fetched after some hours (0: at once)."""
    for copy in harm.harmed(state, kind, body):
        _lay(state, customer, kind, copy, timedelta(hours=hours) + copy.delay)


def _lay(state: State, customer: str, kind: str, copy: harm.Copy, delay: timedelta) -> None:
    day = state.today.strftime("%Y%m%d")
    before = state.one(
        "SELECT name FROM file WHERE customer = ? AND kind = ? ORDER BY id DESC LIMIT 1",
        customer,
        kind,
    )
    if copy.old_name and before is not None:
        name = str(before["name"])
    else:
        number = state.next_number(f"file/{customer}/{day}")
        name = f"P.{customer}.{number:03d}.{kind}.{day}.{ENDINGS.get(kind, 'XML')}"
    state.run(
        "INSERT INTO file (customer, name, kind, body, sha256, created, visible)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        customer,
        name,
        kind,
        copy.body,
        hashlib.sha256(copy.body).hexdigest(),
        text_of(state.now),
        text_of(state.now + delay),
    )


def send_again(state: State, kind: str, day: str) -> int:
    """Lay the files of a kind and day ready once more, under new names; return how many."""
    rows = state.rows(
        "SELECT customer, body FROM file WHERE kind = ? AND substr(created, 1, 10) = ?"
        " ORDER BY id",
        kind,
        day,
    )
    bodies = dict.fromkeys((str(row["customer"]), bytes(row["body"])) for row in rows)
    for customer, body in bodies:
        put(state, customer, kind, body)
    return len(bodies)


def collect(
    state: State, folder: Path, *, again: bool, customer: str = ""
) -> list[dict[str, object]]:
    """Write files into a folder and mark them fetched; a name in use gets a number."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Refused(f"{folder}: cannot be made ({error.strerror}).") from None
    written = []
    wanted = (
        "SELECT * FROM file WHERE (? OR collected = '') AND visible <= ?"
        " AND (? = '' OR customer = ?)"
        " ORDER BY visible, id"
    )
    for row in state.rows(wanted, again, text_of(state.now), customer, customer):
        path = _write(folder, row["name"], row["body"])
        state.run(
            "UPDATE file SET collected = ? WHERE id = ?", text_of(state.now), row["id"]
        )
        written.append(
            {
                "file": path.name,
                "path": str(path),
                "kind": row["kind"],
                "customer": row["customer"],
                "created": row["created"],
                "sha256": row["sha256"],
                "size": len(row["body"]),
            }
        )
    return written


def _write(folder: Path, name: str, body: bytes) -> Path:
    """Write a file under a name that nobody has, with a number added where it must be."""
    stem, _, ending = name.rpartition(".")
    attempt = 1
    while True:
        path = folder / (name if attempt == 1 else f"{stem}-{attempt}.{ending}")
        try:
            write_whole(path, body)
        except FileExistsError:
            attempt += 1
        except OSError as error:
            raise Refused(f"{path}: cannot be written ({error.strerror}).") from None
        else:
            return path


def write_whole(path: Path, body: bytes) -> None:
    """Make a file appear whole, or not at all; a name in use is an error."""
    unfinished = path.parent / f".{path.name}.part"
    try:
        with unfinished.open("wb") as stream:
            stream.write(body)
            stream.flush()
            os.fsync(stream.fileno())
        # A link refuses a name in use; a rename would overwrite it.
        path.hardlink_to(unfinished)
    finally:
        unfinished.unlink(missing_ok=True)
