"""The file channel: what it delivers once, what it takes in, and what it leaves alone."""

import errno
import hashlib
import os
import socket

import pytest

from bankio.channels import OutcomeUnknown, Refused, Unreachable
from bankio.channels.directory import DirectoryChannel

NAME = "P001.974760673.M-7KQ2.xml"
DATA = "<Document>øre</Document>".encode()


def sha256(data):
    return hashlib.sha256(data).hexdigest()


@pytest.fixture
def channel(tmp_path):
    (tmp_path / "inbox").mkdir()
    return DirectoryChannel(
        tmp_path / "outbox", tmp_path / "inbox", max_bytes=1000, pause=lambda _seconds: None
    )


@pytest.fixture
def outbox(tmp_path):
    return tmp_path / "outbox"


@pytest.fixture
def inbox(tmp_path):
    return tmp_path / "inbox"


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def reasons(channel):
    return {file.name: file.reason for file in channel.ignored}


def test_a_file_is_delivered_whole_and_private(channel, outbox):
    receipt = channel.send(NAME, DATA, sha256(DATA))

    assert (outbox / NAME).read_bytes() == DATA
    assert names(outbox) == [NAME]
    assert (outbox / NAME).stat().st_mode & 0o777 == 0o600
    assert (receipt.place, receipt.size, receipt.already_there) == (
        str(outbox / NAME),
        len(DATA),
        False,
    )


def test_the_same_bytes_again_are_the_same_delivery(channel, outbox):
    channel.send(NAME, DATA, sha256(DATA))

    again = channel.send(NAME, DATA, sha256(DATA))

    assert again.already_there
    assert names(outbox) == [NAME]


def test_other_bytes_never_replace_a_delivered_file(channel, outbox):
    channel.send(NAME, DATA, sha256(DATA))

    with pytest.raises(Refused, match="something else under this name"):
        channel.send(NAME, b"<other/>", sha256(b"<other/>"))

    assert (outbox / NAME).read_bytes() == DATA
    assert names(outbox) == [NAME]


def test_bytes_that_changed_after_approval_are_not_sent(channel, outbox):
    with pytest.raises(Refused, match="changed after they were approved"):
        channel.send(NAME, DATA.replace(b"e", b"3", 1), sha256(DATA))

    assert not outbox.exists()


@pytest.mark.parametrize(
    "name",
    ["", ".hidden", "../up.xml", "/etc/x", "a b", "a\n.xml", "å.xml", "NUL", "con.xml", "x.part",
     "x" * 121],
)  # fmt: skip
def test_a_name_that_means_something_elsewhere_is_refused(channel, name):
    with pytest.raises(Refused, match="no name for a file"):
        channel.send(name, DATA, sha256(DATA))


def test_a_part_left_by_a_killed_attempt_is_replaced(channel, outbox):
    outbox.mkdir()
    (outbox / f".{NAME}.part").write_bytes(b"<Docu")

    channel.send(NAME, DATA, sha256(DATA))

    assert (outbox / NAME).read_bytes() == DATA
    assert names(outbox) == [NAME]


def test_a_link_planted_as_the_part_is_not_written_through(channel, outbox, tmp_path):
    outbox.mkdir()
    victim = tmp_path / "victim"
    victim.write_bytes(b"precious")
    (outbox / f".{NAME}.part").symlink_to(victim)

    channel.send(NAME, DATA, sha256(DATA))

    assert victim.read_bytes() == b"precious"
    assert (outbox / NAME).read_bytes() == DATA


def test_a_link_planted_as_the_target_is_not_taken_for_a_delivery(
    channel, outbox, tmp_path
):
    outbox.mkdir()
    twin = tmp_path / "twin"
    twin.write_bytes(DATA)
    (outbox / NAME).symlink_to(twin)

    with pytest.raises(Refused, match="something else"):
        channel.send(NAME, DATA, sha256(DATA))


@pytest.mark.parametrize("number", [errno.EACCES, errno.EROFS], ids=errno.errorcode.get)
def test_a_read_only_folder_takes_nothing_and_is_told(channel, outbox, monkeypatch, number):
    outbox.mkdir()
    real = os.open

    def refuses(path, flags, *more, **named):
        if flags & os.O_CREAT:
            raise OSError(number, os.strerror(number), str(path))
        return real(path, flags, *more, **named)

    monkeypatch.setattr(os, "open", refuses)

    with pytest.raises(Unreachable, match=os.strerror(number)):
        channel.send(NAME, DATA, sha256(DATA))

    monkeypatch.undo()
    assert list(outbox.iterdir()) == []


def test_a_read_only_inbox_gives_its_files_and_keeps_them(channel, inbox, monkeypatch):
    (inbox / "a.xml").write_bytes(b"<a/>")

    def refuses(*_arguments, **_named):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(os, "unlink", refuses)
    monkeypatch.setattr(os, "remove", refuses)
    (file,) = channel.receive()
    with pytest.raises(Unreachable, match="Permission denied"):
        channel.done(file.name)

    assert (inbox / "a.xml").read_bytes() == b"<a/>"


