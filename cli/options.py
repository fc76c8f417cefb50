"""Global options of `books`: they may stand before or after the command."""

from __future__ import annotations

import getpass
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path


class UsageError(Exception):
    """A global option is misused."""


@dataclass(slots=True)
class Options:
    """What the global options say."""

    books: Path = field(default_factory=Path)
    today: str | None = None
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
                if not pending:
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
        options.today = value
    else:
        options.user = value


def _user() -> str:
    try:
        return os.environ.get("BOOKS_USER") or getpass.getuser()
    except (KeyError, OSError):
        return "unknown"
