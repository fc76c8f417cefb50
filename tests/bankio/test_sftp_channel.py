"""The SFTP channel against OpenSSH's own server, which nobody here wrote."""

import asyncio
import hashlib
import logging
import os

import asyncssh
import pytest
from openssh_server import SSHD, OpenSshServer, Wire, free_port, new_key

from bankio.channels import OutcomeUnknown, Refused, Unreachable
from bankio.channels.sftp import SftpChannel
from bankio.channels.sftp_settings import SftpSettings
from bankio.channels.ssh_connection import HostKeyRefused, shown_host_key

pytestmark = pytest.mark.skipif(
    SSHD is None, reason="needs sshd (Debian: apt-get install openssh-server)"
)

NAME = "P001.974760673.M-7KQ2.xml"
DATA = "<Document>øre</Document>".encode() * 40_000
SHA256 = hashlib.sha256(DATA).hexdigest()


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    server = OpenSshServer(tmp_path_factory.mktemp("sshd")).start()
    yield server
    server.stop()


@pytest.fixture
def server(running):
    for folder in ("inbox", "outbox", "archive", "moved"):
        for path in (running.bank / folder).iterdir():
            path.rmdir() if path.is_dir() and not path.is_symlink() else path.unlink()
    return running


@pytest.fixture
def wire(server):
    relay = Wire(server.port)
    yield relay
    relay.close()


def settings_of(server, **fields):
    return SftpSettings(
        **{
            "host": "127.0.0.1",
            "port": server.port,
            "user": os.environ.get("USER") or os.popen("id -un").read().strip(),
            "key_file": server.client_key,
            "host_keys": (server.fingerprint,),
            "inbox": str(server.bank / "inbox"),
            "outbox": str(server.bank / "outbox"),
            "timeout_seconds": 5,
        }
        | fields
    )


def channel_of(server, *, pause=lambda _seconds: None, **fields):
    return SftpChannel(settings_of(server, **fields), pause=pause)


def names(folder):
    return sorted(path.name for path in folder.iterdir())


# --- put ------------------------------------------------------------------------------


def test_a_file_is_delivered_whole(server):
    receipt = channel_of(server).send(NAME, DATA, SHA256)

    assert (server.bank / "inbox" / NAME).read_bytes() == DATA
    assert names(server.bank / "inbox") == [NAME]
    assert receipt.place == f"sftp://127.0.0.1:{server.port}{server.bank}/inbox/{NAME}"
    assert (receipt.sha256, receipt.size, receipt.already_there) == (
        SHA256,
        len(DATA),
        False,
    )


def test_the_same_bytes_again_are_the_same_delivery(server):
    channel_of(server).send(NAME, DATA, SHA256)

    assert channel_of(server).send(NAME, DATA, SHA256).already_there


def test_a_file_that_the_bank_archived_is_a_delivery(server):
    (server.bank / "archive" / NAME).write_bytes(DATA)

    receipt = channel_of(server, archive=str(server.bank / "archive")).send(
        NAME, DATA, SHA256
    )

    assert receipt.already_there
    assert names(server.bank / "inbox") == []


@pytest.mark.parametrize(
    "other",
    [b"", b"<other/>", DATA[:-1] + b"!"],
    ids=["empty", "another", "one byte"],
)
def test_an_existing_target_with_other_bytes_is_never_replaced(server, other):
    (server.bank / "inbox" / NAME).write_bytes(other)

    with pytest.raises(Refused, match="something else has this name"):
        channel_of(server).send(NAME, DATA, SHA256)

    assert (server.bank / "inbox" / NAME).read_bytes() == other


def test_a_target_that_appears_before_the_rename_is_not_replaced(server, monkeypatch):
    real = asyncssh.SFTPClient.rename

    async def taken_meanwhile(self, *args, **kwargs):
        (server.bank / "inbox" / NAME).write_bytes(b"<other/>")
        await real(self, *args, **kwargs)

    monkeypatch.setattr(asyncssh.SFTPClient, "rename", taken_meanwhile)

    with pytest.raises(Refused, match="something else has this name"):
        channel_of(server).send(NAME, DATA, SHA256)

    assert (server.bank / "inbox" / NAME).read_bytes() == b"<other/>"


