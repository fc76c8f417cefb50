"""Run one command line: its exit code, one JSON document or text, and never a traceback.

Whatever happens, `--json` gets one JSON document on stdout: the answer, or `{"errors":
[…]}` for what was refused, misspelt or stopped. What went wrong stands on stderr as well,
one clear sentence each.

Traps: whoever reads us may close the pipe (`books … | head`), which is no error of the
command; but a connection to the bank that breaks raises the same `BrokenPipeError`.
"""

from __future__ import annotations

import contextlib
import functools
import io
import os
import sys
from collections.abc import Sequence

import typer
from typer.exceptions import TyperException

from cli.answer import Answer, ExitCode, Refused, UsageError
from cli.options import Options, split, wants_json

STOPPED = 130
"""As a shell tells of Ctrl-C."""

_built = functools.cache(typer.main.get_command)
"""The commands of an app: a process that runs many command lines builds them once."""


def run(app: typer.Typer, arguments: Sequence[str]) -> int:
    """Run `books` and return its exit code; no traceback ever reaches the user."""
    if isinstance(sys.stdout, io.TextIOWrapper):  # a file name may hold any bytes
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        try:
            return _run(app, arguments)
        except (KeyboardInterrupt, EOFError):  # Ctrl-C, or Ctrl-D at a question
            told = "books: stopped. Run the same command again to go on."
            return _tell((told,), STOPPED, as_json=wants_json(arguments))
    except BrokenPipeError:
        return _closed_pipe(ExitCode.DONE)


def _run(app: typer.Typer, arguments: Sequence[str]) -> int:
    as_json = wants_json(arguments)
    options = Options()
    try:
        options, rest = split(arguments)
        answer = _answer(app, options, rest)
    except TyperException as error:
        context = getattr(error, "ctx", None)
        where = context.command_path if context else "books"
        told = error.format_message().rstrip(".")
        message = f"books: {told}. See {where} --help."
        return _tell((message,), ExitCode.USAGE, as_json=as_json)
    except UsageError as error:
        messages = tuple(f"books: {message}" for message in error.messages)
        return _tell(messages, ExitCode.USAGE, as_json=as_json)
    except Refused as error:
        return _tell(error.messages, error.exit_code, as_json=as_json)
    except EOFError:
        raise
    except Exception as error:  # noqa: BLE001 - the last line before a person's screen
        if isinstance(error, BrokenPipeError) and _is_stdout_closed():
            return _closed_pipe(ExitCode.DONE)
        return _tell(_messages(options, error), ExitCode.REFUSED, as_json=as_json)
    if answer is None:  # help, or a server that has told what it does
        return ExitCode.DONE
    return _print(answer, as_json=options.json)


def _answer(app: typer.Typer, options: Options, rest: Sequence[str]) -> Answer | None:
    """Return what a command answers; its help is an answer too.

    Typer's own `main` is not called: it ends the program, without a word, at a connection
    that broke, and makes an exit code of Ctrl-C that looks like an answer.
    """
    command = _built(app)
    shown = io.StringIO()
    is_help = options.json and "--help" in rest
    with contextlib.redirect_stdout(shown) if is_help else contextlib.nullcontext():
        try:
            with command.make_context("books", list(rest), obj=options) as context:
                answer = command.invoke(context)
        except typer.Exit:  # help was asked for, and is printed
            answer = None
    if isinstance(answer, Answer):
        return answer
    return Answer({"help": shown.getvalue()}, "") if is_help else None


def _print(answer: Answer, *, as_json: bool) -> int:
    try:
        if as_json:
            _print_json(answer.data)
        elif answer.text:
            print(answer.text)
        sys.stdout.flush()
    except BrokenPipeError:
        return _closed_pipe(answer.exit_code)
    return answer.exit_code


def _tell(messages: Sequence[str], code: int, *, as_json: bool) -> int:
    """Say on stderr what is wrong, and in the document where one is asked for."""
    for message in messages:
        print(_shown(message), file=sys.stderr)
    try:
        if as_json:
            _print_json({"errors": list(messages)})
        sys.stdout.flush()
    except BrokenPipeError:
        return _closed_pipe(code)
    return code


def _print_json(data: object) -> None:
    import json

    print(json.dumps(data, ensure_ascii=False, indent=1))


def _shown(message: str) -> str:
    """Return a message as a screen may show it: bank text and typed text may be in it."""
    from cli.render import printable

    return "\n".join(map(printable, message.split("\n")))


def _messages(options: Options, error: Exception) -> tuple[str, ...]:
    from cli import refusals

    told = refusals.messages(error)
    return told if told is not None else (refusals.record(options.books, error),)


def _is_stdout_closed() -> bool:
    """Whether it is our reader who has gone: what was not written is still to be."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        return True
    return False


def _closed_pipe(code: int) -> int:
    """Whoever read us has read enough: no word on the screen, and none at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return code
