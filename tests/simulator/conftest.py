"""A bank to try things on, driven as a person would: by commands, with `--json`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from payment_files import ACCOUNT, ORGNR

from simulator import app


class Bank:
    """A simulated bank in a folder of its own."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]):
        self.folder = folder
        self.capsys = capsys
        self.files = 0

    def run(self, *arguments: object) -> SimpleNamespace:
        """Run a command; return its exit code, its JSON value and what went to stderr."""
        self.capsys.readouterr()
        code = app.run(["--state", str(self.folder), "--json", *map(str, arguments)])
        shown = self.capsys.readouterr()
        return SimpleNamespace(
            code=code, value=json.loads(shown.out) if shown.out else None, err=shown.err
        )

    def __call__(self, *arguments: object):
        """Run a command that must succeed; return its JSON value."""
        done = self.run(*arguments)
        assert done.code == 0, (arguments, done.value, done.err)
        return done.value

    def upload(self, body: bytes | str) -> SimpleNamespace:
        self.files += 1
        path = self.folder.parent / f"upload-{self.files}.xml"
        path.write_bytes(body.encode() if isinstance(body, str) else body)
        return self.run("upload", path)

    def collect(self, *flags: str) -> list[Path]:
        found = self("collect", self.folder.parent / "out", *flags)
        return [Path(one["path"]) for one in found["files"]]

    def states(self) -> dict[str, str]:
        return {
            p["end_to_end_id"]: " ".join(filter(None, (p["state"], p["reason"])))
            for p in self("payments")
        }

    def balance(self, account: str = ACCOUNT) -> int:
        return next(a["balance_ore"] for a in self("accounts") if a["account"] == account)


@pytest.fixture
def new_bank(tmp_path, capsys) -> Callable[..., Bank]:
    def make(
        *agreement: str, now: str = "2026-11-02T09:00", balance: str = "100000", name="bank"
    ) -> Bank:
        bank = Bank(tmp_path / name, capsys)
        bank("init", "--now", now)
        bank(
            "account",
            ACCOUNT,
            "--owner",
            "Fjord AS",
            "--orgnr",
            ORGNR,
            "--balance",
            balance,
        )
        bank("person", "Kari", "--account", ACCOUNT)
        bank("person", "Ola", "--account", ACCOUNT)
        bank("agreement", ACCOUNT, *agreement)
        return bank

    return make


@pytest.fixture
def bank(new_bank) -> Bank:
    return new_bank()
