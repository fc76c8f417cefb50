"""The contract of the words: exit code 2 for what cannot be read, 1 for what is refused,
one JSON document wherever `--json` stands, and no traceback, whoever stops us."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from world import ACCOUNT, ORGNR, World, run

from cli import app
from cli.commands import status

INIT = ("init", "new", "--company", "X", "--orgnr", ORGNR, "--bank-account", ACCOUNT)

WHOLE: dict[str, tuple[str, ...]] = {
    "init": INIT[1:],
    "import": ("--opening", "none.csv"),
    "post": ("lf-none",),
    "hold": ("lf-none", "--reason", "x"),
    "release": ("lf-none",),
    "confirm": ("L99999", "15032080119", "--reason", "x"),
    "payables": (),
    "receivables": (),
    "pay-due": (),
    "send": (),
    "cancel": ("E-NONE",),
    "resolve": ("E-NONE", "--reason", "x"),
    "connect": ("netbank",),
    "payments": (),
    "remittance": ("M-NONE",),
    "reconcile": (),
    "sync": (),
    "unmatched": (),
    "match": ("REF", "kf-none"),
    "book": ("REF", "6800"),
    "undo": ("REF",),
    "rules test": ("none.xml",),
    "status": (),
    "statement": (ACCOUNT, "2026-11-01"),
    "lock": ("2026-10-31",),
    "verify": (),
    "rebuild": (),
    "why": ("REF",),
    "inspect": ("none.xml",),
    "web": (),
}
"""Every command with words that can be read."""


def names_of(group, before: str = "") -> Iterator[str]:
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from names_of(command, f"{before}{name} ")
        else:
            yield f"{before}{name}"


def test_the_table_names_every_command():
    assert set(WHOLE) == set(names_of(typer.main.get_command(app.app)))


def words_that_make_no_sense() -> Iterator[tuple[str, ...]]:
    yield ("no-such-command",)
    yield ("rules",)
    yield ("rules", "no-such-command")
    for name, words in WHOLE.items():
        command = tuple(name.split())
        yield (*command, *words, "--no-such-option")
        yield (*command, *words, "--today", "garbage")
        yield (*command, *words, "--today", "2026-02-30")
        yield (*command, *words, "--books")
        if name in {"init", "import", "hold", "statement"} or words:
            yield command
    yield from MALFORMED


MALFORMED = (
    ("hold", "lf-none"),
    ("hold", "--reason", "x"),
    ("match", "REF"),
    ("book", "REF"),
    ("statement", ACCOUNT),
    ("statement", ACCOUNT, "2026-11-01", "--all", "2026-11-01"),
    ("statement", ACCOUNT, "x"),
    ("statement", "--all", "2026-13-01"),
    ("statement", "--all", "2026-10-31", "--comment", "lf-none"),
    ("statement", "--all", "2026-10-31", "--comment", "lf-none= "),
    ("import", "--post"),
    ("import", "one.xml", "--opening", "two.csv"),
    ("lock", "x"),
    ("lock", "2026-13-01"),
    ("payables", "--until", "2026-13-01"),
    ("payables", "--until", ""),
    ("receivables", "--until", "tomorrow"),
    ("pay-due", "--until", "2026-13-01"),
    ("pay-due", "lf-none=many"),
    ("pay-due", "lf-none="),
    ("pay-due", "=100"),
    ("match", "REF", "kf-none=1.234"),
    ("match", "REF", ""),
    ("book", "REF", "6800=x"),
    ("book", "REF", "=5"),
    (*INIT, "--opening", "x"),
    (*INIT, "--opening", ""),
    (*INIT, "--opening", "5", "--opening-date", "x"),
    ("web", "--port", "x"),
    ("sync", "--watch=yes"),
)


def pipe(*words: str) -> list[tuple[str, ...]]:
    """The same words with `--json` first, last, and behind the command."""
    return [("--json", *words), (*words, "--json"), (*words[:1], "--json", *words[1:])]


@pytest.mark.parametrize("words", [*words_that_make_no_sense()], ids=" ".join)
def test_words_that_cannot_be_read_are_exit_code_2(words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    plain = run(app.run, list(words))

    assert (2, "") == (plain.code, plain.out)
    assert plain.err.startswith("books: ")
    for order in pipe(*words):
        told = run(app.run, list(order))
        assert 2 == told.code, order
        assert [plain.err.rstrip("\n")] == told.data["errors"]
    assert [] == list(tmp_path.iterdir())


NOT_KNOWN = (
    ("hold", "lf-none", "--reason", "x"),
    ("release", "lf-none"),
    ("confirm", "L99999", "15032080119", "--reason", "x"),
    ("post", "lf-none"),
    ("pay-due", "lf-none"),
    ("pay-due", "lf-none=100"),
    ("cancel", "E-NONE"),
    ("resolve", "E-NONE", "--reason", "x"),
    ("remittance", "M-NONE"),
    ("match", "B1999-1", "kf-none"),
    ("book", "B1999-1", "6800"),
    ("undo", "B1999-1"),
    ("why", "B1999-1"),
    ("connect", "pigeon"),
    ("statement", "12345678903", "2026-11-01"),
    ("statement", "--all", "2026-10-31", "--comment", "lf-none=text"),
    ("rules", "test", "none.xml"),
    ("import", "--opening", "none.csv"),
    ("import", "none.xml"),
    ("inspect", "none.xml"),
    ("reconcile", "none.xml"),
)


@pytest.mark.parametrize("words", NOT_KNOWN, ids=" ".join)
def test_what_nobody_knows_is_exit_code_1(world: World, words):
    for order in pipe(*words)[:2]:
        ran = world.books(*order, code=1)
        assert ran.data
        assert "Traceback" not in ran.err
        assert "run the command again" not in ran.out


def test_a_file_that_is_missing_takes_in_none_of_the_others(world: World, tmp_path):
    (tmp_path / "rubbish.xml").write_bytes(b"<Document/>")

    ran = world.books("reconcile", str(tmp_path / "rubbish.xml"), "none.xml", code=1)

    assert "none.xml: cannot be read (No such file or directory)" in ran.err
    assert [] == list((world.folder / "bank" / "archive").iterdir())


@pytest.mark.parametrize("name", WHOLE)
def test_help_as_json_is_one_document(name):
    ran = run(app.run, [*name.split(), "--help", "--json"])

    assert 0 == ran.code
    assert ran.data["help"].startswith(f"Usage: books {name}")


@pytest.mark.parametrize("words", [("status",), ("payables",), ("why", "x")])
def test_ctrl_c_is_told_in_one_line(world: World, words, monkeypatch):
    def stopped(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("cli.wiring.Store.open", stopped)

    ran = world.books(*words, "--json", code=130)

    assert [ran.err.rstrip("\n")] == ran.data["errors"]
    assert "stopped" in ran.err


def test_a_broken_connection_is_no_closed_pipe(world: World, monkeypatch):
    def broken(*_, **__):
        raise BrokenPipeError(32, "Broken pipe", "sftp.example")

    monkeypatch.setattr(status, "run", broken)

    assert "Broken pipe" in world.books("status", code=1).err


def program(name: str, *words: object, **more) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", name, *map(str, words)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).resolve().parents[2],
        **more,
    )


@pytest.mark.parametrize("json_too", [(), ("--json",)])
def test_a_reader_who_has_read_enough_sees_no_traceback(world: World, json_too):
    world.append(
        "vouchers/2026/11.beancount",
        "".join(
            f'2026-11-02 * "Kunde Nord AS" "Faktura {each}" ^kf-K20001-{each}\n'
            f"  due: 2026-11-16\n"
            f"  Assets:1500-Kundefordringer:K20001-Kunde-Nord  100.00 NOK\n"
            f"  Income:3000-Salgsinntekt-høy  -100.00 NOK\n"
            for each in range(1, 1500)
        ),
    )
    with program(
        "cli.app",
        "receivables",
        "--books",
        world.folder,
        "--today",
        "2026-11-02",
        *json_too,
    ) as ran:
        assert ran.stdout
        ran.stdout.readline()
        ran.stdout.close()

        assert ran.stderr
        assert "" == ran.stderr.read()
    assert 0 == ran.returncode


def _hear_ctrl_c() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_ctrl_c_shows_no_traceback(tmp_path):
    """A real signal, while the program waits for the bytes of a file."""
    os.mkfifo(tmp_path / "slow.xml")
    with (
        # Under nohup, or in the background of a script, the signal would be ignored.
        program(
            "cli.app", "inspect", tmp_path / "slow.xml", preexec_fn=_hear_ctrl_c
        ) as ran,
        (tmp_path / "slow.xml").open("wb"),  # opens when the program reads
    ):
        ran.send_signal(signal.SIGINT)
        assert ran.stderr
        told = ran.stderr.read()
    assert 130 == ran.returncode
    assert "stopped" in told
    assert "Traceback" not in told


def test_a_file_name_of_any_bytes_is_told(world: World):
    name = os.fsdecode(b"sales-\xff.xml")

    for words in (("inspect", name), ("why", name)):
        with program("cli.app", *words, "--json", "--books", world.folder) as ran:
            assert ran.stdout
            told = json.loads(ran.stdout.read())
            assert ran.stderr
            assert "Traceback" not in ran.stderr.read()
        assert 1 == ran.returncode
        assert told
