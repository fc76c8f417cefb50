"""What the armed faults do to a return file on its way out.

The right file always comes in the end, late or under another name, for a bank that never
delivers cannot be told from one that is slow. Which bit is turned comes from the seed.
"""

from dataclasses import dataclass, replace
from datetime import timedelta

from simulator import faults
from simulator.state import State

A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """One file that goes out."""

    body: bytes
    delay: timedelta = timedelta()
    old_name: bool = False
    """Under the name of the file of this kind before it."""


def harmed(state: State, kind: str, body: bytes) -> list[Copy]:
    """Return what really goes out for a file: none, one or several."""
    if kind == "P002":
        if faults.take(state, "silent") is not None:
            return []
        late = faults.take(state, "ack_delay")
        if late is not None:
            return [Copy(body=body, delay=timedelta(minutes=int(late["minutes"])))]
    copies = _spoilt(state, kind, body)
    again = faults.take(state, "dup_file", kind)
    if again is not None:
        copies += [copies[-1]] * int(again["times"])
    held_back = faults.take(state, "reorder", kind)
    if held_back is not None:
        delay = timedelta(hours=int(held_back["hours"]))
        copies = [replace(copy, delay=copy.delay + delay) for copy in copies]
    if faults.take(state, "outbox_name_collision", kind) is not None:
        copies[0] = replace(copies[0], old_name=True)
    return copies


def _spoilt(state: State, kind: str, body: bytes) -> list[Copy]:
    """Return the file, with a spoilt one before it where a fault says so."""
    whole = Copy(body=body, delay=A_DAY)
    cut = faults.take(state, "truncate", kind)
    if cut is not None:
        return [Copy(body=body[: len(body) * int(cut["percent"]) // 100]), whole]
    if faults.take(state, "bitflip", kind) is not None:
        place = state.chance(f"bitflip/{len(body)}") % (len(body) * 8)
        turned = bytearray(body)
        turned[place // 8] ^= 1 << place % 8
        return [Copy(body=bytes(turned)), whole]
    other = faults.take(state, "encoding", kind)
    if other is not None:
        return [Copy(body=encoded(body, other["kind"]))]
    if kind == "C053":
        late = faults.take(state, "gap_in_statement")
        if late is not None:
            return [Copy(body=body, delay=timedelta(days=int(late["days"])))]
        if faults.take(state, "wrong_account_statement") is not None:
            return [Copy(body=_of_a_stranger(state, body)), whole]
    return [Copy(body=body)]


def encoded(body: bytes, kind: str) -> bytes:
    """Write a file's text in another encoding."""
    is_xml = body.startswith(b"<?xml")
    text = body.decode("utf-8" if is_xml else "iso-8859-1")
    if kind == "bom":
        return b"\xef\xbb\xbf" + text.encode("utf-8")
    if kind == "latin-1":
        named = text.replace('encoding="UTF-8"', 'encoding="ISO-8859-1"', 1)
        return named.encode("iso-8859-1", "xmlcharrefreplace")
    return text.replace('encoding="UTF-8"', 'encoding="UTF-16"', 1).encode("utf-16")


def _of_a_stranger(state: State, body: bytes) -> bytes:
    """Put an account number that is nobody's in place of the customer's own."""
    for row in state.rows("SELECT number FROM account"):
        body = body.replace(str(row["number"]).encode(), b"99990000006")
    return body
