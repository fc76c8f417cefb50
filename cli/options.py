"""Global options of `books`: they may stand before or after the command."""

from __future__ import annotations

import datetime as dt
import getpass
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cli.answer import Refused, UsageError
from cli.typed_text import NAME_MAX, said

_TODAY = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:T([0-9]{2}:[0-9]{2}))?", re.ASCII)


@dataclass(slots=True)
class Options:
    """What the global options say."""

    books: Path = field(default_factory=Path)
    today: dt.datetime | None = None
    """Where the clock stands; None: it goes."""
    user: str = ""
    json: bool = False
    verbose: bool = False


_WITH_VALUE = {"--books", "--today", "--user"}
_FLAGS = {"--json": "json", "-v": "verbose", "--verbose": "verbose"}


def split(arguments: Sequence[str]) -> tuple[Options, list[str]]:
    """Take the global options out of `arguments`, wherever they stand before `--`.

    >>> options, rest = split(["payables", "--json", "--books=b", "--until", "2026-12-01"])
    >>> options.json, str(options.books), rest
    (True, 'b', ['payables', '--until', '2026-12-01'])
    """
    options = Options(user=_user())
    rest: list[str] = []
    pending = list(arguments)
    while pending:
        argument = pending.pop(0)
        name, equals, value = argument.partition("=")
        if argument == "--":
            rest += [argument, *pending]
            break
        if argument in _FLAGS:
            setattr(options, _FLAGS[argument], True)
        elif name in _WITH_VALUE:
            if not equals:
                if not pending or pending[0] in _FLAGS:
                    raise UsageError(f"{name} needs a value")
                value = pending.pop(0)
            _set(options, name, value)
        else:
            rest.append(argument)
    return options, rest


def _set(options: Options, name: str, value: str) -> None:
    if name == "--books":
        options.books = Path(value)
    elif name == "--today":
        options.today = _time(value)
    else:
        options.user = said(value, "--user", most=NAME_MAX)


def _time(value: str) -> dt.datetime:
    found = _TODAY.fullmatch(value)
    try:
        day = dt.date.fromisoformat(found[1] if found else "")
        time = dt.time.fromisoformat((found[2] if found else None) or "08:00")
    except ValueError:
        raise UsageError(
            f"--today: not a date (DATE or DATETHH:MM, such as 2026-11-16T13:30): {value}"
        ) from None
    return dt.datetime.combine(day, time)


def wants_json(arguments: Sequence[str]) -> bool:
    """Whether one JSON document is asked for, also where the words make no sense.

    >>> wants_json(["--books", "--json"]), wants_json(["why", "--", "--json"])
    (True, False)
    """
    end = arguments.index("--") if "--" in arguments else len(arguments)
    return "--json" in arguments[:end]


def _user() -> str:
    named = os.environ.get("BOOKS_USER")
    if named:
        return said(named, "BOOKS_USER", most=NAME_MAX)
    try:
        return said(getpass.getuser(), "the user's name", most=NAME_MAX)
    except (KeyError, OSError, Refused):
        return "unknown"
