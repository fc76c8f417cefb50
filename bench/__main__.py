"""Every benchmark in turn: `python -m bench`. 1 if one of them misses a bar."""

# ruff: noqa: INP001, T201 - a benchmark prints, and is no package

from __future__ import annotations

import sys

from bench import books, journal, reading, verification, writing

BENCHMARKS = (reading, writing, journal, books, verification)


def main() -> int:
    """Run them all, whatever each says."""
    missed = 0
    for benchmark in BENCHMARKS:
        print(f"\n=== {benchmark.__name__}")
        missed += benchmark.main()
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
