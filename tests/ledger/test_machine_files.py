"""The text of machine-owned files: which file a month has, and what stands in it."""

from __future__ import annotations

from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest

from ledger.machine_files import (
    batch_hashes,
    machine_files,
    month_file,
    posted_batches,
    whole_lines,
    with_batch,
)

DAY = date(2026, 11, 2)


def make(folder, name, size=0):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x" * size)


@pytest.mark.parametrize(
    ("kind", "files", "expected"),
    [
        ("bank", {}, "bank/2026/11.beancount"),
        ("bank", {"bank/2026/11.beancount": 99}, "bank/2026/11.beancount"),
        ("bank", {"bank/2026/11.beancount": 100}, "bank/2026/11-2.beancount"),
        (
            "bank",
            {"bank/2026/11.beancount": 100, "bank/2026/11-2.beancount": 7},
            "bank/2026/11-2.beancount",
        ),
        # A person has taken something out of a full file: it is still not the last one.
        (
            "bank",
            {"bank/2026/11.beancount": 10, "bank/2026/11-2.beancount": 7},
            "bank/2026/11-2.beancount",
        ),
        (
            "bank",
            {f"bank/2026/11{n}.beancount": 100 for n in ("", "-2", "-3")},
            "bank/2026/11-4.beancount",
        ),
        ("import", {}, "vouchers/2026/11-import.beancount"),
        (
            "import",
            {"vouchers/2026/11-import.beancount": 100},
            "vouchers/2026/11-import-2.beancount",
        ),
    ],
)
def test_a_month_that_is_full_goes_on_in_the_next_file(tmp_path, kind, files, expected):
    for name, size in files.items():
        make(tmp_path, name, size)

    assert Path(expected) == month_file(tmp_path, kind, DAY, size_max=100)


def test_machine_files_are_ours_and_in_the_order_of_their_months(tmp_path):
    ours = [
        "bank/2025/12.beancount",
        "bank/2026/02.beancount",
        "bank/2026/02-2.beancount",
        "bank/2026/02-10.beancount",
        "bank/2026/11.beancount",
        "vouchers/2026/02-import.beancount",
        "vouchers/2026/11-import.beancount",
        "vouchers/2026/11-import-2.beancount",
    ]
    theirs = ["vouchers/2026/11.beancount", "main.beancount", "bank/archive/3f/a.beancount"]
    for name in [*reversed(ours), *theirs, "bank/2026/11.beancount.tmp~"]:
        make(tmp_path, name)

    found = [path.relative_to(tmp_path).as_posix() for path in machine_files(tmp_path)]

    assert ours == found


def test_batches_are_found_again_with_their_lines():
    one = whole_lines(b"2026-11-02 open Assets:A\n\n\n")
    two = whole_lines(b'\n2026-11-03 custom "x" "y"\n  by: "kari"')
    text = with_batch(with_batch(b"", "aa", one), "bb", two)

    found = list(posted_batches(text))

    assert [("aa", one, 1), ("bb", two, 4)] == [(b.id, b.payload, b.line) for b in found]
    assert all(batch.is_unaltered for batch in found)
    assert {"aa": sha256(one).hexdigest(), "bb": sha256(two).hexdigest()} == batch_hashes(
        text
    )


def test_a_batch_that_somebody_edited_shows():
    text = with_batch(with_batch(b"", "aa", b"12500.00 NOK\n"), "bb", b"1.00 NOK\n")

    found = list(posted_batches(text.replace(b"12500", b"12600")))

    assert [batch.is_unaltered for batch in found] == [False, True]


def test_a_blank_line_more_or_less_is_no_alteration():
    text = with_batch(with_batch(b"", "aa", b"x\n"), "bb", b"y\n")

    found = list(posted_batches(text.replace(b"\n\n;;", b"\n;;") + b"\n\n"))

    assert all(batch.is_unaltered for batch in found)


def test_what_a_person_wrote_above_our_first_batch_is_kept():
    assert with_batch(b"; mine\n\n\n", "aa", b"x\n").startswith(b"; mine\n\n;; batch aa ")
