"""Every file byte for byte and every event; damage is told and never read as nothing."""

from __future__ import annotations

import json
from hashlib import sha256
from itertools import count

import pytest
from power_cut import LOSSES, Disk, PowerCut, cut
from samples import payment, remittance

from ledger.archive import Archive, ArchiveDamaged, NotArchived
from ledger.manifest import manifest_event

DATA = b"<Document/>\n" * 50
DIGEST = sha256(DATA).hexdigest()
RECEIVED = {"event": "received", "name": "camt053.xml", "channel": "netbank", "at": "t"}


@pytest.fixture
def books(tmp_path):
    folder = tmp_path / "books"
    folder.mkdir()
    return folder


@pytest.fixture
def archive(books):
    return Archive(books)


def test_a_file_is_kept_under_its_hash_with_how_it_came(books, archive):
    assert archive.add(DATA, "xml", RECEIVED) == DIGEST

    shard = books / "bank" / "archive" / DIGEST[:2]
    assert sorted(p.name for p in shard.iterdir()) == [f"{DIGEST}.jsonl", f"{DIGEST}.xml"]
    assert archive.read(DIGEST) == DATA
    assert archive.path(DIGEST) == shard / f"{DIGEST}.xml"
    assert archive.events(DIGEST) == (RECEIVED,)
    assert list(archive.hashes()) == [DIGEST]
    assert archive.verify() == ()


def test_the_same_bytes_are_kept_once_whatever_they_are_called(books, archive):
    again = RECEIVED | {"name": "camt053 (1).xml"}

    for event in (RECEIVED, RECEIVED, again):
        archive.add(DATA, ".xml", event)
    archive.add(DATA, "txt", again)

    assert archive.events(DIGEST) == (RECEIVED, again)
    assert list(archive.hashes()) == [DIGEST]


def test_personal_data_is_for_its_owner(archive):
    archive.add(DATA, "xml", RECEIVED)
    path = archive.path(DIGEST)

    modes = [each.stat().st_mode & 0o777 for each in (path, path.with_suffix(".jsonl"))]

    assert modes == [0o600, 0o600]
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_a_damaged_file_is_told_and_put_right_by_its_own_bytes(archive):
    archive.add(DATA, "xml", RECEIVED)
    archive.path(DIGEST).write_bytes(DATA + b" ")

    with pytest.raises(ArchiveDamaged, match="its content has sha256"):
        archive.read(DIGEST)
    assert len(archive.verify()) == 1

    archive.add(DATA, "xml", RECEIVED)
    assert archive.read(DIGEST) == DATA
    assert archive.verify() == ()


@pytest.mark.parametrize("digest", ["0" * 64, "../../etc/passwd", "", "*", DIGEST.upper()])
def test_what_is_not_there_is_told(archive, digest):
    archive.add(DATA, "xml", RECEIVED)

    assert not Archive.has(archive, "0" * 64)
    with pytest.raises(NotArchived):
        archive.read(digest)
    with pytest.raises(NotArchived):
        archive.append(digest, RECEIVED)


def test_a_sidecar_without_its_file_is_a_problem(archive):
    archive.add(DATA, "xml", RECEIVED)
    archive.path(DIGEST).unlink()

    assert "no file with sha256" in archive.verify()[0]


@pytest.mark.parametrize(
    ("text", "events"),
    [
        (b'{"event":"a"}\n{"event":"b"}\n', ["a", "b"]),
        (b'{"event":"a"}\n{"event":"b"', ["a"]),  # torn: never promised
        (b'{"event":"a"}\n{"event":"b"}', ["a", "b"]),  # an editor took the end
        (b"", []),
        (b'{"event"', []),
    ],
)
def test_a_torn_last_line_was_never_promised(archive, text, events):
    archive.add(DATA, "xml", RECEIVED)
    sidecar = archive.path(DIGEST).with_suffix(".jsonl")
    sidecar.write_bytes(text)

    assert [event["event"] for event in archive.events(DIGEST)] == events

    archive.append(DIGEST, {"event": "new"})
    assert [event["event"] for event in archive.events(DIGEST)] == [*events, "new"]
    assert all(json.loads(line) for line in sidecar.read_text().splitlines())


