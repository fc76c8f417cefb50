"""A document that a form brings: beside the command for as long as the command runs.

The use case takes a path, as from the command line, and archives the bytes. The name
comes from a browser, so it is cut down to what can be nothing but a name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from werkzeug.datastructures import FileStorage

_STRANGE = re.compile(r"[^A-Za-z0-9ÆØÅæøå _-]+")
_SUFFIX = re.compile(r"[A-Za-z0-9]{1,5}", re.ASCII)


def file_name(given: str) -> str:
    r"""Return a name without folders, dots and anything that is no letter or digit.

    >>> file_name("Kvittering 12.pdf"), file_name("..\\..\\x/.ssh/config")
    ('Kvittering 12.pdf', 'config.bin')
    >>> file_name("a\n<b>.tar.gz"), file_name("")
    ('a_b_tar.gz', 'document.bin')
    """
    last = re.split(r"[/\\]", given)[-1]
    stem, dot, suffix = last.rpartition(".")
    if not dot or not _SUFFIX.fullmatch(suffix):
        stem, suffix = last, "bin"
    return f"{_STRANGE.sub('_', stem)[:80].strip() or 'document'}.{suffix.lower()}"


@contextmanager
def attached(document: FileStorage | None) -> Iterator[Path | None]:
    """Yield where the document lies, or None where the form brought none."""
    if document is None or not document.filename:
        yield None
        return
    with TemporaryDirectory(prefix="books-") as folder:
        path = Path(folder) / file_name(document.filename)
        document.save(path)
        yield path
