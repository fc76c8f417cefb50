"""Coverage-guided fuzzing of a reader: libFuzzer changes files to reach new lines of it.

    python -m tests.fuzz.guided camt.053 FOLDER -max_total_time=600

FOLDER keeps the files that reached something new, so that the next run goes on from
there. What follows goes to libFuzzer. `test_fuzz_reading` runs each target for a moment;
what a target must hold is `reading.judge`.
"""

from __future__ import annotations

import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["bankio"]):
    from tests.fuzz import reading

_LENGTH_MAX = 1 << 14


def main() -> None:
    """Run one target."""
    kind, folder = sys.argv.pop(1), Path(sys.argv.pop(1))
    files, words = folder / "files", folder / "words"
    files.mkdir(parents=True, exist_ok=True)
    (files / "seed").write_bytes(reading.SEEDS[kind])
    words.write_text("".join(f'"{_escaped(word)}"\n' for word in reading.DICTIONARY))
    options = [f"-max_len={_LENGTH_MAX}", f"-dict={words}", f"-artifact_prefix={folder}/"]
    atheris.Setup([*sys.argv, *options, str(files)], reading.judge)
    atheris.Fuzz()


def _escaped(word: bytes) -> str:
    return "".join(f"\\x{byte:02X}" for byte in word)


if __name__ == "__main__":
    main()
