"""Observations about a file that do no harm, gathered so that they stay few.

A file with a million entries without a bank transaction code is told as one warning with
the first place and the number of times, so memory and screens stay small.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from bankio.errors import Place


@dataclass(slots=True)
class Notes:
    """Warnings by what they say; each keeps its first place and its count."""

    found: dict[str, tuple[Place, int]] = field(default_factory=dict)

    def add(self, place: Place, what: str) -> None:
        """Note `what`, seen at `place`."""
        first, count = self.found.get(what, (place, 0))
        self.found[what] = first, count + 1

    def lines(self) -> tuple[str, ...]:
        """Return the warnings as they are shown."""
        return tuple(
            f"{place}: {what}" + (f" ({count} times)" if count > 1 else "")
            for what, (place, count) in self.found.items()
        )
