"""What a command is doing, for a person who waits at a terminal.

One line on standard error that goes away when the work is done. A log, a pipe and
whoever asked for `--json` get nothing of it, and rich is not even imported for them.

Trap: the line lives in a thread of its own. It must be over before a person is asked
something, so it lasts as long as a `with` block or a loop and never longer.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from cli.options import Options
from cli.render import clean

Thing = TypeVar("Thing")


@dataclass(frozen=True, slots=True)
class Progress:
    """Tells how far the work is, or keeps quiet."""

    is_shown: bool = False

    @contextmanager
    def doing(self, what: str) -> Iterator[Callable[[str], None]]:
        """Show what is being done; what is yielded shows something else instead."""
        if not self.is_shown:
            yield _quiet
            return
        from rich.console import Console
        from rich.text import Text

        # Text, no markup: what is told may hold a name that somebody else chose.
        with Console(stderr=True).status(Text(clean(what))) as status:
            yield lambda next_: status.update(Text(clean(next_)))

    def counted(self, what: str, things: Sequence[Thing]) -> Iterator[Thing]:
        """Yield the things, and show how many are done."""
        if not things:
            return
        with self.doing(what) as told:
            for number, thing in enumerate(things, 1):
                told(f"{what}, {number} of {len(things)}")
                yield thing


QUIET = Progress()


def of(options: Options) -> Progress:
    """Return what shows progress where a person sees it."""
    return Progress(is_shown=not options.json and sys.stderr.isatty())


def _quiet(_: str) -> None:
    """Say nothing."""
