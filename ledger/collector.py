"""The cyclic garbage collector, kept from looking at what only grows.

Books, and the plan of a large biller, are millions of values that hold no cycles; the
collector looks at all of them again and again, which takes half of the time. What is no
longer needed goes away without it, by its count of references.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def paused() -> Iterator[None]:
    """Pause the collector, and let it be afterwards as it was."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
