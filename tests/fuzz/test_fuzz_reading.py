"""A short run of every fuzz target, from a fixed seed; by hand it may be longer.

`FUZZ_ROUNDS=20000 pytest tests/fuzz` goes on for some minutes.
"""

from __future__ import annotations

import os
import random

import pytest

from bankio import formats
from tests.fuzz.reading import SEEDS, judge, mutated

ROUNDS = int(os.environ.get("FUZZ_ROUNDS", "250"))


@pytest.mark.parametrize("kind", SEEDS)
def test_the_seed_itself_is_read(kind):
    assert kind == formats.read(SEEDS[kind], "f").format


@pytest.mark.parametrize("kind", SEEDS)
def test_no_change_of_a_file_does_more_than_refuse_it(kind):
    draw = random.Random(f"{kind} {ROUNDS}")

    for _ in range(ROUNDS):
        data = mutated(SEEDS[kind], draw)
        try:
            judge(data)
        except Exception as error:
            error.add_note(f"the file: {data!r}")
            raise
