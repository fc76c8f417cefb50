"""A file is there whole or not at all, and stays there when the power goes."""

from __future__ import annotations

import errno
from itertools import count

import pytest
from power_cut import LOSSES, Disk, PowerCut, cut, failing

from ledger.files import append_line, make_durable_folder, make_folder, replace_file

OLD, NEW = b"old\n" * 1000, b"new\n" * 2000


@pytest.fixture
def root(tmp_path):
    folder = tmp_path / "books"
    folder.mkdir()
    return folder


def cut_at_every_operation(root, tmp_path, work, *, half=False):
    """Yield what is left after a cut at operation 1, 2, … with each loss, then the whole."""
    for number in count(1):
        live = tmp_path / f"live-{number}-{half}"
        _copy(root, live)
        disk = Disk(live)
        disk.stop_at(number, cut, half=half)
        try:
            with disk.watched():
                work(live)
        except PowerCut:
            is_done = False
        else:
            is_done = True
        for loss in LOSSES:
            left = tmp_path / f"left-{number}-{half}-{loss}"
            disk.left(loss, left)
            yield is_done, left, f"{loss} at {disk.log[-1]}"
        if is_done:
            return


def _copy(source, target):
    import shutil

    shutil.copytree(source, target)


@pytest.mark.parametrize("half", [False, True], ids=["before", "half written"])
def test_a_power_cut_leaves_the_old_file_or_the_new_one(root, tmp_path, half):
    (root / "11.beancount").write_bytes(OLD)

    seen = set()
    for is_done, left, where in cut_at_every_operation(
        root, tmp_path, lambda live: replace_file(live / "11.beancount", NEW), half=half
    ):
        found = (left / "11.beancount").read_bytes()
        assert found in {OLD, NEW}, where
        assert not is_done or found == NEW, where
        seen.add(found)

    assert {OLD, NEW} == seen


def test_a_new_file_in_new_folders_outlives_a_power_cut_once_written(root, tmp_path):
    def work(live):
        make_durable_folder(live, live / "bank" / "archive" / "3f")
        replace_file(live / "bank" / "archive" / "3f" / "a.xml", NEW)

    for is_done, left, where in cut_at_every_operation(root, tmp_path, work):
        path = left / "bank" / "archive" / "3f" / "a.xml"
        assert not path.exists() or path.read_bytes() == NEW, where
        assert not is_done or path.exists(), where


def test_a_folder_made_by_a_run_that_was_killed_is_synced_by_the_next(root, tmp_path):
    """The folder is there, and nothing says that its parent was never synced."""
    disk = Disk(root)
    with disk.watched():
        disk._real["mkdir"](root / "bank")
        disk._real["mkdir"](root / "bank" / "2026")
        make_durable_folder(root, root / "bank" / "2026")
        replace_file(root / "bank" / "2026" / "11.beancount", NEW)

    disk.left("names and bytes", tmp_path / "left")

    assert (tmp_path / "left" / "bank" / "2026" / "11.beancount").read_bytes() == NEW


def test_the_double_does_forget_what_was_not_synced(root, tmp_path):
    """Without this the tests above would prove nothing."""
    disk = Disk(root)
    with disk.watched():
        (root / "a.tmp").write_bytes(b"x")
        (root / "a.tmp").replace(root / "a")

    disk.left("names and bytes", tmp_path / "one")
    disk.left("bytes only", tmp_path / "two")

    assert not (tmp_path / "one" / "a").exists()
    assert (tmp_path / "two" / "a").read_bytes() == b""


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO])
def test_a_disk_that_refuses_leaves_the_old_file_and_no_temporary(root, number):
    path = root / "11.beancount"
    path.write_bytes(OLD)

    for nth in count(1):
        disk = Disk(root)
        disk.stop_at(nth, failing(number))
        try:
            with disk.watched():
                replace_file(path, NEW)
            break
        except OSError:
            pass
        # The last sync is the folder's: the new file is there then, and not yet safe.
        is_replaced = any(line.startswith("replace") for line in disk.log[: nth - 1])
        assert path.read_bytes() == (NEW if is_replaced else OLD)
        assert [path] == list(root.iterdir())
        path.write_bytes(OLD)

    assert nth > 4
    assert path.read_bytes() == NEW


def test_what_we_write_is_for_its_owner_and_what_is_there_keeps_its_permissions(root):
    replace_file(root / "bank" / "new.xml", NEW)
    (root / "theirs").write_bytes(OLD)
    (root / "theirs").chmod(0o664)
    replace_file(root / "theirs", NEW)

    assert (root / "bank" / "new.xml").stat().st_mode & 0o777 == 0o600
    assert (root / "bank").stat().st_mode & 0o777 == 0o700
    assert (root / "theirs").stat().st_mode & 0o777 == 0o664


def test_a_link_stays_a_link(root, tmp_path):
    elsewhere = tmp_path / "elsewhere.beancount"
    elsewhere.write_bytes(OLD)
    (root / "11.beancount").symlink_to(elsewhere)

    replace_file(root / "11.beancount", NEW)

    assert (root / "11.beancount").is_symlink()
    assert elsewhere.read_bytes() == NEW


def test_a_link_in_place_of_the_temporary_is_not_followed(root, tmp_path):
    victim = tmp_path / "victim"
    victim.write_bytes(OLD)
    (root / "a.tmp~").symlink_to(victim)

    with pytest.raises(OSError):
        replace_file(root / "a", NEW)

    assert victim.read_bytes() == OLD


@pytest.mark.parametrize("half", [False, True], ids=["before", "half written"])
def test_a_line_is_added_whole_or_not(root, tmp_path, half):
    """A torn line may be left by the cut itself, and is gone after the next line."""
    (root / "a.jsonl").write_bytes(b"one\n")

    for is_done, left, where in cut_at_every_operation(
        root, tmp_path, lambda live: append_line(live / "a.jsonl", b"two"), half=half
    ):
        found = (left / "a.jsonl").read_bytes()
        assert found.startswith(b"one\n"), where
        assert not is_done or found == b"one\ntwo\n", where
        append_line(left / "a.jsonl", b"three")
        assert (left / "a.jsonl").read_bytes() in {b"one\nthree\n", b"one\ntwo\nthree\n"}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"", b"x\n"),
        (b"one\n", b"one\nx\n"),
        (b"one\ntorn", b"one\nx\n"),
        (b"torn", b"x\n"),
        (b"one\n" + b"t" * 200_000, b"one\nx\n"),
    ],
)
def test_a_torn_line_is_cut_away(root, before, after):
    (root / "a.jsonl").write_bytes(before)

    append_line(root / "a.jsonl", b"x")

    assert after == (root / "a.jsonl").read_bytes()


def test_a_folder_may_be_there_already(root):
    make_folder(root / "a" / "b")
    make_folder(root / "a" / "b")

    assert (root / "a" / "b").is_dir()