def test_a_link_under_the_name_is_no_delivery(server, tmp_path):
    (tmp_path / "twin").write_bytes(DATA)
    (server.bank / "inbox" / NAME).symlink_to(tmp_path / "twin")

    with pytest.raises(Refused, match="something else has this name"):
        channel_of(server).send(NAME, DATA, SHA256)


def test_a_part_left_by_a_killed_attempt_is_written_anew(server):
    (server.bank / "inbox" / f".{NAME}.part").write_bytes(b"<Docu")

    channel_of(server).send(NAME, DATA, SHA256)

    assert (server.bank / "inbox" / NAME).read_bytes() == DATA
    assert names(server.bank / "inbox") == [NAME]


def test_altered_bytes_and_odd_names_never_reach_the_wire(server, wire):
    channel = channel_of(server, port=wire.port)

    with pytest.raises(Refused, match="changed after they were approved"):
        channel.send(NAME, DATA + b" ", SHA256)
    with pytest.raises(Refused, match="no name for a file"):
        channel.send("../up.xml", DATA, SHA256)

    assert wire.connections == 0


# --- the wire is cut ------------------------------------------------------------------


def cut_at(monkeypatch, method, action, times=1):
    """Do something to the wire when the client is about to call `method`."""
    real = getattr(asyncssh.SFTPClient, method)
    left = [times]

    async def disturbed(self, *args, **kwargs):
        if left[0]:
            left[0] -= 1
            action()
        return await real(self, *args, **kwargs)

    monkeypatch.setattr(asyncssh.SFTPClient, method, disturbed)


def test_a_connection_lost_before_the_rename_is_made_again(server, wire, monkeypatch):
    waits = []
    cut_at(monkeypatch, "open", wire.cut, times=2)

    receipt = channel_of(server, port=wire.port, pause=waits.append).send(
        NAME, DATA, SHA256
    )

    assert not receipt.already_there
    assert (server.bank / "inbox" / NAME).read_bytes() == DATA
    assert names(server.bank / "inbox") == [NAME]
    assert waits == [2.0, 4.0]
    assert wire.connections == 3


def test_a_connection_lost_while_writing_is_made_again(server, wire, monkeypatch):
    real, left = asyncssh.SFTPClientFile.write, [1]

    async def cut_half_way(self, data, offset=None):
        if offset and left[0]:
            left[0] = 0
            wire.cut()
        return await real(self, data, offset)

    monkeypatch.setattr(asyncssh.SFTPClientFile, "write", cut_half_way)

    channel_of(server, port=wire.port).send(NAME, DATA, SHA256)

    assert (server.bank / "inbox" / NAME).read_bytes() == DATA
    assert names(server.bank / "inbox") == [NAME]


def test_a_rename_that_never_left_is_asked_for_again(server, wire, monkeypatch):
    cut_at(monkeypatch, "rename", wire.cut)

    receipt = channel_of(server, port=wire.port).send(NAME, DATA, SHA256)

    assert not receipt.already_there
    assert (server.bank / "inbox" / NAME).read_bytes() == DATA
    assert names(server.bank / "inbox") == [NAME]


def lose_the_answer(server, monkeypatch, wire, then=lambda: None):
    """Let the rename happen at the bank, and cut the wire before its answer."""
    real, left = asyncssh.SFTPClient.rename, [1]

    async def unanswered(self, *args, **kwargs):
        if not left[0]:
            return await real(self, *args, **kwargs)
        left[0] = 0
        wire.swallow_answers()
        asked = asyncio.ensure_future(real(self, *args, **kwargs))
        while not (server.bank / "inbox" / NAME).exists():  # noqa: ASYNC110 - a file
            await asyncio.sleep(0.01)
        then()
        wire.cut()
        return await asked

    monkeypatch.setattr(asyncssh.SFTPClient, "rename", unanswered)


def test_a_lost_answer_is_resolved_by_looking(server, wire, monkeypatch):
    lose_the_answer(server, monkeypatch, wire)

    receipt = channel_of(server, port=wire.port).send(NAME, DATA, SHA256)

    assert receipt.already_there
    assert names(server.bank / "inbox") == [NAME]


def test_a_lost_answer_is_resolved_in_the_banks_archive(server, wire, monkeypatch):
    lose_the_answer(
        server,
        monkeypatch,
        wire,
        then=lambda: (server.bank / "inbox" / NAME).rename(server.bank / "archive" / NAME),
    )

    receipt = channel_of(server, port=wire.port, archive=str(server.bank / "archive")).send(
        NAME, DATA, SHA256
    )

    assert receipt.already_there


