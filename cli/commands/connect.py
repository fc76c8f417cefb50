"""`books connect`: get a channel going, and decide once whose server is the bank's.

A server is trusted because a person compared the fingerprint of its host key with what
the bank has told on another way (a letter, a known telephone number). Until then nothing
is sent to it, and nothing is read from it. After the key is pinned both folders are
listed; that changes nothing at the bank.

A pinned server that shows another key is refused with both fingerprints. Only a person
who names the new one (`--fingerprint`) adds it beside the old one: that is how a bank
changes its key, and how an attack must not look like it.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from bankio.channels import ChannelError
from bankio.channels.sftp_settings import SftpSettings
from cli.answer import Answer, ExitCode, Refused
from cli.commands import channels, host_keys
from cli.options import Options
from cli.render import clean
from cli.wiring import Workplace, opened
from ledger.company import ChannelSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """How a person agrees to a host key."""

    yes: bool = False
    """Pin what is shown, if nothing is pinned yet."""
    fingerprint: str | None = None
    """Pin what is shown, if it is this."""


def run(options: Options, name: str, consent: Consent) -> Answer:
    """Show the host key, pin it if a person agrees, and try both folders."""
    if consent.fingerprint is not None and not host_keys.FINGERPRINT.fullmatch(
        consent.fingerprint
    ):
        raise Refused(
            f"--fingerprint: is none (SHA256: and 43 characters): {consent.fingerprint}"
        )
    with opened(options) as workplace:
        settings = channels.settings_of(workplace, name)
        if settings.kind != "sftp":
            return _folders(workplace, settings)
        return _server(options, workplace, settings, consent)


def _folders(workplace: Workplace, settings: ChannelSettings) -> Answer:
    """Try a channel that needs no trust: its folders are ours."""
    try:
        tuple(channels.of(workplace, settings.name).receive())
    except ChannelError as error:
        return _failed(str(error))
    detail = f"channel {settings.name}: both folders are there"
    return Answer({"ok": True, "detail": detail}, f"{detail}.")


def _server(
    options: Options, workplace: Workplace, settings: ChannelSettings, consent: Consent
) -> Answer:
    from bankio.channels.ssh_connection import shown_host_key

    known = channels.sftp_settings(workplace.folder, settings)
    server = f"{known.host}:{known.port}"
    try:
        shown = shown_host_key(
            known.host, known.port, timeout_seconds=known.timeout_seconds
        )
    except ChannelError as error:
        return _failed(str(error))
    if consent.fingerprint not in {None, shown}:
        return _failed(
            f"{server} shows the host key {shown}, not {consent.fingerprint} as was said."
            " Nothing was pinned. Ask the bank on a known number.",
            shown=shown,
        )
    pins = _fingerprints(known)
    if shown not in pins:
        refusal = _refusal(options, (settings.name, server), shown, pins, consent)
        if refusal is not None:
            return refusal
        at = workplace.clock.recorded_at()
        host_keys.pin(workplace.folder, settings.name, server, shown, workplace.user, at)
    return _tried(workplace.folder, settings, server, shown, is_new=shown not in pins)


def _fingerprints(known: SftpSettings) -> tuple[str, ...]:
    from bankio.channels.ssh_connection import fingerprint

    try:
        return tuple(fingerprint(each) for each in known.host_keys)
    except ChannelError as error:
        raise Refused(f"books.toml: host_keys: {error}") from error


def _refusal(
    options: Options,
    channel: tuple[str, str],
    shown: str,
    pins: tuple[str, ...],
    consent: Consent,
) -> Answer | None:
    """Return why the shown key is not pinned, or None where a person agrees to it."""
    name, server = channel
    if consent.fingerprint == shown:
        return None
    if pins:
        return _failed(
            f"{server} shows the host key {shown}, but {' and '.join(pins)} is pinned."
            " Nothing is sent to it. If the bank has told you of a new key, on a way that"
            f" you know: books connect CHANNEL --fingerprint {shown}",
            shown=shown,
        )
    if consent.yes or (_is_asked(options) and _agreed(server, shown)):
        return None
    return _failed(
        f"{server} shows the host key {shown}. Nothing was pinned. Compare it with what the"
        f" bank has told you, then: books connect {name} --fingerprint {shown}",
        shown=shown,
    )


def _is_asked(options: Options) -> bool:
    return not options.json and sys.stdin.isatty() and sys.stdout.isatty()


def _agreed(server: str, shown: str) -> bool:
    print(f"{server} shows the host key\n\n    {shown}\n")
    print("Compare it with what the bank has told you, on paper or on a known number.")
    answer = input("Is it the same, character by character? [y/N] ")
    return answer.strip().lower() in {"y", "yes", "j", "ja"}


def _tried(
    folder: Path, settings: ChannelSettings, server: str, shown: str, *, is_new: bool
) -> Answer:
    """Connect with the pinned key and list both folders."""
    from bankio.channels.sftp import SftpChannel

    known = channels.sftp_settings(folder, settings)
    pinned = "now pinned" if is_new else "pinned before"
    try:
        SftpChannel(known).probe()
    except ChannelError as error:
        return _failed(f"{error}. The host key {shown} is {pinned}.", shown=shown)
    detail = (
        f"channel {settings.name}: {server} shows {shown}, {pinned};"
        f" {known.inbox} and {known.outbox} can be listed"
    )
    data = {"ok": True, "detail": detail, "fingerprint": shown, "pinned": True}
    return Answer(data, clean(f"{detail}.") + "\nNext: books sync")


def _failed(detail: str, *, shown: str | None = None) -> Answer:
    data = {"ok": False, "detail": detail, "fingerprint": shown}
    return Answer(data, clean(detail), ExitCode.REFUSED)
