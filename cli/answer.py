"""What a command answers: data for programs, text for people, and an exit code."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class ExitCode(IntEnum):
    """Exit codes of `books`; part of the contract."""

    DONE = 0
    """Done, and nothing waits."""
    REFUSED = 1
    """Refused: bad data, broken books, a failed proof. The books are unchanged."""
    USAGE = 2
    """The words cannot be read: a command, option, argument, date or amount."""
    WAITS = 3
    """Done, and something waits for a person, old or new."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one command."""

    data: object
    """What `--json` prints: lists, dicts, strings, numbers, None."""
    text: str
    """What a person reads; may be empty."""
    exit_code: ExitCode = ExitCode.DONE


class Refused(Exception):
    """The command will not do it; each message is one clear sentence."""

    exit_code = ExitCode.REFUSED

    def __init__(self, *messages: str) -> None:
        self.messages = messages
        super().__init__("\n".join(messages))


class UsageError(Refused):
    """The words themselves cannot be read, whatever the books hold."""

    exit_code = ExitCode.USAGE
