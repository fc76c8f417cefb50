"""Fixtures of the command line: a founded world, once, copied for each test."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from web_world import TODAY, filled
from world import World


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
