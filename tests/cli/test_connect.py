"""`books connect`: whose server is the bank's is decided by a person, once."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import asyncssh
import pytest
from sftp_world import SftpWorld

PINS = "bank/host-keys.txt"
OTHER = "SHA256:" + "A" * 43


def pins(world: SftpWorld) -> list[str]:
    path = world.folder / PINS
    if not path.exists():
        return []
    lines = [line for line in path.read_text().splitlines() if not line.startswith("#")]
    return [line.split()[2] for line in lines]


def test_without_consent_the_key_is_shown_and_not_pinned(sftp_world: SftpWorld):
    ran = sftp_world.books("connect", "netbank", code=1)

    assert sftp_world.server.fingerprint in ran.out
    assert [] == pins(sftp_world)


@pytest.mark.parametrize("consent", ["--yes", "--fingerprint"])
def test_the_shown_key_is_pinned_and_both_folders_are_tried(sftp_world, consent):
    shown = sftp_world.server.fingerprint
    arguments = [consent] if consent == "--yes" else [consent, shown]
    toml = (sftp_world.folder / "books.toml").read_bytes()

    told = sftp_world.json("connect", "netbank", *arguments, code=0)

    assert (True, shown) == (told["ok"], told["fingerprint"])
    assert "now pinned" in told["detail"]
    assert [shown] == pins(sftp_world)
    assert toml == (sftp_world.folder / "books.toml").read_bytes()
    assert "kari" in (sftp_world.folder / PINS).read_text()
    again = sftp_world.json("connect", "netbank", code=0)
    assert "pinned before" in again["detail"]


def test_another_fingerprint_than_the_one_said_is_not_pinned(sftp_world: SftpWorld):
    told = sftp_world.json("connect", "netbank", "--fingerprint", OTHER, code=1)

    assert not told["ok"]
    assert OTHER in told["detail"]
    assert sftp_world.server.fingerprint in told["detail"]
    assert [] == pins(sftp_world)


def test_a_key_other_than_the_pinned_one_is_refused_with_both(connected: SftpWorld):
    old = connected.server.fingerprint
    new = connected.server.rotate_host_key()

    told = connected.json("connect", "netbank", "--yes", code=1)

    assert not told["ok"]
    assert old in told["detail"]
    assert new in told["detail"]
    assert [old] == pins(connected)


def test_while_the_bank_changes_its_key_two_pins_stand(connected: SftpWorld):
    first = connected.server.fingerprint
    second = connected.server.rotate_host_key()

    connected.json("connect", "netbank", "--fingerprint", second, code=0)

    assert [first, second] == pins(connected)
    connected.books("reconcile", code=0)
    third = connected.server.rotate_host_key()
    connected.books("reconcile", code=1)
    connected.json("connect", "netbank", "--fingerprint", third, code=0)
    assert [second, third] == pins(connected)


def test_a_folder_that_cannot_be_listed_is_named(sftp_world: SftpWorld):
    (sftp_world.server.bank / "outbox").rmdir()

    told = sftp_world.json("connect", "netbank", "--yes", code=1)

    assert not told["ok"]
    assert "/outbox/" in told["detail"]


def test_a_pin_counts_for_its_server_alone(connected: SftpWorld, tmp_path):
    """The same channel at another address has to be agreed to anew."""
    toml = connected.folder / "books.toml"
    toml.write_text(toml.read_text().replace('host = "127.0.0.1"', 'host = "localhost"'))

    told = connected.json("connect", "netbank", code=1)

    assert not told["ok"]
    assert "Nothing was pinned" in told["detail"]


def test_folders_need_no_pin(world):
    assert world.json("connect", "netbank", code=0)["ok"]


def test_before_a_key_is_pinned_nothing_is_sent_or_read(sftp_world: SftpWorld):
    sftp_world.bill("10023", "12500.00", "2026-11-05", kid="0010017")
    before = (sftp_world.folder / "bank").exists() and sorted(
        path.name for path in (sftp_world.folder / "bank").rglob("*.beancount")
    )

    ran = sftp_world.books("pay-due", code=1)

    assert "not pinned" in ran.err
    assert "books connect netbank" in ran.err
    assert [] == sftp_world.json("payments")
    assert before == sorted(
        path.name for path in (sftp_world.folder / "bank").rglob("*.beancount")
    )


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('passphrase = "hemmelig-ord"', "a secret does not belong in books.toml"),
        ('password = "hemmelig-ord"', "a secret does not belong in books.toml"),
        ("passphrase_file = 7", "passphrase_file: cannot be 7"),
        ('hosts = "x"', "hosts: is no setting of an SFTP channel"),
    ],
)
def test_what_cannot_stand_in_books_toml_is_named(sftp_world: SftpWorld, line, says):
    toml = sftp_world.folder / "books.toml"
    toml.write_text(toml.read_text().replace('kind = "sftp"', f'kind = "sftp"\n{line}'))

    ran = sftp_world.books("connect", "netbank", "--yes", code=1)

    assert says in ran.err
    assert "hemmelig-ord" not in ran.err + ran.out


def locked_key(world: SftpWorld) -> None:
    """Lock our key with a passphrase."""
    key = asyncssh.read_private_key(world.server.client_key)
    world.server.client_key.write_bytes(key.export_private_key("pkcs8-pem", "hemmelig-ord"))


def test_the_passphrase_comes_from_the_environment(sftp_world, monkeypatch):
    locked_key(sftp_world)
    closed = sftp_world.json("connect", "netbank", "--yes", code=1)
    monkeypatch.setenv("BOOKS_PASSPHRASE_NETBANK", "hemmelig-ord")

    told = sftp_world.json("connect", "netbank", "--yes", code=0)

    assert told["ok"]
    assert "key file: cannot be used" in closed["detail"]


def test_the_passphrase_comes_from_a_file_that_nobody_else_may_read(sftp_world):
    locked_key(sftp_world)
    toml = sftp_world.folder / "books.toml"
    toml.write_text(
        toml.read_text().replace(
            'kind = "sftp"', 'kind = "sftp"\npassphrase_file = "secret"'
        )
    )
    secret = sftp_world.folder / "secret"
    secret.write_text("hemmelig-ord\n")
    secret.chmod(0o640)
    refused = sftp_world.json("connect", "netbank", "--yes", code=1)
    secret.chmod(0o600)

    told = sftp_world.json("connect", "netbank", "--yes", code=0)

    assert told["ok"]
    assert "others may read it (mode 0640)" in refused["detail"]


def test_a_key_that_others_may_read_is_not_used(sftp_world):
    sftp_world.server.client_key.chmod(0o644)

    told = sftp_world.json("connect", "netbank", "--yes", code=1)

    assert "others may read it (mode 0644)" in told["detail"]


@pytest.mark.parametrize(("typed", "code"), [("y", 0), ("n", 1), ("", 1)])
def test_on_a_terminal_a_person_is_asked(sftp_world: SftpWorld, typed, code):
    """A real terminal: the fingerprint is shown before the question is asked."""
    master, slave = pty.openpty()
    books = [str(Path(sys.executable).parent / "books"), "--books", str(sftp_world.folder)]
    process = subprocess.Popen(
        [*books, "connect", "netbank"], stdin=slave, stdout=slave, stderr=slave
    )
    os.close(slave)
    shown = b""
    while b"[y/N]" not in shown:
        shown += os.read(master, 4096)

    os.write(master, f"{typed}\n".encode())

    assert code == process.wait(timeout=30)
    os.close(master)
    assert sftp_world.server.fingerprint in shown.decode()
    assert [sftp_world.server.fingerprint] * (code == 0) == pins(sftp_world)
