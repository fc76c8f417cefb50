"""An SFTP channel as it stands in books.toml."""

from pathlib import Path

import pytest

from bankio.channels import Refused
from bankio.channels.sftp_settings import read_settings

TABLE = {
    "kind": "sftp",
    "host": "sftp.bank.example",
    "user": "974760673",
    "key_file": "keys/bank",
    "host_keys": ["SHA256:" + "A" * 43],
    "inbox": "/inbox",
    "outbox": "/outbox",
}


def test_what_is_left_out_has_its_default():
    settings = read_settings(TABLE, Path("/books"))

    assert settings.key_file == Path("/books/keys/bank")
    assert (settings.port, settings.after_receive, settings.accept) == (
        22,
        "never",
        (".*",),
    )
    assert settings.host_keys == ("SHA256:" + "A" * 43,)


def test_what_is_said_counts():
    settings = read_settings(
        TABLE
        | {
            "port": 12222,
            "accept": [r"P\..*"],
            "after_receive": "move",
            "moved_to": "/taken",
            "allowed_addresses": ["192.0.2.0/24"],
            "archive": "/archive",
        },
        Path("/books"),
        passphrase=lambda: "secret",
    )

    assert (settings.port, settings.after_receive, settings.moved_to) == (
        12222,
        "move",
        "/taken",
    )
    assert (
        settings.place(settings.inbox, "a.xml")
        == "sftp://sftp.bank.example:12222/inbox/a.xml"
    )
    assert settings.passphrase() == "secret"
    assert "secret" not in repr(settings)


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"host": ""}, "host: cannot be ''"),
        ({"host_keys": []}, "host_keys: is missing"),
        ({"host_keys": "SHA256:x"}, "host_keys: cannot be 'SHA256:x'"),
        ({"port": "22"}, "port: cannot be '22'"),
        ({"port": 0}, "port: cannot be 0"),
        ({"accept": ["("]}, "accept: '('"),
        ({"allowed_addresses": ["bank"]}, "allowed_addresses: 'bank'"),
        ({"after_receive": "burn"}, "after_receive: is not never, move or delete (burn)"),
        ({"after_receive": "move"}, "moved_to: is missing"),
        ({"password": "hunter2"}, "password: is no setting of an SFTP channel"),
    ],
)
def test_what_cannot_be_is_named(changed, says):
    with pytest.raises(Refused) as refusal:
        read_settings(TABLE | changed, Path("/books"))

    assert says in str(refusal.value)
    assert "hunter2" not in str(refusal.value)


@pytest.mark.parametrize(
    "name", ["host", "user", "key_file", "host_keys", "inbox", "outbox"]
)
def test_what_is_missing_is_named(name):
    table = {key: value for key, value in TABLE.items() if key != name}

    with pytest.raises(Refused, match=f"{name}: is missing"):
        read_settings(table, Path("/books"))
