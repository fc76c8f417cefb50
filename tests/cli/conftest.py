"""Fixtures of the command line: a founded world, once, copied for each test."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sftp_world import SSHD, OpenSshServer, SftpWorld
from web_world import TODAY, filled
from world import World


@pytest.fixture(scope="session", autouse=True)
def _files_are_settled() -> Iterator[None]:
    """No test here writes a file while it is read: that is tested with the channel."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bankio.channels.directory.SETTLE_SECONDS", 0.001)
        yield


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new company and its bank, made once."""
    folder = tmp_path_factory.mktemp("founded")
    World(folder).found()
    return folder


@pytest.fixture
def world(founded: Path, tmp_path: Path) -> World:
    """A world of one's own."""
    shutil.copytree(founded, tmp_path / "world")
    return World(tmp_path / "world")


@pytest.fixture(scope="session")
def lived(founded: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same company a week later, made once."""
    folder = tmp_path_factory.mktemp("lived") / "world"
    shutil.copytree(founded, folder)
    filled(World(folder))
    return folder


@pytest.fixture
def week(lived: Path, tmp_path: Path) -> World:
    """A lived world of one's own."""
    shutil.copytree(lived, tmp_path / "week")
    return World(tmp_path / "week", today=TODAY)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[OpenSshServer]:
    """An OpenSSH server before the bank's folders."""
    if SSHD is None:
        pytest.skip("needs sshd (Debian: apt-get install openssh-server)")
    (tmp_path / "server").mkdir()
    running = OpenSshServer(tmp_path / "server").start()
    yield running
    running.stop()


@pytest.fixture
def sftp_world(founded: Path, tmp_path: Path, server: OpenSshServer) -> SftpWorld:
    """A world whose bank is behind the server; its host key is not pinned yet."""
    shutil.copytree(founded, tmp_path / "world")
    return SftpWorld(tmp_path / "world").reach(server)


@pytest.fixture
def connected(sftp_world: SftpWorld) -> SftpWorld:
    """The same with the host key pinned."""
    sftp_world.books("connect", "netbank", "--yes", code=0)
    return sftp_world
