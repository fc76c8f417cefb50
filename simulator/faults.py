"""Named faults: what a bank, a line or a clearing house does wrong now and then.

A fault is armed by name and happens to the next `count` things it fits (one, unless
told otherwise); `only=C053` makes a fault of files wait for a file of that kind. Which
byte or which payment is hit comes from the bank's seed, so the same seed and the same
calls do the same harm.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from simulator import ore
from simulator.numbers_of_norway import account_is_valid
from simulator.refusal import Malformed, Refused
from simulator.state import State, text_of

ENCODINGS = ("bom", "latin-1", "utf-16")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A fault that can be armed."""

    name: str
    group: str
    options: Mapping[str, str]
    """What may be said about it, with what holds when nothing is said."""
    text: str
    norwegian: str


def _fault(group: str, name: str, text: str, norwegian: str, **options: str) -> Fault:
    return Fault(name=name, group=group, options=options, text=text, norwegian=norwegian)


FAULTS = (
    _fault(
        "delivery",
        "lost_response",
        "the file arrives, the reply does not (SFTP)",
        "filen kommer fram, svaret gjør ikke (SFTP)",
    ),
    _fault(
        "delivery",
        "ack_delay",
        "the next pain.002 files come late",
        "de neste pain.002 kommer sent",
        minutes="60",
    ),
    _fault(
        "delivery",
        "silent",
        "the next pain.002 is never sent",
        "neste pain.002 blir aldri sendt",
    ),
    _fault(
        "delivery",
        "stalled_transfer",
        "a read stands still (SFTP)",
        "en lesing står stille (SFTP)",
        seconds="60",
    ),
    _fault(
        "delivery",
        "maintenance",
        "connections are closed at once (SFTP)",
        "forbindelser lukkes straks (SFTP)",
    ),
    _fault(
        "delivery",
        "disk_full",
        "no room for an upload (SFTP)",
        "ikke plass til opplastingen (SFTP)",
    ),
    _fault(
        "delivery",
        "host_key_rotated",
        "a new host key at the next start of serve",
        "ny vertsnøkkel ved neste start av serve",
    ),
    _fault(
        "delivery",
        "outbox_name_collision",
        "a file bears the name of the one before",
        "en fil får navnet til den forrige",
        only="",
    ),
    _fault(
        "files",
        "dup_file",
        "a file comes again under another name",
        "en fil kommer igjen under annet navn",
        times="1",
        only="",
    ),
    _fault(
        "files",
        "reorder",
        "a file comes after its successors",
        "en fil kommer etter de neste",
        hours="30",
        only="",
    ),
    _fault(
        "files",
        "truncate",
        "a file is cut, and comes whole a day later",
        "en fil er kuttet, og kommer hel dagen etter",
        percent="60",
        only="",
    ),
    _fault(
        "files",
        "bitflip",
        "one bit of a file is turned; whole a day later",
        "én bit i en fil er snudd; hel dagen etter",
        only="",
    ),
    _fault(
        "files",
        "encoding",
        "other bytes, same text",
        "andre byter, samme tekst",
        kind="bom",
        only="",
    ),
    _fault(
        "files",
        "version",
        "the next camt in the other version",
        "neste camt i den andre versjonen",
    ),
    _fault(
        "files",
        "camt_pages",
        "the next statement comes in two pages",
        "neste kontoutskrift i to sider",
    ),
    _fault(
        "statements",
        "wrong_account_statement",
        "a statement of a stranger's account",
        "kontoutskrift for en fremmed konto",
    ),
    _fault(
        "statements",
        "gap_in_statement",
        "a statement comes days late",
        "en kontoutskrift kommer dager for sent",
        days="2",
    ),
    _fault(
        "statements",
        "reissued_statement",
        "a statement lacks entries; then a right one",
        "en kontoutskrift mangler poster; så en riktig",
    ),
    _fault(
        "content",
        "late_reject",
        "accepted, and at the run not executed",
        "godtatt, men ikke utført ved kjøringen",
        payments="1",
    ),
    _fault(
        "content",
        "partial_batch",
        "a run executes the first half, the next the rest",
        "halvparten nå, resten i neste kjøring",
    ),
    _fault(
        "content",
        "batch_booked",
        "one sum where single entries were asked for",
        "én sum der enkeltposter var bestilt",
    ),
    _fault(
        "content", "split_booking", "one sum becomes two entries", "én sum blir to poster"
    ),
    _fault(
        "content",
        "charge_netted",
        "the charge is inside the entry, not one of its own",
        "gebyret ligger i posten, ikke for seg",
    ),
    _fault(
        "content",
        "other_amount",
        "another amount than ordered",
        "et annet beløp enn bestilt",
        ore="100",
    ),
    _fault(
        "content",
        "other_account",
        "another account than ordered gets the money",
        "en annen konto enn bestilt får pengene",
        to="15030000029",
    ),
    _fault(
        "content",
        "booked_twice",
        "a payment is booked once more",
        "en betaling blir ført en gang til",
    ),
    _fault(
        "content",
        "unknown_credit",
        "money comes with no word from whom",
        "penger kommer uten et ord om fra hvem",
        amount="777.77",
    ),
    _fault(
        "content",
        "reversed_entry",
        "a receipt is taken back the next bank day",
        "en innbetaling trekkes tilbake neste bankdag",
    ),
    _fault(
        "time",
        "clock_skew",
        "the bank's file times are wrong",
        "filtidene til banken er feil",
        minutes="-90",
    ),
)


