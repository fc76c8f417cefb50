"""What all tests share: where ../shared is, golden files, and skips that are heard of."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent
SHARED = PROJECT.parent / "shared"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden", action="store_true", help="accept what the code gives now"
    )


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """With CI=true a skip is a failure: what was not tested did not pass."""
    report = yield
    if (
        report.skipped
        and os.environ.get("CI") == "true"
        and not hasattr(report, "wasxfail")
    ):
        reason = (
            report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        )
        if "only beside ../shared" not in str(reason):
            report.outcome = "failed"
            report.longrepr = f"skipped although CI=true: {reason}"
    return report


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of reference material beside the project; not part of it."""
    if not SHARED.is_dir():
        pytest.skip("runs only beside ../shared")
    return SHARED


@pytest.fixture
def golden(request: pytest.FixtureRequest):
    """Compare bytes with tests/golden/NAME, whole; `--update-golden` accepts them."""

    def compare(name: str, actual: bytes) -> None:
        path = PROJECT / "tests" / "golden" / name
        if request.config.getoption("--update-golden"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(actual)
        expected = path.read_bytes() if path.exists() else b""
        accept = f"to accept: make golden (tests/golden/{name})"
        assert expected.decode() == actual.decode(), accept

    return compare
