"""What can be wrong with the store, each told in one sentence.

StoreError
├── StoreDamaged         the file is no database of ours, or broken
├── StoreNewer           a newer version of the program wrote it
├── StoreUnavailable     busy, full, read-only, or the disk fails
└── StoreContradiction   the same fact is told in two ways: nothing is kept
"""

from __future__ import annotations

from pathlib import Path


class StoreError(Exception):
    """The store cannot be used, or refuses what it was told."""


class StoreDamaged(StoreError):
    """The store's file cannot be read."""

    def __init__(self, path: Path | str, what: str) -> None:
        super().__init__(
            f"{path}: the store is damaged ({what}). "
            "Run `books rebuild`: it is made anew from the books and the archive."
        )


class StoreNewer(StoreError):
    """A newer version of the program wrote the store."""

    def __init__(self, path: Path | str, found: str, known: int) -> None:
        super().__init__(
            f"{path}: the store has version {found} and this program knows {known}. "
            "Use the newer program, or run `books rebuild` with this one."
        )


class StoreUnavailable(StoreError):
    """The store could not be read or written just now."""

    def __init__(self, path: Path | str, what: str) -> None:
        super().__init__(
            f"{path}: the store could not be used ({what}). "
            "What was being written to it is undone; run the command again."
        )


class StoreContradiction(StoreError):
    """A key that is known was told again with other facts."""

    def __init__(self, what: str, key: str, known: object, told: object) -> None:
        super().__init__(
            f"{what} {key}: the store knows {known} and is now told {told}. "
            "Nothing was kept of this run; run `books verify`."
        )
