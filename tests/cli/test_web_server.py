"""`books web` as a process: its link, its end, and what it refuses to serve."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from fava.application import create_app
from web_world import OPEN, TODAY
from world import World

SOURCE = Path(__file__).resolve().parents[2]


@pytest.fixture
def start(week: World) -> Iterator:
    """Start `books web` with more arguments; it is ended with the test."""
    started: list[subprocess.Popen[str]] = []

    def start(*arguments: str) -> subprocess.Popen[str]:
        command = ["--books", str(week.folder), "--today", TODAY, "web", "--port", "0"]
        process = subprocess.Popen(
            [sys.executable, "-m", "cli.app", *command, *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(SOURCE)},
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()
        process.stdout.close()
        process.stderr.close()


def _get(url: str, headers: dict[str, str] | None = None) -> http.client.HTTPResponse:
    host, _, path = url.removeprefix("http://").partition("/")
    connection = http.client.HTTPConnection(host, timeout=20)
    connection.request("GET", f"/{path}", headers=headers or {})
    return connection.getresponse()


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_the_link_logs_in_and_ctrl_c_ends_well(start, how: signal.Signals):
    process = start("--json")
    url = json.loads(process.stdout.readline())["url"]
    base = url.partition("?")[0]

    without = _get(base)
    login = _get(url)
    cookie = login.getheader("Set-Cookie").partition(";")[0]
    page = _get(base.rstrip("/") + login.getheader("Location"), {"Cookie": cookie})
    text = page.read().decode()
    process.send_signal(how)
    code = process.wait(20)

    assert url.startswith("http://127.0.0.1:")
    assert (401, 303, 200) == (without.status, login.status, page.status)
    assert f"books-{base.rstrip('/').rpartition(':')[2]}=" in cookie
    assert "262\u00a0750,50" in text
    assert 0 == code
    assert "" == process.stdout.read()
    told = process.stderr.read()
    assert "Traceback" not in told
    assert url not in told


def test_a_person_is_told_the_link_and_how_to_end(start, week: World):
    process = start()
    lines = [process.stdout.readline() for _ in range(5)]
    process.send_signal(signal.SIGINT)

    assert 0 == process.wait(20)
    assert f"The books of {week.folder} are open at\n" == lines[0]
    assert lines[2].startswith("  http://127.0.0.1:")
    assert "Ctrl-C ends" in lines[4]


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.7", "::", "books.example", ""])
def test_only_this_machine_is_served(week: World, host: str):
    ran = week.books("web", "--host", host, "--port", "0")

    assert 1 == ran.code
    assert "for this machine only" in ran.err
    assert "ssh -L" in ran.err


def test_a_port_in_use_is_told_with_another_one(week: World):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        ran = week.books("web", "--port", str(port))

    assert 1 == ran.code
    assert f"--port {port}: cannot be used" in ran.err
    assert f"--port {port + 1}" in ran.err


def test_where_no_books_are_nothing_is_served(tmp_path: Path):
    ran = World(tmp_path).books("web", "--port", "0")

    assert 1 == ran.code
    assert "no books here" in ran.err


def test_in_plain_fava_the_page_is_there_to_be_read_only(week: World):
    """A ledger may enable the page itself; without our server there is no guard."""
    week.append("main.beancount", '2026-01-01 custom "fava-extension" "cli.web"\n')
    client = create_app([week.folder / "main.beancount"], load=True).test_client()
    home = (
        client.get("/").headers["Location"].replace("income_statement/", "extension/Bank/")
    )

    page = client.get(f"{home}?tab=to-pay")
    answer = client.post(f"{home}hold", data={"token": "", "item": OPEN, "reason": "x"})

    assert 200 == page.status_code
    assert OPEN in page.text
    assert "<form" not in page.text
    assert "siden kan bare leses" in page.text
    assert 403 == answer.status_code


def test_books_that_enable_the_page_themselves_have_it_once(week: World):
    from web_pages import Browser

    week.append("main.beancount", '2026-01-01 custom "fava-extension" "cli.web"\n')

    browser = Browser(week)

    (ledger,) = browser.app.config["LEDGERS"].ledgers
    assert ["Bank"] == [each.name for each in ledger.extensions.extension_details]
    assert [] == ledger.extensions.errors
    assert OPEN in browser.text("to-pay")
