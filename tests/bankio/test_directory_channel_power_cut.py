"""The file channel on a disk that forgets what was not synced (`power_cut`).

A confirmed delivery outlives the power; one that was cut is there whole or not at all, and
the same bytes sent again end it. A file is taken out of the inbox only once the archive has
it for good.
"""

import errno
import hashlib
import os
from itertools import count

import pytest
from power_cut import LOSSES, Disk, PowerCut, cut

from bankio.channels.directory import DirectoryChannel
from ledger.archive import Archive

NAME = "P001.974760673.M-7KQ2.xml"
DATA = "<Document>øre</Document>".encode()
DIGEST = hashlib.sha256(DATA).hexdigest()
HELD = {"a.xml": b"<a/>", "b.xml": b"<b/>"}


def channel_of(root):
    inbox, outbox = root / "bank" / "inbox", root / "bank" / "outbox"
    return DirectoryChannel(outbox, inbox, pause=lambda _seconds: None)


def send(root):
    return channel_of(root).send(NAME, DATA, DIGEST)


def take_in(root):
    """Do as the program does: keep each file for good, then let the channel drop it."""
    archive, channel = Archive(root), channel_of(root)
    for each in channel.receive():
        archive.add(each.data, "xml", {"event": "received", "name": each.name})
        channel.done(each.name)


def cut_at(number, root, act):
    """Run with the power cut at an operation; return the disk and whether it was cut."""
    root.mkdir()
    disk = Disk(root)
    disk.stop_at(number, cut)
    with disk.watched():
        try:
            act(root)
        except PowerCut:
            return disk, True
    return disk, False


def names(folder):
    return [each.name for each in folder.iterdir()]


def delivered(root):
    """Return what a person sees in the outbox."""
    outbox = root / "bank" / "outbox"
    found = outbox.iterdir() if outbox.is_dir() else ()
    return {each.name: each.read_bytes() for each in found if each.name[0] != "."}


@pytest.fixture(params=["hard links", "no hard links"])
def links(request, monkeypatch):
    def unsupported(*_args, **_more):
        raise OSError(errno.EOPNOTSUPP, "Operation not supported")

    if request.param == "no hard links":
        monkeypatch.setattr(os, "link", unsupported)


@pytest.mark.usefixtures("links")
def test_a_delivery_cut_anywhere_is_whole_or_not_there_and_the_same_again_ends_it(tmp_path):
    for number in count(1):
        disk, is_cut = cut_at(number, tmp_path / f"live-{number}", send)
        for loss in LOSSES:
            left = tmp_path / f"left-{number}-{loss}"
            disk.left(loss, left)
            allowed = ({}, {NAME: DATA}) if is_cut else ({NAME: DATA},)
            assert delivered(left) in allowed, (loss, disk.log)
            assert send(left).sha256 == DIGEST
            assert delivered(left) == {NAME: DATA}
            assert names(left / "bank" / "outbox") == [NAME]
        if not is_cut:
            break
    assert number > 5


def test_a_delivery_that_another_run_began_outlives_a_power_cut(tmp_path):
    """A run was killed, the next one confirms the delivery, and then the power goes."""
    for number in count(1):
        live = tmp_path / f"live-{number}"
        disk, is_cut = cut_at(number, live, send)
        disk.stop_at(0, cut)
        with disk.watched():
            send(live)
        for loss in LOSSES:
            left = tmp_path / f"left-{number}-{loss}"
            disk.left(loss, left)
            assert delivered(left) == {NAME: DATA}, (loss, disk.log)
        if not is_cut:
            break
    assert number > 5


def test_a_file_of_the_inbox_is_never_in_neither_place(tmp_path):
    def begin(root):
        inbox = root / "bank" / "inbox"
        inbox.mkdir(parents=True)
        for name, data in HELD.items():
            (inbox / name).write_bytes(data)

    for number in count(1):
        live = tmp_path / f"live-{number}"
        live.mkdir()
        begin(live)
        disk = Disk(live)
        disk.stop_at(number, cut)
        is_cut = False
        with disk.watched():
            try:
                take_in(live)
            except PowerCut:
                is_cut = True
        for loss in LOSSES:
            left = tmp_path / f"left-{number}-{loss}"
            disk.left(loss, left)
            archive = Archive(left)
            kept = {archive.read(digest) for digest in archive.hashes()} - {b""}
            waiting = {each.read_bytes() for each in (left / "bank" / "inbox").iterdir()}
            assert kept | waiting == set(HELD.values()), (loss, disk.log)
            take_in(left)
            assert names(left / "bank" / "inbox") == []
            assert {archive.read(each) for each in archive.hashes()} == {*HELD.values()}
            assert archive.verify() == ()
        if not is_cut:
            break
    assert number > 20
