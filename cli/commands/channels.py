"""The channels of books.toml, built by kind. A new kind is a line in `_KINDS`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from bankio.channels import Channel
from bankio.channels.directory import DirectoryChannel
from cli.answer import Refused
from cli.wiring import Workplace
from ledger.company import ChannelSettings


def _directory(folder: Path, settings: ChannelSettings) -> Channel:
    outbox = folder / str(settings.settings.get("outbox", "bank/outbox"))
    inbox = folder / str(settings.settings.get("inbox", "bank/inbox"))
    for each in (outbox, inbox):
        each.mkdir(mode=0o700, parents=True, exist_ok=True)
    return DirectoryChannel(outbox, inbox)


_KINDS: Mapping[str, Callable[[Path, ChannelSettings], Channel]] = {"directory": _directory}


def of(workplace: Workplace, name: str | None) -> Channel:
    """Return the channel of this name."""
    for settings in workplace.books.company.channels:
        if settings.name == name:
            return _built(workplace, settings)
    known = ", ".join(each.name for each in workplace.books.company.channels) or "none"
    raise Refused(f"channel {name}: books.toml has no [channel.{name}] (it has: {known})")


def every(workplace: Workplace) -> Iterator[tuple[str, Channel]]:
    """Yield every channel with its name."""
    for settings in workplace.books.company.channels:
        yield settings.name, _built(workplace, settings)


def _built(workplace: Workplace, settings: ChannelSettings) -> Channel:
    kind = _KINDS.get(settings.kind)
    if kind is None:
        raise Refused(
            f"books.toml: [channel.{settings.name}] kind: unknown ({settings.kind});"
            f" known: {', '.join(_KINDS)}"
        )
    return kind(workplace.folder, settings)
