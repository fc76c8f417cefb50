"""`books` with its imports done, forked for each line of words that it is given.

The first line is run here, before any fork: whatever a command imports on its way, it has
imported then, and no fork does it again.

A fork has the kernel ask before each call of one name (seccomp's user notification): a
thread that the filter does not bind counts them, and at one of them kills the process or,
from there on, has the kernel refuse. Nothing else is slowed down, as it is by `strace`.

The program's words are the name of the call, and what happens at it: `KILL`, or the name of
an error. A line is the number of the call and the words of the command, with tabs between;
the answer is the exit code, or less than zero for the signal that ended it.
"""

from __future__ import annotations

import errno
import os
import signal
import sys
from itertools import count
from pathlib import Path
from threading import Event, Thread

import pyseccomp

from bankio.channels import directory
from cli import app

KILL = "KILL"
GO_ON = 1
"""SECCOMP_USER_NOTIF_FLAG_CONTINUE: the kernel does the call itself."""


def main() -> None:
    directory.SETTLE_SECONDS = 0.001  # nobody writes a file while it is read
    answer, sys.stdout = sys.stdout, Path(os.devnull).open("w")  # noqa: SIM115 - to the end
    for number, line in enumerate(sys.stdin):
        hit, *words = line.rstrip("\n").split("\t")
        code = _forked(int(hit), words) if number else app.run(words)
        answer.write(f"{int(code)}\n")
        answer.flush()


def _forked(hit: int, words: list[str]) -> int:
    child = os.fork()
    if child == 0:
        _run(hit, words)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


def _run(hit: int, words: list[str]) -> None:
    """Be `books`, and never return."""
    code = 70
    try:
        call, happens = sys.argv[1:]
        calls = pyseccomp.SyscallFilter(pyseccomp.ALLOW)
        calls.add_rule(pyseccomp.NOTIFY, call)
        is_asked = Event()
        # Begun before there is a filter: it binds this thread, and none that was there.
        Thread(target=_answer, args=(calls, is_asked, hit, happens), daemon=True).start()
        calls.load()
        is_asked.set()
        code = int(app.run(words))
    except BaseException:  # noqa: BLE001 - nothing may return into the loop above
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stderr.flush()
        os._exit(code)


def _answer(
    calls: pyseccomp.SyscallFilter, is_asked: Event, hit: int, happens: str
) -> None:
    """Let the calls before the one that is hit pass, and have it and all later ones hit."""
    is_asked.wait()
    for number in count(1):
        asked = calls.receive_notify()
        error = 0
        if number >= hit:
            if happens == KILL:
                os.kill(os.getpid(), signal.SIGKILL)
            error = -getattr(errno, happens)
        flags = 0 if error else GO_ON
        calls.respond_notify(pyseccomp.NotificationResponse(error, flags, asked.id, 0))


main()