def test_a_lost_answer_with_nothing_to_see_stays_unknown(server, wire, monkeypatch):
    """The bank took the file away at once: nothing proves that it has it, or has not."""
    lose_the_answer(server, monkeypatch, wire, then=(server.bank / "inbox" / NAME).unlink)

    with pytest.raises(OutcomeUnknown, match="the bank may have taken it"):
        channel_of(server, port=wire.port).send(NAME, DATA, SHA256)

    assert names(server.bank / "inbox") == []


def test_a_lost_answer_and_no_way_back_stay_unknown(server, wire, monkeypatch):
    lose_the_answer(server, monkeypatch, wire, then=wire.close)

    with pytest.raises(OutcomeUnknown, match="it may have arrived"):
        channel_of(server, port=wire.port).send(NAME, DATA, SHA256)

    monkeypatch.undo()
    assert channel_of(server).send(NAME, DATA, SHA256).already_there


def test_a_host_key_changed_after_a_lost_answer_leaves_it_unknown(tmp_path, monkeypatch):
    """Refusing the server now does not undo what was asked of it before."""
    server = OpenSshServer(tmp_path).start()
    wire = Wire(server.port)
    try:
        channel = channel_of(server, port=wire.port)
        lose_the_answer(server, monkeypatch, wire, then=server.rotate_host_key)

        with pytest.raises(OutcomeUnknown, match="is not pinned"):
            channel.send(NAME, DATA, SHA256)
    finally:
        wire.close()
        server.stop()


def test_a_silent_server_is_given_up_in_time(server, wire, monkeypatch):
    cut_at(monkeypatch, "open", wire.swallow_answers, times=9)

    with pytest.raises(Unreachable, match="no answer in time"):
        channel_of(server, port=wire.port, timeout_seconds=1, attempts=2).send(
            NAME, DATA, SHA256
        )


def test_nobody_there_is_unreachable_after_the_agreed_attempts(server):
    waits = []

    with pytest.raises(Unreachable, match=r"refused|Connect"):
        channel_of(server, port=free_port(), pause=waits.append, attempts=3).send(
            NAME, DATA, SHA256
        )

    assert waits == [2.0, 4.0]


# --- the other side says no -----------------------------------------------------------


def test_a_read_only_folder_takes_nothing_and_is_not_asked_again(tmp_path):
    server = OpenSshServer(tmp_path, sftp_options="-R").start()
    try:
        waits = []
        with pytest.raises(Unreachable, match=r"(?i)permission denied"):
            channel_of(server, pause=waits.append).send(NAME, DATA, SHA256)
        assert waits == []
        assert names(server.bank / "inbox") == []
    finally:
        server.stop()


def test_a_full_disk_delivers_nothing(tmp_path):
    server = OpenSshServer(tmp_path, file_bytes_max=500_000).start()
    try:
        with pytest.raises(Unreachable):
            channel_of(server).send(NAME, DATA, SHA256)
        assert NAME not in names(server.bank / "inbox")
        small = b"<a/>"
        channel_of(server).send(NAME, small, hashlib.sha256(small).hexdigest())
        assert (server.bank / "inbox" / NAME).read_bytes() == small
    finally:
        server.stop()


def test_a_missing_folder_is_told(server):
    with pytest.raises(Unreachable, match=r"(?i)no such file"):
        channel_of(server, inbox="/nowhere/at/all").send(NAME, DATA, SHA256)


# --- who is who -----------------------------------------------------------------------


def test_a_wrong_host_key_gets_nothing_and_is_shown(server, wire):
    with pytest.raises(HostKeyRefused) as refusal:
        channel_of(server, port=wire.port, host_keys=("SHA256:" + "A" * 43,)).send(
            NAME, DATA, SHA256
        )

    assert refusal.value.fingerprint == server.fingerprint
    assert server.fingerprint in str(refusal.value)
    assert wire.connections == 1
    assert names(server.bank / "inbox") == []


def test_no_pin_is_no_trust(server):
    with pytest.raises(HostKeyRefused):
        list(channel_of(server, host_keys=()).receive())


