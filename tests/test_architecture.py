"""Packages depend one way, the core is pure, and the simulated bank stands alone.

The contracts stand in `pyproject.toml` and follow indirect imports; here they are run, so
that `make test` alone shows a broken one, and their presence is checked, so that deleting
a contract is no way to make it hold.
"""

from __future__ import annotations

import ast
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"][
    "importlinter"
]["contracts"]


def imports(package: str) -> set[tuple[str, str]]:
    """Every (module path, imported top-level name) of a package, lazy imports too."""
    found = set()
    for path in (ROOT / package).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names = [node.module]
            found |= {(str(path.relative_to(ROOT)), name) for name in names}
    return found


def test_import_contracts_hold():
    code = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    ran = subprocess.run(
        [sys.executable, "-c", code, "--no-cache"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "0 broken" in ran.stdout


def test_the_contracts_are_those_of_the_design():
    layers = [c["layers"] for c in CONTRACTS if c["type"] == "layers"]
    forbidden = {
        (source, target)
        for contract in CONTRACTS
        if contract["type"] == "forbidden"
        for source in contract["source_modules"]
        for target in contract["forbidden_modules"]
    }
    ours = ("bankio", "ledger", "reconcile", "cli")

    assert layers == [["cli", "reconcile", "ledger", "bankio"]]
    assert {("simulator", package) for package in ours} <= forbidden
    assert {(package, "simulator") for package in ours} <= forbidden
    assert {("reconcile", "sqlalchemy"), ("bankio", "sqlalchemy")} <= forbidden


@pytest.mark.parametrize(
    ("library", "only_in"),
    [
        ("sqlalchemy", ("ledger/store/",)),
        ("beancount", ("ledger/books", "ledger/plugins/", "cli/web/")),
        ("lxml", ("bankio/iso20022/", "simulator/")),
        ("typer", ("cli/", "simulator/")),
        ("rich", ("cli/", "simulator/")),
        ("fava", ("cli/web/",)),
        ("flask", ("cli/web/", "simulator/")),
        ("asyncssh", ("bankio/channels/", "simulator/")),
    ],
)
def test_a_library_is_used_in_its_one_place(library, only_in):
    elsewhere = sorted(
        f"{path} imports {name}"
        for package in ("bankio", "ledger", "reconcile", "cli", "simulator")
        for path, name in imports(package)
        if name.split(".")[0] == library and not path.startswith(only_in)
    )

    assert elsewhere == []


@pytest.mark.parametrize("package", ["bankio", "reconcile"])
def test_the_core_touches_no_clock_and_no_disk(package):
    """Channels are bankio's edge: delivering a file is what they are for."""
    ambient = {"os", "pathlib", "shutil", "tempfile", "time", "random", "uuid", "sqlite3"}
    found = sorted(
        f"{path} imports {name}"
        for path, name in imports(package)
        if name.split(".")[0] in ambient and not path.startswith("bankio/channels/")
    )

    assert found == []
