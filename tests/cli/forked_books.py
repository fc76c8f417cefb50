"""`books` with its imports done, forked for each line of words that it is given.

The first line is run here, before any fork: whatever a command imports on its way, it has
imported then, and no fork does it again under strace.

To be run under strace, which counts the calls of each process by itself and hits always the
same one. A run whose Nth call is to be hit makes idle ones first: so many that its Nth is
the one. The program's only word names the call. A line is the number of idle calls and the
words of the command, with tabs between; the answer is the exit code, or less than zero for
the signal that ended it.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from cli import app

IDLE = {
    "fsync": os.fsync,
    "fdatasync": os.fdatasync,
    "pwrite64": lambda nowhere: os.pwrite(nowhere, b".", 0),
}


def main() -> None:
    answer, sys.stdout = sys.stdout, Path(os.devnull).open("w")  # noqa: SIM115 - to the end
    with tempfile.TemporaryFile() as nowhere:
        for number, line in enumerate(sys.stdin):
            idle, *words = line.rstrip("\n").split("\t")
            code = _forked(int(idle), words, nowhere.fileno()) if number else app.run(words)
            answer.write(f"{int(code)}\n")
            answer.flush()


def _forked(idle: int, words: list[str], nowhere: int) -> int:
    child = os.fork()
    if child == 0:
        _run(idle, words, nowhere)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


def _run(idle: int, words: list[str], nowhere: int) -> None:
    """Be `books`, and never return."""
    code = 70
    try:
        call = IDLE[sys.argv[1]]
        for _ in range(idle):
            call(nowhere)
        code = int(app.run(words))
    except BaseException:  # noqa: BLE001 - nothing may return into the loop above
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stderr.flush()
        os._exit(code)


main()