def find(name: str) -> Fault:
    """Return the fault of this name."""
    for fault in FAULTS:
        if fault.name == name:
            return fault
    raise Refused(
        f"no fault is called {name!r}. Known: {', '.join(f.name for f in FAULTS)}."
    )


def arm(state: State, name: str, settings: Sequence[str]) -> dict[str, object]:
    """Arm a fault with its options, written KEY=VALUE."""
    fault = find(name)
    given = {"count": "1", **fault.options}
    for setting in settings:
        key, sign, value = setting.partition("=")
        if not sign or key not in given:
            raise Malformed(
                f"{name} knows {', '.join(given)}; {setting!r} is none of them.",
                norwegian=f"{name} kjenner {', '.join(given)}, ikke {setting!r}.",
            )
        given[key] = value
    count = given.pop("count")
    if not count.isdecimal() or not 1 <= int(count) <= 1000:
        raise Malformed(
            f"count={count}: write a number from 1 to 1000.",
            norwegian=f"count={count}: skriv et tall fra 1 til 1000.",
        )
    for key, default in fault.options.items():
        _judge(key, given[key], default)
    state.run(
        "INSERT INTO fault (name, options, armed, remaining) VALUES (?, ?, ?, ?)",
        name,
        json.dumps(given),
        text_of(state.now),
        int(count),
    )
    state.note("fault", f"{name} armed", f"{name} bestilt")
    return {"fault": name, "count": int(count), **given}


def _judge(key: str, value: str, default: str) -> None:
    """Refuse an option now, for a fault that goes off wrong would stop the clock."""
    if key == "amount":
        ore.from_person(value)
    elif key == "to" and not account_is_valid(value):
        raise Malformed(
            f"to={value}: not an account number.",
            norwegian=f"to={value}: ikke et kontonummer.",
        )
    elif key == "kind" and value not in ENCODINGS:
        raise Malformed(
            f"kind={value}: an encoding is {', '.join(ENCODINGS)}.",
            norwegian=f"kind={value}: en tegnkoding er {', '.join(ENCODINGS)}.",
        )
    elif (
        key != "to"
        and default.lstrip("-").isdecimal()
        and re.fullmatch("-?[0-9]{1,6}", value) is None
    ):
        raise Malformed(
            f"{key}={value}: write a whole number.",
            norwegian=f"{key}={value}: skriv et helt tall.",
        )


def armed(state: State) -> list[dict[str, object]]:
    """Return the faults that have not happened yet."""
    rows = state.rows("SELECT * FROM fault WHERE remaining > 0 ORDER BY id")
    return [
        {"fault": row["name"], "count": row["remaining"], **json.loads(row["options"])}
        for row in rows
    ]


def take(state: State, name: str, kind: str = "") -> dict[str, str] | None:
    """Return the options of an armed fault and use it up once; None when none fits."""
    for row in state.rows(
        "SELECT * FROM fault WHERE name = ? AND remaining > 0 ORDER BY id", name
    ):
        options: dict[str, str] = json.loads(row["options"])
        if options.get("only", "") in ("", kind):
            state.run("UPDATE fault SET remaining = remaining - 1 WHERE id = ?", row["id"])
            state.note("fault", f"{name} happened {kind}", f"{name} skjedde {kind}")
            return options
    return None


def some(state: State, name: str, things: Sequence[Any]) -> list[Any]:
    """Return the things that a fault hits: as many as its option says, by the seed."""
    if not things:
        return []
    options = take(state, name)
    if options is None:
        return []
    start = state.chance(f"{name}/{text_of(state.now)}") % len(things)
    turned = [*things[start:], *things[:start]]
    return turned[: int(options.get("payments", "1"))]


def first_part(state: State, name: str, things: list[Any]) -> list[Any]:
    """Return the first half of the things where the fault is armed, else all of them."""
    if len(things) < 2 or take(state, name) is None:
        return things
    return things[: len(things) // 2]
