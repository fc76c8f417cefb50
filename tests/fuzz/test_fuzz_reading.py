"""A short run of every fuzz target, from a fixed seed; by hand it may be longer.

`FUZZ_ROUNDS=20000 pytest tests/fuzz` goes on for some minutes, and so may a run of
`tests.fuzz.guided`, which keeps what it has found.
"""

from __future__ import annotations

import importlib.util
import os
import random
import subprocess
import sys
from pathlib import Path

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


@pytest.mark.skipif(
    importlib.util.find_spec("atheris") is None and sys.platform != "linux",
    reason="atheris is made for Linux on x86-64",
)
@pytest.mark.parametrize("kind", SEEDS)
def test_no_file_that_reaches_a_new_line_does_more_than_be_refused(kind, tmp_path):
    """libFuzzer stops with an error at the first crash, hang or growth of memory."""
    limits = ["-seed=1", f"-runs={20 * ROUNDS}", "-timeout=10", "-rss_limit_mb=1024"]

    run = subprocess.run(
        [sys.executable, "-m", "tests.fuzz.guided", kind, str(tmp_path), *limits],
        cwd=Path(__file__).resolve().parents[2],
        capture_output=True,
        text=True,
        check=False,
    )

    assert run.returncode == 0, run.stderr[-2000:]
    assert f"Done {20 * ROUNDS} runs" in run.stderr
    assert len(list((tmp_path / "files").iterdir())) > 1, "nothing new was reached"