def test_the_users_own_known_hosts_are_not_read(server, tmp_path, monkeypatch):
    public = (server.folder / "host_key.pub").read_text()
    (tmp_path / ".ssh").mkdir()
    (tmp_path / ".ssh" / "known_hosts").write_text(f"[127.0.0.1]:{server.port} {public}")
    (tmp_path / ".ssh" / "config").write_text("StrictHostKeyChecking no\n")
    monkeypatch.setenv("HOME", str(tmp_path))

    with pytest.raises(HostKeyRefused):
        channel_of(server, host_keys=()).send(NAME, DATA, SHA256)


def test_a_rotated_key_is_taken_when_both_are_pinned(tmp_path):
    server = OpenSshServer(tmp_path).start()
    try:
        old = server.fingerprint
        new = server.rotate_host_key()
        with pytest.raises(HostKeyRefused, match="not pinned"):
            channel_of(server, host_keys=(old,)).send(NAME, DATA, SHA256)
        channel_of(server, host_keys=(old, new)).send(NAME, DATA, SHA256)
    finally:
        server.stop()


def test_a_pin_may_be_a_whole_public_key(server):
    public = (server.folder / "host_key.pub").read_text()

    channel_of(server, host_keys=(public,)).probe()

    with pytest.raises(Refused, match="neither SHA256"):
        channel_of(server, host_keys=("md5:00",)).probe()


def test_the_key_that_a_server_shows_can_be_asked_for(server):
    assert shown_host_key("127.0.0.1", server.port) == server.fingerprint
    with pytest.raises(Unreachable):
        shown_host_key("127.0.0.1", free_port())


def test_an_address_outside_the_agreed_networks_is_refused(server):
    with pytest.raises(Refused, match=r"is at 127\.0\.0\.1, which is not allowed"):
        channel_of(server, allowed_addresses=("192.0.2.0/24",)).probe()
    channel_of(server, allowed_addresses=("127.0.0.0/8",)).probe()


def test_a_key_file_that_others_may_read_is_refused(server, tmp_path):
    loose = tmp_path / "key"
    loose.write_bytes(server.client_key.read_bytes())
    loose.chmod(0o644)

    with pytest.raises(Refused, match=r"others may read it \(mode 0644\); chmod 600"):
        channel_of(server, key_file=loose).probe()
    with pytest.raises(Refused, match="key file: No such file"):
        channel_of(server, key_file=tmp_path / "none").probe()


def test_a_key_that_the_bank_does_not_know_is_told(server, tmp_path):
    new_key(tmp_path / "stranger")

    with pytest.raises(Refused, match="does not take our key"):
        channel_of(server, key_file=tmp_path / "stranger").probe()


def test_a_passphrase_is_asked_for_and_never_told(server, tmp_path, caplog):
    key = tmp_path / "locked"
    secret = "hemmelig-7391"
    asyncssh.read_private_key(server.client_key).write_private_key(
        key, "pkcs8-pem", passphrase=secret
    )
    key.chmod(0o600)
    caplog.set_level(logging.DEBUG)

    channel_of(server, key_file=key, passphrase=lambda: secret).probe()
    with pytest.raises(Refused, match="cannot be used") as refusal:
        channel_of(server, key_file=key, passphrase=lambda: secret + "x").probe()

    assert secret not in str(refusal.value)
    assert secret not in caplog.text


def test_a_probe_names_the_folder_that_is_missing(server):
    channel_of(server).probe()

    with pytest.raises(Refused, match="/nowhere"):
        channel_of(server, outbox="/nowhere").probe()


# --- get ------------------------------------------------------------------------------


def test_files_are_received_whole_and_stay_where_they_are(server):
    outbox = server.bank / "outbox"
    (outbox / "P.1.C053.xml").write_bytes(DATA)
    (outbox / "A.txt").write_bytes(b"NY")

    channel = channel_of(server)
    files = list(channel.receive())
    for file in files:
        channel.done(file.name)

    assert [(f.name, f.data, f.sha256) for f in files] == [
        ("A.txt", b"NY", hashlib.sha256(b"NY").hexdigest()),
        ("P.1.C053.xml", DATA, SHA256),
    ]
    assert names(outbox) == ["A.txt", "P.1.C053.xml"]


