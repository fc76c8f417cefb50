"""The cyclic garbage collector, kept from looking at what only grows.

A bank's file, books, and the plan of a large biller are millions of values that hold no
cycles; the collector looks at all of them again and again, which takes half of the time.
What is no longer needed goes away without it, by its count of references.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_MANY_OBJECTS = 50_000


@contextmanager
def paused() -> Iterator[None]:
    """Pause the collector, and let it be afterwards as it was.

    Many values that were made meanwhile go to the oldest generation unseen: that is what
    freezing and at once unfreezing does. It is left alone where somebody has frozen
    objects. A few, or those of a file that was refused, are collected as ever: a parser
    is full of cycles, and in the oldest generation nobody would look for them.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
        many = gc.get_count()[0] > _MANY_OBJECTS
        if was_enabled and many and not gc.get_freeze_count():
            gc.freeze()
            gc.unfreeze()
    finally:
        if was_enabled:
            gc.enable()