@pytest.mark.parametrize("line", [b"", b"{}x", b"[]", b'"manifest"', b"\xff\xfe"])
def test_a_broken_line_is_damage_and_not_silence(archive, line):
    archive.add(DATA, "xml", RECEIVED)
    sidecar = archive.path(DIGEST).with_suffix(".jsonl")
    sidecar.write_bytes(sidecar.read_bytes() + line + b'\n{"event":"manifest"}\n')

    for ask in (lambda: archive.events(DIGEST), archive.manifests):
        with pytest.raises(ArchiveDamaged, match="line 2 is not an event"):
            ask()
    assert "line 2" in archive.verify()[0]


def test_manifests_are_found_among_everything(archive):
    ours = remittance("M-1", payment("E-1", message_id="M-1"))
    archive.add(DATA, "xml", RECEIVED)
    digest = archive.add(b"<pain/>", "xml", manifest_event(ours))
    archive.append(digest, {"event": "sent", "name": "M-1.xml", "receipt": "r"})

    assert archive.manifests() == (ours,)
    assert archive.manifests(besides=[digest]) == ()
    assert archive.manifest(digest) == ours
    assert archive.manifest(DIGEST) is None


def test_a_manifest_that_cannot_be_read_is_damage(archive):
    digest = archive.add(b"<pain/>", "xml", {"event": "manifest", "message_id": "M-1"})

    with pytest.raises(ArchiveDamaged, match="sha256 is missing"):
        archive.manifests()
    assert archive.path(digest).stem in archive.verify()[0]


@pytest.mark.parametrize(
    ("name", "ends"),
    [
        ("camt053.xml", "-camt053.xml"),
        ("../../../etc/cron.d/x", "-.._.._.._etc_cron.d_x"),
        ("a\x00b\nc;rm -rf", "-a_b_c_rm_-rf"),
        ("", "-file"),
        ("æ" * 500 + ".xml", "_.xml"),
    ],
)
def test_what_cannot_be_used_is_put_aside_byte_for_byte(books, archive, name, ends):
    path = archive.quarantine(DATA, name, "camt053.xml:12: Stmt/Bal: no closing balance")

    assert path.parent == books / "bank" / "quarantine"
    assert path.name.startswith(DIGEST)
    assert path.name.endswith(ends)
    assert path.read_bytes() == DATA
    assert "no closing balance" in (path.parent / f"{DIGEST}.reason.txt").read_text()
    assert list(archive.hashes()) == []


def test_what_was_archived_outlives_kills_and_a_power_cut(tmp_path):
    """Killed at every operation, run again, and then the power goes."""

    def work(folder):
        archive = Archive(folder)
        archive.add(DATA, "xml", RECEIVED)
        archive.append(DIGEST, {"event": "read"})

    for number in count(1):
        live = tmp_path / f"live-{number}"
        live.mkdir()
        disk = Disk(live)
        disk.stop_at(number, cut, half=True)
        with disk.watched():
            try:
                work(live)
                is_done = True
            except PowerCut:
                is_done = False
                stopped = disk.log[-1]
            if not is_done:
                # As after a kill: only the first add is certain to be made again.
                Archive(live).add(DATA, "xml", RECEIVED)
        for loss in LOSSES:
            left = tmp_path / f"left-{number}-{loss}"
            disk.left(loss, left)
            archive = Archive(left)
            assert archive.read(DIGEST) == DATA, stopped
            assert archive.events(DIGEST)[0] == RECEIVED, stopped
            assert archive.verify() == (), stopped
        if is_done:
            break
    assert number > 15