@pytest.mark.parametrize(("after", "moved"), [("delete", []), ("move", ["A.xml"])])
def test_a_file_leaves_the_outbox_only_when_done(server, after, moved):
    (server.bank / "outbox" / "A.xml").write_bytes(b"<a/>")
    channel = channel_of(server, after_receive=after, moved_to=str(server.bank / "moved"))

    for file in channel.receive():
        assert names(server.bank / "outbox") == ["A.xml"]
        channel.done(file.name)

    assert names(server.bank / "outbox") == []
    assert names(server.bank / "moved") == moved


def test_a_file_that_was_replaced_meanwhile_is_left(server):
    path = server.bank / "outbox" / "A.xml"
    path.write_bytes(b"<a/>")
    channel = channel_of(server, after_receive="delete")
    assert len(list(channel.receive())) == 1
    path.write_bytes(b"<newer/>")

    channel.done("A.xml")

    assert path.read_bytes() == b"<newer/>"
    with pytest.raises(Refused, match="was not received"):
        channel.done("A.xml")


def test_a_moved_file_never_replaces_an_older_one(server):
    (server.bank / "moved" / "A.xml").write_bytes(b"<older/>")
    (server.bank / "outbox" / "A.xml").write_bytes(b"<a/>")
    channel = channel_of(server, after_receive="move", moved_to=str(server.bank / "moved"))

    for file in channel.receive():
        channel.done(file.name)

    assert (server.bank / "moved" / "A.xml").read_bytes() == b"<older/>"
    assert names(server.bank / "outbox") == ["A.xml"]


def test_what_a_hostile_outbox_shows_is_left_alone(server, tmp_path):
    outbox = server.bank / "outbox"
    (tmp_path / "secret").write_bytes(b"root:x:0:0")
    (outbox / "link.xml").symlink_to(tmp_path / "secret")
    (outbox / "up\n.xml").write_bytes(b"<a/>")
    (outbox / "å.xml").write_bytes(b"<a/>")
    os.mkfifo(outbox / "fifo.xml")
    (outbox / "folder.xml").mkdir()
    (outbox / "empty.xml").write_bytes(b"")
    (outbox / "large.xml").write_bytes(b"x" * 1001)
    (outbox / ".hidden").write_bytes(b"<a/>")
    (outbox / "half.part").write_bytes(b"<a/>")
    (outbox / "other.pdf").write_bytes(b"%PDF")
    os.close(os.open(os.fsencode(outbox) + b"/\xff.xml", os.O_CREAT | os.O_WRONLY))
    (outbox / "good.xml").write_bytes(b"<a/>")
    channel = channel_of(server, max_bytes=1000, accept=(r".*\.xml",))

    assert [file.name for file in channel.receive()] == ["good.xml"]
    assert {file.name: file.reason for file in channel.ignored} == {
        "link.xml": "is no regular file",
        "fifo.xml": "is no regular file",
        "folder.xml": "is no regular file",
        "empty.xml": "is empty",
        "large.xml": "has 1001 bytes, at most 1000 are read",
        "other.pdf": "has a name that was not agreed",
        r"'up\n.xml'": "has a name that is not A-Z, a-z, 0-9, . _ -",
        r"'\xe5.xml'": "has a name that is not A-Z, a-z, 0-9, . _ -",
        r"'\udcff.xml'": "has a name that is not A-Z, a-z, 0-9, . _ -",
    }


def test_a_growing_file_waits_for_the_next_time(server):
    path = server.bank / "outbox" / "A.xml"
    path.write_bytes(b"<a>")
    growth = [lambda: path.write_bytes(b"<a></a>"), lambda: None]
    channel = channel_of(server, pause=lambda _seconds: growth.pop(0)())

    assert list(channel.receive()) == []
    assert [file.reason for file in channel.ignored] == ["is still being written"]
    assert [file.data for file in channel.receive()] == [b"<a></a>"]


def test_a_connection_lost_while_reading_gives_what_was_whole(server, wire, monkeypatch):
    (server.bank / "outbox" / "A.xml").write_bytes(b"<a/>")
    (server.bank / "outbox" / "B.xml").write_bytes(DATA)
    channel = channel_of(server, port=wire.port)
    received = []

    def take_all():
        for file in channel.receive():
            received.append(file.name)
            wire.cut()

    with pytest.raises(Unreachable):
        take_all()

    assert received == ["A.xml"]
    assert [file.name for file in channel.receive()] == ["A.xml", "B.xml"]
