"""Every benchmark in turn, or those that are named: `python -m bench [NAME…]`.

1 if one of them misses a bar.
"""

# ruff: noqa: INP001, T201 - a benchmark prints, and is no package

from __future__ import annotations

import sys

from bench import books, journal, matching, reading, reconciling, verification, writing

BENCHMARKS = {
    "reading": reading,
    "writing": writing,
    "journal": journal,
    "books": books,
    "verification": verification,
    "matching": matching,
    "reconciling": reconciling,
}


def main() -> int:
    """Run them, whatever each says."""
    names = sys.argv[1:] or list(BENCHMARKS)
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        print(f"unknown: {', '.join(unknown)}; known are {', '.join(BENCHMARKS)}")
        return 2
    sys.argv[1:] = []  # each takes sizes of its own when it is run by itself
    missed = 0
    for name in names:
        print(f"\n=== {name}")
        missed += BENCHMARKS[name].main()
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