@pytest.mark.parametrize("call", ["open", "fsync", "link"])
def test_a_failing_disk_before_the_name_delivers_nothing(
    channel, outbox, monkeypatch, call
):
    outbox.mkdir()
    real = getattr(os, call)

    def full(*args, **kwargs):
        if call == "open" and not str(args[0]).endswith(".part"):
            return real(*args, **kwargs)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, call, full)

    with pytest.raises(Unreachable, match="No space left"):
        channel.send(NAME, DATA, sha256(DATA))

    monkeypatch.undo()
    assert not (outbox / NAME).exists()
    assert channel.send(NAME, DATA, sha256(DATA)).already_there is False


def test_a_disk_that_fails_after_the_name_leaves_the_outcome_unknown(
    channel, outbox, monkeypatch
):
    real = os.fsync

    def outbox_fails(descriptor):
        if outbox.exists() and os.path.samestat(os.fstat(descriptor), outbox.stat()):
            raise OSError(5, "Input/output error")
        real(descriptor)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", outbox_fails)
        with pytest.raises(OutcomeUnknown):
            channel.send(NAME, DATA, sha256(DATA))

    assert channel.send(NAME, DATA, sha256(DATA)).already_there


def test_a_name_taken_between_look_and_link_is_compared(channel, outbox, monkeypatch):
    outbox.mkdir()
    real = os.link

    def taken_meanwhile(*args, **kwargs):
        (outbox / NAME).write_bytes(b"<other/>")
        real(*args, **kwargs)

    monkeypatch.setattr(os, "link", taken_meanwhile)

    with pytest.raises(Refused):
        channel.send(NAME, DATA, sha256(DATA))

    assert (outbox / NAME).read_bytes() == b"<other/>"


def test_a_file_system_without_hard_links_serves_too(channel, outbox, monkeypatch):
    def unsupported(*args, **kwargs):
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(os, "link", unsupported)

    channel.send(NAME, DATA, sha256(DATA))

    assert (outbox / NAME).read_bytes() == DATA
    assert names(outbox) == [NAME]


def test_files_are_received_in_order_of_name_and_removed_when_done(channel, inbox):
    (inbox / "b.xml").write_bytes(b"<b/>")
    (inbox / "kontoutskrift (1) æøå.txt").write_bytes(b"NY")
    (inbox / "a.xml").write_bytes(b"<a/>")

    files = list(channel.receive())

    assert [(f.name, f.data, f.sha256) for f in files] == [
        ("a.xml", b"<a/>", sha256(b"<a/>")),
        ("b.xml", b"<b/>", sha256(b"<b/>")),
        ("kontoutskrift (1) æøå.txt", b"NY", sha256(b"NY")),
    ]
    channel.done("a.xml")
    assert names(inbox) == ["b.xml", "kontoutskrift (1) æøå.txt"]


def test_what_is_no_finished_file_is_left_alone_with_a_reason(channel, inbox, tmp_path):
    secret = tmp_path / "secret"
    secret.write_bytes(b"root:x:0:0")
    (inbox / "link.xml").symlink_to(secret)
    os.mkfifo(inbox / "fifo.xml")
    (inbox / "folder").mkdir()
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(inbox / "s.xml"))
    (inbox / "large.xml").write_bytes(b"x" * 1001)
    (inbox / "empty.xml").write_bytes(b"")
    (inbox / "evil\n.xml").write_bytes(b"<a/>")
    (inbox / ".hidden.xml").write_bytes(b"<a/>")
    (inbox / "half.xml.part").write_bytes(b"<a")
    (inbox / "half.xml.crdownload").write_bytes(b"<a")

    assert list(channel.receive()) == []
    assert reasons(channel) == {
        "link.xml": "is a symbolic link, not a file",
        "fifo.xml": "is a fifo, not a file",
        "folder": "is a folder, not a file",
        "s.xml": "is a socket, not a file",
        "large.xml": "has 1001 bytes, at most 1000 are read",
        "empty.xml": "is empty",
        "'evil\\n.xml'": "has control characters in its name; rename it",
    }


def test_a_growing_file_waits_for_the_next_time(inbox, tmp_path):
    inbox.mkdir()
    growing = inbox / "a.xml"
    growing.write_bytes(b"<a>")
    grow = [lambda: growing.write_bytes(b"<a></a>"), lambda: None]
    channel = DirectoryChannel(tmp_path / "outbox", inbox, pause=lambda _s: grow.pop(0)())

    assert list(channel.receive()) == []
    assert reasons(channel) == {"a.xml": "is still being written"}
    assert [file.data for file in channel.receive()] == [b"<a></a>"]


def test_a_link_put_in_place_of_a_file_is_not_followed(inbox, tmp_path):
    inbox.mkdir()
    (inbox / "a.xml").write_bytes(b"<a/>")
    secret = tmp_path / "secret"
    secret.write_bytes(b"root")

    def swap(_seconds):
        (inbox / "a.xml").unlink()
        (inbox / "a.xml").symlink_to(secret)

    channel = DirectoryChannel(tmp_path / "outbox", inbox, pause=swap)

    assert list(channel.receive()) == []


def _link(place, victim):
    place.symlink_to(victim)


