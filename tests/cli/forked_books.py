"""`books` with its imports done, forked for each line of words that it is given.

To be run under strace, which counts the calls of each process by itself and hits always the
same one. A run whose Nth write is to be hit makes idle writes first: so many that its Nth is
the one. A line is the number of idle writes and the words of the command, with tabs between;
the answer is the exit code, or less than zero for the signal that ended it.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from cli import app
from cli.commands import pay_due, reconcile  # noqa: F401 - imported before the fork


def main() -> None:
    with tempfile.TemporaryFile() as nowhere:
        for line in sys.stdin:
            idle, *words = line.rstrip("\n").split("\t")
            child = os.fork()
            if child == 0:
                _run(int(idle), words, nowhere.fileno())
            _, status = os.waitpid(child, 0)
            sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
            sys.stdout.flush()


def _run(idle: int, words: list[str], nowhere: int) -> None:
    """Be `books`, and never return."""
    code = 70
    try:
        for _ in range(idle):
            os.pwrite(nowhere, b".", 0)
        with Path(os.devnull).open("w") as quiet:
            sys.stdout = quiet
            code = int(app.run(words))
    except BaseException:  # noqa: BLE001 - nothing may return into the loop above
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stderr.flush()
        os._exit(code)


main()
