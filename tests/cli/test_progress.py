"""Progress is for a person at a terminal: nothing of it in logs, pipes and documents."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
import threading

import pytest
from world import World

from cli.progress import Progress

COMMANDS = {
    "reconcile": "Fetching from netbank",
    "verify": "Proving the books",
    "rebuild": "Reading the archive",
    "sync": "Fetching from netbank",
}


def on_a_terminal(world: World, *words: str) -> tuple[str, str]:
    """Run with standard error on a terminal; return standard output and what it showed."""
    controller, terminal = pty.openpty()
    shown: list[bytes] = []

    def read() -> None:
        try:
            while data := os.read(controller, 65536):
                shown.append(data)
        except OSError:  # the terminal is closed
            return

    reader = threading.Thread(target=read)
    reader.start()
    options = ["--books", str(world.folder), "--today", world.today]
    ran = subprocess.run(
        [sys.executable, "-m", "cli.app", *words, *options],
        stdout=subprocess.PIPE,
        stderr=terminal,
        text=True,
        timeout=120,
        check=False,
        env={**os.environ, "TERM": "xterm"},
    )
    os.close(terminal)
    reader.join()
    os.close(controller)
    return ran.stdout, b"".join(shown).decode()


@pytest.mark.parametrize("command", COMMANDS)
def test_a_person_sees_what_is_being_done(week: World, command: str):
    out, shown = on_a_terminal(week, command)

    assert COMMANDS[command] in shown
    assert COMMANDS[command] not in out


@pytest.mark.parametrize("command", COMMANDS)
def test_a_document_is_asked_for_in_silence(week: World, command: str):
    _, shown = on_a_terminal(week, command, "--json")

    assert "" == shown


@pytest.mark.parametrize("command", COMMANDS)
def test_a_pipe_gets_nothing_of_it(week: World, command: str):
    assert "" == week.books(command).err


def test_a_file_name_moves_no_cursor(capsys: pytest.CaptureFixture[str]):
    with Progress(is_shown=True).doing("[red]a\x1b[2Jb"):
        pass

    assert "\x1b[2J" not in capsys.readouterr().err


@pytest.mark.parametrize("is_shown", [True, False])
def test_everything_that_is_counted_comes(is_shown: bool):
    progress = Progress(is_shown=is_shown)

    assert [1, 2, 3] == list(progress.counted("x", (1, 2, 3)))
    assert [] == list(progress.counted("x", ()))