def _fifo(place, _victim):
    os.mkfifo(place)


@pytest.mark.parametrize(
    ("plant", "reason"),
    [(_link, "cannot be opened"), (_fifo, "changed while it was read")],
    ids=["link", "fifo"],
)
def test_what_is_put_in_place_between_look_and_opening_is_not_read(
    channel, inbox, tmp_path, monkeypatch, plant, reason
):
    """The last moment that somebody has: neither a file elsewhere nor a wait for ever."""
    (inbox / "a.xml").write_bytes(b"<a/>")
    secret = tmp_path / "secret"
    secret.write_bytes(b"root")
    real = os.open

    def swapped(path, flags, *more, **named):
        if path == "a.xml":
            (inbox / "a.xml").unlink()
            plant(inbox / "a.xml", secret)
        return real(path, flags, *more, **named)

    monkeypatch.setattr(os, "open", swapped)

    assert list(channel.receive()) == []
    assert reasons(channel)["a.xml"].startswith(reason)


def test_a_link_planted_at_the_last_moment_is_not_written_through(
    channel, outbox, tmp_path, monkeypatch
):
    outbox.mkdir()
    victim = tmp_path / "victim"
    victim.write_bytes(b"precious")
    real = os.open

    def planted(path, flags, *more, **named):
        if flags & os.O_CREAT and str(path).endswith(".part"):
            (outbox / path).symlink_to(victim)
        return real(path, flags, *more, **named)

    monkeypatch.setattr(os, "open", planted)

    with pytest.raises(Unreachable, match="File exists"):
        channel.send(NAME, DATA, sha256(DATA))

    assert victim.read_bytes() == b"precious"
    assert not (outbox / NAME).exists()


def test_another_file_under_the_name_is_not_removed(channel, inbox):
    (inbox / "a.xml").write_bytes(b"<a/>")
    assert len(list(channel.receive())) == 1
    (inbox / "a.xml").unlink()
    (inbox / "a.xml").write_bytes(b"<newer/>")

    channel.done("a.xml")

    assert (inbox / "a.xml").read_bytes() == b"<newer/>"


def test_only_what_was_received_can_be_done(channel, inbox):
    (inbox / "a.xml").write_bytes(b"<a/>")

    with pytest.raises(Refused, match="was not received"):
        channel.done("a.xml")

    assert (inbox / "a.xml").exists()


def test_a_missing_inbox_holds_nothing(tmp_path):
    assert list(DirectoryChannel(tmp_path / "o", tmp_path / "none").receive()) == []


def test_an_inbox_that_is_no_folder_is_told(tmp_path):
    (tmp_path / "inbox").write_bytes(b"")

    with pytest.raises(Unreachable, match="Not a directory"):
        list(DirectoryChannel(tmp_path / "o", tmp_path / "inbox").receive())


class Killed(BaseException):
    """The process dies here: nothing of ours may catch it."""


def killing_at(nth, monkeypatch):
    """Die at the entry of the nth call that touches the disk; return how many were made."""
    made = []

    def counted(real):
        def call(*args, **kwargs):
            made.append(real.__name__)
            if len(made) == nth:
                raise Killed(real.__name__)
            return real(*args, **kwargs)

        return call

    for name in ("open", "fsync", "link", "unlink", "fdopen", "stat", "close"):
        monkeypatch.setattr(os, name, counted(getattr(os, name)))
    return made


def test_a_process_killed_anywhere_delivers_exactly_once(tmp_path, monkeypatch):
    """Kill at every call in turn, run again, and compare with the run that was not killed."""
    deaths = []
    for nth in range(1, 100):
        outbox = tmp_path / f"outbox-{nth}"
        channel = DirectoryChannel(outbox, tmp_path / "inbox")
        with monkeypatch.context() as patch:
            made = killing_at(nth, patch)
            try:
                channel.send(NAME, DATA, sha256(DATA))
            except Killed as death:
                deaths.append(str(death))

        receipt = DirectoryChannel(outbox, tmp_path / "inbox").send(
            NAME, DATA, sha256(DATA)
        )

        assert receipt.sha256 == sha256(DATA)
        assert (outbox / NAME).read_bytes() == DATA
        assert names(outbox) == [NAME]
        if len(made) < nth:
            break
    else:
        raise AssertionError("never survived")
    assert {"open", "fsync", "link", "unlink"} <= set(deaths)


def test_a_part_left_after_the_name_was_given_is_no_second_file(
    channel, outbox, monkeypatch
):
    """Killed between link and unlink: the bank's person sees one file, not two."""
    real, calls = os.unlink, []

    def second_kills(*args, **kwargs):
        calls.append(args)
        if len(calls) == 2:
            raise Killed("unlink")
        real(*args, **kwargs)

    with monkeypatch.context() as patch:
        patch.setattr(os, "unlink", second_kills)
        with pytest.raises(Killed):
            channel.send(NAME, DATA, sha256(DATA))
    assert names(outbox) == [f".{NAME}.part", NAME]

    assert channel.send(NAME, DATA, sha256(DATA)).already_there
    assert names(outbox) == [NAME]
