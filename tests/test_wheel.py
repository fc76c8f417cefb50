"""What is installed is what was built: the cycle, run from the wheel and from elsewhere."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

#: One worker builds the wheel.
pytestmark = pytest.mark.xdist_group("wheel")

PROJECT = Path(__file__).resolve().parent.parent
PACKAGES = ("bankio", "ledger", "reconcile", "cli", "simulator")


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel's content in a folder of its own."""
    place = tmp_path_factory.mktemp("wheel")
    # A copy, so that nothing of an older build in the work tree gets in.
    source = place / "source"
    ignored = shutil.ignore_patterns("__pycache__", ".*")
    for package in PACKAGES:
        shutil.copytree(PROJECT / package, source / package, ignore=ignored)
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(PROJECT / name, source)
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir"]
    subprocess.run([*build, place, source], check=True, capture_output=True)
    (wheel,) = place.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(place / "installed")
    return place / "installed"


def hidden(path: Path) -> bool:
    """Whether a tool left it there."""
    return any(part == "__pycache__" or part.startswith(".") for part in path.parts)


def run(installed: Path, folder: Path, module: str, *words: str, code: int = 0) -> str:
    ran = subprocess.run(
        [sys.executable, "-m", module, *words],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert code == ran.returncode, ran.stdout + ran.stderr
    return ran.stdout


def test_the_wheel_holds_our_packages_whole_and_nothing_else(installed: Path):
    tops = {
        path.name for path in installed.iterdir() if not path.name.endswith(".dist-info")
    }
    built = {
        str(path.relative_to(installed))
        for path in installed.rglob("*")
        if path.is_file() and path.relative_to(installed).parts[0] in PACKAGES
    }
    sources = {
        str(path.relative_to(PROJECT))
        for package in PACKAGES
        for path in (PROJECT / package).rglob("*")
        if path.is_file() and not hidden(path)
    }

    assert set(PACKAGES) == tops
    assert sources == built


def test_the_cycle_runs_from_the_wheel(installed: Path, tmp_path: Path):
    def books(*words: str, code: int = 0, day: str = "2026-11-02") -> str:
        where = ("--books", "books", "--today", day)
        return run(installed, tmp_path, "cli.app", *where, *words, code=code)

    def bank(*words: str) -> str:
        return run(installed, tmp_path, "simulator.app", "--state", "bank", *words)

    books(
        *("init", "books", "--company", "Prøve AS", "--orgnr", "974760673"),
        *("--bank-account", "86011117947", "--bank", "sor"),
        *("--opening", "1000", "--opening-date", "2026-11-01"),
    )
    parties = tmp_path / "books" / "accounts.beancount"
    with parties.open("a", encoding="utf-8") as file:
        file.write(
            "\n2026-01-01 open Liabilities:2400-Leverandørgjeld:L1-Fjellkraft NOK\n"
            '  name: "Fjellkraft AS"\n  supplier: "1"\n  creditor-account: "15032080119"\n'
        )
    with (tmp_path / "books/vouchers/2026/11.beancount").open(
        "a", encoding="utf-8"
    ) as file:
        file.write(
            '\n2026-11-02 * "Fjellkraft AS" "Strøm" ^lf-L1-7\n  due: 2026-11-03\n'
            '  invoice: "7"\n'
            "  Liabilities:2400-Leverandørgjeld:L1-Fjellkraft  -250.00 NOK\n"
            "  Expenses:6340-Strøm  250.00 NOK\n"
        )
    sent = json.loads(books("pay-due", "--json"))["remittances"]
    bank("init", "--now", "2026-11-02T09:00")
    bank(
        *("account", "86011117947", "--owner", "Prøve AS", "--orgnr", "974760673"),
        *("--balance", "1000"),
    )
    bank("person", "Kari", "--account", "86011117947")
    bank("upload", sent[0]["file"])
    bank("approve", "--all", "--as", "Kari")
    bank("advance", "--days", "3")
    bank("collect", "books/bank/inbox")
    books("reconcile", day="2026-11-05")

    (account,) = json.loads(books("status", "--json"))["accounts"]
    where = run(installed, tmp_path, "cli.app", "--help")
    assert ("750.00", "0.00") == (account["bank"], account["difference"])
    assert json.loads(books("verify", "--json"))["ok"]
    assert "pay-due" in where
